"""What one more deal or receipt would pay: the plan read in plain Python for one payee, with the fact and without it, and the difference.

    ready = prepare(plan, tables, "陈")                     # one reading of the tables; drop it when a fact, a share or a quota changes
    answer = ready.what_if({"kind": "receipt", "date": day, "amount": "113000", "vat_rate": "0.13"})
    answer.earned, answer.parts[0].explanation("zh").text

Equal to the difference of two whole runs to the fen. Where a component depends on more than the payee's rows it says so (`Part.unknown`).
"""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..explaining.explain import of_line
from ..formula.values import decimal
from ..ledger.result import Line
from ..plan.saying import texts
from ..problems import PlanProblems
from .plain import earned, names, paid, rows
from .plain.unknown import Unknown, known, tellable
from .plain.world import World

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """What one component would pay more. `line` is the fact's own line, None where the component gives it none; `others` is what it moves
    on earlier lines (a band reached, a gate opened, a cap hit). `payable` and `reserved` are None where release depends on more.
    With `unknown` (zh, en) no amount is told."""
    component: str
    clause: str
    earned: Decimal | None
    payable: Decimal | None
    reserved: Decimal | None
    others: Decimal
    moved: int
    line: Line | None
    unknown: tuple | None
    plan: object

    def explanation(self, lang="zh"):
        """The Explanation of the fact's own line, or None."""
        return None if self.line is None else of_line(self.plan, self.line, lang)


@dataclass(frozen=True)
class WhatIf:
    """The answer: `earned` of the parts that can be told, in yuan; `complete` when all can. `outside` when the plan does not reach the day.

    `payout` is what more is paid out in the period of the fact when it is settled: less than what is earned where it pays
    back a draw, is under a guarantee or over a cap. None where that depends on more.
    """
    payee: str
    fact: dict
    earned: Decimal
    reserved: Decimal
    complete: bool
    outside: bool
    parts: list
    payout: Decimal | None = None


class Prepared:
    """One payee under one plan: their rows and what they come to, before anything more happens. It holds until a table changes."""

    def __init__(self, plan, tables, payee, until=None, opened=None):
        self.plan, self.payee, self.opened = plan, str(payee), opened
        self.world = World(plan, tables, until)
        self.book = names.Book(plan, self.world)
        self.said, self.rows, self.base, self.sums, self.payouts = {}, {}, {}, {}, {}
        for component in plan.components:
            name = component.name
            try:
                tellable(plan, component)
                self.said[name] = earned.Said(self.book, component)
                self.rows[name] = rows.rows_of(self.book, component, self.payee)
                self.base[name] = self.said[name].amounts(self.rows[name])
                self.book.gained[name] = _by_period(self.base[name])
                self.sums[name] = paid.by_period(self.base[name])
            except Unknown as why:
                self.base[name] = self.book.gained[name] = why

    def what_if(self, fact, *, credits=None):
        """The WhatIf of one more `fact` (columns of the facts table; `id` may be left out), credited to the payee alone unless `credits` say."""
        fact, shares = self.world.fact(fact, credits or [{"payee": self.payee, "share": 1}])
        if fact["_period"] is None:
            return WhatIf(self.payee, fact, ZERO, ZERO, True, True, [])
        before = dict(self.book.gained)
        try:
            self.book.more, failed = self._adds(fact, shares)
            self.now = dict(self.sums)
            parts = [self._part(component, fact, shares, failed) for component in self.plan.components]
            payout = self._payout(fact["_period"], parts)
        finally:
            self.book.more, self.book.gained = {}, before
        told = [p for p in parts if p.unknown is None]
        return WhatIf(self.payee, fact, sum((p.earned for p in told), ZERO), sum((p.reserved or ZERO for p in told), ZERO), len(told) == len(parts), False, parts, payout)

    def _payout(self, period, parts):
        """What more is paid out in the period, or None."""
        now = [self.now.get(c.name) for c in self.plan.components if c.paid]
        was = [self.sums.get(c.name) for c in self.plan.components if c.paid]
        if not paid.tellable(self.plan, self.opened is not None, self.world.days[period][1]) or any(p.unknown for p in parts) or None in now or None in was:
            return None
        try:
            if period not in self.payouts:
                self.payouts[period] = paid.payout(self.plan, self.world, self.payee, was, period, self.opened)
            return paid.payout(self.plan, self.world, self.payee, now, period, self.opened) - self.payouts[period]
        except PlanProblems:  # a cap that cannot be told
            return None

    def _adds(self, fact, shares):
        """({(measure, who, window): more}, measures that cannot be told)."""
        found, failed = {}, {}
        for name in self.plan.measures:
            try:
                known(self.plan.measures[name])
                found.update({(name, *key): value for key, value in self.book.adds(name, fact, shares).items()})
            except Unknown as why:
                failed[name] = why
        return found, failed

    def _part(self, component, fact, shares, failed):
        name, base = component.name, self.base[component.name]
        try:
            if isinstance(base, Unknown):
                raise base
            for text in texts(component):
                for node in self.plan.expand(text).walk():
                    if node.args and node.args[0] in failed:
                        raise failed[node.args[0]]
            own, fresh = self._with(component, fact, shares)
            near = self._near(component, own, fresh)
            after = self.said[name].amounts(near)
            before = {row: base[row] for row in near if row in base} if near is not own else base
            self.book.gained[name] = _moved(self.book.gained[name], before, after)
            self.now[name] = paid.moved(self.sums[name], paid.by_period(before), paid.by_period(after))
        except Unknown as why:
            self.book.gained[name] = why
            return Part(name, component.clause, None, None, None, ZERO, 0, None, (why.zh, why.en), self.plan)
        return _difference(self.plan, component, self.payee, before, after, fresh)

    def _near(self, component, own, fresh):
        """The rows the fact can move: its own, those that read a measure it adds to, and whoever shares a running sum or a limit with them."""
        said = self.said[component.name]
        if said.to_date or component.each == "deal" or said.reaches(self.plan):
            return own
        windows = {(self.plan.measures[m].window, win) for m, _who, win in self.book.more if m in said.reads(self.plan)}
        near = {row for row in own if row is fresh or any(row.windowed(kind) == win for kind, win in windows)}
        shared, grown = {key for row in near for key in said.shares(row)}, 0
        while len(near) != grown:
            grown = len(near)
            near |= {row for row in own if not shared.isdisjoint(said.shares(row))}
            shared |= {key for row in near for key in said.shares(row)}
        return [row for row in own if row in near]

    def _with(self, component, fact, shares):
        """(all rows with the fact's, the fact's own row or None)."""
        have = self.rows[component.name]
        if component.per_period:
            return have, None
        if component.each == "deal":
            there = {r.fact: r for r in have}
            every = rows.by_deal(self.book, component, self.payee, {fact["id"]: (fact, shares)})
            return [r if r.fact == fact["deal"] else there.get(r.fact, r) for r in every], next((r for r in every if r.fact == fact["deal"]), None)
        fresh = rows.of_new(self.book, component, self.payee, fact, shares)
        return have + fresh, fresh[0] if fresh else None


def prepare(plan, tables, payee, *, until=None, opened=None):
    """The payee's Prepared; `until` is the last day that will be asked about, where it lies beyond the facts. Keep it only while no table changes.

    `opened` gives the Account the payee's period begins with, where earlier periods are posted elsewhere.
    """
    return Prepared(plan, tables, payee, until, opened)


def what_if(plan, tables, payee, fact, *, credits=None):
    """One answer, tables read for it alone."""
    return Prepared(plan, tables, payee, fact["date"]).what_if(fact, credits=credits)


def _by_period(amounts):
    found = {}
    for row, a in amounts.items():
        found[row.period] = found.get(row.period, names.ZERO) + a.earned
    return found


def _moved(gained, before, after):
    """What is earned by period when `before` becomes `after`."""
    found = dict(gained)
    for amounts, sign in ((before, -1), (after, 1)):
        for period, value in _by_period(amounts).items():
            found[period] = found.get(period, names.ZERO) + sign * value
    return found


def _difference(plan, component, payee, before, after, fresh):
    mine = after[fresh] if fresh is not None else None
    there = {(r.fact, r.win_paid, r.source): a for r, a in before.items()}
    total, others, moved = {"earned": names.ZERO, "released": names.ZERO, "reserved": names.ZERO}, names.ZERO, 0
    for row, a in after.items():
        old = there.pop((row.fact, row.win_paid, row.source), None) or earned.Amounts(names.ZERO)
        for key in total:
            total[key] = None if total[key] is None or getattr(a, key) is None else total[key] + getattr(a, key) - getattr(old, key)
        if row is not fresh and a.earned != old.earned:
            others, moved = others + a.earned - old.earned, moved + 1
    for old in there.values():
        for key in total:
            total[key] = None if total[key] is None or getattr(old, key) is None else total[key] - getattr(old, key)
        others, moved = others - old.earned, moved + 1
    payable = None if total["released"] is None else total["released"] - total["reserved"]
    return Part(component.name, component.clause, _yuan(total["earned"]), payable if payable is None else _yuan(payable),
                None if total["reserved"] is None else _yuan(total["reserved"]), _yuan(others), moved,
                None if fresh is None else _line(plan, component, payee, fresh, mine), None, plan)


def _yuan(value):
    found = decimal(value, 8).normalize() + 0
    return found if found.as_tuple().exponent < -2 else found.quantize(Decimal("0.01"))


def _line(plan, component, payee, row, a):
    """The line the ledger would hold for the row, for its explanation."""
    given = {}
    for text in texts(component):
        for node in plan.expand(text).walk():
            keys = node.parts() or ([node.key()] if node.op in ("name", "quota", "score", "earned", "previous", "source") else [])
            for key in keys:
                value = row.names[key]
                given[key] = decimal(value, 10).normalize() + 0 if isinstance(value, Fraction) else value
    judged = component.gate.attainment_of if component.gate and component.gate.attainment_of else \
        component.rate.measure if getattr(component.rate, "tiers", None) and component.rate.measure in plan.measures else None
    measured = row.names[judged] if judged else None
    quota = row.names[f"quota({judged})"] if judged else None
    cells = {name: decimal(value, 8) for name, value in (
        ("share", row.share), ("base", a.base), ("before", a.before), ("after", a.after), ("uplift", a.uplift), ("factor", a.factor), ("full_amount", a.full),
        ("earned", a.earned), ("reserved", a.reserved or names.ZERO), ("released", a.released if a.released is not None else names.ZERO))}
    return Line(id=f"{component.name}|{payee}|{row.fact}", component=component.name, clause=component.clause, payee=payee, fact=row.fact, day=row.day, fact_period=row.period,
                period=row.period, measured=None if measured is None else decimal(measured, 8), quota=None if quota is None else decimal(quota, 8),
                attainment=decimal(measured / quota, 8) if measured is not None and quota else None, passed=a.passed, payout=cells["released"] - cells["reserved"],
                posted_before=ZERO, posted_reserved=ZERO, difference=cells["earned"], corrects="", plan=plan.plan, plan_version=plan.version, given=given, **cells)
