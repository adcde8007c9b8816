"""An amount is read as people write it, and what is none is refused in words."""
from decimal import Decimal

import pytest
from django import forms

from squaredeal.kernel.fields import Yuan


class Asked(forms.Form):
    amount = Yuan()


@pytest.mark.parametrize(("typed", "read"), [
    ("1920000", "1920000"), ("1,920,000", "1920000"), ("192万", "1920000"), ("１９２ 万元", "1920000"), ("3.1 亿", "310000000"), ("¥9,800.5", "9800.5"),
    ("￥520，000.00元", "520000"), ("0.0001万", "1"), ("12.345678万", "123456.78"), (" 48 万 ", "480000")])
def test_people_write_amounts_in_many_ways(typed, read):
    form = Asked({"amount": typed})
    assert form.is_valid() and form.cleaned_data["amount"] == Decimal(read)


@pytest.mark.parametrize("typed", ["abc", "万", "一百万", "1.005", "12.3456789万", "-5", "-1万", "1e999999亿", "NaN万", "1e30", "9" * 40])
def test_what_is_no_amount_to_the_fen_is_refused(typed):
    form = Asked({"amount": typed})
    assert not form.is_valid() and form["amount"].value() == typed, "and stays as typed"
