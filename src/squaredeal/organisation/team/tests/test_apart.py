"""Whoever arranges posts gives themselves none: an administrator reaches neither customers nor money by their own hand."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.memory import forget
from squaredeal.kernel.models import Notice
from squaredeal.organisation.team import actions, scope
from squaredeal.organisation.team.models import Assignment, Deputy, Person
from squaredeal.process.customers import listing
from squaredeal.process.customers.models import Customer


def test_an_administrator_does_not_appoint_themselves_director(firm):
    before = Assignment.objects.count()
    with pytest.raises(Refused):
        actions.appoint(firm.xu, firm.xu, unit=firm.zhou.seat.unit, position=firm.zhou.seat.position, starts_on=timezone.localdate() + timedelta(days=1))
    assert Assignment.objects.count() == before


@pytest.mark.parametrize(("actor", "absent", "deputy"), [("xu", "chen", "xu"), ("xu", "gu", "xu"), ("gu", "gu", "chen"), ("zhou", "gu", "wang"),
                                                         ("chen", "chen", "gu")])
def test_money_selling_and_settings_do_not_stand_in_for_each_other(firm, actor, absent, deputy):
    today = timezone.localdate()
    with pytest.raises(Refused):
        actions.name_deputy(getattr(firm, actor), getattr(firm, absent), deputy=getattr(firm, deputy), starts_on=today, ends_on=today)
    assert not Deputy.objects.exists()


def test_the_director_stands_in_for_finance(firm):
    today = timezone.localdate()
    assert actions.name_deputy(firm.gu, firm.gu, deputy=firm.zhou, starts_on=today, ends_on=today).deputy == firm.zhou


def test_who_gets_a_new_password_by_another_hand_is_told(firm):
    actions.set_password(firm.xu, firm.zhou, password="long-enough-42")
    assert Notice.objects.filter(to=firm.zhou).count() == 1


def test_whoever_has_left_reaches_nothing_from_the_next_day_on_and_signs_in_no_more(firm, monkeypatch):
    today = timezone.localdate()
    Customer.objects.create(name="苏州凌云新材料有限公司", owner=firm.chen)
    actions.name_deputy(firm.zhou, firm.li, deputy=firm.wang, starts_on=today, ends_on=today + timedelta(days=9))
    for person in (firm.chen, firm.wang):
        actions.let_go(firm.zhou, person, left_on=today)
    assert Customer.objects.seen_by(firm.chen).count() == 1 and actions.tick(today) == 0
    monkeypatch.setattr(timezone, "localdate", lambda *given: today + timedelta(days=1))
    forget()
    for person in (firm.chen, firm.wang):
        assert not Customer.objects.seen_by(person).exists() and not listing.within(person, "me").exists() and scope.people_under(person) == frozenset()
    assert actions.tick(today + timedelta(days=1)) == 2 and actions.tick(today + timedelta(days=1)) == 0
    assert not Person.objects.get(pk=firm.chen.pk).is_active and Person.objects.get(pk=firm.zhou.pk).is_active


def test_the_director_learns_when_an_administrator_could_come_in_as_who_signs_or_pays(firm):
    def told():
        return list(firm.zhou.notices.order_by("pk").values_list("text", flat=True))
    actions.set_password(firm.xu, firm.chen, password="long-enough-42")
    assert told() == []   # a representative signs nothing for others
    actions.set_password(firm.xu, firm.gu, password="long-enough-42")
    actions.drop_second_step(firm.xu, firm.gu)
    actions.add_person(firm.xu, firm.company, login="new", name="新人", position=firm.gu.seat.position, starts_on=timezone.localdate())
    actions.appoint(firm.xu, firm.lin, unit=firm.company, position=firm.zhou.seat.position, starts_on=timezone.localdate())
    assert [("顾青" in t, "新人" in t, "林涛" in t) for t in told()] == [(True, False, False)] * 2 + [(False, True, False), (False, False, True)]
