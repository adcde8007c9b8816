"""Prices in the unit of a table: 万 in Chinese, yuan in English, with as many decimals as the price has."""
from decimal import Decimal

from django import template

from squaredeal.kernel.figures import NOTHING, chinese, grouped, wan_text

register = template.Library()


@register.filter
def in_unit(amount, unit):
    """{{ price|in_unit:10000 }}: 885000 → 88.5, 931250 → 93.125; {{ price|in_unit:1 }} → 885,000. None is —."""
    if amount is None or amount == "":
        return NOTHING
    value = Decimal(amount) / int(unit)
    places = max(0, -value.normalize().as_tuple().exponent)
    if int(unit) > 1:
        return grouped(value, min(max(places, 1), 6))
    return grouped(value, 0 if places == 0 else 2)


@register.filter
def amount_in_unit(amount, unit):
    """A sum in the unit, with one decimal of 万 or none of yuan: a total beside prices."""
    return NOTHING if amount is None else grouped(Decimal(amount) / int(unit), 1 if int(unit) > 1 else 0)


@register.filter
def percent(value, places=1):
    """8.3851 → 8.4%; None is —."""
    return NOTHING if value is None else f"{grouped(value, int(places))}%"


@register.filter
def signed(value, places=1):
    """−3.8, +1.5, 0.0: a change in points."""
    if value is None:
        return NOTHING
    figure = grouped(value, int(places))
    return f"+{figure}" if value > 0 else figure


@register.filter
def plainwan(amount):
    """A figure on a chart: 236.0 in Chinese, where the heading says 万; ¥2.36M in English."""
    if amount is None:
        return NOTHING
    return grouped(Decimal(amount) / 10_000, 1) if chinese() else wan_text(amount)


@register.filter
def absolute(amount):
    """Without its sign, where the words say which way it goes."""
    return abs(amount)
