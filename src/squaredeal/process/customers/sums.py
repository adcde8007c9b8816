"""What later chapters count in money for each customer: by it the list is sorted and totalled. Each says once which rows make it up."""
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import F, Sum

from squaredeal.kernel.money import sum_of
from squaredeal.kernel.rows import among


class Money(NamedTuple):
    """`rows(viewer)` are the rows that count within reach, `customer` the way from one to its customer, `amount` what it adds in yuan."""
    rows: Callable
    customer: str
    amount: Any


KINDS: dict[str, Money] = {}


def register(key, money):
    """Called once, from the section's AppConfig.ready."""
    KINDS[key] = money


class Reach(NamedTuple):
    """Whose reach the rows are read in, and how they are narrowed: `where(way to the customer)` is the condition."""
    viewer: Any
    where: Callable

    def of(self, key):
        rows, way, amount = KINDS[key]
        return rows(self.viewer).filter(self.where(way)).order_by(), way, amount


def totals(reach):
    """{key: yuan} over a reach, one query for each."""
    found = {}
    for key in KINDS:
        rows, _way, amount = reach.of(key)
        found[key] = sum_of(rows.aggregate(s=Sum(amount))["s"])
    return found


class Ranked:
    """`rows` of customers in the order of a sum, read a slice at a time: who has one first, most or least of it, then the others as they were."""

    def __init__(self, reach, rows, key, *, down):
        its, way, amount = reach.of(key)
        order = F("s").desc() if down else F("s").asc()
        self.rows, self.way = rows, way
        self.first = its.values_list(way).annotate(s=Sum(amount)).filter(s__gt=0).order_by(order, way).values_list(way, flat=True)

    def defer(self, *names):
        self.rows = self.rows.defer(*names)
        return self

    def __getitem__(self, part):
        start, stop = part.start or 0, part.stop
        here = list(self.first[start:stop])
        known = {c.pk: c for c in self.rows.filter(pk__in=here)} if here else {}
        shown = [known[pk] for pk in here if pk in known]
        if len(here) == stop - start:
            return shown
        with_one = list(self.first)
        others, far = self.rows.exclude(pk__in=among(with_one)) if with_one else self.rows, len(with_one)
        return shown + list(others[max(start - far, 0):stop - far])
