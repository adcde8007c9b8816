"""Targets: who sets them, that sums match, that past months are closed, and that a change can be undone."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.targets import actions, policy, queries
from squaredeal.organisation.targets.models import Target


@pytest.fixture
def month():
    return timezone.localdate().replace(day=1)


def put(actor, thing, amount, month):
    return actions.set_one(actor, thing, measure="receipts", month=month, amount=Decimal(amount))


def test_the_director_sets_regions_and_the_manager_people_below(firm, month):
    put(firm.zhou, firm.company, 300, month)
    put(firm.zhou, firm.east, 200, month)
    put(firm.wang, firm.chen, 150, month)
    assert queries.goal(firm.zhou, "firm", "receipts", month, month) == 300
    assert queries.goal(firm.wang, "team", "receipts", month, month) == 200
    assert queries.goal(firm.chen, "me", "receipts", month, month) == 150
    assert [(u.name, gap) for u, _a, _b, gap in queries.cascade(firm.zhou, "receipts", month, month)] == [("华辰工业", 100), ("华东", 50)]


@pytest.mark.parametrize(("who", "whose"), [("chen", "chen"), ("wang", "lin"), ("wang", "east"), ("wang", "wang"), ("gu", "chen"), ("xu", "chen")])
def test_others_may_not_and_nothing_changes(firm, month, who, whose):
    with pytest.raises(Refused):
        put(getattr(firm, who), getattr(firm, whose), 1, month)
    assert not Target.objects.exists()


def test_a_past_month_is_closed(firm, month):
    with pytest.raises(Refused, match="over|已过"):
        put(firm.zhou, firm.chen, 1, month - timedelta(days=1))
    assert not Target.objects.exists()


def test_undo_puts_back_what_stood_unless_it_was_changed_since(firm, month):
    put(firm.zhou, firm.chen, 100, month)
    put(firm.zhou, firm.chen, 200, month)
    change = queries.last_change(firm.zhou)
    with pytest.raises(Refused):
        actions.undo(firm.wang, change)
    actions.undo(firm.zhou, change)
    assert Target.objects.get().amount == 100
    with pytest.raises(Refused):
        actions.undo(firm.zhou, change)
    put(firm.zhou, firm.chen, 300, month)
    change = queries.last_change(firm.zhou)
    put(firm.wang, firm.chen, 400, month)
    with pytest.raises(Refused):
        actions.undo(firm.zhou, change)
    assert Target.objects.get().amount == 400


def test_the_neighbour_region_is_not_shown(firm, month, client):
    put(firm.zhou, firm.lin, 123_456, month)
    client.force_login(firm.wang)
    assert "123,456" not in client.get("/targets/").content.decode()
    client.force_login(firm.li)
    assert "123,456" in client.get("/targets/").content.decode()


def test_a_cell_takes_figures_as_people_type_them_and_answers_with_its_sums(firm, month, client, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    given = {"kind": "person", "pk": firm.chen.pk, "measure": "receipts", "month": month, "amount": "472，000"}
    with django_assert_max_num_queries(30):
        answer = client.post("/targets/cell/", given, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "undo" in answer["HX-Trigger"]
    assert Target.objects.get().amount == 472_000
    assert client.post("/targets/cell/", {**given, "amount": "-1"}, headers={"HX-Request": "true"}).status_code == 422
    assert client.post("/targets/cell/", {**given, "pk": 10**9}).status_code == 404
    assert Target.objects.get().amount == 472_000


def test_gap_is_what_is_still_to_be_distributed():
    assert policy.gap(Decimal(10), [Decimal(4), Decimal(7)]) == -1
