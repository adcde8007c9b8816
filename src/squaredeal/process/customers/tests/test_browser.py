"""Customers as they are used: typing finds, a row is planned in place, a bulk hand-over says its effect and is taken back."""
from django.urls import reverse
from playwright.sync_api import expect

from squaredeal.process.customers.models import Customer


def test_typing_finds_and_keeps_its_place_in_the_address(as_person, firm, east_west):
    page = as_person("zhou", start=reverse("customers:list"))
    page.keyboard.press("/")
    page.keyboard.type("s")
    page.wait_for_url("**q=s")
    page.keyboard.type("zly", delay=60)
    page.wait_for_url("**q=szly")
    page.wait_for_selector("#table:has(mark):not(:has(tbody tr:nth-child(2)))")
    assert page.evaluate("document.activeElement.id") == "q" and page.locator("#q").input_value() == "szly"
    page.go_back()
    page.wait_for_selector("#table tbody tr:nth-child(4)")


def test_the_next_step_is_planned_in_the_row(as_person, firm, east_west, today):
    page = as_person("chen", start=reverse("customers:list"))
    page.expected_errors.append("422")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.fill("input[name=text]", "问预算批没批")
    page.fill("input[name=on]", "2020-01-01")
    page.keyboard.press("Enter")
    page.wait_for_selector(".step .invalid-feedback")
    assert page.input_value("input[name=text]") == "问预算批没批"
    page.fill("input[name=on]", today.isoformat())
    page.locator(".stepform .btn-primary").click()
    page.wait_for_selector(".step .sd-inline:has-text('问预算批没批')")
    expect(page.locator("#say")).to_contain_text("都有下一步")
    assert Customer.objects.get(pk=east_west["zhongrui"].pk).next_step == "问预算批没批"


def test_a_hand_over_says_its_effect_first_and_is_taken_back(as_person, firm, east_west):
    page = as_person("zhou", start=reverse("customers:list"))
    page.locator("#table [data-pick=page]").click()
    page.keyboard.press("t")
    page.locator("#give .people button", has_text="林涛").click()
    page.wait_for_selector("#give .eff b:has-text('3 家转给林涛')")
    assert "林涛 1 → 4 / 60" in page.locator("#give .eff").inner_text() and "陈静少 2 家" in page.locator("#give .eff").inner_text()
    assert Customer.objects.filter(owner=firm.lin).count() == 1
    page.locator("#give .eff .btn-primary").click()
    page.wait_for_selector(".sd-toast button")
    assert Customer.objects.filter(owner=firm.lin).count() == 4
    with page.expect_navigation():
        page.locator(".sd-toast button").click()
    assert Customer.objects.filter(owner=firm.lin).count() == 1


def test_registering_on_a_phone_shows_the_clash_while_typing(as_person, firm, east_west):
    page = as_person("lin", phone=True, start=reverse("customers:new"))
    page.locator("#id_name").press_sequentially("苏州凌云新材料", delay=30)
    page.wait_for_selector("#dup .clash")
    said = page.locator("#dup").inner_text()
    assert "华东 陈*" in said and "陈静" not in said
    page.locator("#dup .btn").click()
    page.wait_for_selector("#dup .sd-jade")
    assert firm.chen.notices.count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
