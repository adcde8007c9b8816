"""A plan's text and its tables looked over: every finding of both at once."""
from .plan.check import check
from .plan.plan import load_plan
from .problems import PlanProblems
from .tables.tables import read_tables


def findings(text, folder=None):
    """[Problem] of a plan in YAML and of the tables in `folder`; where the plan cannot be read, of the tables what is wrong without it."""
    wrong = []
    try:
        plan = load_plan(text)
    except PlanProblems as told:
        plan, wrong = told.plan, told.problems
    try:
        tables = read_tables(folder) if folder else None
        return check(plan, tables) if plan else wrong
    except PlanProblems as told:
        return [*wrong, *told.problems]
