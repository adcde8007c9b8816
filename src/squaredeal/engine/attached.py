"""A Parquet file as a table that is read where it is used, column by column, and never held whole in Python."""
from functools import cached_property, lru_cache

import duckdb
import pyarrow as pa

AT_ONCE = 150
"""Answers asked for in one query."""


def quoted(name):
    """A column's name as SQL, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def text_of(value):
    """A text as SQL."""
    return "'" + value.replace("'", "''") + "'"


@lru_cache(1)
def _base():
    return duckdb.connect(config={"threads": 2})


def scratch():
    """A connection for looking at input; one database for all, as opening one is slow."""
    found = _base().cursor()
    found.execute("SET enable_progress_bar = false")
    return found


def answers(link, cells):
    """One row of answers about `incoming`; asked for some at a time, since the database takes the square of their number to get ready."""
    parts = [cells[first:first + AT_ONCE] for first in range(0, len(cells), AT_ONCE)]
    return [answer for part in parts for row in link.execute(f"SELECT {', '.join(part)} FROM incoming").fetchall() for answer in row]


class Stored:
    """What the engine asks of a table, of a file: names and kinds of its columns, number of rows, and itself as SQL."""

    def __init__(self, path, sql=None):
        self.path = path
        self.sql = sql or f"SELECT * FROM read_parquet({text_of(str(path))})"

    @cached_property
    def schema(self):
        found = scratch().sql(f"{self.sql} LIMIT 0").to_arrow_table().schema
        plain = [(name, pa.string() if pa.types.is_large_string(sort) or pa.types.is_string_view(sort) else sort) for name, sort in zip(found.names, found.types, strict=True)]
        return pa.schema(plain)

    @property
    def column_names(self):
        return self.schema.names

    @cached_property
    def num_rows(self):
        return scratch().execute(f"SELECT count(*) FROM ({self.sql})").fetchone()[0]

    def rename_columns(self, names):
        cells = [f"{quoted(old)} AS {quoted(new)}"
                 for old, new in zip(self.column_names, names, strict=True)]
        return Stored(self.path, sql=f"SELECT {', '.join(cells)} FROM ({self.sql})")

    def to_pylist(self):
        return scratch().sql(self.sql).to_arrow_table().to_pylist()


def attach(link, table, name="incoming"):
    """Make a table known to a connection under a name."""
    if isinstance(table, Stored):
        link.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {table.sql}")
    else:
        link.register(name, table)


def detach(link, table, name="incoming"):
    if isinstance(table, Stored):
        link.execute(f"DROP VIEW {name}")
    else:
        link.unregister(name)
