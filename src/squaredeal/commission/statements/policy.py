"""三·10 Statements: the days to check one's own, and the days finance has to answer an objection; pure."""
from typing import ClassVar

from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow


class Checking(Clause):
    """三·10.1 Everybody checks their own statement."""
    number: ClassVar = "3.10.1"
    title: ClassVar = {"zh": "核对", "en": "Checking"}
    sentence: ClassVar = {
        "zh": "提成单出来后 {days} 个工作日内，自己核对，无误就确认，有疑问就提异议。",
        "en": "Within {days} working days of a statement everybody checks their own: confirm it, or object.",
    }
    days: int = Field(5, ge=1, le=30)


class Answering(Clause):
    """三·10.2 Finance answers an objection in time, with the arithmetic."""
    number: ClassVar = "3.10.2"
    title: ClassVar = {"zh": "异议", "en": "Objection"}
    sentence: ClassVar = {
        "zh": "财务在 {days} 个工作日内答复异议，写明算法。异议不耽误其余部分按时发；该补的记进还开着的月份。",
        "en": "Finance answers an objection within {days} working days, with the arithmetic. The rest is paid on time; what is owed "
              "goes to the open month.",
    }
    days: int = Field(3, ge=1, le=30)


OBJECTION = Flow("state", {
    "uphold": ("open", "upheld"),
    "decline": ("open", "declined"),
    "withdraw": ("open", "withdrawn"),
})


def may_confirm(actor, statement):
    """Only the person themselves."""
    if statement.person_id != actor.pk:
        raise Refused(_("A statement is confirmed by the person it belongs to."), clause=Checking.number)
    if statement.confirmed_at:
        raise Refused(_("This statement is already confirmed."), clause=Checking.number)


def may_object(actor, statement, *, text="", line=None):
    """Only the person themselves, in words."""
    if statement.person_id != actor.pk:
        raise Refused(_("An objection is raised by the person whose statement it is."), clause=Answering.number)
    if not text.strip():
        raise Refused(_("Write what is wrong and what it should be; finance answers from that."), field="text", clause=Answering.number)


def may_answer(actor, objection, *, upheld=False, answer=""):
    """Finance answers; the director may as well; nobody their own."""
    if getattr(actor, "role", "") not in ("finance", "director"):
        raise Refused(_("Objections are answered by finance."), clause=Answering.number)
    if objection.person_id == actor.pk:
        raise Refused(_("You cannot answer an objection of your own."), clause=Answering.number)
    if not answer.strip():
        raise Refused(_("Write how it was checked and computed; the person sees your answer."), field="answer", clause=Answering.number)


def may_withdraw(actor, objection):
    """Only whoever raised it."""
    if objection.person_id != actor.pk:
        raise Refused(_("Only the person who objected can withdraw it."), clause=Answering.number)
