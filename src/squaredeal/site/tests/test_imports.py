"""The import pages: real files in real encodings, mapping, wrong rows, undo, roles, other people's files, nothing half-written."""
import io
import time
from datetime import date, datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from squaredeal.kernel.models import Entry, Journal
from squaredeal.process.collection.models import Receipt
from squaredeal.process.customers import intake
from squaredeal.process.customers.models import Customer
from squaredeal.site.imports import keeping

pytestmark = pytest.mark.django_db
TEXT = "客户名称,联系电话,业务员,预算（元）\n苏州凌云新材料有限公司,0512-6288 1234,陈静,48万\n宿州正和机电有限公司,139 0512 6612,,\n"


@pytest.fixture(autouse=True)
def no_files_yet():
    yield
    for file in (settings.HOME / "imports").glob("*"):
        file.unlink()


def choose(client, person, content, name="客户.csv", kind="customers"):
    """Upload; the token of the kept file, or the page that says no."""
    client.force_login(person)
    response = client.post(f"{reverse('site:import')}?kind={kind}", {"file": SimpleUploadedFile(name, content)})
    return response if response.status_code != 302 else response["Location"].rstrip("/").rsplit("/", 1)[1]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seen(client, token, **query):
    return client.get(reverse("site:import_file", args=[token]), query).context["seen"]


def bring(client, token, **mapping):
    return client.post(reverse("site:import_bring", args=[token]), mapping, follow=True)


def wrong_rows(client, token, **query):
    response = client.get(reverse("site:import_wrong", args=[token]), query)
    return [list(row) for row in load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_comes_in_whatever_its_encoding(client, firm, encoding):
    token = choose(client, firm.zhou, TEXT.encode(encoding))
    page = seen(client, token)
    assert (page.recognised, len(page.good), page.wrong) == (4, 2, [])
    assert not Customer.objects.exists()
    page = bring(client, token)
    assert (page.context["kept"].file, page.context["kept"].brought) == ("客户.csv", 2)
    one, two = Customer.objects.order_by("pk")
    assert (one.name, one.owner, one.phone, one.budget_low) == ("苏州凌云新材料有限公司", firm.chen, "0512-6288 1234", 480000)
    assert two.name == "宿州正和机电有限公司"


def test_the_same_sheet_is_known_again_by_what_it_says_and_may_be_brought_in_all_the_same(client, firm):
    """Under another name and as a workbook it is the same; another sheet under the old name is not, nor is one that was taken back."""
    bring(client, choose(client, firm.zhou, TEXT.encode()))
    cells = workbook(*[line.split(",") for line in TEXT.splitlines()])
    page = client.get(reverse("site:import_file", args=[choose(client, firm.wang, cells, "再来一次.xlsx")]))
    assert (page.context["same"].actor, page.context["same"].count) == (firm.zhou, 2)
    assert "周衡" in page.text and "“客户.csv”" in page.text
    other = client.get(reverse("site:import_file", args=[choose(client, firm.zhou, TEXT.replace("48万", "49万").encode())]))
    assert other.context["same"] is None
    client.post(reverse("site:import_undo", args=[Journal.objects.get().pk]))
    token = choose(client, firm.zhou, TEXT.encode())
    assert client.get(reverse("site:import_file", args=[token])).context["same"] is None
    bring(client, token)
    assert Customer.objects.count() == 2


def test_a_workbook_with_a_title_above_and_days_and_numbers_as_cells(client, firm):
    content = workbook(["华东潜在客户"], [], ["公司", "电话", "预算", "下一步", "下一步日期"],
                       ["苏州凌云", 13905126612, 620000.5, "电话", datetime(2099, 12, 1)], ["宿州正和", 13905126613, 5, "拜访", date(2099, 12, 2)])
    token = choose(client, firm.chen, content, "客户.xlsx")
    bring(client, token)
    one, two = Customer.objects.order_by("pk")
    assert (one.phone, str(one.budget_low), one.next_step_on) == ("13905126612", "620000.50", date(2099, 12, 1))
    assert two.next_step_on == date(2099, 12, 2) and one.owner == firm.chen


def test_a_changed_mapping_is_counted_again_and_obeyed(client, firm):
    token = choose(client, firm.zhou, "甲,乙\n苏州凌云新材料,苏州\n".encode())
    page = client.get(reverse("site:import_file", args=[token]))
    assert page.context["seen"].missing[0].name == "name" and page.context["seen"].good == []
    assert bring(client, token).status_code == 422 and not Customer.objects.exists()
    part = client.get(reverse("site:import_file", args=[token]), {"c0": "name", "c1": "name"}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content and [c["name"] for c in part.context["seen"].columns] == ["name", ""]
    bring(client, token, c0="name", c1="city")
    assert Customer.objects.get().city == "苏州"


def test_wrong_rows_stay_out_and_come_back_as_a_sheet_without_formulas(client, firm):
    rows = "客户名称,预算,备注\n苏州凌云新材料,5,\n,7,=HYPERLINK(1)\n常州海天精机,很多,+86\n苏州凌云新材料有限公司,1,\n".encode("gb18030")
    token = choose(client, firm.zhou, rows)
    assert [(w.line, w.column) for w in seen(client, token).wrong] == [(3, "name"), (4, "budget_low"), (5, "name")]
    before = wrong_rows(client, token)
    page = bring(client, token)
    assert Customer.objects.get().name == "苏州凌云新材料" and page.context["wrong"] == 3
    after = wrong_rows(client, token)
    assert before == after and after[0][:3] == ["客户名称", "预算", "备注"]
    assert [row[3] for row in after[1:]] == [3, 4, 5] and after[1][2] == "'=HYPERLINK(1)" and after[2][2] == "'+86"
    assert all(row[4] for row in after[1:])


def test_mended_wrong_rows_come_in(client, firm):
    token = choose(client, firm.zhou, "客户名称,预算\n常州海天精机,很多\n苏州凌云新材料,1\n".encode())
    bring(client, token)
    head, row = wrong_rows(client, token)
    token = choose(client, firm.zhou, workbook(head, [row[0], "5", *row[2:]]), "错行.xlsx")
    bring(client, token)
    assert Customer.objects.filter(name="常州海天精机", budget_low=5).exists()


def test_a_second_press_imports_nothing_twice(client, firm):
    token = choose(client, firm.zhou, TEXT.encode())
    bring(client, token)
    assert bring(client, token).status_code == 200
    assert (Customer.objects.count(), Journal.objects.count()) == (2, 1)


def test_what_breaks_on_the_way_leaves_nothing_half_written(client, firm, monkeypatch):
    token = choose(client, firm.zhou, TEXT.encode())

    def breaks(*args, **given):
        raise RuntimeError("the machine stops here")
    monkeypatch.setattr(intake.Journal.objects, "create", breaks)
    with pytest.raises(RuntimeError):
        bring(client, token)
    monkeypatch.undo()
    assert not Customer.objects.exists() and not Journal.objects.exists()
    bring(client, token)
    assert Customer.objects.count() == 2


def test_taken_back_once_by_who_imported(client, firm):
    token = choose(client, firm.wang, TEXT.encode())
    bring(client, token)
    address = reverse("site:import_undo", args=[Journal.objects.get().pk])
    client.force_login(firm.zhou)
    assert client.post(address).status_code == 404 and Customer.objects.count() == 2
    client.force_login(firm.wang)
    assert client.get(address)["Location"].endswith("?kind=customers") and Customer.objects.exists()
    assert client.post(address).status_code == 302 and not Customer.objects.exists()
    assert client.post(address).status_code == 422
    page = client.get(f"{reverse('site:import')}?kind=customers")
    assert [(one["file"], bool(one["undone"])) for one in page.context["earlier"]] == [("客户.csv", True)]
    assert client.get(reverse("site:import_file", args=[token])).status_code == 200


def test_only_those_who_may(client, firm):
    for person, kind in [(firm.gu, "customers"), (firm.xu, "customers"), (firm.chen, "receipts"), (firm.wang, "receipts"), (firm.zhou, "receipts"),
                         (firm.xu, "receipts")]:
        client.force_login(person)
        assert client.get(reverse("site:import"), {"kind": kind}).status_code == 422
        assert choose(client, person, TEXT.encode(), kind=kind).status_code == 422
    assert not list((settings.HOME / "imports").glob("*.json")) and not Entry.objects.filter(verb="import.read").exists()
    client.force_login(firm.chen)
    assert client.get(reverse("site:import"), {"kind": "nothing"}).status_code == 404
    client.logout()
    assert client.get(reverse("site:import")).status_code == 302


def test_a_file_is_nobody_elses(client, firm):
    token = choose(client, firm.wang, TEXT.encode())
    for other in (firm.zhou, firm.li, firm.gu):
        client.force_login(other)
        for name in ("import_file", "import_wrong"):
            assert client.get(reverse(f"site:{name}", args=[token])).status_code == 404
        assert client.post(reverse("site:import_bring", args=[token])).status_code == 404
    assert client.get(reverse("site:import_file", args=["x"])).status_code == 404
    assert not Customer.objects.exists()


@pytest.mark.parametrize("content", [b"", b"   \n", "客户名称\n".encode(), b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04 no workbook",
                                     b"\xd0\xcf\x11\xe0 no workbook either", b"%PDF-1.7\x00\x01\x02\xff\xfe"])
def test_what_is_no_sheet_is_refused_in_words(client, firm, content):
    page = choose(client, firm.zhou, content, "x.xlsx")
    assert page.status_code == 422 and page.context["form"].errors["file"]
    assert not list((settings.HOME / "imports").glob("*.json"))


def test_cells_too_far_apart_and_too_many_megabytes_are_refused(client, firm):
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "客户名称", "x"
    out = io.BytesIO()
    book.save(out)
    assert choose(client, firm.zhou, out.getvalue()).status_code == 422
    assert choose(client, firm.zhou, b"a" * (20 * 1024 * 1024 + 1)).status_code == 422


def test_not_more_than_ten_files_a_minute_and_three_kept(client, firm):
    for _n in range(10):
        assert isinstance(choose(client, firm.zhou, TEXT.encode()), str)
    assert len(list((settings.HOME / "imports").glob("*.json"))) == 3
    assert choose(client, firm.zhou, TEXT.encode()).status_code == 422


def test_files_left_lying_are_forgotten_and_readable_by_nobody_else(client, firm):
    choose(client, firm.zhou, TEXT.encode())
    file, = (settings.HOME / "imports").glob("*.json")
    assert file.stat().st_mode & 0o077 == 0
    keeping.sweep(time.time() + 11 * 3600)
    assert file.exists()
    keeping.sweep(time.time() + 13 * 3600)
    assert not file.exists()


def test_a_post_needs_its_token(firm):
    from django.test import Client
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(firm.zhou)
    assert strict.post(reverse("site:import"), {"file": SimpleUploadedFile("x.csv", TEXT.encode())}).status_code == 403


def test_receipts_come_in_for_finance(client, firm):
    customer = Customer.objects.create(name="苏州凌云新材料有限公司", name_key="苏州凌云新材料", owner=firm.chen)
    rows = workbook(["付款单位", "到账日期", "到账金额"], ["苏州凌云新材料有限公司", datetime(2026, 1, 5), 4646.02], ["没有这家", datetime(2026, 1, 5), 1])
    token = choose(client, firm.gu, rows, "到账.xlsx", "receipts")
    page = seen(client, token)
    assert (len(page.good), [w.column for w in page.wrong], len(page.effect)) == (1, ["customer"], 3)
    bring(client, token)
    made = Receipt.objects.get()
    assert (made.customer, str(made.amount), str(made.unmatched), made.recorded_by) == (customer, "4646.02", "4646.02", firm.gu)


@pytest.mark.parametrize("rows", [20, 40])
def test_a_preview_asks_as_much_for_twice_the_rows(client, firm, django_assert_max_num_queries, rows):
    text = "客户名称,联系电话\n" + "".join(f"客户{n}号机械,1390000{n:04d}\n" for n in range(rows))
    token = choose(client, firm.zhou, text.encode())
    with django_assert_max_num_queries(20):
        assert len(seen(client, token).good) == rows
