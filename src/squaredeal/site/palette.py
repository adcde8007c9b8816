"""What the palette finds: verbs and pages by name or initials, then whatever each section's `queries.search` answers."""
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from . import navigation

HEADS = {"customers": _("Customers"), "contracts": _("Quotes and contracts"), "negotiation": _("Deals"), "team": pgettext_lazy("palette", "People"), "rulebook": _("Rulebook")}
ICONS = {"customers": "building", "contracts": "file-text", "negotiation": "briefcase", "team": "user", "rulebook": "book"}
FEWEST = 2


def find(viewer, text):
    """[(head, [(icon, label, hint, url)])] for `text`; with none, the verbs and the pages.

    A section takes part with `search(viewer, text)` in its queries: [(label, hint, url)] within the viewer's reach.
    """
    text = text.strip()[:60]
    verbs = [(entry.icon, entry.label, "", entry.url) for entry in navigation.shown(navigation.VERBS, viewer) if named(text, str(entry.label))]
    pages = [(entry.icon, entry.label, "", entry.url)
             for entry in [*navigation.shown(navigation.RAIL, viewer), *navigation.shown([navigation.SETTINGS, navigation.MINE], viewer)]
             if named(text, str(entry.label))]
    groups = [(pgettext("palette", "Verbs"), verbs), (pgettext("palette", "Pages"), pages)]
    if len(text) >= FEWEST or any(ord(sign) > 255 for sign in text):
        for section in settings.SECTIONS:
            found = searcher(section)(viewer, text) if searcher(section) else []
            name = section.rsplit(".", 1)[-1]
            groups.insert(-2, (HEADS.get(name, name), [(ICONS.get(name, "search"), label, hint, url) for label, hint, url in found]))
    return [(head, rows) for head, rows in groups if rows]


def searcher(section):
    return getattr(import_module(f"{section}.queries"), "search", None) if find_spec(f"{section}.queries") else None


def named(text, label):
    """Whether `text` is part of the label, or begins its pinyin or its pinyin initials."""
    if not text or text.lower() in label.lower():
        return True
    from pypinyin import Style, lazy_pinyin
    return any("".join(lazy_pinyin(label, style=style)).lower().startswith(text.lower()) for style in (Style.NORMAL, Style.FIRST_LETTER))
