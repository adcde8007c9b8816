"""The payout curve of a rate table: corner points from nothing to beyond the last edge, for drawing with "you are here"."""
from decimal import Decimal

from ..formula.values import evaluate
from ..formula.wording import exactly
from ..plan.plan import LumpPlusExcess, Tiers
from .rating import edges_of, entitlement


def curve(plan, component, measured=None, *, quota=None, until=None, values=None):
    """[(running base, commission)] in yuan of a tiered component (or its name); [] when it has no table of the base.

    `measured` is where the payee stands: the last leg reaches beyond it. `quota` is needed where the table is of attainment; `values`
    are a person's attributes where rates are formulas; `until` extends the last leg.
    """
    component = plan.component(component) if isinstance(component, str) else component
    rate = component.rate
    if not isinstance(rate, (Tiers, LumpPlusExcess)):
        return []
    reach = max(Decimal(until or 0), Decimal(measured or 0) * Decimal("1.1"))
    if isinstance(rate, LumpPlusExcess):
        last = rate.lump_plus_excess[-1][0]
        corners = sorted({e for e, _lump, _share in rate.lump_plus_excess} | {Decimal(0), max(reach, last * Decimal("1.2") or Decimal(1))})
        points = []
        for low, high in zip(corners, corners[1:], strict=False):
            points += [(low, exactly(entitlement(rate, low))), (high, _before(rate, low, high))]
        return points
    edges = [exactly(e) for e in edges_of(rate, quota or 0)]
    rates = [exactly(evaluate(plan.expand(text), values or {})) for _edge, text in rate.table]
    end = max(reach, edges[-1] * Decimal("1.2")) or Decimal(1)
    points, total = [(Decimal(0), Decimal(0))], Decimal(0)
    for place, value in enumerate(rates):
        low, top = edges[place], edges[place + 1] if place + 1 < len(edges) else end
        if rate.tiers == "marginal":
            total += (top - low) * value
            points.append((top, total))
        else:
            points += [(low, low * value), (top, top * value)]
    return points


def _before(rate, low, high):
    """What is entitled just below `high`, on the leg that begins at `low`."""
    for edge, lump, share in reversed(rate.lump_plus_excess):
        if low >= edge:
            return lump + (high - edge) * share
    return Decimal(0)
