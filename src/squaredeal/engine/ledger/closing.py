"""What a run of one period leaves for the next: everything posted so far, and how each account stood before and after the period.

What a closed period paid is never computed again: people, quotas and the plan may be others by now, and what was owed then was told.
"""
import json
from dataclasses import astuple, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from ..attached import attach, scratch, text_of
from ..problems import PlanProblems, problem
from .paying import Account, Paid
from .reopened import Reopened
from .versions import SINCE

COLUMNS = {"key": "VARCHAR", "payee": "VARCHAR", "period": "VARCHAR", "fact_period": "VARCHAR", "earned": "DECIMAL(38,10)", "reserved": "DECIMAL(38,10)",
           "released": "DECIMAL(38,10)", "payout": "DECIMAL(38,10)", SINCE: "DATE"}


@dataclass
class Closing:
    """The period and its last day, {payee: their account of it, `Reopened`}, and {closed period: what it differs now}."""
    period: str | None = None
    ends: date | None = None
    people: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)


def keep(folder, result, tables):
    """Into the folder of a run of one period: all that is posted with it, and its accounts."""
    from .output import ACCOUNTS, POSTED, whole, whole_file, whole_lines
    folder, link = Path(folder), scratch()
    attach(link, tables.arrow["posted"], "before")
    there = set(tables.arrow["posted"].column_names)
    before = ", ".join(f"CAST({column} AS {kind}) AS {column}" if column in there else f"CAST({'earned' if column == 'released' else 'NULL'} AS {kind}) AS {column}"
                       for column, kind in COLUMNS.items())
    now = {"key": "id", "earned": "difference", "reserved": "reserved - posted_reserved", "released": "released - posted_released",
           SINCE: f"'{result.plan.effective.first}'"}
    more = ", ".join(f"CAST({now.get(column, column)} AS {kind}) AS {column}" for column, kind in COLUMNS.items())
    with whole_file(folder / POSTED) as path:
        link.execute(f"COPY (SELECT {before} FROM before UNION ALL SELECT {more} FROM ({whole_lines(folder, result.plan, ordered=False)})) TO {text_of(str(path))} (FORMAT parquet)")
    link.close()
    with whole(folder / ACCOUNTS) as file:
        told = {payee: {"before": _told(x.first), "after": _told(x.account), "paid": x.whole and [f"{amount or 0:f}" for amount in astuple(x.whole)],
                        "posted": [[where, f"{amount:f}"] for where, amount in x.posted]} for payee, x in result.closing.people.items()}
        json.dump({"period": result.period, "ends": f"{result.closing.ends}", "people": told}, file, ensure_ascii=False)


def _told(account):
    return {"balance": f"{account.balance:f}", "over": f"{account.over:f}", "small": f"{account.small:f}", "year": account.year,
            "counted": {window: [f"{counted:f}", f"{most:f}"] for window, (counted, most) in account.paid.items()},
            **account.noted}


def opened(plan, told):
    """The Closing of what `kept` tells of the accounts, the accounts as `plan` settles them; an empty one where nothing is told."""
    if told is None:
        return Closing()
    try:
        return _closing(plan, told)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise unread() from None


def unread():
    """PlanProblems of accounts that are not as a run wrote them."""
    return PlanProblems([problem("accounts.json", "不是一次核算写下的样子", "is not as a run wrote it", "用那一次核算的结果文件夹，不要改里面的文件", "give the folder as the run left it")])


def _closing(plan, told):
    people = {payee: Reopened(_account(plan, x["after"]), _account(plan, x["before"]), x["paid"] and Paid(*map(Decimal, x["paid"])), [(where, Decimal(amount)) for where, amount in x["posted"]])
              for payee, x in told["people"].items()}
    return Closing(told["period"], date.fromisoformat(told["ends"]), people)


def _account(plan, told):
    if not all(Decimal(told[name]).is_finite() for name in ("balance", "over", "small")):
        raise ValueError("no amount")
    counted = {window: (Decimal(so_far), Decimal(most)) for window, (so_far, most) in told["counted"].items()}
    return Account(plan, Decimal(told["balance"]), Decimal(told["over"]), told["year"], counted, Decimal(told["small"]), told.get("gone"), told.get("owed"))
