"""Stage: what of the earned is payable by now: by receipts of the deal, at milestones, by a share, after periods, on a day.

"Now" is the last day of the run's period; what is released later becomes a line of that later period under the same key.
"""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, template, text

from .earned import over

NOW = "(SELECT max(ends) FROM span)"


def query(plan, component, rows, source):
    """SELECT * of the earned rows with `released`, and `reserved` kept of what is released."""
    release = component.release
    tree = template(f"SELECT * FROM {source}")
    earned = Q.column("earned")
    if release.pro_rata or release.milestones:
        tree = _received(tree, release.pro_rata or release.received)
        ratio = Q.column("got", den=10**rows.amount_places) / rows.number("whole")
        share = ratio.pick(ratio.compare(exp.LT, Q.of(1)), Q.of(1).pick(ratio.compare(exp.GTE, Q.of(1)), Q.of(0)))
        if release.milestones:
            found = Q.of(0)
            for edge, so_far in release.milestones:
                found = Q.of(so_far).pick(ratio.compare(exp.GTE, Q.of(edge)), found)
            share = found
    elif release.events:
        tree, share = _happened(tree, release.events)
    elif release.share:
        share = rows.number("payable")
    elif release.instalments:
        share = Q.of(0)
        for later, so_far in release.instalments:
            share = Q.of(so_far).pick(_passed(later), share)
    elif release.on:
        share = Q.of(1).pick(template(f"due <= {NOW}"), Q.of(0))
    else:
        share = Q.of(1).pick(_passed(release.after), Q.of(0))
    if release.not_before:
        tree, _there = _happened(tree, {release.not_before: 1}, "waited")
        share = share.pick(template("coalesce(waited0, 0) = 1"), Q.of(0))
    unit = Fraction(10) ** -plan.settlement.places if plan.settlement.per_line else Fraction(1, ONE)
    released = exp.cast((Q((earned * share).whole(unit)) * Q.of(unit * ONE)).whole(), "INT128")
    tree = over(tree, released=template("coalesce($r, 0)", r=released))
    if release.rest == "lost":
        tree = exp.select(exp.Star(except_=[exp.to_identifier("earned")]), exp.alias_(exp.column("released"), "earned")).from_(tree.subquery("x"))
    keep = component.reserve.keep if component.reserve else 0
    kept = (Q((Q.column("released") * Q.of(keep)).whole(unit)) * Q.of(unit * ONE)).whole() if keep else integer(0)
    return exp.select(exp.Star(except_=[exp.to_identifier("reserved")]), exp.alias_(exp.cast(kept, "INT128"), "reserved")).from_(tree.subquery("x"))


def _passed(periods):
    """Whether so many periods have passed since the row's."""
    return template(f"(SELECT max(rank) FROM span) >= (SELECT rank FROM span AS s WHERE s.period = x.period) + {int(periods)}")


def _received(tree, kind):
    """The rows with what was received of their deal by now."""
    return template("SELECT e.*, coalesce(g.got, 0) AS got FROM $rows AS e LEFT JOIN (SELECT deal, CAST(sum(amount) AS INT128) AS got FROM facts_in "
                    "WHERE kind = $kind GROUP BY 1) AS g ON g.deal = e.deal", rows=tree.subquery(copy=False), kind=text(kind))


def _happened(tree, events, name="happened"):
    """The rows with the part released by what has happened to their deal by now, and that part."""
    cells = [exp.alias_(template("max(CASE WHEN kind = $kind THEN 1 ELSE 0 END)", kind=text(kind)), f"{name}{place}") for place, kind in enumerate(events)]
    by_deal = exp.select("deal", *cells).from_("facts_in").where("NOT deal IS NULL").group_by("deal")
    cells = ", ".join(f"g.{name}{place}" for place in range(len(events)))
    found = template(f"SELECT e.*, {cells} FROM $rows AS e LEFT JOIN $deals AS g ON g.deal = e.deal", rows=tree.subquery(copy=False), deals=by_deal.subquery(copy=False))
    share = Q.of(0)
    for place, part in enumerate(events.values()):
        share = share + Q.of(part).pick(template(f"coalesce({name}{place}, 0) = 1"), Q.of(0))
    return found, share
