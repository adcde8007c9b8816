"""The arithmetic of a quote, on every input hypothesis can think of."""
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squaredeal.process.negotiation.pricing import Give, Line, margin, percent_below, sums

D = Decimal
money = st.decimals(min_value=0, max_value=10_000_000, places=2, allow_nan=False)
positive = st.decimals(min_value=D("0.01"), max_value=10_000_000, places=2, allow_nan=False)
lines = st.lists(st.builds(Line, st.decimals(min_value=D("0.01"), max_value=999, places=2), positive, money, money, money), min_size=1, max_size=8)
VAT = D("0.13")


def test_margin_compares_price_without_tax_with_cost_without_tax():
    assert margin(D(113), D(75), VAT) == D(25)
    assert margin(D(113), D(100), VAT) == 0
    assert margin(D(0), D(5), VAT) is None


@given(total=positive, cost=money, vat=st.sampled_from([D(0), D("0.06"), D("0.13")]))
def test_margin_never_exceeds_a_hundred_and_is_negative_below_cost(total, cost, vat):
    found = margin(total, cost, vat)
    assert found <= 100
    assert (found < 0) == (total < cost * (1 + vat))


@given(total=positive, cost=money, more=positive)
def test_margin_rises_with_the_price_and_falls_with_the_cost(total, cost, more):
    assert margin(total + more, cost, VAT) >= margin(total, cost, VAT)
    assert margin(total, cost + more, VAT) < margin(total, cost, VAT)


@given(lines)
def test_totals_are_the_sums_of_the_lines(made):
    found = sums(made)
    assert abs(found.total - sum(x.quantity * x.offer for x in made)) <= D("0.005")
    assert abs(found.list_total - sum(x.quantity * x.list_price for x in made)) <= D("0.005")


@given(lines, st.lists(st.builds(Give, money, st.decimals(min_value=-1000, max_value=1000, places=2)), max_size=4))
def test_a_concession_takes_off_the_total_and_adds_to_the_cost_and_touches_nothing_else(made, gives):
    plain, given_away = sums(made), sums(made, gives)
    assert abs(plain.total - given_away.total - sum((g.price_cut for g in gives), D(0))) <= D("0.01")
    assert abs(given_away.cost_total - plain.cost_total - sum((g.added_cost for g in gives), D(0))) <= D("0.01")
    assert (given_away.list_total, given_away.floor_total) == (plain.list_total, plain.floor_total)


@given(lines)
def test_at_list_price_nothing_is_conceded(made):
    at_list = [Line(x.quantity, x.list_price, x.floor_price, x.cost, x.list_price) for x in made]
    assert sums(at_list).cut == 0


@given(price=money, reference=positive)
def test_the_cut_gives_the_price_back(price, reference):
    assert abs(reference * (1 - percent_below(price, reference) / 100) - price) < D("0.000001") * reference


@pytest.mark.parametrize(("offer", "below"), [("95999.99", True), ("96000.00", False), ("96000.01", False)])
def test_the_floor_itself_is_not_below_the_floor(offer, below):
    assert sums([Line(D(3), D(100_000), D(96_000), D(60_000), D(offer))]).below_floor is below
