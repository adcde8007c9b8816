"""Objections on the page: each with its line and sum, answered one at a time, the next one raised about what it is about; and who has no commission."""
import re
from datetime import date

import pytest
from django.urls import reverse

from squaredeal.commission.runs import actions as runs
from squaredeal.commission.statements import actions, queries
from squaredeal.commission.statements.models import Objection


@pytest.fixture
def lines(firm, book, office):
    """Two lines of 陈静's, of one customer's name each."""
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    book.receive(book.contract(firm.chen, 226000), 226000, date(2026, 1, 20))
    office.compute("2026-01")
    return queries.lines(firm.chen, statement(firm))[0]


def statement(firm):
    return queries.latest(firm.chen, firm.chen)


def object_to(client, firm, text, **given):
    return client.post(reverse("statements:object", args=[statement(firm).pk]), {"text": text, **given}, headers={"HX-Request": "true"})


def boxes(page, name):
    """The text areas called `name` with what stands from them to their buttons."""
    return re.findall(rf'<textarea[^>]*name="{name}".*?<div class="bar">', page, re.S)


def test_after_an_objection_to_a_line_the_next_is_not_about_it(client, firm, lines):
    client.force_login(firm.chen)
    asked = client.get(reverse("statements:statement", args=[statement(firm).pk]), {"line": lines[1].pk}).content.decode()
    assert f'name="line" value="{lines[1].pk}"' in asked and f"对 {lines[1].customer} 2,000.00 提异议" in asked
    raised = object_to(client, firm, "少算了", line=lines[1].pk).content.decode()
    assert 'name="line"' not in raised and "有疑问" in raised
    assert f'data-why="{reverse("statements:why", args=[lines[1].pk])}"' in re.search(r'<tr[^>]*aria-selected="true"[^>]*>', raised)[0]
    assert object_to(client, firm, "预留也不对").status_code == 200
    assert sorted(Objection.objects.values_list("line_key", flat=True)) == ["", lines[1].key]


def test_a_line_with_an_open_objection_is_not_offered_again(client, firm, lines):
    actions.object_to(firm.chen, statement(firm), text="少算了", line=lines[1])
    client.force_login(firm.chen)
    page = client.get(reverse("statements:statement", args=[statement(firm).pk]), {"line": lines[1].pk}).content.decode()
    assert 'name="line"' not in page
    again = object_to(client, firm, "再说一次", line=lines[1].pk)
    assert again.status_code == 422 and "再说一次" in again.content.decode() and Objection.objects.count() == 1


def test_what_is_wrong_with_an_answer_stands_under_its_own_objection(client, firm, lines):
    first = actions.object_to(firm.chen, statement(firm), text="少算了", line=lines[1])
    actions.object_to(firm.chen, statement(firm), text="预留也不对")
    client.force_login(firm.gu)
    refused = client.post(reverse("statements:answer", args=[first.pk]), {"answer": "  ", "upheld": "on"}, headers={"HX-Request": "true"})
    mine, other = boxes(refused.content.decode(), "answer")
    assert refused.status_code == 422 and 'aria-invalid="true"' in mine and "invalid-feedback" in mine
    assert "aria-invalid" not in other and "invalid-feedback" not in other
    assert not Objection.objects.exclude(state="open").exists()


def test_an_objection_says_which_sum_it_is_about(client, firm, lines):
    actions.object_to(firm.chen, statement(firm), text="少算了", line=lines[1])
    client.force_login(firm.gu)
    page = client.get(reverse("statements:statement", args=[statement(firm).pk])).content.decode()
    assert f"异议：{lines[1].customer} 2,000.00" in page and "T" not in re.search(r"<time[^>]*>([^<]*)", page)[1] and re.search(r'<time class="w">今天 \d\d:\d\d', page)


def test_nothing_kept_back_is_said_so(client, firm, lines):
    client.force_login(firm.wang)
    page = client.get(reverse("statements:statement", args=[queries.latest(firm.wang, firm.wang).pk])).content.decode()
    assert "年底返还" not in page
    client.force_login(firm.chen)
    assert "年底返还" in client.get(reverse("statements:statement", args=[statement(firm).pk])).content.decode()


def test_a_month_that_was_paid_says_the_day_it_was(client, firm, lines):
    run = runs.post(firm.gu, runs.approve(firm.zhou, runs.review(firm.gu, statement(firm).run)))
    client.force_login(firm.chen)
    url = reverse("statements:statement", args=[statement(firm).pk])
    assert "随 3 月 13 日发" in client.get(url).text
    runs.pay(firm.gu, run, paid_on=date(2026, 3, 9))
    paid = client.get(url).text
    assert "3 月 9 日已发" in paid and "随 3 月 13 日发" not in paid


def test_whoever_is_paid_no_commission_is_told_so_and_asked_for_nothing(client, firm, lines):
    client.force_login(firm.xu)
    page = client.get(reverse("statements:mine"))
    assert page.status_code == 200 and "你的岗位没有提成" in page.content.decode()
    assert reverse("statements:estimate", args=[firm.xu.pk]) not in page.content.decode()
    client.force_login(firm.chen)
    assert reverse("statements:estimate", args=[firm.chen.pk]) in client.get(reverse("statements:mine")).content.decode()
