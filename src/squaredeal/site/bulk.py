"""Rows into a table as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite.

Only the demo company, whole-company imports and benchmarks use this; people's work goes through actions.
"""
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count

from django.db import connection, models

_ids: dict = {}


def ids(model):
    """A counter of fresh primary keys for `model`, continuing after what the table holds."""
    if model not in _ids:
        last = model._base_manager.aggregate(m=models.Max("pk"))["m"] or 0
        _ids[model] = count(last + 1)
    return _ids[model]


def start():
    """Forget counters of an earlier load."""
    _ids.clear()


def _sqlite(value):
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value


def _postgres(value):
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def insert(model, names, rows, *, batch=5000, told=None):
    """Insert `rows` (tuples in the order of `names`, attnames) into the table of `model`; other columns get their default.

    Returns the number of rows. `told(n)` is called after each batch.
    """
    fields = {f.attname: f for f in model._meta.concrete_fields}
    rest = [f for name, f in fields.items() if name not in names and not f.primary_key and not f.generated]
    defaults = [f.get_default() for f in rest]
    columns = [fields[name].column for name in names] + [f.column for f in rest]
    done, pack = 0, []
    convert = _sqlite if connection.vendor == "sqlite" else _postgres
    tail = tuple(convert(d) for d in defaults)
    for row in rows:
        pack.append((*map(convert, row), *tail))
        if len(pack) >= batch:
            done += _write(model, columns, pack)
            if told:
                told(len(pack))
            pack = []
    if pack:
        done += _write(model, columns, pack)
        if told:
            told(len(pack))
    return done


def _write(model, columns, pack):
    table, listed = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
    if connection.vendor == "sqlite":
        marks = ", ".join("?" for _ in columns)
        connection.ensure_connection()
        connection.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', pack)
    else:
        connection.ensure_connection()
        with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
            for row in pack:
                copy.write_row(row)
    return len(pack)


@contextmanager
def unindexed(*models):
    """Within a transaction: the tables of `models` are filled without their indexes, which are built once afterwards. Keys and unique ones stay.
    On PostgreSQL what they refer to is checked afterwards too, for a whole table at once and not row by row."""
    tables = [model._meta.db_table for model in models]
    postgres = connection.vendor == "postgresql"
    asked = ("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s" if postgres else
             "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s")
    with connection.cursor() as cursor:
        found = [row for table in tables for row in cursor.execute(asked, [table]).fetchall() if not row[1].startswith("CREATE UNIQUE")]
        keys = []
        if postgres:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")   # what is written until here: a table with checks due is not altered
            keys = [(table, *row) for table in tables for row in cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table]).fetchall()]
            for table, name, _made in keys:
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, _made in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for table, name, made in keys:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {made}')
        for _name, made in found:
            cursor.execute(made)
        if postgres:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def settle(*tables):
    """Set PostgreSQL's sequences after rows came with their own keys; refresh the planner's figures on both."""
    with connection.cursor() as cursor:
        for model in tables:
            if connection.vendor == "postgresql":
                table = model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT COALESCE(MAX(id), 1) FROM \"{table}\"))",
                               [f'"{table}"'])
        cursor.execute("ANALYZE")
