"""The rate of a row in exact fractions: flat, tables, grids, matrices, lookups, lumps; what `stages/bands.py` and `stages/earned.py` write in SQL."""
from fractions import Fraction

from squaredeal.engine.formula.values import evaluate
from squaredeal.engine.plan import lookups
from squaredeal.engine.plan.plan import Flat, Grid, Lookup, Lump, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference
from squaredeal.engine.plan.saying import bracket, by_text

from .names import ZERO
from .unknown import Unknown


class Rates:
    """What a row is worth before uplift and factor; mixed into `earned.Said`, which knows the component and the running sums."""

    def _raw(self, row, a):
        """The exact sum before uplift and factor."""
        rate, number, share = self.component.rate, self.number, row.share
        if isinstance(rate, Flat):
            return a.base * number(rate.flat, row)
        if isinstance(rate, Lump):
            return number(rate.lump, row) * share
        if isinstance(rate, PerUnit):
            return number(rate.per_unit, row) * number(rate.quantity, row) * share
        if isinstance(rate, ShareOfDifference):
            gap = max(number(rate.of, row) - number(rate.over, row), ZERO)
            net = number(rate.net_of, row)
            if not net:
                raise Unknown("除以零", "division by zero")
            return gap * number(rate.quantity, row) / net * number(rate.share_of_difference, row) * share
        if isinstance(rate, Matrix):
            return self._worth(row, a, self._matrix(rate, row))
        if isinstance(rate, Grid):
            return self._worth(row, a, self._grid(rate, row))
        if isinstance(rate, Lookup):
            return self._worth(row, a, self._looked_up(rate, row))
        if isinstance(rate, LumpPlusExcess):
            if self.moving == "measure":
                return entitled(rate, number(by_text(rate), row))
            return entitled(rate, a.after) - (entitled(rate, a.before) if a.before else ZERO)
        if rate.tiers == "whole":
            value = self.totals[self._apart(row)] if rate.by == "base" else self.value(by_text(rate), row)
            found = self._stepped(rate, row, value)
            return a.base * found if rate.by == "base" else self._worth(row, a, found)
        return self._marginal(rate, row, a)

    def _looked_up(self, rate, row):
        try:
            found = evaluate(self.plan.expanded(lookups.tree(rate)), row.names)
        except ZeroDivisionError:
            found = None
        if found is None:
            raise Unknown("超出表的范围", "it is beyond the table")
        return found

    def _worth(self, row, a, found):
        return a.base * found if self.component.base is not None else found

    def _marginal(self, rate, row, a):
        target = self.book.quota(rate.measure, row) if rate.attainment else Fraction(1)
        edges = [None if target is None else Fraction(e) * target for e, _value in rate.table]
        end = None if rate.end is None or target is None else Fraction(rate.end) * target
        after, before = (a.after, a.before) if self.moving == "running" else (self.number(bracket(rate.measure), row), None)
        total = ZERO
        for place, (_edge, text) in enumerate(rate.table):
            last = place + 1 == len(rate.table)
            low, high = edges[place] if place else None, (end if rate.beyond != "last row" else None) if last else edges[place + 1]
            if target is None and (place or not last):
                raise Unknown("没有目标", "there is no quota")
            part = within(after, low, high) - (within(before, low, high) if before is not None else (low or ZERO))
            total += part * self.number(text, row)
        if rate.end is not None and rate.beyond == "refuse" and a.after > end:
            raise Unknown("超出表的范围", "it is beyond the table")
        if self.moving == "running":
            return total
        return a.base * (total / after if after else ZERO)

    def _stepped(self, rate, row, value):
        first = "nothing" if rate.table[0][0] != 0 else "first row"
        below, place = getattr(rate, "below", first), None
        for i, (edge, _text) in enumerate(rate.table):
            if i == 0 and below == "first row":
                place = 0
            elif value is not None and (reached(rate, value, edge) if i or edge or rate.edges == "lower inclusive" else value >= edge):
                place = i
        if place is None and below == "refuse":
            raise Unknown("超出表的范围", "it is beyond the table")
        found = ZERO if place is None else self.number(rate.table[place][1], row)
        return self._beyond(rate, value, found)

    def _beyond(self, rate, value, found):
        if rate.end is None or rate.beyond in ("last row", "continue") or value is None:
            return found
        if value > rate.end if rate.edges == "upper inclusive" else value >= rate.end:
            if rate.beyond == "refuse":
                raise Unknown("超出表的范围", "it is beyond the table")
            return ZERO
        return found

    def _grid(self, rate, row):
        value = self.value(rate.by, row)
        if rate.grid == "step":
            return self._stepped(rate, row, value)
        place = max((i for i, (edge, _t) in enumerate(rate.table) if value is not None and value >= edge), default=None)
        if place is None:
            if rate.below == "refuse":
                raise Unknown("超出表的范围", "it is beyond the table")
            return self._beyond(rate, value, self.number(rate.table[0][1], row) if rate.below == "first row" else ZERO)
        found = self.number(rate.table[place][1], row)
        other = place + 1 if place + 1 < len(rate.table) else place - 1 if rate.beyond == "continue" else None
        if other is not None:
            low, high = Fraction(rate.table[place][0]), Fraction(rate.table[other][0])
            found += (self.number(rate.table[other][1], row) - found) * (value - low) / (high - low)
        return self._beyond(rate, value, found)

    def _matrix(self, rate, row):
        down, across = self.value(rate.rows, row), self.value(rate.columns, row)
        places = [max((i for i, e in enumerate(edges) if value is not None and reached(rate, value, e)), default=None)
                  for edges, value in ((rate.row_edges, down), (rate.column_edges, across))]
        return ZERO if None in places else self.number(rate.matrix[places[0]][places[1]], row)


def within(value, low, high):
    """A value held between two edges; None is without end."""
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def reached(rate, value, edge):
    return value > edge if rate.edges == "upper inclusive" else value >= edge


def entitled(rate, value):
    """Lump of the band reached plus the rate on the excess over its edge."""
    found = ZERO
    for edge, lump, share in rate.lump_plus_excess:
        edge = Fraction(edge)
        if reached(rate, value, edge) if edge or rate.edges == "lower inclusive" else value > 0:
            found = Fraction(lump) + (value - edge) * Fraction(share)
    return found
