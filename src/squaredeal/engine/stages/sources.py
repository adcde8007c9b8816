"""Where a component's rows come from: each fact and who is credited with it, each deal, or each window and who has an assignment in it."""
from sqlglot import exp

from squaredeal.engine.formula.formula import ABOUT
from squaredeal.engine.formula.sql import template, text
from squaredeal.engine.formula.trees import cast
from squaredeal.engine.plan.plan import CreditTo, RollUp

from ..plan.calendar import named, reach
from ..plan.looking import looks_back
from ..plan.saying import texts
from .below import asked
from .context import Context
from .credit import SEATED, led, relation


def source(book, component):
    """(context, SELECT of the row's identity, whether the credit's share applies)."""
    if component.per_period:
        return _by_window(book, component)
    if component.each == "deal":
        return _by_deal(book, component)
    context = Context(book, "fact")
    context.rolled, context.below = isinstance(component.credit, RollUp), asked(book.plan, component)
    context.beside = _beside(component)
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="c") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    as_of = exp.column("date", table="f") if component.as_of == "date" else template("coalesce($c, f.date)", c=exp.column(component.as_of, table="f", quoted=True))
    seated = SEATED.format(p="p", who="c.payee").replace("f.date", "$as_of")
    each = "c.member" if context.rolled and context.below else "c.payee"
    more = f"f.id AS fact, $via AS via, f.date AS day, {each} AS source, " if not slim(book.plan, component) else ""
    tree = template(
        f"SELECT {more}f._ord AS ord, f._period AS period, $payee AS payee FROM facts_in AS f "
        f"JOIN $credit AS c ON c.ord = f._ord LEFT JOIN people AS p ON {seated} WHERE f._kind IN ($kinds) AND $counts AND coalesce($who, FALSE) AND NOT $payee IS NULL{_since(book.plan, 'f.date')}",
        via=exp.column("payee", table="c") if pool else exp.column("via", table="c") if each != "c.payee" else cast(exp.Null(), "text"), payee=payee, credit=relation(book, component.credit, context.below).subquery(copy=False), as_of=as_of,
        kinds=exp.Tuple(expressions=[text(k) for k in component.kinds]), counts=context.expression(component.where or "true"),
        who=_with_person(component, context.expression(component.who)))
    return context, _flat(tree), component.split is None


def _beside(component):
    """Whether it pays a role that stands beside the owners, and not the owners."""
    return isinstance(component.credit, list) and not {"owner", "split"} & set(component.credit)


def _since(plan, day):
    """Nothing is earned on what was before the plan, though it may count in a measure."""
    return f" AND {day} >= DATE '{plan.effective.first}'" if looks_back(plan) else ""


def slim(plan, component):
    """Whether a component's rows are each a fact and the person credited with it, so that the fact's place says its id and day."""
    return not component.per_period and component.each != "deal" and not isinstance(component.credit, CreditTo) and not component.clawback and not asked(plan, component)


def _with_person(component, who):
    """Nobody without an assignment on the day is eligible."""
    return exp.and_(template("NOT p.payee IS NULL"), who)


def _by_window(book, component):
    """One row per person with an assignment in the window (the last one counts); rolled up: per person led and leader."""
    kind = component.each
    if isinstance(component.credit, RollUp):
        context = Context(book, "window", person="p", member="b", windowed=kind)
        context.rolled, context.below = True, asked(book.plan, component)
        for_whom = template(f"SELECT CAST(NULL AS TEXT) AS fact, b.payee AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, p.payee AS payee, b.payee AS source "
                            f"FROM paid_by_{kind} AS w JOIN $lines AS l ON l.win = w.win JOIN staff_{kind} AS b ON b._win = l.win AND b.payee = l.member "
                            f"JOIN staff_{kind} AS p ON p._win = l.win AND p.payee = l.payee WHERE coalesce($who, FALSE) AND $counts",
                            lines=led(book, component.credit, kind, context.below).subquery(copy=False), who=context.expression(component.who), counts=context.expression(component.where or "true"))
        return context, for_whom, False
    context = Context(book, "window", windowed=kind)
    context.per = component.per
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="p") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    at_once = pool and _at_once(book.plan, component)
    tree = template(f"SELECT CAST(NULL AS TEXT) AS fact, $via AS via, w.rank AS ord, w.ends AS day, w.period, w.win AS win_paid, $payee AS payee, p.payee AS source "
                    f"FROM paid_by_{kind} AS w JOIN staff_{kind} AS p ON p._win = w.win WHERE coalesce($who, FALSE) AND $counts AND NOT $payee IS NULL"
                    + (" QUALIFY row_number() OVER (PARTITION BY w.win, $payee ORDER BY p.payee) = 1" if at_once else ""),
                    via=cast(exp.column("value", table="u"), "text") if component.per else exp.column("payee", table="p") if pool and not at_once else cast(exp.Null(), "text"),
                    payee=payee, who=context.expression(component.who), counts=context.expression(component.where or "true"))
    if component.per:
        tree = tree.join(_values(book, component).subquery(), on="u.payee = p.payee AND u.win = w.win", join_type="inner", join_alias="u")
    if any(n.op == "headcount" for t in (*texts(component), component.where or "true") for n in book.plan.expand(t).walk()):
        tree = tree.join(template(f"(SELECT p._win, count(*) AS heads FROM staff_{kind} AS p WHERE coalesce($who, FALSE) GROUP BY 1)",
                                  who=context.expression(component.who)), on="h._win = w.win", join_type="left", join_alias="h")
    return context, tree, False


def _at_once(plan, component):
    """Whether a pool paid by window reads only what is the unit's or everybody's, so that it has one line and not one for each member."""
    whose = ("unit", "everybody") if component.credit.to == "unit" else ("everybody",)
    asked = [n for t in texts(component) for n in plan.expand(t).walk() if n.op == "name" or n.op in ABOUT]
    measured = [n for n in asked if n.args[0] in plan.measures and plan.measures[n.args[0]].of in whose]
    plain = {"unit", "date", "period_start", "period_end"}
    return bool(measured) and all(n in measured or (n.op == "name" and n.args[0] in plain) for n in asked)


def _values(book, component):
    """SELECT payee, win, value: what the payee has facts of in each window, in the column a component is paid per; by a measure to date also in the windows after them."""
    mine = [m for m in book.plan.measures.values() if m.per == component.per]
    later = [template("SELECT DISTINCT c.payee, w.win AS win, $value AS value FROM facts_in AS f JOIN $credit AS c ON c.ord = f._ord JOIN span AS s ON s.period = f._period JOIN span AS t ON $spread "
                      f"JOIN paid_by_{component.each} AS w ON w.period = t.period WHERE f._kind IN ($kinds) AND NOT $value IS NULL", spread=reach(book.plan, m.window),
                      value=exp.column(component.per, table="f", quoted=True), credit=relation(book, component.credit).subquery(copy=False), kinds=exp.Tuple(expressions=[text(k) for k in m.kinds]))
             for m in mine if reach(book.plan, m.window) is not None]
    found = _values_now(book, component, sorted({k for m in mine for k in m.kinds}))
    for tree in later:
        found = exp.union(found, _flat(tree), distinct=True)
    return found


def _values_now(book, component, kinds):
    """SELECT payee, win, value: what the payee has facts of some kinds of in each window."""
    day = exp.column("date", table="f")
    win = cast(exp.column("_period", table="f"), "text") if component.each in ("period", book.plan.period) else named(book.plan, component.each, day)
    return _flat(template("SELECT DISTINCT c.payee, $win AS win, $value AS value FROM facts_in AS f JOIN $credit AS c ON c.ord = f._ord WHERE f._kind IN ($kinds) AND NOT $value IS NULL",
                          win=win, value=exp.column(component.per, table="f", quoted=True), credit=relation(book, component.credit).subquery(copy=False),
                          kinds=exp.Tuple(expressions=[text(k) for k in kinds])))


def _by_deal(book, component):
    """One row per deal and payee credited in it, on the day of its last fact."""
    context = Context(book, "deal")
    context.beside, context.blurred = _beside(component), isinstance(component.credit, RollUp)
    pool = isinstance(component.credit, CreditTo)
    payee = exp.column("payee", table="d") if not pool else exp.column("unit", table="p") if component.credit.to == "unit" else text(component.credit.to)
    deals = template("SELECT f.deal, c.payee, max(f.date) AS day, arg_max(f._period, f._ord) AS period, max(f._ord) AS ord FROM facts_in AS f "
                     "JOIN $credit AS c ON c.ord = f._ord WHERE NOT f.deal IS NULL GROUP BY 1, 2", credit=relation(book, component.credit).subquery(copy=False))
    tree = template("SELECT d.deal AS fact, $via AS via, d.ord, d.day, d.period, $payee AS payee, d.payee AS source FROM $deals AS d "
                    "LEFT JOIN people AS p ON p.payee = d.payee AND d.day BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') "
                    f"WHERE $counts AND coalesce($who, FALSE) AND NOT $payee IS NULL{_since(book.plan, 'd.day')}", deals=deals.subquery(copy=False), counts=context.expression(component.where or "true"),
                    who=_with_person(component, context.expression(component.who)), payee=payee,
                    via=exp.column("payee", table="d") if pool else cast(exp.Null(), "text"))
    return context, tree, False


def _flat(tree):
    """IN ((a, b)) as IN (a, b)."""
    return tree.transform(lambda n: exp.In(this=n.this, expressions=n.expressions[0].expressions)
                          if isinstance(n, exp.In) and len(n.expressions) == 1 and isinstance(n.expressions[0], exp.Tuple) else n)
