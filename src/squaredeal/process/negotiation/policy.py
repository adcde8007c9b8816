"""二.3 销售谈判: preparation, the price list, who may concede how much and for what, the floor, and what each stage of a deal asks."""
from decimal import ROUND_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from pydantic import Field, model_validator

from squaredeal.kernel.clause import MONITORED, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import FIRM, stands_for

from .models import Stage


class Preparation(Clause):
    """二.3 谈判准备 · the negotiation card."""
    number = "2.3.1"
    title = {"zh": "谈判准备", "en": "Preparation"}
    sentence = {
        "zh": "报价送审前写下客户的需求和预算；开谈前写下我方的目标、底线，以及能让什么、换什么。",
        "en": "Before a quote is submitted the customer's needs and budget are written down; before talks begin, our objective, our walk-away "
              "and what we may give for what."}


class Authority(Clause):
    """二.3 让价权限 · who may concede how much."""
    number = "2.3.2"
    title = {"zh": "让价权限", "en": "Price authority"}
    sentence = {
        "zh": "按标价合计算，代表最多让 {rep}%，区域经理 {manager}%，总监 {director}%，含本数；超过自己的送上一级批，超过总监的不能报。",
        "en": "Of the list total a representative may concede up to {rep} %, a regional manager {manager} %, the director {director} %, "
              "inclusive; more goes one level up, and nobody may quote beyond the director's limit."}
    percent = frozenset({"rep", "manager", "director"})
    rep: Decimal = Field(Decimal("3"), ge=0, le=100, decimal_places=2)
    manager: Decimal = Field(Decimal("5"), ge=0, le=100, decimal_places=2)
    director: Decimal = Field(Decimal("10"), ge=0, le=100, decimal_places=2)

    @model_validator(mode="after")
    def _higher_may_more(self):
        if not self.rep <= self.manager <= self.director:
            raise ValueError(_("The limits rise with the level: representative, manager, director."))
        return self


class Floor(Clause):
    """二.3 特批 · below the floor."""
    number = "2.3.3"
    title = {"zh": "底价", "en": "Floor price"}
    sentence = {
        "zh": "报价合计低于底价合计的，不论让多少，都先由总监批，批了才能发给客户。",
        "en": "A quote whose total lies below the sum of its floor prices needs the director's approval first, however small the concession; "
              "until then it cannot be sent."}


class StageGate(Clause):
    """二.3 商机阶段 · what a stage asks."""
    number = "2.3.4"
    title = {"zh": "阶段条件", "en": "Stage conditions"}
    sentence = {
        "zh": "进方案要有客户的需求和预算；进商务谈判还要有我方的目标和底线；上会还要有发出的报价；签约要有客户接受的报价；丢单写明原因。",
        "en": "A proposal needs the customer's needs and budget; negotiation also our objective and walk-away; decision also a quote sent; "
              "won, a quote accepted; lost, the reason."}


class Stalled(Clause):
    """二.3 停住 · too long in a stage."""
    number = "2.3.5"
    title = {"zh": "停住", "en": "Stalled"}
    sentence = {"zh": "商机在同一阶段满 {days} 天算停住，标出来。", "en": "A deal that has been in one stage for {days} days counts as stalled and is marked."}
    mode = MONITORED
    days: int = Field(21, ge=1, le=365)


class Odds(Clause):
    """二.3 把握 · the likelihood of each stage."""
    number = "2.3.6"
    title = {"zh": "把握", "en": "Likelihood"}
    sentence = {
        "zh": "进入阶段时的把握：选型 {selection}%，方案 {proposal}%，试用 {trial}%，商务谈判 {negotiation}%，上会 {decision}%；负责人能按实情改。",
        "en": "Likelihood on entering a stage: selection {selection} %, proposal {proposal} %, trial {trial} %, negotiation {negotiation} %, "
              "decision {decision} %; whoever is responsible may correct it."}
    mode = MONITORED
    percent = frozenset({"selection", "proposal", "trial", "negotiation", "decision"})
    selection: int = Field(25, ge=0, le=100)
    proposal: int = Field(40, ge=0, le=100)
    trial: int = Field(50, ge=0, le=100)
    negotiation: int = Field(65, ge=0, le=100)
    decision: int = Field(80, ge=0, le=100)


class Secrecy(Clause):
    """二.3 底价保密 · who may know the floor."""
    number = "2.3.7"
    title = {"zh": "底价保密", "en": "Secrecy of the floor"}
    sentence = {
        "zh": "底价和我方底线只给区域经理、总监、财务和管理员看；代表看不到，也算不出，报到线下的先送审批。",
        "en": "Floor prices and our walk-away are shown to regional managers, the director, finance and the administrator only; "
              "representatives neither see nor can work them out, and what lies below goes to approval first."}


class Exchange(Clause):
    """二.3 让步条件 · nothing for nothing."""
    number = "2.3.8"
    title = {"zh": "让价换条件", "en": "Concession for a condition"}
    sentence = {
        "zh": "让价要换条件：送审前写明换什么、只限什么范围，例如“让价 3%，换预付 30%，只限这一单”。",
        "en": "A concession is given for a condition: what we get and for which scope is written before the quote is submitted, for example "
              "“3 % for 30 % prepayment, this order only”."}


class Validity(Clause):
    """二.3 报价有效期."""
    number = "2.3.9"
    title = {"zh": "报价有效期", "en": "Validity of a quote"}
    sentence = {"zh": "报价 {days} 天内有效；过期的出新版本，按当天的价格表重算。",
                "en": "A quote holds for {days} days; after that a new version is made from the price list of the day."}
    days: int = Field(30, ge=1, le=365)


class PriceList(Clause):
    """二.3 价格表."""
    number = "2.3.10"
    title = {"zh": "价格表", "en": "Price list"}
    sentence = {"zh": "标价、底价和标准成本由总监或管理员维护，按日期生效；过去的不改，已出的报价用出价那天的价。",
                "en": "List, floor and standard cost are kept by the director or the administrator and hold from a date; the past is not "
                      "changed, and a quote uses the prices of the day it was made."}


OPEN = (Stage.SELECTION, Stage.PROPOSAL, Stage.TRIAL, Stage.NEGOTIATION, Stage.DECISION)
_ANY = " ".join(OPEN)
DEAL = Flow("stage", {
    **{stage: (f"{_ANY} lost", stage) for stage in OPEN},
    "won": (_ANY, "won"),
    "lost": (_ANY, "lost"),
})
QUOTE = Flow("state", {
    "submit": ("draft returned", "submitted"),
    "allow": ("draft returned", "approved"),
    "approve": ("submitted", "approved"),
    "return": ("submitted", "returned"),
    "withdraw": ("submitted", "draft"),
    "send": ("approved", "sent"),
    "accept": ("sent", "won"),
    "lose": ("draft returned approved sent", "lost"),
    "renew": ("draft returned approved sent lost", "replaced"),
})
EDITABLE = frozenset({"draft", "returned"})
PRICE_KEEPERS = frozenset({Role.DIRECTOR, Role.ADMIN})
KNOW_FLOOR = frozenset({Role.MANAGER, Role.DIRECTOR, Role.FINANCE, Role.ADMIN})
SELLERS = frozenset({Role.REP, Role.MANAGER, Role.DIRECTOR})

NEEDED = {
    Stage.SELECTION: (),
    Stage.PROPOSAL: ("needs", "budget"),
    Stage.TRIAL: ("needs", "budget"),
    Stage.NEGOTIATION: ("needs", "budget", "objective", "walk_away"),
    Stage.DECISION: ("needs", "budget", "objective", "walk_away", "sent_quote"),
    Stage.WON: ("needs", "budget", "objective", "walk_away", "sent_quote", "accepted_quote"),
    Stage.LOST: ("lost_reason",),
}
NAMES = {
    "needs": gettext_lazy("What the customer needs"), "budget": gettext_lazy("Budget"), "objective": gettext_lazy("Our objective"),
    "walk_away": gettext_lazy("Our walk-away"), "sent_quote": gettext_lazy("A quote sent"),
    "accepted_quote": gettext_lazy("A quote accepted"), "lost_reason": gettext_lazy("Reason"),
}


class Missing(Refused):
    """A stage asks for more: `.missing` are names of NEEDED."""

    def __init__(self, stage, missing):
        self.stage, self.missing = stage, missing
        said = _("“%(stage)s” still needs: %(missing)s. Write it here and go on.") % {
            "stage": Stage(stage).label, "missing": pgettext("names", ", ").join(str(NAMES[name]) for name in missing)}
        super().__init__(said, field=missing[0], clause=StageGate.number)


def missing(stage, known):
    """What `stage` asks and `known` ({name of NEEDED: truthy when there}) does not hold, in order."""
    return [name for name in NEEDED[stage] if not known.get(name)]


def odds(stage, clause):
    """The likelihood (0 to 1) of entering a stage."""
    return Decimal(getattr(clause, stage)) / 100 if stage in OPEN else Decimal(stage == Stage.WON)


def limit(role, authority):
    """Percent the role may concede on its own; roles that do not sell may concede nothing."""
    return getattr(authority, role) if role in SELLERS else Decimal(0)


def route(role, cut, below_floor, authority):
    """The roles that must sign a concession of `cut` percent asked by somebody of `role`, in order; () when within their own.

    Refused beyond the director's limit.
    """
    if cut > authority.director:
        raise Refused(_("This concedes %(cut)s %%, the director's limit is %(limit)s %%. Raise the price or take a line out.")
                      % {"cut": shown(cut), "limit": plain(authority.director)}, clause=Authority.number)
    if not below_floor and cut <= limit(role, authority):
        return ()
    if not below_floor and cut <= authority.manager and role == Role.REP:
        return (Role.MANAGER,)
    return (Role.MANAGER, Role.DIRECTOR) if role == Role.REP else (Role.DIRECTOR,)


def shown(cut):
    """A percentage to two decimals, upwards, so that what exceeds a limit never shows as the limit."""
    return f"{cut.quantize(Decimal('0.01'), ROUND_UP)}"


def plain(number):
    """5 for 5.00."""
    return f"{Decimal(number).normalize():f}"


def may_know_floor(viewer):
    """Clause 2.3.7: whether the viewer, or somebody they act for, may know floors and walk-aways."""
    return viewer is FIRM or any(eyes.role in KNOW_FLOOR for eyes in stands_for(viewer))


def may_sell(actor, subject, **given):
    """Deals, cards and quotes are written by those who sell; finance reads."""
    if actor.role not in SELLERS:
        raise Refused(_("Deals are kept by those who sell. Ask the owner of the customer."))


def may_price(actor, subject, **given):
    if actor.role not in PRICE_KEEPERS:
        raise Refused(_("The price list is kept by the director or the administrator. Ask one of them."), clause=PriceList.number)


def may_edit(actor, quote, **given):
    """A quote is edited while it is a draft or was sent back; after that a new version is made."""
    may_sell(actor, quote)
    if quote.state not in EDITABLE:
        raise Refused(_("This version is “%(state)s” and stays as it is. Make a new version to change it.")
                      % {"state": quote.get_state_display()}, clause=Validity.number)


def still_open(deal):
    """A closed deal stays as it is until somebody moves it back."""
    if deal.stage not in OPEN:
        raise Refused(_("This deal is closed (%(stage)s). Move it back into a stage first.") % {"stage": deal.get_stage_display()},
                      clause=StageGate.number)


def still_valid(quote, today):
    """A quote is sent and accepted within its validity."""
    if quote.valid_until and quote.valid_until < today:
        raise Refused(_("This quote held until %(day)s. Make a new version.") % {"day": quote.valid_until}, clause=Validity.number)
