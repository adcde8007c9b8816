"""The rate of a line said and recomputed: flat, tiers, lumps, grids, matrices; [steps] and the exact sum."""
from fractions import Fraction

from ..formula.values import evaluate
from ..formula.wording import number, percent
from ..plan import lookups
from ..plan.plan import Flat, Grid, Lookup, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, Tiers
from ..plan.saying import by_text, same_as_base


def steps(s):
    """([Step], exact sum before uplift and factor) of a line; `s` is an `explain.Said`."""
    rate = s.component.rate
    if isinstance(rate, Tiers):
        return _marginal(s, rate) if rate.tiers == "marginal" else _banded(s, rate)
    if isinstance(rate, Grid):
        return _linear(s, rate) if rate.grid == "linear" else _banded(s, rate)
    if isinstance(rate, Matrix):
        return _matrix(s, rate)
    if isinstance(rate, LumpPlusExcess):
        return _lump(s, rate)
    if isinstance(rate, Lookup):
        return _looked_up(s, rate)
    if isinstance(rate, Flat):
        value = s.value(rate.flat)
        words = percent(value) if not s.plan.expand(rate.flat).names() else f"{s.shown(rate.flat)} = {percent(value)}"
        return [s.step("rate", "比例", "rate", words, f"{number(s.line.base)} × {percent(value)}", _on_base(s, value))], _on_base(s, value)
    share = Fraction(s.line.share)
    if isinstance(rate, PerUnit):
        each, count = s.value(rate.per_unit), s.value(rate.quantity) * share
        return [s.step("rate", "按量", "per unit", f"{number(each)} × {number(count)}", "", each * count)], each * count
    if isinstance(rate, ShareOfDifference):
        return _difference(s, rate, share)
    value = s.value(rate.lump) * share
    return [s.step("rate", "定额", "lump", "", s.shown(rate.lump), value)], value


def _on_base(s, value):
    return Fraction(s.line.base) * value


def _worth(s, value, words):
    """A looked-up value: a rate on the base, or money by itself."""
    if s.component.base is None:
        return [s.step("rate", "定额", "sum", words, "", value)], value
    return [s.step("rate", "比例", "rate", words, f"{number(s.line.base)} × {percent(value)}", _on_base(s, value))], _on_base(s, value)


def edges_of(rate, quota):
    """The table's edges: as written, or × the quota for attainment."""
    return [Fraction(edge) * Fraction(quota) if rate.attainment else Fraction(edge) for edge, _rate in rate.table]


def _marginal(s, rate):
    line = s.line
    if rate.attainment and line.quota is None:
        return _missing(s, rate)
    edges, found, raw = edges_of(rate, line.quota or 0), [], Fraction(0)
    end = None if rate.end is None or rate.beyond == "last row" else Fraction(rate.end) * (Fraction(line.quota or 0) if rate.attainment else 1)
    own = same_as_base(s.plan, s.component)
    running = not own and s.plan.measures[rate.measure].onward
    after, before = (Fraction(line.after), Fraction(line.before)) if own or running else (Fraction(line.measured or 0), Fraction(0))
    for place, (low, text) in enumerate(zip(edges, (v for _e, v in rate.table), strict=True)):
        high = edges[place + 1] if place + 1 < len(edges) else end
        bottom = low if place or not (own or running) else None
        inside = _within(after, bottom, high) - _within(before, bottom, high)
        if not inside:
            continue
        value = s.value(text)
        raw += inside * value
        words = (f"{number(low, 0)} 到 {number(high, 0)}" if high is not None else f"{number(low, 0)} 以上") if s.zh \
            else (f"{number(low, 0)} to {number(high, 0)}" if high is not None else f"over {number(low, 0)}")
        found.append(s.step("slice", f"第 {place + 1} 档", f"band {place + 1}", f"{words} {percent(value)}", f"{number(inside)} × {percent(value)}", inside * value))
    if own:
        return found, raw
    if running and after == before:
        place = max((i for i, e in enumerate(edges) if i == 0 or after > e or (after == e and rate.edges == "lower inclusive")), default=0)
        average = s.value(rate.table[place][1])
        found.append(s.step("rate", f"第 {place + 1} 档", f"band {place + 1}", percent(average), f"{number(line.base)} × {percent(average)}", _on_base(s, average)))
        return found, _on_base(s, average)
    after -= before if running else 0
    average = raw / after if after else Fraction(0)
    found.append(s.step("rate", "平均比例", "average rate", f"{number(raw)} ÷ {number(after)}", f"{number(line.base)} × {number(raw)} ÷ {number(after)}", _on_base(s, average)))
    return found, _on_base(s, average)


def _within(value, low, high):
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def band(rate, value):
    """The place of the row a value has reached; None before the first."""
    found = 0 if getattr(rate, "below", "nothing" if rate.table[0][0] != 0 else "first row") == "first row" else None
    for place, (edge, _value) in enumerate(rate.table):
        edge = Fraction(edge)
        if value > edge or (value == edge and (rate.edges == "lower inclusive" or (place == 0 and edge == 0) or (place == 0 and hasattr(rate, "grid")))):
            found = place
    return found


def _banded(s, rate):
    if isinstance(rate, Tiers) and rate.by == "base":
        return _by_total(s, rate)
    text = by_text(rate)
    value = s.value(text)
    if value is None:
        return _missing(s, rate)
    place = band(rate, value)
    past = rate.end is not None and rate.beyond == "nothing" and (value > rate.end or (value == rate.end and rate.edges == "lower inclusive"))
    result = Fraction(0) if place is None or past else s.value(rate.table[place][1])
    told = percent(value) if isinstance(rate, Tiers) and rate.attainment else number(value)
    name = getattr(rate, "by", text)
    shown = s.shown(text)
    reads = f"{name} = {shown} = {told}" if shown.replace(",", "") not in (told.replace(",", ""), told) else f"{name} {told}"
    if place is None or past:
        words = f"{reads}，不在表内" if s.zh else f"{reads} is outside the table"
    elif s.component.base is None:
        words = f"{reads}，到第 {place + 1} 行" if s.zh else f"{reads} reaches row {place + 1}"
    else:
        words = f"{reads}，到第 {place + 1} 档，全额 {percent(result)}" if s.zh else f"{reads} reaches band {place + 1}: {percent(result)} on all"
    return _worth(s, result, words)


def _missing(s, rate):
    """What the table gives where its value is not known."""
    found = s.value(rate.table[0][1]) if rate.missing == "first row" else Fraction(0)
    return _worth(s, found, f"没有 {rate.by}" if s.zh else f"{rate.by} is not known")


def _by_total(s, rate):
    """The total of the window, as the line tells it, and the rate of the band it has reached."""
    total = Fraction(s.line.after)
    place = band(rate, total)
    past = rate.end is not None and rate.beyond == "nothing" and (total > rate.end or (total == rate.end and rate.edges == "lower inclusive"))
    if place is None or past:
        return _worth(s, Fraction(0), f"累计 {number(total)}，不在表内" if s.zh else f"{number(total)} in all is outside the table")
    value = s.value(rate.table[place][1])
    return _worth(s, value, f"累计 {number(total)}，到第 {place + 1} 档，全额 {percent(value)}" if s.zh
                  else f"{number(total)} in all reaches band {place + 1}: {percent(value)} on all")


def _linear(s, rate):
    value = s.value(rate.by)
    if value is None:
        return _missing(s, rate)
    place = band(rate, value)
    if place is None:
        return _worth(s, Fraction(0), f"{rate.by} {number(value)} 不在表内" if s.zh else f"{rate.by} {number(value)} is outside the table")
    result = s.value(rate.table[place][1])
    other = place + 1 if place + 1 < len(rate.table) else place - 1 if rate.beyond == "continue" else None
    if rate.end is not None and rate.beyond == "nothing" and value >= rate.end:
        result = Fraction(0)
    elif other is not None:
        low, high = Fraction(rate.table[place][0]), Fraction(rate.table[other][0])
        result += (s.value(rate.table[other][1]) - result) * (max(value, low) - low) / (high - low)
    return _worth(s, result, f"{rate.by} {number(value)}，在两行之间取 {percent(result)}" if s.zh else f"{rate.by} {number(value)} lies between two rows: {percent(result)}")


def _matrix(s, rate):
    down, across = s.value(rate.rows), s.value(rate.columns)
    over = (lambda value, edge: value > edge) if rate.edges == "upper inclusive" else (lambda value, edge: value >= edge)
    row = max((i for i, e in enumerate(rate.row_edges) if over(down, e)), default=None)
    column = max((i for i, e in enumerate(rate.column_edges) if over(across, e)), default=None)
    value = Fraction(0) if row is None or column is None else s.value(rate.matrix[row][column])
    words = f"{rate.rows} {number(down)}，{rate.columns} {number(across)}，查表 {percent(value)}" if s.zh \
        else f"{rate.rows} {number(down)} and {rate.columns} {number(across)} give {percent(value)}"
    return _worth(s, value, words)


def _looked_up(s, rate):
    found = evaluate(s.plan.expanded(lookups.tree(rate)), s.values)
    keys = "，".join(f"{text} {s.shown(text)}" for text in (rate.lookup, rate.across) if text)
    told = percent(found) if s.component.base is not None else number(found)
    return _worth(s, found, f"{keys}，查表 {told}" if s.zh else f"{keys.replace('，', ', ')} gives {told}")


def _lump(s, rate):
    line = s.line
    own = same_as_base(s.plan, s.component)
    now, earlier = (Fraction(line.after), Fraction(line.before)) if own else (Fraction(s.value(by_text(rate))), Fraction(0))
    after, before = entitlement(rate, now), entitlement(rate, earlier) if earlier else Fraction(0)
    words = f"累计 {number(now)} 应得 {number(after)}，之前已得 {number(before)}" if s.zh \
        else f"{number(now)} so far entitles to {number(after)}, before it {number(before)}"
    return [s.step("rate", "定额加超额", "lump + excess", words, f"{number(after)} − {number(before)}", after - before)], after - before


def entitlement(rate, total):
    """Lump of the band reached plus the rate on the excess over its edge."""
    best = Fraction(0)
    for edge, lump, share in rate.lump_plus_excess:
        edge = Fraction(edge)
        if total > edge or (total == edge and rate.edges == "lower inclusive"):
            best = Fraction(lump) + (total - edge) * Fraction(share)
    return best


def _difference(s, rate, share):
    gap = max(s.value(rate.of) - s.value(rate.over), Fraction(0))
    count, net, part = s.value(rate.quantity), s.value(rate.net_of), s.value(rate.share_of_difference)
    total = gap * count / net * part * share
    divided = f" ÷ {s.shown(rate.net_of)}" if rate.net_of != "1" else ""
    sums = f"({s.shown(rate.of)} − {s.shown(rate.over)}) × {number(count)}{divided} × {percent(part)}"
    return [s.step("rate", "差价分成", "share of the difference", percent(part), sums, total)], total
