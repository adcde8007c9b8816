"""The shared marks of the design, as template tags and filters: figures, days, grade, pill, person, clause, bars, table heads, pages.

Figures come from `kernel.figures`. Everything a person typed is escaped; widths are SVG attributes, for the content security
policy refuses `style=`.
"""
from functools import cache, lru_cache

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import figures
from ..clause import REGISTER

register = template.Library()
for name in ("grouped", "fen", "pct", "points", "minus", "day", "full_day", "short_day", "due", "late", "exact"):
    register.filter(name, getattr(figures, name))


@register.filter("wan")
def wan_filter(amount, style=""):
    """{{ amount|wan }}, {{ amount|wan:"headline" }} or, where all of a column keep 万, "column": figure and unit, the exact amount in the title."""
    return _figure("span", amount, "", style == "headline", style == "column")


@register.filter
def wan_text(amount, style=""):
    """{{ amount|wan_text }}: the same without markup, for attributes (aria-label, title)."""
    return figures.wan_text(amount, headline=style == "headline")


@register.simple_tag
def wan(amount, href="", headline=False):
    """{% wan amount href %}: the same, dotted and leading to its rows when `href` is given."""
    return _figure("a" if href else "span", amount, href, headline)


def _figure(tag, amount, href, headline, column=False):
    return _drawn(tag, figures.decimal(amount), href, headline, column, get_language())


@lru_cache(maxsize=4000, typed=True)
def _drawn(tag, amount, href, headline, column, _language):
    figure, unit = figures.wan(amount, headline=headline, column=column)
    if unit:
        figure = format_html('{}<span class="u">{}</span>', figure, unit)
    if not figures.decimal(amount):
        return format_html('<span class="sd-3">{}</span>', figure)
    if tag == "a":
        return format_html('<a class="sd-num" href="{}" title="{}">{}</a>', href, figures.exact(amount), figure)
    return format_html('<span class="sd-num" title="{}">{}</span>', figures.exact(amount), figure)


@register.simple_tag
def icon(name, small=False):
    """{% icon "check" %}: one of the symbols in vendor/icons.svg; `small=True` beside 13-px text."""
    return _symbol(str(name), small)


@cache
def _symbol(name, small):
    return format_html('<svg class="sd-i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', " sd-i-s" if small else "",
                       static("vendor/icons.svg"), name)


@register.filter
def choice(row, name):
    """{{ row|choice:"kind" }}: what `row.get_kind_display` says, without going through all choices for each row."""
    value = getattr(row, name)
    return _choices(type(row), name).get(value, value)


@cache
def _choices(model, name):
    return dict(model._meta.get_field(name).flatchoices)


@register.inclusion_tag("kernel/marks/seal.html")
def seal(size=28):
    """The seal of the house."""
    return {"size": size}


@register.simple_tag
def grade(letter, lg=False):
    """{% grade customer.grade %}: A filled, B outlined, C dashed."""
    return _graded(letter, lg, get_language()) if letter else ""


@lru_cache(maxsize=100, typed=True)
def _graded(letter, lg, _language):
    return format_html('<span class="sd-grade {}{}" title="{}">{}</span>', str(letter).lower(), " lg" if lg else "",
                       _("Grade %(grade)s") % {"grade": letter}, letter)


@register.simple_tag
def pill(kind, text):
    """{% pill "wait" text %}: off a draft · run going on · wait for somebody · done · now for you."""
    return _pill(kind, text)


@lru_cache(maxsize=1000, typed=True)
def _pill(kind, text):
    return format_html('<span class="sd-pill {}">{}</span>', kind, text)


@register.simple_tag
def who(person, note="", lg=False, name=True):
    """{% who person %}: a disc with the first character, and the name; `note` below it, `name=False` for the disc alone."""
    if person is None or person == "":
        return figures.NOTHING
    return _person(str(person), (getattr(person, "pk", None) or 0) % 5 + 1, note, lg, name)


@lru_cache(maxsize=2000, typed=True)
def _person(text, colour, note, lg, name):
    disc = format_html('<span class="sd-ava p{}{}" aria-hidden="true">{}</span>', colour, " lg" if lg else "", text[:1])
    if not name:
        return format_html('<span class="sd-person" title="{}">{}<span class="sd-vh">{}</span></span>', text, disc, text)
    if note:
        return format_html('<span class="sd-person">{}<span><span class="sd-b">{}</span><br><span class="sd-xs sd-3">{}</span></span></span>',
                           disc, text, note)
    return format_html('<span class="sd-person">{}{}</span>', disc, text)


@register.simple_tag
def clause(which, link=True):
    """{% clause "2.2.1" %} or a clause class: its boxed tag, leading to it in the rulebook, its sentence of today in the title.

    `link=False` inside another link. A number no section declares is shown as it is, without a link.
    """
    if not which:
        return ""
    found = REGISTER.get(which) if isinstance(which, str) else which
    if found is None:
        return format_html('<span class="sd-clause">{}</span>', which)
    tag = found.tag()
    say = (found if not isinstance(found, type) else found.on(timezone.localdate())).text()
    address = _address("rulebook:clause", found.number) if link else ""
    if not address:
        return format_html('<span class="sd-clause" title="{}">{}</span>', say, tag)
    return format_html('<a class="sd-clause" href="{}" title="{}">{}</a>', address, say, tag)


@register.simple_tag
def bar(value, kind="", mark=None, soft=None, label="", thin=False):
    """{% bar 52 "jade" mark=59 soft=70 %}: percentages from 0 to 100; `soft` with commitment, `mark` should be by today.

    kind: "" ink · jade money in hand · c2 running · zhe under the floor.
    """
    parts = [format_html('<svg class="sd-bar{}" role="img" aria-label="{}"><rect class="t" width="100%" height="100%" rx="3"/>',
                         " thin" if thin else "", label or f"{_share(value)}%")]
    if soft is not None:
        parts.append(format_html('<rect class="v soft" width="{}%" height="100%" rx="3"/>', _share(soft)))
    parts.append(format_html('<rect class="v {}" width="{}%" height="100%" rx="3"/>', kind, _share(value)))
    if mark is not None:
        parts.append(format_html('<rect class="m" x="{}%" y="-3" width="1.5" height="12"/>', _share(mark)))
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 every part is escaped above


def _share(value):
    number = figures.decimal(value) or 0
    return f"{max(0, min(100, number)):.1f}".removesuffix(".0")


@register.inclusion_tag("kernel/marks/margin.html")
def margin(now, floor=None, list_price=None, scale=None, note=""):
    """{% margin 0.246 floor=0.26 list_price=0.31 %}: rates; a viewer who may not know the floor gets None and sees neither tick nor colour."""
    now, floor, list_price = map(figures.decimal, (now, floor, list_price))
    full = figures.decimal(scale) or figures.decimal("0.4")
    return {"now": now, "floor": floor, "list_price": list_price, "note": note,
            "kind": "" if floor is None else "jade" if now >= floor else "zhe",
            "value": (now or 0) / full * 100, "mark": None if floor is None else floor / full * 100}


@register.inclusion_tag("kernel/marks/tick.html")
def tick(state, text, when="", which=None):
    """{% tick "ok" text when "2.2.1" %}: an obligation: ok · open · late."""
    return {"state": state, "text": text, "when": when, "which": which}


@register.inclusion_tag("kernel/marks/empty.html")
def empty(title, text="", href="", verb="", icon=""):
    """{% empty title text href verb %}: what will be here, and the one verb that starts it."""
    return {"title": title, "text": text, "href": href, "verb": verb, "icon": icon}


@register.inclusion_tag("kernel/marks/field.html")
def field(bound, label="", hint=None, key="", **attrs):
    """{% field form.name label="…" hint="…" rows=3 %}: label above, field, hint, error; further words become its attributes.

    Not required is written beside the label; `key` gives the field a letter of the keyboard.
    """
    wrong, hint = bool(bound.errors), bound.help_text if hint is None else hint
    kind = getattr(bound.field.widget, "input_type", "")
    shape = {"checkbox": "form-check-input", "radio": "", "select": "form-select", "file": "form-control"}.get(kind, "form-control")
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    given = {**attrs, "class": " ".join(filter(None, [bound.field.widget.attrs.get("class", ""), shape, "is-invalid" if wrong else ""]))}
    below = [f"{bound.auto_id}-{part}" for part, there in (("hint", hint), ("error", wrong)) if there]
    if below:
        given["aria-describedby"] = " ".join(below)
    if wrong:
        given["aria-invalid"] = "true"
    if key:
        given["data-key"] = key
    return {"bound": bound, "widget": bound.as_widget(attrs=given), "label": label or bound.label, "hint": hint,
            "check": kind == "checkbox", "optional": not bound.field.required and kind not in {"checkbox", "radio"}}


@register.inclusion_tag("kernel/marks/th.html", takes_context=True)
def th(context, key, label, default="", right=False, into="#table", most=False):
    """{% th "name" label %}: a head cell that sorts by ?sort=name, then -name (`most`: the largest first, then name); `default` is the
    order without ?sort."""
    now = context["request"].GET.get("sort") or default
    down, here = now == f"-{key}", now in (key, f"-{key}")
    return {"label": label, "right": right, "into": into, "down": down, "here": here, "icons": ("arrow-up", "arrow-down"),
            "href": _query(context["request"], sort=key if down or not (here or most) else f"-{key}", page=None)}


@register.inclusion_tag("kernel/marks/pager.html", takes_context=True)
def pager(context, page: Page, into="#table"):
    """{% pager page %}: which rows these are, the pages by number, and the ones before and after; needs Django's Page."""
    request, gap = context["request"], page.paginator.ELLIPSIS
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1) if page.has_other_pages() else []
    return {"page": page, "into": into, "count": figures.grouped(page.paginator.count),
            "numbers": [(n, "" if n == gap else _query(request, page=n), n == page.number) for n in numbers],
            "before": _query(request, page=page.previous_page_number()) if page.has_previous() else "",
            "after": _query(request, page=page.next_page_number()) if page.has_next() else ""}


@register.simple_tag(takes_context=True)
def keep(context, **changed):
    """{% keep %}: "?period=…&scope=…" as picked, to hang on a link so that it stays picked; "" when nothing is."""
    request = context.get("request")
    picked = {key: request.GET[key] for key in ("period", "scope") if request and request.GET.get(key)} | changed
    return _encoded({key: value for key, value in picked.items() if value})


def _query(request, **changed):
    found = request.GET.copy()
    for key, value in changed.items():
        found.pop(key, None)
        if value is not None:
            found[key] = str(value)
    return f"?{found.urlencode()}"


def _encoded(pairs):
    from urllib.parse import urlencode
    return f"?{urlencode(pairs)}" if pairs else ""


def _address(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
