"""The desk: the sentence's figures, what waits for whom, what a region may not see of another, and how little is asked for it."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from squaredeal.insight import drawing, policy, queries
from squaredeal.kernel.span import quarter
from squaredeal.organisation.team.models import Assignment, Deputy
from squaredeal.process.collection import board
from squaredeal.process.customers.models import Customer
from tests import story

PARTS = {"zhou": ["desk", "needs", "regions", "due", "leaderboard"], "wang": ["desk", "needs", "regions", "due", "leaderboard"],
         "chen": ["desk", "own", "leaderboard"], "gu": ["desk", "needs", "due"]}


def titles(person):
    return [need["title"] for need in queries.needs(person)]


@pytest.fixture
def many_a(firm):
    """陈静 holds as many A customers as make one ask, none of them signed."""
    least = policy.HonestGrades().least
    return [Customer.objects.create(name=f"凌云{n}有限公司", owner=firm.chen, grade="A") for n in range(least)]


def test_the_cash_of_a_span_adds_up_and_ends_where_its_curve_does(firm):
    shop = story.furnish(firm)
    cash = queries.cash(firm.zhou, quarter(timezone.localdate()), "firm")
    assert cash["collected"] == shop["receipt"].amount == cash["curve"]["collected"][-1][1]
    assert cash["curve"]["committed"][-1][1] == cash["collected"] + cash["committed"]
    assert cash["gap"] == max(cash["target"] - cash["collected"] - cash["committed"], 0)
    assert queries.cash(firm.li, quarter(timezone.localdate()), "team")["collected"] == 0, "the neighbour region"


def test_a_hand_over_leaves_desk_cash_page_and_leaderboard_with_the_same_figures(firm):
    shop = story.furnish(firm)
    span, paid = quarter(timezone.localdate()), shop["receipt"].amount
    Customer.objects.filter(pk=shop["receipt"].customer_id).update(owner=firm.lin)

    def told(person, scope):
        rows = queries.by_region(person, queries.people(person, span))
        flow = {row["unit"].pk: (row["collected"], row["signed"]) for row in board.flow(person, scope, span)["regions"]}
        return {row["region"].pk: (row["cash"], row["orders"]) for row in rows if row["cash"] or row["orders"]}, flow, queries.cash(person, span, scope)["collected"]
    for person, scope, money in ((firm.zhou, "firm", paid), (firm.wang, "team", paid), (firm.chen, "me", paid), (firm.li, "team", 0)):
        regions, flow, collected = told(person, scope)
        assert regions == {pk: sums for pk, sums in flow.items() if any(sums)}, person
        assert collected == money, person


def test_what_the_desk_counts_opens_as_many_rows(firm, client):
    shop = story.furnish(firm)
    today = timezone.localdate()
    open_ones = list(shop["unpaid"].instalments.order_by("order"))
    open_ones[0].due_on = today - timedelta(days=today.weekday())
    open_ones[0].promised_on = today
    open_ones[0].save()
    client.force_login(firm.zhou)
    for view, count in (("coming", queries.cash(firm.zhou, quarter(today), "firm")["committed_count"]), ("week", queries.due_this_week(firm.zhou, "firm")[1])):
        page = client.get(reverse("collection:index"), {"view": view, "scope": "firm"})
        assert page.context["shown"].paginator.count == count > 0, view
        assert (view, count) in [(key, n) for key, _label, n in page.context["chips"]]
    desk = client.get(reverse("insight:desk")).content.decode() + client.get(reverse("insight:due")).content.decode()
    assert f"{reverse('collection:index')}?view=coming" in desk and f"{reverse('collection:index')}?view=week" in desk


def test_everybody_reads_the_same_rank_and_points_and_a_representative_only_their_own(firm, client):
    story.furnish(firm)
    span = quarter(timezone.localdate())
    whole = {row["person"]: (row["rank"], row["score"]) for row in queries.people(firm.zhou, span)}
    assert len(whole) > 1 and sorted(rank for rank, _points in whole.values()) == list(range(1, len(whole) + 1))
    for person in (firm.wang, firm.chen, firm.li, firm.lin):
        rows = queries.people(person, span)
        assert {row["person"]: (row["rank"], row["score"]) for row in rows} == {row["person"]: whole[row["person"]] for row in rows}
    assert [row["person"] for row in queries.people(firm.chen, span)] == [firm.chen]
    assert queries.people(firm.chen, span)[0]["margin"] is None, "the cost stays unknown"
    client.force_login(firm.lin)
    page = client.get(reverse("insight:leaderboard")).content.decode()
    assert str(firm.chen) not in page and "利润率 —" in page and f"<u>{whole[firm.lin][0]}</u>" in page


def test_a_region_without_a_manager_waits_for_the_director_until_somebody_acts(firm):
    today, rule = timezone.localdate(), 7
    seat = Assignment.objects.get(person=firm.li)
    seat.ends_on = today - timedelta(days=rule)
    seat.save()
    assert not any("西部" in title for title in titles(firm.zhou)), "not yet too long"
    seat.ends_on = today - timedelta(days=rule + 1)
    seat.save()
    assert any("西部" in title for title in titles(firm.zhou))
    assert not any("西部" in title for title in titles(firm.wang))
    Deputy.objects.create(absent=firm.li, deputy=firm.wang, starts_on=today, ends_on=today)
    assert not any("西部" in title for title in titles(firm.zhou))


def test_grades_that_never_turn_into_orders_are_asked_about_by_those_who_lead(firm, many_a, client):
    def told(person):
        return [title for title in titles(person) if "陈静" in title]
    assert len(told(firm.zhou)) == len(told(firm.wang)) == 1
    assert told(firm.li) == told(firm.chen) == []
    many_a[0].grade = "B"
    many_a[0].save()
    assert told(firm.zhou) == []


def test_one_of_them_signed_and_nothing_is_asked(firm, many_a):
    shop = story.furnish(firm)
    Customer.objects.filter(pk=shop["unpaid"].customer_id).update(grade="A")
    assert shop["unpaid"].state == "approved"
    assert not any("陈静" in title for title in titles(firm.zhou))


def test_money_due_this_week_says_where_it_stands_and_the_neighbour_sees_none_of_it(firm, client):
    shop, today = story.furnish(firm), timezone.localdate()
    first = story.instalments(shop["unpaid"])[0]
    monday = today - timedelta(days=today.weekday())
    type(first).objects.filter(pk=first.pk).update(due_on=monday, delivery_stopped=True)
    client.force_login(firm.wang)
    page = client.get(reverse("insight:due")).content.decode()
    assert shop["unpaid"].number in page and "已停发" in page
    client.force_login(firm.li)
    assert shop["unpaid"].number not in client.get(reverse("insight:due")).content.decode()


def test_what_waits_says_who_wants_how_much_and_the_floor_only_to_those_who_may_know(firm, client):
    story.furnish(firm)
    client.force_login(firm.wang)
    page = client.get(reverse("insight:needs")).content.decode()
    assert "无锡恒达" in page and "3.3%" in page
    client.force_login(firm.li)
    assert "无锡恒达" not in client.get(reverse("insight:needs")).content.decode()


def test_no_part_of_the_desk_asks_the_database_more_than_fifteen_things(firm, client):
    story.furnish(firm)

    def asked():
        found = {}
        for login, names in PARTS.items():
            client.force_login(getattr(firm, login))
            for name in names:
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(reverse(f"insight:{name}")).status_code == 200
                found[login, name] = len(seen)
        return found
    asked()
    once = asked()
    for n in range(40):
        Customer.objects.create(name=f"倍增{n}有限公司", owner=firm.chen, grade="ABC"[n % 3], budget_low=Decimal(100_000))
    assert asked() == once
    assert {part: n for part, n in once.items() if n > 15} == {}


def test_the_chart_names_the_days_on_which_months_begin():
    assert drawing._ticks(date(2026, 10, 1), 92) == [0, 32, 62, 92]
    assert drawing._ticks(date(2026, 1, 1), 365) == [0, 91, 182, 274, 365]
    assert drawing._ticks(date(2026, 11, 1), 30) == [0, 10, 20, 30]
