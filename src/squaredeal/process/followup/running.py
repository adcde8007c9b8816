"""How an obligation runs from contact to contact and past its due day; pure, for single rows, for the nightly tick and for made history."""
from datetime import date, timedelta
from typing import NamedTuple


class Clock(NamedTuple):
    """Where one running obligation stands: since when, until when, and the first due day of a streak of misses (None: not late)."""
    opened_on: date
    due_on: date
    late_since: date | None = None


def start(duty, on):
    return Clock(on, on + timedelta(days=duty.every))


def after_contact(duty, apart, clock, day):
    """(kept, clock of what runs next or None) when an effective contact of a fitting kind happened on `day`.

    A late one is made up, not kept: the miss stays on record and the clock starts again. A contact too soon after the last counted
    one only moves the due day. What is owed once ends.
    """
    if duty.once:
        return True, None
    due_on = max(clock.due_on, day + timedelta(days=duty.every))
    if clock.late_since:
        return False, Clock(max(clock.opened_on, day), due_on)
    if (day - clock.opened_on).days < max(apart, 1):
        return False, Clock(clock.opened_on, due_on)
    return True, start(duty, day)


def after_due(duty, clock, *, excused):
    """The clock that runs on when the due day passed without a contact. An excused gap ends a streak of misses."""
    return Clock(clock.due_on, clock.due_on + timedelta(days=duty.every), None if excused else clock.late_since or clock.due_on)


class Replayed(NamedTuple):
    """One obligation as `replay` finds it; the fields of the Obligation row of the same names."""
    kind: str
    opened_on: date
    due_on: date
    state: str
    settled_on: date | None
    late_since: date | None


def replay(strategy, grade, opened_on, contact_days, until, excuses=()):
    """[Replayed(kind, opened_on, due_on, state, settled_on, late_since)]: what recording these contacts, with the clock ticking daily,
    leaves on `until`; per kind in order of due day, the last one open.

    strategy: `Strategies.on(day)`. contact_days: effective contacts, each `(date, kind)`, or a plain date which counts for any kind; days
    outside opened_on…until are ignored, save that what is owed once is not owed again when it was done before. excuses: [(starts_on, ends_on)] inclusive. States are "met" (settled_on = day of the contact),
    "missed" and "excused" (settled_on = the day after due), "open" (settled_on None; late_since set while a streak of misses lasts).
    """
    contacts = sorted((c if isinstance(c, tuple) else (c, None) for c in contact_days), key=lambda c: c[0])
    found = []
    for duty in strategy.duties(grade):
        if duty.once and any(day < opened_on and kind in duty.met_by for day, kind in contacts):
            continue
        days = [day for day, kind in contacts if opened_on <= day <= until and (kind is None or kind in duty.met_by)]
        found += _walk(duty, strategy.apart(duty), opened_on, days, until, excuses)
    return found


def _walk(duty, apart, opened_on, days, until, excuses):
    clock = start(duty, opened_on)
    for day in [*days, None]:
        while clock.due_on < (day or until):
            excused = any(first <= clock.due_on <= last for first, last in excuses)
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "excused" if excused else "missed", clock.due_on + timedelta(days=1),
                           clock.late_since)
            clock = after_due(duty, clock, excused=excused)
        if day is None:
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "open", None, clock.late_since)
            return
        kept, onward = after_contact(duty, apart, clock, day)
        if kept:
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "met", day, clock.late_since)
        if onward is None:
            return
        clock = onward
