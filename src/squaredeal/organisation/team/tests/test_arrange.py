"""Positions and working days are the company's own: who arranges changes them, everybody reads them; a deputy's time can be cut short."""
from datetime import date, timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel import calendar
from squaredeal.kernel.models import Holiday
from squaredeal.organisation.team import actions
from squaredeal.organisation.team.models import Deputy, Position, Role


def test_the_administrator_adds_a_position_and_a_taken_name_comes_back_with_what_was_typed(firm, client):
    client.force_login(firm.xu)
    said = {"name": "高级销售代表", "role": "rep", "duties": "带新人"}
    assert client.post("/organisation/positions/", said).status_code == 302
    assert Position.objects.get(name="高级销售代表").role == Role.REP
    again = client.post("/organisation/positions/", said)
    assert again.status_code == 422 and "带新人" in again.text and "已有岗位" in again.text
    assert Position.objects.filter(name="高级销售代表").count() == 1


def test_a_position_is_renamed_and_its_holders_keep_it(firm, client):
    post = Position.objects.get(role=Role.REP)
    client.force_login(firm.zhou)
    assert client.post(f"/organisation/positions/{post.pk}/", {"name": "客户经理", "duties": ""}).status_code == 302
    assert str(firm.chen.seat.position) == "客户经理"


@pytest.mark.parametrize("who", ["chen", "wang", "gu"])
def test_others_read_both_pages_and_change_neither(firm, client, who):
    client.force_login(getattr(firm, who))
    for address in ("/organisation/positions/", "/organisation/days/"):
        page = client.get(address)
        assert page.status_code == 200 and "<form class=\"narrow\"" not in page.text
    assert client.post("/organisation/positions/", {"name": "我的岗位", "role": "director"}).status_code == 422
    assert client.post("/organisation/days/", {"on": "2026-11-26", "working": ""}).status_code == 422
    assert not Position.objects.filter(name="我的岗位").exists() and not Holiday.objects.exists()


def test_a_day_marked_off_moves_deadlines_and_can_be_taken_out(firm, client):
    client.force_login(firm.xu)
    assert calendar.add_working_days(date(2027, 2, 4), 1) == date(2027, 2, 5)
    assert client.post("/organisation/days/", {"on": "2027-02-05", "working": "", "name": "春节"})["Location"].endswith("?year=2027")
    assert "春节" in client.get("/organisation/days/?year=2027").text
    assert calendar.add_working_days(date(2027, 2, 4), 1) == date(2027, 2, 8)
    client.post("/organisation/days/free/", {"on": "2027-02-05"})
    assert calendar.add_working_days(date(2027, 2, 4), 1) == date(2027, 2, 5)


def test_a_published_year_is_filled_without_losing_what_was_marked(firm, client):
    client.force_login(firm.xu)
    Holiday.objects.create(on=date(2026, 10, 1), working=True, name="盘点")
    client.post("/organisation/days/fill/", {"year": "2026"})
    assert calendar.is_working(date(2026, 10, 1)) and not calendar.is_working(date(2026, 10, 2))
    assert client.post("/organisation/days/fill/", {"year": "2099"}).status_code == 422


def test_a_deputy_is_ended_by_the_absent_and_not_by_a_colleague(firm, client):
    today = timezone.localdate()
    deputy = actions.name_deputy(firm.wang, firm.wang, deputy=firm.li, starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=3))
    client.force_login(firm.chen)
    assert client.post(f"/organisation/deputy/{deputy.pk}/end").status_code == 422
    assert Deputy.objects.get().ends_on > today
    client.force_login(firm.wang)
    offered = client.get(f"/organisation/person/{firm.wang.pk}/").text.partition('name="deputy"')[2].partition("</select>")[0]
    assert {p.name for p in (firm.zhou, firm.li, firm.wang, firm.chen, firm.gu, firm.xu) if p.name in offered} == {"周衡", "李强"}, "who would be refused is not offered"
    assert f"/organisation/deputy/{deputy.pk}/end" in client.get(f"/organisation/person/{firm.wang.pk}/").text
    client.post(f"/organisation/deputy/{deputy.pk}/end")
    assert Deputy.objects.get().ends_on == today - timedelta(days=1)
