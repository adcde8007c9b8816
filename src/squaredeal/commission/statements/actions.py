"""What can be done with a statement: confirm it, object to it, answer the objection, withdraw it."""
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import calendar
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify

from . import policy, queries
from .models import Objection


@action("statement.confirm", may=policy.may_confirm)
def confirm(actor, statement):
    """核对无误: the person has checked their own statement."""
    if statement.run.state == "replaced":
        raise Refused(_("This statement was computed again since; look at the new one and confirm that."), clause=policy.Checking.number)
    statement.confirmed_at = timezone.now()
    statement.save(update_fields=["confirmed_at"])
    return statement


@action("statement.object", may=policy.may_object)
def object_to(actor, statement, *, text, line=None):
    """Raise an objection to the statement, or to one `line` of it; finance is told, with the day it is due."""
    if line is not None and (line.run_id, line.person_id) != (statement.run_id, statement.person_id):
        raise Refused(_("This line is not on this statement. Choose one of its own lines."), field="text", clause=policy.Answering.number)
    if queries.open_objection(actor, statement, line.key if line else "") is not None:
        raise Refused(_("You have objected to this already; wait for the answer, or withdraw it and object again."),
                      clause=policy.Answering.number)
    today = timezone.localdate()
    due = calendar.add_working_days(today, policy.Answering.on(today).days)
    made = Objection.objects.create(person=actor, period=statement.run.period, line_key=line.key if line else "", text=text[:500],
                                    due_on=due)
    for person in queries.answerers(actor):
        notify(person, _("%(person)s objects to %(period)s: %(text)s")
               % {"person": actor, "period": statement.run.period, "text": text[:120]},
               url=reverse("statements:statement", args=[statement.pk]), clause=policy.Answering.number)
    return made


@action("objection.answer", may=policy.may_answer)
def answer(actor, objection, *, upheld, answer):
    """Accept or decline an objection, in words. Accepting changes no number: correct the fact, and compute again."""
    policy.OBJECTION.move(objection, "uphold" if upheld else "decline")
    objection.answer, objection.answered_by, objection.answered_at = answer[:500], actor, timezone.now()
    objection.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    notify(objection.person, answer[:300], url=reverse("statements:index"), clause=policy.Answering.number)
    return objection


@action("objection.withdraw", may=policy.may_withdraw)
def withdraw(actor, objection):
    """Take one's objection back."""
    policy.OBJECTION.move(objection, "withdraw")
    objection.save(update_fields=["state"])
    return objection
