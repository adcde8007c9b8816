"""The frame in Chromium: no error under the content security policy, palette, drawer, undo, faults, keys, theme, phone."""
import pytest
from playwright.sync_api import expect

from squaredeal.site.tests import gallery


@pytest.fixture
def open_gallery(as_person, settings, firm, transactional_db):
    settings.ROOT_URLCONF = gallery.__name__

    def open_page(login="zhou", address="/gallery/", **given):
        page = as_person(login, start=address, **given)
        page.wait_for_load_state("networkidle")
        return page
    return open_page


def test_charts_are_drawn_and_nothing_breaks_the_policy(open_gallery):
    page = open_gallery()
    expect(page.locator(".sd-chart svg")).to_have_count(2)
    assert "gap 1" in page.locator('[data-chart="pace"] svg').text_content()


def test_the_palette_opens_by_key_finds_and_leads(open_gallery):
    page = open_gallery()
    page.keyboard.press("Control+k")
    page.locator("#sd-found a").first.wait_for()
    page.keyboard.type("zhid")
    found = page.locator('#sd-found a[href="/rulebook/"]')
    expect(page.locator("#sd-found a")).to_have_count(1)
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    assert not page.locator("#sd-cmd").is_visible()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type("mub")
    page.keyboard.press("Enter")
    page.wait_for_url("**/targets/")   # who types on and presses Enter at once comes where the answer leads, not where the list before it did


def test_the_drawer_opens_beside_the_page_and_gives_the_focus_back(open_gallery):
    page = open_gallery()
    page.get_by_text("Why").click()
    page.get_by_text("Because").wait_for()
    assert page.url.endswith("/gallery/")
    page.keyboard.press("Escape")
    assert not page.get_by_text("Because").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Why"


def test_what_was_done_can_be_undone_by_key(open_gallery):
    gallery.UNDONE.clear()
    page = open_gallery()
    page.keyboard.press("a")
    page.get_by_text("已批准").wait_for()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert gallery.UNDONE == ["POST"]
    page.expected_errors.append("422")
    page.keyboard.press("a")
    page.get_by_text("已批准").wait_for()
    page.keyboard.press("u")
    page.get_by_text("It was changed since.").wait_for()


def test_a_part_that_is_closed_says_so_in_its_place(open_gallery):
    page = open_gallery()
    page.expected_errors.append("403")
    page.locator("#closed").click()
    expect(page.locator("#part .sd-fault")).to_contain_text("这里不对你开放")
    with page.expect_response("**/closed/"):
        page.get_by_text("再试一次").click()
    expect(page.locator("#part .sd-fault")).to_have_count(1)


def test_a_refused_form_keeps_the_words_and_takes_the_focus(open_gallery):
    page = open_gallery()
    page.expected_errors.append("422")
    page.locator("#form button").click()
    page.get_by_text("At most 5").wait_for()
    expect(page.locator("[name=a]")).to_be_focused()
    expect(page.locator("[name=a]")).to_have_value("kept")


def test_keys_move_select_and_open_and_are_off_while_typing(open_gallery):
    page = open_gallery()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tbody tr").nth(1).locator("input").is_checked() and page.locator("tbody input:checked").count() == 1
    page.keyboard.press("/")
    page.keyboard.type("nja")
    assert page.locator("[name=q]").input_value() == "nja" and page.url.endswith("/gallery/")
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#sd-keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gallery/?opened=*")


def test_a_row_opens_where_its_name_leads_but_not_where_a_box_was_meant(open_gallery):
    page = open_gallery()
    page.locator("tbody tr input").first.click()
    page.locator("tbody tr").nth(1).locator("td").last.click()   # picking rows, nobody means to leave
    assert page.url.endswith("/gallery/")
    page.locator("tbody tr input").first.click()
    page.locator("tbody tr").first.locator("td").last.click()
    page.wait_for_url("**/gallery/?opened=*")


def test_a_form_on_its_way_shows_it_and_is_not_sent_twice(open_gallery):
    assert open_gallery().evaluate("""() => {
        const form = document.createElement("form"), sent = [];
        form.method = "post"; form.innerHTML = "<button class='btn'>x</button>"; document.getElementById("main").prepend(form);
        document.addEventListener("submit", event => { if (!event.defaultPrevented) sent.push(event); event.preventDefault(); });
        form.firstChild.click(); form.firstChild.click();
        return [sent.length, form.firstChild.getAttribute("aria-busy")]; }""") == [1, "true"]


def test_a_form_sent_as_a_part_shows_that_it_is_on_its_way(open_gallery):
    page, held = open_gallery(), []
    page.route("**/slow/", lambda route: held.append(route))
    page.evaluate("""() => {
        const form = document.createElement("form");
        form.id = "slow"; form.innerHTML = "<button class='btn'>x</button>"; form.setAttribute("hx-post", "/slow/");
        document.getElementById("main").prepend(form); htmx.process(form); }""")
    button = page.locator("#slow button")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    held[0].fulfill(status=204)
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_a_head_cell_sorts_in_place(open_gallery):
    page = open_gallery(address="/gallery/?sort=name")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.locator("th a").click()
    page.wait_for_url("**/gallery/?sort=-name")
    expect(page.locator("tbody a.name").first).to_have_text("丙")
    assert page.evaluate("document.body.dataset.same") == "yes" and page.locator("#table").count() == 1
    page.go_back()
    expect(page.locator("tbody a.name").first).to_have_text("甲")
    page.wait_for_load_state("networkidle")   # back is a load of its own; its keys come last
    page.keyboard.press("Control+k")
    expect(page.locator("#sd-found a").first).to_be_visible()


def test_theme_density_and_rail_stay_and_the_page_says_its_time(open_gallery):
    page = open_gallery()
    page.locator('header > [data-do="theme"]').click()
    page.keyboard.press("[")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("document.documentElement.dataset.rail") == "narrow"
    assert "毫秒" in page.locator("[data-ms]").text_content()


def test_the_system_decides_the_theme_until_somebody_does(open_gallery):
    assert open_gallery(dark=True).evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_phone_has_its_bar_and_never_scrolls_sideways(open_gallery):
    page = open_gallery(phone=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.locator(".sd-rail").is_visible() and page.locator(".sd-tabbar").is_visible()
    sizes = page.evaluate("[...document.querySelectorAll('.sd-tabbar :is(a, button)')].map(e => Math.min(e.offsetWidth, e.offsetHeight))")
    assert sizes and min(sizes) >= 44
    page.locator(".sd-tabbar button").last.click()
    assert page.locator("#sd-me .sd-period").is_visible() and page.get_by_role("button", name="退出").is_visible()


def test_it_reads_in_english(open_gallery):
    page = open_gallery(lang="en-GB")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Rulebook" in page.locator(".sd-rail").inner_text()
    assert page.locator(".sd-table").inner_text().count("¥480.0K") == 3
