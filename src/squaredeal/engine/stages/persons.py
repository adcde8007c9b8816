"""Who else a row may ask about: the owner of the fact a role beside it is paid for, and what a person was by the days of a window."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.formula import FormulaError
from squaredeal.engine.formula.sql import ONE, Q, power_of_ten, shown, template

from ..plan.calendar import in_force
from ..plan.saying import bracket
from .credit import LARGEST, SEATED


def owner(context):
    """The alias of the person who owns the largest share of the row's fact, or of the last one of its deal."""
    largest = template(f"(SELECT ord, {LARGEST} AS payee FROM credits_in WHERE role IN ('owner', 'split') GROUP BY 1)")
    here, day = ("d.ord", "d.day") if context.row == "deal" else ("f._ord", "f.date")
    context.joins.setdefault("ow", (largest, template(f"ow.ord = {here}")))
    context.joins.setdefault("b", (exp.to_table("people"), template(SEATED.format(p="b", who="ow.payee").replace("f.date", day))))
    return "b"


def prorated(context, name):
    """A column of the person, or a term over several of them, summed over the days of the window, over all its days."""
    alias, den = _by_days(context, name)
    return Q(template("coalesce($v, 0)", v=exp.column("value", table=alias)), den, exp.column("_days", table=context.member))


def spans(context, name):
    """How that sum comes about, as text: each assignment's value and how many days of the window it holds, and the days of the window: 3000x15+6000x15/30."""
    alias, _den = _by_days(context, name)
    return template("CASE WHEN NOT $told IS NULL THEN concat($told, '/', CAST($days AS TEXT)) END", told=exp.column("told", table=alias), days=exp.column("_days", table=context.member))


def _by_days(context, name):
    """(the alias of the table of a value by days, per person and window: its sum and how it comes about, its denominator)."""
    if context.row != "window":
        raise FormulaError("按天折算只用于按期计的部分", "prorated is for what is computed by period")
    terms = list(context.book.plan.terms)
    value = type(context)(context.book, "window", person="a", windowed=context.windowed).expression(bracket(name)) if name in terms else context._person(name, "a")
    if not isinstance(value, Q):
        raise FormulaError(f"{name} 不是数，不能按天折算", f"{name} is no number and cannot be prorated")
    if any(column.table != "a" for part in (value.num, value.over) if isinstance(part, exp.Expression) for column in part.find_all(exp.Column)):
        raise FormulaError(f"{name} 里有人员以外的数，不能按天折算", f"{name} reads more than columns of people and cannot be prorated")
    if value.over is not None or not power_of_ten(value.den):
        value = Q(value.whole(Fraction(1, ONE)), ONE)
    alias, who = f"pt{terms.index(name)}" if name in terms else f"pr{list(context.book.tables.columns('people')).index(name)}", exp.column("payee", table=context.member)
    days = "date_diff('day', greatest(a.\"from\", u.starts), least(coalesce(a.\"to\", u.ends), u.ends)) + 1"
    source = template(f"(SELECT a.payee, u.win, CAST(sum(CAST($v AS INT128) * ({days})) AS INT128) AS value, "
                      f"string_agg(concat($shown, 'x', CAST({days} AS TEXT)), '+' ORDER BY a.\"from\") AS told FROM $windows AS u JOIN people AS a ON a.\"from\" <= u.ends "
                      "AND coalesce(a.\"to\", DATE '9999-12-31') >= u.starts GROUP BY 1, 2)", v=value.num, shown=shown(value), windows=in_force(context.book.plan, context.windowed).subquery(copy=False))
    context.joins.setdefault(alias, (source, template(f"{alias}.payee = $who AND {alias}.win = w.win", who=who)))
    return alias, value.den
