"""The API acts as the token's person: the same reach, the same refusals."""
import json

import pytest

from squaredeal.organisation.team import actions as team

from .. import actions
from ..models import Excuse, FollowUp
from .conftest import days


@pytest.fixture
def call(client):
    def ask(person, method, address, body=None):
        token = team.make_token(person, person, name="test").plain
        return client.generic(method, f"/api/followup{address}", json.dumps(body) if body is not None else "", content_type="application/json",
                              headers={"Authorization": f"Bearer {token}"})
    return ask


def test_record_and_list(call, firm, book, today):
    said = {"kind": "visit", "body": "看了 3 号线", "next_kind": "call", "next_on": str(today + days(7)), "next_text": "电话", "contact_id": book.shen.pk}
    made = call(firm.chen, "POST", f"/customers/{book.a.pk}/followups", said)
    assert (made.status_code, made.json()["contact_id"]) == (201, book.shen.pk)
    found = call(firm.wang, "GET", f"/customers/{book.a.pk}/followups?limit=1").json()
    assert (found["count"], found["items"][0]["body"]) == (1, "看了 3 号线")
    for person, status in ((firm.lin, 404), (firm.gu, 422)):
        assert call(person, "POST", f"/customers/{book.a.pk}/followups", said | {"contact_id": None}).status_code == status
    for wrong in ({"next_on": str(today - days(1))}, {"next_text": ""}, {"kind": "fax"}, {"contact_id": 10**12}, {"contact_id": 99}, {"at": "2020-01-01T10:00:00"}):
        assert call(firm.chen, "POST", f"/customers/{book.a.pk}/followups", said | wrong).status_code == 422, wrong
    assert FollowUp.objects.count() == 1


def test_obligations_within_reach(call, firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    assert [call(p, "GET", "/obligations").json()["count"] for p in (firm.zhou, firm.wang, firm.chen, firm.lin, firm.xu)] == [2, 1, 1, 1, 0]
    assert call(firm.chen, "GET", "/obligations?state=soon&grade=C").json()["count"] == 0
    assert call(firm.chen, "GET", "/obligations?limit=201").status_code == 422


def test_excuses(call, firm, book, today):
    said = {"starts_on": str(today), "ends_on": str(today + days(3)), "reason": "年假"}
    pk = call(firm.chen, "POST", "/excuses", said).json()["id"]
    assert call(firm.chen, "POST", f"/excuses/{pk}/grant", {}).status_code == 422
    assert call(firm.lin, "POST", f"/excuses/{pk}/grant", {}).status_code == 404
    assert call(firm.wang, "POST", f"/excuses/{pk}/decline", {}).status_code == 422
    assert Excuse.objects.get().state == "asked"
    assert call(firm.wang, "POST", f"/excuses/{pk}/grant", {}).json()["state"] == "granted"
    assert call(firm.chen, "POST", "/excuses", said | {"customer_id": book.a.pk}).status_code == 201
    assert call(firm.chen, "POST", "/excuses", said | {"customer_id": book.west.pk}).status_code == 404
    assert call(firm.zhou, "GET", "/excuses").json()["count"] == 2 and call(firm.lin, "GET", "/excuses").json()["count"] == 0


def test_compliance(call, firm, book, today):
    actions.tick(today - days(16))
    actions.tick(today)
    rows = call(firm.wang, "GET", f"/compliance?starts_on={today - days(60)}&ends_on={today}").json()
    assert [(r["person_id"], r["rate"]) for r in rows] == [(firm.chen.pk, 0)]
