"""Stage: decisions of the plan, a word for each fact: who approves it, what state it is in."""
from sqlglot import exp

from squaredeal.engine.formula.sql import template, text

from .bands import reached
from .context import Context


def answers(book, link):
    """[(decision, fact, answer)] of every decision on every fact."""
    found = []
    for name, decision in book.plan.decisions.items():
        context = Context(book, "fact")
        value = context.expression(decision.by)
        case = exp.Case(default=exp.Null())
        for edge, answer in reversed(decision.table):
            case = case.when(reached(decision, value, edge), text(answer.strip('"')))
        if decision.edges == "upper inclusive":
            case = case.when(value.compare(exp.GTE, _first(decision)), text(decision.table[0][1].strip('"')))
        tree = template("SELECT f.id, $answer AS answer FROM facts_in AS f LEFT JOIN credits_in AS c ON c.ord = f._ord LEFT JOIN people AS p ON p.payee = c.payee "
                        "AND f.date BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31')", answer=case)
        rows = link.execute(context.joined(tree).order_by("f._ord").sql("duckdb")).fetchall()
        found += [(name, fact, answer) for fact, answer in rows]
    return found


def _first(decision):
    from squaredeal.engine.formula.sql import Q
    return Q.of(decision.table[0][0])
