"""Handing customers over: counted first, limited, journalled, undone; pay and contracts are never touched."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import ClauseValue, Entry, Journal, Notice, PolicyVersion
from squaredeal.organisation.team.models import Assignment
from squaredeal.process.customers import actions, giving
from squaredeal.process.customers.models import Customer, Ownership
from tests.firm import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def qian(firm):
    """A second rep in the east."""
    return person("qian", "钱雨", firm.east, Assignment.objects.get(person=firm.chen).position, firm.wang)


def owners(*customers):
    return [Customer.objects.get(pk=c.pk).owner for c in customers]


def test_the_manager_hands_over_within_the_region(firm, qian, east_west, today):
    one, two = east_west["lingyun"], east_west["zhongrui"]
    journal = actions.assign(firm.wang, [one.pk, two.pk], owner=qian, reason="陈静转岗")
    assert owners(one, two) == [qian, qian]
    assert (journal.count, journal.moves) == (2, [[one.pk, firm.chen.pk, qian.pk], [two.pk, firm.chen.pk, qian.pk]])
    history = list(Ownership.objects.filter(customer=one).values_list("owner", "ends_on", "reason"))
    assert history == [(firm.chen.pk, today - timedelta(days=1), "新建"), (qian.pk, None, "陈静转岗")]
    assert {n.to for n in Notice.objects.all()} == {qian, firm.chen}
    assert Entry.objects.get(verb="customers.assign", subject=f"customers.customer:{one.pk}").change == {"owner_id": [firm.chen.pk, qian.pk]}


def test_who_may_not_hand_over(firm, qian, east_west):
    one = east_west["lingyun"]
    for actor, to in [(firm.chen, qian), (firm.gu, qian), (firm.wang, firm.lin), (firm.wang, firm.gu)]:
        with pytest.raises(Refused):
            actions.assign(actor, [one.pk], owner=to)
    for actor in (firm.li,):
        with pytest.raises(OutOfReach):
            actions.assign(actor, [one.pk], owner=firm.lin)
    assert owners(one) == [firm.chen] and not Journal.objects.exists()
    actions.assign(firm.zhou, [one.pk], owner=firm.lin)
    assert owners(one) == [firm.lin]


def test_the_plan_counts_first_and_says_what_stays_and_why(firm, qian, east_west, made, today):
    version = PolicyVersion.objects.create(number="t1", state="published", starts_on=today)
    ClauseValue.objects.create(version=version, clause="2.1.3", parameters={"limit": 2})
    mine = made("宁波海天精机", qian)
    rows = [mine, east_west["lingyun"], east_west["zhongrui"], east_west["yuanjing"]]
    plan = giving.plan(firm.wang, rows, qian)
    assert [c.pk for c in plan.moves] == [east_west["lingyun"].pk]
    assert [(c.pk, clause) for c, _why, clause in plan.stays] == [(mine.pk, ""), (east_west["zhongrui"].pk, "2.1.3")]
    assert (plan.holds, plan.after, plan.limit, dict(plan.loses), plan.steps) == (1, 2, 2, {firm.chen: 1}, 1)
    journal = actions.assign(firm.wang, rows, owner=qian)
    assert journal.count == 1 and owners(*rows) == [qian, qian, firm.chen, firm.lin]
    with pytest.raises(Refused) as no:
        actions.assign(firm.wang, [east_west["zhongrui"]], owner=qian)
    assert no.value.clause == "2.1.3"


def test_undo_takes_back_what_was_not_handed_on(firm, qian, east_west, today):
    one, two = east_west["lingyun"], east_west["zhongrui"]
    journal = actions.assign(firm.wang, [one, two], owner=qian)
    actions.assign(firm.zhou, [two], owner=firm.lin)
    with pytest.raises(Refused):
        actions.undo_assign(firm.chen, journal)
    assert actions.undo_assign(firm.wang, journal) == (1, 1)
    assert owners(one, two) == [firm.chen, firm.lin]
    assert Ownership.objects.get(customer=one, ends_on=None).owner == firm.chen
    with pytest.raises(Refused):
        actions.undo_assign(firm.wang, journal)


def test_undo_ends_after_the_days_of_the_clause(firm, qian, east_west):
    journal = actions.assign(firm.wang, [east_west["lingyun"]], owner=qian)
    Journal.objects.filter(pk=journal.pk).update(at=timezone.now() - timedelta(days=9))
    with pytest.raises(Refused) as no:
        actions.undo_assign(firm.wang, journal)
    assert no.value.clause == "2.1.4" and owners(east_west["lingyun"]) == [qian]


def test_a_collaborator_who_becomes_owner_is_one_thing_only(firm, east_west, today):
    actions.invite(firm.chen, east_west["lingyun"], person=firm.lin)
    actions.assign(firm.zhou, [east_west["lingyun"]], owner=firm.lin)
    assert not east_west["lingyun"].collaborations.exists()


def test_nobodys_customers_are_given_out_by_the_director(firm, east_west):
    with pytest.raises(OutOfReach):
        actions.assign(firm.wang, [east_west["pool"]], owner=firm.chen)
    actions.assign(firm.zhou, [east_west["pool"]], owner=firm.chen)
    assert owners(east_west["pool"]) == [firm.chen]


def test_receivers_are_those_one_answers_for(firm, qian, east_west):
    assert [(p, n) for p, n, _limit in giving.receivers(firm.wang)] == [(firm.chen, 2), (qian, 0)]
    assert [p for p, _n, _limit in giving.receivers(firm.zhou, "qy")] == [qian]


def test_who_leads_them_no_more_takes_nothing_back(firm, qian, east_west, today):
    one = east_west["lingyun"]
    journal = actions.assign(firm.wang, [one], owner=qian)
    Assignment.objects.filter(person=firm.wang).update(unit=firm.west)
    assert actions.undo_assign(firm.wang, journal) == (0, 1) and owners(one) == [qian]


def test_who_sells_as_a_rep_by_now_takes_nothing_back(firm, qian, east_west):
    journal = actions.assign(firm.wang, [east_west["lingyun"]], owner=qian)
    Assignment.objects.filter(person=firm.wang).update(position=Assignment.objects.get(person=firm.chen).position)
    with pytest.raises(Refused):
        actions.undo_assign(firm.wang, journal)
    assert owners(east_west["lingyun"]) == [qian]
