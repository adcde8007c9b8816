"""Runs through their pages: finance and the director only; each step; refusals that change nothing; the payout table."""
import io
import re
from datetime import date
from decimal import Decimal as D

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions as plan_actions
from squaredeal.commission.runs import actions
from squaredeal.commission.runs.models import Run
from squaredeal.process.collection import actions as collection
from squaredeal.process.collection.models import Receipt


@pytest.fixture
def run(firm, book, office):
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    return office.compute("2026-01")


def move(client, run, step, **given):
    return client.post(reverse("runs:move", args=[run.pk, step]), given)


def test_runs_are_not_there_for_others(client, firm, run):
    for who in (firm.chen, firm.wang, firm.xu):
        client.force_login(who)
        for url in (reverse("runs:index"), reverse("runs:run", args=[run.pk]), reverse("runs:payout", args=[run.pk]),
                    reverse("runs:lines", args=[run.pk]), reverse("runs:verify", args=[run.pk])):
            assert client.get(url).status_code == 404
        assert move(client, run, "review").status_code == 404
        assert client.post(reverse("runs:compute")).status_code == 404
    assert Run.objects.get().state == "computed"


def test_a_month_goes_through_the_pages_to_paid(client, firm, run):
    client.force_login(firm.gu)
    assert "送周衡批准" in client.get(reverse("runs:run", args=[run.pk])).content.decode()
    assert move(client, run, "review").status_code == 302
    refused = move(client, run, "approve")
    assert refused.status_code == 422 and "你算的，你不能批" in refused.content.decode()
    client.force_login(firm.zhou)
    assert move(client, run, "approve").status_code == 302
    client.force_login(firm.gu)
    assert move(client, run, "post").status_code == 302
    assert move(client, run, "post").status_code == 422
    assert move(client, run, "pay", paid_on="2026-03-13").status_code == 302
    run.refresh_from_db()
    assert (run.state, run.paid_on) == ("paid", date(2026, 3, 13))
    assert "一分不差" in client.get(reverse("runs:verify", args=[run.pk])).content.decode()


def test_sending_back_without_a_word_is_refused(client, firm, run):
    client.force_login(firm.gu)
    move(client, run, "review")
    client.force_login(firm.zhou)
    assert move(client, run, "send_back", note="").status_code == 422
    assert Run.objects.get().state == "reviewed"


def test_what_a_step_asks_for_is_refused_under_its_field_with_what_was_typed(client, firm, run):
    actions.post(firm.gu, actions.approve(firm.zhou, actions.review(firm.gu, run)))
    client.force_login(firm.gu)
    for said, told in (("gestern", "日子写成"), ("2099-01-01", "2099-01-01 还没到"), ("2026-01-05", "没过完")):
        refused = move(client, run, "pay", paid_on=said)
        assert refused.status_code == 422 and "sd-refusal" not in refused.text
        field = re.search(r"<details[^>]*open>(?:(?!</details>).)*登记已发.*?</details>", refused.text, re.S)[0]
        assert f'value="{said}"' in field and 'aria-invalid="true"' in field and told in re.search(r'id="id_paid_on_error">([^<]*)', field)[1]
        assert Run.objects.get().state == "posted", "a day that cannot be read is not today"
    move(client, run, "pay", paid_on="2026-03-13")
    refused = move(client, run, "unpay", note=" ")
    assert refused.status_code == 422 and "写明为什么撤回" in re.search(r'id="id_note_error">([^<]*)', refused.text)[1]
    assert Run.objects.get().state == "paid"


def test_computing_again_says_what_changed_and_why(client, firm, book, office, run):
    book.receive(book.contract(firm.chen, 56500), 56500, date(2026, 1, 25))
    client.force_login(firm.gu)
    answer = client.post(reverse("runs:compute"), {"period": "2026-01"}, follow=True)
    page = answer.content.decode()
    assert "比第 1 次变了什么" in page and "补到账" in page and "+500.00" in page and "+150.00" in page


def test_a_reversal_in_a_closed_month_is_no_new_receipt(client, firm, book, office):
    """陈 took 300,000 in January and 56,500 more at the second rate; without the first the second falls to the first rate."""
    first = book.receive(book.contract(firm.chen, 339000), 339000, date(2026, 1, 10))
    book.receive(book.contract(firm.chen, 56500), 56500, date(2026, 1, 25))
    office.close("2026-01")
    office.compute("2026-02")
    book.reverse(first, date(2026, 2, 3))
    client.force_login(firm.gu)
    page = client.post(reverse("runs:compute"), {"period": "2026-02"}, follow=True).text
    changed = page.split("比第 1 次变了什么")[1].split("按人")[0]
    assert re.findall(r'<div class="chg"><b>([^<]*)', changed) == ["冲销", "换档"] and "补到账" not in changed
    assert f"2026-02-03 被 {Receipt.objects.get(reverses=first.receipt)} 冲销" in changed and "−3,000.00" in changed and "−250.00" in changed


@pytest.mark.once
def test_a_month_computed_by_another_version_says_so_and_no_receipt_is_gone(client, firm, office, run):
    other = plan_actions.draft(firm.gu, None, text=HUACHEN.read_text(encoding="utf-8").split("examples:")[0])
    run.lines.update(plan=other, difference=1)
    again = office.compute("2026-01")
    client.force_login(firm.gu)
    page = client.get(reverse("runs:run", args=[again.pk])).content.decode()
    assert "换了一版办法" in page and "到账没了" not in page and "补到账" not in page


def test_a_month_that_is_not_there_is_refused_in_words(client, firm, run):
    client.force_login(firm.gu)
    for period in ("2031-01", "x"):
        answer = client.post(reverse("runs:compute"), {"period": period})
        assert answer.status_code in (302, 422)
    assert client.post(reverse("runs:compute"), {"period": "2031-01"}).status_code == 422


def test_the_payout_table_adds_up(client, firm, run):
    client.force_login(firm.gu)
    run.statements.filter(person=firm.chen).update(attainment=D("1.6179"))
    run.statements.filter(person=firm.wang).update(attainment=0)
    made = load_workbook(io.BytesIO(client.get(reverse("runs:payout", args=[run.pk])).content)).active
    rows = list(made.values)
    assert {row[0] for row in rows[1:]} == {"陈静", "王敏"}
    assert round(sum(row[11] for row in rows[1:]), 2) == float(run.payout)
    assert all(round(sum(row[4:11]), 2) == row[11] for row in rows[1:])              # earned, differences, released later, reserve, limit, draw, carried: what is payable
    assert {(cell.value, cell.number_format) for cell in made["D"][1:]} == {(1.6179, "0.0%"), (0, "0.0%")}


@pytest.mark.once
def test_who_has_left_is_told_only_while_something_is_paid(client, firm, run):
    firm.chen.left_on = date(2026, 1, 20)
    firm.chen.save()
    client.force_login(firm.gu)
    assert "陈静 已离职，应发" in client.get(reverse("runs:run", args=[run.pk])).content.decode()
    run.statements.filter(person=firm.chen).update(payout=0)
    assert "已离职" not in client.get(reverse("runs:run", args=[run.pk])).content.decode()


def test_lines_open_by_component(client, firm, run):
    client.force_login(firm.gu)
    page = client.get(reverse("runs:lines", args=[run.pk]), {"component": "团队提成"}).content.decode()
    assert "王敏" in page and "陈静" not in page


def test_what_came_after_the_computing_is_said_before_it_is_signed(client, firm, run):
    client.force_login(firm.zhou)
    assert "算过之后" not in client.get(reverse("runs:run", args=[run.pk])).content.decode()
    collection.record(firm.gu, run.lines.first().allocation.receipt.customer, on=date(2026, 1, 30), amount=D(1130))
    assert "算过之后又登记或冲销了 1 笔到账" in client.get(reverse("runs:run", args=[run.pk])).content.decode()


def test_a_plan_that_begins_in_a_closed_month_says_what_it_is_laid_over_and_its_lines_say_why(client, firm, office, run):
    for who, verb in ((firm.gu, actions.review), (firm.zhou, actions.approve), (firm.gu, actions.post)):
        verb(who, Run.objects.get(pk=run.pk))
    client.force_login(firm.zhou)
    touched = reverse("runs:touched")
    assert "<b>1 个月入账</b>" in client.get(touched, {"starts_on": "2026-01-01"}).content.decode()
    assert "入账</b>" not in client.get(touched, {"starts_on": "2026-02-01"}).content.decode()
    client.force_login(firm.chen)
    assert client.get(touched, {"starts_on": "2026-01-01"}).status_code == 404
    text = HUACHEN.read_text(encoding="utf-8").replace("rate: 0.3%", "rate: 0.4%")
    plan_actions.publish(firm.zhou, plan_actions.draft(firm.gu, None, text=text), starts_on=date(2026, 1, 1))
    late = office.compute("2026-02")
    assert late.earned == 0 and {line.detail["cause"]["code"] for line in late.lines.all()} == {"plan"}
    sums = {s.person.login: s.earlier for s in late.statements.select_related("person")}
    assert sums["chen"] == 0 and sums["wang"] == round(sum(x.base for x in run.lines.filter(component="团队提成")) * D("0.001"), 2)


def test_one_of_each_is_said_as_one(client, firm, run, book):
    client.force_login(firm.gu)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("runs:run", args=[run.pk])).text
    assert "</u> yuan, computed." in client.get(reverse("runs:index")).text
    assert "1 person · 1 line<" in page and "1 people" not in page and "1 lines" not in page.replace("1 lines, ", "")
    book.receive(book.contract(firm.chen, 56500), 56500, date(2026, 1, 25))
    again = client.post(reverse("runs:compute"), {"period": "2026-01"}, follow=True).text
    assert "1 cause, +" in again


def test_a_sum_on_a_phone_says_what_it_is(client, firm, run):
    client.force_login(firm.gu)
    foot = re.search(r"<tfoot>.*?</tfoot>", client.get(reverse("runs:run", args=[run.pk])).text.split('class="sd-table listy ppl"')[1], re.S)[0]
    assert '<td class="r q3"><span class="sd-ponly sd-3">应发 </span>' in foot
