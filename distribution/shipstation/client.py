"""ShipStation's HTTP (API V1): pages of shipments and orders. Pure: no database.

The service allows some 40 requests a minute and says in headers how many are left and when the
count begins anew; this client waits as long as they say. What fails for a moment (a full minute,
an error of the server, a cut line) is asked again, what fails for good is ShipStationTrouble in words.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import urllib3

ADDRESS = "https://ssapi.shipstation.com"
PAGE_SIZE = 500  # the most that the service gives
ATTEMPTS = 6
CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
LONGEST_WAIT_SECONDS = 120  # whatever a header says
WAITS_AFTER_ERRORS = (1, 2, 4, 8, 16)
LARGEST_PAGE_BYTES = 64 * 1024 * 1024
TOO_MANY = 429
ANY: Mapping[str, str] = {}

Sleep = Callable[[float], None]


class ShipStationTrouble(Exception):
    """ShipStation could not be asked; the message says why and what to do."""


class Page(NamedTuple):
    """One page of a list as the service gave it; ``number`` and ``pages`` count from 1."""

    number: int
    pages: int
    rows: list[dict[str, Any]]


class Client:
    """Asks ShipStation with one key. ``sleep`` is called whenever the service wants to be left alone."""

    def __init__(self, url: str, key: str, secret: str, *, sleep: Sleep = time.sleep):
        if not key or not secret:
            raise ShipStationTrouble("SHIPSTATION_API_KEY and SHIPSTATION_API_SECRET are not set: ask who deploys.")
        self.url = (url or ADDRESS).rstrip("/")
        self.sleep = sleep
        self._headers = urllib3.make_headers(basic_auth=f"{key}:{secret}", accept_encoding=True)
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)
        self._wait_seconds = 0.0  # before the next request, as the last answer said

    def shipments(self, number: int, filters: Mapping[str, str] = ANY) -> Page:
        """Return one page of shipments with their items, oldest first, so that new ones come at the end."""
        asked = {"includeShipmentItems": "true", "sortBy": "CreateDate", "sortDir": "ASC", **filters}
        return self._page("shipments", number, asked)

    def orders(self, number: int, filters: Mapping[str, str] = ANY) -> Page:
        """Return one page of orders: they hold the notes."""
        return self._page("orders", number, {"sortBy": "ModifyDate", "sortDir": "ASC", **filters})

    def _page(self, what: str, number: int, filters: Mapping[str, str]) -> Page:
        fields = {**filters, "page": str(number), "pageSize": str(PAGE_SIZE)}
        answer = self._ask(f"/{what}", fields)
        rows, pages = answer.get(what), answer.get("pages")
        if not isinstance(rows, list) or not isinstance(pages, int) or not all(isinstance(row, dict) for row in rows):
            raise ShipStationTrouble(f"{self.url}/{what} answered page {number} without its list of {what}.")
        return Page(number, max(pages, 1), rows)

    def _ask(self, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Return the JSON that ``path`` answers; asks again what failed for a moment."""
        problem = ""
        for attempt in range(ATTEMPTS):
            if self._wait_seconds:
                self.sleep(self._wait_seconds)
            try:
                answer = self._pool.request("GET", self.url + path, fields=dict(fields), headers=self._headers)
            except urllib3.exceptions.HTTPError as error:
                problem = in_words(error)
                self._wait_seconds = wait_after_error(attempt)
                continue
            self._wait_seconds = wait_asked_for(answer)
            if answer.status == TOO_MANY:
                problem = "it is asked too often, by somebody else too"
                self._wait_seconds = self._wait_seconds or wait_after_error(attempt)
            elif answer.status >= 500:
                problem = f"it answers {answer.status}"
                self._wait_seconds = max(self._wait_seconds, wait_after_error(attempt))
            else:
                try:
                    return content_of(answer, self.url + path)
                except ValueError:  # a line that was cut in the middle of the page
                    problem = "its answer is no JSON"
                    self._wait_seconds = max(self._wait_seconds, wait_after_error(attempt))
        raise ShipStationTrouble(
            f"ShipStation did not answer in {ATTEMPTS} attempts: {problem}. Pages fetched so far are kept: start the "
            "sync again, it goes on from there."
        )


def content_of(answer: urllib3.BaseHTTPResponse, address: str) -> dict[str, Any]:
    """Return the JSON object of an answer. ValueError where it is none; ShipStationTrouble where it is a refusal."""
    if answer.status in (401, 403):
        raise ShipStationTrouble(
            f"ShipStation refuses the key ({answer.status}): check SHIPSTATION_API_KEY and SHIPSTATION_API_SECRET."
        )
    if answer.status != 200:
        raise ShipStationTrouble(f"{address} answers {answer.status}: check SHIPSTATION_URL.")
    if len(answer.data) > LARGEST_PAGE_BYTES:
        raise ShipStationTrouble(f"{address} answers with more than {LARGEST_PAGE_BYTES // 2**20} MB for one page.")
    content = json.loads(answer.data)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def wait_asked_for(answer: urllib3.BaseHTTPResponse) -> float:
    """Return how many seconds the headers of an answer ask to be left alone: 0 while requests remain."""
    left = whole(answer.headers.get("X-Rate-Limit-Remaining"))
    if answer.status != TOO_MANY and left != 0:
        return 0.0
    named = (answer.headers.get("Retry-After"), answer.headers.get("X-Rate-Limit-Reset"))
    seconds = [wait for wait in map(whole, named) if wait is not None]
    return float(min(max(seconds, default=0), LONGEST_WAIT_SECONDS))


def wait_after_error(attempt: int) -> float:
    """Return how many seconds to wait after so many failures before it is tried again."""
    return float(WAITS_AFTER_ERRORS[min(attempt, len(WAITS_AFTER_ERRORS) - 1)])


def whole(text: str | None) -> int | None:
    """Return the number of a header, None where it is missing or no number."""
    return int(text) if text is not None and text.strip().isdecimal() else None


def in_words(error: urllib3.exceptions.HTTPError) -> str:
    """Return what went wrong on the line, without addresses and keys."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "its name is not known (SHIPSTATION_URL)"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "it refuses connections"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it does not answer in time"
    if isinstance(error, urllib3.exceptions.LocationValueError):
        return "SHIPSTATION_URL is no address"
    return "the line was cut"
