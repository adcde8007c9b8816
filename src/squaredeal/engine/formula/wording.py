"""Numbers, conditions and formulas as people write them: 1,234.50, 1.5%, 156,000.00 ÷ (1 + 0.13)."""
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from . import formula, naming
from .formula import Node
from .values import decimal, evaluate

SIGNS = {"*": "×", "/": "÷", "+": "+", "-": "−", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
CALLS = {"zh": {"min": "较小的", "max": "较大的", "abs": "绝对值", "round": "四舍五入", "round_up": "向上取", "round_down": "向下取", "and": "且", "or": "或", "nth_day": "某月某日",
                "quarter": "季度", "weekday": "星期", "months": "月数", "workdays": "工作日", "year": "年", "month": "月", "day": "日"},
         "en": {"round_up": "round up", "round_down": "round down", "nth_day": "nth day"}}
CALENDAR = frozenset({"year", "month", "day", "quarter", "weekday", "months", "workdays", "nth_day"})
"""Functions of days: a calculator has none, so their value is shown."""
NUMBERS, NAMED = "numbers", "named"
"""How a formula is said: with its numbers, or with each name and its value; with names alone it is said by Words."""


@dataclass(frozen=True)
class Words:
    """How a formula is said without values: what columns, numbers and texts in it are called, each told the language."""
    column: Callable = naming.column
    constant: Callable = lambda text, _value: text
    text: Callable = lambda text: f"“{text}”"


WORDS = Words()


def exactly(value):
    """A Fraction or Decimal as a Decimal, to ten places where it does not end."""
    if isinstance(value, Decimal):
        return value
    return decimal(Fraction(value), 10).normalize() + 0


def number(value, places=None):
    """1234.5 → 1,234.50; more decimals only where there are more."""
    value = exactly(value)
    if places is None:
        places = max(2, -value.normalize().as_tuple().exponent)
    return f"{value:,.{places}f}".replace("-", "−")


def percent(value):
    return f"{format((exactly(Fraction(value) * 100)).normalize(), ',f')}%".replace("-", "−")


def plain(value):
    """A number without needless zeros: 1,000, 1.15."""
    return format(exactly(value).normalize(), ",f").replace("-", "−")


def less(whole, part):
    """A difference as written, a negative part in brackets: 5.00 − (−2.00)."""
    return f"{number(whole)} − {bracketed(number(part))}"


def bracketed(text):
    """A negative number in brackets, for standing behind a sign."""
    return f"({text})" if text.startswith("−") else text


def said(node, values, lang="zh"):
    """A condition with the value of each name beside it: 逾期天数 97 > 90."""
    return arithmetic(node, values, lang, NAMED)


def words(node, lang="zh", how=WORDS):
    """A formula in words, without values: 工资 × 2."""
    return arithmetic(node, {}, lang, how)


def arithmetic(node, values, lang="zh", how=NUMBERS):
    """A formula with its numbers in place of names, or beside them, or with names alone."""
    lang = lang if lang in CALLS else "en"
    op, args = node.op, node.args
    if op == "name" or op in formula.ABOUT or op == "headcount":
        return _name(node, values, lang, how)
    if op in {"percent", "number"}:
        shown = percent(args[0]) if op == "percent" else plain(args[0])
        return how.constant(shown, args[0] if op == "number" else None) if isinstance(how, Words) else shown
    if op == "text":
        return (how if isinstance(how, Words) else WORDS).text(args[0])
    if op in {"date", "bool"}:
        return _constant(args[0], lang)
    if op == "workdays" and not isinstance(how, Words) and (counted := _workdays(node, values, lang)):
        return counted
    if how == NUMBERS:
        if op == "if" and _chosen(node, values) is not node:
            return arithmetic(_chosen(node, values), values, lang)
        if op in CALENDAR and (found := _worth(node, values)) is not None:
            return _shown(found)
        args = tuple(_chosen(a, values) if isinstance(a, Node) else a for a in args)
        if (same := _needless(op, args)) is not None:
            return arithmetic(same, values, lang)
    parts = [arithmetic(a, values, lang, how) for a in args]
    parts = [f"({p})" if isinstance(a, Node) and a.op == "if" and not (op == "if" and place == 2) else p for place, (p, a) in enumerate(zip(parts, args, strict=True))]
    if op in SIGNS:
        return _signed(node, op, args, parts, values, lang, how)
    if op == "negate":
        return f"−({parts[0]})" if args[0].op in {"+", "-", "negate"} or parts[0].startswith("−") else f"−{parts[0]}"
    return _called(node, op, parts, values, lang, how)


def _constant(value, lang):
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][value]
    return str(value)


def _signed(node, op, args, parts, values, lang, how):
    """Two operands and the sign between them."""
    if op in {"=", "!="} and "bool" in {a.op for a in args}:
        other, flag = (0, args[1]) if args[1].op == "bool" else (1, args[0])
        return parts[other] if flag.args[0] == (op == "=") else _not(parts[other], args[other], lang)
    if how == NAMED and op == "=" and args[1].op == "text" and args[0].op == "name" and values.get(args[0].args[0]) == args[1].args[0]:
        parts[0] = naming.column(args[0].args[0], lang)
    parts = [f"({p})" if _looser(a, op, place) or (place and op in "+-*/" and p.startswith("−")) else p for place, (p, a) in enumerate(zip(parts, args, strict=True))]
    return f" {SIGNS[op]} ".join(parts)


def _called(node, op, parts, values, lang, how):
    """Conditions joined, choices and calls."""
    zh = lang == "zh"
    word = CALLS[lang].get(op, op)
    if op in {"and", "or"}:
        inner = "or" if op == "and" else ""
        return f" {word} ".join(f"({p})" if a.op == inner else p for p, a in zip(parts, node.args, strict=True))
    if op == "not" and node.args[0].op != "known":
        return _not(parts[0], node.args[0], lang)
    if op == "if":
        chain = f"{parts[0]} 时 {parts[1]}，" if zh else f"{parts[1]} if {parts[0]}, "
        return chain + (parts[2] if node.args[2].op == "if" else f"否则 {parts[2]}" if zh else f"else {parts[2]}")
    if op == "not" and node.args[0].op == "known":
        return f"没有 {parts[0].removeprefix('有 ')}" if zh else f"{parts[0].removesuffix(' is there')} is not there"
    if op == "known":
        return f"有 {parts[0]}" if zh else f"{parts[0]} is there"
    if op in {"begins", "contains"}:
        between = {"begins": ("以{}开头", "begins with {}"), "contains": ("含{}", "contains {}")}[op][not zh]
        return f"{parts[0]} {between.format(parts[1])}"
    if how == NAMED and op in CALENDAR and (found := _worth(node, values)) is not None:
        return f"{arithmetic(node, values, lang, WORDS)} {_shown(found)}"
    return f"{word}({', '.join(parts)})"


def _not(text, node, lang):
    whole = node.op == "name" or node.op in formula.ABOUT or node.op == "known"
    return (f"不是{text}" if whole else f"不符合({text})") if lang == "zh" else (f"not {text}" if whole else f"not ({text})")


def _needless(op, args):
    """What is left where a constant changes nothing: a + 0, a − 0, a × 1, a ÷ 1; None otherwise."""
    if op not in {"+", "-", "*", "/"}:
        return None
    nothing = [_is(a, 0 if op in "+-" else 1) for a in args]
    if nothing[1]:
        return args[0]
    return args[1] if nothing[0] and op in "+*" else None


def _is(node, value):
    """Whether a node is this number, or made of numbers that come to it."""
    return node.op in {"number", "+", "-", "*", "/"} and not any(n.op not in {"number", "+", "-", "*", "/"} for n in node.walk()) and _worth(node, {}) == value


def _worth(node, values):
    try:
        return evaluate(node, values)
    except (KeyError, ZeroDivisionError):
        return None


def _chosen(node, values):
    """The branch of an if that holds, and of an if within it; the node itself where that is not known."""
    while node.op == "if":
        try:
            node = node.args[1] if evaluate(node.args[0], values) else node.args[2]
        except (KeyError, ZeroDivisionError):
            return node
    return node


def _workdays(node, values, lang):
    """How many working days there are and between which days, as nobody counts them in the head; None where it is not known."""
    first, last, found = _worth(node.args[0], values), _worth(node.args[1], values), _worth(node, values)
    if found is None:
        return None
    return f"{plain(found)}（{first} 至 {last} 的工作日）" if lang == "zh" else f"{plain(found)} (working days from {first} to {last})"


def choices(node, values):
    """[(condition, whether it holds)] of the choices a formula went through, in order; [] where one is not known."""
    found = []
    try:
        _choices(node, values, found)
    except (KeyError, ZeroDivisionError):
        return []
    return found


def _choices(node, values, found):
    if node.op == "if":
        holds = bool(evaluate(node.args[0], values))
        found.append((node.args[0], holds))
        _choices(node.args[1] if holds else node.args[2], values, found)
        return
    for arg in node.args:
        if isinstance(arg, Node):
            _choices(arg, values, found)


def taken(node, values):
    """The nodes of a formula that gave what it gives: of a choice the branch that holds, without its condition."""
    node = _chosen(node, values)
    return [node, *(found for arg in node.args if isinstance(arg, Node) for found in taken(arg, values))]


def _looser(node, op, place):
    """Whether an operand needs brackets under `op`."""
    if op in {"*", "/"}:
        return node.op in {"+", "-"} or (place == 1 and op == "/" and (node.op in {"*", "/", "prorated"} or node.parts() is not None))
    return op == "-" and place == 1 and node.op in {"+", "-"}


def _name(node: Node, values, lang, how):
    key = node.key()
    column = how.column if isinstance(how, Words) else naming.column
    word = column(node.args[0], lang) if node.op == "name" else naming.about(node.op, node.args, lang, column)
    if isinstance(how, Words):
        return word
    if parts := node.parts():
        shown, known = " ÷ ".join(_shown(values.get(part)) for part in parts), parts[1] in values
    else:
        shown, known = _shown(values.get(key)), key in values
    if how == NUMBERS:
        return (_by_days(values.get(f"spans({node.args[0]})")) or shown) if node.op == "prorated" else shown
    return word if isinstance(values.get(key), bool) or not known else f"{word} {shown}"


def _by_days(spans):
    """What is prorated as its days over days: 3000x15+6000x15/30 as (3,000.00 × 15 + 6,000.00 × 15) ÷ 30; "" where it holds for the whole window."""
    if not isinstance(spans, str):
        return ""
    parts, days = spans.rsplit("/", 1)
    held = [part.split("x") for part in parts.split("+")]
    if len({worth for worth, _many in held}) == 1 and sum(int(many) for _worth, many in held) == int(days):
        return ""
    said = " + ".join(f"{_shown(Decimal(worth))} × {many}" if not worth.startswith("-") else f"({_shown(Decimal(worth))}) × {many}" for worth, many in held)
    return f"({said}) ÷ {days}" if len(held) > 1 else f"{said} ÷ {days}"


def _shown(value):
    if isinstance(value, (Decimal, Fraction)) and not isinstance(value, bool):
        return number(value) if abs(value) >= 1000 else plain(value)
    return "—" if value is None else str(value)
