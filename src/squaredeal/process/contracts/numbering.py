"""Numbers of contracts and receipts: one after another within a year, none skipped, none used twice.

With actions.py the only writer: the row of numbers is locked until the transaction that took one ends, so a number taken by
what is refused in the end is free again.
"""
from django.db.models.functions import Length

from .models import Series


def take(model, prefix, year, count=1):
    """`count` fresh numbers for rows of `model` ("HC-2600013", …), in order. Call within a transaction."""
    head = f"{prefix}-{year % 100:02d}"
    row = Series.objects.select_for_update().filter(name=head).first()
    if row is None:
        Series.objects.get_or_create(name=head, defaults={"last": _highest(model, head)})
        row = Series.objects.select_for_update().get(name=head)
    first, row.last = row.last + 1, row.last + count
    row.save(update_fields=["last"])
    return [f"{head}{n:05d}" for n in range(first, first + count)]


def _highest(model, head):
    """The highest number already there, for rows that came by bulk before the first one was taken."""
    there = model.objects.filter(number__regex=rf"^{head}\d+$").order_by(Length("number").desc(), "-number")
    last = there.values_list("number", flat=True).first()
    return int(last.removeprefix(head)) if last else 0
