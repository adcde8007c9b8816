"""Bad tables: everything wrong at once, each finding with its table, row or id, column, reason and remedy; and nothing is written."""
from decimal import Decimal

import pyarrow as pa
import pytest

from squaredeal.engine import PlanProblems, Tables, load_plan, run
from squaredeal.engine.proving import prove

PLAN = """
plan: tables
effective: {from: 2026-01-01}
currency: CNY
period: %s
attributes: {urgent: bool, margin: rate}
measures:
  sold: {sum: amount, over: sale, window: period}
components:
  - {name: commission, each: sale, base: amount, rate: 10%%}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%%}
"""
MONTHLY = load_plan(PLAN % "month")
OWN_PERIODS = load_plan(PLAN % "table")
FACT = {"id": "f1", "kind": "sale", "date": "2026-01-10", "amount": "100"}
CREDIT = {"fact": "f1", "payee": "Ann", "share": "1"}
PERSON = {"payee": "Ann", "position": "rep", "from": "2025-01-01"}
pytestmark = pytest.mark.once


def tables(**changed):
    return Tables(**{"facts": [FACT], "credits": [CREDIT], "people": [PERSON], **changed})


def findings(plan=MONTHLY, **changed):
    return tables(**changed).check(plan)


def test_good_tables_have_no_findings():
    assert not findings()
    assert run(MONTHLY, tables()).lines[0].earned == 10


BAD = [
    ({"facts": [FACT, FACT]}, "facts.id", "f1"),
    ({"facts": [{**FACT, "id": ""}], "credits": []}, "facts.id", "row 2"),
    ({"facts": [{**FACT, "kind": ""}]}, "facts", "f1"),
    ({"facts": [FACT, {**FACT, "id": "f2", "date": ""}]}, "facts", "f2"),
    ({"facts": [FACT, {**FACT, "id": "f2", "date": "10/01/2026"}]}, "facts row 3 date", "10/01/2026"),
    ({"facts": [FACT, {**FACT, "id": "f2", "date": "2026-02-30"}]}, "facts row 3 date", "2026-02-30"),
    ({"facts": [{**FACT, "amount": "1,00"}]}, "facts row 2 amount", "1,00"),
    ({"facts": [{**FACT, "amount": "ten"}]}, "facts row 2 amount", "ten"),
    ({"facts": [{**FACT, "amount": "1.005"}]}, "facts row 2 amount", "more than 2 decimals"),
    ({"facts": [{**FACT, "urgent": "maybe"}]}, "facts row 2 urgent", "maybe"),
    ({"facts": [{**FACT, "margin": "13 points"}]}, "facts row 2 margin", "13 points"),
    ({"credits": [CREDIT, {**CREDIT, "fact": "f9"}]}, "credits.fact", "f9"),
    ({"credits": [{**CREDIT, "payee": "Zoe"}]}, "credits.payee", "Zoe"),
    ({"credits": [{**CREDIT, "share": "0.9"}]}, "credits.share", "f1"),
    ({"credits": [{**CREDIT, "share": "1.5"}, {**CREDIT, "share": "-0.5"}]}, "credits.share", "negative"),
    ({"credits": [{**CREDIT, "share": ""}]}, "credits", "row 2"),
    ({"people": [PERSON, {**PERSON, "from": "2026-01-01"}]}, "people", "Ann"),
    ({"people": [{**PERSON, "to": "2024-01-01"}]}, "people.to", "Ann"),
    ({"people": [{**PERSON, "manager": "Ann"}]}, "people.manager", "Ann"),
    ({"people": [{**PERSON, "from": ""}]}, "people", "row 2"),
    ({"quotas": [{"payee": "Ann", "measure": "sold", "period": "2026-01", "value": v} for v in ("1", "2")]}, "quotas", "Ann sold 2026-01"),
    ({"quotas": [{"payee": "Ann", "measure": "sold", "period": "2026-13", "value": "1"}]}, "quotas.period", "2026-13"),
    ({"quotas": [{"payee": "Ann", "measure": "sold", "period": "2026-01", "value": ""}]}, "quotas.value", "Ann sold 2026-01"),
    ({"scores": [{"payee": "Ann", "period": "2026-01", "name": "k", "value": v} for v in ("1", "2")]}, "scores", "Ann k 2026-01"),
    ({"facts": [{**FACT, "currency": "USD"}]}, "facts.currency", "USD"),
    ({"facts": [{k: v for k, v in FACT.items() if k != "kind"}]}, "facts", "kind"),
]


@pytest.mark.parametrize(("changed", "place", "words"), BAD, ids=[f"{p} {w}" for _c, p, w in BAD])
def test_each_fault_has_its_place_reason_and_remedy_and_stops_the_run(changed, place, words):
    found = [p for p in findings(**changed) if p.place == place and words in p.text("en")]
    assert found, [p.text("en") for p in findings(**changed)]
    assert all(p.severity == "error" and p.reason["zh"] and p.reason["en"] and p.remedy["zh"] and p.remedy["en"] for p in found)
    with pytest.raises(PlanProblems):
        run(MONTHLY, tables(**changed))


PERIODS = [{"id": "a", "from": "2026-01-01", "to": "2026-01-31"}]


@pytest.mark.parametrize(("periods", "words"), [
    ([*PERIODS, {"id": "b", "from": "2026-01-31", "to": "2026-02-28"}], "overlap"), ([*PERIODS, {"id": "b", "from": "2026-02-02", "to": "2026-02-28"}], "gap"),
    ([{"id": "a", "from": "2026-01-31", "to": "2026-01-01"}], "ends before"), (None, "none are given"),
])
def test_own_periods_without_gaps_and_overlaps(periods, words):
    assert [p for p in findings(OWN_PERIODS, periods=periods) if p.place == "periods" and words in p.text("en")]


@pytest.mark.parametrize(("changed", "place"), [
    ({"facts": [FACT, {**FACT, "id": "f2", "kind": "sael"}], "credits": [CREDIT, {**CREDIT, "fact": "f2"}]}, "facts.kind"),
    ({"credits": [CREDIT, {**CREDIT, "role": "onwer"}]}, "credits.role"),
    ({"quotas": [{"payee": "Ann", "measure": "slod", "period": "2026-01", "value": "1"}]}, "quotas.measure"),
    ({"people": [{**PERSON, "manager": "Nobody"}]}, "people.manager"),
    ({"people": [{**PERSON, "结束": "2025-12-31"}]}, "people"),
    ({"facts": [{**FACT, "币别": "USD"}]}, "facts"),
])
def test_what_nothing_reads_is_a_warning_and_the_run_goes_on(changed, place):
    found = [p for p in findings(**changed) if p.place == place]
    assert [p.severity for p in found] == ["warning"] and found[0].remedy["zh"] and found[0].remedy["en"]
    assert run(MONTHLY, tables(**changed)).lines


def test_a_column_that_the_plan_names_without_declaring_it_is_read():
    plan = load_plan((PLAN % "month").replace("window: period}", "window: period, of: region}"))
    assert not [p for p in findings(plan, people=[{**PERSON, "region": "x"}]) if p.place == "people"]
    assert [p.place for p in findings(people=[{**PERSON, "region": "x"}])] == ["people"]


def test_a_column_that_lacks_is_told_by_its_chinese_name_too():
    found = findings(people=[{"人员": "Ann", "岗位": "rep", "开始": "2025-01-01"}])
    told, = [p for p in found if p.place == "people" and p.severity == "error"]
    assert told.reason["zh"] == "缺列：from（起始日）" and told.remedy["zh"] == "补上这几列；表里的 开始 没人读，是它们就改表头"


def test_everything_wrong_is_told_at_once():
    found = findings(
        facts=[FACT, FACT, {**FACT, "id": "f2", "amount": "x"}, {**FACT, "id": "f3", "date": "soon"}],
        credits=[{**CREDIT, "share": "0.5"}, {**CREDIT, "fact": "f9"}, {**CREDIT, "fact": "f2", "payee": "Zoe"}],
        people=[PERSON, PERSON], quotas=[{"payee": "Ann", "period": "2026-01", "value": "many"}])
    assert {p.place for p in found} >= {"facts.id", "facts row 4 amount", "facts row 5 date", "credits.share", "credits.fact", "credits.payee", "people", "quotas", "quotas row 2 value"}


def test_two_columns_of_one_name_and_rows_that_are_no_mappings():
    with pytest.raises(PlanProblems) as wrong:
        Tables(facts=pa.table([["f1"], ["1"], ["2"]], names=["id", "amount", "金额"]))
    assert "amount" in str(wrong.value)
    with pytest.raises(TypeError):
        Tables(facts=[["f1", "sale"]])


def test_per_cents_in_cells_are_fractions_where_a_rate_is_looked_for():
    plan = load_plan((PLAN % "month").replace("margin: rate", "margin: rate, note: text").replace("rate: 10%%", "rate: 10%").replace("base: amount, rate: 10%", "base: amount / (1 + vat_rate), rate: margin * score(q)"))
    rows = [{**FACT, "amount": "113", "vat_rate": "13%", "margin": "20 %", "note": "50%"}, {**FACT, "id": "f2", "amount": "100", "vat_rate": "0", "margin": "0.1", "note": "50%"}]
    credits = [{**CREDIT, "share": "60%"}, {**CREDIT, "payee": "Bob", "share": "40％"}, {**CREDIT, "fact": "f2", "share": "100%"}]
    given = tables(facts=rows, credits=credits, people=[PERSON, {**PERSON, "payee": "Bob"}], scores=[{"payee": "*", "period": "2026-01", "name": "q", "value": "50%"}])
    assert not given.check(plan)
    assert {(x.payee, x.fact): float(x.earned) for x in run(plan, given).lines} == {("Ann", "f1"): 6.0, ("Bob", "f1"): 4.0, ("Ann", "f2"): 5.0}
    found = findings(facts=[{**FACT, "amount": "13%"}])
    assert [p.place for p in found if "is not a number" in p.text("en")] == ["facts row 2 amount"]


def test_full_width_digits_are_digits_in_tables_and_examples():
    text = (PLAN % "month").replace("base: amount, rate: 10%", "base: amount * weight / (1 + vat_rate), rate: 100%").replace("urgent: bool", "urgent: bool, weight: number")
    row = {**FACT, "date": "２０２６－０１－０５", "amount": "１，２３４．５０", "vat_rate": "１３％", "weight": "２００％", "rooms": "２", "code": "Ａ１"}
    given = tables(facts=[row, {**FACT, "id": "f2", "amount": "－１１３", "vat_rate": "０．１３", "weight": "１", "rooms": "1", "code": "１"}], credits=[{**CREDIT, "share": "１００％"}, {**CREDIT, "fact": "f2"}])
    plan = load_plan(text)
    assert not [p for p in given.check(plan) if p.severity == "error"]
    assert {x.fact: x.earned for x in run(plan, given).lines} == {"f1": Decimal("2184.96"), "f2": -100}
    assert [given.declaring(plan).columns("facts")[column] for column in ("code", "rooms")] == ["text", "number"] and given.declaring(plan).arrow["facts"].column("code").to_pylist() == ["Ａ１", "１"]
    told = load_plan(PLAN % "month" + "examples: [{when: wide, given: {sale: [{payee: Ann, date: ２０２６-０１-０５, amount: １２３}]}, then: {Ann: {payout: １２．３}}}]\n")
    assert all(proof.holds for proof in prove(told))
    assert [p.place for p in findings(facts=[{**FACT, "amount": "１２三"}])] == ["facts row 2 amount"]


def test_numbers_with_thousands_and_yuan_are_read_and_what_may_be_two_numbers_is_refused():
    given = ["1,234.50", "¥1,234.50", "1，234.50", "-¥1,234,567", "￥12", "1,234元", "+1,000.05"]
    sums = ["1234.50", "1234.50", "1234.50", "-1234567", "12", "1234", "1000.05"]
    plan = load_plan((PLAN % "month").replace("base: amount, rate: 10%", "base: amount * quantity * weight / 1000, rate: 100%").replace("urgent: bool", "urgent: bool, weight: number, rooms: text"))
    rows = [{**FACT, "id": f"f{i}", "amount": a, "quantity": "1,000", "weight": "1", "rooms": "101,102", "own": "1,234"} for i, a in enumerate(given)]
    table = tables(facts=rows, credits=[{**CREDIT, "fact": r["id"]} for r in rows])
    assert not [p for p in table.check(plan) if p.severity == "error"]
    assert {x.fact: x.earned for x in run(plan, table).lines} == {f"f{i}": Decimal(a) for i, a in enumerate(sums)}
    assert (table.declaring(plan).columns("facts")["rooms"], table.declaring(plan).columns("facts")["own"]) == ("text", "text")
    for cell, why in {"12,34.50": "千位", "1.234,50": "千位", "0,123": "千位", "1,234，567": "千位", "(1,234)": "括号", "1.2万": "不写万", "$12": "币种"}.items():
        [found] = findings(facts=[{**FACT, "amount": cell}])
        assert found.place == "facts row 2 amount" and why in found.text()
    assert findings(facts=[{**FACT, "amount": "¥12", "currency": "USD"}])[0].place == "facts row 2 amount"
    dollars = load_plan((PLAN % "month").replace("CNY", "USD"))
    assert "币种" in findings(dollars, facts=[{**FACT, "amount": "¥12"}])[0].text() and "币种" in findings(dollars, facts=[{**FACT, "amount": "€12"}])[0].text()
    mixed = tables(facts=[{**FACT, "amount": "$1,234.50"}, {**FACT, "id": "f2", "amount": "-$12", "currency": "CAD"}, {**FACT, "id": "f3", "amount": "£5", "currency": "GBP"}], credits=[CREDIT, {**CREDIT, "fact": "f2"}, {**CREDIT, "fact": "f3"}])
    told = mixed.declaring(dollars)
    assert told.profile("facts")["amount"][0] == "number" and told.arrow["facts"].column("amount").to_pylist() == ["1234.50", "-12", "5"]
    assert findings(facts=[{**FACT, "vat_rate": "1,300"}])[0].place == "facts row 2 vat_rate"


OWN_DAY = """
plan: counted when accepted
effective: {from: 2026-01-01}
currency: USD
period: month
attributes: {accepted_on: date}
counts on: {signing: accepted_on, refund: signed_on}
components:
  - {name: commission, each: signing, base: amount, rate: {grid: step, by: 发生日, table: [[2026-01-01, 5%], [2026-02-01, 4%]]}, factor: [{when: date - happened_on > 30, times: 50%}]}
  - {name: refunded, each: refund, base: amount, rate: "if(happened_on - date <= 30, 5%, 2%)"}
settlement: {round: half up to cent once per line, negative: owed}
examples:
  - when: one accepted after 54 days and one after ten; a refund 20 days after the day it counts on
    given:
      close: [2026-01, 2026-02, 2026-03]
      signings: [{payee: Ann, date: 2026-01-10, accepted_on: 2026-03-05, amount: 10000}, {payee: Ann, date: 2026-02-10, accepted_on: 2026-02-20, amount: 10000}]
      refunds: [{payee: Ann, date: 2026-03-12, signed_on: 2026-02-20, amount: -1000}]
    then: {Ann 2026-02: {commission: 400}, Ann 2026-03: {commission: 250, earlier: -50}}
"""


def test_a_fact_that_counts_on_another_day_has_its_own_beside_it():
    [proof] = prove(load_plan(OWN_DAY))
    assert proof.holds, proof.computed
    brought = tables(facts=[{**FACT, "happened_on": "2025-12-31"}])                        # a column of the table's own stays what it says
    plan = load_plan((PLAN % "month").replace("rate: 10%", 'rate: "if(happened_on < 2026-01-01, 10%, 1%)"'))
    assert [sum(x.earned for x in run(plan, given).lines) for given in (brought, tables(facts=[FACT]))] == [10, 1]
