"""What can be done with scores and wages: enter or take away one, take one's own last change back, settle a month."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.organisation.team.scope import FIRM, people_under

from . import keeping, policy, queries
from .models import OF, Kind, Settled

VERB = "appraisal.set"


def _may_score(actor, person, **given):
    policy.may_score(actor, person, below=person.pk in people_under(actor), **given)


@action("appraisal.score", may=_may_score)
def score(actor, person, *, name, month, value, note=""):
    """The score of a person under a name for the month of a day; None takes it away. The same again changes nothing."""
    return _put(actor, Kind.SCORE, person, name, month, value, note)


@action("appraisal.wage", may=policy.may_pay)
def wage(actor, person, *, name, month, value, note=""):
    """The wage of a person, or another sum of theirs, from the month of a day on; None takes back what began in that month."""
    return _put(actor, Kind.WAGE, person, name, month, value, note)


def _put(actor, kind, person, name, month, value, note):
    model, month, name = OF[kind], month.replace(day=1), policy.named(kind, name)
    policy.check_month(month, timezone.localdate())
    policy.check_value(kind, value)
    policy.check_settled(actor, kind, queries.is_settled(FIRM, month), note)
    before = model.objects.filter(person=person, name=name, month=month, superseded_at__isnull=True).first()
    if (before and before.value) == value:
        if value is None and kind == Kind.WAGE and (since := queries.in_force(FIRM, person, name, month)):
            raise Refused(_("What began in %(month)s goes on. Write 0 where nothing is paid any more.") % {"month": f"{since.month:%Y-%m}"}, field="value",
                          clause=policy.WageBase.number)
        return before
    made = keeping.replace(model, actor, before, person_id=person.pk, name=name, month=month, value=value, note=note.strip()[:200])
    Journal.objects.create(actor=actor, verb=VERB, count=1, moves=[{"kind": str(kind), "new": made.pk, "old": before and before.pk}])
    return made


@action("appraisal.undo", may=lambda actor, journal, **given: None)
def undo(actor, journal):
    """Put back what one's own change replaced, unless somebody changed it since or the month is settled."""
    if journal.actor_id != actor.pk or journal.verb != VERB or journal.undone_at:
        raise Refused(_("This change cannot be undone by you, or already was."))
    for move in journal.moves:
        if not keeping.put_back(actor, move["kind"], move["new"], move["old"]):
            raise Refused(_("It was changed again since, or its month is settled. Look at it and enter it anew."))
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return journal


@action("appraisal.settle", may=policy.may_pay)
def settle(actor, month):
    """Pay of the month of a day is settled: its scores, and wages that begin in it or before, are only corrected from now on."""
    return Settled.objects.get_or_create(month=month.replace(day=1))[0]
