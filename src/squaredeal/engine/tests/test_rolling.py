"""A cap on what one component earns in any so many months together: each line against a plain reading that asks every window, explained, asked ahead, and run month after month."""
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from squaredeal.engine import PlanProblems, Tables, explain, load_plan, run
from squaredeal.engine.trials.whatif import prepare

pytestmark = pytest.mark.once
PLAN = """
plan: any so many months
effective: {from: 2026-01-01}
currency: USD
period: month
year starts: 04-01
attributes: {most: money}
measures: {sold: {sum: amount, over: sale, window: month}}
components:
  - {name: months, each: [sale, return], base: amount, rate: 10%, limit: {cap: 1000, window: last 3 months}}
  - {name: customers, each: [sale, return], base: amount, rate: 10%, limits: [{cap: 400, window: fact}, {cap: most, window: last 2 periods, per: customer}]}
  - {name: quarters, each: month, base: sold, rate: 10%, limit: {cap: 1500, window: last 2 quarters}, reserve: {keep: 10%, refund: never}}
  - {name: days, credit: [helper], each: sale, base: amount, rate: 10%, limit: {cap: 500.05, window: last 45 days}}
  - {name: half of it, each: month, rate: {lump: 50% * earned(months)}}
settlement: {round: half up to cent once per line, negative: owed}
"""
PEOPLE = {"Ann": 700, "Bob": 300, "Cid": 5000}


@pytest.fixture(scope="module")
def world():
    rng = random.Random(4)
    facts, credits = [], []
    for number in range(1, 131):
        kind, owner, helper = rng.choice(["sale"] * 6 + ["return"]), *rng.sample(sorted(PEOPLE), 2)
        amount = Decimal(rng.randrange(10000, 600000)).scaleb(-2) * (-1 if kind == "return" else 1)
        facts.append({"id": f"s{number}", "kind": kind, "date": date(2026, 1, 1) + timedelta(days=rng.randrange(480)), "amount": amount, "customer": rng.choice("XYZ"), "deal": f"d{number}"})
        credits += [{"fact": f"s{number}", "payee": owner, "share": 1, "role": "owner"}, {"fact": f"s{number}", "payee": helper, "share": 1, "role": "helper"}]
    return facts, credits


def tables(facts, credits):
    return Tables(facts=facts, credits=credits, people=[{"payee": who, "position": "rep", "from": date(2025, 1, 1), "to": None, "most": most} for who, most in PEOPLE.items()])


@pytest.fixture(scope="module")
def whole(world):
    """All at once."""
    return run(load_plan(PLAN), tables(*world))


def month(day):
    return day.year * 12 + day.month - 1


def fiscal(day):
    return (month(day) - 3) // 3


def limited(amounts, place, many, most):
    """The amounts, [(day, amount)] in order, after a cap on any `many` of what `place` says a day is: each such is asked for every window that ends with it or begins before."""
    gained, left, found, run = defaultdict(Decimal), {}, [], defaultdict(Decimal)
    for day, amount in amounts:
        gained[place(day)] += amount
    for at in sorted(gained):
        rooms = [most - sum(x for other, x in left.items() if since <= other) for since in range(at - many + 1, at + 1)]
        left[at] = min(gained[at], max(min(rooms), Decimal(0)))
    for at in gained:
        assert sum(x for other, x in left.items() if at - many < other <= at) <= most
    for day, amount in amounts:
        at = place(day)
        before, run[at] = run[at], run[at] + amount
        found.append(amount if left[at] == gained[at] else min(run[at], left[at]) - min(before, left[at]))
    return found


def cents(amount):
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def told(facts, credits):
    """{(component, payee, fact): earned} of the components paid by fact."""
    found = {}
    for who, most in PEOPLE.items():
        role = {c["fact"]: c["role"] for c in credits if c["payee"] == who}
        rows = sorted((f for f in facts if f["id"] in role), key=lambda f: (f["date"], len(f["id"]), f["id"]))
        own, beside = ([(f, cents(f["amount"] / 10)) for f in rows if role[f["id"]] == kind and (kind == "owner" or f["kind"] == "sale")] for kind in ("owner", "helper"))
        for name, parts in (("months", own), ("days", beside)):
            amounts = [(f["date"], amount) for f, amount in parts]
            after = limited(amounts, month, 3, Decimal(1000)) if name == "months" else limited(amounts, date.toordinal, 45, Decimal("500.05"))
            found |= {(name, who, f["id"]): amount for (f, _a), amount in zip(parts, after, strict=True)}
        for customer in "XYZ":
            parts = [(f, min(amount, Decimal(400))) for f, amount in own if f["customer"] == customer]
            after = limited([(f["date"], amount) for f, amount in parts], month, 2, Decimal(most))
            found |= {("customers", who, f["id"]): amount for (f, _a), amount in zip(parts, after, strict=True)}
    return found


def test_every_line_is_what_a_plain_reading_finds_and_explains_itself(world, whole):
    result = whole
    assert {(x.component, x.payee, x.fact): x.earned for x in result.lines if x.fact} == told(*world)
    cut = [x for x in result.lines if x.earned != x.full_amount and x.component in ("months", "customers", "days")]
    assert len(cut) > 40
    for line in cut[:12] + [x for x in result.lines if x.component == "quarters" and x.earned != x.full_amount][:3]:
        for lang in ("zh", "en"):
            why = explain(result, line.id, lang)
            assert why.result == line.earned and any(step.name == "cap" for step in why.steps), why.text
    sold, earned = defaultdict(Decimal), defaultdict(Decimal)
    for line in result.lines:
        if line.component == "quarters":
            sold[line.payee, line.day] += line.full_amount
        earned[line.component, line.payee, month(line.day)] += line.earned
    for who in PEOPLE:
        months = sorted((day, amount) for (payee, day), amount in sold.items() if payee == who)
        assert [earned["quarters", who, month(day)] for day, _a in months] == limited(months, fiscal, 2, Decimal(1500))
        assert all(cents(earned["months", who, at] / 2) == amount for (name, payee, at), amount in earned.items() if (name, payee) == ("half of it", who))


def test_month_after_month_posts_what_all_at_once_comes_to_also_where_a_month_is_corrected(world):
    facts, credits = world
    plan = load_plan(PLAN)
    early = run(plan, tables(facts, credits), period="2026-08")
    changed = [{**f, "amount": f["amount"] + 3000} if f["id"] in ("s3", "s11", "s20") else f for f in facts]
    later = run(plan, tables(changed, credits).with_posted(early.table), period="2026-09")
    again = run(plan, tables(changed, credits))
    posted, wanted = defaultdict(Decimal), defaultdict(Decimal)
    for line in (*early.lines, *later.lines):
        posted[line.component, line.payee, line.fact_period] += line.difference
    for line in again.lines:
        if line.fact_period <= "2026-09":
            wanted[line.component, line.payee, line.fact_period] += line.earned
    assert {k: v for k, v in posted.items() if v} == {k: v for k, v in wanted.items() if v}
    assert any(x.difference and x.fact_period < "2026-09" for x in later.lines)


def test_one_more_sale_is_asked_ahead_as_two_runs_find_it(world, whole):
    facts, credits = world
    calendar = load_plan(PLAN.replace("year starts: 04-01\n", ""))  # the answer knows no other year
    fact = {"id": "new", "kind": "sale", "date": date(2026, 5, 7), "amount": Decimal("2500.55"), "customer": "X", "deal": "new"}
    after = run(load_plan(PLAN), tables([*facts, fact], [*credits, {"fact": "new", "payee": "Ann", "share": 1, "role": "owner"}]))
    answer = {p.component: p for p in prepare(calendar, tables(facts, credits), "Ann").what_if(fact).parts}
    for name in ("months", "customers", "half of it"):
        more = sum(x.earned * sign for result, sign in ((after, 1), (whole, -1)) for x in result.lines if (x.payee, x.component) == ("Ann", name))
        assert answer[name].unknown is None and answer[name].earned == more, name


def test_the_last_periods_of_a_table_are_those_before_in_it_however_long(world):
    facts, credits = world
    rng, day, spans = random.Random(9), date(2026, 1, 1), []
    while day < date(2027, 6, 1):
        last = day + timedelta(days=rng.randrange(3, 40))
        spans.append({"id": f"P{len(spans):02d}", "from": day, "to": last})
        day = last + timedelta(days=1)
    kept = tables(facts, credits)
    given = Tables(**{name: kept.arrow[name] for name in ("facts", "credits", "people")}, periods=spans)
    text = PLAN.replace("period: month", "period: table").replace("last 3 months", "last 3 periods").replace("window: last 2 quarters", "window: last 4 periods").replace("each: month", "each: period")
    result = run(load_plan(text.replace("window: month", "window: period")), given)

    def place(day):
        return next(at for at, span in enumerate(spans) if span["from"] <= day <= span["to"])
    found, codes = {(x.component, x.payee, x.fact or x.fact_period): x.earned for x in result.lines}, [span["id"] for span in spans]
    for who, most in PEOPLE.items():
        mine = sorted((f for f in facts for c in credits if (c["fact"], c["payee"], c["role"]) == (f["id"], who, "owner")), key=lambda f: (f["date"], len(f["id"]), f["id"]))
        after = limited([(f["date"], cents(f["amount"] / 10)) for f in mine], place, 3, Decimal(1000))
        assert [found["months", who, f["id"]] for f in mine] == after
        for customer in "XYZ":
            own = [(f["id"], f["date"], min(cents(f["amount"] / 10), Decimal(400))) for f in mine if f["customer"] == customer]
            assert [found["customers", who, key] for key, _d, _a in own] == limited([(day, a) for _k, day, a in own], place, 2, Decimal(most))
        sold = [(span["to"], cents(sum((f["amount"] for f in mine if f["kind"] == "sale" and place(f["date"]) == at), Decimal(0)) / 10)) for at, span in enumerate(spans)]
        assert [found.get(("quarters", who, code), 0) for code in codes] == limited(sold, place, 4, Decimal(1500))
    cut = [x for x in result.lines if x.earned != x.full_amount and x.component == "months"]
    assert len(cut) > 9
    for line in cut[:5]:
        why = explain(result, line.id, "en")
        assert why.result == line.earned and any("in any 3 periods, at most" in str(step) for step in why.steps), why.text
    fact = {"id": "new", "kind": "sale", "date": date(2026, 5, 7), "amount": Decimal("2500.55"), "customer": "X", "deal": "new"}
    plain = load_plan(text.replace("window: month", "window: period").replace("year starts: 04-01\n", ""))
    again = run(plain, Tables(facts=[*facts, fact], credits=[*credits, {"fact": "new", "payee": "Ann", "share": 1, "role": "owner"}], people=kept.arrow["people"], periods=spans))
    answer = {p.component: p for p in prepare(plain, given, "Ann").what_if(fact).parts}
    for name in ("months", "customers"):
        assert answer[name].earned == sum(x.earned * sign for one, sign in ((again, 1), (result, -1)) for x in one.lines if (x.payee, x.component) == ("Ann", name)), name


@pytest.mark.parametrize("starts", [1, 4])
def test_what_is_paid_by_year_looks_back_over_years_in_a_plan_settled_by_month(starts):
    text = f"""
plan: years
effective: {{from: 2018-{starts:02}-01}}
currency: USD
period: month
year starts: {starts:02}-01
measures:
  sold: {{sum: amount, over: sale, window: year}}
  lately: {{sum: amount, over: sale, window: last 5 years}}
components:
  - {{name: five, each: year, base: lately, rate: 10%}}
  - {{name: capped, each: year, base: sold, rate: 10%, limit: {{cap: 2500, window: last 5 years}}}}
  - {{name: each sale, each: sale, base: amount, rate: 10%, limit: {{cap: 1500, window: last 3 years}}}}
settlement: {{round: half up to cent once per line, negative: owed}}
"""
    rng, last = random.Random(starts), date(2027, starts, 1) - timedelta(days=1)
    facts = sorted(({"id": f"s{n:02d}", "kind": "sale", "date": date(2015, 1, 1) + timedelta(days=rng.randrange((last - date(2015, 1, 1)).days)), "amount": Decimal(rng.randrange(10000, 500000)).scaleb(-2)} for n in range(60)),
                   key=lambda f: (f["date"], f["id"]))
    facts.append({"id": "z", "kind": "sale", "date": last, "amount": Decimal(100)})
    given = Tables(facts=facts, credits=[{"fact": f["id"], "payee": "Ann", "share": 1} for f in facts], people=[{"payee": "Ann", "position": "rep", "from": date(2010, 1, 1)}])

    def year(day):
        return day.year - (day.month < starts)
    result = run(load_plan(text), given)
    found = {(x.component, x.fact or x.day): x.earned for x in result.lines}
    sums = {at: sum((f["amount"] for f in facts if year(f["date"]) == at), Decimal(0)) for at in range(2010, 2027)}
    ends = {at: date(at + 1, starts, 1) - timedelta(days=1) for at in range(2018, 2027)}
    assert {at: found["five", day] for at, day in ends.items()} == {at: cents(sum(sums[at - back] for back in range(5)) / 10) for at in ends}
    assert [found.get(("capped", day), 0) for day in ends.values()] == limited([(day, cents(sums[at] / 10)) for at, day in ends.items()], year, 5, Decimal(2500))
    own = [f for f in facts if year(f["date"]) >= 2018]
    after = limited([(f["date"], cents(f["amount"] / 10)) for f in own], year, 3, Decimal(1500))
    assert [found["each sale", f["id"]] for f in own] == after and sum(after) < sum(f["amount"] for f in own) / 10
    assert all(explain(result, line.id, "en").result == line.earned for line in result.lines[::4])
    closing = f"{last:%Y-%m}"
    early = run(load_plan(text), Tables(facts=[f for f in facts if year(f["date"]) < 2026], credits=given.arrow["credits"].slice(0, sum(year(f["date"]) < 2026 for f in facts)), people=given.arrow["people"]), period=f"{ends[2025]:%Y-%m}")
    now = run(load_plan(text), given.with_posted(early.table), period=closing)
    assert {x.component: x.difference for x in now.lines if x.day == ends[2026] and not x.fact and x.difference} == {name: found[name, ends[2026]] for name in ("five", "capped") if found[name, ends[2026]]}


@pytest.mark.parametrize(("limit", "words"), [("limit: {floor: 100, window: last 3 months}", "does not say which of them is filled up"),
                                              ("limits: [{cap: 100, window: last 3 months}, {cap: 300, window: last 12 months}]", "only one limit may roll on")])
def test_what_a_limit_that_rolls_on_cannot_say_is_refused(limit, words):
    text = PLAN.replace("limit: {cap: 1000, window: last 3 months}", limit)
    with pytest.raises(PlanProblems) as refused:
        load_plan(text)
    assert words in " ".join(p.text("en") for p in refused.value.problems)


def test_who_has_no_cap_of_their_own_is_refused_with_the_sale(world):
    facts, credits = world
    people = [{"payee": who, "position": "rep", "from": date(2025, 1, 1), "to": None, "most": None if who == "Bob" else 5} for who in PEOPLE]
    with pytest.raises(PlanProblems, match="customers"):
        run(load_plan(PLAN), Tables(facts=facts, credits=credits, people=people))
