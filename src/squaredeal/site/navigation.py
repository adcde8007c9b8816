"""Where the frame leads: the rail's entries, the phone's, and the verbs of ＋ and the palette; each only for roles that use it.

An address that does not exist (yet) hides its entry.
"""
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import import_module

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from squaredeal.organisation.team.models import Role

SELLING = frozenset({Role.DIRECTOR, Role.MANAGER, Role.REP})
MONEY = SELLING | {Role.FINANCE}
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, eq=False)
class Entry:
    """One way to go: `names` are tried in order, `spaces` are the namespaces in which it is the current one."""
    names: tuple
    icon: str
    label: str
    roles: frozenset = EVERYBODY
    spaces: frozenset = frozenset()
    count: str = ""
    """The module whose `count_waiting(viewer)` stands beside the entry."""
    first_for: dict = field(default_factory=dict)
    """{role: address name} where a role begins elsewhere."""

    def address(self, role):
        return first_address((self.first_for.get(role), *self.names) if role in self.first_for else self.names)


RAIL = (
    Entry(("insight:desk",), "home", _("Desk"), MONEY),
    Entry(("customers:list",), "building", _("Customers"), SELLING, frozenset({"customers", "followup"})),
    Entry(("negotiation:board",), "briefcase", _("Deals"), SELLING, frozenset({"negotiation"})),
    Entry(("contracts:register",), "contract", _("Quotes and contracts"), MONEY, frozenset({"contracts"})),
    Entry(("collection:index",), "wallet", _("Cash"), MONEY, frozenset({"collection"})),
    Entry(("targets:index",), "target", _("Targets"), SELLING, frozenset({"targets"})),
    Entry(("appraisal:scores",), "list-check", pgettext_lazy("rail", "Scores"), frozenset({Role.DIRECTOR, Role.MANAGER, Role.FINANCE}), frozenset({"appraisal"}),
          first_for={Role.FINANCE: "appraisal:wages"}),
    Entry(("statements:index",), "coin", _("Commission"), MONEY, frozenset({"plans", "credits", "runs", "statements"}),
          first_for={Role.FINANCE: "runs:index"}),
    Entry(("approvals:inbox",), "checkbox", pgettext_lazy("rail", "Approvals"), MONEY, frozenset({"approvals"}),
          "squaredeal.organisation.approvals.queries"),
    Entry(("negotiation:products",), "tag", _("Price list"), frozenset({Role.ADMIN}), frozenset({"negotiation"})),
    Entry(("rulebook:index",), "book", _("Rulebook"), EVERYBODY, frozenset({"rulebook"})),
    Entry(("insight:leaderboard",), "chart-bar", pgettext_lazy("rail", "Reports"), MONEY),
)
MINE = Entry(("team:me",), "user", _("My page"))
SETTINGS = Entry(("team:index",), "settings", _("Organisation"), frozenset({Role.DIRECTOR, Role.MANAGER, Role.ADMIN}), frozenset({"team"}))
PHONE = (
    Entry(("insight:desk",), "home", _("Today"), MONEY),
    Entry(("customers:list",), "building", _("Customers"), SELLING, frozenset({"customers", "followup"})),
    Entry(("approvals:inbox",), "checkbox", pgettext_lazy("rail", "Approvals"), MONEY, frozenset({"approvals"}),
          "squaredeal.organisation.approvals.queries"),
    Entry(("team:index",), "users", _("Organisation"), frozenset({Role.ADMIN}), frozenset({"team"})),
    Entry(("rulebook:index",), "book", _("Rulebook"), frozenset({Role.ADMIN}), frozenset({"rulebook"})),
)
VERBS = (
    Entry(("followup:new",), "note", _("Log contact"), SELLING),
    Entry(("customers:new",), "building", _("New customer"), SELLING),
    Entry(("negotiation:new",), "briefcase", _("New deal"), SELLING),
    Entry(("contracts:new",), "contract", _("New contract"), SELLING),
    Entry(("collection:receive",), "wallet", _("Record a receipt"), frozenset({Role.FINANCE})),
    Entry(("site:import",), "upload", _("Import a sheet"), MONEY),
    Entry(("targets:index",), "target", _("Set targets"), frozenset({Role.DIRECTOR, Role.MANAGER})),
    Entry(("statements:mine",), "calculator", _("Estimate commission"), frozenset({Role.REP})),
)


def first_address(names):
    """The address of the first name that exists without arguments, or ""."""
    return _first_address(tuple(names))


@cache
def _first_address(names):
    for name in names:
        if name:
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    return ""


@dataclass(frozen=True)
class Shown:
    """An entry as one person sees it now; alike ones are equal, so that what is drawn of them can be kept."""
    url: str
    icon: str
    label: str
    current: bool = False
    count: int = 0


def shown(entries, viewer, match=None):
    """(Shown, …) of the entries this viewer's role uses; `match` is the request's resolver match."""
    place = (match.view_name, match.namespace) if match else None
    found = _standing(tuple(entries), viewer.role, place, get_language())
    return tuple(replace(now, count=waiting(entry, viewer)) if entry.count else now for entry, now in found)


@lru_cache(maxsize=2000)
def _standing(entries, role, place, language):
    """((entry, Shown without its count), …): the same for everybody of a role who is at the same place and reads the same language."""
    used = [(entry, entry.address(role)) for entry in entries if role in entry.roles]
    return tuple((entry, Shown(url, entry.icon, str(entry.label), is_current(entry, place))) for entry, url in used if url)


def is_current(entry, place):
    return place is not None and (place[0] in (*entry.names, *entry.first_for.values()) or place[1] in entry.spaces)


def waiting(entry, viewer):
    """How many things wait for the viewer there; rail and phone both ask, and each section remembers its count for the request."""
    return import_module(entry.count).count_waiting(viewer) if entry.count else 0
