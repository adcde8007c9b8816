"""Stage: what of the earned is payable by now: by receipts of the deal, at milestones, in equal parts, by a share, after periods, on a day, once a condition holds, so much a period.

"Now" is the last day of the run's period; what is released later becomes a line of that later period under the same key.
What had been released before a period is asked in the same way, each row having its own `until`, a day, and `until_rank`, the number of a period.
"""
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.naming import both, either
from squaredeal.engine.formula.sql import ONE, Q, integer, template, text
from squaredeal.engine.formula.trees import cast, over

from ..plan.about import named
from ..plan.calendar import in_force, staff
from .context import Context


@dataclass(frozen=True)
class By:
    """By when something is released: the last day, the number of its period, and what the columns are marked with that tell what has come by then."""
    day: str = "(SELECT max(ends) FROM span)"
    rank: str = "(SELECT max(rank) FROM span)"
    mark: str = ""


NOW, BEFORE = By(), By("until", "until_rank", "_by_then")


def query(book, component, rows, source):
    """SELECT * of the earned rows with `released`, and `reserved` kept of what is released."""
    tree = _released(book, component, rows, template(f"SELECT * FROM {source}"), NOW, "released")
    if component.release.rest == "lost":
        tree = exp.select(exp.Star(except_=[exp.to_identifier("earned")]), exp.alias_(exp.column("released"), "earned")).from_(tree.subquery("x"))
    return exp.select(exp.Star(except_=[exp.to_identifier("reserved")]), exp.alias_(cast(kept(book.plan, component, "released"), "INT128"), "reserved")).from_(tree.subquery("x"))


def before(book, component, rows, tree):
    """The rows with `let_before`, what had been released of each by its own `until`; nothing of what was earned after it."""
    tree = _released(book, component, rows, tree, BEFORE, "let_by_then")
    return over(tree, let_before=template("CASE WHEN (SELECT rank FROM span AS s WHERE s.period = x.period) <= until_rank THEN let_by_then ELSE 0 END"))


def kept(plan, component, column):
    """What a reserve keeps back of what is released."""
    keep = component.reserve.keep if component.reserve else 0
    unit = Fraction(10) ** -plan.settlement.line_places
    return (Q((Q.column(column) * Q.of(keep)).whole(unit)) * Q.of(unit * ONE)).whole() if keep else integer(0)


def _released(book, component, rows, tree, by, name):
    """The rows with what of each is released by then, as a column of that name."""
    plan, release = book.plan, component.release
    earned = Q.column("earned")
    if release.pro_rata or release.milestones:
        tree = _received(tree, release.pro_rata or release.received, by)
        ratio = Q.column(f"got{by.mark}", den=10**rows.amount_places) / rows.number("whole")
        share = ratio.pick(ratio.compare(exp.LT, Q.of(1)), Q.of(1).pick(ratio.compare(exp.GTE, Q.of(1)), Q.of(0)))
        if release.milestones:
            found = Q.of(0)
            for edge, so_far in release.milestones:
                found = Q.of(so_far).pick(ratio.compare(exp.GTE, Q.of(edge)), found)
            share = found
    elif release.events:
        tree, share = _happened(tree, release.events, by)
    elif release.share:
        share = rows.number("payable")
    elif release.instalments:
        share = Q.of(0)
        for later, so_far in release.instalments:
            share = Q.of(so_far).pick(_passed(later, by), share)
    elif release.evenly:
        ratio = Q(_begun(by)) / rows.number("spread").greatest(Q.of(1))
        share = Q.of(1).pick(ratio.compare(exp.GTE, Q.of(1)), ratio)
    elif release.once:
        tree, share = _holding(book, release.once, tree)
    elif release.at_most:
        share = None
    elif release.on:
        share = Q.of(1).pick(template(f"due <= {by.day}"), Q.of(0))
    else:
        share = Q.of(1).pick(_passed(release.after, by), Q.of(0))
    if release.not_before and share is not None:
        tree, _there = _happened(tree, {release.not_before: 1}, by, "waited")
        share = share.pick(template(f"coalesce(waited{by.mark}0, 0) = 1"), Q.of(0))
    unit = Fraction(10) ** -plan.settlement.line_places
    if share is None:
        tree = _paced(book, release.at_most, tree, rows.slim)
        released = template("least(upto, paced) - least(upto - earned, paced)")
    else:
        released = cast((Q((earned * share).whole(unit)) * Q.of(unit * ONE)).whole(), "INT128")
    return over(tree, **{name: template("coalesce($r, 0)", r=released)})


def _holding(book, condition, tree):
    """The rows with the last period in which a condition holds for their payee, and whether that is their own or a later one."""
    context = Context(book, "window")
    wins = in_force(book.plan, "period")
    holds = context.joined(template("SELECT p.payee, max(t.rank) AS last FROM $wins AS w JOIN span AS t ON t.period = w.win JOIN $staff AS p ON p._win = w.win WHERE coalesce($when, FALSE) GROUP BY 1",
                                    wins=wins.subquery(copy=False), staff=staff(wins).subquery(copy=False), when=context.expression(condition)))
    found = template("SELECT e.*, h.last AS held_until, s.rank AS held_since FROM $rows AS e JOIN span AS s ON s.period = e.period LEFT JOIN $holds AS h ON h.payee = e.payee",
                     rows=tree.subquery(copy=False), holds=holds.subquery(copy=False))
    return found, Q.of(1).pick(template("coalesce(held_until, -1) >= held_since"), Q.of(0))


def _paced(book, most, tree, slim):
    """The rows with what their payee has earned of the component up to each, and what of all that may be paid by now at so much a period.

    What waits after a period is the sum so far of what exceeded it, over the lowest that sum has been: as for a measure that counts at most so much.
    """
    context = Context(book, "window")
    wins, constant = in_force(book.plan, "period"), context.expression(most)
    limit = constant.whole(Fraction(1, ONE))
    room = template("CAST($most AS INT128)" if constant.constant() is not None else "CAST(coalesce($most, 0) AS INT128)", most=limit)
    gained = template("SELECT e.payee, s.rank, CAST(sum(e.earned) AS INT128) AS gained FROM $rows AS e JOIN span AS s ON s.period = e.period GROUP BY 1, 2", rows=tree.subquery(copy=False))
    every = context.joined(template("SELECT h.payee, t.rank, coalesce(g.gained, 0) AS gained, $room AS most FROM (SELECT DISTINCT payee FROM $gained AS d) AS h CROSS JOIN span AS t "
                                    "JOIN $wins AS w ON w.win = t.period LEFT JOIN $gained AS g ON g.payee = h.payee AND g.rank = t.rank LEFT JOIN $staff AS p ON p.payee = h.payee AND p._win = w.win",
                                    room=room, gained=gained.subquery(copy=False), wins=wins.subquery(copy=False), staff=staff(wins, gone=True).subquery(copy=False)))
    run = "OVER (PARTITION BY payee ORDER BY rank)"
    beyond = template(f"SELECT *, sum(gained - most) {run} AS beyond, sum(gained) {run} AS so_far FROM $every AS v", every=every.subquery(copy=False))
    paced = template(f"SELECT payee, rank, CAST(so_far - (beyond - least(0, min(beyond) {run})) AS INT128) AS paced FROM $beyond AS b", beyond=beyond.subquery(copy=False))
    return template(f"SELECT e.*, CAST(sum(e.earned) OVER (PARTITION BY e.payee ORDER BY {'e.ord' if slim else 'e.ord, e.source'} ROWS UNBOUNDED PRECEDING) AS INT128) AS upto, "
                    f"k.paced FROM $rows AS e LEFT JOIN $paced AS k ON k.payee = e.payee AND k.rank = (SELECT max(rank) FROM span)", rows=tree.subquery(copy=False), paced=paced.subquery(copy=False))


def _passed(periods, by):
    """Whether so many periods have passed since the row's."""
    return template(f"{by.rank} >= (SELECT rank FROM span AS s WHERE s.period = x.period) + {int(periods)}")


def _begun(by):
    """How many periods have begun from the row's own on."""
    return template(f"({by.rank} - (SELECT rank FROM span AS s WHERE s.period = x.period) + 1)")


def _come(rows, cells, by):
    """SELECT for each deal what has come on it by now, in cells; by then, for each deal and day that rows ask for."""
    if by is NOW:
        return exp.select("deal", *cells).from_("deals_in").group_by("deal")
    return exp.select("a.deal", "a.until", *cells).from_(template("SELECT DISTINCT deal, until FROM $rows AS r", rows=rows.copy().subquery(copy=False)).subquery("a")).join(
        "deals_in AS d", on="d.deal = a.deal AND d.day <= a.until").group_by("a.deal", "a.until")


def _on(by):
    return "g.deal = e.deal" if by is NOW else "g.deal = e.deal AND g.until = e.until"


def _received(tree, kind, by):
    """The rows with what was received of their deal by then."""
    got = exp.alias_(template("CAST(sum(CASE WHEN $kind THEN amount END) AS INT128)", kind=_of(kind)), f"got{by.mark}")
    return template(f"SELECT e.*, coalesce(g.got{by.mark}, 0) AS got{by.mark} FROM $rows AS e LEFT JOIN $come AS g ON {_on(by)}", rows=tree.subquery(copy=False), come=_come(tree, [got], by).subquery(copy=False))


def _of(kinds):
    """Whether what came is of the kind, or of one of several."""
    names = [text(kind) for kind in named(kinds)]
    return template("kind = $name", name=names[0]) if len(names) == 1 else exp.In(this=template("kind"), expressions=names)


def _there(kinds):
    """1 where a fact of the kind is there, of either of several or of each; else 0."""
    def least(cells):
        return cells[0] if len(cells) == 1 else exp.func("least", *cells)

    cells = [least([template("max(CASE WHEN kind = $name THEN 1 ELSE 0 END)", name=text(kind)) for kind in both(several)]) for several in either(kinds)]
    return cells[0] if len(cells) == 1 else exp.func("greatest", *cells)


def _happened(tree, events, by, name="happened"):
    """The rows with the part released by what has happened to their deal by then, and that part."""
    name += by.mark
    cells = [exp.alias_(_there(kind), f"{name}{place}") for place, kind in enumerate(events)]
    told = ", ".join(f"g.{name}{place}" for place in range(len(events)))
    found = template(f"SELECT e.*, {told} FROM $rows AS e LEFT JOIN $deals AS g ON {_on(by)}", rows=tree.subquery(copy=False), deals=_come(tree, cells, by).subquery(copy=False))
    share = Q.of(0)
    for place, part in enumerate(events.values()):
        share = share + Q.of(part).pick(template(f"coalesce({name}{place}, 0) = 1"), Q.of(0))
    return found, share
