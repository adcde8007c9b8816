"""Trying a version on months gone by: the sentence, each person, one rate for a budget, the sheet; finance and the director only."""
import io
import threading
import time
from datetime import date
from decimal import Decimal as D
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.urls import reverse
from openpyxl import load_workbook

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import simulate_views, simulating, spreading
from squaredeal.commission.runs.models import Line, Run
from squaredeal.engine.plan.levers import lever
from squaredeal.engine.trials import seeking
from squaredeal.engine.trials.simulate import Bucket

PART = {"HX-Request": "true"}


@pytest.fixture
def tried(firm, book, plan):
    """Receipts of 陈 and 林 in January and February, and a draft that pays 1.2% where the plan pays 1%, and 1% from 30 万 on."""
    book.receive(book.contract(firm.chen, 452000), 452000, date(2026, 1, 10))
    book.receive(book.contract(firm.lin, 113000), 113000, date(2026, 1, 12))
    book.receive(book.contract(firm.lin, 113000), 113000, date(2026, 2, 12))
    text = HUACHEN.read_text(encoding="utf-8").replace("[[0, 1%], [300000, 1.5%], [1000000, 2%]]", "[[0, 1.2%], [300000, 0.5%], [1000000, 0.5%]]")
    draft = plans.draft(firm.gu, None, text=text.split("examples:")[0])
    return {"old": plan.pk, "new": draft.pk, "first": "2026-01", "last": "2026-02", "by": "earned"}


def test_the_result_says_who_gains_and_who_loses_and_nothing_is_posted(client, firm, tried, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("runs:simulate"), tried, headers=PART).content.decode()
    for shown in ("陈静", "林涛", "4,500.00", "4,100.00", "−400.00", "+400.00", "2,000.00", "+20.0%", "−8.9%"):
        assert shown in page, shown
    assert "<html" not in page and not Run.objects.exists() and not Line.objects.exists()


@pytest.mark.once
@pytest.mark.once
def test_the_labels_under_the_spread_stand_apart_at_every_size():
    counts = {"change": 3, "same": 1, "new": 0}
    edges = [(None, -20), (-20, -10), (-10, -5), (-5, 0), "same", (0, 5), (5, 10), (10, 20), (20, None), "new"]
    buckets = [Bucket(x, None, None, counts[x], D(0)) if isinstance(x, str) else Bucket("change", *(None if v is None else D(v) / 100 for v in x), 3, D(0)) for x in edges]
    drawn = spreading.spread(buckets)
    assert [text for _x, text, _kind in drawn["labels"]] == ["−20", "−10", "−5", "0", "5", "10", "20"] and len(drawn["bars"]) == 9
    ends = [(x - 4 * len(text), x + 4 * len(text)) for x, text, _kind in drawn["labels"]]  # a letter of the phone is eight wide
    assert all(a[1] + 4 < b[0] for a, b in zip(ends, ends[1:], strict=False))
    assert [kind for *_x, kind in spreading.spread([*buckets[:-1], Bucket("new", None, None, 2, D(0))])["labels"]][-1] == "new"


def test_the_version_in_force_is_held_against_the_one_before_it(client, firm, tried):
    plans.publish(firm.zhou, plans.PlanVersion.objects.get(pk=tried["new"]), starts_on=date(2026, 2, 1))
    client.force_login(firm.zhou)
    form = client.get(reverse("runs:simulate"), {"new": tried["new"]}).context["form"]
    assert (form.cleaned_data["old"], form.cleaned_data["new"]) == (str(tried["old"]), str(tried["new"]))


def test_the_page_comes_first_and_the_result_in_its_slot(client, firm, tried):
    client.force_login(firm.gu)
    page = client.get(reverse("runs:simulate"), tried).content.decode()
    assert "hx-trigger=\"load\"" in page and "4,500.00" not in page
    whole = client.get(reverse("runs:simulate"), {**tried, "show": 1, "sort": "name"}).content.decode()
    assert "4,500.00" in whole and "<html" in whole and 'aria-sort="ascending"' in whole


def test_only_the_months_chosen_count(client, firm, tried):
    client.force_login(firm.gu)
    page = client.get(reverse("runs:simulate"), {**tried, "first": "2026-02"}, headers=PART).content.decode()
    assert "林涛" in page and "+200.00" in page and "4,500.00" not in page


def test_a_rate_is_solved_for_a_total(client, firm, tried):
    client.force_login(firm.zhou)
    asked = {**tried, "rate": "components.回款提成.rate.table.1", "budget": "6000"}
    answer = client.get(reverse("runs:seek"), asked, headers=PART)
    page = answer.content.decode()
    assert answer.status_code == 200 and "1.2%" in page and 'role="status"' in page
    assert client.get(reverse("runs:seek"), {**asked, "budget": "much"}, headers=PART).status_code == 422
    assert client.get(reverse("runs:seek"), {**asked, "rate": "components.nobody.rate"}, headers=PART).status_code == 422


@pytest.mark.once
def test_a_long_search_is_told_while_it_runs_and_ends_with_the_same_answer(client, firm, tried, monkeypatch):
    asked = {**tried, "rate": "components.回款提成.rate.table.1", "budget": "6000.01"}
    goes = threading.Event()   # the search stands where the test looks at it; what a rate costs is the test's above
    monkeypatch.setattr(seeking, "cost_of", lambda plan, *given: goes.wait(30) and lever(plan, asked["rate"]).value * 600_000)
    goes.set()
    client.force_login(firm.zhou)
    at_once = client.get(reverse("runs:seek"), asked, headers=PART).context["answer"]
    caches["answers"].clear()
    monkeypatch.setattr(simulating, "APART", 0)
    monkeypatch.setattr(simulate_views, "PATIENCE", 0)
    goes.clear()
    first = client.get(reverse("runs:seek"), asked, headers=PART)
    goes.set()
    assert "<progress" in first.content.decode() and "answer" not in first.context
    for _turn in range(400):
        page = client.get(reverse("runs:seek"), asked, headers=PART)
        if "answer" in page.context:
            break
        time.sleep(0.05)
    assert (page.context["answer"].value, page.context["answer"].cost) == (at_once.value, at_once.cost)


def test_a_search_is_called_off_by_who_began_it(client, firm, tried, monkeypatch):
    """It stops where it looks up, says so, and can be begun anew; a colleague's press stops nothing of another's."""
    asked, ended = {**tried, "rate": "components.回款提成.rate.table.1", "budget": "6000.02"}, []

    def endless(*given, progress, cancel, **more):
        progress("1%")
        for _turn in range(3000):   # longer than any machine takes to press
            if cancel():
                ended.append(True)
                raise InterruptedError
            time.sleep(0.02)
    monkeypatch.setattr(seeking, "seek", endless)
    monkeypatch.setattr(simulating, "APART", 0)
    monkeypatch.setattr(simulate_views, "PATIENCE", 0.2)
    client.force_login(firm.zhou)
    address = f"{reverse('runs:seek')}?{urlencode(asked)}"
    assert "<progress" in client.get(address, headers=PART).content.decode()
    client.force_login(firm.chen)
    assert client.post(address, headers=PART).status_code == 404 and not ended
    client.force_login(firm.zhou)
    page = client.post(address, headers=PART)
    assert ended and page.status_code == 200 and page.context["said"] == "算到一半停了。"
    assert "<progress" not in page.content.decode() and 'value="6000.02"' in page.content.decode()


def test_the_sheet_holds_numbers_by_person_and_component(client, firm, tried):
    client.force_login(firm.gu)
    rows = list(load_workbook(io.BytesIO(client.get(reverse("runs:simulation"), tried).content)).active.values)
    chen = [r for r in rows if r[0] == "陈静"]
    assert [float(c) for c in chen[0][3:6]] == [4500.0, 4100.0, -400.0] and chen[1][2] == "回款提成"


@pytest.mark.parametrize("name", ["simulate", "seek", "simulation"])
def test_for_everybody_else_it_is_not_there(client, firm, tried, name):
    for who in (firm.chen, firm.wang, firm.xu):
        client.force_login(who)
        assert client.get(reverse(f"runs:{name}"), tried).status_code == 404


def test_wrong_choices_are_named_and_a_firm_without_a_plan_is_led_on(client, firm, tried):
    client.force_login(firm.gu)
    for wrong in ({"old": "x"}, {"new": 10**9}, {"first": "2026-02", "last": "2026-01"}, {"first": "1999-01"}, {"by": "luck"}):
        assert client.get(reverse("runs:simulate"), {**tried, **wrong}).status_code == 422, wrong


@pytest.mark.django_db
def test_without_a_plan_there_is_nothing_to_try(client, firm):
    client.force_login(firm.gu)
    assert reverse("plans:index") in client.get(reverse("runs:simulate")).content.decode()


def test_the_plan_page_leads_here(client, firm, tried):
    client.force_login(firm.gu)
    assert f"{reverse('runs:simulate')}?new={tried['new']}" in client.get(reverse("plans:plan", args=[tried["new"]])).content.decode()
    client.force_login(firm.chen)
    assert reverse("runs:simulate") not in client.get(reverse("plans:plan", args=[tried["old"]])).content.decode()
