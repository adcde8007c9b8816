"""A stage's query computed in 64 bits instead of 128, which is several times as fast; a number that does not fit is an error of the database."""
from sqlglot import exp

from squaredeal.engine.formula.sql import BIG, SMALL, known, template

LONG = exp.DataType.build("BIGINT")


def shortened(tree):
    """A copy of the query: its casts to 128 bits are to 64, and a division that tells numbers of 64 bits from others is that of the former."""
    tree = tree.copy()
    nodes = list(tree.find_all(exp.Case, exp.Cast))
    for case in [node for node in nodes if isinstance(node, exp.Case) and _chooses(node)][::-1]:  # the innermost first
        case.replace(_divided(case))
    for cast in tree.find_all(exp.Cast):
        if cast.to == BIG and abs(known(cast) or 0) <= 2 * (SMALL - 1):
            cast.set("to", LONG.copy())
    return tree


def _chooses(case):
    """Whether it is the choice between a division in 64 bits and one in 128 that `Q.whole` writes."""
    when = case.args["ifs"][0].this
    return len(case.args["ifs"]) == 1 and isinstance(when, exp.Between) and known(when.args["high"]) == SMALL // 8 and known(when.args["low"]) == -(SMALL // 8)


def _divided(case):
    """The rounded quotient, halves away from zero; integers are divided towards zero."""
    divisor = next(known(node.expression) for node in case.args["ifs"][0].args["true"].find_all(exp.IntDiv)) // 2
    top, half = case.args["ifs"][0].this.this, divisor // 2
    if divisor % 2:
        return template(f"((2 * $n + CASE WHEN $n < 0 THEN -{divisor} ELSE {divisor} END) // CAST({2 * divisor} AS BIGINT))", n=exp.paren(top.copy()))
    return template(f"(($n + CASE WHEN $n < 0 THEN -{half} ELSE {half} END) // CAST({divisor} AS BIGINT))", n=exp.paren(top.copy()))
