"""People come, move and go; who may arrange it; tokens."""
from datetime import date, timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry
from squaredeal.organisation.team import actions, queries
from squaredeal.organisation.team.models import Assignment, Person

TODAY = timezone.localdate


def test_an_administrator_adds_a_person_who_can_then_sign_in(firm, client):
    made = actions.add_person(firm.xu, firm.east, login="new", name="新人", position=firm.chen.seat.position, starts_on=TODAY(), password="long-enough-42")
    assert made.role == "rep" and queries.superior(None, made) == firm.wang
    assert client.post("/account/login/", {"login": "new", "password": "long-enough-42"}).status_code == 302
    assert Entry.objects.filter(verb="team.add_person", actor=firm.xu).exists()


@pytest.mark.parametrize("who", ["wang", "chen", "gu"])
def test_others_may_not_arrange_and_nothing_changes(firm, who):
    before = (Person.objects.count(), Assignment.objects.count())
    with pytest.raises(Refused):
        actions.add_person(getattr(firm, who), firm.east, login="x", name="x", position=firm.chen.seat.position, starts_on=TODAY())
    with pytest.raises(Refused):
        actions.appoint(getattr(firm, who), firm.lin, unit=firm.east, position=firm.lin.seat.position, starts_on=TODAY())
    assert (Person.objects.count(), Assignment.objects.count()) == before


def test_an_appointment_ends_the_post_before_it_the_day_before(firm):
    day = TODAY() + timedelta(days=10)
    actions.appoint(firm.zhou, firm.chen, unit=firm.west, position=firm.chen.seat.position, starts_on=day)
    old, new = firm.chen.assignments.order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.ends_on) == (day - timedelta(days=1), day, None)


def test_a_weak_password_or_a_taken_login_is_refused(firm):
    for given in ({"login": "chen", "password": ""}, {"login": "new", "password": "12345"}):
        with pytest.raises(Refused):
            actions.add_person(firm.xu, firm.east, name="新", position=firm.chen.seat.position, starts_on=TODAY(), **given)
    assert not Person.objects.filter(name="新").exists()


def test_leaving_closes_the_account_and_its_tokens(firm, client):
    token = actions.make_token(firm.chen, firm.chen, name="t").plain
    assert queries.holder_of(None, token) == firm.chen
    actions.let_go(firm.zhou, firm.chen, left_on=TODAY() - timedelta(days=1))
    assert queries.holder_of(None, token) is None
    assert not Person.objects.get(pk=firm.chen.pk).is_active


def test_the_only_director_cannot_leave_and_nobody_lets_themselves_go(firm):
    with pytest.raises(Refused):
        actions.let_go(firm.xu, firm.zhou, left_on=TODAY())
    with pytest.raises(Refused):
        actions.let_go(firm.xu, firm.xu, left_on=TODAY())
    assert Person.objects.get(pk=firm.zhou.pk).is_active


def test_only_the_person_makes_a_token_and_only_its_digest_is_kept(firm):
    with pytest.raises(Refused):
        actions.make_token(firm.zhou, firm.chen, name="t")
    made = actions.make_token(firm.chen, firm.chen, name="t")
    assert made.plain not in str(vars(type(made).objects.get(pk=made.pk)))
    assert queries.holder_of(None, made.plain + "x") is None


def test_the_superior_of_a_region_without_a_manager_is_the_director(firm):
    actions.let_go(firm.zhou, firm.li, left_on=TODAY() - timedelta(days=1))
    assert queries.superior(None, firm.lin) == firm.zhou
    assert [u for u, _since in queries.vacancies(firm.zhou)] == [firm.west]
    assert queries.superior(None, firm.lin, date(2024, 1, 1)) == firm.li


def test_the_organisation_page_is_open_to_all_and_its_verbs_only_to_some(firm, client, django_assert_max_num_queries):
    for person, code in [(firm.zhou, 302), (firm.chen, 422)]:
        client.force_login(person)
        with django_assert_max_num_queries(15):
            assert client.get("/organisation/").status_code == 200
        assert client.get(f"/organisation/person/{firm.lin.pk}/").status_code == 200
        answer = client.post(f"/organisation/person/{firm.lin.pk}/appoint/", {
            "unit": firm.east.pk, "position": firm.lin.seat.position_id, "starts_on": TODAY() + timedelta(days=1)})
        assert answer.status_code == code
    assert firm.lin.assignments.count() == 2
