"""Scores and wages: who enters and sees what, that nothing is rewritten, what a settled month allows, sheets in and back."""
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.importing import Batch, read, recognise, sift
from squaredeal.kernel.models import Entry
from squaredeal.organisation.appraisal import actions, forms, imports, queries
from squaredeal.organisation.appraisal.models import Kind, Score, Wage
from squaredeal.organisation.team.models import Position
from tests.firm import person

KPI = "KPI系数"
HX = {"HX-Request": "true"}


@pytest.fixture
def month():
    return timezone.localdate().replace(day=1)


def score(actor, whose, value, month, **given):
    return actions.score(actor, whose, name=KPI, month=month, value=None if value is None else Decimal(value), **given)


def wage(actor, whose, value, month, **given):
    return actions.wage(actor, whose, name="wage", month=month, value=None if value is None else Decimal(value), **given)


def test_a_score_is_replaced_and_what_stood_before_stays_on_record(firm, month):
    first = score(firm.wang, firm.chen, "0.9", month)
    second = score(firm.zhou, firm.chen, "1.05", month + timedelta(days=9))
    assert score(firm.zhou, firm.chen, "1.05", month) == second, "the same again changes nothing"
    first.refresh_from_db()
    assert first.value == Decimal("0.9") and first.superseded_at is not None
    assert queries.standing(firm.wang, Kind.SCORE, month) == {(firm.chen.pk, KPI): second}
    assert Entry.objects.filter(verb="appraisal.score").count() >= 2
    score(firm.wang, firm.chen, None, month)
    assert queries.standing(firm.zhou, Kind.SCORE, month) == {} and Score.objects.count() == 3


@pytest.mark.parametrize(("who", "whose"), [("chen", "chen"), ("wang", "lin"), ("wang", "wang"), ("zhou", "zhou"), ("gu", "chen"), ("xu", "chen")])
def test_who_may_not_score_changes_nothing(firm, month, who, whose):
    with pytest.raises(Refused):
        score(getattr(firm, who), getattr(firm, whose), "1", month)
    assert not Score.objects.exists()


@pytest.mark.parametrize("who", ["wang", "chen", "xu"])
def test_only_finance_and_the_director_enter_wages(firm, month, who):
    with pytest.raises(Refused):
        wage(getattr(firm, who), firm.chen, "8000", month)
    with pytest.raises(Refused, match="负数|negative"):
        wage(firm.gu, firm.chen, "-1", month)
    assert not Wage.objects.exists()


def test_a_wage_is_seen_by_finance_the_director_and_the_person_alone(firm, month, client):
    wage(firm.gu, firm.chen, "8123", month)
    wage(firm.zhou, firm.lin, "7456", month)
    seen = {who.login: len(queries.standing(who, Kind.WAGE, month)) for who in (*firm.sales, firm.gu, firm.xu)}
    assert seen == {"zhou": 2, "wang": 0, "li": 0, "chen": 1, "lin": 1, "gu": 2, "xu": 0}
    for who, shown, hidden in ((firm.gu, ["8,123", "7,456"], []), (firm.chen, ["8,123"], ["7,456"]), (firm.wang, [], ["8,123", "7,456"]), (firm.xu, [], ["8,123"])):
        client.force_login(who)
        page = client.get("/appraisal/wages/").text
        assert all(figure in page for figure in shown) and not any(figure in page for figure in hidden), who
    for who, code in ((firm.wang, 404), (firm.lin, 404), (firm.xu, 404), (firm.chen, 200), (firm.gu, 200)):
        client.force_login(who)
        assert client.get(f"/appraisal/of/{firm.chen.pk}/?kind=wage").status_code == code, who
    client.force_login(firm.wang)
    assert client.post("/appraisal/cell/", {"kind": "wage", "pk": firm.chen.pk, "name": "wage", "month": month, "value": "1"}).status_code == 404
    assert Wage.objects.count() == 2


def test_a_wage_holds_until_the_next_and_is_not_emptied_where_it_goes_on(firm, month):
    later = (month + timedelta(days=40)).replace(day=1)
    first, second = wage(firm.gu, firm.chen, "8000", month), wage(firm.gu, firm.chen, "9000", later)
    assert queries.in_force(firm.gu, firm.chen, "wage", later - timedelta(days=1)) == first
    assert queries.in_force(firm.gu, firm.chen, "wage", later + timedelta(days=90)) == second
    wage(firm.gu, firm.chen, None, later)
    assert queries.in_force(firm.gu, firm.chen, "wage", later) == first
    with pytest.raises(Refused, match="0"):
        wage(firm.gu, firm.chen, None, later)


def test_a_settled_month_is_only_corrected_with_a_reason(firm, month, client):
    kept = score(firm.wang, firm.chen, "0.9", month)
    client.force_login(firm.wang)
    change = queries.last_change(firm.wang)
    actions.settle(firm.gu, month)
    for actor, note in ((firm.wang, "算错"), (firm.zhou, " ")):
        with pytest.raises(Refused):
            score(actor, firm.chen, "1", month, note=note)
    with pytest.raises(Refused):
        actions.undo(firm.wang, change)
    page = client.get("/appraisal/").text
    assert 'name="value"' not in page, "nobody types into a settled month"
    kept.refresh_from_db()
    assert kept.superseded_at is None
    client.force_login(firm.zhou)
    form = {"kind": "score", "pk": firm.chen.pk, "name": KPI, "month": month, "value": "1"}
    refused = client.post("/appraisal/cell/", form, headers=HX)
    assert refused.status_code == 422 and "fix-error" in refused.text
    assert client.post("/appraisal/cell/", {**form, "note": "漏了一单"}, headers=HX).status_code == 200
    assert queries.standing(firm.zhou, Kind.SCORE, month)[firm.chen.pk, KPI].note == "漏了一单"
    wage(firm.gu, firm.chen, "8000", month, note="补填")
    with pytest.raises(Refused):
        wage(firm.gu, firm.chen, "8500", month)


def test_a_cell_is_typed_into_refused_in_place_and_undone(firm, month, client):
    client.force_login(firm.wang)
    form = {"kind": "score", "pk": firm.chen.pk, "name": KPI, "month": month, "value": "９５%"}
    assert f'aria-label="{firm.chen} {KPI}"' in client.get(f"/appraisal/?name={KPI}").text
    answer = client.post("/appraisal/cell/", form, headers=HX)
    assert answer.status_code == 200 and "undo" in answer["HX-Trigger"] and Score.objects.get().value == Decimal("0.95")
    assert "HX-Trigger" not in client.post("/appraisal/cell/", form, headers=HX), "Enter sends a cell twice"
    wrong = client.post("/appraisal/cell/", {**form, "value": "很好"}, headers=HX)
    assert wrong.status_code == 422 and 'value="很好" aria-invalid="true"' in wrong.text and Score.objects.count() == 1
    assert client.post("/appraisal/cell/", {**form, "pk": firm.lin.pk}, headers=HX).status_code == 404, "the neighbour's"
    assert client.post(f"/appraisal/undo/{queries.last_change(firm.wang).pk}/").status_code == 302
    assert queries.standing(firm.wang, Kind.SCORE, month) == {}


def test_the_page_begins_with_whom_the_viewer_can_enter(firm, month, client):
    client.force_login(firm.wang)
    asked = client.get(f"/appraisal/?name={KPI}").text
    assert f"先填{firm.chen}" in asked and f"先填{firm.wang}" not in asked, "nobody scores themselves"
    for one in queries.seats(firm.wang, Kind.SCORE, month):
        if one.person != firm.wang:
            score(firm.wang, one.person, "1", month)
    people = len(queries.seats(firm.wang, Kind.SCORE, month))
    assert f"{people} 人里填了 <u>{people - 1}</u> 人" in client.get("/appraisal/").text, "the director's to enter"
    client.force_login(firm.chen)
    assert "1 人里填了 <u>0</u> 人" in client.get("/appraisal/wages/").text and "没填齐" not in client.get("/appraisal/wages/").text
    client.force_login(firm.gu)
    assert "没填齐" in client.get("/appraisal/wages/").text


def test_what_can_be_undone_is_named_in_the_readers_words(firm, month, client):
    client.force_login(firm.gu)
    form = {"kind": "wage", "pk": firm.chen.pk, "name": "wage", "month": month, "value": "8000"}
    assert "工资" in json.loads(client.post("/appraisal/cell/", form, headers=HX)["HX-Trigger"])["undo"]["text"]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert f"{month:%B %Y}" in client.get("/appraisal/wages/").text


def test_the_books_give_compliance_themselves(firm, month):
    with pytest.raises(Refused, match="跟进合规"):
        actions.score(firm.zhou, firm.chen, name="跟进合规", month=month, value=Decimal(1))
    assert not Score.objects.exists()


@pytest.mark.parametrize(("kind", "said", "value"), [("score", "95%", "0.95"), ("score", "1,200", "1200"), ("score", "-3", "-3"), ("score", "0.12345", None),
                                                     ("score", "nan", None), ("wage", "1.2万", "12000"), ("wage", "-1", None)])
def test_figures_are_read_as_people_write_them(kind, said, value):
    form = forms.Cell({"kind": kind, "pk": 1, "name": "x", "month": "2026-11-01", "value": said})
    assert form.is_valid() == (value is not None) and (value is None or form.cleaned_data["value"] == Decimal(value))


SHEET = [["姓名", "月份", "考核项", "得分"], ["陈静", "2026年1月", KPI, "95%"], ["lin", "2026-01", KPI, "1.1"], ["陈静", "2026/1/31", KPI, "1"], ["周衡", "2026-01", KPI, "1"],
         ["王五", "2026-01", KPI, "1"], ["陈静", "2026-02", KPI, "好"]]


def looked(sheet, viewer, rows):
    good, wrong = read(sheet, rows[1:], recognise(sheet, rows[0]))
    right, refused = sift(sheet, viewer, good)
    return right, {w.line for w in (*wrong, *refused)}


def test_a_sheet_of_scores_is_read_brought_in_and_taken_back(firm):
    right, wrong = looked(imports.SCORES, firm.wang, SHEET)
    assert [r.line for r in right] == [2] and wrong == {3, 4, 5, 6, 7}, "the neighbour, twice, above, unknown, no number"
    right, wrong = looked(imports.SCORES, firm.zhou, SHEET)
    assert [r.line for r in right] == [2, 3]
    score(firm.wang, firm.chen, "0.5", date(2026, 1, 1))
    journal = imports.SCORES.bring_in(firm.zhou, Batch("KPI.xlsx", right))
    assert sorted(x.value for x in queries.standing(firm.zhou, Kind.SCORE, date(2026, 1, 1)).values()) == [Decimal("0.95"), Decimal("1.1")]
    with pytest.raises(Refused):
        imports.SCORES.bring_in(firm.zhou, Batch("KPI.xlsx", right))
    score(firm.zhou, firm.lin, "2", date(2026, 1, 1))
    with pytest.raises(Refused):
        imports.SCORES.undo(firm.wang, journal)
    assert imports.SCORES.undo(firm.zhou, journal) == (1, 1)
    assert sorted(x.value for x in queries.standing(firm.zhou, Kind.SCORE, date(2026, 1, 1)).values()) == [Decimal("0.5"), Decimal(2)]


def test_a_sheet_of_wages_in_english_and_a_settled_month(firm):
    rows = [["Employee", "From", "Salary", "Item"], ["chen", "2026-01-15", "8,000", ""], ["chen", "2026-02", "2500", "least wage"]]
    actions.settle(firm.gu, date(2026, 1, 1))
    right, wrong = looked(imports.WAGES, firm.gu, rows)
    assert wrong == {2}
    with pytest.raises(Refused):
        imports.WAGES.may(firm.wang)
    with pytest.raises(Refused):
        imports.WAGES.bring_in(firm.wang, Batch("工资.csv", right))
    assert not Wage.objects.exists()
    imports.WAGES.bring_in(firm.gu, Batch("工资.csv", right))
    assert [(w.name, w.month, w.value) for w in Wage.objects.all()] == [("least wage", date(2026, 2, 1), 2500)]


@pytest.mark.once
def test_twice_the_people_cost_no_more_queries(firm, month, client):
    client.force_login(firm.zhou)
    rep, counts = Position.objects.get(role="rep"), []
    for n in range(12):
        one = person(f"rep{n}", f"代表{n}", firm.east, rep, firm.wang)
        score(firm.wang, one, "1", month)
        wage(firm.gu, one, "5000", month)
        if n in (5, 11):
            with CaptureQueriesContext(connection) as asked:
                client.get("/appraisal/")
                client.get("/appraisal/wages/")
            counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_programs_enter_and_read_within_reach(firm, month, client):
    from squaredeal.organisation.team import actions as team
    keys = {who: {"Authorization": f"Bearer {team.make_token(who, who, name='t').plain}"} for who in (firm.wang, firm.li, firm.gu)}
    said = {"kind": "score", "person": firm.chen.pk, "name": KPI, "month": f"{month}", "value": "0.8"}
    codes = [client.put("/api/appraisal/", change, content_type="application/json", headers=keys[who]).status_code for who, change in (
        (firm.wang, said), (firm.li, said), (firm.gu, said), (firm.gu, {**said, "kind": "wage", "name": "wage", "value": "8000"}), (firm.wang, {**said, "kind": "wage"}))]
    assert codes == [200, 404, 422, 200, 404]
    seen = {who.login: [client.get(f"/api/appraisal/?month={month}&kind={kind}", headers=keys[who]).json() for kind in ("score", "wage")] for who in keys}
    assert [[len(rows) for rows in seen[login]] for login in ("wang", "li", "gu")] == [[1, 0], [0, 0], [1, 1]]
