"""Checking a plan: every problem at once, each with place, reason and remedy in both languages; what a policy leaves open is refused; risky clauses are warned of."""
import re

import pytest

from squaredeal.engine import PlanProblems, Tables, check, load_plan

PLAN = """
plan: check
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  sold: {sum: amount, over: sale, window: month}
components:
  - name: commission
    each: receipt
    base: amount
    rate: 1%
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
pytestmark = pytest.mark.once


def problems(text):
    with pytest.raises(PlanProblems) as wrong:
        load_plan(text)
    return wrong.value.problems


def changed(old, new):
    assert old in PLAN
    return PLAN.replace(old, new, 1)


def test_the_plan_of_these_tests_has_no_findings():
    assert not check(load_plan(PLAN))


OPEN = {
    "A01 whole or marginal": ("rate: 1%", "rate: {by: base, window: month, table: [[0, 1%]]}", "components.commission.rate", "no known way"),
    "A03 gap": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[0, 100, 1%], [200, 300, 2%]], beyond: nothing}", "components.commission.rate", "gap between 100 and 200"),
    "A03 overlap": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[0, 100, 1%], [80, 2%]]}", "components.commission.rate", "overlap at 80"),
    "A03 rows that do not rise": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[100, 1%], [0, 2%]]}", "components.commission.rate", "overlap"),
    "A03 beyond the last row": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[0, 100, 1%]]}", "components.commission.rate", "beyond 100"),
    "A03 below the first row": ("rate: 1%", "rate: {tiers: marginal, by: sold, table: [[100, 1%]]}", "components.commission.rate", "start at 0"),
    "A05 window of the running base": ("rate: 1%", "rate: {tiers: marginal, by: base, table: [[0, 1%]]}", "components.commission.rate.window", "over what time"),
    "A05 window of a measure": (", window: month}", "}", "measures.sold.window", "over what time"),
    "A05 window of a limit": ("rate: 1%", "rate: 1%\n    limit: {cap: 100}", "components.commission.limit.window", "over what time"),
    "A06 what is 100 %": ("rate: 1%", "rate: 1%\n    release: {pro rata to: receipt}", "components.commission.release", "what is 100 %"),
    "A06 what is received": ("rate: 1%", "rate: 1%\n    release: {milestones: [[100%, 100%]], of: amount}", "components.commission.release", "what is received"),
    "A10 axes of a matrix": ("rate: 1%", "rate: {rows: sold, row edges: [0], column edges: [0], matrix: [[1%]]}", "components.commission.rate.columns", "missing"),
    "A11 what the base is": ("    base: amount\n", "", "components.commission.base", "no base"),
    "A12 own deals": ("rate: 1%", "rate: 1%\n    credit: {roll up: 1}", "components.commission.credit.own deals", "missing"),
    "A14 what is not released": ("rate: 1%", "rate: 1%\n    release: {share: 50%}", "components.commission.release", "lost or later"),
    "A15 a negative month": (" negative: carry,", "", "settlement.negative", "negative period"),
    "A18 a gate without a quota": ("rate: 1%", "rate: 1%\n    gate: {attainment of: sold, at least: 40%}", "components.commission.gate", "without a quota"),
    "A19 a pay day on a holiday": ("statutory cap: 20%", "statutory cap: 20%, pay: {day: 15}", "settlement.pay.holiday", "missing"),
    "A20 rounding": ("round: half up to fen once per line, ", "", "settlement.round", "missing"),
    "A20 where it is rounded": ("half up to fen once per line", "half up to fen", "settlement.round", "half up to fen once per line"),
    "A21 period": ("period: month\n", "", "period", "missing"),
    "A24 recognition event": ("    each: receipt\n", "", "components.commission.each", "missing"),
    "A32 effective from": ("effective: {from: 2026-01-01}", "effective: {}", "effective.from", "missing"),
    "A35 what attainment is of": ("rate: 1%", "rate: {tiers: whole, by: attainment of nothing, table: [[0, 1%]]}", "components.commission.rate.by", "nothing is not a measure"),
    "a reserve's refund": ("rate: 1%", "rate: 1%\n    reserve: {keep: 10%}", "components.commission.reserve.refund", "missing"),
    "a draw, recoverable or not": ("statutory cap: 20%", "statutory cap: 20%, draw: {amount: 100}", "settlement.draw.recoverable", "missing"),
}


@pytest.mark.parametrize(("old", "new", "place", "words"), OPEN.values(), ids=OPEN)
def test_what_a_policy_leaves_open_is_refused(old, new, place, words):
    found = problems(changed(old, new))
    assert [p for p in found if p.place == place and words in p.text("en")], [p.text("en") for p in found]
    for p in found:
        assert p.severity == "error" and p.reason["zh"] and p.reason["en"] and p.remedy["zh"] and p.remedy["en"]


WRONG = {
    "unknown name": ("base: amount", "base: amuont", "components.commission.base", "amuont is not known"),
    "unknown measure": ("base: amount", "base: amount * attainment(slod)", "components.commission.base", "slod is not a measure"),
    "unknown component": ("base: amount", "base: earned(bonus)", "components.commission.base", "bonus is not a component"),
    "money times money": ("base: amount", "base: amount * amount", "components.commission.base", "money, money cannot be multiplied"),
    "a sum as a rate": ("rate: 1%", "rate: amount", "components.commission.rate", "is money too"),
    "a condition that is none": ("rate: 1%", "rate: 1%\n    where: amount + 1", "components.commission.where", "wanted yes or no"),
    "a base beside a sum": ("rate: 1%", "rate: {lump: 100}", "components.commission.base", "takes no base"),
    "a term that names itself": ("measures:", "terms: {a: b, b: a}\nmeasures:", "terms.a", "refers to itself"),
    "the name of a column": ("  sold:", "  amount:", "measures.amount", "name of"),
    "two of a name": ("settlement:", "  - {name: commission, each: receipt, base: amount, rate: 1%}\nsettlement:", "components.commission", "stands twice"),
    "a bar in a name": ("name: commission", "name: a|b", "components.a|b", "vertical bar"),
    "ends before it begins": ("{from: 2026-01-01}", "{from: 2026-01-01, to: 2025-01-01}", "effective", "ends before"),
    "a misspelt field": ("rate: 1%", "rate: 1%\n    facter: [{times: 2}]", "components.commission.facter", "did you mean factor"),
    "a choice there is not": ("period: month", "period: week", "period", "cannot be week"),
    "a formula that cannot be read": ("base: amount", "base: amount ** 2", "components.commission", "cannot read it near character"),
    "a number left over by a comma": ("rate: 1%", "rate: 1%\n    factor: [{times: if(amount > 1, 3, 1)}]", "line 13", 'put the formula in quotes: "if(amount > 1, 3, 1)"'),
    "a comma in braces": ("rate: 1%", "rate: 1%\n    factor: [{times: max(0, amount) / 2}]", "line 13", 'put the formula in quotes: "max(0, amount) / 2"'),
    "a comma in braces that is never closed": ("rate: 1%", "rate: 1%\n    factor: [{times: max(0, amount}]", "components.commission.factor.0.times", "a comma ends the value"),
    "a window too short": ("each: receipt\n    base: amount", "each: quarter\n    base: sold", "components.commission", "shorter than quarter"),
    "a period that is none": ("each: receipt", "each: monthly", "components.commission.each", "write each: month"),
    "a text without quotes": ("base: amount", "base: amount\n    who: position = rep", "components.commission.who", "text stands in quotes"),
    "a field that stands elsewhere": ("rate: 1%", "rate: 1%\n    cap: 500", "components.commission.cap", "it is a field of"),
    "a number where a map is meant": ("rate: 1%", "rate: 1%\n    limit: 500", "components.commission.limit", "it may hold: cap, floor, per, window"),
    "a list that is none": ("rate: 1%", "rate: 1%\n    factor: 50%", "components.commission.factor", "put it in [ ]"),
    "credit in no known way": ("rate: 1%", "rate: 1%\n    credit: overlay", "components.commission.credit", "write [owner, split]"),
    "two keys of a name": ("currency: CNY", "currency: CNY\ncurrency: USD", "line 5", "stands twice"),
    "not YAML": ("currency: CNY", "currency: [CNY", "line 5", "cannot be read"),
}


@pytest.mark.parametrize(("old", "new", "place", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(old, new, place, words):
    found = problems(changed(old, new))
    assert [p for p in found if p.place.startswith(place) and words in p.text("en")], [p.text("en") for p in found]
    for p in found:
        assert p.reason["zh"] and p.reason["en"] and p.remedy["zh"] and p.remedy["en"]
        assert re.search("[\u4e00-\u9fff]", p.text("zh"))


def test_every_problem_is_told_at_once():
    shape = problems("plan: ''\neffective: {}\nperiod: week\ncomponents: [{name: a, each: receipt, rate: {by: base}, limit: 3}]\nsettlement: {round: roughly}\n")
    assert {p.place for p in shape} >= {"plan", "effective.from", "period", "components.a.rate", "components.a.limit", "settlement.round"}
    sense = problems(changed("rate: 1%", "rate: {tiers: whole, by: base, table: [[0, x]]}\n    where: amount\n    limit: {cap: y}").replace(", window: month", "").replace(" negative: carry,", ""))
    assert {p.place for p in sense} >= {"components.commission.rate.table", "components.commission.where", "components.commission.limit.cap", "components.commission.limit.window",
                                        "components.commission.rate.window", "measures.sold.window", "settlement.negative"}


RISKY = {
    "L-02": ("rate: 1%", "rate: 1%\n    who: left > date", "components.commission.who"),
    "L-03 no cap": (", statutory cap: 20%", "", "settlement"),
    "L-03 over 20 %": ("statutory cap: 20%", "statutory cap: 30%", "settlement.statutory cap"),
    "L-03 a deduction": ("statutory cap: 20%", "deduction: {cap: 50%}", "settlement.deduction"),
    "L-03 owed": ("negative: carry, statutory cap: 20%", "negative: owed", "settlement.negative"),
    "L-04": ("each: receipt", "each: 罚款", "components.commission"),
    "L-07": ("rate: 1%", "rate: 1%\n    credit: [outsider]", "components.commission.credit"),
    "L-08": ("each: receipt", "each: bad_debt", "components.commission"),
}


@pytest.mark.parametrize(("old", "new", "place"), RISKY.values(), ids=RISKY)
def test_risky_clauses_are_warned_of_and_the_plan_still_loads(old, new, place):
    found = check(load_plan(changed(old, new)))
    assert [p.place for p in found if p.severity == "warning"] == [place]
    assert all(p.reason["zh"] and p.reason["en"] and p.remedy["zh"] and p.remedy["en"] and "L-0" in p.reason["zh"] for p in found)


@pytest.mark.parametrize(("written", "slip"), [
    ("rate: {tiers: whole, by: sold, table: [[0, 1%], [100000, 2%]]}", True), ("rate: {tiers: whole, by: attainment of sold, table: [[0, 1%]]}", True),
    ("rate: 1%\n    gate: {when: sold > 5}", True), ('rate: "if(rank(sold) = 1, 2%, 1%)"', True), ("rate: 1%\n    base: sold", True),
    ("rate: {tiers: whole, by: source(sold), table: [[0, 1%], [100000, 2%]]}", False), ("rate: 1%\n    factor: [{when: sold > 5, times: 2}]", False), ("rate: 1%\n    who: sold > 5", False)])
def test_a_role_that_is_paid_by_what_only_owners_are_counted_for_is_warned_of(written, slip):
    plan = changed("rate: 1%", f"{written}\n    credit: [overlay]").replace("each: receipt", "each: sale")
    plan = plan.replace("    base: amount\n", "", 1) if "base: sold" in written else plan
    told = [p for p in check(load_plan(plan)) if "owner" in p.reason["en"]]
    assert [(p.place, p.severity) for p in told] == [("components.commission", "warning")] * slip
    assert not slip or ("credit: [overlay]" in told[0].remedy["zh"] and "source(sold)" in told[0].remedy["en"])
    for other in (("window: month", "window: month, credit: [owner, split]"), ("window: month", "window: month, of: unit"), ("credit: [overlay]", "credit: [overlay, split]"), ("each: sale", "each: receipt")):
        assert not [p for p in check(load_plan(plan.replace(*other))) if "owner" in p.reason["en"]]


def test_a_guarantee_may_ask_for_measures_and_scores_and_not_for_a_column_of_facts():
    for asked in ("sold", "3000 * score(days)", "3000 * attainment(sold)", "quota(sold)"):
        load_plan(changed("statutory cap: 20%", f"draw: {{amount: {asked}, recoverable: false}}"))
    found = problems(changed("statutory cap: 20%", "draw: {amount: 30 * quantity, recoverable: false}"))
    assert [p.place for p in found if p.severity == "error"] == ["settlement.draw.amount"]


def test_a_rate_of_more_than_its_base_is_warned_of():
    assert [p.place for p in check(load_plan(changed("rate: 1%", "rate: 2")))] == ["components.commission.rate"]
    assert not check(load_plan(changed("rate: 1%", "rate: 200%")))


def test_a_measure_may_not_be_called_like_a_column_in_chinese():
    found = problems(changed("sold: {", "成本: {"))
    assert [p.place for p in found] == ["measures.成本"] and "cost" in found[0].text("zh")


ELSEWHERE = {
    "a table by base that rolls on": ("rate: 1%", "rate: {tiers: marginal, by: base, window: last 3 periods, table: [[0, 1%]]}", "components.commission.rate.window", "define a measure"),
    "a floor that rolls on": ("rate: 1%", "rate: 1%\n    limit: {floor: 1, window: last 12 months}", "components.commission.limit.floor", "write window: month, quarter"),
    "a limit per person": ("rate: 1%", "rate: 1%\n    limit: {cap: 1, window: month, per: payee}", "components.commission.limit.per", "a column of people"),
    "a fact divided within a unit": ("rate: 1%", "rate: 1%\n    split: {by: 1, within: unit}", "components.commission.split.within", "each day apart with per: date"),
    "a column of facts by month": ("    each: receipt\n", "    each: month\n", "components.commission", "amount is a column of facts"),
    "an edge of each person's own": ("rate: 1%", "rate: {tiers: marginal, by: sold, table: [[0, 0], [2 * level, 1%]]}", "components.commission.rate", "write quota: level in a measure"),
    "a row of other words": ("rate: 1%", "rate: {tiers: marginal, by: sold, table: [{up to: 5, rate: 1%}]}", "components.commission.rate", "[1000, 6%]"),
    "a spreadsheet's function": ("base: amount", "base: sumif(amount)", "components.commission", "{sum: amount, over: sale"),
    "another language's if": ("rate: 1%", "rate: '1% if amount > 5 else 2%'", "components.commission.rate.flat", "if(condition, then, otherwise)"),
    "a per cent in words": ("rate: 1%", "rate: 5 percent", "components.commission.rate.flat", "5%"),
    "a day with slashes": ("    base: amount", "    where: date > 03/15/2026\n    base: amount", "components.commission.where", "2026-03-15"),
    "the median of a measure": ("rate: 1%", "rate: {lump: median(sold)}", "components.commission.rate.lump", "paid: false"),
    "two columns, one unknown": ("sum: amount, over: sale", "sum: amount, per: [customer, colour], over: sale", "measures.sold.per", "colour"),
}


@pytest.mark.parametrize(("old", "new", "place", "words"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_would_do_something_else_says_where_it_belongs(old, new, place, words):
    found = problems(changed(old, new))
    assert [p for p in found if p.place == place and words in p.text("en")], [p.text("en") for p in found]


@pytest.mark.parametrize(("written", "place"), [
    ("    limit: {floor: -100%, window: fact}\n", "components.commission.limit.floor"), ("    limits: [{cap: 500, window: fact}, {cap: 'if(position = \"rep\", 150%, 200%)', window: month}]\n", "components.commission.limit.cap"),
    ("    limit: {cap: 5% * sold, window: month}\n", None), ("    paid: false\n    limit: {cap: 150%, window: fact}\n", None),
    ("  - {name: bonus, each: month, rate: {lump: 5%}}\n", "components.bonus.rate.lump"), ("  - {name: score, each: month, rate: {lump: 60% * attainment(sold)}, paid: false}\n", None)])
def test_a_share_where_a_sum_of_money_stands_is_warned_of(written, place):
    found = check(load_plan(PLAN.replace("    rate: 1%\n", f"    rate: 1%\n{written}")))
    assert [(p.place, p.severity) for p in found] == ([(place, "warning")] if place else [])


@pytest.mark.parametrize(("written", "place"), [("cap: {amount: 20%, window: year}", "settlement.cap.amount"), ("draw: {amount: 20%, recoverable: false}", "settlement.draw.amount"), ("cap: {amount: 2 * pay, window: year}", None)])
def test_a_share_where_the_settlement_takes_a_sum_is_warned_of(written, place):
    text = PLAN.replace("statutory cap: 20%", f"statutory cap: 20%, {written}").replace("measures:", "attributes: {pay: money}\nmeasures:")
    assert [(p.place, p.severity) for p in check(load_plan(text))] == ([(place, "warning")] if place else [])


def test_a_column_that_is_declared_and_that_no_table_has_is_said_to_be_missing_there():
    plan = load_plan(PLAN.replace("measures:", "attributes: {handed_over: date}\nmeasures:").replace("rate: 1%", "rate: if(known(handed_over), 1%, 2%)"))
    found = check(plan, Tables(facts=[{"id": "e", "kind": "receipt", "date": "2026-01-05", "amount": "1"}], credits=[{"fact": "e", "payee": "Ann", "share": "1"}]))
    assert [(p.place, p.text("en")) for p in found if p.place != "credits.payee" and p.severity == "error"] == [("components.commission.rate", "components.commission.rate: handed_over is not known here: no table has the column; add the column to facts or people")]


@pytest.mark.parametrize(("by", "kind"), [("quantity", "a number"), ("overdue_days", "days"), ("1 + quantity", "a number")])
def test_a_lookup_by_a_number_is_told_of_the_grid(by, kind):
    found, = problems(PLAN.replace("rate: 1%", f"rate: {{lookup: {by}, rows: {{2: 10%, 3: 5%}}, otherwise: 0}}"))
    assert found.place == "components.commission.rate.lookup" and f"a lookup finds a word, and {by} is {kind}" in found.text("en") and f"{{grid: step, by: {by}, " in found.text("en")


def test_numbers_that_are_probably_per_cents_are_warned_of():
    found = check(load_plan(changed("rate: 1%", "rate: {tiers: whole, by: attainment of sold, table: [[0, 5], [100, 8]]}")))
    assert [p.severity for p in found] == ["warning"] * 2 and "5 times the base" in found[0].text("en") and "10000 %" in found[1].text("en")
    gate = "rate: 1%\n    gate: {attainment of: sold, at least: 80, without quota: passes}"
    assert ["8000 %" in p.text("en") for p in check(load_plan(changed("rate: 1%", gate)))] == [True]
    assert not check(load_plan(changed("rate: 1%", gate.replace("80,", "80%,"))))
    assert not check(load_plan(changed("rate: 1%", "rate: {tiers: marginal, by: 达成率(sold), table: [[0, 1%], [100%, 2%]]}")))


def test_every_formula_cut_by_its_comma_is_told_whole_beside_what_else_is_wrong():
    text = changed("rate: 1%", """rate: {tiers: whole, by: amount, table: [[0, if(customer = 'A', 1%, 2%)], [30, max(1%, 2%)]]}   # if(a, b)
    where: {not: this}
    factor: [{when: customer in ("A", 'B') and amount > 0, times: "min(1, 2)"}, {times: earned(commission, [last 3 periods])}]""")
    found = [p.text("en") for p in problems(text)]
    quoted = [f.split("in quotes: ")[1] for f in found if "in quotes: " in f]
    assert quoted == ['"if(customer = \'A\', 1%, 2%)"', '"max(1%, 2%)"', "'customer in (\"A\", \'\'B\'\') and amount > 0'", '"earned(commission, [last 3 periods])"']
    assert any(f.startswith("components.commission.where") for f in found)


@pytest.mark.parametrize(("measure", "rate", "refused"), [
    ("window: month", "{tiers: whole, by: sold, table: [[0, 1%], [100, 2%]]}", True),
    ("window: month, until: fact", "{tiers: marginal, by: sold, table: [[0, 1%], [100, 2%]]}", True),
    ("window: month, of: unit", "{tiers: marginal, by: attainment of sold, missing: nothing, table: [[0, 1%], [100%, 2%]]}", True),
    ("window: month", "{lump plus excess: [[0, 0, 0], [100, 5, 1%]], by: sold}", True),
    ("window: month", "{tiers: marginal, by: base, window: month, table: [[0, 1%], [100, 2%]]}", False),
    ("window: month", "{tiers: whole, by: base, window: month, table: [[0, 1%], [100, 2%]]}", False)])
def test_a_base_that_is_not_to_count_is_refused_where_the_table_moves_by_a_measure(measure, rate, refused):
    text = PLAN.replace("window: month", measure).replace("rate: 1%", f"""rate: {rate}\n    override: [{{for: product, when: 'product = "P"', rate: 3%, in tiers: does not count}}]""")
    if refused:
        found = problems(text)
        assert [p.place for p in found] == ["components.commission.override.in tiers"]
        assert "moves by" in found[0].reason["en"]
    else:
        load_plan(text)
    load_plan(text.replace(", in tiers: does not count", ""))
