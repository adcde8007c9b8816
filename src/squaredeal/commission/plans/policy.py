"""三·1–三·3 Plans: the principles of commission, and who may change the plan that holds the rates; pure."""
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from squaredeal.kernel.clause import TEXT, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow


class Principle(Clause):
    """三·1.1 What commission is for."""
    number: ClassVar = "3.1.1"
    title: ClassVar = {"zh": "原则", "en": "Principle"}
    sentence: ClassVar = {
        "zh": "多收多得，钱到账才算；每一分提成都能查到是哪笔回款、哪条办法算出来的。提成是劳动报酬，不是赏金。",
        "en": "Who collects more earns more, and only money that has arrived counts; every fen can be traced to the receipt and "
              "the rule that made it. Commission is pay for work, not a gift.",
    }
    mode: ClassVar = TEXT


class Base(Clause):
    """三·2.1 What commission is computed from."""
    number: ClassVar = "3.2.1"
    title: ClassVar = {"zh": "基数", "en": "Base"}
    sentence: ClassVar = {
        "zh": "按到账的钱计，去掉增值税。没批准的合同，收了钱也不计提成。",
        "en": "Commission is computed from money received, without VAT. Nothing is earned on a contract that is not approved.",
    }


class Rates(Clause):
    """三·3.1 Where the rates are."""
    number: ClassVar = "3.3.1"
    title: ClassVar = {"zh": "比例", "en": "Rates"}
    sentence: ClassVar = {
        "zh": "比例、加点、折减、门槛、预留写在提成办法里。办法分版本，先查错再发布，从生效日起用；发布过的一字不改。",
        "en": "Rates, additions, reductions, gates and reserve are written in the commission plan. It has versions, is checked before "
              "it is published, and applies from its first day; what was published is never edited.",
    }


PLAN = Flow("state", {
    "publish": ("draft", "published"),
    "drop": ("draft", "dropped"),
})
DRAFTERS = frozenset({"finance", "director"})
READERS = frozenset({"rep", "manager", "finance", "director"})


class Unsound(Refused):
    """A plan text with problems: every one with its place, reason and remedy, in both languages."""

    def __init__(self, problems):
        super().__init__(ngettext("The plan has a problem and was not saved. Mend it and save again.",
                                  "The plan has %(count)s problems and was not saved. Mend them all and save again.", len(problems))
                         % {"count": len(problems)}, field="text", clause=Rates.number)
        self.problems = problems


def role(actor):
    return getattr(actor, "role", "")


def may_draft(actor, subject, **given):
    """Finance drafts, and so may the director."""
    if role(actor) not in DRAFTERS:
        raise Refused(_("Plans are drafted by finance or the director."), clause=Rates.number)


def may_publish(actor, plan, **given):
    """The director decides what people are paid by."""
    if role(actor) != "director":
        raise Refused(_("The director publishes a plan; send it over."), clause=Rates.number)
