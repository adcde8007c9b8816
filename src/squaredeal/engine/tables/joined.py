"""A column of facts made of several, where a plan counts apart for each pair of their values: per: [customer, product]."""
from ..attached import Stored, attach, quoted, scratch, text_of
from ..plan.paired import parts

BETWEEN = " · "
"""Between what the columns hold."""


def _cell(part):
    return f"nullif(trim(CAST({quoted(part)} AS VARCHAR)), '')"


def joined(facts, names):
    """The facts with a column for each of the names whose parts it has."""
    new = [name for name in names if name not in facts.column_names and set(parts(name)) <= set(facts.column_names)]
    if not new:
        return facts
    cells = [f"nullif(concat_ws({text_of(BETWEEN)}, {', '.join(_cell(part) for part in parts(name))}), '') AS {quoted(name)}" for name in new]
    sql = f"SELECT *, {', '.join(cells)} FROM "
    if isinstance(facts, Stored):
        return Stored(facts.path, sql=f"{sql}({facts.sql})")
    link = scratch()
    attach(link, facts)
    found = link.sql(f"{sql}incoming").to_arrow_table()
    link.close()
    return found
