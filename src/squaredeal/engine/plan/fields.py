"""What a field of a plan holds, as written in YAML: a formula, an amount, a column, a window."""
import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from ..formula import formula
from . import spoken
from .paired import TOGETHER
from .rolling import SAID, SCHEMA, rolling

EITHER = " | "
WRITTEN_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
LONG = re.compile(r"\d{1,18}\.\d{9,}\s?(%|‰|万|亿)?")


NO_NUMBER = "{0} is not a number: write 1000, 30万, 5% · “{0}”不是数：写 1000、30万、5% 这样，档写起点"


def as_formula(value):
    """The text of a formula that can be read; FormulaError otherwise."""
    if isinstance(value, (dict, list)):
        raise formula.FormulaError("这里写公式；表写在 tables 里、起个名字，这里写这个名字", "a formula stands here; write the table under tables and its name here")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    formula.parse(text)
    return text


def amount(value):
    """A number, 万 or 亿, or a percentage in text ("1.5%", "4‰"), as an exact Decimal of at most eight places."""
    text = str(value).strip().replace("％", "%").replace("，", ",").replace(",", "").replace("_", "").removesuffix("元").lstrip("¥￥")
    sign, text = (-1, text[1:]) if text[:1] in "-−" else (1, text)
    try:
        node = formula.parse(text)
    except formula.FormulaError as wrong:
        if LONG.fullmatch(text):
            raise ValueError(f"{value} has more than eight decimals · {value} 的小数超过 8 位") from wrong
        raise ValueError(NO_NUMBER.format(value)) from wrong
    if node.op not in {"number", "percent"}:
        raise ValueError(NO_NUMBER.format(value))
    value = sign * node.args[0]
    scaled = value * 10**8
    if scaled.denominator != 1:
        raise ValueError("more than eight decimals")
    return (Decimal(scaled.numerator).scaleb(-8)).normalize() + 0


def _times(value):
    """A constant as its number, anything else as a formula."""
    try:
        return amount(value)
    except ValueError:
        return as_formula(value)


def _sum(value):
    """The same of what is mostly money: a per cent stays as it is written, to be told where there should be a sum."""
    return as_formula(value) if str(value).strip().endswith(("%", "％", "‰")) else _times(value)


def _day(value):
    """2026-01-31; also 2026/1/31, 2026.1.31 and 2026年1月31日, as people write it."""
    found = WRITTEN_DAY.fullmatch(str(value).strip()) if isinstance(value, str) else None
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else value


def _per(value):
    return TOGETHER.join(formula.standard(name) for name in value) if isinstance(value, (list, tuple)) else formula.standard(value)


def _kinds(value):
    """Several kinds of fact as a list, or as A | B."""
    return EITHER.join(map(str, value)) if isinstance(value, (list, tuple)) else value


Formula = Annotated[str, BeforeValidator(as_formula), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Column = Annotated[str, BeforeValidator(formula.standard), WithJsonSchema({"type": "string"})]
"""A column of facts or people; the usual ones may be written in Chinese."""
Day = Annotated[date, BeforeValidator(_day)]
Per = Annotated[str, BeforeValidator(_per), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 2}]})]
"""A column of facts, or several together."""
Kinds = Annotated[str, BeforeValidator(_kinds), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 2}]})]
"""A kind of fact, or either of several: A | B, or [A, B]."""
Amount = Annotated[Decimal, BeforeValidator(amount), WithJsonSchema({"type": ["number", "string"]})]
Times = Annotated[Decimal | str, BeforeValidator(_times), WithJsonSchema({"type": ["number", "string"]})]
Sum = Annotated[Decimal | str, BeforeValidator(_sum), WithJsonSchema({"type": ["number", "string"]})]
WINDOWS = ("fact", "deal", "month", "quarter", "half", "year", "year to date", "quarter to date", "half to date", "life to date", "period", "life")
OWN_YEAR = re.compile(r"year from (\S.*)")


def own_year(window):
    """The column of days from whose anniversaries a year of each person's (or contract's) own runs; None for other windows."""
    found = OWN_YEAR.fullmatch(window)
    return found and found[1]


def _window(value):
    text = " ".join(str(value).split())
    if own_year(text):
        return f"year from {formula.standard(own_year(text))}"
    if text in spoken.OPTIONS and spoken.OPTIONS[text] in WINDOWS:
        why = ("cannot be {};", "没有 {} 这种窗口；") if text.isascii() else ("options are in English:", "选项用英文：{} ")
        raise ValueError(f"{why[0].format(value)} write {spoken.OPTIONS[text]} · {why[1].format(value)}写 {spoken.OPTIONS[text]}")
    if text not in WINDOWS and not rolling(text):
        raise ValueError(f"cannot be {value}; write one of {', '.join((*WINDOWS, *SAID))} (or months, quarters, years), or year from and a column of days: year from hired · 没有 {value} 这种窗口；写 {'、'.join((*WINDOWS, *SAID))}（也可以是 months、quarters、years）之一，或 year from 加日期列，如 year from hired")
    return text


Window = Annotated[str, BeforeValidator(_window), WithJsonSchema({"anyOf": [{"enum": list(WINDOWS)}, {"type": "string", "pattern": SCHEMA}, {"type": "string", "pattern": "^year from .+"}]})]


class Part(BaseModel):
    """A part of a plan: frozen, with the fields it names and no others."""
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)
