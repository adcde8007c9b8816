"""Writing results: each file whole or not at all (temporary file, flushed to disk, renamed), CSV and Parquet; and reading them back."""
import csv
import json
import os
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from .plan import load_plan
from .problems import PlanProblems, problem
from .run import Line, Result
from .settle import Statement, totals


@contextmanager
def whole(path, mode="w"):
    """A file that appears under `path` only when it is complete."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open(mode, **({} if "b" in mode else {"encoding": "utf-8", "newline": ""})) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_csv(path, head, rows):
    with whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def neutral(value):
    """Text no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "@", "\t", "\r"} else value


def write(result, plan_text, out):
    """lines and statements as CSV and Parquet, the plan and the warnings, into the folder `out`."""
    out = Path(out)
    for name, kind, rows in (("lines", Line, result.lines), ("statements", Statement, result.statements)):
        head = [f.name for f in fields(kind)]
        table = [[_cell(getattr(row, column)) for column in head] for row in rows]
        write_csv(out / f"{name}.csv", head, [["" if v is None else neutral(v) if isinstance(v, str) else v for v in row] for row in table])
        with whole(out / f"{name}.parquet", "wb") as file:
            parquet.write_table(_table(head, kind, rows), file)
    with whole(out / "plan.yaml") as file:
        file.write(plan_text)
    with whole(out / "result.json") as file:
        json.dump({"period": result.period, "warnings": result.warnings}, file, ensure_ascii=False)


def _cell(value):
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else value


def _table(head, kind, rows):
    """An Arrow table: amounts decimal(38, 8), days as days, the rest as text, numbers as they are."""
    columns = {}
    for f in fields(kind):
        values = [getattr(row, f.name) for row in rows]
        if f.type in (Decimal, Decimal | None):
            columns[f.name] = pa.array([None if v is None else v.quantize(Decimal("0.00000001")) for v in values], pa.decimal128(38, 8))
        elif f.type in (date, date | None):
            columns[f.name] = pa.array(values, pa.date32())
        elif f.type is dict:
            columns[f.name] = pa.array([_cell(v) for v in values], pa.string())
        elif f.type is bool:
            columns[f.name] = pa.array(values, pa.bool_())
        elif f.type is int:
            columns[f.name] = pa.array(values, pa.int64())
        else:
            columns[f.name] = pa.array(values, pa.string())
    return pa.table(columns)


def read(folder):
    """The Result a run wrote into `folder`."""
    folder = Path(folder)
    if not (folder / "lines.parquet").is_file():
        raise PlanProblems([problem(str(folder), "里面没有核算结果", "holds no result of a run", "先运行 squaredeal commission run",
                                    "run squaredeal commission run first")])
    plan = load_plan((folder / "plan.yaml").read_text(encoding="utf-8"))
    lines = [Line(**{**row, "given": json.loads(row["given"])}) for row in parquet.read_table(folder / "lines.parquet").to_pylist()]
    statements = [Statement(**row) for row in parquet.read_table(folder / "statements.parquet").to_pylist()]
    more = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return Result(plan, lines, statements, more["warnings"], totals(lines, statements), more["period"])


__all__ = ["read", "whole", "write", "write_csv"]
