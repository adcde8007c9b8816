"""A page opens in Chromium: for a visitor the login, for a person of the firm the first page, at desk and phone size."""
import pytest
from playwright.sync_api import Error


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
