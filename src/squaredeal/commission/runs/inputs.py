"""What the engine is told of the firm: facts, credits, people, quotas, and what is posted already.

A second file of questions beside queries.py, because these are asked by the computation and not by a person: they begin
with the viewer too, who is FIRM when nothing may be missed, or one person for an estimate of their own month.
Each returns a list of plain dicts, one row per what the engine's table of that name holds.
"""
from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import reduce

from django.db.models import F, Q, Sum
from django.utils import timezone

from squaredeal.commission.credits import queries as credits
from squaredeal.commission.credits.policy import EARNING
from squaredeal.kernel.money import exact
from squaredeal.organisation.targets import queries as targets
from squaredeal.organisation.targets.models import Measure
from squaredeal.organisation.team.models import Assignment
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.collection.models import Allocation
from squaredeal.process.contracts.models import Instalment
from squaredeal.process.followup.models import ComplianceWeek

from .models import Line, Run
from .settling import Standing

POSTED = [Run.State.POSTED, Run.State.PAID]
ATTRIBUTES = {
    "id": "pk", "date": "on", "amount": "amount", "overdue_days": "days_overdue", "means": "receipt__kind",
    "customer": "receipt__customer_id", "contract": "instalment__contract_id", "vat_rate": "instalment__contract__vat_rate",
    "first_order": "instalment__contract__first_order", "below_floor": "instalment__contract__below_floor",
    "signed_on": "instalment__contract__signed_on", "contract_amount": "instalment__contract__amount",
    "list_total": "instalment__contract__list_total", "floor_total": "instalment__contract__floor_total",
    "cost_total": "instalment__contract__cost_total", "instalment": "instalment__kind",
}


def end_of(day):
    """The first moment after `day`, in the firm's time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def receipts_of(viewer, people, first, last):
    """Allocations `first` to `last`, not reversed, of contracts that one of `people` signed or shares, with receipt, customer, contract."""
    rows = Allocation.objects.filter(credits.of_people(FIRM, people), on__range=(first, last), instalment__contract__state__in=EARNING,
                                     receipt__reverses__isnull=True, receipt__reversed_by__isnull=True)
    return list(rows.select_related("receipt__customer", "instalment__contract").order_by("on", "pk"))


def fact_of(allocation):
    """The fact of one allocation, as `facts` gives it."""
    return _on_its_deal({"kind": "receipt"} | {name: reduce(getattr, path.split("__"), allocation) for name, path in ATTRIBUTES.items()})


def _on_its_deal(fact):
    """The fact with the deal it belongs to: its contract, called so that it is not taken for a receipt."""
    return {**fact, "deal": f"c{fact['contract']}"}


def facts(viewer, first, last, as_of=None):
    """Receipts matched to contracts that earn, `first` to `last`: amount in yuan including tax, VAT rate, days overdue, …

    A receipt reversed since is not a fact any more, nor is its reversal: what was paid on it comes back as a difference.
    `as_of`, a day, leaves out what was not recorded yet at its end.
    """
    return receipts(viewer, Allocation.objects.filter(on__range=(first, last)), as_of)


def receipts(viewer, rows, as_of=None):
    """The facts of some allocations, as `facts` gives them."""
    rows = rows.filter(instalment__contract__state__in=EARNING, receipt__reverses__isnull=True)
    if as_of is None:
        rows = rows.filter(receipt__reversed_by__isnull=True)
    else:
        known = end_of(as_of)
        rows = rows.filter(Q(receipt__reversed_by__isnull=True) | Q(receipt__reversed_by__recorded_at__gte=known), at__lt=known)
    return [_on_its_deal({"kind": "receipt", **dict(zip(ATTRIBUTES, row, strict=True))}) for row in rows.order_by("on", "pk").values_list(*ATTRIBUTES.values())]


def credit(viewer, facts):
    """Shares of receipts among `facts`: fact, payee, share, role, reason."""
    known = {fact["id"] for fact in facts}
    return [{"fact": c["allocation"], "payee": c["person"], "share": c["share"], "role": c["role"], "reason": c["reason"]}
            for c in credits.live(viewer, max((fact["date"] for fact in facts), default=None)) if c["allocation"] in known]


def people(viewer):
    """Dated assignments: payee, position (the role), unit, manager, from, to, hired, left. Where two overlap the later begins."""
    rows = Assignment.objects.order_by("person_id", "starts_on", "pk").values_list(
        "person_id", "position__role", "unit_id", "manager_id", "starts_on", "ends_on", "person__hired_on", "person__left_on")
    found = []
    for payee, position, unit, manager, starts_on, ends_on, hired, left in rows:
        if found and found[-1]["payee"] == payee:
            before = found[-1]
            if before["from"] == starts_on:
                found.pop()
            elif before["to"] is None or before["to"] >= starts_on:
                before["to"] = starts_on - timedelta(days=1)
        found.append({"payee": payee, "position": position, "unit": unit, "manager": manager, "from": starts_on, "to": ends_on,
                      "hired": hired, "left": left})
    return found


def quotas(viewer, first, last, measure):
    """Targets of receipts by person and month, yuan including tax: payee, measure, period, value."""
    grid = targets.monthly(viewer, Measure.RECEIPTS, first.replace(day=1), last.replace(day=1))
    return [{"payee": pk, "measure": measure, "period": f"{month:%Y-%m}", "value": amount}
            for (kind, pk), months in grid.items() if kind == "person" for month, amount in months.items()]


def scores(viewer, first, last, names):
    """Follow-ups done in time, of those that were due and not excused, by person and month of the week's Monday, as a part of one: payee, name, period, value, once for
    each of `names`. Who had none due has no score."""
    done = defaultdict(lambda: [0, 0])
    for person, week, due, met, excused in ComplianceWeek.objects.filter(week__range=(first, last)).values_list("person", "week", "due", "met", "excused") if names else ():
        done[person, f"{week:%Y-%m}"][0] += met
        done[person, f"{week:%Y-%m}"][1] += due - excused
    return [{"payee": person, "name": name, "period": month, "value": (Decimal(met) / due).quantize(Decimal("0.0001"))}
            for (person, month), (met, due) in sorted(done.items()) if due > 0 for name in names]


def posted(viewer, person=None):
    """The ledger so far by the plan version that made it: {version id: [dict(person, key, earned, held, reserved, fact_period)]}, sums per key; of one `person` or all."""
    lines = Line.objects.seen_by(viewer).filter(run__state__in=POSTED)
    rows = ((lines.filter(person=person) if person else lines).values_list("plan", "person", "key", "fact_period")
            .annotate(Sum("difference"), Sum("held"), Sum("reserved")).order_by("key"))
    found = defaultdict(list)
    for plan, person, key, where, earned, held, reserved in rows:
        found[plan].append({"person": person, "key": key, "earned": exact(earned), "held": exact(held), "reserved": exact(reserved), "fact_period": where})
    return found


def last_lines(viewer, keys):
    """{key: the last posted line of it}, for keys a run corrects."""
    found = {}
    for start in range(0, len(keys), 500):
        rows = Line.objects.seen_by(viewer).filter(key__in=keys[start:start + 500], run__state__in=POSTED).order_by("pk")
        found.update({line.key: line for line in rows})
    return found


def reversals(viewer, allocations):
    """{allocation id as text: (number, day) of the receipt that reversed it}."""
    rows = Allocation.objects.filter(pk__in=allocations, receipt__reversed_by__isnull=False)
    return {str(pk): (number, f"{on:%Y-%m-%d}") for pk, number, on in rows.values_list("pk", "receipt__reversed_by__number", "receipt__reversed_by__on")}


def standing(viewer, person=None):
    """{person id: Standing} out of their last posted statement, where something stands; of one `person` or all."""
    found, rows = {}, Run.objects.filter(state__in=POSTED)
    rows = (rows.filter(statements__person=person) if person else rows).order_by("period__starts_on").values_list(
        "statements__person", "statements__carried", "statements__left", "period__ends_on", "statements__steps")
    for person, balance, left, ends_on, steps in rows:
        if person is not None:
            found[person] = Standing(balance, left, Decimal(steps.get("small", 0)), ends_on, steps.get("counted", {}), steps.get("gone", {}), steps.get("owed", {}))
    return {person: stands for person, stands in found.items() if stands.open or stands.counted or stands.gone}


def promised(viewer, person, day, last):
    """Instalments of contracts `person` signed that are promised between `day` and `last`, the soonest first; at most four."""
    rows = Instalment.objects.seen_by(viewer).filter(contract__signed_by=person, contract__state="approved", promised_on__range=(day, last),
                                                     collected__lt=F("amount"))
    return list(rows.select_related("contract__customer").order_by("promised_on", "pk")[:4])
