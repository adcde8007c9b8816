"""Several versions of a plan over one ledger: each, known by the day it begins, answers for what it posted; none takes back or posts anew what is another's."""
from ..attached import Stored, attach, scratch
from ..problems import PlanProblems, problem

SINCE = "since"
"""The column of the ledger that says on which day the plan that posted a line begins."""


def own(tables, plan):
    """The tables with the plan's own ledger: what other versions posted is set aside as `tables.others`."""
    ledger = tables.arrow["posted"]
    if SINCE not in ledger.column_names:
        return tables
    mine = f"({SINCE} IS NULL OR {SINCE} = DATE '{plan.effective.first}')"
    mine, others = _only(ledger, mine), _only(ledger, f"NOT {mine}")
    found = tables.with_ledger(mine)
    found.others = others
    return found


def _only(ledger, condition):
    if isinstance(ledger, Stored):
        return Stored(ledger.path, sql=f"SELECT * EXCLUDE ({SINCE}) FROM ({ledger.sql}) WHERE {condition}")
    link = scratch()
    attach(link, ledger, "ledger")
    return link.sql(f"SELECT * EXCLUDE ({SINCE}) FROM ledger WHERE {condition}").to_arrow_table()


def apart(backend, tables, plan):
    """PlanProblems when another version has posted facts or windows of this plan's days: both would pay them."""
    first = backend.execute("SELECT period FROM span WHERE ends >= ? ORDER BY rank", [plan.effective.first]).fetchall()
    if tables.others is None or not first:
        return
    link = scratch()
    attach(link, tables.others, "others")
    names = [component.name for component in plan.components]
    rows = link.execute("SELECT split_part(key, '|', 1) AS component, split_part(split_part(key, '|', 3), '/', 1) AS item FROM others WHERE list_contains(?, fact_period) "
                        "GROUP BY key, 1, 2 HAVING list_contains(?, component) AND sum(earned) <> 0", [[code for (code,) in first], names]).fetchall()
    link.close()
    items = sorted({item for _component, item in rows})
    last = plan.effective.last
    twice = [name for (name,) in backend.execute(
        "SELECT id FROM facts_in WHERE list_contains(?, id) AND date >= ? UNION SELECT period FROM span WHERE list_contains(?, period) AND starts >= ? ORDER BY 1",
        [items, plan.effective.first, items, plan.effective.first]).fetchall()] if items else []
    if twice:
        some = "、".join(twice[:5])
        raise PlanProblems([problem("posted", f"另一版方案已经发过这些：{some}，共 {len(twice)} 个", f"another version of the plan has posted these: {some}, {len(twice)} in all",
                                    f"给旧版写上 effective.to，先用旧版算这一期，把它们退回来（{plan.effective.first} 以后{f'、{last} 以前' if last else ''}的归这一版）",
                                    f"end the other version with effective.to and run it for this period first, so that it takes them back (days from {plan.effective.first}{f' to {last}' if last else ''} are this one's)")])
