"""Simulation: a plan against itself changes nothing; persons add up to the total; a goal seek ends one step below the budget."""
import json
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from squaredeal import engine
from squaredeal.engine import command
from squaredeal.engine.plan.levers import lever, levers, with_rate
from squaredeal.engine.plan.settlement import PayCap
from squaredeal.engine.tests.random_plans import tables_of, worlds, yaml_of
from squaredeal.engine.trials.seeking import cost_of, seek, solved
from squaredeal.engine.trials.simulate import simulate

pytestmark = pytest.mark.once
QUICK = settings(max_examples=1, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
PLAN = """
plan: 试
effective: {from: 2026-01-01}
currency: CNY
period: month
measures: {月回款: {sum: amount, over: receipt, window: month}}
components:
  - {name: 提成, who: position = "rep", each: receipt, base: amount, rate: {tiers: marginal, by: 月回款, table: [[0, 1%], [100000, 2%]]}}
  - {name: 直提, who: position = "rep", each: receipt, base: amount, rate: RATE}
settlement: {round: half up to fen once per line, negative: carry}
"""
PEOPLE = [{"payee": p, "position": "rep", "unit": "u", "from": "2025-01-01"} for p in ("陈", "林", "吴")]


def tables(*amounts):
    """One receipt per (payee, day, amount)."""
    facts = [{"id": f"r{i}", "kind": "receipt", "date": day, "amount": amount} for i, (_p, day, amount) in enumerate(amounts)]
    return engine.Tables(facts=facts, credits=[{"fact": f"r{i}", "payee": p, "share": 1} for i, (p, _d, _a) in enumerate(amounts)], people=PEOPLE)


@cache
def plan(rate="1%"):
    return engine.load_plan(PLAN.replace("RATE", rate))


SOME = (("陈", "2026-01-05", "200000"), ("林", "2026-01-06", "50000.50"), ("吴", "2026-02-07", "10000"))


@QUICK
@given(worlds())
def test_a_plan_against_itself_changes_nothing(world):
    text, *rows = world
    same = engine.load_plan(yaml_of(text))
    found = simulate(same, same, tables_of(*rows))
    assert all(c.earned.difference == 0 == c.payout.difference for c in (found.total, *found.people, *found.components))
    assert found.gains.count == found.losses.count == 0 and found.same == len(found.people)
    assert set(found.quantiles.values()) <= {Decimal(0)}


@QUICK
@given(worlds(), worlds())
def test_persons_and_components_add_up_to_the_total(world, other):
    text, *rows = world
    found = simulate(engine.load_plan(yaml_of(text)), engine.load_plan(yaml_of(other[0])), tables_of(*rows))
    for name in ("old", "new"):
        assert sum(getattr(c.earned, name) for c in found.people) == getattr(found.total.earned, name) == sum(getattr(c.earned, name) for c in found.components)
        assert sum(getattr(c.payout, name) for c in found.people) == getattr(found.total.payout, name)
    for person in found.people:
        assert sum(c.earned.difference for c in found.parts[person.payee]) == person.earned.difference
    assert found.gains.total + found.losses.total == found.total.earned.difference
    assert found.gains.count + found.losses.count + found.same == len(found.people) == sum(b.count for b in found.buckets)
    assert sum(b.total for b in found.buckets) == found.total.earned.difference


def test_who_gains_who_loses_and_by_how_much():
    better = engine.load_plan(PLAN.replace("RATE", "1%").replace("[0, 1%], [100000, 2%]", "[0, 0.5%], [100000, 4%]"))
    found = simulate(plan(), better, tables(*SOME))
    assert [(c.payee, c.earned.old, c.earned.new) for c in found.people] == [
        ("陈", Decimal(5000), Decimal(6500)), ("吴", Decimal(200), Decimal(150)), ("林", Decimal("1000.02"), Decimal("750.01"))]
    assert (found.gains.count, found.gains.total, found.gains.most.payee) == (1, 1500, "陈")
    assert (found.losses.count, found.losses.total, found.losses.most.payee) == (2, Decimal("-300.01"), "林")
    assert [(b.low, b.high, b.count) for b in found.buckets if b.count] == [(None, Decimal("-0.2"), 2), (Decimal("0.2"), None, 1)]
    assert found.quantiles == {0: Decimal("-250.01"), 10: Decimal("-250.01"), 25: Decimal("-250.01"), 50: Decimal(-50), 75: 1500, 90: 1500, 100: 1500}


def test_only_the_periods_asked_for_count_and_a_later_plan_is_tried_on_earlier_days():
    later = engine.load_plan(PLAN.replace("RATE", "2%").replace("from: 2026-01-01", "from: 2027-01-01"))
    found = simulate(plan(), later, tables(*SOME), periods=["2026-02"])
    assert [(c.payee, c.earned.difference) for c in found.people] == [("吴", 100)]
    assert simulate(plan(), later, tables(*SOME), periods=["2026-09"]).warnings[-1]["code"] == "nothing_in_period"


def test_plans_of_different_periods_are_not_compared_month_by_month():
    other = engine.load_plan(PLAN.replace("RATE", "2%").replace("period: month", "period: quarter"))
    with pytest.raises(engine.PlanProblems):
        simulate(plan(), other, tables(*SOME), periods=["2026-02"])
    assert simulate(plan(), other, tables(*SOME)).total.earned.difference == 2600


def test_every_lever_of_the_plan_is_named_and_can_be_set():
    start = engine.load_plan(PLAN.replace("RATE", "1%"))
    assert [(x.path, x.value) for x in levers(start)] == [
        ("components.提成.rate.table.1", Decimal("0.01")), ("components.提成.rate.table.2", Decimal("0.02")), ("components.提成.rate.scale", 1),
        ("components.直提.rate", Decimal("0.01"))]
    for x in levers(start):
        if x.kind == "rate":
            assert lever(with_rate(start, x.path, Decimal("0.0333")), x.path).value == Decimal("0.0333")
    assert lever(with_rate(start, "components.提成.rate.scale", Decimal("1.5")), "components.提成.rate.table.2").value == Decimal("0.03")
    assert lever(start, "components.直提.rate").value == Decimal("0.01")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(-50, 900), min_size=2, max_size=400), st.integers(-60, 200_000), st.booleans())
def test_the_search_ends_soon_between_the_budget_and_one_step_more(steps, budget, falling):
    """Whatever the shape of the cost, rising or falling, flat or with dips."""
    costs = [0]
    for rise in steps:
        costs.append(costs[-1] + rise)
    costs = [Decimal(c) for c in (reversed(costs) if falling else costs)]
    asked, ends = [], (0, len(costs) - 1)

    def cost(place):
        asked.append(place)
        return costs[place]
    place, other, reached = solved(cost, ends[1], Decimal(budget))
    if other is None:
        assert reached == (costs[place] <= budget) and place in ends
        assert max(costs[0], costs[-1]) <= budget if reached else min(costs[0], costs[-1]) > budget
    else:
        assert reached and abs(place - other) == 1 and costs[place] <= budget < costs[other]
    assert len(set(asked)) <= 2 + 3 * len(costs).bit_length()


def test_a_goal_seek_stays_within_the_budget_and_one_step_more_exceeds_it():
    rows, start = tables(*SOME), plan()
    found = seek(start, rows, "components.提成.rate.table.2", "6199.99")
    assert found.reached and found.cost <= Decimal("6199.99") < found.following_cost
    assert found.following - found.value == Decimal("0.0001") and found.runs < 9
    assert cost_of(with_rate(start, found.path, found.value), rows, None, "earned", start.effective) == found.cost
    assert found.cost_was == Decimal("6200.02")


def test_a_budget_out_of_reach_is_said_with_the_nearest():
    found = seek(plan(), tables(*SOME), "components.直提.rate", 3000)
    assert not found.reached and found.value == 0 and found.cost == Decimal("3600.01") and found.following is None and found.runs == 3


def test_a_path_that_is_no_rate_names_those_that_are():
    with pytest.raises(engine.PlanProblems) as wrong:
        seek(plan(), tables(*SOME), "components.提成.rate", 1)
    assert "components.提成.rate.table.1" in str(wrong.value.problems[0].text("zh"))


def test_cancelled_at_once():
    with pytest.raises(InterruptedError):
        seek(plan(), tables(*SOME), "components.直提.rate", 1, cancel=lambda: True)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "facts.csv").write_text("id,kind,date,amount\nr1,receipt,2026-01-05,200000\nr2,receipt,2026-02-05,50000\n", encoding="utf-8")
    (tmp_path / "credits.csv").write_text("fact,payee,share\nr1,=陈,1\nr2,林,1\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("payee,position,unit,from\n=陈,rep,u,2025-01-01\n林,rep,u,2025-01-01\n", encoding="utf-8")
    for name, rate in (("old", "1%"), ("new", "1.5%")):
        (tmp_path / f"{name}.yaml").write_text(PLAN.replace("RATE", rate), encoding="utf-8")
    return tmp_path


def call(*args):
    return CliRunner().invoke(command.commission, [str(a) for a in args])


def test_what_only_settling_changes_is_told_by_what_is_paid():
    capped = plan().model_copy(update={"settlement": plan().settlement.model_copy(update={"cap": PayCap(amount="100", window="last 12 months")})})
    found = simulate(plan(), capped, tables(*SOME))
    assert not found.total.earned.difference and found.total.payout.difference < 0
    assert found.warnings[-1]["code"] == "only_paid" and found.warnings[-1]["count"] == sum(1 for c in found.people if c.payout.difference)
    assert "only_paid" not in {w["code"] for w in simulate(plan(), capped, tables(*SOME), measured="payout").warnings}


def test_the_command_simulates_and_writes(folder):
    answer = call("simulate", folder / "old.yaml", folder / "new.yaml", "--facts", folder, "--out", folder / "out", "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0 and told["total"]["earned"] == {"old": "6000.00", "new": "7250.00", "difference": "1250.00"}
    assert [p["payee"] for p in told["people"]] == ["=陈", "林"]
    assert (folder / "out" / "people.csv").read_text(encoding="utf-8").splitlines()[1].startswith("'=陈,")
    plain = call("simulate", folder / "old.yaml", folder / "new.yaml", "--facts", folder, "--period", "2026-02")
    assert "250.00" in plain.stdout and "1 人多" in plain.stdout
    assert call("simulate", folder / "old.yaml", folder / "new.yaml", "--facts", folder / "none").exit_code == 2


def test_the_command_seeks(folder):
    answer = call("seek", folder / "old.yaml", "--facts", folder, "--rate", "components.直提.rate", "--budget", "7000", "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0 and told["value"] == "0.014" and told["cost"] == "7000.00"
    assert call("seek", folder / "old.yaml", "--facts", folder, "--rate", "components.直提.rate", "--budget", "10").exit_code == 1
    listed = call("seek", folder / "old.yaml", "--facts", folder, "--budget", "10")
    assert "components.提成.rate.table.2  2%" in listed.stdout
    wrong = call("seek", folder / "old.yaml", "--facts", folder, "--rate", "nowhere", "--budget", "10")
    assert wrong.exit_code == 2 and "components.直提.rate" in wrong.stderr
    assert call("seek", folder / "old.yaml", "--facts", folder, "--rate", "components.直提.rate", "--budget", "ten").exit_code == 2
