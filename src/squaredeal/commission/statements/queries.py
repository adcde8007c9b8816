"""What can be asked of statements: one's own and those within reach, their lines, what is owed next, what waits for whom."""
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.runs.models import Line, Period, Run
from squaredeal.kernel import calendar
from squaredeal.organisation.team.models import Assignment, Person, Role, active_on
from squaredeal.organisation.team.scope import people_under, sees_all

from . import policy
from .models import Objection, Statement

ZERO = Decimal(0)
POSTED = [Run.State.POSTED, Run.State.PAID]


def statements(viewer):
    """Statements within reach of runs that count, newest month first."""
    return (Statement.objects.seen_by(viewer).exclude(run__state=Run.State.REPLACED)
            .select_related("run__period", "run__plan", "person"))


def statement(viewer, pk):
    """One statement within reach; of a replaced run, the one that took its place; None outside reach."""
    found = Statement.objects.seen_by(viewer).select_related("run__period", "run__plan", "person").filter(pk=pk).first()
    if found is not None and found.run.state == Run.State.REPLACED:
        found = statements(viewer).filter(run__period=found.run.period_id, person=found.person_id).first()
    return found


def months(viewer, person):
    """The statements of one person, newest first, for the tabs."""
    return list(statements(viewer).filter(person=person).order_by("-run__period__starts_on")[:15])


def months_within(viewer):
    """Months that have statements within reach, newest first, for the tabs."""
    return list(Period.objects.filter(runs__statements__in=statements(viewer)).distinct().order_by("-starts_on")[:6])


def person(viewer, pk):
    """Somebody whose commission the viewer may see, or None."""
    if not sees_all(viewer, Statement.firm_wide_for) and pk not in people_under(viewer):
        return None
    return Person.objects.filter(pk=pk).first() if getattr(viewer, "role", "") != Role.ADMIN else None


def latest(viewer, person):
    """The newest statement of one person, or None."""
    return statements(viewer).filter(person=person).order_by("-run__period__starts_on").first()


def lines(viewer, statement):
    """(lines of the month itself, differences of closed months) of a statement, with receipt, customer and contract."""
    rows = (Line.objects.seen_by(viewer).filter(run=statement.run_id, person=statement.person_id)
            .select_related("allocation__receipt__customer", "allocation__instalment__contract").order_by("allocation__on", "pk"))
    own, late = [], []
    for line in rows:
        (own if line.fact_period == statement.run.period.code else late).append(line)
    return own, late


def line(viewer, pk):
    """One line within reach with all that explains it, or None."""
    return (Line.objects.seen_by(viewer).filter(pk=pk)
            .select_related("run__period", "run__plan", "person", "allocation__receipt__customer",
                            "allocation__instalment__contract").first())


def statement_of(viewer, line):
    """The statement a line stands on, or None."""
    return statements(viewer).filter(run=line.run_id, person=line.person_id).first()


def reserve(viewer, person, until):
    """(kept back before `until`'s month, kept back up to its end) of posted and standing runs of the calendar year: the account."""
    rows = (statements(viewer).filter(person=person, run__period__starts_on__lte=until,
                                      run__period__starts_on__gte=until.replace(month=1, day=1)))
    whole = rows.aggregate(total=Sum("reserved"))["total"] or ZERO
    before = rows.filter(run__period__ends_on__lt=until.replace(day=1)).aggregate(total=Sum("reserved"))["total"] or ZERO
    return before, whole


def due(viewer, statement):
    """The last day to check a statement: so many working days after it was computed."""
    day = timezone.localdate(statement.run.computed_at)
    return calendar.add_working_days(day, policy.Checking.on(day).days)


def objections(viewer, statement):
    """Objections to a statement's month by its person, oldest first."""
    return list(Objection.objects.seen_by(viewer).filter(person=statement.person_id, period=statement.run.period_id)
                .exclude(state=Objection.State.WITHDRAWN).select_related("person", "answered_by").order_by("raised_at"))


def open_objection(viewer, statement, line_key):
    """The unanswered objection of the statement's person to a line ("" the whole), or None."""
    return Objection.objects.seen_by(viewer).filter(person=statement.person_id, period=statement.run.period_id, line_key=line_key,
                                                    state=Objection.State.OPEN).first()


def disputed(viewer, period):
    """Ids of the people within reach with an objection open in a month."""
    return frozenset(Objection.objects.seen_by(viewer).filter(period=period, state=Objection.State.OPEN).values_list("person", flat=True))


def of_objection(viewer, objection):
    """The statement an objection is about, within reach, or None."""
    return statements(viewer).filter(person=objection.person_id, run__period=objection.period_id).first()


def objection(viewer, pk):
    """One objection within reach, or None."""
    return Objection.objects.seen_by(viewer).select_related("person", "period").filter(pk=pk).first()


def answerers(viewer):
    """Finance in office today: who answers objections."""
    seats = Assignment.objects.filter(active_on(timezone.localdate()), position__role=Role.FINANCE)
    return list(Person.objects.filter(pk__in=seats.values("person"), is_active=True))


def of_month(viewer, period, scope="firm"):
    """Statements of one month within reach and scope, most paid first."""
    rows = statements(viewer).filter(run__period=period)
    if scope == "me":
        rows = rows.filter(person=viewer)
    elif scope == "team":
        rows = rows.filter(person__in=people_under(viewer))
    return rows.order_by("-payout", "pk")


def timeline(viewer, customer):
    """What a customer's receipts paid, one entry per receipt matched: how many commissions and how much in all."""
    rows = (Line.objects.seen_by(viewer).filter(run__state__in=POSTED, allocation__receipt__customer=customer)
            .select_related("allocation__receipt", "run__period").order_by("allocation_id", "pk"))
    found = {}
    for row in rows:
        entry = found.setdefault(row.allocation_id, {"row": row, "count": set(), "amount": ZERO})
        entry["count"].add(row.person_id)
        entry["amount"] += row.difference
    return [{"at": e["row"].run.posted_at, "kind": "commission", "icon": "coin", "who": "",
             "title": _("Commission, %(count)s people") % {"count": len(e["count"])},
             "text": _("On receipt %(receipt)s, in %(period)s") % {"receipt": e["row"].allocation.receipt, "period": e["row"].run.period},
             "url": reverse("statements:of_receipt", args=[e["row"].allocation.receipt_id]), "amount": e["amount"]}
            for e in found.values()]


def of_receipt(viewer, receipt):
    """Lines a receipt made, within reach, of runs that count, newest run last: what "提成 n 笔" opens."""
    return list(Line.objects.seen_by(viewer).filter(allocation__receipt=receipt).exclude(run__state=Run.State.REPLACED)
                .select_related("person", "run__period", "allocation__receipt__customer", "allocation__instalment__contract")
                .order_by("run__period__starts_on", "pk"))
