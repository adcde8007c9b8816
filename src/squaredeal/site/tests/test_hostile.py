"""What a browser never sends: no page and no route of the API breaks over it."""
import pytest
from django.db import OperationalError
from django.urls import reverse

from squaredeal.organisation.team import actions as team

ODD = ["²", "9" * 25, "\x00", "-1", "x"]


@pytest.mark.parametrize("odd", ODD)
def test_numbers_in_addresses_that_are_none_break_nothing(firm, client, odd):
    client.force_login(firm.zhou)
    for name, key in (("site:customer_figures", "ids"), ("plans:new", "from"), ("team:why", "pk"), ("customers:list", "owner")):
        assert client.get(reverse(name), {key: odd, "kind": "customers.customer"}).status_code < 500, name


def test_a_nul_is_refused_and_nothing_is_kept(firm, client):
    client.force_login(firm.chen)
    assert client.post(reverse("customers:new"), {"name": "苏州\x00凌云"}).status_code == 422
    assert client.get(reverse("site:palette"), {"find": "a\x00"}).status_code == 422


@pytest.mark.parametrize("body", [r'{"name": "a\u0000b"}', r'{"name": "a\ud800b"}', '{"name": ' + "9" * 5000 + "}", "[" * 3000, "5", "null"])
def test_bodies_no_database_could_keep_are_refused_by_the_api(firm, client, body):
    token = team.make_token(firm.chen, firm.chen, name="t").plain
    answer = client.post("/api/customers/", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("address", ["/account/login/?next=%00", "/account/login/?%00=1"])
def test_a_nul_from_a_stranger_breaks_nothing_at_the_door(db, client, address):
    answer = client.get(address)
    assert answer.status_code == 422 and "存不了" in answer.text


def test_the_api_answers_in_json_whatever_is_asked_of_it(firm, client):
    headers = {"Authorization": f"Bearer {team.make_token(firm.zhou, firm.zhou, name='t').plain}"}
    for path, status in (("approvals/null", 404), ("nowhere/", 404), ("customers/?q=%00", 400), ("approvals/?box=%00", 400)):
        answer = client.get(f"/api/{path}", headers=headers)
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, "application/json"), path
        assert answer.json()["detail"]
    answer = client.post("/api/customers/", "{", content_type="application/json", headers=headers)
    assert answer.status_code == 400 and "不是 JSON" in answer.json()["detail"]


def test_a_day_out_of_range_is_refused_by_the_api(firm, client):
    token = team.make_token(firm.zhou, firm.zhou, name="t").plain
    answer = client.get("/api/followup/compliance", {"starts_on": "0001-01-01", "ends_on": "9999-12-31"}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 422}


def test_an_address_that_is_none_sends_a_stranger_to_the_door(client, db):
    answer = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert answer.status_code == 204 and answer["HX-Redirect"].endswith("next=%2F%23unsent")


@pytest.mark.once
def test_whoever_waits_too_long_for_anothers_writing_is_told_and_nothing_is_written(firm, client, monkeypatch):
    """A month that is computed holds SQLite's one pen; after the patience of the connection everybody else got a page of a fault."""
    client.raise_request_exception = False
    client.force_login(firm.gu)
    token = team.make_token(firm.chen, firm.chen, name="t").plain
    said = ["database is locked"]

    def held(*given, **more):
        raise OperationalError(said[0])
    monkeypatch.setattr("squaredeal.commission.runs.actions.open_months", held)
    monkeypatch.setattr("squaredeal.process.customers.actions.check", held)
    answer = client.post(reverse("runs:compute"))
    assert answer.status_code == 422 and "过一分钟再试" in answer.text
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/customers/", {"name": "苏州凌云"}, content_type="application/json", headers=headers)
    assert answer.status_code == 422 and "过一分钟再试" in answer.json()["detail"]
    said[0] = "disk I/O error"
    assert client.post(reverse("runs:compute")).status_code == 500
    assert client.post("/api/customers/", {"name": "苏州凌云"}, content_type="application/json", headers=headers).status_code == 500


@pytest.mark.once
@pytest.mark.parametrize("path", ["/account/login/", "/import/?kind=customers", "/api/customers/"])
def test_a_body_larger_than_any_file_is_turned_away_unread(db, client, path, settings):
    settings.MOST_SENT = 1000
    answer = client.post(path, b"x" * 1001, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413 and "MB" in (answer.json()["detail"] if "api" in path else answer.text)
