"""One more fact for one payee, in plain Python, equals the difference of two whole runs to the fen; and what it cannot tell it says."""
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from squaredeal import engine
from squaredeal.engine.proving import tables_of as given_tables
from squaredeal.engine.tests.random_plans import PEOPLE, tables_of, worlds, yaml_of
from squaredeal.engine.trials.whatif import prepare, what_if

pytestmark = pytest.mark.once
FEW = settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
CASES = Path(__file__).parents[4] / "cases"
RICH = """
plan: 各种算法
effective: {from: 2026-01-01, to: 2026-12-31}
currency: CNY
period: month
terms: {不含税: amount / (1 + vat_rate)}
measures:
  月回款: {sum: 不含税, over: receipt, window: month}
  累计: {sum: 不含税, over: [receipt, return], window: year to date}
  部门回款: {sum: 不含税, over: receipt, window: quarter, of: unit}
  单额: {sum: 不含税, over: receipt, window: deal}
  全员: {count: facts, over: receipt, window: month, of: everybody}
components:
  - {name: 定额, who: position = "rep", each: receipt, base: 不含税, rate: {lump plus excess: [[0, 0, 1%], [100000, 800, 1.7%], [400000, 9000, 2.3%]], by: 月回款}}
  - {name: 查表, who: position = "rep", each: [receipt, return], base: 不含税, rate: {grid: linear, by: 累计, table: [[0, 1%], [300000, 2%], [900000, 1.5%]], below: first row},
     gate: {attainment of: 月回款, at least: 50%, without quota: passes}, limit: {cap: 6000, window: quarter}, reserve: {keep: 12.5%, refund: never}}
  - {name: 全额, who: position = "rep", each: receipt, base: 不含税, rate: {tiers: whole, by: 部门回款, table: [[0, 0.5%], [500000, 0.9%]]},
     factor: [{when: 全员 > 4, times: 1.2}, {when: overdue_days > 90, times: 30%}]}
  - {name: 达成, who: position = "rep", each: month, base: 月回款, rate: {tiers: marginal, by: attainment of 月回款, table: [[0, 1%], [80%, 2%], [120%, 3%]]},
     where: quota(月回款) > 0, limit: {floor: 200, window: month}}
  - {name: 奖上奖, who: position = "rep", each: month, rate: {lump: "if(earned(查表) > 1000, previous(月回款) * 1%, 50)"}}
  - {name: 按量, who: position = "rep", each: receipt, rate: {per unit: "if(first_order, 12.5, 8.25)"}}
  - {name: 按单, who: position = "rep", each: deal, base: 单额, rate: 1%}
  - {name: 团队, who: position = "manager", credit: {roll up: 2, own deals: included}, each: receipt, base: 不含税, rate: 0.3%}
settlement: {round: half up to fen once per line, round base: to fen, negative: carry}
"""


@cache
def rich():
    return engine.load_plan(RICH)


def told(world):
    """The world without what a whole run alone can tell: overrides, claw-backs, the largest two, other currencies."""
    plan, facts, *rest = world
    facts = [{k: v for k, v in f.items() if k != "currency"} for f in facts if f["kind"] == "receipt"]
    return {"components": [{**c, "override": None, "clawback": None, "by": "月回款"} for c in plan["components"]]}, facts, *rest


def told_text(plan):
    return "\n".join(line for line in yaml_of(plan).splitlines() if not line.startswith("exchange:"))


def lines_of(result, payee):
    """{component: (earned, reserved)} of a payee."""
    found = {}
    for line in result.lines:
        if line.payee == payee:
            earned, reserved = found.get(line.component, (Fraction(0), Fraction(0)))
            found[line.component] = (earned + Fraction(line.earned), reserved + Fraction(line.reserved))
    return found


def tables_with(world, *facts, credits=()):
    _plan, have, shares, people, quotas = world
    still = {"id": "still", "kind": "nothing", "date": date(2026, 12, 31)}
    return tables_of([*have, still, *facts], [*shares, *credits], people, quotas)


def assert_equal_to_two_runs(plan, without, withit, payees, fact, credits, unknown=()):
    before, after = engine.run(plan, without), engine.run(plan, withit)
    for payee in payees:
        answer = prepare(plan, without, payee, until=date(2026, 3, 31)).what_if(fact, credits=credits)
        old, new = lines_of(before, payee), lines_of(after, payee)
        for part in answer.parts:
            if part.component in unknown:
                assert part.unknown
                continue
            assert part.unknown is None, (part.component, part.unknown)
            none = (Fraction(0), Fraction(0))
            assert Fraction(part.earned) == new.get(part.component, none)[0] - old.get(part.component, none)[0], (payee, part)
            assert part.reserved is None or Fraction(part.reserved) == new.get(part.component, none)[1] - old.get(part.component, none)[1], (payee, part)
            if part.line is not None:
                assert part.explanation("zh").result == part.explanation("en").result == part.line.earned
        assert answer.earned == sum(p.earned for p in answer.parts if p.unknown is None)


@st.composite
def one_more(draw):
    fact = {"id": draw(st.sampled_from(["r0", "r55"])), "kind": "receipt", "date": date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 85))),
            "amount": str(Decimal(draw(st.integers(-5_000_000, 90_000_000))) / 100), "vat_rate": draw(st.sampled_from(["0", "0.13"])),
            "overdue_days": draw(st.sampled_from([0, 91, 200])), "first_order": draw(st.booleans())}
    who = draw(st.lists(st.sampled_from(PEOPLE[:3]), min_size=1, max_size=2, unique=True))
    shares = ["1"] if len(who) == 1 else ["0.3333", "0.6667"]
    return fact, [{"fact": fact["id"], "payee": p, "share": s, "role": "owner"} for p, s in zip(who, shares, strict=True)]


@FEW
@given(worlds(), one_more())
def test_what_if_equals_the_difference_of_two_whole_runs(world, more):
    fact, credits = more
    world = told(world)
    assert_equal_to_two_runs(engine.load_plan(told_text(world[0])), tables_with(world), tables_with(world, fact, credits=credits), PEOPLE, fact, credits)


@FEW
@given(worlds(), one_more(), st.sampled_from(["receipt", "return"]), st.sampled_from([None, "d1", "d2"]))
def test_every_kind_of_component_equals_two_whole_runs(world, more, kind, deal):
    """Lumps, grids, sums to date, quarters of a unit, attainment by month, deals, caps and floors, earlier components, roll-ups."""
    world = told(world)
    facts = [{**f, "deal": f"d{i % 3}", "quantity": 1 + i % 4} for i, f in enumerate(world[1])]
    fact, credits = {**more[0], "kind": kind, "deal": deal, "quantity": 7}, more[1]
    world = (world[0], facts, *world[2:])
    assert_equal_to_two_runs(rich(), tables_with(world), tables_with(world, fact, credits=credits), PEOPLE, fact, credits)


@pytest.mark.parametrize("name", ["M02-到账提成-全额", "M07-新客户订单-定额加超额", "M15-任务内外", "M17-完成率系数"])
def test_the_last_fact_of_a_real_policy_told_beforehand(name):
    path = CASES / f"{name}.yaml"
    plan = engine.load_plan(path.read_text(encoding="utf-8"))
    tables = given_tables(plan, plan.examples[0].given)
    facts, credits = tables.arrow["facts"], tables.arrow["credits"].to_pylist()
    last = facts.to_pylist()[-1]
    still = pa.table({n: pa.array([{"id": "still", "kind": "nothing", "date": last["date"]}.get(n)], facts.schema.field(n).type) for n in facts.column_names})
    own = [c for c in credits if c["fact"] == last["id"]]
    without = engine.Tables(**{**tables.arrow, "facts": pa.concat_tables([facts[:-1], still]), "credits": [c for c in credits if c["fact"] != last["id"]]})
    withit = engine.Tables(**{**tables.arrow, "facts": pa.concat_tables([facts, still])})
    before, after = engine.run(plan, without), engine.run(plan, withit)
    for payee in {c["payee"] for c in own}:
        answer = what_if(plan, without, payee, last, credits=own)
        assert answer.complete
        none = (Fraction(0), Fraction(0))
        for part in answer.parts:
            assert Fraction(part.earned) == lines_of(after, payee).get(part.component, none)[0] - lines_of(before, payee).get(part.component, none)[0]


PEOPLE_ROWS = [{"payee": p, "position": "rep", "unit": "u", "manager": None, "from": "2025-01-01"} for p in ("陈", "林")]
ONE = """
plan: 试
effective: {from: 2026-01-01, to: 2026-06-30}
currency: CNY
period: month
measures: {月回款: {sum: amount, over: receipt, window: month}}
components:
  - {name: 全额, clause: 三.3, who: position = "rep", each: receipt, base: amount, rate: {tiers: whole, by: 月回款, table: [[0, 1%], [100000, 2%]]}}
  - {name: 排名, who: position = "rep", each: month, rate: {lump: "if(rank(月回款) = 1, 1000, 0)"}}
settlement: {round: half up to fen once per line, negative: carry}
"""


@pytest.fixture(scope="module")
def ready():
    tables = engine.Tables(facts=[{"id": "r1", "kind": "receipt", "date": "2026-03-05", "amount": "60000"}], credits=[{"fact": "r1", "payee": "陈", "share": 1}], people=PEOPLE_ROWS)
    return prepare(engine.load_plan(ONE), tables, "陈", until=date(2026, 4, 30))


def test_a_band_reached_moves_earlier_lines_and_a_ranking_is_not_guessed(ready):
    answer = ready.what_if({"kind": "receipt", "date": date(2026, 3, 20), "amount": "50000"})
    whole, ranked = answer.parts
    assert (whole.earned, whole.others, whole.moved, whole.line.earned) == (1600, 600, 1, 1000)
    assert "2%" in whole.explanation("zh").text and whole.clause == "三.3"
    assert ranked.unknown == ("要看名次", "it depends on a ranking") and ranked.earned is None
    assert answer.earned == 1600 and not answer.complete


@FEW
@given(worlds())
def test_what_a_whole_run_alone_can_tell_is_said_and_not_guessed(world):
    plan = engine.load_plan(yaml_of(world[0]))
    assert all(p.unknown for p in prepare(plan, tables_of(*world[1:]), "陈", until=date(2026, 3, 31)).what_if(
        {"kind": "receipt", "date": date(2026, 3, 1), "amount": "1000", "vat_rate": "0", "overdue_days": 0, "first_order": False}).parts)


def test_asking_leaves_nothing_behind(ready):
    first = ready.what_if({"kind": "receipt", "date": date(2026, 3, 20), "amount": "50000"})
    ready.what_if({"kind": "receipt", "date": date(2026, 3, 21), "amount": "900000"})
    assert ready.what_if({"kind": "receipt", "date": date(2026, 3, 20), "amount": "50000"}).parts == first.parts


def test_a_month_without_facts_and_a_day_the_plan_does_not_reach(ready):
    assert ready.what_if({"kind": "receipt", "date": date(2026, 4, 2), "amount": "1000"}).earned == 10
    outside = ready.what_if({"kind": "receipt", "date": date(2026, 7, 1), "amount": "1000"})
    assert outside.outside and outside.earned == 0 and outside.parts == []


def test_a_fact_that_lacks_what_the_plan_reads_is_not_guessed(ready):
    answer = ready.what_if({"kind": "receipt", "date": date(2026, 3, 20)})
    assert answer.parts[0].unknown and answer.earned == 0


def test_of_another_kind_or_of_somebody_else_pays_nothing(ready):
    assert ready.what_if({"kind": "signing", "date": date(2026, 3, 20), "amount": "50000"}).earned == 0
    assert ready.what_if({"kind": "receipt", "date": date(2026, 3, 20), "amount": "50000"}, credits=[{"payee": "林", "share": 1}]).earned == 0


SETTLED = """
plan: 结算
effective: {from: 2026-01-01, to: 2026-12-31}
currency: CNY
period: month
components:
  - {name: 提成, each: receipt, base: amount, rate: 10%}
  - {name: 月奖, each: month, rate: {lump: 100}, who: position = "rep"}
settlement: {round: half up to fen once per line, negative: carry, SETTLING}
"""


@pytest.mark.parametrize("settlement", ["draw: {amount: 3000, recoverable: true, recover: 50%, recover of: earned, interest: 1%}", "draw: {amount: 3000, recoverable: false}", "cap: {amount: 2000, window: period}",
                                        "cap: {amount: 2500, window: last 2 months, excess: carried}", "minimum: 1500"])
def test_what_is_paid_out_is_told_as_it_is_settled(settlement):
    plan = engine.load_plan(SETTLED.replace("SETTLING", settlement))
    facts = [{"id": "a", "kind": "receipt", "date": "2026-01-05", "amount": "5000"}, {"id": "b", "kind": "receipt", "date": "2026-02-05", "amount": "10000"}]
    credits, people = [{"fact": f["id"], "payee": "陈", "share": 1} for f in facts], [{"payee": "陈", "position": "rep", "from": "2026-01-01"}]
    still = {"id": "still", "kind": "nothing", "date": "2026-03-31", "amount": None}
    tables = engine.Tables(facts=[*facts, still], credits=credits, people=people)
    ready, before = prepare(plan, tables, "陈", until=date(2026, 3, 31)), _paid_out(engine.run(plan, tables), "2026-02")
    for amount in ("5000", "35000"):
        fact = {"id": "r", "kind": "receipt", "date": date(2026, 2, 20), "amount": amount}
        after = engine.run(plan, engine.Tables(facts=[*facts, {**fact, "date": str(fact["date"])}, still], credits=[*credits, {"fact": "r", "payee": "陈", "share": 1}], people=people))
        assert ready.what_if(fact).payout == _paid_out(after, "2026-02") - before


def _paid_out(result, period):
    return sum((s.payout for s in result.statements if s.payee == "陈" and s.period == period), Decimal(0))


def test_a_measure_of_days_beside_it_does_not_keep_a_component_from_being_told():
    plan = engine.load_plan(ONE.replace("window: month}}", "window: month}, 首单日: {sum: date, over: receipt, take: smallest, window: life}}").replace('"if(rank(月回款) = 1, 1000, 0)"', '"if(known(首单日), 100, 0)"'))
    tables = engine.Tables(facts=[{"id": "r1", "kind": "receipt", "date": "2026-03-05", "amount": "60000"}], credits=[{"fact": "r1", "payee": "陈", "share": 1}], people=PEOPLE_ROWS)
    whole, of_days = prepare(plan, tables, "陈", until=date(2026, 4, 30)).what_if({"kind": "receipt", "date": date(2026, 3, 20), "amount": "50000"}).parts
    assert whole.earned == 1600 and of_days.unknown is not None
