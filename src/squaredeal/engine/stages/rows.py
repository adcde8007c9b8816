"""Stage: one row per fact, deal or window and payee of a component, with its base and everything its formulas say about the row.

Each number a later stage needs is a column of integers (and a second one where it was divided by a column); constants stay constants.
"""
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine import formula
from squaredeal.engine.formula import FormulaError
from squaredeal.engine.plan import CreditTo, Flat, Grid, Lump, LumpPlusExcess, Matrix, PerUnit, RollUp, ShareOfDifference, Tiers
from squaredeal.engine.sql import ONE, Q, integer, template, text

from .calendar import TO_DATE, WINDOW
from .context import Context
from .credit import SEATED, relation


@dataclass
class Rows:
    """A component's row query and how later stages read its numbers: `numbers` by alias, `flags` are column names."""
    query: exp.Expression
    numbers: dict = field(default_factory=dict)
    moving: str = "none"
    to_date: bool = False
    amount_places: int = 0

    def number(self, alias):
        return self.numbers[alias]


def texts(component):
    """Every formula text of a component that says something about a row, for the explanation."""
    rate, found = component.rate, [component.base_text]
    if isinstance(rate, Flat):
        found.append(rate.flat)
    if isinstance(rate, PerUnit):
        found += [rate.per_unit, rate.quantity]
    if isinstance(rate, Lump):
        found.append(rate.lump)
    if isinstance(rate, (Tiers, Grid)):
        found += [value for _e, value in rate.table] + ([by_text(rate)] if not (isinstance(rate, Tiers) and rate.by == "base") else [])
    if isinstance(rate, LumpPlusExcess) and rate.by != "base":
        found.append(by_text(rate))
    if isinstance(rate, Matrix):
        found += [rate.rows, rate.columns, *(v for row in rate.matrix for v in row)]
    if isinstance(rate, ShareOfDifference):
        found += [rate.share_of_difference, rate.of, rate.over, rate.quantity, rate.net_of]
    found += [t for u in component.uplift for t in (u.when, u.add)] + [t for f in component.factor for t in (f.when, f.times)]
    if component.gate:
        found.append(component.gate.when or f"attainment({_bracket(component.gate.attainment_of)})")
    if component.limit:
        found += [str(v) for v in (component.limit.cap, component.limit.floor) if v is not None]
    if component.split:
        found.append(component.split.by)
    if component.release:
        found += [t for t in (component.release.of, component.release.share, component.release.on) if t]
    return [str(t) for t in found if t is not None]


def _bracket(name):
    try:
        return name if formula.parse(name).op == "name" else f"[{name}]"
    except FormulaError:
        return f"[{name}]"


def by_text(rate):
    """What a table moves by, as a formula text."""
    by = getattr(rate, "by", "")
    if by.startswith("attainment of "):
        return f"attainment({_bracket(by.removeprefix('attainment of '))})"
    return _bracket(by) if not _parses(by) else by


def _parses(by):
    try:
        formula.parse(by)
        return True
    except FormulaError:
        return False


def same_as_base(plan, component):
    """Whether the measure a marginal table moves by is the component's own running base."""
    rate = component.rate
    if rate.by == "base":
        return True
    measure = plan.measures.get(rate.measure)
    if measure is None or component.base is None:
        return False
    if component.per_period or component.each == "deal":
        return plan.expand(component.base_text) == plan.expand(_bracket(rate.measure))
    where = (plan.expand(measure.where or "true"), plan.expand(component.where or "true"))
    return (plan.expand(measure.sum) == plan.expand(component.base_text) and sorted(measure.kinds) == sorted(component.kinds) and where[0] == where[1]
            and measure.of == "payee" and isinstance(component.credit, list) and set(component.credit) == set(measure.credit))


def window_of(plan, component):
    """The window the component's running base is counted in."""
    rate = component.rate
    if isinstance(rate, (Tiers, LumpPlusExcess)):
        return rate.window if rate.by == "base" else plan.measures[rate.measure].window if rate.measure in plan.measures else rate.window
    return "period"


def build(book, component):
    """The Rows of a component."""
    plan = book.plan
    context, tree, share = _source(book, component)
    rows = Rows(tree, amount_places=book.tables.places("facts", "amount"))
    base = context.expression(component.base_text) if component.base_text else Q.of(0)
    share_q = book.column("credits", "share", "c") if share else Q.of(1)
    rows.to_date = bool(component.base and component.per_period and any(
        n.op == "name" and n.args[0] in plan.measures and plan.measures[n.args[0]].window in TO_DATE for n in plan.expand(component.base_text).walk()))
    unit = Fraction(1, 100) if plan.settlement.round_base == "to fen" else Fraction(1, ONE)
    columns = {"base": (Q((base * share_q).whole(unit)) * Q.of(unit * ONE)).whole()}
    numbers = {"base": Q(exp.column("base"), ONE)}

    def keep(alias, value):
        constant = value.constant()
        if constant is not None:
            numbers[alias] = Q.of(constant)
            return
        columns[alias] = exp.cast(value.num, "INT128")
        over = None
        if value.over is not None:
            columns[f"{alias}_d"] = exp.cast(value.over, "INT128")
            over = exp.column(f"{alias}_d")
        numbers[alias] = Q(exp.column(alias), value.den, over)

    keep("share", share_q)
    _rate(plan, component, context, keep, share_q, rows)
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
    if component.limit:
        for name in ("cap", "floor"):
            if getattr(component.limit, name) is not None:
                keep(name, context.expression(str(getattr(component.limit, name))))
        columns["limit_win"] = _window(component, context, component.limit.window)
    if component.split:
        keep("weight", context.expression(component.split.by))
        columns["split_win"] = {"fact": lambda: exp.column("fact"), "unit": lambda: exp.column("unit", table="p"), "everybody": lambda: text("")}[component.split.within]()
    if component.release:
        _release(component, context, columns, keep)
    columns["win"] = _window(component, context, window_of(plan, component))
    columns["given"] = context.given(*texts(component))
    if context.row == "window":
        seen = [template(f"NOT {alias}.{'payee' if alias[0] in 'se' else 'who'} IS NULL") for alias in context.joins if alias[0] in "mqse"]
        columns["seen"] = exp.or_(*seen) if seen else exp.Boolean(this=True)
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
        up = exp.column(component.credit.along, table="b", quoted=True)
        for_whom = template(f"SELECT CAST(NULL AS TEXT) AS fact, b.payee AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, p.payee AS payee, b.payee AS source "
                            f"FROM paid_by_{kind} AS w JOIN staff_{kind} AS b ON b._win = w.win JOIN staff_{kind} AS p ON p._win = w.win AND p.payee = $up "
                            f"WHERE coalesce($who, FALSE) AND $counts", up=up, who=context.expression(component.who),
                            counts=context.expression(component.where or "true"))
        return context, for_whom, False
    context = Context(book, "window", windowed=kind)
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="p") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    tree = template(f"SELECT CAST(NULL AS TEXT) AS fact, $via AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, $payee AS payee, p.payee AS source "
                    f"FROM paid_by_{kind} AS w JOIN staff_{kind} AS p ON p._win = w.win WHERE coalesce($who, FALSE) AND $counts AND NOT $payee IS NULL",
                    via=exp.column("payee", table="p") if pool else exp.cast(exp.Null(), "text"), payee=payee, who=context.expression(component.who),
                    counts=context.expression(component.where or "true"))
    if "headcount" in "".join(key for t in texts(component) for key in [n.op for n in book.plan.expand(t).walk()]):
        tree = tree.join(template(f"(SELECT p._win, count(*) AS heads FROM staff_{kind} AS p WHERE coalesce($who, FALSE) GROUP BY 1)",
                                  who=context.expression(component.who)), on="h._win = w.win", join_type="left", join_alias="h")
    return context, tree, False


def _by_deal(book, component):
    """One row per deal and payee credited in it, on the day of its last fact."""
    context = Context(book, "deal")
    roles = exp.Tuple(expressions=[text(r) for r in (component.credit if isinstance(component.credit, list) else ["owner", "split"])])
    deals = template("SELECT f.deal, c.payee, max(f.date) AS day, arg_max(f._period, f._ord) AS period, max(f._ord) AS ord FROM facts_in AS f "
                     "JOIN credits AS c ON c.fact = f.id WHERE NOT f.deal IS NULL AND c.role IN ($roles) GROUP BY 1, 2", roles=roles)
    tree = template("SELECT d.deal AS fact, CAST(NULL AS TEXT) AS via, d.ord, d.day, d.period, d.payee AS payee, d.payee AS source FROM $deals AS d "
                    "LEFT JOIN people AS p ON p.payee = d.payee AND d.day BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') "
                    "WHERE $counts AND coalesce($who, FALSE)", deals=_flat(deals).subquery(), counts=context.expression(component.where or "true"),
                    who=_with_person(component, context.expression(component.who)))
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
        keep("target", context.expression(f"quota({_bracket(rate.measure)})"))
    if rows.moving == "measure":
        keep("by", context.expression(_bracket(rate.measure)))


def reached(rate, value, edge):
    """The condition that a value has reached an edge, as the table says edges."""
    return value.compare(exp.GT if rate.edges == "upper inclusive" else exp.GTE, edge if isinstance(edge, Q) else Q.of(edge))


def stepped(rate, value, results):
    """The result of the band a value has reached; before the first edge nothing (or the first row), beyond the end what `beyond` says."""
    below = getattr(rate, "below", "nothing" if rate.table[0][0] != 0 else "first row")
    found = results[0] if below == "first row" else Q(exp.Null()) if below == "refuse" else Q.of(0)
    for place, (edge, _value) in enumerate(rate.table):
        if place == 0 and below == "first row":
            continue
        condition = reached(rate, value, edge) if place or edge or rate.edges == "lower inclusive" else value.compare(exp.GTE, Q.of(edge))
        found = results[place].pick(condition, found)
    return _beyond(rate, value, found)


def _beyond(rate, value, found):
    if rate.end is None or rate.beyond == "last row":
        return found
    over = value.compare(exp.GT if rate.edges == "upper inclusive" else exp.GTE, Q.of(rate.end))
    return (Q.of(0) if rate.beyond == "nothing" else Q(exp.Null())).pick(over, found)


def grid(rate, context):
    """A grid's value: the row at or below, or on the straight line between two rows."""
    value, results = context.expression(rate.by), [context.expression(v) for _e, v in rate.table]
    if rate.grid == "step":
        return stepped(rate, value, results)
    edges = [e for e, _v in rate.table]
    found = results[0] if rate.below == "first row" else Q(exp.Null()) if rate.below == "refuse" else Q.of(0)
    for place, edge in enumerate(edges):
        here = results[place]
        if place + 1 < len(edges):
            here = here + (results[place + 1] - here) * (value - Q.of(edge)) / Q.of(edges[place + 1] - edge)
        found = here.pick(value.compare(exp.GTE, Q.of(edge)), found)
    return _beyond(rate, value, found)


def matrix(rate, context):
    """The matrix's value at the row and column reached; nothing before the first edges."""
    across, down = context.expression(rate.columns), context.expression(rate.rows)
    found = Q.of(0)
    for row, low in enumerate(rate.row_edges):
        inner = Q.of(0)
        for column, left in enumerate(rate.column_edges):
            inner = context.expression(rate.matrix[row][column]).pick(across.compare(exp.GTE, Q.of(left)), inner)
        found = inner.pick(down.compare(exp.GTE, Q.of(low)), found)
    return found


def _gate(component, context):
    gate = component.gate
    if gate is None:
        return exp.Boolean(this=True)
    if gate.when:
        return template("coalesce($c, FALSE)", c=context.expression(gate.when))
    name = _bracket(gate.attainment_of)
    value, quota = context.expression(name), context.expression(f"quota({name})")
    return template("coalesce($c, $otherwise)", c=value.compare(exp.GTE, quota * Q.of(gate.at_least)),
                    otherwise=exp.Boolean(this=gate.without_quota == "passes"))


def _judged(plan, component, context):
    """(value, quota) the line is held against, for showing: the gate's, or the table's."""
    name = component.gate.attainment_of if component.gate and component.gate.attainment_of else \
        component.rate.measure if isinstance(component.rate, Tiers) and component.rate.measure in plan.measures else None
    if name is None:
        return exp.cast(exp.Null(), "INT128"), exp.cast(exp.Null(), "INT128")
    bracket = _bracket(name)
    return exp.cast(context.expression(bracket).num, "INT128"), exp.cast(context.expression(f"quota({bracket})").num, "INT128")


def _release(component, context, columns, keep):
    release = component.release
    if release.of:
        keep("whole", context.expression(release.of))
    if release.share:
        keep("payable", context.expression(release.share))
    if release.on:
        columns["due"] = context.expression(release.on)
    if release.pro_rata or release.milestones:
        columns["deal"] = exp.column("deal", table="d" if context.row == "deal" else "f") if context.row != "window" else exp.cast(exp.Null(), "text")


__all__ = ["Rows", "build", "by_text", "integer", "same_as_base", "texts", "window_of"]
