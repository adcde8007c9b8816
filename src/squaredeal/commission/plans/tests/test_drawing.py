"""The axes of the curve read at every size: small tables in yuan, large ones in thousands, nothing wider than its margin."""
from decimal import Decimal

import pytest

from squaredeal.commission.plans import wording

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("last", "unit", "widest"), [(500, False, "6"), (300_000, True, "2,000"), (900_000_000, True, "K")])
def test_the_axes_suit_the_size_of_the_table(last, unit, widest):
    drawn = wording.curve([(Decimal(0), Decimal("0.01")), (Decimal(last), Decimal("0.02"))])
    assert bool(drawn["unit"]) == unit and drawn["xs"][0]["label"] == "0"
    assert all(len(tick["label"]) <= 9 for tick in drawn["ys"]) and all(float(t["label"].replace(",", "")) >= 1 for t in drawn["xs"][1:])
    assert any(widest in tick["label"] or "万" in tick["label"] for tick in drawn["ys"])
