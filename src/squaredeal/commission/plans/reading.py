"""A plan text read by the engine: what it is called, from when to when, and everything that is wrong with it."""
from functools import lru_cache

from django.utils.translation import gettext

from . import wording


@lru_cache(maxsize=32)
def loaded(text):
    """The plan of a sound text; plans are frozen, so one reading serves all. PlanProblems otherwise."""
    from squaredeal.engine import load_plan
    return load_plan(text)


def read(text):
    """(plan or None, problems) of a text; warnings do not stop a plan and are not among the problems."""
    from squaredeal.engine import PlanProblems
    try:
        return loaded(text), []
    except PlanProblems as wrong:
        return None, wrong.problems


def name(plan):
    return plan.plan[:80]


def effective(plan):
    """(first day, last day or None)."""
    return plan.effective.first, plan.effective.last


def shown(problems):
    """Problems in the user's language: [dict(place, reason, remedy, severity)]."""
    lang = wording.language()
    return [{"place": p.place, "reason": p.reason[lang],
             "remedy": p.remedy[lang] or gettext("Mend the line named here and save again."), "severity": p.severity} for p in problems]


def warnings(plan):
    """What a plan that may be published should still be read twice for."""
    from squaredeal.engine import check
    return shown([p for p in check(plan) if p.severity != "error"])
