"""The demo company's books: nothing in them was recorded later than now."""
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.site.demo.money import Book


@pytest.mark.django_db
def test_what_arrives_today_was_not_recorded_later_today():
    """A run computed in the small hours was told that receipts had come after it, for as long as the office was not open."""
    now = datetime.now(UTC)
    book = Book(Random(1), {"顾青": SimpleNamespace(pk=1)}, now.date(), [], 1, None)
    for day in (now.date() + timedelta(days=1), now.date(), now.date() - timedelta(days=9)):
        book.receipt(SimpleNamespace(pk=1), 1, day, 100, day)
    assert all(row[-1] <= datetime.now(UTC) for rows in (book.rows[Receipt], book.rows[Allocation]) for row in rows)
    assert book.rows[Receipt][-1][-1].date() == now.date() - timedelta(days=9)
