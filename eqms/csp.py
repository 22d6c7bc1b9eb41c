"""The Content-Security-Policy header, under the setting's name of Django 6 (SECURE_CSP)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def content_security_policy(get_response: Callable[[HttpRequest], HttpResponse]):
    """Set the header on each response that does not bring its own."""
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A view may have set a stricter one, such as the sandbox of an uploaded file.
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
