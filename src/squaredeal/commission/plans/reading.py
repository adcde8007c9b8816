"""A plan text read by the engine: what it is called, from when to when, and everything that is wrong with it."""
from functools import lru_cache

from django.utils.translation import gettext

from squaredeal import engine

from . import wording


@lru_cache(maxsize=32)
def loaded(text):
    """The plan of a sound text; plans are frozen, so one reading serves all. PlanProblems otherwise."""
    return engine.load_plan(text)


def read(text):
    """(plan or None, problems) of a text; warnings do not stop a plan and are not among the problems."""
    try:
        return loaded(text), []
    except engine.PlanProblems as wrong:
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
    return shown([p for p in engine.check(plan) if p.severity != "error"])
