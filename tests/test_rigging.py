"""The rigging itself: a transactional test leaves nothing behind, append-only rows included, and the triggers stay."""
import pytest
from django.db import DatabaseError, connection, transaction

from squaredeal.kernel.action import record
from squaredeal.kernel.models import Entry


@pytest.mark.parametrize("turn", [1, 2])
def test_each_turn_begins_empty_and_the_audit_refuses_change(transactional_db, turn):
    assert not Entry.objects.exists()
    record(None, "rigging.turn", str(turn), {})
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(verb="rewritten")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().verb == "rigging.turn"


def test_sqlite_tests_run_in_a_file(db):
    """Threads and the live server must meet in one database, as in the product."""
    if connection.vendor == "sqlite":
        assert not connection.is_in_memory_db()
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    else:
        assert connection.vendor == "postgresql"
