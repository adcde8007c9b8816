"""二.6 回款: who records money, what it pays first, what is done when it is late, and how a mistake is put right."""
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from squaredeal.kernel.clause import MONITORED, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.money import fen
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import FIRM, stands_for
from squaredeal.process.contracts.policy import InForce
from squaredeal.process.customers.policy import leads

ZERO = Decimal(0)


class Recording(Clause):
    """二.6 到账登记 · who records a receipt."""
    number = "2.6.1"
    title = {"zh": "到账登记", "en": "Recording receipts"}
    sentence = {
        "zh": "到账由财务当天登记，写明客户、日期、金额、方式和银行流水号；承兑汇票单列；同一流水号、同一天、同一金额只登一次。",
        "en": "Finance records a receipt the day it arrives, with customer, day, amount, kind and bank reference; bank bills are a kind of their "
              "own; one reference, day and amount is recorded once."}


class Matching(Clause):
    """二.6 核销 · what a receipt pays (A25)."""
    number = "2.6.2"
    title = {"zh": "核销", "en": "Matching"}
    sentence = {
        "zh": "写明合同的先还那份合同，没写的按应到日从早到晚还；每期只收欠的数，多的记预收，等配上哪一期才算回款、才计提成。",
        "en": "A receipt pays the contract it names, otherwise the oldest due first; an instalment takes what it lacks and no more, the rest is a "
              "prepayment that counts as collected, and earns commission, once it is matched."}


class Ageing(Clause):
    """二.6 账龄."""
    number = "2.6.3"
    title = {"zh": "账龄", "en": "Ageing"}
    sentence = {
        "zh": "账龄从应到日的第二天算起，按自然日，分 {first} 天内、{second} 天内、{third} 天内和更久四档。",
        "en": "Age counts calendar days from the day after an instalment was due, in four steps: up to {first}, {second}, {third} days, and longer."}
    mode = MONITORED
    first: int = Field(30, ge=1, le=365)
    second: int = Field(60, ge=2, le=730)
    third: int = Field(90, ge=3, le=1095)

    @model_validator(mode="after")
    def _rising(self):
        if not self.first < self.second < self.third:
            raise ValueError(_("The steps rise: each is longer than the one before."))
        return self


class Dunning(Clause):
    """二.6 逾期 · who is told when."""
    number = "2.6.4"
    title = {"zh": "催收", "en": "Dunning"}
    sentence = {
        "zh": "逾期 {remind} 天提醒负责人，{manager} 天由区域经理催；客户说了付款日的记下来，改口的记次数。",
        "en": "{remind} day(s) after the due day the owner is reminded, after {manager} days the regional manager chases; the day a customer "
              "promises is written down, and each change of it counted."}
    mode = MONITORED
    remind: int = Field(1, ge=1, le=60)
    manager: int = Field(15, ge=1, le=180)


class StopDelivery(Clause):
    """二.6 停发 · late too long."""
    number = "2.6.5"
    title = {"zh": "逾期停发", "en": "Stopping delivery"}
    sentence = {
        "zh": "逾期超过 {days} 天，区域经理或总监定：停发新货，或者宽限；经理一次最多宽限 {manager} 天，总监 {director} 天；钱到齐了自动恢复。",
        "en": "More than {days} days late, the regional manager or the director decides: stop delivery, or grant grace, a manager up to {manager} "
              "days at a time, the director up to {director}; delivery resumes when the money is in."}
    days: int = Field(30, ge=1, le=365)
    manager: int = Field(15, ge=0, le=180)
    director: int = Field(30, ge=0, le=365)


class Refunding(Clause):
    """二.6 退款."""
    number = "2.6.6"
    title = {"zh": "退款", "en": "Refunds"}
    sentence = {
        "zh": "退款由财务登记成负的到账，冲减退的那一期，最多退已收的数；提成按原来那笔的账龄冲回。",
        "en": "Finance records a refund as a negative receipt against its instalment, at most what was collected on it; commission goes back at "
              "the age of the receipt refunded."}


class Correcting(Clause):
    """二.6 更正 · never edited."""
    number = "2.6.7"
    title = {"zh": "冲销", "en": "Reversal"}
    sentence = {
        "zh": "到账登记后不改不删；登错了整笔冲销，写明原因，再登对的；月份关了也照冲，差额进当月。",
        "en": "A receipt is never edited or deleted: a wrong one is reversed whole, with the reason, and recorded again; also after the month is "
              "closed, the difference going into the open month."}


KEEPERS = frozenset({Role.FINANCE})
SELLERS = frozenset({Role.REP, Role.MANAGER, Role.DIRECTOR})
DECIDERS = (Role.DIRECTOR, Role.MANAGER)


def days_overdue(paid_on, due_on):
    """Calendar days from the due day to the day the money was there; 0 when it was in time."""
    return max(0, (paid_on - due_on).days)


def age_step(days, ageing):
    """1 to 4 by clause 2.6.3; 0 when not overdue."""
    if days <= 0:
        return 0
    return 1 + sum(days > limit for limit in (ageing.first, ageing.second, ageing.third))


def spread(amount, owed):
    """{key: part} of `amount` over `owed` [(key, yuan lacking)], filling each in the order given; what is left stays unmatched."""
    found = {}
    for key, lacking in owed:
        if amount <= 0:
            break
        part = min(amount, lacking)
        if part > 0:
            found[key] = part
            amount -= part
    return found


def step(instalment, today, dunning, stop):
    """Where an open instalment stands: "stopped", "grace", "decide", "manager", "owner" (reminded), "late" or "ahead"."""
    late = days_overdue(today, instalment.due_on)
    if instalment.delivery_stopped:
        return "stopped"
    if late and instalment.grace_until and instalment.grace_until >= today:
        return "grace"
    if late > stop.days:
        return "decide"
    if late >= dunning.manager:
        return "manager"
    return "owner" if late >= dunning.remind else "late" if late else "ahead"


def holds(person, roles):
    """Whether `person`, or somebody they act for, has one of `roles`."""
    return person is FIRM or any(eyes.role in roles for eyes in stands_for(person))


def may_record(actor, subject, **given):
    """Only finance records, matches, refunds and reverses."""
    if not holds(actor, KEEPERS):
        raise Refused(_("Receipts are kept by finance. Tell them the customer, the day and the amount."), clause=Recording.number)


def may_note(actor, instalment, **given):
    """A promise is noted by whoever reaches the instalment and sells, or by finance."""
    if not holds(actor, SELLERS | KEEPERS):
        raise Refused(_("Promises are noted by those who sell and by finance."), clause=Dunning.number)


def may_decide(actor, instalment, **given):
    """Stopping and granting grace belong to the customer's manager and the director, and not to a manager who only works along."""
    if not holds(actor, DECIDERS) or not leads(actor, instalment.contract.customer):
        raise Refused(_("The regional manager or the director decides this. Ask yours."), clause=StopDelivery.number)


def grace_limit(actor, stop):
    """How many days `actor` may grant at a time."""
    return stop.director if holds(actor, (Role.DIRECTOR,)) else stop.manager


def grace_to(promised_on, today, limit):
    """The day grace is offered to: the one promised, within the `limit` of days that may be granted."""
    latest = today + timedelta(days=limit)
    return min(promised_on, latest) if promised_on and promised_on > today else latest


def check_grace(until, today, limit):
    if until <= today:
        raise Refused(_("Grace ends after today. Choose a later day."), field="until", clause=StopDelivery.number)
    if until > today + timedelta(days=limit):
        raise Refused(_("You may grant %(limit)s days at most, to %(day)s. Choose an earlier day, or ask the director.")
                      % {"limit": limit, "day": today + timedelta(days=limit)}, field="until", clause=StopDelivery.number)


EARLIEST = 1990


def check_day(on, today, field="on"):
    """Money that is there has a day, and it is not ahead; nor of a year that only a slip of the finger makes, for months open from it."""
    if on > today:
        raise Refused(_("%(day)s has not come yet. Record money when it is there.") % {"day": on}, field=field, clause=Recording.number)
    if on.year < EARLIEST:
        raise Refused(_("%(day)s is too long ago. Check the year.") % {"day": on}, field=field, clause=Recording.number)


def check_amount(amount, field="amount"):
    if amount <= 0 or amount != fen(amount):
        raise Refused(_("The amount must be more than 0 and whole fen."), field=field, clause=Recording.number)


def check_match(instalment, customer_id, amount, field):
    """Refused unless `amount` yuan of a receipt of the customer may pay `instalment` as it is now."""
    contract = instalment.contract
    if contract.customer_id != customer_id:
        raise Refused(_("%(contract)s is another customer's contract. Match this receipt to its own customer's.") % {"contract": contract},
                      field=field, clause=Matching.number)
    if contract.state != "approved":
        raise Refused(_("%(contract)s is “%(state)s”: a contract that is not in force takes no receipt. Leave it as prepayment.")
                      % {"contract": contract, "state": contract.get_state_display()}, field=field, clause=InForce.number)
    if amount <= 0 or amount != fen(amount):
        raise Refused(_("Write more than 0, in whole fen."), field=field, clause=Matching.number)
    lacking = instalment.amount - instalment.collected
    if amount > lacking:
        raise Refused(_("Only %(lacking)s is lacking, %(over)s too much. Leave the rest as prepayment.")
                      % {"lacking": f"{lacking:,.2f}", "over": f"{amount - lacking:,.2f}"}, field=field, clause=Matching.number)


def check_sum(total, there):
    """Refused when more is matched than the receipt still has."""
    if total > there:
        raise Refused(_("%(over)s more than there is to match (%(there)s). Take it off one of the lines.")
                      % {"over": f"{total - there:,.2f}", "there": f"{there:,.2f}"}, field="matches", clause=Matching.number)
