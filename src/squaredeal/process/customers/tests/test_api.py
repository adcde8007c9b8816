"""Customers through the API: the token's person, the same reach, the same refusals."""
import json

import pytest

from squaredeal.kernel.models import Entry
from squaredeal.organisation.team import actions as team
from squaredeal.process.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client, firm):
    tokens = {}

    def ask(person, method, path, body=None):
        token = tokens.setdefault(person.pk, None) or team.make_token(person, person, name="test").plain
        tokens[person.pk] = token
        given = {"data": json.dumps(body, default=str), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/customers/{path}", headers={"Authorization": f"Bearer {token}"}, **given)
    return ask


def test_without_a_token_nothing_is_told(client, east_west):
    assert client.get("/api/customers/").status_code == 401


def test_list_and_read_within_reach(firm, east_west, call):
    names = {p.login: {c["short_name"] for c in call(p, "get", "").json()["items"]} for p in firm.sales}
    assert names == {"zhou": {"苏州凌云新材料", "苏州中锐模具", "成都远景电气", "宿州正和机电"}, "wang": {"苏州凌云新材料", "苏州中锐模具"},
                     "li": {"成都远景电气"}, "chen": {"苏州凌云新材料", "苏州中锐模具"}, "lin": {"成都远景电气"}}
    some = call(firm.zhou, "get", "?grade=A&grade=B&sort=name&limit=1&offset=1").json()
    assert some["count"] == 2 and len(some["items"]) == 1
    assert call(firm.zhou, "get", "?limit=201").status_code == 422 and call(firm.zhou, "get", "?grade=Z").status_code == 422
    pk = east_west["lingyun"].pk
    assert call(firm.gu, "get", f"{pk}").json()["name"] == "苏州凌云新材料有限公司"
    assert [call(p, "get", f"{pk}").status_code for p in (firm.lin, firm.li, firm.xu)] == [404, 404, 404]
    assert call(firm.zhou, "get", "99999999999999999999").status_code == 422


def test_register_correct_grade_and_plan(firm, east_west, call, today):
    clash = call(firm.lin, "post", "", {"name": "苏州凌云新材料"})
    assert clash.status_code == 422 and clash.json()["clause"] == "2.1.2" and "陈静" not in clash.content.decode()
    made = call(firm.lin, "post", "", {"name": "绵阳安泰铸造有限公司", "channel": "fair"})
    assert made.status_code == 201 and made.json()["owner_id"] == firm.lin.pk
    pk = made.json()["id"]
    assert call(firm.lin, "patch", f"{pk}", {"city": "绵阳", "budget_low": "10.00"}).json()["city"] == "绵阳"
    assert call(firm.lin, "patch", f"{pk}", {"city": None}).status_code == 422
    assert call(firm.lin, "patch", f"{pk}", {"budget_low": "-1"}).status_code == 422
    assert call(firm.chen, "patch", f"{pk}", {"city": "x"}).status_code == 404
    assert call(firm.lin, "post", f"{pk}/grade", {"grade": "A", "reason": "预算已批，月内定"}).json()["grade"] == "A"
    assert call(firm.lin, "post", f"{pk}/grade", {"grade": "D", "reason": "预算已批，月内定"}).status_code == 422
    assert call(firm.lin, "post", f"{pk}/next-step", {"kind": "call", "on": today, "text": "电话"}).json()["next_step"] == "电话"
    assert call(firm.lin, "post", f"{pk}/next-step", {"kind": "call", "on": "2020-01-01", "text": "电话"}).status_code == 422
    again = Customer.objects.get(pk=pk)
    assert (again.city, again.grade, again.next_step_on, again.budget_low) == ("绵阳", "A", today, 10)


def test_hand_over_and_take_back(firm, east_west, call):
    pk = east_west["lingyun"].pk
    assert call(firm.chen, "post", "assign", {"customers": [pk], "owner": firm.lin.pk}).status_code == 422
    assert call(firm.li, "post", "assign", {"customers": [pk], "owner": firm.lin.pk}).status_code == 404
    assert call(firm.zhou, "post", "assign", {"customers": [pk], "owner": 2**61}).status_code == 422
    done = call(firm.zhou, "post", "assign", {"customers": [pk, east_west["yuanjing"].pk], "owner": firm.lin.pk}).json()
    assert (done["moved"], done["stayed"]) == (1, 1) and Customer.objects.get(pk=pk).owner == firm.lin
    assert call(firm.chen, "post", f"assign/{done['journal']}/undo").status_code == 404
    assert call(firm.zhou, "post", f"assign/{done['journal']}/undo").json()["moved"] == 1
    assert Customer.objects.get(pk=pk).owner == firm.chen


def test_another_name_is_looked_up_on_record_and_so_many_times_a_minute(firm, east_west, call, client):
    """Renaming one's own customer must not be the unwatched way to ask whose another one is."""
    own, theirs = east_west["lingyun"], east_west["yuanjing"]
    client.force_login(firm.chen)
    assert client.post(f"/customers/{own.pk}/fact/name/", {"name": theirs.name}).status_code == 422
    said = [call(firm.chen, "patch", f"{own.pk}", {"name": theirs.name}).status_code for _turn in range(30)]
    assert set(said) == {422} and Entry.objects.filter(verb="customers.check", actor=firm.chen, subject=theirs.name).count() == 30
    own.refresh_from_db()
    assert own.name != theirs.name
