"""What earlier components have earned, for the formulas of later ones: this person, a unit or everybody; in the window, a longer one, or the best of its months; and who is first."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.formula import FormulaError
from squaredeal.engine.formula.sql import ONE, Q, template

from ..plan.calendar import TO_DATE, counted, in_force, named, staff
from ..plan.rolling import rolling
from ..plan.scopes import NET, SHORTER, windowed


def earned(context, about, scope=None):
    """What a component earned the row's person; with a scope, those who share a column with them, everybody, or the person after claw-backs or in another window."""
    if scope is not None and windowed(scope) and context.row != "window":
        raise FormulaError(f"应得（{about}，{scope}）只用于按期计的提成", f"earned({about}, {scope}) is for components paid by period")
    alias = _alias(context, "e", about, scope)
    if scope in (None, NET) or windowed(scope):
        context.joins.setdefault(alias, (_by_person(context, about, scope).subquery(copy=False), _own(context, alias)))
    elif scope == "everybody":
        tree = template("SELECT '*' AS payee, z.win, CAST(sum(z.value) AS INT128) AS value FROM $own AS z GROUP BY z.win", own=_by_person(context, about).subquery(copy=False))
        context.joins.setdefault(alias, (tree.subquery(copy=False), template(f"{alias}.win = $win", win=_win(context))))
    else:
        tree = template("SELECT CAST($who AS TEXT) AS payee, z.win, CAST(sum(z.value) AS INT128) AS value FROM $own AS z JOIN $staff AS q ON q.payee = z.payee AND q._win = z.win GROUP BY 1, 2",
                        who=exp.column(scope, table="q", quoted=True), own=_by_person(context, about).subquery(copy=False), staff=_staff(context))
        same = template(f"{alias}.payee = $who AND {alias}.win = $win", who=exp.column(scope, table=context.member, quoted=True), win=_win(context))
        context.joins.setdefault(alias, (tree.subquery(copy=False), same))
    return Q(template("coalesce($v, 0)", v=exp.column("value", table=alias)), ONE)


def placed(context, about, within, column):
    """The `place` of the row's person by what a component earned in the window, or how many share it (`tied`); within those who share a column, or all."""
    alias = _alias(context, "er", about, within)
    apart = "z.win" if within is None else "z.win, z.apart"
    own = _by_person(context, about)
    if within is not None:
        own = template("SELECT z.*, $apart AS apart FROM $own AS z JOIN $staff AS q ON q.payee = z.payee AND q._win = z.win", apart=exp.column(within, table="q", quoted=True),
                       own=own.subquery(copy=False), staff=_staff(context))
    tree = template(f"SELECT z.payee, z.win, rank() OVER (PARTITION BY {apart} ORDER BY z.value DESC) AS place, count(*) OVER (PARTITION BY {apart}, z.value) AS tied FROM $own AS z",
                    own=own.subquery(copy=False))
    context.joins.setdefault(alias, (tree.subquery(copy=False), _own(context, alias)))
    return Q(exp.column(column, table=alias))


def middling(context, about, within=None):
    """The median of what a component earned each person in the window; of those who share a column with the row's, or of all."""
    alias = _alias(context, "em", about, within)
    own = _by_person(context, about)
    if within is None:
        own, apart, same = template("SELECT z.win, z.value FROM $own AS z", own=own.subquery(copy=False)), "win", template(f"{alias}.win = $win", win=_win(context))
    else:
        own = template("SELECT CAST($apart AS TEXT) AS apart, z.win, z.value FROM $own AS z JOIN $staff AS q ON q.payee = z.payee AND q._win = z.win", apart=exp.column(within, table="q", quoted=True),
                       own=own.subquery(copy=False), staff=_staff(context))
        apart, same = "apart, win", template(f"{alias}.apart = $who AND {alias}.win = $win", who=exp.column(within, table=context.member, quoted=True), win=_win(context))
    tree = template(f"SELECT {apart}, CAST(sum(value) AS INT128) AS value, '' AS payee FROM $rows AS z GROUP BY {apart}", rows=middle(own, apart).subquery(copy=False))
    context.joins.setdefault(alias, (tree.subquery(copy=False), same))
    return Q(template("coalesce($v, 0)", v=exp.column("value", table=alias)), 2 * ONE)


def middle(rows, apart):
    """The rows in the middle of their group in order of their value, which sum to twice the median: two of them, or one with twice its value."""
    placed = template(f"SELECT *, row_number() OVER (PARTITION BY {apart} ORDER BY value) AS nth, count(*) OVER (PARTITION BY {apart}) AS many FROM $rows AS r", rows=rows.subquery(copy=False))
    return template(f"SELECT {apart}, CASE WHEN many % 2 = 1 THEN value * 2 ELSE value END AS value FROM $placed AS p WHERE nth * 2 BETWEEN many AND many + 2", placed=placed.subquery(copy=False))


def _alias(context, letter, about, scope):
    names = [c.name for c in context.book.plan.components]
    known = context.book.__dict__.setdefault("scopes", {})
    return f"{letter}{names.index(about)}" + ("" if scope is None else f"_{known.setdefault(scope, len(known))}")


def _win(context):
    return exp.column("win", table="w") if context.row == "window" else context.period


def _own(context, alias):
    return template(f"{alias}.payee = $who AND {alias}.win = $win", who=exp.column("payee", table=context.member), win=_win(context))


def _staff(context):
    return exp.to_table(f"staff_{context.windowed}") if context.row == "window" else staff(in_force(context.book.plan, "period")).subquery(copy=False)


def _by_person(context, about, scope=None):
    """SELECT payee, win, value of what a component earned each person in each window of the row's kind, or in each period."""
    table = context.book.earned_table(about) if scope != NET else context.book.net_table(about)
    if context.row != "window":
        return template(f"SELECT payee, period AS win, CAST(sum(earned) AS INT128) AS value FROM {table} GROUP BY 1, 2")
    lines, day = _dated(context, about, table)
    within = template(f"{day} BETWEEN w.starts AND w.ends")
    if scope is not None and rolling(scope):
        many, unit = rolling(scope)
        within = template(f"s.rank <= w.rank AND s.rank > w.rank - {many}") if unit == "period" else \
            template(f"{day} <= w.ends AND $a > $b - {many}", a=exp.paren(counted(context.book.plan, unit, template(day))), b=exp.paren(counted(context.book.plan, unit, template("w.ends"))))
    elif scope in TO_DATE:
        within = template(f"{day} <= w.ends AND $a = $b", a=named(context.book.plan, TO_DATE[scope], template(day)), b=named(context.book.plan, TO_DATE[scope], template("w.ends")))
    paid_by = f"paid_by_{context.windowed}"
    shorter = SHORTER.fullmatch(scope or "")
    if shorter is None:
        return template(f"SELECT e.payee, w.win, CAST(sum(e.earned) AS INT128) AS value FROM {lines} JOIN {paid_by} AS w ON $within GROUP BY 1, 2",
                        within=within)
    sub = template("s.period") if shorter[2] == "period" else named(context.book.plan, shorter[2], template(day))
    value = {"largest": template("CASE WHEN count(*) < max(m.many) THEN greatest(max(z.value), 0) ELSE max(z.value) END"),
             "smallest": template("CASE WHEN count(*) < max(m.many) THEN least(min(z.value), 0) ELSE min(z.value) END"),
             "average": Q(template("sum(z.value)"), ONE, template("CAST(max(m.many) AS INT128)")).whole(Fraction(1, ONE))}[shorter[1]]
    sums = template(f"SELECT e.payee, w.win, $sub AS sub, sum(e.earned) AS value FROM {lines} JOIN {paid_by} AS w ON $within GROUP BY 1, 2, 3",
                    sub=sub, within=within)
    many = template(f"SELECT w.win, count(*) AS many FROM $short AS u JOIN {paid_by} AS w ON u.ends BETWEEN w.starts AND w.ends GROUP BY 1", short=in_force(context.book.plan, shorter[2]).subquery(copy=False))
    return template("SELECT z.payee, z.win, CAST($value AS INT128) AS value FROM $sums AS z JOIN $many AS m ON m.win = z.win GROUP BY 1, 2",
                    value=value, sums=sums.subquery(copy=False), many=many.subquery(copy=False))


def _dated(context, about, table):
    """(FROM, day) of what a component earned: as SQL, its lines `e` with their period `s`, and the day by which a line lies in a window.

    It is the last of its period; where the plan has periods of its own that need not end where a month does, a month has what lies in it by its own day.
    """
    from .sources import slim
    plan, lines = context.book.plan, f"{table} AS e JOIN span AS s ON s.period = e.period"
    if plan.period != "table" or context.windowed == "period":
        return lines, "s.ends"
    if slim(plan, plan.component(about)):
        return f"{lines} JOIN facts_in AS d ON d._ord = e.ord", "d.date"
    return lines, "e.day"
