"""Who is credited with a fact: directly by role, or up the line of managers as of the fact's date."""
from typing import NamedTuple

from sqlglot import exp

from squaredeal.engine.formula.sql import template
from squaredeal.engine.plan.plan import CreditTo, RollUp

from ..attached import quoted, text_of
from .below import highest
from .carried import carried

HIGHEST = 15
"""How many seats above are looked through where some are passed over."""
LARGEST = "substr(max(concat(lpad(CAST(share AS TEXT), 24, '0'), payee)), 25)"
"""Who has the largest share."""
SEATED = "{p}.payee = {who} AND f.date BETWEEN {p}.\"from\" AND coalesce({p}.\"to\", DATE '9999-12-31')"


class Rolled(NamedTuple):
    """Credit rolled up, and what of those below each row is to tell."""
    rule: RollUp
    below: tuple = ()


def relation(book, credit, below=()):
    """SELECT ord, payee, share, role: one row per fact, by its place, and payee; rolled up, with the member of the largest share and how many levels below they are.

    Where the highest of a name `below` is asked for, a row for each member: others may be below on the way from each."""
    key = Rolled(credit, below) if isinstance(credit, RollUp) else ("owner", "split") if isinstance(credit, CreditTo) else tuple(sorted(set(credit)))
    return template(f"SELECT * FROM {book.credit_table(key)}")


def credited(book, key, own, of_facts):
    """The query of a table of credits, with the columns asked of it: its `own`, and those of the fact that it carries, `of_facts`."""
    cells = [quoted(carried(name)) for name in sorted(of_facts)]
    if isinstance(key, Rolled):
        return _rolled(book, key, own, cells)
    of_fact = "".join(f", {cell}" for cell in cells)
    among = f"FROM credits_in WHERE role IN ({', '.join(text_of(role) for role in key)})"
    role = {"role"} & own
    several = f"SELECT ord, payee, CAST(sum(share) AS INT128) AS share{', min(role) AS role' if role else ''}{of_fact} {among}"
    by = ", ".join(["ord", "payee", *cells])
    if not set(key) <= {"owner", "split"}:
        return template(f"{several} GROUP BY {by}")
    single = f"SELECT ord, payee, CAST(share AS INT128) AS share{', role' if role else ''}{of_fact} {among} AND sole"
    return template(f"{single} UNION ALL {several} AND NOT sole GROUP BY {by}")


def asks_others(key):
    """Whether a table of credits asks measures of those on the way up, which come before it; it carries nothing of the facts."""
    return isinstance(key, Rolled) and (key.rule.passing_over is not None or bool(key.below))


def _rolled(book, key, own, cells):
    """Each credit walks up its chain of managers once, as of the fact's date; every level then is a row. What is alone and meets nobody twice need not be summed."""
    credit, superiors, joins, below = key.rule, {}, "", "c.payee"
    over, own_deals = credit.passing_over is not None, credit.own_deals == "included"
    highest = HIGHEST if over else credit.roll_up
    for level in range(1, highest + 1):
        seated = SEATED.format(p=f"s{level}", who=below).replace("f.date", "c.f_date")
        joins += f" {'JOIN' if level == 1 else 'LEFT JOIN'} people AS s{level} ON {seated}"
        superiors[f"up{level}"] = exp.column(credit.along, table=f"s{level}", quoted=True)
        below = f"$up{level}"
    walked = ", ".join(f"$up{level} AS up{level}" for level in range(1, highest + 1))
    single = "FALSE" if asks_others(key) else _single([*(["c.payee"] if own_deals else []), *(f"$up{level}" for level in range(1, highest + 1))])
    of_fact = "".join(f", {cell}" for cell in cells)
    chain = f"SELECT c.ord, c.payee AS member, c.share, {single} AS single, {walked}{of_fact} FROM credits_in AS c{joins} WHERE c.role IN ('owner', 'split')"
    sold = f"SELECT c.ord, c.payee, c.share, 0 AS level, c.payee AS member, FALSE AS single{of_fact} FROM credits_in AS c WHERE c.role IN ('owner', 'split')"
    levels = [f"SELECT ord, up{level} AS payee, share, {level} AS level, member, single{of_fact} FROM chain WHERE NOT up{level} IS NULL" for level in range(1, highest + 1)]
    more = {}
    if over:
        levels, more["closed"] = ["SELECT * FROM closed"], _closed_up(book, credit, " UNION ALL ".join(levels))
    if key.below:
        levels, more["stood"] = [f"SELECT * FROM stood{'' if own_deals else ' WHERE level > 0'}"], _stood(book, key.below, " UNION ALL ".join([sold, *levels]))
    elif own_deals:
        levels.insert(0, sold)
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        every = f"SELECT * FROM ({every}) AS z WHERE level = {credit.roll_up}"
    if credit.level == "last":
        every = f"SELECT * FROM ({every}) AS z QUALIFY level = max(level) OVER (PARTITION BY ord, member)"
    made = "".join(f", {name} AS (${name})" for name in more)
    return template(f"WITH chain AS ({chain}){made}, every AS ({every}) {_met(key, own, of_fact, cells)}", **superiors, **more)


def _met(key, own, of_fact, cells):
    """SQL of the rows of `every`, those that meet in one person summed: from whom most of it comes; or one for each member, told as `via` where there are several, with the highest below."""
    if key.below:
        highest = "".join(f", max(below_{place}) AS below_{place}" for place in range(len(key.below)))
        return (f"SELECT ord, payee, CAST(sum(share) AS INT128) AS share, 'manager' AS role, member, min(level) AS levels_up, CASE WHEN count(*) OVER (PARTITION BY ord, payee) > 1 THEN member END AS via{highest} "
                "FROM every GROUP BY ord, payee, member")
    asked = {"role": ("'manager'", "'manager'"), "member": ("member", LARGEST.replace("payee", "member")), "levels_up": ("level", "min(level)")}
    more = ["".join(f", {cell[place]} AS {name}" for name, cell in asked.items() if asks_others(key) or name in own) for place in (0, 1)]
    several = f"SELECT ord, payee, CAST(sum(share) AS INT128) AS share{more[1]}{of_fact} FROM every"
    alone = "" if asks_others(key) else f"SELECT ord, payee, CAST(share AS INT128) AS share{more[0]}{of_fact} FROM every WHERE single UNION ALL "
    return f"{alone}{several} WHERE NOT single GROUP BY {', '.join(['ord', 'payee', *cells])}"


def _single(met):
    """SQL of whether a credit is alone and those it meets on its way up are different people."""
    twice = " OR ".join(f"{a} = {b}" for place, a in enumerate(met) for b in met[place + 1:])
    return f"c.alone AND NOT coalesce({twice}, FALSE)" if twice else "c.alone"


def _closed_up(book, credit, every):
    """SELECT the rows of the seats above that are not passed over on the fact's day, each at the level it then has."""
    from .context import Context
    context = Context(book, "fact", person="a")
    passed = context.expression(credit.passing_over)
    kept = context.joined(template(f"SELECT z.ord, z.payee, z.share, row_number() OVER (PARTITION BY z.ord, z.member ORDER BY z.level) AS level, z.member, z.single FROM ({every}) AS z "
                                   f"JOIN facts_in AS f ON f._ord = z.ord JOIN people AS a ON {SEATED.format(p='a', who='z.payee')} WHERE NOT coalesce($passed, FALSE)", passed=passed))
    return template(f"SELECT * FROM $kept AS k WHERE level <= {credit.roll_up}", kept=kept.subquery(copy=False))


def _stood(book, names, every):
    """SELECT the rows with the highest of each name below them, on the fact's day."""
    from .context import Context
    return highest(Context(book, "fact", person="a"), names, every, "ord", f"JOIN facts_in AS f ON f._ord = z.ord LEFT JOIN people AS a ON {SEATED.format(p='a', who='z.payee')}")


def led(book, credit, kind, below=()):
    """SELECT win, member, payee, level: who leads whom in each window a component is paid by, with the highest of each name `below` them."""
    along, chain, last, own_deals = quoted(credit.along), "", "b", credit.own_deals == "included"
    over = credit.passing_over is not None
    sold, levels = f"SELECT b._win AS win, b.payee AS member, b.payee AS payee, 0 AS level FROM staff_{kind} AS b", []
    for level in range(1, (HIGHEST if over else credit.roll_up) + 1):
        if level > 1:
            chain += f" JOIN staff_{kind} AS s{level} ON s{level}._win = b._win AND s{level}.payee = {last}.{along}"
            last = f"s{level}"
        levels.append(f"SELECT b._win AS win, b.payee AS member, {last}.{along} AS payee, {level} AS level FROM staff_{kind} AS b{chain} WHERE NOT {last}.{along} IS NULL")
    more = {}
    if over:
        levels, more["closed"] = ["SELECT * FROM closed"], _led_closed_up(book, credit, kind, " UNION ALL ".join(levels))
    if below:
        levels, more["stood"] = [f"SELECT * FROM stood{'' if own_deals else ' WHERE level > 0'}"], _led_stood(book, kind, below, " UNION ALL ".join([sold, *levels]))
    elif own_deals:
        levels.insert(0, sold)
    made = f"WITH {', '.join(f'{name} AS (${name})' for name in more)} " if more else ""
    every = f"({' UNION ALL '.join(levels)}) AS z"
    only = {"each": "", "only": f" WHERE level = {credit.roll_up}", "last": " QUALIFY level = max(level) OVER (PARTITION BY win, member)"}[credit.level]
    return template(f"{made}SELECT * FROM {every}{only}", **more)


def _led_closed_up(book, credit, kind, every):
    """The same where seats above are passed over in the windows for which a condition on them holds: each that is left stands at the level it then has."""
    from .context import Context
    context = Context(book, "window", person="a", windowed=kind)
    passed = context.expression(credit.passing_over)
    kept = context.joined(template(f"SELECT z.win, z.member, z.payee, CAST(row_number() OVER (PARTITION BY z.win, z.member ORDER BY z.level) AS INT) AS level FROM ({every}) AS z "
                                   f"JOIN paid_by_{kind} AS w ON w.win = z.win JOIN staff_{kind} AS a ON a._win = z.win AND a.payee = z.payee WHERE NOT coalesce($passed, FALSE)", passed=passed))
    return template(f"SELECT * FROM $kept AS k WHERE level <= {credit.roll_up}", kept=kept.subquery(copy=False))


def _led_stood(book, kind, names, every):
    """The same with the highest of each name below them, in the window."""
    from .context import Context
    return highest(Context(book, "window", person="a", windowed=kind), names, every, "win", f"JOIN paid_by_{kind} AS w ON w.win = z.win LEFT JOIN staff_{kind} AS a ON a._win = z.win AND a.payee = z.payee")
