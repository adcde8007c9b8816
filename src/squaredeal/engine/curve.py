"""The payout curve of a rate table: corner points from nothing to beyond the last edge, for drawing with "you are here"."""
from decimal import Decimal

from . import formula
from .explain import edges_of
from .plan import LumpPlusExcess, Tiers


def curve(plan, component, *, quota=None, until=None, values=None):
    """[(running base, commission)] in yuan of a tiered component; [] when it has no table.

    `quota` is needed where the table is of attainment; `values` are a person's attributes where rates are formulas; `until` extends the last leg.
    """
    rate = component.rate
    if not isinstance(rate, (Tiers, LumpPlusExcess)):
        return []
    if isinstance(rate, LumpPlusExcess):
        rows = [(e, lump, share) for e, lump, share in rate.lump_plus_excess]
        end = max(until or Decimal(0), rows[-1][0] * Decimal("1.2") or Decimal(1))
        points = []
        for place, (edge, lump, share) in enumerate(rows):
            top = rows[place + 1][0] if place + 1 < len(rows) else end
            points += [(edge, lump), (top, lump + (top - edge) * share)]
        return points
    edges = edges_of(rate, quota or Decimal(0))
    rates = [formula.evaluate(plan.expand(text), values or {}) for _edge, text in rate.table]
    end = max(until or Decimal(0), edges[-1] * Decimal("1.2"))
    points, total = [(Decimal(0), Decimal(0))], Decimal(0)
    for place, value in enumerate(rates):
        low, top = edges[place], edges[place + 1] if place + 1 < len(edges) else end
        if rate.tiers == "marginal":
            total += (top - low) * value
            points.append((top, total))
        else:
            points += [(low, low * value), (top, top * value)]
    return points
