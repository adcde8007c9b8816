"""What can be asked of follow-ups: a customer's contacts and obligations, what is due and late, excuses, compliance a person."""
from datetime import timedelta

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from squaredeal.kernel import rows as table
from squaredeal.kernel.calendar import monday_of, working_day_on_or_before
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import stands_for
from squaredeal.process.customers.models import NO_STEP, ContactKind, Customer
from squaredeal.process.customers.policy import NextStep

from . import policy
from .models import ComplianceWeek, Excuse, FollowUp, Obligation

ICONS = {ContactKind.CALL: "phone", ContactKind.VISIT: "map-pin", ContactKind.MESSAGE: "message", ContactKind.MAIL: "mail",
         ContactKind.PROPOSAL: "file-text", ContactKind.TRIAL: "calendar", ContactKind.OTHER: "note"}
SHOWN = 200


def customer(viewer, pk):
    """A customer within reach with owner and contacts, or OutOfReach."""
    found = Customer.objects.seen_by(viewer).select_related("owner").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


def contacts(viewer, customer):
    """The contacts of a customer the viewer has reached."""
    return list(customer.contacts.all())


def contact(viewer, customer, pk):
    """The contact of that number, when it is one of the customer's; None for no number, Refused otherwise."""
    if not pk:
        return None
    found = customer.contacts.filter(pk=pk).first()
    if found is None:
        raise Refused(_("This is not a contact of %(customer)s. Choose one of theirs.") % {"customer": customer}, field="contact",
                      clause=policy.Recording.number)
    return found


def of_customer(viewer, customer):
    """Follow-ups of a customer within reach, newest first."""
    return FollowUp.objects.seen_by(viewer).filter(customer=customer).select_related("by", "contact")


def timeline(viewer, customer):
    """[event] of the customer's one timeline: the last contacts, kind `call`, `visit` … within the group `followup`."""
    found = []
    for row in of_customer(viewer, customer)[:SHOWN]:
        found.append({
            "at": row.at, "kind": row.kind, "group": "followup", "icon": icon(viewer, row.kind), "tone": "dian", "who": row.by,
            "title": row.get_kind_display(), "note": _("with %(contact)s") % {"contact": row.contact} if row.contact else "",
            "text": row.body, "url": "", "effective": row.effective, "followup": row.pk})
    return found


def icon(viewer, kind):
    return ICONS.get(kind, "note")


def proposal(viewer, customer, kind, result):
    """The next step proposed after a contact of today: `policy.NextStep`, moved to a working day still ahead."""
    today = timezone.localdate()
    step = policy.next_step(policy.Strategies.on(today), customer.grade, kind, result, today)
    working = working_day_on_or_before(step.on)
    return step._replace(on=working) if working > today else step


def box(viewer, customer):
    """What the grade asks of this customer, one row a duty: text, state "ok" | "open" | "late", when (day), clause; and how many are well.

    A duty the clock has not opened yet is shown as it will be opened.
    """
    today, strategy = timezone.localdate(), policy.Strategies.on(timezone.localdate())
    standing = {row.kind: row for row in Obligation.objects.filter(customer=customer, state=Obligation.State.OPEN, grade=customer.grade)}
    last, rows = {}, []
    duties = strategy.duties(customer.grade) if customer.owner_id else []
    for kind, at in FollowUp.objects.filter(customer=customer, effective=True).order_by().values_list("kind").annotate(at=Max("at")):
        last[kind] = timezone.localdate(at)
    for duty in duties:
        row, done = standing.get(duty.kind), max((last[k] for k in duty.met_by if k in last), default=None)
        late_since = row and (row.late_since or (row.due_on if row.due_on < today else None))
        rows.append({"text": duty.text, "kind": duty.kind, "due_on": row.due_on if row else today + timedelta(days=duty.every), "done_on": done,
                     "late_since": late_since, "rung": policy.rung(policy.Ladder.on(today), (today - late_since).days) if late_since else 0,
                     "state": "late" if late_since else "ok" if done and (duty.once or (today - done).days <= duty.every) else "open"})
    return {"rows": rows, "well": sum(row["state"] != "late" for row in rows), "clause": policy.clause_for(customer.grade)}


def late(viewer, rows=None):
    """Open obligations within reach that are late, longest first; `late_on` is the first missed day."""
    return _running(viewer, rows).filter(late_on__lt=timezone.localdate())


def risk(viewer, rows=None):
    """Open obligations within reach that are late enough to be of high risk by the ladder, longest first."""
    today = timezone.localdate()
    return _running(viewer, rows).filter(late_on__lte=today - timedelta(days=policy.Ladder.on(today).risk))


def soon(viewer, rows=None):
    """Open obligations within reach, not late, due by the end of next week, soonest first."""
    today = timezone.localdate()
    return _running(viewer, rows).filter(late_on__range=(today, monday_of(today) + timedelta(days=13)))


def _running(viewer, rows):
    """Open ones by `late_on`: the first missed day of a streak, else the day due."""
    rows = Obligation.objects.seen_by(viewer) if rows is None else rows
    return rows.filter(state=Obligation.State.OPEN).annotate(late_on=Coalesce("late_since", "due_on")).order_by("late_on", "pk")


def shown(viewer, running):
    """The page of a list with customer and owner, and each row's `duty` in words, `days` late and `step` of the ladder worked out once."""
    today = timezone.localdate()
    ladder, strategy = policy.Ladder.on(today), policy.Strategies.on(today)
    asks = {(grade, duty.kind): duty.text for grade in policy.BY_GRADE for duty in strategy.duties(grade)}
    for row in running:
        since = getattr(row, "late_on", today)
        row.duty, row.days = asks.get((row.grade, row.kind), row.get_kind_display()), max((today - since).days, 0)
        row.step = policy.rung(ladder, row.days)
    return running


def settled(viewer, state, week, rows=None):
    """Obligations within reach that fell due in the week of that Monday and are `state` ("met", "missed", "excused"; "due" for all)."""
    rows = Obligation.objects.seen_by(viewer) if rows is None else rows
    states = [Obligation.State.MET, Obligation.State.MISSED, Obligation.State.EXCUSED] if state == "due" else [state]
    return rows.filter(state__in=states, due_on__range=(week, week + timedelta(days=6))).order_by("due_on", "pk")


def narrowed(viewer, scope, *, grade="", person=None):
    """Obligations within reach in the scope picked, of a grade and of a person, to hand to `late`, `soon` and `settled`."""
    rows = Obligation.objects.in_scope(viewer, scope)
    if grade:
        rows = rows.filter(grade=grade)
    return rows.filter(owner=person) if person else rows


def with_customer(viewer, rows):
    """The rows with customer and owner, less what has changed hands since the last tick, so that nobody reads of a customer they gave away."""
    return rows.filter(customer__owner=table.numbered("owner")).select_related("customer", "owner")


def counts(viewer, rows):
    """{"late", "risk", "soon"} of narrowed rows, for the chips."""
    return {"late": late(viewer, rows).count(), "risk": risk(viewer, rows).count(), "soon": soon(viewer, rows).count()}


def quiet(viewer, customer):
    """The customer's excuse that runs or waits today or later, or None."""
    return Excuse.objects.filter(customer=customer, ends_on__gte=timezone.localdate()).exclude(state=Excuse.State.DECLINED) \
        .select_related("decided_by").order_by("starts_on").first()


def excuses(viewer):
    """Excuses within reach, those that wait first, then the latest."""
    return Excuse.objects.seen_by(viewer).select_related("person", "customer", "decided_by") \
        .annotate(asked=Count("pk", filter=Q(state=Excuse.State.ASKED))).order_by("-asked", "-starts_on", "-pk")


def excuse(viewer, pk):
    """One excuse within reach, or OutOfReach."""
    found = Excuse.objects.seen_by(viewer).select_related("person", "customer").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


def may_decide(viewer, excuse):
    """Whether the viewer's word is asked for: it waits, is of somebody else, and the viewer is their superior."""
    return excuse.state == Excuse.State.ASKED and excuse.person_id != viewer.pk \
        and bool({eyes.role for eyes in stands_for(viewer) if eyes.pk != excuse.person_id} & {Role.MANAGER, Role.DIRECTOR})


def waiting_excuses(viewer):
    """Excuses that wait for the viewer's word, oldest first."""
    if not {eyes.role for eyes in stands_for(viewer)} & {Role.MANAGER, Role.DIRECTOR}:
        return []
    rows = Excuse.objects.seen_by(viewer).filter(state=Excuse.State.ASKED).exclude(person=viewer).select_related("person", "customer")
    mine = [row for row in rows.order_by("asked_at")[:50] if may_decide(viewer, row)]
    above = superiors(viewer, timezone.localdate()) if mine else {}
    eyes = {person.pk for person in stands_for(viewer)}
    return [row for row in mine if (boss := above.get(row.person_id)) is None or boss.pk in eyes]


def superiors(viewer, on):
    """{person id: the nearest manager above, or the director where a region has none} of everybody with a post on a day."""
    seats, held = team.people(viewer, on), team.managers(viewer, on)
    director, found = next((seat.person for seat in seats if seat.position.role == Role.DIRECTOR), None), {}
    for seat in seats:
        above = (held[unit] for unit in reversed(seat.unit.line) if unit in held)
        boss = next((manager for manager in above if manager.pk != seat.person_id), director)
        if boss is not None and boss.pk != seat.person_id:
            found[seat.person_id] = boss
    return found


def superior_of(viewer, person):
    """Who decides for a person today, or None."""
    return superiors(viewer, timezone.localdate()).get(person.pk)


def people_by_id(viewer, pks):
    return Person.objects.in_bulk(list(pks))


def compliance(viewer, starts_on, ends_on):
    """{person id: {"due", "met", "excused", "rate"}} of weeks that begin within the span and not ahead of today, within reach.

    rate is met ÷ (due − excused) as a whole percentage, None when nothing was asked; from ComplianceWeek, one query.
    """
    rows = ComplianceWeek.objects.seen_by(viewer).filter(week__range=(starts_on, min(ends_on, timezone.localdate()))).order_by() \
        .values("person").annotate(d=Sum("due"), m=Sum("met"), e=Sum("excused"))
    return {row["person"]: {"due": row["d"], "met": row["m"], "excused": row["e"], "rate": policy.compliance(row["d"], row["m"], row["e"])}
            for row in rows}


def needs(viewer):
    """What of 二.2 needs the viewer now: their own late obligations, high risk first, their next steps of today and before; of those they
    lead what climbed to high risk, and excuses that wait for their word."""
    today, found = timezone.localdate(), []
    ladder = policy.Ladder.on(today)
    own = []
    if viewer.role == Role.REP:
        own = with_customer(viewer, late(viewer, Obligation.objects.filter(owner=viewer))).order_by("grade", "late_on", "pk")[:10]
    strategy = policy.Strategies.on(today)
    for row in own:
        days = (today - row.late_on).days
        duty = next((d.text for d in strategy.duties(row.grade) if d.kind == row.kind), row.get_kind_display())
        log = reverse("followup:log", args=[row.customer_id])
        found.append({
            "clause": row.clause, "due": row.late_on, "late": True, "grade": row.grade, "url": reverse("customers:record", args=[row.customer_id]),
            "title": _("%(customer)s: %(duty)s") % {"customer": row.customer, "duty": duty},
            "text": [_("Nothing of this kind yet"), _("You have been reminded"), _("Your manager has been told"), _("High risk")][policy.rung(ladder, days)],
            "weight": 30 + 10 * policy.rung(ladder, days) + {"A": 5, "B": 2}.get(row.grade, 0),
            "verbs": [{"label": _("Log contact"), "url": f"{log}?kind={row.kind}", "primary": True, "method": "get"}]})
    if viewer.role == Role.REP:
        found += _steps(viewer, today, {row.customer_id for row in own})
    if viewer.role == Role.MANAGER:
        found += _climbed(viewer)
    for row in waiting_excuses(viewer)[:10]:
        days = (row.ends_on - row.starts_on).days + 1
        found.append({
            "clause": policy.Excused.number, "due": row.starts_on, "late": row.starts_on < today, "url": reverse("followup:excuses"), "weight": 40,
            "title": ngettext("%(who)s asks to be excused for %(n)s day", "%(who)s asks to be excused for %(n)s days", days)
            % {"who": f"{row.person} · {row.customer}" if row.customer else row.person, "n": days},
            "text": row.reason, "verbs": [{"label": _("Agree"), "url": reverse("followup:grant", args=[row.pk]), "primary": True},
                                          {"label": pgettext("excuse", "Decline"), "url": reverse("followup:excuses"), "primary": False, "method": "get"}]})
    return found


def _steps(viewer, today, told):
    """The viewer's own customers whose next step is of today or before, those named already apart; the longest late first."""
    rows = Customer.objects.filter(owner=viewer, due_on__gt=NO_STEP, due_on__lte=today).exclude(pk__in=told).defer("needs")
    return [{
        "clause": NextStep.number, "due": row.next_step_on, "late": row.next_step_on < today, "grade": row.grade,
        "url": reverse("customers:record", args=[row.pk]), "title": _("%(customer)s: %(duty)s") % {"customer": row, "duty": row.next_step},
        "text": pgettext("several", ", ").join(filter(None, [row.get_next_step_kind_display(), row.next_step_at and f"{row.next_step_at:%H:%M}"])),
        "weight": 25 + {"A": 5, "B": 2}.get(row.grade, 0),
        "verbs": [{"label": _("Log contact"), "url": f"{reverse('followup:log', args=[row.pk])}?kind={row.next_step_kind}", "primary": True, "method": "get"}]}
        for row in rows.order_by("due_on", "grade", "pk")[:10]]


def _climbed(viewer):
    """For a manager: how many obligations of the team are of high risk, and whose they are, as one need."""
    rows = risk(viewer, with_customer(viewer, Obligation.objects.in_scope(viewer, "team").exclude(owner=viewer)))
    held = list(rows.order_by().values_list("owner__name").annotate(n=Count("pk")).order_by("-n", "owner"))
    if not held:
        return []
    count, url = sum(n for _name, n in held), f"{reverse('followup:due')}?state=risk&scope=team"
    return [{
        "clause": policy.Ladder.number, "due": None, "late": False, "weight": 45, "url": url,
        "title": ngettext("%(n)s follow-up is of high risk", "%(n)s follow-ups are of high risk", count) % {"n": count},
        "text": pgettext("several", ", ").join(f"{name} {n}" for name, n in held[:4]),
        "verbs": [{"label": pgettext("follow-up", "See them"), "url": url, "primary": False, "method": "get"}]}]


def to_log(viewer, text="", limit=12):
    """Customers the viewer may want to record a contact with: those found by name or pinyin initials, or, without text, their own in the
    order of the next step."""
    rows = Customer.objects.seen_by(viewer).select_related("owner")
    if text:
        return list(rows.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(initials__istartswith=text)).order_by("pk")[:limit])
    return list(rows.filter(owner=viewer, next_step_on__isnull=False).order_by("next_step_on", "pk")[:limit])
