"""四 看什么、先看什么: the order of what needs a person, and what the leaderboard ranks."""
from decimal import Decimal

from pydantic import Field

from squaredeal.kernel.clause import MONITORED, Clause


class Leaderboard(Clause):
    """四.1 龙虎榜 · three columns, so that nobody wins by one."""
    number = "4.1.1"
    title = {"zh": "排名", "en": "Leaderboard"}
    sentence = {"zh": "排名同时看回款达成、跟进合规和利润率三列，各占 {attainment}%、{compliance}%、{margin}%。",
                "en": "The ranking weighs cash attainment {attainment} %, follow-up compliance {compliance} % and margin {margin} %."}
    mode = MONITORED
    attainment: int = Field(60, ge=0, le=100)
    compliance: int = Field(20, ge=0, le=100)
    margin: int = Field(20, ge=0, le=100)


class WhatNeedsYou(Clause):
    """四.2 等你决定的事."""
    number = "4.2.1"
    title = {"zh": "工作台", "en": "Desk"}
    sentence = {"zh": "工作台最多列 {shown} 件等本人的事，晚的在前，其余收起。",
                "en": "The desk lists at most {shown} things that need the person, late ones first; the rest are folded away."}
    shown: int = Field(5, ge=1, le=20)


class HonestGrades(Clause):
    """四.3 A 级要兑现 · a grade that never turns into orders is looked at."""
    number = "4.3.1"
    title = {"zh": "分级兑现", "en": "Honest grades"}
    sentence = {"zh": "代表有 {least} 家以上 A 级客户，{days} 天里没有一家签约，经理同他核对分级。",
                "en": "When a representative has {least} or more A customers and none of them signed within {days} days, the manager goes over the "
                      "grades with them."}
    mode = MONITORED
    least: int = Field(15, ge=1, le=500)
    days: int = Field(180, ge=30, le=730)


def in_order(needs):
    """Late first, then by day due (undated last), then by weight, heaviest first."""
    far = "9999"
    return sorted(needs, key=lambda n: (not n.get("late"), str(n.get("due") or far)[:10], -(n.get("weight") or 0)))


def pace(collected: Decimal, gone: int, days: int) -> Decimal:
    """What the span ends at when the rest goes like the part gone."""
    return collected * days / gone if gone else Decimal(0)


def rate(part, whole):
    """part ÷ whole, or None when there is no whole."""
    return Decimal(part) / Decimal(whole) if whole else None


def score(clause, attainment, compliance, margin, best_margin):
    """A rank's points out of 100: attainment capped at 150 %, margin relative to the best; what is unknown counts 0."""
    parts = [(min(attainment or Decimal(0), Decimal("1.5")) / Decimal("1.5"), clause.attainment),
             (compliance or Decimal(0), clause.compliance), (rate(margin or 0, best_margin) or Decimal(0), clause.margin)]
    return sum(value * weight for value, weight in parts)
