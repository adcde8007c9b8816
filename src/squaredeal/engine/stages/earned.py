"""Stage 3: the rate table moved through, uplift, factor, gate, cap and reserve: what each credited fact or period earns.

Amounts are fixed-point; the one rounding of a line is here when the plan rounds per line.
"""
from sqlglot import exp, parse_one

from squaredeal.engine.plan import LumpPlusExcess, PerUnit, Tiers
from squaredeal.engine.sql import ONE, integer, round_div, template


def query(component, source, measure_table, gate_table, *, per_line):
    """SELECT … earned, reserved FROM the credited (or per-period) rows in `source`.

    `measure_table` holds payee, win, value, quota of what moves through the table; `gate_table` the same for the gate.
    """
    rate = component.rate
    tree = parse_one(f"SELECT s.*, CAST(sum(s.base) OVER (PARTITION BY s.payee, s.win ORDER BY s.ord ROWS UNBOUNDED PRECEDING) AS INT128) AS after "
                     f"FROM {source} AS s", read="duckdb")
    tree = parse_one("SELECT a.*, a.after - a.base AS before FROM a", read="duckdb").with_("a", as_=tree)
    inner = parse_one("SELECT b.*, m.value AS measured, m.quota AS quota, g.value AS gate_value, g.quota AS gate_quota FROM b", read="duckdb")
    inner = inner.join(_or_nothing(measure_table), on="m.payee = b.payee AND m.win = b.win", join_type="left", join_alias="m")
    inner = inner.join(_or_nothing(gate_table), on="g.payee = b.payee AND g.win = b.gate_win", join_type="left", join_alias="g")
    raw = _raw(rate)
    raw = exp.paren(exp.Add(this=exp.paren(raw), expression=exp.Mul(this=exp.column("base"), expression=exp.column("uplift"))))
    raw = exp.Mul(this=raw, expression=exp.column("factor"))
    step = 10**22 if per_line else 10**16
    whole = exp.Mul(this=round_div(raw, integer(step)), expression=integer(step // 10**16))
    passed = exp.Boolean(this=True)
    if component.gate:
        passed = template("coalesce(gate_quota = 0 OR gate_value * :one >= :least * gate_quota, gate_quota IS NULL)", one=integer(ONE),
                          least=integer(component.gate.at_least * ONE))
    tree = _over(inner.with_("b", as_=tree), full_amount=whole, passed=passed)
    tree = _over(tree, ungated=template("CASE WHEN passed THEN full_amount ELSE 0 END"))
    if component.limit and component.limit.cap is not None:
        cap = integer(component.limit.cap * ONE)
        tree = _over(tree, run_after=template("CAST(sum(ungated) OVER (PARTITION BY payee, period ORDER BY ord ROWS UNBOUNDED PRECEDING) AS INT128)"))
        tree = _over(tree, earned=template("CAST(least(run_after, :cap) - least(run_after - ungated, :cap) AS INT128)", cap=cap))
    else:
        tree = _over(tree, earned=template("CAST(ungated AS INT128)"))
    keep = integer((component.reserve.keep if component.reserve else 0) * ONE)
    unit = 10**14 if per_line else 10**8
    reserved = exp.Mul(this=round_div(exp.Mul(this=exp.column("earned"), expression=keep), integer(unit)), expression=integer(unit // ONE))
    return _over(tree, reserved=exp.cast(reserved, "INT128"))


def _over(tree, **columns):
    """SELECT *, columns FROM (tree)."""
    return exp.select("*", *[exp.alias_(e, name) for name, e in columns.items()]).from_(tree.subquery("x"))


def _or_nothing(table):
    return exp.to_table(table) if table else parse_one(
        "(SELECT NULL AS payee, NULL AS win, CAST(NULL AS INT128) AS value, CAST(NULL AS INT128) AS quota)", read="duckdb")


def _raw(rate):
    """The sum before uplift and factor, in 10⁻¹⁶."""
    if isinstance(rate, PerUnit):
        return template("quantity * flat")
    if isinstance(rate, LumpPlusExcess):
        return _lump_plus_excess(rate)
    if not isinstance(rate, Tiers):
        return template("base * flat")
    edges = [_edge(rate, edge) for edge, _rate in rate.table]
    if rate.tiers == "marginal":
        total = integer(0)
        for place, edge in enumerate(edges):
            upper = edges[place + 1] if place + 1 < len(edges) else None
            total = exp.paren(exp.Add(this=total, expression=exp.Mul(this=exp.paren(slice_of(edge if place else None, upper)),
                                                                     expression=exp.column(f"r{place}"))))
        return total
    return exp.Mul(this=exp.column("base"), expression=exp.paren(banded(rate, [exp.column(f"r{i}") for i in range(len(edges))])))


def _edge(rate, edge):
    """An edge in the units of the running base: yuan, or for attainment the edge × the quota."""
    if not rate.attainment:
        return integer(edge * ONE)
    return round_div(exp.Mul(this=integer(edge * ONE), expression=exp.column("quota")), integer(ONE))


def slice_of(lower, upper):
    """The part of this line's base that lies between two edges, by its running base before and after; None is without end."""
    def clamp(name):
        value = exp.column(name)
        if upper is not None:
            value = exp.Least(this=value, expressions=[upper.copy()])
        return exp.Greatest(this=value, expressions=[lower.copy()]) if lower is not None else value
    return exp.Sub(this=clamp("after"), expression=clamp("before"))


def banded(rate, values):
    """The value of the band the measure has reached; edges compared by cross-multiplication, never by a rounded quotient."""
    reached = "measured * :one >= :edge * quota" if rate.by.startswith("attainment of ") else "measured * :one >= :edge * :one"
    if rate.edges == "upper inclusive":
        reached = reached.replace(">=", ">")
    case = exp.Case(default=values[0])
    rows = rate.table if isinstance(rate, Tiers) else rate.lump_plus_excess
    for place in range(len(values) - 1, 0, -1):
        case = case.when(template(reached, one=integer(ONE), edge=integer(rows[place][0] * ONE)), values[place])
    return case if len(values) > 1 else values[0]


def _lump_plus_excess(rate):
    """Cumulative: lump of the band + rate × excess, after minus before, so that lines of a window sum to the window's entitlement."""
    def entitled(name):
        case = exp.Case(default=integer(0))
        for edge, lump, share in reversed(rate.lump_plus_excess):
            sign = ">" if rate.edges == "upper inclusive" and edge else ">="
            case = case.when(template(f"{name} {sign} :edge", edge=integer(edge * ONE)),
                             template(f":lump + ({name} - :edge) * :share", lump=integer(lump * ONE * ONE), edge=integer(edge * ONE), share=integer(share * ONE)))
        return exp.paren(case)
    return exp.Sub(this=entitled("after"), expression=entitled("before"))
