"""Stage: the difference. What every key is entitled to now, against what is posted under it; only the difference becomes a line.

Lines are kept narrow: amounts as they were computed, what the formulas read as columns g0, g1 … (`Book.slots`), and nothing that follows
from other columns. `wide` gives the whole line.
"""
from fractions import Fraction

from sqlglot import exp

from squaredeal.engine.sql import ONE, PLACES, Q, integer, shown, template, text

MONEY = ("share", "base", "before", "after", "uplift", "factor", "measured", "quota", "full_amount", "earned", "reserved", "released", "posted_before",
         "posted_reserved", "posted_released")
BARE = ("CAST(0 AS INT128) AS share, CAST(0 AS INT128) AS base, CAST(0 AS INT128) AS before, CAST(0 AS INT128) AS after, CAST(0 AS INT128) AS uplift, "
        f"CAST({ONE} AS INT128) AS factor, CAST(NULL AS INT128) AS measured, CAST(NULL AS INT128) AS quota, TRUE AS passed, CAST(0 AS INT128) AS full_amount")
KEY = "concat(component, '|', payee, '|', coalesce(item, fact), CASE WHEN via IS NULL THEN '' ELSE concat('/', via) END)"
ORDER = ("id", "component", "clause", "payee", "fact", "day", "fact_period", "period", "share", "base", "before", "after", "uplift", "factor", "measured",
         "quota", "attainment", "passed", "full_amount", "earned", "reserved", "payout", "posted_before", "posted_reserved", "difference", "corrects",
         "plan", "plan_version", "given", "released", "posted_released", "source")
KINDS = {"date": "DATE", "bool": "BOOLEAN"}


def entitled(component, rows, source, slots, *, released=False):
    """SELECT one row per key of a component in the ledger's columns; amounts as integers of 10⁻⁸, what it was given in the columns of `slots`."""
    def scaled(number):
        return exp.cast(number.whole(Fraction(1, ONE)), "INT128")

    item = {False: "CAST(NULL AS TEXT)", True: "win_paid" if component.each != "period" else "period"}[component.per_period]
    own = {slot for slot, _den, _expression in rows.given.values()}
    tree = template(
        f"SELECT $name AS component, payee, fact, {item} AS item, via, day, period AS fact_period, $share AS share, $base AS base, $before AS before, $after AS after, "
        f"$uplift AS uplift, $factor AS factor, top AS measured, quota, passed, full_amount, earned, {'released' if released else 'CAST(earned AS INT128) AS released'}, reserved, "
        f"CASE WHEN source = payee THEN '' ELSE source END AS source, ord FROM {source}{' WHERE seen OR earned <> 0' if component.per_period else ''}",
        name=text(component.name), share=scaled(rows.number("share")), base=scaled(rows.running("base")), before=scaled(rows.running("before")),
        after=scaled(rows.running("after")), uplift=scaled(rows.number("uplift")), factor=scaled(rows.number("factor")))
    return tree.select(*[exp.alias_(exp.column(slot) if slot in own else blank(den, kind), slot) for (_key, den, kind), slot in slots.items()])


def blank(den, kind):
    """The empty cell of a given value."""
    return exp.cast(exp.Null(), "INT128" if den else KINDS.get(kind, "TEXT"))


def nothing():
    """SELECT no rows in the ledger's columns, for a plan that only decides."""
    return template(f"SELECT '' AS component, '' AS payee, '' AS fact, '' AS item, '' AS via, CAST(NULL AS DATE) AS day, '' AS fact_period, {BARE}, "
                    "CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, CAST(0 AS INT128) AS reserved, '' AS source, CAST(0 AS BIGINT) AS ord WHERE FALSE")


def refunds(component, slots):
    """SELECT the reserve of each full year given back in the year's last period, once per payee."""
    tree = template(
        f"SELECT $name AS component, payee, concat('reserve ', y.year) AS fact, CAST(NULL AS TEXT) AS item, CAST(NULL AS TEXT) AS via, "
        f"CAST(NULL AS DATE) AS day, y.due AS fact_period, {BARE}, CAST(0 AS INT128) AS earned, CAST(0 AS INT128) AS released, "
        f"CAST(-sum(reserved) AS INT128) AS reserved, '' AS source, CAST(9000000000000 AS BIGINT) AS ord FROM entitled AS e "
        f"JOIN span AS s ON s.period = e.fact_period JOIN full_years AS y ON y.year = strftime(s.ends, '%Y') WHERE component = $name "
        f"GROUP BY payee, y.year, y.due HAVING sum(reserved) <> 0", name=text(component.name))
    return tree.select(*[exp.alias_(blank(den, kind), slot) for (_key, den, kind), slot in slots.items()])


def full_years():
    """SELECT year, due of every calendar year whose last day is within the span; due is the period of that day."""
    return template("SELECT strftime(ends, '%Y') AS year, max(period) AS due FROM span WHERE ends = make_date(year(ends), 12, 31) GROUP BY 1")


def posted(tables):
    """SELECT key, earned, released, reserved, where of what is posted, summed over all lines of a key."""
    def scaled(column):
        return exp.cast(Q(template(f"sum({column})"), 10 ** tables.places("posted", column)).whole(Fraction(1, ONE)), "INT128")
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
    return template(f"SELECT *, {KEY} AS id FROM entitled_all")


USUAL = {"before": "0", "after": "base", "released": "earned", "full_amount": "earned", "posted_before": "0", "posted_reserved": "0", "posted_released": "0"}
WORDS = {"period": "fact_period", "source": "''", "corrects": "''"}
"""What a column of stored lines says where it is empty."""


def wide(plan, given, source, *, stored=None, ordered=True):
    """SELECT whole lines, in order, from narrow ones: of the relation `source` with integers of 10⁻⁸, or of a file.

    `given` is {component: [(key, column, denominator)]}; `stored` the names of the amounts that are decimals of yuan in the file.
    """
    known = {name: exp.column(name) for name in MONEY}
    if stored is not None:
        scale = f"CAST({ONE} AS DECIMAL(9, 0))"
        known = {name: template(f"CAST({name} * {scale} AS INT128)") if name in stored else template(f"CAST({name} AS INT128)") for name in MONEY}
        for name, usual in USUAL.items():
            known[name] = template("coalesce($c, $usual)", c=known[name], usual=known.get(usual, integer(0)))
    cells = {name: yuan(value) for name, value in known.items()}
    if stored is not None:
        cells |= {name: template(f"coalesce({name}, {usual})") for name, usual in WORDS.items()}
    cells["id"] = template(f"coalesce(key, {KEY})")
    cells["payout"] = yuan(template("($r - $k) - ($pr - $pk)", r=known["released"], k=known["reserved"], pr=known["posted_released"], pk=known["posted_reserved"]))
    cells["difference"] = yuan(template("$e - $p", e=known["earned"], p=known["posted_before"]))
    cells["attainment"] = yuan(template("CASE WHEN $q > 0 THEN $m * $one // $q END", m=known["measured"], q=known["quota"], one=integer(ONE)))
    cells["plan"], cells["plan_version"] = text(plan.plan), integer(plan.version)
    clauses = [exp.If(this=template("component = $c", c=text(c.name)), true=text(c.clause)) for c in plan.components if c.clause]
    cells["clause"] = template("CASE WHEN key IS NULL THEN $clause ELSE '' END", clause=exp.Case(ifs=clauses, default=text("")) if clauses else text(""))
    cells["given"] = _given(given)
    select = [exp.alias_(cells.get(name, exp.column(name)), name) for name in ORDER]
    tree = exp.select(*select).from_(source)
    return tree.order_by("payee", "component", "fact_period", "ord", "id") if ordered else tree


def _given(given):
    """What each line's formulas read, as a JSON object of text."""
    objects = []
    for component, parts in given.items():
        pairs = [part for key, slot, den in parts
                 for part in (text(key), shown(Q(template(f"CAST({slot} AS INT128)"), den) if den else exp.column(slot)))]
        if pairs:
            objects.append(exp.If(this=template("component = $c AND ord < 9000000000000", c=text(component)), true=exp.Anonymous(this="json_object", expressions=pairs)))
    return exp.cast(exp.Case(ifs=objects, default=text("{}")), "text") if objects else text("{}")


def narrow(slots, fen, small, source):
    """SELECT the lines as they are stored in a file: `fen` the amounts that are whole fen, there decimals of yuan where columns are `small`.

    Other amounts are integers of 10⁻⁸. A column that says the usual thing is left empty.
    """
    cells = []
    for name in MONEY:
        column = template(f"nullif({name}, {USUAL[name]})") if name in USUAL else exp.column(name)
        if small and name in fen:
            column = template(f"CAST(CAST($v // {ONE // 100} AS DECIMAL(16, 0)) * CAST(0.01 AS DECIMAL(2, 2)) AS DECIMAL(18, 2))", v=column)
        cells.append(exp.alias_(column if small else exp.cast(column, "DECIMAL(38, 0)"), name))
    cells += [exp.alias_(template(f"nullif({name}, {usual})"), name) for name, usual in WORDS.items()]
    cells += [exp.alias_(exp.cast(exp.column(slot), "BIGINT" if small else "DECIMAL(38, 0)") if den else exp.column(slot), slot)
              for (_key, den, _kind), slot in slots.items()]
    return exp.select("component", "payee", "fact", "item", "via", "day", "fact_period", "passed", "key", "ord", *cells).from_(source)


def yuan(value):
    """An integer of 10⁻⁸ as an exact decimal of yuan."""
    return template(f"CAST(CAST($v AS DECIMAL(28, 0)) * CAST(0.{'0' * (PLACES - 1)}1 AS DECIMAL({PLACES}, {PLACES})) AS DECIMAL(38, {PLACES}))", v=exp.paren(value))
