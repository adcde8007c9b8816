"""The organisation through the API: units, people with their posts of a day, who can see a record."""
from datetime import date
from typing import Annotated

from ninja import Query, Router, Schema

from . import queries

router = Router(tags=["team"])


class UnitOut(Schema):
    id: int
    name: str
    parent_id: int | None


class PersonOut(Schema):
    id: int
    name: str
    unit: str
    position: str
    role: str
    manager: str | None
    starts_on: date
    ends_on: date | None


class SeerOut(Schema):
    person: str
    reason: str


class Refusal(Schema):
    detail: str


@router.get("/units", response={200: list[UnitOut], 401: Refusal})
def units(request):
    """Every unit of the company, parents before children."""
    return queries.units(request.auth)


@router.get("/people", response={200: list[PersonOut], 401: Refusal})
def people(request, on: date | None = None):
    """Who holds which post on a day (default today)."""
    return [PersonOut(id=a.person_id, name=a.person.name, unit=a.unit.name, position=a.position.name, role=a.position.role,
                      manager=a.manager and a.manager.name, starts_on=a.starts_on, ends_on=a.ends_on)
            for a in queries.people(request.auth, on)]


@router.get("/who-can-see", response={200: list[SeerOut], 401: Refusal, 404: Refusal})
def who_can_see(request, kind: Annotated[str, Query(max_length=60)], pk: Annotated[int, Query(ge=1, le=2**62)]):
    """Who can see a record within one's own reach, and by which term."""
    return [SeerOut(person=p.name, reason=r) for p, r in queries.who_can_see(request.auth, kind, pk)]
