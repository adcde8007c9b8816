"""Figures for SVG and the depth of a unit."""
from django import template

register = template.Library()


@register.filter
def unlocalized(number):
    """A number as SVG reads it, whatever the language."""
    return format(number, "g")


@register.filter
def depth(path):
    """"/1/4/" → 2."""
    return path.strip("/").count("/") + 1
