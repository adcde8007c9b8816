"""Two legs paid by the weaker one, window after window: what the stronger has more is carried on, all of it or at most so much.

What is carried, the first leg's above nothing and the second's below, is a walk between two walls. After a window it stands at the lowest, over every window after which it may
last have stood at the upper wall, of what it came to since then, the lower wall holding it.
"""
from fractions import Fraction

from squaredeal.engine.formula.sql import ONE, Q, template
from squaredeal.engine.formula.trees import cast, over

SAME = "t.payee = s.payee AND coalesce(t.via, '') = coalesce(s.via, '')"


def carried(rows, tree):
    """The rows with what is carried into their window, `before`, and out of it, `after`."""
    more = _whole(rows.number("leg0") - rows.number("leg1"))
    tree = over(tree, more=more)
    tree = over(tree, so_far=template("CAST(sum(more) OVER (PARTITION BY payee, via ORDER BY ord ROWS UNBOUNDED PRECEDING) AS INT128)"))
    if "carried" not in rows.numbers:
        return over(tree, before=template("CAST(so_far - more AS INT128)"), after=template("so_far"))
    tree = over(tree, wall=template("greatest($w, 0)", w=_whole(rows.number("carried"))), nth=template("row_number() OVER (PARTITION BY payee, via ORDER BY ord)"))
    return template(
        "WITH legs AS ($legs), walk AS (SELECT payee, via, nth, so_far, wall FROM legs UNION ALL SELECT DISTINCT payee, via, 0 AS nth, CAST(0 AS INT128) AS so_far, CAST(0 AS INT128) AS wall FROM legs), "
        "since AS (SELECT t.payee, t.via, t.nth, t.so_far, s.wall - s.so_far AS upper, max(-s.wall - s.so_far) OVER (PARTITION BY t.payee, t.via, t.nth ORDER BY s.nth DESC "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS lower FROM walk AS t JOIN walk AS s ON {SAME} AND s.nth <= t.nth), "
        "stands AS (SELECT payee, via, nth, CAST(min(greatest(upper, coalesce(lower, upper)) + so_far) AS INT128) AS stands FROM since GROUP BY 1, 2, 3) "
        f"SELECT t.*, b.stands AS before, s.stands AS after FROM legs AS t JOIN stands AS s ON {SAME} AND s.nth = t.nth JOIN stands AS b ON {SAME.replace('s.', 'b.')} AND b.nth = t.nth - 1", legs=tree)


def matched(rows):
    """The weaker of the two legs, each with what was carried to it."""
    first, second = (rows.number(leg) + Q(template(f"greatest({sign}before, 0)"), ONE) for leg, sign in (("leg0", ""), ("leg1", "-")))
    return first.least(second)


def _whole(value):
    return cast(template("coalesce($v, 0)", v=value.whole(Fraction(1, ONE))), "INT128")
