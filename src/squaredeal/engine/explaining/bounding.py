"""What a line comes to after the steps that depend on other lines: division, entitlement to date, caps and floors; computed again from those lines."""
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..formula.values import evaluate, rounded
from ..formula.wording import number
from ..plan.calendar import TO_DATE, name_of, start_of
from ..plan.fields import own_year
from ..plan.saying import to_date_of

ZERO = Fraction(0)
WINDOWS = {"fact": ("每笔", "each fact"), "deal": ("每单", "each deal"), "month": ("每月", "each month"), "quarter": ("每季", "each quarter"), "half": ("每半年", "each half year"),
           "year": ("每年", "each year"), "period": ("本期", "in the period"), "life": ("累计", "in all"), "year to date": ("年初至今", "year to date"),
           "half to date": ("半年初至今", "half year to date"), "quarter to date": ("季初至今", "quarter to date")}


class Unknown(Exception):
    """Another line that is needed is not at hand."""


def leans(plan, component):
    """Whether what a line of the component comes to depends on other lines: those `explain.of_line` then wants among."""
    return bool(component.split or component.all_limits or to_date_of(plan, component))


def bounded(s, amount, among, values_of):
    """(amount, [Step]) of a line; `among` are the lines of its run, `values_of(line)` what a line's formulas read."""
    if not leans(s.plan, s.component):
        return _payable(s, amount)
    own = [x for x in among if x.component == s.component.name and x.day is not None and not (x.fact or "").startswith("clawback ")]
    try:
        if not any(x.id == s.line.id for x in own):
            raise Unknown
        found, steps = _again(s, own, values_of)
        found, more = _payable(s, found)
        if found == s.line.earned:
            return found, steps + more
    except Unknown:
        pass
    return s.line.earned, [] if amount == s.line.earned else [_told(s, amount)]


def _payable(s, amount):
    """What of it is payable, where the rest is lost."""
    release = s.component.release
    if release is None or release.rest != "lost":
        return amount, []
    share = s.value(release.share)
    found = _exactly(rounded(Fraction(amount) * share, s.plan.settlement.places if s.plan.settlement.per_line else 8))
    if found == amount:
        return amount, []
    return found, [s.step("released", "计发", "payable part", s.shown(release.share), f"{number(amount)} × {s.shown(release.share)}", found)]


def _told(s, amount):
    """What the step did, where the other lines are not at hand."""
    if s.component.split:
        by, most = s.component.split.by, s.component.split.at_most
        again = "" if most is None else f"，每人最多 {most}，多出的其他人再分" if s.zh else f", at most {most} each, the rest shared out again"
        return s.step("split", "分配", "split", (f"按 {by} 分" if s.zh else f"divided by {by}") + again, "", s.line.earned)
    limits = s.component.all_limits
    if limits:
        return s.step("cap", *_named(limits), "；".join(_bound(s, limit) for limit in limits), "", s.line.earned)
    return s.step("before", "以前各期", "earlier periods", "年内累计应得减去以前各期" if s.zh else "entitled to date less earlier periods", "", s.line.earned)


def _again(s, own, values_of):
    """(amount, steps) from all lines of the component."""
    steps, amounts = [], {x.id: Fraction(x.full_amount) if x.passed else ZERO for x in own}
    if s.component.split:
        words, amounts = _divided(s, own, amounts, values_of)
        steps.append(s.step("split", "分配", "split", f"按 {s.component.split.by} 分" if s.zh else f"divided by {s.component.split.by}", words, amounts[s.line.id]))
    mine = sorted((x for x in own if x.payee == s.line.payee), key=lambda x: (x.day, len(x.fact or ""), x.fact or "", x.source))
    to_date = to_date_of(s.plan, s.component)
    if to_date:
        amounts, before = _since(s, mine, amounts, to_date)
        if before:
            steps.append(s.step("before", "以前各期", "earlier periods", "年内累计应得减去以前各期" if s.zh else "entitled to date less earlier periods",
                                f"{number(amounts[s.line.id] + before)} − {number(before)}", amounts[s.line.id]))
    for limit in s.component.all_limits:
        before = amounts[s.line.id]
        amounts, words = _limited(s, limit, mine, amounts, values_of)
        if amounts[s.line.id] != before:
            steps.append(s.step("cap", *_named([limit]), _bound(s, limit), words, amounts[s.line.id]))
    return _exactly(amounts[s.line.id]), steps


def _divided(s, own, amounts, values_of):
    """Each member's part by coefficients, to the unit; what is left goes to the largest fractions, then by name."""
    if s.component.split.within not in ("fact", "everybody") or s.component.split.at_most is not None:
        raise Unknown
    unit = Fraction(10) ** -s.plan.settlement.places if s.plan.settlement.per_line else Fraction(1, 10**8)
    groups, tree, words, found = defaultdict(list), s.plan.expand(s.component.split.by), "", {}
    for x in own:
        groups[x.fact if s.component.split.within == "fact" else x.fact_period].append(x)
    for members in groups.values():
        weights = {x.id: Fraction(evaluate(tree, values_of(x)) or 0) for x in members}
        every = sum(weights.values())
        if not every:
            raise Unknown
        parts = {x.id: abs(amounts[x.id]) / unit * weights[x.id] / every for x in members}
        whole = {key: part.numerator // part.denominator for key, part in parts.items()}
        left = int(abs(amounts[members[0].id]) / unit) - sum(whole.values())
        for x in sorted(members, key=lambda x: (-(parts[x.id] - whole[x.id]), x.payee))[:left]:
            whole[x.id] += 1
        for x in members:
            found[x.id] = whole[x.id] * unit * (1 if amounts[x.id] >= 0 else -1)
            if x.id == s.line.id:
                words = f"{number(amounts[x.id])} × {number(weights[x.id], 0 if weights[x.id].denominator == 1 else None)} ÷ {number(every, 0 if every.denominator == 1 else None)}"
    return words, found


def _since(s, mine, amounts, kind):
    """What each line adds to the entitlement of the line before it in the same year, half or quarter."""
    found, last, before = {}, {}, ZERO
    for x in mine:
        key = (x.source, "" if kind == "life" else start_of(kind, x.day, s.plan.year_starts))
        if x.id == s.line.id:
            before = last.get(key, ZERO)
        reached = max(amounts[x.id], last.get(key, amounts[x.id])) if s.component.falling == "kept" else amounts[x.id]
        found[x.id] = reached - last.get(key, ZERO)
        last[key] = reached
    return {**amounts, **found}, before


def _limited(s, limit, mine, amounts, values_of):
    """The amounts after a cap and a floor on the running sum of each window, and the arithmetic of this line."""
    cap, floor = (None if v is None else s.plan.expand(str(v)) for v in (limit.cap, limit.floor))
    windows, found, words = defaultdict(list), {}, ""
    for x in mine:
        windows[_window(s, limit.window, x), limit.per and x.given.get(limit.per)].append(x)
    for members in windows.values():
        run = ZERO
        for place, x in enumerate(members):
            before, run = run, run + amounts[x.id]
            after = run
            if cap is not None:
                top = evaluate(cap, values_of(x))
                before, after = min(before, top), min(after, top)
            if floor is not None and place + 1 == len(members):
                after = max(after, evaluate(floor, values_of(x)))
            found[x.id] = after - before
            if x.id == s.line.id:
                words = f"{number(after)} − {number(before)}" if before else ""
    return {**amounts, **found}, words


def _window(s, kind, line):
    if kind in ("fact", "period"):
        return line.fact or line.fact_period if kind == "fact" else line.fact_period
    if kind == "deal":
        return line.given.get("deal", line.fact)
    kind = TO_DATE.get(kind, kind)
    if kind == "life":
        return ""
    if own_year(kind):
        since = date.fromisoformat(str(line.given[own_year(kind)]))
        return line.day.year - ((line.day.month, line.day.day) < (since.month, since.day))
    if kind not in ("month", "quarter", "half", "year"):
        raise Unknown
    return name_of(kind, line.day, s.plan.year_starts)


def _named(limits):
    return ("封顶保底", "limit") if any(limit.floor is not None for limit in limits) else ("封顶", "limit")


def _bound(s, limit):
    """What one cap and floor say."""
    where = WINDOWS.get(limit.window, (limit.window, limit.window))[0 if s.zh else 1]
    cap, floor = (s.value(v) if v is not None else None for v in (limit.cap, limit.floor))
    words = ([f"最多 {number(cap)}" if s.zh else f"at most {number(cap)}"] if cap is not None else []) + \
        ([f"至少 {number(floor)}" if s.zh else f"at least {number(floor)}"] if floor is not None else [])
    return (where if s.zh else f"{where} ") + ("，" if s.zh else ", ").join(words)


def _exactly(value):
    value = Fraction(value) * 10**8
    return Decimal(value.numerator // value.denominator).scaleb(-8)
