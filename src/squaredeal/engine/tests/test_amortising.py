"""The cost of a contract over its life: the parts add up, by months and by days, and a contract ended early leaves nothing."""
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
    def __init__(self, key, difference, day, component="提成", fact="f"):
        self.id, self.difference, self.day, self.component, self.payee, self.fact = key, D(difference), day, component, "陈", fact


def test_a_corrected_line_is_one_cost_and_months_are_summed():
    parts = amortised([Line("a", "100", date(2026, 1, 5)), Line("a", "20", None), Line("b", "60", date(2026, 2, 5)), Line("c", "9", date(2026, 2, 5), "奖金")],
                      3, components={"提成"})
    assert parts[0] == Part("a", "提成", "陈", "2026-01", D("120.00"), D("40.00"), D("80.00"))
    assert by_month(parts) == [("2026-01", D("40.00"), D("80.00")), ("2026-02", D("60.00"), D("80.00")), ("2026-03", D("60.00"), D("20.00")),
                               ("2026-04", D("20.00"), D("0.00"))]
