"""Targets in cells: 万元 with one decimal in Chinese, whole yuan in English, the exact sum in the title."""
from django import template

from squaredeal.kernel import figures

from ..forms import place, unit

register = template.Library()


@register.filter
def typed(amount):
    """A target in its field, exact: 47.2 or 47.25 万; 472,000 in English; nothing is empty."""
    if amount is None:
        return ""
    if unit() == 1:
        return f"{amount:,.2f}".removesuffix(".00")
    whole, parts = f"{amount / unit():,.6f}".split(".")
    return f"{whole}.{parts.rstrip('0') or '0'}"


@register.filter
def cell_id(row, month):
    """The id of a row's cell of a month, by which the page finds it again when the grid comes anew."""
    return place(row["kind"], row["thing"].pk, month)


@register.filter
def month(day):
    """The month of a column: 11 月; Nov."""
    return f"{day.month} 月" if figures.chinese() else f"{day:%b}"


@register.filter
def shown(amount):
    """A sum in a cell; nothing is —."""
    return "—" if not amount else figures.grouped(amount / unit(), 1 if unit() > 1 else 0)


@register.filter
def exact(amount):
    """Yuan to the fen, for the title."""
    return figures.grouped(amount, 2)
