"""The quota and the attainment of whoever a fact is credited to, where somebody else is paid; against a plain reading, explained."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from squaredeal.engine import PlanProblems, Tables, explain, load_plan, run
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PLAN = """
plan: by the seller's attainment
effective: {from: 2026-01-01}
currency: USD
period: month
measures:
  sold: {sum: amount, over: sale, window: month}
  deals: {count: facts, over: sale, window: quarter}
  lately: {sum: amount, over: sale, window: last 2 months, until: fact, quota: 1000}
components:
  - {name: manager, credit: {roll up: 1, own deals: excluded}, each: sale, base: amount, rate: "if(source(attainment(sold)) >= 100%, 2%, 1%)"}
  - {name: scaled, credit: {roll up: 1, own deals: excluded}, each: sale, rate: {lump: "round(source(attainment(deals)) * 100, 2)"}}
  - {name: referrer, credit: [referrer], each: sale, rate: {lump: source(quota(sold)) / 10}}
  - {name: helped, credit: [referrer], each: sale, where: source(attainment(lately)) >= 600%, rate: {lump: 1}}
  - {name: each of them, credit: {roll up: 1, own deals: excluded}, each: month, rate: {lump: "if(source(attainment(sold)) >= 100%, 50, 0)"}}
settlement: {round: half up to cent once per line, negative: carry}
"""
GOALS = {"Ann": 9000, "Bob": 4000}


def world():
    rng = random.Random(2)
    facts = sorted(({"id": f"s{n:02d}", "kind": "sale", "date": date(2026, 1, 1) + timedelta(days=rng.randrange(170)), "amount": Decimal(rng.randrange(20000, 400000)) / 100, "who": rng.choice(sorted(GOALS))} for n in range(60)),
                   key=lambda f: (f["date"], f["id"]))
    credits = [{"fact": f["id"], "payee": who, "share": 1, "role": role} for f in facts for who, role in ((f["who"], "owner"), ("Ref", "referrer"))]
    people = [{"payee": who, "position": "rep", "manager": "Lee" if who in GOALS else None, "from": date(2025, 1, 1)} for who in (*GOALS, "Lee", "Ref")]
    quotas = [{"payee": who, "measure": "sold", "period": f"2026-{m:02d}", "value": goal} for who, goal in GOALS.items() for m in range(1, 7)]
    quotas += [{"payee": who, "measure": "deals", "period": f"2026Q{q}", "value": 12} for who in GOALS for q in (1, 2)]
    quotas += [{"payee": "Lee", "measure": "sold", "period": f"2026-{m:02d}", "value": 1} for m in range(1, 7)]  # nobody is paid by these
    return facts, Tables(facts=[{k: v for k, v in f.items() if k != "who"} for f in facts], credits=credits, people=people, quotas=quotas)


def cents(value):
    return Fraction((value * 200 + 1) // 2, 100)


def test_somebody_else_is_paid_by_the_quota_and_attainment_of_the_seller():
    facts, tables = world()
    result = run(load_plan(PLAN), tables)
    sold, deals, expected = defaultdict(Fraction), defaultdict(int), {}
    for f in facts:
        sold[f["who"], f["date"].month] += Fraction(f["amount"])
        deals[f["who"], (f["date"].month - 1) // 3] += 1
    for place, f in enumerate(facts):
        met, so_far = sold[f["who"], f["date"].month] >= GOALS[f["who"]], sum(x["amount"] for x in facts[:place + 1] if x["who"] == f["who"] and x["date"].month >= f["date"].month - 1)
        expected |= {("manager", f["id"]): cents(Fraction(f["amount"]) * (2 if met else 1) / 100), ("scaled", f["id"]): cents(Fraction(100 * deals[f["who"], (f["date"].month - 1) // 3], 12)),
                     ("referrer", f["id"]): Fraction(GOALS[f["who"]], 10), ("helped", f["id"]): Fraction(so_far >= (6000 if f["date"].month == 1 else 12000))}
    assert {(x.component, x.fact): Fraction(x.earned) for x in result.lines if x.fact and x.earned} == {k: v for k, v in expected.items() if v}
    assert len({v for k, v in expected.items() if k[0] == "helped"}) == 2 and len({expected["manager", f["id"]] > cents(Fraction(f["amount"]) / 100) for f in facts}) == 2
    months = {(x.source, x.fact_period): x.earned for x in result.lines if x.component == "each of them" and x.earned}
    assert months == {(who, f"2026-{m:02d}"): 50 for (who, m), value in sold.items() if value >= GOALS[who]}
    for line in result.lines[::5]:
        for lang in ("zh", "en"):
            assert explain(result, line.id, lang).result == line.earned
    line = next(x for x in result.lines if x.component == "manager")
    assert "attainment of sold of the person credited" in explain(result, line.id, "en").text and "归属者的sold的达成率" in explain(result, line.id, "zh").text


def test_what_if_says_that_it_depends_on_others():
    _facts, tables = world()
    told = prepare(load_plan(PLAN), tables, "Lee").what_if({"kind": "sale", "date": "2026-06-20", "amount": "1000"})
    assert [part.component for part in told.parts if part.unknown and part.component in ("manager", "scaled")] == ["manager", "scaled"]


@pytest.mark.parametrize(("formula", "words"), [("source(attainment(nothing))", "nothing is not a measure"), ("source(rank(sold))", r"source\(attainment\(MEASURE\)\)"), ("attainment(source(sold))", r"source\(attainment\(MEASURE\)\)")])
def test_what_it_is_not_for_is_refused_with_what_is(formula, words):
    with pytest.raises(PlanProblems, match=words):
        load_plan(PLAN.replace("source(attainment(sold)) >= 100%, 2%", f"{formula} >= 100%, 2%"))
