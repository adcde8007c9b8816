"""Stage: what a component's rows say of its limits: the most and least as numbers, and the window each limit counts in."""
from sqlglot import exp

from squaredeal.engine.formula.sql import template, text
from squaredeal.engine.formula.trees import cast

from ..plan.calendar import TO_DATE, apart, counted, named
from ..plan.fields import own_year
from ..plan.rolling import counts_periods, rolling
from ..plan.saying import bracket
from .context import DAY_ONE


def limits(component, context, keep, columns):
    """Puts the numbers of each limit (cap0, floor0 …) by `keep`, without which the base is not known, and into `columns` its window, limit_win0; where that rolls on, what it is kept apart by, and which month, day … it is as limit_at0.

    The column of the first limit's window is returned where that is another.
    """
    by = "limit_win0"
    for place, limit in enumerate(component.all_limits):
        for name in ("cap", "floor"):
            if getattr(limit, name) is not None:
                most = context.expression(str(getattr(limit, name)))
                keep(f"{name}{place}", most)
                columns["base"] = needing(columns["base"], most)
        if rolling(limit.window):
            columns[f"limit_win{place}"] = apart(text(""), context.expression(bracket(limit.per))) if limit.per else text("")
            columns[f"limit_at{place}"] = _place(context, limit.window)
            continue
        win = window(component, context, limit.window)
        columns[f"limit_win{place}"] = win if limit.per is None else apart(win, context.expression(bracket(limit.per)))
        columns["base"] = dated(context, limit.window, columns["base"])
        if place == 0 and columns["limit_win0"] == exp.column("_period", table="f"):
            by = "period"
    return by


def needing(base, number):
    """The base, not known where a number that the line needs is missing, or divided by zero."""
    if number.constant() is not None:
        return base
    there = exp.and_(*[template("NOT $part IS NULL", part=part) for part in (number.num, number.over) if part is not None])
    return template("CASE WHEN $there THEN $base END", there=there, base=base)


def _place(context, window):
    """The number of the month, quarter …, or day, a row lies in; of the periods of a table, the place."""
    unit = rolling(window)[1]
    if unit == "day":
        return template(f"CAST($day - DATE '{DAY_ONE}' AS BIGINT)", day=context.day)
    plan = context.book.plan
    if counts_periods(plan, window):
        return context.ranked()
    unit = plan.period if unit == "period" else unit
    return cast(counted(plan, unit, context.day), "bigint")


def window(component, context, kind):
    """The id of the window a running sum of the component's rows is partitioned by."""
    if kind in TO_DATE:
        return named(context.book.plan, TO_DATE[kind], context.day)
    if context.row == "window" and kind in {"fact", "deal", "period"}:
        return exp.column("win", table="w")
    return context.windowed_by(kind)


def dated(context, kind, base):
    """The base, not known where the day is not from which a year of the row's own runs."""
    return base if own_year(kind) is None else template("CASE WHEN NOT $since IS NULL THEN $base END", since=context.since_day(kind), base=base)
