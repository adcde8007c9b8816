"""A long import is done apart: its bar moves and outlives a reload, its end and its refusal are told, and a server that died leaves nothing."""
import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from squaredeal.kernel import importing, progress, waiting
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.process.customers.models import Customer
from squaredeal.site.imports import bringing, keeping

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = "\n".join(f"第{n}号机械有限公司,苏州" for n in range(1, 1201))
SHEET = f"客户名称,城市\n{NAMES}\n,空的\n".encode()


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch):
    monkeypatch.setattr(waiting, "LONG", 10)
    monkeypatch.setattr(waiting, "TELL", 0)
    yield
    for thread in [t for t in threading.enumerate() if t is not threading.current_thread() and t.daemon and "_apart" in t.name]:
        thread.join(30)
    for file in (settings.HOME / "imports").glob("*"):
        file.unlink()


def choose(client, person, content=SHEET):
    client.force_login(person)
    response = client.post(f"{reverse('site:import')}?kind=customers", {"file": SimpleUploadedFile("客户.csv", content)})
    return response["Location"].rstrip("/").rsplit("/", 1)[1]


def settled(client, address, **given):
    """The answer of the address once nothing is waited for any more."""
    for _turn in range(300):
        answer = client.get(address, **given)
        if b'class="wait"' not in answer.content:
            return answer
        time.sleep(0.05)
    raise AssertionError("it never ended")


def test_a_long_file_is_looked_through_brought_in_and_taken_back_apart(client, firm):
    token = choose(client, firm.zhou)
    address = reverse("site:import_file", args=[token])
    assert "正在看每一行" in client.get(address).text
    seen = settled(client, address).context["seen"]
    assert (len(seen.good), [w.line for w in seen.wrong], len(seen.shown)) == (1200, [1202], 5)
    assert client.get(reverse("site:import_wrong", args=[token])).status_code == 200
    assert client.post(reverse("site:import_bring", args=[token]))["Location"] == address
    done = settled(client, address)
    assert done.context["kept"].brought == 1200 and Customer.objects.count() == 1200
    journal = Journal.objects.get()
    back = reverse("site:import_undo", args=[journal.pk])
    assert client.post(back)["Location"] == back
    ended = settled(client, back)
    assert ended["Location"].endswith("?kind=customers") and not Customer.objects.exists()
    assert "1200 行" in client.get(ended["Location"]).text


def test_the_bar_moves_and_a_reload_or_another_worker_sees_it(client, firm, monkeypatch):
    token = choose(client, firm.zhou)
    address, here, go = reverse("site:import_file", args=[token]), threading.Event(), threading.Event()
    settled(client, address)
    sheet = importing.sheets()["customers"]

    def slowly(actor, batch):
        progress.advance(len(batch.rows) * 3)
        here.set()
        go.wait(60)
        return bring_in(actor, batch)
    bring_in = sheet.bring_in
    monkeypatch.setitem(importing.REGISTER, "customers", replace(sheet, bring_in=slowly))
    client.post(reverse("site:import_bring", args=[token]))
    assert here.wait(60)
    told = [int(re.search(r'value="(\d+)"', client.get(address).text)[1]) for _look in range(2)]
    assert told[0] == told[1] and 30 <= told[0] < 99
    part = client.get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in part and f'hx-get="{address}"' in part
    assert 'http-equiv="refresh"' in client.get(address).text
    client.post(reverse("site:import_bring", args=[token]))   # a second press starts nothing
    go.set()
    settled(client, address)
    assert Journal.objects.count() == 1 and Customer.objects.count() == 1200


def test_a_refusal_in_the_middle_stands_on_the_preview_and_nothing_is_imported(client, firm, monkeypatch):
    token = choose(client, firm.zhou)
    address = reverse("site:import_file", args=[token])
    settled(client, address)
    sheet = importing.sheets()["customers"]

    def no(actor, batch):
        raise Refused("这批不行，改了再来")
    monkeypatch.setitem(importing.REGISTER, "customers", replace(sheet, bring_in=no))
    client.post(reverse("site:import_bring", args=[token]))
    page = settled(client, address)
    assert "这批不行，改了再来" in page.text and len(page.context["seen"].good) == 1200 and not Customer.objects.exists()


@pytest.mark.parametrize("committed", [False, True])
def test_after_a_server_that_was_killed_the_file_is_as_it_is_in_truth(client, firm, committed):
    token = choose(client, firm.zhou)
    kept = keeping.opened(firm.zhou, token)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    place = keeping.folder() / f"{firm.zhou.pk}-{token}.json"
    place.rename(place.with_suffix(".taken"))
    state = keeping.folder() / f"{firm.zhou.pk}-{bringing.coming(token)}.state"
    state.write_text(json.dumps({"done": 3, "of": 9, "pid": ended.pid}))
    if committed:
        Journal.objects.create(actor=firm.zhou, verb="customers.import", count=1200, moves={"file": "别的名字.csv", "ids": [], "digest": kept.digest})
    page = settled(client, reverse("site:import_file", args=[token]))
    if committed:
        assert page.context["kept"].brought == 1200
    else:
        assert page.context["kept"].done == 0 and len(page.context["kept"].rows) == 1201
        assert settled(client, reverse("site:import_file", args=[token])).status_code == 200


def test_somebody_elses_waiting_is_not_found(client, firm):
    token = choose(client, firm.zhou)
    settled(client, reverse("site:import_file", args=[token]))
    client.force_login(firm.wang)
    assert client.get(reverse("site:import_file", args=[token])).status_code == 404


def test_in_the_browser_the_page_goes_on_by_itself(firm, as_person, client):
    token = choose(client, firm.zhou)
    page = as_person("zhou", start=reverse("site:import_file", args=[token]))
    button = page.get_by_role("button", name="导入 1200 行")
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_role("heading", name="1 行没导", exact=True)).to_be_visible()
    assert Customer.objects.count() == 1200
