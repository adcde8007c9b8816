"""What can be asked across sections: what needs the viewer, how cash stands against the target, region by region and person by person."""
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db.models import Count, F, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from squaredeal.kernel.models import Notice
from squaredeal.organisation.targets import queries as targets
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.collection import board
from squaredeal.process.collection import queries as collection
from squaredeal.process.contracts import queries as contracts
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer
from squaredeal.process.followup.models import ComplianceWeek
from squaredeal.process.negotiation import policy as negotiation

from . import policy

ZERO = Decimal(0)


def needs(viewer):
    """Everything that waits for this person, from every section that has a word to say, in the order to be done."""
    found = []
    for section in settings.SECTIONS:
        if section != __package__ and find_spec(f"{section}.queries"):
            ask = getattr(import_module(f"{section}.queries"), "needs", None)
            if ask:
                found += ask(viewer)
    return policy.in_order(found + _dishonest_grades(viewer))


def _dishonest_grades(viewer):
    """For those who lead: representatives whose A customers do not sign."""
    staff = team.reps(viewer) if viewer.role in {Role.MANAGER, Role.DIRECTOR} else {}
    if not staff:
        return []
    rule, today = policy.HonestGrades.on(timezone.localdate()), timezone.localdate()
    signed = Contract.objects.filter(customer__owner__in=staff, customer__grade="A", state="approved", signed_on__gte=today - timedelta(days=rule.days))
    held = Customer.objects.filter(owner__in=staff, grade="A").exclude(owner__in=signed.values("customer__owner")).order_by() \
        .values_list("owner").annotate(n=Count("pk")).filter(n__gte=rule.least)
    found = []
    for pk, count in sorted(held):
        person = staff[pk][0]
        url = f"{reverse('customers:list')}?{urlencode({'grade': 'A', 'owner': pk})}"
        found.append({
            "clause": rule.number, "due": None, "late": False, "weight": 60, "url": url,
            "title": _("%(person)s: %(n)s A customers, none signed in %(days)s days") % {"person": person, "n": count, "days": rule.days},
            "text": _("Go over the grades together: what is not an A costs the time of those that are."),
            "verbs": [{"label": _("See the customers"), "url": url, "primary": False, "method": "get"}]})
    return found


def cash(viewer, span, scope):
    """Target, collected, committed and gap of the span in yuan, with the pace, last year's figure on the same day, and the points of the
    chart: [(day number, cumulative yuan)] collected this span and a year before, and what is committed after today."""
    today = timezone.localdate()
    gone, days = span.elapsed(today)
    before = span.year_before()
    target = targets.goal(viewer, scope, "receipts", span.first_month, span.last_month)
    came = collection.collected_by(viewer, scope, span.starts_on, span.ends_on, "on", before)
    coming = list(collection.coming(viewer, scope, span.starts_on, span.ends_on)
                  .order_by("day").values_list("day").annotate(s=Sum(collection.OPEN), n=Count("pk")))
    now, last_year = _cumulative(came, span, today), _cumulative(came, before, before.ends_on)
    collected, all_last_year = sum((came[day] for day in came if span.starts_on <= day <= span.ends_on), ZERO), last_year[-1][1]
    committed = sum((amount for _day, amount, _count in coming), ZERO)
    then = [total for number, total in last_year if number <= max(gone, 1)][-1]
    return {
        "target": target, "collected": collected, "committed": committed, "committed_count": sum(count for _day, _amount, count in coming),
        "gap": max(target - collected - committed, ZERO), "short": max(target - collected, ZERO),
        "rate": policy.rate(collected, target), "pace": policy.rate(policy.pace(collected, gone, days), target),
        "ahead": policy.rate(collected, target) - policy.rate(then, all_last_year) if target and all_last_year else None,
        "last_year": all_last_year, "gone": gone, "days": days, "span": span,
        "curve": {"collected": now, "committed": _onward(now[-1], coming, span), "last_year": last_year}}


def _cumulative(came, span, until):
    """[(day number, yuan so far)] of a span up to a day."""
    total, points = ZERO, [(0, ZERO)]
    for day in sorted(day for day in came if span.starts_on <= day <= span.ends_on):
        total += came[day]
        points.append(((day - span.starts_on).days + 1, total))
    return [*points, (span.elapsed(until)[0], total)]


def _onward(last, coming, span):
    """From where the collected money stands, what is committed day by day."""
    points, total = [last], last[1]
    for day, amount, _count in coming:
        total += amount
        points.append(((day - span.starts_on).days + 1, total))
    return points


def people(viewer, span):
    """One row a representative within the viewer's answer: orders and cash against target, compliance, margin, `rank` and points among all
    of the company, so that everybody reads the same; highest points first. Orders and cash count for the signer (contracts.credited).

    The margin is None for those who may not know floors and costs: over one contract it is that contract's cost."""
    today = timezone.localdate()
    staff, region = team.reps(FIRM), team.region_of(FIRM)
    goals = {measure: targets.by_person(FIRM, measure, span.first_month, span.last_month) for measure in ("orders", "receipts")}
    signed = _signed(span)
    cash_in = collection.collected_by(FIRM, "firm", span.starts_on, span.ends_on)
    kept = {row["person"]: row for row in ComplianceWeek.objects.filter(week__range=(span.starts_on, min(span.ends_on, today)), person__in=staff)
            .values("person").annotate(d=Sum("due"), m=Sum("met"), e=Sum("excused"))}
    rows = []
    for pk, (person, unit) in staff.items():
        deal, duty = signed.get(pk), kept.get(pk)
        net = deal["net"] if deal else ZERO
        rows.append({
            "person": person, "unit": unit, "region": region.get(pk, unit),
            "orders": deal["gross"] if deal else ZERO, "orders_target": goals["orders"].get(pk, ZERO),
            "cash": cash_in.get(pk) or ZERO, "cash_target": goals["receipts"].get(pk, ZERO),
            "net": net, "profit": net - deal["cost"] if deal else ZERO,
            "due": duty["d"] - duty["e"] if duty else 0, "met": duty["m"] if duty else 0})
    own = team.reps(viewer)
    ranked = [row for row in _ranked(rows, today) if row["person"].pk in own]
    if not negotiation.may_know_floor(viewer):
        for row in ranked:
            row |= {"net": ZERO, "profit": ZERO, "margin": None}
    return ranked


def _signed(span):
    """{person id: {"net", "gross", "cost"}} of contracts in force signed in the span, by whom they count for."""
    rows, found = Contract.objects.filter(state="approved", signed_on__range=(span.starts_on, span.ends_on)).order_by(), {}
    for path, lot in contracts.credited(FIRM, "firm", rows):
        for row in lot.values(path).annotate(net=Sum(F("amount") / (1 + F("vat_rate"))), gross=Sum("amount"), cost=Sum("cost_total")):
            sums = found.setdefault(row[path], {"net": ZERO, "gross": ZERO, "cost": ZERO})
            for name in sums:
                sums[name] += Decimal(str(row[name] or 0))
    return found


def _ranked(rows, today):
    for row in rows:
        _rates(row)
    best = max((row["margin"] for row in rows if row["margin"]), default=None)
    clause = policy.Leaderboard.on(today)
    for row in rows:
        row["score"] = policy.score(clause, row["cash_rate"], row["compliance"], row["margin"], best)
    rows.sort(key=lambda row: (-row["score"], row["person"].pk))
    for rank, row in enumerate(rows, 1):
        row["rank"], row["among"] = rank, len(rows)
    return rows


def _rates(row):
    row["orders_rate"] = policy.rate(row["orders"], row["orders_target"])
    row["cash_rate"] = policy.rate(row["cash"], row["cash_target"])
    row["compliance"] = policy.rate(row["met"], row["due"])
    row["margin"] = policy.rate(row["profit"], row["net"])


def by_region(viewer, rows, measures=("orders", "orders_target", "cash", "cash_target", "net", "profit", "due", "met")):
    """The rows of `people` summed by region, in the order of the regions, with each region's manager (None: vacant)."""
    found = {}
    for row in rows:
        total = found.setdefault(row["region"].pk, {"region": row["region"], "people": 0, **dict.fromkeys(measures, ZERO)})
        total["people"] += 1
        for measure in measures:
            total[measure] += row[measure]
    held = team.managers(viewer)
    for total in found.values():
        _rates(total)
        total["manager"] = held.get(total["region"].pk)
    return sorted(found.values(), key=lambda total: (total["region"].rank, total["region"].pk))


def due_this_week(viewer, scope, limit=8):
    """(rows, count, yuan) of instalments within reach that are open and due by the end of this week, oldest first; each row says where it stands."""
    today = timezone.localdate()
    sunday = today + timedelta(days=6 - today.weekday())
    rows = Instalment.objects.in_scope(viewer, scope).filter(
        collected__lt=F("amount"), contract__state="approved", due_on__range=(today - timedelta(days=today.weekday()), sunday))
    total = rows.aggregate(n=Count("pk"), s=Sum(F("amount") - F("collected")))
    shown = rows.select_related("contract__customer__owner").order_by("due_on", "pk")
    return board.marked(viewer, list(shown[:limit])), total["n"], total["s"] or ZERO


def rule_counts(viewer):
    """[(clause number, count)] of what the policy did today: notices it caused, most first, for the viewer's people."""
    today = timezone.localdate()
    rows = Notice.objects.filter(at__date=today).exclude(clause="")
    if viewer.role != Role.DIRECTOR:
        rows = rows.filter(to=viewer)
    return list(rows.values_list("clause").annotate(n=Count("pk")).order_by("-n")[:4])
