"""Who is credited with a fact: directly by role, or up the line of managers as of the fact's date."""
from sqlglot import exp

from squaredeal.engine.plan import CreditTo, RollUp
from squaredeal.engine.sql import template, text

SEATED = "{p}.payee = {who} AND f.date BETWEEN {p}.\"from\" AND coalesce({p}.\"to\", DATE '9999-12-31')"


def relation(book, credit):
    """SELECT fact, payee, share, role: one row per fact and payee; rolled up, with the member of the largest share and how many levels below they are."""
    key = credit if isinstance(credit, RollUp) else ("owner", "split") if isinstance(credit, CreditTo) else tuple(sorted(set(credit)))
    return template(f"SELECT * FROM {book.credit_table(key, lambda: _relation(book, credit))}")


def _relation(book, credit):
    if isinstance(credit, RollUp):
        return _rolled(book, credit)
    roles = ["owner", "split"] if isinstance(credit, CreditTo) else credit
    places = exp.Tuple(expressions=[text(r) for r in roles])
    tree = template("SELECT fact, payee, CAST(sum(share) AS INT128) AS share, min(role) AS role FROM credits WHERE role IN ($roles) GROUP BY 1, 2", roles=places)
    return tree.transform(lambda n: exp.In(this=n.this, expressions=n.expressions[0].expressions)
                          if isinstance(n, exp.In) and len(n.expressions) == 1 and isinstance(n.expressions[0], exp.Tuple) else n)


def _rolled(book, credit):
    """Each credit walks up its chain of managers once, as of the fact's date; every level then is a row."""
    superiors, joins, below = {}, "", "c.payee"
    for level in range(1, credit.roll_up + 1):
        joins += f" {'JOIN' if level == 1 else 'LEFT JOIN'} people AS s{level} ON {SEATED.format(p=f's{level}', who=below)}"
        superiors[f"up{level}"] = exp.column(credit.along, table=f"s{level}", quoted=True)
        below = f"$up{level}"
    cells = ", ".join(f"$up{level} AS up{level}" for level in range(1, credit.roll_up + 1))
    chain = f"SELECT c.fact, c.payee AS member, c.share, {cells} FROM credits AS c JOIN facts_in AS f ON f.id = c.fact{joins} WHERE c.role IN ('owner', 'split')"
    levels = [f"SELECT fact, up{level} AS payee, share, {level} AS level, member FROM chain WHERE NOT up{level} IS NULL" for level in range(1, credit.roll_up + 1)]
    if credit.own_deals == "included":
        levels.insert(0, "SELECT c.fact, c.payee, c.share, 0 AS level, c.payee AS member FROM credits AS c WHERE c.role IN ('owner', 'split')")
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        every = f"SELECT * FROM ({every}) AS z WHERE level = {credit.roll_up}"
    if credit.level == "last":
        every = f"SELECT * FROM ({every}) AS z QUALIFY level = max(level) OVER (PARTITION BY fact, member)"
    largest = "substr(max(concat(lpad(CAST(share AS TEXT), 24, '0'), member)), 25)"
    return template(f"WITH chain AS ({chain}) SELECT fact, payee, CAST(sum(share) AS INT128) AS share, 'manager' AS role, {largest} AS member, "
                    f"min(level) AS levels_up FROM ({every}) AS u GROUP BY 1, 2", **superiors)


def led(credit, kind):
    """SELECT win, member, payee, levels_up: who leads whom in each window a component is paid by."""
    along = exp.to_identifier(credit.along, quoted=True).sql("duckdb")
    levels = [f"SELECT b._win AS win, b.payee AS member, b.payee AS payee, 0 AS levels_up FROM staff_{kind} AS b"] if credit.own_deals == "included" else []
    chain, last = "", "b"
    for level in range(1, credit.roll_up + 1):
        if level > 1:
            chain += f" JOIN staff_{kind} AS s{level} ON s{level}._win = b._win AND s{level}.payee = {last}.{along}"
            last = f"s{level}"
        levels.append(f"SELECT b._win AS win, b.payee AS member, {last}.{along} AS payee, {level} AS levels_up FROM staff_{kind} AS b{chain} WHERE NOT {last}.{along} IS NULL")
    every = " UNION ALL ".join(levels)
    if credit.level == "only":
        return template(f"SELECT * FROM ({every}) AS z WHERE levels_up = {credit.roll_up}")
    if credit.level == "last":
        return template(f"SELECT * FROM ({every}) AS z QUALIFY levels_up = max(levels_up) OVER (PARTITION BY win, member)")
    return template(every)
