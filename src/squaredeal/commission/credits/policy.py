"""三·6 Credits: who earns from a receipt, in what share, and that it stays so whoever looks after the customer later."""
from collections import Counter
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import Clause
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.scope import people_under

WHOLE = Decimal(1)
EARNING = frozenset({"approved", "terminated"})
"""States of a contract whose receipts earn commission: once in force, what was collected keeps earning."""


class Share(Clause):
    """三·6.1 Who the commission of a contract belongs to."""
    number: ClassVar = "3.6.1"
    title: ClassVar = {"zh": "归属", "en": "Credit"}
    sentence: ClassVar = {
        "zh": "回款的提成归签约人；几个人一起做成的，由管他们的经理或总监定份额，最多 {most} 人，合计正好 100%。定份额的人不能给自己定。",
        "en": "The commission on a receipt belongs to whoever signed the contract. When several people won it, the manager they "
              "answer to or the director sets the shares, for at most {most} people, summing to exactly 100%. Nobody sets a share of their own.",
    }
    most: int = Field(6, ge=2, le=20)


class Snapshot(Clause):
    """三·6.2 Credit is taken on the day of the receipt and is not rewritten by a hand-over."""
    number: ClassVar = "3.6.2"
    title: ClassVar = {"zh": "移交不改提成", "en": "Hand-over keeps pay"}
    sentence: ClassVar = {
        "zh": "到账那天记下归属和所在区域。客户以后移交给别人，已记下的不变；份额裁定改了，差额在未关的月份补扣。",
        "en": "Credit and region are noted on the day the money arrives. Handing the customer over later changes none of it; "
              "when a ruling changes the shares, the difference is settled in the open month.",
    }


def check_shares(shares, most):
    """Refused unless `shares` [(person, share, role)] are distinct people whose shares, overlays aside, sum to exactly 1."""
    if not shares:
        raise Refused(_("Name at least one person; the shares must sum to 100%."), field="shares", clause=Share.number)
    if len(shares) > most:
        raise Refused(_("At most %(most)s people share one contract; there are %(count)s here.")
                      % {"most": most, "count": len(shares)}, field="shares", clause=Share.number)
    twice = [person for person, times in Counter((person, role) for person, _share, role in shares).items() if times > 1]
    if twice:
        raise Refused(_("%(person)s is named twice; put the shares together in one row.") % {"person": twice[0][0]},
                      field="shares", clause=Share.number)
    for person, share, _role in shares:
        if not 0 < share <= 1:
            raise Refused(_("The share of %(person)s must be above 0 and at most 100%%.") % {"person": person},
                          field="shares", clause=Share.number)
    total = sum(share for _person, share, role in shares if role != "overlay")
    if total != WHOLE:
        raise Refused(_("The shares sum to %(total)s%%, not 100%%. Change one of them by %(gap)s points.")
                      % {"total": plain(total * 100), "gap": plain(abs(WHOLE - total) * 100)}, field="shares", clause=Share.number)


def decides(actor, earning):
    """Whether the actor sets the shares of a contract from which `earning` (ids of people) earn as it stands: who reaches the contract
    because the customer was handed to their region, or because they work along, takes nothing from the people of another."""
    return getattr(actor, "role", "") == "director" or getattr(actor, "role", "") == "manager" and set(earning) <= people_under(actor)


def may_split(actor, contract, *, shares=(), reason="", earning=()):
    """The manager of all who earn from it as it stands (`earning`), or the director, on a contract within reach, and never a share of their own."""
    if getattr(actor, "role", "") not in ("director", "manager"):
        raise Refused(_("Shares are set by a manager or the director; tell yours who did what."), clause=Share.number)
    if not decides(actor, earning):
        raise Refused(_("Somebody of another region earns from this contract. Ask the director to set the shares."), clause=Share.number)
    if any(person == actor for person, _share, _role in shares):
        raise Refused(_("You cannot set a share of your own; ask the director or another manager to decide."),
                      field="shares", clause=Share.number)
    if not reason.strip():
        raise Refused(_("Write why: the reason is shown on every statement it changes."), field="reason", clause=Share.number)


def may_take(actor, until):
    """Finance and the director take credits; a computation does so on their behalf."""
    if getattr(actor, "role", "") not in ("director", "finance"):
        raise Refused(_("Credits are taken by finance when commission is computed."), clause=Snapshot.number)


def unit_on(seats, day):
    """The unit of the latest of `seats` [(starts_on, ends_on, unit)] in force on `day`; None when there is none."""
    found = None
    for starts_on, ends_on, unit in seats:
        if starts_on <= day and (ends_on is None or ends_on >= day):
            found = unit
    return found


def plain(number):
    """A percentage without trailing zeros: 66.666 and 70."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
