"""The sample company AdventureWorks as the engine's tables: orders as facts, sellers as credits, dated territories, quotas on 12 irregular periods.

What the data does not say is left empty, never guessed: a seller without a territory on a day has a row without a unit.
"""
import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from squaredeal.engine.ledger.output import write_csv
from squaredeal.engine.problems import PlanProblems, problem

FILES = ("employee", "sales_person", "sales_person_quota_history", "sales_territory", "sales_territory_history", "sales_order_header")
POSITIONS = {"Vice President of Sales": "director", "North American Sales Manager": "manager", "European Sales Manager": "manager",
             "Pacific Sales Manager": "manager", "Sales Representative": "rep"}
LAST_DAY = date(2014, 5, 31)
"""The last quota period's end, inclusive (the data set's own note)."""


def convert(source, out):
    """Write facts, credits, people, quotas and periods as CSV into `out`, and in source.txt where they came from, which `squaredeal import
    adventureworks` follows; returns the control totals and what was found amiss."""
    table = _read(Path(source))
    people = _people(table)
    orders = [row for row in table["sales_order_header"] if row["SalesPersonID"]]
    starts = sorted({row["QuotaDate"] for row in table["sales_person_quota_history"]})
    ends = [(date.fromisoformat(s) - timedelta(days=1)).isoformat() for s in starts[1:]] + [LAST_DAY.isoformat()]
    out = Path(out)
    write_csv(out / "facts.csv", ["id", "kind", "date", "deal", "customer", "amount", "currency", "territory"],
              [[r["SalesOrderNumber"], "order", r["OrderDate"], r["SalesOrderNumber"], r["CustomerID"], r["SubTotal"], "USD", r["TerritoryID"]]
               for r in orders])
    write_csv(out / "credits.csv", ["fact", "payee", "share", "role"], [[r["SalesOrderNumber"], r["SalesPersonID"], "1", "owner"] for r in orders])
    write_csv(out / "people.csv", ["payee", "name", "position", "unit", "manager", "from", "to", "hired", "commission_pct", "bonus"], people)
    write_csv(out / "quotas.csv", ["payee", "measure", "period", "value"],
              [[r["BusinessEntityID"], "period sales", r["QuotaDate"], r["SalesQuota"]] for r in table["sales_person_quota_history"]])
    write_csv(out / "periods.csv", ["id", "from", "to"], [[s, s, e] for s, e in zip(starts, ends, strict=True)])
    (out / "source.txt").write_text(f"{Path(source).resolve()}\n", encoding="utf-8")
    return _control(table, people, orders, starts)


def _read(folder):
    missing = [f"{name}.csv" for name in FILES if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise PlanProblems([problem(str(folder), f"缺 {'、'.join(missing)}", f"lacks {', '.join(missing)}", "给出放着 AdventureWorks CSV 的文件夹",
                                    "give the folder that holds the AdventureWorks CSV files")])
    found = {}
    for name in FILES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


def _people(table):
    """Rows of people: the sales organisation, one row per stay in a territory, and rows without a unit for days without one."""
    territory = {row["TerritoryID"]: row["Name"] for row in table["sales_territory"]}
    terms = {row["BusinessEntityID"]: row for row in table["sales_person"]}
    staff = [row for row in table["employee"] if row["JobTitle"] in POSITIONS]
    by_path = {row["OrganizationPath"]: row["BusinessEntityID"] for row in staff}
    stays = {}
    for row in table["sales_territory_history"]:
        stays.setdefault(row["BusinessEntityID"], []).append(row)
    found = []
    for row in sorted(staff, key=lambda r: int(r["BusinessEntityID"])):
        number, hired = row["BusinessEntityID"], date.fromisoformat(row["HireDate"])
        manager = by_path.get(row["OrganizationPath"].rstrip("/").rsplit("/", 1)[0] + "/", "")
        pay = terms.get(number, {})
        free = hired
        pieces = []
        for stay in sorted(stays.get(number, []), key=lambda s: s["StartDate"]):
            begin = date.fromisoformat(stay["StartDate"])
            if free < begin:
                pieces.append(("", free, begin - timedelta(days=1)))
            end = date.fromisoformat(stay["EndDate"]) if stay["EndDate"] else None
            pieces.append((territory[stay["TerritoryID"]], begin, end))
            free = end + timedelta(days=1) if end else None
        if free is not None:
            pieces.append(("", free, None))
        found += [[number, f"{row['FirstName']} {row['LastName']}", POSITIONS[row["JobTitle"]], unit, manager, begin.isoformat(),
                   end.isoformat() if end else "", hired.isoformat(), pay.get("CommissionPct", "0"), pay.get("Bonus", "0")]
                  for unit, begin, end in pieces]
    return found


def _control(table, people, orders, starts):
    """Counts and sums of the input, and what does not fit."""
    stays = [(r["BusinessEntityID"], r["StartDate"], r["EndDate"] or "9999-12-31") for r in table["sales_territory_history"]]
    homeless = [r for r in orders if not any(p == r["SalesPersonID"] and a <= r["OrderDate"] <= b for p, a, b in stays)]
    late = [r for r in orders if not starts[0] <= r["OrderDate"] <= LAST_DAY.isoformat()]
    warnings = []
    if homeless:
        who = {}
        for row in homeless:
            who[row["SalesPersonID"]] = who.get(row["SalesPersonID"], 0) + 1
        warnings.append({"code": "no_territory", "count": len(homeless), "payees": dict(sorted(who.items())),
                         "zh": f"{len(homeless)} 笔订单的销售当天没有所属区域：{'、'.join(f'{p}（{n}）' for p, n in sorted(who.items()))}",
                         "en": f"{len(homeless)} credited orders fall on dates without a territory for their seller: "
                               f"{', '.join(f'{p} ({n})' for p, n in sorted(who.items()))}"})
    if late:
        warnings.append({"code": "outside_periods", "count": len(late), "zh": f"{len(late)} 笔订单不在 12 个期间里",
                         "en": f"{len(late)} credited orders lie in none of the 12 periods"})
    return {"people": len({p[0] for p in people}), "territories": len(table["sales_territory"]),
            "territory_rows": len(table["sales_territory_history"]), "quotas": len(table["sales_person_quota_history"]),
            "quota_sum": str(sum(Decimal(r["SalesQuota"]) for r in table["sales_person_quota_history"])), "orders": len(orders),
            "order_sum": str(sum(Decimal(r["SubTotal"]) for r in orders)), "customers": len({r["CustomerID"] for r in orders}),
            "warnings": warnings}
