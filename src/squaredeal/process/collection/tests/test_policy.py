"""The clauses of 二.6 without rows: age, order of payment, who may grant how much."""
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squaredeal.kernel.errors import Refused
from squaredeal.process.collection import policy

D, DAY = Decimal, date(2026, 3, 1)


@pytest.mark.parametrize(("days", "step"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)])
def test_age_in_four_steps(days, step):
    assert policy.age_step(days, policy.Ageing()) == step


def test_money_in_time_is_not_overdue():
    assert policy.days_overdue(DAY, DAY) == 0
    assert policy.days_overdue(DAY - timedelta(days=3), DAY) == 0
    assert policy.days_overdue(DAY + timedelta(days=1), DAY) == 1


def test_the_first_in_order_is_filled_first():
    owed = [("a", D("52")), ("b", D("16.80")), ("c", D("6.70"))]
    assert policy.spread(D("60"), owed) == {"a": D("52"), "b": D("8")}
    assert policy.spread(D("80"), owed) == {"a": D("52"), "b": D("16.80"), "c": D("6.70")}
    assert policy.spread(D("0"), owed) == {}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=12))
def test_spreading_never_gives_more_than_there_is_or_is_lacking(fen, lacking):
    owed = [(n, D(x) / 100) for n, x in enumerate(lacking)]
    parts = policy.spread(D(fen) / 100, owed)
    assert sum(parts.values(), D(0)) == min(D(fen) / 100, sum((x for _n, x in owed), D(0)))
    assert all(0 < parts[n] <= dict(owed)[n] for n in parts)


@pytest.mark.parametrize(("late", "given", "step"), [
    (0, {}, "ahead"), (1, {}, "owner"), (14, {}, "owner"), (15, {}, "manager"), (30, {}, "manager"), (31, {}, "decide"),
    (31, {"grace_until": DAY}, "grace"), (31, {"grace_until": DAY - timedelta(days=1)}, "decide"), (90, {"delivery_stopped": True}, "stopped")])
def test_where_an_instalment_stands(late, given, step):
    x = SimpleNamespace(**({"due_on": DAY - timedelta(days=late), "delivery_stopped": False, "grace_until": None} | given))
    assert policy.step(x, DAY, policy.Dunning(), policy.StopDelivery()) == step


def test_grace_has_a_limit():
    policy.check_grace(DAY + timedelta(days=15), DAY, 15)
    for until in (DAY, DAY + timedelta(days=16)):
        with pytest.raises(Refused) as refusal:
            policy.check_grace(until, DAY, 15)
        assert refusal.value.field == "until"


def test_the_steps_of_age_rise():
    with pytest.raises(ValueError):
        policy.Ageing(first=60, second=30)


def test_a_year_that_only_a_slip_makes_is_refused():
    with pytest.raises(Refused):
        policy.check_day(date(206, 1, 5), date(2026, 1, 5))
    policy.check_day(date(2025, 1, 5), date(2026, 1, 5))
