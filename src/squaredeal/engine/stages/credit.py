"""Who is credited with a fact: directly by role, or up the line of managers as of the fact's date."""
from sqlglot import exp

from squaredeal.engine.formula.sql import template, text
from squaredeal.engine.plan.plan import CreditTo, RollUp

from ..plan.saying import texts

HIGHEST = 15
"""How many seats above are looked through where some are passed over."""
SEATED = "{p}.payee = {who} AND f.date BETWEEN {p}.\"from\" AND coalesce({p}.\"to\", DATE '9999-12-31')"


def below_columns(book):
    """Columns of people that below() asks for anywhere in the plan."""
    said = [t for c in book.plan.components for t in (*texts(c), c.who, c.where or "true")]
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
    return template(f"SELECT * FROM {book.credit_table(key, lambda: _relation(book, credit))}")


def _relation(book, credit):
    if isinstance(credit, RollUp):
        return _rolled(book, credit)
    roles = ["owner", "split"] if isinstance(credit, CreditTo) else credit
    places = exp.Tuple(expressions=[text(r) for r in roles])
    tree = template("SELECT ord, payee, CAST(sum(share) AS INT128) AS share, min(role) AS role FROM credits_in WHERE role IN ($roles) GROUP BY 1, 2", roles=places)
    return tree.transform(lambda n: exp.In(this=n.this, expressions=n.expressions[0].expressions)
                          if isinstance(n, exp.In) and len(n.expressions) == 1 and isinstance(n.expressions[0], exp.Tuple) else n)


def _rolled(book, credit):
    """Each credit walks up its chain of managers once, as of the fact's date; every level then is a row."""
    superiors, joins, below = {}, "", "c.payee"
    highest = credit.roll_up if credit.passing_over is None else HIGHEST
    for level in range(1, highest + 1):
        joins += f" {'JOIN' if level == 1 else 'LEFT JOIN'} people AS s{level} ON {SEATED.format(p=f's{level}', who=below)}"
        superiors[f"up{level}"] = exp.column(credit.along, table=f"s{level}", quoted=True)
        below = f"$up{level}"
    cells = ", ".join(f"$up{level} AS up{level}" for level in range(1, highest + 1))
    columns = below_columns(book)
    names = [f"below_{place}" for place in range(len(columns))]
    nothing = "".join(f", CAST(NULL AS INT128) AS {name}" for name in names)
    for level in range(1, highest + 1):
        cells += _below(columns, [f"s{n}" for n in range(1, level + 1)]).replace(" AS below_", f" AS below{level}_")
    chain = f"SELECT c.ord, c.payee AS member, c.share, {cells} FROM credits_in AS c JOIN facts_in AS f ON f._ord = c.ord{joins} WHERE c.role IN ('owner', 'split')"
    lows = {level: "".join(f", below{level}_{place} AS {name}" for place, name in enumerate(names)) for level in range(1, highest + 1)}
    levels = [f"SELECT ord, up{level} AS payee, share, {level} AS level, member{lows[level]} FROM chain WHERE NOT up{level} IS NULL" for level in range(1, highest + 1)]
    over = {}
    if credit.passing_over is not None:
        levels, over = ["SELECT * FROM closed"], {"closed": _closed_up(book, credit, " UNION ALL ".join(levels), "".join(f", z.{name}" for name in names))}
    if credit.own_deals == "included":
        levels.insert(0, f"SELECT c.ord, c.payee, c.share, 0 AS level, c.payee AS member{nothing} FROM credits_in AS c WHERE c.role IN ('owner', 'split')")
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        every = f"SELECT * FROM ({every}) AS z WHERE level = {credit.roll_up}"
    if credit.level == "last":
        every = f"SELECT * FROM ({every}) AS z QUALIFY level = max(level) OVER (PARTITION BY ord, member)"
    largest = "substr(max(concat(lpad(CAST(share AS TEXT), 24, '0'), member)), 25)"
    return template(f"WITH chain AS ({chain}){', closed AS ($closed)' if over else ''} SELECT ord, payee, CAST(sum(share) AS INT128) AS share, 'manager' AS role, {largest} AS member, "
                    f"min(level) AS levels_up{''.join(f', max({name}) AS {name}' for name in names)} FROM ({every}) AS u GROUP BY 1, 2", **superiors, **over)


def _closed_up(book, credit, every, names):
    """SELECT the rows of the seats above that are not passed over on the fact's day, each at the level it then has."""
    from .context import Context
    context = Context(book, "fact", person="a")
    passed = context.expression(credit.passing_over)
    kept = context.joined(template(f"SELECT z.ord, z.payee, z.share, row_number() OVER (PARTITION BY z.ord, z.member ORDER BY z.level) AS level, z.member{names} FROM ({every}) AS z "
                                   f"JOIN facts_in AS f ON f._ord = z.ord JOIN people AS a ON {SEATED.format(p='a', who='z.payee')} WHERE NOT coalesce($passed, FALSE)", passed=passed))
    return template(f"SELECT * FROM $kept AS k WHERE level <= {credit.roll_up}", kept=kept.subquery(copy=False))


def led(book, credit, kind):
    """SELECT win, member, payee, levels_up: who leads whom in each window a component is paid by."""
    along = exp.to_identifier(credit.along, quoted=True).sql("duckdb")
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
