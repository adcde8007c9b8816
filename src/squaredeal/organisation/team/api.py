"""The organisation through the API: units, people with their posts of a day, who can see a record."""
from datetime import date
from typing import Annotated

from ninja import Field, Query, Router, Schema

from squaredeal.kernel.answers import PROBLEMS, Refusal

from . import actions, queries

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


class PersonIn(Schema):
    name: str = Field(min_length=1, max_length=60)
    login: str = Field(min_length=1, max_length=60)
    unit_id: int = Field(ge=1, le=2**62)
    position_id: int = Field(ge=1, le=2**62)
    starts_on: date
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")


class PostIn(Schema):
    unit_id: int = Field(ge=1, le=2**62)
    position_id: int = Field(ge=1, le=2**62)
    starts_on: date


class DeputyIn(Schema):
    deputy_id: int = Field(ge=1, le=2**62)
    starts_on: date
    ends_on: date
    reason: str = Field("", max_length=200)


class LeaveIn(Schema):
    left_on: date


class PositionOut(Schema):
    id: int
    name: str
    role: str
    duties: str


class Made(Schema):
    id: int


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


@router.get("/positions", response={200: list[PositionOut], 401: Refusal})
def positions(request):
    """Every position, with the role whose authority it carries."""
    return [position for position, _held in queries.positions(request.auth)]


@router.post("/people", response={200: Made, **PROBLEMS})
def add(request, said: PersonIn):
    """Somebody new; they sign in once an administrator sets a password."""
    facts = said.dict(exclude={"unit_id", "position_id"})
    made = actions.add_person(request.auth, queries.unit(request.auth, said.unit_id), position=queries.position(request.auth, said.position_id), **facts)
    return {"id": made.pk}


@router.post("/people/{int:pk}/posts", response={200: Made, **PROBLEMS})
def appoint(request, pk: int, said: PostIn):
    """Another post from a day on; what is held ends the day before."""
    made = actions.appoint(request.auth, queries.person(request.auth, pk), unit=queries.unit(request.auth, said.unit_id),
                           position=queries.position(request.auth, said.position_id), starts_on=said.starts_on)
    return {"id": made.pk}


@router.post("/people/{int:pk}/deputies", response={200: Made, **PROBLEMS})
def name_deputy(request, pk: int, said: DeputyIn):
    """Somebody acts for the person from a day to a day."""
    made = actions.name_deputy(request.auth, queries.person(request.auth, pk), deputy=queries.person(request.auth, said.deputy_id),
                               **said.dict(exclude={"deputy_id"}))
    return {"id": made.pk}


@router.post("/people/{int:pk}/leave", response={200: Made, **PROBLEMS})
def leave(request, pk: int, said: LeaveIn):
    """The person's last day."""
    return {"id": actions.let_go(request.auth, queries.person(request.auth, pk), left_on=said.left_on).pk}
