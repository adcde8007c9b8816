"""A value read in a table and said: bands, grids, straight lines, matrices, lookups; ([Step], exact sum)."""
from fractions import Fraction

from ..formula.values import evaluate
from ..formula.wording import bracketed, number, plain
from ..plan import lookups
from ..plan.plan import Lookup, Matrix, Tiers
from ..plan.saying import by_text

MOST = 3
"""The highest edge of a table that is read by shares: beyond it they are how many times something is."""


def on_base(s, value):
    return Fraction(s.line.base) * value


def times(s, value, shown=""):
    """The base × a rate; a rate that does not end is written out as `shown`."""
    told = s.rated(value)
    return f"{number(s.line.base)} × {bracketed(told) if told[0] in '−0123456789' else shown or bracketed(plain(value))}"


def worth(s, value, words, cell="", sums=""):
    """A looked-up value: a rate on the base, or money by itself; `cell` is the text it stands in, `sums` how else it comes about."""
    if not sums and cell and s.plan.expand(cell).names():
        sums = s.shown(cell)
    if s.component.base is None:
        return [s.step("rate", "定额", "sum", s.joined(words, s.because(cell) if cell else ""), sums, value)], value
    if sums:
        words = s.joined(words, f"{sums} = {s.rated(value)}")
    return [s.step("rate", "比例", "rate", s.joined(words, s.because(cell) if cell else ""), times(s, value, f"({sums})" if sums else ""), on_base(s, value))], on_base(s, value)


def band(rate, value):
    """The place of the row a value has reached; None before the first."""
    found = 0 if getattr(rate, "below", "nothing" if rate.table[0][0] != 0 else "first row") == "first row" else None
    for place, (edge, _value) in enumerate(rate.table):
        edge = Fraction(edge)
        if value > edge or (value == edge and (rate.edges == "lower inclusive" or (place == 0 and edge == 0) or (place == 0 and hasattr(rate, "grid")))):
            found = place
    return found


def reads(s, text, value, share=False):
    """What a table is read by, with its numbers: 月销售 的达成率 = 65,000.00 ÷ 100,000.00 = 65%."""
    name, shown, told = s.spoken(text), s.shown(text), s.rate(value) if share else s.figure(value)
    if " " not in shown and "(" not in shown:
        return f"{name} {told}"
    return f"{name} = {shown} = {told}" if not told.startswith(("约", "about")) else f"{name} = {shown}，{told}" if s.zh else f"{name} = {shown}, {told}"


def table(s, name):
    """A table of the plan by its name, what it was read by and the row that gave: tenure: months(hired, period_start) = 26, row 2 (from 12). "" where that is not known."""
    of = s.plan.tables[name]
    try:
        asked = [(text, s.value(text)) for text in ((of.lookup, of.across) if isinstance(of, Lookup) else (of.rows, of.columns) if isinstance(of, Matrix) else (of.by,)) if text]
        if any(value is None for _text, value in asked):
            return ""
        told = ("，" if s.zh else ", ").join(f"{s.spoken(text)} {value}" if isinstance(value, str) else reads(s, text, value, _is_share(s, of, text)) for text, value in asked)
    except (KeyError, ZeroDivisionError):
        return ""
    place = band(of, asked[0][1]) if getattr(of, "grid", "") == "step" else None
    row = "" if place is None else f"，第 {place + 1} 行{_from(s, of, place, _is_share(s, of, of.by))}" if s.zh else f", row {place + 1}{_from(s, of, place, _is_share(s, of, of.by))}"
    return f"{s.spoken(f'[{name}]')}{'：' if s.zh else ': '}{told}{row}"


def _is_share(s, rate, text):
    """Whether a table is read by parts of a hundred: an attainment, or a share of money such as a margin, which nobody writes 0.15."""
    return (isinstance(rate, Tiers) and rate.attainment) or s.plan.expand(text).op == "attainment" or \
        (s.part(text) and all(abs(edge) <= MOST for edge, _value in getattr(rate, "table", ())))


def _from(s, rate, place, share=False):
    """Where a row begins, in brackets; the first row tells where it ends."""
    show = (lambda e: f"{plain(Fraction(e) * 100)}%") if share else plain
    upper = rate.edges == "upper inclusive"
    if place == 0 and len(rate.table) > 1:
        edge = show(rate.table[1][0])
        words = ((f"不超过 {edge}", f"up to {edge}") if upper else (f"不到 {edge}", f"below {edge}"))
    elif place == 0:
        return ""
    else:
        edge = show(rate.table[place][0])
        words = ((f"超过 {edge}", f"over {edge}") if upper else (f"{edge} 起", f"from {edge}"))
    return f"（{words[0]}）" if s.zh else f" ({words[1]})"


def banded(s, rate):
    """The row a value reaches gives its rate on all, or its money."""
    if isinstance(rate, Tiers) and rate.by == "base":
        text, value = "", Fraction(s.line.after)
        told = f"累计 {number(value)}" if s.zh else f"a running total of {number(value)}"
    else:
        text = by_text(rate)
        value = s.value(text)
        if value is None:
            return missing(s, rate)
        told = reads(s, text, value, _is_share(s, rate, text))
    share = bool(text) and _is_share(s, rate, text)
    place = band(rate, value)
    past = rate.end is not None and rate.beyond == "nothing" and (value > rate.end or (value == rate.end and rate.edges == "lower inclusive"))
    if place is None or past:
        return worth(s, Fraction(0), f"{told}，不在表内" if s.zh else f"{told} is outside the table, so nothing")
    cell = rate.table[place][1]
    result, where = s.value(cell), _from(s, rate, place, share)
    if s.component.base is None:
        return worth(s, result, f"{told}，到第 {place + 1} 行{where}" if s.zh else f"{told} is in row {place + 1}{where}", cell)
    return worth(s, result, f"{told}，到第 {place + 1} 档{where}，全额 {s.rated(result)}" if s.zh else f"{told} is in band {place + 1}{where}: {s.rated(result)} on all of it", cell)


def missing(s, rate):
    """What the table gives where its value is not known."""
    first = rate.missing == "first row"
    found = s.value(rate.table[0][1]) if first else Fraction(0)
    name = s.spoken(by_text(rate))
    then = (f"按第 1 行 {s.rated(found) if s.component.base is not None else number(found)}" if s.zh else f"the first row, {s.rated(found) if s.component.base is not None else number(found)}") if first \
        else ("不计" if s.zh else "nothing")
    return worth(s, found, f"没有{name}（没定目标或没填），{then}" if s.zh else f"{name} is not known (no quota set, or not filled in), so {then}")


def linear(s, rate):
    """A value between two rows, on the straight line between them."""
    value, share = s.value(rate.by), _is_share(s, rate, rate.by)
    if value is None:
        return missing(s, rate)
    told, place = reads(s, rate.by, value, share), band(rate, value)
    if place is None or (rate.end is not None and rate.beyond == "nothing" and value >= rate.end):
        return worth(s, Fraction(0), f"{told}，不在表内" if s.zh else f"{told} is outside the table, so nothing")
    result = here = s.value(rate.table[place][1])
    other = place + 1 if place + 1 < len(rate.table) else place - 1 if rate.beyond == "continue" else None
    low = Fraction(rate.table[place][0])
    if other is None or max(value, low) == low:
        words = f"{told}，取第 {place + 1} 行{_at(s, low, share)}" if s.zh else f"{told} is row {place + 1}{_at(s, low, share)}"
        return worth(s, result, f"{words}：{_cell(s, result)}" if s.zh else f"{words}: {_cell(s, result)}")
    high, there = Fraction(rate.table[other][0]), s.value(rate.table[other][1])
    result += (there - here) * (value - low) / (high - low)
    rows = sorted((place, other))
    if other < place:
        words = f"{told}，按最后两行的直线延长" if s.zh else f"{told} is on the straight line through the last two rows"
    else:
        words = f"{told}，在第 {rows[0] + 1}、{rows[1] + 1} 行之间按直线取" if s.zh else f"{told} is on the straight line between rows {rows[0] + 1} and {rows[1] + 1}"
    show = (lambda v: f"{plain(v * 100)}%") if share else plain
    (a, at_a), (b, at_b) = ((low, here), (high, there)) if low < high else ((high, there), (low, here))
    spot = s.figure(value) if not share else f"{plain(value * 100)}%"
    sums = f"{_cell(s, here)} + ({_cell(s, at_b)} − {_second(s, at_a)}) × ({spot} − {show(low)}) ÷ ({show(b)} − {show(a)})"
    return worth(s, result, words, sums=sums)


def _at(s, low, share):
    edge = f"{plain(low * 100)}%" if share else plain(low)
    return f"（{edge}）" if s.zh else f" ({edge})"


def _cell(s, value):
    return s.rated(value) if s.component.base is not None else number(value)


def _second(s, value):
    return bracketed(_cell(s, value))


def matrix(s, rate):
    """Two values, down and across."""
    down, across = s.value(rate.rows), s.value(rate.columns)
    over = (lambda value, edge: value > edge) if rate.edges == "upper inclusive" else (lambda value, edge: value >= edge)
    row = max((i for i, e in enumerate(rate.row_edges) if over(down, e)), default=None)
    column = max((i for i, e in enumerate(rate.column_edges) if over(across, e)), default=None)
    told = [reads(s, text, value, _is_share(s, rate, text)) for text, value in ((rate.rows, down), (rate.columns, across))]
    both = "，".join(told) if s.zh else " and ".join(told)
    if row is None or column is None:
        return worth(s, Fraction(0), f"{both}，不在表内" if s.zh else f"{both} are outside the table, so nothing")
    cell = rate.matrix[row][column]
    value = s.value(cell)
    return worth(s, value, f"{both}，查表第 {row + 1} 行第 {column + 1} 列 {_cell(s, value)}" if s.zh else f"{both} give {_cell(s, value)}, row {row + 1}, column {column + 1}", cell)


def looked_up(s, rate):
    """A word, or a word and a second value, looked up."""
    found = evaluate(s.plan.expanded(lookups.tree(rate)), s.values)
    keys = ("，" if s.zh else ", ").join(f"{s.spoken(text)} {s.shown(text)}" for text in (rate.lookup, rate.across) if text)
    return worth(s, found, f"{keys}，查表 {_cell(s, found)}" if s.zh else f"{keys} gives {_cell(s, found)}")


__all__ = ["band", "banded", "linear", "looked_up", "matrix", "missing", "on_base", "times", "worth"]
