"""一 组织架构与人员职责: who does what, who may change the organisation, and what a hand-over moves."""
from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import MONITORED, TEXT, Clause
from squaredeal.kernel.errors import Refused

from .models import Role


class DirectorPlans(Clause):
    """一.1 销售总监 · strategy and plan."""
    number = "1.1.1"
    title = {"zh": "总监职责", "en": "Director's duties"}
    sentence = {
        "zh": "总监按市场走势和公司目标定销售策略与年度计划，写明方向和重点；按区调整产品线，开拓新市场。",
        "en": "The director sets the sales strategy and the annual plan from market trends and company goals, names direction and focus, "
              "adjusts product lines by region and opens new markets."}
    mode = TEXT


class DirectorBuildsTeam(Clause):
    """一.1 销售总监 · team."""
    number = "1.1.2"
    title = {"zh": "建团队", "en": "Building the team"}
    sentence = {
        "zh": "总监招聘看沟通、销售技巧和行业经验，定期培训产品、技能和市场，并考核。",
        "en": "The director recruits for communication, sales skill and industry experience, trains product, skill and market regularly, and appraises."}
    mode = TEXT


class ManagerSeat(Clause):
    """一.2 区域销售经理 · no region without one."""
    number = "1.2.1"
    title = {"zh": "区域经理", "en": "Regional manager"}
    sentence = {
        "zh": "每个区有一名经理，执行计划，带代表，维护重点客户；空缺超过 {days} 天，总监指定代理。",
        "en": "Every region has a manager who carries out the plan, guides the reps and keeps key accounts; after {days} days without one the "
              "director names a deputy."}
    mode = MONITORED
    days: int = Field(7, ge=1, le=90)


class RepDuties(Clause):
    """一.3 销售代表."""
    number = "1.3.1"
    title = {"zh": "代表职责", "en": "Representative's duties"}
    sentence = {
        "zh": "代表通过展会、网络、电话开发新客户，弄清需求和痛点，给出方案；回访老客户，做交叉销售；把竞品价格、促销和客户评价报上来。",
        "en": "Representatives win new customers through fairs, web and telephone, learn needs and pain points and propose solutions; revisit "
              "existing customers and cross-sell; report competitors' prices, promotions and reviews upward."}
    mode = TEXT


class HandOver(Clause):
    """一.5 移交 · leaving or moving."""
    number = "1.5.1"
    title = {"zh": "移交", "en": "Hand-over"}
    sentence = {
        "zh": "转岗或离职的，{days} 天内把名下客户移交给同事；{undo_days} 天内能整批撤回；已签合同的提成仍归签约人。",
        "en": "Whoever moves or leaves hands their customers to colleagues within {days} days; the whole can be undone for {undo_days} days; "
              "commission on contracts already signed stays with the signer."}
    days: int = Field(7, ge=1, le=60)
    undo_days: int = Field(7, ge=1, le=60)


class ActingDeputy(Clause):
    """一.5 代理."""
    number = "1.5.2"
    title = {"zh": "代理", "en": "Acting deputy"}
    sentence = {
        "zh": "休假或空缺由同级或上级代理，最长 {days} 天；代理人看到和批准的，与被代理人相同。",
        "en": "Leave or a vacancy is covered by somebody of the same or a higher level for at most {days} days; the deputy sees and decides "
              "what the absent would."}
    days: int = Field(60, ge=1, le=365)


APART = frozenset({Role.FINANCE, Role.ADMIN})
"""Posts that nobody of another post below the director stands in for: money is kept apart from selling, settings from both."""
RANK = {Role.REP: 1, Role.FINANCE: 1, Role.ADMIN: 1, Role.MANAGER: 2, Role.DIRECTOR: 3}


def arranges(actor):
    """Whether somebody changes people, posts, units and working days: administrators and the director."""
    return actor.role in {Role.ADMIN, Role.DIRECTOR}


def may_arrange(actor, subject=None, **given):
    if not arranges(actor):
        raise Refused(_("Only the administrator or the director changes the organisation. Ask one of them."), clause="1.1.2")


def may_appoint(actor, person, **given):
    """Nobody gives themselves a post, and with it another reach."""
    may_arrange(actor, person)
    if actor == person:
        raise Refused(_("Nobody appoints themselves. Ask the director or another administrator."), clause="1.1.2")


def may_name_deputy(actor, absent, *, deputy, starts_on, ends_on, **given):
    """The absent themselves, the director or an administrator name a deputy of the same or a higher level, for a limited time."""
    if actor != absent and not arranges(actor):
        raise Refused(_("Only %(absent)s, the director or the administrator names this deputy.") % {"absent": absent}, clause=ActingDeputy.number)
    limit = ActingDeputy.on(starts_on).days
    if (ends_on - starts_on).days + 1 > limit:
        raise Refused(_("A deputy acts for at most %(days)s days. Choose an earlier last day.") % {"days": limit}, field="ends_on",
                      clause=ActingDeputy.number)
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first. Choose a later last day."), field="ends_on")
    if actor == deputy and actor.role == Role.ADMIN:
        raise Refused(_("Nobody makes themselves somebody's deputy. Ask the director or another administrator."), field="deputy",
                      clause=ActingDeputy.number)
    _stands_in(deputy, absent, _role_then(absent))


def stand_ins(absent, seats):
    """The people holding `seats` who may act for the absent."""
    then, found = _role_then(absent), []
    for seat in seats:
        try:
            _stands_in(seat.person, absent, then)
        except Refused:
            continue
        found.append(seat.person)
    return found


def _stands_in(deputy, absent, then):
    """Refused unless the deputy may act for the absent, whose role is or last was `then`."""
    if deputy == absent:
        raise Refused(_("Nobody acts for themselves. Choose somebody else."), field="deputy")
    if deputy.role not in {then, Role.DIRECTOR} and {deputy.role, then} & APART:
        raise Refused(_("%(deputy)s holds a post of another kind than %(absent)s. Choose somebody of the same post, or the director.")
                      % {"deputy": deputy, "absent": absent}, field="deputy", clause=ActingDeputy.number)
    if RANK.get(deputy.role, 0) < RANK.get(then, 0):
        raise Refused(_("%(deputy)s ranks below %(absent)s. Choose somebody of the same or a higher level.")
                      % {"deputy": deputy, "absent": absent}, field="deputy", clause=ActingDeputy.number)


def may_end_deputy(actor, deputy):
    """Whoever may name one may end it."""
    if actor != deputy.absent and not arranges(actor):
        raise Refused(_("Only %(absent)s, the director or the administrator ends this.") % {"absent": deputy.absent}, clause=ActingDeputy.number)


def _role_then(person):
    last = person.assignments.order_by("-starts_on").select_related("position").first()
    return last.position.role if last else ""


def may_change_facts(actor, person, *, name, **given):
    """Those who arrange; everybody their own phone and e-mail, but not their name."""
    if actor != person or name != person.name:
        may_arrange(actor, person)


def may_take_back_leaving(actor, person, **given):
    may_arrange(actor, person)
    if person.left_on is None:
        raise Refused(_("%(person)s has not left.") % {"person": person})


def may_drop_second_step(actor, person, **given):
    """Nobody takes their own away by this: that is done with the second step itself."""
    may_arrange(actor, person)
    if actor == person:
        raise Refused(_("Turn your own second step off on your account's page, with a code."))


def may_revoke_token(actor, person, **given):
    """The person themselves, or an administrator or the director, when a machine is lost."""
    if actor != person:
        may_arrange(actor, person)


def may_make_token(actor, person, **given):
    """A token acts as its person, so only the person makes it."""
    if actor != person:
        raise Refused(_("Only %(person)s makes an access token for themselves.") % {"person": person})
