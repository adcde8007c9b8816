"""Windows that roll on: the last so many days, periods, months, quarters, halves or years; and what a cap on each of them leaves."""
import re
from bisect import bisect_right
from functools import lru_cache

WRITTEN = re.compile(r"last ([1-9][0-9]{0,3}) (days?|periods?|months?|quarters?|half|halves|years?)")
UNIT = {"day": "day", "days": "day", "period": "period", "periods": "period", "month": "month", "months": "month", "quarter": "quarter", "quarters": "quarter", "half": "half", "halves": "half",
        "year": "year", "years": "year"}
SAID = ("last 3 periods", "last 90 days")
"""Examples of them, for messages."""
SCHEMA = "^last [1-9][0-9]{0,3} (days|periods|months|quarters|halves|years)$"


@lru_cache(512)
def rolling(window):
    """(how many, of what) of a window that rolls on; None for other windows."""
    found = WRITTEN.fullmatch(window)
    return (int(found[1]), UNIT[found[2]]) if found else None


def of_days(window):
    """How many days a window of days has; 0 for other windows."""
    found = rolling(window)
    return found[0] if found and found[1] == "day" else 0


def of_periods(window):
    """How many of the plan's periods a window of periods has; 0 for other windows."""
    found = rolling(window)
    return found[0] if found and found[1] == "period" else 0


def counts_periods(plan, window):
    """Whether a window that rolls on counts periods of a table, which are told by their place there and by no day."""
    return plan.period == "table" and of_periods(window) > 0


def kept(amounts, many):
    """{number of a month, day …: what of its amount a cap leaves}, of {number: (amount, cap)}: no more than `many` following one another have more than the cap together.

    What is left of one is at most what those before it in each such window leave room for, and no less than nothing where something was gained.
    """
    places, sums, found = [], [0], {}
    for place in sorted(amounts):
        amount, most = amounts[place]
        least = min(sums[bisect_right(places, place - many):])
        found[place] = min(amount, max(most + least - sums[-1], 0))
        places.append(place)
        sums.append(sums[-1] + found[place])
    return found


def number_of(plan, window, day):
    """The number of the month, quarter …, or day, of a window that rolls on, that a day lies in."""
    from .calendar import MONTHS
    unit = rolling(window)[1]
    if unit == "day":
        return day.toordinal()
    size = MONTHS[plan.period if unit == "period" else unit]
    return (day.year * 12 + day.month - (plan.year_starts if size > 1 else 1)) // size
