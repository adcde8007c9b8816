"""Two legs paid by the weaker one: against a plain walk window by window, whatever is carried and however the mark moves; and what cannot be compared is refused."""
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from squaredeal.engine import Tables, explain, load_plan, run
from squaredeal.engine.problems import PlanProblems

pytestmark = pytest.mark.once
MONTHS = [f"{2026 + n // 12}-{n % 12 + 1:02d}" for n in range(20)]
PLAN = """
plan: legs
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {mark: money}
measures:
  left: {sum: amount, over: sale, where: product = "l", window: month}
  right: {sum: amount, over: sale, where: product = "r", window: month}
  many: {count: facts, over: sale, window: month}
components:
  - {name: all, each: month, rate: {share of weaker: 10%, of: [left, right]}}
  - {name: some, each: month, rate: {share of weaker: 10%, of: [left, right], carried at most: mark}}
  - {name: moving, each: month, rate: {share of weaker: many / 100, of: [left / 3, right / 3], carried at most: 100 * month(date)}}
  - {name: none, each: month, rate: {share of weaker: 10%, of: [left, right], carried at most: 0}}
settlement: {round: half up to fen once per line, negative: carry}
"""


def world(seed):
    odd = random.Random(seed)
    facts = [{"id": f"s{n}", "kind": "sale", "date": f"{odd.choice(MONTHS)}-{odd.randint(1, 28):02d}", "product": odd.choice("lr"), "amount": str(odd.choice((1, 1, 1, -1)) * odd.randint(1, 90000) / Decimal(100))}
             for n in range(60)]
    credits = [{"fact": f["id"], "payee": odd.choice("ab"), "share": "1", "role": "owner"} for f in facts]
    people = [{"payee": who, "position": "rep", "from": "2026-01-01", "mark": mark} for who, mark in (("a", "500"), ("b", "55.55"))]
    return facts, credits, Tables(facts=facts, credits=credits, people=people)


def fen(value):
    """To the fen, halves away from zero."""
    whole = (abs(value) * 200 + 1) // 2
    return Decimal(int(whole if value >= 0 else -whole)) / 100


def walked(legs, part, mark):
    """[what each window pays] of two legs by window: what is carried stands above nothing for the first, below it for the second."""
    carried, found = Fraction(0), []
    for place, (left, right) in enumerate(legs):
        found.append(fen(min(left + max(carried, 0), right + max(-carried, 0)) * part(place)))
        wall = mark(place)
        carried = carried + left - right if wall is None else max(-wall, min(wall, carried + left - right))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_it_is_paid_as_a_plain_walk_has_it(seed):
    facts, credits, tables = world(seed)
    result = run(load_plan(PLAN), tables)
    paid = {(x.component, x.payee, x.fact_period): x.earned for x in result.lines}
    whose = {c["fact"]: c["payee"] for c in credits}
    last = max(f["date"][:7] for f in facts)
    for payee, own in (("a", Fraction(500)), ("b", Fraction(5555, 100))):
        mine = [[f for f in facts if whose[f["id"]] == payee and f["date"][:7] == month] for month in MONTHS if month <= last]
        legs = [tuple(sum((Fraction(f["amount"]) for f in several if f["product"] == leg), Fraction(0)) for leg in "lr") for several in mine]
        thirds = [tuple(Fraction(round(leg / 3 * 10**8), 10**8) for leg in pair) for pair in legs]
        ways = {"all": (legs, lambda _n: Fraction(1, 10), lambda _n: None), "some": (legs, lambda _n: Fraction(1, 10), lambda _n, own=own: own), "none": (legs, lambda _n: Fraction(1, 10), lambda _n: Fraction(0)),
                "moving": (thirds, lambda n, mine=mine: Fraction(len(mine[n]), 100), lambda n: Fraction(100 * (n % 12 + 1)))}
        for name, (pairs, part, mark) in ways.items():
            found = [paid.get((name, payee, month), Decimal(0)) for month in MONTHS if month <= last]
            assert found == walked(pairs, part, mark), (name, payee)
    for line in result.lines[::7]:
        for lang in ("zh", "en"):
            assert explain(result, line.id, lang).result == line.earned


def test_the_why_says_what_was_carried_and_what_is_lost():
    facts = [{"id": f"s{n}", "kind": "sale", "date": day, "product": leg, "amount": amount} for n, (day, leg, amount) in enumerate([("2026-01-05", "l", "900"), ("2026-01-06", "r", "300"), ("2026-02-05", "r", "700")])]
    result = run(load_plan(PLAN), Tables(facts=facts, credits=[{"fact": f["id"], "payee": "a", "share": "1", "role": "owner"} for f in facts], people=[{"payee": "a", "position": "rep", "from": "2026-01-01", "mark": "500"}]))
    told = {x.fact_period: [explain(result, x.id, lang).text for lang in ("en", "zh")] for x in result.lines if x.component == "some"}
    assert "right 300.00: the weaker has 300.00; 500.00 of the stronger is carried on, 100.00 beyond that is lost  300.00 × 10%  30.00" in told["2026-01"][0]
    assert "0.00 + 500.00 carried, right 700.00: the weaker has 500.00; 200.00 of the stronger is carried on  500.00 × 10%  50.00" in told["2026-02"][0]
    assert "较小的 300.00；较大一边留下 500.00，超出的 100.00 作废" in told["2026-01"][1] and "0.00 + 上期留下的 500.00" in told["2026-02"][1]


@pytest.mark.parametrize(("old", "new", "words"), [
    ("{name: all, each: month", "{name: all, each: sale", "window by window"), ("of: [left, right]}}", "of: [left]}}", "write two legs"),
    ("of: [left, right]}}", "of: [left, nobody]}}", "nobody is not known"), ("{name: all, each: month", "{name: all, each: month, base: left", "takes no base")])
def test_what_cannot_be_compared_is_refused(old, new, words):
    assert old in PLAN
    with pytest.raises(PlanProblems) as refused:
        load_plan(PLAN.replace(old, new, 1))
    assert words in " ".join(p.text("en") for p in refused.value.problems)
