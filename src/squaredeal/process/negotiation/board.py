"""The board of deals as it is read: a column for each open stage with its count, sum, weighted sum and what has stalled in it."""
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from squaredeal.kernel.rows import either
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Assignment, active_on

from . import policy
from .models import Deal, Stage
from .queries import WEIGHTED, ZERO

FIRST, MORE, MOST = 4, 20, 400
ONLY = ("stalled", "nostep", "late")


@dataclass
class Column:
    """A stage: totals of everything in it, and the cards shown."""
    stage: str
    count: int = 0
    amount: Decimal = ZERO
    weighted: Decimal = ZERO
    stalled: int = 0
    stalled_amount: Decimal = ZERO
    chips: tuple = (0, 0, 0)
    """How many are stalled, without a next step, late with it, whatever chip is pressed: in the order of ONLY."""
    deals: list = field(default_factory=list)
    shown: int = FIRST

    @property
    def label(self):
        return Stage(self.stage).label

    @property
    def left(self):
        return max(0, self.count - len(self.deals))

    @property
    def next(self):
        return self.shown + MORE

    @property
    def share(self):
        """Percent of the sum that has stalled."""
        return float(self.stalled_amount / self.amount * 100) if self.amount else 0.0


def within(viewer, scope, *, only="", owner=None, unit=None):
    """Open deals in scope, narrowed by the chips: `only` of ONLY, an owner's id, a unit's id."""
    rows = Deal.objects.in_scope(viewer, scope).filter(stage__in=policy.OPEN)
    if owner:
        rows = rows.filter(customer__owner=owner)
    if unit:
        today = timezone.localdate()
        people = Assignment.objects.filter(active_on(today), unit__path__contains=f"/{unit}/").values_list("person", flat=True)
        rows = rows.filter(customer__owner__in=list(people))
    return rows.filter(_conditions()[only]) if only in ONLY else rows


def columns(viewer, scope, *, shown=None, **narrowed):
    """[Column] of the open stages in order, in two queries. `shown` is {stage: how many cards}."""
    totals = totals_by_stage(viewer, scope, **narrowed)
    found = [totals.get(stage) or Column(stage) for stage in policy.OPEN]
    for column in found:
        column.shown = max(FIRST, min((shown or {}).get(column.stage, FIRST), MOST))
    by_stage = cards(within(viewer, scope, **narrowed), {c.stage: c.shown for c in found if c.count})
    for column in found:
        column.deals = by_stage.get(column.stage, [])
    return found


def column(viewer, scope, stage, shown, **narrowed):
    """One column again, with more cards."""
    made = totals_by_stage(viewer, scope, **narrowed).get(stage) or Column(stage)
    made.shown = max(FIRST, min(shown, MOST))
    made.deals = cards(within(viewer, scope, **narrowed), {stage: made.shown}).get(stage, [])
    return made


def totals_by_stage(viewer, scope, *, only="", owner=None, unit=None):
    """{stage: Column without cards} of what the chips leave, with the counts that stand on the chips; one query."""
    when, narrow = _conditions(), {}
    if only in ONLY:
        narrow = {"filter": when[only]}
    stuck = when["stalled"] & when[only] if narrow else when["stalled"]
    rows = within(viewer, scope, owner=owner, unit=unit).order_by().values("stage").annotate(
        n=Count("pk", **narrow), total=Sum("amount", **narrow), weighted=Sum(WEIGHTED, **narrow), stuck=Count("pk", filter=stuck),
        stuck_sum=Sum("amount", filter=stuck), **{f"chip_{name}": Count("pk", filter=when[name]) for name in ONLY})
    return {r["stage"]: Column(r["stage"], r["n"], r["total"] or ZERO, r["weighted"] or ZERO, r["stuck"], r["stuck_sum"] or ZERO,
                               tuple(r[f"chip_{name}"] for name in ONLY)) for r in rows}


def cards(rows, shown):
    """{stage: [Deal]} of the first `shown[stage]` deals of each stage, longest in it first, with what a card shows; one query."""
    if not shown:
        return {}
    today, rule, found = timezone.localdate(), policy.Stalled.on(timezone.localdate()), {}
    firsts = either(rows.filter(stage=stage).order_by("stage_since", "pk").values("pk")[:count] for stage, count in shown.items())
    for deal in Deal.objects.filter(pk__in=firsts).order_by("stage_since", "pk").select_related("customer__owner").only(
            "name", "stage", "stage_since", "amount", "probability", "next_step", "next_step_kind", "next_step_on", "customer__name",
            "customer__short_name", "customer__grade", "customer__owner__name"):
        found.setdefault(deal.stage, []).append(mark(deal, today, rule))
    return found


def mark(deal, today, rule):
    """A deal with `.days` in its stage, `.is_stalled`, and `.step_late` (days its next step is overdue, 0 when not)."""
    deal.days = (today - deal.stage_since).days
    deal.is_stalled = deal.stage in policy.OPEN and deal.days >= rule.days
    deal.step_late = max(0, (today - deal.next_step_on).days) if deal.next_step_on else 0
    return deal


def summary(columns):
    """{"count", "amount", "weighted", "stalled", "stalled_amount"} over columns, and {chip: count} as "chips"."""
    names = ("count", "amount", "weighted", "stalled", "stalled_amount")
    found = {name: sum((getattr(c, name) for c in columns), 0 if name in {"count", "stalled"} else ZERO) for name in names}
    return found | {"chips": {name: sum(c.chips[at] for c in columns) for at, name in enumerate(ONLY)}}


def won(viewer, scope, span):
    """{"count", "amount"} of deals won in the span, for the strip at the end of the board."""
    rows = Deal.objects.in_scope(viewer, scope).filter(stage="won", closed_on__range=(span.starts_on, span.ends_on))
    found = rows.aggregate(count=Count("pk"), amount=Sum("amount"))
    return {"count": found["count"], "amount": found["amount"] or ZERO}


ORDERS = ("amount", "probability", "stage_since", "expected_on")


def table(viewer, scope, sort, **narrowed):
    """The same deals as rows; `sort` is one of ORDERS, with "-" before it for the largest first."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    order = (f"-{name}", "-pk") if down else (name, "pk")
    return within(viewer, scope, **narrowed).select_related("customer__owner").order_by(*(order if name in ORDERS else ("-amount", "-pk")))


def sellers(viewer):
    """([(id, name)], [Unit]) of the people who sell within the viewer's answer and the units they sit in, for the two chips."""
    reps = team.reps(viewer)
    units = {unit.pk: unit for _person, unit in reps.values()}
    return sorted(((pk, person.name) for pk, (person, _unit) in reps.items()), key=lambda x: x[1]), \
        sorted(units.values(), key=lambda unit: (unit.path.count("/"), unit.rank, unit.pk))


def _conditions():
    today = timezone.localdate()
    since = today - timedelta(days=policy.Stalled.on(today).days)
    return {"stalled": Q(stage_since__lte=since), "nostep": Q(next_step_on__isnull=True), "late": Q(next_step_on__lt=today)}
