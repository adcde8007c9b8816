"""Why a line is what it is: sentences and pocket-calculator arithmetic, recomputed from what is printed, in zh and en."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ..formula import formula
from ..formula.values import decimal, evaluate, rounded
from ..formula.wording import arithmetic, exactly, number, percent, plain, said
from . import bounding, rating

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """One row of the why: what it is, in words, the arithmetic with its numbers, the amount it gives (None where it gives none)."""
    name: str
    label: str
    sentence: str
    arithmetic: str = ""
    amount: Decimal | None = None
    clause: str = ""


@dataclass(frozen=True)
class Explanation:
    """The steps of one line from fact to payable; `result` is recomputed from them and equals the line's `earned`."""
    line: str
    steps: list
    result: Decimal

    @property
    def text(self):
        return "\n".join("  ".join(p for p in (s.label, s.sentence, s.arithmetic, number(s.amount) if s.amount is not None else "") if p)
                         for s in self.steps)


def explain(result, line_id, lang="zh"):
    """The Explanation of a line of a Result, or of the folder a run wrote; KeyError when there is none."""
    if isinstance(result, (str, Path)):
        from ..ledger.output import read
        result = read(result)
    line = next((x for x in result.lines if x.id == line_id), None)
    if line is None:
        raise KeyError(line_id)
    return of_line(result.plan, line, lang, result.lines)


def of_line(plan, line, lang="zh", among=()):
    """The Explanation of one line under its plan. With the lines of its run `among`, what depends on other lines is computed again too."""
    zh = lang.startswith("zh")
    component = next((c for c in plan.components if c.name == line.component), None)
    if component is None or line.day is None:
        return Explanation(line.id, [_gone(line, zh), *_after(component, line, zh)], line.earned)
    if line.fact and line.fact.startswith("clawback "):
        return Explanation(line.id, [_taken(plan, line, zh), *_after(component, line, zh)], line.earned)
    values = {k: typed(v) for k, v in line.given.items()}
    said_by = Said(plan, component, line, values, zh)
    steps = [_fact(line, values, zh), *_base(said_by)]
    if component.gate and component.gate.attainment_of and not line.passed and line.quota is None:
        return Explanation(line.id, [*steps, _gate(said_by), *_after(component, line, zh)], ZERO)
    special = _override(said_by)
    more, raw = _overridden(said_by, special) if special else rating.steps(said_by)
    steps += more
    if special is None or special.replaces == "rate":
        steps += _uplift(said_by) + _factors(said_by)
        raw = (raw + (Fraction(line.base) * Fraction(line.uplift) if component.base is not None else 0)) * Fraction(line.factor)
    places = plan.settlement.places if plan.settlement.per_line else 10
    full = _rounded(raw, plan, places)
    steps.append(Step("earned", "应得" if zh else "earned", _summing(raw, full, plan, zh), "", full, line.clause))
    amount = full
    if component.gate and not line.passed:
        steps.append(_gate(said_by))
        amount = ZERO
    amount, more = bounding.bounded(said_by, amount, among, lambda x: {k: typed(v) for k, v in x.given.items()})
    return Explanation(line.id, steps + more + _after(component, line, zh), amount)


@dataclass(frozen=True)
class Said:
    """What is needed to say a step: the plan, the component, the line, what its formulas read, and the language."""
    plan: object
    component: object
    line: object
    values: dict
    zh: bool

    @property
    def lang(self):
        return "zh" if self.zh else "en"

    def value(self, text):
        return evaluate(self.plan.expand(str(text)), self.values)

    def shown(self, text):
        return arithmetic(self.plan.expand(str(text)), self.values, self.lang)

    def step(self, name, zh, en, sentence, sums="", amount=None):
        return Step(name, zh if self.zh else en, sentence, sums, None if amount is None else exactly(amount), self.line.clause)


def typed(value):
    """What a formula read, from its text."""
    if value is None or not isinstance(value, str):
        return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if value in ("true", "false"):
        return value == "true"
    for read in (Decimal, date.fromisoformat):
        try:
            return read(value)
        except (ValueError, ArithmeticError):
            continue
    return value


def _rounded(raw, plan, places):
    if plan.settlement.per_line and plan.settlement.way != "half":
        way = {"even": "ROUND_HALF_EVEN", "down": "ROUND_DOWN", "up": "ROUND_UP"}[plan.settlement.way]
        return exactly(raw).quantize(Decimal(1).scaleb(-places), rounding=way)
    return decimal(raw, places)


def _fact(line, values, zh):
    amount = values.get("amount")
    where = line.fact if line.fact else line.fact_period
    who = f" · {line.source}" if line.source else ""
    foreign, rate = values.get("foreign_amount"), values.get("fx_rate")
    told = f"{values['currency']} {number(foreign)} × {plain(rate)}" if isinstance(foreign, Decimal) and isinstance(rate, Decimal) and rate != 1 else ""
    return Step("fact", "事实" if zh else "fact", f"{line.day} · {where}{who}" if line.day else str(where), told,
                amount if isinstance(amount, Decimal) else None)


def _base(s):
    """Share and base with their arithmetic."""
    if s.component.base is None:
        return []
    line, steps, values = s.line, [], s.values
    amount = values.get("amount")
    whole = s.value(s.component.base_text)
    shown = s.shown(s.component.base_text)
    if line.share != 1:
        scaled = {**values, "amount": amount * line.share} if isinstance(amount, Decimal) else values
        linear = isinstance(amount, Decimal) and evaluate(s.plan.expand(s.component.base_text), scaled) == Fraction(whole) * Fraction(line.share)
        if isinstance(amount, Decimal):
            steps.append(s.step("share", "份额", "share", f"占 {percent(line.share)}" if s.zh else f"a share of {percent(line.share)}",
                                f"{number(amount)} × {percent(line.share)}", amount * line.share))
        shown = arithmetic(s.plan.expand(s.component.base_text), scaled, s.lang) if linear else f"({shown}) × {percent(line.share)}"
    steps.append(s.step("base", "基数", "base", str(s.component.base), shown, line.base))
    return steps


def _override(s):
    """The override that holds for the line, or None."""
    return next((part for part in s.component.overrides if s.value(part.when) and (part.first is None or s.line.day >= part.first)
                 and (part.last is None or s.line.day <= part.last)), None)


def _overridden(s, part):
    words = ("个别约定：" if s.zh else "agreed apart: ") + said(s.plan.expand(part.when), s.values, s.lang)
    if part.rate is not None:
        rate = s.value(part.rate)
        return [s.step("override", "约定", "override", words, f"{number(s.line.base)} × {percent(rate)}", Fraction(s.line.base) * rate)], Fraction(s.line.base) * rate
    value = Fraction(s.value(part.lump))
    return [s.step("override", "约定", "override", words, s.shown(part.lump), value)], value


def _taken(plan, line, zh):
    """What is taken back: the share of what the line before earned."""
    event, fact = line.fact.removeprefix("clawback ").split(" of ", 1)
    back = f"{event} 扣回 {fact} 的提成" if zh else f"{event} takes back the commission on {fact}"
    whole = line.share * (line.measured or ZERO)
    told = f"{number(line.measured or ZERO)} × {percent(line.share)}" if decimal(Fraction(whole), plan.settlement.places) == -line.earned else ""
    return Step("clawback", "扣回" if zh else "claw-back", f"{line.day} · {back}", told, line.earned, line.clause)


def _uplift(s):
    steps = []
    for part in s.component.uplift:
        if s.value(part.when):
            add = s.value(part.add)
            words = s.plan.expand(part.when)
            steps.append(s.step("uplift", "加点", "uplift", ("符合：" if s.zh else "holds: ") + said(words, s.values, s.lang),
                                f"{number(s.line.base)} × {percent(add)}", Fraction(s.line.base) * add))
    return steps


def _factors(s):
    steps = []
    for part in s.component.factor:
        if s.value(part.when):
            times = s.value(part.times)
            words = ("符合：" if s.zh else "holds: ") + said(s.plan.expand(part.when), s.values, s.lang) if part.when != "true" else \
                s.shown(part.times) if isinstance(part.times, str) else ""
            steps.append(s.step("factor", "系数", "factor", words, f"× {number(times)}"))
    return steps


def _summing(raw, full, plan, zh):
    if raw == Fraction(full):
        return ""
    exact = number(raw)
    unit = {2: ("分", "the fen"), 1: ("角", "the jiao"), 0: ("元", "the yuan"), -1: ("十元", "ten yuan"), -2: ("百元", "a hundred yuan")}.get(plan.settlement.places, ("分", "the fen"))
    how = {"half": ("四舍五入到", "rounded half up to"), "even": ("四舍六入五成双到", "rounded half even to"), "down": ("舍去到", "cut to"), "up": ("进到", "raised to")}[plan.settlement.way]
    return f"相加得 {exact}，{how[0]}{unit[0]}" if zh else f"sums to {exact}, {how[1]} {unit[1]}"


def _gate(s):
    gate, line = s.component.gate, s.line
    if gate.when:
        return s.step("gate", "门槛", "gate", ("没有满足：" if s.zh else "does not hold: ") + said(s.plan.expand(gate.when), s.values, s.lang), "", ZERO)
    if line.quota is None:
        return s.step("gate", "门槛", "gate", "没有目标，不计" if s.zh else "no quota: nothing", "", ZERO)
    share = percent(line.attainment.quantize(Decimal("0.0001"))) if line.attainment is not None else "—"
    least = percent(gate.at_least)
    return s.step("gate", "门槛", "gate", f"达成 {share}，没到 {least}，不计" if s.zh else f"attainment {share} is below {least}: nothing",
                  f"{number(line.measured)} ÷ {number(line.quota)}", ZERO)


def _after(component, line, zh):
    """Release, reserve, what is posted already, the difference."""
    steps = []
    released = line.earned if line.released is None else line.released
    if released != line.earned:
        steps.append(Step("released", "可发" if zh else "released", _released(component, zh), "", released, line.clause))
    if line.reserved and component is not None:
        keep = percent(component.reserve.keep) if component.reserve else ""
        words = ("返还的预留" if zh else "reserve returned") if line.reserved < 0 and line.day is None else \
            (f"预留 {keep}，{_refund(component, True)}" if zh else f"{keep} kept in reserve, {_refund(component, False)}")
        steps.append(Step("reserve", "预留" if zh else "reserve", words, f"{number(released)} × {keep}" if line.day else "", -line.reserved, line.clause))
    if line.posted_before or line.posted_reserved:
        steps.append(Step("posted", "已入账" if zh else "posted", "同一笔以前入账的" if zh else "posted before for the same line",
                          f"{number(line.earned)} − {number(line.posted_before)}", line.difference))
    steps.append(Step("payout", "应发" if zh else "payable", "", "", line.payout))
    return steps


def _released(component, zh):
    """What the payable part waits for, in words."""
    release = component.release if component is not None else None
    if release is not None and release.once:
        return f"“{release.once}”成立的那一期起发" if zh else f"payable from the first period in which {release.once}"
    if release is not None and release.at_most:
        return f"每期最多发 {release.at_most}，其余以后各期接着发" if zh else f"at most {release.at_most} a period, the rest in the periods after"
    return "到目前为止可以发的" if zh else "payable so far"


def _refund(component, zh):
    """When a reserve is paid back, in words."""
    rule = component.reserve.refund if component.reserve else "never"
    if rule == "never":
        return "不返还" if zh else "not returned"
    if rule == "year end" or rule.at == "year end":
        return "年底返还" if zh else "returned at year end"
    if rule.at:
        return ("季末返还" if rule.at == "quarter end" else "半年末返还") if zh else f"returned at {rule.at}"
    if rule.after:
        return f"{rule.after} 期后返还" if zh else f"returned {rule.after} periods later"
    return f"到 {rule.on} 返还" if zh else f"returned on {rule.on}"


def _gone(line, zh):
    if line.fact and line.fact.startswith("reserve "):
        return Step("fact", "预留账户" if zh else "reserve account", line.fact)
    return Step("fact", "事实" if zh else "fact", f"{line.fact} 已冲销或不再计提，已入账的收回" if zh
                else f"{line.fact} was reversed or no longer earns; what was posted comes back", "", line.earned)


__all__ = ["Explanation", "Step", "explain", "formula", "of_line", "rounded"]
