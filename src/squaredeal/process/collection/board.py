"""What the cash page asks: signed, collected and overdue by region; the money that is due, in groups and views; the latest receipts.

A second file of questions beside queries.py, for one page. Each begins with the viewer and the scope of the picker.
"""
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.utils import timezone

from squaredeal.kernel.money import sum_of
from squaredeal.kernel.rows import either
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role
from squaredeal.process.contracts import queries as contracts
from squaredeal.process.contracts.models import Instalment

from . import policy, queries
from .models import Receipt
from .queries import OPEN

ZERO = Decimal(0)
FIRST_WAITING, ROWS, RECENT = 3, 50, 6
VIEWS = ("all", "week", "late", "broken", "promised", "coming", "retention")


def standing(viewer, scope, today):
    """Sums over what is late or due by Sunday in scope, by owner, in one query: {"rows": [per owner], "total": {...}}.

    Keys: late, late_n, this_n (late or not, due from Monday on), a1…a4 (yuan by age), first (oldest day due), long_n, stopped_n, waiting, waiting_n, week, week_n. What is due
    later is many times more and is left to `receivable`, which only the flow asks.
    """
    age, stop = policy.Ageing.on(today), policy.StopDelivery.on(today)
    sunday = today + timedelta(days=6 - today.weekday())
    edges = [today, *(today - timedelta(days=days) for days in (age.first, age.second, age.third))]
    late, week = Q(due_on__lt=today), Q(due_on__gte=today)
    too_long = Q(due_on__lt=today - timedelta(days=stop.days))
    waiting = too_long & Q(delivery_stopped=False) & (Q(grace_until__isnull=True) | Q(grace_until__lt=today))
    asked = {
        "late": Sum(OPEN, filter=late), "late_n": Count("pk", filter=late), "this_n": Count("pk", filter=Q(due_on__gte=today - timedelta(days=today.weekday()))), "first": Min("due_on", filter=late),
        "a1": Sum(OPEN, filter=Q(due_on__lt=edges[0], due_on__gte=edges[1])), "a2": Sum(OPEN, filter=Q(due_on__lt=edges[1], due_on__gte=edges[2])),
        "a3": Sum(OPEN, filter=Q(due_on__lt=edges[2], due_on__gte=edges[3])), "a4": Sum(OPEN, filter=Q(due_on__lt=edges[3])),
        "long_n": Count("pk", filter=too_long), "stopped_n": Count("pk", filter=late & Q(delivery_stopped=True)),
        "waiting": Sum(OPEN, filter=waiting), "waiting_n": Count("pk", filter=waiting),
        "week": Sum(OPEN, filter=week), "week_n": Count("pk", filter=week)}
    rows = []
    near = queries.open_ones(viewer, scope).filter(due_on__lte=sunday)
    for row in near.order_by().values("contract__customer__owner").annotate(**asked):
        owner = row.pop("contract__customer__owner")
        rows.append({"owner": owner, **{k: v if k.endswith("_n") or k == "first" else sum_of(v) for k, v in row.items()}})
    total = {k: sum((r[k] for r in rows), 0 if k.endswith("_n") else ZERO) for k in asked if k != "first"}
    total["first"] = min((r["first"] for r in rows if r["first"]), default=None)
    return {"rows": rows, "total": total}


def promised(viewer, scope, today):
    """(promised and not come, promised and still ahead): how many open instalments in scope, in one query."""
    found = queries.open_ones(viewer, scope).filter(promised_on__isnull=False).order_by().aggregate(
        broken=Count("pk", filter=Q(promised_on__lt=today)), ahead=Count("pk", filter=Q(promised_on__gte=today)))
    return found["broken"], found["ahead"]


def receivable(viewer, scope):
    """Yuan open in scope, due or not."""
    return sum_of(queries.open_ones(viewer, scope).order_by().aggregate(s=Sum(OPEN))["s"])


def by_region(viewer, span, stood, came, signed=None):
    """Rows per region of the company, in order, those of nobody's region last; regions in which the viewer has nothing are left out.

    [{"unit" (None: no region), "manager", "signed", "collected", "late", "late_n", "oldest" (days), "share" of what is late}]
    """
    today, where, held = timezone.localdate(), {}, {}
    regions = {unit.pk: _row(unit) for unit in team.regions(viewer)}
    for seat in team.people(viewer):
        line = seat.unit.line
        if len(line) > 1 and line[1] in regions:
            where[seat.person_id] = regions[line[1]]
            if seat.position.role == Role.MANAGER and seat.unit_id == line[1]:
                held[line[1]] = seat.person
    nobody = _row(None)
    for owner, (_n, total) in (signed or {}).items():
        where.get(owner, nobody)["signed"] += sum_of(total)
    for owner, total in came.items():
        where.get(owner, nobody)["collected"] += total
    for row in stood["rows"]:
        mine = where.get(row["owner"], nobody)
        for key in ("late", "late_n"):
            mine[key] += row[key]
        if row["first"]:
            mine["oldest"] = max(mine["oldest"], (today - row["first"]).days)
    shown = [row for row in (*regions.values(), nobody) if row["signed"] or row["collected"] or row["late"]]
    whole = sum((row["late"] for row in shown), ZERO)
    for row in shown:
        row["manager"] = held.get(row["unit"].pk) if row["unit"] else None
        row["share"] = row["late"] / whole if whole else ZERO
    return shown


def flow(viewer, scope, span):
    """Signed → collected → overdue of the span, per region and in all, on one scale: {"regions": rows of by_region, "total"}."""
    stood = standing(viewer, scope, timezone.localdate())
    came = queries.collected_by(viewer, scope, span.starts_on, span.ends_on)
    shown = by_region(viewer, span, stood, came, contracts.signed_by(viewer, scope, span.starts_on, span.ends_on))
    total = _row(None)
    for row in shown:
        for key in ("signed", "collected", "late", "late_n"):
            total[key] += row[key]
    total["open"] = receivable(viewer, scope)
    total["share"] = total["late"] / total["open"] if total["open"] else ZERO
    full = max((max(row["signed"], row["collected"] + row["late"]) for row in shown), default=ZERO)
    for row in shown:
        for key, width in (("signed_w", row["signed"]), ("collected_w", row["collected"]), ("late_w", row["late"]),
                           ("gap_w", row["signed"] - row["collected"])):
            row[key] = f"{max(ZERO, width) / full * 100:.2f}" if full else "0"
        row["short"] = max(ZERO, row["signed"] - row["collected"])
    return {"regions": shown, "total": total}


def _row(unit):
    return {"unit": unit, "signed": ZERO, "collected": ZERO, "late": ZERO, "late_n": 0, "oldest": 0}


def due(viewer, scope, view, unit=None, span=None):
    """Open instalments of one view with customer and owner, by day due: all (late, and due by Sunday) · week (due from Monday to Sunday) ·
    late · broken (promised and not come) · promised · coming (due or promised from today to the end of `span`, the desk's commitment) ·
    retention."""
    today = timezone.localdate()
    sunday = today + timedelta(days=6 - today.weekday())
    if view == "coming":
        rows = queries.coming(viewer, scope, span.starts_on, span.ends_on).seen_by(viewer)
        return in_region(viewer, rows, unit).select_related("contract__customer__owner").order_by("due_on", "pk")
    narrow = {"late": Q(due_on__lt=today), "all": Q(due_on__lte=sunday), "week": Q(due_on__range=(sunday - timedelta(days=6), sunday)), "broken": Q(promised_on__lt=today),
              "promised": Q(promised_on__gte=today), "retention": Q(kind=Instalment.Kind.RETENTION)}[view]
    rows = in_region(viewer, queries.open_ones(viewer, scope).filter(narrow), unit)
    return rows.select_related("contract__customer__owner").order_by("due_on", "pk")


def waiting(viewer, scope, unit=None):
    """What waits for the viewer's decision, the largest first."""
    return in_region(viewer, queries.to_decide(viewer, scope), unit)


def listed(viewer, shown, waits=None):
    """(the first of `waits`, the other rows of `shown`) with customer and owner, in one query. `shown` is a cut queryset; rows are sorted
    and cut by key alone before any is read whole."""
    today = timezone.localdate()
    rule = policy.StopDelivery.on(today)
    wanted = either([shown.values("pk"), *([] if waits is None else [waits.values("pk")[:FIRST_WAITING]])])
    rows = list(Instalment.objects.filter(pk__in=wanted).select_related("contract__customer__owner").order_by("due_on", "pk"))
    marked(viewer, rows)
    if waits is None:
        return [], rows
    undecided = sorted((x for x in rows if x.step == "decide" and x.late > rule.days), key=lambda x: (-x.lacking, x.pk))[:FIRST_WAITING]
    return undecided, [x for x in rows if x not in undecided]


def in_region(viewer, rows, unit):
    """Narrowed to customers of a region's people."""
    if not unit:
        return rows
    return rows.filter(contract__customer__owner__in=[pk for pk, region in team.region_of(viewer).items() if region.pk == unit])


def marked(viewer, rows):
    """The instalments of a page with what the page says of each: `.late`, `.age` (1–4), `.step`, `.lacking`, `.grace_to`."""
    today = timezone.localdate()
    ageing, dunning, stop = policy.Ageing.on(today), policy.Dunning.on(today), policy.StopDelivery.on(today)
    limit = policy.grace_limit(viewer, stop)
    for x in rows:
        x.lacking = x.amount - x.collected
        x.late = policy.days_overdue(today, x.due_on)
        x.age = policy.age_step(x.late, ageing)
        x.step = policy.step(x, today, dunning, stop)
        x.broken = bool(x.promised_on and x.promised_on < today)
        x.grace_to = policy.grace_to(x.promised_on, today, limit)
    return rows


def to_match(viewer, scope):
    """(the oldest receipt with something to match whose customer has open instalments, or None; how many have; yuan of all)."""
    rows = queries.unmatched(viewer, scope)
    total = rows.order_by().aggregate(n=Count("pk"), s=Sum("unmatched"))
    if not total["n"]:
        return None, 0, ZERO
    owing = Instalment.objects.filter(contract__customer=OuterRef("customer"), contract__state="approved", collected__lt=F("amount"))
    return rows.filter(Exists(owing)).first(), total["n"], sum_of(total["s"])


def recent(viewer, scope, span):
    """The latest receipts of the span in scope, with what they paid."""
    rows = Receipt.objects.in_scope(viewer, scope).filter(on__range=(span.starts_on, span.ends_on)).select_related("customer")
    return list(rows.prefetch_related("allocations__instalment__contract").order_by("-on", "-pk")[:RECENT])
