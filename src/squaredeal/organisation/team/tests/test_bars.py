"""The organisation page says of each whether they are in place, leave or begin later, and which manager's post is empty."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.organisation.team import actions


@pytest.mark.once
def test_the_state_of_each_row(firm, client):
    today = timezone.localdate()
    actions.let_go(firm.xu, firm.chen, left_on=today + timedelta(days=4))
    actions.let_go(firm.xu, firm.li, left_on=today)
    actions.add_person(firm.xu, firm.west, name="新人", login="new", position=firm.lin.seat.position, starts_on=today + timedelta(days=9))

    def states(on):
        table = client.get("/organisation/", {"on": on.isoformat()}).context["table"]
        return {str(line["person"] or unit): line["state"] for unit, lines in table for line in lines}
    client.force_login(firm.zhou)
    assert states(today) == {"周衡": "active", "顾青": "active", "许宁": "active", "王敏": "active", "陈静": "leaving", "林涛": "active",
                             "李强": "leaving", "新人": "coming"}
    later = states(today + timedelta(days=2))
    assert later["西部"] == "vacant" and "李强" not in later and later["陈静"] == "leaving"
    page = client.get("/organisation/", {"on": (today + timedelta(days=2)).isoformat()}).content.decode()
    assert "空缺" in page and "在岗" in page


@pytest.mark.once
def test_a_post_that_goes_on_under_another_manager_is_one_bar(firm, client):
    actions.let_go(firm.xu, firm.wang, left_on=timezone.localdate() + timedelta(days=4))
    client.force_login(firm.zhou)
    table = client.get("/organisation/").context["table"]
    bars = {str(line["person"]): line["bars"] for _unit, lines in table for line in lines if line["person"]}
    assert firm.chen.assignments.count() == 2 and len(bars["陈静"]) == 1
    assert bars["陈静"][0].left + bars["陈静"][0].width == 100 > bars["王敏"][0].left + bars["王敏"][0].width
