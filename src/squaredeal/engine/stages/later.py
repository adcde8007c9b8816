"""What follows a line: its reserve paid back, and what is taken back when its deal is cancelled; each a line of its own in its own period."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, template, text
from squaredeal.engine.formula.trees import cast, over
from squaredeal.engine.plan.steps import Refund

from ..plan.calendar import in_force, named, staff, windows
from .context import Context
from .credit import SEATED
from .ledger import BARE, FOLLOWING, blank
from .released import before, kept

NULL = "CAST(NULL AS TEXT)"
ON_DEAL = f"JOIN facts_in AS f ON f.deal = j.deal LEFT JOIN people AS p ON {SEATED.format(p='p', who='j.payee')}"
TAKEN = 9_050_000_000_000
"""The `ord` of what is taken back, before that of the event it follows."""


def refunds(plan, book, component, source, slots):
    """SELECT the reserve paid back, once per payee and due period, in the ledger's columns. `source` is the component's last table."""
    refund = component.reserve.refund if isinstance(component.reserve.refund, Refund) else Refund(at="year end")
    entries = _kept(component, source).subquery(copy=False)
    if refund.at:
        kind = refund.at.split()[0]
        kept = template("SELECT e.payee, concat('reserve ', y.win) AS fact, y.period AS due, CAST(sum(e.reserved) AS INT128) AS kept FROM $entries AS e "
                        "JOIN span AS s ON s.period = e.period JOIN $full AS y ON y.win = $code GROUP BY 1, 2, 3",
                        full=windows(plan, kind).subquery(copy=False), code=named(plan, kind, template("s.ends")), entries=entries)
    elif refund.after:
        kept = template(f"SELECT e.payee, concat('reserve ', s.period) AS fact, t.period AS due, CAST(sum(e.reserved) AS INT128) AS kept FROM $entries AS e "
                        f"JOIN span AS s ON s.period = e.period JOIN span AS t ON t.rank = s.rank + {int(refund.after)} GROUP BY 1, 2, 3", entries=entries)
    else:
        kept = template("SELECT e.payee, concat('reserve due ', t.period) AS fact, t.period AS due, CAST(sum(e.reserved) AS INT128) AS kept FROM $entries AS e "
                        "JOIN span AS t ON e.back_on BETWEEN t.starts AND t.ends GROUP BY 1, 2, 3", entries=entries)
    back = _shared(plan, book, refund, kept)
    tree = template(
        f"SELECT $name AS component, payee, fact, {NULL} AS item, {NULL} AS via, CAST(NULL AS DATE) AS day, due AS fact_period, {BARE}, CAST(0 AS INT128) AS earned, "
        f"CAST(0 AS INT128) AS released, CAST(-back AS INT128) AS reserved, '' AS source, CAST({FOLLOWING} AS BIGINT) AS ord FROM $back AS r WHERE back <> 0",
        name=text(component.name), back=back.subquery(copy=False))
    return _blanks(tree, slots)


def _kept(component, source):
    """SELECT payee, period, reserved (and the day it is due, where it is due on a day): what each line keeps back, and what a claw-back takes of it, due as the line's own is."""
    due = ", back_on" if isinstance(component.reserve.refund, Refund) and component.reserve.refund.on else ""
    tree = template(f"SELECT payee, period, reserved{due} FROM {source}")
    if component.clawback is None:
        return tree
    taken = template(f"SELECT c.payee, j.period, c.reserved{due.replace('back_on', 'j.back_on')} FROM entitled AS c JOIN facts_in AS f ON f._ord = c.ord - {TAKEN} "
                     f"JOIN {source} AS j ON j.payee = c.payee AND c.fact = concat('clawback ', f.id, ' of ', j.fact) AND coalesce(j.via, '') = coalesce(c.via, '') "
                     f"WHERE c.component = $name AND c.ord > {TAKEN}", name=text(component.name))
    return exp.union(tree, taken, distinct=False, copy=False)


def _shared(plan, book, refund, kept):
    """SELECT payee, fact, due, back: all of what was kept, or the share the person has when it is due; of who has left, by the last assignment they had."""
    if refund.share == "1":
        return template("SELECT k.payee, k.fact, k.due, k.kept AS back FROM $kept AS k", kept=kept.subquery(copy=False))
    context = Context(book, "window")
    unit = Fraction(10) ** -plan.settlement.places
    back = (Q((Q(exp.column("kept", table="k"), ONE) * context.expression(refund.share)).whole(unit)) * Q.of(unit * ONE)).whole()
    tree = template("SELECT k.payee, k.fact, k.due, coalesce($back, 0) AS back FROM $kept AS k LEFT JOIN $staff AS p ON p.payee = k.payee AND p._win = k.due "
                    "JOIN $wins AS w ON w.win = k.due", back=back, kept=kept.subquery(copy=False), staff=staff(in_force(plan, "period"), gone=True).subquery(copy=False), wins=in_force(plan, "period").subquery(copy=False))
    return context.joined(tree)


def clawbacks(plan, book, component, source, slots, *, released):
    """SELECT what is taken back of each line by each event on its deal, in the ledger's columns; never more than the line itself."""
    rule, context = component.clawback, Context(book, "fact")
    context.since = template("j.day")
    take = context.expression(rule.take)
    take = take.pick(take.compare(exp.LT, Q.of(1)), Q.of(1)).pick(take.compare(exp.GT, Q.of(0)), Q.of(0))
    unit = Fraction(10) ** -plan.settlement.line_places

    def part(column):
        return cast((Q((Q(exp.column(column, table="j"), ONE) * take).whole(unit)) * Q.of(unit * ONE)).whole(), "INT128")

    tree = template(
        f"SELECT j.payee, j.fact, j.via, j.source, j.earned, j.{'released' if released else 'earned'} AS released, j.reserved, f.id AS event, f.date AS day, f._period AS period, f._ord AS ord, "
        f"$part AS part, $let AS let, $kept AS kept, CAST($take AS INT128) AS take FROM {source} AS j {ON_DEAL} WHERE $follows",
        part=part("earned"), let=part("released" if released else "earned"), kept=part("reserved"), take=take.whole(Fraction(1, ONE)), follows=_follows(rule, context))
    events = context.joined(tree)

    def upto(column, whole):
        """What is taken by this event, of the whole, after what earlier events took."""
        run = f"abs(sum({column}) OVER (PARTITION BY payee, fact, via ORDER BY ord ROWS UNBOUNDED PRECEDING))"
        return f"CAST(-sign({whole}) * (least({run}, abs({whole})) - least({run} - abs({column}), abs({whole}))) AS INT128)"

    let = upto("let", "released")
    if rule.settled == "at once":  # the first event also releases what has not been, or undoes what is released after it
        let = f"{upto('part', 'earned')} + CASE WHEN row_number() OVER (PARTITION BY payee, fact, via ORDER BY ord) = 1 THEN CAST(earned - released AS INT128) ELSE 0 END"
    return _taken(component, events, slots, upto("part", "earned"), let, upto("kept", "reserved"))


def lapsed(plan, book, component, source, slots, *, rows):
    """SELECT what of each line lapses with the first event on its deal: what no period before that of the event released, and what is released after it."""
    rule, context = component.clawback, Context(book, "fact")
    tree = template(f"SELECT j.*, f.id AS event, f.date AS event_day, f._period AS event_period, f._ord AS event_ord, t.starts - 1 AS until, t.rank - 1 AS until_rank FROM {source} AS j {ON_DEAL} "
                    "JOIN span AS t ON t.period = f._period WHERE $follows QUALIFY row_number() OVER (PARTITION BY j.payee, j.fact, j.via ORDER BY f._ord) = 1", follows=_follows(rule, context))
    events = over(before(book, component, rows, context.joined(tree)), kept_before=cast(kept(plan, component, "let_before"), "INT128"))
    events = template(f"SELECT payee, fact, via, source, earned, event, event_day AS day, event_period AS period, event_ord AS ord, CAST({ONE} AS INT128) AS take, "
                      "let_before, released, kept_before, reserved FROM $events AS e", events=events.subquery(copy=False))
    return _taken(component, events, slots, "CAST(let_before - earned AS INT128)", "CAST(let_before - released AS INT128)", "CAST(kept_before - reserved AS INT128)")


def _follows(rule, context):
    """Whether a fact f is an event that takes back what a line j on its deal earned."""
    near = template("TRUE") if rule.within == "ever" else template(f"f.date <= j.day + {int(rule.within)}")
    return template("$kinds AND f.date >= j.day AND $near AND coalesce($when, FALSE)", near=near, when=context.expression(rule.when),
                    kinds=exp.In(this=template("f.kind"), expressions=[text(k) for k in rule.kinds]))


def _taken(component, events, slots, earned, released, reserved):
    """SELECT what events take back in the ledger's columns."""
    tree = template(
        f"SELECT $name AS component, payee, concat('clawback ', event, ' of ', fact) AS fact, {NULL} AS item, via, day, period AS fact_period, take AS share, "
        f"CAST(0 AS INT128) AS base, CAST(0 AS INT128) AS before, CAST(0 AS INT128) AS after, CAST(0 AS INT128) AS uplift, CAST({ONE} AS INT128) AS factor, "
        f"CAST(earned AS INT128) AS measured, CAST(NULL AS INT128) AS quota, TRUE AS passed, {earned} AS full_amount, {earned} AS earned, "
        f"{released} AS released, {reserved} AS reserved, CASE WHEN source = payee THEN '' ELSE source END AS source, "
        f"CAST({TAKEN} + ord AS BIGINT) AS ord FROM $events AS v", name=text(component.name), events=events.subquery(copy=False))
    return _blanks(exp.select("*").from_(tree.subquery("t")).where("earned <> 0 OR released <> 0 OR reserved <> 0"), slots)


def _blanks(tree, slots):
    return tree.select(*[exp.alias_(blank(den, kind), slot) for (_key, den, kind), slot in slots.items()])
