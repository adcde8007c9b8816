"""Reach: own, subtree, all; deputies and collaborators; and the panel that explains it, from the same terms."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.team import actions, queries, scope
from squaredeal.organisation.team.models import Assignment
from squaredeal.process.customers.models import Collaboration, Customer
from tests.firm import person as hired


@pytest.fixture
def customers(firm):
    """One customer of 陈 (east), one of 林 (west), one of nobody."""
    return [Customer.objects.create(name=name, owner=owner) for name, owner in [("东", firm.chen), ("西", firm.lin), ("公", None)]]


def seen(person):
    return set(Customer.objects.seen_by(person).values_list("name", flat=True))


def test_each_of_the_seven_sees_the_right_rows(firm, customers):
    assert [seen(p) for p in firm.sales] == [{"东", "西", "公"}, {"东"}, {"西"}, {"东"}, {"西"}]
    assert seen(firm.gu) == {"东", "西", "公"} and seen(firm.xu) == set()


def test_a_deputy_sees_what_the_absent_would_and_only_for_the_time(firm, customers):
    today = timezone.localdate()
    actions.name_deputy(firm.zhou, firm.li, deputy=firm.wang, starts_on=today, ends_on=today + timedelta(days=3))
    assert seen(firm.wang) == {"东", "西"}
    actions.end_deputy(firm.zhou, firm.li.deputies.get())
    assert seen(firm.wang) == {"东"}


def test_the_scope_picker_narrows_reach_and_never_widens_it(firm, customers):
    today = timezone.localdate()
    Collaboration.objects.create(customer=customers[0], person=firm.lin, starts_on=today)
    actions.name_deputy(firm.zhou, firm.li, deputy=firm.wang, starts_on=today, ends_on=today)
    for person in (*firm.sales, firm.gu, firm.xu):
        within = {"me": {"owner": person}, "team": {"owner__in": scope.people_under(person)}, "firm": {}}
        for name, narrow in within.items():
            assert set(Customer.objects.in_scope(person, name)) == set(Customer.objects.seen_by(person).filter(**narrow)), (person, name)
    Assignment.objects.filter(person=firm.chen).update(ends_on=today - timedelta(days=1))
    assert [Customer.objects.in_scope(firm.chen, name).count() for name in within] == [0, 0, 0]


def test_a_collaborator_sees_the_one_customer_until_the_last_day(firm, customers):
    row = Collaboration.objects.create(customer=customers[0], person=firm.lin, starts_on=timezone.localdate())
    assert seen(firm.lin) == {"东", "西"}
    row.ends_on = timezone.localdate() - timedelta(days=1)
    row.starts_on = row.ends_on - timedelta(days=5)
    row.save()
    assert seen(firm.lin) == {"西"}


def test_a_move_changes_reach_on_its_day(firm, customers):
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.appoint(firm.xu, firm.chen, unit=firm.west, position=firm.chen.seat.position, starts_on=tomorrow)
    assert seen(firm.wang) == {"东"}
    Assignment.objects.filter(person=firm.chen, unit=firm.east).update(ends_on=timezone.localdate() - timedelta(days=1))
    Assignment.objects.filter(person=firm.chen, unit=firm.west).update(starts_on=timezone.localdate(), ends_on=None)
    assert seen(firm.wang) == set() and seen(firm.li) == {"东", "西"}


def test_who_can_see_agrees_with_reach_for_everybody(firm, customers):
    today = timezone.localdate()
    actions.name_deputy(firm.zhou, firm.li, deputy=firm.wang, starts_on=today, ends_on=today)
    Collaboration.objects.create(customer=customers[0], person=firm.lin, starts_on=today)
    everybody = [*firm.sales, firm.gu, firm.xu]
    for customer in customers:
        told = {person for person, _reason in scope.who_can_see(customer)}
        assert told == {p for p in everybody if scope.may_see(p, customer)}


def test_who_can_see_is_itself_within_reach(firm, customers):
    with pytest.raises(OutOfReach):
        queries.who_can_see(firm.lin, "customers.customer", customers[0].pk)
    with pytest.raises(OutOfReach):
        queries.who_can_see(firm.chen, "team.token", 1)


def test_the_panel_is_there_for_what_belongs_to_nobody_and_agrees_with_reach(firm):
    """A person is everybody's colleague; a plan that applies is read by who earns by it, a draft by who drafts."""
    plans = [PlanVersion.objects.create(name=state, text="x", state=state, made_by=firm.gu) for state in ["draft", "published"]]
    everybody = [*firm.sales, firm.gu, firm.xu]
    for thing, kind in [(firm.chen, "team.person"), *((plan, "plans.planversion") for plan in plans)]:
        told = {person for person, _reason in scope.who_can_see(thing)}
        assert told == {p for p in everybody if scope.may_see(p, thing)}
        for person in everybody:
            if person in told:
                assert {p for p, _reason in queries.who_can_see(person, kind, thing.pk)} == told
            else:
                with pytest.raises(OutOfReach):
                    queries.who_can_see(person, kind, thing.pk)
    assert {p for p, _reason in scope.who_can_see(firm.chen)} == set(everybody)
    assert [{p for p, _reason in scope.who_can_see(plan)} for plan in plans] == [{firm.zhou, firm.gu}, {*firm.sales, firm.gu}]


def test_the_panel_names_the_line_above_and_counts_whoever_shares_a_reason(firm, customers, client):
    rep = Assignment.objects.get(person=firm.chen, unit=firm.east).position
    for n in range(4):
        hired(f"rep{n}", f"代表{n}", firm.west, rep, firm.li)
    plan = PlanVersion.objects.create(name="p", text="x", state="published", made_by=firm.gu)
    client.force_login(firm.chen)
    page = client.get("/organisation/why/", {"kind": "plans.planversion", "pk": plan.pk}).text
    assert "6 人" in page and "代表0" not in page and "周衡" in page
    assert "王敏" in client.get("/organisation/why/", {"kind": "customers.customer", "pk": customers[0].pk}).text


def test_nobody_without_a_post_sees_anything(firm, customers):
    actions.let_go(firm.xu, firm.wang, left_on=timezone.localdate() - timedelta(days=1))
    firm.wang.refresh_from_db()
    assert seen(firm.wang) == set()


def test_a_deputy_of_a_lower_level_is_refused_and_nothing_changes(firm):
    today = timezone.localdate()
    with pytest.raises(Refused, match="ranks below|级别低"):
        actions.name_deputy(firm.zhou, firm.li, deputy=firm.chen, starts_on=today, ends_on=today)
    assert not firm.li.deputies.exists()
