"""Plans for programs: read versions, draft and revise their text with every problem named, publish, drop."""
from datetime import date
from typing import Annotated

from django.http import Http404
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from squaredeal.kernel.answers import Refusal

from . import actions, queries, reading
from .policy import Unsound

router = Router(tags=["plans"])


class Fault(Schema):
    place: str
    reason: str
    remedy: str


class Faults(Refusal):
    problems: list[Fault] = []


class PlanOut(Schema):
    id: int
    name: str
    version: int
    state: str
    starts_on: date | None
    ends_on: date | None
    note: str


class PlanText(PlanOut):
    text: str
    seal: str


class Plans(Schema):
    items: list[PlanOut]
    count: int


class PlanIn(Schema):
    text: str = Field(min_length=1, max_length=200_000)
    note: str = Field("", max_length=200)


class PublishIn(Schema):
    """`seal` as it was read with the version: what was changed since is not published."""
    starts_on: date | None = None
    seal: str = Field("", max_length=16)


REFUSALS = {401: Refusal, 404: Refusal, 422: Faults}


@router.get("/", response={200: Plans, 401: Refusal, 422: Refusal}, summary="Versions of the commission plan, newest first")
def index(request, limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0):
    rows = queries.versions(request.auth)
    return {"items": rows[offset:offset + limit], "count": rows.count()}


@router.get("/{int:pk}", response={200: PlanText, 401: Refusal, 404: Refusal}, summary="One version with its text")
def plan(request, pk: int):
    return _found(request.auth, pk)


@router.post("/", response={200: PlanText, **REFUSALS}, summary="Draft a version")
def draft(request, given: PlanIn):
    return _faults(lambda: actions.draft(request.auth, None, text=given.text, note=given.note))


@router.put("/{int:pk}", response={200: PlanText, **REFUSALS}, summary="Change the text of a draft")
def revise(request, pk: int, given: PlanIn):
    found = _found(request.auth, pk)
    return _faults(lambda: actions.revise(request.auth, found, text=given.text, note=given.note))


@router.post("/{int:pk}/publish", response={200: PlanText, **REFUSALS}, summary="Publish a draft from a first of a month")
def publish(request, pk: int, given: PublishIn):
    found = _found(request.auth, pk)
    return _faults(lambda: actions.publish(request.auth, found, starts_on=given.starts_on, seal=given.seal))


@router.post("/{int:pk}/drop", response={200: PlanText, **REFUSALS}, summary="Set a draft aside")
def drop(request, pk: int):
    return actions.drop(request.auth, _found(request.auth, pk))


def _faults(act):
    try:
        return act()
    except Unsound as unsound:
        return Status(422, {"detail": unsound.message, "clause": unsound.clause, "problems": reading.shown(unsound.problems)})


def _found(viewer, pk):
    found = queries.plan(viewer, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found
