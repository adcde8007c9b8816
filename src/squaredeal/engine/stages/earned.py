"""Stage: what each row earns: the rate table moved through, uplift, factor, the one rounding, gate, split, limits, reserve."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.plan import LumpPlusExcess, Tiers
from squaredeal.engine.sql import ONE, Q, integer, template

from .bands import known, reached, stepped
from .calendar import TO_DATE, named


def query(plan, component, rows, source, opened):
    """SELECT * of the rows with before, after, full_amount, earned, reserved (integers of 10⁻⁸), from the table `source`.

    A pair: where the cap of a component is known and rarely reached, the first is to be made as the table `opened` and the second reads
    it; else the second is None.
    """
    tree = _running(component, rows, source)
    raw = _raw(plan, component, rows)
    if component.override:
        raw = rows.special().pick(template("overridden > 0"), raw)
    full = raw + rows.number("base") * rows.number("uplift") if component.base is not None else raw
    full = full * rows.number("factor")
    raw = raw.pick(template("overridden = 2"), full) if any(part.replaces == "result" for part in component.override) else full
    settlement = plan.settlement
    rounded = settlement.per_line and component.paid  # what is only computed keeps its digits
    unit = Fraction(10) ** -settlement.places if rounded else Fraction(1, ONE)
    whole = raw.whole(unit, settlement.way if rounded else "half", quick=True)
    amount = exp.cast((Q(whole) * Q.of(unit * ONE)).whole(), "INT128")
    for counts in (["passed"] if component.gate else []) + (["seen"] if component.per_period else []):  # there what is missing is nothing
        amount = template(f"CASE WHEN {counts} THEN $a ELSE coalesce($a, 0) END", a=amount)
    tree = over(tree, full_amount=amount)
    tree = over(tree, passing=template("CASE WHEN passed THEN full_amount ELSE 0 END"))
    value = "passing"
    if component.split:
        tree, value = _split(component, rows, tree, value, unit)
    if rows.to_date:
        since = named(plan, rows.to_date, template("day"))
        if component.falling == "kept":
            tree = over(tree, highest=template(f"max({value}) OVER (PARTITION BY payee, via, $since ORDER BY ord)", since=since))
            value = "highest"
        tree = over(tree, step=template(f"CAST({value} - coalesce(lag({value}) OVER (PARTITION BY payee, via, $since ORDER BY ord), 0) AS INT128)", since=since))
        value = "step"
    limits, before = component.all_limits, None
    if len(limits) == 1 and limits[0].floor is None and rows.number("cap0").constant() is not None:
        before, (tree, value) = tree, _capped(limits[0], rows, opened, value)
    for place, limit in enumerate(limits if before is None else ()):
        tree, value = _limited(limit, place, rows, tree, value)
    tree = over(tree, earned=template(f"CAST({value} AS INT128)"))
    keep = component.reserve.keep if component.reserve else 0
    kept = Q.column("earned") * Q.of(keep)
    reserved = (Q(kept.whole(unit, "half", quick=True)) * Q.of(unit * ONE)).whole() if keep else integer(0)
    tree = over(tree, reserved=exp.cast(reserved, "INT128"))
    return (tree, None) if before is None else (before, tree)


def over(tree, **columns):
    """SELECT *, columns FROM (tree)."""
    return exp.select("*", *[exp.alias_(e, name) for name, e in columns.items()]).from_(tree.subquery("x"))


def _running(component, rows, source):
    """The rows with the running base before and after each, in order of day and id, within its window."""
    moves = "CASE WHEN s.counts THEN s.base ELSE 0 END" if any(part.in_tiers == "does not count" for part in component.override) else "s.base"
    apart = "s.payee, s.win" if getattr(component.rate, "by", "") == "base" else "s.payee, s.source, s.win"
    if rows.moving == "running" and not rows.to_date:
        tree = template(f"SELECT s.*, {moves} AS moves, CAST(sum({moves}) OVER (PARTITION BY {apart} ORDER BY s.ord, s.source ROWS UNBOUNDED PRECEDING) AS INT128) AS after "
                        f"FROM {source} AS s")
        return over(tree, before=template("after - moves"))
    if rows.moving == "total":
        so_far = " ORDER BY s.period_ends RANGE UNBOUNDED PRECEDING" if component.rate.window in TO_DATE else ""
        tree = template(f"SELECT s.*, CAST(sum({moves}) OVER (PARTITION BY {apart}{so_far}) AS INT128) AS total FROM {source} AS s")
        return over(tree, before=template("total - base"), after=template("total"))
    return template(f"SELECT s.*, CAST(0 AS INT128) AS before, s.base AS after FROM {source} AS s")


def _raw(plan, component, rows):
    """The exact sum before uplift and factor."""
    rate, number = component.rate, rows.number
    if rows.moving == "none":
        return number("base") * number("rate") if component.base is not None and "rate" in rows.numbers else number("sum")
    if isinstance(rate, LumpPlusExcess):
        if rows.moving == "measure":
            return _entitled(rate, number("by"))
        after, before = rows.running("after"), rows.running("before")
        return _entitled(rate, after) - _entitled(rate, before).pick(template("before <> 0"), Q.of(0))
    if rows.moving == "total":
        results = [number(f"r{i}") for i in range(len(rate.table))]
        return rows.running("base") * stepped(rate, rows.running("total"), results)
    edges = [_edge(rate, rows, edge) for edge, _value in rate.table]
    end = _edge(rate, rows, rate.end) if rate.end is not None else None
    if rows.moving == "running":
        return _missing(rate, rows, _slices(rate, rows, edges, end, lambda low, high: _within(rows.running("after"), low, high) - _within(rows.running("before"), low, high)))
    total = _slices(rate, rows, edges, end, lambda low, high: _within(number("by"), low, high) - (low or Q.of(0)))
    average = total / number("by")
    return _missing(rate, rows, number("base") * average.pick(number("by").compare(exp.NEQ, Q.of(0)), Q.of(0)))


def _missing(rate, rows, found):
    """What is found, or without a quota what the table says of that."""
    if not rate.attainment or rate.missing == "refuse":
        return found
    return known(rate, rows.number("target"), found, rows.number("base") * rows.number("r0"))


def _edge(rate, rows, edge):
    """An edge in yuan: as written, or for attainment the edge × the quota."""
    return Q.of(edge) if not isinstance(rate, Tiers) or not rate.attainment else rows.number("target") * Q.of(edge)


def _slices(rate, rows, edges, end, part):
    total = Q.of(0)
    for place, edge in enumerate(edges):
        last = place + 1 == len(edges)
        high = edges[place + 1] if not last else None if rate.beyond == "last row" else end
        total = total + part(edge if place else None, high) * rows.number(f"r{place}")
    if end is not None and rate.beyond == "refuse":
        return Q(exp.Null()).pick(rows.running("after").compare(exp.GT, end), total)
    return total


def _within(value, low, high):
    """A value held between two edges; None is without end."""
    if high is not None:
        value = value.least(high)
    return value.greatest(low) if low is not None else value


def _entitled(rate, value):
    """Lump of the band reached plus the rate on the excess over its edge."""
    found = Q.of(0)
    for edge, lump, share in rate.lump_plus_excess:
        here = Q.of(lump) + (value - Q.of(edge)) * Q.of(share)
        found = here.pick(reached(rate, value, edge) if edge or rate.edges == "lower inclusive" else value.compare(exp.GT, Q.of(0)), found)
    return found


def _split(component, rows, tree, value, unit):
    """Divided by coefficients to the unit of rounding; what is left over goes to the largest fractions, then in order of the payee."""
    size = integer(unit * ONE)
    where = "split_win, win" if component.split.within == "unit" else "win" if component.split.within == "everybody" else "split_win"
    weight = rows.number("weight").whole(Fraction(1, ONE))
    tree = over(tree, w=exp.cast(weight, "INT128"))
    tree = over(tree, w_all=template(f"CAST(sum(w) OVER (PARTITION BY {where}) AS INT128)"))
    tree = over(tree, part=template(f"sign({value}) * ((abs({value}) // $u) * w // nullif(w_all, 0))", u=size),
                rest=template(f"((abs({value}) // $u) * w) % nullif(w_all, 0)", u=size))
    tree = over(tree, odd=template(f"{value} // $u - sum(part) OVER (PARTITION BY {where})", u=size),
                turn=template(f"row_number() OVER (PARTITION BY {where} ORDER BY rest DESC, payee)"))
    return over(tree, divided=template("(part + CASE WHEN turn <= abs(odd) THEN sign(odd) ELSE 0 END) * $u", u=size)), "divided"


def _limited(limit, place, rows, tree, value):
    """A cap and a floor on the running sum of the window: a line gets what the limited sum grows by."""
    run, back, limited = f"run{place}", f"turn_back{place}", f"limited{place}"
    more = {back: template(f"row_number() OVER (PARTITION BY payee, limit_win{place} ORDER BY ord DESC, source DESC)")} if limit.floor is not None else {}
    tree = over(tree, **{run: template(f"CAST(sum({value}) OVER (PARTITION BY payee, limit_win{place} ORDER BY ord, source ROWS UNBOUNDED PRECEDING) AS INT128)"), **more})
    after, before = Q.column(run), Q(template(f"({run} - {value})"), ONE)
    if limit.cap is not None:
        cap = rows.number(f"cap{place}")
        after, before = after.least(cap), before.least(cap)
    if limit.floor is not None:
        floor = rows.number(f"floor{place}")
        after = floor.pick(exp.and_(template(f"{back} = 1"), after.compare(exp.LT, floor)), after)
    return over(tree, **{limited: exp.cast((after - before).whole(Fraction(1, ONE)), "INT128")}), limited


def _capped(limit, rows, opened, value):
    """The same for one cap alone, from the table `opened`: only where all that is gained in a window exceeds it need rows be summed in order."""
    over_it = Q(template(f"sum(greatest({value}, 0))"), ONE).compare(exp.GT, rows.number("cap0"))
    bound = template(f"SELECT payee, limit_win0, 1 AS reached FROM {opened} GROUP BY 1, 2 HAVING $over", over=over_it)
    same = "b.payee = o.payee AND b.limit_win0 IS NOT DISTINCT FROM o.limit_win0"
    free = template(f"SELECT o.*, {value} AS limited FROM {opened} AS o LEFT JOIN $bound AS b ON {same} WHERE b.reached IS NULL", bound=bound.subquery())
    held, name = _limited(limit, 0, rows, template(f"SELECT o.* FROM {opened} AS o JOIN $bound AS b ON {same}", bound=bound.subquery()), value)
    held = exp.select(exp.Star(except_=[exp.to_identifier("run0"), exp.to_identifier(name)]), exp.alias_(exp.column(name), "limited")).from_(held.subquery("x"))
    return exp.union(free, held, distinct=False), "limited"
