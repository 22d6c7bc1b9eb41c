"""Stock counts in the admin: the list, and what was written down. The sheet is a page of its own."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.urls import reverse

from eqms import look
from eqms.lists import ReadOnlyAdmin, status_column
from inventory.models import StockCount
from inventory.operations.settle_stock_count import settle_stock_count
from inventory.settling import settle_address

LINES_SHOWN = 100
TO_COUNT = "inventory.change_stockcount"


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    change_form_template = "admin/inventory/stockcount/change_form.html"
    list_display = ("number", "place", "state_word", "opened_at", "opened_by", "counted_at", "counted_by")
    list_filter = ("state",)
    list_select_related = ("warehouse", "storefront", "opened_by", "counted_by")
    search_fields = ("note",)
    search_related = {"warehouse": ("name",), "storefront": ("name",)}
    ordering = ("-id",)
    fields = ("warehouse", "storefront", "state", "note", "opened_by", "opened_at", "counted_by", "counted_at")
    operations = (settle_stock_count,)
    tools = (("Count a place", "open_stock_count", "inventory.add_stockcount"),)
    empty_says = "Nothing was counted yet. Open a count of a storefront or a warehouse, and write down what is there."

    number = admin.display(description="count", ordering="id")(lambda self, count: str(count).capitalize())
    place = admin.display(description="place")(lambda self, count: count.place or look.NOTHING)
    state_word = status_column("state")

    def answers(self, request, count):
        """What was written down, and who may do what next. Two queries."""
        user = request.user
        lines = count.lines.select_related("product", "lot").order_by("product__sku", "lot__number", "pk")
        page = Paginator(lines, LINES_SHOWN).get_page(request.GET.get("lines"))
        return {
            "lines": page,
            "sheet_url": reverse("stock_count_sheet", args=[count.pk]) if user.has_perm(TO_COUNT) else "",
            "settle_url": settle_address(count, user),
        }
