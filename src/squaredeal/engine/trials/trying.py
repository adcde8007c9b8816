"""The commands that try a plan without paying by it: simulate (two plans over the same tables) and seek (one rate for a budget)."""
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from ..backends import MEMORY
from ..problems import PlanProblems

PlanFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A plan, YAML · 方案文件")]
Facts = Annotated[Path, typer.Option(help="Folder with facts, credits, people … · 表的文件夹")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="Only this period; say it again for more · 只看这一期，可写多次")]
By = Annotated[str, typer.Option("--by", help="earned or payout")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output · 输出 JSON")]
Memory = Annotated[str, typer.Option(help="Memory limit of the engine · 内存上限")]
Lang = Annotated[str, typer.Option(help="zh or en")]


def _refused(wrong, lang):
    for found in wrong.problems:
        typer.echo(found.text(lang), err=True)
    raise typer.Exit(2)


def _checked(by, *amounts):
    """`by`, and the amounts as Decimals; exit 2 with what is wrong."""
    if by not in ("earned", "payout"):
        typer.echo(f"--by {by}: earned / payout", err=True)
        raise typer.Exit(2)
    try:
        return [None if a is None else Decimal(a.replace(",", "")) for a in amounts]
    except InvalidOperation:
        typer.echo(f"{'  '.join(a for a in amounts if a)}: not a number · 不是数", err=True)
        raise typer.Exit(2) from None


def simulate(old: PlanFile, new: PlanFile, facts: Facts, period: Periods = None, by: By = "earned",
             out: Annotated[Path | None, typer.Option(help="Folder for people.csv, components.csv and simulation.json · 结果文件夹")] = None,
             memory: Memory = MEMORY, as_json: AsJson = False, lang: Lang = "zh"):
    """Two plans over the same tables: who gains, who loses, what it costs. Both are taken as in force on the old plan's days · 两个方案比一比."""
    from ..formula.wording import number
    from ..ledger.output import whole, write_csv
    from ..plan.plan import load_plan
    from ..tables.tables import read_tables
    from .simulate import simulate as simulate_plans
    _checked(by)
    try:
        found = simulate_plans(load_plan(old.read_text(encoding="utf-8")), load_plan(new.read_text(encoding="utf-8")), read_tables(facts), periods=period,
                               measured=by, memory=memory, progress=None if as_json else lambda stage: typer.echo(stage, err=True))
    except PlanProblems as wrong:
        _refused(wrong, lang)
    told = told_of(found)
    if out:
        head = ["payee", "component", *(f"{m}_{w}" for m in ("earned", "payout") for w in ("old", "new", "difference"))]
        write_csv(out / "people.csv", head, [_row(c) for c in found.people])
        write_csv(out / "components.csv", head, [_row(c) for person in found.people for c in found.parts[person.payee]])
        with whole(out / "simulation.json") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(sentence(found, lang))
    for c in found.people:
        pair = found.of(c)
        typer.echo(f"{c.payee}  {number(pair.old)} → {number(pair.new)}  {_signed(pair.difference)}{'' if pair.share is None else f'  {_signed_percent(pair.share)}'}")
    for c in found.components:
        pair = found.of(c)
        typer.echo(f"  {c.component}  {number(pair.old)} → {number(pair.new)}  {_signed(pair.difference)}")
    for warning in found.warnings:
        typer.echo(f"! {warning[lang]}", err=True)


def seek(plan: PlanFile, facts: Facts,
         budget: Annotated[str, typer.Option(help="What it may cost, in yuan · 总额，元")],
         rate: Annotated[str | None, typer.Option(help="Path such as components.NAME.rate; left out: all are listed · 比例的路径，不写就列出全部")] = None,
         period: Periods = None, by: By = "earned",
         step: Annotated[str | None, typer.Option(help="Step of the rate, unsaid 0.0001 · 步长")] = None,
         least: Annotated[str | None, typer.Option(help="Lowest value tried · 最低试到")] = None,
         most: Annotated[str | None, typer.Option(help="Highest value tried · 最高试到")] = None,
         memory: Memory = MEMORY, as_json: AsJson = False, lang: Lang = "zh"):
    """One rate solved so that the total stays within a budget; exit 1 when it cannot · 按总额倒推比例."""
    from ..plan.levers import levers
    from ..plan.plan import load_plan
    from ..tables.tables import read_tables
    from .seeking import seek as seek_rate
    total, step, least, most = _checked(by, budget, step, least, most)
    try:
        read = load_plan(plan.read_text(encoding="utf-8"))
        if rate is None:
            for x in levers(read):
                typer.echo(f"{x.path}  {shown(x.value, x.kind)}")
            return
        found = seek_rate(read, read_tables(facts), rate, total, periods=period, measured=by, step=step, least=least, most=most, memory=memory,
                          progress=None if as_json else lambda text: typer.echo(text, err=True))
    except PlanProblems as wrong:
        _refused(wrong, lang)
    kind = next(x.kind for x in levers(read) if x.path == rate)
    if as_json:
        names = ("budget", "was", "cost_was", "value", "cost", "following", "following_cost")
        amounts = {name: None if getattr(found, name) is None else f"{getattr(found, name).normalize() if name in ('was', 'value', 'following') else getattr(found, name):f}" for name in names}
        typer.echo(json.dumps({"path": rate, "by": by, "reached": found.reached, "runs": found.runs, **amounts}, ensure_ascii=False))
    else:
        typer.echo(sought(found, kind, lang))
    raise typer.Exit(0 if found.reached else 1)


def shown(value, kind):
    from ..formula.wording import number, percent
    return number(value) if kind == "money" else percent(value)


def sought(found, kind, lang="zh"):
    """The answer of a goal seek as a sentence."""
    from ..formula.wording import number
    value, was = shown(found.value, kind), shown(found.was, kind)
    if not found.reached:
        return f"做不到 {number(found.budget)}：最近的是 {value}，总额 {number(found.cost)}" if lang == "zh" else \
            f"{number(found.budget)} cannot be reached: the nearest is {value}, which costs {number(found.cost)}"
    more = "" if found.following is None else (f"；{shown(found.following, kind)} 要 {number(found.following_cost)}" if lang == "zh" else
                                               f"; {shown(found.following, kind)} would cost {number(found.following_cost)}")
    return f"{found.path}：{was} → {value}，总额 {number(found.cost_was)} → {number(found.cost)}{more}" if lang == "zh" else \
        f"{found.path}: {was} → {value}, total {number(found.cost_was)} → {number(found.cost)}{more}"


def sentence(found, lang="zh"):
    """What a simulation says, in one sentence."""
    pair, share = found.of(found.total), found.of(found.total).share
    if lang == "zh":
        change = "" if share is None else f"（{_signed_percent(share)}）"
        return f"改后总额 {_signed(pair.difference)}{change}，{found.gains.count} 人多、{found.losses.count} 人少、{found.same} 人不变"
    change = "" if share is None else f" ({_signed_percent(share)})"
    return f"total {_signed(pair.difference)}{change}: {found.gains.count} get more, {found.losses.count} less, {found.same} the same"


def _signed(value):
    from ..formula.wording import number
    return f"{'+' if value > 0 else ''}{number(value)}"


def _signed_percent(share):
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{abs(share * 100):.1f}%"


def _row(change):
    """A change as cells that no spreadsheet runs as a formula."""
    words = [f"'{w}" if w[:1] in ("=", "+", "@", "-", "\t", "\r") else w for w in (change.payee, change.component)]
    return [*words, *(f"{getattr(getattr(change, m), w):.2f}" for m in ("earned", "payout") for w in ("old", "new", "difference"))]


def told_of(found):
    """The simulation as plain values for JSON; amounts as text to the fen."""
    def pair(p):
        return {"old": f"{p.old:.2f}", "new": f"{p.new:.2f}", "difference": f"{p.difference:.2f}"}

    def change(c):
        return {**({"payee": c.payee} if c.payee else {}), **({"component": c.component} if c.component else {}), "earned": pair(c.earned), "payout": pair(c.payout)}

    def side(s):
        return {"count": s.count, "total": f"{s.total:.2f}", "most": s.most and s.most.payee}

    return {"by": found.measured, "periods": list(found.periods), "total": change(found.total), "gains": side(found.gains), "losses": side(found.losses),
            "same": found.same, "people": [{**change(c), "components": [change(p) for p in found.parts[c.payee]]} for c in found.people],
            "components": [change(c) for c in found.components],
            "buckets": [{"kind": b.kind, "low": None if b.low is None else f"{b.low}", "high": None if b.high is None else f"{b.high}", "count": b.count, "total": f"{b.total:.2f}"} for b in found.buckets],
            "quantiles": {str(q): f"{v:.2f}" for q, v in found.quantiles.items()}, "warnings": found.warnings}
