"""A plan text read by the engine: what it is called, from when to when, and everything that is wrong with it."""
import json
from functools import lru_cache

from django.utils.translation import gettext

from squaredeal.kernel import calendar

from . import wording


def loaded(text):
    """The plan of a sound text; plans are frozen, so one reading serves all. PlanProblems otherwise. Working days are the firm's own from here on."""
    from squaredeal.engine.formula.working import keep
    keep(calendar.exceptions)
    return _loaded(text)


@lru_cache(maxsize=32)
def _loaded(text):
    from squaredeal.engine import load_plan
    return load_plan(text)


def read(text):
    """(plan or None, problems) of a text; warnings do not stop a plan and are not among the problems."""
    from squaredeal.engine import PlanProblems
    try:
        return loaded(text), []
    except PlanProblems as wrong:
        return None, wrong.problems


def starter(company, first):
    """A sound plan to begin with, from the first of a month: the engine's own example in the name of the company, without its worked cases."""
    from importlib.resources import files
    text = files("squaredeal.engine").joinpath("examples/huachen-2026.yaml").read_text(encoding="utf-8").split("examples:")[0]
    title = json.dumps(gettext("%(company)s sales commission %(year)s") % {"company": company, "year": first.year}, ensure_ascii=False)
    return text.replace("plan: 华辰工业 2026 销售提成办法", f"plan: {title}", 1).replace("from: 2025-01-01", f"from: {first:%Y-%m-%d}", 1)


def name(plan):
    return plan.plan[:80]


def effective(plan):
    """(first day, last day or None)."""
    return plan.effective.first, plan.effective.last


def shown(problems):
    """Problems in the user's language: [dict(place, reason, remedy, severity)]."""
    lang = wording.language()
    return [{"place": _place(p.place), "reason": p.reason[lang],
             "remedy": p.remedy[lang] or gettext("Mend the line named here and save again."), "severity": p.severity} for p in problems]


def _place(place):
    """Where a problem is; a line of the text in the reader's language."""
    word, _space, number = place.partition(" ")
    return gettext("line %(number)s") % {"number": number} if word == "line" and number.isdecimal() else place


def warnings(plan):
    """What a plan that may be published should still be read twice for."""
    from squaredeal.engine import check
    return shown([p for p in check(plan) if p.severity != "error"])
