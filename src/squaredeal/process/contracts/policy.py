"""二.4 合同签订: what a contract must say, who reviews it, when it counts, its number, and how it ends."""
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints, model_validator

from squaredeal.kernel.clause import Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.kernel.money import fen
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import stands_for


class Source(Clause):
    """二.4 合同来源 · from the quote."""
    number = "2.4.1"
    title = {"zh": "合同来源", "en": "Where it comes from"}
    sentence = {
        "zh": "合同照客户接受的报价起草，标的、数量、单价和总价跟报价一致；价格要改，先改报价。",
        "en": "A contract is drafted from the quote the customer accepted: goods, quantities, prices and total as quoted; to change a price, "
              "change the quote first."}


class Required(Clause):
    """二.4 必备条款 · what it must say."""
    number = "2.4.2"
    title = {"zh": "必备条款", "en": "What it must say"}
    sentence = {
        "zh": "送审前写全：双方、签订日期和地点、标的和价款、质量标准、交付、验收、质保、付款期次、违约责任。",
        "en": "Before review it states the parties, day and place of signing, goods and price, quality standard, delivery, acceptance, warranty, "
              "instalments and liability for breach."}


class Instalments(Clause):
    """二.4 付款期次."""
    number = "2.4.3"
    title = {"zh": "付款期次", "en": "Instalments"}
    sentence = {
        "zh": "合同写明每一期的款项、金额和应到日，各期合计与合同金额一分不差。",
        "en": "A contract names each instalment, its amount and the day it is due; together they are the contract's amount to the fen."}


class Review(Clause):
    """二.4 合同评审 · who reviews what."""
    number = "2.4.4"
    title = {"zh": "合同评审", "en": "Review"}
    sentence = {
        "zh": "合同金额 {manager} 元以内（含）由区域经理批，超过的再由总监批，超过 {finance} 元的中间加财务会签；有非标条款的，不论金额由总监批。",
        "en": "Contracts up to {manager} yuan, inclusive, are approved by the regional manager, above that also by the director, and above "
              "{finance} yuan finance countersigns in between; non-standard terms go to the director whatever the amount."}
    manager: Decimal = Field(Decimal("500000"), ge=0, decimal_places=2)
    finance: Decimal = Field(Decimal("2000000"), ge=0, decimal_places=2)

    @model_validator(mode="after")
    def _higher_asks_more(self):
        if self.finance < self.manager:
            raise ValueError(_("The countersign begins at or above the director's amount."))
        return self


class InForce(Clause):
    """二.4 生效 · nothing from an unapproved contract."""
    number = "2.4.5"
    title = {"zh": "生效", "en": "In force"}
    sentence = {
        "zh": "评审通过的合同才生效；没生效的不收款、不算业绩、不计提成。",
        "en": "A contract is in force once its review has approved it; before that it takes no receipt, counts for nothing and earns no commission."}


class Register(Clause):
    """二.4 合同台账 · number and papers."""
    number = "2.4.6"
    title = {"zh": "合同台账", "en": "Register"}
    sentence = {
        "zh": "每份合同进台账，编号 {prefix}-两位年份加五位顺序号，不跳号、不重号；盖章件扫描存档，一件不超过 {megabytes} MB。",
        "en": "Every contract is on the register under {prefix}- with two digits of the year and five of sequence, none skipped or used twice; the "
              "sealed paper is filed, {megabytes} MB each at most."}
    prefix: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern="^[A-Z]{1,6}$")] = "HC"
    megabytes: int = Field(20, ge=1, le=20)


class Ending(Clause):
    """二.4 终止."""
    number = "2.4.7"
    title = {"zh": "终止", "en": "Termination"}
    sentence = {
        "zh": "生效的合同由总监终止，写明原因；没到的款不再催，已到的钱和已算的提成不动。",
        "en": "The director ends a contract in force and writes why; what has not been paid is no longer asked for, what was paid and the "
              "commission on it stay."}


class FirstOrder(Clause):
    """二.4 首单 · what makes a customer new (A13)."""
    number = "2.4.8"
    title = {"zh": "首单", "en": "First order"}
    sentence = {
        "zh": "生效那天，客户以前没有生效过合同的，这份算首单；同一法人算同一个客户。",
        "en": "A contract is the customer's first order when none of theirs was in force before it; one legal entity is one customer."}


class Performing(Clause):
    """二.4 履约记录 · what happens on a contract."""
    number = "2.4.9"
    title = {"zh": "履约记录", "en": "Performance"}
    sentence = {
        "zh": "发货、验收、开票、退货、费用、坏账、调整由财务或总监记在合同上，写明日期和金额；提成办法按它们计的照记录算。记错了撤回重记，写明原因，已结算的月份补差额。",
        "en": "Deliveries, acceptances, invoices, returns, expenses, bad debts and adjustments are recorded on the contract by finance or the director with day and "
              "amount; a plan that pays on them is computed from the record. What is wrong is taken back with a reason and recorded anew; settled months are made up by a difference."}


CONTRACT = Flow("state", {
    "submit": ("draft returned", "submitted"),
    "approve": ("submitted", "approved"),
    "return": ("submitted", "returned"),
    "withdraw": ("submitted", "draft"),
    "terminate": ("approved", "terminated"),
})
EDITABLE = frozenset({"draft", "returned"})
SELLERS = frozenset({Role.REP, Role.MANAGER, Role.DIRECTOR})
FILERS = SELLERS | {Role.FINANCE}
DRAFTABLE = frozenset({"approved", "sent", "won"})
NAMES = {
    "title": gettext_lazy("Subject matter"), "signed_on": gettext_lazy("Signed on"), "place": gettext_lazy("Signed at"),
    "quality": gettext_lazy("Quality standard"), "delivery": gettext_lazy("Delivery"), "acceptance": gettext_lazy("Acceptance"),
    "warranty": gettext_lazy("Warranty"), "liability": gettext_lazy("Liability for breach"),
}


def route(amount, special, clause):
    """The roles that review a contract of `amount` yuan, in order, by clause 2.4.4; `special`: it has non-standard terms."""
    roles = [Role.MANAGER]
    if amount > clause.finance:
        roles.append(Role.FINANCE)
    if amount > clause.manager or special:
        roles.append(Role.DIRECTOR)
    return tuple(roles)


def missing(contract):
    """Names of the fields clause 2.4.2 asks for that are still empty, in order."""
    return [name for name in NAMES if not str(getattr(contract, name) or "").strip()]


def check_instalments(amount, parts):
    """Refused unless `parts` ([(kind, due_on, amount)]) are positive and together `amount` to the fen."""
    if not parts:
        raise Refused(_("There is no instalment. Write when which part of the price is due."), field="instalments", clause=Instalments.number)
    for order, (_kind, _due, part) in enumerate(parts, 1):
        if part <= 0 or part != fen(part):
            raise Refused(_("Instalment %(order)s must be more than 0 and whole fen. Correct its amount.") % {"order": order},
                          field="instalments", clause=Instalments.number)
    total = sum(part for _kind, _due, part in parts)
    if total != amount:
        off = total - amount
        said = _("The instalments come to %(total)s yuan, %(off)s too much. Take it off one of them.") if off > 0 else \
            _("The instalments come to %(total)s yuan, %(off)s too little. Add it to one of them.")
        raise Refused(said % {"total": f"{total:,.2f}", "off": f"{abs(off):,.2f}"}, field="instalments", clause=Instalments.number)


def may_sell(actor, subject, **given):
    """Contracts are drafted by those who sell; finance reads."""
    if actor.role not in SELLERS:
        raise Refused(_("Contracts are drafted by those who sell. Ask the owner of the customer."), clause=Source.number)


def may_edit(actor, contract, **given):
    """A contract is edited while it is a draft or was sent back."""
    may_sell(actor, contract)
    if contract.state not in EDITABLE:
        raise Refused(_("This contract is “%(state)s” and stays as it is. Withdraw it from review to change it.")
                      % {"state": contract.get_state_display()}, clause=InForce.number)


def may_file(actor, contract, **given):
    """Papers are filed by those who sell and by finance."""
    if actor.role not in FILERS:
        raise Refused(_("Papers are filed by those who sell and by finance."), clause=Register.number)


def may_terminate(actor, contract, **given):
    """Only the director, or who acts for them, ends a contract in force."""
    if not any(eyes.role == Role.DIRECTOR for eyes in stands_for(actor)):
        raise Refused(_("Only the director ends a contract in force. Ask for it."), clause=Ending.number)


RECORDERS = frozenset({Role.FINANCE, Role.DIRECTOR})


def may_record(actor, subject=None, **given):
    """Finance and the director record what people are paid by."""
    if actor.role not in RECORDERS:
        raise Refused(_("What happens on a contract is recorded by finance or the director. Tell them."), clause=Performing.number)


def check_event(contract, kind, on, amount, today):
    """Refused unless the contract is or was in force, the day has come, and the amount is one; only an adjustment is negative."""
    if contract.state not in ("approved", "terminated"):
        raise Refused(_("%(contract)s is not in force; nothing happens on it yet.") % {"contract": contract.number}, field="contract", clause=InForce.number)
    if on > today:
        raise Refused(_("%(day)s has not come yet. Record it when it has happened.") % {"day": on}, field="on", clause=Performing.number)
    if on < contract.signed_on:
        raise Refused(_("%(day)s is before the contract was signed. Correct the day.") % {"day": on}, field="on", clause=Performing.number)
    if amount < 0 and kind != "adjustment":
        raise Refused(_("Only an adjustment is negative. Write the amount without a sign."), field="amount", clause=Performing.number)
