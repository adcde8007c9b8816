"""Receipts for programs: the same reach, the same forms, the same refusals."""
import hashlib
from decimal import Decimal

import pytest

from squaredeal.organisation.team.models import Token
from squaredeal.process.collection.models import Receipt

from .conftest import day

D = Decimal


@pytest.fixture
def api(client, firm):
    def call(who, method, path, body=None):
        person = getattr(firm, who)
        Token.objects.get_or_create(person=person, name="test", digest=hashlib.sha256(who.encode()).hexdigest())
        return getattr(client, method)(f"/api/collection/{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {who}"})
    return call


def said(till, **given):
    return {"customer": till.customer.pk, "on": day(0).isoformat(), "amount": "60", "bank_reference": "CMB-1"} | given


def test_no_token_no_answer(client, db):
    assert client.get("/api/collection/receipts").status_code == 401


@pytest.mark.parametrize(("who", "count"), [("zhou", 1), ("gu", 1), ("wang", 1), ("chen", 1), ("li", 0), ("lin", 0), ("xu", 0)])
def test_receipts_within_reach(till, api, who, count):
    made = till.receive("60")
    assert api(who, "get", "receipts").json()["count"] == count
    assert api(who, "get", f"receipts/{made.pk}").status_code == (200 if count else 404)
    assert api(who, "get", f"customers/{till.customer.pk}/money").status_code == (200 if count else 404)


def test_recorded_matched_refunded_reversed(till, api):
    a, b = till.parts(till.contract((-2, "52"), (5, "16.80")))
    made = api("gu", "post", "receipts", said(till))
    assert made.status_code == 201 and [x["amount"] for x in made.json()["allocations"]] == ["52.00", "8.00"]
    kept = api("gu", "post", "receipts", said(till, bank_reference="CMB-2", matches=[])).json()
    assert kept["unmatched"] == "60.00"
    assert api("gu", "post", f"receipts/{kept['id']}/match", {"matches": [{"instalment": b.pk, "amount": "8.80"}]}).json()["unmatched"] == "51.20"
    assert api("gu", "post", f"instalments/{a.pk}/refund", {"on": day(0).isoformat(), "amount": "2", "note": "退货"}).json()["amount"] == "-2.00"
    assert api("gu", "post", f"receipts/{kept['id']}/reverse", {"reason": "登错"}).json()["amount"] == "-60.00"
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.collected, b.collected) == (D(50), D(8))


@pytest.mark.parametrize("given", [
    {"amount": "0"}, {"amount": "-5"}, {"amount": "NaN"}, {"amount": "0.001"}, {"amount": 1e40}, {"on": "2026-02-31"}, {"on": day(1).isoformat()},
    {"kind": "refund"}, {"bank_reference": "x" * 61}, {"matches": [{"instalment": 1, "amount": "0"}]}, {"customer": -1}])
def test_bad_input_is_refused_and_changes_nothing(till, api, given):
    assert api("gu", "post", "receipts", said(till, **given)).status_code == 422
    assert not Receipt.objects.exists()


def test_over_allocation_names_the_reason(till, api):
    a, = till.parts(till.contract((-2, "52")))
    got = api("gu", "post", "receipts", said(till, matches=[{"instalment": a.pk, "amount": "53"}]))
    assert got.status_code == 422 and got.json()["clause"] == "2.6.2" and "1.00" in got.json()["detail"]
    twice = api("gu", "post", "receipts", said(till, matches=[{"instalment": a.pk, "amount": "1"}, {"instalment": a.pk, "amount": "2"}]))
    assert twice.status_code == 422 and not Receipt.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("chen", 422), ("zhou", 422), ("lin", 404), ("xu", 404)])
def test_only_finance_writes(till, api, who, status):
    assert api(who, "post", "receipts", said(till)).status_code == status
    assert not Receipt.objects.exists()
