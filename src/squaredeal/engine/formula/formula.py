"""Formulas: text to typed nodes. What a node is worth is `values.py`'s, which kind it has is `kinds.py`'s, its SQL is `sql.py`'s.

A formula is at most 2,000 characters, 200 nodes, 32 deep. Chinese and English names and functions mean the same.
"""
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, UnexpectedInput, VisitError

from .functions import ELSEWHERE, FUNCTIONS
from .naming import standard

LONGEST, MOST_NODES, DEEPEST = 2000, 200, 32
WIDE = {**dict(zip("（），＋－×÷＊／＜＞＝％｜＆　“”＂‘’＇：；−–［］！＿．", "(),+-*/*/<>=%|& \"\"\"''':;--[]!_.", strict=True)),
        **{chr(0xFF10 + i): str(i) for i in range(10)}, "≤": "<=", "≥": ">=", "≠": "!=", "\n": " ", "\t": " ", "\r": " "}
DOUBLE = {"==": "=", "<>": "!="}
QUOTES = {'"': '"', "'": "'", "＂": "＂", "＇": "＇", "“": "“”", "”": "“”", "‘": "‘’", "’": "‘’", "[": "]］", "［": "]］"}
"""What opens a text or a name in brackets, and the signs that close it."""
UNITS = {"万": 10**4, "亿": 10**8}

SAME = {function.chinese: name for name, function in FUNCTIONS.items()}
ABOUT = frozenset({"quota", "attainment", "rank", "score", "earned", "previous", "year_ago", "tied", "median", "source", "prorated", "below"})
"""Functions whose argument is a name (of a measure, score or component), not a value."""


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
        """What the formula refers to, in order of appearance: plain names, and calls like "quota(月回款)" under that text."""
        return list(dict.fromkeys(n.key() for n in self.walk() if n.op == "name" or n.op in ABOUT or n.op == "headcount"))

    def key(self):
        """The text a name, or a function about a name, goes by; a second word stands behind a bar, which no component's name has."""
        return self.args[0] if self.op == "name" else f"{self.op}({'|'.join(self.args)})"

    def parts(self):
        """What an attainment is told by: the keys of the measure and of its quota; None of anything else."""
        if self.op == "attainment":
            return self.args[0], f"quota({self.args[0]})"
        return (f"source({self.args[0]})", f"source({self.args[0]}|quota)") if self.op == "source" and self.args[1:] == ("attainment",) else None


class _Standard(str):
    """A column's name as the engine knows it, and as it was written: a component may be called like a column."""

    def __new__(cls, written):
        found = super().__new__(cls, standard(written))
        found.written = written
        return found


class _Build(Transformer):
    def number(self, items):
        text = str(items[0])
        unit = UNITS.get(text[-1], 1)
        return Node("number", (Fraction(text[:-1] if unit > 1 else text) * unit,))

    def percent(self, items):
        number, unit = re.fullmatch(r"([\d.]+) ?(%|‰|bps?)", str(items[0])).groups()
        return Node("percent", (Fraction(number) / {"%": 100, "‰": 1000}.get(unit, 10000),))

    def day(self, items):
        try:
            return Node("date", (date.fromisoformat(str(items[0])),))
        except ValueError:
            raise FormulaError(f"没有 {items[0]} 这一天", f"there is no day {items[0]}") from None

    def text(self, items):
        return Node("text", (str(items[0])[1:-1],))

    def true(self, _items):
        return Node("bool", (True,))

    def false(self, _items):
        return Node("bool", (False,))

    def name(self, items):
        return Node("name", (_Standard(str(items[0])),))

    def spaced(self, items):
        return Node("name", (" ".join(map(str, items)),))

    def bracketed(self, items):
        return Node("name", (str(items[0])[1:-1].strip(),))

    def call(self, items):
        name = SAME.get(str(items[0]), str(items[0]))
        name = name.lower() if name.lower() in FUNCTIONS else name
        args = tuple(i for i in items[1:] if i is not None)
        if name not in FUNCTIONS:
            near, said = get_close_matches(name.lower(), [*FUNCTIONS, *SAME], 1), ELSEWHERE.get(name.lower())
            zh, en = said or ((f"是不是 {near[0]}", f"did you mean {near[0]}") if near else ("", ""))
            raise FormulaError(f"没有函数 {name}{zh and '，' + zh}", f"there is no function {name}{en and '; ' + en}")
        known = FUNCTIONS[name]
        if not known.least <= len(args) <= known.most:
            many = str(known.least) if known.least == known.most else f"{known.least}–{known.most}"
            cut = len(args) > known.most and any(_last(a).op == b.op == "number" and b.args[0] < 1000 for a, b in pairwise(args))
            raise FormulaError(f"{known.chinese} 要 {many} 个参数：{known.chinese}({known.arguments}){'；数字里不写逗号，10,000 写 10000' if cut else ''}",
                               f"{name} takes {many} arguments: {name}({known.arguments}){'; numbers have no commas: 10000, not 10,000' if cut else ''}")
        if name == "source" and args[0].op in {"quota", "attainment"}:
            return Node(name, (*args[0].args, args[0].op))
        if name in ABOUT:
            if any(arg.op not in {"name", "text"} for arg in args):
                of_source = "source" in (name, *(arg.op for arg in args))
                raise FormulaError(f"{name} 的括号里写名称{'，或它的目标、达成率：来源(达成率(指标))' * of_source}", f"{name} takes a name{', or the quota or attainment of a measure: source(attainment(MEASURE))' * of_source}")
            about, *more = (arg.args[0] for arg in args)
            return Node(name, (getattr(about, "written", about) if name in {"earned", "median", "score"} else standard(about), *map(standard, more)))
        if name.startswith("round") or name == "nth_day":
            for place, arg in enumerate(args[1:]):
                whole = arg.args[0] if arg.op == "number" else -arg.args[0].args[0] if arg.op == "negate" and arg.args[0].op == "number" else None
                most = 1200 if name == "nth_day" and place == 0 else 31
                if whole is None and name == "nth_day":
                    continue
                if whole is None or whole.denominator != 1 or not -most <= whole <= most:
                    raise FormulaError(f"{name} 后面的参数写整数", f"{name} takes whole numbers after the first argument")
            if name.startswith("round") and _whole(args[1]) > 8:
                raise FormulaError("最多取到小数点后 8 位", "at most eight places")
        return Node(name, args)

    def negation(self, items):
        return Node("not", (items[-1],))

    def unary(self, items):
        return Node("negate", (items[1],)) if items[0] == "-" else items[1]

    def comparison(self, items):
        if len(items) == 1:
            return items[0]
        pairs = [Node(str(items[i + 1]), (items[i], items[i + 2])) for i in range(0, len(items) - 2, 2)]
        return self._logic("and", pairs)

    def among(self, items):
        return self._logic("or", [Node("=", (items[0], item)) for item in items[1:]])

    def not_among(self, items):
        return self._logic("and", [Node("!=", (items[0], item)) for item in items[1:]])

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


def _last(node):
    """The last name or number written in a tree."""
    return _last(node.args[-1]) if node.args and isinstance(node.args[-1], Node) else node


def _whole(node):
    return int(node.args[0]) if node.op == "number" else -int(node.args[0].args[0])


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
    plain, places, most = _plain(text)
    if most > DEEPEST:
        raise FormulaError(f"括号套了 {DEEPEST} 层以上", f"brackets are nested over {DEEPEST} deep")
    try:
        node = _Build().transform(_parser().parse(plain))
        if sum(1 for _ in node.walk()) > MOST_NODES:
            raise FormulaError(f"公式超过 {MOST_NODES} 步", f"the formula has over {MOST_NODES} steps")
        if node.depth() > DEEPEST:
            raise FormulaError(f"公式套了 {DEEPEST} 层以上", f"the formula is over {DEEPEST} deep")
    except UnexpectedInput as wrong:
        raise _unreadable(text, plain, places, wrong) from None
    except VisitError as wrong:
        if isinstance(wrong.orig_exc, FormulaError):
            raise wrong.orig_exc from None
        raise FormulaError("日期或数字写得不对", "a day or number is not valid") from None
    except (LarkError, RecursionError):
        raise FormulaError("公式读不懂", "the formula cannot be read") from None
    return node


def _plain(text):
    """(the text with plain signs, where each of its characters stood, how deep its brackets nest); what is quoted or in [ ] stays as it is."""
    found, places, closing, level, most = [], [], None, 0, 0
    for place, sign in enumerate(text):
        if closing is None:
            closing, sign = QUOTES.get(sign), WIDE.get(sign, sign)
        elif sign in closing:
            closing, sign = None, WIDE.get(sign, sign)
        level += (sign == "(") - (sign == ")") if closing is None else 0
        most = max(most, level)
        found.append(sign)
        places += [place] * len(sign)
        if closing is None and "".join(found[-2:]) in DOUBLE:
            found[-2:], places[-2:] = [DOUBLE["".join(found[-2:])]], [place] * len(DOUBLE["".join(found[-2:])])
    return "".join(found), places, most


ELSEHOW = {
    r"[$€£¥]": ("；金额只写数字", "; a sum of money is only its number"), r"\d\s*per\s?cent": ("；百分比写 5%", "; a per cent is written 5%"),
    r"(?i)\bif\b.*\b(else|then)\b|\?.*:|\bcase\b.*\bwhen\b|\bif\s+[^(\s]": ("；条件写 if(条件, 是, 否)，等于写一个 =", "; a condition is written if(condition, then, otherwise), and equals is one ="),
    r"如果(?!\s*\()|[\s)](则|否则|那么)[\s(]": ("；条件写 如果(条件, 是, 否)", "; a condition is written if(condition, then, otherwise)"),
    r"\d{4}\s*年\s*\d{1,2}\s*月": ("；公式里的日期写 2026-03-15", "; a day in a formula is written 2026-03-15"),
    r"(?i)\bin\s*[\[(]": ("；几个里的一个写 a = \"甲\" 或 a = \"乙\"", '; one of several is written a = "x" or a = "y"'),
}
"""{what is written in another way than here: how it is written here, in both languages}, the first that fits."""


def _unreadable(text, plain, places, wrong):
    """Where a formula cannot be read, and what is probably meant."""
    at = getattr(wrong, "pos_in_stream", None)
    at = places[at] if at is not None and 0 <= at < len(places) else len(text)
    zh, en = "", ""
    if not plain.strip():
        return FormulaError("公式是空的", "the formula is empty")
    if re.search(r"\d,\d{3}(?!\d)", plain[max(at - 4, 0):at + 5]):
        zh, en = "；数字里不写逗号，如 30万、300000", "; numbers have no commas: 300000"
    elif meant := next((said for written, said in ELSEHOW.items() if re.search(written, plain)), None):
        zh, en = meant
    elif plain.count("(") > plain.count(")"):
        zh, en = "；括号没有关。在 { } 和 [ ] 里逗号会截断公式，整条加引号", "; a bracket is not closed: inside { } and [ ] a comma ends the value, put the formula in quotes"
    elif plain.count("(") < plain.count(")"):
        zh, en = "；多了一个右括号", "; there is a closing bracket too many"
    elif plain.count('"') % 2 or (plain.count("'") % 2 and '"' not in plain):
        zh, en = "；引号没有关", "; a quote is not closed"
    elif re.search(r"[\w\u4e00-\u9fff]\s+[\w\u4e00-\u9fff]", plain[max(at - 2, 0):at + 2]):
        zh, en = "；名称里有空格就加方括号，如 [month sales]", "; a name with spaces goes in brackets: [month sales]"
    near = "".join(c if c.isprintable() else "�" for c in text[max(at - 12, 0):at + 12])
    return FormulaError(f"第 {at + 1} 个字附近读不懂：{near}{zh}", f"cannot read it near character {at + 1}: {near}{en}")


def constant(text):
    """The Fraction a formula always gives ("1.5%", "30万"), or None when it depends on anything."""
    from .values import evaluate
    node = parse(text)
    if node.names() or any(n.op in {"date", "text", "bool"} for n in node.walk()):
        return None
    try:
        found = evaluate(node, {})
    except ZeroDivisionError:
        return None
    return found if isinstance(found, Fraction) else None
