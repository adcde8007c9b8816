"""Negotiation over the API: reach, bounds, refusals, and the floor."""
from decimal import Decimal

import pytest

from squaredeal.organisation.team import actions as team
from squaredeal.process.negotiation import actions, quoting
from squaredeal.process.negotiation.models import Deal, Quote

from .test_quotes import face

D = Decimal


@pytest.fixture
def call(talks, client):
    keys = {}

    def ask(who, method, path, data=None):
        if who not in keys:
            person = getattr(talks.firm, who)
            keys[who] = team.make_token(person, person, name="t").plain
        given = {"data": data} if data is not None else {}
        return getattr(client, method)(f"/api/negotiation/{path}", headers={"Authorization": f"Bearer {keys[who]}"},
                                       content_type="application/json", **given)
    return ask


def test_the_whole_way_from_deal_to_won(talks, call):
    made = call("chen", "post", "deals", {"customer_id": talks.customer.pk, "name": "二期", "amount": "200000"})
    assert made.status_code == 201
    deal = made.json()["id"]
    refused = call("chen", "post", f"deals/{deal}/stage", {"stage": "proposal"})
    assert refused.status_code == 422 and refused.json()["clause"] == "2.3.4"
    assert call("chen", "post", f"deals/{deal}/stage", {"stage": "proposal", "needs": "x", "budget_high": "200000"}).json()["stage"] == "proposal"
    assert call("chen", "post", f"deals/{deal}/rounds", {"on": "2026-01-05", "theirs": "180000"}).status_code == 201
    quote = call("chen", "post", f"deals/{deal}/quotes", {"lines": [{"product_id": talks.robot.pk, "quantity": 2, "offer": "98000"}],
                                                         "condition": "预付 30%"}).json()
    assert (quote["total"], quote["cut"], quote["approver"]) == ("196000.00", "2.0000", None)
    for verb, state in (("submit", "approved"), ("send", "sent"), ("accept", "won")):
        assert call("chen", "post", f"quotes/{quote['id']}/{verb}").json()["state"] == state
    assert Deal.objects.get(pk=deal).stage == "won"


def test_the_floor_is_null_for_a_representative_and_there_for_the_manager(talks, call):
    quote = talks.quote(97_000)
    for who, floor in (("chen", None), ("wang", "192000.00")):
        found = call(who, "get", f"quotes/{quote.pk}").json()
        assert found["floor_total"] == floor and (found["lines"][0]["floor_price"] is None) == (floor is None)
        assert (call(who, "get", "products").json()[0]["floor_price"] is None) == (floor is None)
        assert (call(who, "get", "products").json()[0]["cost"] is None) == (floor is None)


def test_beyond_reach_is_404_and_nothing_changes(talks, call):
    quote = talks.quote(97_000)
    before = face()
    for path in (f"deals/{talks.deal.pk}", f"quotes/{quote.pk}"):
        assert call("lin", "get", path).status_code == 404
    assert call("lin", "get", "deals").json()["count"] == call("lin", "get", "quotes").json()["count"] == 0
    assert call("lin", "post", "deals", {"customer_id": talks.customer.pk, "name": "x", "amount": "1"}).status_code == 404
    for verb in ("submit", "send", "accept", "renew"):
        assert call("lin", "post", f"quotes/{quote.pk}/{verb}").status_code == 404
    assert face() == before


@pytest.mark.parametrize(("method", "path", "data"), [
    ("get", "deals?limit=201", None), ("get", "deals?offset=-1", None), ("post", "deals", {"customer_id": 1, "name": "", "amount": "1"}),
    ("post", "deals", {"customer_id": 1, "name": "x", "amount": "-1"}), ("post", "deals", {"customer_id": 1, "name": "x", "amount": "1e40"}),
    ("post", "deals", {"customer_id": 10**30, "name": "x", "amount": "1"}), ("post", "deals/{deal}/stage", {"stage": "elsewhere"}),
    ("put", "quotes/{quote}", {"lines": [{"product_id": 1, "quantity": 0}]}), ("put", "quotes/{quote}", {"lines": [], "prepayment": "1.5"}),
    ("post", "quotes/{quote}/turned-down", {"reason": ""}), ("post", "quotes/{quote}/vanish", {})])
def test_bad_input_is_told_and_changes_nothing(talks, call, method, path, data):
    quote = talks.quote(97_000)
    before = face()
    assert call("chen", method, path.format(deal=talks.deal.pk, quote=quote.pk), data).status_code == 422
    assert face() == before


def test_prices_are_set_by_their_keepers(talks, call):
    given = {"starts_on": "2099-01-01", "list_price": "110000", "floor_price": "100000", "cost": "60000"}
    assert call("chen", "post", f"products/{talks.robot.pk}/prices", given).status_code == 422
    assert call("zhou", "post", f"products/{talks.robot.pk}/prices", given).json()["list_price"] == "110000"


def test_lists_narrow_by_stage_and_state(talks, call):
    quoting.submit(talks.firm.chen, talks.quote(100_000))
    actions.move(talks.firm.chen, talks.deal, stage="lost", lost_reason="x")
    assert call("chen", "get", "deals?stage=open").json()["count"] == 0
    assert call("chen", "get", f"deals?stage=lost&customer={talks.customer.pk}").json()["count"] == 1
    assert call("chen", "get", f"quotes?state=lost&deal={talks.deal.pk}").json()["count"] == Quote.objects.count() == 1
