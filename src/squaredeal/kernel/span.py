"""What the pickers of the top bar say: a period ("2026Q4", "2026-10", "2026") and a scope ("me", "team", "firm")."""
import re
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from .calendar import month_of, quarter_of


@dataclass(frozen=True)
class Span:
    """A period by its code, with first and last day."""
    code: str
    starts_on: date
    ends_on: date

    def elapsed(self, today):
        """(days gone, days in all) on `today`, kept within the span."""
        days = (self.ends_on - self.starts_on).days + 1
        return max(0, min((today - self.starts_on).days + 1, days)), days

    def year_before(self):
        return Span("", self.starts_on.replace(year=self.starts_on.year - 1, day=1), month_of(self.ends_on.replace(
            year=self.ends_on.year - 1, day=1))[1])

    @property
    def first_month(self):
        return self.starts_on

    @property
    def last_month(self):
        return self.ends_on.replace(day=1)


def quarter(day):
    first, last = quarter_of(day)
    return Span(f"{first.year}Q{(first.month + 2) // 3}", first, last)


def month(day):
    first, last = month_of(day)
    return Span(f"{first:%Y-%m}", first, last)


def read(code, otherwise):
    """The span a code names; `otherwise` when it names none."""
    if found := re.fullmatch(r"(20\d\d)(?:Q([1-4])|-(0[1-9]|1[0-2]))?", code or ""):
        year, of_quarter, of_month = int(found[1]), found[2], found[3]
        if of_quarter:
            return quarter(date(year, int(of_quarter) * 3, 1))
        if of_month:
            return month(date(year, int(of_month), 1))
        return Span(found[1], date(year, 1, 1), date(year, 12, 31))
    return otherwise


def picked(request, *, otherwise=None):
    """(span, scope) of a request; the quarter of today and the widest scope the viewer's role has, when nothing is picked."""
    span = read(request.GET.get("period"), otherwise or quarter(timezone.localdate()))
    widest = {"director": "firm", "finance": "firm", "manager": "team"}.get(request.user.role, "me")
    open_to = {"firm": ("me", "team", "firm"), "team": ("me", "team"), "me": ("me",)}[widest]
    scope = request.GET.get("scope")
    return span, scope if scope in open_to else widest
