"""Balances, intakes and the ledger in the admin: looked at, not edited."""

from django.contrib import admin

from eqms import look
from eqms.lists import ReadOnlyAdmin
from inventory.models import StockMovement, StockProduct, StoreFrontInventory


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
