"""Many quotients in one formula, measures of days, measures of a customer to date: against fractions worked out in plain Python."""
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest

from squaredeal.engine import Tables, load_plan, run
from squaredeal.engine.formula.values import rounded

pytestmark = pytest.mark.once
HEAD = "effective: {from: 2026-01-01}\ncurrency: CNY\nperiod: month\n"
SETTLED = "settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}\n"


def lines(text, facts, **more):
    rows = [{"id": f"f{place}", **fact} for place, fact in enumerate(facts)]
    credits = [{"fact": row["id"], "payee": row["payee"], "share": "1"} for row in rows]
    people = [{"payee": who, "position": "rep", "from": "2025-01-01"} for who in sorted({row["payee"] for row in rows})]
    return run(load_plan(text), Tables(facts=[{k: v for k, v in row.items() if k != "payee"} for row in rows], credits=credits, people=people, **more)).lines


def test_a_scorecard_of_five_goals_is_computed_though_their_product_has_no_room():
    rng, goals = Random(7), [f"m{n}" for n in range(5)]
    text = f"plan: scorecard\n{HEAD}measures:\n" + "".join(f"  {m}: {{sum: amount, over: {m}, window: month}}\n" for m in goals) + (
        "components:\n  - {name: bonus, each: month, base: 300000, rate: \"" + " + ".join(f"20% * min(120%, attainment({m}))" for m in goals) + "\"}\n"
        "  - {name: reached, each: month, rate: {lump: \"if(" + " + ".join(f"attainment({m})" for m in goals[:3]) + " >= 100%, 50, 0)\"}}\n" + SETTLED)
    given = {m: (rng.randint(100, 99_999_999), rng.randint(10_000_019, 99_999_989)) for m in goals}
    given["m0"], given["m1"], given["m2"] = (1, 3), (1, 3), (7, 21)  # thirds make a whole
    facts = [{"kind": m, "date": "2026-01-10", "amount": str(made), "payee": "Ann"} for m, (made, _goal) in given.items()]
    found = {line.component: line.earned for line in lines(text, facts, quotas=[{"payee": "Ann", "measure": m, "period": "2026-01", "value": str(goal)} for m, (_made, goal) in given.items()])}
    wanted = rounded(300000 * sum(Fraction(1, 5) * min(Fraction(6, 5), Fraction(made, goal)) for made, goal in given.values()), 2)
    assert Fraction(found["bonus"]) == wanted and found["reached"] == 50


def test_first_and_last_days_and_what_a_customer_is_to_date_are_those_of_plain_python():
    text = f"plan: days\n{HEAD}" + """measures:
  first: {sum: date, take: smallest, over: sale, window: life, per: customer, of: everybody}
  before: {sum: date, take: largest, over: sale, window: life, per: customer, of: everybody, until: before fact}
  so far: {sum: amount, over: sale, window: year to date, per: customer}
components:
  - {name: age, each: sale, rate: {lump: date - first}}
  - {name: gap, each: sale, where: known(before), rate: {lump: date - before}}
  - {name: on anniversary, each: sale, where: "date >= nth_day(first, 2, day(first))", rate: {lump: 1}}
  - {name: open, each: month, per: customer, rate: {lump: 1% * so far}}
""" + SETTLED
    rng, start = Random(11), date(2026, 1, 1)
    days = sorted(rng.sample(range(150), 40))
    facts = [{"kind": "sale", "date": (start + timedelta(days=day)).isoformat(), "amount": str(rng.randint(1, 9999)), "customer": rng.choice("xyz"), "payee": rng.choice(["Ann", "Ben"])} for day in days]
    found, wanted = defaultdict(Fraction), defaultdict(Fraction)
    for line in lines(text, facts):
        found[line.component, line.payee, line.period] += Fraction(line.earned)
    sold = defaultdict(list)
    for row in facts:
        day, last = date.fromisoformat(row["date"]), sold[row["customer"]][-1:]
        first = sold[row["customer"]][0] if last else day
        key = row["payee"], f"{day:%Y-%m}"
        wanted["age", *key] += (day - first).days
        wanted["gap", *key] += (day - last[0]).days if last else 0
        turn = date(2026, first.month + 2, min(first.day, (date(2026, first.month + 3, 1) - timedelta(days=1)).day))
        wanted["on anniversary", *key] += day >= turn
        sold[row["customer"]].append(day)
    months = sorted({row["date"][:7] for row in facts})
    for month in months:
        for who in ("Ann", "Ben"):
            for customer in "xyz":
                amount = sum(Fraction(row["amount"]) for row in facts if row["payee"] == who and row["customer"] == customer and row["date"][:7] <= month)
                wanted["open", who, month] += rounded(amount / 100, 2)
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in wanted.items() if v}
