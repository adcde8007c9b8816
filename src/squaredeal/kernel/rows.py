"""Many rows of one kind at once, for imports and lists: asked for by one parameter, written in one prepared statement (by actions only)."""
import json
from datetime import date
from itertools import repeat

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import BigIntegerField, ExpressionWrapper, F
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


def numbered(path):
    """The key at `path` as a number reckoned for each row, to be compared with. PostgreSQL, which takes the joined rows for many more than
    they are, then does not begin at the other end, with all that one owner has."""
    return ExpressionWrapper(F(path) + 0, BigIntegerField())


def next_ids(model, count):
    """`count` fresh primary keys for rows of `model`, in order. On SQLite the transaction must be writing already."""
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [f'"{table}"', key, count])
            return [row[0] for row in cursor.fetchall()]
    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return list(range(last + 1, last + 1 + count))


def read(there):
    """The tuples of a `values_list` queryset, in its order; what a column says again and again is made once."""
    compiler = there.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    makers = compiler.get_converters([chosen[0] for chosen in compiler.select[:compiler.col_count]])
    if not makers or not found:
        return found
    columns, here = list(zip(*found, strict=True)), connections[DEFAULT_DB_ALIAS]
    for place, (steps, expression) in makers.items():
        made = {}
        for value in set(columns[place]):
            whole = value
            for step in steps:
                whole = step(whole, expression, here)
            made[value] = whole
        columns[place] = [made[value] for value in columns[place]]
    return list(zip(*columns, strict=True))


def columns(names, rows):
    """Tuples of many rows as `insert` takes them: {name: one value for each row}."""
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())


def insert(model, columns, **same):
    """Rows into the table of `model`: {attribute: one value for each row}, and what is the same in all; what neither says has its default."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    fields = [f for f in model._meta.concrete_fields if not f.generated and not (f.primary_key and f.attname not in columns)]
    said = [_ready(f, columns[f.attname]) if f.attname in columns else
            repeat(f.get_db_prep_save(same[f.attname] if f.attname in same else f.get_default(), connection), count) for f in fields]
    _many(f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(_quoted(f.column) for f in fields)}) "
          f"VALUES ({', '.join(['%s'] * len(fields))})", list(zip(*said, strict=True)))


def update(model, keys, columns):
    """The rows of `model` with these keys: {attribute: the value of each, in the order of the keys}."""
    if not keys:
        return
    fields = [model._meta.get_field(name) for name in columns]
    said = [_ready(f, column) for f, column in zip(fields, columns.values(), strict=True)]
    _many(f"UPDATE {_quoted(model._meta.db_table)} SET {', '.join(f'{_quoted(f.column)} = %s' for f in fields)} "
          f"WHERE {_quoted(model._meta.pk.column)} = %s", list(zip(*said, keys, strict=True)))


def _quoted(name):
    return connection.ops.quote_name(name)


def _ready(field, column):
    """A column of values of the field as the database is given them. Days, sums and states repeat, so each is made once."""
    kind, here = field.get_internal_type(), connections[DEFAULT_DB_ALIAS]
    if kind in _AS_IT_IS:
        return column
    if kind == "JSONField":
        once = {id(value): value for value in column}   # rows that say the same share one object
        said = {key: None if value is None else here.ops.adapt_json_value(value, field.encoder) for key, value in once.items()}
        return [said[id(value)] for value in column]
    made = {value: field.get_db_prep_save(value, here) for value in set(column)}
    return [made[value] for value in column]


def _many(statement, values):
    with connection.cursor() as cursor:
        for start in range(0, len(values), AT_ONCE):
            part = values[start:start + AT_ONCE]
            cursor.executemany(statement, part)
            progress.advance(len(part))
