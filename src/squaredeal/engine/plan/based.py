"""Findings about the base of a component: one that is missing, one that is not asked for, money of money, and one said not to move a table it does not move."""
from ..formula import formula
from ..problems import problem
from .saying import same_as_base
from .shapes import Flat, Grid, Lookup, Lump, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, ShareOfWeaker, Tiers

BY_ITSELF = (PerUnit, Lump, ShareOfDifference, ShareOfWeaker)
"""Rates that give money and take no base."""


def missing(component, place):
    """A rate that applies to something where nothing is said, or gives money by itself where a base is said all the same."""
    rate, base = component.rate, f"{place}.base"
    if component.base is not None:
        return [problem(base, "这种算法自己给出金额，不用基数", "this rate gives money by itself and takes no base", "删掉 base", "remove base")] if isinstance(rate, BY_ITSELF) else []
    if isinstance(rate, LumpPlusExcess):
        return [problem(base, "没写基数", "has no base", "写明按什么算", "say what the table moves by")] if rate.by == "base" else []
    if isinstance(rate, (*BY_ITSELF, Grid, Matrix, Lookup)) or (isinstance(rate, Tiers) and rate.tiers == "whole"):
        return []
    sum_zh, sum_en = _as_sum(rate)
    return [problem(base, "没写基数", "has no base", f"写明按什么算，含税还是不含税{sum_zh}", f"say what the rate applies to{sum_en}")]


def twice(component, scope, place):
    """A sum of money as the rate of a sum of money."""
    if component.base is None or scope.kind(component.base_text) != "money":
        return []
    rate = component.rate
    cells = [rate.flat] if isinstance(rate, Flat) else [v for _e, v in rate.table] if isinstance(rate, (Tiers, Grid)) else \
        [v for row in rate.matrix for v in row] if isinstance(rate, Matrix) else []
    return [problem(f"{place}.{where}", f"基数是金额，{text} 也是金额", f"the base is money and {text} is money too", "金额直接给的用 lump、不写 base；是比例就在 attributes 里写成 rate",
                    "a sum by itself is a lump without base; a rate is declared as rate under attributes")
            for where, text in [*(("rate", c) for c in cells), *(("uplift", u.add) for u in component.uplift)] if scope.kind(text) == "money"]


def unmoved(plan, component, place):
    """An override whose base is not to count in a table that moves by a measure, which counts its facts all the same."""
    rate = component.rate
    if not isinstance(rate, (Tiers, LumpPlusExcess)) or rate.by == "base" or (same_as_base(plan, component) and getattr(rate, "tiers", "") != "whole"):
        return []
    return [problem(f"{place}.override.in tiers", f"档位按 {rate.by} 走，不按这一项的基数，这样写不起作用", f"the table moves by {rate.by}, not by the base of this component, so this changes nothing",
                    "在指标的 where 里排除这些事实，或写 by: base", "leave these facts out in the where of the measure, or write by: base")
            for override in component.override if override.in_tiers == "does not count"]


def _as_sum(rate):
    """What a rate of more than the whole is, most likely, in both languages."""
    many = formula.constant(rate.flat) if isinstance(rate, Flat) else None
    return (f"；一笔金额写 rate: {{lump: {rate.flat}}}", f"; a sum by itself is rate: {{lump: {rate.flat}}}") if many is not None and many > 1 else ("", "")
