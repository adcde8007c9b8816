"""The quotas a measure is held against, by payee and window: from the table, pro-rated by days, or by the measure's own formula."""
from sqlglot import exp

from squaredeal.engine.plan import RollUp
from squaredeal.engine.sql import ONE, Q, template, text

from .calendar import WINDOW, in_force, reach, staff
from .context import Context

EVERYBODY = ("*", "everybody", "all", "全公司", "全体")


def query(book, name):
    """SELECT who, win, quota: quotas of the periods that lie in the window, summed; the period of a quota may be any built-in window too."""
    measure, rows = book.plan.measures[name], _rows(book, name)
    if measure.window in {"fact", "deal", "life"}:
        return template("SELECT who, CASE WHEN period IN ('', 'life') THEN '' ELSE period END AS win, sum(value) AS quota FROM $rows AS x GROUP BY 1, 2", rows=rows.subquery())
    if reach(measure.window):
        return template("SELECT q.who, t.period AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q JOIN span AS s ON s.period = q.period "
                        "JOIN span AS t ON $reach GROUP BY 1, 2", rows=rows.subquery(), reach=reach(measure.window))
    if measure.window == "period":
        return template("SELECT who, period AS win, CAST(sum(value) AS INT128) AS quota FROM $rows AS q GROUP BY 1, 2", rows=rows.subquery())
    win = template(WINDOW[measure.window], day=template("r.starts"))
    return template("SELECT q.who, coalesce($win, q.period) AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q LEFT JOIN span AS r ON r.period = q.period "
                    "GROUP BY 1, 2", rows=rows.subquery(), win=exp.Case(ifs=[exp.If(this=template("r.period IS NOT NULL"), true=win)]))


def _rows(book, name):
    """SELECT who, period, value: what the table says, and where it says nothing what the measure's formula gives."""
    measure = book.plan.measures[name]
    who = "payee"
    if measure.of == "everybody":
        who = f"CASE WHEN payee IN ({', '.join(repr(w) for w in EVERYBODY)}) THEN '*' ELSE payee END"
    scale = ONE // 10 ** book.tables.places("quotas", "value")
    rows = template(f"SELECT {who} AS who, period, CAST(value * {scale} AS INT128) AS value FROM quotas WHERE measure = $name", name=text(name))
    if measure.prorate == "days":
        rows = _prorated(rows, measure)
    if measure.quota is None or not (measure.of == "payee" or isinstance(measure.of, RollUp)):
        return rows
    context = Context(book, "window", windowed=measure.window)
    value = (Q(context.expression(measure.quota).whole(_unit())) * Q.of(1)).num
    made = template("SELECT p.payee AS who, p._win AS period, CAST($value AS INT128) AS value FROM $staff AS p JOIN $windows AS w ON w.win = p._win",
                    value=value, staff=staff(in_force(_own(measure))).subquery(), windows=in_force(_own(measure)).subquery())
    made = context.joined(made)
    return template("SELECT * FROM $rows AS a UNION ALL SELECT m.* FROM $made AS m ANTI JOIN quotas AS z ON z.measure = $name AND z.payee = m.who AND z.period = m.period",
                    rows=rows.subquery(), made=template("SELECT * FROM $m AS y WHERE NOT value IS NULL", m=made.subquery()).subquery(), name=text(name))


def _own(measure):
    """The windows a formula of quota is asked for: each window of the measure, or each period of one to date."""
    return "period" if reach(measure.window) or measure.window in {"fact", "deal", "life"} else measure.window


def _unit():
    from fractions import Fraction
    return Fraction(1, ONE)


def _prorated(rows, measure):
    """Each quota times the days of its period the person has an assignment, over all its days."""
    both = [in_force("period")] + ([in_force(measure.window)] if measure.window in WINDOW and measure.window != "life" else [])
    every = both[0] if len(both) == 1 else exp.union(*both)
    return template("SELECT r.who, r.period, CASE WHEN s.payee IS NULL THEN r.value ELSE CAST((r.value * s._active * 2 + s._days) // (s._days * 2) AS INT128) END AS value "
                    "FROM $rows AS r LEFT JOIN $staff AS s ON s.payee = r.who AND s._win = r.period", rows=rows.subquery(), staff=staff(every).subquery())



