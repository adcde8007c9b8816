"""Receipts for programs: read, record, match, refund, reverse; with the same reach, the same forms and the same refusals."""
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from squaredeal.kernel.answers import PROBLEMS
from squaredeal.kernel.errors import Refused

from . import actions, queries
from .forms import ReceiptForm, RefundForm, ReverseForm

router = Router(tags=["collection"])
KEY = 2**62


class AllocationOut(Schema):
    id: int
    instalment_id: int
    contract_id: int
    instalment: str
    amount: Decimal
    on: date
    days_overdue: int

    @staticmethod
    def resolve_contract_id(allocation):
        return allocation.instalment.contract_id

    @staticmethod
    def resolve_instalment(allocation):
        return str(allocation.instalment)


class ReceiptOut(Schema):
    id: int
    number: str
    customer_id: int
    on: date
    amount: Decimal
    unmatched: Decimal
    kind: str
    bank_reference: str
    note: str
    reverses_id: int | None
    allocations: list[AllocationOut]

    @staticmethod
    def resolve_allocations(receipt):
        return list(receipt.allocations.all())


class Receipts(Schema):
    count: int
    items: list[ReceiptOut]


class MoneyOut(Schema):
    contracts: int
    amount: Decimal
    collected: Decimal
    receivable: Decimal
    overdue: Decimal
    prepaid: Decimal


class ReceiptsWanted(Schema):
    customer: int | None = Field(None, ge=1, le=KEY)
    on_from: date | None = None
    on_to: date | None = None
    unmatched: bool = False
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class MatchIn(Schema):
    instalment: int = Field(ge=1, le=KEY)
    amount: Decimal = Field(gt=0, max_digits=14, decimal_places=2)


class ReceiptIn(Schema):
    """Without `matches` the oldest due is paid first; with an empty list nothing is matched yet."""
    customer: int = Field(ge=1, le=KEY)
    on: date
    amount: Decimal = Field(gt=0, max_digits=14, decimal_places=2)
    kind: Literal["transfer", "bill", "cash"] = "transfer"
    bank_reference: str = Field("", max_length=60)
    note: str = Field("", max_length=200)
    again: bool = False
    matches: list[MatchIn] | None = Field(None, max_length=200)


class MatchesIn(Schema):
    matches: list[MatchIn] = Field(min_length=1, max_length=200)


class RefundIn(Schema):
    on: date
    amount: Decimal = Field(gt=0, max_digits=14, decimal_places=2)
    bank_reference: str = Field("", max_length=60)
    note: str = Field(min_length=1, max_length=200)


class ReverseIn(Schema):
    reason: str = Field(min_length=1, max_length=200)
    on: date | None = None


@router.get("/receipts", response={200: Receipts, **PROBLEMS}, summary="Receipts, the latest first")
def receipts(request, wanted: Query[ReceiptsWanted]):
    said = {"customer": wanted.customer, "on__gte": wanted.on_from, "on__lte": wanted.on_to, "unmatched__gt": 0 if wanted.unmatched else None}
    rows = queries.receipts(request.auth).filter(**{name: value for name, value in said.items() if value is not None})
    shown = queries.ordered(request.auth, rows, "")
    return {"count": rows.count(), "items": list(shown[wanted.offset:wanted.offset + wanted.limit])}


@router.get("/receipts/{int:pk}", response={200: ReceiptOut, **PROBLEMS}, summary="One receipt")
def one(request, pk: int):
    return queries.receipt(request.auth, pk)


@router.post("/receipts", response={201: ReceiptOut, **PROBLEMS}, summary="Record a receipt")
def record(request, said: ReceiptIn):
    given = said.dict()
    matches = given.pop("matches")
    form = _valid(ReceiptForm(given))
    customer = queries.customer(request.auth, form.pop("customer"))
    made = actions.record(request.auth, customer, matches=None if matches is None else _summed(matches), **form)
    return Status(201, queries.receipt(request.auth, made.pk))


@router.post("/receipts/{int:pk}/match", response={200: ReceiptOut, **PROBLEMS}, summary="Match what a receipt has left")
def match(request, pk: int, said: MatchesIn):
    actions.match(request.auth, queries.receipt(request.auth, pk), matches=_summed([m.dict() for m in said.matches]))
    return queries.receipt(request.auth, pk)


@router.post("/receipts/{int:pk}/reverse", response={201: ReceiptOut, **PROBLEMS}, summary="Reverse a receipt whole")
def reverse(request, pk: int, said: ReverseIn):
    made = actions.reverse_receipt(request.auth, queries.receipt(request.auth, pk), **_valid(ReverseForm(said.dict())))
    return Status(201, queries.receipt(request.auth, made.pk))


@router.post("/instalments/{int:pk}/refund", response={201: ReceiptOut, **PROBLEMS}, summary="Give money back on an instalment")
def refund(request, pk: int, said: RefundIn):
    found = queries.instalment(request.auth, pk)
    made = actions.refund(request.auth, found.contract.customer, instalment=found.pk, **_valid(RefundForm(said.dict())))
    return Status(201, queries.receipt(request.auth, made.pk))


@router.get("/customers/{int:pk}/money", response={200: MoneyOut, **PROBLEMS}, summary="What a customer signed, paid and owes")
def money(request, pk: int):
    return queries.money(request.auth, queries.customer(request.auth, pk))


def _summed(matches):
    """{instalment id: yuan}; the same instalment twice is refused."""
    found = {m["instalment"]: m["amount"] for m in matches}
    if len(found) != len(matches):
        raise Refused(_("The same instalment is named twice. Add the two amounts up."), field="matches")
    return found


def _valid(form):
    if not form.is_valid():
        raise Refused(" ".join(f"{field}: {' '.join(errors)}" for field, errors in form.errors.items()))
    return form.cleaned_data
