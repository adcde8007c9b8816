"""What can be asked of targets: sums by person, unit, scope and month, and the cascade check."""
from collections import defaultdict
from decimal import Decimal

from django.db.models import Sum

from squaredeal.kernel.models import Journal
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person, Role, Unit
from squaredeal.organisation.team.scope import people_under, sees_all

from . import policy
from .models import Target

READERS = frozenset({Role.DIRECTOR, Role.FINANCE})


def by_person(viewer, measure, first_month, last_month):
    """{person id: yuan} over the months whose first days lie between, within the viewer's answer."""
    rows = Target.objects.filter(measure=measure, month__range=(first_month, last_month), person__isnull=False)
    if not sees_all(viewer, READERS):
        rows = rows.filter(person__in=people_under(viewer))
    return dict(rows.values_list("person").annotate(total=Sum("amount")))


def by_unit(viewer, measure, first_month, last_month):
    """{unit id: yuan} over the months; units outside the viewer's subtree are left out."""
    rows = Target.objects.filter(measure=measure, month__range=(first_month, last_month), unit__isnull=False)
    if not sees_all(viewer, READERS):
        seat = viewer.seat
        rows = rows.filter(unit__path__startswith=seat.unit.path) if seat and viewer.role == Role.MANAGER else rows.none()
    return dict(rows.values_list("unit").annotate(total=Sum("amount")))


def goal(viewer, scope, measure, first_month, last_month):
    """Yuan of the scope picker: "me" own targets, "team" the unit's (or its people's), "firm" the company's."""
    if scope == "me" or viewer.role == Role.REP:
        return by_person(viewer, measure, first_month, last_month).get(viewer.pk, Decimal(0))
    seat = viewer.seat
    unit = team.units(viewer)[0] if scope == "firm" and sees_all(viewer, READERS) else seat and seat.unit
    units = by_unit(viewer, measure, first_month, last_month)
    return units.get(unit.pk if unit else None) or sum(by_person(viewer, measure, first_month, last_month).values(), Decimal(0))


def monthly(viewer, measure, first_month, last_month):
    """{("person"|"unit", id): {month: yuan}} for the grid, within the viewer's answer."""
    rows = Target.objects.filter(measure=measure, month__range=(first_month, last_month))
    if not sees_all(viewer, READERS):
        mine = people_under(viewer)
        path = viewer.seat.unit.path if viewer.role == Role.MANAGER else None
        rows = rows.filter(person__in=mine) | (rows.filter(unit__path__startswith=path) if path else rows.none())
    grid = defaultdict(dict)
    for person, unit, month, amount in rows.values_list("person", "unit", "month", "amount"):
        grid["person" if person else "unit", person or unit][month] = amount
    return grid


def cascade(viewer, measure, first_month, last_month):
    """[(unit, above, below, gap)] for every unit within reach that has a target and something below it."""
    tree = team.units(viewer)
    units, people = by_unit(viewer, measure, first_month, last_month), by_person(viewer, measure, first_month, last_month)
    direct = defaultdict(Decimal)
    seats = team.people(viewer)
    for seat in [*seats, *team.last_seats(viewer, set(people) - {a.person_id for a in seats})]:
        direct[seat.unit_id] += people.get(seat.person_id, Decimal(0))

    def below(unit):
        return [units.get(child.pk, total(child)) for child in tree if child.parent_id == unit.pk] + [direct[unit.pk]]

    def total(unit):
        return sum(below(unit), Decimal(0))

    checked = []
    for unit in tree:
        if unit.pk in units:
            parts = below(unit)
            checked.append((unit, units[unit.pk], sum(parts, Decimal(0)), policy.gap(units[unit.pk], parts)))
    return checked


def thing(viewer, kind, pk):
    """The person or unit a cell belongs to, within the viewer's answer; None otherwise."""
    if kind == "unit":
        found = Unit.objects.filter(pk=pk).first()
        seat = viewer.seat
        near = found and seat and found.path.startswith(seat.unit.path)
        return found if found and (sees_all(viewer, READERS) or near) else None
    return Person.objects.filter(pk=pk).first() if sees_all(viewer, READERS) or pk in people_under(viewer) else None


def last_change(viewer):
    """The viewer's latest journal of targets."""
    return Journal.objects.filter(actor=viewer, verb="targets.set").order_by("-pk").first()


def journal(viewer, pk):
    """One's own journal, or None."""
    return Journal.objects.filter(actor=viewer, verb="targets.set", pk=pk).first()
