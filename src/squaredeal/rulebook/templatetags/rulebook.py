"""Numbers of clauses as the document prints them, and words in the reader's language."""
from django import template

from squaredeal.kernel.clause import CHAPTERS, printed, words
from squaredeal.kernel.figures import chinese

register = template.Library()


@register.filter
def chapter(number):
    """2 → 二; 2 in English."""
    return CHAPTERS[int(number)] if chinese() else number


@register.filter
def section_tag(number):
    """2.2 → 二·2; 2.2 in English."""
    return printed(number) if chinese() else number


@register.filter
def item(number):
    """2.2.1 → 2.1, the place within the chapter."""
    return number.split(".", 1)[1]


@register.filter
def said(text):
    """A two-language text in the language of the page."""
    return words(text)


@register.filter
def value(clause, name):
    """A parameter of a clause."""
    return getattr(clause, name)


@register.filter
def get(mapping, key):
    """An entry of a mapping, or None."""
    return mapping.get(key)
