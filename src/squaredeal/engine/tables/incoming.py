"""What comes in for a table: rows, Arrow, or a CSV, Parquet or XLSX file, as one Arrow table (or the file itself) with standard column names."""
import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import duckdb
import pyarrow as pa

from ..attached import Stored, scratch
from ..formula.naming import standard
from ..problems import PlanProblems, problem
from .columns import HEADERS, NEEDED

MOST_COLUMNS = 1_000
"""Of one table; looking at each takes time, and no export known has a quarter of them."""


def named(name, table):
    """The table with Chinese names of standard columns as their standard names, one that has no name by its place; two columns of one name are refused."""
    own = HEADERS[name]
    names = [own.get(str(c).strip()) or standard(c) or f"column{place}" for place, c in enumerate(table.column_names)]
    if any("\0" in c for c in names):
        raise PlanProblems([problem(name, "列名里有空字符", "the name of a column holds a null character", "改列名", "rename the column")])
    if len(names) > MOST_COLUMNS:
        raise PlanProblems([problem(name, f"有 {len(names):,} 列，最多 {MOST_COLUMNS:,} 列", f"has {len(names):,} columns, at most {MOST_COLUMNS:,} are read", "用不着的列删掉", "leave out those nobody needs")])
    twice = sorted(c for c, many in Counter(names).items() if many > 1)
    if twice:
        raise PlanProblems([problem(name, f"列名重复：{'、'.join(twice)}", f"columns stand twice: {', '.join(twice)}", "删掉一列", "remove one")])
    return table.rename_columns(names) if names != list(table.column_names) else table


def arrow(name, table):
    """Rows (mappings), an Arrow table, the path of a file, or nothing."""
    if table is None:
        return pa.table({c: pa.array([], pa.string()) for c in NEEDED[name]})
    if isinstance(table, (str, Path)):
        return _file(name, Path(table))
    if isinstance(table, (pa.Table, Stored)):
        return table
    rows = list(table)
    if rows and not isinstance(rows[0], Mapping):
        raise TypeError(f"{name}: rows must be mappings, not {type(rows[0]).__name__}")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if not columns:
        return arrow(name, None)
    return pa.table({c: _column([row.get(c) for row in rows]) for c in columns})


def _column(values):
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return pa.array(values, pa.bool_())
    if known and all(isinstance(v, date) for v in known):
        return pa.array([v.date() if isinstance(v, datetime) else v for v in values], pa.date32())
    return pa.array([None if v is None or v == "" else _plain(v) for v in values], pa.string())


def _plain(value):
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return "true" if value is True else "false" if value is False else value.isoformat() if isinstance(value, date) else str(value)


def _file(name, path):
    if not path.is_file():
        raise PlanProblems([problem(str(path), "没有这个文件", "there is no such file")])
    try:
        if path.suffix == ".xlsx":
            return _filled(_sheet(path))
        if path.suffix == ".csv":
            found = _of_excel(path) if _wide(path) else None
            return _filled(found if found is not None else scratch().read_csv(str(path), all_varchar=True, header=True, comment="").to_arrow_table())
        found = Stored(path)
        if "" in found.column_names:
            raise ValueError("a column has no name · 有一列没有列名")
        return found
    except (duckdb.Error, OSError, ValueError) as wrong:
        found = _of_excel(path) if path.suffix == ".csv" else None
        if found is not None:
            return _filled(found)
        raise PlanProblems([problem(str(path), f"读不了：{str(wrong).splitlines()[0][:200]}", f"cannot be read: {str(wrong).splitlines()[0][:200]}",
                                    "CSV 存成 UTF-8，第一行是列名", "save the CSV as UTF-8 with column names in the first line")]) from None


def _filled(table):
    """The table without the empty rows at its end, which Excel saves."""
    many = table.num_rows
    while many and all(column[many - 1].as_py() in (None, "") for column in table.columns):
        many -= 1
    return table.slice(0, many)


WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins, as Excel saves its Unicode text."""


def _wide(path):
    with path.open("rb") as file:
        return file.read(2) in WIDE


def _of_excel(path):
    """A CSV in an encoding Excel saves it in, UTF-16 or, a Chinese one, GB18030; None where it is another reason that it cannot be read."""
    try:
        text = _text(path.read_bytes())
        head = (text or "").split("\n", 1)[0]
        rows = [row for row in csv.reader(StringIO(text or "", newline=""), delimiter=max(",;\t", key=head.count)) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    head = rows[0] if rows else []
    if not head or len(set(head)) < len(head) or any(len(row) > len(head) for row in rows):
        return None
    return pa.table({h: pa.array([row[i] or None if i < len(row) else None for row in rows[1:]], pa.string()) for i, h in enumerate(head)})


def _text(data):
    """What such bytes say; None where they are in no such encoding."""
    if data[:2] in WIDE:
        return data.decode("utf-16")
    return None if _utf8(data) or b"\0" in data else data.decode("gb18030")


def _utf8(data):
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def _sheet(path):
    from python_calamine import CalamineError, CalamineWorkbook
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except CalamineError as wrong:
        raise ValueError(str(wrong)) from None
    if not rows:
        raise ValueError("the first sheet is empty · 第一张表是空的")
    head = [str(c) for c in rows[0]]
    cells = [[None if v == "" else v.date().isoformat() if isinstance(v, datetime) else _plain(int(v) if isinstance(v, float) and v.is_integer() else v)
              for v in row] for row in rows[1:]]
    there = [i for i, h in enumerate(head) if h.strip() or any(row[i] is not None for row in cells)]
    return pa.Table.from_arrays([pa.array([row[i] for row in cells], pa.string()) for i in there], names=[head[i] for i in there])
