"""What each row of a component earns, in exact fractions: the same steps in the same order as `stages/earned.py` writes in SQL."""
from dataclasses import dataclass
from fractions import Fraction

from squaredeal.engine.plan.calendar import TO_DATE, known_by_period
from squaredeal.engine.plan.plan import LumpPlusExcess, Tiers
from squaredeal.engine.plan.rolling import counts_periods, kept, number_of, rolling
from squaredeal.engine.plan.saying import bracket, formulas, same_as_base, to_date_of, window_of

from .names import ONE, ZERO, unit_of
from .rates import Rates
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


class Said(Rates):
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
        self.unit, self.way = (Fraction(10) ** -settlement.places, settlement.way) if settlement.per_line and component.paid else (ONE, "half")
        self.base_unit = Fraction(1, 100) if settlement.round_base == "to fen" else ONE
        self.stays, self.read, self.far = {}, None, None

    def reads(self, plan):
        """Names of the measures the component's formulas and gate read."""
        if self.read is None:
            self.read = {n.args[0] for text in formulas(self.component) for n in plan.expand(text).walk() if n.args and n.args[0] in plan.measures}
        return self.read

    def reaches(self, plan):
        """Whether a fact may move rows of other windows than its own: sums to date, earlier windows, what was earned before."""
        if self.far is None:
            calls = {n.op for text in formulas(self.component) for n in plan.expand(text).walk()}
            self.far = bool({"previous", "earned"} & calls) or any(known_by_period(plan.measures[m].window) for m in self.reads(plan))
        return self.far

    def shares(self, row):
        """What a row shares with others of the component: its running sum, its limits."""
        if "shares" not in row.kept:
            running = [("sum", self._apart(row))] if self.moving in ("running", "total") else []
            row.kept["shares"] = frozenset([*running, *(("limit", place, self._within(limit, row)) for place, limit in enumerate(self.component.all_limits))])
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

    def _steps(self, found):
        """What is computed to date earns what it has grown by since the row before, within the year, half or quarter."""
        last = {}
        for row, a in found.items():
            key = row.source if row.source != row.payee else None, window(self.plan, self.to_date, row.day)
            value = max(a.earned, last.get(key, a.earned)) if self.component.falling == "kept" else a.earned
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

    def _within(self, limit, row):
        """The window of a limit that a row counts in, apart for each value of a column where it says so; one that rolls on reaches over all rows."""
        win = "" if rolling(limit.window) else row.running(limit.window)
        return win if limit.per is None else (win, self.value(bracket(limit.per), row))

    def _limited(self, limit, found):
        """A cap and a floor on the running sum of the window: a row gets what the limited sum grows by."""
        windows = {}
        for row, a in found.items():
            windows.setdefault(self._within(limit, row), []).append((row, a))
        if rolling(limit.window):
            for members in windows.values():
                self._rolled(limit, members)
            return
        for members in windows.values():
            run, highest = ZERO, None
            for place, (row, a) in enumerate(members):
                before, after = run, run + a.earned
                run = after
                if limit.cap is not None:
                    cap = self.number(limit.cap, row)
                    highest = cap if highest is None else highest
                    after, before, highest = min(after, cap), min(before, cap, highest), max(highest, cap)
                if limit.floor is not None and place + 1 == len(members):
                    after = max(after, self.number(limit.floor, row))
                a.earned = unit_of(after - before, ONE)

    def _rolled(self, limit, members):
        """A cap on any so many months together: the rows of a month share what the months before it leave."""
        months = {}
        for row, a in members:
            place = self.book.world.rank[row.period] if counts_periods(self.plan, limit.window) else number_of(self.plan, limit.window, row.day)
            months.setdefault(place, []).append((row, a))
        sums = {place: (sum(a.earned for _row, a in several), self.number(limit.cap, several[-1][0])) for place, several in months.items()}
        for place, left in kept(sums, rolling(limit.window)[0]).items():
            run = ZERO
            for row, a in months[place] if left < sums[place][0] else ():
                before, run = run, run + a.earned
                a.earned = unit_of(min(run, left) - min(before, left), ONE)

    def _released(self, row, a, keep):
        release = self.component.release
        share = Fraction(1) if release is None else self.number(release.share, row) if release.share and not release.not_before else None
        if share is None:
            if release.rest == "lost":
                raise Unknown("发多少要看这一单到账几成", "what is released depends on the rest of the deal")
            a.released = a.reserved = None
            return
        a.released = a.earned if release is None else unit_of(a.earned * share, self.unit)
        if release is not None and release.rest == "lost":
            a.earned = a.released
        a.reserved = unit_of(a.released * keep, self.unit)
