"""What a component says, before any row is read: its formula texts, what its table moves by, and in which window."""
from squaredeal.engine.formula import formula
from squaredeal.engine.formula.formula import FormulaError
from squaredeal.engine.plan import lookups
from squaredeal.engine.plan.plan import (
    Flat,
    Grid,
    Lookup,
    Lump,
    LumpPlusExcess,
    Matrix,
    PerUnit,
    ShareOfDifference,
    ShareOfWeaker,
    Tiers,
)

from .calendar import TO_DATE
from .steps import Refund


def texts(component):
    """Every formula text of a component that says something about a row, for the explanation."""
    rate, found = component.rate, [component.base_text]
    if isinstance(rate, Flat):
        found.append(rate.flat)
    if isinstance(rate, PerUnit):
        found += [rate.per_unit, rate.quantity]
    if isinstance(rate, Lump):
        found.append(rate.lump)
    if isinstance(rate, (Tiers, Grid)):
        found += [value for _e, value in rate.table] + ([by_text(rate)] if not (isinstance(rate, Tiers) and rate.by == "base") else [])
    if isinstance(rate, LumpPlusExcess) and rate.by != "base":
        found.append(by_text(rate))
    if isinstance(rate, Matrix):
        found += [rate.rows, rate.columns, *(v for row in rate.matrix for v in row)]
    if isinstance(rate, Lookup):
        found += lookups.texts(rate)
    if isinstance(rate, ShareOfDifference):
        found += [rate.share_of_difference, rate.of, rate.over, rate.quantity, rate.net_of]
    if isinstance(rate, ShareOfWeaker):
        found += [rate.share_of_weaker, *rate.of, rate.carried_at_most]
    found += [t for u in component.uplift for t in (u.when, u.add)] + [t for f in component.factor for t in (f.when, f.times)]
    if component.gate:
        found.append(component.gate.when or f"attainment({bracket(component.gate.attainment_of)})")
    found += [t for part in component.override for t in (part.when, part.rate, part.lump)]
    for limit in component.all_limits:
        found += [str(v) for v in (limit.cap, limit.floor) if v is not None]
    if component.split:
        found += [t for t in (component.split.by, component.split.at_most) if t is not None]
    if component.release:
        found += [t for t in (component.release.of, component.release.share, component.release.on, component.release.evenly) if t]
    return [str(t) for t in found if t is not None]


def formulas(component):
    """Every formula text of a component's rows: what `texts` says, whom it is for and which facts count."""
    return [*texts(component), component.who, component.where or "true"]


def nodes(plan):
    """Every node of the formulas of components, measures, tables, decisions and settlement, terms written out."""
    said = [*plan.settlement.formulas]
    for c in plan.components:
        said += [*formulas(c), getattr(c.credit, "passing_over", None)]
        said += [None if c.clawback.unreleased else c.clawback.take, c.clawback.when] if c.clawback else []
        said += [c.release.once, c.release.at_most] if c.release else []
        said += [c.reserve.refund.on, c.reserve.refund.share] if c.reserve and isinstance(c.reserve.refund, Refund) else []
    for m in plan.measures.values():
        said += [m.sum, m.where, m.quota, m.at_most if m.of_quota is None else None]
    said += [text for table in plan.tables.values() for text in lookups.texts(table)] + [d.by for d in plan.decisions.values()]
    return [node for text in said if text is not None for node in plan.expand(str(text)).walk()]


def bracket(name):
    """A name as a formula: in brackets where it has spaces or signs."""
    try:
        return name if formula.parse(name).op == "name" else f"[{name}]"
    except FormulaError:
        return f"[{name}]"


def by_text(rate):
    """What a table moves by, as a formula text."""
    by = getattr(rate, "by", "")
    if by.startswith("attainment of "):
        return f"attainment({bracket(by.removeprefix('attainment of '))})"
    return bracket(by) if not _parses(by) else by


def attained(plan, by):
    """The measure that a formula attainment(MEASURE) names, None for other formulas."""
    node = plan.expand(by) if _parses(by) else None
    return node.args[0] if node is not None and node.op == "attainment" and node.args[0] in plan.measures else None


def _parses(by):
    try:
        formula.parse(by)
        return True
    except FormulaError:
        return False


def same_as_base(plan, component):
    """Whether the measure a marginal table moves by is the component's own running base."""
    rate = component.rate
    if rate.by == "base":
        return True
    measure = plan.measures.get(rate.measure)
    if measure is None or component.base is None or not measure.plain:
        return False
    if component.per_period or component.each == "deal":
        return plan.expand(component.base_text) == plan.expand(bracket(rate.measure))
    where = (plan.expand(measure.where or "true"), plan.expand(component.where or "true"))
    return (plan.expand(measure.sum) == plan.expand(component.base_text) and sorted(measure.kinds) == sorted(component.kinds) and where[0] == where[1]
            and measure.of == "payee" and isinstance(component.credit, list) and set(component.credit) == set(measure.credit))


def window_of(plan, component):
    """The window the component's running base is counted in."""
    rate = component.rate
    if isinstance(rate, (Tiers, LumpPlusExcess)):
        return rate.window if rate.by == "base" else plan.measures[rate.measure].window if rate.measure in plan.measures else rate.window
    return "period"


def to_date_of(plan, component):
    """"year", "half" or "quarter" where what is computed is the entitlement to date, and the period earns what it exceeds earlier ones by."""
    if component.to_date or not (component.base and component.per_period):
        return component.to_date
    windows = {plan.measures[n.args[0]].window for n in plan.expand(component.base_text).walk() if n.op == "name" and n.args[0] in plan.measures}
    return next((TO_DATE[kind] for kind in TO_DATE if kind in windows and kind != "life to date"), None)


def goals_of(plan, component):
    """Measures a component holds against their quotas."""
    rate, gate = component.rate, component.gate
    asked = {n.args[0] for text in texts(component) if text for n in plan.expand(text).walk() if n.op in {"quota", "attainment"} or (n.op == "source" and n.args[1:])}
    return sorted(asked | ({rate.measure} if getattr(rate, "attainment", False) else set()) | ({gate.attainment_of} if gate and gate.attainment_of else set()))


def scores_of(plan, component):
    """Scores a component reads."""
    return sorted({n.args[0] for text in formulas(component) if text for n in plan.expand(text).walk() if n.op == "score"})


def counts_workdays(plan, component):
    """Whether a component counts working days, itself or in the goals it is held against."""
    asked = any(n.op == "workdays" for text in texts(component) if text for n in plan.expand(text).walk())
    return asked or any(plan.measures[name].prorate == "working days" for name in goals_of(plan, component) if name in plan.measures)
