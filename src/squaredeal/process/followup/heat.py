"""The map of kept promises: representative × week by grade, summed by region, the sentence above it, and what one cell holds."""
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F
from django.utils import timezone

from squaredeal.kernel import figures
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
    def day(self):
        return self.week.isoformat()

    @property
    def short(self):
        return figures.short_day(self.week)

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
    """(weeks, [Region with its Rows]) for a grade "A" "B" "C" or "" for all; region totals are of the span, all grades. One query of weeks."""
    shown, staff = weeks(viewer, span), _staff(viewer, scope)
    others = [g for g in Grade.values if grade and g != grade]
    blank = lambda: {week: Cell(week) for week in shown}  # noqa: E731
    cells, beside = {pk: blank() for pk in staff}, {pk: {g: Cell(shown[-1]) for g in others} for pk in staff}
    sums = {pk: Cell(shown[-1]) for pk in staff}
    first, last = min(shown[0], span.starts_on), max(shown[-1], min(span.ends_on, timezone.localdate()))
    rows = ComplianceWeek.objects.in_scope(viewer, scope).filter(person__in=staff, week__range=(first, last))
    for person, week, of_grade, due, met, excused in rows.values_list("person", "week", "grade", "due", "met", "excused"):
        if span.starts_on <= week <= span.ends_on:
            sums[person].add(due, met, excused)
        if week in cells[person] and grade in ("", of_grade):
            cells[person][week].add(due, met, excused)
        elif week == shown[-1]:
            beside[person][of_grade].add(due, met, excused)
    where, held, found = team.region_of(viewer), team.managers(viewer), {}
    for pk, (person, unit) in staff.items():
        region = where.get(pk, unit)
        if region.pk not in found:
            found[region.pk] = Region(region, held.get(region.pk), list(blank().values()), Cell(shown[-1]))
        here, own = found[region.pk], list(cells[pk].values())
        here.rows.append(Row(person, own, [beside[pk][g].rate for g in others], own[-1].rate))
        here.total.add(sums[pk].due, sums[pk].met, sums[pk].excused)
        for total, cell in zip(here.cells, own, strict=True):
            total.add(cell.due, cell.met, cell.excused)
    return shown, sorted(found.values(), key=lambda region: (region.unit.rank, region.unit.pk))


def find(viewer, regions, person, week):
    """The cell of the map for a person and week, or None when it is not on it."""
    return next((cell for region in regions for row in region.rows if row.person.pk == person for cell in row.cells if cell.week == week), None)


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


def cell(viewer, person_pk, week, grade, *, known=None, limit=30):
    """What a cell holds: the person, figures, missed customers with their place on the ladder, excused ones with who agreed, and how many
    customers are not made up for yet. `known` spares counting when the map has counted. OutOfReach beyond the viewer's reach."""
    staff = team.reps(viewer)
    if person_pk not in staff:
        raise OutOfReach("person")
    person, today = staff[person_pk][0], timezone.localdate()
    rows = list(_of_week(person, week, grade))
    missed, excused = [[row for row in rows if row.state == state] for state in (Obligation.State.MISSED, Obligation.State.EXCUSED)]
    running = {(row.customer_id, row.kind): row.late_since for row in rows if row.state == Obligation.State.OPEN}
    strategy, ladder = policy.Strategies.on(week), policy.Ladder.on(today)
    asks = {(g, duty.kind): duty.text for g in Grade.values for duty in strategy.duties(g)}
    shown = []
    for row in missed:
        since = running.get((row.customer_id, row.kind))
        days = (today - since).days if since and since <= row.due_on else 0
        shown.append({"customer": row.customer, "text": asks.get((row.grade, row.kind), row.get_kind_display()), "days": days,
                      "rung": policy.rung(ladder, days), "still": days > 0, "grade": row.grade, "due_on": row.due_on})
    shown.sort(key=lambda miss: (-miss["days"], miss["due_on"]))
    return {"person": person, "total": known or _counted(person, week, grade), "missed": shown[:limit], "ladder": ladder,
            "excused": _reasons(person, excused[:limit]), "still": len({miss["customer"].pk for miss in shown if miss["still"]}),
            "made_up": sum(not miss["still"] for miss in shown[:limit]), "before": week - WEEK, "after": week + WEEK if week + WEEK < monday_of(today) else None, "hidden": max(len(shown) - limit, 0)}


def standing(viewer, scope):
    """{grade or "" for all: {"steps": [reminded, copied, high risk], "late": n}} of today within the scope; one query."""
    today, ladder = timezone.localdate(), policy.Ladder.on(timezone.localdate())
    found = {g: {"steps": [0, 0, 0], "late": 0} for g in ("", *Grade.values)}
    rows = queries.late(viewer, queries.narrowed(viewer, scope)).order_by().values_list("grade", "late_on").annotate(n=Count("pk"))
    for grade, since, n in rows:
        rung = policy.rung(ladder, (today - since).days)
        for key in ("", grade):
            found[key]["late"] += n
            if rung:
                found[key]["steps"][rung - 1] += n
    return found


def _of_week(person, week, grade, limit=600):
    """Missed and excused obligations of a week, and the person's open late ones, in one query."""
    rows = Obligation.objects.filter(owner=person, **({"grade": grade} if grade else {})).select_related("customer")
    fallen = rows.filter(state__in=(Obligation.State.MISSED, Obligation.State.EXCUSED), due_on__range=(week, week + WEEK - timedelta(days=1)))
    still = queries.late(person, rows).filter(late_since__isnull=False, late_since__lte=week + WEEK)
    return fallen.annotate(late_on=F("due_on")).order_by().union(still.order_by(), all=True).order_by("state", "due_on", "pk")[:limit]


def _counted(person, week, grade):
    total = Cell(week)
    rows = ComplianceWeek.objects.filter(person=person, week=week, **({"grade": grade} if grade else {}))
    for due, met, excused in rows.values_list("due", "met", "excused"):
        total.add(due, met, excused)
    return total


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
