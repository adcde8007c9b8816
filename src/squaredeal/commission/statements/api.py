"""Statements for programs: list, read with lines, confirm, object, answer, withdraw; within the token's reach."""
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from ninja import Field, Query, Router, Schema

from squaredeal.kernel.answers import Refusal

from . import actions, queries

router = Router(tags=["statements"])


class StatementOut(Schema):
    id: int
    period: str
    person: int
    name: str
    base: Decimal
    quota: Decimal | None
    attainment: Decimal | None
    earned: Decimal
    earlier: Decimal
    held: Decimal
    reserved: Decimal
    capped: Decimal
    advance: Decimal
    carried_in: Decimal
    carried: Decimal
    left: Decimal
    payout: Decimal
    pay_on: date | None
    state: str
    confirmed_at: datetime | None


class LineOut(Schema):
    id: int
    key: str
    component: str
    clause: str
    period: str
    allocation: int | None
    contract: int | None
    base: Decimal | None
    earned: Decimal
    posted_before: Decimal
    difference: Decimal
    held: Decimal
    reserved: Decimal
    payout: Decimal
    reason: str
    corrects: str
    detail: dict


class Whole(StatementOut):
    steps: dict
    lines: list[LineOut]


class Statements(Schema):
    items: list[StatementOut]
    count: int


class ObjectionIn(Schema):
    text: str = Field(min_length=1, max_length=500)
    line: int | None = Field(None, ge=1, le=2**63 - 1)


class AnswerIn(Schema):
    upheld: bool
    answer: str = Field(min_length=1, max_length=500)


class ObjectionOut(Schema):
    id: int
    person: int
    period: str
    line_key: str
    text: str
    state: str
    due_on: date
    answer: str


ABSENT = {401: Refusal, 404: Refusal}
REFUSALS = {**ABSENT, 422: Refusal}
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]


@router.get("/", response={200: Statements, 401: Refusal, 422: Refusal}, summary="Statements within reach, newest month first")
def index(request, period: Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")] = "", limit: Limit = 50, offset: Offset = 0):
    rows = queries.statements(request.auth).order_by("-run__period__starts_on", "pk")
    if period:
        rows = rows.filter(run__period__code=period)
    return {"items": [_out(row) for row in rows[offset:offset + limit]], "count": rows.count()}


@router.get("/{int:pk}", response={200: Whole, **ABSENT}, summary="A statement with its lines")
def statement(request, pk: int):
    found = _found(request.auth, pk)
    own, late = queries.lines(request.auth, found)
    return {**_out(found), "steps": found.steps, "lines": [_line(line) for line in (*own, *late)]}


@router.post("/{int:pk}/confirm", response={200: StatementOut, **REFUSALS}, summary="Confirm one's own statement")
def confirm(request, pk: int):
    return _out(actions.confirm(request.auth, _found(request.auth, pk)))


@router.post("/{int:pk}/objections", response={200: ObjectionOut, **REFUSALS}, summary="Object to one's own statement or a line of it")
def object_to(request, pk: int, given: ObjectionIn):
    found = _found(request.auth, pk)
    line = queries.line(request.auth, given.line) if given.line else None
    if given.line and (line is None or line.run_id != found.run_id):
        raise Http404
    return _objection(actions.object_to(request.auth, found, text=given.text, line=line))


@router.post("/objections/{int:pk}/answer", response={200: ObjectionOut, **REFUSALS}, summary="Answer an objection")
def answer(request, pk: int, given: AnswerIn):
    return _objection(actions.answer(request.auth, _objected(request.auth, pk), upheld=given.upheld, answer=given.answer))


@router.post("/objections/{int:pk}/withdraw", response={200: ObjectionOut, **REFUSALS}, summary="Withdraw one's own objection")
def withdraw(request, pk: int):
    return _objection(actions.withdraw(request.auth, _objected(request.auth, pk)))


def _found(viewer, pk):
    found = queries.statement(viewer, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _objected(viewer, pk):
    found = queries.objection(viewer, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _out(s):
    return {"id": s.pk, "period": s.run.period.code, "person": s.person_id, "name": s.person.name, "base": s.base, "quota": s.quota,
            "attainment": s.attainment, "earned": s.earned, "earlier": s.earlier, "held": s.held, "reserved": s.reserved, "capped": s.capped, "advance": s.advance,
            "carried_in": s.carried_in, "carried": s.carried, "left": s.left,
            "payout": s.payout, "pay_on": s.run.pay_on, "state": s.run.state, "confirmed_at": s.confirmed_at}


def _line(x):
    return {"id": x.pk, "key": x.key, "component": x.component, "clause": x.clause, "period": x.fact_period, "allocation": x.allocation_id, "contract": x.contract_id,
            "base": x.base, "earned": x.earned, "posted_before": x.posted_before, "difference": x.difference, "held": x.held, "reserved": x.reserved,
            "payout": x.payout, "reason": x.reason, "corrects": x.corrects, "detail": x.detail}


def _objection(o):
    return {"id": o.pk, "person": o.person_id, "period": o.period.code, "line_key": o.line_key, "text": o.text, "state": o.state,
            "due_on": o.due_on, "answer": o.answer}
