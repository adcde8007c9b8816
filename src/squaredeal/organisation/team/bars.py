"""The organisation page's bars: who held which post from when to when, as pieces of a span in per cent of its width."""
from dataclasses import dataclass
from datetime import date, timedelta

from .models import Role


@dataclass(frozen=True)
class Bar:
    """A piece from `left` wide `width` (both 0–100): kind is held, planned, deputy or vacant."""
    left: float
    width: float
    kind: str
    label: str


def span_around(day):
    """Nine months around a day: from the first of the month 4 months before."""
    first = day.replace(day=1)
    for _ in range(4):
        first = (first - timedelta(days=1)).replace(day=1)
    last = first
    for _ in range(9):
        last = (last + timedelta(days=32)).replace(day=1)
    return first, last - timedelta(days=1)


def months(first, last):
    """[(left per cent, day)] of the month beginnings within the span."""
    found, day = [], first
    while day <= last:
        found.append((place(first, last, day), day))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def place(first, last, day):
    """Where a day lies in the span, 0–100, kept within."""
    return round(max(0.0, min(100.0, 100 * (day - first).days / ((last - first).days + 1))), 2)


def bar(first, last, starts_on, ends_on, kind, label):
    left = place(first, last, starts_on)
    right = place(first, last, ends_on + timedelta(days=1)) if ends_on else 100.0
    return Bar(left, round(right - left, 2), kind, label)


def rows(units, seats, deputising, first, last, today):
    """[(unit, [row])]; a row is {"person", "vacant", "bars", "state"}: managers first; a region whose manager's post is empty has a vacant row.
    The state is active, leaving (a last day is set), coming (the post begins later) or vacant.

    `seats` are the assignments touching the span, `deputising` the deputies.
    """
    table = []
    for unit in units:
        here = [s for s in seats if s.unit_id == unit.pk]
        by_person = {}
        for seat in here:
            by_person.setdefault(seat.person, []).append(seat)
        lines = []
        managed = [s for s in here if s.position.role == Role.MANAGER]
        held_now = any(s.starts_on <= today and (s.ends_on is None or s.ends_on >= today) for s in managed)
        if unit.parent_id and not held_now:
            lines.append(_vacant(unit, managed, deputising, first, last, today))
        for person, held in sorted(by_person.items(), key=lambda item: (_rank(item[1][-1]), item[0].pk)):
            if unit.parent_id and not held_now and all(s in managed for s in held):
                continue
            lines.append({"person": person, "vacant": False, "seat": held[-1], "state": _state(person, held, today),
                          "bars": [bar(first, last, s.starts_on, ends_on, "planned" if s.starts_on > today else "held",
                                       _label(s, first)) for s, ends_on in _posts(held)],
                          "gone": all(s.ends_on and s.ends_on < today for s in held)})
        table.append((unit, [line for line in lines if not line.get("gone")]))
    return table


def _vacant(unit, managed, deputising, first, last, today):
    bars = [bar(first, last, s.starts_on, s.ends_on, "held", f"{s.person}") for s in managed]
    ended = max((s.ends_on for s in managed if s.ends_on), default=first - timedelta(days=1))
    bars.append(bar(first, last, ended + timedelta(days=1), None, "vacant", ""))
    absent = {s.person_id for s in managed}
    bars += [bar(first, last, d.starts_on, d.ends_on, "deputy", str(d.deputy)) for d in deputising if d.absent_id in absent]
    return {"person": None, "vacant": True, "state": "vacant", "bars": bars, "since": ended + timedelta(days=1), "last": managed[-1].person if managed else None}


def _posts(held):
    """[(seat, last day or None)]: what goes on in the same position is one post, though another leads there from some day on."""
    found = []
    for seat in held:
        begun, ended = found[-1] if found else (None, None)
        if ended and begun.position_id == seat.position_id and ended + timedelta(days=1) == seat.starts_on:
            found[-1] = (begun, seat.ends_on)
        else:
            found.append((seat, seat.ends_on))
    return found


def _state(person, held, today):
    return "leaving" if person.left_on else "coming" if held[0].starts_on > today else "active"


def _rank(seat):
    return {Role.DIRECTOR: 0, Role.MANAGER: 1, Role.REP: 2}.get(seat.position.role, 3)


def _label(seat, first: date):
    """The post and the day it began; the year too when that lies before what is drawn."""
    return f"{seat.position} {seat.starts_on:%Y-%m-%d}" if seat.starts_on < first else f"{seat.position} {seat.starts_on:%m-%d}"
