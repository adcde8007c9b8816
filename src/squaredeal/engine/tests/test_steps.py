"""Steps that contradict themselves are refused with the place; what is asked of tables that cannot give it is too; nothing is guessed."""
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from squaredeal.engine import PlanProblems, Tables, explain, load_plan, run
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PLAN = """
plan: steps
effective: {{from: 2026-01-01}}
currency: CNY
period: month
measures:
  月销售: {{sum: 金额, over: sale, window: month{measure}}}
components:
  - name: 提成
    {component}
settlement: {{round: half up to fen once per line, negative: carry, statutory cap: 20%{settlement}}}
"""


def plan(component="each: sale\n    base: 金额\n    rate: 1%", *, measure="", settlement=""):
    return load_plan(PLAN.format(component=component, measure=measure, settlement=settlement))


def tables(**more):
    facts = [{"id": "a", "kind": "sale", "date": "2026-01-05", "amount": "100", "deal": "D"}]
    return Tables(**{"facts": facts, "credits": [{"fact": "a", "payee": "陈", "share": "1"}],
                     "people": [{"payee": "陈", "position": "rep", "from": "2025-01-01"}], **more})


@pytest.mark.parametrize(("component", "words"), [
    ("each: sale\n    rate: {lump: 5}\n    override: [{for: deal, when: deal = 'D', rate: 2%}]", "no base for a rate"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    override: [{for: deal, when: deal = 'D'}]", "rate and lump"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    to date: year", "paid by period"),
    ("each: month\n    base: 月销售\n    rate: 1%\n    clawback: {on: cancel, within: 30}", "no deal to take back"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    clawback: {on: cancel}", "is missing"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    clawback: {on: cancel, within: ever, settled: at once}", "released bit by bit"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    paid: false\n    reserve: {keep: 10%, refund: never}", "only computed"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    reserve: {keep: 10%, refund: {after: 2, at: year end}}", "one of after"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    release: {events: {signing: 60%, receipt: 50%}}", "exceed 100"),
    ("each: sale\n    base: 金额\n    rate: 1%\n    release: {instalments: [[3, 50%], [0, 100%]]}", "instalments rise"),
    ("each: sale\n    base: 金额\n    rate: {lookup: product, rows: {A: {x: 1%}}}", "one value"),
    ("each: sale\n    base: 金额\n    rate: {lookup: product, across: 金额, across edges: [0, 5], rows: {A: [1%]}}", "across edges"),
    ("each: sale\n    base: 金额\n    rate: {grid: step, by: 金额, table: [[0, 1%], [5, 2%]], beyond: continue}", "linear grid"),
])
def test_steps_that_contradict_themselves_are_refused(component, words):
    with pytest.raises(PlanProblems) as refused:
        plan(component)
    assert words in str(refused.value)


def test_a_draw_by_a_column_people_do_not_have_is_refused():
    found = plan(settlement=", draw: {amount: wage, recoverable: true}")
    with pytest.raises(PlanProblems, match="people have no column wage"):
        run(found, tables())


def test_a_quota_longer_than_its_window_is_refused_unless_it_is_spread():
    quotas = [{"payee": "陈", "measure": "月销售", "period": "2026", "value": "1200"}]
    with pytest.raises(PlanProblems, match="longer period"):
        run(plan(), tables(quotas=quotas))
    component = "each: month\n    rate: {lump: attainment(月销售) * 10}"
    found = run(plan(component, measure=", spread: evenly"), tables(quotas=quotas))
    assert [x.earned for x in found.lines if x.fact_period == "2026-01"] == [10]


def test_a_measure_per_customer_is_for_facts_and_deals():
    with pytest.raises(PlanProblems, match="facts or deals"):
        run(plan("each: month\n    base: 月销售\n    rate: 1%", measure=", per: deal"), tables())
    assert run(plan("each: sale\n    base: 金额\n    rate: {tiers: marginal, by: 月销售, table: [[0, 1%]]}", measure=", per: deal"), tables()).lines[0].earned == 1


def test_attainment_without_a_quota_is_refused_and_somebody_without_facts_is_not():
    people = [{"payee": p, "position": "rep", "from": "2025-01-01"} for p in ("陈", "林")]
    component = "each: month\n    rate: {grid: step, by: attainment(月销售), table: [[0, 10], [100%, 20]]}"
    with pytest.raises(PlanProblems, match="missing value"):
        run(plan(component), tables(people=people))
    quotas = [{"payee": "陈", "measure": "月销售", "period": "2026-01", "value": "100"}]
    assert [(x.payee, x.earned) for x in run(plan(component), tables(people=people, quotas=quotas)).lines] == [("陈", 20)]


def test_a_currency_without_a_rate_of_the_day_is_refused_with_the_fact():
    found = load_plan(PLAN.format(component="each: sale\n    base: 金额\n    rate: 1%", measure="", settlement="").replace(
        "period: month", "period: month\nexchange: {by: date, rate: same day}"))
    facts = [{"id": "a", "kind": "sale", "date": "2026-01-05", "amount": "100", "currency": "USD"}]
    with pytest.raises(PlanProblems, match="no rate for: a USD 2026-01-05"):
        run(found, tables(facts=facts, rates=[{"currency": "USD", "date": "2026-01-04", "rate": "7"}]))
    result = run(found, tables(facts=facts, rates=[{"currency": "USD", "date": "2026-01-05", "rate": "7.125"}]))
    line = result.lines[0]
    assert (line.base, line.earned) == (Decimal("712.50"), Decimal("7.13")) and "USD 100.00 × 7.125" in explain(result, line.id).text


def test_a_cap_is_computed_again_from_the_lines_before_it():
    facts = [{"id": f"f{n}", "kind": "sale", "date": f"2026-01-0{n}", "amount": "10000"} for n in (1, 2, 3)]
    credits = [{"fact": f"f{n}", "payee": "陈", "share": "1"} for n in (1, 2, 3)]
    result = run(plan("each: sale\n    base: 金额\n    rate: 1%\n    limit: {cap: 150, window: month}"), tables(facts=facts, credits=credits))
    told = [explain(result, x.id, "en") for x in result.lines]
    assert [t.result for t in told] == [100, 50, 0] and "150.00 − 100.00" in told[1].text and "150.00 − 150.00" in told[2].text


@pytest.mark.parametrize(("caps", "amounts", "expected"), [
    ((6000, 6000, 9600), (5000, 2000, 4000), [5000, 1000, 3600]),
    ((1000, 500, 1000), (800, 100, 300), [800, 0, 100]),
    ((1000, 2000, 3000), (2500, 200, -500), [1000, 1000, 200])])
def test_a_cap_that_changes_within_its_window_leaves_room_for_all_above_the_old_one(caps, amounts, expected):
    found = load_plan(PLAN.format(component="each: sale\n    base: 金额\n    rate: 100%\n    limit: {cap: most, window: year}", measure="", settlement="").replace("measures:", "attributes: {most: money}\nmeasures:"))
    facts = [{"id": f"f{n}", "kind": "sale", "date": f"2026-0{n + 1}-05", "amount": str(amount)} for n, amount in enumerate(amounts)]
    people = [{"payee": "陈", "position": "rep", "most": cap, "from": f"2026-0{n + 1}-01", "to": f"2026-0{n + 1}-28"} for n, cap in enumerate(caps)]
    given = Tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts], people=people)
    result = run(found, given)
    lines = sorted(result.lines, key=lambda line: line.day)
    assert [line.earned for line in lines] == [explain(result, line.id, "en").result for line in lines] == expected
    plainly = prepare(found, Tables(facts=facts[:2], credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts[:2]], people=people), "陈", until=date(2026, 3, 31))
    assert plainly.what_if({"kind": "sale", "date": facts[2]["date"], "amount": facts[2]["amount"]}).parts[0].earned == expected[2]


def test_what_a_part_at_most_leaves_is_shared_out_again():
    """Forty pools of random coefficients and limits, each against the rule done step by step."""
    draw = Random(7)
    people, facts, wanted = [], [], {}
    for place in range(40):
        members = [(f"p{place}.{n}", draw.choice([0, 1, 1, 2, 5]), draw.randint(0, 3000)) for n in range(draw.randint(1, 6))]
        pool = draw.choice([-1, 1, 1, 1]) * draw.randint(0, 9000)
        people += [{"payee": who, "position": "rep", "unit": f"u{place}", "from": "2025-01-01", "weight": weight, "most": f"{most / 100}"} for who, weight, most in members]
        facts.append({"id": f"f{place}", "kind": "sale", "date": "2026-01-05", "amount": f"{pool / 100}", "payee": members[0][0]})
        wanted |= _shared(pool, members) if sum(weight for _who, weight, _most in members) else {}
    weighed = {row["unit"] for row in people if row["weight"]}
    kept = [row for row in people if row["unit"] in weighed]
    there = {row["payee"] for row in kept}
    found = load_plan("""
plan: pools
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {weight: number, most: money}
measures: {pool: {sum: amount, over: sale, window: month, of: unit}}
components: [{name: part, each: month, base: pool, rate: 100%, split: {by: weight, within: unit, at most: most}}]
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
""")
    result = run(found, Tables(facts=[f for f in facts if f["payee"] in there], people=kept), period="2026-01")
    assert {line.payee: int(line.earned * 100) for line in result.lines} == {who: fen for who, fen in wanted.items() if who in {line.payee for line in result.lines}}
    assert sum(fen != 0 for fen in wanted.values()) > 60


def _shared(pool, members):
    """{who: fen}: whoever's part would exceed their most has it, again and again; the rest by coefficients, odd fen to the largest fractions, then by name."""
    full, open_now = {}, {who: (weight, most) for who, weight, most in members if weight}
    while pool > 0:
        left, weights = pool - sum(full.values()), sum(w for w, _m in open_now.values())
        more = {who: most for who, (weight, most) in open_now.items() if left * weight >= most * weights}
        if not more:
            break
        full |= more
        open_now = {who: x for who, x in open_now.items() if who not in more}
    left, weights = abs(pool) - sum(full.values()), sum(w for w, _m in open_now.values())
    parts = {who: divmod(left * weight, weights) for who, (weight, _most) in open_now.items()}
    odd = left - sum(part for part, _rest in parts.values()) if parts else 0
    turn = sorted(parts, key=lambda who: (-parts[who][1], who))
    sign = 1 if pool >= 0 else -1
    return {who: 0 for who, weight, _most in members if not weight} | full | {who: sign * (parts[who][0] + (place < odd)) for place, who in enumerate(turn)}


def test_what_settling_divides_by_is_not_zero():
    found = plan(settlement=", draw: {amount: 1000 * 100 / 月销售, recoverable: false}")
    assert run(found, tables()).statements[0].payout == Decimal(1000)
    with pytest.raises(PlanProblems, match="divides by zero: 林"):
        run(found, tables(people=[{"payee": who, "position": "rep", "from": "2025-01-01"} for who in ("陈", "林")]))


def test_settling_reads_no_column_of_facts():
    with pytest.raises(PlanProblems, match="people have no column amount"):
        plan(settlement=", draw: {amount: 金额, recoverable: true}")


def test_who_stands_beside_a_deal_is_paid_by_its_owners_measures_and_up_the_line_a_deal_says_no_seller():
    host = "credit: [host]\n    each: deal\n    base: source(月销售)\n    rate: {tiers: whole, by: source(月销售), table: [[0, 1%], [100, 10%]]}"
    credits = [{"fact": "a", "payee": who, "share": "1", "role": role} for who, role in (("陈", "owner"), ("店", "host"))]
    people = [{"payee": who, "position": "rep", "from": "2025-01-01", "manager": "王"} for who in ("陈", "店")]
    assert [(x.payee, x.earned) for x in run(plan(host), tables(credits=credits, people=people)).lines] == [("店", 10)]
    above = plan("credit: {roll up: 1, own deals: excluded}\n    each: deal\n    base: source(月销售)\n    rate: 1%")
    with pytest.raises(PlanProblems, match="does not say from whom"):
        run(above, tables(credits=credits, people=people))


def test_interest_on_what_is_owed_runs_on_where_nothing_is_earned_and_after_leaving_also_month_after_month():
    found = plan(settlement=', draw: {advances: 月销售 * 10, recoverable: true, interest: 12% * period_days / 365}')
    people = [{"payee": "陈", "position": "rep", "from": "2025-01-01", "to": "2026-02-28"}]
    still = [{"id": "still", "kind": "sale", "date": "2026-04-30", "amount": "0", "deal": "E"}]
    facts = tables(people=people, facts=[*tables().arrow["facts"].to_pylist(), *still])
    posted, told = [], []
    for code in ("2026-01", "2026-02", "2026-03", "2026-04"):
        month = run(found, facts.with_posted(posted) if posted else facts, period=code)
        told += [(s.period, s.advance, s.interest, s.payout, s.carried) for s in month.statements]
        posted += [{"key": x.id, "earned": x.difference, "payee": x.payee, "period": x.period, "fact_period": x.fact_period, "payout": x.payout} for x in month.lines]
    # 1 earned and 1,000 advanced; the 1 pays back; then 28, 31 and 30 days of interest on 999, 1,008.20 and 1,018.48
    assert told == [(code, *map(Decimal, sums.split())) for code, sums in (("2026-01", "1000 0 1000 -999"), ("2026-02", "0 9.20 0 -1008.20"), ("2026-03", "0 10.28 0 -1018.48"),
                                                                            ("2026-04", "0 10.05 0 -1028.53"))]
    assert told == [(s.period, s.advance, s.interest, s.payout, s.carried) for s in run(found, facts).statements]


@pytest.mark.parametrize(("draw", "words"), [("{recoverable: true}", "how much is advanced each period is not written"), ("{amount: 5, recoverable: false, interest: 1%}", "never owed"),
                                             ("{advances: 月销售, recoverable: false}", "never owed"), ("{amount: 5, recoverable: true, interest: position}", "interest")])
def test_a_draw_that_says_too_little_or_is_never_owed_is_refused(draw, words):
    with pytest.raises(PlanProblems, match=words):
        plan(settlement=f", draw: {draw}")


def test_days_are_read_as_people_write_them():
    written = ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105"]
    facts = [{"id": str(n), "kind": "sale", "date": day, "amount": "100"} for n, day in enumerate(written)]
    credits = [{"fact": str(n), "payee": "陈", "share": "1"} for n in range(len(written))]
    assert [line.day.isoformat() for line in run(plan(), tables(facts=facts, credits=credits)).lines] == ["2026-01-05"] * len(written)
    with pytest.raises(PlanProblems, match="2026年13月5日"):
        run(plan(), tables(facts=[{**facts[0], "date": "2026年13月5日"}], credits=credits[:1]))


def test_who_and_which_unit_did_nothing_has_the_last_place():
    found = plan("each: month\n    rate: {lump: 100 * 名次(部门销售) + 名次(月销售) + 并列(月销售) / 10}\n    paid: true",
                 measure="}\n  部门销售: {sum: 金额, over: sale, window: month, of: unit")
    people = [{"payee": who, "position": "rep", "unit": unit, "from": "2025-01-01", "to": to} for who, unit, to in
              (("陈", "东", None), ("林", "东", None), ("吴", "西", None), ("周", "西", "2025-12-31"))]
    assert {line.payee: line.earned for line in run(found, tables(people=people), period="2026-01").lines} == {"陈": Decimal("101.1"), "林": Decimal("102.2"), "吴": Decimal("202.2")}


def test_a_sum_is_divided_among_those_who_share_a_column_of_people():
    people = [{"payee": who, "position": "rep", "store": store, "from": "2025-01-01"} for who, store in (("陈", "东"), ("林", "东"), ("吴", "西"))]
    facts = [{"id": name, "kind": "sale", "date": "2026-01-05", "amount": amount} for name, amount in (("a", "200"), ("b", "100.01"), ("c", "50"))]
    given = {"facts": facts, "credits": [{"fact": f, "payee": p, "share": "1"} for f, p in (("a", "陈"), ("b", "林"), ("c", "吴"))], "people": people}
    pool = "each: month\n    base: 门店\n    rate: 10%\n    split: {by: 月销售, within: store}"
    text = PLAN.format(component=pool, measure="", settlement="").replace("measures:", "measures:\n  门店: {sum: 金额, over: sale, window: month, of: store}")
    found = run(load_plan(text), Tables(**given))
    assert {x.payee: x.earned for x in found.lines} == {"陈": Decimal("20.00"), "林": Decimal("10.00"), "吴": 5}   # 30.00 of the one store, 5 of the other
    assert all(explain(found, x.id, "zh").result == x.earned for x in found.lines)
    for column in ("shop", "kind"):
        with pytest.raises(PlanProblems, match=f"people have no column {column}"):
            run(load_plan(text.replace("within: store", f"within: {column}")), Tables(**given))


def test_a_term_over_columns_of_the_person_counts_by_days():
    people = [{"payee": "陈", "position": "rep", "pay": "3000", "percent": "0.1", "from": "2025-01-01", "to": "2026-01-10"}, {"payee": "陈", "position": "lead", "pay": "6200", "percent": "0.2", "from": "2026-01-11"}]
    text = PLAN.format(component="each: month\n    rate: {lump: prorated(目标奖)}", measure="", settlement="").replace("measures:", "attributes: {pay: money, percent: rate}\nterms: {目标奖: pay * percent}\nmeasures:")
    found = run(load_plan(text), tables(people=people))
    assert [x.earned for x in found.lines] == [round(Decimal(300 * 10 + 1240 * 21) / 31, 2)]
    assert explain(found, found.lines[0].id, "zh").result == found.lines[0].earned
    for wrong in ("pay * 月销售", "pay + (date - 2026-01-01)"):
        with pytest.raises(PlanProblems):
            run(load_plan(text.replace("pay * percent", wrong)), tables(people=people))


def test_equal_parts_over_so_many_periods_are_paid_one_a_period_and_say_so():
    found = load_plan(PLAN.format(component="each: sale\n    base: 金额\n    rate: 10%\n    release: {evenly over: term}\n    clawback: {on: end, within: ever}", measure="", settlement="")
                      .replace("measures:", "attributes: {term: number}\nmeasures:"))
    rows = [("a", "sale", "2026-01-05", "12", "A"), ("b", "sale", "2026-01-05", "3", "B"), ("c", "sale", "2026-02-05", "0", "C"), ("d", "end", "2026-02-20", "", "B")]
    facts = [{"id": i, "kind": kind, "date": day, "amount": "1000", "term": term, "deal": deal} for i, kind, day, term, deal in rows]
    given = tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts])
    released = {at: {line.fact: line.released for line in run(found, given, period=at).lines} for at in ("2026-01", "2026-02")}
    assert released == {"2026-01": {"a": Decimal("8.33"), "b": Decimal("33.33")},
                        "2026-02": {"a": Decimal("16.67"), "b": Decimal("66.67"), "c": 100, "clawback d of b": Decimal("-66.67")}}
    result = run(found, given, period="2026-02")
    told = {line.fact: explain(result, line.id, "en").text for line in result.lines}
    assert "100.00 × 2 ÷ 12" in told["a"] and "in equal parts over term periods" in told["a"] and "÷" not in told["c"]
    with pytest.raises(PlanProblems, match="beyond the table: a, 1 in all"):
        run(found, tables(facts=[{**facts[0], "term": None}], credits=[{"fact": "a", "payee": "陈", "share": "1"}]))
