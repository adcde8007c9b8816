"""In Chromium: three touches on a phone, only the next step swapped; arrows on the map; the composer on the customer's page."""
from squaredeal.process.customers.models import Customer

from .. import actions
from ..models import FollowUp
from .conftest import days


def test_three_touches_on_a_phone(as_person, firm, book, today):
    page = as_person("chen", start=f"/followup/{book.a.pk}/log", phone=True)
    page.fill("[name=body]", "打过去没人接")
    before = page.input_value("[name=next_on]")
    with page.expect_response("**/next?*"):
        page.locator(".fu-res label").nth(3).click()
    page.wait_for_function("before => document.querySelector('[name=next_on]').value !== before", arg=before)
    assert page.input_value("[name=body]") == "打过去没人接", "what was typed stays"
    page.fill("[name=next_on]", str(today + days(2)))
    assert page.locator("[data-shows=day]").inner_text() not in ("", before)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".fu-wide").click()
    page.wait_for_url(f"**/customers/{book.a.pk}/")
    made = FollowUp.objects.get()
    assert (made.body, made.effective, made.next_step_on) == ("打过去没人接", False, today + days(2))


def test_arrows_walk_the_map_and_enter_opens_the_missed(as_person, firm, book, today):
    actions.tick(today - days(25))
    actions.tick(today)
    page = as_person("zhou", start="/followup/compliance")
    page.keyboard.press("ArrowLeft")
    at = page.evaluate("document.activeElement.href")
    assert "week=" in at
    page.keyboard.press("ArrowLeft")
    after = page.evaluate("document.activeElement.href")
    assert after != at and "week=" in after
    with page.expect_response("**/compliance/cell?*"):
        page.keyboard.press("Enter")
    page.wait_for_function("href => document.querySelector('.hm a[aria-current]')?.href === href", arg=after)
    assert page.locator("#cell .miss").count() >= 1
    page.keyboard.press("ArrowUp")
    assert page.evaluate("!!document.activeElement.closest('.hm')")


def test_the_composer_keeps_what_was_typed_when_refused(as_person, firm, book, today):
    page = as_person("chen", start=f"/customers/{book.a.pk}/")
    page.expected_errors.append("422")
    page.wait_for_selector("#fu-compose")
    page.fill("#fu-say", "价格还差 8 个点")
    page.fill("#fu-compose [name=next_text]", "")
    with page.expect_response("**/log") as refused:
        page.locator("#fu-compose .btn-primary").click()
    assert refused.value.status == 422
    page.wait_for_selector("#fu-compose [aria-invalid=true]")
    assert page.input_value("#fu-say") == "价格还差 8 个点"
    page.fill("#fu-compose [name=next_text]", "带方案上门")
    with page.expect_navigation():
        page.locator("#fu-compose .btn-primary").click()
    assert Customer.objects.get(pk=book.a.pk).next_step == "带方案上门"
