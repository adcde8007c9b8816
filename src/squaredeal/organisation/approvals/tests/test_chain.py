"""The chain by the organisation as it is on the day."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.approvals import queries
from squaredeal.organisation.team.models import Deputy, Role
from tests import firm as cast

TODAY = timezone.localdate()


def names(found):
    return [s.person.login for s in found]


def test_a_reps_request_goes_to_the_own_manager_then_the_director(firm):
    assert names(queries.chain(firm.chen, [Role.MANAGER, Role.DIRECTOR], firm.chen, TODAY)) == ["wang", "zhou"]
    assert names(queries.chain(firm.lin, [Role.MANAGER], firm.lin, TODAY)) == ["li"]


def test_a_managers_request_goes_to_the_director(firm):
    assert names(queries.chain(firm.wang, [Role.MANAGER], firm.wang, TODAY)) == ["zhou"]


def test_the_manager_is_the_one_of_that_day(firm):
    seat = firm.wang.assignments.get()
    seat.ends_on = TODAY
    seat.save()
    assert names(queries.chain(firm.chen, [Role.MANAGER], firm.chen, TODAY)) == ["wang"]
    assert names(queries.chain(firm.chen, [Role.MANAGER], firm.chen, TODAY + timedelta(days=1))) == ["zhou"]


def test_a_region_without_a_manager_goes_to_the_acting_deputy(firm):
    seat = firm.wang.assignments.get()
    seat.ends_on = TODAY - timedelta(days=3)
    seat.save()
    Deputy.objects.create(absent=firm.wang, deputy=firm.li, starts_on=TODAY - timedelta(days=2), ends_on=TODAY + timedelta(days=9))
    assert names(queries.chain(firm.chen, [Role.MANAGER, Role.DIRECTOR], firm.chen, TODAY)) == ["li", "zhou"]


def test_a_group_manager_comes_before_the_regions(firm):
    post = firm.wang.assignments.get().position
    group = cast.unit("苏南组", firm.east)
    shen = cast.person("shen", "沈毅", group, post, firm.wang)
    he = cast.person("he", "何倩", group, firm.chen.assignments.get().position, shen)
    assert names(queries.chain(he, [Role.MANAGER], he, TODAY)) == ["shen"]
    assert names(queries.chain(shen, [Role.MANAGER], shen, TODAY)) == ["wang"]


def test_the_directors_own_request_needs_another_director(firm):
    with pytest.raises(Refused):
        queries.chain(firm.zhou, [Role.DIRECTOR], firm.zhou, TODAY)
    second = cast.person("fang", "方启年", firm.company, firm.zhou.assignments.get().position)
    assert queries.chain(firm.zhou, [Role.DIRECTOR], firm.zhou, TODAY)[0].person == second


