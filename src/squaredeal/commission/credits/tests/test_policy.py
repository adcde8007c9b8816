"""Shares must make a whole; a seat is read as of its day."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.commission.credits import policy
from squaredeal.kernel.errors import Refused


def test_three_thirds_that_do_not_sum_are_refused_to_the_last_place():
    third = Decimal("0.333333")
    with pytest.raises(Refused, match="99.9999"):
        policy.check_shares([("a", third, "split"), ("b", third, "split"), ("c", third, "split")], 6)
    policy.check_shares([("a", third, "split"), ("b", third, "split"), ("c", Decimal("0.333334"), "split")], 6)


def test_more_people_than_the_clause_allows_are_refused():
    with pytest.raises(Refused):
        policy.check_shares([(str(n), Decimal("0.25"), "split") for n in range(4)], 3)


def test_the_unit_is_that_of_the_day():
    seats = [(date(2025, 1, 1), date(2026, 1, 31), "east"), (date(2026, 2, 1), None, "west")]
    assert [policy.unit_on(seats, day) for day in (date(2024, 1, 1), date(2026, 1, 31), date(2026, 2, 1))] == [None, "east", "west"]
