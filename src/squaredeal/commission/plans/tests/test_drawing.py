"""Every table of one axis has its curve; its axes read at every size: small tables in yuan, large ones in thousands, shares in per cent, nothing wider than its margin."""
from decimal import Decimal

import pytest
from django.utils.translation import override

from squaredeal.commission.plans import curves
from squaredeal.commission.plans.reading import loaded

pytestmark = pytest.mark.once
PLAN = """
plan: curves
effective: {{from: 2026-01-01}}
currency: CNY
period: month
measures: {{sold: {{sum: amount, over: receipt, window: month, quota: 100}}}}
components: [{{name: part, each: receipt, base: amount, rate: {rate}}}]
settlement: {{round: half up to fen once per line, negative: carry}}
"""


def drawn(rate, **where):
    plan = loaded(PLAN.format(rate=rate))
    found = curves.curve(plan, plan.component("part"), **where)
    return found and found["curve"], found


@pytest.mark.parametrize(("last", "unit", "widest"), [(500, False, "6"), (300_000, True, "2,000"), (900_000_000, True, "K")])
def test_the_axes_suit_the_size_of_the_table(last, unit, widest):
    curve, _found = drawn(f"{{tiers: marginal, by: base, window: month, table: [[0, 1%], [{last}, 2%]]}}")
    assert bool(curve["unit"]) == unit and curve["xs"][0]["label"] == "0" and [band["label"] for band in curve["bands"]] == ["1%", "2%"]
    assert all(len(tick["label"]) <= 9 for tick in curve["ys"]) and all(float(t["label"].replace(",", "")) >= 1 for t in curve["xs"][1:])
    assert any(widest in tick["label"] or "万" in tick["label"] for tick in curve["ys"])


def test_what_is_read_off_a_table_is_drawn_in_per_cent_with_its_jumps_and_slopes():
    whole, found = drawn("{tiers: whole, by: attainment of sold, table: [[0, 1%], [100%, 2%]]}", here=Decimal("0.5"))
    assert "100%" in [t["label"] for t in whole["xs"]] and "2%" in [t["label"] for t in whole["ys"]] and whole["here"]
    assert len({point.split(",")[0] for point in whole["line"].split()}) == 3, "one riser: two points at the same place"
    sliding, _found = drawn("{grid: linear, by: attainment(sold), below: nothing, table: [[50%, 0], [100%, 100%], [150%, 80%]]}")
    heights = [float(point.split(",")[1]) for point in sliding["line"].split()]
    assert heights[-3] < heights[-2] == heights[-1], "it falls, and then stays"
    with override("zh-hans"):
        assert drawn("{tiers: whole, by: attainment of sold, table: [[0, 1%], [100%, 2%]]}")[1]["axes"] == "sold的达成率 → 比例"


def test_below_zero_the_line_of_nothing_stands_where_nothing_is():
    curve, _found = drawn("{grid: linear, by: amount, below: first row, table: [[-1000, -50%], [1000, 50%]]}")
    assert curve["top"] < curve["zero"] < curve["floor"] and curve["ys"][0]["label"].startswith("−") and curve["xs"][0]["label"] == "−1,000"


def test_without_a_table_of_one_axis_there_is_no_curve():
    assert drawn("5%")[0] is None and drawn("{rows: amount, row edges: [0, 10], columns: amount, column edges: [0, 10], matrix: [[1%, 2%], [3%, 4%]]}")[0] is None
    assert drawn("{grid: step, by: date, table: [[2026-01-01, 5%], [2026-07-01, 6%]]}")[0] is None
