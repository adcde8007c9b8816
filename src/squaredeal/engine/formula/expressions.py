"""The tree of a formula as an expression of the query: typed nodes become expressions, never text."""
from fractions import Fraction

from sqlglot import exp

from .kinds import NUMERIC, kind_of
from .sql import Q, integer, template, text, times
from .trees import cast, paren
from .working import counted

COMPARE = {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE, "=": exp.EQ, "!=": exp.NEQ}


def compiled(node, name, kinds):
    """The expression of a formula tree: a Q when it is a number, otherwise an expression.

    `name(node)` gives the Q or expression of a name or of a function about a name; `kinds` the kind of each name.
    """
    op, args = node.op, node.args
    if op in {"number", "percent"}:
        return Q.of(args[0])
    if op == "date":
        return cast(text(args[0].isoformat()), "date")
    if op == "text":
        return text(args[0])
    if op == "bool":
        return exp.Boolean(this=args[0])
    if op in {"name", "quota", "attainment", "rank", "tied", "median", "score", "earned", "previous", "year_ago", "source", "prorated", "below", "headcount"}:
        return name(node)
    got = [compiled(a, name, kinds) for a in args]
    sorts = [kind_of(a, kinds) for a in args] if op in {*COMPARE, "+", "-"} else []
    if op in COMPARE:
        if sorts[0] in NUMERIC:
            return got[0].compare(COMPARE[op], got[1])
        return paren(COMPARE[op](this=got[0], expression=got[1]))
    if "date" in sorts and op in {"+", "-"}:
        return _days(op, got, sorts)
    return _OPS[op](*got)


def _days(op, got, sorts):
    a, b = got
    if sorts == ["date", "date"]:
        return Q(cast(paren(exp.Sub(this=a, expression=b)), "bigint"))
    day, days = (a, b) if sorts[0] == "date" else (b, a)
    return paren((exp.Add if op == "+" else exp.Sub)(this=day, expression=cast(days.whole(way="down"), "int")))


def _extreme(kind):
    def pick(*got):
        found = got[0]
        for other in got[1:]:
            if isinstance(found, Q):  # what is missing stays missing: neither side is picked
                found = found.pick(found.compare(kind, other), other.pick(other.compare(kind, found), Q(exp.Null())))
            else:
                found = exp.Case(ifs=[exp.If(this=kind(this=found, expression=other), true=found), exp.If(this=kind(this=other, expression=found), true=other)])
        return found
    return pick


def _if(condition, a, b):
    return a.pick(condition, b) if isinstance(a, Q) else paren(exp.Case(ifs=[exp.If(this=condition, true=a)], default=b))


def _round(way):
    def to(value, digits):
        places = int(digits.constant()) if digits.constant() is not None else 0
        unit = Fraction(1, 10**places) if places >= 0 else Fraction(10**-places)
        return Q(times(value.whole(unit, way), unit.numerator), unit.denominator)
    return to


def _part(name):
    return lambda day: Q(cast(template(f"{name}($d)", d=day), "bigint"))


def _weekday(day):
    """Days since a Monday, counted on; before it too."""
    return Q(cast(template("(date_diff('day', DATE '1970-01-05', $d) % 7 + 7) % 7 + 1", d=paren(day)), "bigint"))


def _begins(whole, beginning):
    return paren(exp.EQ(this=exp.func("left", cast(whole, "text"), exp.func("length", beginning)), expression=beginning.copy()))


def _contains(whole, part):
    return paren(template("strpos($a, $b) > 0", a=cast(whole, "text"), b=part))


def _nth_day(day, months, n):
    first = "date_trunc('month', $d) + $m * INTERVAL 1 MONTH"
    last = f"{first} + INTERVAL 1 MONTH - INTERVAL 1 DAY"
    ahead, place = (integer(int(v.constant())) if v.constant() is not None else cast(v.whole(way="down"), "int") for v in (months, n - Q.of(1)))
    return template(f"CAST(least({first} + $n * INTERVAL 1 DAY, {last}) AS DATE)", d=paren(day), m=ahead, n=place)


def _not(condition):
    """What is asked of a value that is not there does not hold, so that its contrary does; what is always known is left as it is."""
    if any(not column.find_ancestor(exp.Is) for column in condition.find_all(exp.Column)):
        condition = exp.func("coalesce", paren(condition), exp.false())
    return paren(exp.Not(this=paren(condition)))


def _known(value):
    there = [value] if not isinstance(value, Q) else [value.num, *([value.over] if value.over is not None else [])]
    return paren(exp.and_(*(exp.Not(this=exp.Is(this=paren(part), expression=exp.Null())) for part in there)))


_OPS = {
    "known": _known,
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "negate": lambda a: -a,
    "not": _not, "and": lambda a, b: paren(exp.And(this=paren(a), expression=paren(b))),
    "or": lambda a, b: paren(exp.Or(this=paren(a), expression=paren(b))), "if": _if, "min": _extreme(exp.LTE), "max": _extreme(exp.GTE),
    "abs": lambda a: Q(exp.Abs(this=a.num), a.den, a.over), "round": _round("half"), "round_up": _round("up"), "round_down": _round("down"),
    "year": _part("year"), "month": _part("month"), "day": _part("day"), "quarter": _part("quarter"), "weekday": _weekday, "begins": _begins, "contains": _contains, "nth_day": _nth_day,
    "workdays": lambda a, b: Q(cast(template(counted("$a", "$b"), a=paren(a), b=paren(b)), "bigint")),
    "months": lambda a, b: Q(cast(template("(year($b) - year($a)) * 12 + month($b) - month($a)", a=paren(a), b=paren(b)), "bigint"))}
