"""Who leads whom when posts change: the manager a post answers to, from a day on, and whoever comes back after having left.

Written beside actions.py, within its transactions: the roll-up of commission goes by the manager of the receipt's day.
"""
from datetime import timedelta

from django.db.models import Q

from squaredeal.kernel.action import record

from .models import Assignment, Role, active_on

LEADERS = (Role.MANAGER, Role.DIRECTOR)


def superior(person, unit, on):
    """The manager of the unit or the nearest above, else the director; None for the director."""
    return next(iter(superiors(person, unit, on)), None)


def superiors(person, unit, on):
    """The managers of the unit or of the nearest one above that has any, else the directors."""
    there = Assignment.objects.filter(active_on(on), person__is_active=True).exclude(person=person).select_related("person")
    for above in reversed(unit.line):
        if seats := list(there.filter(unit=above, position__role=Role.MANAGER)):
            return [seat.person for seat in seats]
    return [seat.person for seat in there.filter(position__role=Role.DIRECTOR)]


def posts(seats):
    """Of these posts, those that lead others."""
    return list(seats.filter(position__role__in=LEADERS).select_related("unit"))


def again(actor, units, on):
    """Everybody in `units` and below answers, from `on`, to whoever leads there then: their post goes on under the new manager."""
    for unit in dict.fromkeys(units):
        below = Assignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), unit__path__startswith=unit.path)
        for seat in below.select_related("person", "unit", "manager").order_by("pk"):
            since = max(on, seat.starts_on)
            above = superiors(seat.person, seat.unit, since)
            if seat.manager in above or seat.manager is None and not above:
                continue
            change = {"manager": [str(seat.manager or ""), str(next(iter(above), ""))], "starts_on": [None, f"{since}"]}
            if since > seat.starts_on:
                last, seat.ends_on = seat.ends_on, since - timedelta(days=1)
                seat.save(update_fields=["ends_on"])
                seat = Assignment(person=seat.person, unit=seat.unit, position_id=seat.position_id, starts_on=since, ends_on=last)
            seat.manager = next(iter(above), None)
            seat.save()
            record(actor, "team.led", seat.person, change)


def back(person, on):
    """Somebody who had left before `on` is one of the company again."""
    if person.left_on and person.left_on < on:
        person.left_on, person.is_active = None, True
        person.save(update_fields=["left_on", "is_active"])
