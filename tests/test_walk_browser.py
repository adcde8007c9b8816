"""The story in Chromium, by those it belongs to: 陈静 on her phone, 王敏, 周衡 and 顾青 at their desks; then every page of the rail for each role.

What is asserted is what a person would see. The pictures of the README are made here, of the demo company.
"""
import re
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.commission.runs.models import Run
from squaredeal.kernel.models import PolicyVersion
from squaredeal.process.collection.models import Receipt
from squaredeal.process.followup.models import FollowUp
from squaredeal.process.negotiation.policy import Authority

from . import story
from .browser import DESK, PHONE

CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
ALLOWED = {"CSV", "XLSX", "Excel", "API", "KB", "MB"}
"""Latin words a Chinese page may show: formats everybody calls so."""
WORDS = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let node;
  while ((node = walk.nextNode())) { const where = node.parentElement;
    if (node.data.trim() && !where.closest('script, style, noscript, template, kbd, code, .mono, .sd-ava, body [lang]') && where.checkVisibility({visibilityProperty: true}))
      found.push(node.data.trim().replace(/\\s+/g, ' ')); }
  return found; }"""

LOOK = """() => {
  const found = [], seen = el => { const box = el.getBoundingClientRect(); return box.width > 2 && box.height > 2 && el.checkVisibility({visibilityProperty: true}); };
  const colour = text => { const [kind, rest] = text.split("("), n = (rest || "").match(/[\\d.]+/g)?.map(Number) || [0, 0, 0, 0];
    return (kind === "color" ? n.slice(0, 3).map(v => v * 255) : n.slice(0, 3)).concat(n[3] ?? 1); };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = el => { const layers = []; for (; el; el = el.parentElement) { const c = colour(getComputedStyle(el).backgroundColor); if (c[3]) layers.push(c); if (c[3] === 1) break; }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]); };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  if (document.querySelectorAll("h1").length !== 1) found.push(`${document.querySelectorAll("h1").length} h1`);
  const heads = [...document.querySelectorAll("main :is(h1, h2)")].filter(seen).map(h => h.textContent.trim());
  heads.filter((h, i) => heads.indexOf(h) !== i).forEach(h => found.push(`two headings say ${h}`));
  document.querySelectorAll("input[type=date][value]").forEach(f => { if (f.getAttribute("value") && !f.value) found.push(`the day ${f.getAttribute("value")} is not shown`); });
  document.querySelectorAll(".sd-clip, .sd-search span, .mini .k, main select, main button, main a.btn, .sd-nav a span").forEach(el => {
    if (seen(el) && !el.closest(".listy, .deal, .it, tr") && el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).display !== "inline") found.push(`cut off: ${el.textContent.trim().slice(0, 40)}`); });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) { const el = node.parentElement;
    if (!node.data.trim() || el.closest("script, style, svg, kbd, template, noscript, .sd-ava, .sd-skip, [disabled], [aria-disabled=true]") || !seen(el)) continue;
    const style = getComputedStyle(el), below = ground(el), [a, b] = [light(over(colour(style.color), below)), light(below)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) found.push(`hard to read (${((a + .05) / (b + .05)).toFixed(2)}): ${node.data.trim().slice(0, 30)}`); }
  return [...new Set(found)]; }"""
"""What one would dislike at a glance: no or two first headings, headings that repeat, a day the browser could not read, words cut off, grey on grey."""

MORE = {
    "chen": lambda shop: [reverse("customers:record", args=[shop["customer"].pk]), reverse("customers:new"), reverse("statements:mine"),
                          reverse("negotiation:deal", args=[shop["waiting"].deal_id]), reverse("negotiation:quote", args=[shop["waiting"].pk]),
                          reverse("contracts:contract", args=[shop["unpaid"].pk]), reverse("followup:log", args=[shop["second"].pk]), reverse("team:me")],
    "wang": lambda shop: [reverse("followup:compliance"), reverse("approvals:request", args=[story.asked_about(shop["waiting"], "quote").pk])],
    "zhou": lambda shop: [reverse("runs:run", args=[shop["run"].pk]), reverse("negotiation:products"), reverse("plans:index"), reverse("runs:simulate"),
                          reverse("rulebook:versions"), reverse("contracts:contract", args=[shop["paid"].pk])],
    "gu": lambda shop: [reverse("collection:receive"), reverse("collection:receipts"), reverse("collection:receipt", args=[shop["receipt"].pk]),
                        reverse("runs:run", args=[shop["run"].pk])],
    "xu": lambda shop: [reverse("kernel:notices"), reverse("team:person", args=[shop["paid"].signed_by_id]), reverse("team:add")],
}
"""Beside the rail: what each opens most."""


@pytest.fixture
def shop(firm, live_server):
    """The furnished firm: things paid, waiting and open."""
    return story.furnish(firm)


def settled(page):
    """The page once its late parts are there."""
    page.wait_for_load_state("load")
    page.wait_for_function("() => !document.querySelector('.htmx-request, .sd-skel')", timeout=30_000)
    return page


def at(page, name, *args, query=""):
    """Go to the address of this name, on the page's own server; it answers 200."""
    address = name if name.startswith("/") else reverse(name, args=args)
    answer = page.goto(re.match(r"\w+://[^/]+", page.url)[0] + address + query)
    assert answer.status == 200, f"{answer.status} {answer.url}"
    return settled(page)


def rows_say():
    """Every text the rows hold: names and words of people, which stand on a page in whatever language they were written.

    Not the states and kinds among them (`open`, `call`): a page says those in its own words.
    """
    found = set()
    for model in apps.get_models():
        if model.__module__.startswith("squaredeal."):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField):
                    for value in model._base_manager.values_list(field.name, flat=True):
                        found.update(parts(value))
    for text in PlanVersion.objects.values_list("text", flat=True):
        found.update(re.findall(r"[\u3400-\u9fff]+", text))
    return sorted((said for said in found if CHINESE.search(said) or len(said) > 1 and not re.fullmatch("[a-z_]+", said)), key=len, reverse=True)


def parts(value):
    """The texts within a value, JSON opened."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from parts(inner)
    elif isinstance(value, str):
        yield value.strip()


def strangers(page, kind, known):
    """Words on the page that are of the other language and of no row."""
    found, seen = [], page.evaluate(WORDS)
    assert len(seen) > 5, "the page says something"
    for said in seen:
        left = said
        for name in known:
            left = left.replace(name, " ")
        if any(word not in ALLOWED for word in kind.findall(left)):
            found.append(said)
    return found


# --------------------------------------------------------------------------------------------------- the story

def test_the_rep_records_a_contact_in_three_touches(as_person, firm, shop):
    page = at(as_person("chen", phone=True), "followup:log", shop["second"].pk)
    page.locator(".fu-kinds label", has_text="电话").tap()
    page.locator(".fu-res label").first.tap()
    planned = page.locator("#fu-next-text").input_value()
    assert planned, "the next step is proposed"
    page.locator("[name=body]").fill("月底前付第二期，先看样机")
    session = [one for one in page.context.cookies() if one["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存").tap()
    page.wait_for_url("**/account/login/*")
    page.context.add_cookies(session)
    page.goto(re.match(r"\w+://[^/]+", page.url)[0] + unquote(page.url.partition("?next=")[2]))
    expect(page.locator("[name=body]")).to_have_value("月底前付第二期，先看样机")
    expect(page.locator(".fu-kinds label", has_text="电话").locator("input")).to_be_checked()
    page.get_by_role("button", name="保存").tap()
    page.wait_for_url(f"**{reverse('customers:record', args=[shop['second'].pk])}*")
    settled(page)
    made = FollowUp.objects.get(customer=shop["second"])
    assert (made.by, made.kind, made.next_step) == (firm.chen, "call", planned)
    expect(page.get_by_text(planned).first).to_be_visible()
    expect(page.locator("article", has_text=made.body).first).to_be_visible()


def test_the_rep_reads_the_statement_and_why_on_the_phone(as_person, shop):
    page = at(as_person("chen", phone=True), "statements:index")
    expect(page.locator("h1").first).to_contain_text("3,825.00")
    page.locator("tr[data-line]").first.tap()
    why = page.locator("#sd-drawer")
    expect(why).to_be_visible()
    for figure in (shop["receipt"].number, "339,000.00", "300,000.00", "4,500.00", "3,825.00"):
        expect(why).to_contain_text(figure)
    page.locator("#sd-drawer [data-do=close]").tap()
    expect(why).not_to_be_visible()


def test_the_manager_approves_from_the_desk(as_person, firm, shop):
    page = at(as_person("wang"), "insight:desk")
    expect(page.locator(".sd-need", has_text="无锡恒达").first).to_be_visible()
    at(page, "approvals:inbox")
    page.locator("a.name", has_text="无锡恒达").click()
    settled(page)
    expect(page.locator("h1").first).to_contain_text("3.3%")
    with page.expect_navigation():
        page.keyboard.press("a")
    settled(page)
    shop["waiting"].refresh_from_db()
    assert shop["waiting"].state == "approved"
    at(page, "approvals:inbox")
    expect(page.locator("a.name", has_text="无锡恒达")).to_have_count(0)


def test_the_director_reads_the_desk_and_publishes_a_change(as_person, firm, shop):
    page = at(as_person("zhou"), "insight:desk")
    assert page.locator("h1").first.inner_text().strip()
    expect(page.locator("main")).to_contain_text("33.9万")
    at(page, "rulebook:index", query="?c=2.3.2")
    page.locator("#clause input[name=rep]").fill("4")
    page.get_by_role("button", name="放进").or_(page.locator("#clause form .btn-primary")).first.click()
    page.locator("#clause .sd-pill").first.wait_for()
    at(page, "rulebook:index", query="?c=2.3.2")
    draft = page.locator(".draft")
    expect(draft).to_contain_text("4")
    draft.locator("input[name=starts_on]").fill(f"{timezone.localdate()}")
    draft.locator("input[name=note]").fill("旺季放宽")
    with page.expect_navigation():
        draft.locator(".pub .btn-primary").click()
    settled(page)
    version = PolicyVersion.objects.get(state="published", note="旺季放宽")
    assert Authority.on(timezone.localdate()).rep == 4 and version.published_by == firm.zhou
    expect(page.locator(".late", has_text="旺季放宽")).to_be_visible()
    expect(page.locator("#c-2\\.3\\.2, [id='c-2.3.2']")).to_contain_text("4%")
    reader = at(as_person("chen"), "rulebook:index")
    expect(reader.locator("form[action$='/acknowledge'] button")).to_contain_text(version.number)


def test_finance_registers_a_receipt_and_computes_a_run(as_person, firm, shop):
    page = at(as_person("gu"), "collection:receive")
    page.locator("#q").press_sequentially("szly", delay=20)
    page.locator("#found a", has_text=story.SHORT).first.click()
    settled(page)
    page.locator("[name=amount]").press_sequentially("339000")
    expect(page.locator("#match input[value='339000.00'], #match input[value='339000']").first).to_be_visible()
    page.locator("[name=bank_reference]").fill("CMB7788")
    page.locator("#receive button.btn-primary").click()
    page.wait_for_url(re.compile(r"/receipts/\d+/"))
    settled(page)
    receipt = Receipt.objects.get(bank_reference="CMB7788")
    expect(page.locator("main")).to_contain_text(receipt.number)
    assert receipt.unmatched == 0 and story.instalments(shop["unpaid"])[0].collected == 339_000
    at(page, "runs:index")
    page.locator("form[action$='/compute/'] .btn-primary").click()
    page.locator("#run h1").wait_for()
    settled(page)
    run = Run.objects.latest("pk")
    assert run.earlier == 5_400, "4,500 for 陈静, 900 for 王敏, as differences of the month closed"
    expect(page.locator("h1").first).to_contain_text(f"{run.payout:,.2f}")
    expect(page.locator(".ppl")).to_contain_text("陈静")
    expect(page.locator(".stop")).to_be_visible()
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)


# --------------------------------------------------------------------------------------------------- every page of the rail

AS = {"chen": {"dark", "phone", "en"}, "wang": {"phone"}, "zhou": {"dark", "en"}, "gu": {"en"}, "xu": {"en"}}
"""How each goes through their pages besides at the desk, in Chinese, in daylight: between them every page in every way it is used."""


@pytest.mark.parametrize("login", list(AS))
def test_every_page_of_the_rail(as_person, shop, login):
    page, known, wrong = settled(as_person(login)), rows_say(), []
    rail = page.eval_on_selector_all(".sd-rail a[href^='/']", "links => [...new Set(links.map(a => a.getAttribute('href')))]")
    assert len(rail) >= (3 if login == "xu" else 5)
    rail += MORE[login](shop)
    for address in rail:
        wrong += [f"desk zh {address}: {said}" for said in strangers(at(page, address), ENGLISH, known)]
        wrong += [f"desk {address}: {said}" for said in page.evaluate(LOOK)]
        if "dark" in AS[login]:
            page.emulate_media(color_scheme="dark")
            wrong += [f"dark {address}: {said}" for said in page.evaluate(LOOK)]
            page.emulate_media(color_scheme="light")
        if "phone" in AS[login]:
            page.set_viewport_size(PHONE)  # the same page made narrow: what a phone has besides is tried in the story above
            wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            if wide > 0:
                wrong.append(f"phone {address}: {wide} px too wide")
            wrong += [f"phone zh {address}: {said}" for said in strangers(page, ENGLISH, known)]
            wrong += [f"phone {address}: {said}" for said in page.evaluate(LOOK)]
            page.set_viewport_size(DESK)
    english = as_person(login, lang="en-GB")
    for address in rail if "en" in AS[login] else ():
        wrong += [f"desk en {address}: {said}" for said in strangers(at(english, address), CHINESE, known)]
        wrong += [f"desk en {address}: {said}" for said in english.evaluate(LOOK)]
    assert not wrong, "\n".join(wrong)


# --------------------------------------------------------------------------------------------------- the demo company

@pytest.fixture
def huachen(live_server):
    """The demo company at scale 1."""
    from squaredeal.site.demo.load import load
    load()


def test_the_pictures_of_the_readme(as_person, huachen, shoot):
    """The demo company at its best, and its rep's pages within the phone's width with real lengths of names and numbers."""
    page = at(as_person("zhou"), "insight:desk")
    expect(page.locator(".sd-need").first).to_be_visible()
    assert shoot(page, "desk").stat().st_size > 20_000
    at(page, "rulebook:index", query="?c=2.3.2")
    shoot(page, "rulebook")
    rep = at(as_person("chen"), "customers:list")
    assert rep.locator("tbody tr").count() >= 20
    shoot(rep, "customers")
    at(rep, "statements:index")
    expect(rep.locator(".calc").first).to_be_visible()
    shoot(rep, "statement")
    phone, wide = as_person("chen", phone=True), {}
    for name in ("insight:desk", "customers:list", "negotiation:board", "contracts:register", "collection:index", "statements:index", "targets:index",
                 "insight:leaderboard", "rulebook:index", "followup:due"):
        over = at(phone, name).evaluate("document.scrollingElement.scrollWidth - innerWidth")
        if over > 0:
            wide[name] = over
    assert wide == {}
