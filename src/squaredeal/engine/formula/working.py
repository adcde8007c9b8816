"""Working days in China: weekdays less public holidays, with the weekends that are worked instead, for the years whose holidays are published."""
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import chinese_calendar

FIRST = min(chinese_calendar.holidays).replace(month=1, day=1)
LAST = max(chinese_calendar.holidays).replace(month=12, day=31)
"""The days that are known; no amount is computed from a day beyond them."""


@cache
def _worked():
    """A 1 for each day from FIRST to LAST that is worked, a 0 for each that is free."""
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return "".join("01"[d in chinese_calendar.workdays or (d.weekday() < 5 and d not in chinese_calendar.holidays)] for d in days)


def workdays(a: date, b: date):
    """How many days from a to b, both included, are worked; 0 where b is before a, None where one of them is not known."""
    if b < a:
        return Fraction(0)
    return Fraction(_worked()[(a - FIRST).days:(b - FIRST).days + 1].count("1")) if FIRST <= a and b <= LAST else None


def counted(a, b):
    """The same as SQL, over two days that are SQL too."""
    return (f"CASE WHEN {b} < {a} THEN 0 WHEN {a} >= DATE '{FIRST}' AND {b} <= DATE '{LAST}' THEN length(replace(substring('{_worked()}', "
            f"CAST(date_diff('day', DATE '{FIRST}', {a}) + 1 AS INT), CAST(date_diff('day', {a}, {b}) + 1 AS INT)), '0', '')) END")
