"""Numbers, conditions and formulas as people write them: 1,234.50, 1.5%, 156,000.00 ÷ (1 + 0.13)."""
from decimal import Decimal
from fractions import Fraction

from . import formula
from .formula import Node
from .values import decimal, evaluate

SIGNS = {"*": "×", "/": "÷", "+": "+", "-": "−", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
CALLS = {"zh": {"quota": "目标", "attainment": "达成率", "rank": "名次", "score": "得分", "earned": "应得", "previous": "上期", "year_ago": "去年同期", "tied": "并列", "median": "中位数", "source": "来源", "prorated": "按天折算", "below": "下级最高", "headcount": "人数", "known": "已知",
                "min": "较小的", "max": "较大的", "abs": "绝对值", "round": "四舍五入", "round_up": "向上取", "round_down": "向下取", "if": "如果", "and": "且", "or": "或",
                "not": "非", "nth_day": "某月某日", "quarter": "季度", "weekday": "星期", "begins": "开头是", "contains": "包含", "months": "月数", "workdays": "工作日", "year": "年", "month": "月", "day": "日"}, "en": {}}


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
    return f"{format((exactly(Fraction(value) * 100)).normalize(), 'f')}%"


def plain(value):
    """A number without needless zeros."""
    return format(exactly(value).normalize(), "f")


def said(node, values, lang="zh"):
    """A condition with the value of each name beside it: overdue_days 97 > 90."""
    return arithmetic(node, values, lang, named=True)


def arithmetic(node, values, lang="zh", named=False):
    """A formula with its numbers in place of names, or beside them."""
    op, args = node.op, node.args
    if op == "name" or op in formula.ABOUT or op == "headcount":
        return _name(node, values, lang, named)
    if op == "percent":
        return percent(args[0])
    if op == "number":
        return plain(args[0])
    if op == "text":
        return f"“{args[0]}”"
    if op in {"date", "bool"}:
        return str(args[0])
    if not named:
        if op == "if" and _chosen(node, values) is not node:
            return arithmetic(_chosen(node, values), values, lang)
        if op == "workdays" and (counted := _workdays(node, values, lang)):
            return counted
        args = tuple(_chosen(a, values) if isinstance(a, Node) else a for a in args)
    parts = [arithmetic(a, values, lang, named) for a in args]
    if op in SIGNS:
        parts = [f"({p})" if _looser(a, op, place) else p for place, (p, a) in enumerate(zip(parts, args, strict=True))]
        return f" {SIGNS[op]} ".join(parts)
    if op == "negate":
        return f"−{parts[0]}" if args[0].op in {"name", "number", "percent"} else f"−({parts[0]})"
    word = CALLS[lang if lang in CALLS else "en"].get(op, op)
    if op in {"and", "or"}:
        return f" {word} ".join(parts)
    return f"{word}({', '.join(parts)})"


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
    try:
        first, last = [evaluate(a, values) for a in node.args]
        found = evaluate(node, values)
    except (KeyError, ZeroDivisionError):
        return None
    if found is None:
        return None
    return f"{plain(found)}（{first} 至 {last} 的工作日）" if lang == "zh" else f"{plain(found)} (working days from {first} to {last})"


def _looser(node, op, place):
    """Whether an operand needs brackets under `op`."""
    if op in {"*", "/"}:
        return node.op in {"+", "-"} or (place == 1 and op == "/" and node.op in {"*", "/"})
    return op == "-" and place == 1 and node.op in {"+", "-"}


def _name(node: Node, values, lang, named):
    key = node.key()
    word = node.args[0] if node.op == "name" else f"{CALLS[lang if lang in CALLS else 'en'].get(node.op, node.op)}({', '.join(node.args)})"
    if node.op == "attainment":
        shown = f"{_shown(values.get(node.args[0]))} ÷ {_shown(values.get(f'quota({node.args[0]})'))}"
    else:
        shown = _shown(values.get(key))
    if not named:
        return shown
    return word if isinstance(values.get(key), bool) else f"{word} {shown}"


def _shown(value):
    if isinstance(value, (Decimal, Fraction)) and not isinstance(value, bool):
        return number(value) if abs(value) >= 1000 else plain(value)
    return "—" if value is None else str(value)
