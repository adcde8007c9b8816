"""Importing through the API: send, see, bring in, fetch the wrong rows, take back; who may not, and other people's files."""
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from squaredeal.organisation.team import actions as team
from squaredeal.process.collection.models import Receipt
from squaredeal.process.customers.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEXT = "客户名称,联系电话,业务员\n苏州凌云新材料有限公司,0512-62881234,陈静\n,139,\n宿州正和机电有限公司,13905126612,\n"


@pytest.fixture
def ask(client):
    yield lambda person, method, path, **given: getattr(client, method)(
        f"/api/imports/{path}", headers={"Authorization": f"Bearer {team.make_token(person, person, name='t').plain}"}, **given)
    for file in (settings.HOME / "imports").glob("*"):
        file.unlink()


def send(ask, person, text=TEXT, kind="customers", name="客户.csv"):
    return ask(person, "post", f"?kind={kind}", data={"file": SimpleUploadedFile(name, text.encode())})


def test_customers_are_sent_seen_brought_in_and_taken_back(ask, firm):
    sent = send(ask, firm.zhou)
    found = sent.json()
    assert sent.status_code == 201 and not Customer.objects.exists()
    assert (found["state"], found["good"], found["wrong"], [c["name"] for c in found["columns"]]) == ("ready", 2, 1, ["name", "phone", "owner"])
    place = f"files/{found['token']}"
    faults = ask(firm.zhou, "get", f"{place}/wrong").json()
    assert faults["count"] == 1 and (faults["items"][0]["line"], "客户名称" in faults["items"][0]["why"] or "公司名称" in faults["items"][0]["why"]) == (3, True)
    other = ask(firm.zhou, "get", f"{place}?columns=name&columns=&columns=").json()
    assert [c["name"] for c in other["columns"]] == ["name", "", ""]
    lacking = ask(firm.zhou, "post", f"{place}/bring", data={"columns": ["", "phone"]}, content_type="application/json")
    assert lacking.status_code == 422 and not Customer.objects.exists()
    done = ask(firm.zhou, "post", f"{place}/bring", data={}, content_type="application/json").json()
    assert (done["state"], done["brought"], done["wrong"]) == ("done", 2, 1) and Customer.objects.get(name__startswith="苏州").owner == firm.chen
    again = ask(firm.zhou, "post", f"{place}/bring", data={}, content_type="application/json").json()
    assert again["journal"] == done["journal"] and Customer.objects.count() == 2
    assert send(ask, firm.wang).json()["same"]["by"] == "周衡"
    assert [(one["id"], one["open"]) for one in ask(firm.zhou, "get", "?kind=customers").json()] == [(done["journal"], True)]
    assert ask(firm.wang, "post", f"{done['journal']}/undo").status_code == 404 and Customer.objects.count() == 2
    undone = ask(firm.zhou, "post", f"{done['journal']}/undo").json()
    assert undone["working"] is False and "2" in undone["said"] and not Customer.objects.exists()


def test_receipts_are_finances(ask, firm):
    Customer.objects.create(name="苏州凌云新材料有限公司", owner=firm.chen)
    text = "客户,日期,金额\n苏州凌云新材料有限公司,2026-11-02,48万\n没有这家,2026-11-02,1\n"
    assert send(ask, firm.chen, text, "receipts").status_code == 422
    found = send(ask, firm.gu, text, "receipts").json()
    assert (found["good"], found["wrong"]) == (1, 1)
    ask(firm.gu, "post", f"files/{found['token']}/bring", data={}, content_type="application/json")
    assert Receipt.objects.get().amount == 480_000


def test_what_is_no_sheet_and_other_peoples_files_are_refused(ask, firm):
    assert send(ask, firm.zhou, "").status_code == 422
    assert ask(firm.zhou, "post", "?kind=customers", data={}).status_code == 422
    assert send(ask, firm.xu).status_code == 422 and not Customer.objects.exists()
    token = send(ask, firm.zhou).json()["token"]
    for person in (firm.wang, firm.chen, firm.xu):
        assert ask(person, "get", f"files/{token}").status_code == 404
        assert ask(person, "get", f"files/{token}/wrong").status_code == 404
        assert ask(person, "post", f"files/{token}/bring", data={}, content_type="application/json").status_code == 404
    assert ask(firm.zhou, "get", "files/nobodys-file-at-all-00").status_code == 404 and not Customer.objects.exists()


def test_too_many_files_a_minute_are_refused(ask, firm):
    assert [send(ask, firm.zhou).status_code for _n in range(11)] == [201] * 10 + [422]
