"""Numbers of a large table held in as few bytes as they need, and read as the long ones they came as: memory is what a large run is short of."""
from .attached import quoted

LONG = ("BIGINT", "HUGEINT")
SHORT = {"SMALLINT": 2**15, "INTEGER": 2**31}
MANY = 100_000
"""Rows from which on it is worth looking how large the numbers are."""


def packed(link, table):
    """{column: (the short kind that holds all its numbers, the kind it is read as)} of a table of many rows."""
    if link.execute(f"SELECT count(*) FROM {table}").fetchone()[0] < MANY:
        return {}
    kinds = {column: kind for column, kind, *_more in link.execute(f"DESCRIBE {table}").fetchall() if kind in LONG}
    if not kinds:
        return {}
    most = link.execute(f"SELECT {', '.join(f'greatest(max({quoted(c)}), -1 - min({quoted(c)}), 0)' for c in kinds)} FROM {table}").fetchone()
    fitting = {column: next((short for short, end in SHORT.items() if large < end), None) for column, large in zip(kinds, most, strict=True)}
    return {column: (short, kinds[column]) for column, short in fitting.items() if short}


def shorter(packs, column, cell):
    """A column as it is held, `cell` being SQL that reads it."""
    return f"CAST({cell} AS {packs[column][0]})" if column in packs else cell


def longer(packs, *more):
    """What a view says after * of its columns, so that they are the long numbers again; and of `more`, as SQL."""
    cells = [*more, *(f"CAST({quoted(column)} AS {kind}) AS {quoted(column)}" for column, (_short, kind) in packs.items())]
    return f" REPLACE ({', '.join(cells)})" if cells else ""
