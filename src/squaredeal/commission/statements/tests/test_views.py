"""Statements through their pages: who reaches what, what is shown, what is refused, how many questions a page asks."""
import io
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from squaredeal.commission.runs import actions as runs
from squaredeal.commission.statements import queries
from squaredeal.commission.statements.models import Objection


@pytest.fixture
def run(firm, book, office):
    first = book.contract(firm.chen, 565000, first_order=True)
    book.receive(first, 339000, date(2026, 1, 10))
    book.receive(first, 226000, date(2026, 1, 20), days_overdue=97)
    book.receive(book.contract(firm.lin, 113000), 113000, date(2026, 1, 12))
    return office.compute("2026-01")


def address(who, name="statement"):
    return reverse(f"statements:{name}", args=[queries.latest(who, who).pk])


def test_each_sees_the_statements_of_their_reach(client, firm, run):
    seen = {}
    for who in (*firm.sales, firm.gu, firm.xu):
        client.force_login(who)
        seen[who.login] = [client.get(address(owner)).status_code for owner in (firm.chen, firm.lin)]
    assert seen == {"zhou": [200, 200], "wang": [200, 404], "li": [404, 200], "chen": [200, 404], "lin": [404, 200], "gu": [200, 200],
                    "xu": [404, 404]}


def test_every_door_to_a_neighbours_statement_is_shut(client, firm, run):
    line = queries.lines(firm.chen, queries.latest(firm.chen, firm.chen))[0][0]
    objection = Objection.objects.create(person=firm.chen, period=run.period, text="x", due_on=date(2026, 2, 5))
    client.force_login(firm.lin)
    assert client.get(reverse("statements:why", args=[line.pk])).status_code == 404
    assert client.get(address(firm.chen, "download")).status_code == 404
    assert client.get(reverse("statements:estimate", args=[firm.chen.pk])).status_code == 404
    for url in (address(firm.chen, "confirm"), address(firm.chen, "object"), reverse("statements:answer", args=[objection.pk]),
                reverse("statements:withdraw", args=[objection.pk])):
        assert client.post(url, {"text": "x", "answer": "x"}).status_code == 404
    objection.refresh_from_db()
    assert objection.state == "open" and Objection.objects.count() == 1
    assert client.get(reverse("statements:of_receipt", args=[line.allocation.receipt_id])).status_code == 404
    client.force_login(firm.chen)
    assert b"SK-" in client.get(reverse("statements:of_receipt", args=[line.allocation.receipt_id])).content


def test_a_rep_lands_on_their_own_and_a_manager_on_the_teams(client, firm, run):
    client.force_login(firm.chen)
    assert client.get(reverse("statements:index")).url == address(firm.chen)
    client.force_login(firm.wang)
    page = client.get(reverse("statements:index")).content.decode()
    assert "陈静" in page and "林涛" not in page


def test_the_statement_shows_share_base_rate_and_reasons(client, firm, run):
    client.force_login(firm.chen)
    page = client.get(address(firm.chen)).content.decode()
    for shown in ("300,000.00", "200,000.00", "4,500.00", "1% ", "1.5%", "首单 +0.5 点", "逾期 97 天 × 0.5", "3,000.00"):
        assert shown.replace("3,000.00", "2,000.00") in page or shown in page, shown


def test_the_why_computes_to_the_line_and_names_its_clauses(client, firm, run):
    line = queries.lines(firm.chen, queries.latest(firm.chen, firm.chen))[0][1]
    client.force_login(firm.chen)
    page = client.get(reverse("statements:why", args=[line.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    for shown in ("226,000.00 ÷ (1 + 0.13)", "200,000.00 × 1.5%", "200,000.00 × 0.5%", "2,000.00", "polyline"):
        assert shown in page, shown


def test_confirm_and_object_through_the_page(client, firm, run):
    client.force_login(firm.chen)
    refused = client.post(address(firm.chen, "object"), {"text": "  "})
    assert refused.status_code == 422 and not Objection.objects.exists()
    client.post(address(firm.chen, "object"), {"text": "第 2 笔不该折半"})
    assert Objection.objects.get().text == "第 2 笔不该折半"
    client.post(address(firm.chen, "confirm"))
    assert queries.latest(firm.chen, firm.chen).confirmed_at
    assert client.post(address(firm.chen, "confirm")).status_code == 422
    client.force_login(firm.gu)
    assert "第 2 笔不该折半" in client.get(address(firm.chen)).content.decode()
    answered = client.post(reverse("statements:answer", args=[Objection.objects.get().pk]), {"answer": "晚 97 天，按一半", "upheld": ""})
    assert answered.status_code == 302 and Objection.objects.get().state == "declined"


def test_the_download_holds_numbers_and_no_formulas(client, firm, run, book, office):
    from squaredeal.process.customers.models import Customer
    Customer.objects.update(short_name="=2+3")
    client.force_login(firm.chen)
    rows = list(load_workbook(io.BytesIO(client.get(address(firm.chen, "download")).content)).active.values)
    assert rows[1][3] == "'=2+3"
    assert float(rows[1][9]) == 4500.0 and isinstance(rows[1][9], (int, float))


def test_the_download_says_why_a_closed_month_differs(client, firm, book, office):
    first = book.receive(book.contract(firm.chen, 339000), 339000, date(2026, 1, 10))
    book.receive(book.contract(firm.chen, 56500), 56500, date(2026, 1, 25))
    office.close("2026-01")
    reversal = book.reverse(first, date(2026, 2, 3))
    office.compute("2026-02")
    client.force_login(firm.chen)
    for lang, reason, clause in (("zh-hans", f"2026-02-03 被 {reversal.receipt} 冲销", "三·3"), ("en", f"Receipt reversed by {reversal.receipt} on 2026-02-03", "3.3")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
        rows = list(load_workbook(io.BytesIO(client.get(address(firm.chen, "download")).content)).active.values)
        differences = {row[15]: (row[0], float(row[11]), row[16]) for row in rows if row[0] == "2026-01"}
        assert differences.pop(reason)[:2] == ("2026-01", -3000.0)
        assert list(differences.values()) == [("2026-01", -250.0, clause)], "the second receipt falls to the first rate"


def test_the_estimate_of_the_running_month_moves_with_receipts(client, firm, book, plan):
    from django.utils import timezone
    client.force_login(firm.chen)
    url = reverse("statements:estimate", args=[firm.chen.pk])
    assert "0.00" in client.get(url).content.decode()
    book.receive(book.contract(firm.chen, 113000), 113000, timezone.localdate())
    assert "1,000.00" in client.get(url).content.decode()
    assert queries.estimate(firm.chen, firm.chen).earned == 1000 and queries.estimate(firm.lin, firm.chen) is None


def test_pages_ask_the_same_number_of_questions_at_n_and_2n(client, firm, book, office, run, django_assert_max_num_queries):
    client.force_login(firm.chen)
    for _again in range(2):
        for url in (address(firm.chen), reverse("statements:mine")):
            with django_assert_max_num_queries(15):
                assert client.get(url).status_code == 200
        client.force_login(firm.gu)
        for url in (reverse("statements:index"), reverse("runs:index"), reverse("runs:run", args=[office_run(firm).pk])):
            with django_assert_max_num_queries(15):
                assert client.get(url).status_code == 200
        client.force_login(firm.chen)
        for n in range(5):
            book.receive(book.contract(firm.chen, 11300), 11300, date(2026, 1, 21 + n))
        office.compute("2026-01")


def office_run(firm):
    from squaredeal.commission.runs import queries as of_runs
    return of_runs.live_run(firm.gu, of_runs.period(firm.gu, "2026-01"))


def test_the_desk_learns_what_waits(firm, office, run):
    from squaredeal.commission.runs import queries as of_runs
    assert [n["url"] for n in queries.needs(firm.chen)] == [address(firm.chen)]
    assert [n["verbs"][0]["url"] for n in of_runs.needs(firm.gu)] == [reverse("runs:move", args=[run.pk, "review"])]
    assert of_runs.needs(firm.zhou) == [] and of_runs.needs(firm.chen) == []
    runs.review(firm.gu, run)
    assert [n["verbs"][0]["url"] for n in of_runs.needs(firm.zhou)] == [reverse("runs:move", args=[run.pk, "approve"])]


def test_a_customers_timeline_tells_the_commission_within_reach(firm, book, office):
    contract = book.contract(firm.chen, 113000)
    book.receive(contract, 113000, date(2026, 1, 10))
    office.close("2026-01")
    assert [e["amount"] for e in queries.timeline(firm.chen, contract.customer)] == [1000]
    assert [e["amount"] for e in queries.timeline(firm.zhou, contract.customer)] == [1300]
    assert queries.timeline(firm.lin, contract.customer) == []
