"""Stage: measures per payee, unit, leader or all together, and window, with the quotas they are held against and their ranking."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template, text
from squaredeal.engine.formula.trees import cast, paren
from squaredeal.engine.plan.plan import RollUp

from ..plan.calendar import WINDOW, apart, in_force, known_by_period, named, reach, staff
from ..plan.fields import own_year
from ..plan.rolling import of_days, of_periods
from . import quotas
from .book import BY_FACT
from .context import DAY_ONE, Context
from .credit import SEATED, relation
from .earnings import middle
from .held import held
from .lately import lately

MEDIAN = cast(Q(template("sum(value)"), 2 * ONE).whole(Fraction(1, ONE)), "INT128")
"""Of the rows in the middle, as `middle` gives them."""


def query(book, name):
    """SELECT who, win, value, quota, place, tied, following, year_on, nth, at (win as a small number, where it is a period) of a measure: what is summed, counted or taken over the facts of its kinds."""
    measure = book.plan.measures[name]
    if measure.onward:
        return _until_fact(book, name)
    values = (_taken if measure.each else _summed)(book, _facts(book, measure), measure)
    both = template("SELECT coalesce(v.who, q.who) AS who, coalesce(v.win, q.win) AS win, coalesce(v.value, 0) AS value, q.quota FROM $values AS v "
                    "FULL JOIN $quota AS q ON v.who = q.who AND v.win = q.win", values=values.subquery(copy=False), quota=quotas.query(book, name).subquery(copy=False))
    both = held(book, measure, both) if measure.at_most is not None else both
    later = [_of_each(when(measure.window)) if measure.per else when(measure.window) for when in (_following, _year_on)]
    nth = "" if measure.window in BY_FACT else ", CAST(row_number() OVER (ORDER BY k.who, k.win) AS INT) AS nth"
    at, there = (", t.period AS at", " LEFT JOIN span_in AS t ON CAST(t.period AS TEXT) = k.win") if book.by_period(measure) else ("", "")
    return template(f"SELECT k.*, $f AS following, $y AS year_on{nth}{at} FROM $ranked AS k{there}", f=later[0], y=later[1], ranked=_ranked(book, name, both).subquery(copy=False))


def _facts(book, measure):
    """SELECT who, win, period, value (or what is counted) of every fact and payee that counts."""
    context = Context(book, "fact")
    context.rolled = isinstance(measure.of, RollUp)  # source() reads whoever the fact is credited to
    everybody = measure.of == "everybody"
    counts, counted = context.expression(measure.where or "true"), context.expression(measure.count if measure.count not in (None, "facts") else measure.sum)
    whole = everybody and measure.shared and not _seated(context, counts, counted)  # what asks about the payee is counted for each of them
    if measure.count not in (None, "facts"):
        value = counted.num if isinstance(counted, Q) else counted
    elif measure.count is None and not isinstance(counted, Q):  # a day, of which the first or last is taken
        value = Q(template(f"CAST($d - DATE '{DAY_ONE}' AS BIGINT)", d=paren(counted))).whole(Fraction(1, ONE))
    else:
        share = Q.of(1) if whole or (measure.take != "sum" and not measure.each) else book.column("credits", "share", "c")
        unit = Fraction(1, 100) if book.plan.settlement.round_base == "to fen" and measure.count is None else Fraction(1, ONE)
        value = (Q((counted * share).whole(unit, quick=True)) * Q.of(unit * ONE)).whole()
    if everybody:
        who = text("*")
    elif measure.of == "payee" or isinstance(measure.of, RollUp):
        who = exp.column("payee", table="c")
    else:
        who = exp.column(measure.of, table="p", quoted=True)
    source = template("SELECT _ord AS ord, CAST(NULL AS TEXT) AS payee FROM facts_in") if whole else relation(book, measure.of if isinstance(measure.of, RollUp) else measure.credit)
    win = context.windowed_by(measure.each or measure.placed)
    if measure.per:
        win = apart(text("") if reach(book.plan, measure.placed) is not None else win, exp.column(measure.per, table="f", quoted=True))
    people = f"LEFT JOIN people AS p ON {SEATED.format(p='p', who='c.payee')} " if _seated(context, who, value, counts, win) else ""
    day = "f.date AS day, " if of_days(measure.window) or measure.trails else ""
    tree = template(f"SELECT $who AS who, $win AS win, {day}f._period AS period, f._ord AS ord, $value AS value FROM facts_in AS f JOIN $source AS c ON c.ord = f._ord {people}"
                    "WHERE f._kind IN ($kinds) AND $counts", who=who, win=win, value=value, source=source.subquery(copy=False),
                    kinds=exp.Tuple(expressions=[text(k) for k in measure.kinds]), counts=counts)
    return _kinds(context.joined(tree), measure.kinds)


def _seated(context, *parts):
    """Whether the parts, or what they are joined with, ask about the person."""
    asked = (*(part.num if isinstance(part, Q) else part for part in parts), *(part.over for part in parts if isinstance(part, Q) and part.over is not None),
             *(on for _source, on in context.joins.values()))
    return any(column.table in ("p", "b") for part in asked for column in part.find_all(exp.Column))


def _kinds(tree, kinds):
    """f.kind IN ('a', 'b'): the placeholder stands for a tuple; flatten it."""
    def flat(node):
        if isinstance(node, exp.In) and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Tuple):
            node.set("expressions", node.expressions[0].expressions)
        return node
    return tree.transform(flat)


def _summed(book, rows, measure):
    """SELECT who, win, value: each window's sum, count, average, largest or smallest; a window to date or of the last n periods per period of the span."""
    spread = reach(book.plan, measure.window)
    if spread is not None and measure.plain:  # sums of sums: each period once
        kept = "day" if of_days(measure.window) else "any_value(period) AS period" if measure.per is None else "period"
        rows = template(f"SELECT who, win, {kept}, CAST(sum(value) AS INT128) AS value FROM $rows AS x GROUP BY 1, 2{'' if ' ' in kept else ', 3'}", rows=rows.subquery(copy=False))
    if spread is not None:
        span = "" if of_days(measure.window) else "JOIN span AS s ON s.period = v.period "
        rows = template(f"SELECT v.who, {'concat(t.period, v.win)' if measure.per else 't.period'} AS win, v.value{', v.ord' if measure.ordered else ''} FROM $rows AS v {span}JOIN span AS t ON $spread",
                        rows=rows.subquery(copy=False), spread=spread)
    one = integer(ONE)
    if measure.several:
        rows = _several(measure, template("SELECT who, win, value, 0 AS lacking FROM $rows AS x WHERE NOT who IS NULL", rows=rows.subquery(copy=False)))
    if measure.count not in (None, "facts"):
        value = template("count(DISTINCT value) * $one", one=one)
    elif measure.take == "average":
        value = Q(template("sum(value)"), ONE, template("CAST(count(*) AS INT128)")).whole(Fraction(1, ONE))
    elif measure.take == "median":
        rows = middle(template("SELECT who, win, value FROM $rows AS x WHERE NOT who IS NULL", rows=rows.subquery(copy=False)), "who, win")
        value = MEDIAN
    else:
        rows = _in_order(measure, rows) if measure.ordered else rows
        value = template({"sum": "sum(value)", "largest": "max(value)", "smallest": "min(value)"}[measure.take if not (measure.several or measure.ordered) else "sum"])
    return template("SELECT who, win, CAST($value AS INT128) AS value FROM $rows AS x WHERE NOT who IS NULL GROUP BY 1, 2", value=value, rows=rows.subquery(copy=False))


def _taken(book, rows, measure):
    """SELECT who, win, value: what is taken of the sums or counts of the shorter windows that lie in each; one without facts is nothing."""
    counted = measure.count not in (None, "facts")
    sums = template("SELECT who, CAST(win AS TEXT) AS sub, CAST($value AS INT128) AS value FROM $rows AS x WHERE NOT who IS NULL GROUP BY 1, 2", rows=rows.subquery(copy=False),
                    value=template("count(DISTINCT value) * $one", one=integer(ONE)) if counted else template("sum(value)"))
    spread = reach(book.plan, measure.window)
    wins = template("SELECT s.period AS sub, t.period AS win FROM span AS s JOIN span AS t ON $spread", spread=spread) if spread is not None else \
        template("SELECT u.win AS sub, $win AS win FROM $short AS u", win=named(book.plan, measure.window, template("u.starts")), short=in_force(book.plan, measure.each).subquery(copy=False))
    many = integer(of_periods(measure.window)) if of_periods(measure.window) else template("count(*) OVER (PARTITION BY y.win)")  # periods before the first one are nothing too
    if measure.several:
        summed = template("SELECT s.who, w.win, s.value, CAST(w.many - count(*) OVER (PARTITION BY s.who, w.win) AS INT) AS lacking FROM $sums AS s "
                          "JOIN (SELECT y.sub, y.win, $many AS many FROM $wins AS y) AS w ON w.sub = s.sub", many=many, sums=sums.subquery(copy=False), wins=wins.subquery(copy=False))
        return template("SELECT who, win, CAST(sum(value) AS INT128) AS value FROM $kept AS x GROUP BY 1, 2", kept=_several(measure, summed).subquery(copy=False))
    value = {"largest": template("CASE WHEN count(*) < max(w.many) THEN greatest(max(s.value), 0) ELSE max(s.value) END"),
             "smallest": template("CASE WHEN count(*) < max(w.many) THEN least(min(s.value), 0) ELSE min(s.value) END"),
             "average": Q(template("sum(s.value)"), ONE, template("CAST(max(w.many) AS INT128)")).whole(Fraction(1, ONE))}[measure.take]
    return template("SELECT s.who, w.win, CAST($value AS INT128) AS value FROM $sums AS s JOIN (SELECT y.sub, y.win, $many AS many FROM $wins AS y) AS w "
                    "ON w.sub = s.sub GROUP BY 1, 2", value=value, many=many, sums=sums.subquery(copy=False), wins=wins.subquery(copy=False))


def _several(measure, rows):
    """The rows of each window that are among so many of its largest (or smallest), of which those that are `lacking` are nothing, with whatever else is less (or more) than nothing left to them."""
    first, order = (">", "DESC") if measure.take.startswith("largest") else ("<", "ASC")
    placed = template(f"SELECT *, row_number() OVER (PARTITION BY who, win ORDER BY value {order}) AS nth FROM $rows AS r", rows=rows.subquery(copy=False))
    return template(f"SELECT *, 0 AS period FROM $placed AS p WHERE nth + CASE WHEN value {first} 0 THEN 0 ELSE lacking END <= {measure.several}", placed=placed.subquery(copy=False))


def _in_order(measure, rows):
    """The rows of each window that are among so many of its last (or first) facts."""
    order = "DESC" if measure.take.startswith("latest") else "ASC"
    facts = template("SELECT who, win, ord, max(value) AS value FROM $rows AS x GROUP BY 1, 2, 3", rows=rows.subquery(copy=False))
    placed = template(f"SELECT *, row_number() OVER (PARTITION BY who, win ORDER BY ord {order}) AS nth FROM $facts AS r", facts=facts.subquery(copy=False))
    return template(f"SELECT * FROM $placed AS p WHERE nth <= {measure.ordered}", placed=placed.subquery(copy=False))


def _until_fact(book, name):
    """SELECT who, win, ord, following, value, added, quota: what is summed or counted up to each fact that counts, until the next one; first nothing."""
    measure, one = book.plan.measures[name], integer(ONE)
    rows = template("SELECT * FROM $rows AS x WHERE NOT who IS NULL", rows=_facts(book, measure).subquery(copy=False))
    if measure.trails:
        return _stepwise(lately(book.plan, measure, rows), template("SELECT '' AS who, '' AS win, CAST(0 AS INT128) AS quota WHERE FALSE"), "v.added")  # its quotas are those of periods
    quota = quotas.query(book, name)
    if measure.take == "median":
        several = template("SELECT e.who, e.win, e.ord, s.value FROM (SELECT DISTINCT who, win, ord FROM $rows AS d) AS e JOIN $rows AS s ON s.who = e.who AND s.win = e.win AND s.ord <= e.ord",
                           rows=rows.subquery(copy=False))
        rows = template("SELECT who, win, ord, $value AS value FROM $middle AS x GROUP BY 1, 2, 3", middle=middle(several, "who, win, ord").subquery(copy=False), value=MEDIAN)
        return _stepwise(rows, quota, "v.value - coalesce(lag(v.value) OVER (PARTITION BY v.who, v.win ORDER BY v.ord), 0)")
    if measure.count not in (None, "facts"):  # each different value once, where it first stands
        rows = template("SELECT who, win, min(ord) AS ord, $one AS value FROM $rows AS x GROUP BY who, win, value", one=one, rows=rows.subquery(copy=False))
    rows = template("SELECT who, win, ord, CAST(sum(value) AS INT128) AS total, count(*) AS many, max(value) AS high, min(value) AS low FROM $rows AS x GROUP BY 1, 2, 3", rows=rows.subquery(copy=False))
    run = "OVER (PARTITION BY who, win ORDER BY ord)"
    value = {"latest": template(f"sum(high) OVER (PARTITION BY who, win ORDER BY ord ROWS BETWEEN {max(measure.ordered - 1, 0)} PRECEDING AND CURRENT ROW)"),
             "earliest": template(f"sum(CASE WHEN nth <= {measure.ordered} THEN high ELSE 0 END) {run}"), "sum": template(f"sum(total) {run}"), "largest": template(f"max(high) {run}"), "smallest": template(f"min(low) {run}"),
             "average": Q(template(f"sum(total) {run}"), ONE, template(f"CAST(sum(many) {run} AS INT128)")).whole(Fraction(1, ONE))}[measure.take.split()[0]]
    if measure.ordered:
        rows = template("SELECT *, row_number() OVER (PARTITION BY who, win ORDER BY ord) AS nth FROM $rows AS r", rows=rows.subquery(copy=False))
    rows = template("SELECT who, win, ord, CAST($value AS INT128) AS value FROM $rows AS x", value=value, rows=rows.subquery(copy=False))
    return _stepwise(rows, quota, "v.value - coalesce(lag(v.value) OVER (PARTITION BY v.who, v.win ORDER BY v.ord), 0)")


def _stepwise(rows, quota, added):
    """The value from each fact at which it changes to the next such one, from nothing on, with the quota of the window."""
    also = ", added" if added == "v.added" else ""
    rows = template(f"SELECT who, win, ord, value{also} FROM $rows AS x UNION ALL SELECT who, win, CAST(-1 AS BIGINT) AS ord, CAST(0 AS INT128) AS value{also and ', CAST(0 AS INT128) AS added'} "
                    "FROM (SELECT who, win FROM $rows AS y UNION SELECT who, win FROM $quota AS z) AS k", rows=rows.subquery(copy=False), quota=quota.subquery(copy=False))
    return template(f"SELECT v.who, v.win, v.ord, lead(v.ord) OVER (PARTITION BY v.who, v.win ORDER BY v.ord) AS following, v.value, CAST({added} AS INT128) AS added, q.quota FROM $rows AS v "
                    "LEFT JOIN $quota AS q ON q.who = v.who AND q.win = v.win", rows=rows.subquery(copy=False), quota=quota.subquery(copy=False))


def _ranked(book, name, both):
    """The rows with their place in the window, and how many share it; where places are asked for, of those too who were there and did nothing."""
    measure = book.plan.measures[name]
    rule = measure.ranking
    worth = "b.value" if rule.by == "value" else "CASE WHEN b.quota > 0 THEN b.value * $one // b.quota END"
    together = "concat(left($.win, 4), substr($.win, 11))" if own_year(measure.window) else "$.win"  # years that begin in the same calendar year
    apart, takes_part = together.replace("$", "b"), exp.Boolean(this=True)
    kind = "period" if known_by_period(measure.window) else measure.window
    calendar = kind in ("period", *WINDOW) and kind != "life"
    person = (rule.within != "everybody" or rule.who != "true") and calendar
    idle = ""
    if book.ranked(name):
        idle = ", b.idle"
        there = template("SELECT DISTINCT $who AS who, p._win FROM $staff AS p WHERE NOT $who IS NULL", staff=staff(in_force(book.plan, kind)).subquery(copy=False),
                         who=exp.column("payee" if measure.of == "payee" else measure.of, table="p", quoted=True))
        both = template("SELECT coalesce(b.who, p.who) AS who, coalesce(b.win, p._win) AS win, coalesce(b.value, 0) AS value, b.quota, b.who IS NULL AS idle FROM $both AS b "
                        "FULL JOIN $there AS p ON p.who = b.who AND p._win = b.win", both=both.subquery(copy=False), there=there.subquery(copy=False))
    if person:
        context = Context(book, "window", windowed=kind)
        takes_part = template("coalesce($who, FALSE)", who=context.expression(rule.who))
        both = template("SELECT b.*, $apart AS apart, $part AS takes_part FROM $both AS b LEFT JOIN $staff AS p ON p.payee = b.who AND p._win = b.win LEFT JOIN $wins AS w ON w.win = b.win",
                        both=both.subquery(copy=False), staff=staff(in_force(book.plan, kind)).subquery(copy=False), wins=in_force(book.plan, kind).subquery(copy=False), part=takes_part,
                        apart=text("") if rule.within == "everybody" else exp.column(rule.within, table="p", quoted=True))
        both, apart, takes_part = context.joined(both), "b.win, b.apart, b.takes_part", exp.column("takes_part", table="b")
    order = f"{worth} {'DESC' if rule.first == 'highest' else 'ASC'} NULLS LAST"
    place = f"row_number() OVER (PARTITION BY {apart} ORDER BY {order}, b.who)" if rule.ties == "in order" else f"rank() OVER (PARTITION BY {apart} ORDER BY {order})"
    ranked = template(f"SELECT b.who, b.win, b.value, b.quota, CASE WHEN $part THEN {place} END AS place, {worth} AS worth{idle} FROM $both AS b",
                      part=takes_part, one=integer(ONE), both=both.subquery(copy=False))
    tied = "1" if rule.ties == "in order" else f"count(*) OVER (PARTITION BY {together.replace('$', 'a')}, a.place, a.worth)"
    return template(f"SELECT a.who, a.win, a.value, a.quota, a.place, {tied} AS tied{idle.replace('b.', 'a.')} FROM $ranked AS a", ranked=ranked.subquery(copy=False))


def _of_each(later):
    """The id of a later window counted apart by a column: the window's, and the value as it is."""
    def first(node):
        return template("split_part(k.win, '|', 1)") if isinstance(node, exp.Column) and node.sql() == "k.win" else node
    return template("concat($later, substr(k.win, strpos(k.win, '|')))", later=later.transform(first))


def _following(kind):
    """The id of the window after this one, by which `previous` finds it."""
    if kind == "period" or known_by_period(kind):
        return template("(SELECT b.period FROM span AS a JOIN span AS b ON b.rank = a.rank + 1 WHERE a.period = k.win)")
    if kind == "month":
        return template("strftime(strptime(k.win || '-01', '%Y-%m-%d') + INTERVAL 1 MONTH, '%Y-%m')")
    if kind in ("quarter", "half"):
        letter, last = ("Q", 4) if kind == "quarter" else ("H", 2)
        return template(f"CASE WHEN right(k.win, 1) = '{last}' THEN concat(CAST(left(k.win, 4) AS INT) + 1, '{letter}1') "
                        f"ELSE concat(left(k.win, 5), CAST(right(k.win, 1) AS INT) + 1) END")
    return _year_on(kind)


def _year_on(kind):
    """The id of the same window a year later, by which `year_ago` finds it."""
    if known_by_period(kind) or kind == "period":
        return template("(SELECT max(b.period) FROM span AS a JOIN span AS b ON b.starts = a.starts + INTERVAL 1 YEAR WHERE a.period = k.win)")
    if kind in ("month", "quarter", "half", "year") or own_year(kind):
        return template("concat(CAST(left(k.win, 4) AS INT) + 1, substr(k.win, 5))")
    return cast(exp.Null(), "text")
