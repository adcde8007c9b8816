"""Notices: one's own only, opening leads on and counts once, clearing touches nobody else's."""
import threading

import pytest
from django.db import transaction

from squaredeal.kernel import actions, queries
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry
from squaredeal.kernel.notify import notify, sent


@pytest.fixture
def told(firm):
    """Two notices for 陈, one for 林."""
    return [notify(firm.chen, "甲", url="/rulebook/"), notify(firm.chen, "<b>乙</b>", clause="1.2.1"), notify(firm.lin, "丙")]


def test_everybody_sees_their_own_newest_first(firm, told):
    assert [n.text for n in queries.notices(firm.chen)] == ["<b>乙</b>", "甲"]
    assert [queries.unread(p) for p in (firm.chen, firm.lin, firm.zhou)] == [2, 1, 0]


def test_opening_reads_once_and_is_on_record(firm, told):
    opened = actions.open_one(firm.chen, told[0])
    again = actions.open_one(firm.chen, told[0])
    assert opened.read_at and again.read_at == opened.read_at
    assert queries.unread(firm.chen) == 1
    assert Entry.objects.filter(verb="notice.open", subject=f"kernel.notice:{told[0].pk}").exists()


def test_somebody_elses_is_refused_and_stays_unread(firm, told):
    with pytest.raises(Refused):
        actions.open_one(firm.zhou, told[0])
    assert queries.unread(firm.chen) == 2


def test_clearing_reads_all_of_ones_own_and_nobody_elses(firm, told):
    assert actions.clear(firm.chen, None) == 2
    assert queries.unread(firm.chen) == 0 and queries.unread(firm.lin) == 1


def test_the_page_escapes_leads_on_and_hides_what_is_not_ones_own(client, firm, told):
    client.force_login(firm.chen)
    page = client.get("/notices/").text
    assert "&lt;b&gt;乙&lt;/b&gt;" in page and "丙" not in page and "2 条未读" in page
    assert client.post(f"/notices/{told[0].pk}/open")["Location"] == "/rulebook/"
    assert client.post(f"/notices/{told[1].pk}/open")["Location"] == "/notices/"
    assert client.post(f"/notices/{told[2].pk}/open").status_code == 404
    assert client.get(f"/notices/{told[0].pk}/open").status_code == 405


def test_a_notice_never_leads_away(client, firm):
    client.force_login(firm.chen)
    away = notify(firm.chen, "甲", url="https://elsewhere.example/")
    assert client.post(f"/notices/{away.pk}/open")["Location"] == "/notices/"


def test_the_list_takes_the_same_number_of_queries_at_n_and_2n(client, firm):
    client.force_login(firm.chen)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    client.get("/notices/")   # what lasts from request to request is read
    counts = []
    for _ in range(2):
        for n in range(5):
            notify(firm.chen, f"第 {n} 条", clause="1.2.1")
        with CaptureQueriesContext(connection) as asked:
            client.get("/notices/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_onward_goes_after_the_commit_and_a_channel_that_fails_delays_and_breaks_nothing(firm, settings, monkeypatch, caplog):
    settings.SQUAREDEAL_NOTICE_URLS = ["feishu://token"]
    told, slow = [], threading.Event()

    class Channel:
        def notify(self, body):
            slow.wait(60)
            told.append(body)
            if "乙" in body:
                raise OSError("away")
            return True
    monkeypatch.setattr("squaredeal.kernel.notify.channel", Channel)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(firm.chen, "没发生")
        raise ZeroDivisionError
    for text in "甲乙丙":
        notify(firm.chen, text)
    assert told == []   # the page went on before the channel answered
    slow.set()
    assert sent(60)
    assert told == ["陈静: 甲", "陈静: 乙", "陈静: 丙"] and "could not be sent" in caplog.text
    assert queries.unread(firm.chen) == 3
