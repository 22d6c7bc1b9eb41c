"""One id for all that a request or a command does: on the response, the log lines and the runs."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")  # anything else could forge log lines

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of what runs now, empty outside of requests and commands."""
    return _current.get()


@contextmanager
def under(request_id: str = "") -> Iterator[str]:
    """Let the block run under ``request_id``, or under a new one where it is empty or not acceptable."""
    request_id = request_id if ACCEPTED.fullmatch(request_id) else uuid4().hex
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)


class RequestIds:
    """Middleware: take the id that a proxy gave, or make one, and put it on the response."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with under(request.headers.get(HEADER, "")) as request_id:
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response


class OnLogLines(logging.Filter):
    """Put the id on each log record, "-" where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current() or "-"
        return True
