"""Why a line is what it is: sentences and pocket-calculator arithmetic, recomputed from what is printed, in zh and en."""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ..formula import formula
from ..formula.values import decimal, evaluate, rounded
from ..formula.wording import arithmetic, bracketed, exactly, number, percent, plain
from . import bounding, rating, releasing
from .said import Said, Step, read

ZERO = Decimal(0)


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
        return Explanation(line.id, [releasing.gone(line, zh), *releasing.after(plan, component, line, zh)], line.earned)
    if line.taken_back:
        return Explanation(line.id, [releasing.taken(plan, line, zh), *releasing.after(plan, component, line, zh)], line.earned)
    values = read(plan, line.given)
    said_by = Said(plan, component, line, values, zh)
    steps = [_fact(line, values, zh), *_counting(said_by), *_base(said_by)]
    if component.gate and component.gate.attainment_of and not line.passed and line.quota is None:
        return Explanation(line.id, [*steps, _gate(said_by), *releasing.after(plan, component, line, zh)], ZERO)
    special = _override(said_by)
    more, raw = _overridden(said_by, special) if special else rating.steps(said_by)
    steps += more
    sums = _added(more)
    if special is None or special.replaces == "rate":
        added, factors = _uplift(said_by), _factors(said_by)
        steps += added + factors
        sums = _summed([*sums, *(number(step.amount) for step in added)], [step.arithmetic for step in factors])
        raw = (raw + (Fraction(line.base) * Fraction(line.uplift) if component.base is not None else 0)) * Fraction(line.factor)
    places = plan.settlement.places if plan.settlement.per_line else 10
    full = _rounded(raw, plan, places)
    steps.append(Step("earned", "应得" if zh else "earned", _summing(raw, full, plan, zh), sums if isinstance(sums, str) else _summed(sums, []), full, line.clause))
    amount = full
    if component.gate and not line.passed:
        steps.append(_gate(said_by))
        amount = ZERO
    amount, more = bounding.bounded(said_by, amount, among, lambda x: read(plan, x.given))
    return Explanation(line.id, steps + more + releasing.after(plan, component, line, zh), amount)


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
    label = ("事实" if zh else "fact") if line.fact else ("期间" if zh else "period")
    return Step("fact", label, f"{line.day} · {where}{who}" if line.fact else f"{where}{who}", told,
                amount if isinstance(amount, Decimal) else None)


def _counting(s):
    """Why the fact counts, or the person in the period: the condition the component names."""
    text = s.component.where
    if not text or text == "true":
        return []
    return [s.step("where", "条件", "condition", s.condition(text))]


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
        shown = arithmetic(s.plan.expand(s.component.base_text), scaled, s.lang) if linear else f"{s.factor(s.component.base_text)} × {percent(line.share)}"
    words, why = s.spoken(s.component.base_text), s.because(s.component.base_text)
    steps.append(s.step("base", "基数", "base", why if why.startswith((f"{words}：", f"{words}: ")) else s.joined(words, why), shown, line.base))
    return steps


def _override(s):
    """The override that holds for the line, or None."""
    return next((part for part in s.component.overrides if s.value(part.when) and (part.first is None or s.line.day >= part.first)
                 and (part.last is None or s.line.day <= part.last)), None)


def _overridden(s, part):
    words = ("个别约定：" if s.zh else "special agreement: ") + s.condition(part.when)
    if part.rate is not None:
        rate = s.value(part.rate)
        return [s.step("override", "约定", "override", words, f"{number(s.line.base)} × {bracketed(percent(rate))}", Fraction(s.line.base) * rate)], Fraction(s.line.base) * rate
    value = Fraction(s.value(part.lump))
    return [s.step("override", "约定", "override", words, s.shown(part.lump), value)], value


def _uplift(s):
    steps = []
    for part in s.component.uplift:
        if s.value(part.when):
            add = s.value(part.add)
            shown = s.shown(part.add)
            words = s.joined(_holds(s, part.when), s.because(part.add), f"{shown} = {s.rate(add)}" if " " in shown else "")
            steps.append(s.step("uplift", "加点", "uplift", words, f"{number(s.line.base)} × {bracketed(s.rate(add))}", Fraction(s.line.base) * add))
    return steps


def _factors(s):
    steps = []
    for part in s.component.factor:
        if s.value(part.when):
            times = s.value(part.times)
            shown = s.shown(part.times) if isinstance(part.times, str) else ""
            words = s.joined(_holds(s, part.when), s.because(part.times), f"{shown} = {s.figure(times)}" if " " in shown or "(" in shown else "") or _named(s, part.times)
            ends = Fraction(exactly(times)) == Fraction(times)
            steps.append(s.step("factor", "系数", "factor", words, f"× {bracketed(plain(times)) if ends or not shown else f'({shown})'}"))
    return steps


def _named(s, text):
    """The name that a factor takes, where it is one of the plan's own; what a table of that name was read by is told beside it."""
    name = s.spoken(text)
    return name if str(text) in s.plan.tables or name != s.shown(text) else ""


def _holds(s, when):
    return "" if when == "true" else ("符合：" if s.zh else "met: ") + s.condition(when)


def _added(steps):
    """What the steps of the rate add up, as written: the last by itself, or each band's part."""
    alone = [step for step in steps if step.name in ("rate", "override")]
    return [number(step.amount) for step in alone[-1:] or [step for step in steps if step.name == "slice" and step.arithmetic]]


def _summed(addends, factors):
    """Addends and factors as one line of arithmetic; "" where there is nothing to do."""
    if len(addends) < 2 and not factors:
        return ""
    whole = " + ".join([*addends[:1], *map(bracketed, addends[1:])]) or number(0)
    return " ".join([f"({whole})" if len(addends) > 1 and factors else whole, *factors])


UNITS = {2: ("分", "the fen"), 1: ("角", "the jiao"), 0: ("元", "the yuan"), -1: ("十元", "ten yuan"), -2: ("百元", "a hundred yuan")}
HOW = {"half": ("四舍五入", "rounded to"), "even": ("四舍六入五成双", "rounded, halves to the even digit, to"), "down": ("舍去", "rounded down to"), "up": ("进位", "rounded up to")}


def _summing(raw, full, plan, zh):
    if raw == Fraction(full):
        return ""
    places = plan.settlement.line_places
    unit = UNITS.get(places) if plan.currency == "CNY" else None
    unit = unit or ((f"{places} 位小数", f"{places} decimals") if places > 0 else ("整数", "whole units") if not places else (f"{10 ** -places} 的整数倍", f"multiples of {10 ** -places}"))
    how = HOW[plan.settlement.way] if plan.settlement.per_line else HOW["half"]
    return f"{number(raw)} {how[0]}到{unit[0]}" if zh else f"{number(raw)} {how[1]} {unit[1]}"


def _gate(s):
    gate, line = s.component.gate, s.line
    if gate.when:
        return s.step("gate", "门槛", "gate", ("没有满足：" if s.zh else "not met: ") + s.condition(gate.when), "", ZERO)
    if line.quota is None:
        return s.step("gate", "门槛", "gate", "没有目标，不计" if s.zh else "there is no quota, so nothing", "", ZERO)
    share = s.rate(Fraction(line.measured) / Fraction(line.quota)) if line.quota and line.measured is not None else "—"
    least = percent(gate.at_least)
    sums = f"{number(line.measured)} ÷ {number(line.quota)} = {share}" if not share.startswith(("约", "about")) else f"{number(line.measured)} ÷ {number(line.quota)}，{share}"
    return s.step("gate", "门槛", "gate", f"{gate.attainment_of} 的达成率 {sums}，没到 {least}，不计" if s.zh else f"attainment of {gate.attainment_of} {sums.replace('，', ', ')} is below {least}, so nothing", "", ZERO)


__all__ = ["Explanation", "Step", "explain", "formula", "of_line", "rounded"]
