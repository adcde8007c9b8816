"""The command: check, test, run, explain, simulate, seek and print the schema of plans, and convert public data. No database, no Django.

Each command loads what it needs when it is given: the help loads no engine.
"""
import gc
import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from .backends import MEMORY
from .problems import PlanProblems, problem
from .trials.trying import seek, simulate

commission = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Commission from a plan file and tables · 按方案文件算提成")
convert = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Public data sets to commission tables · 转换公开数据集")

SELDOM = 200_000
"""New objects between two looks for circles among them: a command makes many that live until its end, and about a tenth of its time was looking at them."""

PlanFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The plan, YAML · 方案文件")]
Lang = Annotated[str, typer.Option(help="zh or en")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output · 输出 JSON")]


class Engine(StrEnum):
    duckdb = "duckdb"
    spark = "spark"


@commission.callback()
def begun(context: typer.Context):
    before = gc.get_threshold()
    gc.set_threshold(SELDOM)
    context.call_on_close(lambda: gc.set_threshold(*before))


def refuse(wrong, lang="zh"):
    """Every finding on standard error, then exit 2."""
    for found in wrong.problems:
        typer.echo(found.text(lang), err=True)
    raise typer.Exit(2)


def written(path):
    """The text of a plan, or exit 2."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        typer.echo(f"{path}: not UTF-8 · 不是 UTF-8，另存为 UTF-8", err=True)
        raise typer.Exit(2) from None


def opened(path, lang):
    from .plan.plan import load_plan
    try:
        return load_plan(written(path))
    except PlanProblems as wrong:
        refuse(wrong, lang)


@commission.command()
def check(plan: PlanFile, facts: Annotated[Path | None, typer.Option(help="Folder of tables · 表的文件夹")] = None, as_json: AsJson = False, lang: Lang = "zh"):
    """All problems of a plan (and its tables) at once; warnings for clauses that are legally risky · 查方案."""
    from .checking import findings
    problems = findings(written(plan), facts)
    wrong = any(item.severity == "error" for item in problems)
    if as_json:
        typer.echo(json.dumps({"publishable": not wrong, "problems": [asdict(item) for item in problems]}, ensure_ascii=False))
    else:
        for item in problems:
            typer.echo(f"{'!' if item.severity == 'warning' else '✗'} {item.text(lang)}")
        if not wrong:
            typer.echo("可以发布" if lang == "zh" else "the plan may be published")
    if wrong:
        raise typer.Exit(2)


@commission.command()
def test(plan: PlanFile, lang: Lang = "zh"):
    """The examples written in the plan, as tests · 跑方案里的例子."""
    from .plan.check import check as check_plan
    from .proving import prove_text
    try:
        proofs = prove_text(written(plan))
    except PlanProblems as wrong:
        refuse(wrong, lang)
    for proof in proofs:
        typer.echo(f"{'✓' if proof.holds else '✗'} {proof.when}")
        for found in proof.problems:
            typer.echo(f"    {found.text(lang)}")
        for warning in () if proof.holds else proof.warnings:
            typer.echo(f"    ! {warning[lang]}")
        if not proof.holds and not proof.problems:
            for who, name, wanted, found in proof.differences():
                typer.echo(f"    {who} {name}: expected {wanted}, computed {found}" if lang == "en" else f"    {who} {name}：应为 {wanted}，算得 {found}")
    failed = sum(not proof.holds for proof in proofs)
    for warning in check_plan(opened(plan, lang)) if failed else ():
        if warning.place.endswith(".rate"):
            typer.echo(f"! {warning.text(lang)}")
    typer.echo(f"{len(proofs) - failed} passed, {failed} failed")
    raise typer.Exit(1 if failed else 0)


@commission.command()
def run(plan: PlanFile, facts: Annotated[Path, typer.Option(help="Folder with facts, credits, people … · 表的文件夹")],
        out: Annotated[Path, typer.Option(help="Folder for lines and statements · 结果文件夹")],
        period: Annotated[str | None, typer.Option(help="Only this period; earlier ones by difference · 只算这一期")] = None,
        as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Leave out later facts · 截至")] = None,
        posted: Annotated[Path | None, typer.Option(help="Folder of the period before, or CSV or Parquet of what is posted · 上一期的结果文件夹，或已入账的表")] = None,
        memory: Annotated[str, typer.Option(help="Memory limit of the engine · 内存上限")] = MEMORY,
        engine: Annotated[Engine, typer.Option(help="duckdb in this process, or spark · 用哪个引擎")] = Engine.duckdb,
        keep_stages: Annotated[Path | None, typer.Option(help="Folder for the table of every stage, as Parquet · 每一步的表")] = None,
        sheets: Annotated[bool, typer.Option("--csv/--no-csv", help="CSV beside Parquet, up to a million lines · 同时写 CSV")] = True,
        as_json: AsJson = False, lang: Lang = "zh"):
    """Compute: lines and statements into OUT as CSV and Parquet · 核算."""
    from .doing import telling
    from .interrupting import gone, interruptible
    from .ledger.closing import keep
    from .ledger.output import write
    from .ledger.sole import sole
    from .running import run as run_plan
    from .tables.tables import read_tables
    from .tables.unread import unread
    found, stopped = opened(plan, lang), False
    try:
        with sole(out), interruptible() as cancel:
            tables = read_tables(facts)
            if posted:
                tables = tables.with_posted(posted)
            try:
                result = run_plan(found, tables, period=period, as_of=as_of and as_of.date(), memory=memory, out=out, engine=engine.value, keep_stages=keep_stages,
                                  cancel=cancel, progress=None if as_json else telling(found, lang, lambda words: typer.echo(words, err=True)))
            except InterruptedError:
                typer.echo("停了，什么也没写" if lang == "zh" else "stopped; nothing is written", err=True)
                stopped = True
            else:
                write(result, written(plan), out, sheets=sheets)
                if period:
                    keep(out, result, tables)
    except PlanProblems as wrong:
        refuse(wrong, lang)
    if stopped:
        gone()
    warnings = [*result.warnings, *({lang: item.text(lang) for lang in ("zh", "en")} for item in unread(found, tables))]
    told = {"statements": result.totals["statements"], "payees": result.totals["payees"], "lines": result.totals["lines"],
            "earned": f"{result.totals['earned']:.2f}", "payout": f"{result.totals['payout']:.2f}", "warnings": warnings}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{told['statements']} statements · {told['payees']} payees · {told['lines']} lines · earned {told['earned']} · payout {told['payout']}")
    for warning in warnings:
        typer.echo(f"! {warning[lang]}", err=True)


@commission.command()
def explain(out: Annotated[Path, typer.Argument(help="Folder a run wrote · 结果文件夹")], line: Annotated[str, typer.Argument(help="Key of the line · 行号")],
            lang: Lang = "zh"):
    """One line as sentences and arithmetic · 一行为什么是这个数."""
    from .explaining.explain import explain as explain_line
    from .ledger.output import read
    try:
        result = read(out)
        typer.echo(explain_line(result, line, lang).text)
    except PlanProblems as wrong:
        refuse(wrong, lang)
    except KeyError:
        near = [x.id for x in result.lines if line in x.id][:5] or [x.id for x in result.lines[:3]]
        typer.echo(f"{line}: {'没有这一行，例如' if lang == 'zh' else 'there is no such line; for instance'} {'  '.join(near)}", err=True)
        raise typer.Exit(2) from None


@commission.command()
def amortise(out: Annotated[Path, typer.Argument(help="Folder a run wrote · 结果文件夹")],
             months: Annotated[int, typer.Option(min=1, help="Months over which the cost is spread · 摊几个月")],
             to: Annotated[Path, typer.Option(help="CSV of the schedule · 写到哪个 CSV")],
             component: Annotated[list[str] | None, typer.Option(help="Only these components · 只摊这几项")] = None,
             by: Annotated[str, typer.Option(help="month or day · 按月或按天")] = "month", lang: Lang = "zh"):
    """Commission as a cost over its contract, straight line (ASC 340-40): each line, each month, what is left · 提成成本摊销."""
    from .ledger import amortising
    from .ledger.output import read, write_csv
    try:
        result = read(out)
        unknown = sorted(set(component or ()) - {line.component for line in result.lines} - {c.name for c in result.plan.components})
        if unknown:
            raise PlanProblems([problem("component", f"没有 {'、'.join(unknown)} 这一项", f"there is no component {', '.join(unknown)}", "照方案里的名称写", "write it as the plan does")])
        parts = amortising.amortised(result.lines, months, components=set(component) if component else None, by=by, posted=amortising.posted_in(out))
    except PlanProblems as wrong:
        refuse(wrong, lang)
    write_csv(to, ("line", "component", "payee", "month", "cost", "expensed", "left"),
              [(_safe(p.line), _safe(p.component), _safe(p.payee), p.month, p.cost, p.expensed, p.left) for p in parts])
    for month, expensed, left in amortising.by_month(parts):
        typer.echo(f"{month}  {expensed}  {left}")


def _safe(text):
    """A cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@commission.command()
def schema():
    """The JSON Schema of a plan · 方案的 JSON Schema."""
    from .reference import schema as plan_schema
    typer.echo(json.dumps(plan_schema(), ensure_ascii=False, indent=2))


@commission.command()
def reference(out: Annotated[Path | None, typer.Option(help="Folder for plan-reference.md and plan.schema.json · 写到文件夹")] = None):
    """Every field, function and column of plans, as Markdown · 方案参考."""
    from .ledger.output import whole
    from .reference import markdown as plan_reference
    from .reference import schema as plan_schema
    if out is None:
        typer.echo(plan_reference(), nl=False)
        return
    with whole(out / "plan-reference.md") as file:
        file.write(plan_reference())
    with whole(out / "plan.schema.json") as file:
        file.write(json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n")


@commission.command()
def examples():
    """The plans that come with the product · 随产品的方案."""
    for path in sorted(files(__package__).joinpath("examples").iterdir(), key=str):
        typer.echo(f"{path}")


commission.command()(simulate)
commission.command()(seek)


@convert.callback()
def _convert():
    """Public data sets to commission tables · 转换公开数据集."""


@convert.command()
def adventureworks(source: Annotated[Path, typer.Argument(help="Folder of the AdventureWorks CSV files · 数据文件夹")],
                   out: Annotated[Path, typer.Option(help="Folder for the tables · 结果文件夹")], as_json: AsJson = False, lang: Lang = "zh"):
    """AdventureWorks: orders, sellers, dated territories, quotas on 12 irregular periods · AdventureWorks."""
    from .convert import adventureworks as adventureworks_data
    try:
        told = adventureworks_data.convert(source, out)
    except PlanProblems as wrong:
        refuse(wrong, lang)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name != "warnings":
            typer.echo(f"{name}: {value}")
    for warning in told["warnings"]:
        typer.echo(f"! {warning[lang]}")
