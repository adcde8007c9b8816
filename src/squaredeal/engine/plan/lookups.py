"""Named tables in formulas: a lookup, a grid or a matrix as the tree of conditions it stands for, so that every reading of it is the same."""
from fractions import Fraction

from ..formula import formula
from ..formula.formula import Node
from ..formula.naming import either
from .shapes import Grid, Lookup, Matrix

REFUSED = Node("/", (Node("number", (Fraction(1),)), Node("number", (Fraction(0),))))
"""What a table gives where it says refuse: a value that is missing, reported with the fact."""
NOTHING = Node("number", (Fraction(0),))


def tree(table):
    """The formula tree a table stands for; its cells may be formulas and name other tables."""
    if isinstance(table, Lookup):
        return _lookup(table)
    return _grid(table) if isinstance(table, Grid) else _matrix(table)


def texts(table):
    """Every formula text of a table: what it is looked up by, then its cells."""
    if isinstance(table, Lookup):
        cells = [c for row in table.rows.values() for c in (row.values() if isinstance(row, dict) else row if isinstance(row, list) else [row])]
        return [table.lookup, *([table.across] if table.across else []), *cells, *([table.otherwise] if table.otherwise not in ("refuse", "nothing") else [])]
    if isinstance(table, Grid):
        return [table.by, *(value for _edge, value in table.table)]
    return [table.rows, table.columns, *(value for row in table.matrix for value in row)]


def cells(rate):
    """The formula texts of what a rate gives: its one formula, or the cells of its table."""
    if isinstance(rate, Lookup):
        return texts(rate)[2 if rate.across else 1:]
    if isinstance(rate, Matrix):
        return texts(rate)[2:]
    return [value for _edge, value in rate.table] if hasattr(rate, "table") else [rate.flat] if hasattr(rate, "flat") else []


def _lookup(table):
    by, otherwise = formula.parse(table.lookup), _otherwise(table.otherwise)
    found = otherwise
    for key, row in reversed(table.rows.items()):
        cell = _across(table, row, otherwise) if table.across else formula.parse(row)
        for word in reversed(either(key)):
            found = Node("if", (Node("=", (by, Node("text", (word,)))), cell, found))
    return found


def _across(table, row, otherwise):
    across = formula.parse(table.across)
    found = otherwise
    if isinstance(row, dict):
        for key, value in reversed(row.items()):
            found = Node("if", (Node("=", (across, Node("text", (key,)))), formula.parse(value), found))
        return found
    for edge, value in zip(table.across_edges, row, strict=True):
        found = Node("if", (Node(">=", (across, _number(edge))), formula.parse(value), found))
    return found


def _grid(table):
    by, values = formula.parse(table.by), [formula.parse(v) for _e, v in table.table]
    edges = [Fraction(e) for e, _v in table.table]
    first = {"first row": values[0], "refuse": REFUSED, "nothing": NOTHING}[table.below]
    found, sign = first, ">" if table.edges == "upper inclusive" and table.grid == "step" else ">="
    for place, edge in enumerate(edges):
        here = values[place]
        if table.grid == "linear":
            other = place + 1 if place + 1 < len(edges) else place - 1 if table.beyond == "continue" else None
            if other is not None:
                low, high = min(place, other), max(place, other)
                slope = Node("/", (Node("-", (values[high], values[low])), _number(edges[high] - edges[low])))
                here = Node("+", (here, Node("*", (slope, Node("-", (by, _number(edge)))))))
        found = Node("if", (Node(sign if place or table.grid == "linear" else ">=", (by, _number(edge))), here, found))
    if table.end is not None and table.beyond in ("nothing", "refuse"):
        found = Node("if", (Node(sign, (by, _number(table.end))), NOTHING if table.beyond == "nothing" else REFUSED, found))
    return Node("if", (Node("known", (by,)), found, {"nothing": NOTHING, "first row": values[0]}.get(table.missing, REFUSED)))


def _matrix(table):
    found, down, across = NOTHING, formula.parse(table.rows), formula.parse(table.columns)
    sign = ">" if table.edges == "upper inclusive" else ">="
    for low, row in zip(table.row_edges, table.matrix, strict=True):
        inner = NOTHING
        for left, value in zip(table.column_edges, row, strict=True):
            inner = Node("if", (Node(sign, (across, _number(left))), formula.parse(value), inner))
        found = Node("if", (Node(sign, (down, _number(low))), inner, found))
    return Node("if", (Node("and", (Node("known", (down,)), Node("known", (across,)))), found, REFUSED))


def _otherwise(word):
    return {"refuse": REFUSED, "nothing": NOTHING}.get(word) or formula.parse(word)


def _number(value):
    value = Fraction(value)
    return Node("number", (value,)) if value >= 0 else Node("negate", (Node("number", (-value,)),))


__all__ = ["Matrix", "texts", "tree"]
