"""Recording a contact: it counts for what the grade asks, moves the customer's next step, and is refused without one."""
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.memory import remembering
from squaredeal.kernel.models import Entry
from squaredeal.process.customers.models import Collaboration, Customer

from .. import actions
from ..models import ComplianceWeek, FollowUp, Obligation
from .conftest import days, monday

OPEN = Obligation.State.OPEN


def running(customer):
    return {o.kind: (o.due_on, o.late_since) for o in customer.obligations.filter(state=OPEN)}


def test_a_record_sets_next_step_and_last_contact_and_opens_what_the_grade_asks(firm, book, today, said):
    made = actions.record(firm.chen, book.a, **said())
    fresh = Customer.objects.get(pk=book.a.pk)
    assert (made.by, made.kind, made.effective, made.next_step) == (firm.chen, "call", True, "上门")
    assert (fresh.next_step, fresh.next_step_kind, fresh.next_step_on, fresh.last_contact_on) == ("上门", "visit", today + days(7), today)
    assert running(book.a) == {"call": (today + days(7), None), "visit": (today + days(30), None), "proposal": (today + days(14), None)}
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"followup.record", "customers.set_next_step"}


def test_it_meets_the_open_obligation_of_its_kind_and_opens_the_next(firm, book, today, said):
    actions.tick(today - days(6))
    actions.record(firm.chen, book.a, **said(kind="visit", contact=book.shen))
    met = book.a.obligations.get(state="met")
    assert (met.kind, met.settled_on, met.met_by.kind, met.clause, met.owner) == ("call", today, "visit", "2.2.1", firm.chen)
    assert running(book.a)["call"] == (today + days(7), None)
    assert running(book.a)["visit"] == (today + days(30), None), "a visit 6 days after the clock began only moves the day"
    week = ComplianceWeek.objects.get(person=firm.chen, grade="A")
    assert (week.week, week.due, week.met, week.excused) == (monday(met.due_on), 1, 1, 0)
    book.shen.refresh_from_db()
    assert book.shen.last_met_on == today


def test_a_proposal_handed_over_is_owed_no_more(firm, book, today, said):
    actions.tick(today - days(3))
    actions.record(firm.chen, book.a, **said(kind="proposal"))
    actions.tick(today)
    assert "proposal" not in running(book.a)
    assert book.a.obligations.get(kind="proposal").state == "met"


def test_nobody_reached_is_on_record_but_counts_for_nothing(firm, book, today, said):
    actions.tick(today - days(6))
    actions.record(firm.chen, book.a, **said(effective=False))
    assert not book.a.obligations.exclude(state=OPEN).exists()
    assert Customer.objects.get(pk=book.a.pk).last_contact_on is None


def test_a_late_one_is_made_up_for_and_stays_missed(firm, book, today, said):
    actions.tick(today - days(9))
    actions.tick(today)
    assert running(book.a)["call"] == (today + days(5), today - days(2))
    actions.record(firm.chen, book.a, **said())
    assert running(book.a)["call"] == (today + days(7), None)
    assert book.a.obligations.filter(kind="call").exclude(state=OPEN).get().state == "missed"


def test_a_record_before_the_nightly_tick_finds_the_miss_itself(firm, book, today, said):
    actions.tick(today - days(9))
    actions.record(firm.chen, book.a, **said())
    assert book.a.obligations.filter(kind="call").exclude(state=OPEN).get().state == "missed"
    assert ComplianceWeek.objects.get(person=firm.chen, week=monday(today - days(2)), grade="A").due == 1


def test_another_grade_closes_the_old_duties_and_opens_its_own(firm, book, today, said):
    actions.tick(today)
    Customer.objects.filter(pk=book.a.pk).update(grade="B")
    actions.record(firm.chen, book.a, **said())
    assert running(book.a) == {"call": (today + days(15), None), "trial": (today + days(90), None)}


def test_yesterdays_contact_can_be_added_and_does_not_become_the_last_when_there_was_a_later_one(firm, book, today, said):
    actions.record(firm.chen, book.a, **said())
    before = timezone.now() - timedelta(days=2)
    assert actions.record(firm.chen, book.a, **said(at=before)).at == before
    assert Customer.objects.get(pk=book.a.pk).last_contact_on == today


@pytest.mark.parametrize(("wrong", "field"), [
    ({"next_text": "  "}, "next_text"), ({"next_kind": ""}, "next_text"), ({"next_on": None}, "next_on"), ({"body": " "}, "body"),
    ({"next_on": -1}, "next_on"), ({"next_on": 400}, "next_on"), ({"at": 1}, "on"), ({"at": -9}, "on")])
def test_a_refusal_names_its_field_and_changes_nothing(firm, book, today, said, wrong, field):
    for name, value in wrong.items():
        if isinstance(value, int):
            wrong = {name: today + days(value) if name == "next_on" else timezone.now() + days(value)}
    with pytest.raises(Refused) as no:
        actions.record(firm.chen, book.a, **said(**wrong))
    assert (no.value.field, no.value.clause) == (field, "2.2.5")
    assert not FollowUp.objects.exists() and not Obligation.objects.exists() and not Entry.objects.exists()
    assert Customer.objects.get(pk=book.a.pk).next_step == ""


def test_the_contact_belongs_to_the_customer(firm, book, said):
    with pytest.raises(Refused):
        actions.record(firm.chen, book.b, **said(contact=book.shen))
    assert not FollowUp.objects.exists()


def test_who_may_record(firm, book, today, said):
    with pytest.raises(OutOfReach):
        actions.record(firm.lin, book.a, **said())
    with pytest.raises(Refused, match="."):
        actions.record(firm.gu, book.a, **said())
    with pytest.raises(OutOfReach):
        actions.record(firm.xu, book.a, **said())
    assert not FollowUp.objects.exists()
    Collaboration.objects.create(customer=book.a, person=firm.lin, starts_on=today)
    for actor in (firm.chen, firm.wang, firm.zhou, firm.lin):
        actions.record(actor, book.a, **said())
    assert FollowUp.objects.count() == 4


def test_a_record_leaves_what_each_of_its_verbs_left_and_reads_the_customer_once(firm, book, today, said):
    actions.record(firm.chen, book.a, **said())
    known = set(Entry.objects.values_list("pk", flat=True))
    with remembering():
        assert firm.chen.role   # what a request has read before
        with CaptureQueriesContext(connection) as asked:
            made = actions.record(firm.chen, book.a, **said(next_text="再约"))
    told = [q["sql"] for q in asked if "INSERT" in q["sql"] and "kernel_entry" in q["sql"]]
    assert len(told) == 1 and sum(q["sql"].startswith("SELECT") and 'FROM "customers_customer"' in q["sql"] for q in asked) == 1
    subject, left = f"customers.customer:{book.a.pk}", Entry.objects.exclude(pk__in=known).order_by("pk")
    assert [(e.verb, e.subject) for e in left] == [("customers.set_next_step", subject), ("followup.record", subject),
                                                   ("followup.record", f"followup.followup:{made.pk}")]
    assert left[0].change == {"next_step": ["上门", "再约"]} and left[1].change == {}
    assert Customer.objects.get(pk=book.a.pk).next_step == "再约"


def test_put_off_keeps_what_is_to_be_done(firm, book, today, said):
    actions.record(firm.chen, book.a, **said())
    actions.reschedule(firm.chen, book.a, on=today + days(9))
    fresh = Customer.objects.get(pk=book.a.pk)
    assert (fresh.next_step, fresh.next_step_kind, fresh.next_step_on) == ("上门", "visit", today + days(9))
    with pytest.raises(Refused):
        actions.reschedule(firm.chen, book.a, on=today - days(1))
    with pytest.raises(Refused):
        actions.reschedule(firm.chen, book.b, on=today + days(1))
    assert Customer.objects.get(pk=book.a.pk).next_step_on == today + days(9)
