"""Columns of facts made of others: of several, where a plan counts apart for each pair of their values: per: [customer, product]; and the day a fact happened, where it counts on another."""
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
    return _with(facts, [f"nullif(concat_ws({text_of(BETWEEN)}, {', '.join(_cell(part) for part in parts(name))}), '') AS {quoted(name)}" for name in new])


def own_day(facts):
    """The facts with their own day once more, as `happened_on`, where they do not bring a column of that name."""
    return facts if "happened_on" in facts.column_names or "date" not in facts.column_names else _with(facts, ["date AS happened_on"])


def _with(facts, cells):
    sql = f"SELECT *, {', '.join(cells)} FROM "
    if isinstance(facts, Stored):
        return Stored(facts.path, sql=f"{sql}({facts.sql})")
    link = scratch()
    attach(link, facts)
    found = link.sql(f"{sql}incoming").to_arrow_table()
    link.close()
    return found
