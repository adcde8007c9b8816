"""The tags that keep what they worked out say what Django's own say, in each language, and never one person's to another."""
import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from squaredeal.kernel.addresses import address

pytestmark = pytest.mark.once
OURS = Engine(builtins=["squaredeal.kernel.templatetags.swift"])
DJANGOS = Engine(builtins=["django.templatetags.i18n"])


@pytest.mark.parametrize("said", [
    "{% translate 'Customers' %}", "{% translate 'open' context 'key' %}", "{% translate name %}", "{% translate 'Customers' as x %}-{{ x }}",
    "{% translate 'Customers' noop %}", "{% translate '100 %' %}",
    "{% blocktranslate with name=typed %}Choose {{ name }}{% endblocktranslate %}",
    "{% blocktranslate %}100 % of {{ typed }}{{ nobody }}{% endblocktranslate %}",
    "{% blocktranslate trimmed count n=one %}{{ n }} day late{% plural %}{{ n }} days late{% endblocktranslate %}",
    "{% blocktranslate trimmed count n=many with x=typed asvar y %}{{ n }} day {{ x }}{% plural %}{{ n }} days {{ x }}{% endblocktranslate %}{{ y }}",
    "{% url 'customers:record' many %}", "{% url 'customers:record' pk=many %}", "{% url name many as x %}-{{ x }}", "{% url 'customers:list' as x %}{{ x }}"])
def test_what_is_said_is_what_django_says(said):
    given = {"typed": "<b>", "one": 1, "many": 2401, "name": "customers:record"}
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            ours, djangos = OURS.from_string(said), DJANGOS.from_string(said)
            assert [ours.render(Context(given)), ours.render(Context(given))] == [djangos.render(Context(given))] * 2


def test_an_address_is_that_of_its_row_and_what_is_not_there_is_refused():
    assert [address("customers:record", pk) for pk in (0, 7, 12_345_678_901)] == [reverse("customers:record", args=[pk]) for pk in (0, 7, 12_345_678_901)]
    assert address("customers:list") == reverse("customers:list")
    with pytest.raises(NoReverseMatch):
        address("customers:record", "x")
    with pytest.raises(NoReverseMatch):
        address("customers:nowhere", 1)


def test_a_piece_is_made_once_for_each_of_its_values_and_languages():
    asked = []
    piece = OURS.from_string("{% kept who %}{{ make }}{% translate 'Customers' %}{% endkept %}")
    for who, language in (("zhou", "zh-hans"), ("zhou", "zh-hans"), ("chen", "zh-hans"), ("zhou", "en")):
        with translation.override(language):
            shown = piece.render(Context({"who": who, "make": lambda who=who: asked.append(who) or who}))
        assert shown.startswith(who)
    assert asked == ["zhou", "chen", "zhou"]


def test_a_long_value_is_not_kept():
    asked = []
    piece = OURS.from_string("{% kept said %}{{ make }}{% endkept %}")
    for _ in range(2):
        piece.render(Context({"said": "x" * 301, "make": lambda: asked.append(1) or ""}))
    assert len(asked) == 2
