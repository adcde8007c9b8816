"""Stage: measures per payee, unit, leader or all together, and window, with the quotas they are held against and their ranking."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.plan import RollUp
from squaredeal.engine.sql import ONE, Q, template, text

from .calendar import TO_DATE, WINDOW, window
from .context import Context
from .credit import SEATED, relation

EVERYBODY = ("*", "everybody", "all", "全公司", "全体")


def query(book, name):
    """SELECT who, win, value, quota, place of a measure: the sum of its term × share over the facts of its kinds."""
    measure = book.plan.measures[name]
    context = Context(book, "fact")
    everybody = measure.of == "everybody"
    value = context.expression(measure.sum) * (Q.of(1) if everybody else book.column("credits", "share", "c"))
    unit = Fraction(1, 100) if book.plan.settlement.round_base == "to fen" and measure.count is None else Fraction(1, ONE)
    value = (Q(value.whole(unit)) * Q.of(unit * ONE)).whole()
    counts = context.expression(measure.where or "true")
    if everybody:
        who = text("*")
    elif measure.of == "unit":
        who = exp.column("unit", table="p")
    else:
        who = exp.column("payee", table="c")
    source = template("SELECT id AS fact, CAST(NULL AS TEXT) AS payee FROM facts_in") if everybody else relation(book, measure.of if isinstance(measure.of, RollUp) else measure.credit)
    win = window(measure.window, exp.column("date", table="f"), fact=exp.column("id", table="f"), deal=exp.column("deal", table="f"),
                 period=exp.column("_period", table="f"))
    tree = template(f"SELECT $who AS who, $win AS win, any_value(f._period) AS period, CAST(sum($value) AS INT128) AS value FROM facts_in AS f "
                    f"JOIN $source AS c ON c.fact = f.id LEFT JOIN people AS p ON {SEATED.format(p='p', who='c.payee')} WHERE f.kind IN ($kinds) AND $counts",
                    who=who, win=win, value=value, source=source.subquery(), kinds=exp.Tuple(expressions=[text(k) for k in measure.kinds]), counts=counts)
    tree = context.joined(tree).group_by("1", "2")
    tree = _kinds(tree, measure.kinds)
    values = _to_date(tree, measure.window) if measure.window in TO_DATE else tree
    quota = _quota(book, name)
    both = template("SELECT coalesce(v.who, q.who) AS who, coalesce(v.win, q.win) AS win, coalesce(v.value, 0) AS value, q.quota FROM $values AS v "
                    "FULL JOIN $quota AS q ON v.who = q.who AND v.win = q.win", values=values.subquery(), quota=quota.subquery())
    ranked = template("SELECT b.*, rank() OVER (PARTITION BY win ORDER BY value DESC) AS place FROM $both AS b", both=both.subquery())
    following = _following(measure.window)
    return template("SELECT k.*, $f AS following FROM $ranked AS k", f=following, ranked=ranked.subquery())


def _kinds(tree, kinds):
    """f.kind IN ('a', 'b'): the placeholder stands for a tuple; flatten it."""
    def flat(node):
        if isinstance(node, exp.In) and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Tuple):
            node.set("expressions", node.expressions[0].expressions)
        return node
    return tree.transform(flat)


def _to_date(tree, kind):
    """Sums from the beginning of the year (or quarter) to the end of each period, for every period of the span."""
    calendar = TO_DATE[kind]
    a, b = template(WINDOW[calendar], day=template("s.ends")), template(WINDOW[calendar], day=template("t.ends"))
    return template("SELECT v.who, t.period AS win, CAST(sum(v.value) AS INT128) AS value FROM $values AS v JOIN span AS s ON s.period = v.win "
                    "JOIN span AS t ON $a = $b AND t.rank >= s.rank GROUP BY 1, 2", values=tree.subquery(), a=a, b=b)


def _quota(book, name):
    """SELECT who, win, quota: quotas of the periods that lie in the window, summed; the period of a quota may be any built-in window too."""
    measure = book.plan.measures[name]
    who = "payee"
    if measure.of == "everybody":
        who = f"CASE WHEN payee IN ({', '.join(repr(w) for w in EVERYBODY)}) THEN '*' ELSE payee END"
    scale = ONE // 10 ** book.tables.places("quotas", "value")
    rows = template(f"SELECT {who} AS who, period, CAST(value * {scale} AS INT128) AS value FROM quotas WHERE measure = $name", name=text(name))
    if measure.window in {"fact", "deal", "life"}:
        return template("SELECT who, CASE WHEN period IN ('', 'life') THEN '' ELSE period END AS win, sum(value) AS quota FROM $rows AS x GROUP BY 1, 2", rows=rows.subquery())
    if measure.window in TO_DATE:
        calendar = TO_DATE[measure.window]
        a, b = template(WINDOW[calendar], day=template("s.ends")), template(WINDOW[calendar], day=template("t.ends"))
        return template("SELECT q.who, t.period AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q JOIN span AS s ON s.period = q.period "
                        "JOIN span AS t ON $a = $b AND t.rank >= s.rank GROUP BY 1, 2", rows=rows.subquery(), a=a, b=b)
    if measure.window == "period":
        return template("SELECT who, period AS win, CAST(sum(value) AS INT128) AS quota FROM $rows AS q GROUP BY 1, 2", rows=rows.subquery())
    win = template(WINDOW[measure.window], day=template("r.starts"))
    return template("SELECT q.who, coalesce($win, q.period) AS win, CAST(sum(q.value) AS INT128) AS quota FROM $rows AS q LEFT JOIN span AS r ON r.period = q.period "
                    "GROUP BY 1, 2", rows=rows.subquery(), win=exp.Case(ifs=[exp.If(this=template("r.period IS NOT NULL"), true=win)]))


def _following(kind):
    """The id of the window after this one, by which `previous` finds it."""
    if kind == "period" or kind in TO_DATE:
        return template("(SELECT b.period FROM span AS a JOIN span AS b ON b.rank = a.rank + 1 WHERE a.period = k.win)")
    if kind == "month":
        return template("strftime(strptime(k.win || '-01', '%Y-%m-%d') + INTERVAL 1 MONTH, '%Y-%m')")
    if kind == "quarter":
        return template("CASE WHEN right(k.win, 1) = '4' THEN concat(CAST(left(k.win, 4) AS INT) + 1, 'Q1') ELSE concat(left(k.win, 5), CAST(right(k.win, 1) AS INT) + 1) END")
    if kind == "year":
        return template("CAST(CAST(k.win AS INT) + 1 AS TEXT)")
    return exp.cast(exp.Null(), "text")
