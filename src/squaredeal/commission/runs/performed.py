"""What is recorded of contracts beside signing and money, as facts of a computation: deliveries, acceptances, invoices, returns, bad debts …

Questions of the computation, as those of inputs.py. A fact is called e12c5: the event, and the contract it happened on.
"""
import re

from django.db.models import Q

from squaredeal.commission.credits.policy import EARNING
from squaredeal.process.contracts.models import Event

from . import inputs

KINDS = frozenset(Event.Kind.values)
NAMED = re.compile(r"e(\d+)c\d+")
GOODS = ("product", "quantity")
"""Columns that only these facts fill."""


def event_of(fact):
    """The id of the event that a fact is, or None."""
    found = NAMED.fullmatch(str(fact or ""))
    return int(found[1]) if found else None


def facts(viewer, kinds, first, last, said, as_of=None, people=None):
    """Facts of events of `kinds`, `first` to `last`, of contracts that earn; `said` are the attributes of their contracts; of `people` only what one of
    them signed or shares. What was taken back is no fact; `as_of`, a day, goes by what was known at its end."""
    kinds = KINDS & set(kinds)
    if not kinds:
        return []
    rows = Event.objects.filter(kind__in=sorted(kinds), on__range=(first, last), contract__state__in=EARNING)
    if as_of is None:
        rows = rows.filter(withdrawn_at__isnull=True)
    else:
        known = inputs.end_of(as_of)
        rows = rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=known), recorded_at__lt=known)
    if people is not None:
        rows = rows.filter(Q(contract__signed_by__in=people) | Q(contract__splits__person__in=people)).distinct()
    columns = ("pk", "kind", "on", "amount", "quantity", "product__code", "contract", "contract__customer", "contract__amount", *(f"contract__{name}" for name in said))
    return [{"kind": kind, "id": f"e{pk}c{contract}", "date": on, "amount": amount, "quantity": quantity, "product": product, "customer": customer, "contract": contract,
             "deal": f"c{contract}", "contract_amount": whole, "overdue_days": None, "means": None, "instalment": None, **dict(zip(said, more, strict=True))}
            for pk, kind, on, amount, quantity, product, contract, customer, whole, *more in rows.order_by("on", "pk").values_list(*columns)]


def told(viewer, lines):
    """Each of `lines` that is about an event keeps what it was: its kind, day and amount."""
    named = {line.detail["event"]: line for line in lines if "event" in line.detail}
    known = {pk: (kind, on, amount) for pk, kind, on, amount in Event.objects.filter(pk__in=named).values_list("pk", "kind", "on", "amount")} if named else {}
    for line in lines:
        if line.detail.get("event") in known:
            kind, on, amount = known[line.detail["event"]]
            line.detail["event"] = {"id": line.detail["event"], "kind": kind, "on": f"{on}", "amount": f"{amount}"}
