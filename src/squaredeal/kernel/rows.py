"""Many rows of one kind at once, for imports and lists: asked for by one parameter, written in one prepared statement (by actions only)."""
import json
from datetime import date
from itertools import repeat

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models.expressions import RawSQL

from . import progress

AT_ONCE = 4000
"""Rows of one statement; between two of them the wait is told how far it is."""
_AS_IT_IS = frozenset({"CharField", "TextField", "ForeignKey", "OneToOneField", "BigAutoField", "EmailField", "IntegerField"})


def among(values):
    """The right side of `…__in` for many ids, days or texts, as one parameter: a thousand cost as little as one."""
    values = list(values)
    if not values:
        return []
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values, default=str)])
    kind = {int: "bigint", date: "date"}.get(type(values[0]), "text")
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [values])


def either(lists):
    """The right side of `…__in` for the keys in any of several short lists (cut querysets of one column), each read from its own index.

    As conditions joined by OR they would have PostgreSQL walk the whole table.
    """
    said, given = [], []
    for one in lists:
        try:
            sql, params = one.query.sql_with_params()
        except EmptyResultSet:
            continue
        said.append(f"SELECT * FROM ({sql}) AS list{len(said)}")
        given += params
    return RawSQL(" UNION ALL ".join(said), given) if said else []


def next_ids(model, count):
    """`count` fresh primary keys for rows of `model`, in order. On SQLite the transaction must be writing already."""
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [f'"{table}"', key, count])
            return [row[0] for row in cursor.fetchall()]
    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return list(range(last + 1, last + 1 + count))


def insert(model, rows):
    """Rows ({attribute: value}, all with the same attributes) into the table of `model`; what they do not say has its default."""
    if not rows:
        return
    fields = [f for f in model._meta.concrete_fields if not f.generated and not (f.primary_key and f.attname not in rows[0])]
    said = [f for f in fields if f.attname in rows[0]]
    rest = [f for f in fields if f.attname not in rows[0]]
    tail = tuple(f.get_db_prep_save(f.get_default(), connection) for f in rest)
    columns = [_ready(f, [row[f.attname] for row in rows]) for f in said]
    _many(f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(_quoted(f.column) for f in [*said, *rest])}) "
          f"VALUES ({', '.join(['%s'] * len(fields))})", list(zip(*columns, *(repeat(v, len(rows)) for v in tail), strict=True)))


def update(model, names, rows):
    """The fields `names` of rows of `model`: {key: (values in that order)}."""
    fields = [model._meta.get_field(name) for name in names]
    keys = sorted(rows)
    columns = [_ready(f, column) for f, column in zip(fields, zip(*map(rows.get, keys), strict=True), strict=True)] if keys else []
    _many(f"UPDATE {_quoted(model._meta.db_table)} SET {', '.join(f'{_quoted(f.column)} = %s' for f in fields)} "
          f"WHERE {_quoted(model._meta.pk.column)} = %s", list(zip(*columns, keys, strict=True)))


def _quoted(name):
    return connection.ops.quote_name(name)


def _ready(field, column):
    """A column of values of the field as the database is given them. Days, sums and states repeat, so each is made once."""
    kind, here = field.get_internal_type(), connections[DEFAULT_DB_ALIAS]
    if kind in _AS_IT_IS:
        return column
    if kind == "JSONField":
        return [None if value is None else here.ops.adapt_json_value(value, field.encoder) for value in column]
    made = {value: field.get_db_prep_save(value, here) for value in set(column)}
    return [made[value] for value in column]


def _many(statement, values):
    with connection.cursor() as cursor:
        for start in range(0, len(values), AT_ONCE):
            part = values[start:start + AT_ONCE]
            cursor.executemany(statement, part)
            progress.advance(len(part))
