"""A list of the admin as CSV: the rows that the list shows, all pages of them, in its order."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path
from django.utils import timezone

from .csv_cells import csv_lines
from .lists import ListAdmin

A_PIECE = 2000  # rows that are read together
NO_SUCH_FILTER = "../?e=1"  # how stock's lists answer a filter that does not exist


class ExportedListAdmin(ListAdmin):
    """A list that can be had as CSV under its own address with ``export.csv`` behind it, and the same filters.

    ``export_columns`` names each column and says what stands in it. Cells are neutral to spreadsheets.
    """

    export_columns: dict[str, Callable[[Any], Any]] = {}

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export.csv", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def exported(self, rows: QuerySet) -> QuerySet:
        """Return ``rows`` with what the columns need beside that of the list."""
        return rows

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file, line by line: a list of any length in little memory."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(NO_SUCH_FILTER)
        name = f"{self.opts.verbose_name_plural}-{timezone.localdate():%Y-%m-%d}.csv".replace(" ", "-")
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        lines = csv_lines(self.cells(self.exported(rows).iterator(A_PIECE)))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def cells(self, rows: Iterator[Model]) -> Iterator[list]:
        """Yield the header and the cells of each row; None is an empty cell."""
        yield list(self.export_columns)
        columns = list(self.export_columns.values())
        for row in rows:
            yield ["" if (cell := column(row)) is None else cell for column in columns]
