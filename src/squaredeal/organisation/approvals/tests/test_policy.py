"""Who signs for whom, by role alone."""
from types import SimpleNamespace

import pytest

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.approvals import policy
from squaredeal.organisation.team.models import Role

LINE = {Role.MANAGER: ["wang", "zhou"], Role.DIRECTOR: ["zhou"], Role.FINANCE: ["gu", "zhou"]}


def people(found):
    return [signature.person for signature in found]


def test_each_role_in_order_gives_one_signature():
    assert people(policy.chain([Role.MANAGER, Role.FINANCE, Role.DIRECTOR], "chen", LINE)) == ["wang", "gu", "zhou"]


def test_the_asker_is_passed_over_upwards():
    assert people(policy.chain([Role.MANAGER], "wang", LINE)) == ["zhou"]


def test_nobody_signs_twice_and_the_highest_place_stays():
    found = policy.chain([Role.MANAGER, Role.DIRECTOR], "wang", LINE)
    assert found == [(Role.DIRECTOR, "zhou")]


def test_refused_when_only_the_asker_could_sign():
    with pytest.raises(Refused) as no:
        policy.chain([Role.DIRECTOR], "zhou", LINE)
    assert no.value.clause == policy.NotOneself.number


@pytest.mark.parametrize(("wanted", "role", "may"), [
    (Role.MANAGER, Role.MANAGER, True), (Role.MANAGER, Role.DIRECTOR, True), (Role.DIRECTOR, Role.MANAGER, False),
    (Role.FINANCE, Role.MANAGER, False), (Role.MANAGER, Role.FINANCE, False), (Role.MANAGER, Role.REP, False)])
def test_a_signature_passes_to_the_same_post_or_the_director(wanted, role, may):
    assert policy.may_stand_in(wanted, role) is may


def test_a_request_knows_what_it_allows():
    assert policy.REQUEST.open_to(SimpleNamespace(state="open")) == ["approve", "return", "withdraw"]
    for state in ("approved", "returned", "withdrawn"):
        assert policy.REQUEST.open_to(SimpleNamespace(state=state)) == []
