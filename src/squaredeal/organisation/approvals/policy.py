"""一.4 授权: who signs for whom, by when, and what an approver may do with a request."""
from typing import NamedTuple

from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import MONITORED, TEXT, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import stands_for


class Authority(Clause):
    """一.4 授权 · who may sign what."""
    number = "1.4.1"
    title = {"zh": "授权", "en": "Authority"}
    sentence = {
        "zh": "让价、合同、费用按各章写明的权限批；超出自己权限的送上一级，一级一级往上，谁也不越级批。",
        "en": "Concessions, contracts and expenses are signed within the limits each chapter sets; what exceeds one's own limit goes one level "
              "up, level by level, and nobody is passed over."}
    mode = TEXT


class NotOneself(Clause):
    """一.4 授权 · nobody approves their own."""
    number = "1.4.2"
    title = {"zh": "不批自己的", "en": "Not one's own"}
    sentence = {
        "zh": "谁也不批自己的申请：代表的送区域经理，经理的送总监；区里没有经理的，送代理，没有代理的送总监。",
        "en": "Nobody approves their own request: a representative's goes to the regional manager, a manager's to the director; where a region "
              "has no manager it goes to the acting deputy, else to the director."}


class Deadline(Clause):
    """一.4 授权 · by when."""
    number = "1.4.3"
    title = {"zh": "批复时限", "en": "Time to answer"}
    sentence = {
        "zh": "轮到谁批，谁在 {days} 个工作日内、{hour} 点前答复；过时的提醒本人、代理和上级。",
        "en": "Whose turn it is answers within {days} working days, by {hour} o'clock; after that they, their deputy and their superior are "
              "reminded."}
    mode = MONITORED
    days: int = Field(1, ge=1, le=30)
    hour: int = Field(18, ge=1, le=23)


class Returned(Clause):
    """一.4 授权 · sent back, countersigned, passed on, withdrawn."""
    number = "1.4.4"
    title = {"zh": "退回、加签、转批", "en": "Send back, countersign, pass on"}
    sentence = {
        "zh": "退回要写理由；批的人能在自己前面加签，也能转给同职务的人或总监；批完以前，提出人能撤回。",
        "en": "Sending back needs a reason; an approver may add a countersignature before their own, or pass the signature to somebody of the "
              "same post or the director; until it is decided, whoever asked may withdraw."}


REQUEST = Flow("state", {
    "approve": ("open", "approved"),
    "return": ("open", "returned"),
    "withdraw": ("open", "withdrawn"),
})
STEP = Flow("state", {
    "call": ("ahead", "waiting"),
    "approve": ("waiting", "approved"),
    "return": ("waiting", "returned"),
    "hold": ("waiting", "ahead"),
    "skip": ("ahead waiting", "skipped"),
})


class Signature(NamedTuple):
    """One place of a chain: the role that must sign, and the person who holds it."""
    role: str
    person: Person


def chain(roles, asker, line):
    """[Signature] for `roles` in order. `line` is {role: [people, nearest first]}; the asker is passed over, nobody signs twice.

    Refused when nobody but the asker could sign.
    """
    found = []
    for role in roles:
        person = next((p for p in line.get(role, ()) if p != asker), None)
        if person is None:
            raise Refused(_("Nobody above %(person)s can sign this. Ask the administrator who should.") % {"person": asker},
                          clause=NotOneself.number)
        found = [s for s in found if s.person != person]
        found.append(Signature(role, person))
    return found


def may_ask(actor, thing, *, chain, **given):
    """A request needs somebody to sign it, and not the asker."""
    if not chain or any(signature.person == actor for signature in chain):
        raise Refused(_("Nobody approves their own request. It goes to the next level up."), clause=NotOneself.number)


def may_decide(actor, request, *, step=None, **given):
    """Only the approver whose turn it is, or who acts for them; never who asked. `step` is the step the decider was looking at."""
    here = request.waiting
    if here is None:
        raise Refused(_("This is already “%(state)s”%(by)s. Nothing is left to decide.")
                      % {"state": request.get_state_display(), "by": _decided(request)}, clause=Authority.number)
    if actor == request.asked_by:
        raise Refused(_("Nobody approves their own request. It waits for %(person)s.") % {"person": here.approver}, clause=NotOneself.number)
    if here.approver not in stands_for(actor) or (step is not None and step != here.pk):
        raise Refused(_("This waits for %(person)s, not for you%(by)s. Reload the page to see how it stands.")
                      % {"person": here.approver, "by": _decided(request)}, clause=Authority.number)


def may_send_back(actor, request, *, note, **given):
    may_decide(actor, request, **given)
    if not note.strip():
        raise Refused(_("Sending back needs a reason, so that %(person)s knows what to change. Write one sentence.")
                      % {"person": request.asked_by}, field="note", clause=Returned.number)


def may_withdraw(actor, request, **given):
    if actor != request.asked_by:
        raise Refused(_("Only %(person)s, who asked, may withdraw this.") % {"person": request.asked_by}, clause=Returned.number)


def may_countersign(actor, request, *, person, **given):
    """The added person is somebody else who works here, neither asked nor is already to sign."""
    may_decide(actor, request, **given)
    _may_sign(request, person)
    if any(step.approver == person for step in request.steps.all() if step.state in {"ahead", "waiting"}):
        raise Refused(_("%(person)s signs this anyway. Choose somebody else.") % {"person": person}, field="person", clause=Returned.number)


def may_delegate(actor, request, *, person, **given):
    """A signature passes only to somebody of the same role or a director."""
    may_decide(actor, request, **given)
    _may_sign(request, person)
    if person == request.waiting.approver:
        raise Refused(_("It is with %(person)s already. Choose somebody else.") % {"person": person}, field="person", clause=Returned.number)
    if not may_stand_in(request.waiting.role, person.role):
        raise Refused(_("%(person)s is neither of the same post nor director. Choose somebody who is.") % {"person": person},
                      field="person", clause=Returned.number)


def may_stand_in(wanted, role):
    """Whether somebody of `role` may give the signature asked of role `wanted`."""
    return role == wanted or role == Role.DIRECTOR


def _may_sign(request, person):
    if person == request.asked_by:
        raise Refused(_("%(person)s asked for this and cannot sign it. Choose somebody else.") % {"person": person}, field="person",
                      clause=NotOneself.number)
    if person.role in {"", Role.ADMIN}:
        raise Refused(_("%(person)s holds no post that signs. Choose somebody else.") % {"person": person}, field="person",
                      clause=Authority.number)


def _decided(request):
    """`(王敏, 10:24)` of the last decision, to tell the one who came second."""
    last = max((s for s in request.steps.all() if s.decided_at), key=lambda s: s.decided_at, default=None)
    return _(" (last decided by %(person)s)") % {"person": last.decided_by} if last else ""
