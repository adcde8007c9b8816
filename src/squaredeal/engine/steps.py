"""The steps around a rate: credit, split, uplift, factor, gate, limit, reserve, release; typed, frozen, as written in YAML."""
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from .shapes import Amount, Formula, Part, Times, Window


class RollUp(Part):
    """Credit passed up to managers, `roll_up` levels as of the fact's date, `along` the column that names the superior."""
    roll_up: int = Field(alias="roll up", ge=1, le=9, description="how many levels up · 向上几级")
    own_deals: Literal["excluded", "included"] = Field(alias="own deals", description="whether managers’ own deals count for them · 上级自己的单算不算")
    along: str = Field("manager", description="the column of people that names the superior · 写上级的列")
    level: Literal["each", "last", "only"] = Field("each", description="credit every level on the way; last: only the highest there is up to n; only: exactly the n-th · 每一级都算；last 只算能到的最高一级；only 只算第 n 级")


class CreditTo(Part):
    """Credit that goes to a pool: the payee's unit, or one named account."""
    to: str = Field(description="unit, or the name of an account · unit 是部门，或一个账户名")


Role = Literal["owner", "split", "overlay", "referrer", "mentor", "outsider"]


def _credit_tag(value):
    if isinstance(value, list):
        return "roles"
    if isinstance(value, dict):
        return "to" if "to" in value else "roll up"
    return {"RollUp": "roll up", "CreditTo": "to"}.get(type(value).__name__)


Credit = Annotated[Annotated[list[Role], Tag("roles")] | Annotated[RollUp, Tag("roll up")] | Annotated[CreditTo, Tag("to")], Discriminator(_credit_tag)]


class Split(Part):
    """The amount earned is divided by coefficients, to the fen; what is left goes to the largest fractions, then in order."""
    by: Formula = Field(description="the coefficient of a person · 每人的系数")
    within: Literal["fact", "unit", "everybody"] = Field("fact", description="divided among those credited with the fact, the unit, or all · 在谁之间分")


class Uplift(Part):
    when: Formula = Field("true", description="the condition · 条件")
    add: Formula = Field(description="percentage points of the base · 加几点")


class Factor(Part):
    when: Formula = Field("true", description="the condition · 条件")
    times: Times = Field(description="multiplied by · 乘以")


class Gate(Part):
    """All or nothing: below the attainment of a measure, or unless a condition holds, the component pays nothing."""
    attainment_of: str | None = Field(None, alias="attainment of", description="the measure held against its quota · 看哪个指标")
    at_least: Amount | None = Field(None, alias="at least", description="the least attainment · 至少达成")
    without_quota: Literal["passes", "nothing"] | None = Field(None, alias="without quota", description="what holds for people without a quota · 没有目标的人怎么算")
    when: Formula | None = Field(None, description="or: a condition that must hold · 或者：必须成立的条件")

    @model_validator(mode="after")
    def _one(self):
        if (self.attainment_of is None) == (self.when is None) or (self.attainment_of is not None and self.at_least is None):
            raise ValueError("write {attainment of: …, at least: …}, or {when: …} · 写 {attainment of: …, at least: …} 或 {when: …}")
        return self


class Limit(Part):
    """A cap and a floor on what the component earns per payee in a window."""
    cap: Times | None = Field(None, description="at most · 最多")
    floor: Times | None = Field(None, description="at least · 至少")
    window: Window = Field("period", description="per payee, in each · 每人在什么范围里")


class Reserve(Part):
    keep: Amount = Field(ge=0, le=1, description="the part kept back · 留几成")
    refund: Literal["year end", "never"] = Field(description="paid back with the last period of the year, or never by itself · 何时返还")


class Release(Part):
    """When earned money becomes payable: by receipts of the deal, at milestones of them, by a share, after periods, or on a day."""
    pro_rata: str | None = Field(None, alias="pro rata to", description="kind of fact that releases in proportion, such as receipt · 按哪种事实的比例发放")
    milestones: list[tuple[Amount, Amount]] | None = Field(None, description="rows [received, released so far], both parts of the whole · [到账几成, 累计发放几成]")
    received: str | None = Field(None, description="for milestones: the kind of fact that is received · 节点看哪种事实")
    of: Formula | None = Field(None, description="what is 100 %: a formula over the fact · 什么是百分之百")
    share: Formula | None = Field(None, description="this part is payable · 发放几成")
    rest: Literal["lost", "later"] | None = Field(None, description="for share: what becomes of the rest · 没发的部分怎么办")
    after: int | None = Field(None, ge=0, le=60, description="periods later · 隔几期")
    on: Formula | None = Field(None, description="on a day · 在哪一天")

    @model_validator(mode="after")
    def _one(self):
        ways = [w for w in (self.pro_rata, self.milestones, self.share, self.after, self.on) if w is not None]
        if len(ways) != 1:
            raise ValueError("say one way of release: pro rata to, milestones, share, after or on · 发放方式写一种")
        if (self.pro_rata or self.milestones) and self.of is None:
            raise ValueError("say what is 100 %: of: … · 写明百分之百是什么：of")
        if self.milestones and self.received is None:
            raise ValueError("say what is received: received: receipt · 写明按什么到账：received")
        if self.share and self.rest is None:
            raise ValueError("say what becomes of the rest: lost or later · 写明没发的部分：lost 或 later")
        return self
