"""What a line comes to after the steps that depend on other lines: division, entitlement to date, caps and floors; computed again from those lines."""
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..formula.naming import UNITS, column
from ..formula.values import evaluate, rounded
from ..formula.wording import less, number, plain
from ..plan.calendar import TO_DATE, anniversary_of, name_of, start_of
from ..plan.fields import own_year
from ..plan.paired import TOGETHER
from ..plan.rolling import counts_periods, kept, number_of, rolling
from ..plan.saying import to_date_of

ZERO = Fraction(0)
WINDOWS = {"fact": ("每笔", "each fact"), "deal": ("每单", "each deal"), "month": ("每月", "each month"), "quarter": ("每季", "each quarter"), "half": ("每半年", "each half year"),
           "year": ("每年", "each year"), "period": ("本期", "in the period"), "life": ("累计", "in all"), "year to date": ("年初至今", "year to date"),
           "half to date": ("半年初至今", "half year to date"), "quarter to date": ("季初至今", "quarter to date")}


SINCE = {"year": ("年初至今", "in the year so far"), "half": ("半年初至今", "in the half year so far"), "quarter": ("季初至今", "in the quarter so far"), "life": ("至今", "so far")}


class Unknown(Exception):
    """Another line that is needed is not at hand."""


def leans(plan, component):
    """Whether what a line of the component comes to depends on other lines: those `explain.of_line` then wants among."""
    return bool(component.split or component.all_limits or to_date_of(plan, component))


def bounded(s, amount, among, values_of):
    """(amount, [Step]) of a line; `among` are the lines of its run, `values_of(line)` what a line's formulas read."""
    if not leans(s.plan, s.component):
        return _payable(s, amount)
    own = [x for x in among if x.component == s.component.name and x.day is not None and x.taken_back is None]
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
    found = _exactly(rounded(Fraction(amount) * share, s.plan.settlement.line_places))
    if found == amount:
        return amount, []
    return found, [s.step("released", "计发", "payable part", s.shown(release.share), f"{number(amount)} × {s.shown(release.share)}", found)]


def _told(s, amount):
    """What the step did, where the other lines are not at hand."""
    if s.component.split:
        return s.step("split", "分配", "split", _by(s) + _again_shared(s), "", s.line.earned)
    limits = s.component.all_limits
    if limits:
        sums = _less_before(s, limits[0], amount) if len(limits) == 1 else ""
        return s.step("cap", *_named(limits), s.joined(*(_bound(s, limit, bool(sums)) for limit in limits)), sums, s.line.earned)
    return _earlier(s, Fraction(amount), Fraction(s.line.earned))


def _less_before(s, limit, amount):
    """The cap (or floor) that held less what the window had before, which is what of it the line did not get; "" where it had nothing, or the window moves on."""
    text = limit.cap if amount > s.line.earned else limit.floor
    if text is None or rolling(limit.window):
        return ""
    bound = Fraction(s.value(text))
    before = bound - Fraction(s.line.earned)
    return less(bound, before) if before else ""


def _earlier(s, reached, earned):
    """What is entitled to so far less what earlier periods earned."""
    window = SINCE.get(to_date_of(s.plan, s.component), ("至今", "so far"))[not s.zh]
    if s.component.falling == "kept" and not earned:
        words = f"{window}应得没有超过以前最高的，以前的不收回" if s.zh else f"{window} no more is earned than the highest before; what was earned stays"
        return s.step("before", "以前各期", "earlier periods", words, "", earned)
    words = f"{window}应得减去以前各期" if s.zh else f"earned {window}, less earlier periods"
    return s.step("before", "以前各期", "earlier periods", words, less(reached, reached - earned), earned)


def _again(s, own, values_of):
    """(amount, steps) from all lines of the component."""
    steps, amounts = [], {x.id: Fraction(x.full_amount) if x.passed else ZERO for x in own}
    if s.component.split:
        words, odd, amounts = _divided(s, own, amounts, values_of)
        steps.append(s.step("split", "分配", "split", _by(s) + _again_shared(s) + _odd(s, odd), words, amounts[s.line.id]))
    mine = sorted((x for x in own if x.payee == s.line.payee), key=lambda x: (x.day, len(x.fact or ""), x.fact or "", x.source))
    to_date = to_date_of(s.plan, s.component)
    if to_date:
        amounts, before = _since(s, mine, amounts, to_date)
        if before:
            steps.append(_earlier(s, amounts[s.line.id] + before, amounts[s.line.id]))
    for limit in s.component.all_limits:
        before = amounts[s.line.id]
        amounts, words = _limited(s, limit, mine, amounts, values_of)
        if amounts[s.line.id] != before:
            steps.append(s.step("cap", *_named([limit]), _bound(s, limit, bool(words)), words, amounts[s.line.id]))
    return _exactly(amounts[s.line.id]), steps


def _divided(s, own, amounts, values_of):
    """Each member's part by coefficients, to the unit; what is left goes to the largest fractions, then by name."""
    unit = Fraction(10) ** -s.plan.settlement.line_places
    groups, tree, words, found = defaultdict(list), s.plan.expand(s.component.split.by), "", {}
    odd = False
    most = None if s.component.split.at_most is None else s.plan.expand(s.component.split.at_most)
    for x in own:
        groups[x.fact if s.component.split.within == "fact" else (x.fact_period, x.id.rpartition("|")[2], amounts[x.id])].append(x)
    for members in groups.values():
        weights = {x.id: Fraction(evaluate(tree, values_of(x)) or 0) for x in members}
        every = sum(weights.values())
        if not every:
            raise Unknown
        capped = {} if most is None else _capped(abs(amounts[members[0].id]), weights, {x.id: Fraction(evaluate(most, values_of(x)) or 0) for x in members})
        pool = abs(amounts[members[0].id]) - sum(capped.values())
        every -= sum(weights[key] for key in capped)
        parts = {x.id: capped[x.id] / unit if x.id in capped else pool / unit * weights[x.id] / (every or 1) for x in members}
        whole = {key: part.numerator // part.denominator for key, part in parts.items()}
        left = int(round(sum(parts.values()))) - sum(whole.values())
        for x in sorted(members, key=lambda x: (-(parts[x.id] - whole[x.id]), x.payee))[:left]:
            whole[x.id] += 1
        for x in members:
            found[x.id] = whole[x.id] * unit * (1 if amounts[x.id] >= 0 else -1)
            if x.id == s.line.id:
                total = number(amounts[x.id]) if not capped else f"({' − '.join(map(number, (amounts[x.id], *capped.values())))})"
                words = "" if x.id in capped else f"{total} × {plain(weights[x.id])} ÷ {plain(every)}"
                odd = rounded(parts[x.id]) != whole[x.id]
    return words, odd, found


def _capped(pool, weights, most):
    """{who has as much as one may have: that much}, what exceeds it shared out again among the others until nobody is over."""
    found = {}
    while True:
        rest = {key: weight for key, weight in weights.items() if key not in found}
        every = sum(rest.values())
        over = [key for key, weight in rest.items() if weight and (pool - sum(found.values())) * weight / every > most[key]] if every else []
        if not over:
            return found
        found |= {key: most[key] for key in over}


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
    if rolling(limit.window):
        return _rolled(s, limit, mine, amounts, values_of, cap)
    for x in mine:
        windows[_window(s, limit.window, x), limit.per and x.given.get(limit.per)].append(x)
    for members in windows.values():
        run, highest = ZERO, None
        for place, x in enumerate(members):
            before, run = run, run + amounts[x.id]
            after = run
            if cap is not None:
                top = evaluate(cap, values_of(x))
                highest = top if highest is None else highest
                before, after, highest = min(before, top, highest), min(after, top), max(highest, top)
            if floor is not None and place + 1 == len(members):
                after = max(after, evaluate(floor, values_of(x)))
            found[x.id] = after - before
            if x.id == s.line.id:
                words = less(after, before) if before else ""
    return {**amounts, **found}, words


def _rolled(s, limit, mine, amounts, values_of, cap):
    """The amounts after a cap on any so many months together, and the arithmetic of this line: what those before it in them leave of the cap, shared by its month's lines in order."""
    if counts_periods(s.plan, limit.window):
        raise Unknown
    apart, found, words = defaultdict(lambda: defaultdict(list)), {}, ""
    for x in mine:
        apart[limit.per and x.given.get(limit.per)][number_of(s.plan, limit.window, x.day)].append(x)
    for months in apart.values():
        sums = {place: (sum(amounts[x.id] for x in several), Fraction(evaluate(cap, values_of(several[-1])))) for place, several in months.items()}
        left, run = kept(sums, rolling(limit.window)[0]), defaultdict(Fraction)
        for place, several in months.items():
            for x in several if left[place] < sums[place][0] else ():
                before, run[place] = run[place], run[place] + amounts[x.id]
                found[x.id] = min(run[place], left[place]) - min(before, left[place])
                most, share = sums[place][1], run[place] >= left[place] > before >= 0
                if x.id == s.line.id and share and most >= left[place] > 0:
                    words = " − ".join(number(part) for part in (most, most - left[place], before) if part)
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
        return anniversary_of(date.fromisoformat(str(line.given[own_year(kind)])), line.day)
    if kind not in ("month", "quarter", "half", "year"):
        raise Unknown
    return name_of(kind, line.day, s.plan.year_starts)


def _by(s):
    """What a sum is divided by, with this person's own."""
    by = s.component.split.by
    words, shown = s.spoken(by), s.shown(by)
    own = "" if words == shown else f"，本人 {shown}" if s.zh else f", here {shown}"
    return (f"按 {words} 分" if s.zh else f"shared out by {words}") + own


def _again_shared(s):
    most = s.component.split.at_most
    if most is None:
        return ""
    words, shown = s.spoken(most), s.shown(most)
    own = "" if words == shown else f"，本人 {shown}" if s.zh else f", here {shown}"
    return f"，每人最多 {words}{own}，多出的其他人再分" if s.zh else f", at most {words} each{own}, and the rest is shared out again"


def _odd(s, odd):
    """That the smallest unit left over by rounding went here or elsewhere."""
    return "" if not odd else "，除不尽的零头先给小数大的" if s.zh else ", and what rounding leaves goes to the largest fractions"


def _named(limits):
    caps, floors = any(limit.cap is not None for limit in limits), any(limit.floor is not None for limit in limits)
    return ("封顶保底", "limit") if caps and floors else ("封顶", "limit") if caps else ("保底", "limit")


def _bound(s, limit, before=False):
    """What one cap and floor say, and whether the window had some before."""
    kind = rolling(limit.window)
    where = WINDOWS.get(limit.window, (limit.window, limit.window))[0 if s.zh else 1]
    if own_year(limit.window):
        where = f"从{column(own_year(limit.window), 'zh')}起的每一年" if s.zh else f"in each year from the {column(own_year(limit.window), 'en')} on"
    elif kind:
        where = f"任意连续 {kind[0]} {UNITS[kind[1]]}" if s.zh else f"in any {limit.window.removeprefix('last ')}"
    if limit.per:
        where += f"每个{'、'.join(column(p, 'zh') for p in limit.per.split(TOGETHER))}" if s.zh else f" for each {', '.join(column(p, 'en') for p in limit.per.split(TOGETHER))}"
    cap, floor = (s.value(v) if v is not None else None for v in (limit.cap, limit.floor))
    words = ([f"最多 {number(cap)}" if s.zh else f"at most {number(cap)}"] if cap is not None else []) + \
        ([f"至少 {number(floor)}" if s.zh else f"at least {number(floor)}"] if floor is not None else [])
    told = (where if s.zh else f"{where}, ") + ("，" if s.zh else ", ").join(words)
    return told + ("，减去此前已算的" if s.zh else ", less what was counted before") if before else told


def _exactly(value):
    value = Fraction(value) * 10**8
    return Decimal(value.numerator // value.denominator).scaleb(-8)
