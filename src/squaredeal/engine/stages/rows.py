"""Stage: one row per fact, deal or window and payee of a component, with its base and everything its formulas say about the row.

Each number a later stage needs is a column of integers (and a second one where it was divided by a column); constants stay constants.
"""
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine import lookups
from squaredeal.engine.plan import (
    CreditTo,
    Flat,
    Grid,
    Lookup,
    Lump,
    LumpPlusExcess,
    Matrix,
    PerUnit,
    RollUp,
    ShareOfDifference,
    Tiers,
)
from squaredeal.engine.sql import ONE, Q, integer, template, text
from squaredeal.engine.steps import Refund

from .bands import grid, matrix, stepped
from .calendar import TO_DATE, WINDOW
from .context import Context
from .credit import SEATED, led, relation
from .saying import bracket, by_text, same_as_base, texts, to_date_of, window_of

EXCHANGED = ("currency", "foreign_amount", "fx_rate")
"""What an explanation tells of a fact in another currency."""


@dataclass
class Rows:
    """A component's row query and how later stages read its numbers: `numbers` by alias; the base in `parts` of a yuan; `given` by key."""
    query: exp.Expression
    numbers: dict = field(default_factory=dict)
    moving: str = "none"
    to_date: str | None = None
    amount_places: int = 0
    parts: int = ONE
    given: dict = field(default_factory=dict)

    def special(self):
        """What an override gives: its rate on the base, or its sum."""
        return self.numbers["base"] * self.numbers["special_rate"] + self.numbers["special_sum"]

    def running(self, alias):
        """A running sum of the base, or its total."""
        return Q(exp.column(alias), self.parts)

    def number(self, alias):
        return self.numbers[alias]


def build(book, component):
    """The Rows of a component."""
    plan = book.plan
    context, tree, share = _source(book, component)
    rows = Rows(tree, amount_places=book.tables.places("facts", "amount"))
    base = context.expression(component.base_text) if component.base_text else Q.of(0)
    share_q = book.column("credits", "share", "c") if share else Q.of(1)
    rows.to_date = to_date_of(plan, component)
    unit = Fraction(1, 100) if plan.settlement.round_base == "to fen" else Fraction(1, ONE)
    rows.parts = int(1 / unit)
    columns = {"base": exp.cast((base * share_q).whole(unit, quick=True), "INT128")}
    numbers = {"base": Q(exp.column("base"), rows.parts)}

    divisors = {}

    def keep(alias, value):
        constant = value.constant()
        if constant is not None:
            numbers[alias] = Q.of(constant)
            return
        columns[alias] = exp.cast(value.num, "INT128")
        over = None
        if value.over is not None:  # one column for all that is divided by the same, so that sums of them stay small
            known = next((name for name, other in divisors.items() if other == value.over), None)
            if known is None:
                known, divisors[f"{alias}_d"] = f"{alias}_d", value.over
                columns[known] = exp.cast(value.over, "INT128")
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
    columns["passed"] = _gate(component, context)
    columns["top"], columns["quota"] = _judged(plan, component, context)
    for place, limit in enumerate(component.all_limits):
        for name in ("cap", "floor"):
            if getattr(limit, name) is not None:
                keep(f"{name}{place}", context.expression(str(getattr(limit, name))))
        columns[f"limit_win{place}"] = _window(component, context, limit.window)
    if component.split:
        keep("weight", context.expression(component.split.by))
        columns["split_win"] = {"fact": lambda: exp.column("fact"), "unit": lambda: exp.column("unit", table="p"), "everybody": lambda: text("")}[component.split.within]()
    if component.release or component.clawback:
        _release(component, context, columns, keep)
    if component.reserve and isinstance(component.reserve.refund, Refund) and component.reserve.refund.on:
        columns["back_on"] = context.expression(component.reserve.refund.on)
    if rows.moving == "total" and component.rate.window in TO_DATE:
        columns["period_ends"] = context._bounds("ends")
    columns["win"] = _window(component, context, window_of(plan, component))
    by_deal = ("deal",) if context.row == "fact" and any(limit.window == "deal" for limit in component.all_limits) else ()
    rows.given = context.given(*texts(component), *by_deal, *(EXCHANGED if plan.exchange and context.row == "fact" and "foreign_amount" in book.tables.columns("facts") else ()))
    columns.update({slot: expression for _key, (slot, _den, expression) in rows.given.items()})
    if context.row == "window":
        seen = [template(f"NOT {alias}.{'payee' if alias[0] in 'se' else 'who'} IS NULL") for alias in context.joins if alias[0] in "mqyse"]
        columns["seen"] = exp.or_(*seen) if seen else exp.Boolean(this=True)
        columns["base"] = template("CASE WHEN $seen THEN $base ELSE coalesce($base, 0) END", seen=columns["seen"], base=columns["base"]) if seen else columns["base"]
    tree = context.joined(tree)
    for alias, expression in columns.items():
        tree = tree.select(exp.alias_(expression, alias))
    rows.query, rows.numbers = tree, numbers
    return rows


def _window(component, context, kind):
    """The id of the window a running sum of the component's rows is partitioned by."""
    if kind in TO_DATE:
        return template(WINDOW[TO_DATE[kind]], day=context.day)
    if context.row == "window" and kind in {"fact", "deal", "period"}:
        return exp.column("win", table="w")
    return context.windowed_by(kind)


def _source(book, component):
    """(context, SELECT of the row's identity, whether the credit's share applies)."""
    if component.per_period:
        return _by_window(book, component)
    if component.each == "deal":
        return _by_deal(book, component)
    context = Context(book, "fact")
    context.rolled = isinstance(component.credit, RollUp)
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="c") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    as_of = exp.column("date", table="f") if component.as_of == "date" else template("coalesce($c, f.date)", c=exp.column(component.as_of, table="f", quoted=True))
    seated = SEATED.format(p="p", who="c.payee").replace("f.date", "$as_of")
    tree = template(
        f"SELECT f.id AS fact, $via AS via, f._ord AS ord, f.date AS day, f._period AS period, $payee AS payee, c.payee AS source FROM facts_in AS f "
        f"JOIN $credit AS c ON c.fact = f.id LEFT JOIN people AS p ON {seated} WHERE f.kind IN ($kinds) AND $counts AND coalesce($who, FALSE) AND NOT $payee IS NULL",
        via=exp.column("payee", table="c") if pool else exp.cast(exp.Null(), "text"), payee=payee, credit=relation(book, component.credit).subquery(), as_of=as_of,
        kinds=exp.Tuple(expressions=[text(k) for k in component.kinds]), counts=context.expression(component.where or "true"),
        who=_with_person(component, context.expression(component.who)))
    return context, _flat(tree), component.split is None


def _with_person(component, who):
    """Nobody without an assignment on the day is eligible."""
    return exp.and_(template("NOT p.payee IS NULL"), who)


def _by_window(book, component):
    """One row per person with an assignment in the window (the last one counts); rolled up: per person led and leader."""
    kind = component.each
    if isinstance(component.credit, RollUp):
        context = Context(book, "window", person="p", member="b", windowed=kind)
        context.rolled = True
        for_whom = template(f"SELECT CAST(NULL AS TEXT) AS fact, b.payee AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, p.payee AS payee, b.payee AS source "
                            f"FROM paid_by_{kind} AS w JOIN $lines AS l ON l.win = w.win JOIN staff_{kind} AS b ON b._win = l.win AND b.payee = l.member "
                            f"JOIN staff_{kind} AS p ON p._win = l.win AND p.payee = l.payee WHERE coalesce($who, FALSE) AND $counts",
                            lines=led(component.credit, kind).subquery(), who=context.expression(component.who), counts=context.expression(component.where or "true"))
        return context, for_whom, False
    context = Context(book, "window", windowed=kind)
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="p") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    tree = template(f"SELECT CAST(NULL AS TEXT) AS fact, $via AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, $payee AS payee, p.payee AS source "
                    f"FROM paid_by_{kind} AS w JOIN staff_{kind} AS p ON p._win = w.win WHERE coalesce($who, FALSE) AND $counts AND NOT $payee IS NULL",
                    via=exp.column("payee", table="p") if pool else exp.cast(exp.Null(), "text"), payee=payee, who=context.expression(component.who),
                    counts=context.expression(component.where or "true"))
    if any(n.op == "headcount" for t in (*texts(component), component.where or "true") for n in book.plan.expand(t).walk()):
        tree = tree.join(template(f"(SELECT p._win, count(*) AS heads FROM staff_{kind} AS p WHERE coalesce($who, FALSE) GROUP BY 1)",
                                  who=context.expression(component.who)), on="h._win = w.win", join_type="left", join_alias="h")
    return context, tree, False


def _by_deal(book, component):
    """One row per deal and payee credited in it, on the day of its last fact."""
    context = Context(book, "deal")
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="d") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    deals = template("SELECT f.deal, c.payee, max(f.date) AS day, arg_max(f._period, f._ord) AS period, max(f._ord) AS ord FROM facts_in AS f "
                     "JOIN $credit AS c ON c.fact = f.id WHERE NOT f.deal IS NULL GROUP BY 1, 2", credit=relation(book, component.credit).subquery())
    tree = template("SELECT d.deal AS fact, $via AS via, d.ord, d.day, d.period, $payee AS payee, d.payee AS source FROM $deals AS d "
                    "LEFT JOIN people AS p ON p.payee = d.payee AND d.day BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') "
                    "WHERE $counts AND coalesce($who, FALSE) AND NOT $payee IS NULL", deals=deals.subquery(), counts=context.expression(component.where or "true"),
                    who=_with_person(component, context.expression(component.who)), payee=payee,
                    via=exp.column("payee", table="d") if pool else exp.cast(exp.Null(), "text"))
    return context, tree, False


def _flat(tree):
    """IN ((a, b)) as IN (a, b)."""
    return tree.transform(lambda n: exp.In(this=n.this, expressions=n.expressions[0].expressions)
                          if isinstance(n, exp.In) and len(n.expressions) == 1 and isinstance(n.expressions[0], exp.Tuple) else n)


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


def _gate(component, context):
    gate = component.gate
    if gate is None:
        return exp.Boolean(this=True)
    if gate.when:
        return template("coalesce($c, FALSE)", c=context.expression(gate.when))
    name = bracket(gate.attainment_of)
    value, quota = context.expression(name), context.expression(f"quota({name})")
    return template("coalesce($c, $otherwise)", c=value.compare(exp.GTE, quota * Q.of(gate.at_least)),
                    otherwise=exp.Boolean(this=gate.without_quota == "passes"))


def _judged(plan, component, context):
    """(value, quota) the line is held against, for showing: the gate's, or the table's."""
    name = component.gate.attainment_of if component.gate and component.gate.attainment_of else \
        component.rate.measure if isinstance(component.rate, Tiers) and component.rate.measure in plan.measures else None
    if name is None:
        return exp.cast(exp.Null(), "INT128"), exp.cast(exp.Null(), "INT128")
    written = bracket(name)
    return exp.cast(context.expression(written).num, "INT128"), exp.cast(context.expression(f"quota({written})").num, "INT128")


def _override(component, context, columns, keep):
    """Which override holds (1: its rate, 2: its result), what it gives, and whether its base still counts in the table."""
    overridden, counts = exp.Case(default=integer(0)), exp.Case(default=exp.Boolean(this=True))
    rate, total = Q.of(0), Q.of(0)
    for part in component.overrides:
        holds = template("coalesce($c, FALSE)", c=context.expression(part.when))
        for bound, sign in ((part.first, exp.GTE), (part.last, exp.LTE)):
            if bound:
                holds = exp.and_(holds, sign(this=context.day, expression=exp.cast(text(bound.isoformat()), "date")))
        overridden = overridden.when(holds, integer(2 if part.replaces == "result" else 1))
        counts = counts.when(holds, exp.Boolean(this=part.in_tiers == "counts"))
    for part in reversed(component.overrides):
        holds = template("coalesce($c, FALSE)", c=context.expression(part.when))
        for bound, sign in ((part.first, exp.GTE), (part.last, exp.LTE)):
            if bound:
                holds = exp.and_(holds, sign(this=context.day, expression=exp.cast(text(bound.isoformat()), "date")))
        rate = (context.expression(part.rate) if part.rate else Q.of(0)).pick(holds, rate)
        total = (context.expression(part.lump) if part.lump else Q.of(0)).pick(holds, total)
    columns["overridden"], columns["counts"] = overridden, counts
    keep("special_rate", rate)
    keep("special_sum", total)


def _release(component, context, columns, keep):
    if component.clawback:
        columns["deal"] = exp.column("deal", table="d" if context.row == "deal" else "f") if context.row != "window" else exp.cast(exp.Null(), "text")
    release = component.release
    if release is None:
        return
    if release.of:
        keep("whole", context.expression(release.of))
    if release.share:
        keep("payable", context.expression(release.share))
    if release.on:
        columns["due"] = context.expression(release.on)
    if release.pro_rata or release.milestones or release.events:
        columns["deal"] = exp.column("deal", table="d" if context.row == "deal" else "f") if context.row != "window" else exp.cast(exp.Null(), "text")

