"""Where did it go: the search box, the trace of a lot or a customer, and both as CSV and JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from customers.models import Customer
from distribution.tracing import CustomerTrace, LotTrace, ShippedLine, trace_customer, trace_lot, trace_number
from distribution.tracing.export import as_csv, as_json
from distribution.tracing.search import find
from distribution.tracing.shipped_lines import MAY_TRACE
from eqms.json_views import BadRequest, error, json_view, refusal
from eqms.pages import admin_page, answer_page
from inventory.models import Lot, Product

SHOWN = 200  # lines of one table, until a person asks for all
LARGEST_KEY = 2**63 - 1
NAMES_ONE = "Name one: lot, product and number, or customer."

Trace = LotTrace | CustomerTrace


@dataclass(frozen=True)
class Table:
    """Lines under one heading; only the first are ``shown``, unless all were asked for."""

    title: str
    says: str
    lines: list[ShippedLine]
    limit: int | None
    is_void: bool = False

    @property
    def shown(self) -> list[ShippedLine]:
        return self.lines[: self.limit]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


@require_GET
@admin_page(MAY_TRACE)
def trace_page(request: HttpRequest) -> HttpResponse:
    """Answer with a trace where the address names a lot, a reported number or a customer, else with the search."""
    trace = named(request)
    if trace is not None:
        return traced(request, trace)
    text = request.GET.get("q", "")
    found = find(text)
    if found.only_lot:
        return redirect(f"{reverse('trace')}?{found.only_lot.query}")
    return answer_page(request, "distribution/trace_search.html", "Trace", found=found, searched=text)


def traced(request: HttpRequest, trace: Trace) -> HttpResponse:
    """Answer with the page of ``trace``."""
    whole = "all" in request.GET
    tables = tables_of(trace, None if whole else SHOWN)
    names = {name: request.GET[name] for name in ("lot", "product", "number", "customer") if name in request.GET}
    context = {
        "trace": trace,
        "tables": [table for table in tables if table.lines],
        "is_cut": any(len(table.lines) > SHOWN for table in tables) and not whole,
        "query": urlencode(names),
        "searched": "",
    }
    template = "trace_lot" if isinstance(trace, LotTrace) else "trace_customer"
    return answer_page(request, f"distribution/{template}.html", trace.title, **context)


def tables_of(trace: Trace, limit: int | None) -> list[Table]:
    """Return the lines of ``trace`` under their headings."""
    tables = [
        Table("Shipped", "Shipments of known orders.", trace.matched, limit),
        Table(
            "Shipped, waiting for the order", "They left the house too: nobody linked them yet.", trace.waiting, limit
        ),
        Table("Void", "Entered in error, counted nowhere.", trace.void, limit, is_void=True),
    ]
    if isinstance(trace, LotTrace):
        says = "The paper names this number, a person corrected it: these units count with the other lot."
        tables.append(Table("Corrected to another lot", says, trace.elsewhere, limit))
    return tables


@require_GET
@admin_page(MAY_TRACE)
def trace_csv(request: HttpRequest):
    """Answer with every line of a trace as CSV."""
    trace = named(request)
    if trace is None:
        raise Http404(NAMES_ONE)
    name = slugify(trace.number if isinstance(trace, LotTrace) else str(trace.customer)) or "trace"
    disposition = f'attachment; filename="trace-{name}.csv"'
    # The mark lets spreadsheets read it as UTF-8.
    lines = ("\ufeff" * (position == 0) + line for position, line in enumerate(as_csv(trace)))
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_GET
@json_view
def trace_json(request: HttpRequest) -> HttpResponse:
    """Answer with a trace as JSON; 400 where the address names nothing, 404 where nothing is there."""
    if refused := refusal(request, MAY_TRACE):
        return refused
    try:
        trace = named(request)
    except Http404 as problem:
        return error(404, str(problem))
    if trace is None:
        raise BadRequest(NAMES_ONE)
    return HttpResponse(as_json(trace), content_type="application/json")


def named(request: HttpRequest) -> Trace | None:
    """Return the trace that the address names, None where it names none; 404 for a key of nothing."""
    asked = request.GET
    if "lot" in asked:
        lots = Lot.objects.select_related("product")
        return trace_lot(get_object_or_404(lots, pk=key_of(asked["lot"])))
    if "customer" in asked:
        customer = Customer.objects.surviving(key_of(asked["customer"]))
        if customer is None:
            raise Http404(f"No customer has or had the key {asked['customer']}.")
        return trace_customer(customer)
    if "product" in asked and "number" in asked:
        return trace_number(get_object_or_404(Product, pk=key_of(asked["product"], UUID)), asked["number"])
    return None


def key_of(text: str, kind: Callable = int):
    """Return ``text`` as a key; 404 where it is none."""
    try:
        key = kind(text)
    except ValueError as problem:
        raise Http404(f"{text} is no key.") from problem
    if isinstance(key, int) and not 0 < key <= LARGEST_KEY:
        raise Http404(f"{text} is no key.")
    return key
