"""一.2 目标分解: monthly targets, whose sums below match the number above."""
from decimal import Decimal

from django.utils.translation import gettext as _
from pydantic import Field

from squaredeal.kernel.clause import MONITORED, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Role


class AnnualPlan(Clause):
    """一.1 年度计划."""
    number = "1.1.3"
    title = {"zh": "年度计划", "en": "Annual plan"}
    sentence = {"zh": "订单和回款按月定目标，总监定到区，经理分到人。",
                "en": "Orders and cash have monthly targets: the director sets them by region, the manager by person."}
    mode = MONITORED


class Cascade(Clause):
    """一.2 目标分解 · what is above equals the sum below."""
    number = "1.2.5"
    title = {"zh": "目标分解", "en": "Target cascade"}
    sentence = {"zh": "下级目标之和等于上级目标，差额不超过 {tolerance} 元；差多少，目标页一直写着。",
                "en": "Targets below sum to the target above, within {tolerance} yuan; any gap is always shown on the targets page."}
    mode = MONITORED
    tolerance: int = Field(0, ge=0, le=1_000_000)


class Behind(Clause):
    """一.2 监督进度."""
    number = "1.2.6"
    title = {"zh": "进度", "en": "Progress"}
    sentence = {"zh": "按天数折算的进度落后超过 {points} 点，工作台标出来。",
                "en": "Progress more than {points} points behind the days elapsed is marked on the desk."}
    mode = MONITORED
    points: int = Field(10, ge=1, le=100)


def gap(above: Decimal, below: list[Decimal]) -> Decimal:
    """What is still to be distributed (positive) or too much below (negative)."""
    return above - sum(below, Decimal(0))


def sets(viewer, thing):
    """Whether the grid offers the viewer a cell of this person or unit, among those it shows: a manager's own is set from above."""
    return viewer.role == Role.DIRECTOR or viewer.role == Role.MANAGER and thing not in (viewer, viewer.seat.unit)


def may_set(actor, subject, *, people_under=(), **given):
    """The director sets anybody's target; a manager those of the people and units below, never their own unit's total."""
    if actor.role == Role.DIRECTOR:
        return
    if actor.role == Role.MANAGER and given.get("below"):
        return
    raise Refused(_("Targets are set by the director, and by a manager for the people of the region. Ask yours."), clause=Cascade.number)
