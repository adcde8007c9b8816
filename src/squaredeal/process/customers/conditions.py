"""The conditions of the list as chips: what is chosen, what could be, and the address each choice leads to."""
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from . import queries
from .forms import SILENT
from .models import Channel, Grade, ValueGrade

KEPT = ("period", "scope", "sort", "size", "q", "view", "grade", "value", "unit", "owner", "channel", "silent")


@dataclass
class Chip:
    """One condition: its name, what is chosen in words, its options [(text, address, chosen)], the address without it."""
    key: str
    label: str
    said: str = ""
    options: list = field(default_factory=list)
    clear: str = ""


def address(query, **changed):
    """The list's query string with some keys changed (None drops one, a list gives several); the page begins anew."""
    pairs = {key: query.getlist(key) for key in KEPT if query.getlist(key)}
    for key, value in changed.items():
        pairs[key] = [] if value is None else value if isinstance(value, list) else [value]
    return f"?{urlencode({k: v for k, v in pairs.items() if v}, doseq=True)}"


def chips(viewer, query, asked):
    """(chips in the bar, chips under ＋) for conditions as in `asked`."""
    owners = queries.owners(viewer, asked.get("owner") or ()) if viewer.role != "rep" else []
    regions = queries.regions(viewer) if viewer.role in {"director", "finance"} else []
    several = [_chip(query, asked, "grade", _("Grade"), Grade.choices, short=True)]
    if len(regions) > 1:
        several.append(_chip(query, asked, "unit", pgettext("list", "Region"), [(u.pk, u.name) for u in regions]))
    if len(owners) > 1 or asked.get("owner"):
        several.append(_chip(query, asked, "owner", _("Owner"), [(p.pk, p.name) for p in owners]))
    more = [_chip(query, asked, "value", _("Value"), ValueGrade.choices), _chip(query, asked, "channel", _("Channel"), Channel.choices)]
    now = asked.get("silent")
    silent = Chip("silent", _("Not contacted"), _days(now) if now else "", clear=address(query, silent=None))
    silent.options = [(_days(n), address(query, silent=None if n == now else n), n == now) for n in SILENT]
    more.append(silent)
    return several + [c for c in more if c.said], [c for c in more if not c.said]


def _chip(query, asked, key, label, choices, *, short=False):
    chosen = asked.get(key) or []
    made = Chip(key, label, clear=address(query, **{key: None}))
    made.said = pgettext("several", ", ").join(str(value if short else text) for value, text in choices if value in chosen)
    for value, text in choices:
        after = [v for v in chosen if v != value] if value in chosen else [*chosen, value]
        made.options.append((text, address(query, **{key: after or None}), value in chosen))
    return made


def _days(n):
    return ngettext("for %(n)s day", "for %(n)s days", n) % {"n": n}
