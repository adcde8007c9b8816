"""The desk and the leaderboard through the API: what waits for you, cash against target, everybody in reach by three columns."""
from datetime import datetime
from decimal import Decimal
from typing import Literal

from ninja import Field, Query, Router, Schema

from squaredeal.kernel.answers import Refusal
from squaredeal.kernel.span import picked

from . import queries

router = Router(tags=["insight"])


class NeedOut(Schema):
    title: str
    text: str
    clause: str
    due: str | None
    late: bool
    url: str


class CashOut(Schema):
    """Yuan of a period; `rate` and `pace` are shares of the target, null without one."""
    period: str
    scope: str
    target: Decimal
    collected: Decimal
    committed: Decimal
    gap: Decimal
    rate: Decimal | None
    pace: Decimal | None


class RowOut(Schema):
    person_id: int
    person: str
    region: str
    orders: Decimal
    orders_target: Decimal
    cash: Decimal
    cash_target: Decimal
    cash_rate: Decimal | None
    compliance: Decimal | None
    margin: Decimal | None
    score: Decimal


class Picked(Schema):
    """A period such as 2026Q4, 2026-11 or 2026, and whose: by default the quarter of today and the widest your post has."""
    period: str | None = Field(None, pattern=r"^20\d\d(Q[1-4]|-(0[1-9]|1[0-2]))?$")
    scope: Literal["me", "team", "firm"] | None = None


PROBLEMS = {401: Refusal, 422: Refusal}


@router.get("/needs", response={200: list[NeedOut], **PROBLEMS})
def needs(request):
    """What waits for you, in the order to be done."""
    return [NeedOut(title=str(n["title"]), text=str(n["text"] or ""), clause=n["clause"], due=_day(n["due"]), late=bool(n["late"]), url=n["url"])
            for n in queries.needs(request.auth)]


@router.get("/cash", response={200: CashOut, **PROBLEMS})
def cash(request, wanted: Query[Picked]):
    """Target, collected, committed and gap of a period within your reach."""
    span, scope = picked(request)
    return CashOut(period=span.code, scope=scope, **{k: v for k, v in queries.cash(request.auth, span, scope).items() if k in CashOut.model_fields})


@router.get("/leaderboard", response={200: list[RowOut], **PROBLEMS})
def leaderboard(request, wanted: Query[Picked]):
    """The representatives within your answer, highest score first."""
    span, _scope = picked(request)
    return [RowOut(person_id=row["person"].pk, person=row["person"].name, region=str(row["region"]),
                   **{k: row[k] for k in ("orders", "orders_target", "cash", "cash_target", "cash_rate", "compliance", "margin", "score")})
            for row in queries.people(request.auth, span)]


def _day(due):
    return None if due is None else due.isoformat() if isinstance(due, datetime) else str(due)
