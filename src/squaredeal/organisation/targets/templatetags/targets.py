"""Whole yuan in cells."""
from django import template

from squaredeal.kernel import figures

register = template.Library()


@register.filter
def plain(amount):
    """A target in a field: 472,000; nothing is empty."""
    return "" if amount is None else f"{amount:,.2f}".removesuffix(".00")


@register.filter
def month(day):
    """The month of a column: 11 月; Nov."""
    return f"{day.month} 月" if figures.chinese() else f"{day:%b}"


@register.filter
def fen0(amount):
    """Whole yuan with separators; nothing is —."""
    return "—" if amount is None or amount == 0 else figures.grouped(amount, 0)
