"""A stage's query computed in 64 bits instead of 128, which is several times as fast; a number that does not fit is an error of the database."""
from sqlglot import exp

from squaredeal.engine.formula.sql import BIG, SMALL, known, template
from squaredeal.engine.formula.trees import copied, nodes, paren

LONG = exp.DataType.build("BIGINT")


def shortened(tree):
    """A copy of the query: its casts to 128 bits are to 64, and a division that tells numbers of 64 bits from others is that of the former."""
    tree = copied(tree)
    for case in [node for node in nodes(tree, exp.Case) if _chooses(node)][::-1]:  # the innermost first
        case.replace(_divided(case))
    for each in nodes(tree, exp.Cast):
        if each.to.this == BIG.this and abs(known(each) or 0) <= 2 * (SMALL - 1):
            each.set("to", LONG.copy())
    return tree


def _chooses(case):
    """Whether it is the choice between a division in 64 bits and one in 128 that `Q.whole` writes."""
    when = case.args["ifs"][0].this
    return len(case.args["ifs"]) == 1 and isinstance(when, exp.Between) and known(when.args["high"]) == SMALL // 8 and known(when.args["low"]) == -(SMALL // 8)


def _divided(case):
    """The rounded quotient, halves away from zero; integers are divided towards zero."""
    divisor = next(known(node.expression) for node in nodes(case.args["ifs"][0].args["true"], exp.IntDiv)) // 2
    top, half = case.args["ifs"][0].this.this, divisor // 2
    if divisor % 2:
        return template(f"((2 * $n + CASE WHEN $n < 0 THEN -{divisor} ELSE {divisor} END) // CAST({2 * divisor} AS BIGINT))", n=paren(copied(top)))
    return template(f"(($n + CASE WHEN $n < 0 THEN -{half} ELSE {half} END) // CAST({divisor} AS BIGINT))", n=paren(copied(top)))
