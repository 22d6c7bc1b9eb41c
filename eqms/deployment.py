"""Looks at a running deployment as a person would: probes, signs in, opens pages. Plain HTTP, no database."""

import http.client
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import resolve

TIMEOUT_SECONDS = 20
KEY_PAGES = (
    "/admin/sales-orders",
    "/admin/distribution-log",
    "/admin/sales-orders/import-pdf",
    "/admin/sales-orders/import-pdf-bulk",
    "/admin/sales-orders/unmatched-pdfs",
    "/admin/customers",
    "/admin/sales-dashboard",
    "/admin/maintenance",
    "/admin/maintenance/customers/zero-orders",
    "/admin/diagnostics/",
    "/admin/diagnostics/storage",
)
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LIST = re.compile(r'href="(/admin/\w+/\w+/)"')


@dataclass(frozen=True)
class Seen:
    """One thing looked at: what, whether it is as it should be, and words about it."""

    what: str
    is_well: bool
    words: str

    def __str__(self):
        return f"{'ok  ' if self.is_well else 'FAIL'} {self.what}: {self.words}"


@dataclass(frozen=True)
class Page:
    status: int
    path: str  # after redirects
    body: str
    seconds: float


class Visitor:
    """A browser without a screen: keeps cookies and follows redirects."""

    def __init__(self, address: str):
        self.address = address.rstrip("/")
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def open(self, path: str, form: dict[str, str] | None = None) -> Page:
        """Return what ``path`` shows; status 0 with the reason as body where nothing answers."""
        url = self.address + path
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(url, data, {"Referer": url, "User-Agent": "eqms-verify-deploy"})
        started = time.monotonic()
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return self.page(answer.status, answer.geturl(), answer.read(), started)
        except urllib.error.HTTPError as error:
            return self.page(error.code, error.geturl() or url, error.read(), started)
        except (OSError, http.client.HTTPException) as error:
            return Page(0, path, str(error), time.monotonic() - started)

    def page(self, status: int, url: str, body: bytes, started: float) -> Page:
        path = urllib.parse.urlsplit(url).path
        return Page(status, path, body.decode(errors="replace"), time.monotonic() - started)

    def look(self, path: str) -> tuple[Seen, Page]:
        """Open a page that only people who signed in may see."""
        page = self.open(path)
        if page.status == 200 and page.path == "/admin/login/":
            return Seen(path, False, "asks to sign in"), page
        words = f"{page.status} in {page.seconds:.2f} s" if page.status else page.body
        return Seen(path, page.status == 200, words), page

    def sign_in(self, user: str, password: str) -> Seen:
        token = CSRF.search(self.open("/admin/login/").body)
        if token is None:
            return Seen("sign in", False, "there is no form at /admin/login/")
        form = {"csrfmiddlewaretoken": token[1], "username": user, "password": password, "next": "/admin/"}
        page = self.open("/admin/login/", form)
        arrived = page.status == 200 and page.path == "/admin/"
        return Seen("sign in", arrived, f"as {user}" if arrived else f"refused for {user} ({page.status})")


def verify(address: str, user: str, password: str, release: str) -> Iterator[Seen]:
    """Yield what was seen of the deployment at ``address``, step by step; stop where nothing further can be seen."""
    visitor = Visitor(address)
    yield from probes(visitor, release)
    signed_in = visitor.sign_in(user, password)
    yield signed_in
    if not signed_in.is_well:
        return
    seen, index = visitor.look("/admin/")
    yield seen
    lists = sorted(set(LIST.findall(index.body)))
    yield Seen("lists", bool(lists), f"{len(lists)} on the first page")
    for path in lists:
        yield from list_and_newest(visitor, path)
    for path in filter(is_served, KEY_PAGES):
        yield visitor.look(path)[0]


def probes(visitor: Visitor, release: str) -> Iterator[Seen]:
    """Yield whether the service lives, is ready, and serves the expected release."""
    alive = visitor.open("/healthz")
    yield Seen("/healthz", (alive.status, alive.body) == (200, "ok"), f"{alive.status} {alive.body[:80]}")
    ready = visitor.open("/readyz")
    try:
        said = json.loads(ready.body)
    except ValueError:
        said = {}
    troubles = [f"{part} {words}" for part, words in said.items() if str(words).startswith("degraded:")]
    words = "; ".join([f"{ready.status} {said.get('status', ready.body[:80])}", *troubles])
    yield Seen("/readyz", ready.status == 200, words)
    served = said.get("release")
    yield Seen("release", served == release, f"serves {served}, expected {release}")


def list_and_newest(visitor: Visitor, path: str) -> Iterator[Seen]:
    """Look at a list of the admin and at the newest row on its first page."""
    seen, page = visitor.look(path)
    yield seen
    rows = re.findall(rf'href="({re.escape(path)}[^/"?]+/change/)', page.body)
    if rows:
        yield visitor.look(newest(rows))[0]


def newest(rows: list[str]) -> str:
    """Return the row with the highest number; the first one where keys are no numbers."""
    numbered = [(int(row.split("/")[-3]), row) for row in rows if row.split("/")[-3].isdigit()]
    return max(numbered)[1] if numbered else rows[0]


def is_served(path: str) -> bool:
    """True where this release has a page of its own at ``path`` (the admin's catch-all answers every path)."""
    return "<url>" not in resolve(path).route
