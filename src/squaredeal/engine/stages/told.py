"""What a line is told of the values its formulas read, for the explanation; once for each fact and each row of a measure, not in every line."""
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.formula import ABOUT, Node
from squaredeal.engine.formula.sql import ONE, Q, power_of_ten
from squaredeal.engine.formula.trees import cast

from . import persons
from .context import EARLIER

SCOPED = ("earned", "rank", "tied", "median", "source")
"""Functions that may say of whom, when or what in a second word."""
MEASURED = {"quota": "quota", "previous": "value", "year_ago": "value", "rank": "place", "tied": "tied"}
"""The column of a measure's table that a function about it reads."""


@dataclass(frozen=True)
class Given:
    """What a formula was given: the `column` of the fact (`of` is f), of a measure's row (`of` is its alias), or of the line itself."""
    key: str
    column: str
    den: int | None
    of: str
    expression: exp.Expression | None = None

    def told(self):
        return [self.key, self.column, self.den, self.of]

    def slot(self):
        """The line's own column."""
        return self.of or self.column


def given(context, slim, *sources):
    """[Given] of what formula texts read; a key of one kind is one column in every component. `slim` when a line is known by its fact."""
    return [_given(context, slim, key) for key in _names(context, *sources)]


def _names(context, *sources):
    """Keys of everything the formulas name, in order; attainment is told by its measure and quota."""
    found = []
    for source in sources:
        for node in (context.book.plan.expand(source).walk() if source else ()):
            if node.parts():
                found += node.parts()
            elif node.op == "name" or node.op in ABOUT or node.op == "headcount":
                found += [node.key(), *([f"spans({node.args[0]})"] if node.op == "prorated" else [])]
    return list(dict.fromkeys(found))


def _given(context, slim, key):
    if key.startswith("spans("):
        return Given(key, context.book.slot(key, None, "text"), None, "", persons.spans(context, key[len("spans("):-1]))
    book, value = context.book, context.name(_node(key))
    if isinstance(value, Q) and (value.over is not None or not power_of_ten(value.den)):
        value = Q(value.whole(Fraction(1, ONE)), ONE)
    den = value.den if isinstance(value, Q) else None
    bare = value.num if isinstance(value, Q) else value
    if slim and isinstance(bare, exp.Column) and bare.table == "f":
        return Given(key, book.fact(bare.name), den, "f")
    alias, column = _by_measure(context, key)
    if alias:
        return Given(key, column, den, book.line_of(alias), exp.column("nth", table=alias))
    expression = cast(bare, "INT128") if den else cast(bare, "text") if key == "payee" else bare
    return Given(key, book.slot(key, den, book.kinds.get(key)), den, "", expression)


def _by_measure(context, key):
    """(alias, column) of the numbered row of a measure's table that holds what a key names, or (None, None)."""
    node = _node(key)
    if node.op not in ("name", *MEASURED) or node.args[0] not in context.book.plan.measures or not context.book.numbered(node.args[0]) or context.book.kinds[node.args[0]] == "date":
        return None, None
    return context.measure(node.args[0], EARLIER.get(node.op, "")), MEASURED.get(node.op, "value")


def _node(key):
    for op in (*ABOUT, "headcount"):
        if key.startswith(f"{op}(") and key.endswith(")"):
            inner = key[len(op) + 1:-1]
            return Node(op, tuple(inner.split("|", 1)) if op in SCOPED else (inner,) if inner or op != "headcount" else ())
    return Node("name", (key,))
