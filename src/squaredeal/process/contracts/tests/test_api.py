"""Contracts for programs: the same reach, the same forms, the same refusals."""
import hashlib
from decimal import Decimal

import pytest

from squaredeal.organisation.team.models import Token

from .conftest import TERMS, in_days

D = Decimal


@pytest.fixture
def api(client, firm):
    def call(who, method, path, body=None):
        person = getattr(firm, who)
        Token.objects.get_or_create(person=person, name="test", digest=hashlib.sha256(who.encode()).hexdigest())
        return getattr(client, method)(f"/api/contracts/{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {who}"})
    return call


def whole(contract, *parts, **terms):
    return {"title": contract.title, "signed_on": contract.signed_on.isoformat(), **TERMS, **terms, "instalments": list(parts)}


def test_no_token_no_answer(client, db):
    assert client.get("/api/contracts/").status_code == 401


@pytest.mark.parametrize(("who", "count"), [("zhou", 1), ("gu", 1), ("wang", 1), ("chen", 1), ("li", 0), ("lin", 0), ("xu", 0)])
def test_the_register_and_one_contract_within_reach(desk, api, who, count):
    made = desk.draft()
    assert api(who, "get", "").json()["count"] == count
    assert api(who, "get", f"{made.pk}").status_code == (200 if count else 404)
    assert api(who, "get", "instalments").json()["count"] == 3 * count


def test_drafted_written_and_sent_to_review(desk, api):
    made = api("chen", "post", "", {"quote": desk.quote("480000").pk})
    assert made.status_code == 201 and made.json()["amount"] == "480000.00" and "place" in made.json()["missing"]
    contract = desk.customer.contracts.get()
    said = whole(contract, {"kind": "other", "due_on": in_days(9).isoformat(), "amount": "480000"})
    assert api("chen", "put", f"{contract.pk}", said).json()["place"] == "苏州"
    assert api("chen", "post", f"{contract.pk}/submit", said).json()["state"] == "submitted"
    assert api("chen", "put", f"{contract.pk}", said).status_code == 422


@pytest.mark.parametrize("part", [
    {"due_on": "2026-13-01", "amount": "480000"}, {"due_on": "2027-01-01", "amount": "479999.99"}, {"due_on": "2027-01-01"},
    {"due_on": "2027-01-01", "amount": "-1"}, {"due_on": "2027-01-01", "amount": "NaN"}, {"due_on": "2027-01-01", "amount": 1e30}])
def test_what_the_form_refuses_the_api_refuses(desk, api, part):
    made = desk.draft("480000")
    before = list(made.instalments.values_list("amount", flat=True))
    assert api("chen", "put", f"{made.pk}", whole(made, part)).status_code == 422
    assert list(made.instalments.values_list("amount", flat=True)) == before


def test_only_the_director_ends(desk, api):
    made = desk.approved()
    refused = api("chen", "post", f"{made.pk}/terminate", {"reason": "x"})
    assert refused.status_code == 422 and refused.json()["clause"] == "2.4.7"
    assert api("lin", "post", f"{made.pk}/terminate", {"reason": "x"}).status_code == 404
    assert api("zhou", "post", f"{made.pk}/terminate", {"reason": "破产"}).json()["state"] == "terminated"


@pytest.mark.parametrize("query", ["?limit=0", "?limit=201", "?offset=-1", "?state=x", "?customer=99999999999999999999"])
def test_bounds_are_kept(desk, api, query):
    assert api("chen", "get", query).status_code == 422
