"""Products and their lots in the admin."""

from datetime import timedelta
from typing import NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from eqms import look
from eqms.charts import Chart, step_chart
from eqms.lists import CountingFilter, LinesInline, ListAdmin, status_column
from eqms.operations import NothingWritten
from eqms.signatures import confirmed, signatures_of
from inventory.forms.lot_status import LotStatusForm
from inventory.models import Lot, LotAlias, Product, ProductCode, StockMovement
from inventory.operations.adjust_stock import adjust_stock
from inventory.operations.fix_storefront_inventory import fix_storefront_inventory
from inventory.product_stock import History, ProductStock, histories_of, stock_of

from .causes import ENDS, NEWEST, causes_of
from .ledger_filters import ledger_address

MOST_CHARTS = 8


class CodeInline(LinesInline):
    model = ProductCode


class LotAliasInline(LinesInline):
    model = LotAlias
    verbose_name = "number as it was mistyped"
    verbose_name_plural = "numbers as they were mistyped"


@admin.register(Product)
class ProductAdmin(ListAdmin):
    change_form_template = "admin/inventory/product/change_form.html"
    list_display = ("sku", "name", "gtin", "is_lot_tracked", "is_serialised", "is_active")
    list_filter = ("is_active", "is_lot_tracked", "is_serialised")
    search_fields = ("sku", "name", "gtin")
    search_related = {"codes": ("code",)}
    inlines = [CodeInline]
    operations = (adjust_stock, fix_storefront_inventory)
    fields = ("sku", "name", "description", "gtin", "is_lot_tracked", "is_serialised", "is_active")
    empty_says = "No products yet. Add what is ordered, stocked and shipped."

    def answers(self, request, product):
        """Return how many, where and why. As many queries as the ledger has sources, and fourteen."""
        stock = stock_of(product)
        lines = list(product.movements.select_related(*ENDS).order_by("-at", "-id")[:NEWEST])
        causes = causes_of(lines)
        histories = histories_of(product, stock)
        return {
            "stock": stock,
            "figures": figures_of(product, stock),
            "places": [(at, ledger_address(product=product.pk, place=at.key)) for at in stock.places],
            "of_lots": [(row, ledger_address(product=product.pk, lot=row.lot.pk)) for row in stock.lots if row.lot],
            "orphans": product.movements.count() - stock.rows_counted,
            "lines": [(line, causes.get(line.pk)) for line in lines],
            "ledger": ledger_address(product=product.pk),
            "charts": [chart_of(history) for history in histories[:MOST_CHARTS]],
            "more_charts": max(0, len(histories) - MOST_CHARTS),
            "newest_lots": [] if stock.lots else product.lots.order_by("-id")[:NEWEST],
            "adjust_url": adjust_address(product) if request.user.has_perm(adjust_stock.permission) else "",
            "fix_url": self.fix_address(request, product),
        }

    def fix_address(self, request, product: Product) -> str:
        """Return the address of the preview that mends balances and ledger, "" for who may not."""
        if not request.user.has_perm(fix_storefront_inventory.permission):
            return ""
        return f"{self.address_of(fix_storefront_inventory)}?{urlencode({'product_id': product.pk})}"


class Figure(NamedTuple):
    """A number, what it counts, and the ledger lines behind it."""

    units: int
    words: str
    address: str
    note: str = ""
    waits: bool = False


def figures_of(product: Product, stock: ProductStock) -> list[Figure]:
    """Return the figures of ``stock``, each with the address of its lines. No query."""
    by_kind = {kind: ledger_address(product=product.pk, kind=kind) for kind in StockMovement.Kind.values}
    shelves, warehouses = (ledger_address(product=product.pk, place=place) for place in ("storefronts", "warehouses"))
    wrong = bool(stock.wrong_places)
    quarantined = f"and {stock.in_quarantine} in quarantine" if stock.in_quarantine else ""
    return [
        Figure(stock.taken_in, "units taken in", by_kind["intake"]),
        Figure(stock.in_warehouses, "available in warehouses", warehouses, quarantined),
        Figure(stock.on_shelves, "units on shelves", shelves, f"balances say {stock.balances}" if wrong else "", wrong),
        Figure(stock.dispatched, "dispatched", by_kind["dispatch"]),
        Figure(stock.returned, "returned", by_kind["return"]),
        Figure(stock.adjusted, "adjusted", by_kind["adjustment"]),
    ]


def chart_of(history: History) -> Chart:
    """Return the drawing of ``history``."""
    names = ("Day" if history.step == "day" else f"{history.step.capitalize()} from", "Units")
    return step_chart(f"{history.at.place}: units over time", history.points, names=names)


def adjust_address(product: Product) -> str:
    """Return the address of the page that adjusts ``product``."""
    page = reverse("admin:inventory_product_operation", args=[adjust_stock.name])
    return f"{page}?{urlencode({'product': product.sku})}"


class LotFilter(CountingFilter):
    title = "expiry"
    parameter_name = "expiry"
    choices_by_name = {"expired": "expired", "soon": "within 90 days", "later": "later or never"}
    counted = ("expired", "soon")

    def chosen(self, rows, name):
        today = timezone.localdate()
        soon = today + timedelta(days=90)
        if name == "expired":
            return rows.expiring_before(today)
        if name == "soon":
            return rows.filter(expires_on__gte=today).expiring_before(soon)
        return rows.exclude(expires_on__lt=soon)


@admin.register(Lot)
class LotAdmin(ListAdmin):
    list_display = ("number", "product", "status_word", "expires_on", "expiry", "manufactured_on", "units_produced")
    list_filter = (LotFilter, "status")
    list_select_related = ("product",)
    search_fields = ("number",)
    search_related = {"product": ("sku", "name"), "aliases": ("number",)}
    autocomplete_fields = ("product",)
    readonly_fields = ("status",)
    fields = ("product", "number", "status", "manufactured_on", "expires_on", "units_produced")
    inlines = [LotAliasInline]
    empty_says = "No lots yet. Add a lot when its units come in."

    status_word = status_column()

    def get_urls(self):
        page = path("<int:number>/status/", self.admin_site.admin_view(self.status_page), name="inventory_lot_status")
        return [page, *super().get_urls()]

    def answers(self, request, lot):
        """Return who signed what about the lot, and where its status is changed, "" for who may not."""
        may = self.has_change_permission(request, lot)
        address = reverse("admin:inventory_lot_status", args=[lot.pk]) if may else ""
        return {"signatures": signatures_of(lot), "status_url": address}

    def status_page(self, request, number):
        """Ask for the new status, a reason and the password; not in a transaction: the action opens the durable one."""
        lot = get_object_or_404(Lot.objects.select_related("product"), pk=number)
        if not self.has_change_permission(request, lot):
            raise PermissionDenied
        form = LotStatusForm(request.POST or None)
        if form.is_bound and form.is_valid():
            said = form.cleaned_data
            try:
                done = lot.change_status(said["status"], by=confirmed(request, said["password"]), reason=said["reason"])
            except NothingWritten as refusal:
                form.add_error(None, str(refusal))
            else:
                word = Lot.Status(said["status"]).label.lower()
                words = f"Lot {lot} is {word} now." if done else f"Lot {lot} is {word} already. Nothing was signed."
                self.message_user(request, words, messages.SUCCESS if done else messages.INFO)
                return redirect("admin:inventory_lot_change", number)
        context = {**self.admin_site.each_context(request), "title": f"Change the status of lot {lot}"}
        context |= {"lot": lot, "form": form, "opts": self.opts}
        return TemplateResponse(request, "admin/inventory/lot/status.html", context)

    @admin.display(description="expired")
    def expiry(self, lot):
        return look.status("expired") if lot.is_expired else look.NOTHING
