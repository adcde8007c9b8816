"""Shares of contracts for programs: read them, decide them."""
from decimal import Decimal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Router, Schema

from squaredeal.kernel.answers import PROBLEMS, Refusal
from squaredeal.kernel.errors import Refused

from . import actions, queries
from .forms import ROWS, SplitForm

router = Router(tags=["credits"])


class ShareIn(Schema):
    person: int = Field(ge=1, le=2**63 - 1)
    percent: Decimal = Field(gt=0, le=100, max_digits=7, decimal_places=4)
    overlay: bool = False


class ShareOut(Schema):
    person: int
    name: str
    share: Decimal
    role: str
    reason: str


class SplitIn(Schema):
    shares: list[ShareIn] = Field(min_length=1, max_length=ROWS)
    reason: str = Field(min_length=1, max_length=200)


@router.get("/contracts/{int:pk}", response={200: list[ShareOut], 401: Refusal, 404: Refusal}, summary="Shares of a contract")
def shares(request, pk: int):
    return _shares(request.auth, _contract(request.auth, pk))


@router.post("/contracts/{int:pk}", response={200: list[ShareOut], **PROBLEMS}, summary="Decide the shares of a contract")
def split(request, pk: int, given: SplitIn):
    contract = _contract(request.auth, pk)
    typed = {"reason": given.reason}
    for n, share in enumerate(given.shares, 1):
        typed |= {f"person_{n}": share.person, f"percent_{n}": share.percent, f"overlay_{n}": share.overlay}
    form = SplitForm(typed, people=queries.sharers(request.auth, timezone.localdate()))
    if not form.is_valid():
        raise Refused(" ".join(f"{field}: {' '.join(errors)}" for field, errors in form.errors.items()))
    actions.split(request.auth, contract, shares=form.cleaned_data["shares"], reason=form.cleaned_data["reason"])
    return _shares(request.auth, contract)


def _contract(viewer, pk):
    found = queries.contract(viewer, pk)
    if found is None:
        raise Http404
    return found


def _shares(viewer, contract):
    decided = [{"person": s.person_id, "name": s.person.name, "share": s.share, "role": s.role, "reason": s.reason}
               for s in queries.splits_of(viewer, contract)]
    signer = contract.signed_by
    return decided or [{"person": signer.pk, "name": signer.name, "share": Decimal(1), "role": "owner", "reason": ""}]
