"""Approvals for programs: the same boxes, the same verbs, the same refusals."""
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from squaredeal.kernel.answers import PROBLEMS
from squaredeal.organisation.team import queries as team

from . import actions, queries

router = Router(tags=["approvals"])


class StepOut(Schema):
    order: int
    role: str
    approver_id: int
    approver: str
    state: str
    countersign: bool
    decided_by: str | None
    decided_at: datetime | None
    note: str

    @staticmethod
    def resolve_approver(step):
        return str(step.approver)

    @staticmethod
    def resolve_decided_by(step):
        return str(step.decided_by) if step.decided_by else None


class RequestOut(Schema):
    id: int
    kind: str
    subject_id: int
    title: str
    amount: Decimal | None
    percent: Decimal | None
    condition: str
    clause: str
    policy_version: str
    state: str
    asked_by_id: int
    asked_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    steps: list[StepOut]
    facts: list[dict[str, Any]]

    @staticmethod
    def resolve_steps(request):
        return list(request.steps.all())

    @staticmethod
    def resolve_facts(request, context):
        return queries.facts(context["request"].auth, request)


class RequestPage(Schema):
    count: int
    items: list[RequestOut]


class BoxSlice(Schema):
    box: Literal["all", "waiting", "asked", "decided"] = "all"
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class NoteIn(Schema):
    note: str = Field("", max_length=500)


class SendBackIn(Schema):
    note: str = Field(..., min_length=1, max_length=500)


BOXES = {"all": queries.within_reach, "waiting": queries.waiting, "asked": queries.asked, "decided": queries.decided}


@router.get("/", response={200: RequestPage, **PROBLEMS})
def requests(request, wanted: Query[BoxSlice]):
    """Requests within reach; `box` narrows to what waits for you, what you asked, what you decided."""
    rows = BOXES[wanted.box](request.auth)
    return {"count": rows.count(), "items": list(rows[wanted.offset:wanted.offset + wanted.limit])}


@router.get("/{int:pk}", response={200: RequestOut, **PROBLEMS})
def one(request, pk: int):
    """One request with its steps."""
    return queries.request(request.auth, pk)


@router.post("/{int:pk}/approve", response={200: RequestOut, **PROBLEMS})
def approve(request, pk: int, said: NoteIn):
    """Sign, when it is your turn."""
    actions.approve(request.auth, queries.request(request.auth, pk), note=said.note)
    return queries.request(request.auth, pk)


@router.post("/{int:pk}/send-back", response={200: RequestOut, **PROBLEMS})
def send_back(request, pk: int, said: SendBackIn):
    """Send back with a reason."""
    actions.send_back(request.auth, queries.request(request.auth, pk), note=said.note)
    return queries.request(request.auth, pk)


class AnotherIn(Schema):
    person_id: int = Field(ge=1, le=2**62)
    note: str = Field("", max_length=500)


@router.post("/{int:pk}/countersign", response={200: RequestOut, **PROBLEMS})
def countersign(request, pk: int, said: AnotherIn):
    """Somebody else signs before you."""
    actions.countersign(request.auth, queries.request(request.auth, pk), person=team.person(request.auth, said.person_id), note=said.note)
    return queries.request(request.auth, pk)


@router.post("/{int:pk}/delegate", response={200: RequestOut, **PROBLEMS})
def delegate(request, pk: int, said: AnotherIn):
    """Somebody of the same post, or the director, signs instead of you."""
    actions.delegate(request.auth, queries.request(request.auth, pk), person=team.person(request.auth, said.person_id))
    return queries.request(request.auth, pk)


@router.post("/{int:pk}/withdraw", response={200: RequestOut, **PROBLEMS})
def withdraw(request, pk: int):
    """Take back what you asked."""
    actions.withdraw(request.auth, queries.request(request.auth, pk))
    return queries.request(request.auth, pk)
