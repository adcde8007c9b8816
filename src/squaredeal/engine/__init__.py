"""The commission engine: a plan (YAML) over plain tables gives ledger lines, exact to the fen, each with its explanation. No Django.

    plan = load_plan(text)                  # PlanProblems holds everything that is wrong, at once
    tables = Tables(facts=rows, credits=rows, people=rows, quotas=rows, posted=rows)      # or read_tables(folder)
    result = run(plan, tables, period="2026-10")
    explain(result, result.lines[0].id, "zh").text

Its rooms in reading order: `formula` what may be computed · `plan` the plan and its checking · `tables` what comes in · `stages` one query
a stage, on the `backends` · `ledger` lines and statements · `running` all of these together · `explaining` why · `trials` what if.

The key of a line (`Line.id`) is component|payee|fact (or period) and is what `posted` rows carry as `key`, with earned, reserved and, for
carrying negatives, payee, period and payout.
"""
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .explaining.bounding import leans
    from .explaining.changes import Change, changed
    from .explaining.curve import Curve, curve, stands
    from .explaining.explain import Explanation, Step, explain, of_line
    from .ledger.result import Line, Result, Statement
    from .plan.check import check
    from .plan.plan import Plan, load_plan
    from .problems import PlanProblems, Problem
    from .running import run
    from .tables.tables import Tables, read_tables

__all__ = ["Explanation", "Line", "Statement", "Plan", "PlanProblems", "Problem", "Result", "Step", "Tables", "Change", "Curve", "changed", "check", "curve", "explain", "leans", "load_plan", "of_line", "read_tables", "run", "stands"]
HOMES = {"leans": "explaining.bounding", **dict.fromkeys(("Change", "changed"), "explaining.changes"), **dict.fromkeys(("Curve", "curve", "stands"), "explaining.curve"), **dict.fromkeys(("Explanation", "Step", "explain", "of_line"), "explaining.explain"),
         **dict.fromkeys(("Line", "Result", "Statement"), "ledger.result"), "check": "plan.check", **dict.fromkeys(("Plan", "load_plan"), "plan.plan"),
         **dict.fromkeys(("PlanProblems", "Problem"), "problems"), "run": "running", **dict.fromkeys(("Tables", "read_tables"), "tables.tables")}
"""The module of each name, loaded when it is first asked for: the help of a command needs none of them."""


def __getattr__(name):
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    return found
