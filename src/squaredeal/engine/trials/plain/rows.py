"""The rows of a component for one payee: per fact, per deal or per window, as the compiled reading makes them."""
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from squaredeal.engine.plan.calendar import TO_DATE, known_by_period
from squaredeal.engine.plan.fields import own_year
from squaredeal.engine.plan.plan import RollUp

from .names import Names
from .unknown import Unknown
from .world import window


@dataclass(eq=False)
class Row:
    """One row: what it is about, whose it is, and where it stands. `member` is the person measures are read of."""
    kind: str
    fact: str | None
    payee: str
    source: str
    ord: Any
    day: date
    period: str
    share: Fraction
    role: str | None
    seat: dict | None
    member_seat: dict | None
    days: tuple
    about: dict | None = None
    win_paid: str | None = None
    levels: int | None = None
    origin: dict | None = None
    names: Any = None
    kept: dict = field(default_factory=dict)

    @property
    def member(self):
        return self.source

    @classmethod
    def of_fact(cls, book, fact, payee, share, role, day):
        seat = book.world.seat(payee, day) if payee is not None else None
        row = cls("fact", fact["id"], payee, payee, (fact["_ord"], payee or ""), fact["date"], fact["_period"], share, role, seat, seat,
                  book.world.days.get(fact["_period"], (None, None)), fact)
        row.names = Names(book, row)
        return row

    def windowed(self, kind):
        """The id of the window of `kind` this row lies in."""
        if self.kind == "window" and kind in ("fact", "deal"):
            raise Unknown("按期计的部分不能用逐笔或逐单的指标", "a component paid by period cannot use a measure per fact or deal")
        if own_year(kind):
            raise Unknown("各人自己的年要整批算了才知道", "a year of each person's own is known only by a whole run")
        if kind == "fact":
            return self.fact
        if kind == "deal":
            return self.fact if self.kind == "deal" else self.about["deal"]
        return self.period if kind == "period" or known_by_period(kind) else window(self.names.book.plan, kind, self.day)

    def running(self, kind):
        """The id of the window a running sum of the component's rows is counted in."""
        if kind in TO_DATE:
            return window(self.names.book.plan, TO_DATE[kind], self.day)
        return self.win_paid if self.kind == "window" and kind in ("fact", "deal", "period") else self.windowed(kind)


def rows_of(book, component, payee):
    """[Row] of the payee from the facts there are."""
    if component.per:
        raise Unknown("按期再按一列分的提成要整批算了才知道", "what is paid per a column in each window is known only by a whole run")
    if component.per_period:
        return _by_window(book, component, payee)
    if component.each == "deal":
        return by_deal(book, component, payee, {})
    world, found = book.world, []
    for name in _facts_of(world, component.credit, payee):
        found += of_new(book, component, payee, world.facts[name], world.credits.get(name, ()))
    return found


def _facts_of(world, credit, payee):
    if not isinstance(credit, RollUp):
        return dict.fromkeys(world.credited_to.get(payee, ()))
    return dict.fromkeys(f for who in sorted(world.below(payee, credit)) for f in world.credited_to.get(who, ()))


def of_new(book, component, payee, fact, credits):
    """[Row] one fact makes of a component paid per fact."""
    if fact["kind"] not in component.kinds or fact["_period"] is None or fact["date"] < book.plan.effective.first:
        return []
    share, role = book.world.credit(component.credit, fact["date"], credits).get(payee, (None, None))
    if share is None:
        return []
    day = fact["date"] if component.as_of == "date" else fact.get(component.as_of) or fact["date"]
    row = Row.of_fact(book, fact, payee, share, role, day)
    if isinstance(component.credit, RollUp):
        row.levels, largest = book.world.origin(component.credit, fact["date"], credits, payee)
        row.origin = book.world.seat(largest, fact["date"])
    if row.seat is None or not book.value(component.who, row) or not book.value(component.where or "true", row):
        return []
    return [row]


def by_deal(book, component, payee, more):
    """[Row] per deal the payee is credited in, on the day of its last fact; `more` are facts that have not happened, with their credits."""
    world, deals = book.world, {}
    roles = component.credit if isinstance(component.credit, list) else ["owner", "split"]
    own = [(world.facts[f], world.credits.get(f, ())) for f in dict.fromkeys(world.credited_to.get(payee, ()))]
    for fact, credits in [*own, *more.values()]:
        if fact.get("deal") and fact["_period"] and any(c["payee"] == payee and c["role"] in roles for c in credits):
            last = deals.get(fact["deal"])
            deals[fact["deal"]] = fact if last is None or fact["_ord"] > last["_ord"] else last
    found = []
    for deal, last in deals.items():
        seat = world.seat(payee, last["date"])
        row = Row("deal", deal, payee, payee, (last["_ord"], payee), last["date"], last["_period"], Fraction(1), None, seat, seat, world.days.get(last["_period"], (None, None)))
        row.names = Names(book, row)
        if seat is not None and last["date"] >= book.plan.effective.first and book.value(component.where or "true", row) and book.value(component.who, row):
            found.append(row)
    return found


def _by_window(book, component, payee):
    found, world, rolled = [], book.world, isinstance(component.credit, RollUp)
    for name, first, last, period, rank in world.windows(component.each):
        staff = world.staff(first, last)
        if payee not in staff:
            continue
        for member in ([who for who, seat in staff.items() if seat.get(component.credit.along) == payee] if rolled else [payee]):
            row = Row("window", None, payee, member, (rank, member), last, period, Fraction(1), None, staff[payee], staff[member], (first, last), None, name)
            row.names = Names(book, row)
            if book.value(component.who, row) and book.value(component.where or "true", row):
                found.append(row)
    return found
