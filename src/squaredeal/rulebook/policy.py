"""五 制度本身: how a version is drafted, published and acknowledged."""
from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import MONITORED, TEXT, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.organisation.team.models import Role


class Publication(Clause):
    """五.1 版本与发布."""
    number = "5.1.1"
    title = {"zh": "版本", "en": "Versions"}
    sentence = {
        "zh": "改制度先起草，总监批准并写明生效日后发布；生效日不早于发布当天，之前的决定按当时的版本，不追溯。",
        "en": "A change is drafted first; the director approves and publishes it with an effective date no earlier than the day itself. "
              "Earlier decisions keep the version they were made under."}


class Acknowledging(Clause):
    """五.1 公示与签收 (L-05)."""
    number = "5.1.2"
    title = {"zh": "签收", "en": "Acknowledgement"}
    sentence = {
        "zh": "每版发布后全员签收，{days} 天内没签的，工作台一直提醒。",
        "en": "Everybody acknowledges each published version; whoever has not within {days} days is reminded on the desk until they do."}
    days: int = Field(3, ge=1, le=30)


class Appraisal(Clause):
    """四 绩效考核, completed from common practice."""
    number = "4.9.1"
    title = {"zh": "考核", "en": "Appraisal"}
    sentence = {
        "zh": "按季考核：回款 60、跟进合规 20、新客户 10、协作 10；结果用于定级和培训，不用于罚款。",
        "en": "Appraised each quarter: cash 60, follow-up compliance 20, new customers 10, cooperation 10; used for levels and training, never for fines."}
    mode = TEXT


class Discipline(Clause):
    """五.2 奖励与纪律, completed from common practice (L-03, L-04)."""
    number = "5.2.1"
    title = {"zh": "纪律", "en": "Discipline"}
    sentence = {
        "zh": "因个人过错造成损失的，每月扣款不超过当月工资的 {share}%，扣后不低于当地最低工资。",
        "en": "Loss caused by personal fault is deducted at no more than {share} % of a month's wage, never below the local minimum wage."}
    mode = MONITORED
    share: int = Field(20, ge=0, le=20)


class Interpretation(Clause):
    """六 附则."""
    number = "6.1.1"
    title = {"zh": "附则", "en": "Final rules"}
    sentence = {
        "zh": "本制度由销售总监解释；与旧规定不一致的，以本制度为准。原文件二·3 以后由常见做法补全。",
        "en": "The sales director interprets this policy; where an older rule differs, this one prevails. What follows 2.3 in the original "
              "document was completed from common practice."}
    mode = TEXT


VERSION = Flow("state", {
    "submit": ("draft", "submitted"),
    "send_back": ("submitted", "draft"),
    "publish": ("draft submitted", "published"),
    "drop": ("draft submitted", "dropped"),
})

CHAPTERS = {1: {"zh": "职责", "en": "Duties"}, 2: {"zh": "客户与过程", "en": "Customers and process"}, 3: {"zh": "提成", "en": "Commission"},
            4: {"zh": "考核", "en": "Appraisal"}, 5: {"zh": "制度", "en": "The policy"}, 6: {"zh": "附则", "en": "Final rules"}}
SECTIONS = {
    "1.1": {"zh": "销售总监", "en": "Sales director"}, "1.2": {"zh": "区域销售经理", "en": "Regional manager"},
    "1.3": {"zh": "销售代表", "en": "Sales representative"}, "1.4": {"zh": "授权", "en": "Authority"}, "1.5": {"zh": "移交与代理", "en": "Hand-over"},
    "2.1": {"zh": "客户开发", "en": "Winning customers"}, "2.2": {"zh": "客户跟进", "en": "Follow-up"},
    "2.3": {"zh": "销售谈判", "en": "Negotiation"}, "2.4": {"zh": "合同签订", "en": "Contracts"}, "2.6": {"zh": "回款", "en": "Collection"},
    "3.1": {"zh": "原则", "en": "Principles"}, "3.2": {"zh": "基数", "en": "Base"}, "3.3": {"zh": "比例", "en": "Rates"},
    "3.6": {"zh": "分成与团队", "en": "Credit and team"}, "3.9": {"zh": "核算与发放", "en": "Runs and payment"},
    "3.10": {"zh": "核对与异议", "en": "Checking and objections"}, "4.1": {"zh": "排名", "en": "Ranking"}, "4.2": {"zh": "工作台", "en": "Desk"},
    "4.3": {"zh": "分级兑现", "en": "Honest grades"}, "4.4": {"zh": "得分与工资", "en": "Scores and wages"},
    "4.9": {"zh": "绩效考核", "en": "Appraisal"}, "5.1": {"zh": "版本与签收", "en": "Versions"}, "5.2": {"zh": "奖励与纪律", "en": "Rewards and discipline"},
    "6.1": {"zh": "附则", "en": "Final rules"},
}


def may_draft(actor, subject, **given):
    """Managers, the director and the administrator draft."""
    if actor.role not in {Role.DIRECTOR, Role.MANAGER, Role.ADMIN}:
        raise Refused(_("Changes are drafted by managers, the director or the administrator. Tell yours what should change."),
                      clause=Publication.number)


def may_change_draft(actor, version, **given):
    """A draft is its author's; the director may change any."""
    may_draft(actor, version)
    if actor.role != Role.DIRECTOR and version.drafted_by_id != actor.pk:
        raise Refused(_("This draft is %(author)s's. Start your own.") % {"author": version.drafted_by}, clause=Publication.number)


def may_publish(actor, version, *, starts_on, today, **given):
    """Only the director, only from today on."""
    if actor.role != Role.DIRECTOR:
        raise Refused(_("Only the director publishes. Submit the draft instead."), clause=Publication.number)
    if starts_on is None or starts_on < today:
        raise Refused(_("The effective date may not lie before today: earlier decisions keep their version. Choose today or later."),
                      field="starts_on", clause=Publication.number)
