"""Whole yuan in cells."""
from django import template

from squaredeal.kernel import figures

register = template.Library()


@register.filter
def plain(amount):
    """A target in a field: no separators, no empty decimals."""
    return "" if amount is None else format(amount.normalize(), "f")


@register.filter
def fen0(amount):
    """Whole yuan with separators; nothing is —."""
    return "—" if amount is None or amount == 0 else figures.grouped(amount, 0)
