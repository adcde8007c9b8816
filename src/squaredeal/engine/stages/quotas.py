"""The quotas a measure is held against, by payee and window: from the table, pro-rated by days, or by the measure's own formula."""
from sqlglot import exp

from squaredeal.engine.plan import RollUp
from squaredeal.engine.sql import ONE, Q, template, text

from .calendar import TO_DATE, WINDOW, in_force, reach, staff
from .context import Context

EVERYBODY = ("*", "everybody", "all", "全公司", "全体")


MONTHS_OF = "CASE WHEN q.period LIKE '____-__' THEN 1 WHEN q.period LIKE '____Q_' THEN 3 WHEN q.period LIKE '____H_' THEN 6 WHEN q.period LIKE '____' THEN 12 END"
FIRST = ("CASE WHEN q.period LIKE '____-__' THEN TRY_CAST(concat(q.period, '-01') AS DATE) "
         "WHEN q.period LIKE '____Q_' THEN make_date(TRY_CAST(left(q.period, 4) AS INT), TRY_CAST(right(q.period, 1) AS INT) * 3 - 2, 1) "
         "WHEN q.period LIKE '____H_' THEN make_date(TRY_CAST(left(q.period, 4) AS INT), TRY_CAST(right(q.period, 1) AS INT) * 6 - 5, 1) "
         "WHEN q.period LIKE '____' THEN make_date(TRY_CAST(q.period AS INT), 1, 1) END")
"""The length in months and the first day of a built-in period such as 2026-03, 2026Q1, 2026H1 or 2026."""


def query(book, name):
    """SELECT who, win, quota: quotas whose period lies in the window, summed; a month's count towards its quarter and year, never the other way.

    To date, quotas of single periods are summed up to the period; one of the whole quarter or year counts whole from its first period on.
    """
    measure, rows = book.plan.measures[name], _rows(book, name)
    if measure.window in {"fact", "deal", "life"}:
        return template("SELECT who, CASE WHEN period IN ('', 'life') THEN '' ELSE period END AS win, sum(value) AS quota FROM $rows AS x GROUP BY 1, 2", rows=rows.subquery())
    placed = template(f"SELECT q.who, q.value, coalesce(r.starts, {FIRST}) AS starts, coalesce(r.ends, CAST({FIRST} + ({MONTHS_OF}) * INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE)) AS ends "
                      f"FROM $rows AS q LEFT JOIN span AS r ON r.period = q.period", rows=rows.subquery())
    if measure.spread == "evenly" and (measure.window in WINDOW or reach(measure.window) or measure.window == "period"):
        placed = _spread(placed, _own(measure))
    if measure.window in WINDOW:
        first, last = template(WINDOW[measure.window], day=template("q.starts")), template(WINDOW[measure.window], day=template("q.ends"))
        return template("SELECT q.who, $first AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q WHERE $first = $last GROUP BY 1, 2",
                        rows=placed.subquery(), first=first, last=last)
    within = "q.starts >= s.starts AND q.ends <= s.ends"
    if measure.window == "period":
        return template(f"SELECT q.who, s.period AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q JOIN span AS s ON {within} GROUP BY 1, 2", rows=placed.subquery())
    so_far = template(f"SELECT q.who, t.period AS win, q.value FROM $rows AS q JOIN span AS s ON {within} JOIN span AS t ON $reach",
                      rows=placed.subquery(), reach=reach(measure.window))
    if measure.window in TO_DATE:  # a quota of the whole year counts whole, all the year
        first, last = (template(WINDOW[TO_DATE[measure.window]], day=template(f"q.{end}")) for end in ("starts", "ends"))
        so_far = exp.union(so_far, template("SELECT q.who, t.period AS win, q.value FROM $rows AS q JOIN span AS t ON t.starts >= q.starts AND t.ends <= q.ends "
                                            "AND (t.starts > q.starts OR t.ends < q.ends) WHERE $first = $last", rows=placed.subquery(), first=first, last=last),
                           distinct=False)
    return template("SELECT who, win, CAST(sum(value) AS INT128) AS quota FROM $rows AS z GROUP BY 1, 2", rows=so_far.subquery())


def _spread(placed, kind):
    """Quotas longer than a window of the kind in equal parts, one for each window they hold; the others as they are."""
    months = "(year(q.ends) * 12 + month(q.ends) - year(q.starts) * 12 - month(q.starts) + 1)"
    own = months.replace("q.", "w.")
    return template(f"SELECT q.who, CASE WHEN w.win IS NULL THEN q.value ELSE CAST((q.value * {own} * 2 + {months}) // ({months} * 2) AS INT128) END AS value, "
                    f"coalesce(w.starts, q.starts) AS starts, coalesce(w.ends, q.ends) AS ends FROM $placed AS q "
                    f"LEFT JOIN $windows AS w ON w.starts >= q.starts AND w.ends <= q.ends AND {own} < {months}", placed=placed.subquery(), windows=in_force(kind).subquery())


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



