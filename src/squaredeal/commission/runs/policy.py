"""三·9 Runs: what closes a month, who may sign what, when it is paid; pure."""
import hashlib
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.kernel.money import exact


class Difference(Clause):
    """三·9.1 A closed month never changes; what came late is settled in the open one."""
    number: ClassVar = "3.9.1"
    title: ClassVar = {"zh": "差额", "en": "Difference"}
    sentence: ClassVar = {
        "zh": "入账的月份不改。晚到的回款、冲销和更正，全部重算，只把差额记进还开着的月份，并写明改的是哪一笔。",
        "en": "A posted month never changes. Late receipts, reversals and corrections are computed afresh and only the "
              "difference goes to the open month, naming the line it corrects.",
    }


class SignOff(Clause):
    """三·9.2 Who computes, who approves."""
    number: ClassVar = "3.9.2"
    title: ClassVar = {"zh": "核算", "en": "Sign-off"}
    sentence: ClassVar = {
        "zh": "财务计算，送总监批准，批准后入账。算的人不能批。",
        "en": "Finance computes, the director approves, then it is posted. Whoever computed may not approve.",
    }


class PayDay(Clause):
    """三·9.3 When a month is paid."""
    number: ClassVar = "3.9.3"
    title: ClassVar = {"zh": "发放", "en": "Pay day"}
    sentence: ClassVar = {
        "zh": "一个月的提成在其后第 {months} 个月的 {day} 日发，遇节假日提前到前一个工作日。",
        "en": "A month's commission is paid on day {day}, so many months after it: {months}; before a holiday, on the working day before.",
    }
    months: int = Field(2, ge=1, le=6)
    day: int = Field(15, ge=1, le=28)


RUN = Flow("state", {
    "review": ("computed", "reviewed"),
    "send_back": ("reviewed", "computed"),
    "approve": ("reviewed", "approved"),
    "post": ("approved", "posted"),
    "pay": ("posted", "paid"),
    "unpay": ("paid", "posted"),
    "replace": ("computed reviewed approved", "replaced"),
})
UNDECIDED = frozenset({"computed", "reviewed"})
STAGES = ["computed", "reviewed", "approved", "posted", "paid"]
FINANCE, DIRECTOR = "finance", "director"


class Uncomputable(Refused):
    """A plan that cannot be computed over the firm's facts, with what is wrong, as `plans.reading.shown` tells it."""

    def __init__(self, problems):
        super().__init__(_("The months cannot be computed by this version: %(problems)s")
                         % {"problems": "; ".join(f"{p['place']}: {p['reason']} {p['remedy']}".strip() for p in problems[:5])}, clause="3.3.1")


def role(actor):
    return getattr(actor, "role", "")


def may_open(actor, until):
    """Months are opened by those who compute."""
    may_compute(actor, None)


def may_compute(actor, period, **given):
    """Finance computes; the director may as well, but then somebody else has to approve."""
    if role(actor) not in (FINANCE, DIRECTOR):
        raise Refused(_("Commission is computed by finance."), clause=SignOff.number)


def may_review(actor, run):
    if role(actor) != FINANCE:
        raise Refused(_("Finance checks the run and sends it for approval."), clause=SignOff.number)


def may_approve(actor, run):
    """The director, and never the person who computed the run."""
    if run.computed_by_id == actor.pk:
        raise Refused(_("You computed it, you may not approve it. Somebody else who may sign has to."), clause=SignOff.number)
    if role(actor) != DIRECTOR:
        raise Refused(_("The director approves the run."), clause=SignOff.number)


def may_send_back(actor, run, *, note=""):
    if role(actor) != DIRECTOR:
        raise Refused(_("The director sends a run back."), clause=SignOff.number)
    if not note.strip():
        raise Refused(_("Write what is to be looked at again; finance is told."), field="note", clause=SignOff.number)


def may_post(actor, run):
    if role(actor) != FINANCE:
        raise Refused(_("Finance posts an approved run."), clause=SignOff.number)


def may_pay(actor, run, *, paid_on=None):
    if role(actor) != FINANCE:
        raise Refused(_("Finance notes the payment."), clause=SignOff.number)


def may_unpay(actor, run, *, noted_by, today, note=""):
    """Who noted a payment by mistake withdraws it the same day (`today`); afterwards somebody else has to, of finance or the director."""
    if role(actor) not in (FINANCE, DIRECTOR):
        raise Refused(_("Finance or the director withdraws a payment that was noted by mistake."), clause=PayDay.number)
    if noted_by == actor.pk and not today:
        raise Refused(_("You noted this payment, and not today; somebody else of finance or the director withdraws it."), field="note", clause=PayDay.number)
    if not note.strip():
        raise Refused(_("Write why the payment is withdrawn; it stays beside the entry."), field="note", clause=PayDay.number)


def pay_month(day: date, months: int) -> date:
    """The first day of the month `months` after the month of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def fingerprint(lines):
    """SHA-256 over the lines in their order: key, person, and every amount exactly."""
    digest = hashlib.sha256()
    for line in lines:
        amounts = ",".join(f"{exact(amount):f}" for amount in (line.earned, line.reserved, line.payout, line.posted_before, line.difference, *([line.held] if line.held else [])))
        digest.update(f"{line.key}|{line.person_id}|{line.fact_period}|{amounts}|{line.corrects}\n".encode())
    return digest.hexdigest()
