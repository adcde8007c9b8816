"""The clauses of 二.4 without rows: who reviews what, and when instalments add up."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.kernel.errors import Refused
from squaredeal.process.contracts import policy

D, DAY = Decimal, date(2026, 3, 1)


@pytest.mark.parametrize(("amount", "special", "roles"), [
    ("500000", False, ("manager",)),
    ("500000.01", False, ("manager", "director")),
    ("2000000", False, ("manager", "director")),
    ("2000000.01", False, ("manager", "finance", "director")),
    ("1000", True, ("manager", "director")),
])
def test_the_review_goes_as_far_as_the_amount(amount, special, roles):
    assert policy.route(D(amount), special, policy.Review()) == roles


def test_the_countersign_cannot_begin_below_the_director():
    with pytest.raises(ValueError):
        policy.Review(manager=D(500_000), finance=D(100_000))


def test_instalments_are_the_amount_to_the_fen():
    policy.check_instalments(D("100.00"), [("other", DAY, D("33.33")), ("other", DAY, D("66.67"))])
    for parts in ([D("33.33"), D("66.66")], [D("33.34"), D("66.67")], [D("100.00"), D("0.00")], [D("150"), D("-50")], []):
        with pytest.raises(Refused) as refusal:
            policy.check_instalments(D("100.00"), [("other", DAY, part) for part in parts])
        assert refusal.value.field == "instalments"


def test_the_refusal_says_by_how_much():
    with pytest.raises(Refused, match="0.01"):
        policy.check_instalments(D("100.00"), [("other", DAY, D("99.99"))])
