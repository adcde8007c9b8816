"""What a fact's columns say of a measure alone is worked out once for each row of the measure's table, not for every fact that reads it."""
from sqlglot import exp

from squaredeal.engine.formula.sql import template
from squaredeal.engine.formula.trees import copied, nodes


def beforehand(context, columns):
    """The columns of a row: where one is chosen by a measure alone, the join brings it; where nothing is joined it is worked out on the spot."""
    found, brought = dict(columns), {}
    for name, expression in columns.items() if context.row != "window" else ():  # windows are not more than the rows of a measure
        alias = _measure(context, expression)
        if alias is not None:
            brought.setdefault(alias, {})[f"_{name}"] = expression
            found[name] = template(f"CASE WHEN {alias}.who IS NULL THEN $here ELSE {alias}._{name} END", here=copied(expression))
    for alias, cells in brought.items():
        table, on = context.joins[alias]
        made = exp.select(f"{alias}.*", *[exp.alias_(cell, name) for name, cell in cells.items()]).from_(exp.alias_(table, alias, table=True))
        context.joins[alias] = (made.subquery(copy=False), on)
    return found


def _measure(context, expression):
    """The alias of the measure's table that an expression with a choice in it asks, if it asks nothing else."""
    aliases = {column.table for column in nodes(expression, exp.Column)}
    if len(aliases) != 1 or not nodes(expression, exp.Case):
        return None
    alias, measures = aliases.pop(), list(context.book.plan.measures)
    return alias if alias[:1] in set("moqy") and alias[1:].isdigit() and alias in context.joins and context.book.numbered(measures[int(alias[1:])]) else None
