"""The plan: terms, measures, components and settlement, as typed, frozen objects read from YAML that reads like the clause.

Every choice that changes what somebody is paid is a named field; what a policy leaves open is a problem, not a default.
"""
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from ..formula import formula
from ..formula.naming import ALIASES
from . import lookups
from .exchanging import Exchange
from .fields import Column, Day, Formula, Part, Per, Times
from .measuring import Measure
from .paired import parts
from .settlement import Settlement
from .shapes import (
    Banded,
    Flat,
    Grid,
    Lookup,
    Lump,
    LumpPlusExcess,
    Matrix,
    PerUnit,
    Rate,
    ShareOfDifference,
    ShareOfWeaker,
    Table,
    Tiers,
)
from .steps import Clawback, Credit, CreditTo, Factor, Gate, Limit, Override, Release, Reserve, RollUp, Split, Uplift

SPANS = ("period", "month", "quarter", "half", "year")
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


def _month(value):
    """The month of 04-01, or of a plain number."""
    text = str(value).strip()
    month = text.removesuffix("-01") if text.endswith("-01") else text
    if not month.isdigit():
        raise ValueError("is the first of a month, such as 04-01 · 写某月的一日，如 04-01")
    return int(month)


class Effective(Part):
    first: Day = Field(alias="from", description="the first day · 起")
    last: Day | None = Field(None, alias="to", description="the last day; unsaid: until further notice · 止，不写是至今")


class Component(Part):
    """who → credit → base → rate (or an override of it) → uplift → factor → gate → split → to date → limits → release → reserve → claw-back."""
    name: str = Field(min_length=1, max_length=60, description="what the component is called on the statement · 提成的名称")
    clause: str = Field("", description="the number of the clause · 条款号")
    who: Formula = Field("true", description="who is eligible, a condition on the person and the fact · 谁可以得")
    as_of: Column = Field("date", alias="as of", description="the day a person’s assignment is read on: date, or a column of the fact such as signed_on · 按哪天的任命")
    credit: Credit = Field(["owner", "split"], description="who is credited: roles of the credits table, managers, or a pool · 归谁：角色、上级或池")
    each: str | list[str] = Field(description="one line for each: a kind of fact (or several), deal, period, month, quarter, half or year · 按什么计：事实的类别、deal 或期间")
    per: Per | None = Field(None, description="for each: month, quarter, half, year, period: one line for each value of a column of facts, such as customer, or of several together, [customer, product], that the payee has facts of in the window; measures with the same per are that one's · 按期计时，再按事实的一列（如客户；几列合起来写 [customer, product]）一个值一行；同样 per 的指标只算它")
    where: Formula | None = Field(None, description="only facts (or people) for which this holds · 只算符合的")
    base: Annotated[str | None, BeforeValidator(lambda v: None if v is None else str(v))] = Field(
        None, description="what the rate applies to: a term, a measure or a formula; left out where the rate gives money · 基数，比例直接给金额时不写")
    rate: Rate = Field(description="a number or formula, or one of the shapes below · 比例，或一种算法")
    override: list[Override] = Field([], description="another rate for a contract, customer, product, person … · 个别约定")
    uplift: list[Uplift] = Field([], description="percentage points added to the rate · 加点")
    factor: list[Factor] = Field([], description="multiplies what the rate gives, one after another · 系数，依次相乘")
    gate: Gate | None = Field(None, description="all or nothing · 门槛")
    split: Split | None = Field(None, description="divides the sum among those credited by coefficients · 按系数分")
    to_date: Literal["quarter", "half", "year", "life"] | None = Field(
        None, alias="to date", description="what is computed is the entitlement from the beginning of the quarter, half or year, or (life) of everything; the period earns what it exceeds earlier periods by · 算出来的是年（季）初至今，或（life）从头到现在的应得，本期得它比以前各期多出的部分")
    falling: Literal["taken back", "kept"] = Field("taken back", description="for an entitlement to date that falls: taken back from what was earned, or kept, and only what exceeds the highest so far is earned · 至今应得变少了：收回，或保留（以后只算超过最高的部分）")
    limit: Limit | None = Field(None, description="cap and floor · 封顶与保底")
    limits: list[Limit] = Field([], description="several, one after another: per deal, then per year · 几道封顶保底，依次")
    release: Release | None = Field(None, description="when it becomes payable; unsaid: at once · 何时发放，不写是当期")
    reserve: Reserve | None = Field(None, description="a part kept back · 预留")
    clawback: Clawback | None = Field(None, description="taken back when the deal is cancelled · 退单扣回")
    paid: bool = Field(True, description="false: only computed, for earned(NAME) of components below; no line, no money · false 只算不发，供后面的 earned 引用")

    @model_validator(mode="after")
    def _readable(self):
        if self.base is not None:
            try:
                formula.parse(self.base)
            except formula.FormulaError as wrong:
                if set(self.base) & set("+-*/<>=()×÷"):
                    raise wrong from None
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
    def all_limits(self):
        return [*([self.limit] if self.limit else []), *self.limits]

    @property
    def overrides(self):
        """From the one that wins to the one that yields."""
        levels = ("contract", "deal", "customer", "product", "person", "position", "unit", "other")
        placed = sorted(enumerate(self.override), key=lambda item: (-levels.index(item[1].level), item[1].first or date.min, item[0]), reverse=True)
        return [part for _place, part in placed]

    @property
    def kinds(self):
        return [self.each] if isinstance(self.each, str) else self.each


class Decision(Banded):
    """Rows [from, answer] over a value: who approves, what status. Answers are words."""
    by: Formula = Field(description="the value looked up · 按什么查")


def _by_name(then):
    """What is expected, by person and name: a sum alone does not say of what."""
    for who, sums in then.items() if isinstance(then, dict) else ():
        if not isinstance(sums, dict):
            raise ValueError(f"say of what: then: {{{who}: {{COMPONENT: {sums}}}}}, or total or payout · 写明是哪一项：then: {{{who}: {{提成名称: {sums}}}}}，或 total、payout")
    return then


class Refusal(Part):
    """The example of a plan that must be refused."""
    problem: str


class Example(Part):
    """A worked example: what is given, and what each payee then earns, by component; or what is decided."""
    when: str = Field(description="the situation in words · 什么情形")
    case: str | None = Field(None, description="its number elsewhere · 编号")
    given: dict[str, Any] = Field(description="facts, people, quotas and scores · 给定")
    then: Annotated[dict[str, dict[str, Any]], BeforeValidator(_by_name)] = Field(description="what each payee gets, by component or word of the statement · 各人应得")


class Plan(Part):
    """A commission plan. Names may be Chinese."""
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)
    plan: str = Field(min_length=1, max_length=120, description="its name · 名称")
    rule: str = Field("", description="the clause in words · 原文")
    version: int = Field(1, description="counts up with each change · 版本")
    effective: Effective = Field(description="the days it is in force · 有效期")
    currency: str = Field("CNY", pattern="^[A-Z]{3}$", description="of every amount · 币种")
    decimals: int | None = Field(None, ge=0, le=8, description="decimals of amounts in the facts; unsaid: the currency’s · 金额几位小数，不写按币种")
    period: Literal["month", "quarter", "half", "year", "table"] = Field(description="how often it is settled; table: by the table of periods · 多久结算一次；table 是自定的期间表")
    year_starts: Annotated[int, BeforeValidator(_month)] = Field(
        1, alias="year starts", ge=1, le=12, json_schema_extra={"type": ["integer", "string"]},
        description="the day its year begins, the first of a month, such as 04-01: years, halves and quarters run from it; a year is called by the calendar year it begins in · 财年从哪天起，如 04-01；年、半年、季都从它算，财年以开始的那一年为名")
    counts_on: dict[str, Column] = Field({}, alias="counts on", description="{kind of fact: a column of it, a day}: such a fact counts on that day, in its window, tier and assignment, but is known only from its own date, which formulas read as happened_on: {return: sold_on} · 这类事实算在哪一天，如退货算在原销售日；到发生日才知道，公式里写 happened_on（发生日）")
    exchange: Exchange | None = Field(None, description="how facts in other currencies are converted · 外币怎么折算")
    attributes: dict[Column, Literal["money", "number", "rate", "days", "date", "text", "bool"]] = Field(
        {}, description="columns of facts and people beyond the usual ones, and what kind they are · 另外的列和类型")
    terms: dict[str, Formula] = Field({}, description="named formulas over a fact · 有名字的公式")
    tables: dict[str, Table] = Field({}, description="named tables (lookup, grid or matrix) that formulas use by name, as if they were terms · 有名字的表，公式里直接写名字")
    measures: dict[str, Measure] = Field({}, description="named sums · 指标")
    decisions: dict[str, Decision] = Field({}, description="named tables that answer with a word · 用词回答的表")
    components: list[Component] = Field([], description="what is paid, in this order · 各项提成")
    settlement: Settlement = Field(description="how lines become pay · 怎么结算")
    examples: list[Example] = Field([], description="worked examples, run as tests · 算例，会被验算")

    @model_validator(mode="after")
    def _something(self):
        if not self.components and not self.decisions:
            raise ValueError("write at least one component · 至少写一项提成")
        return self

    @property
    def places(self):
        """Decimals of an amount in the facts."""
        return self.decimals if self.decimals is not None else DIGITS.get(self.currency, 2)

    @property
    def joined(self):
        """Columns of facts that are made of several, for what is counted, paid or limited apart for each."""
        every = [*(m.per for m in self.measures.values()), *(c.per for c in self.components), *(limit.per for c in self.components for limit in c.all_limits)]
        return list(dict.fromkeys(name for name in every if name and parts(name)))

    @property
    def asks_own_day(self):
        """Whether it names the day a fact happened, which is another than the day it counts on."""
        return self.mentions("happened_on", *(name for name, column in ALIASES.items() if column == "happened_on"))

    def mentions(self, *words):
        """Whether one of the words stands anywhere in it, but in its rule and its examples."""
        if "_said" not in self.__dict__:
            self.__dict__["_said"] = self.model_dump_json(exclude={"rule", "examples"})
        return any(word in self.__dict__["_said"] for word in words)

    def component(self, name):
        return next(c for c in self.components if c.name == name)

    def expand(self, text):
        """The tree of a formula with terms and tables replaced by what they stand for."""
        cache = self.__dict__.setdefault("_expanded", {})
        if text not in cache:
            cache[text] = self.expanded(formula.parse(text))
        return cache[text]

    def expanded(self, node):
        """A tree with terms and tables replaced by what they stand for."""
        found = _expand(node, self, ())
        most = 20 if self.tables else 4
        if sum(1 for _ in found.walk()) > most * formula.MOST_NODES or found.depth() > 4 * formula.DEEPEST:
            raise formula.FormulaError("代入 terms、tables 之后公式太长", "the formula is too long once terms and tables are put in")
        return found


def _expand(node, plan, within):
    if node.op == "name" and (node.args[0] in plan.terms or node.args[0] in plan.tables):
        name = node.args[0]
        if name in within:
            raise formula.FormulaError(f"{name} 用到了自己", f"{name} refers to itself")
        if len(within) > 16:
            raise formula.FormulaError("terms 套得太深", "terms are nested too deep")
        meant = formula.parse(plan.terms[name]) if name in plan.terms else lookups.tree(plan.tables[name])
        return _expand(meant, plan, (*within, name))
    return formula.Node(node.op, tuple(_expand(a, plan, within) if isinstance(a, formula.Node) else a for a in node.args))


def load_plan(text):
    """A Plan from YAML text. PlanProblems holds every finding, each with its place in the file."""
    from .reading import read
    return read(text)


__all__ = ["Component", "CreditTo", "Decimal", "Factor", "Flat", "Gate", "Grid", "Limit", "Lookup", "Lump", "LumpPlusExcess", "Matrix", "Measure", "PerUnit", "Plan", "Release",
           "Reserve", "RollUp", "Settlement", "ShareOfDifference", "ShareOfWeaker", "Split", "Tiers", "Times", "Uplift", "load_plan"]
