"""The first middleware: probes come through always, people once the database fits the code."""

import html
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .health import health, healthz, look, readyz, schema

Answer = Callable[[HttpRequest], HttpResponse]

# Answered here, before anything asks for a host name: a platform probes by address.
PROBES: dict[str, Answer] = {"/healthz": healthz, "/health": health, "/readyz": readyz}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{words}</p><p>Nothing is lost. Please try again in a minute.</p></main></body></html>
"""


def gate(get_response: Answer) -> Answer:
    """Answer 503 while migrations wait, so that nobody meets a half-new schema."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if probe := PROBES.get(request.path):
            return probe(request)
        if schema.is_complete:
            return get_response(request)
        findings = look.findings()
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
