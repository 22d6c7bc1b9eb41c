"""Products and their lots in the admin."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from eqms import look
from eqms.lists import CountingFilter, LinesInline, ListAdmin, status_column
from inventory.models import Lot, LotAlias, Product, ProductCode
from inventory.operations.adjust_stock import adjust_stock
from inventory.operations.fix_storefront_inventory import fix_storefront_inventory


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
        """How many, and where. Three queries."""
        shelves = product.storefront_inventory_entries.select_related("storefront").order_by("storefront__name")
        taken_in = product.intakes.aggregate(units=Sum("quantity"))["units"] or 0
        lots = product.lots.order_by("-id")[:20]
        return {
            "shelves": shelves,
            "units_taken_in": taken_in,
            "units_on_shelves": sum(b.quantity for b in shelves),
            "lots": lots,
            "adjust_url": adjust_address(product) if request.user.has_perm(adjust_stock.permission) else "",
        }


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

    @admin.display(description="expired")
    def expiry(self, lot):
        return look.status("expired") if lot.is_expired else look.NOTHING
