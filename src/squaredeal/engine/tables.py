"""The tables a plan runs on: read from files, rows or Arrow, typed, and checked all at once; nothing is dropped silently."""
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from .problems import PlanProblems, problem

NAMES = ("facts", "credits", "people", "quotas", "scores", "periods", "posted")
NEEDED = {"facts": ("id", "kind", "date", "amount"), "credits": ("fact", "payee", "share"), "people": ("payee", "position", "from"),
          "quotas": ("payee", "measure", "period", "value"), "scores": ("payee", "period", "name", "value"), "periods": ("id", "from", "to"),
          "posted": ("key", "earned")}
TEXT = {"id", "kind", "deal", "customer", "product", "currency", "fact", "payee", "role", "position", "unit", "manager", "measure", "period",
        "name", "key", "component", "contract", "channel", "level"}
DATES = {"date", "from", "to", "hired", "left", "probation_until", "due_date", "signed_on"}
MONEY = {"amount", "quantity", "value", "share", "earned", "reserved", "payout", "cost", "vat_rate", "overdue_days"}
OPTIONAL = {"credits": {"role": "text"}, "people": {"to": "date", "unit": "text", "manager": "text"}}
"""Columns a table may leave out; they are then empty (a credit without a role is its owner's)."""
KIND = {"text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN", "number": "HUGEINT"}


class Tables:
    """Input tables by name; each is a list of dicts, an Arrow table, or the path of a CSV, Parquet or XLSX file."""

    def __init__(self, facts=None, credits=None, people=None, quotas=None, scores=None, periods=None, posted=None):
        given = (facts, credits, people, quotas, scores, periods, posted)
        self.arrow = {name: _arrow(name, table) for name, table in zip(NAMES, given, strict=True)}
        self._kinds = {name: _column_kinds(name, table) for name, table in self.arrow.items()}

    def with_posted(self, posted):
        """The same tables with another ledger: rows, Arrow, or the path of a CSV or Parquet file of lines."""
        other = object.__new__(Tables)
        ledger = _arrow("posted", posted)
        if "key" not in ledger.column_names and "id" in ledger.column_names:
            ledger = ledger.rename_columns(["key" if c == "id" else c for c in ledger.column_names])
        other.arrow = {**self.arrow, "posted": ledger}
        other._kinds = {**self._kinds, "posted": _column_kinds("posted", ledger)}
        return other

    def kinds(self):
        """{column: formula kind} of the attributes facts and people bring."""
        found = {}
        for name in ("people", "facts"):
            found.update({c: "rate" if k == "number" and c.endswith(("_rate", "_pct")) else k for c, k in self._kinds[name].items()})
        return found

    def columns(self, name):
        return self._kinds[name]

    def open(self, memory="2GB", threads=2):
        """A DuckDB connection holding the typed tables; numbers are integers of 10⁻⁸. Files cannot be reached from it."""
        link = duckdb.connect(config={"threads": threads, "memory_limit": memory})
        for name, table in self.arrow.items():
            link.register("incoming", table)
            columns = [f"{_typed(column, kind, column in table.column_names)} AS \"{column}\"" for column, kind in self._kinds[name].items()]
            link.execute(f"CREATE TABLE {name} AS SELECT {', '.join(columns)} FROM incoming")
            link.unregister("incoming")
        return link

    def check(self, plan):
        """What is wrong in the tables, with table, row or id, column, reason and remedy."""
        found = [problem(name, f"缺 {'、'.join(missing)} 列", f"lacks the columns {', '.join(missing)}", "补上这几列", "add them")
                 for name, wanted in NEEDED.items() if self.arrow[name].num_rows
                 for missing in [[c for c in wanted if c not in self.arrow[name].column_names]] if missing]
        if found:
            return found
        for name, kinds in self._kinds.items():
            found += _unreadable(name, self.arrow[name], kinds)
        if found:
            return found
        link = self.open()
        for sql, place, zh, en, todo_zh, todo_en in CHECKS:
            rows = link.execute(sql).fetchall()
            if rows:
                some = "、".join(str(r[0]) for r in rows[:5])
                more = f" …共 {len(rows)}" if len(rows) > 5 else ""
                found.append(problem(place, f"{zh}：{some}{more}", f"{en}: {some.replace('、', ', ')}{f' … {len(rows)} in all' if more else ''}",
                                     todo_zh, todo_en))
        if plan.period == "table" and not self.arrow["periods"].num_rows:
            found.append(problem("periods", "方案用自己的期间表，却没有给", "the plan uses its own periods, but none are given",
                                 "给出 periods 表", "give the periods table"))
        return found


CHECKS = [
    ("SELECT id FROM facts GROUP BY id HAVING count(*) > 1", "facts.id", "事实编号重复", "the same id stands twice",
     "每个事实一个编号", "give each fact its own id"),
    ("SELECT id FROM facts WHERE date IS NULL OR amount IS NULL OR kind IS NULL", "facts", "日期、金额或类别是空的",
     "date, amount or kind is empty", "补上", "fill them in"),
    ("SELECT DISTINCT c.fact FROM credits c ANTI JOIN facts f ON f.id = c.fact", "credits.fact", "没有这个事实", "there is no such fact",
     "删掉这行，或补上事实", "remove the row or add the fact"),
    ("SELECT DISTINCT c.payee FROM credits c ANTI JOIN people p ON p.payee = c.payee", "credits.payee", "没有这个人", "there is no such person",
     "补进 people", "add the person to people"),
    ("SELECT fact FROM credits WHERE role IS DISTINCT FROM 'overlay' GROUP BY fact HAVING sum(share) <> 100000000", "credits.share",
     "份额加起来不是 1", "shares do not sum to 1", "改份额，或把多出的标成 overlay", "mend the shares, or mark the extra one as overlay"),
    ("SELECT a.payee FROM people a JOIN people b ON a.payee = b.payee AND a.rowid < b.rowid AND a.\"from\" <= coalesce(b.\"to\", DATE '9999-12-31') "
     "AND b.\"from\" <= coalesce(a.\"to\", DATE '9999-12-31') GROUP BY 1", "people", "任命的日期重叠", "assignments overlap",
     "前一段在后一段开始前结束", "end the earlier before the later begins"),
    ("SELECT payee FROM people WHERE \"to\" < \"from\"", "people.to", "结束早于开始", "ends before it begins", "改日期", "change the dates"),
    ("SELECT a.id FROM periods a JOIN periods b ON a.id < b.id AND a.\"from\" <= b.\"to\" AND b.\"from\" <= a.\"to\" GROUP BY 1", "periods",
     "期间重叠", "periods overlap", "改起止日", "change the days"),
    ("SELECT payee || ' ' || measure || ' ' || period FROM quotas GROUP BY payee, measure, period HAVING count(*) > 1", "quotas",
     "同一人同一期有两个目标", "two quotas for the same person and period", "留一个", "keep one"),
]


def read_tables(folder):
    """Tables from a folder: facts, credits, people, quotas, scores, periods, posted as .parquet, .csv or .xlsx."""
    folder, found = Path(folder), {}
    if not folder.is_dir():
        raise PlanProblems([problem(str(folder), "没有这个文件夹", "there is no such folder", "给出放着 facts.csv 的文件夹",
                                    "give the folder that holds facts.csv")])
    for name in NAMES:
        for ending in ("parquet", "csv", "xlsx"):
            path = folder / f"{name}.{ending}"
            if path.is_file():
                found[name] = path
                break
    if "facts" not in found:
        raise PlanProblems([problem(str(folder), "里面没有 facts.csv", "holds no facts.csv", "放进事实表", "put the table of facts there")])
    return Tables(**found)


def _arrow(name, table):
    if table is None:
        return pa.table({c: pa.array([], pa.string()) for c in NEEDED[name]})
    if isinstance(table, (str, Path)):
        return _file(Path(table))
    if isinstance(table, pa.Table):
        return table
    rows = list(table)
    if rows and not isinstance(rows[0], Mapping):
        raise TypeError(f"{name}: rows must be mappings, not {type(rows[0]).__name__}")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if not columns:
        return _arrow(name, None)
    return pa.table({c: _column([row.get(c) for row in rows]) for c in columns})


def _column(values):
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return pa.array(values, pa.bool_())
    if known and all(isinstance(v, date) for v in known):
        return pa.array([v.date() if isinstance(v, datetime) else v for v in values], pa.date32())
    return pa.array([None if v is None or v == "" else format(v, "f") if isinstance(v, Decimal) else str(v) for v in values], pa.string())


def _file(path):
    if path.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        head = [str(c) for c in rows[0]] if rows else []
        cells = [[None if v == "" else v.isoformat() if isinstance(v, date) else f"{v:.0f}" if isinstance(v, float) and v.is_integer() else str(v)
                  for v in row] for row in rows[1:]]
        return pa.table({h: pa.array([row[i] for row in cells], pa.string()) for i, h in enumerate(head)})
    link = duckdb.connect()
    reader = f"read_csv('{str(path).replace(chr(39), chr(39) * 2)}', all_varchar = true, header = true)" if path.suffix == ".csv" \
        else f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
    return link.sql(f"SELECT * FROM {reader}").to_arrow_table()


def _column_kinds(name, table):
    found = {}
    for field in table.schema:
        column, sort = field.name, field.type
        if column in TEXT:
            found[column] = "text"
        elif column in DATES or pa.types.is_date(sort) or pa.types.is_timestamp(sort):
            found[column] = "date"
        elif pa.types.is_boolean(sort):
            found[column] = "bool"
        elif column in MONEY or pa.types.is_decimal(sort) or pa.types.is_integer(sort) or pa.types.is_floating(sort):
            found[column] = "number"
        else:
            found[column] = _guess(table.column(column))
    return {**{c: k for c, k in OPTIONAL.get(name, {}).items() if c not in found}, **found}


def _guess(values):
    """text, unless every value that is there reads as a number, a day, or true/false."""
    known = {v for v in values.to_pylist() if v not in (None, "")} if len(values) < 2_000_000 else set(values.slice(0, 10_000).to_pylist()) - {None, ""}
    if not known:
        return "text"
    if known <= {"true", "false", "True", "False", "是", "否"}:
        return "bool"
    for kind, read in (("number", Decimal), ("date", date.fromisoformat)):
        try:
            for value in known:
                read(str(value))
            return kind
        except (ValueError, ArithmeticError):
            continue
    return "text"


def _typed(column, kind, given=True):
    name = f'"{column}"'
    if column == "role":
        return f"coalesce(nullif({name}, ''), 'owner')" if given else "'owner'"
    if not given:
        return f"CAST(NULL AS {KIND[kind]})"
    if kind == "number":
        return f"CAST(CAST({name} AS DECIMAL(28, 8)) * 100000000 AS HUGEINT)"
    if kind == "bool":
        return f"CAST(CASE CAST({name} AS VARCHAR) WHEN '是' THEN 'true' WHEN '否' THEN 'false' ELSE CAST({name} AS VARCHAR) END AS BOOLEAN)"
    return f"CAST(nullif(CAST({name} AS VARCHAR), '') AS {KIND[kind]})"


def _unreadable(name, table, kinds):
    found = []
    for column, kind in kinds.items():
        if column not in table.column_names or kind not in {"number", "date"} or not pa.types.is_string(table.schema.field(column).type):
            continue
        read = Decimal if kind == "number" else date.fromisoformat
        for row, value in enumerate(table.column(column).to_pylist(), 2):
            if value in (None, ""):
                continue
            try:
                read(value)
            except (ValueError, ArithmeticError):
                what = {"number": ("数字", "a number"), "date": ("日期", "a day like 2026-01-31")}[kind]
                found.append(problem(f"{name} row {row} {column}", f"“{value}”不是{what[0]}", f"“{value}” is not {what[1]}"))
    return found
