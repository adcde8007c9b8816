"""The shapes of a rate: tables by band, grid and matrix, lookups, so much a unit, a sum, a share; typed, frozen, as written in YAML."""
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from ..formula import formula
from .fields import Amount, Formula, Part, Window, amount, as_formula

ATTAINMENT = re.compile(r"(attainment|达成率)\s*[(（]\s*\[?([^()（）\[\]]+?)\]?\s*[)）]")
Edges = Literal["lower inclusive", "upper inclusive"]
Beyond = Literal["last row", "nothing", "refuse", "continue"]


def _row(value):
    """[from, value], [from, to, value] or {from, to, then} as (from, to or None, value)."""
    if isinstance(value, dict):
        unknown = set(value) - {"from", "to", "then"}
        if unknown or not {"from", "then"} <= set(value):
            raise ValueError("a row is [from, value] or [from, to, value], as [1000, 6%], or {from: 1000, then: 6%} · 一行写 [起点, 值] 或 [起点, 终点, 值]，如 [1000, 6%]，或 {from: 1000, then: 6%}")
        return value["from"], value.get("to"), value["then"]
    if isinstance(value, (list, tuple)) and len(value) == 3:
        return value[0], value[1], value[2]
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return value[0], None, value[1]
    raise ValueError("a row is [from, value] or [from, to, value], as [1000, 6%] · 一行写 [起点, 值] 或 [起点, 终点, 值]，如 [1000, 6%]")


def _edge(value):
    """An edge of a table; where a formula stands, how each person's own edge is said."""
    try:
        return amount(value)
    except ValueError:
        try:
            named = formula.parse(str(value)).names()
        except formula.FormulaError:
            named = []
        if named:
            raise ValueError(f"an edge is a number, and {value} is a formula: where each has an edge of their own, write quota: {named[0]} in a measure and let the table move by attainment of it, "
                             f"100% being {named[0]} · 起点是数，{value} 是公式：各人的起点不同时，在指标里写 quota: {named[0]}，表写 by: attainment of 指标，100% 就是 {named[0]}") from None
        raise


def uninterrupted(rows, what="table"):
    """Rows (from, to or None, value) as [(from, value)]; ValueError where they overlap, leave a gap, or do not rise."""
    found = []
    for place, (low, high, value) in enumerate(rows):
        low = _edge(low)
        high = None if high in (None, "", "~") else _edge(high)
        if high is not None and high <= low:
            raise ValueError(f"row {place + 1} ends before it begins, at {low} · 第 {place + 1} 行的终点不大于起点 {low}")
        following = _edge(rows[place + 1][0]) if place + 1 < len(rows) else None
        if following is not None and following <= low:
            raise ValueError(f"rows {place + 1} and {place + 2} overlap at {following}: from the lowest up · 第 {place + 1}、{place + 2} 行在 {following} 重叠：各档起点从小到大写")
        if following is not None and high is not None and following < high:
            raise ValueError(f"rows {place + 1} and {place + 2} overlap at {following} · 第 {place + 1}、{place + 2} 行在 {following} 重叠")
        if following is not None and high is not None and following > high:
            raise ValueError(f"there is a gap between {high} and {following} · {high} 到 {following} 之间没有写")
        found.append((low, high, value))
    return found


def _day(value):
    """The day an edge is written as, or None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def by_days(raw, rows):
    """A table whose edges are days as the same one over the days since the first of them."""
    days = [[_day(cell) for cell in (row[0], row[1]) if cell not in (None, "", "~")] for row in rows]
    if not rows or not all(all(found) for found in days) or not isinstance(raw.get("by"), str):
        return raw, rows
    first = days[0][0]
    return {**raw, "by": f"({raw['by']}) - {first.isoformat()}"}, [((found[0] - first).days, (found[1] - first).days if len(found) > 1 else None, row[2]) for found, row in zip(days, rows, strict=True)]


class Banded(Part):
    """Rows of a table, [from, value] (or [from, to, value]), over what `by` names; the last row has no end unless `to` is written."""
    table: list[tuple[Amount, Formula]] = Field(min_length=1, description="rows [from, value] or [from, to, value]; where by is a day, edges may be days: [2026-07-01, 6%] · 各档；by 是日期时起点可以写日期")
    edges: Edges = Field("lower inclusive", description="whether a value on an edge is in the band above or below · 正好在边上算哪一档")
    beyond: Beyond = Field("last row", description="past the last row’s end, where it has one; continue: a linear grid goes on along its last line · 超过末档终点怎么算；continue 是直线按最后一段延伸")
    missing: Literal["refuse", "nothing", "first row"] = Field(
        "refuse", description="where the value is not known, such as attainment without a quota · 没有这个数（例如没有目标）时怎么算")
    end: Amount | None = Field(None, description="where the last row ends; written as its third cell")

    @model_validator(mode="before")
    @classmethod
    def _rows(cls, raw):
        if isinstance(raw, dict) and isinstance(raw.get("table"), (list, tuple)) and "end" not in raw:
            raw, rows = by_days(raw, [_row(r) for r in raw["table"]])
            rows = uninterrupted(rows)
            raw = {**raw, "table": [(low, value) for low, _high, value in rows]}
            if rows and rows[-1][1] is not None:
                if "beyond" not in raw:
                    raise ValueError(f"say what holds beyond {rows[-1][1]}: beyond: last row, nothing or refuse · 写明超过 {rows[-1][1]} 怎么算")
                raw["end"] = rows[-1][1]
        return raw


class Tiers(Banded):
    """Bands of a rate: `marginal` pays each slice its own rate, `whole` pays everything the rate of the band reached.

    `by` is `base` (the component's own running base in `window`), a measure's name, "attainment of NAME", or for whole any formula.
    """
    tiers: Literal["marginal", "whole"] = Field(description="marginal: each slice at its own rate; whole: everything at the rate reached · marginal 超额累进，whole 全额")
    by: str = Field(description="base, a measure’s name, attainment of MEASURE, or for whole a formula · 按什么进档")
    window: Window = Field("period", description="where by is base: what the running base is counted in · 按 base 时在什么范围里累计")

    @model_validator(mode="before")
    @classmethod
    def _called(cls, raw):
        """A marginal table by attainment(MEASURE), as everywhere else, is one by attainment of MEASURE."""
        called = ATTAINMENT.fullmatch(raw["by"].strip()) if isinstance(raw, dict) and raw.get("tiers") == "marginal" and isinstance(raw.get("by"), str) else None
        return {**raw, "by": f"attainment of {called[2].strip()}"} if called else raw

    @property
    def attainment(self):
        return self.by.startswith("attainment of ")

    @property
    def measure(self):
        return self.by.removeprefix("attainment of ")

    @model_validator(mode="after")
    def _from_zero(self):
        if self.tiers == "marginal" and self.table[0][0] != 0:
            raise ValueError(f"the first row must start at 0, nothing is said from 0 to {self.table[0][0]} · 第一档从 0 起")
        return self


class LumpPlusExcess(Part):
    """Rows [from, lump, rate]: the lump of the band reached plus the rate on what exceeds its edge."""
    lump_plus_excess: list[tuple[Amount, Amount, Amount]] = Field(alias="lump plus excess", min_length=1, description="rows [from, lump, rate on the excess over from] · [起点, 定额, 超出部分的比例]")
    by: str = Field(description="base or a measure’s name · 按什么进档")
    window: Window = Field("period", description="where by is base: what the running base is counted in · 按 base 时在什么范围里累计")
    edges: Edges = Field("lower inclusive", description="whether a value on an edge is in the band above or below · 正好在边上算哪一档")

    @model_validator(mode="after")
    def _rising(self):
        edges = [row[0] for row in self.lump_plus_excess]
        if edges != sorted(set(edges)):
            raise ValueError("the edges of the table must rise from row to row · 档的起点要一行比一行高")
        return self

    @property
    def attainment(self):
        return False

    @property
    def measure(self):
        return self.by


class PerUnit(Part):
    """Yuan for each unit of a quantity."""
    per_unit: Formula = Field(alias="per unit", description="money for one unit · 每单位多少")
    quantity: Formula = Field("quantity", description="how many units · 数量")


class Lump(Part):
    """A sum of money that a formula gives, or rows of sums by a table."""
    lump: Formula = Field(description="the sum · 金额")


class Grid(Banded):
    """A rate looked up by a value of the row (a price, a margin, a score): `step` takes the row at or below, `linear` goes straight between."""
    grid: Literal["step", "linear"] = Field(description="step: the row at or below; linear: on the line between two rows · step 取下一格，linear 直线插值")
    by: Formula = Field(description="the value looked up · 按什么查")
    below: Literal["nothing", "first row", "refuse"] = Field("nothing", description="before the first row · 低于第一行怎么算")

    @model_validator(mode="after")
    def _line(self):
        if self.beyond == "continue" and (self.grid != "linear" or len(self.table) < 2):
            raise ValueError("only a linear grid of two rows or more can go on beyond its end · 只有两行以上的 linear 能延伸")
        return self


class Matrix(Part):
    """A rate by two named axes: rows and columns each by a formula, with the edges where a row or column begins (lower inclusive)."""
    rows: Formula = Field(description="what chooses the row · 按什么选行")
    columns: Formula = Field(description="what chooses the column · 按什么选列")
    row_edges: list[Amount] = Field(alias="row edges", min_length=1, description="where each row begins, inclusive · 各行起点，含")
    column_edges: list[Amount] = Field(alias="column edges", min_length=1, description="where each column begins, inclusive · 各列起点，含")
    matrix: list[list[Formula]] = Field(description="one value per row and column · 各行各列的值")
    edges: Edges = Field("lower inclusive", description="whether a value on an edge is in the row or column above or below · 正好在边上算哪一格")

    @model_validator(mode="after")
    def _square(self):
        if len(self.matrix) != len(self.row_edges) or any(len(r) != len(self.column_edges) for r in self.matrix):
            raise ValueError("the matrix needs one value for each row edge and column edge · 每行每列各要一个数")
        for edges in (self.row_edges, self.column_edges):
            if edges != sorted(set(edges)):
                raise ValueError("the edges must rise · 起点要一个比一个高")
        return self


def _words(value):
    """A row of a lookup: one formula, formulas by word, or formulas by band."""
    if isinstance(value, dict):
        return {str(k): as_formula(v) for k, v in value.items()}
    return [as_formula(v) for v in value] if isinstance(value, list) else as_formula(value)


Cells = Annotated[str | dict[str, str] | list[str], BeforeValidator(_words),
                  WithJsonSchema({"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "object"}, {"type": "array"}]})]


class Lookup(Part):
    """A rate (or any number) by a word: product class, region, level. With `across` by two axes: words in both, or words down and bands across."""
    lookup: Formula = Field(description="the text looked up: a column, such as product · 按哪个词查")
    rows: dict[str, Cells] = Field(min_length=1, description="{word: value}; several words as A | B; with across {word: {word: value}} or {word: [value per band]} · 每个词的值")
    across: Formula | None = Field(None, description="the second axis: a text, or with across edges a number · 横向按什么查")
    across_edges: list[Amount] | None = Field(None, alias="across edges", description="where each band across begins, inclusive · 横向各档起点，含")
    otherwise: Formula = Field("refuse", description="for a word that is not there (or before the first edge): refuse, nothing, or a value · 表里没有的词怎么算")

    @model_validator(mode="before")
    @classmethod
    def _text(cls, raw):
        if isinstance(raw, dict) and isinstance(raw.get("rows"), dict):
            return {**raw, "rows": {{True: "true", False: "false"}.get(k, str(k)) if isinstance(k, bool) else str(k): v for k, v in raw["rows"].items()}}
        return raw

    @model_validator(mode="after")
    def _axes(self):
        want = str if self.across is None else list if self.across_edges else dict
        if any(not isinstance(row, want) for row in self.rows.values()):
            raise ValueError("each row needs one value; with across a {word: value}; with across edges a list · 每行写一个值；有 across 写 {词: 值}；有 across edges 写列表")
        if self.across_edges and (self.across is None or any(len(r) != len(self.across_edges) for r in self.rows.values())):
            raise ValueError("each row needs one value for each of across edges · 每行的值要和 across edges 一样多")
        if self.across_edges and self.across_edges != sorted(set(self.across_edges)):
            raise ValueError("the edges must rise · 起点要一个比一个高")
        return self


class ShareOfDifference(Part):
    """A share of what the price exceeds another price by, for each unit: share × max(0, of − over) × quantity."""
    share_of_difference: Formula = Field(alias="share of difference", description="the share · 几成")
    of: Formula = Field("price", description="the actual price of one unit · 实际单价")
    over: Formula = Field("list_price", description="the price it exceeds · 比较的单价")
    quantity: Formula = Field("quantity", description="how many units · 数量")
    net_of: Formula = Field("1", alias="divided by", description="the difference is divided by this, such as 1 + vat_rate · 差额除以")


class ShareOfWeaker(Part):
    """A share of what the weaker of two legs has in the window, with what was carried to it: binary plans. What the stronger has more is carried to the next window."""
    share_of_weaker: Formula = Field(alias="share of weaker", description="the share · 几成")
    of: list[Formula] = Field(description="the two legs, each a formula: a measure, or what a step above earned · 两边各是什么：指标，或前面一步的应得")
    carried_at_most: Formula | None = Field(None, alias="carried at most", description="no more of the stronger leg is carried than this, the rest is lost; 0 carries nothing; unsaid, all is carried · 较大一边最多留多少，再多的作废；0 是不留；不写是全留")

    @model_validator(mode="after")
    def _two(self):
        if len(self.of) != 2:
            raise ValueError("write two legs: of: [left leg, right leg] · 写两边：of: [左区, 右区]")
        return self


class Flat(Part):
    """One rate for everything: a number, or a formula over the fact and the person."""
    flat: Formula = Field(description="the rate · 比例")


KEYS = {"tiers": "tiers", "grid": "grid", "matrix": "matrix", "lump plus excess": "lump plus excess", "lump_plus_excess": "lump plus excess",
        "per unit": "per unit", "per_unit": "per unit", "lump": "lump", "share of difference": "share of difference",
        "share_of_difference": "share of difference", "share of weaker": "share of weaker", "share_of_weaker": "share of weaker", "flat": "flat", "lookup": "lookup"}
MODELS = {"Tiers": "tiers", "Grid": "grid", "Matrix": "matrix", "LumpPlusExcess": "lump plus excess", "PerUnit": "per unit", "Lump": "lump",
          "ShareOfDifference": "share of difference", "ShareOfWeaker": "share of weaker", "Flat": "flat", "Lookup": "lookup"}


def _rate_shape(value):
    return {"flat": value} if isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool) else value


def _rate_tag(value):
    """Which shape a rate is written in, by the key that names it."""
    if isinstance(value, dict):
        return next((tag for key, tag in KEYS.items() if key in value), None)
    return MODELS.get(type(value).__name__)


Table = Annotated[Annotated[Grid, Tag("grid")] | Annotated[Matrix, Tag("matrix")] | Annotated[Lookup, Tag("lookup")], Discriminator(_rate_tag)]
"""A table with a name of its own, for use in formulas."""
Rate = Annotated[
    Annotated[Flat, Tag("flat")] | Annotated[Tiers, Tag("tiers")] | Annotated[LumpPlusExcess, Tag("lump plus excess")] | Annotated[Grid, Tag("grid")]
    | Annotated[Matrix, Tag("matrix")] | Annotated[Lookup, Tag("lookup")] | Annotated[ShareOfDifference, Tag("share of difference")] | Annotated[ShareOfWeaker, Tag("share of weaker")] | Annotated[PerUnit, Tag("per unit")] | Annotated[Lump, Tag("lump")],
    Discriminator(_rate_tag), BeforeValidator(_rate_shape)]
