"""The clauses of 二.2: duties of each grade, when a contact counts, how a streak of misses runs, what is excused."""
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from .. import policy
from ..policy import GradeA, GradeB, GradeC, Grading, Ladder, Recording, Strategies

STRATEGY = Strategies(GradeA(), GradeB(), GradeC(), Recording())
FIRST = date(2026, 3, 2)


def day(n):
    return FIRST + timedelta(days=n)


def calls(grade, contacts, until, **given):
    """(opened, due, state, settled, late since) as day numbers, of the most frequent duty."""
    found = policy.replay(STRATEGY, grade, FIRST, [day(n) for n in contacts], day(until), **given)
    number = lambda d: None if d is None else (d - FIRST).days  # noqa: E731
    return [(number(r.opened_on), number(r.due_on), r.state, number(r.settled_on), number(r.late_since))
            for r in found if r.kind == found[0].kind]


def test_each_grade_asks_its_own_duties():
    assert [(d.kind, d.every, d.once) for d in STRATEGY.duties("A")] == [("call", 7, False), ("visit", 30, False), ("proposal", 14, True)]
    assert [(d.kind, d.every) for d in STRATEGY.duties("B")] == [("call", 15), ("trial", 90)]
    assert [(d.kind, d.every) for d in STRATEGY.duties("C")] == [("mail", 30)]
    assert [policy.clause_for(g) for g in "ABC"] == ["2.2.1", "2.2.2", "2.2.3"]


def test_a_contact_in_time_keeps_the_duty_and_starts_the_next():
    assert calls("A", [6], 8) == [(0, 7, "met", 6, None), (6, 13, "open", None, None)]


def test_the_due_day_itself_is_in_time_and_the_day_after_is_not():
    assert calls("A", [7], 7)[0] == (0, 7, "met", 7, None)
    assert calls("A", [], 7) == [(0, 7, "open", None, None)]
    assert calls("A", [], 8) == [(0, 7, "missed", 8, None), (7, 14, "open", None, 7)]


def test_every_interval_without_a_contact_is_a_miss_of_its_own_and_the_streak_keeps_its_first_day():
    assert calls("A", [], 22) == [(0, 7, "missed", 8, None), (7, 14, "missed", 15, 7), (14, 21, "missed", 22, 7), (21, 28, "open", None, 7)]


def test_a_late_contact_makes_up_but_does_not_turn_the_miss_into_kept():
    assert calls("A", [9], 10) == [(0, 7, "missed", 8, None), (9, 16, "open", None, None)]


def test_contacts_too_close_together_count_once_and_move_the_due_day():
    assert calls("A", [5, 6, 7], 8) == [(0, 7, "met", 5, None), (5, 14, "open", None, None)]


def test_an_excused_gap_is_no_miss_and_ends_a_streak():
    assert calls("A", [], 16, excuses=[(day(6), day(10))]) == [(0, 7, "excused", 8, None), (7, 14, "missed", 15, None), (14, 21, "open", None, 14)]
    assert calls("A", [], 15, excuses=[(day(14), day(14))])[-1] == (14, 21, "open", None, None)


def test_a_call_is_no_visit_and_a_visit_is_also_a_contact():
    found = policy.replay(STRATEGY, "A", FIRST, [(day(5), "call"), (day(12), "visit")], day(13))
    assert [(r.kind, r.state) for r in found] == [("call", "met"), ("call", "met"), ("call", "open"), ("visit", "open"), ("proposal", "open")]
    visit, = (r for r in policy.replay(STRATEGY, "A", FIRST, [(day(20), "visit")], day(20)) if r.kind == "visit" and r.state == "met")
    assert visit.settled_on == day(20)


def test_what_is_owed_once_is_owed_once():
    found = policy.replay(STRATEGY, "A", FIRST, [(day(3), "proposal"), (day(60), "proposal")], day(90))
    assert [(r.kind, r.state) for r in found if r.kind == "proposal"] == [("proposal", "met")]
    before = policy.replay(STRATEGY, "A", FIRST, [(day(-40), "proposal")], day(90))
    assert [r for r in before if r.kind == "proposal"] == []


@settings(max_examples=60, deadline=None)
@given(some.sampled_from("ABC"), some.lists(some.tuples(some.integers(0, 120), some.sampled_from(["call", "visit", "proposal", "trial", "mail"])), max_size=40),
       some.integers(0, 120))
def test_of_each_kind_at_most_one_is_open_the_clock_never_runs_back_and_kept_means_in_time(grade, contacts, until):
    found = policy.replay(STRATEGY, grade, FIRST, [(day(n), kind) for n, kind in contacts], day(until))
    for duty in STRATEGY.duties(grade):
        rows = [r for r in found if r.kind == duty.kind]
        assert sum(r.state == "open" for r in rows) == (0 if duty.once and rows[-1].state == "met" else 1)
        assert [r.due_on for r in rows] == sorted({r.due_on for r in rows})
        for r in rows:
            assert r.state != "met" or r.opened_on <= r.settled_on <= r.due_on
            assert r.state != "open" or r.due_on >= day(until)
            silent_from = r.due_on - timedelta(days=duty.every)
            assert r.state != "missed" or not any(kind in duty.met_by and silent_from < day(n) <= r.due_on for n, kind in contacts if n <= until)


def test_parameters_have_bounds_and_an_order():
    with pytest.raises(ValidationError):
        GradeA(contact=0)
    with pytest.raises(ValidationError):
        Ladder(remind=3, copy_to=3)
    with pytest.raises(ValidationError):
        Grading(a=90, b=30)
