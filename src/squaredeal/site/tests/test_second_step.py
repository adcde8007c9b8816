"""A position may ask for a second step, an administrator helps who lost theirs; passkeys work in a real browser; passwords are refused in words."""
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.cache import cache, caches
from playwright.sync_api import expect

from squaredeal.organisation.team import actions
from squaredeal.organisation.team.models import Position, Role, Token

WORD = "sound-and-long-enough"


@pytest.fixture
def strict(firm):
    """Representatives sign in with two steps."""
    Position.objects.filter(role=Role.REP).update(second_step=True)
    return firm


def test_who_owes_a_second_step_comes_to_its_page_from_everywhere_and_goes_on_once_it_is_there(strict, client):
    client.force_login(strict.chen)
    assert client.get("/customers/")["Location"] == "/account/2fa/"
    assert client.get("/customers/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/2fa/"
    assert client.post("/customers/new/", {"name": "某公司"})["Location"] == "/account/2fa/"
    assert "先在这里设好一种" in client.get("/account/2fa/").text
    TOTP.activate(strict.chen, "JBSWY3DPEHPK3PXP")
    assert client.get("/customers/").status_code == 200


def test_other_positions_are_not_asked(strict, client):
    client.force_login(strict.wang)
    assert client.get("/customers/").status_code == 200


def test_what_the_position_asks_for_cannot_be_turned_off(strict, client):
    strict.chen.set_password(WORD)
    strict.chen.save()
    TOTP.activate(strict.chen, "JBSWY3DPEHPK3PXP")
    client.force_login(strict.chen)
    client.post("/account/reauthenticate/", {"password": WORD})
    answer = client.post("/account/2fa/totp/deactivate/")
    assert "两步登录，不能关" in answer.text and Authenticator.objects.filter(user=strict.chen, type="totp").exists()


def test_the_administrator_takes_a_lost_one_away_and_its_owner_is_told(firm, client):
    TOTP.activate(firm.chen, "JBSWY3DPEHPK3PXP")
    client.force_login(firm.wang)
    assert client.post(f"/organisation/person/{firm.chen.pk}/second-step/drop").status_code == 422
    assert Authenticator.objects.filter(user=firm.chen).exists()
    client.force_login(firm.xu)
    assert "手机丢了" in client.get(f"/organisation/person/{firm.chen.pk}/").text
    client.post(f"/organisation/person/{firm.chen.pk}/second-step/drop")
    assert not Authenticator.objects.filter(user=firm.chen).exists()
    assert "两步登录" in firm.chen.notices.get().text


def test_nobody_takes_their_own_away_by_that_door(firm, client):
    TOTP.activate(firm.xu, "JBSWY3DPEHPK3PXP")
    client.force_login(firm.xu)
    assert client.post(f"/organisation/person/{firm.xu.pk}/second-step/drop").status_code == 422
    assert Authenticator.objects.filter(user=firm.xu).exists()


def test_the_administrator_revokes_a_colleagues_token_and_a_colleague_does_not(firm, client):
    token = actions.make_token(firm.chen, firm.chen, name="表格")
    client.force_login(firm.wang)
    assert client.post(f"/organisation/person/{firm.chen.pk}/token/{token.pk}/revoke").status_code == 422
    assert client.get("/api/customers/", headers={"Authorization": f"Bearer {token.plain}"}).status_code == 200
    client.force_login(firm.xu)
    client.post(f"/organisation/person/{firm.chen.pk}/token/{token.pk}/revoke")
    assert Token.objects.get().revoked_at and client.get("/api/customers/", headers={"Authorization": f"Bearer {token.plain}"}).status_code == 401


@pytest.mark.parametrize(("word", "why"), [("short", "至少 10 位"), ("1234567890", "全是数字"), ("password123", "太常见"), ("chenchen-1", "太像姓名")])
def test_a_weak_password_is_refused_in_the_persons_own_words(firm, client, word, why):
    client.force_login(firm.xu)
    firm.chen.login = "chenchen"
    firm.chen.save()
    answer = client.post(f"/organisation/person/{firm.chen.pk}/password/", {"password": word})
    assert answer.status_code == 422 and why in answer.text and "must" not in answer.text.partition("<main")[2]
    firm.chen.refresh_from_db()
    assert not firm.chen.has_usable_password()


@pytest.mark.django_db
def test_the_workers_count_misses_together():
    """Each worker has its own memory; what they count lies outside it."""
    from squaredeal.site.settings import CACHES
    assert settings.CACHES == CACHES and "locmem" not in CACHES["default"]["BACKEND"]
    cache.set("counted", 1)
    another_worker = caches.create_connection("default")
    assert another_worker is not cache and another_worker.get("counted") == 1


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_in_the_browser_and_signs_in_without_a_password(firm, as_person):
    firm.chen.set_password(WORD)
    firm.chen.save()
    page = as_person(None, start="/account/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True}})
    page.fill("#id_login", "chen")
    page.fill("#id_password", WORD)
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/")
    page.goto(page.url.rstrip("/") + "/account/2fa/webauthn/add/")
    page.fill("#id_password", WORD)
    page.get_by_role("button", name="是我").click()
    page.get_by_role("button", name="加上").click()
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=firm.chen, type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto(page.url.split("/account/")[0] + "/account/login/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    expect(page.locator("#sd-user, .sd-ava").first).to_be_visible()
