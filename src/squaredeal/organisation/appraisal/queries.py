"""What can be asked of scores and wages: what stands in a month, who has one, how it came to be; and the figures a computation reads."""
from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from squaredeal.kernel.calendar import month_of
from squaredeal.kernel.models import Journal
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Assignment, Person, Role
from squaredeal.organisation.team.scope import people_under, sees_all

from . import policy
from .models import OF, Kind, Score, Settled, Wage

FIRM_WIDE = Score.firm_wide_for
LISTED = {Kind.SCORE: (Role.REP, Role.MANAGER), Kind.WAGE: (Role.REP, Role.MANAGER, Role.DIRECTOR)}
"""Whose posts have a row: those who are paid commission."""


def standing(viewer, kind, month):
    """{(person id, name): row} of what stands in the month beginning `month`: scores of the month, wages begun by then."""
    rows = OF[kind].objects.seen_by(viewer).filter(superseded_at__isnull=True, value__isnull=False)
    rows = rows.filter(month=month) if kind == Kind.SCORE else rows.filter(month__lte=month).order_by("month")
    return {(row.person_id, row.name): row for row in rows}


def names(viewer, kind, month):
    """Names in use within reach: of scores those of the year up to the month, of wages all; the wage always."""
    rows = OF[kind].objects.seen_by(viewer).filter(superseded_at__isnull=True, value__isnull=False)
    if kind == Kind.SCORE:
        rows = rows.filter(month__range=(month.replace(year=month.year - 1), month))
    used = set(rows.order_by().values_list("name", flat=True).distinct())
    return [policy.WAGE, *sorted(used - {policy.WAGE})] if kind == Kind.WAGE else sorted(used)


def seats(viewer, kind, month):
    """[Assignment] of those with a row in the month, as the tree reads, managers first: whoever the viewer reaches and was there, each once."""
    first, last = month_of(month)
    rows = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last, position__role__in=LISTED[kind])
    if not sees_all(viewer, FIRM_WIDE):
        rows = rows.filter(person__in=[viewer.pk] if kind == Kind.WAGE else people_under(viewer))
    found = {a.person_id: a for a in rows.select_related("person", "unit", "position").order_by("starts_on", "pk")}
    rank = {unit.pk: place for place, unit in enumerate(team.units(viewer))}
    return sorted(found.values(), key=lambda a: (rank.get(a.unit_id, len(rank)), a.position.role != Role.MANAGER, a.person_id))


def person(viewer, kind, pk):
    """Somebody whose figures of a kind the viewer reaches, or None."""
    near = sees_all(viewer, FIRM_WIDE) or pk == viewer.pk or kind == Kind.SCORE and pk in people_under(viewer)
    return Person.objects.filter(pk=pk).first() if near else None


def history(viewer, kind, person):
    """Every figure of a kind ever entered of somebody, within reach, the latest first; at most 200."""
    return OF[kind].objects.seen_by(viewer).filter(person=person).select_related("made_by").order_by("-made_at", "-pk")[:200]


def in_force(viewer, person, name, month):
    """The row of a wage that holds in the month, or None."""
    return (Wage.objects.seen_by(viewer).filter(person=person, name=name, month__lte=month, superseded_at__isnull=True, value__isnull=False)
            .order_by("-month").first())


def settled_until(viewer):
    """The first day of the last month that pay was settled for, or None."""
    return Settled.objects.order_by("-month").values_list("month", flat=True).first()


def is_settled(viewer, month):
    """Whether pay was settled for a month or a later one."""
    return Settled.objects.filter(month__gte=month).exists()


def last_change(viewer):
    """The viewer's latest journal of one figure."""
    return Journal.objects.filter(actor=viewer, verb="appraisal.set").order_by("-pk").first()


def journal(viewer, pk):
    """One's own journal, or None."""
    return Journal.objects.filter(actor=viewer, verb="appraisal.set", pk=pk).first()


def figures(viewer, kind, names, last, known_by=None):
    """[(person id, name, month, value)] under `names`, by month, up to a day; `known_by`, a moment, leaves out what was entered later."""
    if not names:
        return []
    rows = OF[kind].objects.seen_by(viewer).filter(name__in=sorted(names), month__lte=last)
    if known_by is None:
        rows = rows.filter(superseded_at__isnull=True)
    else:
        rows = rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gte=known_by), made_at__lt=known_by)
    return list(rows.filter(value__isnull=False).order_by("month", "person", "name", "pk").values_list("person", "name", "month", "value"))


def called(viewer, kind, said):
    """{name or login: [Person]} of those among `said` whose figures the viewer reaches."""
    gone = timezone.localdate() - timedelta(days=366)
    rows = Person.objects.filter(Q(name__in=said) | Q(login__in=said), Q(left_on__isnull=True) | Q(left_on__gte=gone))
    found = defaultdict(list)
    near = None if sees_all(viewer, FIRM_WIDE) else {viewer.pk} if kind == Kind.WAGE else people_under(viewer)
    for one in rows:
        if near is None or one.pk in near:
            for word in {one.name, one.login}:
                found[word].append(one)
    return found

