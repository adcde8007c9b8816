"""Choices that change what somebody is paid and that real policies leave open: each must be written, none is taken for granted (A05, A15)."""
import re

from ..formula import formula
from ..problems import problem
from .plan import Flat, Grid, LumpPlusExcess, Tiers

WINDOW_ZH, WINDOW_EN = "写 window: month 这样", "write for instance window: month"

MEANT = {"weekly": "period", "monthly": "month", "months": "month", "quarterly": "quarter", "quarters": "quarter", "yearly": "year", "annual": "year",
         "annually": "year", "years": "year", "deals": "deal", "每月": "month", "月": "month", "季": "quarter", "年": "year"}
"""What is easily written for a period and is none."""


SEVERAL = re.compile("[、，,]\\s*")
"""What several kinds of fact are parted by where they are written as one."""


def large_rates(plan, kind):
    """Warnings: a plain number over 1 as the rate of a sum of money, which is more than the sum itself; `kind` says what a formula gives."""
    found = []
    for component in plan.components:
        rate = component.rate
        texts = [rate.flat] if isinstance(rate, Flat) else [text for _edge, text in rate.table] if isinstance(rate, (Tiers, Grid)) else []
        odd = [text for text in texts if _plain(text) > 1] if component.base is not None and kind(component.base_text) == "money" else []
        if odd:
            found.append(problem(f"components.{component.name}.rate", f"比例 {odd[0]} 是基数的 {odd[0]} 倍", f"the rate {odd[0]} is {odd[0]} times the base", f"是百分数就写 {odd[0]}%", f"write {odd[0]}% if it is per cent", "warning"))
    grows = plan.settlement.draw.interest if plan.settlement.draw else None
    if grows is not None and _plain(grows) > 1:
        found.append(problem("settlement.draw.interest", f"每期的利息 {grows} 是欠款的 {grows} 倍", f"interest of {grows} a period is {grows} times what is owed", f"是百分数就写 {grows}%", f"write {grows}% if it is per cent", "warning"))
    if plan.settlement.negative == "zero" and plan.settlement.dropped is None and plan.components:
        found.append(problem("settlement.dropped", "没写归零的月份以后更正怎么办：现在更正全发，虽然当时没扣", "does not say what becomes of what was dropped when its month is corrected later: all of the correction is paid, though nothing was taken",
                             "写 dropped: made up first（先补上归零的，稳妥），或 dropped: forgotten", "write dropped: made up first, which is the safe one, or dropped: forgotten", "warning"))
    if plan.settlement.deduction and plan.settlement.statutory_cap is not None:
        found.append(problem("settlement.statutory cap", "欠的从工资里扣（deduction），这个上限不起作用", "what is owed is taken from the wage by deduction, so this cap holds nothing back",
                             "上限写在 deduction 的 cap，删掉 statutory cap", "say the share under cap of the deduction, and remove statutory cap", "warning"))
    return found


def _plain(text):
    try:
        node = formula.parse(str(text))
    except formula.FormulaError:
        return 0
    return node.args[0] if node.op == "number" else 0


def open_choices(plan):
    """[Problem] of every choice the plan leaves open."""
    found = [problem(f"measures.{name}.window", "没写在多长时间里累计", "does not say over what time it counts", WINDOW_ZH, WINDOW_EN)
             for name, measure in plan.measures.items() if "window" not in measure.model_fields_set]
    said = [*((f"measures.{name}.over", measure.kinds) for name, measure in plan.measures.items()), *((f"components.{c.name}.each", c.kinds) for c in plan.components)]
    found += [problem(place, f"{kind} 是一类，还是几类", f"{kind} reads as one kind", f"几类写 [{', '.join(SEVERAL.split(kind))}]", f"write several as [{', '.join(SEVERAL.split(kind))}]")
              for place, kinds in said for kind in kinds if SEVERAL.search(kind)]
    for component in plan.components:
        found += [problem(f"components.{component.name}.each", f"{kind} 不是期间，会当成一类事实", f"{kind} is no period and would be a kind of fact",
                          f"写 each: {MEANT[kind]}", f"write each: {MEANT[kind]}") for kind in component.kinds if kind in MEANT]
        place, rate = f"components.{component.name}", component.rate
        if isinstance(rate, (Tiers, LumpPlusExcess)) and rate.by == "base" and "window" not in rate.model_fields_set:
            found.append(problem(f"{place}.rate.window", "没写基数在多长时间里累计进档", "does not say over what time the base moves through the table", WINDOW_ZH, WINDOW_EN))
        found += [problem(f"{place}.limit.window", "没写在多长时间里封顶保底", "does not say over what time it limits", WINDOW_ZH, WINDOW_EN)
                  for limit in component.all_limits if "window" not in limit.model_fields_set]
    if plan.components and "negative" not in plan.settlement.model_fields_set:
        found.append(problem("settlement.negative", "没写负数怎么办", "does not say what becomes of a negative period", "写 negative: carry、zero 或 owed", "write negative: carry, zero or owed"))
    return found
