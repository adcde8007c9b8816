"""Who stands below whoever is paid, up the line to them: the highest there of a column, a measure, a term or a table, each one's own; below(NAME)."""
from fractions import Fraction

from squaredeal.engine.formula.formula import FormulaError
from squaredeal.engine.formula.sql import Q, power_of_ten, template

from ..plan.saying import bracket, formulas

FINE = 10**12
"""Parts of one in which is held what does not end."""
OF_A_LINE = {"source", "below", "share", "role", "levels_up"}
"""What belongs to the line of whoever is paid, and not to somebody below them."""


def asked(plan, component):
    """What below() asks for in a component, in order."""
    return tuple(dict.fromkeys(node.args[0] for text in formulas(component) for node in plan.expand(text).walk() if node.op == "below"))


def denominator(context, name):
    """In what parts of one the highest is counted."""
    return _value(type(context)(context.book, context.row, person="a", windowed=context.windowed), name).den


def highest(context, names, seats, by, seated):
    """SQL parts: SELECT of the `seats` (by fact or window, `by`; their `member`, who sold; their `level`, 0 being the member), with the highest of each name below.

    `seated` joins the row z of a seat with what it is about and with the person a. Below somebody who sold it themselves is nobody: 0.
    """
    values = {f"v{place}": _value(context, name).num for place, name in enumerate(names)}
    cells = "".join(f", ${alias} AS {alias}" for alias in values)
    valued = context.joined(template(f"SELECT z.*{cells} FROM ({seats}) AS z {seated}", **values))
    window = f"OVER (PARTITION BY {by}, member ORDER BY level RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    cells = "".join(f", CASE WHEN level = 0 THEN 0 ELSE max({alias}) {window} END AS below_{place}" for place, alias in enumerate(values))
    return template(f"SELECT *{cells} FROM $valued AS v", valued=valued.subquery(copy=False))


def _value(context, name):
    """What a name is worth of the person of the row, in whole parts."""
    plan = context.book.plan
    if name in plan.measures or name in plan.terms or name in plan.tables:
        wrong = next((n for n in plan.expand(bracket(name)).walk() if n.op in OF_A_LINE or (n.op == "name" and n.args[0] in OF_A_LINE)), None)
        if wrong is not None:
            raise FormulaError(f"{name} 里有 {wrong.key()}，下面每个人没有自己的", f"{name} asks for {wrong.key()}, which is not each one's own on the way up")
        value = context.expression(bracket(name))
    else:
        value = context._person(name, context.person)
    if not isinstance(value, Q):
        raise FormulaError(f"{name} 不是数，比不出高低", f"{name} is no number and has no highest")
    return value if value.over is None and power_of_ten(value.den) else Q(value.whole(Fraction(1, FINE)), FINE)
