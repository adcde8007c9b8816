"""Years of one's own, from the day each begins: who is hired again begins anew, a contract's years are the contract's; against a plain reading in Python."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from squaredeal.engine import PlanProblems, Tables, check, explain, load_plan, run

pytestmark = pytest.mark.once
EMPLOYED = {"陈": [(date(2025, 3, 10), date(2026, 4, 30)), (date(2026, 6, 15), None)], "林": [(date(2024, 2, 29), date(2025, 3, 5)), (date(2025, 3, 6), date(2025, 12, 1)), (date(2025, 12, 2), None)],
            "吴": [(date(2025, 7, 1), None)]}
PLAN = """
plan: 自己的年
effective: {from: 2025-01-01}
currency: CNY
period: month
attributes: {签约: date}
measures:
  年: {sum: amount, over: sale, window: year from hired}
  到此: {sum: amount, over: sale, window: year from hired, until: fact}
  每客: {count: facts, over: sale, window: year from hired, per: customer}
  合同: {sum: amount, over: sale, window: year from 签约}
components:
  - {name: 档, each: sale, base: amount, rate: {tiers: marginal, by: base, window: year from hired, table: [[0, 1%], [20000, 2%]]}, limit: {cap: 700, window: year from hired}}
  - {name: 全额, each: sale, base: amount, rate: {tiers: whole, by: 年, table: [[0, 1%], [20000, 2%]]}}
  - {name: 合计, each: sale, rate: {lump: 到此}}
  - {name: 达成, each: sale, rate: {lump: "if(known(目标(年)), round(达成率(年) * 100, 2), 0)"}}
  - {name: 去年, each: sale, rate: {lump: 去年同期(年)}}
  - {name: 客户, each: sale, rate: {lump: 每客}}
  - {name: 合同年, each: sale, rate: {lump: 合同}}
  - {name: 月末, each: month, rate: {lump: 年}}
  - {name: 月达成, each: month, rate: {lump: "if(known(目标(年)), round(达成率(年) * 100, 2), 0)"}}
  - {name: 带人, credit: {roll up: 1, own deals: excluded}, each: sale, rate: {lump: source(年)}}
settlement: {round: half up to fen once per line, negative: carry}
"""
QUOTA = {("陈", 2026): 30000, ("陈", 2025): 12000, ("林", 2025): 9000}


def test_what_would_go_by_another_year_is_refused():
    within = PLAN.replace("年: {sum: amount, over: sale, window: year from hired}", "年: {sum: amount, over: sale, window: year from hired, ranking: {within: unit}}")
    with pytest.raises(PlanProblems, match="measures.年.ranking: the windows of year from hired are not the same for all"):
        load_plan(within)
    tables = world()[2]
    monthly = Tables(**{**tables.arrow, "quotas": [{"payee": "陈", "measure": "年", "period": "2026-03", "value": 5}]})
    assert "quotas 年 2026-03" in {p.place for p in check(load_plan(PLAN), monthly)}
    assert not [p for p in check(load_plan(PLAN), tables) if p.place.startswith("quotas")]


def world(seed=3, many=90):
    rng, facts, credits = random.Random(seed), [], []
    while len(facts) < many:
        day, who = date(2025, 1, 1) + timedelta(days=rng.randrange(900)), rng.choice(list(EMPLOYED))
        if hired(who, day):
            facts.append({"id": f"f{len(facts):02d}", "kind": "sale", "date": day, "customer": rng.choice("甲乙"), "签约": rng.choice([d for d in (date(2024, 5, 31), date(2025, 1, 5), date(2025, 9, 9)) if d <= day]),
                          "amount": Decimal(rng.randrange(50000, 1000000)) / 100})
            credits.append({"fact": facts[-1]["id"], "payee": who, "share": "1"})
    people = [{"payee": who, "position": "rep", "unit": "u", "manager": "上", "hired": first, "from": first, "to": last} for who, several in EMPLOYED.items() for first, last in several]
    people.append({"payee": "上", "position": "lead", "unit": "u", "manager": None, "hired": date(2020, 1, 1), "from": date(2020, 1, 1), "to": None})
    quotas = [{"payee": who, "measure": "年", "period": str(year), "value": value} for (who, year), value in QUOTA.items()]
    return sorted(facts, key=lambda f: (f["date"], f["id"])), {c["fact"]: c["payee"] for c in credits}, Tables(facts=facts, credits=credits, people=people, quotas=quotas)


def hired(who, day):
    return next((first for first, last in EMPLOYED[who] if first <= day <= (last or date.max)), None)


def begun(since, day):
    """The first day of the year from a day on that another lies in, by walking from it."""
    begin = since
    while True:
        year = begin.year + 1
        after = date(year, 3, 1) if (since.month, since.day) == (2, 29) and year % 4 else date(year, since.month, since.day)
        if day < after:
            return begin
        begin = after


def half_up(value):
    return Fraction((value * 200 + 1) // 2, 100)


def goal(who, begin, value):
    quota = QUOTA.get((who, begin.year))
    return half_up(value * 100 / quota) if quota else Fraction(0)


def plain(facts, owner):
    years, contracts, customers = defaultdict(Fraction), defaultdict(Fraction), defaultdict(int)
    own = {f["id"]: begun(hired(owner[f["id"]], f["date"]), f["date"]) for f in facts}
    for f in facts:
        who = owner[f["id"]]
        years[who, own[f["id"]]] += Fraction(f["amount"])
        customers[who, own[f["id"]], f["customer"]] += 1
        contracts[who, begun(f["签约"], f["date"])] += Fraction(f["amount"])
    found, so_far, gained = {}, defaultdict(Fraction), defaultdict(Fraction)
    for f in facts:
        who, begin, amount = owner[f["id"]], own[f["id"]], Fraction(f["amount"])
        low, high = so_far[who, begin], so_far[who, begin] + amount
        so_far[who, begin] = high
        earned = half_up(Fraction(min(high, 20000) - min(low, 20000)) / 100 + Fraction(max(high, 20000) - max(low, 20000)) / 50)
        found["档", who, f["id"]] = min(gained[who, begin] + earned, 700) - min(gained[who, begin], 700)
        gained[who, begin] += earned
        found["全额", who, f["id"]] = half_up(amount * (2 if years[who, begin] >= 20000 else 1) / 100)
        found["合计", who, f["id"]] = high
        found["达成", who, f["id"]] = goal(who, begin, years[who, begin])
        found["去年", who, f["id"]] = years[who, begin.replace(year=begin.year - 1)] if (begin.month, begin.day) not in ((2, 29), (3, 1)) else years[who, date(2024, 2, 29)] if begin == date(2025, 3, 1) else Fraction(0)
        found["客户", who, f["id"]] = Fraction(customers[who, begin, f["customer"]])
        found["合同年", who, f["id"]] = contracts[who, begun(f["签约"], f["date"])]
        found["带人", "上", f["id"]] = years[who, begin]
    last = max(f["date"] for f in facts)
    for month in range(2025 * 12, last.year * 12 + last.month):
        first, end = date(month // 12, month % 12 + 1, 1), date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
        for who, several in EMPLOYED.items():
            since = max((a for a, b in several if a <= end and (b or date.max) >= first), default=None)
            if since:
                begin = begun(since, end)
                found["月末", who, f"{first:%Y-%m}"], found["月达成", who, f"{first:%Y-%m}"] = years[who, begin], goal(who, begin, years[who, begin])
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize("seed", [3, 8])
def test_each_employment_and_each_contract_has_years_of_its_own(seed):
    facts, owner, tables = world(seed)
    result = run(load_plan(PLAN), tables)
    computed = {(x.component, x.payee, x.fact or x.id.split("|")[2]): Fraction(x.earned) for x in result.lines if x.earned}
    expected = plain(facts, owner)
    assert {k: (computed.get(k), expected.get(k)) for k in computed.keys() | expected.keys() if computed.get(k) != expected.get(k)} == {}
    for x in result.lines[::7]:
        assert explain(result, x.id, "zh").result == x.earned


def test_hired_again_in_the_same_calendar_year_begins_anew():
    text = """
plan: hired again
effective: {from: 2026-01-01}
currency: CNY
period: month
components:
  - {name: c, each: sale, base: amount, rate: {tiers: marginal, by: base, window: year from hired, table: [[0, 1%], [10000, 5%]]}}
  - {name: capped, each: sale, base: amount, rate: 10%, limit: {cap: 1000, window: year from hired}}
settlement: {round: half up to fen once per line, negative: carry}
"""
    people = [{"payee": "陈", "position": "rep", "hired": "2025-03-10", "from": "2025-03-10", "to": "2026-04-30"}, {"payee": "陈", "position": "rep", "hired": "2026-06-15", "from": "2026-06-15"}]
    facts = [{"id": f"f{n}", "kind": "sale", "date": day, "amount": "10000"} for n, day in enumerate(["2026-03-09", "2026-03-10", "2026-06-15", "2026-07-01"])]
    found = run(load_plan(text), Tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts], people=people))
    assert {(x.component, x.fact): x.earned for x in found.lines} == {("c", "f0"): 100, ("c", "f1"): 100, ("c", "f2"): 100, ("c", "f3"): 500,
                                                                     ("capped", "f0"): 1000, ("capped", "f1"): 1000, ("capped", "f2"): 1000, ("capped", "f3"): 0}


def test_the_day_may_be_a_term_or_a_measure_and_a_quota_holds_for_each_year_that_begins_in_its_own():
    text = """
plan: a day worked out
effective: {from: 2026-01-01}
currency: CNY
period: month
terms: {起: "max(hired, 2025-05-05)"}
measures:
  头一天: {sum: date, over: sale, take: smallest, window: life}
  年: {sum: amount, over: sale, window: year from 起}
  单年: {sum: amount, over: sale, window: year from 头一天}
components:
  - {name: a, each: sale, rate: {lump: "if(known(quota(年)), quota(年), 1)"}}
  - {name: b, each: sale, rate: {lump: "if(known(quota(单年)), quota(单年), 1)"}}
  - {name: c, each: sale, base: amount, rate: 10%, limit: {cap: 1500, window: year from 头一天}}
settlement: {round: half up to fen once per line, negative: carry}
"""
    facts = [{"id": f"f{n}", "kind": "sale", "date": day, "amount": "10000"} for n, day in enumerate(["2026-03-09", "2026-03-10", "2026-06-15", "2027-04-01"])]
    found = run(load_plan(text), Tables(facts=facts, credits=[{"fact": f["id"], "payee": "陈", "share": "1"} for f in facts], people=[{"payee": "陈", "position": "rep", "hired": "2025-03-10", "from": "2025-03-10"}],
                                        quotas=[{"payee": "陈", "measure": name, "period": "2026", "value": value} for name, value in (("年", 500), ("单年", 700))]))
    assert {name: [int(x.earned) for x in found.lines if x.component == name] for name in "abc"} == {"a": [1, 1, 500, 500], "b": [700, 700, 700, 1], "c": [1000, 500, 0, 1000]}
    assert all(explain(found, x.id, "zh").result == x.earned for x in found.lines)
