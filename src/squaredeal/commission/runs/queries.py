"""What can be asked of runs: periods, runs, and what a run holds by component and by person. Finance and the director only."""
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from squaredeal.kernel import calendar
from squaredeal.kernel.memory import remember
from squaredeal.organisation.approvals.subjects import Beside
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


def history(viewer):
    """Every run, newest first, replaced ones too, without the plans' texts: what a run's page looks around in."""
    return list(runs(viewer).defer("plan__text")[:200])


def before(viewer, run, known):
    """(the run this one replaced, the run of the month before) among `known`: what its figures are laid beside; None where there is none."""
    earlier = next((r for r in known if r.period_id == run.period_id and r.number < run.number), None)
    last = next((r for r in known if r.period.starts_on < run.period.starts_on and r.state != Run.State.REPLACED), None)
    return earlier, last


def statements(viewer, *these):
    """{run id: its statements with their people, most earned first}."""
    found = {run.pk: [] for run in these if run}
    if found and may_read(viewer):
        model = these[0].statements.model
        for row in model.objects.filter(run__in=found).select_related("person").order_by(-(F("earned") + F("earlier")), "person_id"):
            found[row.run_id].append(row)
    return found


def lines_of(viewer, *these):
    """{run id: its lines, with person, receipt and contract}, in one reading."""
    found = {run.pk: [] for run in these if run}
    rows = (Line.objects.seen_by(viewer).filter(run__in=found)
            .select_related("person", "allocation__receipt__customer", "allocation__instalment__contract", "contract__customer").order_by("pk"))
    for line in rows:
        found[line.run_id].append(line)
    return found


def by_component(viewer, run, lines):
    """{component, or None for differences of closed months: dict(component, clause, earned, people, lines)} of a run's lines."""
    found = {}
    for line in lines:
        late = line.fact_period != run.period.code
        group = found.setdefault(None if late else line.component, {
            "component": "" if late else line.component, "clause": policy.Difference.number if late else line.clause, "earned": ZERO,
            "people": set(), "lines": 0})
        group["earned"] += line.difference
        group["people"].add(line.person_id)
        group["lines"] += 1
    return {name: {**group, "people": len(group["people"])} for name, group in found.items()}


def sums_by_component(viewer, run):
    """The same sums of another month, without its lines: {component or None: yuan}."""
    found = {}
    if run is not None:
        rows = Line.objects.seen_by(viewer).filter(run=run).values_list("component", "fact_period").annotate(Sum("difference")).order_by("component")
        for component, where, total in rows:
            name = component if where == run.period.code else None
            found[name] = found.get(name, ZERO) + total
    return found


def lines(viewer, run):
    """The lines of a run within reach, in the order of the ledger."""
    return (Line.objects.seen_by(viewer).filter(run=run)
            .select_related("person", "allocation__receipt__customer", "allocation__instalment__contract", "contract__customer").order_by("pk"))


def verified(viewer, run):
    """Whether the stored lines still give the run's fingerprint."""
    return policy.fingerprint(Line.objects.filter(run=run).order_by("pk").iterator(2000)) == run.fingerprint


def facts_so_far(viewer, period):
    """How many receipts a month holds that would earn."""
    return Allocation.objects.filter(on__range=(period.starts_on, period.ends_on), receipt__reverses__isnull=True).count()


def objections(viewer, run):
    """Objections to the run's month that wait for an answer, the earliest due first."""
    return list(run.period.objections.filter(state="open").select_related("person").order_by("due_on")) if may_read(viewer) else []


def payment(viewer, run):
    """The payment of a run that stands, or None."""
    return run.payments.filter(withdrawn_at__isnull=True).select_related("noted_by").first() if may_read(viewer) else None


def withdrawn(viewer, run):
    """The payments of a run that were noted by mistake and withdrawn, the latest first."""
    return list(run.payments.filter(withdrawn_at__isnull=False).select_related("noted_by", "withdrawn_by").order_by("-pk")) if may_read(viewer) else []


def pay_day(viewer, period):
    """The day a month is paid, by the clause in force on its last day."""
    clause = policy.PayDay.on(period.ends_on)
    return calendar.working_day_on_or_before(policy.pay_month(period.starts_on, clause.months).replace(day=clause.day))


def unclosed_before(viewer, period):
    """Months earlier than `period` that are not closed yet."""
    return list(Period.objects.filter(Q(closed_at__isnull=True), starts_on__lt=period.starts_on).order_by("starts_on"))


def closed_from(viewer, day):
    """Closed months that end on `day` or later, the earliest first: what a plan beginning then is laid over again."""
    return list(Period.objects.filter(closed_at__isnull=False, ends_on__gte=day).order_by("starts_on")) if may_read(viewer) else []


def since(viewer, run):
    """(receipts, contracts): recorded or reversed, and shared anew, after `run` was computed, as far as its months go."""
    late = Q(on__lte=run.period.ends_on) | Q(receipt__reverses__allocations__on__lte=run.period.ends_on)
    receipts = Allocation.objects.filter(late, at__gt=run.computed_at).aggregate(n=Count("receipt", distinct=True))["n"]
    shared = Allocation.objects.filter(on__lte=run.period.ends_on, credits__superseded_at__gt=run.computed_at)
    return receipts, shared.aggregate(n=Count("instalment__contract", distinct=True))["n"]


def approvers(viewer):
    """The directors in office today."""
    seats = Assignment.objects.filter(active_on(timezone.localdate()), position__role=Role.DIRECTOR)
    return list(Person.objects.filter(pk__in=seats.values("person"), is_active=True))


def to_approve(viewer):
    """The runs sent to this viewer for approval, for the list of what is to be signed: the director's, and never what they computed themselves."""
    if policy.role(viewer) != "director":
        return []
    return [Beside(_("Commission of %(period)s for %(people)s people") % {"period": run.period, "people": run.people}, reverse("runs:run", args=[run.pk]), run.reviewed_by, run.payout, run.pay_on)
            for run in _sent(viewer)]


def _sent(viewer):
    """The runs sent for approval that this viewer did not compute, the earliest month first; read once a request, for the desk and the list of approvals."""
    return remember(("runs.sent", viewer.pk), lambda: list(runs(viewer).filter(state=Run.State.REVIEWED).exclude(computed_by=viewer).order_by("period__starts_on")))


def needs(viewer):
    """A run that waits for this viewer: finance to send, post or pay it, the director to approve it; for the desk."""
    role, today, found = policy.role(viewer), timezone.localdate(), []
    waits = ["computed", "approved", "posted"] if role == "finance" else []
    for run in _sent(viewer) if role == "director" else runs(viewer).filter(state__in=waits).order_by("period__starts_on"):
        if run.state == "posted" and (run.pay_on is None or run.pay_on > today):
            continue
        step, label, title = {
            "reviewed": ("approve", _("Approve"), _("%(period)s: commission of %(payout)s yuan for %(people)s people waits for your approval")),
            "computed": ("review", _("Send"), _("%(period)s: commission of %(payout)s yuan for %(people)s people is computed and not sent")),
            "approved": ("post", pgettext("run", "Post"), _("%(period)s: commission of %(payout)s yuan for %(people)s people is approved; post it")),
            "posted": ("pay", _("Note as paid"), _("%(period)s: commission of %(payout)s yuan for %(people)s people is due to be paid"))}[run.state]
        found.append({"clause": policy.PayDay.number if step == "pay" else policy.SignOff.number, "due": run.pay_on,
                      "late": bool(run.pay_on and run.pay_on < today), "weight": 70 if step in ("approve", "pay") else 50,
                      "title": title % {"period": run.period, "payout": f"{run.payout:,.2f}", "people": run.people},
                      "text": _("Computed by %(person)s.") % {"person": run.computed_by}, "url": reverse("runs:run", args=[run.pk]),
                      "verbs": [{"label": label, "url": reverse("runs:move", args=[run.pk, step]), "primary": True}]})
    return found[:5]
