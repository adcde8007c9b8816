"""Per cents in the cells of a table, read as the fractions they are: 13% is 0.13. Only where a rate or a plain number is looked for, never in money or days."""
import pyarrow as pa

from ..attached import Stored, answers, attach, quoted, scratch
from .columns import COLUMNS

WRITTEN = r"[+-]?\d{1,18}(\.\d{1,6})? ?[%％]"
FITTING = {"rate", "number"}


def plain(name, table, declared, number):
    """The table with its per cents as fractions; the table itself where it has none. `declared` are the kinds a plan says, `number` is how numbers are written."""
    asked = [f.name for f in table.schema if pa.types.is_string(f.type) and _may(name, f.name, declared)] if table.num_rows else []
    if not asked:
        return table
    link = scratch()
    attach(link, table)
    cells = []
    for column in asked:
        cell = f"nullif(trim({quoted(column)}), '')"
        cells += [f"bool_or(right({cell}, 1) IN ('%', '％'))", "TRUE" if _usual(name, column) or column in declared else f"bool_and(right({cell}, 1) IN ('%', '％') OR regexp_full_match({cell}, '{number}'))"]
    found = answers(link, cells)
    changed = {column for place, column in enumerate(asked) if found[place * 2] and found[place * 2 + 1]}
    if changed:
        sql = f"SELECT {', '.join(_fraction(c) if c in changed else quoted(c) for c in table.column_names)}"
        table = Stored(table.path, sql=f"{sql} FROM ({table.sql})") if isinstance(table, Stored) else link.sql(f"{sql} FROM incoming").to_arrow_table()
    link.close()
    return table


def _usual(name, column):
    return COLUMNS.get(name, {}).get(column, ("",))[0]


def _may(name, column, declared):
    if column in declared:
        return declared[column] in FITTING
    return (_usual(name, column) or "rate") == "rate" or (name in ("quotas", "scores") and column == "value")


def _fraction(column):
    own = quoted(column)
    return (f"CASE WHEN regexp_full_match(trim({own}), '{WRITTEN}') THEN CAST(CAST(trim(rtrim(trim({own}), '%％')) AS DECIMAL(26, 8)) * CAST(0.01 AS DECIMAL(3, 2)) AS VARCHAR) "
            f"ELSE {own} END AS {own}")
