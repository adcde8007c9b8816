"""The map of kept promises: representative × week by grade, summed by region, the sentence above it, and what one cell holds."""
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count
from django.utils import timezone

from squaredeal.kernel.calendar import monday_of
from squaredeal.kernel.errors import OutOfReach
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person, Unit
from squaredeal.organisation.team.scope import people_under
from squaredeal.process.customers.models import Grade

from . import policy, queries
from .models import ComplianceWeek, Excuse, Obligation

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Cell:
    """One week of one person or region: obligations due, kept, excused."""
    week: date
    due: int = 0
    met: int = 0
    excused: int = 0

    @property
    def rate(self):
        return policy.compliance(self.due, self.met, self.excused)

    @property
    def asked(self):
        return self.due - self.excused

    @property
    def free(self):
        """Everything of the week was excused: hatched on the map."""
        return self.due > 0 and self.due == self.excused

    @property
    def step(self):
        """1 light … 5 dark, for the five shades."""
        rate = self.rate
        return None if rate is None else 5 if rate < 60 else 4 if rate < 75 else 3 if rate < 85 else 2 if rate < 95 else 1

    def add(self, due, met, excused):
        self.due, self.met, self.excused = self.due + due, self.met + met, self.excused + excused


@dataclass(slots=True)
class Row:
    """One representative: twelve cells, and last week's figure of the grades not shown."""
    person: Person
    cells: list
    others: list
    spoken: int | None = None

    @property
    def low(self):
        return self.spoken is not None and self.spoken < 75


@dataclass(slots=True)
class Region:
    unit: Unit
    manager: Person | None
    cells: list
    total: Cell
    rows: list = field(default_factory=list)


def weeks(viewer, span):
    """The Mondays shown: twelve whole weeks up to the end of the span or to last week."""
    last = min(monday_of(span.ends_on + timedelta(days=1)) - WEEK, monday_of(timezone.localdate()) - WEEK)
    return [last - WEEK * n for n in reversed(range(WEEKS))]


def chart(viewer, span, scope, grade):
    """(weeks, [Region with its Rows]) for a grade "A" "B" "C" or "" for all; region totals are of the span, all grades. Six queries."""
    shown = weeks(viewer, span)
    staff = _staff(viewer, scope)
    others = [g for g in Grade.values if grade and g != grade]
    blank = lambda: {week: Cell(week) for week in shown}  # noqa: E731
    cells, beside = {pk: blank() for pk in staff}, {pk: {g: Cell(shown[-1]) for g in others} for pk in staff}
    rows = ComplianceWeek.objects.in_scope(viewer, scope).filter(person__in=staff, week__range=(shown[0], shown[-1]))
    for person, week, of_grade, due, met, excused in rows.values_list("person", "week", "grade", "due", "met", "excused"):
        if grade in ("", of_grade):
            cells[person][week].add(due, met, excused)
        elif week == shown[-1]:
            beside[person][of_grade].add(due, met, excused)
    span_sums, where, held = queries.compliance(viewer, span.starts_on, span.ends_on), team.region_of(viewer), team.managers(viewer)
    found = {}
    for pk, (person, unit) in staff.items():
        region = where.get(pk, unit)
        if region.pk not in found:
            found[region.pk] = Region(region, held.get(region.pk), list(blank().values()), Cell(shown[-1]))
        here, own = found[region.pk], list(cells[pk].values())
        here.rows.append(Row(person, own, [beside[pk][g].rate for g in others], own[-1].rate))
        for total, cell in zip(here.cells, own, strict=True):
            total.add(cell.due, cell.met, cell.excused)
        sums = span_sums.get(pk)
        if sums:
            here.total.add(sums["due"], sums["met"], sums["excused"])
    return shown, sorted(found.values(), key=lambda region: (region.unit.rank, region.unit.pk))


def told(viewer, regions):
    """What the sentence says of the last week: due and kept, and who falls: {"asked", "met", "who", "weeks", "rate"}.

    `who` is whoever has fallen longest in a row (two weeks or more) and stands lowest; failing that the lowest under 75; or None.
    """
    rows = [row for region in regions for row in region.rows]
    asked, met = sum(row.cells[-1].asked for row in rows), sum(row.cells[-1].met for row in rows)
    best = None
    for row in rows if len(rows) > 1 else []:
        rates = [cell.rate for cell in row.cells if cell.rate is not None]
        if row.spoken is None or row.cells[-1].asked < 3:
            continue
        fell = 0
        while fell + 1 < len(rates) and rates[-1 - fell] < rates[-2 - fell]:
            fell += 1
        rank = (fell if fell > 1 and row.spoken < 85 else 0, -row.spoken)
        if (rank[0] or row.low) and (best is None or rank > best[0]):
            best = (rank, row, fell)
    return {"asked": asked, "met": met, "week": rows[0].cells[-1].week if rows else None,
            "who": best and best[1].person, "fell": best[0][0] if best else 0, "rate": best and best[1].spoken}


def worst(viewer, regions):
    """(person, week) of the lowest cell of the last week with anything due; None when there is none."""
    rows = [row for region in regions for row in region.rows if row.spoken is not None]
    row = min(rows, key=lambda row: (row.spoken, -row.cells[-1].asked), default=None)
    return row and (row.person, row.cells[-1].week)


def cell(viewer, person_pk, week, grade, limit=30):
    """What a cell holds: the person, figures, missed customers with their place on the ladder, excused ones with who agreed, and the
    customers not made up for yet. OutOfReach beyond the viewer's reach."""
    staff = team.reps(viewer)
    if person_pk not in staff:
        raise OutOfReach("person")
    person, today = staff[person_pk][0], timezone.localdate()
    total = Cell(week)
    weeks_rows = ComplianceWeek.objects.filter(person=person, week=week, **({"grade": grade} if grade else {}))
    for due, met, excused in weeks_rows.values_list("due", "met", "excused"):
        total.add(due, met, excused)
    rows = Obligation.objects.filter(owner=person, due_on__range=(week, week + WEEK - timedelta(days=1)), **({"grade": grade} if grade else {}))
    missed = list(rows.filter(state=Obligation.State.MISSED).select_related("customer").order_by("due_on", "pk")[:limit])
    excused = list(rows.filter(state=Obligation.State.EXCUSED).select_related("customer").order_by("due_on", "pk")[:limit])
    running = {(o.customer_id, o.kind): o.late_since for o in Obligation.objects.filter(
        owner=person, state=Obligation.State.OPEN, late_since__isnull=False, customer__in={o.customer_id for o in missed})}
    strategy, ladder = policy.Strategies.on(week), policy.Ladder.on(today)
    asks = {(g, duty.kind): duty.text for g in Grade.values for duty in strategy.duties(g)}
    shown = []
    for row in missed:
        since = running.get((row.customer_id, row.kind))
        still = since if since and since <= row.due_on else None
        days = (today - still).days if still else 0
        shown.append({"customer": row.customer, "text": asks.get((row.grade, row.kind), row.get_kind_display()), "days": days,
                      "rung": policy.rung(ladder, days), "still": bool(still), "grade": row.grade, "due_on": row.due_on})
    shown.sort(key=lambda miss: (-miss["days"], miss["due_on"]))
    return {"person": person, "total": total, "missed": shown, "ladder": ladder, "excused": _reasons(person, excused),
            "still": len({miss["customer"].pk for miss in shown if miss["still"]}), "before": week - WEEK,
            "after": week + WEEK if week + WEEK < monday_of(today) else None, "hidden": max(total.due - total.met - total.excused - len(shown), 0)}


def standing(viewer, scope, grade):
    """{"steps": [(step, count)], "customers": n}: how many late obligations within the scope stand on each step of the ladder today."""
    today = timezone.localdate()
    ladder, counts = policy.Ladder.on(today), [0, 0, 0, 0]
    late = queries.late(viewer, queries.narrowed(viewer, scope, grade=grade))
    for since, n in late.order_by().values_list("late_on").annotate(n=Count("pk")):
        counts[policy.rung(ladder, (today - since).days)] += n
    return {"steps": counts[1:], "customers": late.order_by().values("customer").distinct().count()}


def _staff(viewer, scope):
    staff = team.reps(viewer)
    if scope == "me":
        return {pk: seat for pk, seat in staff.items() if pk == viewer.pk}
    if scope == "team":
        mine = people_under(viewer)
        return {pk: seat for pk, seat in staff.items() if pk in mine}
    return staff


def _reasons(person, rows):
    """[(customer, excuse)] of excused obligations: the excuse that covers the day it was due."""
    if not rows:
        return []
    granted = list(Excuse.objects.filter(person=person, state=Excuse.State.GRANTED, starts_on__lte=rows[-1].due_on, ends_on__gte=rows[0].due_on)
                   .select_related("decided_by"))
    return [(row.customer, next((e for e in granted if e.starts_on <= row.due_on <= e.ends_on and e.customer_id in (None, row.customer_id)), None))
            for row in rows]
