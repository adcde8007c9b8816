"""The rate of a line said and recomputed: flat, tiers, lumps, differences; [steps] and the exact sum. What a table is read by is `reading.py`'s."""
from fractions import Fraction

from ..formula.wording import bracketed, less, number, plain
from ..plan.plan import Flat, Grid, Lookup, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, ShareOfWeaker, Tiers
from ..plan.saying import by_text, same_as_base, window_of
from . import reading

TOTALS = {"fact": ("", ""), "deal": ("这一单", "on the deal"), "month": ("当月", "in the month"), "quarter": ("当季", "in the quarter"), "half": ("半年", "in the half year"),
          "year": ("当年", "in the year"), "period": ("本期", "in the period"), "life": ("", ""), "year to date": ("年初至今", "in the year so far"),
          "half to date": ("半年初至今", "in the half year so far"), "quarter to date": ("季初至今", "in the quarter so far"), "life to date": ("", "")}


def steps(s):
    """([Step], exact sum before uplift and factor) of a line; `s` is a `said.Said`."""
    rate = s.component.rate
    if isinstance(rate, Tiers):
        return _marginal(s, rate) if rate.tiers == "marginal" else reading.banded(s, rate)
    if isinstance(rate, Grid):
        return reading.linear(s, rate) if rate.grid == "linear" else reading.banded(s, rate)
    if isinstance(rate, Matrix):
        return reading.matrix(s, rate)
    if isinstance(rate, LumpPlusExcess):
        return _lump(s, rate)
    if isinstance(rate, Lookup):
        return reading.looked_up(s, rate)
    if isinstance(rate, Flat):
        return _flat(s, rate)
    share = Fraction(s.line.share)
    if isinstance(rate, PerUnit):
        each, count = s.value(rate.per_unit), s.value(rate.quantity)
        return [s.step("rate", "按量", "per unit", s.because(rate.per_unit), f"{number(each)} × {plain(count)}{_shared(s)}", each * count * share)], each * count * share
    if isinstance(rate, ShareOfDifference):
        return _difference(s, rate, share)
    if isinstance(rate, ShareOfWeaker):
        return _weaker(s, rate)
    value = s.value(rate.lump)
    shown = s.factor(rate.lump) + _shared(s) if share != 1 else s.shown(rate.lump)
    return [s.step("rate", "定额", "lump", s.joined(s.because(rate.lump), s.differential(rate.lump)[0]), shown, value * share)], value * share


def _shared(s):
    return "" if s.line.share == 1 else f" × {s.rate(s.line.share)}"


def _flat(s, rate):
    value, shown, told = s.value(rate.flat), s.shown(rate.flat), s.rated(s.value(rate.flat))
    above, alone = s.differential(rate.flat)
    words = told if " " not in shown and "(" not in shown else f"{above}{'：' if s.zh else ': '}{told}" if alone else s.joined(above, f"{shown} = {told}")
    return [s.step("rate", "比例", "rate", s.joined(s.because(rate.flat), words), reading.times(s, value, s.factor(rate.flat)), reading.on_base(s, value))], reading.on_base(s, value)


def edges_of(rate, quota):
    """The table's edges: as written, or × the quota for attainment."""
    return [Fraction(edge) * Fraction(quota) if rate.attainment else Fraction(edge) for edge, _rate in rate.table]


def _marginal(s, rate):
    line = s.line
    if rate.attainment and line.quota is None:
        return reading.missing(s, rate)
    edges, found, raw = edges_of(rate, line.quota or 0), [], Fraction(0)
    end = None if rate.end is None or rate.beyond == "last row" else Fraction(rate.end) * (Fraction(line.quota or 0) if rate.attainment else 1)
    own = same_as_base(s.plan, s.component)
    running = not own and s.plan.measures[rate.measure].onward
    after, before = (Fraction(line.after), Fraction(line.before)) if own or running else (Fraction(line.measured or 0), Fraction(0))
    if before:
        found.append(_sofar(s, before, after))
    for place, (low, text) in enumerate(zip(edges, (v for _e, v in rate.table), strict=True)):
        high = edges[place + 1] if place + 1 < len(edges) else end
        bottom = low if place or not (own or running) else None
        upto, since = _within(after, bottom, high), _within(before, bottom, high)
        if not upto - since:
            continue
        value = s.value(text)
        raw += (upto - since) * value
        words = (f"{plain(low)} 到 {plain(high)}" if high is not None else f"{plain(low)} 以上") if s.zh \
            else (f"{plain(low)} to {plain(high)}" if high is not None else f"over {plain(low)}")
        part = number(upto - since) if (since, upto) == (before, after) or not since else f"({less(upto, since)})"
        found.append(s.step("slice", f"第 {place + 1} 档", f"band {place + 1}", s.joined(f"{words}：{s.rated(value)}" if s.zh else f"{words}: {s.rated(value)}", s.because(text)),
                            f"{part} × {s.rated(value)}", (upto - since) * value))
    if end is not None and after > end:
        found.append(s.step("slice", "超出", "beyond", f"{plain(end)} 以上不计" if s.zh else f"nothing beyond {plain(end)}", "", 0))
    if own:
        return found, raw
    if running and after == before:
        place = max((i for i, e in enumerate(edges) if i == 0 or after > e or (after == e and rate.edges == "lower inclusive")), default=0)
        average = s.value(rate.table[place][1])
        found.append(s.step("rate", f"第 {place + 1} 档", f"band {place + 1}", s.rated(average), reading.times(s, average), reading.on_base(s, average)))
        return found, reading.on_base(s, average)
    after -= before if running else 0
    average = raw / after if after else Fraction(0)
    if Fraction(line.base) == after:
        return found, raw
    words = f"{number(after)} 按档得 {number(raw)}，这一行按 {number(line.base)} 分" if s.zh else f"{number(after)} earns {number(raw)} in the bands, and this line is {number(line.base)} of it"
    found.append(s.step("rate", "平均比例", "average rate", words, f"{number(line.base)} × {bracketed(number(raw))} ÷ {number(after)}" if after else "", reading.on_base(s, average)))
    return found, reading.on_base(s, average)


def _sofar(s, before, after):
    """What the table has moved by before this line, and with it."""
    window = TOTALS.get(window_of(s.plan, s.component), ("", ""))[not s.zh]
    words = f"{window}此前 {number(before)}，加上这一笔" if s.zh else f"{number(before)} before this line{f' {window}' if window else ''}, then with it"
    return s.step("running", "累计", "so far", words, f"{number(before)} {'+' if after >= before else '−'} {number(abs(after - before))} = {number(after)}")


def _within(value, low, high):
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def _lump(s, rate):
    line = s.line
    own = same_as_base(s.plan, s.component)
    now, earlier = (Fraction(line.after), Fraction(line.before)) if own else (Fraction(s.value(by_text(rate))), Fraction(0))
    after, before = entitlement(rate, now), entitlement(rate, earlier) if earlier else Fraction(0)
    name = (TOTALS.get(window_of(s.plan, s.component), ("", ""))[0] + "累计" if s.zh else "the total") if own else s.spoken(by_text(rate))
    if not before:
        return [s.step("rate", "定额加超额", "lump + excess", f"{name} {number(now)}", _entitled(rate, now), after)], after
    words = f"{name} {number(now)} 得 {_entitled(rate, now)} = {number(after)}，此前 {number(earlier)} 得 {_entitled(rate, earlier)} = {number(before)}" if s.zh \
        else f"{name} {number(now)} earns {_entitled(rate, now)} = {number(after)}; {number(earlier)} before it earned {_entitled(rate, earlier)} = {number(before)}"
    return [s.step("rate", "定额加超额", "lump + excess", words, less(after, before), after - before)], after - before


def _reached(rate, total):
    return [row for row in rate.lump_plus_excess if total > row[0] or (total == row[0] and rate.edges == "lower inclusive")]


def _entitled(rate, total):
    """The lump and the excess with their numbers."""
    reached = _reached(rate, total)
    if not reached:
        return number(0)
    edge, lump, share = reached[-1]
    over = f"{number(total)} × {_percent(share)}" if not edge else f"({less(total, edge)}) × {_percent(share)}"
    if not share:
        return number(lump)
    return f"{number(lump)} + {over}" if lump else over


def _percent(share):
    return bracketed(f"{plain(Fraction(share) * 100)}%")


def entitlement(rate, total):
    """Lump of the band reached plus the rate on the excess over its edge."""
    reached = _reached(rate, total)
    return Fraction(reached[-1][1]) + (total - Fraction(reached[-1][0])) * Fraction(reached[-1][2]) if reached else Fraction(0)


def _difference(s, rate, share):
    of, over = s.value(rate.of), s.value(rate.over)
    gap = max(of - over, Fraction(0))
    count, net, part = s.value(rate.quantity), s.value(rate.net_of), s.value(rate.share_of_difference)
    total = gap * count / net * part * share
    if of <= over:
        words = f"{_beside(s, rate.of)} 不高于 {_beside(s, rate.over)}，不计" if s.zh else f"{_beside(s, rate.of)} does not exceed {_beside(s, rate.over)}, so nothing"
        return [s.step("rate", "差价分成", "share of the difference", words, "", total)], total
    divided = f" ÷ {s.factor(rate.net_of)}" if rate.net_of != "1" else ""
    sums = f"({s.shown(rate.of)} − {s.factor(rate.over)}) × {plain(count)}{divided} × {s.rate(part)}{_shared(s)}"
    words = f"{s.spoken(rate.of)} 高于 {s.spoken(rate.over)} 的部分分 {s.rate(part)}" if s.zh else f"{s.rate(part)} of the excess of {s.spoken(rate.of)} over {s.spoken(rate.over)}"
    return [s.step("rate", "差价分成", "share of the difference", words, sums, total)], total


def _weaker(s, rate):
    """The two legs, each with what was carried to it; the share of the weaker; what of the stronger is carried on."""
    carried = (max(s.line.before, 0), max(-s.line.before, 0))
    legs = [Fraction(s.value(text)) + Fraction(had) for text, had in zip(rate.of, carried, strict=True)]
    told = [f"{s.spoken(text)} {number(s.value(text))}" + (f" + {'上期留下的 ' if s.zh else ''}{number(had)}{'' if s.zh else ' carried'}" if had else "") for text, had in zip(rate.of, carried, strict=True)]
    least, left, share = min(legs), abs(s.line.after), s.value(rate.share_of_weaker)
    lost = abs(legs[0] - legs[1]) - Fraction(left)
    more = (f"较大一边留下 {number(left)}{f'，超出的 {number(lost)} 作废' if lost else ''}" if s.zh else f"{number(left)} of the stronger is carried on{f', {number(lost)} beyond that is lost' if lost else ''}") if left or lost else ""
    words = f"{'，'.join(told)}：较小的 {number(least)}" if s.zh else f"{', '.join(told)}: the weaker has {number(least)}"
    return [s.step("rate", "弱区分成", "share of the weaker", s.joined(words, more), f"{bracketed(number(least))} × {bracketed(s.rate(share))}", least * share)], least * share


def _beside(s, text):
    """What a formula is called, and its numbers where they say more."""
    words, shown = s.spoken(text), s.shown(text)
    return words if words == shown else f"{words} {shown}"
