"""Windows that roll on: the last so many days, periods, months, quarters, halves or years."""
import re
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
