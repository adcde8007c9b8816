"""Random plans over random facts: the engine and the plain-Python reading agree to the fen, line by line; and what must always hold."""
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from unittest import mock

from hypothesis import HealthCheck, given, settings

from squaredeal import engine
from squaredeal.engine import packed
from squaredeal.engine.tests import oracle
from squaredeal.engine.tests.random_plans import tables_of, worlds, yaml_of


@settings(max_examples=7, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_a_random_plan_over_random_facts(world):
    plan, facts, credits, people, quotas = world
    found, tables = engine.load_plan(yaml_of(plan)), tables_of(facts, credits, people, quotas)
    result = engine.run(found, tables)
    agrees_with_the_plain_reading(result, world)
    every_line_explains_itself_and_the_statement_adds_up(result)
    neither_order_of_arrival_nor_how_numbers_are_held_matters(result, found, world)
    running_twice_posts_nothing(result, found, tables)
    reversing_every_fact_returns_everybody_to_zero(result, found, world)


def agrees_with_the_plain_reading(result, world):
    computed = {(x.component, x.payee, x.fact): (Fraction(x.earned), Fraction(x.reserved)) for x in result.lines}
    assert computed == oracle.lines(*world)


def every_line_explains_itself_and_the_statement_adds_up(result):
    for line in result.lines[:8]:
        for lang in ("zh", "en"):
            assert engine.explain(result, line.id, lang).result == line.earned
    assert sum(x.difference for x in result.lines) == sum(s.earned + s.earlier for s in result.statements)
    brought = {}
    for s in result.statements:
        assert s.carried_in == brought.get(s.payee, 0)
        assert s.earned + s.earlier - s.reserved - s.held + s.carried_in == s.payout + s.carried
        brought[s.payee] = s.carried


def neither_order_of_arrival_nor_how_numbers_are_held_matters(result, plan, world):
    with mock.patch.object(packed, "MANY", 0):  # as in a large table
        again = engine.run(plan, tables_of(*[random.Random(7).sample(rows, len(rows)) for rows in world[1:]]))
    assert {(x.id, x.earned, x.reserved) for x in again.lines} == {(x.id, x.earned, x.reserved) for x in result.lines}


def running_twice_posts_nothing(result, plan, tables):
    assert all(x.difference == 0 and x.payout == 0 for x in engine.run(plan, tables.with_posted(result.table)).lines)


def reversing_every_fact_returns_everybody_to_zero(result, plan, world):
    _plan, facts, _credits, people, quotas = world
    nothing = [{**facts[0], "id": "x", "kind": "nothing", "date": date(2026, 3, 31), "amount": "0"}]
    after = engine.run(plan, tables_of(nothing, [], people, quotas).with_posted(result.table), period="2026-03")
    totals = {}
    for line in (*result.lines, *after.lines):
        totals[line.payee] = totals.get(line.payee, Decimal(0)) + line.difference
    assert set(totals.values()) <= {Decimal(0)}
