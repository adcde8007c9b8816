"""Stage: what each row earns: the rate table moved through, uplift, factor, the one rounding, gate, split, limits, reserve."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template
from squaredeal.engine.formula.trees import cast, over
from squaredeal.engine.plan.plan import LumpPlusExcess, Tiers

from ..plan.calendar import TO_DATE, named
from ..plan.rolling import rolling
from . import weaker
from .bands import known, reached, stepped
from .rolled import capped

RUN = 4096
"""How many places of rows are summed at once before a cap is looked for among them."""


def query(plan, component, rows, source, opened, reached):
    """SELECT * of the rows with before, after, full_amount, earned, reserved (integers of 10⁻⁸), from the table `source`.

    Three: where the cap of a component is known and rarely reached, or counts any so many months together, the first is to be made as the table `opened`, the second, who reaches
    it in which window, as `reached`, and the third reads both; else these are None.
    """
    tree = _running(component, rows, source)
    tree = weaker.carried(rows, tree) if rows.moving == "legs" else tree
    raw = _raw(plan, component, rows)
    if component.override:
        raw = rows.special().pick(template("overridden > 0"), raw)
    full = raw + rows.number("base") * rows.number("uplift") if component.base is not None else raw
    full = full * rows.number("factor")
    raw = raw.pick(template("overridden = 2"), full) if any(part.replaces == "result" for part in component.override) else full
    settlement, passing = plan.settlement, ()
    rounded = settlement.per_line and component.paid  # what is only computed keeps its digits
    unit = Fraction(10) ** -settlement.places if rounded else Fraction(1, ONE)
    if raw.over is None:  # a column of its own, so that it is computed once
        tree, raw, passing = over(tree, raw=cast(raw.num, "INT128")), Q(exp.column("raw"), raw.den), ("raw",)
    whole = raw.whole(unit, settlement.way if rounded else "half", quick=True)
    amount = cast((Q(whole) * Q.of(unit * ONE)).whole(), "INT128")
    asked = (["passed"] if rows.gated else []) + (["seen"] if component.per_period else [])  # elsewhere what is missing is nothing
    for counts in asked:
        amount = template(f"CASE WHEN {counts} THEN $a ELSE coalesce($a, 0) END", a=amount)
    if component.split:  # whose part of a sum cannot be known
        amount = template(f"CASE WHEN {' AND '.join([*asked, '$w IS NULL'])} AND $a <> 0 THEN NULL ELSE $a END", w=_weight(rows), a=amount)
    tree, value = over(tree, passing, full_amount=amount), "full_amount"
    if rows.gated:
        tree, value = over(tree, passing=template("CASE WHEN passed THEN full_amount ELSE 0 END")), "passing"
    if component.split:
        tree, value = _split(component, rows, tree, value, unit)
    if rows.to_date:
        since = named(plan, rows.to_date, template("day"))
        if component.falling == "kept":
            tree = over(tree, highest=template(f"max({value}) OVER (PARTITION BY payee, via, $since ORDER BY ord)", since=since))
            value = "highest"
        tree = over(tree, step=template(f"CAST({value} - coalesce(lag({value}) OVER (PARTITION BY payee, via, $since ORDER BY ord), 0) AS INT128)", since=since))
        value = "step"
    limits, before, bound = component.all_limits, None, None
    if len(limits) == 1 and limits[0].floor is None and not rolling(limits[0].window) and rows.number("cap0").constant() is not None:
        before, (bound, tree, value), limits = tree, _capped(limits[0], rows, opened, reached, value), ()
    for place, limit in enumerate(limits):
        if rolling(limit.window):
            before, (bound, tree, value) = tree, capped(limit, place, rows, opened, reached, value, rolling(limit.window)[0])
        else:
            tree, value = _limited(limit, place, rows, tree, value)
    tree = over(tree, earned=template(f"CAST({value} AS INT128)"))
    tree = over(tree, reserved=cast(reserve(component, unit, Q.column("earned")), "INT128"))
    return (tree, None, None) if before is None else (before, bound, tree)


def reserve(component, unit, earned):
    """What a component keeps back of an amount earned, rounded to the unit, in the parts the amount is counted in."""
    if not component.reserve or not component.reserve.keep:
        return integer(0)
    kept = earned * Q.of(component.reserve.keep)
    return (Q(kept.whole(unit, "half", quick=True)) * Q.of(unit * earned.den)).whole()


def _running(component, rows, source):
    """The rows with the running base before and after each, in order of day and id, within its window."""
    moves = "CASE WHEN s.counts THEN s.base ELSE 0 END" if any(part.in_tiers == "does not count" for part in component.override) else "s.base"
    apart = "s.payee, s.win" if rows.slim or getattr(component.rate, "by", "") == "base" else "s.payee, s.source, s.win"
    if rows.onward:
        parts = integer(ONE // rows.parts)
        return template(f"SELECT s.*, CAST((s.by - s.added) // $parts AS INT128) AS before, CAST(s.by // $parts AS INT128) AS after FROM {source} AS s", parts=parts)
    if not rows.summed:
        return template(f"SELECT s.* FROM {source} AS s")
    if rows.moving == "running":
        tree = template(f"SELECT s.*, CAST(sum({moves}) OVER (PARTITION BY {apart} ORDER BY {'s.ord' if rows.slim else 's.ord, s.source'} ROWS UNBOUNDED PRECEDING) AS INT128) AS after "
                        f"FROM {source} AS s")
        return over(tree, before=template(f"CAST(after - {moves.replace('s.', '')} AS INT128)"))
    so_far = " ORDER BY s.period_ends RANGE UNBOUNDED PRECEDING" if component.rate.window in TO_DATE else ""
    tree = template(f"SELECT s.*, CAST(sum({moves}) OVER (PARTITION BY {apart}{so_far}) AS INT128) AS after FROM {source} AS s")
    return over(tree, before=template("after - base"))


def _raw(plan, component, rows):
    """The exact sum before uplift and factor."""
    rate, number = component.rate, rows.number
    if rows.moving == "none":
        return number("base") * number("rate") if component.base is not None and "rate" in rows.numbers else number("sum")
    if rows.moving == "legs":
        return weaker.matched(rows) * number("part")
    if isinstance(rate, LumpPlusExcess):
        if rows.moving == "measure":
            return _entitled(rate, number("by"))
        after, before = rows.running("after"), rows.running("before")
        if not rows.summed:
            return _entitled(rate, after)
        return _entitled(rate, after) - _entitled(rate, before).pick(template("before <> 0"), Q.of(0))
    if rows.moving == "total":
        results = [number(f"r{i}") for i in range(len(rate.table))]
        return rows.running("base") * stepped(rate, rows.running("after"), results)
    edges = [_edge(rate, rows, edge) for edge, _value in rate.table]
    end = _edge(rate, rows, rate.end) if rate.end is not None else None
    if rows.moving == "running":
        return _missing(rate, rows, _slices(rate, rows, edges, end, lambda low, high: _within(rows.running("after"), low, high) - _within(rows.running("before"), low, high)))
    if rows.onward:  # the part of the table the fact's own addition moves through; where it adds nothing, the row reached
        before = number("by") - number("added")
        total = _slices(rate, rows, edges, end, lambda low, high: _within(number("by"), low, high) - _within(before, low, high))
        step = number("r0")
        for place in range(1, len(edges)):
            step = number(f"r{place}").pick(reached(rate, number("by"), edges[place]), step)
        average = (total / number("added")).pick(number("added").compare(exp.NEQ, Q.of(0)), step)
        return _missing(rate, rows, number("base") * average)
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
    """Divided by coefficients to the unit of rounding; what is left over goes to the largest fractions, then in order of the payee. Where nobody has a
    coefficient nothing is divided."""
    size = integer(unit * ONE)
    where = {"fact": "split_win", "everybody": "split_in"}.get(component.split.within, "split_win, split_in")
    tree = over(tree, w=cast(template("coalesce($w, 0)", w=_weight(rows)), "INT128"))
    tree = over(tree, w_all=template(f"CAST(sum(w) OVER (PARTITION BY {where}) AS INT128)"))
    if component.split.at_most is not None:
        return _shared_again(rows, tree, value, where, size, unit), "divided"
    tree = over(tree, part=template(f"sign({value}) * ((abs({value}) // $u) * w // nullif(w_all, 0))", u=size),
                rest=template(f"((abs({value}) // $u) * w) % nullif(w_all, 0)", u=size))
    tree = over(tree, odd=template(f"{value} // $u - sum(part) OVER (PARTITION BY {where})", u=size),
                turn=template(f"row_number() OVER (PARTITION BY {where} ORDER BY rest DESC, payee)"))
    return over(tree, divided=template("CASE WHEN w_all = 0 THEN 0 ELSE (part + CASE WHEN turn <= abs(odd) THEN sign(odd) ELSE 0 END) * $u END", u=size)), "divided"


def _weight(rows):
    """What somebody's part of a sum goes by, empty where it is missing."""
    return rows.number("weight").whole(Fraction(1, ONE))


def _shared_again(rows, tree, value, where, size, unit):
    """Divided by coefficients, each part at most so much: in order of how soon a part is full, those whose part is full before the rest of the pool is
    divided have it, and the others divide what these leave. Where every part is full the rest is nobody's."""
    top = Q(rows.number("most").whole(unit, "down"))
    tree = over(tree, top=template("CAST(greatest($t, 0) AS INT128)", t=top.num))
    order = f"(PARTITION BY {where} ORDER BY CASE WHEN w > 0 THEN CAST(top AS DOUBLE) / CAST(w AS DOUBLE) END NULLS LAST, payee ROWS UNBOUNDED PRECEDING)"
    tree = over(tree, tops=template(f"CAST(sum(CASE WHEN w > 0 THEN top ELSE 0 END) OVER {order} AS INT128)"), w_sofar=template(f"CAST(sum(w) OVER {order} AS INT128)"))
    tree = over(tree, is_full=template(f"coalesce(w > 0 AND {value} > 0 AND top * (w_all - w_sofar + w) <= w * ({value} // $u - tops + top), FALSE)", u=size))
    tree = over(tree, w_left=template(f"CAST(sum(CASE WHEN is_full THEN 0 ELSE w END) OVER (PARTITION BY {where}) AS INT128)"),
                left=template(f"CAST(abs({value}) // $u - sum(CASE WHEN is_full THEN top ELSE 0 END) OVER (PARTITION BY {where}) AS INT128)", u=size))
    tree = over(tree, part=template(f"CASE WHEN is_full THEN top WHEN w_left > 0 THEN sign({value}) * (left * w // w_left) ELSE 0 END"),
                rest=template("CASE WHEN NOT is_full AND w_left > 0 THEN (left * w) % w_left ELSE -1 END"))
    tree = over(tree, odd=template(f"CASE WHEN w_left > 0 THEN {value} // $u - sum(part) OVER (PARTITION BY {where}) ELSE 0 END", u=size),
                turn=template(f"row_number() OVER (PARTITION BY {where} ORDER BY rest DESC, payee)"))
    return over(tree, divided=template("(part + CASE WHEN turn <= abs(odd) THEN sign(odd) ELSE 0 END) * $u", u=size))


def _limited(limit, place, rows, tree, value):
    """A cap and a floor on the running sum of the window: a line gets what the limited sum grows by; what was there before it was limited by the highest cap until then."""
    run, back, limited = f"run{place}", f"turn_back{place}", f"limited{place}"
    last, turn = ("ord DESC", "ord") if rows.slim else ("ord DESC, source DESC", "ord, source")
    more = {back: template(f"row_number() OVER (PARTITION BY payee, limit_win{place} ORDER BY {last})")} if limit.floor is not None else {}
    tree = over(tree, **{run: template(f"CAST(sum({value}) OVER (PARTITION BY payee, limit_win{place} ORDER BY {turn} ROWS UNBOUNDED PRECEDING) AS INT128)"), **more})
    after, before = Q.column(run), Q(template(f"({run} - {value})"), ONE)
    if limit.cap is not None:
        cap = rows.number(f"cap{place}")
        after, before = after.least(cap), before.least(cap)
        if cap.constant() is None:
            tree = over(tree, **{f"cap_row{place}": cast(cap.whole(Fraction(1, ONE)), "INT128")})
            until = template(f"max(cap_row{place}) OVER (PARTITION BY payee, limit_win{place} ORDER BY {turn} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)")
            tree = over(tree, **{f"cap_before{place}": template(f"coalesce($until, cap_row{place})", until=until)})
            before = before.least(Q.column(f"cap_before{place}"))
    if limit.floor is not None:
        floor = rows.number(f"floor{place}")
        after = floor.pick(exp.and_(template(f"{back} = 1"), after.compare(exp.LT, floor)), after)
    return over(tree, **{limited: cast((after - before).whole(Fraction(1, ONE)), "INT128")}), limited


def _capped(limit, rows, opened, reached, value):
    """The same for one cap alone, from the table `opened`, whose rows need be summed in order only where the sum comes to the cap.

    `reached` holds what else is known of a window in which all that is gained exceeds it: by runs of so many rows' places, whether the sum
    stays over the cap throughout (nothing is gained), or passes it there. In runs before, and in all other windows, rows stay as they are.
    """
    over_it = Q(template(f"sum(greatest({value}, 0))"), ONE).compare(exp.GT, rows.number("cap0"))
    cap, run = rows.number("cap0"), f"(o.ord // CAST({RUN} AS BIGINT))"
    win = rows.capped_by
    same = f"b.payee = o.payee AND b.{win} IS NOT DISTINCT FROM o.{win}"
    over_it = template(f"SELECT payee, {win} FROM {opened} GROUP BY 1, 2 HAVING $over", over=over_it)
    runs = template(f"SELECT o.payee, o.{win}, {run} AS run, sum(o.{value}) AS gained, sum(greatest(o.{value}, 0)) AS up, sum(least(o.{value}, 0)) AS down "
                    f"FROM {opened} AS o JOIN $bound AS b ON {same} GROUP BY 1, 2, 3", bound=over_it.subquery(copy=False))
    summed = template(f"SELECT *, sum(gained) OVER (PARTITION BY payee, {win} ORDER BY run) - gained AS sofar FROM $runs AS r", runs=runs.subquery(copy=False))
    passed, comes = Q(template("sofar + down"), ONE).compare(exp.GTE, cap), Q(template("sofar + up"), ONE).compare(exp.GT, cap)
    bound = template(f"SELECT payee, {win}, run, CAST(sofar AS INT128) AS sofar, $passed AS passed_it FROM $summed AS s WHERE $comes",
                     summed=summed.subquery(copy=False), passed=passed, comes=comes)
    same = f"{same} AND b.run = {run}"
    free = template(f"SELECT o.*, CASE WHEN b.passed_it THEN 0 ELSE o.{value} END AS limited FROM {opened} AS o LEFT JOIN {reached} AS b ON {same} WHERE coalesce(b.passed_it, TRUE)")
    turn = "o.ord" if rows.slim else "o.ord, o.source"
    held = template(f"SELECT o.*, b.sofar + sum(o.{value}) OVER (PARTITION BY o.payee, o.{win}, b.run ORDER BY {turn} ROWS UNBOUNDED PRECEDING) AS _run "
                    f"FROM {opened} AS o JOIN {reached} AS b ON {same} WHERE NOT b.passed_it")
    after, before = Q.column("_run").least(cap), Q(template(f"(_run - {value})"), ONE).least(cap)
    held = over(held, ("_run",), limited=cast((after - before).whole(Fraction(1, ONE)), "INT128"))
    return bound, exp.union(free, held, distinct=False), "limited"
