"""AdventureWorks: the control totals of the input, and every statement against a computation in plain decimals that shares no code."""
import csv
from bisect import bisect_right
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from squaredeal import engine
from squaredeal.engine.convert import adventureworks

ROOT = Path(__file__).parents[4]
SOURCE = ROOT.parent / "shared/data/adventureworks"
pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the AdventureWorks files lie beside the repository")
LAST = "2014-05-31"
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    out = tmp_path_factory.mktemp("aw")
    return adventureworks.convert(SOURCE, out), engine.read_tables(out)


def rows(name):
    with (SOURCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def inputs():
    """(sales by seller and period start, orders by the same, quotas, terms of each seller)."""
    quotas = {(r["BusinessEntityID"], r["QuotaDate"]): Decimal(r["SalesQuota"]) for r in rows("sales_person_quota_history")}
    starts = sorted({start for _who, start in quotas})
    orders = defaultdict(list)
    for r in rows("sales_order_header"):
        if r["SalesPersonID"] and starts[0] <= r["OrderDate"] <= LAST:
            orders[r["SalesPersonID"], starts[bisect_right(starts, r["OrderDate"]) - 1]].append(Decimal(r["SubTotal"]))
    terms = {r["BusinessEntityID"]: (Decimal(r["CommissionPct"]), Decimal(r["Bonus"])) for r in rows("sales_person")}
    return orders, quotas, terms


def statements(name, converted):
    plan = engine.load_plan((ROOT / f"examples/{name}.yaml").read_text(encoding="utf-8"))
    return {(s.payee, s.period): s.earned for s in engine.run(plan, converted[1]).statements}


def test_control_totals(converted):
    told = converted[0]
    assert (told["people"], told["territories"], told["territory_rows"], told["quotas"], told["orders"], told["customers"]) == (18, 10, 17, 163, 3806, 635)
    assert Decimal(told["quota_sum"]) == 95_714_000 and Decimal(told["order_sum"]) == Decimal("80487704.1832")
    assert [w["count"] for w in told["warnings"] if w["code"] == "no_territory"] == [134]


def test_base_to_the_cent(converted):
    orders, quotas, terms = inputs()
    wanted = {}
    for who, start in set(orders) | set(quotas):
        rate, bonus = terms[who]
        sales, quota = sum(orders[who, start], Decimal(0)), quotas.get((who, start))
        wanted[who, start] = (sales * rate + (bonus if quota is not None and sales >= quota else 0)).quantize(CENT, rounding=ROUND_HALF_UP)
    assert statements("adventureworks-base", converted) == wanted


BANDS = [(Decimal("0"), Decimal("0.5")), (Decimal("0.8"), Decimal(1)), (Decimal(1), Decimal("1.5")), (Decimal("1.2"), Decimal(2))]


def test_progressive_tiers_to_the_cent(converted):
    orders, quotas, terms = inputs()
    wanted = {}
    for key, several in orders.items():
        sales, quota, total = sum(several), quotas[key], Decimal(0)
        for place, (edge, times) in enumerate(BANDS):
            top = BANDS[place + 1][0] * quota if place + 1 < len(BANDS) else sales
            total += max(min(sales, top) - edge * quota, 0) * times * terms[key[0]][0]
        wanted[key] = total.quantize(CENT, rounding=ROUND_HALF_UP)
    assert statements("adventureworks-tier-progressive", converted) == wanted


def test_retroactive_tiers_to_the_cent(converted):
    orders, quotas, terms = inputs()
    wanted = {}
    for key, several in orders.items():
        sales = sum(several)
        times = max(((edge, t) for edge, t in BANDS if sales >= edge * quotas[key]), default=(0, Decimal(0)))[1]
        wanted[key] = (sales * times * terms[key[0]][0]).quantize(CENT, rounding=ROUND_HALF_UP)
    assert statements("adventureworks-tier-retro", converted) == wanted


def test_orders_without_a_territory_are_reported_and_still_paid(converted):
    plan = engine.load_plan((ROOT / "examples/adventureworks-base.yaml").read_text(encoding="utf-8"))
    result = engine.run(plan, converted[1])
    assert [w["count"] for w in result.warnings if w["code"] == "no_unit"] == [134]
    assert len([x for x in result.lines if x.component == "commission"]) == 3806
    assert "facts_outside_periods" not in {w["code"] for w in result.warnings}
