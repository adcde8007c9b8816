"""Two versions of the plan over the same months: what each person would have got. Read-only; what is posted is left aside.

Asked by those who may see everybody's pay; one answer is remembered for an hour under what it was computed from, so a new receipt,
share, seat or target makes a new one.
"""
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.cache import caches
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.credits import queries as credits
from squaredeal.commission.credits.policy import WHOLE
from squaredeal.commission.plans import queries as plans
from squaredeal.commission.plans import reading
from squaredeal.kernel import progress, waiting
from squaredeal.kernel.calendar import exceptions, month_of
from squaredeal.organisation.team.models import Assignment, Person, active_on
from squaredeal.organisation.team.scope import FIRM

from . import computing, entered, inputs, policy, queries, signings, typed

HOUR, MOST_MONTHS = 3600, 36
APART, RUNS = 400, 12
"""Facts from which on a search takes longer than a second and is worked on apart; computations it usually takes, for the bar."""


@dataclass(frozen=True)
class Asked:
    """Which two versions, over which months (first days), told by what is earned or what is paid."""
    old: object
    new: object
    first: date
    last: date
    measured: str = "earned"

    @property
    def periods(self):
        """The codes of the months, 2026-08 …"""
        return [f"{m:%Y-%m}" for m in months_between(self.first, self.last)]

    @property
    def days(self):
        """From the first of January, so that sums to date are right, to the last day of the last month."""
        return self.first.replace(month=1, day=1), month_of(self.last)[1]


def months_between(first, last):
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(day)
        day = month_of(day)[1] + timedelta(days=1)
    return found


def months(viewer):
    """First days of the months that may be chosen, newest first: from the first receipt on, three years at most."""
    begin = queries.first_receipt(viewer) or timezone.localdate()
    return months_between(begin, timezone.localdate())[-MOST_MONTHS:][::-1]


def usual(viewer):
    """(first, last) month chosen when nobody says: the last three closed ones, else the three before this."""
    closed = [p.starts_on for p in queries.periods(viewer) if p.closed_at][:3]
    if not closed:
        closed = (months(viewer)[1:4] or months(viewer)[:1])
    return closed[-1], closed[0]


def versions(viewer):
    """Versions that can be laid beside each other: published ones and drafts, newest first."""
    return list(plans.versions(viewer).exclude(state="dropped").order_by("-starts_on", "-pk")[:60])


def given(asked):
    """(facts, credits, people, quotas, scores) of the days: what both versions are computed from."""
    first, last = asked.days
    both = [reading.loaded(v.text) for v in (asked.old, asked.new)]
    facts = [*inputs.facts(FIRM, first, last), *signings.of_kinds(FIRM, set().union(*map(signings.asked, both)), first, last)]
    earlier = {fact["id"]: fact for plan in both for fact in signings.beside(FIRM, plan, facts, last)}
    quotas = {(q["payee"], q["measure"], q["period"]): q for plan in both for q in computing.quotas(plan, first, last, FIRM)}
    scores = {(s["payee"], s["name"], s["period"]): s for plan in both for s in computing.scores(plan, first, last, FIRM)}
    people = inputs.people(FIRM)
    for plan in both:
        people = entered.with_wages(FIRM, plan, people, last)
    return [*facts, *earlier.values()], _credits(facts, last), people, list(quotas.values()), list(scores.values())


def _credits(facts, last):
    """Shares of the facts: as taken, and for receipts no run has taken yet as one would take them now."""
    known = {fact["id"] for fact in facts}
    late = [row for row in credits.untaken(FIRM, last) if row[0] in known]
    shares = credits.shares_by_contract(FIRM, {contract for _pk, _on, contract, _signer in late}) if late else {}
    return signings.credit(FIRM, facts) + [
        {"fact": pk, "payee": who, "share": share, "role": role, "reason": reason}
        for pk, _on, contract, signer in late for who, share, role, reason in shares.get(contract) or [(signer, WHOLE, "owner", "")]]


def simulation(viewer, asked):
    """The engine's Simulation; Unsound when a version cannot be computed over these facts."""
    from squaredeal.engine.trials.simulate import simulate
    rows = given(asked)
    return _remembered("simulation", asked, rows, (), lambda old, new, tables, over: simulate(
        old, new, tables, periods=asked.periods, measured=asked.measured, over=over))


def sought(viewer, asked, path, budget, *, apart=""):
    """The engine's Sought: the new version's rate at `path` with which the months cost at most `budget` yuan.

    Over many facts, unless the answer is known, it is worked on apart under the key `apart`, and None comes back; ask again, once
    `waiting.look` tells no more.
    """
    from squaredeal.engine.trials import seeking
    rows, more = given(asked), (path, Decimal(budget))

    def search(_old, new, tables, over):
        return seeking.seek(new, tables, path, budget, periods=asked.periods, measured=asked.measured, over=over,
                            progress=lambda _rate: progress.advance(1), cancel=(lambda: waiting.called_off(viewer, apart)) if apart else None)

    def work():
        try:
            _remembered("sought", asked, rows, more, search)
        except InterruptedError:
            return _("Called off.")
        return ""
    if apart and len(rows[0]) >= APART and _known("sought", asked, rows, more)[0] is None:
        waiting.do(viewer, apart, RUNS, work, at_once=False)
        return None
    return _remembered("sought", asked, rows, more, search)


def key_of(asked, path, budget):
    """What a search is told by while it is worked on."""
    said = repr((asked.old.pk, asked.new.pk, asked.new.text, asked.periods, asked.measured, path, str(budget)))
    return f"seek-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def rates(version):
    """The rates of a version that can be sought."""
    from squaredeal.engine.plan.levers import levers
    return levers(reading.loaded(version.text))


def _known(kind, asked, rows, more):
    """(the answer that is kept or None, the key it is kept under)."""
    told = repr((kind, asked.old.text, asked.new.text, asked.periods, asked.measured, more, rows, sorted(exceptions().items())))
    key = f"{kind}:{hashlib.sha256(told.encode()).hexdigest()}"
    return caches["answers"].get(key), key


def _remembered(kind, asked, rows, more, work):
    found, key = _known(kind, asked, rows, more)
    if found is None:
        from squaredeal.engine import PlanProblems, Tables
        from squaredeal.engine.plan.plan import Effective
        facts, credits, people, quotas, scores = rows
        first, last = asked.days
        goods = any(signings.performs(reading.loaded(version.text)) for version in (asked.old, asked.new))
        tables = Tables(facts=typed.table(facts, goods), credits=credits, people=people, quotas=quotas, scores=scores)
        try:
            found = work(reading.loaded(asked.old.text), reading.loaded(asked.new.text), tables, Effective(first=first, last=last))
        except PlanProblems as wrong:
            raise policy.Uncomputable(reading.shown(wrong.problems)) from wrong
        caches["answers"].set(key, found, HOUR)
    return found


def people(viewer, found):
    """{payee: (person, region)} of a simulation, by today's seat."""
    ids = [int(c.payee) for c in found.people]
    seats = {a.person_id: a.unit for a in Assignment.objects.filter(active_on(timezone.localdate()), person__in=ids).select_related("unit")}
    return {str(p.pk): (p, seats.get(p.pk)) for p in Person.objects.filter(pk__in=ids)}
