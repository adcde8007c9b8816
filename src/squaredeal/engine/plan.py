"""The plan: terms, measures, components and settlement, as typed, frozen objects read from YAML that reads like the clause.

Every choice that changes what somebody is paid is a named field; what a policy leaves open is a problem, not a default.
"""
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from . import formula
from .shapes import (
    Amount,
    Banded,
    Flat,
    Formula,
    Grid,
    Lump,
    LumpPlusExcess,
    Matrix,
    Part,
    PerUnit,
    Rate,
    ShareOfDifference,
    Tiers,
    Times,
    Window,
)
from .steps import Credit, CreditTo, Factor, Gate, Limit, Release, Reserve, Role, RollUp, Split, Uplift

SPANS = ("period", "month", "quarter", "half", "year")
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


class Effective(Part):
    first: date = Field(alias="from")
    last: date | None = Field(None, alias="to")


class Measure(Part):
    """A sum of a term over facts of one or more kinds, in a window, of the payee, their unit, those they lead, or everybody."""
    sum: Formula = "1"
    count: Literal["facts"] | None = Field(None, description="count facts instead of summing")
    over: str | list[str] = Field(description="kind of fact")
    window: Window = "period"
    where: Formula | None = None
    of: Literal["payee", "unit", "everybody"] | RollUp = "payee"
    credit: list[Role] = Field(["owner", "split"], description="the roles whose shares count")

    @model_validator(mode="after")
    def _something(self):
        if self.count is None and "sum" not in self.model_fields_set:
            raise ValueError("write sum: … or count: facts · 写 sum 或 count: facts")
        return self

    @property
    def kinds(self):
        return [self.over] if isinstance(self.over, str) else self.over


class Component(Part):
    """who → credit → base → rate → uplift → factor → gate → split → limit → release → reserve."""
    name: str = Field(min_length=1, max_length=60)
    clause: str = ""
    who: Formula = "true"
    as_of: str = Field("date", alias="as of", description="the day a person's assignment is read on: date, or a column of the fact such as signed_on")
    credit: Credit = ["owner", "split"]
    each: str | list[str] = Field(description="kind of fact, deal, period, month, quarter, half or year")
    where: Formula | None = None
    base: Annotated[str | None, BeforeValidator(lambda v: None if v is None else str(v))] = Field(
        None, description="a term's name, a measure's name or a formula; left out where the rate gives money")
    rate: Rate
    uplift: list[Uplift] = []
    factor: list[Factor] = []
    gate: Gate | None = None
    split: Split | None = None
    limit: Limit | None = None
    release: Release | None = None
    reserve: Reserve | None = None

    @model_validator(mode="after")
    def _readable(self):
        if self.base is not None:
            try:
                formula.parse(self.base)
            except formula.FormulaError:
                formula.parse(f"[{self.base}]")
        return self

    @property
    def base_text(self):
        """The base as a formula text; a bare name with spaces is put in brackets."""
        if self.base is None:
            return None
        try:
            formula.parse(self.base)
            return self.base
        except formula.FormulaError:
            return f"[{self.base}]"

    @property
    def per_period(self):
        """Paid once per payee and window, not per fact."""
        return self.each in SPANS

    @property
    def kinds(self):
        return [self.each] if isinstance(self.each, str) else self.each


class PayDay(Part):
    day: int = Field(ge=1, le=31)
    holiday: Literal["earlier", "later"]
    months: int = Field(1, ge=0, le=12, description="months after the period")


class Draw(Part):
    """An advance each period: what is earned above it is paid; when recoverable, what is below it is owed back from later periods."""
    amount: Formula
    recoverable: bool
    who: Formula = "true"


class Deduction(Part):
    """What may be deducted for what somebody owes: at most a share of the wage, and never below a minimum wage."""
    cap: Amount
    of: Formula = "wage"
    keep: Formula = Field("0", alias="not below")


class Settlement(Part):
    """How lines become pay. `round` says where the one rounding happens, to which unit, and how halves go."""
    round: str = Field(pattern="^(half up|half even|down) to (fen|cent|jiao|yuan) once per (line|statement)$")
    round_base: Literal["exact", "to fen"] = Field("exact", alias="round base")
    negative: Literal["carry", "zero", "owed"] = "carry"
    statutory_cap: Amount | None = Field(None, alias="statutory cap")
    deduction: Deduction | None = None
    draw: Draw | None = None
    pay: PayDay | None = None

    @cached_property
    def per_line(self):
        return self.round.endswith("line")

    @cached_property
    def way(self):
        return {"half up": "half", "half even": "even", "down": "down"}[self.round.split(" to ")[0]]

    @cached_property
    def places(self):
        return {"fen": 2, "cent": 2, "jiao": 1, "yuan": 0}[self.round.split(" to ")[1].split(" ")[0]]


class Decision(Banded):
    """Rows [from, answer] over a value: who approves, what status. Answers are words."""
    by: Formula


class Refusal(Part):
    """The example of a plan that must be refused."""
    problem: str


class Example(Part):
    """A worked example: what is given, and what each payee then earns, by component; or what is decided."""
    when: str
    case: str | None = None
    given: dict[str, Any]
    then: dict[str, dict[str, Any]]


class Plan(Part):
    """A commission plan. Names may be Chinese."""
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    plan: str = Field(min_length=1, max_length=80)
    rule: str = Field("", description="the clause in words")
    version: int = 1
    effective: Effective
    currency: str = Field("CNY", pattern="^[A-Z]{3}$")
    decimals: int | None = Field(None, ge=0, le=8, description="decimals of amounts in the facts; unsaid: the currency's")
    period: Literal["month", "quarter", "half", "year", "table"]
    attributes: dict[str, Literal["money", "number", "rate", "days", "date", "text", "bool"]] = Field(
        {}, description="columns of facts and people beyond the usual ones, and what kind they are")
    terms: dict[str, Formula] = {}
    measures: dict[str, Measure] = {}
    decisions: dict[str, Decision] = {}
    components: list[Component] = []
    settlement: Settlement
    examples: list[Example] = []

    @model_validator(mode="after")
    def _something(self):
        if not self.components and not self.decisions:
            raise ValueError("write at least one component · 至少写一项提成")
        return self

    @property
    def places(self):
        """Decimals of an amount in the facts."""
        return self.decimals if self.decimals is not None else DIGITS.get(self.currency, 2)

    def component(self, name):
        return next(c for c in self.components if c.name == name)

    def expand(self, text):
        """The tree of a formula with terms replaced by what they stand for."""
        cache = self.__dict__.setdefault("_expanded", {})
        if text not in cache:
            cache[text] = _expand(formula.parse(text), self.terms, ())
            if sum(1 for _ in cache[text].walk()) > 4 * formula.MOST_NODES or cache[text].depth() > 4 * formula.DEEPEST:
                raise formula.FormulaError("代入 terms 之后公式太长", "the formula is too long once terms are put in")
        return cache[text]


def _expand(node, terms, within):
    if node.op == "name" and node.args[0] in terms:
        name = node.args[0]
        if name in within:
            raise formula.FormulaError(f"{name} 用到了自己", f"{name} refers to itself")
        if len(within) > 16:
            raise formula.FormulaError("terms 套得太深", "terms are nested too deep")
        return _expand(formula.parse(terms[name]), terms, (*within, name))
    return formula.Node(node.op, tuple(_expand(a, terms, within) if isinstance(a, formula.Node) else a for a in node.args))


def load_plan(text):
    """A Plan from YAML text. PlanProblems holds every finding, each with its place in the file."""
    from .reading import read
    return read(text)


__all__ = ["Component", "CreditTo", "Decimal", "Factor", "Flat", "Gate", "Grid", "Limit", "Lump", "LumpPlusExcess", "Matrix", "Measure", "PerUnit", "Plan", "Release",
           "Reserve", "RollUp", "Settlement", "ShareOfDifference", "Split", "Tiers", "Times", "Uplift", "load_plan"]
