"""Who must sign a concession, at every edge; what a stage asks; who may know the floor."""
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Role
from squaredeal.process.negotiation import policy
from squaredeal.process.negotiation.models import Stage

D = Decimal
RULE = policy.Authority()
JUST = D("0.0001")


@pytest.mark.parametrize(("role", "cut", "below", "signers"), [
    (Role.REP, D(3), False, ()), (Role.REP, D(3) + JUST, False, (Role.MANAGER,)),
    (Role.REP, D(5), False, (Role.MANAGER,)), (Role.REP, D(5) + JUST, False, (Role.MANAGER, Role.DIRECTOR)),
    (Role.REP, D(10), False, (Role.MANAGER, Role.DIRECTOR)),
    (Role.MANAGER, D(5), False, ()), (Role.MANAGER, D(5) + JUST, False, (Role.DIRECTOR,)),
    (Role.DIRECTOR, D(10), False, ()),
    (Role.REP, D("0.5"), True, (Role.MANAGER, Role.DIRECTOR)), (Role.MANAGER, D("0.5"), True, (Role.DIRECTOR,)),
    (Role.DIRECTOR, D("0.5"), True, (Role.DIRECTOR,)), (Role.REP, D(-4), False, ())])
def test_who_signs(role, cut, below, signers):
    assert policy.route(role, cut, below, RULE) == signers


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.DIRECTOR])
@pytest.mark.parametrize("below", [True, False])
def test_beyond_the_directors_limit_nobody_may(role, below):
    with pytest.raises(Refused) as no:
        policy.route(role, D(10) + JUST, below, RULE)
    assert no.value.clause == "2.3.2" and "10.01" in no.value.message


@given(cut=st.decimals(min_value=-50, max_value=10, places=4), role=st.sampled_from([Role.REP, Role.MANAGER, Role.DIRECTOR]))
def test_below_the_floor_the_director_always_signs(cut, role):
    assert policy.route(role, cut, True, RULE)[-1] == Role.DIRECTOR


@given(less=st.decimals(min_value=0, max_value=10, places=4), more=st.decimals(min_value=0, max_value=10, places=4),
       role=st.sampled_from([Role.REP, Role.MANAGER, Role.DIRECTOR]), below=st.booleans())
def test_conceding_more_never_needs_fewer_signatures(less, more, role, below):
    less, more = sorted((less, more))
    assert len(policy.route(role, less, below, RULE)) <= len(policy.route(role, more, below, RULE))


@given(rep=st.decimals(0, 100, places=2), manager=st.decimals(0, 100, places=2), director=st.decimals(0, 100, places=2))
def test_limits_that_do_not_rise_cannot_be_set(rep, manager, director):
    if rep <= manager <= director:
        assert policy.Authority(rep=rep, manager=manager, director=director).director == director
    else:
        with pytest.raises(ValidationError):
            policy.Authority(rep=rep, manager=manager, director=director)


def test_each_stage_asks_what_the_one_before_asks_and_more():
    before = set()
    for stage in policy.OPEN:
        assert before <= set(policy.NEEDED[stage])
        before = set(policy.NEEDED[stage])
    assert policy.missing("negotiation", {"needs": "x", "budget": D(1)}) == ["objective", "walk_away"]
    assert policy.missing("lost", {}) == ["lost_reason"]


def test_a_won_deal_stays_won():
    assert policy.DEAL.open_to(SimpleNamespace(stage="won")) == []
    assert "won" not in policy.DEAL.open_to(SimpleNamespace(stage="lost"))


def test_odds_are_of_the_stage():
    assert policy.odds(Stage.DECISION, policy.Odds()) == D("0.8")
    assert (policy.odds(Stage.WON, policy.Odds()), policy.odds(Stage.LOST, policy.Odds())) == (1, 0)


def test_the_floor_is_for_managers_the_director_finance_and_the_administrator(firm):
    assert [policy.may_know_floor(p) for p in (firm.zhou, firm.wang, firm.gu, firm.xu, firm.chen)] == [True, True, True, True, False]
