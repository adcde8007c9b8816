"""The commission engine: a plan (YAML) over plain tables gives ledger lines, exact to the fen, each with its explanation. No Django.

    plan = load_plan(text)                  # PlanProblems holds everything that is wrong, at once
    tables = Tables(facts=rows, credits=rows, people=rows, quotas=rows, posted=rows)      # or read_tables(folder)
    result = run(plan, tables, period="2026-10")
    explain(result, result.lines[0].id, "zh").text

The key of a line (`Line.id`) is component|payee|fact (or period) and is what `posted` rows carry as `key`, with earned, reserved and, for
carrying negatives, payee, period and payout.
"""
from .bounding import leans
from .check import check
from .curve import curve
from .explain import Explanation, Step, explain, of_line
from .plan import Plan, load_plan
from .problems import PlanProblems, Problem
from .result import Line, Result, Statement
from .run import run
from .tables import Tables, read_tables

__all__ = ["Explanation", "Line", "Statement", "Plan", "PlanProblems", "Problem", "Result", "Step", "Tables", "check", "curve", "explain", "leans", "load_plan", "of_line", "read_tables", "run"]
