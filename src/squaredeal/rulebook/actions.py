"""What can be done with the rulebook: change a parameter in a draft, submit, publish, drop, acknowledge."""
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from squaredeal.kernel.action import action
from squaredeal.kernel.clause import REGISTER
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import ClauseValue, PolicyVersion
from squaredeal.kernel.notify import notify
from squaredeal.kernel.sealing import check_read
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import FIRM

from . import policy
from .models import Acknowledgement


@action("rulebook.draft", may=policy.may_draft)
def draft(actor, number, *, parameters):
    """Set the parameters ({name: text}) of clause `number` in the actor's open draft, which is made when there is none.

    Refused with the field when a value is out of the clause's bounds; back to the values in force removes it from the draft.
    """
    clause = REGISTER.get(number)
    if clause is None or not clause.model_fields:
        raise Refused(_("This clause has no number to change."))
    today = timezone.localdate()
    now = clause.on(today)
    try:
        wanted = clause(**{**now.model_dump(), **parameters})
    except ValidationError as wrong:
        raise _out_of_bounds(clause, wrong) from None
    version = PolicyVersion.objects.select_for_update().filter(state=PolicyVersion.State.DRAFT, drafted_by=actor).first()
    if version is None:
        version = PolicyVersion.objects.create(number=_next_number(today), drafted_by=actor)
    if wanted == now:
        version.values_set.filter(clause=number).delete()
    else:
        ClauseValue.objects.update_or_create(version=version, clause=number, defaults={"parameters": wanted.model_dump(mode="json")})
    return version


@action("rulebook.submit", may=policy.may_change_draft)
def submit(actor, version, *, note=""):
    """Hand the draft to the director, with a word on why."""
    if not version.values_set.exists():
        raise Refused(_("The draft changes nothing yet. Change a number in a sentence first."))
    policy.VERSION.move(version, "submit")
    version.note = note
    version.save(update_fields=["state", "note"])
    notify(team.director(FIRM), _("%(person)s proposes policy %(version)s: %(note)s")
           % {"person": actor, "version": version, "note": note or "—"}, url="/rulebook/", clause=policy.Publication.number)
    return version


def _may_publish(actor, version, *, starts_on, **given):
    policy.may_publish(actor, version, starts_on=starts_on, today=timezone.localdate())


@action("rulebook.publish", may=_may_publish)
def publish(actor, version, *, starts_on, note="", seal=""):
    """From `starts_on` the version's values are in force; everybody is asked to acknowledge it. `seal` is that of the values the director
    read: what its author changed meanwhile is not published unread."""
    check_read(version, seal, clause=policy.Publication.number)
    if not version.values_set.exists():
        raise Refused(_("The draft changes nothing yet. Change a number in a sentence first."))
    policy.VERSION.move(version, "publish")
    version.starts_on, version.published_by, version.published_at = starts_on, actor, timezone.now()
    version.note = note or version.note
    version.save(update_fields=["state", "starts_on", "published_by", "published_at", "note"])
    for seat in team.people(FIRM):
        notify(seat.person, _("Policy %(version)s is published, in force from %(day)s. Read and acknowledge it.")
               % {"version": version, "day": starts_on}, url="/rulebook/", clause=policy.Acknowledging.number)
    return version


@action("rulebook.send_back", may=policy.may_change_draft)
def send_back(actor, version, *, note):
    """The director returns a submitted draft with the reason."""
    policy.VERSION.move(version, "send_back")
    version.note = note
    version.save(update_fields=["state", "note"])
    notify(version.drafted_by, _("Policy draft %(version)s came back: %(note)s") % {"version": version, "note": note}, url="/rulebook/",
           clause=policy.Publication.number)
    return version


@action("rulebook.drop", may=policy.may_change_draft)
def drop(actor, version):
    """The draft is given up; its values are forgotten."""
    policy.VERSION.move(version, "drop")
    version.save(update_fields=["state"])
    return version


def _may_acknowledge(actor, version):
    if version.state != PolicyVersion.State.PUBLISHED:
        raise Refused(_("Only a published version can be acknowledged."), clause=policy.Acknowledging.number)


@action("rulebook.acknowledge", may=_may_acknowledge)
def acknowledge(actor, version):
    """The actor has read the version; said once, kept with the moment."""
    made, _new = Acknowledgement.objects.get_or_create(version=version, person=actor)
    return made


def _next_number(today):
    """One more than the highest of the year, so that a later version never looks older; what is no number of ours is passed over."""
    said = PolicyVersion.objects.filter(number__startswith=f"{today.year}.").values_list("number", flat=True)
    return f"{today.year}.{max((int(n.partition('.')[2]) for n in said if n.partition('.')[2].isdecimal()), default=0) + 1}"


def _out_of_bounds(clause, wrong):
    error = wrong.errors()[0]
    name = str(error["loc"][0]) if error["loc"] else ""
    limits = {type(m).__name__: next(iter(vars(m).values()), None) if hasattr(m, "__dict__") else getattr(m, type(m).__name__.lower(), None)
              for m in clause.model_fields[name].metadata} if name in clause.model_fields else {}
    low, high = limits.get("Ge", limits.get("Gt")), limits.get("Le", limits.get("Lt"))
    said = error.get("input")
    if low is not None and high is not None:
        message = _("%(value)s is outside %(low)s to %(high)s. Enter a number within it.") % {"value": said, "low": low, "high": high}
    elif name and clause.model_fields[name].annotation is str:
        message = _("“%(value)s” does not fit here. Write one to six letters A to Z.") % {"value": said}
    else:
        message = _("“%(value)s” does not fit here. Enter a plain number.") % {"value": said}
    return Refused(message, field=name, clause=clause.number)
