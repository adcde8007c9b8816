"""Periods of the firm's own, such as weeks, that do not end where a month does: what is paid by month, quarter or year is due in the one its last day lies in."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from squaredeal.engine import Tables, load_plan, run
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PLAN = """
plan: weeks
effective: {from: 2025-12-29}
currency: USD
period: table
attributes: {target: money}
measures:
  month sales: {sum: amount, over: sale, window: month}
  year sales: {sum: amount, over: sale, window: year}
components:
  - {name: good month, each: month, rate: {lump: "if(month sales >= 1000, 1, 0)"}, paid: false}
  - {name: month, each: month, base: month sales, rate: 10%}
  - {name: days, each: month, rate: {lump: target * active_days / period_days}}
  - {name: quarter, each: quarter, rate: {lump: 50 * earned(good month)}}
  - {name: sale, each: sale, base: amount, rate: 3%, paid: false}
  - {name: deal, each: deal, rate: {lump: 7}, paid: false}
  - {name: of the month, each: month, rate: {lump: "earned(sale) + earned(deal)"}}
  - {name: to date, each: month, rate: {lump: "earned(sale, [quarter to date]) - earned(sale, [last 2 months])"}}
  - {name: best, each: quarter, rate: {lump: "earned(good month, [average month]) * 3 + earned(sale, [largest month])"}}
  - {name: year, each: year, base: year sales, rate: 1%}
  - {name: kept, each: sale, base: amount, rate: 2%, reserve: {keep: 50%, refund: {at: quarter end}}}
settlement: {round: half up to cent once per line, negative: carry}
"""
HIRED = date(2026, 1, 22)


def weeks(rng):
    """Periods of one to four weeks from the end of 2025 into 2027, none of which ends with a month but by chance."""
    begin, found = date(2025, 12, 29), []
    while begin < date(2027, 1, 10):
        end = begin + timedelta(days=7 * rng.choice([1, 1, 2, 4]) - 1)
        found.append({"id": f"W{len(found) + 1:02d}", "from": begin, "to": end})
        begin = end + timedelta(days=1)
    return found


def world(seed):
    rng = random.Random(seed)
    periods = weeks(rng)
    facts = [{"id": f"s{n:03d}", "kind": "sale", "deal": f"D{n}", "date": HIRED + timedelta(days=rng.randrange(340)), "amount": Decimal(rng.randrange(100, 900))} for n in range(60)]
    people = [{"payee": "Ann", "position": "rep", "target": Decimal(300), "from": HIRED}]
    return periods, facts, Tables(facts=facts, credits=[{"fact": f["id"], "payee": "Ann", "share": 1} for f in facts], people=people, periods=periods)


def plain(periods, facts):
    """{(component, period): amount} by walking through the months."""
    def due(day):
        return next((p["id"] for p in periods if p["from"] <= day <= p["to"]), None)

    found, good, sums = defaultdict(Decimal), 0, [Decimal(0)]
    for month in range(1, 13):
        first = date(2026, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        sold = sum(f["amount"] for f in facts if first <= f["date"] <= last)
        there = (last - max(first, HIRED)).days + 1
        good += sold >= 1000
        sums.append(sold * Decimal("0.03"))
        found["of the month", due(last)] += sums[-1] + 7 * sum(first <= f["date"] <= last for f in facts)
        found["to date", due(last)] += sum(sums[month - (month - 1) % 3:]) - sum(sums[-2:])
        found["month", due(last)] += sold / 10
        found["days", due(last)] += (300 * Decimal(there) / last.day).quantize(Decimal("0.01"))
        if month % 3 == 0:
            found["quarter", due(last)] += 50 * good
            found["best", due(last)] += good + max(sums[-3:])
            good = 0
    found["year", due(date(2026, 12, 31))] += sum(f["amount"] for f in facts) / 100
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_paid_by_month_is_due_in_the_week_the_month_ends_in(seed):
    periods, facts, tables = world(seed)
    found = defaultdict(Decimal)
    for line in run(load_plan(PLAN), tables).lines:
        if line.component != "kept":
            found[line.component, line.period] += line.earned
    assert {key: amount for key, amount in found.items() if amount} == plain(periods, facts)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_kept_back_until_the_end_of_a_quarter_is_paid_back_in_the_week_it_ends_in(seed):
    """The quarter is that in which the fact's own week ends."""
    periods, facts, tables = world(seed)
    back, expected = defaultdict(Decimal), defaultdict(Decimal)
    for line in run(load_plan(PLAN), tables).lines:
        if line.component == "kept" and line.reserved < 0:
            back[line.period] -= line.reserved
    ends = [(day, next(p["id"] for p in periods if p["from"] <= day <= p["to"])) for day in (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31))]
    for fact in facts:
        due = next(p["to"] for p in periods if p["from"] <= fact["date"] <= p["to"])
        if due.year == 2026:
            expected[next(code for day, code in ends if due <= day)] += fact["amount"] / 100
    assert back == expected and len(back) == 4


def test_one_more_fact_moves_the_month_it_lies_in():
    _periods, _facts, tables = world(1)
    told = prepare(load_plan(PLAN), tables, "Ann").what_if({"kind": "sale", "date": "2026-05-20", "amount": "200"})
    assert {part.component: part.earned for part in told.parts if not part.unknown and part.component in ("month", "year")} == {"month": 20, "year": 2}
