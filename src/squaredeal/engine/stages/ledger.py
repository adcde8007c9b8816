"""Stage: the difference. What every key is entitled to now, against what is posted under it; only the difference becomes a line.

Lines are kept narrow: what a fact says, or a row of a measure, is not repeated in each line, which knows the place of the fact and the
number of the row; else what the formulas read are columns g0, g1 … (`Book.slots`). `whole.py` gives the whole line.
"""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, template, text
from squaredeal.engine.formula.trees import cast

MONEY = ("share", "base", "before", "after", "uplift", "factor", "measured", "quota", "full_amount", "earned", "reserved", "released", "posted_before",
         "posted_reserved", "posted_released")
BARE = ("CAST(0 AS INT128) AS share, CAST(0 AS INT128) AS base, CAST(0 AS INT128) AS before, CAST(0 AS INT128) AS after, CAST(0 AS INT128) AS uplift, "
        f"CAST({ONE} AS INT128) AS factor, CAST(NULL AS INT128) AS measured, CAST(NULL AS INT128) AS quota, TRUE AS passed, CAST(0 AS INT128) AS full_amount")
KEY = "concat(n.component, '|', n.payee, '|', coalesce(n.item, n.fact, f.{id}), CASE WHEN n.via IS NULL THEN '' ELSE concat('/', n.via) END)"
ABOUT = "f.{ord} = CASE WHEN n.fact IS NULL AND n.item IS NULL THEN n.ord END"
"""The fact a line is about, where the line does not say it itself."""
FOLLOWING = 9_000_000_000_000
"""The `ord` of a line that follows from others; a component's own lines are counted below it."""
NOBODY, SOURCE = "''", "CASE WHEN source = payee THEN '' ELSE source END"
KINDS = {"date": "DATE", "bool": "BOOLEAN", "nth": "INT"}


def entitled(component, rows, source, slots, *, released=False):
    """SELECT one row per key of a component in the ledger's columns; amounts as integers of 10⁻⁸, what it was given in the columns of `slots`."""
    def scaled(number):
        return cast(number.whole(Fraction(1, ONE)), "INT128")

    item = {False: "CAST(NULL AS TEXT)", True: "win_paid" if component.each != "period" else "period"}[component.per_period]
    own = rows.own().keys() | ({rows.judged} if rows.judged not in ("", "top") else set())
    about = f"fact, {item} AS item, via, day" if not rows.slim else "CAST(NULL AS TEXT) AS fact, CAST(NULL AS TEXT) AS item, CAST(NULL AS TEXT) AS via, CAST(NULL AS DATE) AS day"
    top = "top AS measured, quota" if rows.judged == "top" else "CAST(NULL AS INT128) AS measured, CAST(NULL AS INT128) AS quota"
    tree = template(
        f"SELECT $name AS component, payee, {about}, period AS fact_period, $share AS share, $base AS base, $before AS before, $after AS after, "
        f"$uplift AS uplift, $factor AS factor, {top}, {'passed' if rows.gated else 'TRUE AS passed'}, full_amount, earned, "
        f"{'released' if released else 'CAST(earned AS INT128) AS released'}, reserved, "
        f"{NOBODY if rows.slim else SOURCE} AS source, ord FROM {source}{' WHERE seen OR earned <> 0' if component.per_period else ''}",
        name=text(component.name), share=scaled(rows.number("share")), base=scaled(rows.running("base")), before=scaled(rows.running("before")),
        after=scaled(rows.running("after")) if not rows.adds_up else together(scaled(rows.running("before")), scaled(rows.running("base"))), uplift=scaled(rows.number("uplift")), factor=scaled(rows.number("factor")))
    return tree.select(*[exp.alias_(exp.column(slot) if slot in own else blank(den, kind), slot) for (_key, den, kind), slot in slots.items()])


def together(before, base):
    """What a running base comes to with the row's own."""
    return template("$before + $base", before=before, base=base)


def blank(den, kind):
    """The empty cell of a given value."""
    return cast(exp.Null(), "INT128" if den else KINDS.get(kind, "TEXT"))


def nothing():
    """SELECT no rows in the ledger's columns, for a plan that only decides."""
    return template(f"SELECT '' AS component, '' AS payee, '' AS fact, '' AS item, '' AS via, CAST(NULL AS DATE) AS day, '' AS fact_period, {BARE}, "
                    "CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, CAST(0 AS INT128) AS reserved, '' AS source, CAST(0 AS BIGINT) AS ord WHERE FALSE")


def posted(tables):
    """SELECT key, earned, released, reserved, where of what is posted, summed over all lines of a key."""
    def scaled(column):
        return cast(Q(template(f"sum({column})"), 10 ** tables.places("posted", column)).whole(Fraction(1, ONE)), "INT128")
    released = template("CASE WHEN count(released) = 0 THEN $earned ELSE $released END", earned=scaled("earned"), released=scaled("released"))
    return template("SELECT key, $earned AS earned, coalesce($released, 0) AS released, coalesce($reserved, 0) AS reserved, "
                    "any_value(coalesce(fact_period, period)) AS fact_period FROM posted WHERE NOT key IS NULL GROUP BY 1",
                    earned=scaled("earned"), released=released, reserved=scaled("reserved"))


def lines(period, posted, slots):
    """SELECT the lines: of the period all, of earlier periods what differs from the ledger, and what is posted but no longer owed.

    `period` is an expression, or None for every period; `posted` says whether anything is posted.
    """
    now = period if period is not None else exp.column("fact_period", table="n")
    given = "".join(f", n.{slot}" for slot in slots.values())
    cells = ("n.component, n.payee, n.fact, n.item, n.via, n.day, n.fact_period, n.share, n.base, n.before, n.after, n.uplift, n.factor, n.measured, n.quota, "
             f"n.passed, n.full_amount, n.earned, n.released, n.reserved, n.source, n.ord{given}")
    if not posted:
        keep = template("n.fact_period = $p OR n.earned <> 0 OR n.reserved <> 0 OR n.released <> 0", p=period) if period is not None else exp.Boolean(this=True)
        return template(f"SELECT {cells}, CAST(0 AS INT128) AS posted_before, CAST(0 AS INT128) AS posted_reserved, CAST(0 AS INT128) AS posted_released, "
                        "$now AS period, '' AS corrects, CAST(NULL AS TEXT) AS key FROM entitled_all AS n WHERE $keep", now=now, keep=keep)
    keep = template("n.fact_period = $p OR n.earned <> coalesce(p.earned, 0) OR n.reserved <> coalesce(p.reserved, 0) OR n.released <> coalesce(p.released, 0)",
                    p=period) if period is not None else exp.Boolean(this=True)
    closed = template("n.fact_period <> $p AND NOT p.key IS NULL", p=period) if period is not None else exp.Boolean(this=False)
    current = template(
        f"SELECT {cells}, coalesce(p.earned, 0) AS posted_before, coalesce(p.reserved, 0) AS posted_reserved, coalesce(p.released, 0) AS posted_released, "
        "$now AS period, CASE WHEN $closed THEN n.id ELSE '' END AS corrects, CAST(NULL AS TEXT) AS key FROM keyed AS n LEFT JOIN ledger AS p ON p.key = n.id WHERE $keep",
        now=now, closed=closed, keep=keep)
    gone = template(
        f"SELECT split_part(p.key, '|', 1) AS component, split_part(p.key, '|', 2) AS payee, split_part(p.key, '|', 3) AS fact, CAST(NULL AS TEXT) AS item, "
        f"CAST(NULL AS TEXT) AS via, CAST(NULL AS DATE) AS day, coalesce(p.fact_period, $period) AS fact_period, {BARE}, CAST(0 AS INT128) AS earned, "
        f"CAST(0 AS INT128) AS released, CAST(0 AS INT128) AS reserved, '' AS source, CAST(9100000000000 AS BIGINT) AS ord",
        period=period if period is not None else text(""))
    gone = gone.select(*[exp.alias_(blank(den, kind), slot) for (_key, den, kind), slot in slots.items()])
    rest = template("SELECT p.earned AS posted_before, p.reserved AS posted_reserved, p.released AS posted_released, $now AS period, p.key AS corrects, p.key AS key",
                    now=period if period is not None else template("coalesce(p.fact_period, '')"))
    gone = gone.select(*rest.expressions).from_("ledger AS p").where("NOT EXISTS (SELECT 1 FROM keyed AS n WHERE n.id = p.key)").where(
        "p.earned <> 0 OR p.reserved <> 0 OR p.released <> 0")
    return exp.union(current, gone, distinct=False)


def keyed():
    """SELECT the entitled rows with their keys, for the comparison with the ledger."""
    return template(f"SELECT n.*, {KEY.format(id='id')} AS id FROM entitled_all AS n LEFT JOIN facts_in AS f ON {ABOUT.format(ord='_ord')}")
