"""Pages on which CSV files become orders: upload, what is wrong with a file, its bad rows to be mended."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from eqms.models import SourceDocument
from eqms.operations import Plan, Refused
from eqms.pages import admin_page, answer_page
from eqms.storage import StorageTrouble
from eqms.storage.uploads import kept
from eqms.storage.views import attachment
from sales.forms import LARGEST_ORDER_FILE, OrderFileForm
from sales.operations import import_sales_orders
from sales.operations.order_files import DUPLICATE, NEW, OrderFileImport
from sales.order_file import read_order_file

SHOWN = 200  # rows on a page; the file to mend holds all


@admin_page(import_sales_orders.permission)
def upload_orders(request):
    """Keep and read a file; lead to the preview of its import, or to what is wrong with it."""
    form = OrderFileForm(request.POST, request.FILES) if request.method == "POST" else OrderFileForm()
    if form.is_bound and form.is_valid():
        for document in kept(request, [form.cleaned_data["file"]], largest=LARGEST_ORDER_FILE):
            if answer := led_on(request, document):
                return answer
    return answer_page(request, "sales/upload_orders.html", "Import sales orders from CSV", form=form)


def led_on(request, document: SourceDocument):
    """Return the way on: to the preview, or to the page of a file with errors; None while storage is away."""
    try:
        read_order_file(document)
    except StorageTrouble as trouble:
        messages.error(request, f"The file is kept but cannot be read now: {trouble}")
        return None
    work = looked_at(document)
    if work.table.problems or work.errors or not work.table.rows:
        return redirect("order_file", document.pk)
    return redirect(preview_of(document))


def preview_of(document: SourceDocument, *, good_rows_only: bool = False) -> str:
    """Return the address of the preview of an import."""
    page = reverse("admin:sales_salesorder_operation", args=[import_sales_orders.name])
    options = {"document": str(document.pk), **({"good_rows_only": "on"} if good_rows_only else {})}
    return f"{page}?{urlencode(options)}"


@require_GET
@admin_page(import_sales_orders.permission)
def order_file(request, number: int):
    """What a file holds: how many rows are good, and every error with its remedy."""
    document = get_object_or_404(SourceDocument, pk=number)
    work = looked_at(document)
    bad = sorted(work.errors.items())
    rows, good = len(work.table.rows), len(work.table.rows) - len(bad)
    context = {
        "document": document,
        "figures": [
            (rows, "rows"),
            (len(bad), "in error"),
            (work.counts[NEW], "ready"),
            (work.counts[DUPLICATE], "duplicates"),
        ],
        "problems": work.table.problems[:SHOWN] or [problem for _, problems in bad[:SHOWN] for problem in problems],
        "more": max(0, len(work.table.problems or bad) - SHOWN),
        "is_unreadable": bool(work.table.problems),
        "good": good,
        "orders": len(work.new),
        "bad": len(bad),
        "preview_url": preview_of(document, good_rows_only=bool(bad)),
        "form": OrderFileForm(),
    }
    return answer_page(request, "sales/order_file.html", document.filename, **context)


@require_GET
@admin_page(import_sales_orders.permission)
def bad_order_rows(request, number: int) -> HttpResponse:
    """Hand out the rows in error as a CSV file that can be mended and sent again."""
    work = looked_at(get_object_or_404(SourceDocument, pk=number))
    data = "".join(work.bad_rows()).encode()
    return attachment(data, "text/csv; charset=utf-8", f"bad rows of {work.document.filename}")


def looked_at(document: SourceDocument) -> OrderFileImport:
    """Return what an import would find in a file that was read; Http404 for any other document."""
    try:
        return OrderFileImport(Plan(import_sales_orders.name), document)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal
