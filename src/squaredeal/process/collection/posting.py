"""Many receipts written in few statements: instalments of many customers locked in order, kept, and receipts reversed together."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from squaredeal.kernel import rows
from squaredeal.process.contracts import numbering
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer

from . import policy
from .models import Allocation, Receipt


@dataclass(slots=True)
class Owed:
    """What is read and changed of an instalment here: many are, so no more than needed. Amounts in yuan."""
    pk: int
    amount: Decimal
    collected: Decimal
    due_on: date
    delivery_stopped: bool
    grace_until: date | None
    contract: int
    customer: int


def hold(customers):
    """Lock these customers (ids), by key: first of all, as recording one receipt does."""
    rows.read(Customer.objects.select_for_update().filter(pk__in=rows.among(sorted(customers))).order_by("pk").values_list("pk"))


def locked(customers, *, lock=True):
    """{id: Owed} open in contracts in force of these customers (ids), locked by key, their contracts too."""
    return _by_key(Instalment.objects.filter(contract__state=Contract.State.APPROVED, collected__lt=F("amount"),
                                             contract__customer__in=rows.among(sorted(customers))), lock)


def record(actor, receipts, parts):
    """Write receipts [(number, customer id, facts, {instalment id: yuan})] paid to `parts` {id: Owed}; returns their ids in order."""
    ids = rows.next_ids(Receipt, len(receipts))
    numbers, customers, facts, paid = zip(*receipts, strict=True)
    said = {name: [v[name] for v in facts] for name in ("on", "amount", "kind", "bank_reference", "note")}
    rows.insert(Receipt, {"id": ids, "number": numbers, "customer_id": customers, **said,
                          "unmatched": [amount - sum(matches.values()) for amount, matches in zip(said["amount"], paid, strict=True)]},
                recorded_by_id=actor.pk)
    made = [(pk, part, amount, on, policy.days_overdue(on, parts[part].due_on))
            for pk, on, matches in zip(ids, said["on"], paid, strict=True) for part, amount in matches.items()]
    rows.insert(Allocation, rows.columns(("receipt_id", "instalment_id", "amount", "on", "days_overdue"), made), by_id=actor.pk)
    keep([parts[pk] for pk in {pk for matches in paid for pk in matches}])
    return ids


def keep(instalments):
    """What was collected on these instalments, and whether delivery is still stopped."""
    there = sorted(instalments, key=lambda x: x.pk)
    rows.update(Instalment, [x.pk for x in there], {"collected": [x.collected for x in there], "delivery_stopped": [x.delivery_stopped for x in there],
                                                    "grace_until": [x.grace_until for x in there]})


def reverse(actor, ids, reason):
    """Reverse these receipts whole, as of today, save those reversed already or refunded since; returns the reversals."""
    today = timezone.localdate()
    standing = Receipt.objects.select_for_update(of=("self",)).filter(pk__in=rows.among(ids), reversed_by__isnull=True)
    receipts = {r.pk: r for r in standing.order_by("pk")}
    hold({r.customer_id for r in receipts.values()})
    theirs = defaultdict(list)
    for a in Allocation.objects.filter(receipt__in=rows.among(receipts)).order_by("pk"):
        theirs[a.receipt_id].append(a)
    parts = _by_key(Instalment.objects.filter(pk__in=rows.among(sorted({a.instalment_id for found in theirs.values() for a in found}))), True)
    refunds = _refunds(parts)
    going = [r for r in receipts.values() if not any(refund > r.pk for a in theirs[r.pk] for refund in refunds[a.instalment_id])
             and all(parts[a.instalment_id].collected >= a.amount for a in theirs[r.pk])]
    numbers = numbering.take(Receipt, "SK", today.year, len(going))
    made = [Receipt(number=number, customer_id=r.customer_id, on=max(today, r.on), amount=-r.amount, kind=Receipt.Kind.REVERSAL, reverses=r,
                    note=reason[:200], recorded_by=actor) for number, r in zip(numbers, going, strict=True)]
    Receipt.objects.bulk_create(made, batch_size=2000)
    back = [Allocation(receipt=m, instalment_id=a.instalment_id, amount=-a.amount, on=m.on, days_overdue=a.days_overdue, by=actor)
            for m in made for a in theirs[m.reverses_id]]
    Allocation.objects.bulk_create(back, batch_size=2000)
    for a in back:
        parts[a.instalment_id].collected += a.amount
    keep([parts[pk] for pk in {a.instalment_id for a in back}])
    Receipt.objects.filter(pk__in=rows.among(r.pk for r in going)).update(unmatched=0)
    return made


def _by_key(there, lock):
    there = there.order_by("pk")
    there = there.select_for_update() if lock else there   # of the joined contracts too
    return {said[0]: Owed(*said) for said in rows.read(there.values_list(
        "pk", "amount", "collected", "due_on", "delivery_stopped", "grace_until", "contract", "contract__customer"))}


def _refunds(parts):
    """{instalment id: [receipt id of each refund that stands]}."""
    found = defaultdict(list)
    there = Allocation.objects.filter(instalment__in=rows.among(parts), receipt__kind=Receipt.Kind.REFUND, receipt__reversed_by__isnull=True)
    for instalment, receipt in there.values_list("instalment", "receipt"):
        found[instalment].append(receipt)
    return found
