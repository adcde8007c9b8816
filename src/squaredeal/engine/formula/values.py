"""What a formula is worth, exactly: fractions, days, text and yes/no; the reading the explanations are recomputed with."""
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .working import workdays

PLAIN = {"number", "percent", "date", "text", "bool"}


def rounded(value, places=0, way="half"):
    """A Fraction to `places` decimals: halves away from zero, or `up` / `down` in size."""
    unit = Fraction(10) ** places
    size = abs(value) * unit
    whole, rest = divmod(size.numerator, size.denominator)
    if rest and (way == "up" or (way == "half" and rest * 2 >= size.denominator)):
        whole += 1
    return Fraction(whole if value >= 0 else -whole) / unit


def decimal(value, places):
    """A Fraction as a Decimal of `places`, rounded half away from zero."""
    found = rounded(value, places) * Fraction(10) ** places
    return Decimal(found.numerator).scaleb(-places)


def evaluate(node, values):
    """The formula's value. `values` gives each name (and call, as "quota(M)") a Decimal, Fraction, date, text, bool or None.

    None is not known: what is computed from it is not known, a condition on it does not hold, and its contrary does. ZeroDivisionError on dividing by zero.
    """
    op, args = node.op, node.args
    if op in PLAIN:
        return args[0]
    if known := node.parts():
        return _divide(*(_exact(values[key]) for key in known))
    if op == "name" or op in {"quota", "rank", "tied", "median", "score", "earned", "previous", "year_ago", "source", "prorated", "below", "headcount"}:
        return _exact(values[node.key()])
    if op == "known":
        return evaluate(args[0], values) is not None
    if op == "not":
        return not evaluate(args[0], values)
    if op == "if":
        return evaluate(args[1] if evaluate(args[0], values) else args[2], values)
    if op == "and":
        left = evaluate(args[0], values)
        return False if left is False else _both(left, evaluate(args[1], values))
    if op == "or":
        left = evaluate(args[0], values)
        return True if left is True else _any(left, evaluate(args[1], values))
    got = [evaluate(a, values) for a in args]
    return None if any(g is None for g in got) else _VALUES[op](*got)


def _both(a, b):
    return False if b is False else None if a is None or b is None else True


def _any(a, b):
    return True if b is True else None if a is None or b is None else False


def _exact(value):
    return Fraction(value) if isinstance(value, (Decimal, int)) and not isinstance(value, bool) else value


def _divide(a, b):
    if a is None or b is None:
        return None
    if not b:
        raise ZeroDivisionError("division by zero")
    return a / b


def _plus(a, b):
    if isinstance(a, date) or isinstance(b, date):
        day, days = (a, b) if isinstance(a, date) else (b, a)
        return day + timedelta(days=int(days))
    return a + b


def _minus(a, b):
    if isinstance(a, date) and isinstance(b, date):
        return Fraction((a - b).days)
    return a - timedelta(days=int(b)) if isinstance(a, date) else a - b


def nth_day(day, months, n):
    """The n-th day of the month `months` after the day's month; 31 means its last day."""
    total = day.year * 12 + day.month - 1 + int(months)
    first = date(total // 12, total % 12 + 1, 1)
    following = date((total + 1) // 12, (total + 1) % 12 + 1, 1)
    return min(first + timedelta(days=int(n) - 1), following - timedelta(days=1))


def months(a, b):
    """Whole calendar months from a to b, by their month numbers."""
    return Fraction((b.year - a.year) * 12 + b.month - a.month)


_VALUES = {
    "+": _plus, "-": _minus, "*": lambda a, b: a * b, "/": _divide, "negate": lambda a: -a, "min": lambda *a: min(a), "max": lambda *a: max(a),
    "abs": abs, "round": lambda a, n: rounded(a, int(n)), "round_up": lambda a, n: rounded(a, int(n), "up"),
    "round_down": lambda a, n: rounded(a, int(n), "down"), "year": lambda d: Fraction(d.year), "month": lambda d: Fraction(d.month),
    "day": lambda d: Fraction(d.day), "quarter": lambda d: Fraction((d.month + 2) // 3), "weekday": lambda d: Fraction(d.isoweekday()),
    "begins": lambda a, b: a.startswith(b), "contains": lambda a, b: b in a, "months": months, "workdays": workdays, "nth_day": nth_day,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b}
