"""Many receipts written in few statements: instalments of many customers locked in order, kept, and receipts reversed together."""
from collections import defaultdict

from django.db import connection
from django.db.models import F
from django.utils import timezone

from squaredeal.process.contracts import numbering
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer

from .models import Allocation, Receipt

CHUNK = 800
"""Values asked for in one query."""


def chunks(values):
    values = list(values)
    return [values[i:i + CHUNK] for i in range(0, len(values), CHUNK)]


def hold(customers):
    """Lock these customers (ids), by key: first of all, as recording one receipt does."""
    for part in chunks(sorted(customers)):
        list(Customer.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk").values_list("pk"))


def locked(customers, *, lock=True):
    """{id: Instalment} open in contracts in force of these customers (ids), locked by key, with their contracts."""
    owed = Instalment.objects.filter(contract__state=Contract.State.APPROVED, collected__lt=F("amount"))
    wanted = sorted(pk for part in chunks(sorted(customers)) for pk in owed.filter(contract__customer__in=part).values_list("pk", flat=True))
    return _by_key(wanted, lock)


def keep(instalments):
    """What was collected on these instalments, and whether delivery is still stopped."""
    table, decimal = connection.ops.quote_name(Instalment._meta.db_table), Instalment._meta.get_field("collected")
    day = Instalment._meta.get_field("grace_until")
    rows = [(decimal.get_db_prep_save(x.collected, connection), x.delivery_stopped, day.get_db_prep_save(x.grace_until, connection), x.pk)
            for x in sorted(instalments, key=lambda x: x.pk)]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET collected = %s, delivery_stopped = %s, grace_until = %s WHERE id = %s", rows)


def reverse(actor, ids, reason):
    """Reverse these receipts whole, as of today, save those reversed already or refunded since; returns the reversals."""
    today = timezone.localdate()
    receipts = {r.pk: r for part in chunks(ids)
                for r in Receipt.objects.select_for_update(of=("self",)).filter(pk__in=part, reversed_by__isnull=True).order_by("pk")}
    hold({r.customer_id for r in receipts.values()})
    theirs = defaultdict(list)
    for part in chunks(sorted(receipts)):
        for a in Allocation.objects.filter(receipt__in=part).order_by("pk"):
            theirs[a.receipt_id].append(a)
    parts = _by_key(sorted({a.instalment_id for found in theirs.values() for a in found}), True)
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
    keep(parts[pk] for pk in {a.instalment_id for a in back})
    for part in chunks([r.pk for r in going]):
        Receipt.objects.filter(pk__in=part).update(unmatched=0)
    return made


def _by_key(wanted, lock):
    rows = Instalment.objects.select_related("contract").order_by("pk")
    rows = rows.select_for_update(of=("self", "contract")) if lock else rows
    return {x.pk: x for part in chunks(wanted) for x in rows.filter(pk__in=part)}


def _refunds(parts):
    """{instalment id: [receipt id of each refund that stands]}."""
    found = defaultdict(list)
    for part in chunks(sorted(parts)):
        rows = Allocation.objects.filter(instalment__in=part, receipt__kind=Receipt.Kind.REFUND, receipt__reversed_by__isnull=True)
        for instalment, receipt in rows.values_list("instalment", "receipt"):
            found[instalment].append(receipt)
    return found
