"""Figures for SVG and the depth of a unit."""
from django import template

from squaredeal.kernel import figures

register = template.Library()


@register.filter
def unlocalized(number):
    """A number as SVG reads it, whatever the language."""
    return format(number, "g")


@register.filter
def depth(path):
    """"/1/4/" → 2."""
    return path.strip("/").count("/") + 1


@register.filter
def month(day):
    """The month of an axis: 11 月, and with its year in January; Nov."""
    if figures.chinese():
        return f"{day:%y} 年 1 月" if day.month == 1 else f"{day.month} 月"
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"
