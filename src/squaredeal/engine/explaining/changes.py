"""What of a component raised or lowered a line beside its rate: the additions and factors that held, each with the condition or the name it has in the plan."""
from dataclasses import dataclass
from fractions import Fraction

from ..formula import formula
from ..formula.values import evaluate


@dataclass(frozen=True)
class Change:
    """An addition to the rate or a factor that held: the condition as written, the name it is written by ("" for a plain number), what the condition read, the value."""
    when: str
    named: str
    reads: dict
    value: Fraction


def changed(plan, component, given):
    """([Change] of additions, [Change] of factors) of a line of a component, its name; `given` is what the line's formulas read, as text. What is not known is left out."""
    from .said import read
    values, part = read(plan, given), plan.component(component)
    return _held(plan, values, [(x.when, x.add) for x in part.uplift]), _held(plan, values, [(x.when, x.times) for x in part.factor])


def _held(plan, values, pairs):
    found = []
    for when, text in pairs:
        try:
            tree = plan.expand(str(when))
            if evaluate(tree, values):
                found.append(Change(str(when), str(text) if _named(text) else "", {name: values.get(name) for name in sorted(set(tree.names()))}, Fraction(evaluate(plan.expand(str(text)), values))))
        except (KeyError, TypeError, ZeroDivisionError):
            continue
    return found


def _named(text):
    """Whether a value is called by a name: a term, a table, a column, a score; no number and nothing worked out."""
    op = formula.parse(str(text)).op
    return op == "name" or op in formula.ABOUT
