"""What a folder leaves out: a fact that names its payee needs no credit, and where no table of people is given all are representatives of one unit."""
import pyarrow as pa

from ..attached import attach, scratch
from ..problems import PlanProblems, problem
from .columns import COLUMNS, NEEDED, lacking

CELLS = ", ".join(f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}" for name in ("fact", "payee", "share"))


def completed(given):
    """{table: Arrow} with a credit for each fact that names its payee and has none, and with the people that are credited; PlanProblems where nobody is."""
    facts, credits = given["facts"], given["credits"]
    if facts.num_rows and "payee" not in facts.column_names and not (credits.num_rows or given["people"].num_rows):
        odd = {name: [c for c in table.column_names if c not in COLUMNS[name]] for name, table in given.items() if name in NEEDED}
        raise PlanProblems([*(p for name in odd for p in lacking(name, given[name], odd[name])), problem("credits", "没有 credits 表，facts 里也没有 payee（人员）这一列，不知道归谁", "there is no table of credits, and facts have no column payee: nobody is credited",
                                    "在 facts 里加一列 payee；几个人分的写 credits.csv：fact、payee、share、role", "add a column payee to facts; where several share, write credits.csv: fact, payee, share, role")])
    if {"payee", "id"} <= set(facts.column_names):
        given = {**given, "credits": _credits(facts, credits)}
    if not given["people"].num_rows and "payee" in given["credits"].column_names:
        everybody = _asked("SELECT DISTINCT trim(CAST(payee AS VARCHAR)) AS payee FROM incoming WHERE payee IS NOT NULL ORDER BY 1", incoming=given["credits"])
        many = everybody.num_rows
        for column, value in (("position", "rep"), ("from", "2000-01-01"), ("unit", "u")):
            everybody = everybody.append_column(column, pa.array([value] * many, pa.string()))
        given = {**given, "people": everybody}
    return given


def _credits(facts, credits):
    """The credits, and the whole of every other fact to the payee it names."""
    if not {"fact", "payee", "share"} <= set(credits.column_names):
        return credits
    role = "nullif(trim(CAST(role AS VARCHAR)), '')" if "role" in credits.column_names else "NULL"
    return _asked(f"SELECT {CELLS}, {role} AS role FROM outgoing UNION ALL SELECT trim(CAST(id AS VARCHAR)), trim(CAST(payee AS VARCHAR)), '1', 'owner' FROM incoming "
                  "WHERE nullif(trim(CAST(payee AS VARCHAR)), '') IS NOT NULL AND trim(CAST(id AS VARCHAR)) NOT IN (SELECT trim(CAST(fact AS VARCHAR)) FROM outgoing WHERE fact IS NOT NULL)",
                  incoming=facts, outgoing=credits)


def _asked(sql, **tables):
    link = scratch()
    for name, table in tables.items():
        attach(link, table, name)
    found = link.sql(sql).to_arrow_table()
    link.close()
    return found
