"""The marks: what they print, that they escape what people type, and that what a viewer may not know is not in the page."""
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

import squaredeal
from squaredeal.kernel.clause import REGISTER, Clause

EVIL = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def draw(template, /, **given):
    request = RequestFactory().get(given.pop("address", "/"))
    return Template(template).render(Context({"request": request, **given}))


def test_an_amount_leads_to_its_rows_and_keeps_its_exact_value():
    shown = draw("{% wan amount '/rows/?a=1' %}", amount=Decimal("13120000.40"))
    assert shown == '<a class="sd-num" href="/rows/?a=1" title="13,120,000.40 元">1,312.0<span class="u">万</span></a>'
    assert draw("{{ amount|wan:'headline' }}", amount=13_120_000) == '<span class="sd-num" title="13,120,000.00 元">1,312<span class="u">万</span></span>'


def test_nothing_to_open_has_no_link():
    assert "href" not in draw("{% wan amount '/rows/' %}", amount=0)


@pytest.mark.parametrize("mark", [
    "{% who text %}", "{% who text note=text %}", "{% who text name=False %}", "{% pill 'wait' text %}", "{% clause text %}", "{% grade text %}",
    "{% tick 'ok' text text %}", "{% empty text text '/x' text %}", "{% bar 5 label=text %}", "{% th 'a' text %}", "{% wan 20000 text %}",
    "{% margin 0.2 note=text %}"])
def test_what_people_type_is_escaped(mark):
    shown = draw(mark, text=EVIL)
    assert "<script>" not in shown and "&lt;" in shown


@pytest.fixture
def marked():
    """A clause that only this test declares."""
    class Marked(Clause):
        number = "9.8.7"
        title = {"zh": "记号", "en": "Mark"}
        sentence = {"zh": "每 {a} 天一次。", "en": "Every {a} days."}
        a: int = 7
    yield Marked
    REGISTER.pop("9.8.7")


def test_a_clause_leads_to_the_rulebook_and_says_its_sentence(db, marked):
    shown = draw("{% clause '9.8.7' %}|{% clause which link=False %}", which=marked(a=3))
    linked, plain = shown.split("|")
    assert 'href="/rulebook/clause/9.8.7/"' in linked and 'title="每 7 天一次。"' in linked and "九·8 记号" in linked
    assert plain.startswith("<span") and 'title="每 3 天一次。"' in plain
    with translation.override("en"):
        assert "9.8 Mark" in draw("{% clause '9.8.7' %}")


def test_a_floor_the_viewer_may_not_know_is_not_in_the_page():
    known = draw("{% margin 0.246 floor=0.26 list_price=0.31 %}")
    assert "底线" in known and 'class="v zhe"' in known and 'class="m"' in known
    hidden = draw("{% margin 0.246 floor=None list_price=0.31 %}")
    assert "底线" not in hidden and "26" not in hidden and "zhe" not in hidden and 'class="m"' not in hidden


def test_bars_stay_within_their_track_and_need_no_style():
    shown = draw("{% bar 130 'jade' mark=-4 soft=None %}")
    assert 'width="100%"' in shown and 'x="0%"' in shown and "style" not in shown


def test_a_head_cell_sorts_up_then_down_and_says_so():
    first = draw("{% th 'name' '客户' %}", address="/?grade=A&page=4")
    assert "?grade=A&amp;sort=name" in first and "aria-sort" not in first and "page" not in first
    up = draw("{% th 'name' '客户' %}", address="/?sort=name")
    assert 'aria-sort="ascending"' in up and "sort=-name" in up
    assert 'aria-sort="descending"' in draw("{% th 'name' '客户' default='-name' %}")


def test_the_pager_keeps_the_conditions():
    shown = draw("{% pager page %}", page=Paginator(range(214), 8).page(2), address="/?grade=A&page=2")
    assert "第 9–16 条，共 214 条" in shown and "?grade=A&amp;page=1" in shown and "?grade=A&amp;page=3" in shown
    assert "href" not in draw("{% pager page %}", page=Paginator([1], 8).page(1))


def test_a_refused_field_keeps_what_was_typed_and_is_tied_to_its_error():
    class Form(forms.Form):
        price = forms.DecimalField(label="让价", max_value=5, help_text="百分点")
        note = forms.CharField(required=False, label="说明")
    form = Form({"price": "8.4", "note": EVIL})
    shown = draw("{% field form.price %}{% field form.note rows=2 %}", form=form)
    assert 'value="8.4"' in shown and 'aria-invalid="true"' in shown and 'aria-describedby="id_price-hint id_price-error"' in shown
    assert 'id="id_price-error"' in shown and "选填" in shown and "<script>" not in shown


def test_links_keep_period_and_scope():
    assert draw("{% keep %}", address="/?period=2026Q4&scope=team&page=2") == "?period=2026Q4&amp;scope=team"
    assert draw("{% keep %}") == ""


def test_every_icon_used_is_in_the_sprite():
    import re
    package = Path(squaredeal.__file__).parent
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (package / "site/static/vendor/icons.svg").read_text(encoding="utf-8")))
    used = {(path.name, name) for path in package.rglob("*.html") for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))}
    assert sprite and used
    assert [pair for pair in sorted(used) if pair[1] not in sprite] == []


def test_marks_with_markup_stay_out_of_attributes():
    """{{ x|wan }} is HTML; inside aria-label="…" it would end the attribute: wan_text is for that."""
    import re
    wrong = [f"{path.name}: {found[:80]}" for path in Path(squaredeal.__file__).parent.rglob("*.html")
             for found in re.findall(r'\s(?:aria-label|title|alt|placeholder|data-[a-z-]+)="[^"]*?\|wan[ :}%][^"]*"', path.read_text(encoding="utf-8"))]
    assert wrong == []
