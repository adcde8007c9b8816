"""What can be done with a request: ask, approve, send back, withdraw, countersign, pass on; and what the clock does when nobody answers."""
from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action, record
from squaredeal.kernel.calendar import add_working_days
from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import FIRM

from . import policy, queries, subjects
from .models import Request, Step


@action("approval.ask", may=policy.may_ask)
def ask(actor, thing, *, kind, title, chain, amount=None, percent=None, condition="", clause="", facts=()):
    """Ask for the signatures of `chain` ([policy.Signature], see queries.chain) on `thing`.

    `facts` are what the approver must know: [{"label": English msgid, "kind": "money"|"percent"|"text"|"date", "value": str,
    "roles": [roles that may know it; absent = everybody],
    "name": "margin" | "floor margin" | "list margin", which are also drawn}]. Refused when a request on it is still open.
    """
    if Request.objects.filter(kind=kind, subject_id=thing.pk, state=Request.State.OPEN).exists():
        raise Refused(_("“%(title)s” already waits for approval. Withdraw that request first.") % {"title": title},
                      clause=policy.Returned.number)
    today = timezone.localdate()
    request = Request.objects.create(kind=kind, subject_id=thing.pk, title=title[:200], facts=list(facts), amount=amount, percent=percent,
                                     condition=condition[:300], clause=clause, policy_version=version_on(today), asked_by=actor)
    Step.objects.bulk_create([Step(request=request, order=order, role=signature.role, approver=signature.person)
                              for order, signature in enumerate(chain, 1)])
    _call_next(request)
    return request


@action("approval.approve", may=policy.may_decide)
def approve(actor, request, *, note="", step=None):
    """Sign. The last signature settles the subject in the same transaction."""
    _sign(actor, request, "approve", note)
    if not _call_next(request):
        _settle(actor, request, "approve")
    return request


@action("approval.return", may=policy.may_send_back)
def send_back(actor, request, *, note, step=None):
    """Send back to whoever asked, with the reason; the steps ahead fall away."""
    _sign(actor, request, "return", note)
    _drop_rest(request)
    _settle(actor, request, "return")
    return request


@action("approval.withdraw", may=policy.may_withdraw)
def withdraw(actor, request):
    """Whoever asked takes the request back before it is decided."""
    policy.REQUEST.move(request, "withdraw")
    _drop_rest(request)
    _settle(actor, request, None)
    return request


@action("approval.countersign", may=policy.may_countersign)
def countersign(actor, request, *, person, note="", step=None):
    """`person` signs first; then it is the turn of the step that asked for it."""
    here = request.waiting
    place = here.order
    for later in sorted(request.steps.all(), key=lambda s: -s.order):
        if later.order >= place:
            later.order += 1
            later.save(update_fields=["order"])
    here = Step.objects.get(pk=here.pk)
    policy.STEP.move(here, "hold")
    here.save(update_fields=["state"])
    Step.objects.create(request=request, order=place, role=person.role, approver=person, handed_by=actor, countersign=True,
                        note=note.strip()[:500])
    _forget_steps(request)
    _call_next(request)
    return request


@action("approval.delegate", may=policy.may_delegate)
def delegate(actor, request, *, person, step=None):
    """The signature passes to `person`, of the same post or a director."""
    here = request.waiting
    here.approver, here.handed_by, here.reminded_at = person, actor, None
    here.save(update_fields=["approver", "handed_by", "reminded_at"])
    _due(request)
    _tell_approver(request, here)
    return request


@transaction.atomic
def tick_reminders(now):
    """Remind whose turn it is, their deputies and their superior, once a step, when the time to answer has passed; and pass the
    signature of somebody who has left to whoever signs in their place. Returns how many requests were touched."""
    today, touched = timezone.localdate(now), 0
    for request in Request.objects.select_for_update(of=("self",)).filter(state=Request.State.OPEN).prefetch_related("steps__approver"):
        here = request.waiting
        if here is None:
            continue
        if not here.approver.role and not team.deputies_of(FIRM, here.approver, today):
            touched += _replace(request, here, today)
        elif request.due_at and request.due_at <= now and here.reminded_at is None:
            touched += _remind(request, here, now)
    return touched


def _remind(request, here, now):
    here.reminded_at = now
    here.save(update_fields=["reminded_at"])
    people = [here.approver, *team.deputies_of(FIRM, here.approver), team.superior(FIRM, here.approver)]
    for person in dict.fromkeys(p for p in people if p and p != request.asked_by):
        notify(person, _("Past its time: %(title)s waits for %(person)s.") % {"title": request.title, "person": here.approver},
               url=reverse("approvals:request", args=[request.pk]), clause=policy.Deadline.number)
    record(None, "approval.remind", request, {"step": [None, here.pk]})
    return 1


def _replace(request, here, today):
    """Somebody whose turn it is has left: the signature goes to whoever would be asked now."""
    try:
        signature, = queries.chain(FIRM, [here.role], request.asked_by, today)
    except Refused:
        return 0
    left = here.approver
    here.approver, here.handed_by = signature.person, left
    here.save(update_fields=["approver", "handed_by"])
    record(None, "approval.replace", request, {"approver": [left.pk, signature.person.pk]})
    _due(request)
    _tell_approver(request, here)
    return 1


def _sign(actor, request, verdict, note):
    here = request.waiting
    policy.STEP.move(here, verdict)
    here.decided_by, here.decided_at = actor, timezone.now()
    here.note = " · ".join(filter(None, [here.note if here.countersign else "", note.strip()]))[:500]
    here.save(update_fields=["state", "decided_by", "decided_at", "note"])


def _call_next(request):
    """Whose turn it is now: the first step ahead whose approver has not signed already. False when none is left."""
    _forget_steps(request)
    signed = {s.decided_by_id for s in request.steps.all() if s.state == Step.State.APPROVED}
    for step in request.steps.all():
        if step.state != Step.State.AHEAD:
            continue
        if step.approver_id in signed:
            policy.STEP.move(step, "skip")
            step.save(update_fields=["state"])
            continue
        policy.STEP.move(step, "call")
        step.save(update_fields=["state"])
        _due(request)
        _tell_approver(request, step)
        return True
    return False


def _drop_rest(request):
    for step in request.steps.all():
        if step.state in {Step.State.AHEAD, Step.State.WAITING}:
            policy.STEP.move(step, "skip")
            step.save(update_fields=["state"])


def _settle(actor, request, step):
    """Close the request and let its subject follow, in this transaction. `step` is None when the state has moved already."""
    if step:
        policy.REQUEST.move(request, step)
    request.settled_at = timezone.now()
    request.save(update_fields=["state", "settled_at"])
    subject = subjects.of(request.kind)
    thing = subject.model._base_manager.select_for_update().get(pk=request.subject_id)
    subject.settle(actor, thing, request.state, request)
    if actor != request.asked_by:
        told = {"title": request.title, "person": actor}
        text = _("%(person)s approved %(title)s.") if request.state == Request.State.APPROVED else _("%(person)s sent back %(title)s.")
        notify(request.asked_by, text % told, url=reverse("approvals:request", args=[request.pk]), clause=request.clause)


def _due(request):
    rule, today = policy.Deadline.on(timezone.localdate()), timezone.localdate()
    request.due_at = timezone.make_aware(datetime.combine(add_working_days(today, rule.days), time(rule.hour)))
    request.save(update_fields=["due_at"])


def _tell_approver(request, step):
    for person in dict.fromkeys([step.approver, *team.deputies_of(FIRM, step.approver)]):
        if person != request.asked_by:
            notify(person, _("%(asker)s asks you: %(title)s.") % {"asker": request.asked_by, "title": request.title},
                   url=reverse("approvals:request", args=[request.pk]), clause=request.clause)


def _forget_steps(request):
    getattr(request, "_prefetched_objects_cache", {}).pop("steps", None)
