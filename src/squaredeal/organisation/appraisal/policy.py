"""四 What is entered of people and pay is computed from: who scores whom, who sees a wage, and what a settled month still allows; pure."""
from django.utils.translation import gettext as _

from squaredeal.kernel.clause import Clause
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Role


class Scoring(Clause):
    """四.4 得分."""
    number = "4.4.1"
    title = {"zh": "得分", "en": "Scores"}
    sentence = {
        "zh": "考核系数、满意度这类得分按月给：经理给本区的人打，总监给所有人打，谁也不给自己打。当月结算后只有总监能改，改要写原因，差额进还没结的月份。",
        "en": "Scores such as an appraisal coefficient or satisfaction are given by month: a manager scores the people of the region, the director anybody, "
              "nobody themselves. Once the month is settled only the director corrects them, with a reason, and the difference is paid in the open month."}


class WageBase(Clause):
    """四.4 工资基数."""
    number = "4.4.2"
    title = {"zh": "工资基数", "en": "Wages"}
    sentence = {
        "zh": "工资基数由财务填，从某月起算，只有财务、总监和本人看得到。已结算的月份要改，写明原因，差额进还没结的月份。",
        "en": "Wages are entered by finance and hold from a month on; only finance, the director and the person see them. A settled month is corrected with a "
              "reason, and the difference is paid in the open month."}


WAGE = "wage"
"""The name plans know the wage by."""
GIVEN = ("跟进合规", "compliance")
"""Scores that the books give themselves: follow-ups done in time."""
PAYERS = frozenset({Role.FINANCE, Role.DIRECTOR})
SCORERS = frozenset({Role.MANAGER, Role.DIRECTOR})
AHEAD = 24
"""Months ahead that may be entered."""


def sets(viewer, kind):
    """Whether the viewer enters figures of a kind at all."""
    return viewer.role in (PAYERS if kind == "wage" else SCORERS)


def corrects(viewer, kind):
    """Whether the viewer corrects a settled month."""
    return viewer.role in PAYERS if kind == "wage" else viewer.role == Role.DIRECTOR


def may_give(actor):
    """Managers and the director give scores."""
    if actor.role not in SCORERS:
        raise Refused(_("Scores are given by the manager of the region and by the director. Ask them."), clause=Scoring.number)


def may_score(actor, person, *, below=False, **given):
    """The director scores anybody else; a manager the people below. `below` says whether the person is."""
    may_give(actor)
    if actor == person:
        raise Refused(_("Nobody scores themselves. Ask who leads you."), clause=Scoring.number)
    if actor.role == Role.MANAGER and not below:
        raise Refused(_("%(person)s is not in your region; the director scores them.") % {"person": person}, clause=Scoring.number)


def may_pay(actor, subject=None, **given):
    """Finance and the director enter wages."""
    if actor.role not in PAYERS:
        raise Refused(_("Wages are entered by finance or the director. Ask them."), clause=WageBase.number)


def check_settled(actor, kind, settled, note):
    """Refused where a month is settled and the actor does not correct it, or gives no reason."""
    clause = WageBase.number if kind == "wage" else Scoring.number
    if settled and not corrects(actor, kind):
        raise Refused(_("This month is settled; only the director corrects its scores. Tell the director what should change."), field="month", clause=clause)
    if settled and not note.strip():
        raise Refused(_("This month is settled. Write the reason for the correction; the difference is paid in the open month."), field="note", clause=clause)


def named(kind, said):
    """The name of a figure as it is kept; Refused when it is none, or one that the books give."""
    name = " ".join(said.split())
    if not name or len(name) > 40:
        raise Refused(_("Write a name of at most 40 characters, as the plan has it."), field="name")
    if kind == "score" and name in GIVEN:
        raise Refused(_("“%(name)s” is reckoned from the follow-ups and is not entered. Choose another name.") % {"name": name}, field="name",
                      clause=Scoring.number)
    return WAGE if kind == "wage" and name in {"工资", "工资基数", "Wage"} else name


def check_value(kind, value):
    """Refused when a wage is negative."""
    if kind == "wage" and value is not None and value < 0:
        raise Refused(_("A wage is not negative. Write 0 or more."), field="value", clause=WageBase.number)


def check_month(month, today):
    """Refused when a month lies too far ahead."""
    if (month.year - today.year) * 12 + month.month - today.month > AHEAD or month.year < 2000:
        raise Refused(_("%(month)s is too far away. Choose a month up to two years ahead.") % {"month": f"{month:%Y-%m}"}, field="month")
