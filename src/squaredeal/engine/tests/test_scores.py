"""Scores and what else a cap or a release asks for, where they are not there: told by name, never taken as nothing."""
import pytest

from squaredeal.engine import PlanProblems, Tables, load_plan, run
from squaredeal.engine.plan import unmatched
from squaredeal.engine.plan.calendar import start_of
from squaredeal.engine.plan.check import check
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PLAN = """
plan: scores
effective: {{from: 2026-01-01}}
currency: USD
period: {period}
attributes: {{most: money}}
measures:
  sold: {{sum: amount, over: sale, window: {period}}}
  quarter: {{sum: amount, over: sale, window: quarter}}
components:
{components}
settlement: {{round: half up to cent once per line, negative: carry{settlement}}}
"""
SALE = "  - {name: c, each: sale, base: amount, rate: 10%}"
QUARTER = "  - {name: q, each: quarter, base: quarter, rate: 10%, gate: {when: score(k) > 0}}"


def plan(components=SALE, settlement="", period="month"):
    return load_plan(PLAN.format(period=period, components=components, settlement=settlement))


def tables(scores=(), most=None):
    facts = [{"id": f"f{n}", "kind": "sale", "date": f"2026-0{n}-15", "amount": "1000"} for n in (1, 2, 3)]
    people = [{"payee": who, "position": "rep", "from": "2025-01-01", "most": most} for who in ("Ann", "Bob")]
    credits = [{"fact": f["id"], "payee": who, "share": "0.5"} for f in facts for who in ("Ann", "Bob")]
    return Tables(facts=facts, credits=credits, people=people, scores=[{"payee": who, "name": "k", "period": period, "value": value} for who, period, value in scores])


MONTHS = [("Ann", "2026-01", "1"), ("Ann", "2026-02", "1"), ("Ann", "2026-03", "1")]


@pytest.mark.parametrize(("components", "settlement", "period"), [(QUARTER, "", "quarter"), (SALE, ", cap: {amount: 50 * score(k), window: period}", "quarter"), (QUARTER, "", "month")])
def test_scores_of_months_are_none_of_the_quarter_and_that_is_told(components, settlement, period):
    found = [p for p in check(plan(components, settlement, period), tables(MONTHS)) if p.place == "scores k Ann"]
    assert [(p.severity, "2026Q1" in p.text("en"), "2026Q1" in p.text("zh")) for p in found] == [("error", True, True)]
    with pytest.raises(PlanProblems, match="give the score of 2026Q1"):
        run(plan(components, settlement, period), tables(MONTHS))


@pytest.mark.parametrize("scores", [MONTHS[:2], [*MONTHS, ("Ann", "2026Q1", "1")], [*MONTHS, ("*", "2026Q1", "1")], [*MONTHS, ("Ann", "2026", "1")], [("Ann", "2026Q1", "1")]])
def test_nothing_is_told_while_the_quarter_goes_on_or_where_it_has_its_own(scores):
    assert not [p for p in check(plan(QUARTER, period="quarter"), tables(scores)) if p.place.startswith("scores")]


def test_where_the_months_are_read_too_the_quarter_without_is_a_warning():
    both = f"{QUARTER}\n  - {{name: m, each: month, base: sold, rate: 10%, gate: {{when: score(k) > 0}}}}"
    assert [p.severity for p in check(plan(both), tables(MONTHS)) if p.place.startswith("scores")] == ["warning"]
    assert {(x.component, x.payee, x.fact_period): x.earned for x in run(plan(both), tables(MONTHS)).lines if x.earned} == {("m", "Ann", f"2026-0{n}"): 50 for n in (1, 2, 3)}


@pytest.mark.parametrize(("amount", "lacks"), [("50 * score(k)", "score in k"), ("50 * attainment(sold)", "quota of sold"), ("most / 2", "most")])
def test_a_cap_on_all_pay_that_cannot_be_told_names_who_lacks_what(amount, lacks):
    scores = [("Bob", f"2026-0{n}", "1") for n in (1, 2, 3)]
    with pytest.raises(PlanProblems) as refused:
        run(plan(settlement=f", cap: {{amount: {amount}, window: period}}"), tables(scores))
    told = [p.text("en") for p in refused.value.problems]
    assert all(p.place == "settlement.cap.amount" for p in refused.value.problems) and f"Ann has no {lacks} for the period from 2026-02-01" in " ".join(told)
    assert any("Bob" in text for text in told) == ("score" not in amount)


def test_what_the_cap_says_of_those_without_holds_and_who_has_no_pay_needs_none():
    found = run(plan(settlement=", cap: {amount: 'if(known(score(k)), 20 * score(k), 30)', window: period}"), tables([("Bob", "2026-01", "1")]), period="2026-01")
    assert {s.payee: s.payout for s in found.statements} == {"Ann": 30, "Bob": 20}
    found = run(plan("  - {name: c, who: payee = \"Bob\", each: sale, base: amount, rate: 10%}", ", cap: {amount: 20 * score(k), window: period}"), tables([("Bob", "2026-01", "1")]), period="2026-01")
    assert {s.payee: s.payout for s in found.statements} == {"Bob": 20}


@pytest.mark.parametrize("limit", ["cap: 100 * score(k)", "floor: 300 * score(k)", "cap: 5000, floor: most"])
def test_a_limit_that_cannot_be_told_is_refused_with_the_fact(limit):
    with pytest.raises(PlanProblems, match="f1.*6 in all.*" + ("score in k" if "score" in limit else "fill in")):
        run(plan(SALE.replace("rate: 10%", f"rate: 10%, limit: {{{limit}, window: month}}")), tables())
    assert run(plan(SALE.replace("rate: 10%", f"rate: 10%, limit: {{{limit}, window: month}}")), tables([("*", "2026", "1")], most=0)).lines


@pytest.mark.parametrize(("release", "most", "told"), [
    ("pro rata to: receipt, of: most", None, "f1.*6 in all"), ("share: most / 1000, rest: lost", None, "f1.*6 in all"), ("share: 'min(1, 50 / most)', rest: later", 0, "f1.*6 in all"),
    ("share: score(k), rest: later", 1, "score in k")])
def test_a_release_that_cannot_be_told_is_refused_and_never_holds_for_ever(release, most, told):
    with pytest.raises(PlanProblems, match=told):
        run(plan(SALE.replace("rate: 10%", f"rate: 10%, release: {{{release}}}")), tables(most=most))
    assert run(plan(SALE.replace("rate: 10%", f"rate: 10%, release: {{{release}}}")), tables([("*", "2026", "1")], most=500)).lines


def test_what_one_sale_more_would_pay_is_not_told_where_the_cap_is_not_known():
    capped = plan(settlement=", cap: {amount: most, window: period}")
    told = {most: prepare(capped, tables(most=most), "Ann").what_if({"kind": "sale", "date": "2026-03-20", "amount": "1000"}) for most in (None, 120)}
    assert {most: (answer.earned, answer.payout) for most, answer in told.items()} == {None: (100, None), 120: (100, 70)}


def test_the_calendar_is_asked_of_each_period_and_not_of_each_person(monkeypatch):
    """Two hundred thousand scores took fourteen seconds of each run."""
    asked = []
    monkeypatch.setattr(unmatched, "start_of", lambda *given: asked.append(given) or start_of(*given))
    counts = []
    for many in (1, 40):
        asked.clear()
        found = unmatched.scores(plan(QUARTER), tables([(f"p{n}", period, value) for n in range(many) for _who, period, value in MONTHS]))
        counts.append((len(found), len(asked)))
    assert [found for found, _asked in counts] == [1, unmatched.MOST] and counts[0][1] == counts[1][1] > 0
