"""Follow-ups for programs: record, list, what is due and late, excuses and compliance; the same reach and the same refusals."""
from datetime import date, datetime, time
from typing import Literal

from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from squaredeal.kernel.answers import PROBLEMS
from squaredeal.organisation.team import queries as team

from . import actions, queries

router = Router(tags=["followup"])
Kind = Literal["call", "visit", "message", "mail", "proposal", "trial", "other"]


class FollowUpIn(Schema):
    """A contact with the next step it leads to. `at` is the moment of the contact, now when absent."""
    kind: Kind
    body: str = Field(min_length=1, max_length=5000)
    effective: bool = True
    contact_id: int | None = Field(None, ge=1, le=2**31 - 1)
    at: datetime | None = None
    next_kind: Kind
    next_on: date
    next_at: time | None = None
    next_text: str = Field(min_length=1, max_length=120)


class FollowUpOut(Schema):
    id: int
    customer_id: int
    by_id: int
    contact_id: int | None
    kind: str
    at: datetime
    body: str
    effective: bool
    next_step: str
    next_step_on: date | None


class FollowUps(Schema):
    count: int
    items: list[FollowUpOut]


class ObligationOut(Schema):
    id: int
    customer_id: int
    owner_id: int
    grade: str
    kind: str
    clause: str
    policy_version: str
    opened_on: date
    due_on: date
    state: str
    late_since: date | None
    settled_on: date | None


class Obligations(Schema):
    count: int
    items: list[ObligationOut]


class ExcuseIn(Schema):
    """With a customer: the customer asks for quiet. Without: one's own leave."""
    customer_id: int | None = Field(None, ge=1, le=2**31 - 1)
    starts_on: date
    ends_on: date
    reason: str = Field(min_length=1, max_length=200)


class WordIn(Schema):
    note: str = Field("", max_length=200)


class ExcuseOut(Schema):
    id: int
    person_id: int
    customer_id: int | None
    starts_on: date
    ends_on: date
    reason: str
    state: str
    decided_by_id: int | None
    decided_at: datetime | None
    note: str


class Excuses(Schema):
    count: int
    items: list[ExcuseOut]


class Kept(Schema):
    """Obligations due, kept and excused in the weeks of a span; rate = met ÷ (due − excused) in percent, null when nothing was asked."""
    person_id: int
    due: int
    met: int
    excused: int
    rate: int | None


class Slice(Schema):
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class Which(Slice):
    state: Literal["late", "soon"] = "late"
    grade: Literal["", "A", "B", "C"] = ""
    owner_id: int | None = Field(None, ge=1, le=2**31 - 1)


class Span(Schema):
    starts_on: date
    ends_on: date


def _page(rows, part):
    return {"count": rows.count(), "items": list(rows[part.offset:part.offset + part.limit])}


@router.get("/customers/{int:pk}/followups", response={200: FollowUps, **PROBLEMS})
def followups(request, pk: int, part: Query[Slice]):
    """Contacts with a customer, newest first."""
    return _page(queries.of_customer(request.auth, queries.customer(request.auth, pk)), part)


@router.post("/customers/{int:pk}/followups", response={201: FollowUpOut, **PROBLEMS})
def record(request, pk: int, said: FollowUpIn):
    """Record a contact: it meets what the grade asks and sets the next step."""
    customer, given = queries.customer(request.auth, pk), said.dict()
    if given["at"] and timezone.is_naive(given["at"]):
        given["at"] = timezone.make_aware(given["at"])
    return 201, actions.record(request.auth, customer, contact=queries.contact(request.auth, customer, given.pop("contact_id")), **given)


@router.get("/obligations", response={200: Obligations, **PROBLEMS})
def obligations(request, part: Query[Which]):
    """Open obligations within reach: late ones, or those due by the end of next week."""
    rows = queries.narrowed(request.auth, "firm", grade=part.grade, person=part.owner_id)
    return _page(queries.with_customer(request.auth, getattr(queries, part.state)(request.auth, rows)), part)


@router.get("/excuses", response={200: Excuses, **PROBLEMS})
def excuses(request, part: Query[Slice]):
    """Excuses within reach, those that wait first."""
    return _page(queries.excuses(request.auth), part)


@router.post("/excuses", response={201: ExcuseOut, **PROBLEMS})
def ask(request, said: ExcuseIn):
    """Ask for an excuse: one's own leave, or quiet for one of one's customers."""
    given = said.dict()
    pk = given.pop("customer_id")
    if pk:
        return 201, actions.ask_quiet(request.auth, queries.customer(request.auth, pk), **given)
    return 201, actions.ask_leave(request.auth, team.person(request.auth, request.auth.pk), **given)


@router.post("/excuses/{int:pk}/grant", response={200: ExcuseOut, **PROBLEMS})
def grant(request, pk: int, said: WordIn):
    """Agree; nobody agrees to their own."""
    return actions.grant(request.auth, queries.excuse(request.auth, pk), note=said.note)


@router.post("/excuses/{int:pk}/decline", response={200: ExcuseOut, **PROBLEMS})
def decline(request, pk: int, said: WordIn):
    """Decline, with a reason."""
    return actions.decline(request.auth, queries.excuse(request.auth, pk), note=said.note)


@router.get("/compliance", response={200: list[Kept], **PROBLEMS})
def compliance(request, part: Query[Span]):
    """Compliance a person within reach, of the weeks that begin within the span."""
    found = queries.compliance(request.auth, part.starts_on, part.ends_on)
    return [{"person_id": pk, **figures} for pk, figures in sorted(found.items())]
