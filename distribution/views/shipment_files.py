"""Pages on which CSV files become shipments and shipments CSV files."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from distribution.forms.export import ExportForm
from distribution.forms.shipment_files import LARGEST_FILE, ShipmentFileForm
from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from distribution.shipment_export import Export
from distribution.shipment_file import read_shipment_file
from eqms.models import SourceDocument
from eqms.operations import Plan, Refused
from eqms.pages import admin_page, answer_page
from eqms.storage import StorageTrouble
from eqms.storage.uploads import kept
from eqms.storage.views import attachment

SHOWN = 200  # rows on a page; the file to mend holds all
MAY_VIEW = "distribution.view_distribution"


@admin_page(import_distributions.permission)
def upload_shipments(request):
    """Keep and read a file; lead to the preview of its import, or to what is wrong with it."""
    form = ShipmentFileForm(request.POST, request.FILES) if request.method == "POST" else ShipmentFileForm()
    if form.is_bound and form.is_valid():
        for document in kept(request, [form.cleaned_data["file"]], largest=LARGEST_FILE):
            if answer := led_on(request, document):
                return answer
    return answer_page(request, "distribution/upload_shipments.html", "Import shipments from CSV", form=form)


def led_on(request, document: SourceDocument):
    """Return the way on: to the preview, or to the page of a file with errors; None while storage is away."""
    try:
        read_shipment_file(document)
    except StorageTrouble as trouble:
        messages.error(request, f"The file is kept but cannot be read now: {trouble}")
        return None
    work = looked_at(document)
    if work.table.problems or work.errors or not work.table.rows:
        return redirect("shipment_file", document.pk)
    return redirect(preview_of(document))


def preview_of(document: SourceDocument, *, good_rows_only: bool = False) -> str:
    """Return the address of the preview of an import."""
    page = reverse("admin:distribution_distribution_operation", args=[import_distributions.name])
    options = {"document": str(document.pk), **({"good_rows_only": "on"} if good_rows_only else {})}
    return f"{page}?{urlencode(options)}"


@require_GET
@admin_page(import_distributions.permission)
def shipment_file(request, number: int):
    """What a file holds: how many rows are good, and every error with its remedy."""
    document = get_object_or_404(SourceDocument, pk=number)
    work = looked_at(document)
    bad, counts = sorted(work.errors.items()), work.counts
    context = {
        "document": document,
        "figures": [
            (len(work.table.rows), "rows"),
            (len(bad), "in error"),
            (counts["new"] + counts["left out"], "ready"),
            (counts["duplicate"], "duplicates"),
        ],
        "problems": work.table.problems[:SHOWN] or [problem for _, problems in bad[:SHOWN] for problem in problems],
        "more": max(0, len(work.table.problems or bad) - SHOWN),
        "is_unreadable": bool(work.table.problems),
        "good": len(work.table.rows) - len(bad),
        "bad": len(bad),
        "preview_url": preview_of(document, good_rows_only=bool(bad)),
        "form": ShipmentFileForm(),
    }
    return answer_page(request, "distribution/shipment_file.html", document.filename, **context)


@require_GET
@admin_page(import_distributions.permission)
def bad_shipment_rows(request, number: int) -> HttpResponse:
    """Hand out the rows in error as a CSV file that can be mended and sent again."""
    work = looked_at(get_object_or_404(SourceDocument, pk=number))
    data = "".join(work.bad_rows()).encode()
    return attachment(data, "text/csv; charset=utf-8", f"bad rows of {work.document.filename}")


def looked_at(document: SourceDocument) -> ShipmentImport:
    """Return what an import would find in a file that was read; Http404 for any other document."""
    try:
        return ShipmentImport(Plan(import_distributions.name), document)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal


@require_GET
@admin_page(MAY_VIEW)
def export_shipments(request):
    """Ask which shipments, and hand their lines out as a CSV file."""
    form = ExportForm(request.GET or None)
    if "download" not in request.GET or not form.is_valid():
        return answer_page(request, "distribution/export_shipments.html", "Export shipments as CSV", form=form)
    name = f"shipments {timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        Export(form.wanted, whole=form.cleaned_data["whole"]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
