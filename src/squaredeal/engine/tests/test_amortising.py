"""The cost of a contract over its life: the parts add up, by months and by days, and a contract ended early leaves nothing."""
import random
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.engine import PlanProblems
from squaredeal.engine.ledger.amortising import Part, amortised, by_month, schedule

pytestmark = pytest.mark.once
D = Decimal


def test_by_months_the_parts_add_up_to_the_cost():
    parts = schedule(D("1000.00"), date(2026, 3, 15), 36)
    assert len(parts) == 36 and parts[0] == ("2026-03", D("27.78"), D("972.22")) and parts[-1][2] == 0
    assert sum(p for _m, p, _l in parts) == D("1000.00") and {p for _m, p, _l in parts} == {D("27.77"), D("27.78")}


def test_by_days_the_first_and_last_month_are_parts_of_a_month():
    parts = schedule(D("366.00"), date(2027, 7, 15), 12, by="day")
    assert parts[0] == ("2027-07", D("17.00"), D("349.00")) and parts[-1] == ("2028-07", D("14.00"), D("0.00"))
    assert len(parts) == 13 and sum(p for _m, p, _l in parts) == D("366.00")


def test_a_contract_ended_early_is_expensed_at_once():
    assert schedule(D("1200.00"), date(2026, 1, 1), 12, ends=date(2026, 3, 20)) == [
        ("2026-01", D("100.00"), D("1100.00")), ("2026-02", D("100.00"), D("1000.00")), ("2026-03", D("1000.00"), D("0.00"))]


def test_a_taken_back_cost_is_spread_like_what_it_takes_back():
    assert sum(p for _m, p, _l in schedule(D("-100.00"), date(2026, 1, 31), 3)) == D("-100.00")


def test_no_months_and_unknown_ways_are_refused():
    for wrong in ({"months": 0}, {"months": 3, "by": "week"}):
        with pytest.raises(PlanProblems):
            schedule(D(1), date(2026, 1, 1), **wrong)


class Line:
    def __init__(self, key, difference, day, component="提成", fact="f", period="2026-01", of=None):
        self.id, self.difference, self.day, self.component, self.payee, self.fact = key, D(difference), day, component, "陈", fact
        self.period, self.fact_period = period, of or period


def test_a_corrected_line_is_one_cost_and_months_are_summed():
    parts = amortised([Line("a", "100", date(2026, 1, 5)), Line("a", "20", None), Line("b", "60", date(2026, 2, 5), period="2026-02"), Line("c", "9", date(2026, 2, 5), "奖金")],
                      3, components={"提成"})
    assert parts[0] == Part("a", "提成", "陈", "2026-01", D("120.00"), D("40.00"), D("80.00"))
    assert by_month(parts) == [("2026-01", D("40.00"), D("80.00")), ("2026-02", D("60.00"), D("80.00")), ("2026-03", D("60.00"), D("20.00")),
                               ("2026-04", D("20.00"), D("0.00"))]


def test_a_correction_begins_with_the_month_it_is_posted_in():
    parts = amortised([Line("a", "120", date(2026, 1, 5)), Line("a", "-60", date(2026, 1, 5), period="2026-03", of="2026-01")], 12)
    assert [(p.month, p.cost, p.expensed, p.left) for p in parts][:4] == [("2026-01", D("60.00"), D("10.00"), D("110.00")), ("2026-02", D("60.00"), D("10.00"), D("100.00")),
                                                                        ("2026-03", D("60.00"), D("-5.00"), D("45.00")), ("2026-04", D("60.00"), D("5.00"), D("40.00"))]
    [alone] = [amortised([Line("a", "-60", day, period="2026-03", of="2026-01")], 12) for day in (date(2026, 1, 5),)]
    assert (alone[0].month, alone[0].expensed, alone[0].left) == ("2026-03", D("-15.00"), D("-45.00"))
    assert amortised([Line("a", "-60", None, period="2026-03", of="2026-01")], 12) == alone  # what is gone has no day: its period has
    with pytest.raises(PlanProblems, match="has no day"):
        amortised([Line("a", "-60", None, period="P3", of="P1")], 12)


@pytest.mark.parametrize("by", ["month", "day"])
def test_all_schedules_add_up_to_what_was_capitalised_and_nothing_less_than_nothing_is_left(by):
    """A random line with corrections and claw-backs, of each month's folder alone and of all at once; two that take back a part may each round by half a fen."""
    rng = random.Random(11)
    for backs in (*[0, 1] * 20, *[2] * 20):
        at, key = rng.randrange(5), "提成|陈|f of 1/via"
        day, left = date(2026, 1 + at, rng.randrange(1, 28)), D(rng.randrange(1, 90000)) / 100
        lines = [Line(key, left, day, period=f"{day:%Y-%m}", fact="f of 1")]
        for later in sorted(rng.sample(range(at + 2, 12), backs)):
            back = min(left, D(rng.randrange(1, 90000)) / 100)
            left, when, fact = left - back, date(2026, later, rng.randrange(1, 28)), f"clawback e of {later} of f of 1"
            lines.append(Line(key, -back, day, period=f"{when:%Y-%m}", of=f"{day:%Y-%m}", fact="f of 1") if rng.random() < 0.5 else
                         Line(f"提成|陈|{fact}/via", -back, when, period=f"{when:%Y-%m}", fact=fact))
        months = [[line for line in lines if line.period == f"2026-{month:02}"] for month in range(1, 13)]
        assert sum(map(len, months)) == len(lines)
        for found in (amortised(lines, 7, by=by), [p for own in months for p in amortised(own, 7, by=by, posted={key: f"{day:%Y-%m}"})]):
            assert sum(p.expensed for p in found) == sum(line.difference for line in lines)
            for month in [f"{2026 + place // 12}-{place % 12 + 1:02}" for place in range(24)]:
                stays = sum((line.difference for line in lines if line.period <= month), D(0)) - sum((p.expensed for p in found if p.month <= month), D(0))
                assert stays >= (D("-0.01") if backs == 2 else 0) and (month < "2027-01" or stays == 0)
        assert all(p.month >= line.period for line in lines for p in amortised([line], 7, by=by, posted={key: f"{day:%Y-%m}"}))
