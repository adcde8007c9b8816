"""The policy through the API: the document of a day, versions, drafting a number, publishing, acknowledging."""
from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Field, Router, Schema

from squaredeal.kernel.answers import PROBLEMS

from . import actions, queries

router = Router(tags=["rulebook"])


class ClauseOut(Schema):
    number: str
    title: str
    text: str
    mode: str
    parameters: dict[str, Any]


class VersionOut(Schema):
    id: int
    number: str
    state: str
    starts_on: date | None
    note: str
    published_by: str | None
    published_at: datetime | None
    clauses: list[str]
    seal: str


class ValuesIn(Schema):
    """{parameter: value}, as the clause names them."""
    parameters: dict[str, str | int | float]


class PolicyNoteIn(Schema):
    note: str = Field("", max_length=300)


class PolicyPublishIn(Schema):
    """`seal` as it was read with the draft: what was changed since is not published."""
    starts_on: date
    note: str = Field("", max_length=300)
    seal: str = Field("", max_length=16)


def _clause(clause):
    from squaredeal.kernel.clause import words
    return ClauseOut(number=clause.number, title=words(clause.title), text=clause.text(), mode=clause.mode, parameters=clause.model_dump(mode="json"))


def _version(version):
    return VersionOut(id=version.pk, number=version.number, state=version.state, starts_on=version.starts_on, note=version.note,
                      published_by=version.published_by and version.published_by.name, published_at=version.published_at,
                      clauses=sorted(value.clause for value in version.values_set.all()), seal=version.seal)


def _found(viewer, pk):
    version = queries.version(viewer, pk)
    if version is None:
        raise Http404(pk)
    return version


@router.get("/clauses", response={200: list[ClauseOut], **PROBLEMS})
def clauses(request, on: date | None = None):
    """Every clause as in force on a day (default today), in the order of the document."""
    return [_clause(clause) for _number, _title, chapter, _sections in queries.document(request.auth, on) for clause in chapter]


@router.get("/versions", response={200: list[VersionOut], **PROBLEMS})
def versions(request):
    """Published versions, the latest effective first."""
    return [_version(version) for version in queries.versions(request.auth)]


@router.get("/drafts", response={200: list[VersionOut], **PROBLEMS})
def drafts(request):
    """Your open draft, and for the director those submitted."""
    return [_version(version) for version in queries.drafts(request.auth)]


@router.put("/clauses/{number}", response={200: VersionOut, **PROBLEMS})
def draft(request, number: str, said: ValuesIn):
    """Change numbers of a clause in your draft, which is made when there is none."""
    if number not in queries.register(request.auth):
        raise Http404(number)
    return _version(actions.draft(request.auth, number, parameters={name: str(value) for name, value in said.parameters.items()}))


@router.post("/versions/{int:pk}/submit", response={200: VersionOut, **PROBLEMS})
def submit(request, pk: int, said: PolicyNoteIn):
    """Hand the draft to the director."""
    return _version(actions.submit(request.auth, _found(request.auth, pk), note=said.note))


@router.post("/versions/{int:pk}/publish", response={200: VersionOut, **PROBLEMS})
def publish(request, pk: int, said: PolicyPublishIn):
    """In force from a day on; the director's."""
    return _version(actions.publish(request.auth, _found(request.auth, pk), starts_on=said.starts_on, note=said.note, seal=said.seal))


@router.post("/versions/{int:pk}/send-back", response={200: VersionOut, **PROBLEMS})
def send_back(request, pk: int, said: PolicyNoteIn):
    """Back to its author."""
    return _version(actions.send_back(request.auth, _found(request.auth, pk), note=said.note))


@router.post("/versions/{int:pk}/drop", response={200: VersionOut, **PROBLEMS})
def drop(request, pk: int):
    """Give the draft up."""
    return _version(actions.drop(request.auth, _found(request.auth, pk)))


@router.post("/versions/{int:pk}/acknowledge", response={200: VersionOut, **PROBLEMS})
def acknowledge(request, pk: int):
    """You have read it."""
    version = _found(request.auth, pk)
    actions.acknowledge(request.auth, version)
    return _version(version)
