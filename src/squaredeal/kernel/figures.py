"""How figures and days read on the screen: 万 and 亿 in Chinese, ¥ and M in English, − for minus, days by their distance.

Plain text without markup; the marks in `templatetags/marks.py` put it on a page, and sentences made in Python use it directly.
"""
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from .memory import remember

MINUS, NOTHING = "−", "—"
WAN, YI, MILLION = Decimal(10_000), Decimal(100_000_000), Decimal(1_000_000)


def decimal(value):
    """`value` as Decimal; None for nothing and for what is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def chinese():
    return not (get_language() or "zh").startswith("en")


def grouped(number, places=0):
    """1234.5 → "1,234.5" with `places` decimals, half up, minus as −; never "−0"."""
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if not rounded else rounded:,.{places}f}".replace("-", MINUS)


def wan(amount, *, headline=False, column=False):
    """(figure, unit) of an amount in yuan. Lists keep one decimal of 万; a headline none from 100 万; from 1 亿 it is 亿.

    zh: 480000 → ("48.0", "万"), below 1 万 ("9,800", "元"); en: ("¥480.0K", ""). Zero is —, unknown is 未填.
    In a `column` of 万 a smaller amount keeps the unit from 500 yuan: ("0.4", "万").
    """
    number = decimal(amount)
    if number is None:
        return unknown(), ""
    if not number:
        return NOTHING, ""
    size = abs(number)
    if chinese():
        if size >= YI - 500_000:
            return grouped(number / YI, 1), "亿"
        if size >= WAN or column and size >= 500:
            return grouped(number / WAN, 0 if headline and size >= 100 * WAN else 1), "万"
        return grouped(number, 0 if number == number.to_integral_value() else 2), "元"
    sign, shown = (MINUS if number < 0 else ""), size
    if size >= MILLION - 500:
        return f"{sign}¥{grouped(shown / MILLION, 2)}M", ""
    if size >= WAN:
        return f"{sign}¥{grouped(shown / 1000, 0 if headline else 1)}K", ""
    return f"{sign}¥{grouped(shown, 0 if shown == shown.to_integral_value() else 2)}", ""


def wan_text(amount, *, headline=False):
    """The same as one string: "48.0 万", "¥480.0K"."""
    return " ".join(filter(None, wan(amount, headline=headline)))


def fen(amount):
    """Yuan to the fen, without 万: 1,234.56. Zero is —, unknown is 未填."""
    number = decimal(amount)
    if number is None:
        return unknown()
    return grouped(number, 2) if number else NOTHING


def exact(amount):
    """The amount as it is, for `title`: 13,120,000.00 元."""
    number = decimal(amount)
    return "" if number is None else (f"{grouped(number, 2)} 元" if chinese() else f"CNY {grouped(number, 2)}")


def pct(rate, places=0):
    """A rate as percentage: 0.46 → 46%; `places` 1 for margins."""
    number = decimal(rate)
    return unknown() if number is None else f"{grouped(number * 100, int(places or 0))}%"


def points(difference):
    """A difference of two rates in percentage points with its sign: 0.014 → +1.4 点."""
    number = decimal(difference)
    if number is None:
        return unknown()
    figure = grouped(number * 100, 1)
    return pgettext("percentage points", "%(figure)s pts") % {"figure": figure if figure.startswith(MINUS) or figure == "0.0" else f"+{figure}"}


def minus(value):
    """Text or number with the true minus sign U+2212."""
    return str(value).replace("-", MINUS, 1) if str(value).startswith("-") else str(value)


def unknown():
    return gettext("not given")


def day(value, *, today=None):
    """今天 明天 周五 11/27 11 月 27 日 2025-11-27, by distance from today; a moment of today, tomorrow or this week keeps its time."""
    if value is None or value == "":
        return NOTHING
    return _day(*_split(value), today or _today(), get_language())


@lru_cache(maxsize=4000)
def _day(moment, on, today, _language):
    away = (on - today).days
    clock = f" {moment:%H:%M}" if moment else ""
    if away in (-1, 0, 1):
        return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[away] + clock
    if 1 < away < 7:
        return (f"周{'一二三四五六日'[on.weekday()]}" if chinese() else f"{on:%a}") + clock
    if on.year == today.year or abs(away) <= 60:
        if abs(away) <= 60:
            return short_day(on)
        return f"{on.month} 月 {on.day} 日" if chinese() else f"{on.day} {on:%B}"
    return f"{on:%Y-%m-%d}"


def short_day(value):
    """11/26 · Nov 26, whatever the distance; a moment keeps its time."""
    moment, on = _split(value)
    return (f"{on.month}/{on.day}" if chinese() else f"{on:%b} {on.day}") + (f" {moment:%H:%M}" if moment else "")


def full_day(value):
    """11 月 26 日 周四 · Thursday 26 November: the day a page is about, for the line above its sentence."""
    _moment, on = _split(value)
    return f"{on.month} 月 {on.day} 日 周{'一二三四五六日'[on.weekday()]}" if chinese() else f"{on:%A} {on.day} {on:%B}"


def late(value, *, today=None):
    """Days gone since `value`; 0 when it is today, ahead, or nothing."""
    if value is None or value == "":
        return 0
    return max(0, ((today or _today()) - _split(value)[1]).days)


def due(value, *, today=None):
    """A day something is due: 晚 2 天 when it has gone by, else the day."""
    today = today or _today()
    gone = late(value, today=today)
    return ngettext("%(n)s day late", "%(n)s days late", gone) % {"n": gone} if gone else day(value, today=today)


def _today():
    """Today, asked once in a request."""
    return remember("kernel.today", timezone.localdate)


def _split(value):
    """(moment in local time or None, day)."""
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return moment, moment.date()
    return None, value if isinstance(value, date) else date.fromisoformat(str(value))
