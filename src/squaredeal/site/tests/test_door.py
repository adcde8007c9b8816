"""Signing in and being refused, limits, two steps, no sign-up; and the demo company's first page, which exists nowhere else."""
import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from squaredeal.organisation.team.models import Person

WORD = "sound-and-long-enough"


@pytest.fixture(autouse=True)
def no_misses_yet(db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def chen(firm):
    firm.chen.set_password(WORD)
    firm.chen.save()
    return firm.chen


def sign_in(client, login="chen", password=WORD, **more):
    return client.post("/account/login/", {"login": login, "password": password, **more})


def signed_in(client):
    return "_auth_user_id" in client.session


def test_login_and_password_lead_in_and_on(client, chen):
    assert sign_in(client)["Location"] == "/"
    client.logout()
    assert sign_in(client, next="/rulebook/?c=2.2.1")["Location"] == "/rulebook/?c=2.2.1"
    client.logout()
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_is_refused_in_our_words_and_the_login_is_kept(client, chen):
    answer = sign_in(client, password="wrong")
    assert not signed_in(client)
    assert "登录名或密码不对" in answer.text and 'value="chen"' in answer.text and 'role="alert"' in answer.text


def test_an_unknown_login_reads_the_same_as_a_wrong_password(client, chen):
    texts = [re.sub(r"""(value|hx-headers)=("[^"]*"|'[^']*')""", "", sign_in(client, login=login, password="wrong").text) for login in ("chen", "nobody")]
    assert texts[0] == texts[1]


def test_misses_are_counted_where_every_worker_and_machine_reads_them(client, chen):
    """In the database that several machines share; in files where the database is one machine's."""
    sign_in(client, password="wrong")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kernel_tries WHERE cache_key LIKE '%%login_failed%%'")
            assert cursor.fetchone()[0] == 2
    else:
        assert settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and len(list((settings.HOME / "cache").glob("*.djcache"))) >= 2


def test_after_five_misses_even_the_right_password_waits(client, chen):
    for _ in range(5):
        sign_in(client, password="wrong")
    answer = sign_in(client)
    assert not signed_in(client) and "5 分钟后再试" in answer.text


def test_misses_of_one_account_add_up_whatever_the_address_says_and_however_it_is_written(client, chen, settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    for n, login in enumerate(["chen", "CHEN", " chen", "ｃhen", "chen"]):
        client.post("/account/login/", {"login": login, "password": "wrong"}, headers={"Host": f"localhost:{n}"})
    answer = client.post("/account/login/", {"login": "chen", "password": WORD}, headers={"Host": "127.0.0.1:99"})
    assert not signed_in(client) and "5 分钟后再试" in answer.text


def test_too_many_tries_from_one_place_are_turned_away(client, chen, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    assert [sign_in(client, password="wrong").status_code for _ in range(3)] == [200, 200, 429]
    answer = sign_in(client)
    assert "等一分钟再试" in answer.text and not signed_in(client)


def misses_from(client, visitor, times):
    """Codes of wrong passwords for ever other logins, as a proxy passes them on from one visitor."""
    return [client.post("/account/login/", {"login": f"{visitor}-{n}", "password": "wrong"}, headers={"X-Forwarded-For": visitor}).text for n in range(times)]


def test_behind_a_proxy_misses_count_per_visitor_and_what_a_visitor_claims_is_not_believed(client, chen, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert "5 分钟后再试" in misses_from(client, "203.0.113.7", 3)[-1]
    assert "5 分钟后再试" in misses_from(client, "198.51.100.1, 203.0.113.7", 1)[-1]
    client.post("/account/login/", {"login": "chen", "password": WORD}, headers={"X-Forwarded-For": "203.0.113.8"})
    assert signed_in(client)


def test_without_a_proxy_nobody_chooses_the_address_they_come_from(client, chen, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}
    misses_from(client, "203.0.113.7", 2)
    assert "5 分钟后再试" in misses_from(client, "203.0.113.9", 1)[-1]


def test_no_page_is_kept_for_who_comes_next(client, chen):
    sign_in(client)
    for address in ("/rulebook/", "/customers/", "/organisation/me/", "/nowhere/", "/api/team/units"):
        assert client.get(address)["Cache-Control"].startswith("private"), address


def test_somebody_who_left_does_not_come_in(client, chen):
    chen.is_active = False
    chen.save()
    sign_in(client)
    assert not signed_in(client)


def test_nobody_signs_up(client, db):
    answer = client.post("/account/signup/", {"username": "guest", "password1": WORD})
    assert "账号由管理员开" in answer.text
    assert not Person.objects.filter(login="guest").exists()


def test_pages_of_the_product_are_for_those_who_signed_in(client, db):
    for address in ("/", "/rulebook/", "/find/"):
        assert client.get(address)["Location"].startswith("/account/login/?next=")


def test_the_second_step_is_set_up_asked_for_and_let_through(client, chen):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code(secret):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    sign_in(client)
    assert client.get("/account/2fa/totp/activate/")["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": WORD})
    page = client.get("/account/2fa/totp/activate/")
    assert "扫这张图" in page.text
    secret = re.search(r'id="secret" value="([A-Z2-7]+)"', page.text)[1]
    client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert "恢复码" in client.get("/account/2fa/").text
    assert len(re.findall("<li>[0-9a-f]+</li>", client.get("/account/2fa/recovery-codes/").text)) == 10
    client.post("/account/logout/")
    assert sign_in(client)["Location"].startswith("/account/2fa/authenticate/")
    assert not signed_in(client)
    refused = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "验证码不对" in refused.text and not signed_in(client)
    cache.clear()  # a code works once; the app would show the next one after 30 seconds
    client.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)


@pytest.mark.parametrize("address", ["/account/password/change/", "/account/2fa/", "/account/logout/", "/account/reauthenticate/", "/account/inactive/",
                                     "/account/2fa/recovery-codes/generate/"])
def test_every_page_of_the_account_is_ours(client, chen, address):
    sign_in(client)
    answer = client.get(address, follow=True)
    assert answer.status_code == 200 and "theme/squaredeal.css" in answer.text and " style=" not in answer.text


@pytest.mark.parametrize("address", ["/account/email/", "/account/confirm-email/", "/account/confirm-email/x/", "/account/password/reset/",
                                     "/account/password/reset/key/1-set-password/", "/account/login/code/confirm/"])
def test_what_would_need_our_mail_is_not_there_for_strangers_nor_for_who_signed_in(client, chen, address):
    """No mail leaves, so these ended in a fault; and a visit to one's addresses left one unconfirmed, with which no second step is set up."""
    chen.email = "chen@example.com"
    chen.save()
    assert (client.get(address).status_code, client.post(address, {"email": chen.email}).status_code) == (404, 404)
    sign_in(client)
    assert client.get(address).status_code == 404 and not EmailAddress.objects.exists()


def test_the_password_is_changed_only_with_the_present_one(client, chen):
    sign_in(client)
    new = {"password1": "another-long-enough", "password2": "another-long-enough"}
    answer = client.post("/account/password/change/", {"oldpassword": "wrong", **new})
    chen.refresh_from_db()
    assert "现在的密码不对" in answer.text and chen.check_password(WORD)
    client.post("/account/password/change/", {"oldpassword": WORD, **new})
    chen.refresh_from_db()
    assert chen.check_password("another-long-enough")


def test_who_was_writing_comes_back_to_the_page_they_wrote_on(client, firm):
    url, page = "/followup/1/log", {"Referer": "http://testserver/customers/1/?tab=2"}
    assert client.post(url, {"body": "x"}, headers=page)["Location"] == "/account/login/?next=%2Fcustomers%2F1%2F%3Ftab%3D2%23unsent"
    assert client.post(url, {"body": "x"})["Location"] == "/account/login/?next=%2Ffollowup%2F1%2Flog%23unsent"
    part = client.post(url, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/1/"})
    assert part["HX-Redirect"] == "/account/login/?next=%2Fcustomers%2F1%2F%23unsent"
    assert "unsent" not in client.get(url)["Location"]


def test_faults_are_told_in_our_words(client, firm, settings):
    client.force_login(firm.chen)
    for forms_only, page in (("/approvals/1/send-back", "/approvals/1/"), ("/organisation/person/5/deputy/", "/organisation/person/5/"), ("/targets/cell/", "/targets/")):
        assert client.get(forms_only).status_code == 405
        assert client.get(forms_only, headers={"Sec-Fetch-Mode": "navigate"})["Location"] == page, "a person is led to where the form stands"
    assert "这里没有" in client.get("/nowhere/").text
    strict = type(client)(enforce_csrf_checks=True)
    assert "这一页放太久了" in strict.post("/account/login/", {}).text


# The demo company

@pytest.fixture
def demo(firm, settings):
    """The cast as the demo company: known by its addresses."""
    settings.SQUAREDEAL_DEMO = True
    for person in (firm.zhou, firm.wang, firm.chen, firm.gu, firm.xu, firm.lin):
        person.email = f"{person.login}@huachen.example"
        person.save()
    return firm


def test_visitors_of_the_demo_company_come_to_its_first_page(client, demo):
    assert client.get("/rulebook/?c=2.2.1")["Location"] == "/welcome/?next=/rulebook/%3Fc%3D2.2.1"
    page = client.get("/welcome/?next=/rulebook/").text
    assert page.count('class="pp"') == 5 and "以周衡进入" in page and 'name="next" value="/rulebook/"' in page
    assert "林涛" not in page


def test_entering_as_one_of_the_five_and_switching_stays_on_the_page(client, demo):
    answer = client.post(reverse("site:enter", args=[demo.chen.pk]), {"next": "/rulebook/"})
    assert answer["Location"] == "/rulebook/" and client.session["_auth_user_id"] == str(demo.chen.pk)
    client.post(reverse("site:enter", args=[demo.zhou.pk]), {"next": "https://elsewhere.example/"})
    assert client.session["_auth_user_id"] == str(demo.zhou.pk)


def test_entering_needs_a_post_and_one_of_the_five(client, demo):
    assert client.get(reverse("site:enter", args=[demo.chen.pk])).status_code == 405
    assert client.post(reverse("site:enter", args=[demo.lin.pk])).status_code == 404
    assert not signed_in(client)


def test_outside_the_demo_company_there_is_no_such_door(client, demo, settings):
    settings.SQUAREDEAL_DEMO = False
    assert client.get("/welcome/").status_code == 404
    assert client.post(reverse("site:enter", args=[demo.chen.pk])).status_code == 404
    assert not signed_in(client)


def test_a_real_company_is_never_taken_for_the_demo(client, demo):
    demo.chen.email = "chen@company.example"
    demo.chen.save()
    assert client.post(reverse("site:enter", args=[demo.chen.pk])).status_code == 404
    assert not signed_in(client)
