"""Checking the periods that quotas and scores are given for: what nothing that reads them would match."""
from collections import defaultdict
from functools import cache

from ..formula.formula import FormulaError
from ..problems import problem
from .about import EVERYBODY
from .calendar import MONTHS, TO_DATE, days_of, end_of, name_of, start_of
from .fields import own_year
from .rolling import rolling
from .saying import formulas

MOST = 20
"""How many findings of a kind are told."""


def quotas(plan, tables):
    """Problems of quotas given for a longer period than the window they are held against: nothing would match them."""
    table, found = tables.arrow["quotas"], []
    if not table.num_rows or not {"measure", "period"} <= set(table.column_names):
        return []
    for measure, period in sorted({(row["measure"], row["period"]) for row in table.to_pylist() if row["measure"] and row["period"]}):
        rule, days = plan.measures.get(measure), days_of(str(period))
        if rule is None or days is None or plan.period == "table" or rule.spread == "evenly":
            continue
        if own_year(rule.window):
            if len(str(period)) > 4:
                found.append(problem(f"quotas {measure} {period}", f"{measure} 是各人自己的年，目标按它开始的那个公历年给", f"{measure} runs by years of one’s own, whose quota is given by the calendar year they begin in",
                                     f"写 {str(period)[:4]}", f"write {str(period)[:4]}"))
            continue
        own = MONTHS.get(TO_DATE.get(rule.window) or (plan.period if rule.window == "period" or rolling(rule.window) else rule.window))
        months = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month + 1
        if own and months > own:
            found.append(problem(f"quotas {measure} {period}", f"目标的期间比指标 {measure} 的窗口长，对不上", f"is for a longer period than the window of {measure}, nothing matches it",
                                 "按窗口给目标，或在指标里写 spread: evenly", "give quotas by the window, or write spread: evenly in the measure"))
    return found[:MOST]


def scores(plan, tables):
    """Problems of scores given by shorter periods than they are read by: once the last of them has one, the longer period has to have its own; a warning where others read the shorter ones."""
    table = tables.arrow["scores"]
    readers = _readers(plan) if table.num_rows and plan.period != "table" else {}
    if not readers or not {"payee", "name", "period"} <= set(table.column_names):
        return []
    span, there, found = cache(lambda period: days_of(period, plan.year_starts)), defaultdict(set), []
    for row in table.to_pylist():
        if row["name"] in readers and span(str(row["period"])):
            there[row["name"], span(str(row["period"]))].add(str(row["payee"]))
    for (name, (first, last)), whose in sorted(there.items()):
        for kind in sorted(readers[name], key=MONTHS.get):
            if first == start_of(kind, last, plan.year_starts) or last != end_of(kind, last, plan.year_starts):
                continue
            whole, severity = name_of(kind, last, plan.year_starts), "error" if kind == min(readers[name], key=MONTHS.get) else "warning"
            found += [problem(f"scores {name} {who}", f"只有更短的期间的分，按 {kind} 读的没有 {whole} 的", f"has scores of shorter periods only, and is read by {kind}: there is none of {whole}",
                              f"给 {whole} 的分", f"give the score of {whole}", severity) for who in sorted(_without(plan, there, name, kind, last, whose))[:MOST]]
    return found[:MOST]


def _without(plan, there, name, kind, last, whose):
    """Of these, who has no score of the whole period that ends on a day, nor of a longer one; nobody where everybody together has one."""
    spans = [(start_of(longer, last, plan.year_starts), end_of(longer, last, plan.year_starts)) for longer in MONTHS if MONTHS[longer] >= MONTHS[kind]]
    having = set().union(*(there.get((name, span), ()) for span in spans))
    return whose - having if having.isdisjoint(EVERYBODY) else set()


def _readers(plan):
    """{name of a score: the kinds of windows it is read by}."""
    found = {}
    asked = [(c.each if c.per_period and c.each in MONTHS else plan.period, text) for c in plan.components for text in formulas(c)] + [(plan.period, text) for text in plan.settlement.formulas]
    for kind, text in asked:
        try:
            read = [node.args[0] for node in plan.expand(text).walk() if node.op == "score"]
        except FormulaError:
            continue
        for name in read:
            found.setdefault(name, set()).add(kind)
    return found
