"""Stage: one row per fact, deal or window and payee of a component, with its base and everything its formulas say about the row.

Each number a later stage needs is a column of integers (and a second one where it was divided by a column); constants stay constants.
"""
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.formula import ABOUT
from squaredeal.engine.formula.sql import ONE, Q, integer, template, text
from squaredeal.engine.formula.trees import cast
from squaredeal.engine.plan import lookups
from squaredeal.engine.plan.plan import (
    Flat,
    Grid,
    Lookup,
    Lump,
    LumpPlusExcess,
    Matrix,
    PerUnit,
    ShareOfDifference,
    ShareOfWeaker,
    Tiers,
)
from squaredeal.engine.plan.steps import Refund

from ..plan.calendar import TO_DATE, apart
from ..plan.fields import own_year
from ..plan.saying import bracket, by_text, same_as_base, texts, to_date_of, window_of
from . import told
from .bands import grid, matrix, stepped
from .beforehand import beforehand
from .limiting import dated, limits, needing, window
from .sources import slim, source

EXCHANGED = ("currency", "foreign_amount", "fx_rate")
"""What an explanation tells of a fact in another currency."""


@dataclass
class Rows:
    """A component's row query and how later stages read its numbers: `numbers` by alias; the base in `parts` of a yuan; `given` by key;
    `capped_by` the column of the window of the first limit."""
    query: exp.Expression
    numbers: dict = field(default_factory=dict)
    moving: str = "none"
    to_date: str | None = None
    amount_places: int = 0
    parts: int = ONE
    given: list = field(default_factory=list)
    judged: str = ""
    slim: bool = False
    gated: bool = False
    capped_by: str = "limit_win0"
    columns: dict = field(default_factory=dict)

    @property
    def summed(self):
        """Whether the base is summed in order, or over the window; else every row stands for itself."""
        return self.moving == "total" or (self.moving == "running" and not self.to_date)

    @property
    def onward(self):
        """Whether a marginal table moves by a measure that counts up to the fact."""
        return "added" in self.numbers

    @property
    def adds_up(self):
        """Whether the running base after a row is that before it and the row's own."""
        return self.summed and "counts" not in self.columns

    def own(self):
        """{column of the ledger: expression} of what the component's rows were given and no other table holds."""
        return {g.slot(): g.expression for g in self.given if g.expression is not None}

    def special(self):
        """What an override gives: its rate on the base, or its sum."""
        return self.numbers["base"] * self.numbers["special_rate"] + self.numbers["special_sum"]

    def running(self, alias):
        """A running sum of the base, or its total; of two legs, what is carried into the window and out of it."""
        if self.moving == "legs" and alias != "base":
            return Q(exp.column(alias), ONE)
        if not (self.summed or self.onward) and alias != "base":
            return self.running("base") if alias == "after" else Q.of(0)
        return Q(exp.column(alias), self.parts)

    def number(self, alias):
        return self.numbers[alias]


def build(book, component):
    """The Rows of a component."""
    plan = book.plan
    context, tree, share = source(book, component)
    rows = Rows(tree, amount_places=book.tables.places("facts", "amount"), slim=slim(plan, component), gated=component.gate is not None)
    base = context.expression(component.base_text) if component.base_text else Q.of(0)
    share_q = book.column("credits", "share", "c") if share else Q.of(1)
    rows.to_date = to_date_of(plan, component)
    unit = Fraction(1, 100) if plan.settlement.round_base == "to fen" else Fraction(1, ONE)
    rows.parts = int(1 / unit)
    columns = {"base": cast((base * share_q).whole(unit, quick=True), "INT128")}
    numbers, divisors = {"base": Q(exp.column("base"), rows.parts)}, {}

    def keep(alias, value):
        constant = value.constant()
        if constant is not None:
            numbers[alias] = Q.of(constant)
            return
        columns[alias] = cast(value.num, "INT128")
        over = None
        if value.over is not None:  # one column for all that is divided by the same, so that sums of them stay small
            known = next((name for name, other in divisors.items() if other == value.over), None)
            if known is None:
                known, divisors[f"{alias}_d"] = f"{alias}_d", value.over
                columns[known] = cast(value.over, "INT128")
            over = exp.column(known)
        numbers[alias] = Q(exp.column(alias), value.den, over)

    keep("share", share_q)
    _rate(plan, component, context, keep, share_q, rows)
    if component.override:
        _override(component, context, columns, keep)
    uplift = Q.of(0)
    for part in component.uplift:
        uplift = uplift + context.expression(part.add).pick(context.expression(part.when), Q.of(0))
    keep("uplift", uplift)
    factor = Q.of(1)
    for part in component.factor:
        factor = factor * context.expression(str(part.times)).pick(context.expression(part.when), Q.of(1))
    keep("factor", factor)
    if rows.gated:
        columns["passed"] = _gate(component, context)
    _judged(plan, component, context, columns, rows)
    rows.capped_by = limits(component, context, keep, columns)
    if component.split:
        keep("weight", context.expression(component.split.by))
        if component.split.at_most is not None:
            most = context.expression(component.split.at_most)
            keep("most", most)
            columns["base"] = needing(columns["base"], most)
        columns["split_win"] = {"fact": exp.column("_ord", table="f") if rows.slim else exp.column("fact"), "everybody": text("")}.get(component.split.within, exp.column(component.split.within, table="p", quoted=True))
    if component.release or component.clawback:
        _release(component, context, columns, keep)
    if component.reserve and isinstance(component.reserve.refund, Refund) and component.reserve.refund.on:
        columns["back_on"] = context.expression(component.reserve.refund.on)
    if rows.moving == "total" and component.rate.window in TO_DATE:
        columns["period_ends"] = context._bounds("ends")
    columns["win"] = window(component, context, window_of(plan, component))
    columns["base"] = dated(context, window_of(plan, component), columns["base"])
    moved = plan.measures.get(getattr(component.rate, "measure", ""))
    if moved is not None and moved.per and component.rate.by != "base":
        columns["win"] = context.apart(columns["win"], moved)
    if component.per and not (moved is not None and moved.per):
        columns["win"] = apart(columns["win"], exp.column("value", table="u"))
    if component.split and component.split.within != "fact":  # what is shared out is the row's own, whatever its table moves by
        columns["split_in"] = apart(exp.column("win", table="w"), exp.column("value", table="u")) if component.per else exp.column("win", table="w") if context.row == "window" else columns["win"]
    own_years = [bracket(own_year(limit.window)) for limit in component.all_limits if own_year(limit.window)]
    own_years += [bracket(limit.per) for limit in component.all_limits if limit.per]
    by_deal = (bracket(component.per),) if component.per else ("deal",) if context.row == "fact" and any(limit.window == "deal" for limit in component.all_limits) else ()
    rows.given = told.given(context, rows.slim, *texts(component), component.where if context.row == "window" or _held(plan, component.where) else "", *own_years, *by_deal, *(EXCHANGED if plan.exchange and context.row == "fact" and "foreign_amount" in book.tables.columns("facts") else ()))
    columns.update(rows.own())
    if context.row == "window":
        seen = [book.says(alias) for alias in context.joins if alias[0] in "mqyse"]
        columns["seen"] = exp.or_(*seen) if seen else exp.Boolean(this=True)
        columns["base"] = template("CASE WHEN $seen THEN $base ELSE coalesce($base, 0) END", seen=columns["seen"], base=columns["base"]) if seen else columns["base"]
    rows.columns = columns = beforehand(context, columns)
    tree = context.joined(tree)
    rows.query, rows.numbers = tree.select(*[exp.alias_(expression, alias) for alias, expression in columns.items()], copy=False), numbers
    return rows


def _held(plan, condition):
    """Whether a condition asks for more than what the fact and the person say: then a line tells what it was held against."""
    return condition is not None and any(node.op in ABOUT or (node.op == "name" and node.args[0] in plan.measures) for node in plan.expand(condition).walk())


def _rate(plan, component, context, keep, share, rows):
    """Numbers of the rate: `rate` (per base), or `sum` (money), or the rows of a moving table with what they move by."""
    rate = component.rate
    if isinstance(rate, Flat):
        keep("rate", context.expression(rate.flat))
    elif isinstance(rate, Lump):
        keep("sum", context.expression(rate.lump) * share)
    elif isinstance(rate, PerUnit):
        keep("sum", context.expression(rate.per_unit) * context.expression(rate.quantity) * share)
    elif isinstance(rate, ShareOfDifference):
        each = context.expression(rate.of) - context.expression(rate.over)
        each = each.pick(each.compare(exp.GT, Q.of(0)), Q.of(0))
        keep("sum", each * context.expression(rate.quantity) / context.expression(rate.net_of) * context.expression(rate.share_of_difference) * share)
    elif isinstance(rate, ShareOfWeaker):
        rows.moving = "legs"
        keep("part", context.expression(rate.share_of_weaker))
        for alias, said in (("leg0", rate.of[0]), ("leg1", rate.of[1]), *([("carried", rate.carried_at_most)] if rate.carried_at_most is not None else [])):
            keep(alias, Q(context.expression(said).whole(Fraction(1, ONE)), ONE))
    elif isinstance(rate, Matrix):
        keep(_worth(component), matrix(rate, context))
    elif isinstance(rate, Lookup):
        keep(_worth(component), context.tree(lookups.tree(rate)))
    elif isinstance(rate, Grid):
        keep(_worth(component), grid(rate, context))
    elif isinstance(rate, LumpPlusExcess):
        rows.moving = "running" if same_as_base(plan, component) else "measure"
        if rows.moving == "measure":
            keep("by", context.expression(by_text(rate)))
    else:
        _tiers(plan, component, context, keep, rows)


def _worth(component):
    return "rate" if component.base is not None else "sum"


def _tiers(plan, component, context, keep, rows):
    rate = component.rate
    for place, (_edge, value) in enumerate(rate.table):
        keep(f"r{place}", context.expression(value))
    if rate.tiers == "whole" and rate.by != "base":
        keep(_worth(component), stepped(rate, context.expression(by_text(rate)), [context.expression(v) for _e, v in rate.table]))
        return
    if rate.tiers == "whole":
        rows.moving = "total"
        return
    rows.moving = "running" if same_as_base(plan, component) else "measure"
    if rate.attainment:
        keep("target", context.expression(f"quota({bracket(rate.measure)})"))
    if rows.moving == "measure":
        keep("by", context.expression(bracket(rate.measure)))
        if plan.measures[rate.measure].until == "fact":
            keep("added", context.added(rate.measure))


def _gate(component, context):
    gate = component.gate
    if gate.when:
        return template("coalesce($c, FALSE)", c=context.expression(gate.when))
    name = bracket(gate.attainment_of)
    value, quota = context.expression(name), context.expression(f"quota({name})")
    return template("coalesce($c, $otherwise)", c=value.compare(exp.GTE, quota * Q.of(gate.at_least)),
                    otherwise=exp.Boolean(this=gate.without_quota == "passes"))


def _judged(plan, component, context, columns, rows):
    """The value and quota the line is held against, for showing: the gate's, or the table's."""
    name = component.gate.attainment_of if component.gate and component.gate.attainment_of else \
        component.rate.measure if isinstance(component.rate, Tiers) and component.rate.measure in plan.measures else None
    if name is None:
        return
    if context.book.numbered(name):
        rows.judged = context.book.line_of(context.measure(name))
        columns[rows.judged] = exp.column("nth", table=rows.judged)
        return
    written, rows.judged = bracket(name), "top"
    columns["top"], columns["quota"] = cast(context.expression(written).num, "INT128"), cast(context.expression(f"quota({written})").num, "INT128")


def _override(component, context, columns, keep):
    """Which override holds (1: its rate, 2: its result), what it gives, and whether its base still counts in the table."""
    overridden, counts = exp.Case(default=integer(0)), exp.Case(default=exp.Boolean(this=True))
    rate, total = Q.of(0), Q.of(0)
    for part in component.overrides:
        holds = template("coalesce($c, FALSE)", c=context.expression(part.when))
        for bound, sign in ((part.first, exp.GTE), (part.last, exp.LTE)):
            if bound:
                holds = exp.and_(holds, sign(this=context.day, expression=cast(text(bound.isoformat()), "date")))
        overridden = overridden.when(holds, integer(2 if part.replaces == "result" else 1))
        counts = counts.when(holds, exp.Boolean(this=part.in_tiers == "counts"))
    for part in reversed(component.overrides):
        holds = template("coalesce($c, FALSE)", c=context.expression(part.when))
        for bound, sign in ((part.first, exp.GTE), (part.last, exp.LTE)):
            if bound:
                holds = exp.and_(holds, sign(this=context.day, expression=cast(text(bound.isoformat()), "date")))
        rate = (context.expression(part.rate) if part.rate else Q.of(0)).pick(holds, rate)
        total = (context.expression(part.lump) if part.lump else Q.of(0)).pick(holds, total)
    columns["overridden"], columns["counts"] = overridden, counts
    keep("special_rate", rate)
    keep("special_sum", total)


def _release(component, context, columns, keep):
    if component.clawback:
        columns["deal"] = exp.column("deal", table="d" if context.row == "deal" else "f") if context.row != "window" else cast(exp.Null(), "text")
    release = component.release
    if release is None:
        return
    for name, formula in (("whole", release.of), ("payable", release.share), ("spread", release.evenly)):
        if formula:
            number = context.expression(formula)
            keep(name, number)
            columns["base"] = needing(columns["base"], number)
    if release.on:
        columns["due"] = context.expression(release.on)
    if release.pro_rata or release.milestones or release.events or release.not_before:
        columns["deal"] = exp.column("deal", table="d" if context.row == "deal" else "f") if context.row != "window" else cast(exp.Null(), "text")

