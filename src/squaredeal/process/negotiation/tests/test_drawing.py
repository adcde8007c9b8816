"""The rounds chart: prices lie where they belong, and a walk-away that may not be known leaves no trace."""
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from squaredeal.process.negotiation import drawing
from squaredeal.process.negotiation.templatetags import prices

D = Decimal


def row(on, ours, theirs):
    return SimpleNamespace(on=date(2026, 11, on), ours=ours and D(ours), theirs=theirs and D(theirs))


def card(walk_away=None, low=None, high=None):
    return SimpleNamespace(budget_low=low and D(low), budget_high=high and D(high), walk_away=walk_away and D(walk_away))


ROWS = [row(1, 2_576_000, 2_200_000), row(11, 2_484_000, 2_280_000), row(20, 2_360_000, 2_320_000)]


def test_a_higher_price_lies_higher_and_a_later_round_further_right():
    made = drawing.rounds(ROWS, card(low=2_200_000, high=2_400_000))
    assert [p.y for p in made.ours] == sorted(p.y for p in made.ours)
    assert [p.x for p in made.ours] == sorted({p.x for p in made.ours})
    assert made.gaps == (376_000, 40_000)
    assert made.band[0] <= made.theirs[2].y <= made.band[0] + made.band[1]
    assert made.our_label + 16 <= made.their_label + 0.1


def test_the_walk_away_is_drawn_and_scales_the_chart_only_where_it_is_known():
    known, unknown = drawing.rounds(ROWS, card(walk_away=1_000_000)), drawing.rounds(ROWS, card())
    assert known.floor > known.theirs[0].y and known.floor_value == 1_000_000
    assert unknown.floor is None and unknown.floor_value is None
    assert unknown.theirs[0].y > known.theirs[0].y


def test_no_price_no_chart():
    assert drawing.rounds([row(1, None, None)], card()) is None
    assert drawing.rounds([], card()) is None


def test_one_round_and_equal_prices_are_drawn_too():
    made = drawing.rounds([row(1, 100, 100)], card())
    assert len(made.ours) == len(made.theirs) == 1 and made.gaps == (0, 0)


@pytest.mark.parametrize(("amount", "unit", "shown"), [
    ("885000", 10_000, "88.5"), ("931250", 10_000, "93.125"), ("90000", 10_000, "9.0"), ("0.01", 10_000, "0.000001"),
    ("885000", 1, "885,000"), ("885000.50", 1, "885,000.50"), ("0", 10_000, "0.0"), (None, 1, "—")])
def test_prices_in_their_unit_lose_nothing(amount, unit, shown):
    assert prices.in_unit(amount and D(amount), unit) == shown


def test_figures_of_a_chart_and_changes():
    with translation.override("zh-hans"):
        assert prices.plainwan(D(2_360_000)) == "236.0"
    with translation.override("en"):
        assert prices.plainwan(D(2_360_000)) == "¥2.36M"
    assert (prices.signed(D("1.5")), prices.signed(D("-3.8")), prices.signed(D(0)), prices.signed(None)) == ("+1.5", "−3.8", "0.0", "—")
