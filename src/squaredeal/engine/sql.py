"""Formulas and fixed-point arithmetic as sqlglot expressions.

Every number is an integer of 10⁻⁸ in 128 bits; × and ÷ round half away from zero with integer division, so that engines agree.
User text never becomes SQL text: typed nodes become expressions.
"""
from sqlglot import exp, parse_one

from . import formula

ONE = 10**8
WHOLE = exp.DataType.build("INT128")


def integer(value):
    """An exact 128-bit integer literal."""
    return exp.cast(exp.Literal.number(str(int(value))), WHOLE) if value >= 0 else exp.Neg(this=integer(-value))


def template(text, **nodes):
    """Our own SQL text with `:name` placeholders replaced by expressions."""
    tree = parse_one(text, read="duckdb")
    return tree.transform(lambda n: nodes[n.name].copy() if isinstance(n, exp.Placeholder) and n.name in nodes else n)


def round_div(numerator, denominator):
    """numerator ÷ denominator to the nearest integer, halves away from zero; NULL when the denominator is zero."""
    return template("CASE WHEN :d = 0 THEN NULL WHEN (:n < 0) = (:d < 0) THEN (abs(:n) * 2 + abs(:d)) // (abs(:d) * 2) "
                    "ELSE -((abs(:n) * 2 + abs(:d)) // (abs(:d) * 2)) END",
                    n=exp.paren(numerator), d=exp.paren(denominator))


def compiled(node, column, kinds):
    """The expression of a formula tree; `column(name)` gives a name's expression, `kinds` its kind.

    Numeric results are fixed-point integers; the kind check has been made before.
    """
    op, args = node.op, node.args
    if op == "name":
        return column(args[0])
    if op in {"number", "percent"}:
        return integer(formula.fixed(args[0]) * ONE)
    if op == "date":
        return exp.cast(exp.Literal.string(args[0].isoformat()), "date")
    if op == "text":
        return exp.Literal.string(args[0])
    if op == "bool":
        return exp.Boolean(this=args[0])
    got = [compiled(a, column, kinds) for a in args]
    if op in {"+", "-"}:
        return _sum(op, got, [formula.kind_of(a, kinds) for a in args])
    return _OPS[op](*got)


def _sum(op, got, sorts):
    a, b = got
    if sorts == ["date", "date"]:
        return exp.Mul(this=exp.cast(exp.Paren(this=exp.Sub(this=a, expression=b)), WHOLE), expression=integer(ONE))
    if "date" in sorts:
        day, days = (a, b) if sorts[0] == "date" else (b, a)
        days = exp.cast(template(":n // :one", n=exp.paren(days), one=integer(ONE)), "int")
        return exp.paren((exp.Add if op == "+" else exp.Sub)(this=day, expression=days))
    return exp.paren((exp.Add if op == "+" else exp.Sub)(this=a, expression=b))


def _compare(kind):
    return lambda a, b: exp.paren(kind(this=a, expression=b))


def _round(value, digits):
    unit = 10 ** (8 - int(digits.sql("duckdb").split("(")[-1].split(" ")[0]) // ONE)
    return exp.paren(exp.Mul(this=round_div(value, integer(unit)), expression=integer(unit)))


_OPS = {
    "*": lambda a, b: round_div(exp.Mul(this=exp.paren(a), expression=exp.paren(b)), integer(ONE)),
    "/": lambda a, b: round_div(exp.Mul(this=exp.paren(a), expression=integer(ONE)), b),
    "negate": lambda a: exp.paren(exp.Neg(this=exp.paren(a))), "not": lambda a: exp.Not(this=exp.paren(a)),
    "and": lambda a, b: exp.paren(exp.And(this=a, expression=b)), "or": lambda a, b: exp.paren(exp.Or(this=a, expression=b)),
    "if": lambda c, a, b: exp.Case(ifs=[exp.If(this=c, true=a)], default=b),
    "min": lambda *a: exp.Least(this=a[0], expressions=list(a[1:])), "max": lambda *a: exp.Greatest(this=a[0], expressions=list(a[1:])),
    "abs": lambda a: exp.Abs(this=a), "round": _round,
    "<": _compare(exp.LT), "<=": _compare(exp.LTE), ">": _compare(exp.GT), ">=": _compare(exp.GTE), "=": _compare(exp.EQ),
    "!=": _compare(exp.NEQ)}
