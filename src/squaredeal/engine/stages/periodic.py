"""Stage 1 for components paid per period: one row per payee and period that has a quota or a value of the measure."""
from sqlglot import exp

from squaredeal.engine.plan import Lump
from squaredeal.engine.sql import ONE, integer, template

from .credited import columns, formulas


def query(plan, component, names, tables_of):
    """SELECT fact (NULL), ord, day, period, win, payee, share, base, flat, uplift, factor, r0…, given; attributes as of the period's last day.

    `tables_of(measure)` names the stage table with payee, win, value, quota.
    """
    wanted = [m for m in (component.base, getattr(component.rate, "by", "").removeprefix("attainment of ") or None,
                          component.gate and component.gate.attainment_of) if m]
    rows = " UNION ".join(f"SELECT payee, win FROM {tables_of(m)}" for m in wanted) or "SELECT DISTINCT payee, period AS win FROM people, span"
    base = f"(SELECT value FROM {tables_of(component.base)} AS v WHERE v.payee = w.payee AND v.win = w.win)" if component.base else "0"
    texts = [*formulas(component), component.rate.lump if isinstance(component.rate, Lump) else None]
    given = exp.func("json_object", *[part for n in names.used(*texts) for part in (exp.Literal.string(n), exp.cast(names.column(n), "text"))])
    tree = template(
        f"SELECT CAST(NULL AS TEXT) AS fact, r.rank AS ord, r.ends AS day, r.period, w.win, w.payee, CAST({ONE} AS INT128) AS share, "
        f"CAST(coalesce({base}, 0) AS INT128) AS base, $given AS given FROM ({rows}) AS w JOIN span AS r ON r.period = w.win "
        "LEFT JOIN people AS p ON p.payee = w.payee AND r.ends BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') "
        "WHERE coalesce($who, FALSE)", given=given, who=names.expression(component.who))
    found = columns(component, names)
    if isinstance(component.rate, Lump):
        found["flat"] = names.expression(component.rate.lump)
        tree = tree.transform(lambda n: n)
        tree.args["expressions"] = [exp.alias_(exp.cast(integer(ONE), "INT128"), "base") if e.alias == "base" else e for e in tree.expressions]
    for alias, expression in found.items():
        tree = tree.select(exp.alias_(expression, alias))
    return tree
