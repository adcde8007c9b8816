"""Customers through the API: list, read, register, correct, grade, plan the next step, hand over; the same reach and refusals as the pages."""
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Role

from . import actions, doors, forms, listing, queries

router = Router(tags=["customers"])
Key = Annotated[int, Field(ge=1, le=2**62)]
Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Kind = Literal["call", "visit", "message", "mail", "proposal", "trial", "other"]
Channel = Literal["fair", "web", "phone", "referral", "import", "other"]


class Refusal(Schema):
    detail: str
    clause: str | None = None


class CustomerOut(Schema):
    id: int
    name: str
    short_name: str
    owner_id: int | None
    grade: str
    value_grade: str
    tax_number: str
    phone: str
    industry: str
    size: str
    city: str
    address: str
    channel: str
    needs: str
    budget_low: Decimal | None
    budget_high: Decimal | None
    credit_limit: Decimal | None
    credit_days: int | None
    next_step: str
    next_step_kind: str
    next_step_on: date | None
    next_step_at: time | None
    last_contact_on: date | None


class CustomersOut(Schema):
    count: int
    items: list[CustomerOut]


class Conditions(Schema):
    q: Annotated[str, Field(max_length=60)] = ""
    view: Literal["", "late", "none", "pool", "shared"] = ""
    grade: list[Literal["A", "B", "C"]] = []
    value: list[Literal["A", "B", "C", "D"]] = []
    channel: list[Channel] = []
    owner: Annotated[list[Key], Field(max_length=200)] = []
    unit: Annotated[list[Key], Field(max_length=200)] = []
    silent: Annotated[int | None, Field(ge=1, le=3650)] = None
    sort: Literal["next", "-next", "name", "-name", "grade", "-grade", "last", "-last", "made", "-made", "deal", "-deal", "cash", "-cash", "overdue", "-overdue"] = "next"
    scope: Literal["", "me", "team", "firm"] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class FactsIn(Schema):
    """What is left out stays as it is."""
    name: Annotated[str | None, Field(min_length=2, max_length=120)] = None
    short_name: Annotated[str | None, Field(max_length=40)] = None
    tax_number: Annotated[str | None, Field(max_length=30)] = None
    phone: Annotated[str | None, Field(max_length=30)] = None
    industry: Annotated[str | None, Field(max_length=40)] = None
    size: Annotated[str | None, Field(max_length=80)] = None
    city: Annotated[str | None, Field(max_length=40)] = None
    address: Annotated[str | None, Field(max_length=200)] = None
    channel: Channel | None = None
    needs: Annotated[str | None, Field(max_length=5000)] = None
    budget_low: Money | None = None
    budget_high: Money | None = None
    credit_limit: Money | None = None
    credit_days: Annotated[int | None, Field(ge=0, le=720)] = None


class NewIn(Schema):
    name: Annotated[str, Field(min_length=2, max_length=120)]
    contact: Annotated[str, Field(max_length=40)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    tax_number: Annotated[str, Field(max_length=30)] = ""
    channel: Channel = "other"
    industry: Annotated[str, Field(max_length=40)] = ""
    city: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=200)] = ""


class GradeIn(Schema):
    which: Literal["intention", "value"] = "intention"
    grade: Literal["A", "B", "C", "D"]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class NextStepIn(Schema):
    kind: Kind
    on: date
    at: time | None = None
    text: Annotated[str, Field(min_length=1, max_length=120)]


class AssignIn(Schema):
    customers: Annotated[list[Key], Field(min_length=1, max_length=2000)]
    owner: Key
    reason: Annotated[str, Field(max_length=200)] = ""


class AssignOut(Schema):
    journal: int
    moved: int
    stayed: int


@router.get("/", response={200: CustomersOut, 401: Refusal, 422: Refusal})
def customers(request, asked: Query[Conditions]):
    """Customers within reach, late first unless sorted otherwise; at most 200 at once."""
    viewer, said = request.auth, {key: value for key, value in asked.dict().items() if value}
    widest = {Role.DIRECTOR: "firm", Role.FINANCE: "firm", Role.MANAGER: "team"}.get(viewer.role, "me")
    open_to = ["me", "team", "firm"][:["me", "team", "firm"].index(widest) + 1]
    scope = asked.scope if asked.scope in open_to else widest
    rows, count, _found = listing.matching(viewer, scope, said)
    return {"count": count, "items": list(rows[asked.offset:asked.offset + asked.limit])}


@router.post("/", response={201: CustomerOut, 401: Refusal, 422: Refusal})
def create(request, said: NewIn):
    """Register a customer, after the duplicate check that is on record and limited."""
    actions.check(request.auth, said.name, name=said.name, tax_number=said.tax_number, phone=said.phone)
    return Status(201, actions.create(request.auth, None, **said.dict()))


@router.get("/{int:pk}", response={200: CustomerOut, 401: Refusal, 404: Refusal})
def read(request, pk: Key):
    """One customer within reach."""
    return queries.customer(request.auth, pk)


@router.patch("/{int:pk}", response={200: CustomerOut, 401: Refusal, 404: Refusal, 422: Refusal})
def correct(request, pk: Key, said: FactsIn):
    """Correct facts; what is left out stays."""
    customer, facts = queries.customer(request.auth, pk), said.dict(exclude_unset=True)
    amounts = {"budget_low", "budget_high", "credit_limit", "credit_days"}
    wrong = [key for key, value in facts.items() if value is None and key not in amounts]
    if wrong:
        raise Refused(_("%(fields)s cannot be nothing. Leave it out, or send a text.") % {"fields": ", ".join(wrong)})
    doors.look_up(request.auth, customer, facts)
    return actions.correct(request.auth, customer, **facts)


@router.post("/{int:pk}/grade", response={200: CustomerOut, 401: Refusal, 404: Refusal, 422: Refusal})
def grade(request, pk: Key, said: GradeIn):
    """Another grade of intention or of value, with its reason."""
    return actions.grade(request.auth, queries.customer(request.auth, pk), **said.dict())


@router.post("/{int:pk}/next-step", response={200: CustomerOut, 401: Refusal, 404: Refusal, 422: Refusal})
def next_step(request, pk: Key, said: NextStepIn):
    """What comes next, and when."""
    return actions.set_next_step(request.auth, queries.customer(request.auth, pk), **said.dict())


@router.post("/assign", response={200: AssignOut, 401: Refusal, 404: Refusal, 422: Refusal})
def assign(request, said: AssignIn):
    """Hand customers over; those that cannot move stay. `journal` takes it back."""
    form = forms.Picked({"owner": said.owner})
    form.is_valid()
    owner = form.cleaned_data.get("owner")
    if owner is None:
        raise Refused(_("This person is not here any more. Choose somebody else."), field="owner")
    journal = actions.assign(request.auth, said.customers, owner=owner, reason=said.reason)
    return {"journal": journal.pk, "moved": journal.count, "stayed": len(set(said.customers)) - journal.count}


@router.post("/assign/{int:journal}/undo", response={200: AssignOut, 401: Refusal, 404: Refusal, 422: Refusal})
def undo_assign(request, journal: Key):
    """Take a hand-over back; customers handed on since stay."""
    back, stayed = actions.undo_assign(request.auth, queries.hand_over(request.auth, journal))
    return {"journal": journal, "moved": back, "stayed": stayed}
