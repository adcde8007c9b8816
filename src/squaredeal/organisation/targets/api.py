"""Targets through the API: read by month within reach; set one."""
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from ninja import Field, Query, Router, Schema

from . import actions, queries

router = Router(tags=["targets"])


class TargetOut(Schema):
    kind: str
    id: int
    month: date
    amount: Decimal


class TargetIn(Schema):
    kind: str = Field(pattern="^(person|unit)$")
    id: int = Field(ge=1, le=2**62)
    measure: str = Field(pattern="^(orders|receipts)$")
    month: date
    amount: Decimal | None = Field(ge=0, le=Decimal("99999999999999"), decimal_places=2)


class Refusal(Schema):
    detail: str
    clause: str | None = None


@router.get("/", response={200: list[TargetOut], 401: Refusal})
def read(request, first: date, last: date, measure: Annotated[str, Query(pattern="^(orders|receipts)$")] = "receipts"):
    """Monthly targets of the people and units within reach, months whose first day lies between first and last."""
    grid = queries.monthly(request.auth, measure, first, last)
    return [TargetOut(kind=kind, id=pk, month=month, amount=amount) for (kind, pk), months in sorted(grid.items())
            for month, amount in sorted(months.items())]


@router.put("/", response={200: TargetIn, 401: Refusal, 404: Refusal, 422: Refusal})
def put(request, given: TargetIn):
    """Set (or with null remove) the target of a person or unit for the month of a day."""
    thing = queries.thing(request.auth, given.kind, given.id)
    if thing is None:
        raise Http404(given.id)
    actions.set_one(request.auth, thing, measure=given.measure, month=given.month, amount=given.amount)
    return given
