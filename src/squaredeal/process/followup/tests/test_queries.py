"""What the five see: contacts, obligations, needs, compliance, the map."""
import pytest

from squaredeal.kernel import span
from squaredeal.kernel.errors import OutOfReach
from squaredeal.process.customers.models import Customer

from .. import actions, heat, policy, queries
from ..models import ComplianceWeek, Obligation
from .conftest import days, monday, register


def test_the_timeline_tells_what_was_said_newest_first(firm, book, said):
    actions.record(firm.chen, book.a, **said(contact=book.shen))
    actions.record(firm.wang, book.a, **said(kind="visit", body="看了 3 号线"))
    last, first = queries.timeline(firm.zhou, book.a)
    assert (last["kind"], last["who"], last["text"], last["icon"], last["group"]) == ("visit", firm.wang, "看了 3 号线", "map-pin", "followup")
    assert "沈国栋" in first["note"]
    assert queries.timeline(firm.lin, book.a) == []


def test_the_box_ticks_what_is_done_warns_of_what_is_late_and_shows_what_is_not_open_yet(firm, book, today, said):
    assert [(r["state"], r["due_on"]) for r in queries.box(firm.chen, book.a)["rows"]] == [
        ("open", today + days(7)), ("open", today + days(30)), ("open", today + days(14))]
    actions.tick(today - days(16))
    actions.tick(today - days(1))
    actions.record(firm.chen, book.a, **said())
    box = queries.box(firm.chen, book.a)
    assert [(r["kind"], r["state"], r["late_since"]) for r in box["rows"]] == [
        ("call", "ok", None), ("visit", "open", None), ("proposal", "late", today - days(2))]
    assert (box["well"], box["clause"]) == (2, "2.2.1")
    Customer.objects.filter(pk=book.a.pk).update(grade="B")
    assert [r["kind"] for r in queries.box(firm.chen, queries.customer(firm.chen, book.a.pk))["rows"]] == ["call", "trial"]
    Customer.objects.filter(pk=book.a.pk).update(owner=None)
    assert queries.box(firm.zhou, queries.customer(firm.zhou, book.a.pk))["rows"] == []


def test_each_of_the_five_sees_their_own_late_ones(firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    assert [queries.late(p).count() for p in firm.sales] == [2, 1, 1, 1, 1]
    assert [queries.late(p).count() for p in (firm.gu, firm.xu)] == [0, 0]
    row = queries.late(firm.chen).get()
    assert (row.customer, row.late_on) == (book.a, today - days(2))


def test_needs_of_the_rep_and_of_the_manager(firm, book, today):
    assert queries.needs(firm.chen) == []
    actions.tick(today - days(16))
    actions.tick(today)
    needs = queries.needs(firm.chen)
    assert {(n["clause"], n["due"], n["late"]) for n in needs} == {("2.2.1", today - days(9), True), ("2.2.1", today - days(2), True), ("2.2.2", today - days(1), True)}
    assert needs[0]["verbs"][0]["url"].startswith(f"/followup/{book.a.pk}/log")
    assert needs[0]["weight"] > needs[-1]["weight"]
    actions.ask_leave(firm.chen, firm.chen, starts_on=today, ends_on=today + days(2), reason="年假")
    climbed, need = queries.needs(firm.wang)
    assert (climbed["clause"], climbed["text"]) == ("2.2.7", "陈静 1")
    assert (need["clause"], need["text"], need["verbs"][0]["primary"]) == ("2.2.6", "年假", True)
    assert [(n["clause"], n["text"]) for n in queries.needs(firm.li)] == [("2.2.7", "林涛 1")]


def test_compliance_is_kept_over_asked_within_reach_and_not_ahead_of_today(firm, today):
    this = monday(today)
    rows = [(firm.chen, this - days(7), "A", 4, 3, 1), (firm.chen, this, "B", 1, 1, 0), (firm.chen, this + days(7), "A", 9, 9, 0),
            (firm.lin, this - days(7), "A", 2, 1, 0), (firm.chen, this - days(700), "A", 5, 0, 0)]
    ComplianceWeek.objects.bulk_create([ComplianceWeek(person=p, week=w, grade=g, due=d, met=m, excused=e) for p, w, g, d, m, e in rows])
    found = queries.compliance(firm.zhou, today - days(90), today + days(90))
    assert found[firm.chen.pk] == {"due": 5, "met": 4, "excused": 1, "rate": 100}
    assert found[firm.lin.pk]["rate"] == 50
    assert set(queries.compliance(firm.wang, today - days(90), today)) == {firm.chen.pk}
    assert set(queries.compliance(firm.lin, today - days(90), today)) == {firm.lin.pk}


@pytest.fixture
def weeks(firm, today):
    last = monday(today) - days(7)
    made = []
    for n, met in enumerate((10, 10, 9, 8, 6)):
        week = last - days(7 * (4 - n))
        made += [ComplianceWeek(person=firm.chen, week=week, grade="A", due=10, met=met), ComplianceWeek(person=firm.chen, week=week, grade="B", due=2, met=2),
                 ComplianceWeek(person=firm.lin, week=week, grade="A", due=4, met=4 if n else 0, excused=0 if n else 4)]
    ComplianceWeek.objects.bulk_create(made)
    return last


def test_the_map_has_a_row_a_rep_and_a_total_a_region(firm, weeks):
    shown, (east, west) = heat.chart(firm.zhou, span.quarter(weeks), "firm", "A")
    assert (shown[-1], len(shown)) == (weeks, 12)
    row, = east.rows
    assert [c.rate for c in row.cells[-5:]] == [100, 100, 90, 80, 60]
    assert [c.step for c in row.cells[-3:]] == [2, 3, 4]
    assert (row.low, row.others, east.cells[-1].rate, east.manager, west.manager) == (True, [100, None], 60, firm.wang, firm.li)
    assert west.rows[0].cells[-5].free and west.rows[0].cells[-5].rate is None
    assert heat.chart(firm.zhou, span.quarter(weeks), "firm", "")[1][0].rows[0].cells[-1].rate == 67, "8 of 12"


def test_the_sentence_names_who_falls(firm, weeks):
    _weeks, regions = heat.chart(firm.zhou, span.quarter(weeks), "firm", "A")
    assert heat.told(firm.zhou, regions) == {"asked": 14, "met": 10, "week": weeks, "who": firm.chen, "fell": 3, "rate": 60}
    assert heat.worst(firm.zhou, regions) == (firm.chen, weeks)
    _weeks, own = heat.chart(firm.chen, span.quarter(weeks), "me", "A")
    assert [row.person for region in own for row in region.rows] == [firm.chen]
    assert heat.told(firm.chen, own)["who"] is None, "nobody is compared with themselves"


def test_who_sees_which_rows_of_the_map(firm, weeks):
    people = lambda viewer, scope: [r.person for g in heat.chart(viewer, span.quarter(weeks), scope, "A")[1] for r in g.rows]  # noqa: E731
    assert people(firm.zhou, "firm") == [firm.chen, firm.lin]
    assert people(firm.wang, "team") == [firm.chen] and people(firm.li, "team") == [firm.lin]
    assert people(firm.lin, "me") == [firm.lin]
    assert people(firm.xu, "me") == []


def test_a_cell_holds_the_missed_with_their_step_and_the_excused_with_who_agreed(firm, book, today):
    other = register(firm.chen, "A", "常州德昌")
    actions.tick(today - days(16))
    actions.grant(firm.wang, actions.ask_quiet(firm.chen, other, starts_on=today - days(12), ends_on=today, reason="勿扰"))
    actions.tick(today)
    week = monday(today - days(9))
    cell = heat.cell(firm.wang, firm.chen.pk, week, "A")
    assert cell["total"].due == Obligation.objects.exclude(state="open").filter(owner=firm.chen, grade="A", due_on__range=(week, week + days(6))).count()
    first = cell["missed"][0]
    assert (first["customer"], first["days"], first["rung"], first["still"]) == (book.a, 9, 3, True)
    assert {(c, e.decided_by) for c, e in cell["excused"]} == {(other, firm.wang)}
    with pytest.raises(OutOfReach):
        heat.cell(firm.li, firm.chen.pk, week, "A")
    with pytest.raises(OutOfReach):
        heat.cell(firm.lin, firm.chen.pk, week, "A")


def test_standing_counts_the_steps_of_today(firm, book, today):
    actions.tick(today - days(11))
    actions.tick(today)
    assert heat.standing(firm.zhou, "firm")["A"] == {"steps": [0, 2, 0], "late": 2}
    assert heat.standing(firm.wang, "team")[""] == {"steps": [0, 1, 0], "late": 1}
    assert heat.standing(firm.lin, "me")["B"]["late"] == 0


def test_the_vacant_region_answers_to_the_director(firm, today):
    above = queries.superiors(firm.zhou, today)
    assert (above[firm.chen.pk], above[firm.wang.pk]) == (firm.wang, firm.zhou)
    assert firm.zhou.pk not in above


def test_the_day_begins_with_the_next_steps_of_today_and_before(firm, book, today):
    for customer, on, text in ((book.a, today, "上门"), (book.b, today - days(2), "交定制方案"), (book.c, today + days(1), "发资讯"), (book.west, today, "电话")):
        Customer.objects.filter(pk=customer.pk).update(next_step_on=on, next_step=text, next_step_kind="call")
    found = {need["title"]: need for need in queries.needs(firm.chen)}
    assert list(found) == ["无锡恒达精密：交定制方案", "苏州凌云新材料：上门"]
    first = found["无锡恒达精密：交定制方案"]
    assert first["late"] and first["due"] == today - days(2) and first["verbs"][0]["url"].endswith(f"/followup/{book.b.pk}/log?kind=call")
    assert not found["苏州凌云新材料：上门"]["late"]
    assert [need["title"] for need in queries.needs(firm.lin)] == ["成都华锐装备：电话"]
    assert queries.needs(firm.wang) == queries.needs(firm.li) == []


def test_what_climbed_to_high_risk_waits_for_the_manager_with_its_count_and_opens_its_rows(firm, book, today, client):
    actions.tick(today - days(22))
    actions.tick(today)
    need, = queries.needs(firm.wang)
    client.force_login(firm.wang)
    shown = client.get(need["url"]).context
    assert shown["state"] == "risk" and need["title"].startswith(str(shown["rows"].paginator.count)) and f"陈静 {shown['counts']['risk']}" in need["text"]
    assert 0 < shown["counts"]["risk"] <= shown["counts"]["late"]
    assert all(row.step == 3 for row in shown["rows"])
    assert "林涛" not in need["text"] and "陈静" not in str(queries.needs(firm.li))
    assert not any(need["clause"] == policy.Ladder.number for need in queries.needs(firm.zhou)), "the director looks at the map"
