"""The sample company AdventureWorks into the product: units, people, customers, orders as contracts with receipts on the order date.

The engine's own converter keeps four decimals; the product keeps the currency's two, so each order is rounded half up once.
"""
import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.money import fen
from squaredeal.organisation.team.models import Assignment, Person, Position, Role, Unit
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers import naming
from squaredeal.process.customers.models import Customer, Ownership

from . import bulk

FILES = ("employee", "sales_person", "sales_territory", "sales_territory_history", "sales_order_header", "customer", "store")
POSTS = {"Vice President of Sales": Role.DIRECTOR, "North American Sales Manager": Role.MANAGER, "European Sales Manager": Role.MANAGER,
         "Pacific Sales Manager": Role.MANAGER, "Sales Representative": Role.REP}
REGION = {"North American Sales Manager": "North America", "European Sales Manager": "Europe", "Pacific Sales Manager": "Pacific"}


def bring_in(folder):
    """Fill an empty database from the CSV files in `folder`, or in the one it was converted from; returns counts and sums. Refused when a file
    is missing or people exist."""
    folder = Path(folder)
    if (source := folder / "source.txt").is_file():
        folder = Path(source.read_text(encoding="utf-8").strip())
    missing = [f"{name}.csv" for name in FILES if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise Refused(_("%(folder)s lacks %(files)s. Give the folder that holds the AdventureWorks CSV files.")
                      % {"folder": folder, "files": ", ".join(missing)})
    if Person.objects.exists():
        raise Refused(_("This database already has people. Import a whole company into a new database."))
    table = {name: list(csv.DictReader((folder / f"{name}.csv").open(encoding="utf-8", newline=""))) for name in FILES}
    with transaction.atomic():
        bulk.start()
        units = _units(table)
        people = _people(table, units)
        figures = _orders(table, people)
    bulk.settle(Customer, Ownership, Contract, Instalment, Receipt, Allocation)
    return {"units": len(units), "people": len(people), **figures}


def _units(table):
    units = {}

    def unit(key, name, parent, rank):
        units[key] = made = Unit.objects.create(name=name, parent=parent, rank=rank)
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])

    unit("firm", "AdventureWorks", None, 0)
    for row in table["sales_territory"]:
        if row["Group"] not in units:
            unit(row["Group"], row["Group"], units["firm"], len(units))
    for row in table["sales_territory"]:
        unit(row["TerritoryID"], row["Name"], units[row["Group"]], int(row["TerritoryID"]))
    return units


def _people(table, units):
    """The sales organisation: everybody at or under the sales vice-president, with managers from the organisation path."""
    posts = {title: Position.objects.create(name=title, role=role) for title, role in POSTS.items()}
    rows = [row for row in table["employee"] if row["JobTitle"] in POSTS]
    people = {}
    for row in rows:
        person = Person(login=row["LoginID"].rsplit("\\", 1)[-1], name=f"{row['FirstName']} {row['LastName']}", hired_on=row["HireDate"])
        person.set_unusable_password()
        person.save()
        people[row["BusinessEntityID"]] = person
    by_path = {row["OrganizationPath"]: people[row["BusinessEntityID"]] for row in rows}
    stays = {}
    for row in table["sales_territory_history"]:
        stays.setdefault(row["BusinessEntityID"], []).append(row)
    for row in rows:
        person, post = people[row["BusinessEntityID"]], posts[row["JobTitle"]]
        manager = by_path.get(row["OrganizationPath"].rstrip("/").rsplit("/", 1)[0] + "/")
        hired = date.fromisoformat(row["HireDate"])
        if POSTS[row["JobTitle"]] != Role.REP:
            home = units[REGION.get(row["JobTitle"], "firm")]
            Assignment.objects.create(person=person, unit=home, position=post, manager=manager, starts_on=hired)
            continue
        for stay in sorted(stays.get(row["BusinessEntityID"], []), key=lambda s: s["StartDate"]):
            Assignment.objects.create(person=person, unit=units[stay["TerritoryID"]], position=post, manager=manager,
                                      starts_on=stay["StartDate"], ends_on=stay["EndDate"] or None)
        ended = [stay["EndDate"] for stay in stays.get(row["BusinessEntityID"], [])]
        if ended and all(ended):
            after = date.fromisoformat(max(ended)) + timedelta(days=1)
            Assignment.objects.create(person=person, unit=units["firm"], position=post, manager=manager, starts_on=after)
    return people


def _orders(table, people):
    stores = {row["BusinessEntityID"]: row["Name"].replace("&amp;", "&") for row in table["store"]}
    store_of = {row["CustomerID"]: row["StoreID"] for row in table["customer"]}
    orders = sorted((row for row in table["sales_order_header"] if row["SalesPersonID"]),
                    key=lambda row: (row["OrderDate"], int(row["SalesOrderID"])))
    first, last = {}, {}
    for row in orders:
        first.setdefault(row["CustomerID"], row)
        last[row["CustomerID"]] = row
    customers, ownerships, pk_of = [], [], {}
    for number, row in last.items():
        pk_of[number] = next(bulk.ids(Customer))
        name = stores[store_of[number]]
        owner = people[row["SalesPersonID"]].pk
        customers.append((pk_of[number], name, name[:40], naming.name_key(name), "".join(w[0] for w in name.split()).lower()[:60],
                          owner, "B", row["OrderDate"], "import"))
        ownerships.append((pk_of[number], owner, first[number]["OrderDate"], "AdventureWorks"))
    contracts, instalments, receipts, allocations, exact = [], [], [], [], Decimal(0)
    for row in orders:
        amount, day, seller = fen(row["SubTotal"]), row["OrderDate"], people[row["SalesPersonID"]].pk
        exact += Decimal(row["SubTotal"])
        contract, instalment, receipt = next(bulk.ids(Contract)), next(bulk.ids(Instalment)), next(bulk.ids(Receipt))
        number, customer = row["SalesOrderNumber"], pk_of[row["CustomerID"]]
        contracts.append((contract, number, f"Order {number}", customer, seller, day, amount, Decimal(0), row is first[row["CustomerID"]],
                          "approved", day))
        instalments.append((instalment, contract, 1, day, amount, amount))
        receipts.append((receipt, f"R-{number}", customer, day, amount, number, seller, f"{day}T04:00:00+00:00"))
        allocations.append((receipt, instalment, amount, day, seller))
    bulk.insert(Customer, ["id", "name", "short_name", "name_key", "initials", "owner_id", "grade", "last_contact_on", "channel"], customers)
    bulk.insert(Ownership, ["customer_id", "owner_id", "starts_on", "reason"], ownerships)
    bulk.insert(Contract, ["id", "number", "title", "customer_id", "signed_by_id", "signed_on", "amount", "vat_rate", "first_order", "state",
                           "approved_on"], contracts)
    bulk.insert(Instalment, ["id", "contract_id", "order", "due_on", "amount", "collected"], instalments)
    bulk.insert(Receipt, ["id", "number", "customer_id", "on", "amount", "bank_reference", "recorded_by_id", "recorded_at"], receipts)
    bulk.insert(Allocation, ["receipt_id", "instalment_id", "amount", "on", "by_id"], allocations)
    total = sum(row[6] for row in contracts)
    return {"customers": len(customers), "contracts": len(contracts), "amount": str(total), "rounding": str(total - exact)}
