"""Stage 1: each fact's base credited to each payee, with everything formulas say about it; managers by roll-up as of the fact's date."""
from sqlglot import exp

from squaredeal.engine import formula
from squaredeal.engine.check import kinds as known_kinds
from squaredeal.engine.plan import Flat, LumpPlusExcess, PerUnit, RollUp, Tiers
from squaredeal.engine.sql import ONE, compiled, integer, round_div, template

from .calendar import window

SEATED = "{p}.payee = {who} AND f.date BETWEEN {p}.\"from\" AND coalesce({p}.\"to\", DATE '9999-12-31')"


class Names:
    """Where a formula's names live: the credited fact `f`, the credit `c`, the payee's assignment `p`, scores."""

    def __init__(self, plan, tables):
        self.plan, self.facts, self.people = plan, tables.columns("facts"), tables.columns("people")
        self.kinds = known_kinds(plan, tables.kinds())

    def column(self, name):
        if name == "share":
            return exp.column("share", table="c")
        if name == "role":
            return exp.column("role", table="c")
        if name in self.facts:
            return exp.column(name, table="f", quoted=True)
        if name in self.people:
            return exp.column(name, table="p", quoted=True)
        raise formula.FormulaError(f"事实表和人员表里没有 {name} 这一列", f"neither facts nor people have a column {name}")

    def expression(self, text):
        return compiled(self.plan.expand(text), self.column, self.kinds)

    def used(self, *texts):
        """Columns the formulas name, in order, for the explanation."""
        return list(dict.fromkeys(n for t in texts if t for n in self.plan.expand(t).names()))


def query(plan, component, names, *, per_line):
    """SELECT fact, ord, day, period, win, payee, share, base, flat, uplift, factor, r0…, given.

    `base` and the rates are fixed-point; `base` is rounded to fen when the plan rounds per line.
    """
    rolled = isinstance(component.credit, RollUp)
    texts = formulas(component)
    base = exp.Mul(this=exp.paren(names.expression(component.base or "0")), expression=exp.column("share", table="c"))
    unit = 10**14 if per_line else 10**8
    base = exp.Mul(this=round_div(base, integer(unit)), expression=integer(unit // ONE))
    day, own = exp.column("date", table="f"), window_of(component, plan)
    win = window(own, day, fact=exp.column("id", table="f"),
                 deal=exp.column("deal", table="f") if "deal" in names.facts else exp.column("id", table="f"), period=exp.column("period", table="f"))
    given = exp.func("json_object", *[part for n in names.used(component.base, *texts)
                                      for part in (exp.Literal.string(n), exp.cast(names.column(n), "text"))])
    tree = template(
        f"SELECT f.id AS fact, f.ord, f.date AS day, f.period, $win AS win, p.payee AS payee, CAST(sum(c.share) AS INT128) AS share, "
        f"CAST(sum($base) AS INT128) AS base, any_value($given) AS given FROM facts_in_period AS f JOIN {_credits(component)} AS c ON c.fact = f.id "
        f"LEFT JOIN people AS p ON {SEATED.format(p='p', who='c.payee')} "
        f"WHERE f.kind = $kind AND $counts AND coalesce($who, FALSE) GROUP BY ALL",
        win=win, base=base, given=given, kind=exp.Literal.string(component.each),
        counts=names.expression(component.where or "true"), who=names.expression(component.who))
    if rolled:
        tree.args["group"] = None
        tree = tree.group_by("f.id", "f.ord", "f.date", "f.period", win.copy(), "p.payee")
    else:
        tree.args["group"] = None
        tree = tree.group_by("f.id", "f.ord", "f.date", "f.period", win.copy(), "p.payee")
    for alias, expression in columns(component, names).items():
        tree = tree.select(exp.alias_(exp.func("any_value", expression), alias))
    return tree


def window_of(component, plan):
    """The window in which the component's own running base moves through its table."""
    if isinstance(component.rate, (Tiers, LumpPlusExcess)):
        return plan.measures[component.rate.by.removeprefix("attainment of ")].window
    return "period"


def formulas(component):
    """Every formula text of a component past its base."""
    rate = component.rate
    return [*([rate.flat] if isinstance(rate, Flat) else []), *([rate.per_unit, rate.quantity] if isinstance(rate, PerUnit) else []),
            *([text for _e, text in rate.table] if isinstance(rate, Tiers) else []),
            *[u.when for u in component.uplift], *[u.add for u in component.uplift], *[f.when for f in component.factor]]


def columns(component, names):
    """{alias: expression} of the rates and conditions, evaluated on each credited fact."""
    rate, found = component.rate, {}
    if isinstance(rate, Flat):
        found["flat"] = names.expression(rate.flat)
    if isinstance(rate, PerUnit):
        found["flat"] = names.expression(rate.per_unit)
        found["quantity"] = round_div(exp.Mul(this=names.expression(rate.quantity), expression=exp.column("share", table="c")), integer(ONE))
    if isinstance(rate, Tiers):
        for place, (_edge, text) in enumerate(rate.table):
            found[f"r{place}"] = names.expression(text)
    uplift = integer(0)
    for part in component.uplift:
        case = exp.Case(ifs=[exp.If(this=names.expression(part.when), true=names.expression(part.add))], default=integer(0))
        uplift = exp.paren(exp.Add(this=uplift, expression=case))
    factor = integer(ONE)
    for part in component.factor:
        case = exp.Case(ifs=[exp.If(this=names.expression(part.when), true=integer(part.times * ONE))], default=integer(ONE))
        factor = case if factor == integer(ONE) else round_div(exp.Mul(this=exp.paren(factor), expression=case), integer(ONE))
    return {**found, "uplift": uplift, "factor": factor}


def _credits(component):
    if not isinstance(component.credit, RollUp):
        roles = ", ".join(f"'{role}'" for role in component.credit)
        return f"(SELECT * FROM credits WHERE role IN ({roles}))"
    levels = ["SELECT c.fact, c.payee, c.share, c.role FROM credits AS c WHERE role <> 'overlay'"] if component.credit.own_deals == "included" else []
    chain, who = "", "c.payee"
    for level in range(1, component.credit.roll_up + 1):
        chain += f" JOIN people AS s{level} ON {SEATED.format(p=f's{level}', who=who)}"
        who = f"s{level}.manager"
        levels.append(f"SELECT c.fact, {who} AS payee, c.share, c.role FROM credits AS c JOIN facts AS f ON f.id = c.fact{chain} "
                      f"WHERE c.role <> 'overlay' AND {who} IS NOT NULL")
    return f"({' UNION ALL '.join(levels)})"
