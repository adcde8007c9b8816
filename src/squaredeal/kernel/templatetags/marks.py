"""The shared marks of the design, as template tags and filters."""
from django import template

register = template.Library()
