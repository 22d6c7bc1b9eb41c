"""What every address that speaks JSON has in common: errors, permissions, bodies, pages of a list."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.csrf import csrf_failure as csrf_failure_page

LARGEST_PAGE = 1000


class BadRequest(Exception):
    """The request itself is wrong; the message is the answer's ``error``."""


def error(status: int, message: Any, **more: Any) -> JsonResponse:
    """Return ``{"error": message}`` and ``more``; ``message`` is a sentence or a form's errors by field."""
    return JsonResponse({"error": message, **more}, status=status)


def json_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in JSON whatever happens: 401 without a sign-in, 400 for a request that cannot be read."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return error(401, "Sign in first.")
        try:
            return view(request, *args, **kwargs)
        except BadRequest as problem:
            return error(400, problem.args[0])

    return answered


def refusal(request: HttpRequest, permission: str) -> JsonResponse | None:
    """Return the 403 for a person without ``permission``, None for all others."""
    return None if request.user.has_perm(permission) else error(403, f"Needs the permission {permission}.")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; BadRequest where it is none."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as problem:  # the second from thousands of brackets
        raise BadRequest(f"The body is no JSON: {problem}") from problem
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


def page_of(request: HttpRequest, *, limit: int) -> slice:
    """Return the rows asked for by ``limit`` and ``offset``; BadRequest where they are no whole numbers."""
    given = request.GET.get("limit", str(limit)), request.GET.get("offset", "0")
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in given):
        raise BadRequest("limit and offset must be whole numbers.")
    size, offset = map(int, given)
    return slice(offset, offset + min(size, LARGEST_PAGE))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer in JSON where JSON was sent, else with Django's page."""
    if request.content_type == "application/json":
        return error(403, f"CSRF check failed: {reason}")
    return csrf_failure_page(request, reason)
