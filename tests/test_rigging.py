"""The rigging itself: a transactional test leaves nothing behind, append-only rows included, and the triggers stay."""
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from squaredeal.kernel.action import record
from squaredeal.kernel.models import Entry
from squaredeal.process.collection.models import Receipt
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Contact, Customer, GradeChange, Ownership
from squaredeal.process.followup.models import FollowUp, Obligation
from squaredeal.process.negotiation.models import Deal
from squaredeal.site import bulk


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


def test_no_write_of_what_there_is_most_of_pays_for_an_index_twice(db):
    """Nothing is asked by an index of one column where another begins with it."""
    for model in (GradeChange, Ownership, FollowUp, Obligation, Deal, Contract, Instalment, Receipt):
        partial = {i.name for i in (*model._meta.indexes, *model._meta.constraints) if getattr(i, "condition", None) is not None}
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        plain = {name: c["columns"] for name, c in there.items() if (c["index"] or c["unique"]) and name not in partial and c["columns"]}
        keys = {f.column for f in model._meta.concrete_fields if f.many_to_one}
        twice = [name for name, columns in plain.items() if len(columns) == 1 and columns[0] in keys
                 and any(other[0] == columns[0] for its, other in plain.items() if its != name)]
        assert twice == [], model


def test_a_bulk_load_leaves_indexes_as_they_were_and_lets_nothing_refer_to_what_is_not_there(db):
    def there():
        with connection.cursor() as cursor:
            return connection.introspection.get_constraints(cursor, Contact._meta.db_table)
    before = there()
    with bulk.unindexed(Customer, Contact):
        assert len(there()) < len(before)
        bulk.insert(Customer, ["id", "name"], [(7, "甲")])
        bulk.insert(Contact, ["id", "customer_id", "name"], [(7, 7, "王")])
    connection.check_constraints()
    assert there() == before and Contact.objects.get().customer.name == "甲"
    with pytest.raises(IntegrityError), transaction.atomic():
        with bulk.unindexed(Contact):
            bulk.insert(Contact, ["id", "customer_id", "name"], [(8, 8, "李")])
        connection.check_constraints()
