"""Documents handed out: always as a download, never as a page of this site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from eqms.models import SourceDocument
from eqms.pages import admin_page

from .documents import read_bytes
from .trouble import StorageTrouble

SANDBOX = "sandbox; default-src 'none'"


@require_GET
@admin_page("eqms.view_sourcedocument")
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a whole document; 503 with the cause where storage does not give it."""
    document = get_object_or_404(SourceDocument, pk=pk)
    try:
        return attachment(read_bytes(document), document.content_type, document.filename)
    except StorageTrouble as cause:
        context = {"title": "This file cannot be had now", "document": document, "cause": cause}
        return render(request, "admin/storage_trouble.html", context, status=503)


def attachment(data: bytes, content_type: str, filename: str) -> HttpResponse:
    """Return the bytes so that no browser runs anything in them, whatever they are."""
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, filename)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    return answer
