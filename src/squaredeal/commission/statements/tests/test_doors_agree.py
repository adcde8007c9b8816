"""A statement with money taken back says the same sum on its page, in its sheet, through the API and on the phone, and each says why."""
import hashlib
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from squaredeal.commission.statements import queries
from squaredeal.organisation.team.models import Token

D = Decimal


@pytest.fixture
def taken(firm, book, office):
    """January paid 4,500 on a first order that came back in February, when 1,000 came in."""
    first = book.receive(book.contract(firm.chen, 339000, first_order=True), 339000, date(2026, 1, 10))
    office.close("2026-01")
    book.reverse(first, date(2026, 2, 3))
    book.receive(book.contract(firm.chen, 113000, first_order=True), 113000, date(2026, 2, 5))
    office.compute("2026-02")
    return queries.latest(firm.chen, firm.chen)


def test_page_sheet_and_api_agree_and_say_what_is_carried(client, firm, taken):
    s = taken
    assert s.carried < 0 and s.earned + s.earlier - s.reserved + s.carried_in - s.carried == s.payout > 0
    client.force_login(firm.chen)
    page = client.get(reverse("statements:statement", args=[s.pk])).content.decode()
    assert f"{s.payout:,.2f}" in page and f"一个月最多扣 20%，还欠 {-s.carried:,.2f}" in page
    book = [list(row) for row in load_workbook(io.BytesIO(client.get(reverse("statements:download", args=[s.pk])).content)).active.values]
    *lines, carried, total = book[1:]
    assert D(str(total[14])).quantize(D("0.01")) == s.payout == sum(D(str(row[14])) for row in [*lines, carried]).quantize(D("0.01"))
    assert "20%" in carried[15] and "首单 +0.5 点" in lines[0][8]
    Token.objects.create(person=firm.chen, name="test", digest=hashlib.sha256(b"key").hexdigest())
    told = client.get(f"/api/statements/{s.pk}", headers={"Authorization": "Bearer key"}).json()
    assert [D(told[name]) for name in ("earned", "earlier", "reserved", "carried_in", "carried", "payout")] == [
        s.earned, s.earlier, s.reserved, s.carried_in, s.carried, s.payout]


def test_a_line_on_its_own_leads_to_its_statement_and_its_receipt(client, firm, taken):
    line = queries.lines(firm.chen, taken)[0][0]
    client.force_login(firm.chen)
    page = client.get(reverse("statements:why", args=[line.pk])).content.decode()
    assert reverse("statements:statement", args=[taken.pk]) in page
    assert reverse("collection:receipt", args=[line.allocation.receipt_id]) in page
    line.allocation.receipt.customer.owner = firm.lin
    line.allocation.receipt.customer.save()
    page = client.get(reverse("statements:why", args=[line.pk])).content.decode()
    assert reverse("collection:receipt", args=[line.allocation.receipt_id]) not in page, "a receipt out of reach is named, not opened"


def test_the_months_list_sorts_pages_and_adds_up(client, firm, taken, monkeypatch):
    client.force_login(firm.zhou)
    url = reverse("statements:index")
    whole = client.get(url, {"period": "2026-02"})
    total, rows = whole.context["total"], whole.context["rows"]
    assert total["n"] == len(rows) == 2 and [row.payout for row, *_rest in rows] == sorted((row.payout for row, *_rest in rows), reverse=True)
    assert sum(row.payout for row, *_rest in rows) == total["payout"] == total["earned"] + total["earlier"] - total["reserved"] + total["balance"]
    assert f"{total['balance']:,.2f}" in whole.content.decode(), "what is carried has its column"
    by_earned = client.get(url, {"period": "2026-02", "sort": "earned"}).context["rows"]
    assert [row.earned for row, *_rest in by_earned] == sorted(row.earned for row, *_rest in rows)
    monkeypatch.setattr("squaredeal.commission.statements.views.PAGE", 1)
    second = client.get(url, {"period": "2026-02", "page": 2})
    assert len(second.context["rows"]) == 1 and second.context["total"] == total, "the sums are of all pages"
    client.force_login(firm.li)
    assert client.get(url, {"period": "2026-02"}).context["total"]["n"] == 0
