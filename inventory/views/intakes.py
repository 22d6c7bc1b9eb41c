"""Pages on which CSV files become intakes: upload, what is wrong with a file, its bad rows to be mended."""

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
from inventory.forms.intakes import LARGEST_FILE, StockFileForm
from inventory.operations.import_stock import StockImport, import_stock
from inventory.stock_file import read_stock_file

SHOWN = 200  # rows on a page; the file to mend holds all


@admin_page(import_stock.permission)
def upload_stock(request):
    """Keep and read a file; lead to the preview of its import, or to what is wrong with it."""
    form = StockFileForm(request.POST, request.FILES) if request.method == "POST" else StockFileForm()
    if form.is_bound and form.is_valid():
        for document in kept(request, [form.cleaned_data["file"]], largest=LARGEST_FILE):
            if answer := led_on(request, document):
                return answer
    return answer_page(request, "inventory/upload_stock.html", "Import intakes from CSV", form=form)


def led_on(request, document: SourceDocument):
    """Return the way on: to the preview, or to the page of a file with errors; None while storage is away."""
    try:
        read_stock_file(document)
    except StorageTrouble as trouble:
        messages.error(request, f"The file is kept but cannot be read now: {trouble}")
        return None
    work = looked_at(document)
    if work.table.problems or work.errors or not work.table.rows:
        return redirect("stock_file", document.pk)
    return redirect(preview_of(document))


def preview_of(document: SourceDocument, *, good_rows_only: bool = False) -> str:
    """Return the address of the preview of an import."""
    page = reverse("admin:inventory_stockproduct_operation", args=[import_stock.name])
    options = {"document": str(document.pk), **({"good_rows_only": "on"} if good_rows_only else {})}
    return f"{page}?{urlencode(options)}"


@require_GET
@admin_page(import_stock.permission)
def stock_file(request, number: int):
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
            (good - work.duplicates, "ready"),
            (work.duplicates, "duplicates"),
        ],
        "problems": work.table.problems[:SHOWN] or [problem for _, problems in bad[:SHOWN] for problem in problems],
        "more": max(0, len(work.table.problems or bad) - SHOWN),
        "is_unreadable": bool(work.table.problems),
        "good": good,
        "bad": len(bad),
        "preview_url": preview_of(document, good_rows_only=bool(bad)),
        "form": StockFileForm(),
    }
    return answer_page(request, "inventory/stock_file.html", document.filename, **context)


@require_GET
@admin_page(import_stock.permission)
def bad_rows(request, number: int) -> HttpResponse:
    """Hand out the rows in error as a CSV file that can be mended and sent again."""
    work = looked_at(get_object_or_404(SourceDocument, pk=number))
    data = "".join(work.bad_rows()).encode()
    return attachment(data, "text/csv; charset=utf-8", f"bad rows of {work.document.filename}")


def looked_at(document: SourceDocument) -> StockImport:
    """Return what an import would find in a file that was read; Http404 for any other document."""
    try:
        return StockImport(Plan(import_stock.name), document)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal
