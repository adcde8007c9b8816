"""Whole lines: what is said of a fact, or of a row of a measure, put back into each line from where it is said once; amounts in yuan."""
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, PLACES, Q, integer, shown, template, text
from squaredeal.engine.formula.trees import cast, paren

from .earned import reserve
from .ledger import ABOUT, FOLLOWING, KEY, MONEY

ORDER = ("id", "component", "clause", "payee", "fact", "day", "fact_period", "period", "share", "base", "before", "after", "uplift", "factor", "measured",
         "quota", "attainment", "passed", "full_amount", "earned", "reserved", "payout", "posted_before", "posted_reserved", "difference", "corrects",
         "plan", "plan_version", "given", "released", "posted_released", "source")
USUAL = {"share": str(ONE), "before": "0", "after": "before + base", "uplift": "0", "factor": str(ONE), "released": "earned", "full_amount": "earned", "posted_before": "0", "posted_reserved": "0",
         "posted_released": "0"}
WORDS = {"passed": "TRUE", "period": "fact_period", "source": "''", "corrects": "''"}
"""What a column of stored lines says where it is empty."""
OWN = f"n.ord < {FOLLOWING}"
"""Whether a line is a component's own, and not one that follows from others."""


@dataclass
class Told:
    """What the columns of lines mean, by component: `given` as (key, column, denominator, of what), and the row of a measure a line is `judged` by;
    `measures` the table of each row's alias, and `facts` the column that stands for each column of the facts."""
    given: dict = field(default_factory=dict)
    judged: dict = field(default_factory=dict)
    measures: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def facts_of(told, columns=None):
    """SELECT what lines are told of facts; `columns` gives a column in another form."""
    cells = [exp.alias_(exp.column("_ord"), "_ord"), exp.alias_(exp.column("id"), "_id"), exp.alias_(exp.column("date"), "_date")]
    return exp.select(*cells, *[exp.alias_((columns or {}).get(name, exp.column(name, quoted=True)), slot) for name, slot in told.facts.items()]).from_("facts_in")


def measures_of(name, cell=exp.column):
    """SELECT the numbered rows of a measure's table."""
    return exp.select(exp.alias_(exp.column("nth"), "_nth"), *[exp.alias_(cell(column), f"_{column}") for column in ("value", "quota", "place", "tied")]).from_(name)


def usual_of(name, known, after="before + base"):
    """What an amount is where a stored line does not say it; `known` are the expressions of other amounts."""
    tree = template(after if name == "after" else USUAL[name])
    if isinstance(tree, exp.Column):
        return known[tree.name]
    tree = tree.transform(lambda node: paren(known[node.name]) if isinstance(node, exp.Column) and node.name in known else node)
    return cast(tree, "INT128")


def kept(plan, earned):
    """What is reserved of an amount earned, where stored lines do not say it: each component keeps its part, rounded as amounts are."""
    unit = Fraction(10) ** -plan.settlement.line_places
    ifs = [exp.If(this=template("n.component = $c", c=text(c.name)), true=reserve(c, unit, earned)) for c in plan.components if c.reserve and c.reserve.keep]
    return paren(exp.Case(ifs=ifs, default=integer(0))) if ifs else integer(0)


def wide(plan, told, source, facts, measures, *, fen=None, ordered=True, after="before + base"):
    """SELECT whole lines, in order, from narrow ones; `measures` gives the query of each measure's rows.

    `fen` names the amounts that are fen, where lines come from a file and are empty where they say the usual thing, `after` what that is of the running
    base; else all are 10⁻⁸ yuan.
    """
    known = {name: exp.column(name, table="n") for name in MONEY}
    if fen is not None:
        known = {name: template(f"CAST(n.{name} AS INT128){f' * {ONE // 100}' if name in fen else ''}") for name in MONEY}
        for name in USUAL:
            known[name] = template("coalesce($c, $usual)", c=known[name], usual=usual_of(name, known, after))
        known["reserved"] = template("coalesce($c, $usual)", c=known["reserved"], usual=kept(plan, Q(known["earned"], ONE)))
    for column, part in (("measured", "coalesce({alias}._value, 0)"), ("quota", "{alias}._quota")):
        known[column] = _by_component({name: template(f"CAST({part.format(alias=alias)} AS INT128)") for name, alias in told.judged.items()}, known[column])
    cells = {name: yuan(value) for name, value in known.items()}
    if fen is not None:
        cells |= {name: template(f"coalesce(n.{name}, {f'n.{usual}' if usual == 'fact_period' else usual})") for name, usual in WORDS.items()}
    cells["id"] = template(f"coalesce(n.key, {KEY.format(id='_id')})")
    cells["fact"], cells["day"] = template("coalesce(n.fact, f._id)"), template("coalesce(n.day, f._date)")
    cells["payee"], cells["fact_period"] = template("CAST(n.payee AS TEXT)"), template("CAST(n.fact_period AS TEXT)")
    cells["period"] = cast(cells.get("period", exp.column("period", table="n")), "text")
    cells["source"] = cast(cells.get("source", exp.column("source", table="n")), "text")
    cells["payout"] = yuan(template("($r - $k) - ($pr - $pk)", r=known["released"], k=known["reserved"], pr=known["posted_released"], pk=known["posted_reserved"]))
    cells["difference"] = yuan(template("$e - $p", e=known["earned"], p=known["posted_before"]))
    cells["attainment"] = yuan(template("CASE WHEN $q > 0 THEN $m * $one // $q END", m=known["measured"], q=known["quota"], one=integer(ONE)))
    cells["plan"], cells["plan_version"] = text(plan.plan), integer(plan.version)
    clauses = [exp.If(this=template("n.component = $c", c=text(c.name)), true=text(c.clause)) for c in plan.components if c.clause]
    cells["clause"] = template("CASE WHEN n.key IS NULL THEN $clause ELSE '' END", clause=exp.Case(ifs=clauses, default=text("")) if clauses else text(""))
    cells["given"] = _given(told.given)
    select = [exp.alias_(cells.get(name, exp.column(name, table="n")), name) for name in ORDER]
    tree = exp.select(*select).from_(exp.alias_(source, "n", table=True)).join(facts.subquery("f", copy=False), on=template(ABOUT.format(ord="_ord")), join_type="left", copy=False)
    for alias, name in told.measures.items():
        tree = tree.join(measures(name).subquery(alias, copy=False), on=template(f"{alias}._nth = n.{alias}"), join_type="left", copy=False)
    return tree.order_by("payee", "component", "fact_period", "n.ord", "id") if ordered else tree


def _by_component(values, otherwise):
    """A value of the component's own lines, and otherwise another."""
    ifs = [exp.If(this=template(f"n.component = $c AND {OWN}", c=text(name)), true=value) for name, value in values.items()]
    return paren(exp.Case(ifs=ifs, default=otherwise)) if ifs else otherwise


def _given(given):
    """What each line's formulas read, as a JSON object of text."""
    objects = {}
    for component, parts in given.items():
        pairs = [part for key, column, den, of in parts for part in (text(key), _said(column, den, of))]
        if pairs:
            objects[component] = exp.Anonymous(this="json_object", expressions=pairs)
    return cast(_by_component(objects, text("{}")), "text")


def _said(column, den, of):
    """A given value as text."""
    found = exp.column(column, table=of or "n")
    if of not in ("", "f"):
        found = exp.column(f"_{column}", table=of)
        found = template("coalesce($v, 0)", v=found) if column == "value" else found
    return shown(Q(cast(found, "INT128"), den)) if den else cast(found, "text")


def yuan(value):
    """An integer of 10⁻⁸ as an exact decimal of yuan."""
    return template(f"CAST(CAST($v AS DECIMAL(28, 0)) * CAST(0.{'0' * (PLACES - 1)}1 AS DECIMAL({PLACES}, {PLACES})) AS DECIMAL(38, {PLACES}))", v=paren(value))
