"""A rate table drawn: what it gives along what it is read by, from nothing to beyond its last edge, and where a line stands on it."""
from dataclasses import dataclass
from fractions import Fraction

from ..formula.formula import FormulaError
from ..formula.kinds import kind_of
from ..formula.values import evaluate
from ..plan.check import kinds
from ..plan.plan import Grid, LumpPlusExcess, Tiers
from ..plan.saying import by_text, same_as_base
from .rating import entitlement


@dataclass(frozen=True)
class Curve:
    """`points` [(along, given)] from left to right, two at one place where the table jumps; `edges` [(where a row begins, its value)].

    `along` is money, share (of a goal) or number; `given` is money, share (of that goal), rate or number; `values` is what the rows say: rate, money or number.
    """
    points: list
    edges: list
    along: str
    given: str
    values: str

    def at(self, along):
        """What is given at a place: at a jump, what holds from there on."""
        along = Fraction(along)
        for (x0, y0), (x1, y1) in zip(self.points[::-1][1:], self.points[::-1], strict=False):
            if x0 <= along <= x1 and x0 < x1:
                return y0 + (y1 - y0) * (along - x0) / (x1 - x0)
        return self.points[0][1] if along < self.points[0][0] else self.points[-1][1]


def curve(plan, component, reach=0):
    """The Curve of a component's rate, or of a table of the plan by its name; None where it is no table of one axis with two rows or more and values that are the same for all.

    It is drawn a fifth beyond the last edge, and at least to `reach`.
    """
    named = isinstance(component, str)
    rate = plan.tables[component] if named else component.rate
    if isinstance(rate, LumpPlusExcess):
        return _lumps(rate, Fraction(reach)) if len(rate.lump_plus_excess) > 1 else None
    if not isinstance(rate, (Tiers, Grid)) or len(rate.table) < 2:
        return None
    try:
        rows = [(Fraction(edge), Fraction(evaluate(plan.expand(str(text)), {}))) for edge, text in rate.table]
        shares = {kind_of(plan.expand(str(text)), {}) == "rate" for (_edge, text), (_e, value) in zip(rate.table, rows, strict=True) if value} == {True}
        read = kind_of(plan.expand(by_text(rate)), kinds(plan)) if getattr(rate, "by", "") != "base" else "money" if shares else "number"
    except (KeyError, TypeError, ValueError, ZeroDivisionError, FormulaError):
        return None
    if read not in ("money", "rate", "number", "days") or any(node.op == "date" for node in plan.expand(by_text(rate)).walk()):  # rows from a day on are no curve
        return None
    along = {"rate": "share", "days": "number"}.get(read, read)
    own = not named and isinstance(rate, Tiers) and (rate.tiers == "marginal" or (not rate.attainment and same_as_base(plan, component)))
    given = ("share" if along == "share" else "money") if own else "rate" if shares else "money" if not named and component.base is None else "number"
    end = _end(rows, Fraction(reach))
    stop = end if rate.end is None else Fraction(rate.end)
    bands = [(low, rows[place + 1][0] if place + 1 < len(rows) else max(stop, low), value) for place, (low, value) in enumerate(rows)]
    points = _sums(bands, rate) if own else _line(bands) if isinstance(rate, Grid) and rate.grid == "linear" else [p for low, high, v in bands for p in ((low, v), (high, v))]
    return Curve(_beyond(_before(points, rate), rate, end, own), rows, along, given, "rate" if shares else "number" if own else given)


def _end(rows, reach):
    first, last = rows[0][0], rows[-1][0]
    return max(reach, last + (last - first) / 5)


def _sums(bands, rate):
    """Each slice at its own value, or everything at the value reached."""
    if rate.tiers == "whole":
        return [point for low, high, value in bands for point in ((low, low * value), (high, high * value))]
    points, total = [(bands[0][0], Fraction(0))], Fraction(0)
    for low, high, value in bands:
        total += (high - low) * value
        points.append((high, total))
    return points


def _line(bands):
    return [(low, value) for low, _high, value in bands]


def _before(points, rate):
    """From nothing to the first row, where the first row begins above it."""
    first, given = points[0]
    if first <= 0 or getattr(rate, "below", "nothing") == "refuse":
        return points
    before = given if getattr(rate, "below", "nothing") == "first row" else Fraction(0)
    return [(Fraction(0), before), (first, before), *points]


def _beyond(points, rate, end, own):
    """Past the end of the last row."""
    (x0, y0), (x1, y1) = points[-2:]
    if x1 >= end or rate.beyond == "refuse":
        return points
    if rate.beyond == "nothing":
        return [*points, (end, y1)] if own and rate.tiers == "marginal" else [*points, (x1, Fraction(0)), (end, Fraction(0))]
    goes_on = x1 > x0 and (rate.beyond == "continue" or (own and rate.beyond == "last row"))
    return [*points, (end, y1 + (y1 - y0) / (x1 - x0) * (end - x1) if goes_on else y1)]


def _lumps(rate, reach):
    rows = [(Fraction(edge), Fraction(lump), Fraction(share)) for edge, lump, share in rate.lump_plus_excess]
    end, points = _end(rows, reach), [] if rows[0][0] <= 0 else [(Fraction(0), Fraction(0)), (rows[0][0], Fraction(0))]
    for place, (low, lump, share) in enumerate(rows):
        high = rows[place + 1][0] if place + 1 < len(rows) else end
        points += [(low, lump), (high, lump + (high - low) * share)]
    return Curve(points, [(low, entitlement(rate, low)) for low, _lump, _share in rows], "money", "money", "money")


def stands(plan, line, values):
    """Where a line stands along its component's table; None where the line does not say. `values` is what its formulas read."""
    component = plan.component(line.component)
    rate = component.rate
    if isinstance(rate, Tiers) and rate.attainment:
        return line.attainment
    if isinstance(rate, (Tiers, LumpPlusExcess)) and same_as_base(plan, component):
        return line.measured if line.measured is not None else line.after
    if isinstance(rate, (Tiers, LumpPlusExcess)) and rate.measure in plan.measures:
        return line.measured
    if not getattr(rate, "by", ""):
        return None
    try:
        return evaluate(plan.expand(by_text(rate)), values)
    except (KeyError, ZeroDivisionError):
        return None
