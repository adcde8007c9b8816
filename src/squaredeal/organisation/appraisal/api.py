"""Scores and wages through the API: read a month within reach; enter one."""
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from ninja import Field, Query, Router, Schema

from squaredeal.kernel.answers import PROBLEMS, Refusal

from . import actions, queries
from .models import Kind

router = Router(tags=["appraisal"])
Sort = Annotated[str, Field(pattern="^(score|wage)$")]


class FigureOut(Schema):
    kind: str
    person: int
    name: str
    month: date
    value: Decimal


class FigureIn(Schema):
    kind: Sort
    person: int = Field(ge=1, le=2**62)
    name: str = Field(min_length=1, max_length=40)
    month: date
    value: Decimal | None = Field(ge=Decimal(-99999999), le=Decimal(999999999999), decimal_places=4)
    note: str = Field("", max_length=200)


@router.get("/", response={200: list[FigureOut], 401: Refusal}, summary="Scores or wages of a month")
def read(request, month: date, kind: Annotated[str, Query(pattern="^(score|wage)$")] = "score"):
    """What stands in the month of a day: scores of the month, wages begun by then; of the people within reach."""
    found = queries.standing(request.auth, Kind(kind), month.replace(day=1))
    return [FigureOut(kind=kind, person=row.person_id, name=row.name, month=row.month, value=row.value) for _key, row in sorted(found.items())]


@router.put("/", response={200: FigureIn, **PROBLEMS}, summary="Enter a score or a wage")
def put(request, given: FigureIn):
    """Enter (or with null take away) a score of the month of a day, or the wage from it on."""
    whose = queries.person(request.auth, Kind(given.kind), given.person)
    if whose is None:
        raise Http404(given.person)
    verb = actions.wage if given.kind == Kind.WAGE else actions.score
    verb(request.auth, whose, name=given.name, month=given.month, value=given.value, note=given.note)
    return given
