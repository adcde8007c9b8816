"""What can be done with plans: draft, revise, publish, drop, and begin a new version from an old one."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.sealing import check_read

from . import payable, policy, queries, reading
from .models import PlanVersion


@action("plan.draft", may=policy.may_draft)
def draft(actor, subject, *, text, note=""):
    """A draft from the YAML of a plan; `subject` is None, or the version it begins from. Unsound when the text has problems."""
    plan = _sound(text)
    first, last = reading.effective(plan)
    name = reading.name(plan)
    return PlanVersion.objects.create(name=name, version=queries.next_version(actor, name), text=text, note=note[:200], made_by=actor,
                                      starts_on=first, ends_on=last)


@action("plan.revise", may=policy.may_draft)
def revise(actor, plan, *, text, note=""):
    """Change the text of a draft. Unsound, and nothing changed, when the text has problems."""
    if plan.state != PlanVersion.State.DRAFT:
        raise Refused(_("A published plan is never edited; begin a new version from it."), field="text", clause=policy.Rates.number)
    read = _sound(text)
    plan.starts_on, plan.ends_on = reading.effective(read)
    name = reading.name(read)
    if name != plan.name:
        plan.name, plan.version = name, queries.next_version(actor, name)
    plan.text, plan.note, plan.made_by, plan.made_at = text, note[:200], actor, timezone.now()
    plan.save()
    return plan


@action("plan.publish", may=policy.may_publish)
def publish(actor, plan, *, starts_on=None, seal=""):
    """People are paid by it from `starts_on` (the plan's own first day when None), a first of a month, on. `seal` is that of the text
    the director read: a draft that finance changed meanwhile is not published unread."""
    check_read(plan, seal, field="text", clause=policy.Rates.number)
    read = _sound(plan.text)
    first, last = reading.effective(read)
    starts_on = starts_on or first
    if first and not first <= starts_on or last and starts_on > last:
        raise Refused(_("The plan says it applies from %(first)s to %(last)s; publish it from a day within.")
                      % {"first": first, "last": last or "—"}, field="starts_on", clause=policy.Rates.number)
    if starts_on.day != 1:
        raise Refused(_("A plan begins on the first of a month, so that one month has one plan."), field="starts_on", clause=policy.Rates.number)
    rival = queries.starting_on(actor, starts_on)
    if rival is not None:
        raise Refused(_("%(plan)s applies from the same day already; choose a later month.") % {"plan": rival},
                      field="starts_on", clause=policy.Rates.number)
    left = payable.unsettled(read)
    if left:
        raise Refused(_("Statements here would not settle: %(left)s. Take it out of the plan, or compute it by the command.")
                      % {"left": "; ".join(left)}, field="text", clause=policy.Rates.number)
    policy.PLAN.move(plan, "publish")
    plan.starts_on, plan.ends_on = starts_on, last
    plan.published_by, plan.published_at = actor, timezone.now()
    plan.save(update_fields=["state", "starts_on", "ends_on", "published_by", "published_at"])
    return plan


@action("plan.drop", may=policy.may_draft)
def drop(actor, plan):
    """Set a draft aside."""
    policy.PLAN.move(plan, "drop")
    plan.save(update_fields=["state"])
    return plan


def _sound(text):
    plan, problems = reading.read(text)
    if problems:
        raise policy.Unsound(problems)
    return plan
