"""Django's own {% url %}, {% translate %} and {% blocktranslate %}, worked out once and kept, for a page says them a hundred times; and {% kept %}.

They answer what Django's answer and take the same words; what is unusual about one (a name that is not constant, keyword arguments, a
value that is not there) is left to Django's. Words are kept by language, addresses by `kernel.addresses`.
"""
from decimal import Decimal

from django import template
from django.template.base import Node, render_value_in_context
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from ..addresses import address

register = template.Library()
MOST, LONGEST = 300, 300
"""Pieces that one {% kept %} keeps, and signs of a text that may be among its values: what people may write into an address fills no memory."""


def _constant(expression):
    """Whether an expression is a text in quotes to which nothing is done."""
    return not expression.filters and (not expression.is_var or expression.var.literal is not None)


class Address(Node):
    def __init__(self, node):
        self.name, self.keys, self.asvar = str(node.view_name.var), node.args, node.asvar

    def render(self, context):
        keys = [key.resolve(context) for key in self.keys]
        try:
            found = address(self.name, *keys)
        except NoReverseMatch:
            if not self.asvar:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser, token):
    """{% url "name" key … %} as Django's."""
    node = django_url(parser, token)
    return node if node.kwargs or not _constant(node.view_name) else Address(node)


class Words(Node):
    def __init__(self, node):
        self.asvar, node.asvar = node.asvar, None
        self.node, self.said = node, {}

    def render(self, context):
        language = translation.get_language()
        try:
            said = self.said[language]
        except KeyError:
            said = self.said[language] = self.node.render(context)
        if self.asvar:
            context[self.asvar] = said
            return ""
        return said


@register.tag("translate")
def translate(parser, token):
    """{% translate "words" %} as Django's."""
    node = i18n.do_translate(parser, token)
    settled = _constant(node.filter_expression) and not node.noop and (node.message_context is None or _constant(node.message_context))
    return Words(node) if settled else node


class Sentence(Node):
    def __init__(self, node):
        self.node, self.asvar, self.given, self.counter = node, node.asvar, node.extra_context, node.counter
        self.one, self.names = node.render_token_list(node.singular)
        self.many, more = node.render_token_list(node.plural) if node.counter else ("", [])
        self.names, self.said = tuple(dict.fromkeys([*self.names, *more])), {}
        self.of = str(node.message_context.var) if node.message_context else None

    def render(self, context):
        given = {name: value.resolve(context) for name, value in self.given.items()}
        try:
            if self.counter:
                count = given[self.node.countervar] = self.counter.resolve(context)
                form = self._plural(count)
            else:
                form = self._plain()
            words = form % {name: render_value_in_context(given[name] if name in given else context[name], context) for name in self.names}
        except (KeyError, TypeError, ValueError):
            return self.node.render(context)
        if self.asvar:
            context[self.asvar] = SafeString(words)
            return ""
        return words

    def _plain(self):
        language = translation.get_language()
        if language not in self.said:
            self.said[language] = translation.pgettext(self.of, self.one) if self.of else translation.gettext(self.one)
        return self.said[language]

    def _plural(self, count):
        if not isinstance(count, Decimal | float | int):
            raise TypeError(count)
        return translation.npgettext(self.of, self.one, self.many, count) if self.of else translation.ngettext(self.one, self.many, count)


@register.tag("blocktranslate")
def blocktranslate(parser, token):
    """{% blocktranslate … %} as Django's."""
    node = i18n.do_block_translate(parser, token)
    return Sentence(node) if node.message_context is None or _constant(node.message_context) else node


class Kept(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist, parts):
        self.nodelist, self.parts, self.made = nodelist, parts, {}

    def render(self, context):
        key = (translation.get_language(), *[part.resolve(context) for part in self.parts])
        if any(isinstance(part, str) and len(part) > LONGEST for part in key):
            return self.nodelist.render(context)
        found = self.made.get(key)
        if found is None:
            if len(self.made) >= MOST:
                self.made.clear()
            found = self.made[key] = self.nodelist.render(context)
        return found


@register.tag
def kept(parser, token):
    """{% kept a b %}…{% endkept %}: what comes of nothing but the language and these values, all hashable, is made once for each of them.

    Only for what is the same for everybody with the same values: no token, no address of this request, nothing of its own.
    """
    parts = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, parts)
