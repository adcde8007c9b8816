"""Formulas: text to typed nodes, and nodes evaluated with exact decimals. Compiling to SQL is `sql.py`'s.

A formula is at most 2,000 characters, 200 nodes, 32 deep. Kinds: money, rate, number, days, date, text, bool.
"""
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, UnexpectedInput, VisitError

LONGEST, MOST_NODES, DEEPEST = 2000, 200, 32
PLACES = Decimal("0.00000001")
WIDE = str.maketrans("（），＋－×÷＊／＜＞＝％｜＆　“”＂：；−≤≥≠", "(),+-*/*/<>=%|& \"\"\":;-≤≥≠")
FUNCTIONS = {"if": 3, "如果": 3, "min": None, "max": None, "最小": None, "最大": None, "abs": 1, "绝对值": 1, "round": 2, "四舍五入": 2}
SAME = {"如果": "if", "最小": "min", "最大": "max", "绝对值": "abs", "四舍五入": "round"}


class FormulaError(ValueError):
    """The formula cannot be read or does not fit: `.zh` and `.en` say why."""

    def __init__(self, zh, en):
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Node:
    """One operation: `op` names it, `args` are nodes, or for a leaf the value itself."""
    op: str
    args: tuple

    def walk(self):
        yield self
        for arg in self.args:
            if isinstance(arg, Node):
                yield from arg.walk()

    def depth(self):
        return 1 + max((a.depth() for a in self.args if isinstance(a, Node)), default=0)

    def names(self):
        """Names the formula refers to, in order of appearance."""
        return list(dict.fromkeys(n.args[0] for n in self.walk() if n.op == "name"))


class _Build(Transformer):
    def number(self, items):
        return Node("number", (Decimal(str(items[0])),))

    def percent(self, items):
        return Node("percent", (Decimal(str(items[0])[:-1]) / 100,))

    def day(self, items):
        return Node("date", (date.fromisoformat(str(items[0])),))

    def text(self, items):
        return Node("text", (str(items[0])[1:-1],))

    def true(self, _items):
        return Node("bool", (True,))

    def false(self, _items):
        return Node("bool", (False,))

    def name(self, items):
        return Node("name", (str(items[0]),))

    def call(self, items):
        name, args = str(items[0]), tuple(items[1:])
        if name not in FUNCTIONS:
            raise FormulaError(f"没有函数 {name}", f"there is no function {name}")
        wanted = FUNCTIONS[name]
        if wanted is not None and len(args) != wanted:
            raise FormulaError(f"{name} 要 {wanted} 个参数", f"{name} takes {wanted} arguments")
        return Node(SAME.get(name, name), args)

    def negation(self, items):
        return Node("not", (items[-1],))

    def unary(self, items):
        return Node("negate", (items[1],)) if items[0] == "-" else items[1]

    def comparison(self, items):
        return Node(str(items[1]), (items[0], items[2])) if len(items) == 3 else items[0]

    def _chain(self, items):
        node, rest = items[0], items[1:]
        while rest:
            node, rest = Node(str(rest[0]), (node, rest[1])), rest[2:]
        return node

    sum = product = _chain

    def either(self, items):
        return self._logic("or", items)

    def both(self, items):
        return self._logic("and", items)

    @staticmethod
    def _logic(op, items):
        items = [i for i in items if not isinstance(i, Token)]
        node = items[0]
        for item in items[1:]:
            node = Node(op, (node, item))
        return node


@cache
def _parser():
    return Lark(files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8"), parser="lalr", lexer="contextual",
                maybe_placeholders=False)


@lru_cache(maxsize=4096)
def parse(text):
    """The tree of a formula; FormulaError with the place when it cannot be read. Full-width signs count as plain ones."""
    text = str(text)
    if len(text) > LONGEST:
        raise FormulaError(f"公式超过 {LONGEST} 字", f"the formula is over {LONGEST} characters")
    plain = text.translate(WIDE).replace("≤", "<=").replace("≥", ">=").replace("≠", "!=").replace("==", "=")
    level = most = 0
    for sign in plain:
        level += (sign == "(") - (sign == ")")
        most = max(most, level)
    if most > DEEPEST:
        raise FormulaError(f"括号套了 {DEEPEST} 层以上", f"brackets are nested over {DEEPEST} deep")
    try:
        node = _Build().transform(_parser().parse(plain))
    except UnexpectedInput as wrong:
        raise FormulaError(f"第 {wrong.column} 个字读不懂：{plain[max(wrong.pos_in_stream - 8, 0):wrong.pos_in_stream + 8]}",
                           f"cannot read it at character {wrong.column}") from None
    except VisitError as wrong:
        if isinstance(wrong.orig_exc, FormulaError):
            raise wrong.orig_exc from None
        raise FormulaError("日期或数字写得不对", "a day or number is not valid") from None
    except (LarkError, RecursionError):
        raise FormulaError("公式读不懂", "the formula cannot be read") from None
    if sum(1 for _ in node.walk()) > MOST_NODES:
        raise FormulaError(f"公式超过 {MOST_NODES} 步", f"the formula has over {MOST_NODES} steps")
    if node.depth() > DEEPEST:
        raise FormulaError(f"公式套了 {DEEPEST} 层以上", f"the formula is over {DEEPEST} deep")
    return node


NUMERIC = {"money", "rate", "number", "days"}


def kind_of(node, kinds):
    """The kind a formula yields, given `kinds` of the names; FormulaError when kinds do not fit (money × money, text + 1 …)."""
    op, args = node.op, node.args
    if op == "name":
        if args[0] not in kinds:
            raise FormulaError(f"没有 {args[0]} 这个量", f"{args[0]} is not known here")
        return kinds[args[0]]
    if op in {"number", "percent", "date", "text", "bool"}:
        return {"percent": "rate"}.get(op, op)
    got = [kind_of(a, kinds) for a in args]
    return _RULES[op](got)


def _fail(got, what):
    raise FormulaError(f"{'、'.join(got)} 不能{what[0]}", f"{', '.join(got)} cannot be {what[1]}")


def _plus(got):
    a, b = got
    if {a, b} == {"date", "days"} or {a, b} == {"date", "number"}:
        return "date"
    if a == b == "date":
        return "days"
    if a not in NUMERIC or b not in NUMERIC or {a, b} == {"money", "rate"}:
        _fail(got, ("相加减", "added"))
    return _wider(a, b)


def _wider(a, b):
    return "money" if "money" in (a, b) else "rate" if a == b == "rate" else "days" if a == b == "days" else "number"


def _times(got):
    a, b = got
    if a not in NUMERIC or b not in NUMERIC or a == b == "money":
        _fail(got, ("相乘", "multiplied"))
    return "money" if "money" in got else "rate" if "rate" in got else "number"


def _over(got):
    a, b = got
    if a not in NUMERIC or b not in NUMERIC:
        _fail(got, ("相除", "divided"))
    if a == b == "money":
        return "rate"
    if b == "money":
        _fail(got, ("相除", "divided"))
    return "money" if a == "money" else a


def _compare(got):
    a, b = got
    if not (a == b or (a in NUMERIC and b in NUMERIC)):
        _fail(got, ("比较", "compared"))
    return "bool"


def _logical(got):
    if any(g != "bool" for g in got):
        _fail(got, ("作且、或、非", "joined by and, or, not"))
    return "bool"


def _same(got):
    if any(g not in NUMERIC for g in got) and len(set(got)) > 1:
        _fail(got, ("放在一起", "mixed"))
    return got[0] if len(set(got)) == 1 else "money" if "money" in got else "number"


def _if(got):
    if got[0] != "bool":
        _fail(got[:1], ("作条件", "a condition"))
    return _same(got[1:])


_RULES = {"+": _plus, "-": _plus, "*": _times, "/": _over, "negate": lambda got: got[0], "not": _logical, "and": _logical, "or": _logical,
          "if": _if, "min": _same, "max": _same, "abs": lambda got: got[0], "round": lambda got: got[0],
          **dict.fromkeys(("<", "<=", ">", ">=", "=", "!="), _compare)}


def evaluate(node, values):
    """The formula's value with exact decimals (eight places, half away from zero, after each × and ÷), for explaining and checking.

    `values` gives each name a Decimal, date, text or bool. ZeroDivisionError when something is divided by zero.
    """
    op, args = node.op, node.args
    if op == "name":
        return values[args[0]]
    if op in {"number", "percent", "date", "text", "bool"}:
        return args[0]
    if op == "if":
        return evaluate(args[1] if evaluate(args[0], values) else args[2], values)
    if op == "and":
        return evaluate(args[0], values) and evaluate(args[1], values)
    if op == "or":
        return evaluate(args[0], values) or evaluate(args[1], values)
    got = [evaluate(a, values) for a in args]
    return _VALUES[op](*got)


def fixed(value):
    return Decimal(value).quantize(PLACES, rounding=ROUND_HALF_UP)


def _difference(a, b):
    return Decimal((a - b).days) if isinstance(a, date) and isinstance(b, date) else a - _as_days(b) if isinstance(a, date) else a - b


def _as_days(value):
    from datetime import timedelta
    return timedelta(days=int(value))


def _divide(a, b):
    if not b:
        raise ZeroDivisionError("division by zero")
    return fixed(a / b)


_VALUES = {
    "+": lambda a, b: a + _as_days(b) if isinstance(a, date) else b + _as_days(a) if isinstance(b, date) else a + b,
    "-": _difference, "*": lambda a, b: fixed(a * b), "/": _divide, "negate": lambda a: -a, "not": lambda a: not a,
    "min": min, "max": max, "abs": abs, "round": lambda a, n: a.quantize(Decimal(1).scaleb(-int(n)), rounding=ROUND_HALF_UP),
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b}
