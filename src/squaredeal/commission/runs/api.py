"""Runs for programs: list, read, compute, and the steps from review to paid. Finance and the director; 404 for others."""
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from squaredeal.kernel.answers import PROBLEMS, Refusal
from squaredeal.organisation.team.scope import FIRM

from . import actions, queries

router = Router(tags=["runs"])


class RunOut(Schema):
    id: int
    period: str
    number: int
    state: str
    plan: str
    earned: Decimal
    earlier: Decimal
    held: Decimal
    reserved: Decimal
    capped: Decimal
    advance: Decimal
    carried_in: Decimal
    carried: Decimal
    payout: Decimal
    people: int
    lines: int
    warnings: list
    fingerprint: str
    computed_at: datetime
    pay_on: date | None
    paid_on: date | None


class PaymentOut(Schema):
    paid_on: date
    noted_by: int | None = Field(alias="noted_by_id")
    noted_at: datetime
    withdrawn_by: int | None = Field(alias="withdrawn_by_id")
    withdrawn_at: datetime | None
    reason: str


class RunWhole(RunOut):
    payments: list[PaymentOut]


class Runs(Schema):
    items: list[RunOut]
    count: int


class ComputeIn(Schema):
    period: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")


class RunStepIn(Schema):
    note: str = Field("", max_length=200)
    paid_on: date | None = None


@router.get("/", response={200: Runs, 401: Refusal, 404: Refusal, 422: Refusal}, summary="Runs, newest month first")
def index(request, limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0):
    _readable(request.auth)
    rows = queries.runs(request.auth)
    return {"items": [_out(row) for row in rows[offset:offset + limit]], "count": rows.count()}


@router.get("/{int:pk}", response={200: RunWhole, 401: Refusal, 404: Refusal}, summary="One run, with the payments noted of it")
def run(request, pk: int):
    found = _found(request.auth, pk)
    return {**_out(found), "payments": list(found.payments.all())}


@router.post("/", response={200: RunOut, **PROBLEMS}, summary="Compute a month")
def compute(request, given: ComputeIn):
    _readable(request.auth)
    actions.open_months(request.auth, timezone.localdate())
    period = queries.period(FIRM, given.period)
    if period is None:
        raise Http404
    return _out(actions.compute(request.auth, period))


@router.post("/{int:pk}/{step}", response={200: RunOut, **PROBLEMS}, summary="Send, approve, send back, post, note as paid, or withdraw that")
def move(request, pk: int, step: Literal["review", "approve", "send_back", "post", "pay", "unpay"], given: RunStepIn):
    found = _found(request.auth, pk)
    extra = {"send_back": {"note": given.note}, "unpay": {"note": given.note}, "pay": {"paid_on": given.paid_on}}.get(step, {})
    return _out(getattr(actions, step)(request.auth, found, **extra))


def _readable(viewer):
    if not queries.may_read(viewer):
        raise Http404


def _found(viewer, pk):
    found = queries.run(viewer, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _out(r):
    return {"id": r.pk, "period": r.period.code, "number": r.number, "state": r.state, "plan": str(r.plan), "people": r.people,
            **{name: getattr(r, name) for name in r.AMOUNTS},
            "lines": r.lines_count, "warnings": r.warnings, "fingerprint": r.fingerprint, "computed_at": r.computed_at, "pay_on": r.pay_on,
            "paid_on": r.paid_on}
