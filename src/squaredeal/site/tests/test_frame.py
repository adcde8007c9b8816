"""The frame of every page: who sees which entries, period and scope, language, the header of time, the content security policy."""
import re

import pytest
from django.test import RequestFactory
from django.urls import reverse

from squaredeal.site import context, navigation, palette


def frame(person, address="/"):
    request = RequestFactory().get(address)
    request.user = person
    request.resolver_match = None
    return context.Frame(request)


@pytest.fixture
def page(client):
    """A page of ours as somebody: page(person, address)."""
    def get(person, address="/find/", **given):
        client.force_login(person)
        return client.get(address, **given)
    return get


def test_each_role_sees_the_entries_it_uses(firm):
    labels = {p.login: [e.url for e in navigation.shown(navigation.RAIL, p)] for p in (firm.chen, firm.gu, firm.xu)}
    assert "/rulebook/" in labels["chen"] and "/rulebook/" in labels["xu"]
    assert "/" in labels["chen"] and "/" not in labels["xu"]
    assert navigation.shown([navigation.SETTINGS], firm.xu) and not navigation.shown([navigation.SETTINGS], firm.chen)


def test_an_address_that_does_not_exist_hides_its_entry(firm):
    missing = navigation.Entry(("nowhere:index",), "home", "Nowhere")
    assert not navigation.shown([missing], firm.zhou)


def test_scope_choices_follow_the_role(firm):
    assert [url for _text, url, _now in frame(firm.zhou).scopes] == ["?scope=me", "?scope=team", "?scope=firm"]
    assert [url for _text, url, _now in frame(firm.wang).scopes] == ["?scope=me", "?scope=team"]
    assert frame(firm.chen).scopes == []


def test_choosing_a_period_keeps_the_rest_of_the_address(firm):
    choices = [url for _title, group in frame(firm.zhou, "/?scope=team&page=3&grade=A").periods for _text, url, _now in group]
    assert all("scope=team" in url and "grade=A" in url and "page=" not in url for url in choices)


@pytest.mark.parametrize(("code", "zh", "en"), [("2026Q4", "2026 年第四季度", "Q4 2026"), ("2026-10", "2026 年 10 月", "Oct 2026"),
                                               ("2026", "2026 年", "2026")])
def test_periods_have_names(code, zh, en):
    from django.utils import translation
    with translation.override("zh-hans"):
        assert context.label(code) == zh
    with translation.override("en"):
        assert context.label(code) == en


def test_the_palette_finds_pages_by_pinyin_initials_and_colleagues_by_name(firm):
    from django.utils import translation
    with translation.override("zh-hans"):
        found = {str(head): rows for head, rows in palette.find(firm.zhou, "zd")}
        assert any(url == "/rulebook/" for rows in found.values() for _i, _l, _h, url in rows)
        people = [label for _head, rows in palette.find(firm.zhou, "陈静") for _i, label, _h, _u in rows]
        assert "陈静" in people


def test_the_palette_answers_a_part_and_is_not_kept(page, firm):
    answer = page(firm.chen, reverse("site:palette"), data={"find": "<b>"})
    assert answer.status_code == 200 and "<html" not in answer.text
    assert "&lt;b&gt;" in answer.text and "<b>" not in answer.text
    assert answer["Cache-Control"] == "private, no-store"


def test_every_answer_says_its_time_and_its_policy(client, db):
    answer = client.get("/account/login/")
    assert re.fullmatch(r"page;dur=\d+\.\d", answer["Server-Timing"])
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "style-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_language_is_chosen_and_kept_and_leads_back_only_to_ourselves(client, db):
    answer = client.post(reverse("site:language"), {"language": "en", "next": "/account/login/?x=1"})
    assert answer["Location"] == "/account/login/?x=1"
    assert '<html lang="en"' in client.get("/account/login/").text
    client.post(reverse("site:language"), {"language": "zh-hans"})
    assert '<html lang="zh-Hans"' in client.get("/account/login/", headers={"accept-language": "en"}).text
    assert client.post(reverse("site:language"), {"language": "en", "next": "https://elsewhere.example/"})["Location"] == "/"
    before = client.cookies["django_language"].value
    client.post(reverse("site:language"), {"language": "xx"})
    assert client.cookies["django_language"].value == before


def test_htmx_of_an_ended_session_is_told_to_leave_the_page(client, db):
    answer = client.get("/rulebook/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/rulebook/?c=2.2.1"})
    assert answer.status_code == 204 and answer["HX-Redirect"] == "/account/login/?next=%2Frulebook%2F%3Fc%3D2.2.1%23unsent"
