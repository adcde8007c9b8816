"""A page opens in Chromium: for a visitor the login, for a person of the firm the first page, at desk and phone size; what was being written is kept over a sign-in; a browser keeps nothing from test to test."""
import pytest
from playwright.sync_api import Error, expect


@pytest.mark.parametrize("phone", [False, True])
def test_a_visitor_is_asked_to_sign_in(as_person, phone):
    page = as_person(None, phone=phone)
    assert "/account/login/" in page.url
    assert page.locator("input[name=login]").is_visible()


def test_a_person_is_signed_in(as_person, firm):
    page = as_person("chen")
    assert "/account/login/" not in page.url


def test_a_request_that_would_leave_the_machine_is_stopped_and_told(as_person):
    page = as_person(None)
    for elsewhere in ("http://elsewhere.example/", "http://192.0.2.1/"):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            page.goto(elsewhere)
        assert f"request leaves the machine: {elsewhere}" in page.errors
    page.expected_errors.append("leaves the machine")


def test_what_a_test_left_in_the_browser_is_not_there_for_the_next(rooms, live_server, db):
    first, place = rooms.lend(locale="zh-TW")
    page = first.new_page()
    page.goto(f"{live_server.url}/account/login/")
    page.evaluate("localStorage.left = sessionStorage.left = 'x'")
    first.add_cookies([{"name": "left", "value": "x", "url": live_server.url}])
    rooms.back(first, place)
    again, _place = rooms.lend(locale="zh-TW")
    assert again is first and again.cookies() == [] and page.is_closed()
    page = again.new_page()
    page.goto(f"{live_server.url}/account/login/")
    assert page.evaluate("[localStorage.left, sessionStorage.left]") == [None, None]
    rooms.back(again, place)


@pytest.mark.parametrize("noticed", ["as it is sent", "while it is written"])
@pytest.mark.parametrize("who, back", [("chen", "苏州没有写完的公司"), ("wang", "")])
def test_what_was_being_written_when_the_session_ended_comes_back_to_who_wrote_it_alone(as_person, firm, who, back, noticed):
    for person in (firm.chen, firm.wang):
        person.set_password("sound-and-long-enough")
        person.save()
    page = as_person("chen", start="/customers/new/")
    name = page.locator("main input[name=name]")
    if noticed == "as it is sent":
        with page.expect_response("**/customers/check/"):
            name.fill("苏州没有写完的公司")
        page.context.clear_cookies(name="sessionid")
        page.locator("main form .btn-primary").first.click()
    else:
        page.context.clear_cookies(name="sessionid")
        name.fill("苏州没有写完的公司")
    page.wait_for_url("**/account/login/**")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("sound-and-long-enough")
    page.locator("main form button[type=submit], form .btn-primary").first.click()
    page.wait_for_url("**/customers/new/")
    expect(page.locator("main input[name=name]")).to_have_value(back)
