"""The part of the first page that shows sales: the window a person chose, figures, charts, and their export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from distribution.sales_figures import LotSold, SalesFigures, Window, as_table, sales_figures
from eqms.charts import Chart, bar_chart, line_chart
from eqms.csv_cells import csv_lines
from eqms.pages import admin_page

MONTHS = 12
PRODUCTS_DRAWN = 8
LOTS_AT_ONCE = 10
MOST_YEARS = 10


class WindowForm(forms.Form):
    """The days from which and to which sales are shown."""

    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="to", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        found = super().clean()
        first, last = found.get("since"), found.get("until")
        if first and last and first > last:
            self.add_error("until", f"{last} lies before {first}: choose a later day.")
        elif first and last and last.year - first.year > MOST_YEARS:
            self.add_error("since", f"Choose {MOST_YEARS} years at most.")
        return found


@dataclass(frozen=True)
class SalesBoard:
    """What the template shows. ``form`` holds what was chosen, with its errors."""

    form: WindowForm
    figures: SalesFigures
    charts: list[Chart]

    @property
    def first_lots(self) -> list[LotSold]:
        """The lots that stand there at once."""
        return self.figures.lots[:LOTS_AT_ONCE]

    @property
    def further_lots(self) -> list[LotSold]:
        """The lots that a person opens."""
        return self.figures.lots[LOTS_AT_ONCE:]

    @property
    def export_query(self) -> str:
        return urlencode({"since": f"{self.figures.window.first}", "until": f"{self.figures.window.last}"})


def sales_board(chosen: Mapping[str, str]) -> SalesBoard:
    """Return the sales of the window in ``chosen`` (since, until), of the usual one where that is none."""
    form, window = chosen_window(chosen)
    figures = sales_figures(window)
    return SalesBoard(form, figures, charts_of(figures))


def chosen_window(chosen: Mapping[str, str]) -> tuple[WindowForm, Window]:
    """Return the form with what was chosen, and its window; the usual one where nothing usable was."""
    usual = usual_window(timezone.localdate())
    if not {"since", "until"} & set(chosen):
        return WindowForm(initial={"since": usual.first, "until": usual.last}), usual
    form = WindowForm({name: chosen.get(name, "") for name in ("since", "until")})
    if not form.is_valid():
        return form, usual
    return form, Window(form.cleaned_data["since"], form.cleaned_data["until"])


def usual_window(today: date) -> Window:
    """Return the last twelve months, the present one included.

    >>> usual_window(date(2026, 2, 28))
    Window(first=datetime.date(2025, 3, 1), last=datetime.date(2026, 2, 28))
    """
    month = today.year * 12 + today.month - MONTHS
    return Window(date(month // 12, month % 12 + 1, 1), today)


def charts_of(figures: SalesFigures) -> list[Chart]:
    """Return the drawings: orders and units by month, customers by kind, units by product."""
    months = [f"{row.month:%Y-%m}" for row in figures.months]
    short = [f"{row.month:%b}" for row in figures.months]

    def by_month(words: str, values: list[int]) -> Chart:
        return bar_chart(f"{words} shipped per month", months, values, names=("Month", words), short=short)

    kinds = {
        "first time": [row.first_time for row in figures.months],
        "repeat": [row.repeat for row in figures.months],
    }
    products = figures.products[:PRODUCTS_DRAWN]
    return [
        by_month("Orders", [row.orders for row in figures.months]),
        by_month("Units", [row.units for row in figures.months]),
        line_chart("Customers per month", months, kinds, name="Month", short=short),
        bar_chart(
            "Units by product",
            [row.sku for row in products],
            [row.units for row in products],
            names=("SKU", "Units"),
        ),
    ]


@require_GET
@admin_page("distribution.view_distribution")
def export_sales(request: HttpRequest) -> HttpResponseBase:
    """Answer with what the first page shows of sales, as CSV; 400 in words where the window is none."""
    form, window = chosen_window(request.GET)
    if form.errors:
        words = " ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    answer = StreamingHttpResponse(csv_lines(as_table(sales_figures(window))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sales-{window.first}-{window.last}.csv"'
    return answer
