"""Commission as a cost over the life of its contract (ASC 340-40, IFRS 15): what is capitalised, month by month, to the fen.

A line of the ledger that is a cost of obtaining a contract is spread evenly, by months or by days, over the months its benefit lasts;
each month's part is the difference of two rounded running sums, so that the parts add up to the whole.
"""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..formula.values import decimal, nth_day
from ..problems import PlanProblems, problem

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


def schedule(cost, starts, months, *, by="month", ends=None):
    """[(month as 2026-03, expensed, left)] of a cost over `months` months from the day `starts`.

    `by` month: the same part each calendar month, the month of `starts` whole. `by` day: by the days of each month from `starts` on, up to
    the day before the same day `months` later. `ends`, a day on which the contract was ended: what is left is expensed in its month.
    """
    if months < 1:
        raise PlanProblems([problem("months", "摊销月数至少是 1", "the months must be 1 or more")])
    if by not in ("month", "day"):
        raise PlanProblems([problem("by", "按 month 或 day 摊", "spread by month or by day")])
    last = nth_day(starts, months, starts.day) - timedelta(days=1)
    days, found, so_far = (last - starts).days + 1, [], ZERO
    month, place = date(starts.year, starts.month, 1), 0
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


def amortised(lines, months, *, components=None, by="month", ends=None):
    """[Part] of the lines of a ledger (of the named components, or all): each from its fact's day, over `months` months or what `months(line)` says.

    Corrections and claw-backs of a line are spread over the months that are left of the line they correct: the whole of a key is one cost, from the
    first day known of it. `ends` is {fact: day} of contracts ended early.
    """
    costs = {}
    for line in lines:
        if components is not None and line.component not in components:
            continue
        known = costs.setdefault(line.id, [line, ZERO, None])
        known[1] += line.difference
        known[2] = min(d for d in (known[2], line.day) if d) if known[2] or line.day else None
    found = []
    for key, (line, cost, starts) in sorted(costs.items()):
        if cost == 0 or starts is None:
            continue
        life = months(line) if callable(months) else months
        cost = cost.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        found += [Part(key, line.component, line.payee, month, cost, part, left)
                  for month, part, left in schedule(cost, starts, life, by=by, ends=(ends or {}).get(line.fact))]
    return found


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
