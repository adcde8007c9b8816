"""Working days in China: weekdays less public holidays, with the weekends that are worked instead, for the years whose holidays are published.

A firm that keeps a calendar of its own lends it by `keep`: its days hold then, and the years it knows are known here too.
"""
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

import chinese_calendar

FIRST = min(chinese_calendar.holidays).replace(month=1, day=1)
LAST = max(chinese_calendar.holidays).replace(month=12, day=31)
"""The days that are published; no amount is computed from a day beyond them that no firm's calendar knows."""
ENOUGH = 5
"""Free weekdays that a firm has marked in a year which is not published, for the year to be known."""
_kept: list[Callable] = []


def keep(source):
    """From now on `source()`, {day: whether it is worked}, says what days are, beside what is published."""
    _kept[:] = [source]


def own():
    """The firm's days as one value, by which what was reckoned with them is known; () without any."""
    return tuple(sorted(_kept[0]().items())) if _kept else ()


@lru_cache(8)
def _worked(days):
    """(A 1 for each day from FIRST on that is worked, a 0 for each that is free; the last of them).

    A year whose public holidays the firm has entered is as its calendar says; in another what it marks stands beside what is published.
    """
    known = dict(days)
    entered = {day.year for day, worked in days if not worked and day in chinese_calendar.holidays}
    free, last = Counter(day.year for day, worked in days if not worked and day.weekday() < 5), LAST
    while free[last.year + 1] >= ENOUGH:
        last = last.replace(year=last.year + 1)

    def works(day):
        if day in known or day.year in entered or day > LAST:
            return known.get(day, day.weekday() < 5)
        return day in chinese_calendar.workdays or (day.weekday() < 5 and day not in chinese_calendar.holidays)
    return "".join("01"[works(FIRST + timedelta(days=n))] for n in range((last - FIRST).days + 1)), last


def known_until():
    """The last day that is known."""
    return _worked(own())[1]


def workdays(a: date, b: date):
    """How many days from a to b, both included, are worked; 0 where b is before a, None where one of them is not known."""
    if b < a:
        return Fraction(0)
    worked, last = _worked(own())
    return Fraction(worked[(a - FIRST).days:(b - FIRST).days + 1].count("1")) if FIRST <= a and b <= last else None


def counted(a, b):
    """The same as SQL, over two days that are SQL too."""
    worked, last = _worked(own())
    return (f"CASE WHEN {b} < {a} THEN 0 WHEN {a} >= DATE '{FIRST}' AND {b} <= DATE '{last}' THEN length(replace(substring('{worked}', "
            f"CAST(date_diff('day', DATE '{FIRST}', {a}) + 1 AS INT), CAST(date_diff('day', {a}, {b}) + 1 AS INT)), '0', '')) END")
