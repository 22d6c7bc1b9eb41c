"""The rig: a real browser against the live server. Every page it opens is watched to the end of the test."""

import os
import re
import shutil
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
# Without preload axe does not fetch the style sheets once more.
RUN_AXE = "axe.run(document, {resultTypes: ['violations'], preload: false}).then((result) => result.violations)"
SERIOUS = ("serious", "critical")
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
FLAGS = [
    "--no-sandbox",  # Chromium refuses its sandbox to root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = os.environ.get("SCREENSHOTS")

expect.set_options(timeout=30_000)  # a click waits only for the first bytes of an answer; a busy machine takes its time


@dataclass
class Visit:
    """A page under watch: what went wrong on it so far stands in ``problems``."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to ``path`` of the live server and wait until its scripts ran."""
        self.page.goto(self.base + path)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by the form, as people do."""
        self.open("/admin/login/?next=/admin/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def sign_in_quietly(self, client) -> None:
        """Take over the session of a Django test client that is signed in (no password hashing: quick)."""
        session = client.cookies["sessionid"].value
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])

    def at(self, width: str) -> None:
        """Make the window as wide as a "desk" or a "phone"."""
        wide, high = WIDTHS[width]
        self.page.set_viewport_size({"width": wide, "height": high})

    def check_width(self, where: str) -> None:
        """Note a page that scrolls sideways, and what sticks out of it."""
        self.page.wait_for_load_state("load")  # a button's answer may have begun and still be without a body
        sticking_out = self.page.evaluate(STICKING_OUT)
        if sticking_out:
            wide = self.page.viewport_size["width"]
            self.problems.append(f"{where}: scrolls sideways at {wide} px because of {', '.join(sticking_out)}")

    def check_axe(self, where: str) -> None:
        """Note what axe finds serious or critical on the page as it stands."""
        problems = self.problems
        self.problems = []  # axe itself tries inline styles, which the policy stops
        findings = axe(self.page)
        self.problems = problems + [f"{where}: {finding}" for finding in findings]

    def theme(self, theme: str) -> None:
        """Prefer "light" or "dark", as the operating system would say it."""
        self.page.emulate_media(color_scheme=theme)

    def look_at(self, path: str, suffix: str = "") -> None:
        """Open ``path`` and look at it; ``suffix`` tells its pictures from others of the same page."""
        self.open(path)
        self.look(path + suffix)

    def look(self, where: str) -> None:
        """Check the page as it stands, at each width; axe at the last, narrow one, where all of the page stands."""
        for width in WIDTHS:
            self.at(width)
            self.check_width(where)
            self.picture(f"{named(where)}-{width}")
        self.check_axe(where)
        self.at("desk")

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page in the folder SCREENSHOTS, where that is set."""
        if PICTURES:
            self.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


# A box that scrolls by itself may hold something wide; what counts is the page.
STICKING_OUT = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= window.innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > window.innerWidth + 1;
  });
  const names = wide.map((one) => one.tagName.toLowerCase() + (one.id ? "#" + one.id : "") +
    (typeof one.className === "string" && one.className ? "." + one.className.split(" ").join(".") : ""));
  return names.length ? names.slice(-4) : ["something out of flow"];
}"""


def axe(page: Page) -> list[str]:
    """Return what axe finds serious or critical on ``page``, one line a rule with its first places."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate(RUN_AXE)
    return [
        f"axe {one['impact']} {one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the distribution's Chromium; its absence is a failure, not a skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("The end-to-end tests need Chromium: apt-get install chromium", pytrace=False)
    return path


@pytest.fixture
def browser(live_server, chromium, monkeypatch):
    """A browser of its own for each test: a longer-lived one leaves an event loop running behind the tests after it."""
    # Playwright's loop runs in this thread, and Django would refuse the database to it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, live_server):
    """A watched page: the test fails at its end on any problem that the browser met."""
    context = browser.new_context(viewport=dict(zip(("width", "height"), WIDTHS["desk"], strict=True)))
    page = context.new_page()
    seen = Visit(page, live_server.url)
    watch(page, seen)
    yield seen
    context.close()
    if seen.problems:
        pytest.fail("\n".join(seen.problems), pytrace=False)


@pytest.fixture
def page(visit):
    return visit.page


def watch(page: Page, seen: Visit) -> None:
    """Note console errors (violations of the content security policy are some), foreign requests and server errors."""
    home = urlsplit(seen.base).netloc

    def console(message):
        if message.type == "error":
            seen.problems.append(f"{page.url}: console: {message.text}")

    def request(asked):
        parts = urlsplit(asked.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != home:
            seen.problems.append(f"{page.url}: asked another host: {asked.url}")

    def response(answer):
        if answer.status >= 500:
            seen.problems.append(f"{answer.url}: answered {answer.status}")
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html") and "content-security-policy" not in answer.headers:
            seen.problems.append(f"{answer.url}: came without a content security policy")

    page.on("console", console)
    page.on("pageerror", lambda error: seen.problems.append(f"{page.url}: script: {error}"))
    page.on("request", request)
    page.on("response", response)


def named(path: str) -> str:
    """Turn an address into a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "start"
