"""Products, stock and transfers in the admin."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Sum
from django.utils import timezone

from eqms import look
from eqms.lists import ArchivedFilter, CountingFilter, LinesInline, ListAdmin, ReadOnlyAdmin, status_column

from .models import (
    Lot,
    LotAlias,
    Product,
    ProductCode,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)


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
        }


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


@admin.register(Warehouse)
class WarehouseAdmin(ListAdmin):
    list_display = ("name", "is_quarantine", "archived_at")
    list_filter = (ArchivedFilter, "is_quarantine")
    search_fields = ("name",)
    empty_says = "No warehouses yet. Add the place where goods come in."


@admin.register(StoreFront)
class StoreFrontAdmin(ListAdmin):
    list_display = ("name", "archived_at")
    list_filter = (ArchivedFilter,)
    search_fields = ("name",)
    empty_says = "No storefronts yet. Add the places from which goods are sold."


class TransferLineInline(LinesInline):
    model = TransferRequestLineItem
    min_num = 1
    autocomplete_fields = ("product", "lot")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_open(obj)


def is_open(request: TransferRequest | None) -> bool:
    """True while a transfer may still be edited: before it is assigned, fulfilled or cancelled."""
    return request is None or request.status == TransferRequest.Status.NEW


@admin.register(TransferRequest)
class TransferRequestAdmin(ListAdmin):
    list_display = ("id", "status_word", "priority_word", "warehouse", "storefront", "requested_at", "assigned_to")
    list_filter = ("status", "priority")
    list_select_related = ("warehouse", "storefront", "assigned_to")
    search_fields = ("cancel_reason",)
    search_related = {"storefront": ("name",), "warehouse": ("name",)}
    autocomplete_fields = ("warehouse", "storefront")
    inlines = [TransferLineInline]
    fieldsets = [
        (None, {"fields": ("warehouse", "storefront", "priority", "status")}),
        (
            "What happened",
            {
                "fields": (
                    ("requested_by", "requested_at"),
                    ("assigned_to", "assigned_by", "assigned_at"),
                    ("fulfilled_by", "fulfilled_at"),
                    ("cancelled_by", "cancelled_at", "cancel_reason"),
                )
            },
        ),
    ]
    readonly_fields = (
        "status",
        "requested_by",
        "requested_at",
        "assigned_to",
        "assigned_by",
        "assigned_at",
        "fulfilled_by",
        "fulfilled_at",
        "cancelled_by",
        "cancelled_at",
        "cancel_reason",
    )
    empty_says = "No transfers yet. A storefront asks for units by adding one."

    status_word = status_column()
    priority_word = status_column("priority")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.requested_by = obj.requested_by or request.user
        super().save_model(request, obj, form, change)


@admin.register(StoreFrontInventory)
class StoreFrontInventoryAdmin(ReadOnlyAdmin):
    list_display = ("product", "storefront", "quantity")
    list_select_related = ("product", "storefront")
    search_related = {"product": ("sku", "name"), "storefront": ("name",)}
    search_fields = ("id",)
    ordering = ("-id",)
    empty_says = "No balances yet. Fulfilling a transfer makes them."


@admin.register(StockProduct)
class StockProductAdmin(ReadOnlyAdmin):
    list_display = ("received_on", "product", "lot", "warehouse", "quantity")
    list_select_related = ("product", "lot", "warehouse")
    search_related = {"product": ("sku", "name"), "lot": ("number",)}
    search_fields = ("id",)
    ordering = ("-received_on", "-id")
    empty_says = "No intakes yet."


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "product", "lot", "quantity", "left", "reached", "by", "reason")
    list_filter = ("kind",)
    list_select_related = (
        "product",
        "lot",
        "from_warehouse",
        "from_storefront",
        "to_warehouse",
        "to_storefront",
        "by",
    )
    search_fields = ("reason",)
    search_related = {"product": ("sku", "name"), "lot": ("number",)}
    ordering = ("-at", "-id")
    empty_says = "The ledger is empty. Intakes, transfers, shipments and returns write it."

    @admin.display(description="from")
    def left(self, movement):
        return movement.from_warehouse or movement.from_storefront or look.NOTHING

    @admin.display(description="to")
    def reached(self, movement):
        return movement.to_warehouse or movement.to_storefront or look.NOTHING
