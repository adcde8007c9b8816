"""Examples of a plan: what may be given, and that a word nobody knows is refused, for it would be equal to nothing."""
import pytest

from squaredeal.engine import PlanProblems
from squaredeal.engine.proving import prove_text

PLAN = """
plan: examples
effective: {{from: 2026-01-01}}
currency: CNY
period: month
attributes: {{factor: number}}
measures:
  sold: {{sum: amount, over: [sale, entry], window: month}}
components:
  - name: commission
    each: [sale, entry]
    base: amount
    rate: {rate}
settlement: {{round: half up to fen once per line, negative: carry, statutory cap: 20%}}
examples:
  - when: one
    given: {given}
    then: {then}
"""
pytestmark = pytest.mark.once


def proof(given, then, rate="10%"):
    return prove_text(PLAN.format(given=given, then=then, rate=rate))[0]


@pytest.mark.parametrize(("given", "then"), [
    ("{sales: [{payee: Ann, amount: 100}]}", "{Ann: {commission: 10, payout: 10, total: 10}}"),
    ("{entries: [{payee: Ann, amount: 100}]}", "{Ann: {commission: 10}}"),
    ("{facts: [{kind: sale, payee: Ann, amount: 100}, {kind: other, payee: Ann, amount: 9}]}", "{Ann: {应发: 10}}"),
    ("{sales: [{amount: 100, share: {Ann: 70%, Bob: 30%}}]}", "{Ann: {commission: 7}, Bob: {commission: 3}}"),
    ("{sales: [{payee: Ann, amount: 100}, {payee: Ann, date: 2026-02-01, amount: 100}], as of: 2026-01-31}", "{Ann: {commission: 10}}"),
    ("{sales: [{payee: Ann, date: 2026-01-31, amount: 100}, {payee: Ann, date: 2026-02-01, amount: 50}], period: 2026-02}",
     "{Ann: {commission: 15, total: 5, earlier: 10}}"),
    ("{sales: [{payee: Ann, amount: 100}], period: 2026-02}", "{Ann: {commission: 10, total: 10, earlier: 0}}"),
    ("{sales: [{payee: Ann, amount: 100}, {payee: Ann, date: 2026-02-01, amount: -50}], close: [2026-01, 2026-02]}",
     "{Ann 2026-01: {payout: 10}, Ann 2026-02: {commission: -5, payout: 0, carried: -5}}"),
])
def test_examples_hold(given, then):
    found = proof(given, then)
    assert found.holds, (found.problems, found.computed)


@pytest.mark.parametrize(("given", "then"), [
    ("{sales: [{payee: Ann, amount: 100}], quota: {Ann: 50}}", "{Ann: {commission: 10, earned: 10}}"),
    ("{sales: [{payee: Ann, amount: 100}], quota: {Ann: {2026-01: 50}}}", "{Ann: {commission: 10}}"),
    ("{sales: [{payee: Ann, amount: 100}], quotas: [{measure: sold, payee: Ann, period: 2026-01, value: 50}]}", "{Ann: {commission: 10}}"),
    ("{sales: [{payee: Ann, amount: 50}], quota: {sold: {Ann: 50}}, scores: [{payee: Ann, name: care, value: 80%}]}", "{Ann: {commission: 2}}"),
    ("{sales: [{payee: Ann, amount: 100}], quota: {Ann: 100}, people: [Ann, Bob]}", "{Ann: {commission: 5}, Bob: {commission: 0}}"),
    ("{sales: [{amount: 100, credits: {Ann: 70%, Bob: 30%}}], quota: {Ann: 70, Bob: 60}}", "{Ann: {commission: 3.5}, Bob: {commission: 0.75}}"),
    ("{sales: [{payee: Ann, share: 100%, role: owner, amount: 100}], quota: {Ann: 50}}", "{Ann: {commission: 10}}"),
])
def test_goals_people_and_credits_may_be_written_as_rows_or_with_what_goes_without_saying_left_out(given, then):
    found = proof(given, then, rate="5% * attainment(sold) * if(score(care) > 0, score(care), 1)" if "scores" in given else "5% * attainment(sold)")
    assert found.holds, (found.computed, found.problems)


def test_the_words_of_what_is_given_in_chinese_and_a_kind_of_fact_called_like_one():
    given = "{人: {Ann: {factor: 2}}, 目标: {sold: {Ann: 50}}, 得分: {Ann: {k: 3}}, sales: [{payee: Ann, amount: 100}]}"
    assert proof(given, "{Ann: {commission: 1200}}", rate="attainment(sold) * score(k) * factor").holds
    scored = PLAN.replace("[sale, entry]", "[sale, 得分]").format(given="{得分: [{payee: Ann, amount: 100}]}", then="{Ann: {commission: 10}}", rate="10%")
    assert prove_text(scored)[0].holds


def test_a_name_nobody_has_is_told_where_periods_are_closed_and_whom_a_column_names_is_a_person():
    closed = "{close: [2026-01], sales: [{payee: Ann, amount: 100}]}"
    assert "is nobody" in str(proof(closed, "{Anne 2026-01: {commission: 0}}").problems[0]) and proof(closed, "{Ann 2026-01: {commission: 10}}").holds
    mentored = PLAN.replace("attributes: {{factor: number}}", "attributes: {{mentor: text}}").replace("base: amount", "base: amount\n    credit: {{roll up: 1, own deals: excluded, along: mentor}}")
    assert prove_text(mentored.format(given="{people: {Ann: {mentor: Max}}, sales: [{payee: Ann, amount: 100}]}", then="{Max: {commission: 10}}", rate="10%"))[0].holds


def test_an_example_of_one_period_that_fails_is_told_what_earlier_periods_are_paid_in_it():
    sales = "{period: 2026-02, sales: [{payee: Ann, date: 2026-01-31, amount: 100}, {payee: Ann, date: 2026-02-01, amount: 50}]}"
    found = proof(sales, "{Ann: {commission: 5}}")
    assert not found.holds and [w["code"] for w in found.warnings] == ["earlier_paid_too"] and "Ann" in found.warnings[0]["en"]
    assert not proof(sales.replace("2026-01-31", "2026-02-02"), "{Ann: {commission: 5}}").warnings


def test_several_rows_of_a_person_are_dated_assignments():
    people = "people: [{payee: Ann, position: rep, to: 2026-01-31, factor: 1}, {payee: Ann, position: rep, from: 2026-02-01, factor: 3}]"
    sales = "sales: [{payee: Ann, date: 2026-01-31, amount: 100}, {payee: Ann, date: 2026-02-01, amount: 100}]"
    assert proof(f"{{{people}, {sales}}}", "{Ann: {commission: 40}}", rate="10% * factor").holds


@pytest.mark.parametrize(("given", "then", "place"), [
    ("{sales: [{payee: Ann, amount: 100}]}", "{Ann: {comission: 0}}", "examples.then.Ann.comission"),
    ("{sales: [{payee: Ann, amount: 100}]}", "{Amy: {commission: 0}}", "examples.then.Amy"),
    ("{sales: [{payee: Ann, amount: 100}], close: [2026-01]}", "{Ann: {commission: 0}}", "examples.then.Ann"),
    ("{receipts: [{payee: Ann, amount: 100}]}", "{Ann: {commission: 0}}", "examples.given.receipts"),
    ("{sales: {Ann: 100}}", "{Ann: {commission: 0}}", "examples.given.sales"),
    ("{quotas: {slod: {Ann: 100}}}", "{Ann: {commission: 0}}", "examples.given.quota.slod"),
    ("{quotas: [{measure: sold, payee: Ann, value: 20}, {measure: sold, payee: Ann, value: 30}]}", "{Ann: {commission: 0}}", "quotas"),
    ("{quotas: [{measure: sold, payee: Ann}]}", "{Ann: {commission: 0}}", "examples.given.quota"),
    ("{sales: [{amount: 100, credits: [Ann]}]}", "{Ann: {commission: 0}}", "examples.given.sales"),
    ("{sales: [{payee: Ann, share: 50%, amount: 100}]}", "{Ann: {commission: 0}}", "credits.share"),
    ("{quota: {sold: 100}}", "{Ann: {commission: 0}}", "examples.given.quota.sold"),
    ("{scores: {Ann: 3}}", "{Ann: {commission: 0}}", "examples.given.scores.Ann"),
    ("{people: [[Ann]]}", "{Ann: {commission: 0}}", "examples.given.people"),
    ("{sales: [{payee: Ann, amount: 1,000}]}", "{Ann: {commission: 100}}", "examples.given.sales"),
    ("{close: 2026-01}", "{Ann 2026-01: {commission: 0}}", "examples.given.close"),
])
def test_what_is_not_understood_is_refused_with_its_place(given, then, place):
    found = proof(given, then)
    assert not found.holds
    assert place in {p.place for p in found.problems}
    assert all(p.reason["zh"] and p.reason["en"] and p.remedy["zh"] and p.remedy["en"] for p in found.problems)


def test_a_sum_alone_does_not_say_of_what():
    with pytest.raises(PlanProblems, match="examples.0.then: say of what: then: {Ann: {COMPONENT: 10}}"):
        proof("{sales: [{payee: Ann, amount: 100}]}", "{Ann: 10}")


def test_an_example_may_say_that_it_is_refused():
    shares = "{sales: [{amount: 100, share: {Ann: 70%, Bob: 20%}}]}"
    assert proof(shares, "{plan: {refused: shares do not sum to 1}}").holds
    assert not proof(shares, "{plan: {refused: something else}}").holds
    assert not proof("{sales: [{payee: Ann, amount: 1}]}", "{plan: {refused: shares do not sum to 1}}").holds


def test_a_failing_example_says_what_was_left_out():
    found = proof("{sales: [{payee: Ann, date: 2025-05-05, amount: 100}]}", "{Ann: {commission: 10}}")
    assert not found.holds and [w["code"] for w in found.warnings] == ["facts_outside_plan"]


def test_what_a_month_without_facts_was_paid_is_not_taken_back_later():
    text = PLAN.format(rate="10%", given="{people: {Ann: {factor: 1}}, sales: [{payee: Ann, date: 2026-02-10, amount: 100}], close: [2026-01, 2026-02, 2026-03]}",
                       then="{Ann 2026-01: {guarantee: 50, payout: 50}, Ann 2026-02: {commission: 10, guarantee: 40, earlier: 0, payout: 50}, Ann 2026-03: {guarantee: 50, payout: 50}}")
    found = prove_text(text.replace("settlement:", '  - {name: guarantee, each: month, rate: {lump: "max(0, 50 - earned(commission))"}}\nsettlement:'))[0]
    assert found.holds, found.computed


def test_an_example_that_fails_says_which_measure_it_gives_nothing_of():
    text = """
plan: slip
effective: {from: 2026-01-01}
currency: CNY
period: month
measures: {季签约: {sum: 金额, over: 签单, window: quarter}}
components: [{name: 提成, each: 签约, base: 金额, rate: "如果(季签约 > 1万, 2%, 0)"}]
settlement: {round: half up to fen once per line, negative: carry}
examples: [{when: 签单不是签约, given: {签约: [{人员: 陈, 金额: 10万}]}, then: {陈: {提成: 2000}}}]
"""
    (found,) = prove_text(text)
    assert not found.holds and [w["zh"] for w in found.warnings] == ["算例里没有指标 季签约 算的 签单"]


def test_what_is_carried_is_told_also_of_a_month_with_nothing_of_theirs():
    text = PLAN.format(rate="10%", given="{people: {Ann: {factor: 1}}, sales: [{payee: Ann, date: 2026-01-10, amount: -300}, {payee: Ann, date: 2026-03-10, amount: 400}], close: [2026-01, 2026-02, 2026-03]}",
                       then="{Ann 2026-01: {carried: -30}, Ann 2026-02: {carried: -30, payout: 0}, Ann 2026-03: {carried: -22, payout: 32}}")      # a fifth of 40
    (found,) = prove_text(text)
    assert found.holds, found.computed
