"""Writing results: each file whole or not at all (temporary file, flushed to disk, renamed), CSV and Parquet; and reading them back."""
import csv
import json
import os
import secrets
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from ..attached import attach, detach, scratch
from ..plan.plan import load_plan
from ..problems import PlanProblems, problem
from ..tables.tables import quoted, text_of
from .result import Result, Statement
from .settle import totals

BESIDE = ("facts", "measures")
ACCOUNTS, POSTED = "accounts.json", "posted.parquet"
"""How the accounts stand after a run of one period, and all that is posted with it; `closing.py` writes them."""
MOST_ROWS = 1_000_000
"""Lines of a run up to which they are written as CSV too; a spreadsheet has 1,048,576 rows."""


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


@contextmanager
def whole_file(path):
    """The path under which something else may write a file that then appears under `path`, complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_csv(path, head, rows):
    with whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def write(result, plan_text, out, *, sheets=True):
    """lines and statements as CSV and Parquet, the plan and the warnings, into the folder `out`.

    Lines that a run has written there already stay; with `sheets` they become CSV too, as far as a spreadsheet can open them.
    """
    out = Path(out)
    statements, stored = _table(result.statements), callable(result.source)
    with whole(out / "statements.parquet", "wb") as file:
        parquet.write_table(statements, file)
    if not stored:
        with whole(out / "lines.parquet", "wb") as file:
            parquet.write_table(result.table, file)
    if sheets:
        _sheet(statements, out / "statements.csv")
    if sheets and result.totals["lines"] <= MOST_ROWS:
        _sheet(result.table, out / "lines.csv")
    else:
        (out / "lines.csv").unlink(missing_ok=True)
    with whole(out / "plan.yaml") as file:
        file.write(plan_text)
    with whole(out / "result.json") as file:
        json.dump({"period": result.period, "warnings": result.warnings, "decisions": result.decisions}, file, ensure_ascii=False)


QUOTE = "''"


def _sheet(table, path):
    """A table as CSV: text cells that no spreadsheet runs as a formula, amounts without needless zeros."""
    link = scratch()
    attach(link, table, "sheet")
    cells = []
    for name, kind, *_more in link.execute("DESCRIBE sheet").fetchall():
        cell = quoted(name)
        if kind == "VARCHAR":
            cell = rf"CASE WHEN regexp_matches({cell}, '^[=+@\t\r]') THEN concat('{QUOTE}', {cell}) ELSE {cell} END AS {cell}"
        elif kind.startswith("DECIMAL"):
            cell = rf"regexp_replace(CAST({cell} AS VARCHAR), '(\.\d\d\d*?)0*$', '\1') AS {cell}"
        cells.append(cell)
    with whole_file(path) as temporary:
        link.execute(f"COPY (SELECT {', '.join(cells)} FROM sheet) TO {text_of(str(temporary))} (FORMAT csv, HEADER)")
    detach(link, table, "sheet")
    link.close()


def _table(statements):
    """The statements as an Arrow table; amounts with ten decimals."""
    columns = {}
    for f in fields(Statement):
        values = list(map(attrgetter(f.name), statements))
        if f.type is Decimal:
            columns[f.name] = pa.array(values, pa.decimal128(38, 10))
        else:
            columns[f.name] = pa.array(values, pa.int64() if f.type is int else pa.string())
    return pa.table(columns)


@contextmanager
def parts_of(folder, told, fen, wanted):
    """(Footer, path for the lines, paths for facts and measures): the files beside the lines have names of their own, so that the lines' file,
    which appears last, names those it belongs to; what an earlier run left is removed then."""
    from ..stages.stored import Footer
    from ..stages.whole import USUAL
    folder.mkdir(parents=True, exist_ok=True)
    run = secrets.token_hex(6)
    names = [f"{word}.{run}.parquet" if there else "" for word, there in zip(BESIDE, wanted, strict=True)]
    try:
        with whole_file(folder / "lines.parquet") as path:
            yield Footer(told, sorted(fen), *names, after=USUAL["after"]), path, [folder / name for name in names]
            for name in filter(None, names):
                with (folder / name).open("rb") as file:
                    os.fsync(file.fileno())
    except BaseException:
        for name in filter(None, names):
            (folder / name).unlink(missing_ok=True)
        raise
    for word in BESIDE:
        for old in folder.glob(f"{word}.*.parquet"):
            if old.name not in names:
                old.unlink()


def whole_lines(folder, plan, *, ordered=True):
    """The whole lines of a folder as SQL."""
    from ..stages.stored import FOOTER, Footer, lines_in
    from ..stages.stored import whole as made_whole
    written = parquet.read_schema(folder / "lines.parquet")
    if FOOTER.encode() not in (written.metadata or {}):
        return f"SELECT * FROM read_parquet({text_of(str(folder / 'lines.parquet'))})"
    footer = Footer.of(written.metadata[FOOTER.encode()].decode())
    return made_whole(plan, footer, folder, lines_in(folder, "lines.parquet", written.names), ordered=ordered).sql("duckdb")


def stored_lines(folder, plan):
    """The whole lines of a folder as an Arrow table, in order."""
    return scratch().sql(whole_lines(folder, plan)).to_arrow_table()


def read(folder):
    """The Result a run wrote into `folder`."""
    folder = Path(folder)
    if not all((folder / name).is_file() for name in ("lines.parquet", "plan.yaml", "statements.parquet", "result.json")):
        raise PlanProblems([problem(str(folder), "里面没有核算结果", "holds no result of a run", "先运行 squaredeal commission run",
                                    "run squaredeal commission run first")])
    plan = load_plan((folder / "plan.yaml").read_text(encoding="utf-8"))
    lines = stored_lines(folder, plan)
    statements = [Statement(**row) for row in parquet.read_table(folder / "statements.parquet").to_pylist()]
    more = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return Result(plan, lines, statements, more["warnings"], totals(lines.num_rows, statements), more["period"],
                  [tuple(d) for d in more.get("decisions", [])])


def kept(folder):
    """(path of what is posted, what is told of the accounts) that a run of one period left in a folder; (None, None) of another run."""
    folder = Path(folder)
    if not ((folder / POSTED).is_file() and (folder / ACCOUNTS).is_file()):
        return None, None
    try:
        return folder / POSTED, json.loads((folder / ACCOUNTS).read_text(encoding="utf-8"))
    except ValueError:
        from .closing import unread
        raise unread() from None


__all__ = ["kept", "read", "whole", "write", "write_csv"]
