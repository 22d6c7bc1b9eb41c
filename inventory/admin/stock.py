"""Balances, intakes and the ledger in the admin: looked at, not edited; intakes are added."""

from django.contrib import admin

from eqms import look
from eqms.lists import ListAdmin, ReadOnlyAdmin
from eqms.operations import Refused
from inventory.admin.ledger_filters import AtPlace, OneLot, OneProduct
from inventory.forms.intakes import IntakeForm
from inventory.models import Product, StockBook, StockMovement, StockProduct, StoreFrontInventory
from inventory.operations.fix_storefront_inventory import fix_storefront_inventory
from inventory.operations.import_stock import book_intake, import_stock


@admin.register(StoreFrontInventory)
class StoreFrontInventoryAdmin(ReadOnlyAdmin):
    list_display = ("product", "storefront", "quantity")
    list_select_related = ("product", "storefront")
    search_related = {"product": ("sku", "name"), "storefront": ("name",)}
    search_fields = ("id",)
    ordering = ("-id",)
    empty_says = "No balances yet. Fulfilling a transfer makes them."
    actions = ["fix"]

    def has_fix_permission(self, request):
        return request.user.has_perm(fix_storefront_inventory.permission)

    @admin.action(description="Fix storefront inventory of these products", permissions=["fix"])
    def fix(self, request, queryset):
        """Show the plan for the products of the chosen balances, on the page of products."""
        keys = queryset.order_by("product_id").values_list("product_id", flat=True).distinct()
        products = self.admin_site.get_model_admin(Product)
        return products.preview(request, fix_storefront_inventory, [str(key) for key in keys])


@admin.register(StockProduct)
class StockProductAdmin(ListAdmin):
    """Intakes are added, by hand or from a file, and then stand: they are facts."""

    form = IntakeForm
    list_display = ("received_on", "product", "lot", "warehouse", "quantity")
    list_select_related = ("product", "lot", "warehouse")
    search_related = {"product": ("sku", "name"), "lot": ("number",)}
    search_fields = ("id",)
    ordering = ("-received_on", "-id")
    autocomplete_fields = ("product", "lot", "warehouse")
    operations = (import_stock,)
    tools = (("Import from CSV", "upload_stock", import_stock.permission),)
    empty_says = "No intakes yet. Add one, or import a CSV file with many."

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        """Return no action for the import: it takes a file, not selected intakes."""
        return {name: action for name, action in super().get_actions(request).items() if name != import_stock.name}

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"operations": [], **(extra_context or {})})  # the tool leads there

    def save_model(self, request, obj, form, change):
        """Plan the intake, and its ledger line with it."""
        super().save_model(request, obj, form, change)
        book = StockBook(request.plan, products=[obj.product_id], by=request.user)
        for name in ("lot", "warehouse"):  # recalled or archived since the form was checked?
            if row := getattr(obj, name):
                setattr(obj, name, request.plan.watch(row))
        if refusals := obj.refusals():
            raise Refused(" ".join(f"{getattr(obj, name)} {why}. {do}" for name, (why, do) in refusals.items()))
        book_intake(book, obj, because="taken in by hand")
        book.settle()


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "quantity", "left", "reached", "product", "lot", "by", "reason")
    list_filter = ("kind", AtPlace, OneProduct, OneLot)
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
