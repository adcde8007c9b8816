"""Who is credited with a fact: directly by role, or up the line of managers as of the fact's date."""
from sqlglot import exp

from squaredeal.engine.formula.sql import template
from squaredeal.engine.plan.plan import CreditTo, RollUp

from ..attached import quoted, text_of
from ..plan.saying import formulas
from .carried import carried

HIGHEST = 15
"""How many seats above are looked through where some are passed over."""
LARGEST = "substr(max(concat(lpad(CAST(share AS TEXT), 24, '0'), payee)), 25)"
"""Who has the largest share."""
SEATED = "{p}.payee = {who} AND f.date BETWEEN {p}.\"from\" AND coalesce({p}.\"to\", DATE '9999-12-31')"


def below_columns(book):
    """Columns of people that below() asks for anywhere in the plan."""
    said = [t for c in book.plan.components for t in formulas(c)]
    return list(dict.fromkeys(n.args[0] for t in said for n in book.plan.expand(t).walk() if n.op == "below"))


def below_column(book, column):
    """The column of a rolled-up credit that holds below(COLUMN)."""
    return f"below_{below_columns(book).index(column)}"


def _below(columns, seats):
    """The cells of below(COLUMN): the highest of a column among the seats."""
    cells = [f"greatest({', '.join(exp.column(c, table=s, quoted=True).sql('duckdb') for s in seats)})" if len(seats) > 1 else exp.column(c, table=seats[0], quoted=True).sql("duckdb")
             for c in columns]
    return "".join(f", {cell} AS below_{place}" for place, cell in enumerate(cells))


def relation(book, credit):
    """SELECT ord, payee, share, role: one row per fact, by its place, and payee; rolled up, with the member of the largest share and how many levels below they are."""
    key = credit if isinstance(credit, RollUp) else ("owner", "split") if isinstance(credit, CreditTo) else tuple(sorted(set(credit)))
    return template(f"SELECT * FROM {book.credit_table(key)}")


def credited(book, credit, own, of_facts):
    """The query of a table of credits, with the columns asked of it: its `own`, and those of the fact that it carries, `of_facts`."""
    cells = [quoted(carried(name)) for name in sorted(of_facts)]
    if isinstance(credit, RollUp):
        return _rolled(book, credit, own, cells)
    of_fact = "".join(f", {cell}" for cell in cells)
    among = f"FROM credits_in WHERE role IN ({', '.join(text_of(role) for role in credit)})"
    role = {"role"} & own
    several = f"SELECT ord, payee, CAST(sum(share) AS INT128) AS share{', min(role) AS role' if role else ''}{of_fact} {among}"
    by = ", ".join(["ord", "payee", *cells])
    if not set(credit) <= {"owner", "split"}:
        return template(f"{several} GROUP BY {by}")
    single = f"SELECT ord, payee, CAST(share AS INT128) AS share{', role' if role else ''}{of_fact} {among} AND sole"
    return template(f"{single} UNION ALL {several} AND NOT sole GROUP BY {by}")


def _rolled(book, credit, own, cells):
    """Each credit walks up its chain of managers once, as of the fact's date; every level then is a row. What is alone and meets nobody twice need not be summed."""
    superiors, joins, below, over = {}, "", "c.payee", credit.passing_over is not None
    highest = HIGHEST if over else credit.roll_up
    for level in range(1, highest + 1):
        seated = SEATED.format(p=f"s{level}", who=below).replace("f.date", "c.f_date")
        joins += f" {'JOIN' if level == 1 else 'LEFT JOIN'} people AS s{level} ON {seated}"
        superiors[f"up{level}"] = exp.column(credit.along, table=f"s{level}", quoted=True)
        below = f"$up{level}"
    walked = ", ".join(f"$up{level} AS up{level}" for level in range(1, highest + 1))
    columns = below_columns(book)
    names = [f"below_{place}" for place in range(len(columns))]
    nothing = "".join(f", CAST(NULL AS INT128) AS {name}" for name in names)
    for level in range(1, highest + 1):
        walked += _below(columns, [f"s{n}" for n in range(1, level + 1)]).replace(" AS below_", f" AS below{level}_")
    own_deals = credit.own_deals == "included"
    single = "FALSE" if over else _single([*(["c.payee"] if own_deals else []), *(f"$up{level}" for level in range(1, highest + 1))])
    of_fact = "".join(f", {cell}" for cell in cells)
    chain = f"SELECT c.ord, c.payee AS member, c.share, {single} AS single, {walked}{of_fact} FROM credits_in AS c{joins} WHERE c.role IN ('owner', 'split')"
    lows = {level: "".join(f", below{level}_{place} AS {name}" for place, name in enumerate(names)) for level in range(1, highest + 1)}
    levels = [f"SELECT ord, up{level} AS payee, share, {level} AS level, member, single{lows[level]}{of_fact} FROM chain WHERE NOT up{level} IS NULL" for level in range(1, highest + 1)]
    closed = {}
    if over:
        levels, closed = ["SELECT * FROM closed"], {"closed": _closed_up(book, credit, " UNION ALL ".join(levels), "".join(f", z.{name}" for name in names))}
    if own_deals:
        levels.insert(0, f"SELECT c.ord, c.payee, c.share, 0 AS level, c.payee AS member, FALSE AS single{nothing}{of_fact} FROM credits_in AS c WHERE c.role IN ('owner', 'split')")
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        every = f"SELECT * FROM ({every}) AS z WHERE level = {credit.roll_up}"
    if credit.level == "last":
        every = f"SELECT * FROM ({every}) AS z QUALIFY level = max(level) OVER (PARTITION BY ord, member)"
    asked = {"role": ("'manager'", "'manager'"), "member": ("member", LARGEST.replace("payee", "member")),
             "levels_up": ("level", "min(level)"), **{name: (name, f"max({name})") for name in names}}
    more = ["".join(f", {cell[place]} AS {name}" for name, cell in asked.items() if over or name in own) for place in (0, 1)]
    several = f"SELECT ord, payee, CAST(sum(share) AS INT128) AS share{more[1]}{of_fact} FROM every"
    alone = "" if over else f"SELECT ord, payee, CAST(share AS INT128) AS share{more[0]}{of_fact} FROM every WHERE single UNION ALL "
    return template(f"WITH chain AS ({chain}){', closed AS ($closed)' if over else ''}, every AS ({every}) {alone}{several} WHERE NOT single GROUP BY {', '.join(['ord', 'payee', *cells])}", **superiors, **closed)


def _single(met):
    """SQL of whether a credit is alone and those it meets on its way up are different people."""
    twice = " OR ".join(f"{a} = {b}" for place, a in enumerate(met) for b in met[place + 1:])
    return f"c.alone AND NOT coalesce({twice}, FALSE)" if twice else "c.alone"


def _closed_up(book, credit, every, names):
    """SELECT the rows of the seats above that are not passed over on the fact's day, each at the level it then has."""
    from .context import Context
    context = Context(book, "fact", person="a")
    passed = context.expression(credit.passing_over)
    kept = context.joined(template(f"SELECT z.ord, z.payee, z.share, row_number() OVER (PARTITION BY z.ord, z.member ORDER BY z.level) AS level, z.member, z.single{names} FROM ({every}) AS z "
                                   f"JOIN facts_in AS f ON f._ord = z.ord JOIN people AS a ON {SEATED.format(p='a', who='z.payee')} WHERE NOT coalesce($passed, FALSE)", passed=passed))
    return template(f"SELECT * FROM $kept AS k WHERE level <= {credit.roll_up}", kept=kept.subquery(copy=False))


def led(book, credit, kind):
    """SELECT win, member, payee, levels_up: who leads whom in each window a component is paid by."""
    along = quoted(credit.along)
    if credit.passing_over is not None:
        return _led_closed_up(book, credit, kind, along)
    columns, seats = below_columns(book), ["b"]
    nothing = "".join(f", CAST(NULL AS INT128) AS below_{place}" for place in range(len(columns)))
    levels = [f"SELECT b._win AS win, b.payee AS member, b.payee AS payee, 0 AS levels_up{nothing} FROM staff_{kind} AS b"] if credit.own_deals == "included" else []
    chain, last = "", "b"
    for level in range(1, credit.roll_up + 1):
        if level > 1:
            chain += f" JOIN staff_{kind} AS s{level} ON s{level}._win = b._win AND s{level}.payee = {last}.{along}"
            last = f"s{level}"
            seats.append(last)
        levels.append(f"SELECT b._win AS win, b.payee AS member, {last}.{along} AS payee, {level} AS levels_up{_below(columns, seats)} FROM staff_{kind} AS b{chain} WHERE NOT {last}.{along} IS NULL")
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        return template(f"SELECT * FROM ({every}) AS z WHERE levels_up = {credit.roll_up}")
    if credit.level == "last":
        return template(f"SELECT * FROM ({every}) AS z QUALIFY levels_up = max(levels_up) OVER (PARTITION BY win, member)")
    return template(every)


def _led_closed_up(book, credit, kind, along):
    """The same where seats above are passed over in the windows for which a condition on them holds: each that is left stands at the level it then has."""
    from .context import Context
    columns, joins, below = below_columns(book), "", "b"
    names = "".join(f", z.below_{place}" for place in range(len(columns)))
    cells = ""
    for level in range(1, HIGHEST + 1):
        if level > 1:
            joins += f" LEFT JOIN staff_{kind} AS s{level} ON s{level}._win = b._win AND s{level}.payee = {below}.{along}"
            below = f"s{level}"
        cells += f", {below}.{along} AS up{level}" + _below(columns, ["b", *(f"s{n}" for n in range(2, level + 1))]).replace(" AS below_", f" AS below{level}_")
    levels = [f"SELECT win, member, up{level} AS payee, {level} AS levels_up{''.join(f', below{level}_{place} AS below_{place}' for place in range(len(columns)))} FROM chain WHERE NOT up{level} IS NULL"
              for level in range(1, HIGHEST + 1)]
    context = Context(book, "window", person="a", windowed=kind)
    passed = context.expression(credit.passing_over)
    kept = context.joined(template(f"SELECT z.win, z.member, z.payee, CAST(row_number() OVER (PARTITION BY z.win, z.member ORDER BY z.levels_up) AS INT) AS levels_up{names} FROM every AS z "
                                   f"JOIN paid_by_{kind} AS w ON w.win = z.win JOIN staff_{kind} AS a ON a._win = z.win AND a.payee = z.payee WHERE NOT coalesce($passed, FALSE)", passed=passed))
    nothing = "".join(f", CAST(NULL AS INT128) AS below_{place}" for place in range(len(columns)))
    own = f"SELECT b._win AS win, b.payee AS member, b.payee AS payee, 0 AS levels_up{nothing} FROM staff_{kind} AS b UNION ALL " if credit.own_deals == "included" else ""
    only = {"each": f"levels_up <= {credit.roll_up}", "only": f"levels_up = {credit.roll_up}", "last": f"levels_up <= {credit.roll_up} QUALIFY levels_up = max(levels_up) OVER (PARTITION BY win, member)"}[credit.level]
    return template(f"WITH chain AS (SELECT b._win AS win, b.payee AS member{cells} FROM staff_{kind} AS b{joins}), every AS ({' UNION ALL '.join(levels)}), kept AS ($kept) "
                    f"{own}SELECT * FROM kept AS k WHERE {only}", kept=kept)
