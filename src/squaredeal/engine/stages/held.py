"""A measure that counts at most so much in a window: what exceeds it is lost, or carried on and counted in later windows as far as they leave room.

What is carried after a window is the sum so far of what exceeded it, over the lowest that sum has been: S − min(0, S₁ … S), as water in a bucket with a hole.
"""
from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template
from squaredeal.engine.formula.trees import cast

from ..plan.calendar import in_force, staff
from .context import Context

NO_END = 10**30
"""Stands for a limit where none is known: more than any measure."""


def held(book, measure, both):
    """SELECT who, win, value, quota of a measure, from `both` with the same columns, its value held at most to what is said."""
    context = Context(book, "window", windowed=measure.window)
    if measure.of_quota is not None:
        most = (Q(exp.column("quota", table="b"), ONE) * Q.of(measure.of_quota)).whole(_unit())
    else:
        most = context.expression(measure.at_most).whole(_unit())
    wins = in_force(book.plan, measure.window)
    every = template("SELECT h.who, w.win, w.starts, coalesce(b.value, 0) AS value, b.quota, CAST(coalesce($most, $end) AS INT128) AS most "
                     "FROM (SELECT DISTINCT who FROM $both AS d) AS h CROSS JOIN $wins AS w LEFT JOIN $both AS b ON b.who = h.who AND b.win = w.win "
                     "LEFT JOIN $staff AS p ON p.payee = h.who AND p._win = w.win", most=most, end=cast(integer(NO_END), "INT128"), both=both.subquery(copy=False),
                     wins=wins.subquery(copy=False), staff=staff(wins).subquery(copy=False))
    every = context.joined(every)
    if measure.excess == "lost":
        return template("SELECT who, win, least(value, most) AS value, quota FROM $every AS e", every=every.subquery(copy=False))
    run = "OVER (PARTITION BY who ORDER BY starts)"
    summed = template(f"SELECT *, sum(value - most) {run} AS beyond FROM $every AS e", every=every.subquery(copy=False))
    left = template(f"SELECT *, beyond - least(0, min(beyond) {run}) AS kept FROM $summed AS s", summed=summed.subquery(copy=False))
    return template(f"SELECT who, win, CAST(value + coalesce(lag(kept) {run}, 0) - kept AS INT128) AS value, quota FROM $kept AS k", kept=left.subquery(copy=False))


def _unit():
    from fractions import Fraction
    return Fraction(1, ONE)
