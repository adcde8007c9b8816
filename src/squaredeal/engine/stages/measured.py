"""Stage 2: measures per payee and window, and the quotas they are held against."""
from sqlglot import exp

from squaredeal.engine.sql import ONE, integer, round_div, template

from .calendar import window


def query(plan, name, names, *, per_line):
    """SELECT payee, win, value of a measure: the sum of its term × share over the facts of its kind."""
    measure = plan.measures[name]
    unit = 10**14 if per_line else 10**8
    value = exp.Mul(this=exp.paren(names.expression(measure.sum)), expression=exp.column("share", table="c"))
    value = exp.Mul(this=round_div(value, integer(unit)), expression=integer(unit // ONE))
    win = _window(measure, names)
    return template(
        "SELECT c.payee, :win AS win, CAST(sum(:value) AS INT128) AS value FROM facts_in_period AS f JOIN credits AS c ON c.fact = f.id "
        "LEFT JOIN people AS p ON p.payee = c.payee AND f.date BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') "
        "WHERE f.kind = :kind AND :counts GROUP BY 1, 2",
        win=win, value=value, kind=exp.Literal.string(measure.over), counts=names.expression(measure.where or "true"))


def quota(plan, name):
    """SELECT payee, win, quota of a measure: quotas of the periods that lie in the window, summed."""
    measure = plan.measures[name]
    win = exp.column("period", table="q") if measure.window == "period" else window(
        measure.window, exp.column("starts", table="r"), fact=exp.column("period", table="q"), deal=exp.column("period", table="q"),
        period=exp.column("period", table="q"))
    return template("SELECT q.payee, :win AS win, CAST(sum(q.value) AS INT128) AS quota FROM quotas AS q JOIN span AS r ON r.period = q.period "
                    "WHERE q.measure = :name GROUP BY 1, 2", win=win, name=exp.Literal.string(name))


def _window(measure, names):
    return window(measure.window, exp.column("date", table="f"), fact=exp.column("id", table="f"),
                  deal=exp.column("deal", table="f") if "deal" in names.facts else exp.column("id", table="f"),
                  period=exp.column("period", table="f"))
