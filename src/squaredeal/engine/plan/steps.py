"""The steps around a rate: credit, split, uplift, factor, gate, limit, reserve, release; typed, frozen, as written in YAML."""
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from .fields import Amount, Column, Day, Formula, Kinds, Part, Per, Sum, Times, Window


class RollUp(Part):
    """Credit passed up to managers, `roll_up` levels as of the fact's date, `along` the column that names the superior."""
    roll_up: int = Field(alias="roll up", ge=1, le=15, description="how many levels up, 1 to 15 · 向上几级，1 到 15")
    own_deals: Literal["excluded", "included"] = Field(alias="own deals", description="whether managers’ own deals count for them · 上级自己的单算不算")
    along: Column = Field("manager", description="the column of people that names the superior · 写上级的列")
    level: Literal["each", "last", "only"] = Field("each", description="credit every level on the way; last: only the highest there is up to n; only: exactly the n-th · 每一级都算；last 只算能到的最高一级；only 只算第 n 级")
    passing_over: Formula | None = Field(None, alias="passing over", description="people above for whom this holds are passed over and take no level, the next one above takes it (compression): own_volume < 100 · 符合的上级跳过、不占级，由再上一级顶上（压缩）")


class CreditTo(Part):
    """Credit that goes to a pool: the payee's unit, or one named account."""
    to: str = Field(description="unit, or the name of an account · unit 是部门，或一个账户名")


Role = Annotated[str, Field(min_length=1, max_length=40)]
"""The part somebody has in a fact: owner and split share it and sum to 1; overlay, referrer, mentor, outsider, or any word besides."""


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
    within: Column = Field("fact", description="divided among those credited with the fact, everybody, or those who share a column of people such as unit or region · 在谁之间分：fact、everybody，或人员的一列，如部门、地区")
    at_most: Formula | None = Field(None, alias="at most", description="one person's part at most, a formula over the person; what exceeds it is shared out again among the others by their coefficients; whose coefficient is 0 has no part · 一个人最多分多少；多出的由其他人按系数再分；系数是 0 的人不分")


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
    cap: Sum | None = Field(None, description="at most · 最多")
    floor: Sum | None = Field(None, description="at least · 至少")
    window: Window = Field("period", description="per payee, in each; to be written · 每人在什么范围里；一定要写")
    per: Per | None = Field(None, description="apart for each value of a column of facts, such as customer, or of several together, [customer, product]: at most 1,000 of each customer a year; for components of facts and deals · 按事实的一列分开封顶保底，如每个客户，几列合起来写 [customer, product]；只用于逐笔或逐单的提成")


class Override(Part):
    """Another rate for what a condition names: a contract, a customer, a product, a person … The most specific wins, then the latest, then the last written.

    From the most specific: contract, deal, customer, product, person, position, unit, other.
    """
    level: Literal["contract", "deal", "customer", "product", "person", "position", "unit", "other"] = Field(
        alias="for", description="what it is specific to; a contract goes before a customer, a customer before a product, then person, position, unit · 针对什么，越具体越优先")
    when: Formula = Field(description="which: contract = \"HT-1\" · 哪一个")
    first: Day | None = Field(None, alias="from", description="for facts from this day · 从哪天起")
    last: Day | None = Field(None, alias="to", description="for facts up to this day · 到哪天止")
    rate: Formula | None = Field(None, description="the rate on the base instead · 改用的比例")
    lump: Formula | None = Field(None, description="or a sum of money instead · 或改为定额")
    replaces: Literal["rate", "result"] = Field("rate", description="rate: uplift and factor still follow; result: they do not · rate 后面照样加点乘系数；result 不再加点乘系数")
    in_tiers: Literal["counts", "does not count"] = Field("counts", alias="in tiers", description="whether its base still moves the running base of the table · 它的基数还算不算进档位累计")

    @model_validator(mode="after")
    def _one(self):
        if (self.rate is None) == (self.lump is None):
            raise ValueError("say one of rate and lump · rate 和 lump 写一种")
        return self


class Clawback(Part):
    """What was earned on a deal is taken back, by a line of its own in the period of the event, when a fact of these kinds follows on the same deal."""
    on: str | list[str] = Field(description="kind of fact that takes it back, such as cancellation · 哪种事实引起扣回")
    within: int | Literal["ever"] = Field(description="days after the fact, or ever · 事后几天内，或 ever 不限")
    take: Formula = Field("100%", description="how much of it: a formula over the event; elapsed_days and elapsed_months count from the fact: 1 - elapsed_months / 12; or unreleased: what periods before that of the event released is kept, the rest lapses · 扣回几成；unreleased 是以前各期已发的保留，没发的作废")
    when: Formula = Field("true", description="only for events for which this holds · 只对符合的")
    settled: Literal["as released", "at once"] = Field("as released", description="of what is released bit by bit: taken back as it has been and will be released; or at once: with the event what has been released beyond what stays earned is taken back, or what is lacking of it is paid, and nothing is released later · 分期发的：发多少扣多少；at once 是当时一次结清，多发的扣回、少发的补上，以后不再发")

    @property
    def kinds(self):
        return [self.on] if isinstance(self.on, str) else self.on

    @property
    def unreleased(self):
        """Whether only what has not been released is taken."""
        return self.take == "unreleased"


class Refund(Part):
    """When a reserve is paid back: so many periods later, or on a day; all of it, or a share."""
    after: int | None = Field(None, ge=1, le=60, description="periods later · 隔几期")
    on: Formula | None = Field(None, description="on a day, a formula over the fact · 在哪一天")
    at: Literal["quarter end", "half end", "year end"] | None = Field(None, description="with the last period of the quarter, half or year · 季末、半年末、年末")
    share: Formula = Field("1", description="how much of it, a formula over the person when it is due: score(appraisal) / 100 · 返还几成")

    @model_validator(mode="after")
    def _one(self):
        if len([w for w in (self.after, self.on, self.at) if w is not None]) != 1:
            raise ValueError("say one of after, on and at · after、on、at 写一种")
        return self


class Reserve(Part):
    keep: Amount = Field(ge=0, le=1, description="the part kept back · 留几成")
    refund: Literal["year end", "never"] | Refund = Field(description="paid back with the last period of the year, or never by itself, or as written · 何时返还")


class Release(Part):
    """When earned money becomes payable: by receipts of the deal, at milestones of them, in equal parts, by a share, after periods, on a day, once a condition holds, or so much a period."""
    pro_rata: Kinds | None = Field(None, alias="pro rata to", description="kind of fact that releases in proportion, such as receipt; receipt | bill is both together · 按哪种事实的比例发放；回款 | 承兑 是两种合计")
    milestones: list[tuple[Amount, Amount]] | None = Field(None, description="rows [received, released so far], both parts of the whole · [到账几成, 累计发放几成]")
    received: Kinds | None = Field(None, description="for milestones: the kind of fact that is received · 节点看哪种事实")
    of: Formula | None = Field(None, description="what is 100 %: a formula over the fact · 什么是百分之百")
    share: Formula | None = Field(None, description="this part is payable · 发放几成")
    rest: Literal["lost", "later"] | None = Field(None, description="for share: what becomes of the rest · 没发的部分怎么办")
    after: int | None = Field(None, ge=0, le=60, description="periods later · 隔几期")
    on: Formula | None = Field(None, description="on a day · 在哪一天")
    instalments: list[tuple[int, Amount]] | None = Field(None, description="rows [periods later, released so far]: [[0, 50%], [3, 75%], [6, 100%]] · [隔几期, 累计发放几成]")
    evenly: Formula | None = Field(None, alias="evenly over", description="in equal parts over so many periods, its own the first: a number, or a formula over the fact such as the months of its contract · 从本期起平均分这么多期发：一个数，或公式，如合同几个月")
    events: dict[str, Amount] | None = Field(None, description="{kind of fact: part}: each part once a fact of that kind is there for the deal: {signing: 30%, acceptance: 70%}; acceptance | use is whichever comes first, acceptance & use is once both are there · 每到一个节点发几成；验收 | 投用 是先到的那个，验收 & 投用 是两个都到")

    once: Formula | None = Field(None, description="with the first period, its own or a later one, in which a condition on the person and the period holds: ytd >= 50% * year_quota; then all that waits · 某个条件在哪一期成立就发，本期或以后，攒着的一起发")
    at_most: Formula | None = Field(None, alias="at most", description="so much of the component in each period, a formula over the person; the rest in the periods after, the earliest first · 这一项每期最多发这么多，其余以后各期接着发，先得先发")
    not_before: Kinds | None = Field(None, alias="not before", description="nothing before a fact of this kind is there for the deal, whatever the way; by itself, all at once then: acceptance, acceptance | use, or acceptance & use, both of them · 这一单有了这类事实以后才发，如验收，或 验收 | 投用，或 验收 & 投用（都有）；只写这一样就是那时一次发清")

    @model_validator(mode="before")
    @classmethod
    def _at_once(cls, written):
        """What only waits for a fact is paid whole when it is there."""
        return {**written, "after": 0} if isinstance(written, dict) and set(written) == {"not before"} else written

    @model_validator(mode="after")
    def _one(self):
        ways = [w for w in (self.pro_rata, self.milestones, self.share, self.after, self.on, self.events, self.instalments, self.evenly, self.once, self.at_most) if w is not None]
        if len(ways) != 1:
            raise ValueError("say one way of release: pro rata to, milestones, events, instalments, evenly over, share, after, on, once or at most · 发放方式写一种：pro rata to、milestones、events、instalments、evenly over、share、after、on、once 或 at most")
        if any("&" in kinds for kinds in (self.pro_rata, self.received) if kinds):
            raise ValueError("what is received of several kinds is added up: write receipt | bill · 几种到账是加起来的：写 回款 | 承兑")
        if self.events and sum(self.events.values()) > 1:
            raise ValueError("the parts of events exceed 100 % · 各节点加起来超过 100%")
        if self.instalments and any(a[0] >= b[0] or a[1] > b[1] or b[1] > 1 for a, b in zip([(-1, 0), *self.instalments], self.instalments, strict=False)):
            raise ValueError("instalments rise: [[0, 50%], [3, 100%]] · 分期要一行比一行晚、累计不少于前一行")
        if (self.pro_rata or self.milestones) and self.of is None:
            raise ValueError("say what is 100 %: of: … · 写明百分之百是什么：of")
        if self.milestones and self.received is None:
            raise ValueError("say what is received: received: receipt · 写明按什么到账：received")
        if self.share and self.rest is None:
            raise ValueError("say what becomes of the rest: lost or later · 写明没发的部分：lost 或 later")
        return self
