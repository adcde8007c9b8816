"""Windows that are not the calendar's: best months, what exceeds a mark, years of one's own, first to a mark, before the fact; each against a plain reading in Python."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest

from squaredeal.engine import PlanProblems, Tables, explain, load_plan, run
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PEOPLE = {"陈": date(2023, 3, 15), "林": date(2024, 2, 29), "吴": date(2022, 6, 1), "王": date(2020, 1, 1)}
QUOTA = {"陈": 20000, "林": 9000, "吴": 30000, "王": 12000}
PLAN = """
plan: 各种窗口
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  最好的月: {sum: amount, over: sale, window: quarter, each: month, take: largest}
  最差的月: {sum: amount, over: sale, window: quarter, each: month, take: smallest}
  最好两月: {sum: amount, over: sale, window: quarter, each: month, take: largest 2}
  最差两月: {sum: amount, over: sale, window: quarter, each: month, take: smallest 2}
  最大三单: {sum: amount, over: sale, window: quarter, take: largest 3}
  平均的月: {sum: amount, over: sale, window: year to date, each: period, take: average}
  最多单: {count: facts, over: sale, window: half, each: month, take: largest}
  最多客户: {count: customer, over: sale, window: quarter, each: month, take: largest}
  月业绩: {sum: amount, over: sale, window: month, at most: 150% of quota, excess: carried}
  月以内: {sum: amount, over: sale, window: month, at most: 15000}
  自己的年: {sum: amount, over: sale, window: year from hired}
  季到此: {sum: amount, over: sale, window: quarter, until: fact}
  已到几人: {count: payee, over: sale, where: 季到此 >= 20000, window: quarter, of: everybody, until: fact}
  上一单: {sum: date - 2020-01-01, over: sale, take: largest, window: life, per: customer, of: everybody, until: before fact}
  最近三单: {sum: amount, over: sale, window: life to date, take: latest 3}
  头两单: {sum: amount, over: sale, window: quarter, take: earliest 2, until: fact}
  客户上两单: {sum: amount, over: sale, window: life, per: customer, of: everybody, take: latest 2, until: before fact}
components:
  - {name: 近三, each: month, rate: {lump: 最近三单}}
  - {name: 头两, each: sale, rate: {lump: 头两单}}
  - {name: 上两, each: sale, rate: {lump: 客户上两单}}
  - {name: 最好, each: quarter, rate: {lump: 最好的月}}
  - {name: 最差, each: quarter, rate: {lump: 最差的月}}
  - {name: 两月, each: quarter, rate: {lump: 最好两月 - 最差两月 / 2}}
  - {name: 三单, each: quarter, rate: {lump: 最大三单}}
  - {name: 每客, each: sale, base: amount, rate: 1%, limit: {cap: 120, window: year, per: customer}}
  - {name: 单数, each: half, rate: {lump: 最多单}}
  - {name: 客户, each: quarter, rate: {lump: 最多客户}}
  - {name: 平均, each: month, rate: {lump: "round(平均的月, 2)"}, paid: false}
  - {name: 平均之和, each: quarter, rate: {lump: earned(平均)}}
  - {name: 结转, each: month, rate: {lump: 月业绩}}
  - {name: 以内, each: month, rate: {lump: 月以内}}
  - {name: 自己, each: sale, base: amount, rate: {tiers: marginal, by: base, window: year from hired, table: [[0, 1%], [30000, 2%]]}, limit: {cap: 500, window: year from hired}}
  - {name: 年档, each: sale, base: amount, rate: {tiers: whole, by: 自己的年, table: [[0, 1%], [30000, 2%]]}}
  - {name: 先到, each: sale, where: 季到此 >= 20000 and 季到此 - amount < 20000 and 已到几人 <= 2, rate: {lump: 1}}
  - {name: 回来, each: sale, where: (date - 2020-01-01) - 上一单 > 60, rate: {lump: 1}}
settlement: {round: half up to fen once per line, negative: carry, cap: {amount: 30000, window: period, excess: carried}}
"""


def world(seed=5, many=70):
    rng = random.Random(seed)
    facts = [{"id": f"f{n}", "kind": "sale", "date": date(2025, 3, 1) + timedelta(days=rng.randrange(480)), "customer": rng.choice("甲乙丙丁"),
              "amount": Decimal(rng.randrange(50000, 1500000)) / 100} for n in range(many)]
    credits = [{"fact": f["id"], "payee": rng.choice(list(PEOPLE)), "share": "1"} for f in facts]
    people = [{"payee": p, "position": "rep", "unit": "u", "hired": day, "from": date(2020, 1, 1)} for p, day in PEOPLE.items()]
    quotas = [{"payee": p, "measure": "月业绩", "period": f"2026-{m:02d}", "value": v} for p, v in QUOTA.items() for m in range(1, 7)]
    return facts, {c["fact"]: c["payee"] for c in credits}, Tables(facts=facts, credits=credits, people=people, quotas=quotas)


def own_year(payee, day):
    """The year from one anniversary to the next, by walking from it."""
    hired = PEOPLE[payee]
    begin = hired.year
    while True:
        after = date(begin + 1, 3, 1) if (hired.month, hired.day) == (2, 29) and (begin + 1) % 4 else date(begin + 1, hired.month, hired.day)
        if day < after:
            return begin
        begin += 1


def half_up(value):
    return Fraction((abs(value) * 200 + 1) // 2, 100) * (1 if value >= 0 else -1)


def plain(facts, owner):
    """{(component, payee, window or fact): amount} by reading the rules one after another."""
    facts = sorted(facts, key=lambda f: (f["date"], len(f["id"]), f["id"]))
    month, found, since = defaultdict(list), defaultdict(Fraction), date(2026, 1, 1)
    for f in facts:
        month[owner[f["id"]], f["date"].year * 12 + f["date"].month].append(f)
    sums = {key: sum(Fraction(f["amount"]) for f in several) for key, several in month.items()}
    first = 2026 * 12 + 1
    for p in PEOPLE:
        for q in range(2):
            own = [sums.get((p, first + q * 3 + m), Fraction(0)) for m in range(3)]
            found["最好", p, f"2026Q{q + 1}"], found["最差", p, f"2026Q{q + 1}"] = max(own), min(own)
            found["两月", p, f"2026Q{q + 1}"] = half_up(sum(sorted(own)[1:]) - sum(sorted(own)[:2]) / 2)
            found["三单", p, f"2026Q{q + 1}"] = sum(sorted((Fraction(f["amount"]) for m in range(3) for f in month.get((p, first + q * 3 + m), ())), reverse=True)[:3])
            found["客户", p, f"2026Q{q + 1}"] = max(len({f["customer"] for f in month.get((p, first + q * 3 + m), ())}) for m in range(3))
            found["平均之和", p, f"2026Q{q + 1}"] = sum(half_up(sum((sums.get((p, first + k), Fraction(0)) for k in range(m + 1)), Fraction(0)) / (m + 1))
                                                    for m in range(q * 3, q * 3 + 3))
        found["单数", p, "2026H1"] = max(len(month.get((p, first + m), ())) for m in range(6))
        left = Fraction(0)
        for m in range(6):
            here = sums.get((p, first + m), Fraction(0))
            so = [Fraction(f["amount"]) for f in facts if owner[f["id"]] == p and f["date"].year * 12 + f["date"].month <= first + m]
            found["近三", p, f"2026-{m + 1:02d}"] = sum(so[-3:], Fraction(0))
            found["以内", p, f"2026-{m + 1:02d}"] = min(here, 15000)
            counted = min(here + left, Fraction(QUOTA[p] * 3, 2))
            left, found["结转", p, f"2026-{m + 1:02d}"] = here + left - counted, counted
    years, running, gained, so_far, there, last = defaultdict(Fraction), defaultdict(Fraction), defaultdict(Fraction), defaultdict(Fraction), defaultdict(set), {}
    for f in facts:
        years[owner[f["id"]], own_year(owner[f["id"]], f["date"])] += Fraction(f["amount"])
    heads, theirs = defaultdict(list), defaultdict(list)
    for f in facts:
        p, amount = owner[f["id"]], Fraction(f["amount"])
        heads[p, f["date"].year, (f["date"].month - 1) // 3].append(amount)
        if f["date"] >= since:
            found["头两", p, f["id"]] = sum(heads[p, f["date"].year, (f["date"].month - 1) // 3][:2])
            found["上两", p, f["id"]] = sum(theirs[f["customer"]][-2:], Fraction(0))
        theirs[f["customer"]].append(amount)
        year, quarter = own_year(p, f["date"]), (f["date"].year, (f["date"].month - 1) // 3)
        before, so_far[p, quarter] = so_far[p, quarter], so_far[p, quarter] + amount
        if so_far[p, quarter] >= 20000:
            there[quarter].add(p)
        if f["date"] >= since:
            low, high = running[p, year], running[p, year] + amount
            earned = half_up(Fraction(min(high, 30000) - min(low, 30000)) / 100 + Fraction(max(high, 30000) - max(low, 30000)) / 50)
            running[p, year] = high
            found["自己", p, f["id"]] = min(gained[p, year] + earned, 500) - min(gained[p, year], 500)
            gained[p, year] += earned
            paid = half_up(amount / 100)
            found["每客", p, f["id"]] = min(gained[p, f["date"].year, f["customer"]] + paid, 120) - min(gained[p, f["date"].year, f["customer"]], 120)
            gained[p, f["date"].year, f["customer"]] += paid
            found["年档", p, f["id"]] = half_up(amount * (2 if years[p, year] >= 30000 else 1) / 100)
            if before < 20000 <= so_far[p, quarter] and len(there[quarter]) <= 2:
                found["先到", p, f["id"]] = Fraction(1)
            if f["customer"] not in last or (f["date"] - last[f["customer"]]).days > 60:
                found["回来", p, f["id"]] = Fraction(1)
        last[f["customer"]] = f["date"]
    return {key: value for key, value in found.items() if value}


def test_every_line_is_what_a_plain_reading_says_and_explains_itself():
    facts, owner, tables = world()
    result = run(load_plan(PLAN), tables, as_of=date(2026, 6, 30))
    computed = {(x.component, x.payee, x.fact or x.id.split("|")[2]): Fraction(x.earned) for x in result.lines if x.earned}
    facts = [f for f in facts if f["date"] <= date(2026, 6, 30)]
    assert computed == plain(facts, owner) and {c for c, _p, _w in computed} == {c.name for c in result.plan.components if c.paid}
    for x in result.lines[::5]:
        assert explain(result, x.id, "zh").result == x.earned
    told = Fraction(0)
    for p in PEOPLE:  # what a month earns and what was left are paid up to the cap
        left = Fraction(0)
        for s in (s for s in result.statements if s.payee == p):
            there = Fraction(s.earned) + left
            assert (Fraction(s.payout), Fraction(s.carried)) == (min(there, 30000), there - min(there, 30000))
            left, told = Fraction(s.carried), told + Fraction(s.carried)
    assert told


def test_what_a_cap_left_is_paid_from_what_was_posted_and_by_somebody_else_nothing():
    found = load_plan("""
plan: x
effective: {from: 2026-01-01}
currency: CNY
period: month
components: [{name: 提成, each: sale, base: amount, rate: 10%}]
settlement: {round: half up to fen once per line, negative: carry, cap: {amount: 1000, window: period, excess: carried}}
""")
    people = [{"payee": p, "position": "rep", "from": "2025-01-01"} for p in ("陈", "林")]
    facts = [{"id": "a", "kind": "sale", "date": "2026-01-05", "amount": "25000"}, {"id": "z", "kind": "sale", "date": "2026-03-31", "amount": "10"}]
    tables = Tables(facts=facts, credits=[{"fact": "a", "payee": "陈", "share": "1"}, {"fact": "z", "payee": "林", "share": "1"}], people=people)
    posted = tables.with_posted([{"key": "提成|陈|a", "earned": "2500", "released": "2500", "payee": "陈", "period": "2026-01", "fact_period": "2026-01", "payout": "2500"}])
    found = run(found, posted, period="2026-03")
    assert {s.payee: (s.carried_in, s.payout, s.carried) for s in found.statements} == {"陈": (500, 500, 0), "林": (0, 1, 0)}


@pytest.mark.parametrize(("measure", "words"), [
    ("window: month, each: month, take: largest", "shorter window"), ("window: month, take: largest 0", "how many are summed"), ("window: month, take: largest 2, until: fact", "whole window"), ("window: quarter, each: month", "with take"), ("window: quarter, excess: carried", "excess of what"),
    ("window: life, at most: 5", "at most is for"), ("window: year from", "cannot be year from"), ("window: year from nowhere", "nowhere is not known"),
    ("window: year from hired, of: everybody", "counted of the payee"), ("window: year from amount", "wanted a day"), ("window: month, at most: nothing at all", "is not known"),
])
def test_what_does_not_fit_is_refused_in_words(measure, words):
    text = f"""
plan: x
effective: {{from: 2026-01-01}}
currency: CNY
period: month
measures:
  m: {{sum: amount, over: sale, {measure}}}
components: [{{name: 提成, each: sale, base: amount, rate: 1%, where: m > 0}}]
settlement: {{round: half up to fen once per line, negative: carry}}
"""
    with pytest.raises(PlanProblems, match=words):
        load_plan(text)


def test_whoever_has_no_day_for_a_year_of_their_own_is_refused():
    facts, _owner, tables = world(many=2)
    people = [{"payee": p, "position": "rep", "from": date(2020, 1, 1), "hired": None if p == "林" else day} for p, day in PEOPLE.items()]
    found = load_plan(PLAN[:PLAN.index("  - {name: 最好")] + PLAN[PLAN.index("  - {name: 自己"):PLAN.index("  - {name: 先到")] + PLAN[PLAN.index("settlement"):])
    with pytest.raises(PlanProblems, match="missing value"):
        run(found, Tables(facts=[{**f, "date": date(2026, 2, 1)} for f in facts], credits=[{"fact": f["id"], "payee": "林", "share": "1"} for f in facts], people=people))


def test_what_if_says_what_it_cannot_tell_and_never_guesses():
    _facts, _owner, tables = world()
    told = prepare(load_plan(PLAN), tables, "陈").what_if({"kind": "sale", "date": "2026-06-20", "amount": "1000", "customer": "甲"})
    assert {part.component: part.earned for part in told.parts if not part.unknown} == {"每客": 10}, "1 % of it: the year of this customer has not reached its cap"


LATELY = """
plan: 最近多少天
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  含: {sum: amount, over: sale, window: last 30 days, until: fact}
  不含: {sum: amount, over: sale, window: last 30 days, until: before fact}
  几家: {count: customer, over: sale, window: last 30 days, of: everybody, until: fact}
  最大: {sum: amount, over: sale, take: largest, window: last 30 days, per: customer, until: before fact}
  平均: {sum: amount, over: sale, take: average, window: last 45 days, until: fact}
  第一天: {sum: date, over: sale, take: smallest, window: last 20 days, until: fact}
  月末: {sum: amount, over: sale, window: last 45 days}
  中间: {sum: amount, over: sale, take: median, window: last 2 months}
  两月: {sum: amount, over: sale, window: last 2 months, until: fact}
  两期: {count: facts, over: sale, window: last 2 periods, until: before fact}
  两季: {count: customer, over: sale, window: last 1 quarter, of: everybody, until: fact}
  近中: {sum: amount, over: sale, take: median, window: last 40 days, until: before fact}
  季中: {sum: amount, over: sale, take: median, window: quarter, until: fact}
  本期: {sum: amount, over: sale, window: period, until: fact}
components:
  - {name: 两月, each: [sale, visit], rate: {lump: 两月}}
  - {name: 两期, each: [sale, visit], rate: {lump: 两期}}
  - {name: 两季, each: [sale, visit], rate: {lump: 两季}}
  - {name: 近中, each: [sale, visit], rate: {lump: 近中}}
  - {name: 季中, each: [sale, visit], rate: {lump: 季中}}
  - {name: 本期, each: [sale, visit], rate: {lump: 本期}}
  - {name: 含, each: [sale, visit], rate: {lump: 含}}
  - {name: 不含, each: [sale, visit], rate: {lump: 不含}}
  - {name: 几家, each: [sale, visit], rate: {lump: 几家}}
  - {name: 最大, each: [sale, visit], rate: {lump: 最大}}
  - {name: 平均, each: [sale, visit], rate: {lump: 平均}}
  - {name: 第一天, each: [sale, visit], where: known(第一天), rate: {lump: 第一天 - 2026-01-01}}
  - {name: 分段, each: sale, base: amount, rate: {tiers: marginal, by: 含, table: [[0, 0], [4000, 100%]]}}
  - {name: 月末, each: month, rate: {lump: 月末}}
  - {name: 中间, each: month, rate: {lump: 中间}}
settlement: {round: half up to fen once per line, negative: carry}
"""


def _fen(value):
    return Decimal(round(Fraction(value) * 100 + Fraction(1, 10**9)) if Fraction(value) * 100 % 1 == Fraction(1, 2) else round(Fraction(value) * 100)) / 100


def test_the_last_so_many_days_are_what_a_plain_reading_of_each_day_finds():
    rng = random.Random(4)
    facts = [{"id": f"f{n:02d}", "kind": rng.choice(["sale", "sale", "visit"]), "date": date(2026, 1, 1) + timedelta(days=rng.randrange(150)), "customer": rng.choice("甲乙丙"),
              "amount": Decimal(rng.randrange(50000, 300000)) / 100, "who": rng.choice(["陈", "林"])} for n in range(48)]
    tables = Tables(facts=[{k: v for k, v in f.items() if k != "who"} for f in facts], credits=[{"fact": f["id"], "payee": f["who"], "share": "1"} for f in facts],
                    people=[{"payee": p, "position": "rep", "from": date(2020, 1, 1)} for p in ("陈", "林")])
    result = run(load_plan(LATELY), tables)
    facts.sort(key=lambda f: (f["date"], f["id"]))
    expected = {}
    for place, fact in enumerate(facts):
        def lately(days, mine=True, own=True, fact=fact, place=place):
            return [f for f in facts[:place + own] if f["kind"] == "sale" and f["date"] > fact["date"] - timedelta(days=days) and (not mine or f["who"] == fact["who"])]
        with_it, key = lately(30), (fact["who"], fact["id"])
        so_far = sum(f["amount"] for f in with_it)
        expected |= {("含", *key): so_far, ("不含", *key): sum(f["amount"] for f in lately(30, own=False)), ("几家", *key): len({f["customer"] for f in lately(30, mine=False)}),
                     ("最大", *key): max([f["amount"] for f in lately(30, own=False) if f["customer"] == fact["customer"]], default=0),
                     ("平均", *key): _fen(Fraction(sum(f["amount"] for f in lately(45))) / max(1, len(lately(45))))}
        def since(day, mine=True, own=True, fact=fact, place=place):
            return [f for f in facts[:place + own] if f["kind"] == "sale" and f["date"] >= day and (not mine or f["who"] == fact["who"])]
        month = fact["date"].replace(day=1)
        before, quarter = (month - timedelta(days=1)).replace(day=1), date(2026, (month.month - 1) // 3 * 3 + 1, 1)
        expected |= {("两月", *key): sum(f["amount"] for f in since(before)), ("两期", *key): len(since(before, own=False)), ("两季", *key): len({f["customer"] for f in since(quarter, mine=False)}),
                     ("近中", *key): _fen(median([f["amount"] for f in lately(40, own=False)] or [0])), ("季中", *key): _fen(median([f["amount"] for f in since(quarter)] or [0])),
                     ("本期", *key): sum(f["amount"] for f in since(month))}
        if lately(20):
            expected["第一天", *key] = (min(f["date"] for f in lately(20)) - date(2026, 1, 1)).days
        if fact["kind"] == "sale":
            expected["分段", *key] = max(Decimal(0), so_far - 4000) - max(Decimal(0), so_far - fact["amount"] - 4000)
    for number in range(1, 6):
        ends = date(2026, number + 1, 1) - timedelta(days=1)
        for who in ("陈", "林"):
            sold = [f for f in facts if f["kind"] == "sale" and f["who"] == who and f["date"] <= ends]
            two = [f["amount"] for f in sold if f["date"].month >= number - 1]
            expected |= {("月末", who, f"2026-{number:02d}"): sum(f["amount"] for f in sold if f["date"] > ends - timedelta(days=45)), ("中间", who, f"2026-{number:02d}"): _fen(median(two)) if two else 0}
    computed = {(x.component, x.payee, x.fact or x.fact_period): x.earned for x in result.lines}
    assert {k: v for k, v in computed.items() if v} == {k: v for k, v in expected.items() if v}
    for line in result.lines[::25]:
        assert explain(result, line.id, "zh").result == line.earned


@pytest.mark.parametrize(("measure", "words"), [("window: last 90 days, each: month, take: largest", "each is a shorter window"), ("window: year to date, until: fact", "plain window"),
                                                 ("window: last 0 days", "cannot be last 0 days"), ("window: quarter, each: month, take: median", "the median is taken")])
def test_what_a_rolling_window_cannot_is_refused(measure, words):
    with pytest.raises(PlanProblems) as wrong:
        load_plan(LATELY.replace("window: last 2 months", "window: month").replace("window: last 30 days, until: fact}", measure + "}", 1))
    assert words in " ".join(p.text("en") for p in wrong.value.problems)


def test_the_last_months_up_to_a_fact_are_held_against_the_quotas_of_those_months():
    text = """
plan: x
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {起点: money}
measures:
  近: {sum: amount, over: sale, window: last 2 months, until: fact, quota: 起点}
components:
  - {name: 提成, each: sale, base: amount, rate: {tiers: marginal, by: attainment of 近, table: [[0, 5%], [100%, 10%]]}}
  - {name: 达标, each: sale, where: 达成率(近) >= 100%, rate: {lump: 目标(近) / 100}}
settlement: {round: half up to fen once per line, negative: carry}
"""
    facts = [{"id": f"f{month}", "kind": "sale", "date": date(2026, month, 5), "amount": amount} for month, amount in ((1, 1500), (2, 700), (3, 1000))]
    found = run(load_plan(text), Tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts], quotas=[{"payee": "陈", "measure": "近", "period": "2026-03", "value": 500}],
                                        people=[{"payee": "陈", "position": "rep", "from": date(2020, 1, 1), "起点": 1000}]))
    assert {(x.component, x.fact): x.earned for x in found.lines if x.earned} == {
        ("提成", "f1"): 100, ("达标", "f1"): 10, ("提成", "f2"): 45, ("达标", "f2"): 20, ("提成", "f3"): Decimal("60"), ("达标", "f3"): 15}   # goals of 1,000, then 2,000, then 1,500
    assert all(explain(found, x.id, "zh").result == x.earned for x in found.lines)
