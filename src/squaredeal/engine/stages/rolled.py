"""Stage: a cap on what a component earns in any so many months (days, quarters …) together.

Kₜ, what may be earned from the first month to month t, is the lesser of Kₜ₋₁ + xₜ and the cap + the least of Kₜ₋ₙ … Kₜ₋₁: so no n months together have more than the cap, one
that is not full leaves its room to others, and what is cut off in one gives no room in the next.
"""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template
from squaredeal.engine.formula.trees import cast

STEP = ("lambda k, x: list_prepend(CAST(least(list_extract(k, 1) + list_extract(x, 2), greatest(list_extract(k, 1), "
        "list_extract(x, 3) + list_min(list_slice(k, 1, CAST(list_extract(x, 4) AS INT))))) AS INT128), k)")
"""The next K put before those there are, of x: [month, gained, cap, how many of these K count]."""


def capped(limit, place, rows, opened, reached, value, many):
    """(SELECT payee, what is kept apart, month and what may be earned in it where that is less than what is gained; the rows with their `limited`; its name).

    A month's lines have the cap that its last line says. `many` is how many months the cap counts.
    """
    win, at, cap = f"limit_win{place}", f"limit_at{place}", rows.number(f"cap{place}")
    most = cap.whole(Fraction(1, ONE)) if cap.constant() is None else integer(cap.constant() * ONE)
    by_last = most if cap.constant() is not None else template("arg_max($m, ord)", m=most)
    over_it = Q(template(f"sum(greatest({value}, 0))"), ONE).compare(exp.GT, cap) if cap.constant() is not None else exp.Boolean(this=True)
    there = template(f"SELECT payee, {win} AS win FROM {opened} GROUP BY 1, 2 HAVING $over", over=over_it)  # nobody else can reach it
    sums = template(f"SELECT o.payee, o.{win} AS win, o.{at} AS place, CAST(sum(o.{value}) AS INT128) AS gained, CAST($most AS INT128) AS most FROM {opened} AS o "
                    f"JOIN $there AS t ON t.payee = o.payee AND t.win = o.{win} GROUP BY 1, 2, 3", most=by_last, there=there.subquery(copy=False))
    run = "PARTITION BY payee, win ORDER BY place"
    sums = template(f"SELECT *, row_number() OVER ({run}) AS nth, count(*) OVER ({run} RANGE BETWEEN {many} PRECEDING AND 1 PRECEDING) "
                    f"+ CASE WHEN count(*) OVER ({run} RANGE BETWEEN {many} PRECEDING AND {many} PRECEDING) = 0 THEN 1 ELSE 0 END AS back FROM $sums AS s", sums=sums.subquery(copy=False))
    steps = "list_sort(list([CAST(place AS INT128), gained, most, CAST(back AS INT128)]))"
    every = template(f"SELECT payee, win, count(*) AS several, list_reduce({steps}, {STEP}, [CAST(0 AS INT128)]) AS k FROM $sums AS s GROUP BY 1, 2", sums=sums.subquery(copy=False))
    left = template("SELECT s.payee, s.win, s.place, s.gained, CAST(list_extract(e.k, CAST(e.several - s.nth + 1 AS INT)) - list_extract(e.k, CAST(e.several - s.nth + 2 AS INT)) AS INT128) AS room "
                    "FROM $sums AS s JOIN $every AS e ON e.payee = s.payee AND e.win = s.win", sums=sums.subquery(copy=False), every=every.subquery(copy=False))
    bound = template("SELECT payee, win, place, room FROM $left AS l WHERE room < gained", left=left.subquery(copy=False))
    same = f"b.payee = o.payee AND b.win = o.{win} AND b.place = o.{at}"
    free = template(f"SELECT o.*, o.{value} AS limited FROM {opened} AS o LEFT JOIN {reached} AS b ON {same} WHERE b.payee IS NULL")
    turn = "o.ord" if rows.slim else "o.ord, o.source"
    held = template(f"SELECT o.*, b.room AS _room, sum(o.{value}) OVER (PARTITION BY o.payee, o.{win}, o.{at} ORDER BY {turn} ROWS UNBOUNDED PRECEDING) AS _run FROM {opened} AS o JOIN {reached} AS b ON {same}")
    more = cast(template(f"least(_run, _room) - least(_run - {value}, _room)"), "INT128")
    held = exp.select(exp.Star(except_=[exp.to_identifier("_run"), exp.to_identifier("_room")]), exp.alias_(more, "limited")).from_(held.subquery("x", copy=False), copy=False)
    return bound, exp.union(free, held, distinct=False), "limited"
