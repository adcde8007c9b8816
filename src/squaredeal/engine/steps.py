"""The steps around a rate: credit, split, uplift, factor, gate, limit, reserve, release; typed, frozen, as written in YAML."""
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from .shapes import Amount, Formula, Part, Times, Window


class RollUp(Part):
    """Credit passed up to managers, `roll_up` levels as of the fact's date, `along` the column that names the superior."""
    roll_up: int = Field(alias="roll up", ge=1, le=9)
    own_deals: Literal["excluded", "included"] = Field(alias="own deals")
    along: str = "manager"
    level: Literal["each", "last"] = Field("each", description="credit every level on the way, or only the highest")


class CreditTo(Part):
    """Credit that goes to a pool: the payee's unit, or one named account."""
    to: str


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
    by: Formula = Field(description="the coefficient of a person")
    within: Literal["fact", "unit", "everybody"] = "fact"


class Uplift(Part):
    when: Formula = "true"
    add: Formula


class Factor(Part):
    when: Formula = "true"
    times: Times


class Gate(Part):
    """All or nothing: below the attainment of a measure, or unless a condition holds, the component pays nothing."""
    attainment_of: str | None = Field(None, alias="attainment of")
    at_least: Amount | None = Field(None, alias="at least")
    without_quota: Literal["passes", "nothing"] | None = Field(None, alias="without quota")
    when: Formula | None = None

    @model_validator(mode="after")
    def _one(self):
        if (self.attainment_of is None) == (self.when is None) or (self.attainment_of is not None and self.at_least is None):
            raise ValueError("write {attainment of: …, at least: …}, or {when: …} · 写 {attainment of: …, at least: …} 或 {when: …}")
        return self


class Limit(Part):
    """A cap and a floor on what the component earns per payee in a window."""
    cap: Times | None = None
    floor: Times | None = None
    window: Window = "period"


class Reserve(Part):
    keep: Amount = Field(ge=0, le=1)
    refund: Literal["year end", "never"]


class Release(Part):
    """When earned money becomes payable: by receipts of the deal, at milestones of them, by a share, after periods, or on a day."""
    pro_rata: str | None = Field(None, alias="pro rata to", description="kind of fact that releases, such as receipt")
    milestones: list[tuple[Amount, Amount]] | None = Field(None, description="[received, released so far], both of the whole")
    received: str | None = Field(None, description="for milestones: the kind of fact that is received")
    of: Formula | None = Field(None, description="what is 100 %: a formula over the fact")
    share: Formula | None = Field(None, description="this part is payable")
    rest: Literal["lost", "later"] | None = Field(None, description="for share: what becomes of the rest")
    after: int | None = Field(None, ge=0, le=60, description="periods later")
    on: Formula | None = Field(None, description="a day")

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
