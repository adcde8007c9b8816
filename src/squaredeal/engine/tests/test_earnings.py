"""What earlier components earned, asked about others and other times; what waits for a condition or for room; each against a plain reading in Python."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest

from squaredeal.engine import Tables, explain, load_plan, run
from squaredeal.engine.formula.formula import FormulaError, parse
from squaredeal.engine.formula.naming import about
from squaredeal.engine.tests.test_check import changed, problems

pytestmark = pytest.mark.once
UNITS = {"陈": "东", "林": "东", "吴": "西", "王": "西"}
MONTHS = [f"2026-{m:02d}" for m in range(1, 7)]
PLAN = """
plan: 别人挣了多少
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {带: text}
measures:
  至今: {sum: amount, over: sale, window: life to date}
  第几: {count: facts, over: sale, window: life, until: fact}
  带的: {sum: amount, over: sale, window: month, where: 来源(unit) = "东", of: {roll up: 1, own deals: excluded, along: 带}}
  两期最低: {sum: amount, over: sale, window: last 2 periods, each: period, take: smallest}
components:
  - {name: 提成, each: sale, base: amount, rate: 10%}
  - {name: 全体, each: month, rate: {lump: "应得(提成, everybody)"}}
  - {name: 部门, each: month, rate: {lump: "应得(提成, unit)"}}
  - {name: 三期, each: month, rate: {lump: "应得(提成, [last 3 periods])"}}
  - {name: 今年, each: month, rate: {lump: "应得(提成, [year to date])"}}
  - {name: 最多, each: quarter, rate: {lump: "应得(提成, [largest month])"}}
  - {name: 平均, each: quarter, rate: {lump: "round(应得(提成, [average month]), 2)"}}
  - {name: 分数, each: month, rate: {lump: 应得(提成)}, paid: false}
  - {name: 名次, each: month, rate: {lump: 名次(分数)}}
  - {name: 部门名次, each: month, rate: {lump: "名次(分数, unit)"}}
  - {name: 中位, each: month, rate: {lump: 中位数(分数)}}
  - {name: 部门中位, each: month, rate: {lump: "中位数(分数, unit)"}}
  - {name: 两季, each: quarter, rate: {lump: "应得(提成, [last 2 quarters])"}}
  - {name: 徒弟第几, credit: {roll up: 1, own deals: excluded, along: 带}, each: sale, rate: {lump: 来源(第几)}}
  - {name: 带东, each: month, rate: {lump: 带的}}
  - {name: 最低, each: month, rate: {lump: 两期最低}}
  - {name: 系数, each: month, rate: {lump: 得分(公司)}}
  - {name: 新高, each: month, base: 至今, rate: 1%, to date: life, falling: kept}
settlement: {round: half up to fen once per line, negative: carry}
"""
WAITING = """
plan: 等着发
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  本季: {sum: amount, over: sale, window: quarter to date}
components:
  - {name: 等着, each: sale, base: amount, rate: 1%, release: {once: 本季 >= 9000}}
  - {name: 慢发, each: sale, base: amount, rate: 20%, release: {at most: 1500}}
settlement: {round: half up to fen once per line, negative: carry}
"""


def world(seed=3, many=60):
    rng = random.Random(seed)
    facts = [{"id": f"f{n:02d}", "kind": "sale", "date": date(2026, 1, 1) + timedelta(days=rng.randrange(170)), "amount": Decimal(rng.randrange(-300000, 900000)) / 100} for n in range(many)]
    credits = [{"fact": f["id"], "payee": rng.choice(list(UNITS)), "share": "1"} for f in facts]
    people = [{"payee": p, "position": "rep", "unit": u, "带": "王" if p != "王" else None, "from": date(2020, 1, 1)} for p, u in UNITS.items()]
    scores = [{"payee": "*", "period": m, "name": "公司", "value": "0.9"} for m in MONTHS] + [{"payee": "陈", "period": "2026-03", "name": "公司", "value": "1.5"}]
    whose = {c["fact"]: c["payee"] for c in credits}
    facts.sort(key=lambda f: (f["date"], f["id"]))
    return facts, whose, Tables(facts=facts, credits=credits, people=people, scores=scores)


def cents(amount):
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def tenth(fact, rate="0.1"):
    return (fact["amount"] * Decimal(rate)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def plainly(facts, whose):
    """{(component, payee, month): amount} of what is paid by window."""
    earned, sold = defaultdict(Decimal), defaultdict(Decimal)
    for f in facts:
        earned[whose[f["id"]], f"{f['date']:%Y-%m}"] += tenth(f)
        sold[whose[f["id"]], f"{f['date']:%Y-%m}"] += f["amount"]
    found = {}
    for place, month in enumerate(MONTHS):
        rank = {p: 1 + sum(earned[o, month] > earned[p, month] for o in UNITS) for p in UNITS}
        for p, unit in UNITS.items():
            found |= {("全体", p, month): sum(earned[o, month] for o in UNITS), ("部门", p, month): sum(earned[o, month] for o in UNITS if UNITS[o] == unit),
                      ("三期", p, month): sum(earned[p, m] for m in MONTHS[max(place - 2, 0):place + 1]), ("今年", p, month): sum(earned[p, m] for m in MONTHS[:place + 1]),
                      ("名次", p, month): rank[p], ("部门名次", p, month): 1 + sum(earned[o, month] > earned[p, month] for o in UNITS if UNITS[o] == unit),
                      ("中位", p, month): cents(median(earned[o, month] for o in UNITS)), ("部门中位", p, month): cents(median(earned[o, month] for o in UNITS if UNITS[o] == unit)),
                      ("带东", p, month): sum(sold[o, month] for o in UNITS if UNITS[o] == "东") if p == "王" else 0,
                      ("最低", p, month): min(sold[p, month], sold[p, MONTHS[place - 1]] if place else 0),
                      ("系数", p, month): Decimal("1.5") if (p, month) == ("陈", "2026-03") else Decimal("0.9")}
            best = [max(tenth({"amount": sum(sold[p, m] for m in MONTHS[:n + 1])}, "0.01") for n in range(last + 1)) for last in range(place + 1)]
            found["新高", p, month] = best[-1] - (best[-2] if place else 0)
            if place % 3 == 2:
                three = [earned[p, m] for m in MONTHS[place - 2:place + 1]]
                found |= {("两季", p, month): sum(earned[p, m] for m in MONTHS[:place + 1]), ("最多", p, month): max(three), ("平均", p, month): (sum(three) / 3).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")}
    return found


def test_what_others_and_other_times_earned_is_what_a_plain_reading_finds():
    facts, whose, tables = world()
    result = run(load_plan(PLAN), tables)
    expected = plainly(facts, whose)
    names = {name for name, _p, _m in expected}
    computed = {(x.component, x.payee, f"{x.day:%Y-%m}"): x.earned for x in result.lines if x.component in names}
    assert {k: v for k, v in computed.items() if v} == {k: v for k, v in expected.items() if v}
    counts, seen = defaultdict(int), {}
    for f in facts:
        counts[whose[f["id"]]] += 1
        if whose[f["id"]] != "王":
            seen[f["id"]] = counts[whose[f["id"]]]
    assert {x.fact: x.earned for x in result.lines if x.component == "徒弟第几"} == seen
    for line in result.lines[::40]:
        assert [explain(result, line.id, lang).result for lang in ("zh", "en")] == [line.earned] * 2


def test_what_waits_is_paid_once_the_condition_holds_and_at_most_so_much_in_a_period():
    facts, whose, tables = world(11)
    plan = load_plan(WAITING)
    for last, month in list(enumerate(MONTHS))[1::2]:
        released, result = defaultdict(Decimal), run(plan, tables, period=month)
        held = [x for x in result.lines if x.released != x.earned]
        assert {x.component for x in held} and all(words in explain(result, x.id, lang).text for x in held[:4] for lang, words in (("zh", "每期最多发" if x.component == "慢发" else "成立的那一期"), ("en", "a period, the rest" if x.component == "慢发" else "payable from the first period")))
        for x in result.lines:
            released[x.component, x.payee] += x.released
        for payee in UNITS:
            mine = [f for f in facts if whose[f["id"]] == payee]
            quarter = {m: sum(f["amount"] for f in mine if MONTHS[n - n % 3] <= f"{f['date']:%Y-%m}" <= m) for n, m in enumerate(MONTHS)}
            holds = [m for m in MONTHS[:last + 1] if quarter[m] >= 9000]
            assert released["等着", payee] == sum(tenth(f, "0.01") for f in mine if holds and f"{f['date']:%Y-%m}" <= max(holds))
            waiting = so_far = Fraction(0)
            for m in MONTHS[:last + 1]:
                gained = sum(tenth(f, "0.2") for f in mine if f"{f['date']:%Y-%m}" == m)
                so_far, waiting = so_far + Fraction(gained), max(Fraction(0), waiting + Fraction(gained) - 1500)
            assert Fraction(released["慢发", payee]) == so_far - waiting


@pytest.mark.parametrize(("text", "words"), [("earned(commission, nobody)", "nobody is not known"), ("earned(commission, [last 90 days])", "there is no time last 90 days"),
                                             ("earned(commission, net)", "commission has no claw-back: write earned(commission)"), ("rank(commission, net)", "a column of people"),
                                             ("rank(commission, everybody)", "a column of people"), ("rank(nothing)", "not a measure or component above")])
def test_a_second_word_that_says_nothing_is_refused(text, words):
    found = problems(changed("rate: 1%", f"rate: 1%\n  - {{name: more, each: month, rate: {{lump: '{text}'}}}}"))
    assert any(words in p.text("en") for p in found), [p.text("en") for p in found]


def test_what_is_earned_is_asked_by_no_time_within_the_plans_periods():
    def plan(time):
        return ("plan: quarters\neffective: {from: 2026-01-01}\nperiod: quarter\ncomponents:\n  - {name: commission, each: sale, base: amount, rate: 1%}\n"
                f"  - {{name: more, each: year, rate: {{lump: 'earned(commission, [{time}])'}}}}\nsettlement: {{round: half up to fen once per line, negative: carry}}")

    for time in ("average month", "last 2 months"):
        assert "has parts shorter than quarter" in problems(plan(time))[0].text("en")
    for time in ("last 6 months", "largest half", "quarter to date", "last 3 periods"):
        assert load_plan(plan(time))


def test_a_component_called_like_a_column_is_said_as_the_plan_calls_it():
    assert [about("earned", ("left",), lang) for lang in ("en", "zh")] == ["earned in left", "left的应得"]
    assert [about("source", ("left",), lang) for lang in ("en", "zh")] == ["day left of the person credited", "归属者的离职日"]


def test_a_call_takes_names_only():
    with pytest.raises(FormulaError):
        parse("earned(commission, 3)")


def test_a_ranking_of_units_asks_nobody_who_takes_part():
    found = problems(changed("measures:", "measures:\n  branch: {sum: amount, over: receipt, window: month, of: unit, ranking: {who: position = \"manager\"}}"))
    assert any("not people" in p.text("en") for p in found), [p.text("en") for p in found]
