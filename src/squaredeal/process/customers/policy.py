"""二.1 客户开发: checked before registered, how many one holds, what a grade change asks, and what handing over moves and does not."""
from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import MONITORED, TEXT, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import FIRM, people_under, sees_all, stands_for

from .models import GradeChange
from .naming import initials as initials
from .naming import name_key as name_key
from .naming import phone_key as phone_key


class Research(Clause):
    """二.1 市场调研 · whom we look for and how we reach them."""
    number = "2.1.1"
    title = {"zh": "客户开发", "en": "Winning customers"}
    sentence = {
        "zh": "先看市场的规模、增长和需求，定出目标客户；再用电话、邮件、网络、展会和研讨会去找，来源记在客户上。",
        "en": "The market's size, growth and needs come first and give the target customers; they are reached by telephone, mail, web, "
              "fairs and seminars, and the source is noted on the customer."}
    mode = TEXT


class Checked(Clause):
    """二.1 查重 · checked before registered."""
    number = "2.1.2"
    title = {"zh": "查重", "en": "Duplicate check"}
    sentence = {
        "zh": "先查重再登记：同名或同税号的不能再建，请原负责人一起做；只是电话相同的，写明不是同一家才建。查重只显示负责人的区域和姓，"
              "每次都记下来，每人每分钟最多 {times} 次。",
        "en": "A customer is checked before it is registered: the same name or tax number is not entered twice, its owner is asked to work "
              "together; where only the phone is the same, the difference is written down. The check shows no more than region and surname of "
              "the owner, is on record each time, and runs at most {times} times a minute per person."}
    times: int = Field(30, ge=5, le=600)


class Holding(Clause):
    """二.1 持有上限 · how many one can look after."""
    number = "2.1.3"
    title = {"zh": "持有上限", "en": "Holding limit"}
    sentence = {
        "zh": "每名代表最多带 {limit} 家客户，满了不能再登记或接收；经理和总监成批导入的照收，超出的由经理调整。",
        "en": "A representative looks after at most {limit} customers; beyond that nothing more is registered or taken over. What managers and "
              "the director import in bulk is taken, and the manager evens out what is over."}
    limit: int = Field(60, ge=1, le=100_000)


class Transfer(Clause):
    """二.1 交接 · handing over moves the work, not the pay."""
    number = "2.1.4"
    title = {"zh": "交接", "en": "Hand-over"}
    sentence = {
        "zh": "客户由区域经理在本区内、总监在全公司转给别人，写明原因；下一步跟着走，已签的合同和提成份额不变，{days} 天内能撤。",
        "en": "Customers are handed over by the regional manager within the region and by the director anywhere, with the reason; the next step "
              "goes along, contracts signed and shares of commission stay as they are, and it can be undone for {days} days."}
    days: int = Field(7, ge=1, le=60)


class Regraded(Clause):
    """二.1 改等级 · a grade has a reason."""
    number = "2.1.5"
    title = {"zh": "改等级", "en": "Changing a grade"}
    sentence = {
        "zh": "意向等级和价值等级分开定；改一次写一次理由，至少 {letters} 个字，谁改的、何时改的都留着。",
        "en": "The grade of intention and the grade of value are given apart; each change has a reason of at least {letters} characters, and "
              "who gave it and when stays on record."}
    letters: int = Field(4, ge=1, le=100)


class Together(Clause):
    """二.1 协作 · working on a customer together."""
    number = "2.1.6"
    title = {"zh": "协作", "en": "Collaboration"}
    sentence = {
        "zh": "负责人可以请同事一起做：协作人看得到客户、能记跟进，不能改等级、不能转手；协作人写的报价和合同算负责人的，由负责人的上级批，提成份额另行约定。",
        "en": "The owner may ask colleagues to work along: a collaborator sees the customer and records follow-ups, but neither grades nor hands "
              "it over; what they quote and draft counts as the owner's and is signed by the owner's superiors; shares of commission are agreed "
              "separately."}


class NextStep(Clause):
    """二.1 下一步 · no customer without one."""
    number = "2.1.7"
    title = {"zh": "下一步", "en": "Next step"}
    sentence = {"zh": "每家客户都有下一步：做什么、哪天做；没有的和晚了的排在最前。",
                "en": "Every customer has a next step: what, and on which day; those without one and those late stand first."}
    mode = MONITORED


class Imported(Clause):
    """二.1 成批导入 · many at once, and back again."""
    number = "2.1.8"
    title = {"zh": "成批导入", "en": "Import"}
    sentence = {
        "zh": "成批导入的客户同样先查重，撞上的一行不进；{days} 天内能整批撤回，其间跟进过、改过的留下。",
        "en": "Customers imported in bulk are checked for duplicates too, and a row that clashes stays out; the whole can be taken back for "
              "{days} days, save what was followed up or changed meanwhile."}
    days: int = Field(7, ge=1, le=60)


SELLERS = frozenset({Role.REP, Role.MANAGER, Role.DIRECTOR})
GIVERS = frozenset({Role.MANAGER, Role.DIRECTOR})


def roles(actor):
    """The roles an actor acts with today: their own and of those they deputise for."""
    return {Role.DIRECTOR} if actor is FIRM else {eyes.role for eyes in stands_for(actor)}


def sells(actor):
    return bool(roles(actor) & SELLERS)


def gives(actor):
    """Whether the actor hands customers over at all."""
    return bool(roles(actor) & GIVERS)


def leads(actor, customer):
    """Whether the actor answers for the customer: its owner, the owner's manager, the director, or who acts for one of them."""
    return sees_all(actor) or (sells(actor) and customer.owner_id in people_under(actor))


def answering(actor, customer):
    """Who answers for what the actor quotes and drafts for a customer (2.1.6): the actor who leads it, else its owner."""
    return actor if customer.owner is None or leads(actor, customer) else customer.owner


def may_register(actor, subject, **given):
    if not sells(actor):
        raise Refused(_("Customers are registered by sales people. Ask the owner or the manager to enter it."), clause=Checked.number)


def may_import(actor, subject, **given):
    may_register(actor, subject)


def may_export(actor, subject, **given):
    """Whoever sells, and finance, each within reach."""
    if not (roles(actor) & (SELLERS | {Role.FINANCE})):
        raise Refused(_("You reach no customers, so there is nothing to export."))


def may_work(actor, customer, **given):
    """Whoever sells and reaches the customer, collaborators too."""
    if not sells(actor):
        raise Refused(_("You read customers but do not change them. Ask the owner, %(owner)s.") % {"owner": customer.owner or "—"})


def may_work_with(actor, contact, **given):
    may_work(actor, contact.customer)


def may_lead(actor, customer, **given):
    if not leads(actor, customer):
        raise Refused(_("Only the owner, the manager or the director decides this. Ask %(owner)s.") % {"owner": customer.owner or "—"},
                      clause=Together.number)


def may_grade(actor, customer, *, which=GradeChange.Which.INTENTION, grade, reason="", **given):
    may_lead(actor, customer)


def check_grade(rule, customer, *, which, grade, reason):
    """二.1.5: another grade than now, with a reason long enough to mean something."""
    now = customer.grade if which == GradeChange.Which.INTENTION else customer.value_grade
    if grade == now:
        raise Refused(_("The grade is %(grade)s already. Choose another, or leave it.") % {"grade": grade}, field="grade", clause=rule.number)
    if len(reason.strip()) < rule.letters:
        raise Refused(_("A grade needs a reason of at least %(letters)s characters. Say what the customer did or said.")
                      % {"letters": rule.letters}, field="reason", clause=rule.number)


def may_give(actor, rows, *, owner, reason="", **given):
    """Managers within their region, the director anywhere, to somebody who sells today."""
    if not gives(actor):
        raise Refused(_("Customers are handed over by the manager or the director. Ask yours."), clause=Transfer.number)
    if not owner.is_active or owner.role not in SELLERS:
        raise Refused(_("%(person)s does not sell at present. Choose somebody else.") % {"person": owner}, field="owner", clause=Transfer.number)
    if not sees_all(actor) and owner.pk not in people_under(actor):
        raise Refused(_("%(person)s is not in your region. Ask the director.") % {"person": owner}, field="owner", clause=Transfer.number)


def may_undo(actor, journal, **given):
    if not (actor.pk == journal.actor_id or Role.DIRECTOR in roles(actor)):
        raise Refused(_("Only %(person)s or the director takes this back.") % {"person": journal.actor})
    if journal.verb == "customers.assign" and not gives(actor):
        raise Refused(_("Customers are handed over by the manager or the director. Ask yours."), clause=Transfer.number)
    if journal.undone_at is not None:
        raise Refused(_("This was already taken back."))


def check_undo(rule, days):
    if days > rule.days:
        raise Refused(_("This can be undone for %(limit)s days; it was %(days)s days ago. Put it right one by one.")
                      % {"limit": rule.days, "days": days}, clause=rule.number)


def room(rule, owner, holds):
    """How many more customers `owner` may take who holds `holds`; None is without limit (managers, director)."""
    return max(0, rule.limit - holds) if owner.role == Role.REP else None


def check_room(rule, owner, holds):
    if room(rule, owner, holds) == 0:
        raise Refused(_("%(person)s looks after %(holds)s customers, the limit is %(limit)s. Hand one over first.")
                      % {"person": owner, "holds": holds, "limit": rule.limit}, field="owner", clause=rule.number)


def refuses(match, *, tax_number="", note=""):
    """Whether a clash stops the registration: same tax number, or same name, always; same phone alone, or same name under two different
    tax numbers, until it is written down how they differ."""
    if "tax_number" in match.same:
        return True
    if "name" in match.same and not (match.tax_number and tax_number and match.tax_number != tax_number):
        return True
    return not note.strip()
