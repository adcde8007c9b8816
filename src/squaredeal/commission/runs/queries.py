"""What can be asked of runs: periods, runs, and what a run holds by component and by person. Finance and the director only."""
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from squaredeal.kernel import calendar
from squaredeal.organisation.team.models import Assignment, Person, Role, active_on
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.collection.models import Allocation

from . import policy
from .models import Line, Period, Run

READERS = frozenset({"finance", "director"})
POSTED = [Run.State.POSTED, Run.State.PAID]
ZERO = Decimal(0)


def may_read(viewer):
    return viewer is FIRM or policy.role(viewer) in READERS


def periods(viewer):
    """Months that have been opened, newest first."""
    return Period.objects.order_by("-starts_on")


def period(viewer, code):
    """The month with this code ("2026-10"), or None."""
    return Period.objects.filter(code=code).first()


def open_period(viewer):
    """The earliest month not closed: the one differences go to; None when all opened months are closed."""
    return Period.objects.filter(closed_at__isnull=True).order_by("starts_on").first()


def first_receipt(viewer):
    """The day of the earliest matched receipt, or None: where the months begin."""
    return Allocation.objects.order_by("on").values_list("on", flat=True).first()


def runs(viewer):
    """Runs of every month, newest first, replaced ones too; nothing for others than finance and the director."""
    rows = Run.objects.select_related("period", "plan", "computed_by", "reviewed_by", "approved_by")
    return rows.order_by("-period__starts_on", "-number") if may_read(viewer) else rows.none()


def run(viewer, pk):
    """One run, or None."""
    return runs(viewer).filter(pk=pk).first()


def live_run(viewer, period):
    """The run of a month that counts: the latest not replaced, or None."""
    return (Run.objects.filter(period=period).exclude(state=Run.State.REPLACED).select_related("period", "plan", "computed_by")
            .order_by("-number").first())


def before(viewer, run):
    """(the run this one replaced, the run of the month before): what its figures are laid beside; None where there is none."""
    earlier = runs(viewer).filter(period=run.period, number__lt=run.number).first()
    last = runs(viewer).filter(period__starts_on__lt=run.period.starts_on).exclude(state=Run.State.REPLACED).first()
    return earlier, last


def by_component(viewer, run):
    """{component: dict(clause, earned, people, lines)} of the month's own lines, and None: of differences from closed months."""
    found = {}
    if run is None:
        return found
    own = Line.objects.seen_by(viewer).filter(run=run)
    rows = (own.filter(fact_period=run.period.code).values("component", "clause").order_by("component")
            .annotate(earned=Sum("difference"), people=Count("person", distinct=True), lines=Count("pk")))
    for row in rows:
        found[row["component"]] = row
    late = own.exclude(fact_period=run.period.code).aggregate(earned=Sum("difference"), people=Count("person", distinct=True), lines=Count("pk"))
    if late["lines"]:
        found[None] = {"component": "", "clause": policy.Difference.number, **late, "earned": late["earned"] or ZERO}
    return found


def statements(viewer, run):
    """The statements of a run with their people, most earned first."""
    if run is None or not may_read(viewer):
        return []
    return list(run.statements.select_related("person").order_by(-(F("earned") + F("earlier")), "person_id"))


def lines(viewer, run):
    """The lines of a run within reach, in the order of the ledger."""
    return (Line.objects.seen_by(viewer).filter(run=run)
            .select_related("person", "allocation__receipt__customer", "allocation__instalment__contract").order_by("pk"))


def verified(viewer, run):
    """Whether the stored lines still give the run's fingerprint."""
    return policy.fingerprint(Line.objects.filter(run=run).order_by("pk").iterator(2000)) == run.fingerprint


def facts_so_far(viewer, period):
    """How many receipts a month holds that would earn."""
    return Allocation.objects.filter(on__range=(period.starts_on, period.ends_on), receipt__reverses__isnull=True).count()


def objections(viewer, run):
    """Objections to the run's month that wait for an answer, the earliest due first."""
    return list(run.period.objections.filter(state="open").select_related("person").order_by("due_on")) if may_read(viewer) else []


def pay_day(viewer, period):
    """The day a month is paid, by the clause in force on its last day."""
    clause = policy.PayDay.on(period.ends_on)
    return calendar.working_day_on_or_before(policy.pay_month(period.starts_on, clause.months).replace(day=clause.day))


def unclosed_before(viewer, period):
    """Months earlier than `period` that are not closed yet."""
    return list(Period.objects.filter(Q(closed_at__isnull=True), starts_on__lt=period.starts_on).order_by("starts_on"))


def approvers(viewer):
    """The directors in office today."""
    seats = Assignment.objects.filter(active_on(timezone.localdate()), position__role=Role.DIRECTOR)
    return list(Person.objects.filter(pk__in=seats.values("person"), is_active=True))
