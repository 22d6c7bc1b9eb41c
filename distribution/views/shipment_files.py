"""Pages on which CSV files become shipments and shipments CSV files."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from distribution.forms.export import ExportForm
from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from distribution.shipment_export import Export
from eqms.pages import admin_page, answer_page
from eqms.row_files.pages import FilePages

MAY_VIEW = "distribution.view_distribution"

SHIPMENT_FILES = FilePages(
    ShipmentImport,
    import_distributions,
    template="distribution/upload_shipments.html",
    addresses=("upload_shipments", "shipment_file", "bad_shipment_rows"),
)


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
