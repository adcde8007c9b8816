"""Periods and windows: which window of a measure a fact's day lies in."""
from datetime import date, timedelta

from squaredeal.engine.sql import template

WINDOW = {
    "month": "strftime(:day, '%Y-%m')", "quarter": "concat(year(:day), 'Q', quarter(:day))",
    "half": "concat(year(:day), 'H', CASE WHEN month(:day) < 7 THEN 1 ELSE 2 END)", "year": "strftime(:day, '%Y')",
    "year to date": "strftime(:day, '%Y')", "life": "''",
}


def window(kind, day, *, fact, deal, period):
    """The window's id as an expression of the day, or of the fact, deal or period."""
    named = {"fact": fact, "deal": deal, "period": period}
    return named[kind] if kind in named else template(WINDOW[kind], day=day)


def periods(kind, first, last):
    """[(id, first day, last day)] of calendar months, quarters or years covering the days."""
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    year, month = first.year, (first.month - 1) // months * months + 1
    found = []
    while date(year, month, 1) <= last:
        begin = date(year, month, 1)
        year, month = year + (month + months - 1) // 12, (month + months - 1) % 12 + 1
        name = {"month": f"{begin:%Y-%m}", "quarter": f"{begin.year}Q{(begin.month + 2) // 3}", "year": f"{begin.year}"}[kind]
        found.append((name, begin, date(year, month, 1) - timedelta(days=1)))
    return found
