"""Commission as a cost over the life of its contract (ASC 340-40, IFRS 15): what is capitalised, month by month, to the fen.

A line of the ledger that is a cost of obtaining a contract is spread evenly, by months or by days, over the months its benefit lasts;
each month's part is the difference of two rounded running sums, so that the parts add up to the whole.
"""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..attached import scratch, text_of
from ..formula.values import decimal, nth_day
from ..plan.calendar import days_of
from ..problems import PlanProblems, problem
from .result import TAKES

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One month of one cost: what is expensed in it, and what is still capitalised at its end. Amounts in yuan."""
    line: str
    component: str
    payee: str
    month: str
    cost: Decimal
    expensed: Decimal
    left: Decimal


def schedule(cost, starts, months, *, by="month", ends=None, since=None):
    """[(month as 2026-03, expensed, left)] of a cost over `months` months from the day `starts`.

    `by` month: the same part each calendar month, the month of `starts` whole. `by` day: by the days of each month from `starts` on, up to
    the day before the same day `months` later. `ends`, a day on which the contract was ended: what is left is expensed in its month.
    `since`, the day it is posted on: what months before that one would have had is expensed in it.
    """
    if months < 1:
        raise PlanProblems([problem("months", "摊销月数至少是 1", "the months must be 1 or more")])
    if by not in ("month", "day"):
        raise PlanProblems([problem("by", "按 month 或 day 摊", "spread by month or by day")])
    last = nth_day(starts, months, starts.day) - timedelta(days=1)
    days, found, so_far = (last - starts).days + 1, [], ZERO
    begins = max(starts, since or starts)
    month, place = date(begins.year, begins.month, 1), (begins.year - starts.year) * 12 + begins.month - starts.month
    while so_far != cost or not found:
        following = nth_day(month, 1, 1)
        place += 1
        part = Fraction(place, months) if by == "month" else Fraction((min(following - timedelta(days=1), last) - starts).days + 1, days)
        over = part >= 1 or (ends is not None and following > ends)
        upto = cost if over else decimal(Fraction(cost) * part, 2)
        found.append((f"{month:%Y-%m}", upto - so_far, cost - upto))
        if over:
            break
        so_far, month = upto, following
    return found


def amortised(lines, months, *, components=None, by="month", ends=None, posted=None):
    """[Part] of the lines of a ledger (of the named components, or all): each from its fact's day, over `months` months or what `months(line)` says.

    A correction and a claw-back follow the schedule of what they correct or take back; what of it falls before the month they are posted in
    is expensed in that month, so that together never less than nothing is left. Lines of one key are one cost. `ends` is {fact: day} of
    contracts ended early; `posted` {key: period} of what earlier runs posted: where a day is not known, a schedule begins with its period.
    """
    lines = [line for line in lines if components is None or line.component in components]
    days, costs = {}, {}
    for line in lines:
        if line.day:
            days[line.id] = min(days.get(line.id, line.day), line.day)
        since, known = _since(line), costs.setdefault(line.id, (line, {}))[1]
        known[since] = known.get(since, ZERO) + line.difference
    found = []
    for key, (line, sums) in sorted(costs.items()):
        if not any(sums.values()):
            continue
        starts, life = _starts(line, days, posted or {}), months(line) if callable(months) else months
        found += _parts(line, sums, lambda cost, since: schedule(cost, starts, life, by=by, ends=(ends or {}).get(line.fact), since=since))  # noqa: B023
    return found


def _parts(line, sums, spread):
    """[Part] of a key, of its `sums` {first day it is posted on: amount}; each is spread on its own, and their months are put together."""
    expensed, more, so_far = {}, {}, ZERO
    for since, amount in sorted(sums.items()):
        upto = so_far + amount
        cost, so_far = _fen(upto) - _fen(so_far), upto
        parts = spread(cost, since)
        more[parts[0][0]] = more.get(parts[0][0], ZERO) + cost
        for month, part, _left in parts:
            expensed[month] = expensed.get(month, ZERO) + part
    found, left = [], ZERO
    for month in sorted(expensed):
        left += more.get(month, ZERO) - expensed[month]
        found.append(Part(line.id, line.component, line.payee, month, _fen(so_far), expensed[month], left))
    return found


def _fen(amount):
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _since(line):
    """The day from which on a line can be expensed: the first of the period it is posted in, or its own where it is a claw-back or of that period."""
    opens = _opening(line.period)
    if _taken_back(line) and line.day:
        return max(opens or line.day, line.day)
    return line.day if line.day and (opens is None or opens <= line.day) else opens or date.min


def _starts(line, days, posted):
    """The day a line's schedule begins: its fact's, of a claw-back that of what it takes back; else the first of the period it is of."""
    for key in (*_taken_back(line), line.id):
        if starts := days.get(key) or _opening(posted.get(key, "")):
            return starts
    starts = _opening(line.fact_period) or _opening(line.period)
    if starts is None:
        raise PlanProblems([problem("amortise", f"{line.id} 没有日期，不知道从哪个月摊起", f"{line.id} has no day, from which month on?", "把算出它的那次运行的结果也放进来", "give the folder of the run that first posted it")])
    return starts


def _opening(period):
    """The first day of a period of the calendar, or None."""
    days = days_of(period)
    return days and days[0]


def _taken_back(line):
    """The keys of the lines that a claw-back may take back; none of another line."""
    fact = line.fact or ""
    if not fact.startswith(TAKES):
        return []
    before, _fact, after = line.id.partition(fact)
    words = fact.split(" of ")
    return [f"{before}{' of '.join(words[at:])}{after}" for at in range(1, len(words))]


def by_month(parts):
    """[(month, expensed, capitalised at its end)] of all parts together, in order of the months."""
    months = sorted({p.month for p in parts})
    costs = {}
    for part in parts:
        costs.setdefault(part.line, []).append(part)
    found = []
    for month in months:
        left = ZERO
        for own in costs.values():
            reached = [p for p in own if p.month <= month]
            left += reached[-1].left if reached else ZERO
        found.append((month, sum((p.expensed for p in parts if p.month == month), ZERO), left))
    return found


def posted_in(folder):
    """{key: the period it was first posted for} of what the folder of a run of one period keeps; {} of another run."""
    from .output import kept
    path, _accounts = kept(folder)
    if path is None:
        return {}
    rows = scratch().execute(f"SELECT key, min(coalesce(fact_period, period)) FROM read_parquet({text_of(str(path))}) WHERE key IS NOT NULL GROUP BY 1").fetchall()
    return dict(rows)
