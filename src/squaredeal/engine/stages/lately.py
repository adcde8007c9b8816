"""Stage: measures of the last so many days, months or periods up to each fact: what counts then, as facts come in and others, grown too old, go out."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template

from ..plan.calendar import MONTHS, counted
from ..plan.rolling import rolling
from .earnings import middle

FOREVER = 2**31 - 1


def lately(plan, measure, rows):
    """SELECT who, win, ord, value, added of a measure at each fact at which it changes, from SELECT who, win, day, ord, value of the facts that count: a fact goes out before the first one that is so much later.

    `added` is what the fact itself brings in.
    """
    out = "n.out" if measure.until == "fact" else "n.out - 1"  # a measure that leaves the fact itself out is looked up just before it
    leaving = template(
        "SELECT x.day, x.out FROM (SELECT y.day, min(y.ord) OVER (ORDER BY y.at DESC) AS out FROM ("
        "SELECT f.date AS at, CAST(NULL AS DATE) AS day, CAST(min(f._ord) AS BIGINT) AS ord FROM facts_in AS f GROUP BY 1 UNION ALL "
        "SELECT $gone AS at, f.date AS day, CAST(NULL AS BIGINT) AS ord FROM facts_in AS f GROUP BY 1, 2) AS y) AS x WHERE NOT x.day IS NULL", gone=_gone(plan, *rolling(measure.window)))
    stays = template(f"SELECT v.who, v.win, v.ord, v.value, coalesce({out}, {FOREVER}) AS out FROM $rows AS v JOIN $leaving AS n ON n.day = v.day",
                     rows=rows.subquery(copy=False), leaving=leaving.subquery(copy=False))
    if measure.take == "sum" and measure.count in (None, "facts"):
        moved = template("SELECT who, win, ord, value, value AS added FROM $stays AS a UNION ALL SELECT who, win, out AS ord, -value AS value, 0 AS added FROM $stays AS b "
                         f"WHERE out < {FOREVER}", stays=stays.subquery(copy=False))
        at = template("SELECT who, win, ord, CAST(sum(value) AS INT128) AS value, CAST(sum(added) AS INT128) AS added FROM $moved AS m GROUP BY 1, 2, 3", moved=moved.subquery(copy=False))
        return template("SELECT who, win, ord, CAST(sum(value) OVER (PARTITION BY who, win ORDER BY ord) AS INT128) AS value, added FROM $at AS c", at=at.subquery(copy=False))
    if measure.count not in (None, "facts"):
        value = template("count(DISTINCT s.value) * $one", one=integer(ONE))
    elif measure.take == "average":
        value = Q(template("sum(s.value)"), ONE, template("nullif(CAST(count(s.value) AS INT128), 0)")).whole(Fraction(1, ONE))
    elif measure.take == "median":
        value = Q(template("sum(s.value)"), 2 * ONE).whole(Fraction(1, ONE))
    else:
        value = template({"largest": "max(s.value)", "smallest": "min(s.value)"}[measure.take])
    there = template(f"SELECT e.who, e.win, e.ord, s.value FROM (SELECT who, win, ord FROM $stays AS a UNION SELECT who, win, out FROM $stays AS b "
                     f"WHERE out < {FOREVER}) AS e LEFT JOIN $stays AS s ON s.who = e.who AND s.win = e.win AND s.ord <= e.ord AND s.out > e.ord", stays=stays.subquery(copy=False))
    there = middle(there, "who, win, ord") if measure.take == "median" else there
    return template("SELECT s.who, s.win, s.ord, coalesce(CAST($value AS INT128), 0) AS value, CAST(0 AS INT128) AS added FROM $there AS s GROUP BY 1, 2, 3",
                    value=value, there=there.subquery(copy=False))


def _gone(plan, many, unit):
    """The day from which a fact `f` counts no more: so many days after its own, or the first day of the month, quarter … so many after its own."""
    if unit == "day":
        return template(f"f.date + {many}")
    if unit == "period" and plan.period == "table":
        return template(f"coalesce((SELECT t.starts FROM span AS s JOIN span AS t ON t.rank = s.rank + {many} WHERE s.period = f._period), DATE '9999-12-31')")
    unit = plan.period if unit == "period" else unit
    size, later = MONTHS[unit], plan.year_starts - 1 if unit != "month" else 0
    months = template(f"($place + {many}) * {size} + {later}", place=exp.paren(counted(plan, unit, template("f.date"))))
    return template("make_date(CAST($m // 12 AS INT), CAST($m % 12 AS INT) + 1, 1)", m=exp.paren(months))
