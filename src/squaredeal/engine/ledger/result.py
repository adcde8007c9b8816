"""What a run gives: lines of the ledger, statements, warnings, totals."""
import json
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cached_property

from ..plan.plan import Plan

TAKES, RETURNS = "clawback ", "reserve "
"""How the fact of a line begins that takes back what was earned, and of one that returns a reserve."""


@dataclass(frozen=True)
class Line:
    """One row of the ledger: component × payee × fact, deal or window. Amounts in yuan.

    `earned` is what the facts entitle to now, `released` what of it is payable so far, `reserved` what of that is kept back;
    `posted_before` is what is posted under the same key, `difference` what this line posts. `corrects` is the key of the posted
    line when `fact_period` is closed. `given` is what the formulas read, as text.
    """
    id: str
    component: str
    clause: str
    payee: str
    fact: str | None
    day: date | None
    fact_period: str
    period: str
    share: Decimal
    base: Decimal
    before: Decimal
    after: Decimal
    uplift: Decimal
    factor: Decimal
    measured: Decimal | None
    quota: Decimal | None
    attainment: Decimal | None
    passed: bool
    full_amount: Decimal
    earned: Decimal
    reserved: Decimal
    payout: Decimal
    posted_before: Decimal
    posted_reserved: Decimal
    difference: Decimal
    corrects: str
    plan: str
    plan_version: int
    given: dict = field(default_factory=dict)
    released: Decimal | None = None
    posted_released: Decimal = Decimal(0)
    source: str = ""

    @property
    def taken_back(self):
        """(event, fact) of a line by which an event takes back what a fact earned, or None."""
        return tuple(self.fact.removeprefix(TAKES).split(" of ", 1)) if self.fact and self.fact.startswith(TAKES) else None

    @property
    def returned_of(self):
        """The period that a reserve which comes back was kept back in, or None."""
        return self.fact.removeprefix(RETURNS) if self.fact and self.fact.startswith(RETURNS) else None


NUMBERS = tuple(f.name for f in fields(Line) if f.type in (Decimal, Decimal | None))


@dataclass(frozen=True)
class Statement:
    """One payee's period in yuan: earned + earlier − held − reserved + carried in − carried out − capped − interest + dropped = payout, and a guarantee on top.

    `earned` is what facts of the period earn, `earlier` what closed periods differ, `held` what is earned and not yet released (negative
    where earlier held money is released), `capped` what a cap on all pay cut off. Told besides: `advance`, what a draw added (recoverable,
    it stands in what is carried out), and `deducted`, what of the balance carried in was taken back. `interest` is what a period adds to what was owed when it began,
    `dropped` what was owed and is asked for no more: a negative that is not carried, a draw that is forgiven.
    """
    payee: str
    period: str
    lines: int
    base: Decimal
    earned: Decimal
    earlier: Decimal
    reserved: Decimal
    carried_in: Decimal
    carried: Decimal
    payout: Decimal
    held: Decimal = Decimal(0)
    advance: Decimal = Decimal(0)
    deducted: Decimal = Decimal(0)
    capped: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    dropped: Decimal = Decimal(0)


@dataclass(frozen=True)
class Result:
    """What a run gives: `table` (Arrow) and `lines` of what differs from the ledger, statements per payee and period, warnings, totals.

    `source` is the table, or what reads it when it is asked for; `seats` what is known of each person in each period, where the plan's
    settlement asks. `closing` is how the accounts stood before and after the period.
    """
    plan: Plan
    source: object
    statements: list
    warnings: list
    totals: dict
    period: str | None = None
    decisions: list = field(default_factory=list)
    seats: dict = field(default_factory=dict)
    closing: object = None

    @cached_property
    def table(self):
        return self.source() if callable(self.source) else self.source

    @cached_property
    def lines(self):
        """The lines as objects."""
        return lines_of(self.table)

    def line(self, key):
        return next(line for line in self.lines if line.id == key)


def lines_of(table):
    """[Line] of an Arrow table of lines."""
    return [Line(**{**row, "given": json.loads(row["given"] or "{}")}) for row in table.to_pylist()]
