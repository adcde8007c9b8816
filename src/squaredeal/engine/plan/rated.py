"""Findings about the rate of a component: what its table moves by, and the formulas of its shape."""
from ..formula.kinds import NUMERIC, TOLD
from ..problems import problem
from . import lookups
from .plan import Flat, Grid, Lookup, Lump, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, ShareOfWeaker, Tiers
from .saying import attained

PART = {"rate", "number"}
"""The kinds of a part of something."""


def found(plan, component, scope, place):
    """Problems of one component's rate."""
    rate, numbers = component.rate, PART if component.base is not None else NUMERIC
    wrong = _moved(plan, rate, scope, place) if isinstance(rate, (Tiers, LumpPlusExcess)) and rate.by != "base" else []
    wrong += lookup(scope, f"{place}.rate", rate, numbers) if isinstance(rate, Lookup) else [p for field, text, want in _formulas(rate, numbers) for p in scope.formula(f"{place}.{field}", text, want)]
    if isinstance(rate, ShareOfWeaker) and not component.per_period:
        wrong.append(problem(f"{place}.rate", "两边按期比，才知道留到下一期多少", "the legs are compared window by window, what is left is carried to the next", "each 写 month 等期间", "make each a month, quarter …"))
    return wrong


def _formulas(rate, numbers):
    """[(field, formula, the kinds it may give)] of a rate's shape; `numbers` are those of a cell."""
    match rate:
        case Flat():
            return [("rate", rate.flat, PART)]
        case Tiers():
            return [("rate.table", text, numbers) for _edge, text in rate.table]
        case Grid():
            return [*(("rate.table", text, numbers) for _edge, text in rate.table), ("rate.by", rate.by, NUMERIC)]
        case Matrix():
            return [("rate.rows", rate.rows, NUMERIC), ("rate.columns", rate.columns, NUMERIC), *(("rate.matrix", text, numbers) for row in rate.matrix for text in row)]
        case Lump():
            return [("rate.lump", rate.lump, NUMERIC)]
        case PerUnit():
            return [("rate.per unit", rate.per_unit, NUMERIC), ("rate.quantity", rate.quantity, NUMERIC)]
        case ShareOfDifference():
            return [(f"rate.{name.replace('_', ' ')}", getattr(rate, name), NUMERIC) for name in ("share_of_difference", "of", "over", "quantity", "net_of")]
        case ShareOfWeaker():
            return [("rate.share of weaker", rate.share_of_weaker, PART), ("rate.carried at most", rate.carried_at_most, NUMERIC), *(("rate.of", leg, NUMERIC) for leg in rate.of)]
    return []


def _moved(plan, rate, scope, place):
    """What a table moves by that is not the base: a measure, or of whole tiers a formula too."""
    known, wrong = rate.measure in plan.measures, []
    if not known and (isinstance(rate, LumpPlusExcess) or rate.tiers == "marginal" or rate.attainment):
        about = attained(plan, rate.by)
        wrong.append(problem(f"{place}.rate.by", f"没有指标 {rate.measure}", f"{rate.measure} is not a measure",
                             f"写 by: attainment of {about}" if about else "在 measures 里定义，或写 by: base",
                             f"write by: attainment of {about}" if about else "define it under measures, or write by: base"))
    elif not known:
        wrong += scope.formula(f"{place}.rate.by", rate.by, NUMERIC)
    elif getattr(rate, "tiers", "") == "marginal" and plan.measures[rate.measure].until == "before fact":
        wrong.append(problem(f"{place}.rate.by", f"{rate.measure} 不含这一笔，不能让分段的表移动", f"{rate.measure} leaves the fact out and cannot move a marginal table", "写 until: fact",
                             "write until: fact"))
    elif plan.measures[rate.measure].onward and isinstance(rate, LumpPlusExcess):
        wrong.append(problem(f"{place}.rate.by", f"{rate.measure} 只算到这一笔为止，不能用定额加超额", f"{rate.measure} counts up to the fact and cannot move a lump plus excess",
                             "写 by: base", "write by: base"))
    return wrong


def lookup(scope, place, table, want):
    """A table by a word: the word, and what each row gives."""
    kind = scope.kind(table.lookup)
    wrong = scope.formula(f"{place}.lookup", table.lookup, {"text"}) if kind not in NUMERIC else \
        [problem(f"{place}.lookup", f"lookup 查的是词，{table.lookup} 是{TOLD[kind][0]}", f"a lookup finds a word, and {table.lookup} is {TOLD[kind][1]}",
                 f"按大小查写 {{grid: step, by: {table.lookup}, table: [[1, 5%], [2, 3%]]}}；其实是代号就在 attributes 里声明成 text",
                 f"by size write {{grid: step, by: {table.lookup}, table: [[1, 5%], [2, 3%]]}}; a code is declared as text under attributes")]
    wrong += scope.formula(f"{place}.across", table.across, NUMERIC if table.across_edges else {"text"})
    keys = {table.lookup, table.across}
    return wrong + [p for text in lookups.texts(table) if text not in keys for p in scope.formula(f"{place}.rows", text, want)]
