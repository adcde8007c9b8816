"""What one payee's rows cannot tell: the reason, in both languages; and the parts and words of a plan this reading knows, no others being guessed at."""
from squaredeal.engine.plan.measuring import Measure
from squaredeal.engine.plan.plan import Component, CreditTo, Factor, Gate, Limit, Plan, Release, Reserve, RollUp, Uplift
from squaredeal.engine.plan.rolling import of_periods, rolling
from squaredeal.engine.plan.saying import formulas
from squaredeal.engine.plan.shapes import (
    Flat,
    Grid,
    Lookup,
    Lump,
    LumpPlusExcess,
    Matrix,
    PerUnit,
    ShareOfDifference,
    Tiers,
)


class Unknown(Exception):
    """`zh` and `en` say why an amount cannot be told without a run."""

    def __init__(self, zh, en):
        super().__init__(en)
        self.zh, self.en = zh, en


FIELDS = {
    Plan: {"plan", "rule", "version", "effective", "currency", "decimals", "period", "attributes", "terms", "tables", "measures", "decisions", "components", "settlement",
           "examples"},
    Component: {"name", "clause", "who", "as_of", "credit", "each", "where", "base", "rate", "uplift", "factor", "gate", "split", "limit", "limits", "release", "reserve"},
    Measure: {"sum", "count", "take", "over", "window", "where", "of", "credit"}, RollUp: {"roll_up", "own_deals", "along", "level"}, CreditTo: {"to"},
    Uplift: {"when", "add"}, Factor: {"when", "times"}, Gate: {"attainment_of", "at_least", "without_quota", "when"}, Limit: {"cap", "floor", "window", "per"},
    Reserve: {"keep", "refund"}, Release: {"pro_rata", "milestones", "received", "of", "share", "rest", "after", "on"}, Flat: {"flat"}, Lump: {"lump"},
    Tiers: {"table", "edges", "beyond", "end", "tiers", "by", "window"}, Grid: {"table", "edges", "beyond", "end", "grid", "by", "below"},
    LumpPlusExcess: {"lump_plus_excess", "by", "window", "edges"}, PerUnit: {"per_unit", "quantity"}, Lookup: {"lookup", "across", "across_edges", "rows", "otherwise"},
    Matrix: {"rows", "columns", "row_edges", "column_edges", "matrix", "edges"}, ShareOfDifference: {"share_of_difference", "of", "over", "quantity", "net_of"}}
"""Every field this reading knows."""
WINDOWS = {"fact", "deal", "month", "quarter", "half", "year", "year to date", "half to date", "quarter to date", "period", "life"}
WORDS = {"window": WINDOWS, "edges": {"lower inclusive", "upper inclusive"}, "beyond": {"last row", "nothing", "refuse", "continue"}, "tiers": {"marginal", "whole"},
         "grid": {"step", "linear"}, "below": {"nothing", "first row", "refuse"}, "own_deals": {"excluded", "included"}, "level": {"each", "last", "only"},
         "without_quota": {"passes", "nothing", None}, "rest": {"lost", "later", None}, "take": {"sum"}, "count": {"facts", None}}
"""The words this reading knows for the fields that choose."""
CALLS = {"rank": ("要看名次", "it depends on a ranking"), "tied": ("要看名次", "it depends on a ranking"), "median": ("要看每个人的数", "it depends on other people"), "headcount": ("要看人数", "it depends on a headcount")}
TOLD = {"name", "quota", "attainment", "score", "earned", "previous", "source", "number", "percent", "date", "text", "bool", "if", "and", "or", "not", "negate", "+", "-", "*", "/",
        "<", "<=", ">", ">=", "=", "!=", "min", "max", "abs", "round", "round_up", "round_down", "year", "month", "day", "months", "workdays", "nth_day", "quarter", "weekday", "begins", "contains"}
"""Functions this reading knows."""


def known(part):
    """Unknown when the part, or a part of it, says something this reading does not know."""
    if type(part) not in FIELDS or part.model_fields_set - FIELDS[type(part)]:
        raise Unknown("这一部分要整批算了才知道", "this part is known only by a whole run")
    for name in part.model_fields_set:
        value = getattr(part, name)
        if name in WORDS and value not in WORDS[name] and not (name == "window" and (of_periods(value) or isinstance(part, Limit) and rolling(value))):
            raise Unknown(f"“{value}” 要整批算了才知道", f"“{value}” is known only by a whole run")
        for inner in value if isinstance(value, list) else [value]:
            if hasattr(inner, "model_fields_set"):
                known(inner)


def tellable(plan, component):
    """Unknown when what the component earns depends on more than one payee's rows."""
    if plan.model_fields_set - FIELDS[Plan]:
        raise Unknown("办法里有要整批算的部分", "the plan has parts that are known only by a whole run")
    known(component)
    if plan.exchange or plan.counts_on:
        raise Unknown("外币折算或改算日期要整批算", "facts are converted or moved to another day first, which a whole run does")
    if any(limit.per and (component.each == "deal" or component.per_period or limit.per in plan.joined) for limit in component.all_limits):
        raise Unknown("封顶按几列或按单分开，要整批算", "the limit is apart by several columns or of deals, which a whole run tells")
    if component.split:
        raise Unknown("按系数在几个人之间分，要看别人的份", "it is divided among several people")
    if isinstance(component.credit, CreditTo):
        raise Unknown("先进奖金池", "it goes to a pool first")
    if isinstance(component.credit, RollUp) and (component.each == "deal" or component.per_period and (component.credit.roll_up > 1 or component.credit.own_deals == "included")):
        raise Unknown("要看几级下属", "it depends on several levels below")
    measures = {component.gate.attainment_of} if component.gate else set()
    for text in formulas(component):
        for node in plan.expand(text).walk():
            if node.op not in TOLD:
                raise Unknown(*CALLS.get(node.op, ("这一部分要整批算了才知道", "this part is known only by a whole run")))
            measures |= {node.args[0]} if node.op in ("name", "quota", "attainment", "previous") else set()
    for name in measures & set(plan.measures):
        known(plan.measures[name])
