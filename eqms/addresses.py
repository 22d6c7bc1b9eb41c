"""Addresses that no page of this product has, refused before any page asks the database for them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 400 to a path or query that holds NUL: PostgreSQL refuses it in every text, and each page would fail."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("This address holds a character that no address has.")
        return get_response(request)

    return middleware
