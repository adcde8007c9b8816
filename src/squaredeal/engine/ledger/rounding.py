"""Sums of lines in whole units of money: where a plan rounds once per statement, what a closed month comes to now less what of it is posted.

Each side of that difference is rounded, not the difference, so that all that is ever posted of a month adds up to the rounded whole.
"""
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..formula.values import decimal

ZERO, FEN = Decimal(0), Decimal("0.01")
NONE = (ZERO, ZERO, ZERO)
"""(earned, reserved, payable) of nothing."""


def rounded(plan, before, more):
    """(earned, reserved, payable) of `more` in whole units, where `before` is posted of the same payee and month already; both exact."""
    if plan.settlement.per_line:
        earned, reserved, payable = more
        return earned.quantize(FEN, ROUND_HALF_UP), reserved.quantize(FEN, ROUND_HALF_UP), payable.quantize(FEN, ROUND_HALF_UP)
    now, was = _whole(plan, together([before, more])), _whole(plan, before)
    return tuple(a - b for a, b in zip(now, was, strict=True))


def together(several):
    """The sum of several (earned, reserved, payable)."""
    earned, reserved, payable = NONE
    for a, b, c in several:
        earned, reserved, payable = earned + a, reserved + b, payable + c
    return earned, reserved, payable


def to_unit(settlement, value):
    """A sum in whole units of the settlement, to the fen where these are finer."""
    places, way = settlement.places, settlement.way
    if way == "half":
        return decimal(Fraction(value), places).quantize(FEN)
    return value.quantize(Decimal(1).scaleb(-places), rounding={"even": "ROUND_HALF_EVEN", "down": "ROUND_DOWN", "up": "ROUND_UP"}[way]).quantize(FEN)


def _whole(plan, sums):
    """All of a month in whole units: where nothing waits for its release, what is payable is what is earned less what is kept back."""
    earned, reserved, payable = sums
    kept = to_unit(plan.settlement, earned), to_unit(plan.settlement, reserved)
    return (*kept, kept[0] - kept[1] if payable == earned - reserved else to_unit(plan.settlement, payable))
