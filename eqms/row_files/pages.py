"""Pages on which CSV files become rows: upload, what is wrong with a file, its bad rows to be mended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from eqms.models import SourceDocument
from eqms.operations import Operation, Plan, Refused
from eqms.pages import admin_page, answer_page
from eqms.storage import StorageTrouble
from eqms.storage.uploads import kept
from eqms.storage.views import attachment

from .forms import FileForm
from .work import FileWork

SHOWN = 200  # rows on a page; the file to mend holds all


class FilePages:
    """The pages of one kind of file, whose rows ``operation`` writes.

    ``template`` is the page of the upload; it shows what a file looks like. ``addresses`` are the names of the three
    pages: upload, one file, its rows in error.
    """

    def __init__(self, work: type[FileWork], operation: Operation, *, template: str, addresses: tuple[str, str, str]):
        self.work, self.operation, self.template = work, operation, template
        self.upload_name, self.file_name, self.bad_rows_name = addresses
        about = operation.model._meta
        self._admin = f"admin:{about.app_label}_{about.model_name}"

    def paths(self, prefix: str) -> list[URLPattern]:
        """Return the addresses of the pages below ``prefix``."""
        page = admin_page(self.operation.permission)
        return [
            path(f"{prefix}import-csv", page(self.upload), name=self.upload_name),
            path(f"{prefix}files/<int:number>", require_GET(page(self.file)), name=self.file_name),
            path(f"{prefix}files/<int:number>/bad-rows.csv", require_GET(page(self.bad_rows)), name=self.bad_rows_name),
        ]

    def upload(self, request: HttpRequest) -> HttpResponseBase:
        """Keep and read a file; lead to the preview of its import, or to what is wrong with it."""
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = FileForm(self.work.kind, *sent)
        if form.is_bound and form.is_valid():
            for document in kept(request, [form.cleaned_data["file"]], largest=self.work.kind.largest):
                if answer := self._led_on(request, document):
                    return answer
        return self._answer(request, self.template, f"Import {self.work.kind.rows} from CSV", form=form)

    def file(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """What a file holds: how many rows are good, and every error with its remedy."""
        document = get_object_or_404(SourceDocument, pk=number)
        work = self._looked_at(document)
        bad = sorted(work.errors.items())
        figures = [(len(work.table.rows), "rows"), (len(bad), "in error")]
        context = {
            "document": document,
            "work": work,
            "figures": [*figures, (work.ready, "ready"), (work.duplicates, "duplicates")],
            "problems": work.table.problems[:SHOWN] or [problem for _, problems in bad[:SHOWN] for problem in problems],
            "more": max(0, len(work.table.problems or bad) - SHOWN),
            "bad": len(bad),
            "bad_rows_url": reverse(self.bad_rows_name, args=[number]),
            "preview_url": self._preview_of(document, good_rows_only=bool(bad)),
            "form": FileForm(work.kind),
        }
        return self._answer(request, "eqms/row_file.html", document.filename, **context)

    def bad_rows(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Hand out the rows in error as a CSV file that can be mended and sent again."""
        work = self._looked_at(get_object_or_404(SourceDocument, pk=number))
        data = "".join(work.bad_rows()).encode()
        return attachment(data, "text/csv; charset=utf-8", f"bad rows of {work.document.filename}")

    def _answer(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """Answer with a page that knows the list to which the rows go, and where a file is uploaded."""
        rows = self.work.kind.rows
        addresses = {"list_url": reverse(f"{self._admin}_changelist"), "upload_url": reverse(self.upload_name)}
        return answer_page(request, template, title, rows=rows, **addresses, **context)

    def _led_on(self, request: HttpRequest, document: SourceDocument) -> HttpResponse | None:
        """Return the way on: to the preview, or to the page of a file with errors; None while storage is away."""
        try:
            self.work.kind.read(document)
        except StorageTrouble as trouble:
            messages.error(request, f"The file is kept but cannot be read now: {trouble}")
            return None
        work = self._looked_at(document)
        if work.table.problems or work.errors or not work.table.rows:
            return redirect(self.file_name, document.pk)
        return redirect(self._preview_of(document))

    def _preview_of(self, document: SourceDocument, *, good_rows_only: bool = False) -> str:
        """Return the address of the preview of an import."""
        page = reverse(f"{self._admin}_operation", args=[self.operation.name])
        options = {"document": str(document.pk), **({"good_rows_only": "on"} if good_rows_only else {})}
        return f"{page}?{urlencode(options)}"

    def _looked_at(self, document: SourceDocument) -> FileWork:
        """Return what an import would find in a file that was read; Http404 for any other document."""
        try:
            return self.work(Plan(self.operation.name), document)
        except Refused as refusal:
            raise Http404(str(refusal)) from refusal
