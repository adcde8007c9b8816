"""Contracts for programs: the register, one contract, its instalments, and the same verbs with the same forms."""
from datetime import date
from decimal import Decimal
from typing import Literal

from ninja import Field, Query, Router, Schema, Status

from squaredeal.kernel.answers import PROBLEMS
from squaredeal.kernel.errors import Refused

from . import actions, policy, queries
from .forms import EventForm, InstalmentSet, TermsForm

router = Router(tags=["contracts"])
KEY = 2**62


class InstalmentOut(Schema):
    id: int
    contract_id: int
    contract: str
    order: int
    kind: str
    due_on: date
    amount: Decimal
    collected: Decimal
    promised_on: date | None
    delivery_stopped: bool
    grace_until: date | None

    @staticmethod
    def resolve_contract(instalment):
        return str(instalment.contract)


class ContractOut(Schema):
    id: int
    number: str
    title: str
    customer_id: int
    quote_id: int | None
    signed_by_id: int
    signed_on: date
    amount: Decimal
    vat_rate: Decimal
    state: str
    first_order: bool
    approved_on: date | None
    ended_on: date | None
    policy_version: str


class ContractWhole(ContractOut):
    place: str
    quality: str
    delivery: str
    acceptance: str
    warranty: str
    liability: str
    special_terms: str
    ended_reason: str
    missing: list[str]
    instalments: list[InstalmentOut]

    @staticmethod
    def resolve_missing(contract):
        return policy.missing(contract)

    @staticmethod
    def resolve_instalments(contract):
        return list(contract.instalments.all())


class Contracts(Schema):
    count: int
    items: list[ContractOut]


class Instalments(Schema):
    count: int
    items: list[InstalmentOut]


class Slice(Schema):
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class Wanted(Slice):
    state: Literal["", "draft", "submitted", "approved", "returned", "terminated"] = ""
    q: str = Field("", max_length=60)
    customer: int | None = Field(None, ge=1, le=KEY)


class WantedInstalments(Slice):
    contract: int | None = Field(None, ge=1, le=KEY)
    due_from: date | None = None
    due_to: date | None = None


class InstalmentIn(Schema):
    kind: Literal["prepayment", "delivery", "acceptance", "retention", "other"] = "other"
    due_on: date
    amount: Decimal | None = Field(None, gt=0, max_digits=14, decimal_places=2)
    share: Decimal | None = Field(None, gt=0, le=100, max_digits=7, decimal_places=4)


class ContractIn(Schema):
    """The whole draft: terms left out become empty."""
    title: str = Field(min_length=1, max_length=120)
    signed_on: date
    place: str = Field("", max_length=60)
    quality: str = Field("", max_length=200)
    delivery: str = Field("", max_length=200)
    acceptance: str = Field("", max_length=200)
    warranty: str = Field("", max_length=200)
    liability: str = Field("", max_length=200)
    special_terms: str = Field("", max_length=300)
    instalments: list[InstalmentIn] = Field(min_length=1, max_length=24)


class EndIn(Schema):
    reason: str = Field(min_length=1, max_length=200)


class DraftIn(Schema):
    quote: int = Field(ge=1, le=KEY)


class EventOut(Schema):
    id: int
    contract_id: int
    kind: str
    on: date
    amount: Decimal
    product_id: int | None
    quantity: Decimal | None
    note: str
    recorded_by_id: int
    withdrawn_reason: str


class EventIn(Schema):
    kind: Literal["delivery", "acceptance", "invoice", "return", "expense", "bad_debt", "adjustment"]
    on: date
    amount: Decimal = Field(ge=-10**11, le=10**11, decimal_places=2)
    product: int | None = Field(None, ge=1, le=KEY)
    quantity: Decimal | None = Field(None, ge=0, le=10**9, decimal_places=2)
    note: str = Field("", max_length=200)


@router.get("/", response={200: Contracts, **PROBLEMS}, summary="The register")
def register(request, wanted: Query[Wanted]):
    """Contracts within reach, the newest signed first."""
    rows = queries.ordered(request.auth, queries.narrowed(request.auth, "", state=wanted.state, q=wanted.q, customer=wanted.customer), "")
    return {"count": rows.count(), "items": list(rows[wanted.offset:wanted.offset + wanted.limit])}


@router.get("/instalments", response={200: Instalments, **PROBLEMS}, summary="Instalments by day due")
def instalments(request, wanted: Query[WantedInstalments]):
    """Instalments within reach."""
    said = {"contract": wanted.contract, "due_on__gte": wanted.due_from, "due_on__lte": wanted.due_to}
    rows = queries.instalments(request.auth, **{name: value for name, value in said.items() if value is not None})
    return {"count": rows.count(), "items": list(rows[wanted.offset:wanted.offset + wanted.limit])}


@router.post("/", response={201: ContractWhole, **PROBLEMS}, summary="Draft a contract from a quote")
def draft(request, said: DraftIn):
    made = actions.draft(request.auth, queries.quote(request.auth, said.quote))
    return Status(201, queries.contract(request.auth, made.pk))


@router.get("/{int:pk}", response={200: ContractWhole, **PROBLEMS}, summary="One contract")
def one(request, pk: int):
    return queries.contract(request.auth, pk)


@router.put("/{int:pk}", response={200: ContractWhole, **PROBLEMS}, summary="Write a draft")
def revise(request, pk: int, said: ContractIn):
    return _written(request, pk, said, actions.revise)


@router.post("/{int:pk}/submit", response={200: ContractWhole, **PROBLEMS}, summary="Write a draft and have it reviewed")
def submit(request, pk: int, said: ContractIn):
    return _written(request, pk, said, actions.submit)


@router.post("/{int:pk}/terminate", response={200: ContractWhole, **PROBLEMS}, summary="End a contract in force")
def terminate(request, pk: int, said: EndIn):
    actions.terminate(request.auth, queries.contract(request.auth, pk), reason=said.reason)
    return queries.contract(request.auth, pk)


@router.get("/{int:pk}/events", response={200: list[EventOut], **PROBLEMS}, summary="What happened on a contract")
def events(request, pk: int):
    return queries.events(request.auth, queries.contract(request.auth, pk))


@router.post("/{int:pk}/events", response={201: EventOut, **PROBLEMS}, summary="Record what happened on a contract")
def record(request, pk: int, said: EventIn):
    contract = queries.contract(request.auth, pk)
    form = EventForm(said.dict(), goods=queries.goods(request.auth, contract))
    if not form.is_valid():
        raise Refused(" ".join(f"{field}: {' '.join(errors)}" for field, errors in form.errors.items()))
    return Status(201, actions.record_event(request.auth, contract, **form.cleaned_data))


@router.post("/events/{int:pk}/withdraw", response={200: EventOut, **PROBLEMS}, summary="Take back what was recorded wrongly")
def withdraw(request, pk: int, said: EndIn):
    return actions.withdraw_event(request.auth, queries.event(request.auth, pk), reason=said.reason)


def _written(request, pk, said, act):
    """Through the very forms of the page."""
    found, given = queries.contract(request.auth, pk), said.dict()
    parts = given.pop("instalments")
    typed = {"part-TOTAL_FORMS": len(parts), "part-INITIAL_FORMS": 0}
    for n, part in enumerate(parts):
        typed |= {f"part-{n}-{name}": "" if value is None else str(value) for name, value in part.items()}
    terms, formset = TermsForm(given), InstalmentSet(typed, prefix="part")
    if not (terms.is_valid() & formset.is_valid()):
        raise Refused(" ".join(_faults(terms, formset)))
    act(request.auth, found, instalments=formset.parts(found.amount), **terms.cleaned_data)
    return queries.contract(request.auth, pk)


def _faults(terms, formset):
    for field, errors in terms.errors.items():
        yield f"{field}: {' '.join(errors)}"
    for n, errors in enumerate(formset.errors, 1):
        for field, said in errors.items():
            yield f"instalments.{n}.{field}: {' '.join(said)}"
    yield from (str(e) for e in formset.non_form_errors())
