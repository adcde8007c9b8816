"""Why a line is what it is: sentences and pocket-calculator arithmetic, recomputed from what is printed, in zh and en."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import formula
from .plan import Flat, LumpPlusExcess, PerUnit, Tiers
from .settle import fen

ZERO = Decimal(0)
SIGNS = {"*": "×", "/": "÷", "+": "+", "-": "−", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}


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


def number(value, places=None):
    """1234.5 → 1,234.50; more decimals only where there are more."""
    if places is None:
        places = max(2, -value.normalize().as_tuple().exponent)
    return f"{value:,.{places}f}".replace("-", "−")


def percent(value):
    shown = format((value * 100).normalize(), "f")
    return f"{shown}%"


def explain(result, line_id, lang="zh"):
    """The Explanation of a line of a Result (or of lines read back with `engine.load_result`); KeyError when there is none."""
    line = next((x for x in result.lines if x.id == line_id), None)
    if line is None:
        raise KeyError(line_id)
    return of_line(result.plan, line, lang)


def of_line(plan, line, lang="zh"):
    """The Explanation of one line under its plan."""
    zh = lang.startswith("zh")
    component = next((c for c in plan.components if c.name == line.component), None)
    if component is None or (line.day is None and line.full_amount == 0 and not line.given):
        return Explanation(line.id, [_gone(line, zh), *_after(plan, component, line, zh)], line.earned)
    values = {k: _typed(v) for k, v in line.given.items()}
    steps = [_fact(line, values, zh), *_base(plan, component, line, values, zh)]
    slices, raw = _rates(plan, component, line, values, zh)
    steps += slices
    steps += _uplift(plan, component, line, values, zh)
    raw += line.base * line.uplift
    for part in component.factor:
        if formula.evaluate(plan.expand(part.when), values):
            steps.append(Step("factor", "系数" if zh else "factor", ("符合：" if zh else "holds: ") + said(part.when, values),
                              f"× {number(part.times)}", None, line.clause))
    raw *= line.factor
    per_line = plan.settlement.round.endswith("line")
    full = fen(raw) if per_line else formula.fixed(raw)
    steps.append(Step("earned", "应得" if zh else "earned", _summing(raw, full, per_line, zh), "", full, line.clause))
    amount = full
    if component.gate and not line.passed:
        share = percent(line.attainment.quantize(Decimal("0.0001"))) if line.attainment is not None else "—"
        least = percent(component.gate.at_least)
        steps.append(Step("gate", "门槛" if zh else "gate", f"达成 {share}，没到 {least}，不计" if zh else f"attainment {share} is below {least}: nothing",
                          f"{number(line.measured)} ÷ {number(line.quota)}", ZERO, line.clause))
        amount = ZERO
    if component.limit and component.limit.cap is not None and amount != line.earned:
        steps.append(Step("cap", "封顶" if zh else "cap", f"本期最多 {number(component.limit.cap)}" if zh
                          else f"at most {number(component.limit.cap)} a period", "", line.earned, line.clause))
        amount = line.earned
    return Explanation(line.id, steps + _after(plan, component, line, zh), amount)


def _typed(value):
    if value is None:
        return None
    if value in ("true", "false"):
        return value == "true"
    for read in (Decimal, date.fromisoformat):
        try:
            return read(value)
        except (ValueError, ArithmeticError):
            continue
    return value


def _fact(line, values, zh):
    amount = values.get("amount")
    where = line.fact if line.fact else line.fact_period
    return Step("fact", "事实" if zh else "fact", f"{line.day} · {where}" if line.day else str(where), "",
                amount if isinstance(amount, Decimal) else None)


def _base(plan, component, line, values, zh):
    """Share and base with their arithmetic."""
    if component.per_period:
        return [Step("base", "基数" if zh else "base", component.base or "", "", line.base)] if component.base else []
    steps = []
    amount = values.get("amount", ZERO)
    if line.share != 1:
        steps.append(Step("share", "份额" if zh else "share", f"占 {percent(line.share)}" if zh else f"a share of {percent(line.share)}",
                          f"{number(amount)} × {percent(line.share)}", amount * line.share, line.clause))
    shown = arithmetic(plan.expand(component.base or "0"), {**values, "amount": amount * line.share})
    steps.append(Step("base", "基数" if zh else "base", component.base or "", shown, line.base, line.clause))
    return steps


def _rates(plan, component, line, values, zh):
    """(steps, exact sum) of the rate table."""
    rate = component.rate
    if isinstance(rate, Tiers):
        rates = [formula.evaluate(plan.expand(text), values) for _edge, text in rate.table]
        return _marginal(rate, rates, line, zh) if rate.tiers == "marginal" else _whole(rate, rates, line, zh)
    if isinstance(rate, Flat):
        value = formula.evaluate(plan.expand(rate.flat), values)
        return [Step("rate", "比例" if zh else "rate", percent(value), f"{number(line.base)} × {percent(value)}", line.base * value, line.clause)], \
            line.base * value
    if isinstance(rate, PerUnit):
        each, count = formula.evaluate(plan.expand(rate.per_unit), values), formula.evaluate(plan.expand(rate.quantity), values) * line.share
        return [Step("rate", "按量" if zh else "per unit", f"{number(each)} × {number(count)}", "", each * count, line.clause)], each * count
    if isinstance(rate, LumpPlusExcess):
        before, after = _entitled(rate, line.before), _entitled(rate, line.after)
        return [Step("rate", "定额加超额" if zh else "lump + excess", f"累计 {number(line.after)} 应得 {number(after)}，之前已得 {number(before)}" if zh
                     else f"{number(line.after)} so far entitles to {number(after)}, before it {number(before)}",
                     f"{number(after)} − {number(before)}", after - before, line.clause)], after - before
    value = formula.evaluate(plan.expand(rate.lump), values)
    return [Step("rate", "定额" if zh else "lump", "", "", value, line.clause)], value


def edges_of(rate, quota):
    """The table's edges in yuan: as written, or × the quota for attainment."""
    return [edge * quota if rate.attainment else edge for edge, _rate in rate.table]


def _marginal(rate, rates, line, zh):
    edges, steps, raw = edges_of(rate, line.quota or ZERO), [], ZERO
    for place, (low, value) in enumerate(zip(edges, rates, strict=True)):
        high = edges[place + 1] if place + 1 < len(edges) else None
        inside = _within(line.after, low if place else None, high) - _within(line.before, low if place else None, high)
        if not inside:
            continue
        raw += inside * value
        top = number(high, 0) if high is not None else ""
        words = (f"{number(low, 0)} 到 {top}" if high is not None else f"{number(low, 0)} 以上") if zh \
            else (f"{number(low, 0)} to {top}" if high is not None else f"over {number(low, 0)}")
        steps.append(Step("slice", f"第 {place + 1} 档" if zh else f"band {place + 1}", f"{words} {percent(value)}",
                          f"{number(inside)} × {percent(value)}", inside * value, line.clause))
    return steps, raw


def _within(value, low, high):
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def _whole(rate, rates, line, zh):
    edges = edges_of(rate, line.quota or ZERO)
    reached = (lambda e: line.measured > e) if rate.edges == "upper inclusive" else (lambda e: line.measured >= e)
    place = max((i for i, e in enumerate(edges) if i == 0 or reached(e)), default=0)
    value = rates[place]
    words = f"{rate.measure} {number(line.measured or ZERO)}，到第 {place + 1} 档，全额 {percent(value)}" if zh \
        else f"{rate.measure} {number(line.measured or ZERO)} reaches band {place + 1}: {percent(value)} on all"
    return [Step("rate", "比例" if zh else "rate", words, f"{number(line.base)} × {percent(value)}", line.base * value, line.clause)], line.base * value


def _entitled(rate, total):
    best = ZERO
    for edge, lump, share in rate.lump_plus_excess:
        if total > edge or (total == edge and (rate.edges == "lower inclusive" or not edge)):
            best = lump + (total - edge) * share
    return best


def _uplift(plan, component, line, values, zh):
    steps = []
    for part in component.uplift:
        if formula.evaluate(plan.expand(part.when), values):
            add = formula.evaluate(plan.expand(part.add), values)
            steps.append(Step("uplift", "加点" if zh else "uplift", ("符合：" if zh else "holds: ") + said(part.when, values),
                              f"{number(line.base)} × {percent(add)}", line.base * add, line.clause))
    return steps


def _summing(raw, full, per_line, zh):
    if raw == full:
        return ""
    exact = number(raw.normalize())
    return f"相加得 {exact}，四舍五入到分" if zh else f"sums to {exact}, rounded half up to the fen"


def _after(plan, component, line, zh):
    """Reserve, what is posted already, the difference."""
    steps = []
    if line.reserved and component is not None:
        keep = percent(component.reserve.keep) if component.reserve else ""
        words = ("年底返还的预留" if zh else "reserve returned at year end") if line.reserved < 0 else \
            (f"预留 {keep}，年底返还" if zh else f"{keep} kept in reserve until year end")
        steps.append(Step("reserve", "预留" if zh else "reserve", words, f"{number(line.earned)} × {keep}" if line.reserved > 0 else "",
                          -line.reserved, line.clause))
    if line.posted_before or line.posted_reserved:
        steps.append(Step("posted", "已入账" if zh else "posted", "同一笔以前入账的" if zh else "posted before for the same line",
                          f"{number(line.earned)} − {number(line.posted_before)}", line.difference))
    steps.append(Step("payout", "应发" if zh else "payable", "", "", line.payout))
    return steps


def _gone(line, zh):
    if line.reserved < 0:
        return Step("fact", "预留账户" if zh else "reserve account", line.fact or "")
    return Step("fact", "事实" if zh else "fact", f"{line.fact} 已冲销或不再计提，已入账的收回" if zh
                else f"{line.fact} was reversed or no longer earns; what was posted comes back", "", line.earned)


def said(text, values):
    """A condition with the value of each name beside it: overdue_days 97 > 90."""
    shown = text
    names = [n for n in formula.parse(text).names() if n in values and not isinstance(values[n], bool)]
    for name in names:
        value = values[name]
        shown = shown.replace(name, f"{name} {format(value.normalize(), 'f') if isinstance(value, Decimal) else value}", 1)
    return shown


def arithmetic(node, values):
    """A formula with its numbers in place of names: 156,000.00 ÷ (1 + 0.13)."""
    op, args = node.op, node.args
    if op == "name":
        value = values.get(args[0])
        return number(value) if isinstance(value, Decimal) and abs(value) >= 1 else format(value.normalize(), "f") if isinstance(value, Decimal) \
            else str(value)
    if op == "percent":
        return percent(args[0])
    if op == "number":
        return format(args[0].normalize(), "f")
    if op in SIGNS:
        parts = [arithmetic(a, values) for a in args]
        parts = [f"({p})" if isinstance(a, formula.Node) and a.op in {"+", "-"} and op in {"*", "/"} else p for p, a in zip(parts, args, strict=True)]
        return f" {SIGNS[op]} ".join(parts)
    return f"{op}({', '.join(arithmetic(a, values) for a in args if isinstance(a, formula.Node))})"
