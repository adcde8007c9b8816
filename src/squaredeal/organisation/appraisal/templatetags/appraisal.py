"""A figure in its cell: without the zeros nobody typed; the wage by its name."""
from django import template
from django.utils.translation import gettext as _

from squaredeal.kernel import figures

from ..policy import WAGE

register = template.Library()


@register.filter
def figure(value):
    """0.95 · 88 · 12,000; empty for none."""
    if value in (None, ""):
        return ""
    whole, parts = f"{value:,.4f}".split(".")
    return whole + (f".{parts.rstrip('0')}" if parts.rstrip("0") else "")


@register.filter
def told(name):
    """A name as the page has it: the wage as 工资."""
    return _("Wage") if name == WAGE else name


@register.filter
def month(day):
    """The month a row speaks of: 2026 年 11 月, November 2026."""
    return f"{day.year} 年 {day.month} 月" if figures.chinese() else f"{day:%B %Y}"
