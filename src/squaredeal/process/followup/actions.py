"""What can be done in 二.2: record a follow-up, put its next step off, ask for and decide an excuse, call somebody in; and the nightly tick."""
from collections import defaultdict

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from squaredeal.kernel.action import action
from squaredeal.kernel.action import record as leave_entry
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.customers import actions as customers
from squaredeal.process.customers.models import ContactKind

from . import obligations, policy, queries
from .models import Excuse, FollowUp


@action("followup.record", may=policy.may_record)
def record(actor, customer, *, kind, body, next_kind, next_on, next_text, contact=None, at=None, next_at=None, effective=True):
    """One contact on record, with the next step it leads to.

    An effective one meets what the grade asks of this kind, or makes up for what is late, and moves the customer's last contact.
    `at` is the moment of the contact (now when None), `next_at` a time of day or None. Refused without body or next step, too late
    after the contact, or ahead of it.
    """
    now, today = timezone.now(), timezone.localdate()
    at = at or now
    on = timezone.localdate(at)
    policy.check_record(policy.Recording.on(today), today, on, body=body, next_kind=next_kind, next_on=next_on, next_text=next_text)
    made = FollowUp.objects.create(customer=customer, by=actor, contact=contact, kind=kind, at=min(at, now), body=body.strip(),
                                   effective=effective, next_step=next_text.strip()[:120], next_step_on=next_on)
    rows, touched = obligations.bring_up(customer, on, today)
    if effective:
        touched |= obligations.keep(customer, made, on, rows)
        if contact and kind == ContactKind.VISIT and (contact.last_met_on is None or contact.last_met_on < on):
            customers.change_contact(actor, contact, last_met_on=on)
    obligations.count_weeks(touched)
    customers.set_next_step.within(actor, customer, kind=next_kind, on=next_on, text=next_text.strip()[:120], at=next_at, contacted_on=on if effective else None)
    return made


@action("followup.reschedule", may=policy.may_record)
def reschedule(actor, customer, *, on, at=None):
    """The same next step on another day."""
    if not customer.next_step:
        raise Refused(_("%(customer)s has no next step yet. Set one.") % {"customer": customer}, clause=policy.Recording.number)
    policy.check_next_on(timezone.localdate(), on)
    customers.set_next_step.within(actor, customer, kind=customer.next_step_kind, on=on, text=customer.next_step, at=at)
    return customer


@action("followup.ask_leave", may=policy.may_ask_leave)
def ask_leave(actor, person, *, starts_on, ends_on, reason):
    """Ask that one's own leave be excused, for every customer."""
    return _ask(actor, None, starts_on, ends_on, reason)


@action("followup.ask_quiet", may=policy.may_ask_quiet)
def ask_quiet(actor, customer, *, starts_on, ends_on, reason):
    """Ask that a customer who wants quiet be excused."""
    return _ask(actor, customer, starts_on, ends_on, reason)


@action("followup.grant", may=policy.may_decide_excuse)
def grant(actor, excuse, *, note=""):
    """Agree: what falls due in the span does not count, also what has fallen due already."""
    _decide(actor, excuse, "grant", note)
    obligations.count_weeks(obligations.excuse(excuse))
    return excuse


@action("followup.decline", may=policy.may_decide_excuse)
def decline(actor, excuse, *, note):
    """Decline with a reason: what falls due counts."""
    if not note.strip():
        raise Refused(_("Declining needs a reason, so that %(person)s knows why. Write one sentence.") % {"person": excuse.person},
                      field="note", clause=policy.Excused.number)
    _decide(actor, excuse, "decline", note)
    return excuse


@action("followup.talk", may=policy.may_talk)
def talk(actor, person, *, week, grade, missed):
    """Call somebody in about the follow-ups missed in a week; they get a notice that leads to the customers."""
    if person.pk not in team.reps(actor):
        raise Refused(_("%(person)s does not answer to you.") % {"person": person}, clause=policy.Ladder.number)
    text = ngettext("%(actor)s wants to talk with you about %(n)s missed follow-up of the week of %(week)s.",
                    "%(actor)s wants to talk with you about %(n)s missed follow-ups of the week of %(week)s.", missed)
    notify(person, text % {"actor": actor, "n": missed, "week": f"{week:%m-%d}"}, clause=policy.Ladder.number,
           url=f"{reverse('followup:due')}?state=missed&week={week}" + (f"&grade={grade}" if grade else ""))
    return person


def tick(on):
    """What the clock does once a day, and as often as it is called: close what no longer applies, settle what was due before `on`, open
    what is missing, climb the ladder, count the weeks. Returns {"closed", "weeks" counted again, "opened", "climbed"}; a second call finds nothing."""
    with transaction.atomic():
        closed = obligations.drop_stale()
    weeks = set()
    while True:  # batch by batch, each whole with its counts, so that nobody waits long and an interruption loses nothing
        with transaction.atomic():
            touched = obligations.pass_due(on)
            obligations.count_weeks(touched)
        if not touched:
            break
        weeks |= touched
    with transaction.atomic():
        opened = obligations.open_missing(on)
    with transaction.atomic():
        climbed = _climb(on)
    done = {"closed": closed, "weeks": len(weeks), "opened": opened, "climbed": climbed}
    if any(done.values()):
        leave_entry(None, "followup.tick", str(on), done)
    return done


def _ask(actor, customer, starts_on, ends_on, reason):
    policy.check_excuse(policy.Excused.on(timezone.localdate()), timezone.localdate(), starts_on, ends_on, reason)
    standing = Excuse.objects.filter(person=actor, customer=customer, starts_on__lte=ends_on, ends_on__gte=starts_on) \
        .exclude(state=Excuse.State.DECLINED).first()
    if standing:
        raise Refused(_("%(first)s to %(last)s is asked for already. Choose other days.")
                      % {"first": standing.starts_on, "last": standing.ends_on}, field="starts_on", clause=policy.Excused.number)
    superior = queries.superior_of(FIRM, actor)
    if superior is None:
        raise Refused(_("Nobody above you could agree to this. Ask the administrator who should."), clause=policy.Excused.number)
    asked = Excuse.objects.create(person=actor, customer=customer, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()[:200])
    notify(superior, _("%(person)s asks to be excused %(first)s to %(last)s: %(why)s")
           % {"person": actor, "first": starts_on, "last": ends_on, "why": asked.reason},
           url=reverse("followup:excuses"), clause=policy.Excused.number)
    return asked


def _decide(actor, excuse, step, note):
    policy.EXCUSE.move(excuse, step)
    excuse.decided_by, excuse.decided_at, excuse.note = actor, timezone.now(), note.strip()[:200]
    excuse.save(update_fields=["state", "decided_by", "decided_at", "note"])
    said = _("%(actor)s agreed: %(first)s to %(last)s does not count.") if step == "grant" \
        else _("%(actor)s declined: %(first)s to %(last)s counts. %(note)s")
    notify(excuse.person, said % {"actor": actor, "first": excuse.starts_on, "last": excuse.ends_on, "note": excuse.note},
           url=reverse("followup:excuses"), clause=policy.Excused.number)


def _climb(on):
    """One notice a person and step, naming the customers: the owner at each step, the superior from the copy on."""
    ladder = policy.Ladder.on(on)
    steps, late = defaultdict(list), defaultdict(dict)
    for row, step in obligations.climbing(on, ladder):
        steps[step].append(row.pk)
        late[row.owner_id, step].setdefault(row.customer_id, str(row.customer))
    people, above = queries.people_by_id(FIRM, {owner for owner, _step in late}), queries.superiors(FIRM, on)
    days = {1: ladder.remind, 2: ladder.copy_to, 3: ladder.risk}
    for (owner, step), names in sorted(late.items()):
        person, said = people[owner], {"n": len(names), "days": days[step], "names": _listed(names)}
        notify(person, _own_words(step, len(names)) % said, url=reverse("followup:due"), clause=policy.Ladder.number)
        superior = above.get(owner)
        if step > 1 and superior is not None and superior != person:
            notify(superior, _superior_words(step, len(names)) % (said | {"person": person}), clause=policy.Ladder.number,
                   url=f"{reverse('followup:due')}?person={owner}")
    obligations.mark_climbed(steps, on)
    return sum(map(len, steps.values()))


def _own_words(step, n):
    if step == 3:
        return ngettext("High risk: %(n)s customer is %(days)s days late or more: %(names)s",
                        "High risk: %(n)s customers are %(days)s days late or more: %(names)s", n)
    return ngettext("%(n)s customer is %(days)s days late: %(names)s", "%(n)s customers are %(days)s days late: %(names)s", n)


def _superior_words(step, n):
    if step == 3:
        return ngettext("High risk: %(n)s customer of %(person)s is %(days)s days late or more: %(names)s",
                        "High risk: %(n)s customers of %(person)s are %(days)s days late or more: %(names)s", n)
    return ngettext("%(n)s customer of %(person)s is %(days)s days late: %(names)s",
                    "%(n)s customers of %(person)s are %(days)s days late: %(names)s", n)


def _listed(names):
    """The first names, and how many more."""
    shown = list(names.values())
    more = len(shown) - 5
    joined = pgettext("between names", ", ").join(shown[:5])
    return joined if more <= 0 else ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % {"names": joined, "n": more}
