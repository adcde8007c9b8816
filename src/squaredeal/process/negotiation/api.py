"""Negotiation for programs: products, deals and quotes, with the same reach, the same verbs and the same refusals as the pages.

Amounts are yuan including tax as decimal strings; floors, costs and walk-aways are null for those who may not know them (2.3.7).
"""
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from squaredeal.kernel.answers import PROBLEMS

from . import actions, face, policy, queries, quoting
from .models import Quote, Stage

router = Router(tags=["negotiation"])

Money = Annotated[Decimal, Field(ge=0, le=Decimal("1000000000000"), decimal_places=2, max_digits=15)]
Kind = Literal["call", "visit", "message", "mail", "proposal", "trial", "other"]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Key = Annotated[int, Field(ge=1, le=2**62)]


class Slice(Schema):
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class ProductOut(Schema):
    id: int
    code: str
    name: str
    line: str
    spec: str
    measure: str
    active: bool
    starts_on: date | None
    list_price: Decimal | None
    floor_price: Decimal | None = None
    cost: Decimal | None = None


class PriceIn(Schema):
    starts_on: date
    list_price: Money
    floor_price: Money
    cost: Money


class DealOut(Schema):
    id: int
    customer_id: int
    name: str
    stage: str
    stage_since: date
    amount: Decimal
    probability: Decimal
    expected_on: date | None
    committed: bool
    next_step: str
    next_step_kind: str
    next_step_on: date | None
    opened_on: date
    closed_on: date | None
    lost_reason: str
    competitor: str


class DealPage(Schema):
    count: int
    items: list[DealOut]


class DealsWanted(Slice):
    stage: Literal["open", "selection", "proposal", "trial", "negotiation", "decision", "won", "lost"] | None = None
    customer: Key | None = None


class DealIn(Schema):
    customer_id: Key
    name: Name
    amount: Money
    expected_on: date | None = None


class MoveIn(Schema):
    """Into `stage`, with what its gate may ask."""
    stage: Literal["selection", "proposal", "trial", "negotiation", "decision", "won", "lost"]
    needs: str | None = Field(None, max_length=2000)
    budget_low: Money | None = None
    budget_high: Money | None = None
    objective: str | None = Field(None, max_length=200)
    walk_away: Money | None = None
    lost_reason: str | None = Field(None, max_length=200)
    competitor: str | None = Field(None, max_length=60)


class StepIn(Schema):
    next_step: Name
    next_step_kind: Kind | Literal[""] = ""
    next_step_on: date


class RoundIn(Schema):
    on: date
    channel: Kind = "call"
    who: str = Field("", max_length=80)
    ours: Money | None = None
    theirs: Money | None = None
    outcome: str = Field("", max_length=300)


class RoundOut(RoundIn):
    id: int


class LineIn(Schema):
    """`offer` null takes the list price of the quote's day."""
    product_id: Key
    quantity: Annotated[Decimal, Field(gt=0, le=999_999, decimal_places=2, max_digits=8)]
    offer: Money | None = None


class QuoteIn(Schema):
    lines: list[LineIn] = Field(..., max_length=60)
    on: list[Key] = Field([], max_length=60)
    prepayment: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)] | None = None
    condition: str | None = Field(None, max_length=300)


class QuoteLineOut(Schema):
    product_id: int
    quantity: Decimal
    list_price: Decimal
    floor_price: Decimal | None
    offer: Decimal
    total: Decimal
    margin: Decimal | None


class QuoteOut(Schema):
    """`margin` and `cut` are percent, the margin null for those who may not know the floor; `approver` has the last word on this price, null when its maker decides."""
    id: int
    deal_id: int
    number: str
    version: int
    state: str
    made_on: date
    valid_until: date | None
    sent_on: date | None
    vat_rate: Decimal
    prepayment: Decimal
    condition: str
    policy_version: str
    list_total: Decimal
    floor_total: Decimal | None
    total: Decimal
    cut: Decimal
    margin: Decimal | None
    approver: str | None
    lines: list[QuoteLineOut]


class QuotePage(Schema):
    count: int
    items: list[QuoteOut]


class TurnedDownIn(Schema):
    reason: str = Field(..., min_length=1, max_length=200)


def _out(viewer, quote):
    """A quote as this viewer may see it."""
    made = face.of(viewer, quote)
    lines = [{"product_id": x.product.pk, "quantity": x.quantity, "list_price": x.list_price, "floor_price": x.floor_price, "offer": x.offer,
              "total": x.total, "margin": None if x.margin is None else round(x.margin, 2)} for x in made.lines]
    kept = {name: getattr(quote, name) for name in ("id", "deal_id", "number", "version", "state", "made_on", "valid_until", "sent_on", "vat_rate",
                                                    "prepayment", "condition", "policy_version")}
    return kept | {"list_total": made.list_total, "floor_total": made.floor_total, "total": made.total, "cut": round(made.cut, 4),
                   "margin": None if made.margin is None else round(made.margin, 2), "approver": str(made.signer) if made.signer else None,
                   "lines": lines}


def _said(viewer, lines):
    return [{"product": queries.product(viewer, x.product_id), "quantity": x.quantity, "offer": x.offer} for x in lines]


@router.get("/products", response={200: list[ProductOut], **PROBLEMS})
def products(request, on: date | None = None):
    """The price list as of a day (default today)."""
    return queries.catalogue(request.auth, on)


@router.post("/products/{int:pk}/prices", response={200: PriceIn, **PROBLEMS})
def set_price(request, pk: int, said: PriceIn):
    """A price from a day on; for the director and the administrator."""
    return actions.set_price(request.auth, queries.product(request.auth, pk), **said.dict())


@router.get("/deals", response={200: DealPage, **PROBLEMS})
def deals(request, wanted: Query[DealsWanted]):
    """Deals within reach, newest first; `stage=open` for all that are not closed."""
    rows = queries.deals(request.auth)
    if wanted.stage:
        rows = rows.filter(stage__in=policy.OPEN if wanted.stage == "open" else [Stage(wanted.stage)])
    if wanted.customer:
        rows = rows.filter(customer=wanted.customer)
    return {"count": rows.count(), "items": list(rows[wanted.offset:wanted.offset + wanted.limit])}


@router.post("/deals", response={201: DealOut, **PROBLEMS})
def open_deal(request, said: DealIn):
    """Open a deal for a customer within reach."""
    given = said.dict()
    customer = queries.customer(request.auth, given.pop("customer_id"))
    return Status(201, actions.open_deal(request.auth, customer, **given))


@router.get("/deals/{int:pk}", response={200: DealOut, **PROBLEMS})
def deal(request, pk: int):
    return queries.deal(request.auth, pk)


@router.post("/deals/{int:pk}/stage", response={200: DealOut, **PROBLEMS})
def move(request, pk: int, said: MoveIn):
    """Into another stage; 422 names what its gate still asks."""
    return actions.move(request.auth, queries.deal(request.auth, pk), **said.dict(exclude_none=True))


@router.post("/deals/{int:pk}/next-step", response={200: DealOut, **PROBLEMS})
def next_step(request, pk: int, said: StepIn):
    return actions.set_next_step(request.auth, queries.deal(request.auth, pk), **said.dict())


@router.post("/deals/{int:pk}/rounds", response={201: RoundOut, **PROBLEMS})
def record_round(request, pk: int, said: RoundIn):
    """Record a round of talks."""
    return Status(201, actions.record_round(request.auth, queries.deal(request.auth, pk), **said.dict()))


@router.post("/deals/{int:pk}/quotes", response={201: QuoteOut, **PROBLEMS})
def draft(request, pk: int, said: QuoteIn):
    """A first version for a deal."""
    made = quoting.draft(request.auth, queries.deal(request.auth, pk), lines=_said(request.auth, said.lines), prepayment=said.prepayment,
                         condition=said.condition)
    return Status(201, _out(request.auth, queries.quote(request.auth, made.pk)))


class QuotesWanted(Slice):
    deal: Key | None = None
    state: Literal["draft", "submitted", "approved", "returned", "sent", "won", "lost", "replaced"] | None = None


@router.get("/quotes", response={200: QuotePage, **PROBLEMS})
def quotes(request, wanted: Query[QuotesWanted]):
    """Quotes within reach, newest first."""
    rows = queries.quotes(request.auth)
    if wanted.deal:
        rows = rows.filter(deal=wanted.deal)
    if wanted.state:
        rows = rows.filter(state=Quote.State(wanted.state))
    return {"count": rows.count(), "items": [_out(request.auth, q) for q in rows[wanted.offset:wanted.offset + wanted.limit]]}


@router.get("/quotes/{int:pk}", response={200: QuoteOut, **PROBLEMS})
def quote(request, pk: int):
    return _out(request.auth, queries.quote(request.auth, pk))


@router.put("/quotes/{int:pk}", response={200: QuoteOut, **PROBLEMS})
def revise(request, pk: int, said: QuoteIn):
    """Change a draft; the lines given replace those there."""
    quoting.revise(request.auth, queries.quote(request.auth, pk), lines=_said(request.auth, said.lines), on=said.on, prepayment=said.prepayment,
                   condition=said.condition)
    return _out(request.auth, queries.quote(request.auth, pk))


@router.post("/quotes/{int:pk}/turned-down", response={200: QuoteOut, **PROBLEMS})
def lose(request, pk: int, said: TurnedDownIn):
    """The customer turned this version down."""
    quoting.lose(request.auth, queries.quote(request.auth, pk), reason=said.reason)
    return _out(request.auth, queries.quote(request.auth, pk))


VERBS = {"submit": quoting.submit, "send": quoting.send, "accept": quoting.accept, "renew": quoting.renew}


@router.post("/quotes/{int:pk}/{verb}", response={200: QuoteOut, **PROBLEMS})
def act(request, pk: int, verb: Literal["submit", "send", "accept", "renew"]):
    """Submit for what the price needs, mark as sent, mark as accepted, or make a new version (which is then returned)."""
    done = VERBS[verb](request.auth, queries.quote(request.auth, pk))
    return _out(request.auth, queries.quote(request.auth, done.pk))
