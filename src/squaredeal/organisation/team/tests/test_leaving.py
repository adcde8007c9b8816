"""Somebody leaves: what they leave behind stays in their manager's sight, is asked for on the desk, and is handed over with a way back."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.insight import queries as desk
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry
from squaredeal.organisation.team import actions, queries, scope
from squaredeal.organisation.team.models import Assignment
from squaredeal.process.contracts.models import Contract
from squaredeal.process.customers import giving
from squaredeal.process.customers.models import Customer


@pytest.fixture
def yesterday():
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def left(firm, yesterday):
    """陈 left yesterday with two customers and a contract."""
    made = [Customer.objects.create(name=name, owner=firm.chen) for name in ("甲", "乙")]
    Contract.objects.create(number="HC-1", title="工作站", customer=made[0], signed_by=firm.chen, signed_on=yesterday, amount=Decimal(1000))
    actions.let_go(firm.xu, firm.chen, left_on=yesterday)
    return made


def asked(person):
    return [need["title"] for need in desk.needs(person) if need["clause"] == "1.5.1"]


def test_the_manager_still_sees_them_is_told_and_asked_and_the_neighbour_is_not(firm, left):
    assert set(Customer.objects.seen_by(firm.wang)) == set(left) and not Customer.objects.seen_by(firm.li).exists()
    assert not Customer.objects.seen_by(firm.chen).exists()
    assert asked(firm.wang) == ["陈静离职了，2 家客户等着移交"] and asked(firm.li) == asked(firm.zhou) == []
    assert f"?owner={firm.chen.pk}" in firm.wang.notices.get().url
    told = {person for person, _reason in scope.who_can_see(left[0])}
    assert told == {p for p in [*firm.sales, firm.gu, firm.xu] if scope.may_see(p, left[0])} == {firm.zhou, firm.wang, firm.gu}


def test_after_the_days_of_the_clause_the_director_is_asked_too(firm, left, yesterday):
    Assignment.objects.filter(person=firm.chen).update(ends_on=yesterday - timedelta(days=7))
    firm.chen.left_on = yesterday - timedelta(days=7)
    firm.chen.save()
    assert asked(firm.zhou) and desk.needs(firm.zhou)[0]["late"]


def test_handing_over_moves_ownership_not_the_contract_and_is_taken_back(firm, left, client):
    client.force_login(firm.wang)
    listed = client.get(f"/customers/?owner={firm.chen.pk}").text
    assert queries.region_of(firm.zhou)[firm.chen.pk] == firm.east, "what they left counts where they were"
    assert "甲" in listed and "<summary>负责人 陈静</summary>" in listed, "the condition says whose"
    assert f"/customers/?owner={firm.chen.pk}" in client.get(f"/organisation/person/{firm.chen.pk}/").text
    journal = giving.assign(firm.wang, left, owner=firm.wang, reason="离职")
    assert asked(firm.wang) == [] and {c.owner for c in Customer.objects.all()} == {firm.wang}
    assert Contract.objects.get().signed_by == firm.chen
    assert f"/customers/undo/{journal.pk}/" in client.get("/customers/").text, "the way back stands there for days, not for the 8 seconds of a toast"
    giving.undo_assign(firm.wang, journal)
    assert {c.owner for c in Customer.objects.all()} == {firm.chen} and asked(firm.wang)


def test_a_leaving_is_taken_back_by_who_arranges(firm, left, client):
    client.force_login(firm.wang)
    assert client.post(f"/organisation/person/{firm.chen.pk}/stay/").status_code == 422
    client.force_login(firm.xu)
    assert client.post(f"/organisation/person/{firm.chen.pk}/stay/").status_code == 302
    firm.chen.refresh_from_db()
    assert firm.chen.is_active and firm.chen.left_on is None and str(firm.chen.seat.unit) == "华东"
    with pytest.raises(Refused):
        actions.take_back_leaving(firm.xu, firm.chen)


def test_a_new_post_answers_to_the_units_manager_without_being_told(firm):
    seat = actions.appoint(firm.xu, firm.lin, unit=firm.east, position=firm.lin.seat.position, starts_on=timezone.localdate())
    assert seat.manager == firm.wang
    assert queries.superior(firm.zhou, firm.wang) == firm.zhou
    assert actions.appoint(firm.xu, firm.li, unit=firm.company, position=firm.zhou.seat.position, starts_on=timezone.localdate()).manager == firm.zhou


def test_everybody_keeps_their_own_phone_and_only_who_arranges_the_name(firm, client):
    client.force_login(firm.chen)
    address = f"/organisation/person/{firm.chen.pk}/facts/"
    assert client.post(address, {"name": "陈静", "phone": "139 0512 6612", "email": ""}).status_code == 302
    refused = client.post(address, {"name": "总监", "phone": "1", "email": ""})
    firm.chen.refresh_from_db()
    assert refused.status_code == 422 and 'value="总监"' in refused.text and (firm.chen.name, firm.chen.phone) == ("陈静", "139 0512 6612")
    assert client.post(f"/organisation/person/{firm.lin.pk}/facts/", {"name": "林涛", "phone": "1", "email": ""}).status_code == 422
    client.force_login(firm.xu)
    assert client.post(address, {"name": "陈婧", "phone": "", "email": "chen@example.com"}).status_code == 302
    firm.chen.refresh_from_db()
    assert firm.chen.name == "陈婧"


def test_a_unit_is_renamed_and_a_twin_is_refused(firm, client):
    client.force_login(firm.xu)
    assert client.post(f"/organisation/unit/{firm.east.pk}/", {"name": "西部"}).status_code == 422
    assert client.post(f"/organisation/unit/{firm.east.pk}/", {"name": "华东大区"}).status_code == 302
    firm.east.refresh_from_db()
    assert firm.east.name == "华东大区"
    client.force_login(firm.chen)
    assert client.post(f"/organisation/unit/{firm.east.pk}/", {"name": "我的区"}).status_code == 422


def led(person):
    return [(seat.manager.name, seat.starts_on, seat.ends_on) for seat in person.assignments.order_by("starts_on")]


def test_a_region_answers_to_whoever_leads_it_from_that_day_on(firm, yesterday):
    """The roll-up of commission goes by it: nobody has to be appointed anew because their manager changed."""
    hired, today = firm.chen.seat.starts_on, timezone.localdate()
    actions.let_go(firm.xu, firm.wang, left_on=yesterday)
    assert led(firm.chen) == [("王敏", hired, yesterday), ("周衡", today, None)] and led(firm.lin) == [("李强", hired, None)]
    tomorrow = today + timedelta(days=1)
    actions.appoint(firm.xu, firm.li, unit=firm.east, position=firm.li.seat.position, starts_on=tomorrow)
    assert led(firm.chen) == [("王敏", hired, yesterday), ("周衡", today, today), ("李强", tomorrow, None)]
    assert led(firm.lin) == [("李强", hired, today), ("周衡", tomorrow, None)]
    assert Entry.objects.filter(verb="team.led", actor=firm.xu).count() == 3


def test_a_leaving_taken_back_gives_the_region_back_too(firm, yesterday):
    actions.let_go(firm.xu, firm.wang, left_on=yesterday)
    actions.take_back_leaving(firm.xu, firm.wang)
    assert {name for name, _from, _to in led(firm.chen)} == {"王敏"}


def test_whoever_comes_back_signs_in_again_from_their_first_day(firm, yesterday):
    post, today = firm.chen.seat.position, timezone.localdate()
    actions.let_go(firm.xu, firm.chen, left_on=yesterday - timedelta(days=3))
    actions.appoint(firm.xu, firm.chen, unit=firm.west, position=post, starts_on=today)
    firm.chen.refresh_from_db()
    assert (firm.chen.is_active, firm.chen.left_on) == (True, None)
    actions.let_go(firm.xu, firm.lin, left_on=yesterday)
    actions.appoint(firm.xu, firm.lin, unit=firm.west, position=post, starts_on=today + timedelta(days=2))
    actions.tick(today)
    firm.lin.refresh_from_db()
    assert not firm.lin.is_active
    actions.tick(today + timedelta(days=2))
    firm.lin.refresh_from_db()
    assert (firm.lin.is_active, firm.lin.left_on) == (True, None)
