"""The quotas a measure is held against, by payee and window: from the table, pro-rated by days, or by the measure's own formula."""
from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, template, text
from squaredeal.engine.formula.working import counted
from squaredeal.engine.plan.plan import RollUp

from ..attached import text_of
from ..plan.about import EVERYBODY
from ..plan.calendar import TO_DATE, WINDOW, in_force, named, reach, staff
from ..plan.fields import own_year
from ..plan.rolling import of_days
from ..plan.saying import bracket
from .context import Context
from .credit import SEATED, relation

MONTHS_OF = "CASE WHEN q.period LIKE '____-__' THEN 1 WHEN q.period LIKE '____Q_' THEN 3 WHEN q.period LIKE '____H_' THEN 6 WHEN q.period LIKE '____' THEN 12 END"
"""The length in months of a built-in period such as 2026-03, 2026Q1, 2026H1 or 2026."""


def _first(plan):
    """The first day of a built-in period, as the plan's year begins."""
    later = f" + INTERVAL {plan.year_starts - 1} MONTH" if plan.year_starts > 1 else ""
    return ("CASE WHEN q.period LIKE '____-__' THEN TRY_CAST(concat(q.period, '-01') AS DATE) "
            f"WHEN q.period LIKE '____Q_' THEN CAST(make_date(TRY_CAST(left(q.period, 4) AS INT), TRY_CAST(right(q.period, 1) AS INT) * 3 - 2, 1){later} AS DATE) "
            f"WHEN q.period LIKE '____H_' THEN CAST(make_date(TRY_CAST(left(q.period, 4) AS INT), TRY_CAST(right(q.period, 1) AS INT) * 6 - 5, 1){later} AS DATE) "
            f"WHEN q.period LIKE '____' THEN CAST(make_date(TRY_CAST(q.period AS INT), 1, 1){later} AS DATE) END")


def query(book, name):
    """SELECT who, win, quota: quotas whose period lies in the window, summed; a month's count towards its quarter and year, never the other way.

    To date, quotas of single periods are summed up to the period; one of the whole quarter or year counts whole from its first period on.
    """
    measure, rows = book.plan.measures[name], _rows(book, name)
    if own_year(measure.window):
        return _of_own_years(book, measure, rows)
    if measure.window in {"fact", "deal", "life"}:
        return template("SELECT who, CASE WHEN period IN ('', 'life') THEN '' ELSE period END AS win, sum(value) AS quota FROM $rows AS x GROUP BY 1, 2", rows=rows.subquery(copy=False))
    first = _first(book.plan)
    placed = template(f"SELECT q.who, q.value, q.made, coalesce(r.starts, {first}) AS starts, coalesce(r.ends, CAST({first} + ({MONTHS_OF}) * INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE)) AS ends "
                      f"FROM $rows AS q LEFT JOIN span AS r ON r.period = q.period", rows=rows.subquery(copy=False))
    if measure.spread == "evenly" and (measure.window in WINDOW or reach(book.plan, measure.window) or measure.window == "period"):
        placed = _spread(book, placed, _own(book, measure))
    if measure.prorate != "no":
        placed = _prorated(placed, counted if measure.prorate == "working days" else _counted)
    if measure.window in WINDOW:
        first, last = named(book.plan, measure.window, template("q.starts")), named(book.plan, measure.window, template("q.ends"))
        return template("SELECT q.who, $first AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q WHERE $first = $last GROUP BY 1, 2",
                        rows=placed.subquery(copy=False), first=first, last=last)
    within = "q.starts >= s.starts AND q.ends <= s.ends"
    if measure.window == "period" or of_days(measure.window):  # what the last days are held against stands under the period they end with
        return template(f"SELECT q.who, s.period AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q JOIN span AS s ON {within} GROUP BY 1, 2", rows=placed.subquery(copy=False))
    so_far = template(f"SELECT q.who, t.period AS win, q.value FROM $rows AS q JOIN span AS s ON {within} JOIN span AS t ON $reach",
                      rows=placed.subquery(copy=False), reach=reach(book.plan, measure.window))
    if measure.window in TO_DATE:  # a quota of the whole year counts whole, all the year
        first, last = (named(book.plan, TO_DATE[measure.window], template(f"q.{end}")) for end in ("starts", "ends"))
        so_far = exp.union(so_far, template("SELECT q.who, t.period AS win, q.value FROM $rows AS q JOIN span AS t ON t.starts >= q.starts AND t.ends <= q.ends "
                                            "AND (t.starts > q.starts OR t.ends < q.ends) WHERE $first = $last", rows=placed.subquery(copy=False), first=first, last=last),
                           distinct=False)
    return template("SELECT who, win, CAST(sum(value) AS INT128) AS quota FROM $rows AS z GROUP BY 1, 2", rows=so_far.subquery(copy=False))


def _of_own_years(book, measure, rows):
    """SELECT who, win, quota: a calendar year's quota, of each year of their own that begins in it."""
    column, periods = bracket(own_year(measure.window)), in_force(book.plan, "period")
    asked, of_facts, of_people = set(book.plan.expand(column).names()), set(book.tables.columns("facts")), set(book.tables.columns("people"))
    queries = []
    if not asked & of_facts - of_people:
        queries.append((Context(book, "window"), "SELECT p.payee AS who, $day AS since FROM $staff AS p JOIN $windows AS w ON w.win = p._win"))
    if asked & of_facts:
        queries.append((Context(book, "fact"), f"SELECT c.payee AS who, $day AS since FROM facts_in AS f JOIN $credited AS c ON c.ord = f._ord LEFT JOIN people AS p ON {SEATED.format(p='p', who='c.payee')}"))
    days = [context.joined(template(sql, day=context.expression(column), staff=staff(periods).subquery(), windows=periods.subquery(), credited=relation(book, measure.credit).subquery())) for context, sql in queries]
    return template("SELECT DISTINCT q.who, concat(q.period, strftime(s.since, '-%m-%d')) AS win, CAST(q.value AS INT128) AS quota FROM $rows AS q JOIN $days AS s ON s.who = q.who "
                    "WHERE length(q.period) = 4 AND q.period >= strftime(s.since, '%Y')", rows=rows.subquery(copy=False), days=(exp.union(*days) if days[1:] else days[0]).subquery(copy=False))


def _spread(book, placed, kind):
    """Quotas longer than a window of the kind in equal parts, one for each window they hold; the others as they are."""
    months = "(year(q.ends) * 12 + month(q.ends) - year(q.starts) * 12 - month(q.starts) + 1)"
    own = months.replace("q.", "w.")
    return template(f"SELECT q.who, CASE WHEN w.win IS NULL THEN q.value ELSE CAST((q.value * {own} * 2 + {months}) // ({months} * 2) AS INT128) END AS value, q.made, "
                    f"coalesce(w.starts, q.starts) AS starts, coalesce(w.ends, q.ends) AS ends FROM $placed AS q "
                    f"LEFT JOIN $windows AS w ON w.starts >= q.starts AND w.ends <= q.ends AND {own} < {months}", placed=placed.subquery(copy=False), windows=in_force(book.plan, kind).subquery(copy=False))


def _rows(book, name):
    """SELECT who, period, value: what the table says, and where it says nothing what the measure's formula gives."""
    measure = book.plan.measures[name]
    who = "payee"
    if measure.of == "everybody":
        who = f"CASE WHEN CAST(payee AS TEXT) IN ({', '.join(map(text_of, EVERYBODY))}) THEN '*' ELSE CAST(payee AS TEXT) END"
    scale = ONE // 10 ** book.tables.places("quotas", "value")
    rows = template(f"SELECT {who} AS who, period, CAST(value * {scale} AS INT128) AS value, FALSE AS made FROM quotas WHERE measure = $name", name=text(name))
    if measure.quota is None or not (measure.of == "payee" or isinstance(measure.of, RollUp)):
        return rows
    context = Context(book, "window", windowed=measure.window)
    value = (Q(context.expression(measure.quota).whole(_unit())) * Q.of(1)).num
    made = template("SELECT p.payee AS who, p._win AS period, CAST($value AS INT128) AS value, TRUE AS made FROM $staff AS p JOIN $windows AS w ON w.win = p._win",
                    value=value, staff=staff(in_force(book.plan, _own(book, measure))).subquery(copy=False), windows=in_force(book.plan, _own(book, measure)).subquery(copy=False))
    made = context.joined(made)
    return template("SELECT * FROM $rows AS a UNION ALL SELECT m.* FROM $made AS m ANTI JOIN quotas AS z ON z.measure = $name AND z.payee = m.who AND z.period = m.period",
                    rows=rows.subquery(copy=False), made=template("SELECT * FROM $m AS y WHERE NOT value IS NULL", m=made.subquery(copy=False)).subquery(copy=False), name=text(name))


def _own(book, measure):
    """The windows a formula of quota is asked for: each window of the measure, or each period of one to date."""
    return "period" if reach(book.plan, measure.window) or measure.placed in {"fact", "deal", "life"} else measure.window


def _unit():
    from fractions import Fraction
    return Fraction(1, ONE)


def _counted(first, last):
    return f"(date_diff('day', {first}, {last}) + 1)"


def _prorated(placed, count):
    """Each quota of the table times the days of its span the person has an assignment, over all its days; whoever is no person keeps theirs. `count` says how many days there are from one to another."""
    days = f"({count('q.starts', 'q.ends')})"
    own = count('greatest(p."from", q.starts)', 'least(coalesce(p."to", q.ends), q.ends)')
    here = template(f"SELECT q.who, q.starts, q.ends, CAST(sum({own}) AS BIGINT) AS active "
                    "FROM (SELECT DISTINCT who, starts, ends FROM $placed AS y) AS q JOIN people AS p ON p.payee = q.who AND p.\"from\" <= q.ends "
                    "AND coalesce(p.\"to\", DATE '9999-12-31') >= q.starts GROUP BY 1, 2, 3", placed=placed.subquery(copy=False))
    return template(f"SELECT q.who, CASE WHEN q.made OR k.payee IS NULL THEN q.value ELSE CAST((q.value * coalesce(a.active, 0) * 2 + {days}) // ({days} * 2) AS INT128) END AS value, "
                    "q.made, q.starts, q.ends FROM $placed AS q LEFT JOIN (SELECT DISTINCT payee FROM people) AS k ON k.payee = q.who "
                    "LEFT JOIN $here AS a ON a.who = q.who AND a.starts = q.starts AND a.ends = q.ends", placed=placed.subquery(copy=False), here=here.subquery(copy=False))
