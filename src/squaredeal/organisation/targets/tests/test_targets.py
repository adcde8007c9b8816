"""Targets: who sets them, that sums match, that past months are closed, and that a change can be undone."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.organisation.targets import actions, forms, policy, queries
from squaredeal.organisation.targets.models import Target
from squaredeal.organisation.targets.templatetags import targets as marks
from squaredeal.organisation.team import actions as team


@pytest.fixture
def month():
    return timezone.localdate().replace(day=1)


def put(actor, thing, amount, month):
    return actions.set_one(actor, thing, measure="receipts", month=month, amount=Decimal(amount))


def test_the_director_sets_regions_and_the_manager_people_below(firm, month):
    put(firm.zhou, firm.company, 300, month)
    put(firm.zhou, firm.east, 200, month)
    put(firm.wang, firm.chen, 150, month)
    assert queries.goal(firm.zhou, "firm", "receipts", month, month) == 300
    assert queries.goal(firm.wang, "team", "receipts", month, month) == 200
    assert queries.goal(firm.chen, "me", "receipts", month, month) == 150
    assert [(u.name, gap) for u, _a, _b, gap in queries.cascade(firm.zhou, "receipts", month, month)] == [("华辰工业", 100), ("华东", 50)]


@pytest.mark.parametrize(("who", "whose"), [("chen", "chen"), ("wang", "lin"), ("wang", "east"), ("wang", "wang"), ("gu", "chen"), ("xu", "chen")])
def test_others_may_not_and_nothing_changes(firm, month, who, whose):
    with pytest.raises(Refused):
        put(getattr(firm, who), getattr(firm, whose), 1, month)
    assert not Target.objects.exists()


def test_a_past_month_is_closed(firm, month):
    with pytest.raises(Refused, match="over|已过"):
        put(firm.zhou, firm.chen, 1, month - timedelta(days=1))
    assert not Target.objects.exists()


def test_undo_puts_back_what_stood_unless_it_was_changed_since(firm, month):
    put(firm.zhou, firm.chen, 100, month)
    put(firm.zhou, firm.chen, 200, month)
    change = queries.last_change(firm.zhou)
    with pytest.raises(Refused):
        actions.undo(firm.wang, change)
    actions.undo(firm.zhou, change)
    assert Target.objects.get().amount == 100
    with pytest.raises(Refused):
        actions.undo(firm.zhou, change)
    put(firm.zhou, firm.chen, 300, month)
    change = queries.last_change(firm.zhou)
    put(firm.wang, firm.chen, 400, month)
    with pytest.raises(Refused):
        actions.undo(firm.zhou, change)
    assert Target.objects.get().amount == 400


def test_a_change_is_not_undone_once_its_month_is_over_nor_by_who_leads_them_no_more(firm, month):
    """What people were paid by stays; and a manager who went west decides nothing in the east."""
    put(firm.wang, firm.chen, 100, month)
    change = queries.last_change(firm.wang)
    firm.wang.assignments.update(unit=firm.west)
    with pytest.raises(Refused):
        actions.undo(firm.wang, change)
    firm.wang.assignments.update(unit=firm.east)
    before = month - timedelta(days=1)
    Target.objects.update(month=before.replace(day=1))
    change.moves[0]["month"] = before.replace(day=1).isoformat()
    change.save()
    with pytest.raises(Refused, match="over|已过"):
        actions.undo(firm.wang, change)
    assert Target.objects.get().amount == 100 and queries.last_change(firm.wang).undone_at is None


def test_who_left_counts_and_is_shown_where_they_were(firm, month, client):
    put(firm.zhou, firm.east, 150, month)
    put(firm.zhou, firm.chen, 150, month)
    team.let_go(firm.xu, firm.chen, left_on=timezone.localdate() - timedelta(days=1))
    assert [gap for _u, _a, _b, gap in queries.cascade(firm.zhou, "receipts", month, month)] == [0]
    client.force_login(firm.wang)
    page = client.get("/targets/").text
    assert f'id="c-person-{firm.chen.pk}-' in page and f'id="c-unit-{firm.east.pk}-' not in page, "the manager sets what is left of it, not the region's own"


def test_the_neighbour_region_is_not_shown(firm, month, client):
    put(firm.zhou, firm.lin, 123_456, month)
    client.force_login(firm.wang)
    assert "123,456" not in client.get("/targets/").content.decode()
    client.force_login(firm.li)
    assert "123,456" in client.get("/targets/").content.decode()


def test_a_cell_takes_figures_as_people_type_them_and_answers_with_its_sums(firm, month, client, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    given = {"kind": "person", "pk": firm.chen.pk, "measure": "receipts", "month": month, "amount": "47.2"}
    with django_assert_max_num_queries(30):
        answer = client.post("/targets/cell/", given, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "undo" in answer["HX-Trigger"]
    assert Target.objects.get().amount == 472_000
    assert 'id="say" hx-swap-oob="true"' in answer.text, "the sentence above follows"
    again = client.post("/targets/cell/", given, headers={"HX-Request": "true"})
    assert "HX-Trigger" not in again and Journal.objects.count() == 1, "Enter sends a cell twice; the second changes nothing and leaves nothing to undo"
    wrong = client.post("/targets/cell/", {**given, "amount": "-1"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and f'id="c-person-{firm.chen.pk}-{month:%Y%m}" name="amount"' in wrong.text and 'value="-1" aria-invalid="true"' in wrong.text
    stale = client.post("/targets/cell/", {**given, "month": month - timedelta(days=1)}, headers={"HX-Request": "true"})
    assert stale.status_code == 422 and "invalid-feedback" in stale.text, "a month closed meanwhile is told below"
    assert client.post("/targets/cell/", {**given, "pk": 10**9}).status_code == 404
    assert Target.objects.get().amount == 472_000


def test_gap_is_what_is_still_to_be_distributed():
    assert policy.gap(Decimal(10), [Decimal(4), Decimal(7)]) == -1


@pytest.mark.parametrize(("said", "language", "yuan"), [("47.25", "zh-hans", 472_500), ("４７．２", "zh-hans", 472_000), ("1,047.2", "zh-hans", 10_472_000), ("472000 元", "zh-hans", 472_000), ("48万", "zh-hans", 480_000),
                                                        ("472,000", "en", 472_000), ("", "zh-hans", None), ("472000", "zh-hans", "refused")])
def test_a_cell_counts_as_its_column_says(said, language, yuan):
    """A bare figure is 万元 in Chinese and yuan in English; what looks like yuan in a column of 万元 is asked about, not taken for 47 亿."""
    with translation.override(language):
        form = forms.Cell({"kind": "person", "pk": 1, "measure": "receipts", "month": "2026-11-01", "amount": said})
        assert form.is_valid() == (yuan != "refused")
        if form.is_valid():
            assert form.cleaned_data["amount"] == yuan
            assert not yuan or forms.Celled().clean(marks.typed(Decimal(yuan))) == yuan
        else:
            assert "472000 元" in form.errors["amount"][0]


def test_sums_are_written_in_wan(firm, month, client):
    put(firm.zhou, firm.chen, 472_500, month)
    client.force_login(firm.zhou)
    page = client.get("/targets/").content.decode()
    assert "万元" in page and 'value="47.25"' in page and 'title="472,500.00"' in page and "472,500</b>" not in page
