"""The first middleware: probes come through always, people once the database fits the code."""

import html
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .health import health, healthz, look, readyz, schema
from .schema import known_migrations

PAGE_WITHIN_SECONDS = 4.0  # people wait longer than probes before they hear that the database is away
Answer = Callable[[HttpRequest], HttpResponse]

# Answered here, before anything asks for a host name: a platform probes by address.
PROBES: dict[str, Answer] = {"/healthz": healthz, "/health": health, "/readyz": readyz}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{words}</p><p>Nothing is lost. Please try again in a minute.</p></main></body></html>
"""


def gate(get_response: Answer) -> Answer:
    """Answer 503 while migrations wait, so that nobody meets a half-new schema."""
    known_migrations()  # a process reads them before it takes requests: the first to come would wait for it

    def middleware(request: HttpRequest) -> HttpResponse:
        if probe := PROBES.get(request.path):
            return probe(request)
        if schema.is_complete:
            return get_response(request)
        findings = look.findings(PAGE_WITHIN_SECONDS)
        if findings.is_ready:
            return get_response(request)
        if findings.database:
            return unavailable("The database is not available", f"Right now {findings.database}.")
        return unavailable("An update is being installed", f"{len(findings.waiting)} steps of the database remain.")

    return middleware


def unavailable(title: str, words: str) -> HttpResponse:
    """Return a page that says why nothing can be shown now; 503, to be asked again in five seconds."""
    page = PAGE.format(title=html.escape(title), words=html.escape(words))
    return HttpResponse(page, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
