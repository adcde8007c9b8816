"""The settlement of a plan: rounding, negatives, deductions, draws, a cap on all pay, the pay day; typed, frozen, as written in YAML."""
import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from .fields import Amount, Formula, Part, Times, as_formula
from .rolling import SCHEMA, rolling

FINEST = 8
"""Decimals of what is not rounded yet."""
ROUND = re.compile("^(half up|half even|down|up) to (fen|cent|jiao|yuan|dollar|ten|hundred) once per (line|statement)$")
PLACES = {"fen": 2, "cent": 2, "jiao": 1, "yuan": 0, "dollar": 0, "ten": -1, "hundred": -2}
WAYS = {"half up": "half", "half even": "even", "down": "down", "up": "up"}


def _round(value):
    if not ROUND.match(str(value)):
        raise ValueError("write for instance: half up to fen once per line; half up, half even, down or up; to fen or cent (hundredths of any currency), jiao (tenths), yuan or dollar (wholes), ten or hundred; once per line or statement · 四舍五入到分、每行一次写 half up to fen once per line；每张单一次写 once per statement，到元写 to yuan")
    return str(value)


def _paid_in(value):
    text = " ".join(str(value).split())
    if text not in PAID_IN and not rolling(text):
        raise ValueError(f"cannot be {value}; write one of {', '.join(PAID_IN)}, or last 12 months · 没有 {value} 这种；写 {'、'.join(PAID_IN)} 之一，或 last 12 months")
    return text


def _forgiven(value):
    text = " ".join(str(value).split())
    if text.startswith("after "):
        if lapsing(text) is None:
            raise ValueError(f"cannot be {value}; write after 6 months, or so many days, periods, quarters, halves, years · 没有 {value} 这种；写 after 6 months，也可以是 days、periods、quarters、halves、years")
        return text
    return as_formula(value)


def lapsing(text):
    """The window in which an advance has to be paid back, `last 6 months`, of `after 6 months`; None for anything else."""
    window = f"last {text.removeprefix('after ')}"
    return window if text.startswith("after ") and rolling(window) else None


PAID_IN = ("period", "quarter", "half", "year")
PaidIn = Annotated[str, BeforeValidator(_paid_in), WithJsonSchema({"anyOf": [{"enum": list(PAID_IN)}, {"type": "string", "pattern": SCHEMA}]})]
"""The window of a cap on all pay."""


class PayDay(Part):
    day: int = Field(ge=1, le=31, description="the day of the month; 31 is its last · 每月几日")
    holiday: Literal["earlier", "later"] = Field(description="which working day when it is a holiday · 遇假日提前或顺延")
    months: int = Field(1, ge=0, le=12, description="months after the period · 隔几个月")


class Draw(Part):
    """An advance each period: what is earned above it is paid; when recoverable, what is below it is owed back from later periods.

    It is paid to everybody with an assignment in the period whom `who` names, also where nothing was earned. Not recoverable, it is a guarantee.
    """
    amount: Formula = Field("0", description="how much each period, a formula over the person: a number, a column, amount × active_days ÷ period_days; to be written unless there are advances · 每期多少；有 advances 时可以不写")
    advances: Formula | None = Field(None, description="what is advanced besides, whatever is earned: paid at once and owed, a formula over the person and the period such as a measure of facts · 另外预付的一笔，不论挣多少都付、都要抵回，如事实的指标")
    recoverable: bool = Field(description="whether later earnings pay it back · 以后的提成是否抵回")
    who: Formula = Field("true", description="who has one, a condition on the person and the period: months(hired, period_start) < 3 · 谁有")
    recover: Times = Field("100%", validate_default=True, description="how much of what is earned above the draw goes to paying it back, or a formula over the person and the period: if(months(hired, period_start) < 3, 0, 100%) · 超过预支的部分拿几成抵回，或写公式")
    recover_of: Literal["excess", "earned"] = Field("excess", alias="recover of", description="what that share is of: excess, what is earned above the draw; earned, all that is earned, never more than what exceeds the draw · 几成按什么算：excess 超过预支的部分，earned 全部所得（也不超过那部分）")
    recover_at_most: Formula | None = Field(None, alias="recover at most", description="no more than this is taken in one period, a formula over the person · 一期最多抵回多少")
    interest: Formula | None = Field(None, description="what each period adds to what was owed when it began, a rate over the person and the period: 0.5%, 6% * period_days / 365 · 每期按期初欠款加多少利息")
    most_owed: Formula | None = Field(None, alias="most owed", description="no more is advanced than brings what is owed to this, a formula over the person · 最多预支到欠这么多，到了就不再预支")
    forgiven: Annotated[str, BeforeValidator(_forgiven)] = Field("never", description="whether what is still owed is dropped: never; year end; after 6 months (or periods, quarters, halves, years, days): what of a period's advance is not paid back in so many after it, the oldest being paid back first; or before the first period for which a condition on the person and the period holds: months(hired, period_start) >= 6 · 没抵完的是否免掉：never；year end；after 6 months（也可以是 periods、quarters、halves、years、days）：一期预支的，以后这么多期里没抵完的免掉，先欠的先抵；或写从哪一期起免掉的条件")

    @model_validator(mode="after")
    def _part(self):
        if isinstance(self.recover, Decimal) and not 0 <= self.recover <= 1:
            raise ValueError("recover is a part, from 0 to 100% · recover 是几成，0 到 100%")
        return self

    @cached_property
    def lapses(self):
        """The window in which an advance has to be paid back, `last 6 months`; None where time alone drops nothing."""
        return lapsing(self.forgiven)

    @cached_property
    def dropped_when(self):
        """The condition under which what is owed is dropped, or None."""
        return None if self.lapses or self.forgiven in ("never", "year end") else self.forgiven


class Deduction(Part):
    """What may be deducted for what somebody owes: at most a share of the wage, and never below a minimum wage."""
    cap: Amount = Field(description="at most this share · 最多扣几成")
    of: Formula = Field("wage", description="of what, a formula over the person · 按什么算")
    keep: Formula = Field("0", alias="not below", description="what must be left of it · 扣后不低于")


class PayCap(Part):
    """At most so much of all components together, per payee in a window; what exceeds it is lost, or carried to the next period and paid there up to the cap."""
    amount: Formula = Field(description="the most, a formula over the person · 最多多少")
    window: PaidIn = Field(description="counted in each, from its first day; last 12 months (or periods, quarters, halves, years, days): in any so many together · 在什么范围里封顶；last 12 months 是任何连续 12 个月合计，也可以是 periods、quarters、halves、years、days")
    who: Formula = Field("true", description="whom it holds for, a condition on the person · 对谁")
    excess: Literal["lost", "carried"] = Field("lost", description="what exceeds it is lost, or carried to the next periods and paid there as far as the cap leaves room · 超出部分不发，或结转到以后各期、在封顶以内补发")


class Settlement(Part):
    """How lines become pay. `round` says where the one rounding happens, to which unit, and how halves go."""
    round: Annotated[str, BeforeValidator(_round)] = Field(
        description="half up, half even, down or up, to fen, jiao, yuan, ten or hundred (cent is fen, dollar is yuan), once per line or statement: "
                    "half up to fen once per line · 怎么取整：四舍五入、五成双、舍、进，到分、角、元、十、百，每行或每张单一次")
    round_base: Literal["exact", "to fen"] = Field("exact", alias="round base", description="whether each base is rounded to fen before the rate · 基数要不要先取到分")
    negative: Literal["carry", "zero", "owed"] = Field("carry", description="a negative period: carried, dropped to zero, or owed at once · 负数：结转、归零、直接收回")
    dropped: Literal["made up first", "forgotten"] | None = Field(None, description="of negative: zero: a closed month whose negative was dropped and that is corrected later makes up what was dropped of it before any of the correction is paid; or what was dropped is forgotten and the whole correction is paid; unsaid: forgotten, with a warning · negative: zero 时，归零的月份以后更正：先补上归零的再发（made up first），还是归零的不再提、更正全发（forgotten）；不写是 forgotten，会提醒")
    statutory_cap: Amount | None = Field(None, alias="statutory cap",
                                         description="at most this share of what is gained is deducted for what was carried · 每期最多扣回所得的几成")
    deduction: Deduction | None = Field(None, description="deductions from the wage instead · 从工资里扣")
    draw: Draw | None = Field(None, description="an advance on commission, or a guarantee · 预支或保底")
    cap: PayCap | None = Field(None, description="a cap on all components together · 总额封顶")
    minimum: Formula | None = Field(None, description="a payout of less is not paid but carried until it comes to this much, a formula over the person · 不足这么多先不发，结转到够了再发")
    pay: PayDay | None = Field(None, description="the pay day · 发放日")

    @cached_property
    def per_line(self):
        return self.round.endswith("line")

    @cached_property
    def way(self):
        return WAYS[self.round.split(" to ")[0]]

    @cached_property
    def places(self):
        return PLACES[self.round.split(" to ")[1].split(" ")[0]]

    @cached_property
    def line_places(self):
        """The decimals a line keeps: those it is rounded to, or where only the statement is rounded, the finest."""
        return self.places if self.per_line else FINEST

    @cached_property
    def asked(self):
        """{part: the formulas over a person that settling reads in it}."""
        draw, cap, rule = self.draw, self.cap, self.deduction
        found = {"draw": [draw.amount, draw.who, draw.most_owed, draw.advances, draw.interest, draw.recover_at_most, draw.recover if isinstance(draw.recover, str) else None, draw.dropped_when] if draw else [],
                 "cap": [cap.amount, cap.who] if cap else [], "deduction": [rule.of, rule.keep] if rule else [], "minimum": [self.minimum]}
        return {part: [text for text in texts if text is not None] for part, texts in found.items()}

    @cached_property
    def formulas(self):
        """Every formula over a person that settling reads."""
        return [text for texts in self.asked.values() for text in texts]

    @property
    def leaves(self):
        """Whether something may be left of anybody for a later period: too little to be paid, what exceeds a cap, or a debt that bears interest or lapses."""
        return self.minimum is not None or bool(self.cap and self.cap.excess == "carried") or bool(self.draw and (self.draw.interest or self.draw.lapses))

    @cached_property
    def reads_people(self):
        """Whether settling asks what somebody's attributes are."""
        return bool(self.draw or self.deduction or self.cap or self.minimum)
