"""How the ledger prints: yuan to the fen with zero as 0.00, differences with their sign, shares, attainment, months."""
from django import template
from django.utils import timezone
from django.utils.html import format_html

from squaredeal.kernel import figures
from squaredeal.kernel.clause import CHAPTERS, REGISTER
from squaredeal.kernel.money import exact

register = template.Library()


@register.filter
def yuan(value):
    """4646.02 → 4,646.02; zero stays 0.00 (it is a result), nothing is —."""
    number = figures.decimal(value)
    return figures.NOTHING if number is None else figures.grouped(number, 2)


@register.filter
def signed(value):
    """A difference: +566.37, −238.93; none is —."""
    number = figures.decimal(value)
    if not number:
        return figures.NOTHING
    return f"+{figures.grouped(number, 2)}" if number > 0 else figures.grouped(number, 2)


@register.filter
def taken(value):
    """An amount taken off: 1517.10 → −1,517.10; none is —."""
    number = figures.decimal(value)
    return figures.NOTHING if not number else figures.grouped(-number, 2)


@register.filter
def fine(value):
    """A line of the ledger: to the fen, with all its decimals where a plan rounds once per statement: 10.00, 4.512345."""
    number = figures.decimal(value)
    return figures.NOTHING if number is None else figures.grouped(number, max(2, -exact(number).as_tuple().exponent))


@register.filter
def fine_signed(value):
    """A difference of a line, with all its decimals: +0.0045; none is —."""
    number = figures.decimal(value)
    return figures.NOTHING if not number else f"+{fine(number)}" if number > 0 else fine(number)


@register.filter
def unsigned(value):
    """An amount without its sign, for where the sign is written apart."""
    number = figures.decimal(value)
    return number if number is None else abs(number)


@register.filter
def share(value):
    """0.7 → 70%, 0.333333 → 33.3333%, 0.005 → 0.5%."""
    number = figures.decimal(value)
    if number is None:
        return figures.NOTHING
    text = figures.grouped(number * 100, 6).rstrip("0").rstrip(".")
    return f"{text}%"


@register.filter
def attained(value):
    """1.096 → 109.6%."""
    number = figures.decimal(value)
    return figures.NOTHING if number is None else figures.pct(number, 1)


@register.filter
def change(value):
    """A relative change: 0.041 → +4.1%, −0.1 → −10.0%; none is 0.0%."""
    number = figures.decimal(value)
    if number is None:
        return figures.NOTHING
    return f"+{figures.pct(number, 1)}" if number > 0 else figures.pct(number, 1)


@register.filter
def month(day):
    """10 月, October; of ten months ago and more with its year."""
    if not day:
        return ""
    year = abs((timezone.localdate() - day).days) > 300
    if figures.chinese():
        return f"{day.year} 年 {day.month} 月" if year else f"{day.month} 月"
    return f"{day:%B %Y}" if year else f"{day:%B}"


@register.filter
def monthday(day):
    """12 月 15 日, 15 December."""
    return figures.NOTHING if not day else f"{day.month} 月 {day.day} 日" if figures.chinese() else f"{day.day} {day:%B}"


@register.filter
def seconds(milliseconds):
    """1939 → 1.9."""
    return figures.grouped((figures.decimal(milliseconds) or 0) / 1000, 1)


@register.filter
def in_words(warning):
    """What the computation noticed, in the reader's language."""
    return warning.get("zh" if figures.chinese() else "en", "")


@register.simple_tag
def rule(number):
    """The boxed tag of a plan's own clause ("三.3"): plain text, or as the document's clause when it is one."""
    from squaredeal.kernel.templatetags.marks import clause
    if not number:
        return ""
    known = number if number in REGISTER else ""
    if known:
        return clause(known)
    return format_html('<span class="sd-clause">{}</span>', numbered(number))


def numbered(number):
    """A plan's own clause as text: 三.3 is 三·3, or 3.3 in English."""
    chapter, dot, rest = number.partition(".")
    if not figures.chinese() and chapter in CHAPTERS:
        return f"{CHAPTERS.index(chapter)}.{rest}"
    return chapter + ("·" if dot else "") + rest
