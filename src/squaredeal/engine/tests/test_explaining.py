"""What a line says of itself: every number where it comes from, arithmetic in brackets as it is computed, no word of the program."""
import pytest

from squaredeal.engine import Tables, curve, explain, load_plan, run, stands
from squaredeal.engine.explaining.explain import of_line
from squaredeal.engine.explaining.said import read

from .calculator import wrong

HEAD = "plan: T\neffective: {from: 2026-01-01, to: 2026-12-31}\nperiod: month\n"
TAIL = "settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}\n"


def told(components, facts, lang="zh", extra="", quotas=()):
    """{fact or period: text} of what a plan of these components says."""
    plan = load_plan(HEAD + extra + "components:\n" + components + TAIL)
    facts = [{"kind": "sale", **fact} for fact in facts]
    people = [{"payee": "陈", "position": "rep", "from": "2026-01-01"}]
    credits = [{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts]
    result = run(plan, Tables(facts=facts, credits=credits, people=people, quotas=list(quotas) or None))
    found = {}
    for line in result.lines:
        why = explain(result, line.id, lang)
        assert why.result == line.earned and not [w for step in why.steps if (w := wrong(step))], why.text
        found[line.fact or line.fact_period] = why.text
    return found


ONE = [{"id": "e1", "date": "2026-01-05", "amount": "60000", "quantity": "20", "price": "113"}]


def test_the_difference_is_divided_by_the_whole_of_what_it_is_net_of():
    text = told("  - {name: A, each: sale, rate: {share of difference: 50%, of: price, over: 100, quantity: quantity, divided by: 1 + 0.13}}\n", ONE)["e1"]
    assert "(113 − 100) × 20 ÷ (1 + 0.13) × 50%" in text and "115.04" in text
    assert "不高于" in told("  - {name: A, each: sale, rate: {share of difference: 50%, of: price, over: 200, quantity: quantity, divided by: 1}}\n", ONE)["e1"]


def test_a_condition_on_a_measure_is_told_with_what_the_measure_came_to():
    text = told("  - {name: A, each: month, where: sold >= 100, rate: {lump: 50}}\n", ONE, "en", "measures: {sold: {sum: amount, over: sale, window: month}}\n")["2026-01"]
    assert "sold 60,000.00 ≥ 100" in text


def test_what_is_settled_at_once_is_told_as_what_stays_less_what_was_released():
    facts = [{"id": "e1", "date": "2026-01-05", "amount": "1000", "deal": "D"}, {"id": "x", "kind": "cancel", "date": "2026-03-05", "amount": "0", "deal": "D"}]
    text = told("  - {name: A, each: sale, base: amount, rate: 60%, release: {instalments: [[0, 50%], [2, 75%], [4, 100%]]}, clawback: {on: cancel, within: ever, take: 50%, settled: at once}}\n", facts, "en")
    assert "settled at once" in text["clawback x of e1"] and "300.00 − 450.00" in text["clawback x of e1"] and "instalments" in text["e1"]


def test_a_receipt_across_an_edge_says_what_was_there_before():
    two = [*ONE, {"id": "e2", "date": "2026-01-06", "amount": "60000"}]
    text = told("  - {name: A, each: sale, base: amount, rate: {tiers: marginal, by: base, window: month, table: [[0, 1%], [100000, 2%]]}}\n", two)["e2"]
    assert "60,000.00 + 60,000.00 = 120,000.00" in text and "(100,000.00 − 60,000.00) × 1%" in text and "400.00 + 400.00" in text


def test_a_straight_line_shows_both_rows_and_money_stays_money():
    extra = "measures:\n  m: {sum: amount, over: sale, window: month}\n"
    text = told("  - {name: A, each: month, rate: {grid: linear, by: attainment(m), table: [[0, 0], [1, 1000]], below: first row, beyond: last row, missing: nothing}}\n", ONE, extra=extra,
                quotas=[{"payee": "陈", "measure": "m", "period": "2026-01", "value": "80000"}])["2026-01"]
    assert "0.00 + (1,000.00 − 0.00) × (75% − 0%) ÷ (100% − 0%)" in text and "100000%" not in text


def test_a_lump_and_its_excess_are_written_out():
    text = told("  - {name: A, each: sale, base: amount, rate: {lump plus excess: [[0, 0, 0], [50000, 2000, 15%]], by: base, window: month}}\n", ONE)["e1"]
    assert "2,000.00 + (60,000.00 − 50,000.00) × 15%" in text


@pytest.mark.parametrize(("lang", "words"), [("zh", "数量 20 > 10 成立"), ("en", "quantity 20 > 10: yes")])
def test_a_choice_says_which_condition_decided(lang, words):
    assert words in told('  - {name: A, each: sale, rate: {lump: "if(quantity > 10, 500, 100)"}}\n', ONE, lang)["e1"]


def test_almost_reached_is_not_said_to_be_reached():
    extra = "measures:\n  m: {sum: amount, over: sale, window: month}\n"
    text = told("  - {name: A, each: sale, base: amount, rate: 1%, gate: {attainment of: m, at least: 100%, without quota: nothing}}\n", ONE, extra=extra,
                quotas=[{"payee": "陈", "measure": "m", "period": "2026-01", "value": "60000.01"}])["e1"]
    assert "约 99.99%，没到 100%" in text


def test_a_negative_rate_stands_in_brackets():
    assert "60,000.00 × (−6%)" in told("  - {name: A, each: sale, base: amount, rate: -6%}\n", ONE)["e1"]


@pytest.mark.parametrize("rate", ["{tiers: marginal, by: base, window: month, table: [[0, 1%], [40000, 2%]]}", "{tiers: whole, by: base, window: month, table: [[0, 1%], [40000, 2%]]}",
                                  "{lump plus excess: [[0, 0, 0], [50000, 2000, 15%]], by: base, window: month}", "{grid: linear, by: quantity, table: [[0, 1%], [40, 3%]]}",
                                  "{tiers: whole, by: attainment of m, table: [[0, 1%], [70%, 2%], [80%, 3%]]}", "{grid: step, by: price, table: [[100, 4%], [120, 5%]]}"])
def test_what_the_curve_gives_where_a_line_stands_is_what_it_earned(rate):
    plan = load_plan(HEAD + "measures:\n  m: {sum: amount, over: sale, window: month}\ncomponents:\n  - {name: A, each: sale, base: amount, rate: " + rate + "}\n" + TAIL)
    quotas = [{"payee": "陈", "measure": "m", "period": "2026-01", "value": "80000"}]
    result = run(plan, Tables(facts=[{"kind": "sale", **ONE[0]}], credits=[{"fact": "e1", "payee": "陈", "share": "1"}], people=[{"payee": "陈", "position": "rep", "from": "2026-01-01"}], quotas=quotas))
    (line,) = result.lines
    here = stands(plan, line, read(plan, line.given))
    drawn = curve(plan, plan.component("A"), here)
    given = drawn.at(here)
    assert line.earned == (given if drawn.given == "money" else given * 60000) != 0


def test_what_is_prorated_is_said_as_days_over_days():
    plan = load_plan(HEAD + "attributes: {target: money}\ncomponents:\n  - {name: A, each: month, base: prorated(target), rate: 50%}\n" + TAIL)
    people = [{"payee": "陈", "position": "rep", "from": "2026-01-11", "to": "2026-01-20", "target": "3000"}, {"payee": "陈", "position": "rep", "from": "2026-01-21", "target": "6200.5"}]
    result = run(plan, Tables(facts=[{"id": "e", "kind": "sale", "date": day, "amount": "1"} for day in ("2026-01-15",)], credits=[{"fact": "e", "payee": "陈", "share": "1"}], people=people), period="2026-01")
    why = explain(result, result.lines[0].id, "en")
    assert "(3,000.00 × 10 + 6,200.50 × 11) ÷ 31" in why.text and why.result == result.lines[0].earned and not [w for step in why.steps if (w := wrong(step))]
    later = run(plan, Tables(facts=[{"id": "e", "kind": "sale", "date": "2026-02-15", "amount": "1"}], credits=[{"fact": "e", "payee": "陈", "share": "1"}], people=people), period="2026-02")
    assert "÷ 28" not in explain(later, later.lines[0].id, "en").text, "the whole month at one value needs no days"


@pytest.mark.parametrize("rate", ["{lookup: code, rows: {'2': 10%, '59': 5%}}", "{lookup: code, rows: {2: 10%, 59: 5%}, otherwise: 0}"])
def test_a_word_of_figures_is_looked_up_as_a_word(rate):
    text = told(f"  - {{name: A, each: sale, where: deal = '007', base: amount, rate: {rate}}}\n", [{**ONE[0], "code": "2", "deal": "007"}, {**ONE[0], "id": "e2", "code": "59", "deal": "007"}], extra="attributes: {code: text}\n")
    assert "code 2，查表 10%" in text["e1"] and "6,000.00" in text["e1"] and "code 59，查表 5%" in text["e2"]


TABLES = "attributes: {level: text}\ntables:\n  age: {grid: step, by: overdue_days, table: [[0, 100%], [31, 80%], [91, 50%]]}\n  most: {lookup: level, rows: {junior: [1%, 5%], senior: [2%, 8%]}, across: quantity, across edges: [0, 10]}\n"


@pytest.mark.parametrize(("lang", "words"), [("zh", ("符合：数量 20 > 5；age：逾期天数 91，第 3 行（91 起）", "most：级别 junior，数量 20；5%")), ("en", ("met: quantity 20 > 5; age: overdue days 91, row 3 (from 91)", "most: level junior, quantity 20; 5%"))])
def test_a_table_by_its_name_says_what_it_was_read_by_and_which_row_gave(lang, words):
    text = told("  - {name: A, each: sale, base: amount, rate: most, factor: [{when: quantity > 5, times: age}]}\n", [{**ONE[0], "level": "junior", "overdue_days": "91"}], lang, TABLES)["e1"]
    assert words[0] in text and words[1] in text and "60,000.00 × 5%" in text and "1,500.00" in text


def test_a_base_by_the_name_of_a_table_is_named_once():
    text = told("  - {name: A, each: sale, base: 1000 * quantity, rate: 1%}\n  - {name: B, each: deal, base: sums, rate: 10%}\n", [{**ONE[0], "deal": "D", "level": "a"}], "en",
                "attributes: {level: text}\nmeasures: {m: {sum: quantity, over: sale, window: deal}}\ntables: {sums: {grid: step, by: m, table: [[0, 100], [20, 500]]}}\n")["D"]
    assert "base  sums: m 20, row 2 (from 20)" in text


def test_a_year_that_is_full_says_what_it_had_in_the_months_before():
    plan = load_plan(HEAD + "components:\n  - {name: A, each: sale, base: -amount, rate: 3%, limit: {floor: -2000, window: year}}\n" + TAIL)
    facts = [{"kind": "sale", **ONE[0]}, {"kind": "sale", **ONE[0], "id": "e2", "date": "2026-02-05"}]
    posted = [{"key": "A|陈|e1", "payee": "陈", "period": "2026-01", "fact_period": "2026-01", "earned": "-1800", "payout": "-1800"}]
    result = run(plan, Tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts], people=[{"payee": "陈", "position": "rep", "from": "2026-01-01"}], posted=posted), period="2026-02")
    why = explain(result, "A|陈|e2")
    assert "每年至少 −2,000.00，减去此前已算的  −2,000.00 − (−1,800.00)  −200.00" in why.text and not [w for step in why.steps if (w := wrong(step))]


@pytest.mark.parametrize(("lang", "between"), [("zh", "；"), ("en", "; ")])
def test_several_limits_of_a_line_alone_are_parted_in_the_language(lang, between):
    plan = load_plan(HEAD + "components:\n  - {name: A, each: sale, base: amount, rate: 3%, limits: [{cap: 900, window: fact}, {cap: 500, window: year}]}\n" + TAIL)
    result = run(plan, Tables(facts=[{"kind": "sale", **ONE[0]}], credits=[{"fact": "e1", "payee": "陈", "share": "1"}], people=[{"payee": "陈", "position": "rep", "from": "2026-01-01"}]))
    step = next(step for step in of_line(plan, result.lines[0], lang).steps if "900.00" in step.sentence)
    assert between in step.sentence and "500.00" in step.sentence and ("；" in step.sentence) == (lang == "zh")


def test_what_is_payable_says_which_events_are_there_what_part_that_is_and_on_which_day():
    facts = [{**ONE[0], "deal": "D", "amount": "1000.03"}, {"id": "x", "kind": "delivery", "date": "2026-03-05", "amount": "0", "deal": "D"}]
    sale = "  - {name: A, each: sale, base: amount, rate: 50%, release: "
    text = told(sale + "{events: {签约: 20%, delivery: 30%, acceptance: 40%}}}\n", facts)["e1"]
    assert "；已有发货  500.02 × 30%  150.01" in text, "500.015 rounded, then 150.006"
    assert "已有" not in told(sale + "{events: {delivery: 30%, acceptance: 30%}}}\n", facts)["e1"], "either may be it"
    assert "已有" not in told(sale + "{events: {acceptance: 30%}}}\n", facts)["e1"]
    assert "  500.02 × 60%  300.01" in told(sale + "{instalments: [[0, 60%], [3, 100%]]}}\n", facts[:1])["e1"]
    assert "到 2026-04-30 发  0.00" in told(sale + '{on: "nth_day(date, 3, 31)"}}\n', facts[:1])["e1"]


@pytest.mark.parametrize(("take", "words"), [('"max(0, 1 - elapsed_months / 12)"', "e1 的提成，较大的(0, 1 − 相隔月数 ÷ 12)  −300.00 × 83.333333%"), ("100%", "e1 的提成  −300.00 × 100%"), ("unreleased", "没发的提成作废")])
def test_what_is_taken_back_says_by_what_formula(take, words):
    facts = [{**ONE[0], "amount": "1000", "deal": "D"}, {"id": "x", "kind": "cancel", "date": "2026-03-05", "amount": "0", "deal": "D"}]
    release = ", release: {instalments: [[0, 50%], [9, 100%]]}" if take == "unreleased" else ""
    text = told(f"  - {{name: A, each: sale, base: amount, rate: 30%{release}, clawback: {{on: cancel, within: ever, take: {take}}}}}\n", facts)
    assert words in text["clawback x of e1"]


@pytest.mark.parametrize(("rate", "words"), [("{grid: step, by: 1 - cost / amount, table: [[0, 1%], [15%, 2%]]}", "= 1 − 48,000.00 ÷ 60,000.00 = 20%，到第 2 档（15% 起）"),
                                             ("{grid: linear, by: 1 - cost / amount, table: [[0, 0], [40%, 8%]]}", "0% + (8% − 0%) × (20% − 0%) ÷ (40% − 0%) = 4%"),
                                             ("{grid: step, by: amount / cost, table: [[0, 1%], [1, 2%], [10, 3%]]}", "= 60,000.00 ÷ 48,000.00 = 1.25，到第 2 档（1 起）"),
                                             ("{rows: 1 - cost / amount, row edges: [0, 15%], columns: quantity, column edges: [0], matrix: [[1%], [2%]]}", "= 20%，数量 20")])
def test_a_margin_is_told_in_per_cent(rate, words):
    text = told(f"  - {{name: A, each: sale, base: amount, rate: {rate}}}\n", [{**ONE[0], "cost": "48000"}])["e1"]
    assert words in text


def test_so_much_for_each_is_no_percentage():
    extra = "measures:\n  m: {sum: quantity, over: sale, window: month}\n"
    each = "  - {name: A, each: month, base: m, rate: "
    assert "20.00 × 23.00" in told(each + '"if(m > 10, 20, 10) + 3"}\n', ONE, extra=extra)["2026-01"]
    text = told(each + "{tiers: whole, by: m, table: [[0, 50], [15, 75]]}}\n", ONE, extra=extra)["2026-01"]
    assert "全额 75.00" in text and "20.00 × 75.00" in text
    assert "(20.00 − 15.00) × 75.50" in told(each + "{tiers: marginal, by: base, window: month, table: [[0, 50], [15, 75.5]]}}\n", ONE, extra=extra)["2026-01"]
    assert "20.00 × 5%" in told(each + "5%}\n", ONE, extra=extra)["2026-01"], "a share of a number stays a share"
