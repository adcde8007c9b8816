"""A page opens in Chromium: for a visitor the login, for a person of the firm the first page, at desk and phone size."""
import pytest


@pytest.mark.parametrize("phone", [False, True])
def test_a_visitor_is_asked_to_sign_in(as_person, phone):
    page = as_person(None, phone=phone)
    assert "/account/login/" in page.url
    assert page.locator("input[name=login]").is_visible()


def test_a_person_is_signed_in(as_person, firm):
    page = as_person("chen")
    assert "/account/login/" not in page.url
