"""What each row of a component earns, in exact fractions: the same steps, in the same order, as `stages/earned.py` writes in SQL."""
from dataclasses import dataclass
from fractions import Fraction

from squaredeal.engine import lookups
from squaredeal.engine.plan import Flat, Grid, Lookup, Lump, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, Tiers
from squaredeal.engine.stages.calendar import LAST, TO_DATE
from squaredeal.engine.stages.saying import bracket, by_text, same_as_base, texts, to_date_of, window_of
from squaredeal.engine.values import evaluate

from .names import ONE, ZERO, unit_of
from .unknown import Unknown
from .world import window


@dataclass
class Amounts:
    """What a row comes to; `released` is None where it depends on more than the row."""
    base: Fraction
    before: Fraction = ZERO
    after: Fraction = ZERO
    uplift: Fraction = ZERO
    factor: Fraction = Fraction(1)
    passed: bool = True
    full: Fraction = ZERO
    earned: Fraction = ZERO
    released: Fraction | None = ZERO
    reserved: Fraction | None = ZERO


class Said:
    """A component read once: which table moves how, and which of its formulas may move when other facts come in."""

    def __init__(self, book, component):
        self.book, self.plan, self.component = book, book.plan, component
        rate = component.rate
        tiered = isinstance(rate, (Tiers, LumpPlusExcess))
        own = tiered and same_as_base(self.plan, component)
        self.moving = "none" if not tiered else "total" if isinstance(rate, Tiers) and rate.tiers == "whole" and rate.by == "base" else \
            "none" if isinstance(rate, Tiers) and rate.tiers == "whole" else "running" if own else "measure"
        self.window = window_of(self.plan, component)
        self.to_date = to_date_of(self.plan, component)
        if self.moving == "total" and self.window in TO_DATE:
            raise Unknown("从年初累计的全额表要整批算了才知道", "a whole table to date is known only by a whole run")
        settlement = self.plan.settlement
        self.unit, self.way = (Fraction(10) ** -settlement.places, settlement.way) if settlement.per_line else (ONE, "half")
        self.base_unit = Fraction(1, 100) if settlement.round_base == "to fen" else ONE
        self.stays, self.read, self.far = {}, None, None

    def reads(self, plan):
        """Names of the measures the component's formulas and gate read."""
        if self.read is None:
            self.read = {n.args[0] for text in self._said(plan) for n in plan.expand(text).walk() if n.args and n.args[0] in plan.measures}
        return self.read

    def reaches(self, plan):
        """Whether a fact may move rows of other windows than its own: sums to date, earlier windows, what was earned before."""
        if self.far is None:
            calls = {n.op for text in self._said(plan) for n in plan.expand(text).walk()}
            self.far = bool({"previous", "earned"} & calls) or any(plan.measures[m].window in TO_DATE or plan.measures[m].window in LAST for m in self.reads(plan))
        return self.far

    def _said(self, plan):
        component = self.component
        return [*texts(component), component.who, component.where or "true"]

    def shares(self, row):
        """What a row shares with others of the component: its running sum, its limits."""
        if "shares" not in row.kept:
            running = [("sum", self._apart(row))] if self.moving in ("running", "total") else []
            row.kept["shares"] = frozenset([*running, *(("limit", place, row.running(limit.window)) for place, limit in enumerate(self.component.all_limits))])
        return row.kept["shares"]

    def value(self, text, row):
        """The formula on the row; what cannot move is computed once."""
        text = str(text)
        if text not in self.stays:
            self.stays[text] = not self.book.moves(text)
        if not self.stays[text]:
            return self.book.value(text, row)
        if text not in row.kept:
            row.kept[text] = self.book.value(text, row)
        return row.kept[text]

    def number(self, text, row):
        found = self.value(text, row)
        if found is None:
            raise Unknown("这一笔缺数", "the fact lacks a value")
        return found

    def amounts(self, rows):
        """{row: Amounts} of all rows of the payee."""
        found = {}
        for row in sorted(rows, key=lambda r: r.ord):
            found[row] = self._based(row)
        self._running(found)
        for row, a in found.items():
            a.full = self._full(row, a)
            a.earned = a.full if a.passed else ZERO
        if self.to_date:
            self._steps(found)
        for limit in self.component.all_limits:
            self._limited(limit, found)
        keep = Fraction(self.component.reserve.keep) if self.component.reserve else ZERO
        for row, a in found.items():
            self._released(row, a, keep)
        return found

    def _based(self, row):
        component = self.component
        base = self.number(component.base_text, row) if component.base is not None else ZERO
        a = Amounts(unit_of(base * row.share, self.base_unit))
        for part in component.uplift:
            if self.value(part.when, row):
                a.uplift += self.number(part.add, row)
        for part in component.factor:
            if self.value(part.when, row):
                a.factor *= self.number(part.times, row)
        a.passed = self._passes(row)
        return a

    def _passes(self, row):
        gate = self.component.gate
        if gate is None:
            return True
        if gate.when:
            return self.value(gate.when, row) is True
        quota = self.book.quota(gate.attainment_of, row)
        if quota is None:
            return gate.without_quota == "passes"
        return self.book.measured(gate.attainment_of, row) >= quota * Fraction(gate.at_least)

    def _running(self, found):
        """Before and after of each row within its window."""
        sums = {}
        for row, a in found.items():
            a.after = a.base
            if self.moving == "running" and not self.to_date or self.moving == "total":
                key = self._apart(row)
                if self.moving == "running":
                    a.before = sums.get(key, ZERO)
                    a.after = sums[key] = a.before + a.base
                else:
                    sums[key] = sums.get(key, ZERO) + a.base
        self.totals = sums
        if self.moving == "total":
            for row, a in found.items():
                a.after = sums[self._apart(row)]
                a.before = a.after - a.base

    def _apart(self, row):
        """What a running base is counted apart by: the window, and where the table moves by a measure the member too."""
        return row.running(self.window) if getattr(self.component.rate, "by", "") == "base" else (row.source, row.running(self.window))

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

    def _steps(self, found):
        """What is computed to date earns what it has grown by since the row before, within the year, half or quarter."""
        last = {}
        for row, a in found.items():
            key = row.source if row.source != row.payee else None, window(self.to_date, row.day)
            value = a.earned
            a.earned, last[key] = value - last.get(key, ZERO), value

    def _full(self, row, a):
        """The exact sum, rounded once; what cannot be known is nothing where the gate is closed."""
        try:
            raw = self._raw(row, a)
        except Unknown:
            if a.passed:
                raise
            return ZERO
        if self.component.base is not None:
            raw += a.base * a.uplift
        return unit_of(raw * a.factor, self.unit, self.way)

    def _limited(self, limit, found):
        """A cap and a floor on the running sum of the window: a row gets what the limited sum grows by."""
        windows = {}
        for row, a in found.items():
            windows.setdefault(row.running(limit.window), []).append((row, a))
        for members in windows.values():
            run = ZERO
            for place, (row, a) in enumerate(members):
                before, after = run, run + a.earned
                run = after
                if limit.cap is not None:
                    cap = self.number(limit.cap, row)
                    after, before = min(after, cap), min(before, cap)
                if limit.floor is not None and place + 1 == len(members):
                    after = max(after, self.number(limit.floor, row))
                a.earned = unit_of(after - before, ONE)

    def _released(self, row, a, keep):
        release = self.component.release
        share = Fraction(1) if release is None else self.number(release.share, row) if release.share else None
        if share is None:
            if release.rest == "lost":
                raise Unknown("发多少要看这一单到账几成", "what is released depends on the rest of the deal")
            a.released = a.reserved = None
            return
        a.released = a.earned if release is None else unit_of(a.earned * share, self.unit)
        if release is not None and release.rest == "lost":
            a.earned = a.released
        a.reserved = unit_of(a.released * keep, self.unit)


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
