"""Chromium for the tests: found or installed, never skipped; and fixtures that open pages as somebody."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--force-color-profile=srgb", "--hide-scrollbars",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
DEBIAN = {"browser": "chromium", "font": "fonts-noto-cjk"}


class Missing(Exception):
    """Something the browser tests cannot do without; the text says what and how to get it."""


def executable():
    """The path of a Chromium on this machine, or None: SQUAREDEAL_CHROMIUM, the system's, or Playwright's."""
    if given := os.environ.get("SQUAREDEAL_CHROMIUM"):
        return given
    return next(filter(None, map(shutil.which, SYSTEM)), None) or downloaded()


def downloaded():
    """The Chromium that `playwright install chromium` put on this machine, or None."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as play:
        path = play.chromium.executable_path
    return path if Path(path).exists() else None


def chinese_font():
    """Is there a font that can draw Chinese? Where fontconfig does not rule (macOS, Windows) the system has one."""
    if sys.platform in {"darwin", "win32"}:
        return True
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def prepare():
    """Install what is missing, or raise Missing; the path of Chromium comes back."""
    if executable() is None and subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode:
        from_debian("browser")
    if not chinese_font():
        from_debian("font")
    if executable() is None:
        raise Missing("No Chromium for the browser tests. Install chromium or Google Chrome, "
                      "or name one in SQUAREDEAL_CHROMIUM. · 没有 Chromium，装一个再运行测试。")
    if not chinese_font():
        raise Missing("No Chinese font for the browser tests. Install Noto Sans CJK (Debian: fonts-noto-cjk). "
                      "· 没有中文字体，装 Noto Sans CJK 再运行测试。")
    return executable()


def from_debian(kind):
    """Install Debian's package when this is Debian and we are root; otherwise leave it to the message of prepare."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        packages = [DEBIAN[kind], *(["fontconfig"] if kind == "font" else [])]
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)


@pytest.fixture(scope="session")
def chrome():
    """The headless browser, one for all tests of a process."""
    from playwright.sync_api import expect, sync_playwright
    expect.set_options(timeout=30_000)   # as long as Playwright waits for everything else
    path = executable()
    if path is None:
        pytest.fail("No Chromium here. `python3 run.py test` finds or installs one.", pytrace=False)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop running in this very thread
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


class Rooms:
    """Contexts of the browser, lent to a test and emptied after it: of cookies and of what pages stored; their cache of styles and scripts stays.

    In each a page nobody sees keeps the process alive that draws ours. A new one for every page takes the processor three times as long as the page.
    """

    def __init__(self, browser, own):
        self.browser, self.own, self.free = browser, own, {}

    def lend(self, **how):
        """(context, where it comes back to): one of its own for everybody who is signed in at the same time."""
        free = self.free.setdefault(repr(how), [])
        if free:
            return free.pop(), free
        context = self.browser.new_context(**how, timezone_id="Asia/Shanghai", reduced_motion="reduce")
        context.new_page().goto(f"{self.own}/static/theme/early.js")
        return context, free

    def back(self, context, free):
        keeper, *pages = context.pages
        for page in pages:
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        ask = context.new_cdp_session(keeper)
        ask.send("Storage.clearDataForOrigin", {"origin": self.own, "storageTypes": "all"})
        ask.detach()
        free.append(context)


@pytest.fixture(scope="session")
def rooms(chrome, live_server):
    return Rooms(chrome, live_server.url)


@pytest.fixture
def as_person(rooms, live_server):
    """Call with a login (or None for a visitor) to get a page signed in as that person; `phone=True` for a phone.

    The page fails its test at the end if a script raised, if the console shows an error the test did not expect
    (a refused form is one: `page.expected_errors` is a list of patterns to add to), or if a request left the machine.
    """
    lent, pages = [], []

    def open_page(login, *, phone=False, dark=False, lang="zh-CN", start="/"):
        room = rooms.lend(viewport=PHONE if phone else DESK, device_scale_factor=2 if phone else 1, is_mobile=phone, has_touch=phone,
                          color_scheme="dark" if dark else "light", locale=lang)
        lent.append(room)
        context, _free = room
        if login is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(login), "url": live_server.url}])
        page = watched(context.new_page(), live_server.url)
        pages.append(page)
        if start:
            page.goto(live_server.url + start)
        return page

    yield open_page
    for room in lent:
        rooms.back(*room)
    for page in pages:
        unexpected = [line for line in page.errors
                      if not any(re.search(pattern, line) for pattern in page.expected_errors)]
        assert not unexpected, "\n".join(unexpected)


def session_of(login):
    """A fresh session key of the person with this login."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    client = Client()
    client.force_login(get_user_model().objects.get_by_natural_key(login))
    return client.session.session_key


LEFT = re.compile(r"htmx:(sendAbort|afterRequest)\b")
"""What htmx says of a request that the browser stopped because the page was left meanwhile; an answer that fails is a responseError or sendError."""


def watched(page, own):
    """Note script errors, console errors and requests that would leave the machine (which find no way: FLAGS).

    Not by `page.route`, which takes the browser's cache away: every page would fetch and read all scripts and styles again.
    """
    page.errors, page.expected_errors = [], []
    page.on("request", lambda request: None if request.url.startswith((own, "data:", "blob:"))
            else page.errors.append(f"request leaves the machine: {request.url}"))
    page.on("pageerror", lambda error: page.errors.append(f"script: {error}"))
    page.on("console", lambda line: page.errors.append(f"console: {line.text} ({line.location.get('url')})")
            if line.type == "error" and not LEFT.search(line.text) else None)
    return page


@pytest.fixture
def shoot():
    """`shoot(page, "s05-customer")` writes a picture: to docs/screens/ when SQUAREDEAL_SHOTS=1, else to var/screens/."""
    folder = ROOT / ("docs" if os.environ.get("SQUAREDEAL_SHOTS") == "1" else "var") / "screens"

    def write(page, name, *, whole=False):
        folder.mkdir(parents=True, exist_ok=True)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=folder / f"{name}.png", full_page=whole, animations="disabled")
        return folder / f"{name}.png"

    return write
