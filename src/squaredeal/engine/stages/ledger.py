"""Stage: the difference. What every key is entitled to now, against what is posted under it; only the difference becomes a line."""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.sql import ONE, PLACES, Q, integer, template, text


def entitled(plan, component, rows, source, *, released=False):
    """SELECT one row per key of a component in the ledger's columns; amounts as integers of 10⁻⁸."""
    key = template("concat($name, '|', payee, '|', coalesce(fact, period), CASE WHEN via IS NULL THEN '' ELSE concat('/', via) END)", name=text(component.name))
    if component.per_period and component.each != "period":
        key = template("concat($name, '|', payee, '|', win_paid, CASE WHEN via IS NULL THEN '' ELSE concat('/', via) END)", name=text(component.name))

    def number(alias):
        return exp.cast(rows.number(alias).whole(_unit()), "INT128")

    after = exp.column("after")
    return template(
        f"SELECT $key AS id, $name AS component, $clause AS clause, payee, fact, day, period AS fact_period, $share AS share, base, before, $after AS after, "
        f"$uplift AS uplift, $factor AS factor, top AS measured, quota, passed, full_amount, earned, {'released' if released else 'CAST(earned AS INT128) AS released'}, reserved, given, "
        f"CASE WHEN source = payee THEN '' ELSE source END AS source, ord FROM {source}{' WHERE seen OR earned <> 0' if component.per_period else ''}",
        key=key, name=text(component.name), clause=text(component.clause), share=number("share"), after=after,
        uplift=number("uplift"), factor=number("factor"))


def nothing():
    """SELECT no rows in the ledger's columns, for a plan that only decides."""
    return template(f"SELECT '' AS id, '' AS component, '' AS clause, '' AS payee, '' AS fact, CAST(NULL AS DATE) AS day, '' AS fact_period, {BARE}, "
                    "CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, CAST(0 AS INT128) AS reserved, '{}' AS given, '' AS source, "
                    "CAST(0 AS BIGINT) AS ord WHERE FALSE")


def _unit():
    return Fraction(1, ONE)


BARE = ("CAST(0 AS INT128) AS share, CAST(0 AS INT128) AS base, CAST(0 AS INT128) AS before, CAST(0 AS INT128) AS after, CAST(0 AS INT128) AS uplift, "
        f"CAST({ONE} AS INT128) AS factor, CAST(NULL AS INT128) AS measured, CAST(NULL AS INT128) AS quota, TRUE AS passed, CAST(0 AS INT128) AS full_amount")


def refunds(component):
    """SELECT the reserve of each full year given back in the year's last period, once per payee."""
    return template(
        f"SELECT concat($name, '|', payee, '|reserve ', y.year) AS id, $name AS component, $clause AS clause, payee, concat('reserve ', y.year) AS fact, "
        f"CAST(NULL AS DATE) AS day, y.due AS fact_period, {BARE}, CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, "
        f"CAST(-sum(reserved) AS INT128) AS reserved, '{{}}' AS given, '' AS source, CAST(9000000000000 AS BIGINT) AS ord FROM entitled AS e "
        f"JOIN span AS s ON s.period = e.fact_period JOIN full_years AS y ON y.year = strftime(s.ends, '%Y') WHERE component = $name "
        f"GROUP BY payee, y.year, y.due HAVING sum(reserved) <> 0", name=text(component.name), clause=text(component.clause))


def full_years():
    """SELECT year, due of every calendar year whose last day is within the span; due is the period of that day."""
    return template("SELECT strftime(ends, '%Y') AS year, max(period) AS due FROM span WHERE ends = make_date(year(ends), 12, 31) GROUP BY 1")


def posted(tables):
    """SELECT key, earned, released, reserved, where of what is posted, summed over all lines of a key."""
    def scaled(column):
        return exp.cast(Q(template(f"sum({column})"), 10 ** tables.places("posted", column)).whole(_unit()), "INT128")
    released = template("CASE WHEN count(released) = 0 THEN $earned ELSE $released END", earned=scaled("earned"), released=scaled("released"))
    return template("SELECT key, $earned AS earned, coalesce($released, 0) AS released, coalesce($reserved, 0) AS reserved, "
                    "any_value(coalesce(fact_period, period)) AS fact_period FROM posted WHERE NOT key IS NULL GROUP BY 1",
                    earned=scaled("earned"), released=released, reserved=scaled("reserved"))


def lines(plan, period):
    """SELECT the lines: of the period all, of earlier periods what differs from the ledger, and what is posted but no longer owed."""
    now = text(period) if period else exp.column("fact_period", table="n")
    keep = template("n.fact_period = $p OR n.earned <> coalesce(p.earned, 0) OR n.reserved <> coalesce(p.reserved, 0) OR n.released <> coalesce(p.released, 0)",
                    p=text(period)) if period else exp.Boolean(this=True)
    closed = template("n.fact_period <> $p AND NOT p.key IS NULL", p=text(period)) if period else exp.Boolean(this=False)
    current = template(
        "SELECT n.*, coalesce(p.earned, 0) AS posted_before, coalesce(p.reserved, 0) AS posted_reserved, coalesce(p.released, 0) AS posted_released, "
        "$now AS period, CASE WHEN $closed THEN n.id ELSE '' END AS corrects FROM entitled_all AS n LEFT JOIN ledger AS p ON p.key = n.id WHERE $keep",
        now=now, closed=closed, keep=keep)
    gone = template(
        f"SELECT p.key AS id, split_part(p.key, '|', 1) AS component, '' AS clause, split_part(p.key, '|', 2) AS payee, split_part(p.key, '|', 3) AS fact, "
        f"CAST(NULL AS DATE) AS day, coalesce(p.fact_period, $period) AS fact_period, {BARE}, CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, "
        f"CAST(0 AS INT128) AS reserved, '{{}}' AS given, '' AS source, CAST(9100000000000 AS BIGINT) AS ord, p.earned AS posted_before, "
        f"p.reserved AS posted_reserved, p.released AS posted_released, $now AS period, p.key AS corrects FROM ledger AS p "
        f"ANTI JOIN entitled_all AS n ON n.id = p.key WHERE p.earned <> 0 OR p.reserved <> 0 OR p.released <> 0",
        period=text(period or ""), now=text(period) if period else template("coalesce(p.fact_period, '')"))
    both = template("SELECT * FROM $a AS a UNION ALL BY NAME SELECT * FROM $b AS b", a=current.subquery(), b=gone.subquery())
    money = ("share", "base", "before", "after", "uplift", "factor", "measured", "quota", "full_amount", "earned", "reserved", "released", "posted_before",
             "posted_reserved", "posted_released")
    cells = {name: yuan(exp.column(name)) for name in money}
    cells["payout"] = yuan(template("(released - reserved) - (posted_released - posted_reserved)"))
    cells["difference"] = yuan(template("earned - posted_before"))
    order = ("id", "component", "clause", "payee", "fact", "day", "fact_period", "period", "share", "base", "before", "after", "uplift", "factor", "measured",
             "quota", "attainment", "passed", "full_amount", "earned", "reserved", "payout", "posted_before", "posted_reserved", "difference", "corrects",
             "plan", "plan_version", "given", "released", "posted_released", "source")
    cells["attainment"] = yuan(template("CASE WHEN quota > 0 THEN measured * $one // quota END", one=integer(ONE)))
    cells["plan"], cells["plan_version"] = text(plan.plan), integer(plan.version)
    select = [exp.alias_(cells.get(name, exp.column(name)), name) for name in order]
    return exp.select(*select).from_(both.subquery("l")).order_by("payee", "component", "fact_period", "ord", "id")


def yuan(value):
    """An integer of 10⁻⁸ as an exact decimal of yuan."""
    return template(f"CAST(CAST($v AS DECIMAL(28, 0)) * CAST(0.{'0' * (PLACES - 1)}1 AS DECIMAL({PLACES}, {PLACES})) AS DECIMAL(38, {PLACES}))", v=exp.paren(value))
