"""What can be asked of collection: receipts, what a customer owes, sums for lists and targets, what needs the viewer.

What the cash page shows is in board.py, which begins with the viewer too.
"""
from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.figures import day as day_text
from squaredeal.kernel.figures import wan_text
from squaredeal.kernel.models import Notice
from squaredeal.kernel.money import sum_of
from squaredeal.organisation.team import queries as team
from squaredeal.process.contracts import queries as contracts
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer

from . import policy
from .models import Allocation, Receipt

ZERO = Decimal(0)
NOT_IN_FORCE = tuple(state for state in Contract.State.values if state != Contract.State.APPROVED)
OPEN = F("amount") - F("collected")


def open_ones(viewer, scope=""):
    """Instalments in scope of contracts in force that are not paid.

    Said by what is not in force: nearly every contract is, and a planner that trusts the index on the state would read them all
    before it looks at the few instalments that are open.
    """
    return _unpaid(Instalment.objects.in_scope(viewer, scope))


def _unpaid(rows):
    return rows.filter(collected__lt=F("amount")).exclude(contract__state__in=NOT_IN_FORCE)


def coming(viewer, scope, starts_on, ends_on):
    """Open instalments due or promised from today on within a span, with `.day`: what is committed. They count for whom their money will count
    once it is there (contracts.credited), not for who owns the customer by now, so that it can stand beside the target and what came in."""
    rows = _unpaid(Instalment.objects.annotate(day=Coalesce("promised_on", "due_on"))).filter(day__range=(max(timezone.localdate(), starts_on), ends_on))
    lots = [lot for _path, lot in contracts.credited(viewer, scope, rows, "contract__")]
    return lots[0] | lots[1]


def receipts(viewer):
    """Receipts within reach with customer and owner, newest first."""
    return Receipt.objects.seen_by(viewer).select_related("customer__owner", "recorded_by")


def receipt(viewer, pk):
    """One receipt with its allocations, or OutOfReach."""
    whole = Prefetch("allocations", Allocation.objects.select_related("instalment__contract", "by").order_by("pk"))
    found = receipts(viewer).select_related("customer__owner", "recorded_by", "reverses").prefetch_related(whole).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This receipt is not here, or not within your reach."))
    return found


def reversal(viewer, receipt):
    """The receipt that reversed this one, or None."""
    return Receipt.objects.filter(reverses=receipt.pk).first()


def refunded_since(viewer, receipt):
    """Whether money of the instalments this receipt paid was refunded after it, and the refund stands."""
    later = Allocation.objects.filter(instalment__in=receipt.allocations.values("instalment"), receipt__kind=Receipt.Kind.REFUND,
                                      receipt__reversed_by__isnull=True, receipt__pk__gt=receipt.pk)
    return later.exists()


def instalment(viewer, pk):
    """One instalment with contract, customer and owner, or OutOfReach."""
    found = Instalment.objects.seen_by(viewer).select_related("contract__customer__owner", "contract__signed_by").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This instalment is not here, or not within your reach."))
    return found


def allocations_of(viewer, instalment):
    """Every allocation to an instalment within reach, oldest first."""
    return list(instalment.allocations.select_related("receipt", "by").order_by("on", "pk"))


def promises_of(viewer, instalment):
    """Every day promised for an instalment within reach, latest first."""
    return list(instalment.promise_log.select_related("by").order_by("-at", "-pk"))


def collected_by_age(viewer, instalment):
    """[(days overdue, yuan still collected at that age)] of an instalment, the latest money first."""
    sums, order = defaultdict(Decimal), []
    for age, amount in instalment.allocations.order_by("-on", "-pk").values_list("days_overdue", "amount"):
        if age not in sums:
            order.append(age)
        sums[age] += amount
    return [(age, sums[age]) for age in order if sums[age] > 0]


def customer(viewer, pk):
    """A customer within reach, or OutOfReach."""
    found = Customer.objects.seen_by(viewer).select_related("owner").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This customer is not here, or not within your reach."))
    return found


def customers_like(viewer, text, limit=8):
    """Customers within reach whose name holds `text`, whose initials begin with it, or whose contract has that number."""
    text = text.strip()[:60]
    if not text:
        return []
    rows = Customer.objects.seen_by(viewer).select_related("owner")
    found = list(rows.filter(Q(name__contains=text) | Q(initials__startswith=text.lower())).order_by("name")[:limit])
    if not found and any(sign.isdigit() for sign in text):
        named = Contract.objects.seen_by(viewer).filter(number__icontains=text).values_list("customer", flat=True)[:limit]
        found = list(rows.filter(pk__in=list(named)))
    return found


def open_of(viewer, customer):
    """The open instalments of a customer's contracts in force, the oldest due first."""
    return list(open_ones(viewer).filter(contract__customer=customer).select_related("contract").order_by("due_on", "pk"))


def unmatched(viewer, scope=""):
    """Receipts in scope that still have something to match, oldest first."""
    return Receipt.objects.in_scope(viewer, scope).filter(unmatched__gt=0).select_related("customer__owner").order_by("on", "pk")


def money(viewer, customer):
    """{"contracts", "amount", "collected", "receivable", "overdue", "days", "prepaid", "percent"} of a customer within reach, yuan."""
    today = timezone.localdate()
    in_force = Contract.objects.seen_by(viewer).filter(customer=customer, state=Contract.State.APPROVED)
    signed = in_force.aggregate(n=Count("pk"), s=Sum("amount"))
    late = Q(due_on__lt=today, collected__lt=F("amount"))
    parts = Instalment.objects.filter(contract__in=in_force).aggregate(
        c=Sum("collected"), a=Sum("amount"), o=Sum(OPEN, filter=late), first=Min("due_on", filter=late))
    prepaid = Receipt.objects.seen_by(viewer).filter(customer=customer, unmatched__gt=0).aggregate(s=Sum("unmatched"))["s"]
    amount, collected = sum_of(signed["s"]), sum_of(parts["c"])
    return {"contracts": signed["n"], "amount": amount, "collected": collected, "receivable": sum_of(parts["a"]) - collected,
            "overdue": sum_of(parts["o"]), "days": (today - parts["first"]).days if parts["first"] else 0, "prepaid": sum_of(prepaid),
            "percent": collected / amount * 100 if amount else ZERO}


def came_this_year(viewer):
    """Receipts within reach since the first of January."""
    today = timezone.localdate()
    return Receipt.objects.seen_by(viewer).filter(on__range=(today.replace(month=1, day=1), today))


def figures(viewer, customer_ids):
    """{customer id: {"year": received this year, "overdue": yuan}} for the columns of a list, in two queries."""
    ids = list(customer_ids)
    found = {pk: {"year": ZERO, "overdue": ZERO} for pk in ids}
    came = came_this_year(viewer).filter(customer__in=ids)
    for pk, total in came.order_by().values_list("customer").annotate(s=Sum("amount")):
        found[pk]["year"] = sum_of(total)
    late = overdue(viewer).filter(contract__customer__in=ids)
    for pk, total in late.order_by().values_list("contract__customer").annotate(s=Sum(OPEN)):
        found[pk]["overdue"] = sum_of(total)
    return found


def collected_by(viewer, scope, starts_on, ends_on, key="", before=None):
    """{person id: yuan} matched to contracts in a span, by whom it counts for (contracts.credited); with `key` "on" {day: yuan} instead,
    also of the span `before`."""
    within = Q(on__range=(starts_on, ends_on)) | (Q(on__range=(before.starts_on, before.ends_on)) if before else Q())
    rows, found = Allocation.objects.filter(within).order_by(), defaultdict(Decimal)
    to = "instalment__contract__"
    for path, lot in [(key, contracts.counted(viewer, scope, rows, to))] if key else contracts.credited(viewer, scope, rows, to):
        for one, total in lot.values_list(path).annotate(s=Sum("amount")):
            found[one] += sum_of(total)
    return dict(found)


def collected(viewer, scope, starts_on, ends_on):
    """Yuan matched to contracts in a span, counted as `collected_by` counts."""
    return sum(collected_by(viewer, scope, starts_on, ends_on, "on").values(), ZERO)


def overdue(viewer, scope=""):
    """Instalments in scope that are due and not paid, the oldest first."""
    return open_ones(viewer, scope).filter(due_on__lt=timezone.localdate()).order_by("due_on", "pk")


def reaching(viewer, on, days):
    """Open instalments that are exactly `days` late on a day, with customer and owner, for the clock."""
    return open_ones(viewer).filter(due_on=on - timedelta(days=days), delivery_stopped=False).select_related("contract__customer__owner")


def told(viewer, person, url, clause, on):
    """Whether `person` was told of this already on a day, for the clock."""
    return Notice.objects.filter(to=person, url=url, clause=clause, at__date=on).exists()


def to_decide(viewer, scope=""):
    """Instalments late beyond clause 2.6.5 about which nothing is decided, when the viewer is who decides; largest first."""
    if not policy.holds(viewer, policy.DECIDERS):
        return Instalment.objects.none()
    today = timezone.localdate()
    rule = policy.StopDelivery.on(today)
    rows = open_ones(viewer, scope).filter(due_on__lt=today - timedelta(days=rule.days), delivery_stopped=False)
    return rows.filter(Q(grace_until__isnull=True) | Q(grace_until__lt=today)).order_by(-OPEN, "pk")


def needs(viewer):
    """What needs this person now: to decide on what is late too long, to chase their own, to match what came in."""
    today, found = timezone.localdate(), []
    rule, dunning = policy.StopDelivery.on(today), policy.Dunning.on(today)
    for x in to_decide(viewer).select_related("contract__customer")[:5]:
        url = reverse("collection:instalment", args=[x.pk])
        found.append(_need(x, rule.number, today, url, 85, _("More than %(days)s days: stop delivery or grant grace?") % {"days": rule.days},
                           _ways_out(viewer, x, rule, today)))
    mine = open_ones(viewer).filter(contract__customer__owner=viewer, due_on__lt=today).filter(Q(promised_on__isnull=True) | Q(promised_on__lt=today))
    for x in mine.select_related("contract__customer").order_by("due_on", "pk")[:10]:
        url = reverse("collection:instalment", args=[x.pk])
        found.append(_need(x, dunning.number, today, url, 65, _("No promise still stands. Call and note one."),
                           [{"label": _("Note promise"), "url": f"{url}#promise", "primary": True, "method": "get"}]))
    if policy.holds(viewer, policy.KEEPERS):
        owing = Contract.objects.filter(customer=OuterRef("customer"), state="approved", instalments__collected__lt=F("instalments__amount"))
        for r in unmatched(viewer).filter(Exists(owing))[:5]:   # where nothing is open there is nothing to match it with
            url = reverse("collection:receipt", args=[r.pk])
            found.append({"clause": policy.Matching.number, "due": r.on, "late": False, "amount": r.unmatched, "weight": 50, "url": url,
                          "title": _("%(customer)s paid; %(amount)s yuan match no contract yet") % {"customer": r.customer, "amount": f"{r.unmatched:,.2f}"},
                          "text": f"{r.number} · {r.get_kind_display()}",
                          "verbs": [{"label": _("Match"), "url": url, "primary": True, "method": "get"}]})
    return found


def _ways_out(viewer, x, rule, today):
    """Stop now, or grace: to the day promised, within what the viewer may grant."""
    to = policy.grace_to(x.promised_on, today, policy.grace_limit(viewer, rule))
    return [{"label": _("Stop delivery"), "url": reverse("collection:stop", args=[x.pk]), "primary": False},
            {"label": _("Grace to %(day)s") % {"day": day_text(to)}, "url": reverse("collection:grace", args=[x.pk]), "primary": False,
             "fields": {"until": to.isoformat()}}]


def _need(x, clause, today, url, weight, why, verbs):
    return {"clause": clause, "due": x.due_on, "late": True, "amount": x.amount - x.collected, "weight": weight, "url": url, "verbs": verbs,
            "title": _("%(customer)s, instalment %(order)s: %(amount)s not in") % {
                "customer": x.contract.customer, "order": x.order, "amount": wan_text(x.amount - x.collected)},
            "text": f"{x.contract.number} · {why}"}


def timeline(viewer, customer):
    """Receipts and promises of a customer within reach, for its one timeline."""
    found = []
    for r in receipts(viewer).filter(customer=customer).prefetch_related("allocations__instalment__contract")[:200]:
        paid = "、".join(dict.fromkeys(str(a.instalment) for a in r.allocations.all()))
        found.append({"at": timezone.make_aware(datetime.combine(r.on, time(12))), "kind": "receipt", "icon": "coin", "who": r.recorded_by,
                      "amount": r.amount, "title": r.get_kind_display(), "text": paid or r.note or r.number,
                      "url": reverse("collection:receipt", args=[r.pk])})
    for x in Instalment.objects.seen_by(viewer).filter(contract__customer=customer, promises__gt=0).prefetch_related("promise_log__by")[:50]:
        for p in x.promise_log.all():
            found.append({"at": p.at, "kind": "promise", "icon": "message", "who": p.by, "amount": x.amount, "title": _("Promised %(day)s") % {"day": p.promised_on},
                          "text": " · ".join(filter(None, [str(x), p.said_by, p.note])), "url": reverse("collection:instalment", args=[x.pk])})
    return found


def narrowed(viewer, scope, span, *, kind="", q="", customer=None, unit=None, open=None):
    """Receipts in scope of a span as the list's filters say; `open`: with something left to match, of any day."""
    rows = Receipt.objects.in_scope(viewer, scope)
    rows = rows.filter(unmatched__gt=0) if open else rows.filter(on__range=(span.starts_on, span.ends_on))
    if kind:
        rows = rows.filter(kind=kind)
    if customer:
        rows = rows.filter(customer=customer)
    if unit:
        rows = rows.filter(customer__owner__in=[pk for pk, region in team.region_of(viewer).items() if region.pk == unit])
    if q.strip():
        near = [c.pk for c in customers_like(viewer, q, 200)]
        rows = rows.filter(Q(number__icontains=q.strip()) | Q(bank_reference__icontains=q.strip()) | Q(customer__in=near))
    return rows


def ordered(viewer, rows, sort):
    """The list's order: on or amount, "-" for downwards; the latest first otherwise."""
    if sort.removeprefix("-") not in {"on", "amount", "number"}:
        sort = "-on"
    back = "-" if sort.startswith("-") else ""
    return rows.order_by(sort, f"{back}pk").select_related("customer__owner", "recorded_by").prefetch_related("allocations__instalment__contract")


def summed(viewer, rows):
    """(how many, yuan, yuan unmatched) of receipts."""
    found = rows.order_by().aggregate(n=Count("pk"), s=Sum("amount"), u=Sum("unmatched"))
    return found["n"], sum_of(found["s"]), sum_of(found["u"])
