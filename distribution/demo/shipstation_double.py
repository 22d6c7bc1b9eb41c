"""A double of ShipStation that speaks its HTTP, for the demo and the tests: no account is needed.

It gives pages of shipments and orders with filters, asks for the key, counts requests as the service does, and on
demand answers as badly as any service may: 429, 500, cut pages, rows twice, rows in another order.
"""

import base64
import json
import random
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "demo-key", "demo-secret"
CHANGED = {"shipments": "createDate", "orders": "modifyDate"}
FAULTS = ("429", "500", "cut", "garbage", "hang up")
Row = Mapping[str, Any]


class ShipStationDouble:
    """Serves ``shipments`` and ``orders`` until ``stop``. ``chance`` of a fault for each request, by ``seed``.

    ``asked`` keeps what was asked: (path, page, status).
    """

    def __init__(
        self,
        shipments: Iterable[Row],
        orders: Iterable[Row] = (),
        *,
        chance: float = 0.0,
        seed: int = 0,
        page_size: int = 500,
        requests_a_window: int = 40,
        port: int = 0,
    ):
        self.lists = {"shipments": list(shipments), "orders": list(orders)}
        self.chance, self.page_size, self.requests_a_window = chance, page_size, requests_a_window
        self.random, self.lock = random.Random(seed), Lock()
        self.left = requests_a_window
        self.asked: list[tuple[str, int, int]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler_of(self))
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "ShipStationDouble":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sleep(self, seconds: float) -> None:
        """Let the time pass for which a client has to wait: its minute begins anew."""
        self.left = self.requests_a_window

    def page(self, what: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """Return a page of a list as the service would."""
        changed = CHANGED[what]
        first, last = asked.get(f"{changed}Start", ""), asked.get(f"{changed}End", "~")
        rows = sorted(
            (row for row in self.lists[what] if first <= row[changed].replace("T", " ") <= last),
            key=lambda row: row[changed],
        )
        size = min(int(asked.get("pageSize", "100")), self.page_size)
        number = int(asked.get("page", "1"))
        shown = rows[(number - 1) * size : number * size]
        if self.chance:
            shown = self.muddled(shown, rows)
        return {what: shown, "total": len(rows), "page": number, "pages": ceil(len(rows) / size)}

    def muddled(self, shown: list[Row], rows: list[Row]) -> list[Row]:
        """Return the rows of a page in another order, with one of another page among them."""
        muddled = [*shown, *(self.random.sample(rows, 1) if rows else [])]
        self.random.shuffle(muddled)
        return muddled

    def fault(self) -> str:
        """Return what goes wrong with this request, "" for nothing."""
        return self.random.choice(FAULTS) if self.random.random() < self.chance else ""


def handler_of(double: ShipStationDouble) -> type[BaseHTTPRequestHandler]:
    """Return what answers the requests of one double."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
            with double.lock:
                status, content, fault = self.judged(address.path.strip("/"), asked)
                double.asked.append((address.path, int(asked.get("page", "1")), status))
            if fault == "hang up":
                self.close_connection = True
                return
            self.give(status, content, cut=fault == "cut")

        def judged(self, what: str, asked: Mapping[str, str]) -> tuple[int, bytes, str]:
            """Return status, content and what goes wrong on the way."""
            given = self.headers.get("Authorization", "")
            if given != "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode():
                return 401, b'{"Message": "Authorization has been denied for this request."}', ""
            if what not in double.lists:
                return 404, b"not found", ""
            if double.left <= 0:
                return 429, b'{"message": "Too Many Requests"}', ""
            double.left -= 1
            fault = double.fault()
            if fault in ("429", "500"):
                return int(fault), b"<html>sorry</html>", fault
            return 200, b"<html>" if fault == "garbage" else json.dumps(double.page(what, asked)).encode(), fault

        def give(self, status: int, content: bytes, *, cut: bool) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Rate-Limit-Limit", str(double.requests_a_window))
            self.send_header("X-Rate-Limit-Remaining", str(max(double.left, 0)))
            self.send_header("X-Rate-Limit-Reset", "20")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = cut

        def log_message(self, *words: object) -> None:
            """Say nothing: the log of the demo belongs to the product."""

    return Handler
