"""What can be done with targets: set one cell, or many at once with a journal and an undo."""
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action
from squaredeal.kernel.calendar import month_of
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.organisation.team.models import Person, Role, Unit
from squaredeal.organisation.team.scope import people_under

from . import policy
from .models import Target


def _may(actor, subject, **given):
    policy.may_set(actor, subject, below=_below(actor, subject), **given)


def _below(actor, subject):
    """Whether the person or unit lies strictly below a manager's own."""
    if actor.role != Role.MANAGER:
        return False
    if isinstance(subject, Person):
        return subject != actor and subject.pk in people_under(actor)
    home = actor.seat.unit
    return isinstance(subject, Unit) and subject != home and subject.path.startswith(home.path)


@action("targets.set", may=_may)
def set_one(actor, subject, *, measure, month, amount):
    """The target of a person or unit for the month of a day; None removes it. Past months are closed."""
    first = _still_running(month)
    if amount is not None and amount < 0:
        raise Refused(_("A target is not negative. Enter 0 or more."), field="amount")
    whose = {"person": subject} if isinstance(subject, Person) else {"unit": subject}
    before = Target.objects.filter(**whose, measure=measure, month=first).first()
    if (before and before.amount) == amount:
        return before
    Journal.objects.create(actor=actor, verb="targets.set", count=1, moves=[{
        "kind": next(iter(whose)), "pk": subject.pk, "measure": measure, "month": first.isoformat(),
        "before": str(before.amount) if before else None, "after": None if amount is None else str(amount)}])
    if amount is None:
        if before:
            before.delete()
        return None
    target, _made = Target.objects.update_or_create(**whose, measure=measure, month=first, defaults={"amount": amount})
    return target


def _still_running(day):
    """The first day of the month of `day`; Refused when the month is over, for what was paid by its targets is not rewritten."""
    first, last = month_of(day)
    if last < timezone.localdate():
        raise Refused(_("%(month)s is over; its targets stay as they were. Change a month still running.") % {"month": first.strftime("%Y-%m")},
                      field="month", clause=policy.AnnualPlan.number)
    return first


@action("targets.undo", may=lambda actor, journal, **given: None)
def undo(actor, journal):
    """Put back what one's own last change replaced, unless somebody changed it since."""
    if journal.actor_id != actor.pk or journal.verb != "targets.set" or journal.undone_at:
        raise Refused(_("This change cannot be undone by you, or already was."))
    for move in journal.moves:
        _still_running(date.fromisoformat(move["month"]))
        _may(actor, (Person if move["kind"] == "person" else Unit).objects.get(pk=move["pk"]))
        whose = {f"{move['kind']}_id": move["pk"], "measure": move["measure"], "month": move["month"]}
        now = Target.objects.filter(**whose).first()
        if (now and now.amount) != (move["after"] and Decimal(move["after"])):
            raise Refused(_("The target was changed again since. Look at it and set it anew."))
        if move["before"] is None:
            Target.objects.filter(**whose).delete()
        else:
            Target.objects.update_or_create(**whose, defaults={"amount": move["before"]})
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return journal
