"""Exact fractions as sqlglot expressions: an integer numerator over a known denominator and, after ÷ by a column, an integer divisor.

Nothing is rounded until `whole` writes the one rounding out, half away from zero, in integer arithmetic. User text never becomes SQL
text: typed nodes become expressions, names become quoted identifiers, values become literals.
"""
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

from sqlglot import exp, parse_one

from .trees import cast, copied, nodes, own, paren

PLACES = 8
ONE = 10**PLACES
"""Amounts between stages are integers of 10⁻⁸ yuan in 128 bits; overflow is an error."""
BIG = exp.DataType.build("INT128")
COARSE = ContextVar("coarse", default=False)
"""Whether what is divided by different columns is taken to 15 decimals: only in a run whose exact numbers did not fit 128 bits."""
FINE, TOLD_APART = 10**15, 10**12
"""The decimals of a quotient then, and those that are compared."""
SMALL = 2**62


def narrowed(tree):
    """The query with its stored columns in 64 bits instead of 128; a number that does not fit is an error there, and the run is made again in 128."""
    for each in nodes(tree, exp.Cast):
        if isinstance(each.parent, exp.Alias) and isinstance(each.parent.parent, exp.Select) and each.to.this == BIG.this:
            each.set("to", exp.DataType.build("BIGINT"))
    return tree


def integer(value):
    """An exact integer literal of 128 bits."""
    found = cast(exp.Literal.number(str(abs(int(value)))), BIG.copy())
    return found if value >= 0 else paren(exp.Neg(this=found))


def known(expression):
    """The integer an expression is written as, or None when it is computed from columns."""
    sign = 1
    while isinstance(expression, (exp.Paren, exp.Cast, exp.Neg)):
        sign, expression = -sign if isinstance(expression, exp.Neg) else sign, expression.this
    return sign * int(expression.name) if isinstance(expression, exp.Literal) and not expression.is_string else None


def text(value):
    return exp.Literal.string(value)


def template(sql, /, **filled):
    """Our own SQL text with `$name` placeholders replaced by expressions; one that stands nowhere yet is put in itself, any other as a copy."""
    tree = copied(_parsed(sql))
    for hole in nodes(tree, exp.Placeholder) if filled else ():
        if hole.name in filled:
            node = filled[hole.name]
            if hole is tree:
                return copied(node)
            hole.replace(own(node))
    return tree


@lru_cache(1000)
def _parsed(sql):
    return parse_one(sql, read="duckdb")


def times(a, factor):
    if factor == 1:
        return a
    number = known(a)
    return integer(number * int(factor)) if number is not None else paren(exp.Mul(this=paren(a), expression=integer(factor)))


def multiplied(a, b):
    return paren(exp.Mul(this=a if isinstance(a, exp.Cast) and a.to.this == BIG.this else cast(a, BIG.copy()), expression=paren(b)))


@dataclass(frozen=True)
class Q:
    """num / (den × over): `num` and `over` are integer expressions, `den` a known positive integer, `over` positive or NULL (÷ 0)."""
    num: exp.Expression
    den: int = 1
    over: exp.Expression | None = None

    @classmethod
    def of(cls, value):
        value = Fraction(value)
        return cls(integer(value.numerator), value.denominator)

    @classmethod
    def column(cls, name, table=None, den=ONE):
        return cls(exp.column(name, table=table, quoted=True), den)

    def constant(self):
        number = known(self.num) if self.over is None else None
        return None if number is None else Fraction(number, self.den)

    def apart(self, other):
        """Both, as decimals where each is divided by a column of its own, or one is such decimals already, and there was no room for the product of divisors."""
        if not COARSE.get() or self.over == other.over:
            return self, other
        if None in (self.over, other.over) and (self if self.over is None else other).den % FINE:  # a sum of such decimals takes the next quotient as one
            return self, other
        return tuple(q if q.over is None else Q(q.whole(Fraction(1, FINE)), FINE) for q in (self, other))

    def __mul__(self, other):
        self, other = self.apart(other)
        a, b = self.constant(), other.constant()
        if a is not None and b is not None:
            return Q.of(a * b)
        if a is not None or b is not None:
            kept, by = (other, a) if a is not None else (self, b)
            if by == 1:
                return kept
            scale = Fraction(by.numerator, kept.den * by.denominator)
            return Q(times(kept.num, scale.numerator), scale.denominator, kept.over) if by else Q.of(0)
        return Q(multiplied(self.num, other.num), self.den * other.den, _product(self.over, other.over))

    def __truediv__(self, other):
        by = other.constant()
        if by:
            return self * Q.of(1 / by)
        if by == 0:
            return Q(exp.Null(), 1)
        if COARSE.get() and self.over is not None:
            self = Q(self.whole(Fraction(1, FINE)), FINE)
        shared = gcd(self.den, other.den)
        top = multiplied(times(self.num, other.den // shared), template("sign($n)", n=paren(other.num)))
        top = multiplied(top, other.over) if other.over is not None else top
        return Q(top, self.den // shared, _product(self.over, template("nullif(abs($n), 0)", n=paren(other.num))))

    def _aligned(self, other):
        """(numerator, numerator, den, over) over one denominator."""
        self, other = self.apart(other)
        den = lcm(self.den, other.den)
        a, b = times(self.num, den // self.den), times(other.num, den // other.den)
        if self.over is None and other.over is None:
            return a, b, den, None
        if self.over is not None and other.over is not None and self.over == other.over:
            return a, b, den, self.over
        if other.over is not None:
            a = multiplied(a, other.over)
        if self.over is not None:
            b = multiplied(b, self.over)
        return a, b, den, _product(self.over, other.over)

    def __add__(self, other):
        if other.constant() == 0:
            return self
        if self.constant() == 0:
            return other
        a, b, den, over = self._aligned(other)
        return Q(paren(exp.Add(this=a, expression=b)), den, over)

    def __sub__(self, other):
        a, b, den, over = self._aligned(other)
        return Q(paren(exp.Sub(this=a, expression=paren(b))), den, over)

    def __neg__(self):
        return Q(paren(exp.Neg(this=paren(self.num))), self.den, self.over)

    def compare(self, kind, other):
        if COARSE.get() and (self.den % FINE == 0 or other.den % FINE == 0):
            return paren(kind(this=self.whole(Fraction(1, TOLD_APART)), expression=other.whole(Fraction(1, TOLD_APART))))
        a, b, _den, over = self._aligned(other)
        found = paren(kind(this=a, expression=b))
        return found if over is None else template("CASE WHEN $o IS NOT NULL THEN $c END", o=over, c=found)

    def least(self, other):
        return self._bound(exp.LT, exp.GT, other)

    def greatest(self, other):
        return self._bound(exp.GT, exp.LT, other)

    def _bound(self, within, beyond, other):
        if self.over is not None or other.constant() is None:
            return self.pick(self.compare(within, other), other)
        return other.pick(self.compare(beyond, other), self)  # what is missing stays missing, which least() and greatest() would pass over

    def pick(self, condition, other):
        """CASE WHEN condition THEN self ELSE other END."""
        den = lcm(self.den, other.den)
        case = exp.Case(ifs=[exp.If(this=condition, true=times(self.num, den // self.den))], default=times(other.num, den // other.den))
        over = None
        if self.over is not None or other.over is not None:
            over = exp.Case(ifs=[exp.If(this=copied(condition), true=self.over if self.over is not None else integer(1))],
                            default=other.over if other.over is not None else integer(1))
        return Q(paren(case), den, paren(over) if over is not None else None)

    def whole(self, unit=Fraction(1), way="half", quick=False):
        """An integer expression: self ÷ unit, rounded once, halves away from zero; NULL where something was divided by zero.

        `quick` divides in 64 bits the numbers that fit them, which is some forty times as fast; for the columns of a stage.
        """
        unit = Fraction(unit)
        scale = Fraction(unit.denominator, self.den * unit.numerator)
        top = times(self.num, scale.numerator)
        bottom = integer(scale.denominator) if self.over is None else times(self.over, scale.denominator)
        if self.over is None and scale.denominator == 1:
            return paren(top)
        sql = {"half": "sign($n) * ((abs($n) * 2 + $d) // ($d * 2))", "up": "sign($n) * ((abs($n) + $d - 1) // $d)",
               "down": "sign($n) * (abs($n) // $d)",
               "even": "sign($n) * (abs($n) // $d + CASE WHEN abs($n) % $d * 2 > $d OR (abs($n) % $d * 2 = $d AND abs($n) // $d % 2 = 1) "
                       "THEN 1 ELSE 0 END)"}[way]
        full = paren(template(sql, n=paren(top), d=paren(bottom)))
        if not quick or way != "half" or self.over is not None or scale.denominator > SMALL // 8:
            return full
        short = template(f"CAST(sign($n) AS BIGINT) * ((abs($n) * 2 + {scale.denominator}) // CAST({scale.denominator * 2} AS BIGINT))",
                         n=cast(top, "BIGINT"))
        return paren(template("CASE WHEN $n BETWEEN $low AND $high THEN $short ELSE $full END", n=paren(top), low=integer(-(SMALL // 8)),
                                  high=integer(SMALL // 8), short=cast(short, BIG.copy()), full=full))


def power_of_ten(number):
    return set(str(number)) <= {"0", "1"} and str(number).strip("0") == "1"


def _product(a, b):
    return b if a is None else a if b is None else multiplied(a, b)


def shown(value):
    """A number or expression as text, decimals written out; for what an explanation is given."""
    if not isinstance(value, Q):
        return cast(value, "text")
    if value.over is None and power_of_ten(value.den):
        places = len(str(value.den)) - 1
        if not places:
            return cast(value.num, "text")
        return template(f"CAST(CAST($n AS DECIMAL({38 - places}, 0)) * CAST($u AS DECIMAL({places}, {places})) AS TEXT)", n=value.num,
                        u=exp.Literal.number("0." + "0" * (places - 1) + "1"))
    return shown(Q(value.whole(Fraction(1, ONE)), ONE))
