"""The plan: terms, measures, components and settlement, as typed, frozen objects read from YAML that reads like the clause.

Every choice that changes what somebody is paid is a named field; what a policy leaves open is a problem, not a default.
"""
import re
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from . import formula
from .problems import PlanProblems, problem


def _formula(value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    formula.parse(text)
    return text


def _rate(value):
    """A number, or a percentage in text ("1.5%"), as an exact Decimal of at most eight places."""
    text = str(value).strip().replace("％", "%").replace(",", "")
    found = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    if found != formula.fixed(found):
        raise ValueError("more than eight decimals")
    return found


Formula = Annotated[str, BeforeValidator(_formula)]
Amount = Annotated[Decimal, BeforeValidator(_rate)]
Window = Literal["fact", "deal", "month", "quarter", "half", "year", "year to date", "period", "life"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Effective(Part):
    first: date = Field(alias="from")
    last: date | None = Field(None, alias="to")


class Measure(Part):
    """A sum of a term over facts of one kind, credited to a payee, in a window."""
    sum: Formula
    over: str = Field(description="kind of fact")
    window: Window = "period"
    where: Formula | None = None


class RollUp(Part):
    """Credit passed up to managers, `roll_up` levels as of the fact's date."""
    roll_up: int = Field(alias="roll up", ge=1, le=9)
    own_deals: Literal["excluded", "included"] = Field(alias="own deals")


class Tiers(Part):
    """Bands of a rate: `marginal` pays each slice its own rate, `whole` pays everything the rate of the band reached.

    `by` is a measure's name, or "attainment of NAME" (measure ÷ quota). Rows are [from, rate]; the last has no end.
    """
    tiers: Literal["marginal", "whole"]
    by: str
    table: list[tuple[Amount, Formula]] = Field(min_length=1)
    edges: Literal["lower inclusive", "upper inclusive"] = "lower inclusive"

    @property
    def attainment(self):
        return self.by.startswith("attainment of ")

    @property
    def measure(self):
        return self.by.removeprefix("attainment of ")

    @model_validator(mode="after")
    def _rising(self):
        edges = [row[0] for row in self.table]
        if edges != sorted(set(edges)):
            raise ValueError("the edges of the table must rise from row to row · 档的起点要一行比一行高")
        if edges[0] != 0:
            raise ValueError("the first row must start at 0 · 第一档从 0 起")
        return self


class LumpPlusExcess(Part):
    """Rows [from, lump, rate]: the lump of the band reached plus the rate on what exceeds its edge."""
    lump_plus_excess: list[tuple[Amount, Amount, Amount]] = Field(alias="lump plus excess", min_length=1)
    by: str
    edges: Literal["lower inclusive", "upper inclusive"] = "lower inclusive"


class PerUnit(Part):
    """Yuan for each unit of a quantity."""
    per_unit: Formula = Field(alias="per unit")
    quantity: Formula = "quantity"


class Lump(Part):
    """A fixed sum, for components paid per period."""
    lump: Formula


def _rate_shape(value):
    return {"flat": value} if isinstance(value, (str, int, float, Decimal)) else value


class Flat(Part):
    """One rate for everything: a number, or a formula over the fact and the person."""
    flat: Formula


Rate = Annotated[Flat | Tiers | LumpPlusExcess | PerUnit | Lump, BeforeValidator(_rate_shape)]


class Uplift(Part):
    when: Formula
    add: Formula


class Factor(Part):
    when: Formula
    times: Amount


class Gate(Part):
    """All or nothing: below the attainment of a measure the component pays nothing in that window."""
    attainment_of: str = Field(alias="attainment of")
    at_least: Amount = Field(alias="at least")


class Reserve(Part):
    keep: Amount = Field(ge=0, le=1)
    refund: Literal["year end", "never"]


class Limit(Part):
    """A cap (and a floor) on what the component earns per payee in a window."""
    cap: Amount | None = None
    window: Window = "period"


class Component(Part):
    """who → credit → base → rate → uplift → factor → gate → limit → reserve."""
    name: str = Field(min_length=1, max_length=60)
    clause: str = ""
    who: Formula = "true"
    credit: list[Literal["owner", "split", "overlay"]] | RollUp = ["owner", "split"]
    each: str = Field(description="kind of fact, or period")
    where: Formula | None = None
    base: str | None = Field(None, description="a term's name or a formula; for each: period, a measure's name")
    rate: Rate
    uplift: list[Uplift] = []
    factor: list[Factor] = []
    gate: Gate | None = None
    limit: Limit | None = None
    reserve: Reserve | None = None

    @property
    def per_period(self):
        return self.each == "period"


class PayDay(Part):
    day: int = Field(ge=1, le=28)
    holiday: Literal["earlier", "later"]


class Settlement(Part):
    """How lines become pay. `round` says where the one rounding happens."""
    round: Literal["half up to fen once per line", "half up to fen once per statement"]
    negative: Literal["carry", "zero"] = "carry"
    statutory_cap: Amount | None = Field(None, alias="statutory cap")
    pay: PayDay | None = None


class Example(Part):
    """A worked example: what is given, and what each payee then earns, by component."""
    when: str
    given: dict[str, Any]
    then: dict[str, dict[str, Amount]]


class Plan(Part):
    """A commission plan. Names may be Chinese."""
    plan: str = Field(min_length=1, max_length=80)
    version: int = 1
    effective: Effective
    currency: str = Field("CNY", pattern="^[A-Z]{3}$")
    period: Literal["month", "quarter", "year", "table"]
    terms: dict[str, Formula] = {}
    measures: dict[str, Measure] = {}
    components: list[Component] = Field(min_length=1)
    settlement: Settlement
    examples: list[Example] = []

    def component(self, name):
        return next(c for c in self.components if c.name == name)

    def expand(self, text):
        """The tree of a formula with terms replaced by what they stand for."""
        return _expand(formula.parse(text), self.terms, ())


def _expand(node, terms, within):
    if node.op == "name" and node.args[0] in terms:
        name = node.args[0]
        if name in within:
            raise formula.FormulaError(f"{name} 用到了自己", f"{name} refers to itself")
        return _expand(formula.parse(terms[name]), terms, (*within, name))
    return formula.Node(node.op, tuple(_expand(a, terms, within) if isinstance(a, formula.Node) else a for a in node.args))


DEEPEST = 24
_INLINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")


def _deep(text):
    """Whether brackets, indents or dashes nest deeper than any plan does: reading such a text would take minutes."""
    level = most = 0
    for sign in text:
        level = max(0, level + (sign in "[{") - (sign in "]}"))
        most = max(most, level)
    indents = {len(line) - len(line.lstrip(" ")) for line in text.splitlines()}
    return most > DEEPEST or len(indents) > DEEPEST * 2 or bool(_INLINE.search(text))


def load_plan(text):
    """A Plan from YAML text. PlanProblems holds every finding, each with its place in the file."""
    if len(text) > 400_000:
        raise PlanProblems([problem("plan", "文件超过 400 KB", "the file is over 400 KB")])
    if _deep(text):
        raise PlanProblems([problem("plan", f"层数超过 {DEEPEST} 层", f"it is nested over {DEEPEST} deep", "少套几层", "nest it less")])
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:float", lambda loader, node: str(node.value).replace("_", ""))
    try:
        raw = yaml.load(StringIO(text))
    except YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PlanProblems([problem(f"line {line}", f"YAML 第 {line} 行读不懂", f"YAML cannot be read at line {line}",
                                    "看缩进和冒号", "check indentation and colons")]) from None
    except (ValueError, ArithmeticError, RecursionError, LookupError, TypeError):
        raise PlanProblems([problem("plan", "有一个数字或日期写得不对", "a number or a day in it is not valid",
                                    "看日期、数字和引号", "check days, numbers and quotes")]) from None
    if not isinstance(raw, dict):
        raise PlanProblems([problem("plan", "不是方案", "this is not a plan", "从 plan: 名称 写起", "begin with plan: NAME")])
    try:
        found = Plan.model_validate(raw)
    except ValidationError as wrong:
        raise PlanProblems([_finding(e, raw) for e in wrong.errors()]) from None
    from .check import check
    errors = [p for p in check(found) if p.severity == "error"]
    if errors:
        raise PlanProblems(errors)
    return found


_SAYS = {"missing": ("缺这一项", "is missing"), "extra_forbidden": ("没有这一项", "is not a field of a plan")}


def _finding(error, raw):
    place = []
    here = raw
    for step in error["loc"]:
        if isinstance(step, str) and step in {"Flat", "Tiers", "LumpPlusExcess", "PerUnit", "Lump", "RollUp"}:
            continue
        here = here[step] if isinstance(here, (list, dict)) and (step in here if isinstance(here, dict) else isinstance(step, int) and step < len(here)) \
            else None
        place.append(here["name"] if isinstance(here, dict) and isinstance(step, int) and "name" in here else str(step))
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, formula.FormulaError):
        zh, en = cause.zh, cause.en
    else:
        zh, en = _SAYS.get(error["type"], (f"写得不对：{error['msg']}", error["msg"]))
    return problem(".".join(place) or "plan", zh, en)
