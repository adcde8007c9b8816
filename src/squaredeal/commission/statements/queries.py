"""What can be asked of statements: one's own and those within reach, their lines, what is owed next, what waits for whom."""
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.commission.runs import estimating
from squaredeal.commission.runs.models import Line, Period, Run
from squaredeal.kernel import calendar
from squaredeal.kernel.money import sum_of
from squaredeal.organisation.team.models import Assignment, Person, Role, active_on
from squaredeal.organisation.team.scope import FIRM, people_under, sees_all
from squaredeal.process.collection.models import Receipt
from squaredeal.process.contracts.models import Contract
from squaredeal.process.negotiation import queries as negotiation

from . import policy
from .models import Objection, Statement

ZERO = Decimal(0)
COUNTS = ("n", "confirmed", "more")
SUMS = ("base", "earned", "earlier", "reserved", "payout")
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
    return list(statements(viewer).filter(person=person).defer("run__plan__text").order_by("-run__period__starts_on")[:60])


def months_within(viewer):
    """Months that have statements within reach, newest first, for the tabs."""
    return list(Period.objects.filter(runs__statements__in=statements(viewer)).distinct().order_by("-starts_on")[:6])


def payee(viewer, pk):
    """Somebody whose commission the viewer may see, or None."""
    if not sees_all(viewer, Statement.firm_wide_for) and pk not in people_under(viewer):
        return None
    return Person.objects.filter(pk=pk).first() if getattr(viewer, "role", "") != Role.ADMIN else None


def latest(viewer, person):
    """The newest statement of one person, or None."""
    return statements(viewer).filter(person=person).order_by("-run__period__starts_on").first()


def settled(viewer, person):
    """The statement of the month that runs, when it was computed already and settles earlier months as well; else None."""
    today = timezone.localdate()
    found = statements(viewer).filter(person=person, run__period__starts_on__lte=today, run__period__ends_on__gte=today).defer("run__plan__text").first()
    return found if found and (found.earlier or found.carried_in or found.carried or found.payout != found.earned - found.reserved) else None


def lines(viewer, statement):
    """(lines of the month itself, differences of closed months) of a statement, with receipt, customer and contract."""
    rows = (Line.objects.seen_by(viewer).filter(run=statement.run_id, person=statement.person_id)
            .select_related("allocation__receipt__customer", "allocation__instalment__contract", "contract__customer").order_by("allocation__on", "pk"))
    own, late, rows = [], [], list(rows)
    others = {line.plan_id for line in rows} - {statement.run.plan_id, None}
    plans = {statement.run.plan_id: statement.run.plan, **(PlanVersion.objects.in_bulk(others) if others else {})}
    for line in rows:
        line.run, line.person = statement.run, statement.person
        if line.plan_id is not None:
            line.plan = plans[line.plan_id]
        (own if line.fact_period == statement.run.period.code else late).append(line)
    return own, late


def line(viewer, pk):
    """One line within reach with all that explains it, or None."""
    return (Line.objects.seen_by(viewer).filter(pk=pk)
            .select_related("run__period", "run__plan", "plan", "person", "allocation__receipt__customer",
                            "allocation__instalment__contract", "contract__customer").first())


def siblings(viewer, line, everybody=False):
    """The lines of a component as they stood with a line's run, itself among them: the person's, or with `everybody` the team's, each key's
    latest. Beyond reach on purpose: their sums go into the arithmetic of a line that is within it, and nothing else of them is shown."""
    rows = Line.objects.filter(Q(run__state__in=POSTED, run__period__starts_on__lt=line.run.period.starts_on) | Q(run=line.run_id), component=line.component)
    rows = rows if everybody else rows.filter(person=line.person_id)
    latest = {row.key: row for row in rows.select_related("allocation", "contract", "run__period").order_by("run__period__starts_on", "pk")}
    return list(latest.values())


def statement_of(viewer, line):
    """The statement a line stands on, or None."""
    return statements(viewer).filter(run=line.run_id, person=line.person_id).first()


def reserve(viewer, months, statement):
    """(kept back before the statement's month, and up to its end) in its calendar year: the reserve account, from one's `months`."""
    period = statement.run.period
    year = [m for m in months if m.run.period.starts_on.year == period.starts_on.year and m.run.period.starts_on <= period.starts_on]
    whole = sum((m.reserved for m in year), ZERO)
    return whole - statement.reserved, whole


def waiting(viewer, statement):
    """What the person has earned up to the statement's month and is not released yet."""
    rows = statements(viewer).filter(person=statement.person_id, run__period__starts_on__lte=statement.run.period.starts_on)
    return sum_of(rows.order_by().aggregate(s=Sum("held"))["s"])


def seat(viewer, statement):
    """Where the person sat at the end of the statement's month; for oneself read once a request when it has not changed since."""
    if statement.person_id == viewer.pk and viewer.seat and viewer.seat.starts_on <= statement.run.period.ends_on:
        return viewer.seat
    return statement.person.seat_on(statement.run.period.ends_on)


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


SORTS = {"name": "person__name", **{name: name for name in ("base", "attainment", "earned", "earlier", "reserved", "payout")}}


def of_month(viewer, period, scope="firm", sort="-payout"):
    """Statements of one month within reach and scope, most paid first or by one of SORTS, "-" before it for the largest first."""
    rows = statements(viewer).filter(run__period=period)
    if scope == "me":
        rows = rows.filter(person=viewer)
    elif scope == "team":
        rows = rows.filter(person__in=people_under(viewer))
    by, down = F(SORTS.get(sort.removeprefix("-"), "payout")), sort.startswith("-") or sort not in SORTS
    return rows.order_by(by.desc(nulls_last=True) if down else by.asc(nulls_last=True), "pk")


def summed(viewer, rows):
    """How many statements these are, how many are confirmed, how many are settled by more than what is carried, and each sum in yuan.

    `balance` is what stands between the sums and the pay: draws, limits, what is released later, what is brought in less what is carried on.
    """
    found = rows.order_by().aggregate(n=Count("pk"), confirmed=Count("confirmed_at"), more=Count("pk", filter=~Q(held=0, capped=0, advance=0)),
                                      **{name: Sum(name) for name in SUMS})
    sums = {name: value if name in COUNTS else sum_of(value) for name, value in found.items()}
    return {**sums, "balance": sums["payout"] - sums["earned"] - sums["earlier"] + sums["reserved"]}


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
                .select_related("person", "run__period", "run__plan", "plan", "allocation__receipt__customer", "allocation__instalment__contract")
                .order_by("run__period__starts_on", "pk"))


def reaches_receipt(viewer, pk):
    """Whether a receipt is within reach: it may have made no commission of the viewer's yet."""
    return Receipt.objects.seen_by(viewer).filter(pk=pk).exists()


def reaches_contract(viewer, contract):
    """Whether a contract is within reach."""
    return Contract.objects.seen_by(viewer).filter(pk=contract.pk).exists()


def needs(viewer):
    """What a person has to do with their own statement, and finance with open objections, for the desk."""
    found, today = [], timezone.localdate()
    mine = (statements(viewer).filter(person=viewer, confirmed_at__isnull=True, run__state__in=[Run.State.COMPUTED, Run.State.REVIEWED])
            .order_by("-run__period__starts_on").first())
    if mine is not None:
        by = due(viewer, mine)
        found.append({"clause": policy.Checking.number, "due": by, "late": by < today, "weight": 40,
                      "title": _("%(month)s: %(payout)s yuan, for you to check") % {"month": mine.run.period, "payout": f"{mine.payout:,.2f}"},
                      "text": _("Confirm it, or object line by line."), "url": reverse("statements:statement", args=[mine.pk]),
                      "verbs": [{"label": _("All correct"), "url": reverse("statements:confirm", args=[mine.pk]), "primary": True}]})
    if getattr(viewer, "role", "") == Role.FINANCE:
        for o in Objection.objects.seen_by(viewer).filter(state=Objection.State.OPEN).select_related("person", "period").order_by("due_on")[:5]:
            about = of_objection(viewer, o)
            found.append({"clause": policy.Answering.number, "due": o.due_on, "late": o.due_on < today, "weight": 60,
                          "title": _("%(person)s objects to %(period)s: %(text)s") % {"person": o.person, "period": o.period, "text": o.text[:80]},
                          "text": "", "url": reverse("statements:statement", args=[about.pk]) if about else "", "verbs": []})
    return found


def estimate(viewer, person):
    """The running estimate of somebody's month within reach (lines, earned, reserved, payout, promised), or None."""
    found = person if viewer is FIRM else payee(viewer, person.pk)
    return None if found is None else estimating.estimate(viewer, found, timezone.localdate())


def quote(viewer, pk):
    """One quote within reach; OutOfReach otherwise."""
    return negotiation.quote(viewer, pk)


def first_order(viewer, customer):
    """Whether the next contract of a customer would be the first that was approved."""
    return not Contract.objects.filter(customer=customer, approved_on__isnull=False).exists()


def search(viewer, text, limit=6):
    """Statements within reach by person's name, the newest of each, for the palette."""
    rows = statements(viewer).filter(person__name__icontains=text).order_by("-run__period__starts_on")[:limit]
    return [(_("%(person)s, commission of %(period)s") % {"person": s.person, "period": s.run.period}, f"{s.payout:,.2f}",
             reverse("statements:statement", args=[s.pk])) for s in rows]
