"""What every page's frame needs: who looks, where they may go, period and scope as picked, notices, company and policy version."""
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from squaredeal.kernel import clause, figures, queries, span
from squaredeal.kernel.templatetags import marks
from squaredeal.organisation.team import queries as team

from . import founding, navigation

SCOPES = {"firm": ("me", "team", "firm"), "team": ("me", "team"), "me": ("me",)}
WIDEST = {"director": "firm", "finance": "firm", "manager": "team"}


def shell(request):
    return {"viewer": getattr(request, "user", None), "frame": Frame(request)}


class Frame:
    """Read by shell.html; nothing is computed that a page does not show."""

    def __init__(self, request):
        self.request = request
        user = getattr(request, "user", None)
        self.viewer = user if user is not None and user.is_authenticated else None

    @property
    def demo(self):
        return settings.SQUAREDEAL_DEMO

    @property
    def empty(self):
        """Nobody is in it yet: the page to sign in says how the first one is made."""
        return founding.database_is_new()

    @property
    def passkeys(self):
        """Whether a browser lets this address have passkeys: a name, not a number, over https or on this machine."""
        host = self.request.get_host().rpartition(":")[0] or self.request.get_host()
        named = not host.replace(".", "").isdigit() and "[" not in host
        return named and (self.request.is_secure() or host == "localhost" or host.endswith(".localhost"))

    @cached_property
    def rail(self):
        return navigation.shown(navigation.RAIL, self.viewer, self.request.resolver_match) if self.viewer else ()

    @cached_property
    def settings_entry(self):
        return navigation.shown([navigation.SETTINGS], self.viewer, self.request.resolver_match) if self.viewer else ()

    @cached_property
    def phone(self):
        return navigation.shown(navigation.PHONE, self.viewer, self.request.resolver_match) if self.viewer else ()

    @cached_property
    def middle(self):
        """After which of the phone's entries ＋ stands; 0 without verbs."""
        return (len(self.phone) + 1) // 2 if self.verbs else 0

    @cached_property
    def verbs(self):
        return navigation.shown(navigation.VERBS, self.viewer)

    @cached_property
    def notices_url(self):
        return navigation.first_address(["kernel:notices"])

    @cached_property
    def unread(self):
        return queries.unread(self.viewer) if self.viewer else 0

    @cached_property
    def company(self):
        return next((unit.name for unit in team.units(self.viewer) if unit.parent_id is None), "")

    @cached_property
    def policy(self):
        return clause.version_on(timezone.localdate())

    @cached_property
    def me_url(self):
        return navigation.first_address(["team:me"])

    @cached_property
    def other_language(self):
        return ("zh-hans", "中文") if (get_language() or "").startswith("en") else ("en", "English")

    @cached_property
    def people(self):
        """Those one may enter as, in the demo company only."""
        if not self.demo:
            return []
        from .serve import demo_people
        return demo_people()

    # Period and scope: in the address, so that a page can be sent to somebody.

    @cached_property
    def _picked(self):
        return span.picked(self.request)

    @property
    def span(self):
        return self._picked[0]

    @property
    def span_label(self):
        return label(self.span.code)

    @cached_property
    def periods(self):
        """[(label, [(text, address, current)])]: quarters, months and years around today."""
        today = timezone.localdate()
        months = [span.month(today)]
        quarters = [span.quarter(today)]
        while len(months) < 6:
            months.append(span.month(months[-1].starts_on.replace(day=1) - timedelta(days=1)))
        while len(quarters) < 5:
            quarters.append(span.quarter(quarters[-1].starts_on - timedelta(days=1)))
        groups = [(pgettext("period", "Quarters"), [q.code for q in quarters]), (pgettext("period", "Months"), [m.code for m in months]),
                  (pgettext("period", "Years"), [str(today.year), str(today.year - 1)])]
        return [(title, [(label(code), self._with("period", code), code == self.span.code) for code in codes]) for title, codes in groups]

    @cached_property
    def carried(self):
        """What is picked, to hang on the rail's links so that it stays picked."""
        return marks.keep({"request": self.request})

    @cached_property
    def scopes(self):
        """[(text, address, current)]; empty for those who have only their own."""
        names = {"me": _("Me"), "team": _("My team"), "firm": _("Whole company")}
        open_to = SCOPES[WIDEST.get(self.viewer.role, "me")] if self.viewer else ()
        return [(names[scope], self._with("scope", scope), scope == self._picked[1]) for scope in open_to] if len(open_to) > 1 else []

    @property
    def scope_label(self):
        return next((text for text, _url, current in self.scopes if current), "")

    def _with(self, key, value):
        query = self.request.GET.copy()
        query.pop("page", None)
        query[key] = value
        return f"?{query.urlencode()}"


def label(code):
    """2026Q4 → 2026 年第四季度; 2026-10 → 2026 年 10 月; 2026 → 2026 年."""
    year = code[:4]
    if "Q" in code:
        number = int(code[-1])
        return f"{year} 年第{'一二三四'[number - 1]}季度" if figures.chinese() else f"Q{number} {year}"
    if "-" in code:
        first = date(int(year), int(code[5:]), 1)
        return f"{year} 年 {first.month} 月" if figures.chinese() else f"{first:%b} {year}"
    return f"{year} 年" if figures.chinese() else year
