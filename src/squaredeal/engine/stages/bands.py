"""Where a value stands in a table: edges compared as the table says them, steps, lines between steps, two axes."""
from sqlglot import exp

from squaredeal.engine.formula.sql import Q
from squaredeal.engine.formula.trees import paren


def reached(rate, value, edge):
    """The condition that a value has reached an edge, as the table says edges."""
    return value.compare(exp.GT if rate.edges == "upper inclusive" else exp.GTE, edge if isinstance(edge, Q) else Q.of(edge))


def stepped(rate, value, results):
    """The result of the band a value has reached; before the first edge nothing (or the first row), beyond the end what `beyond` says.

    Where the value is missing, what `missing` says.
    """
    below = getattr(rate, "below", "nothing" if rate.table[0][0] != 0 else "first row")
    found = results[0] if below == "first row" else Q(exp.Null()) if below == "refuse" else Q.of(0)
    for place, (edge, _value) in enumerate(rate.table):
        if place == 0 and below == "first row":
            continue
        condition = reached(rate, value, edge) if place or edge or rate.edges == "lower inclusive" else value.compare(exp.GTE, Q.of(edge))
        found = results[place].pick(condition, found)
    return known(rate, value, _beyond(rate, value, found), results[0])


def known(rate, value, found, first):
    """What is found, unless the value is missing."""
    if value.constant() is not None:
        return found
    otherwise = {"nothing": Q.of(0), "first row": first}.get(getattr(rate, "missing", "refuse"), Q(exp.Null()))
    missing = exp.Is(this=paren(value.num), expression=exp.Null())
    if value.over is not None:
        missing = exp.or_(missing, exp.Is(this=paren(value.over), expression=exp.Null()))
    return otherwise.pick(missing, found)


def _beyond(rate, value, found):
    if rate.end is None or rate.beyond in ("last row", "continue"):
        return found
    over = value.compare(exp.GT if rate.edges == "upper inclusive" else exp.GTE, Q.of(rate.end))
    return (Q.of(0) if rate.beyond == "nothing" else Q(exp.Null())).pick(over, found)


def grid(rate, context):
    """A grid's value: the row at or below, or on the straight line between two rows."""
    value, results = context.expression(rate.by), [context.expression(v) for _e, v in rate.table]
    if rate.grid == "step":
        return stepped(rate, value, results)
    edges = [e for e, _v in rate.table]
    found = results[0] if rate.below == "first row" else Q(exp.Null()) if rate.below == "refuse" else Q.of(0)
    for place, edge in enumerate(edges):
        here = results[place]
        other = place + 1 if place + 1 < len(edges) else place - 1 if rate.beyond == "continue" else None
        if other is not None:
            here = here + (results[other] - here) * (value - Q.of(edge)) / Q.of(edges[other] - edge)
        found = here.pick(value.compare(exp.GTE, Q.of(edge)), found)
    return known(rate, value, _beyond(rate, value, found), results[0])


def matrix(rate, context):
    """The matrix's value at the row and column reached; nothing before the first edges."""
    across, down = context.expression(rate.columns), context.expression(rate.rows)
    found = Q.of(0)
    for row, low in enumerate(rate.row_edges):
        inner = Q.of(0)
        for column, left in enumerate(rate.column_edges):
            inner = context.expression(rate.matrix[row][column]).pick(reached(rate, across, left), inner)
        found = inner.pick(reached(rate, down, low), found)
    return known(rate, down, known(rate, across, found, Q.of(0)), Q.of(0))
