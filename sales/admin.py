"""Sales orders and their papers in the admin."""

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.forms.models import BaseInlineFormSet

from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from eqms import look
from eqms.lists import CountingFilter, LinesInline, ListAdmin, ReadOnlyAdmin, status_column

from .models import DocumentSegment, SalesOrder, SalesOrderLine
from .operations import import_orders, import_sales_orders, link_products, refresh_customers_from_orders
from .order_number_key import order_number_key_or_empty

PAGES_OF_PAPERS = (
    ("Import from PDF", "upload_papers", "sales.add_documentsegment"),
    ("Import from CSV", "upload_orders", "sales.add_salesorder"),
    ("Papers that wait", "unmatched_papers", "sales.view_documentsegment"),
)
BLOCK_PARTS = ("name", "address", "city", "state", "postal_code")


class FoundByOrderNumber:
    """A list in which an order number is found however it is written: "SO #285" and "285" alike."""

    def word_found(self, word):
        key = order_number_key_or_empty(word)
        found = super().word_found(word)
        return found | Q(order_number_key=key) if key else found


class AtLeastOneLine(BaseInlineFormSet):
    """Lines of which the last one cannot be taken away."""

    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_few_forms": "A sales order has at least one line. Change the line, or set the order to cancelled.",
    }


class LineInline(LinesInline):
    model = SalesOrderLine
    formset = AtLeastOneLine
    min_num = 1
    autocomplete_fields = ("product", "lot")
    fields = (
        "line_number",
        "sku_printed",
        "product",
        "description",
        "lot_numbers",
        "lot",
        "quantity",
        "unit_price",
        "amount",
    )

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)


def block(title: str, name: str):
    """Return the fieldset of one printed block of name and address."""
    return (title, {"fields": [f"{name}_{part}" for part in BLOCK_PARTS], "classes": ["collapse"]})


@admin.register(SalesOrder)
class SalesOrderAdmin(FoundByOrderNumber, ListAdmin):
    list_display = (
        "order_number",
        "customer",
        "order_date",
        "ship_date",
        "po_number",
        "units_ordered",
        "order_total",
        "status_word",
        "kind",
        "source",
    )
    list_filter = ("status", "kind", "source")
    list_select_related = ("customer",)
    search_fields = ("order_number", "po_number", "tracking_number", "customer_number")
    search_related = {"customer": ("facility_name", "customer_number"), "lines": ("lot_numbers", "sku_printed")}
    autocomplete_fields = ("customer", "rep")
    readonly_fields = ("source", "external_key", "created_at")
    ordering = ("-order_date", "-id")
    inlines = [LineInline]
    operations = (link_products, import_sales_orders)
    tools = PAGES_OF_PAPERS
    empty_says = "No sales orders yet. Upload order PDFs, import a CSV, or add one by hand."
    fieldsets = [
        (None, {"fields": (("order_number", "po_number"), ("order_date", "ship_date"), "customer", "customer_number")}),
        ("State", {"fields": (("status", "kind"), ("rep", "rep_name"), "tracking_number", "notes")}),
        ("Amounts as printed", {"fields": (("subtotal", "freight"), ("tax", "total"))}),
        block("Shipped to, as printed", "ship_to"),
        block("Sold to, as printed", "sold_to"),
        block("Billed to, as printed", "bill_to"),
        ("Reached at", {"fields": ("contact_email", "contact_phone"), "classes": ["collapse"]}),
        ("Record", {"fields": ("source", "external_key", "created_at"), "classes": ["collapse"]}),
    ]

    status_word = status_column()

    def get_queryset(self, request):
        return super().get_queryset(request).with_line_counts()

    @admin.display(description="units", ordering="units_ordered")
    def units_ordered(self, order):
        return order.units_ordered

    @admin.display(description=f"total, {settings.CURRENCY}", ordering="total")
    def order_total(self, order):
        return look.NOTHING if order.total is None else f"{order.total:,.2f}"


class PaperFilter(CountingFilter):
    title = "what it needs"
    parameter_name = "needs"
    choices_by_name = {"person": "waits for a person", "nothing": "settled"}
    counted = ("person",)

    def chosen(self, rows, name):
        waiting = rows.waiting_for_a_person()
        return waiting if name == "person" else rows.exclude(status__in=rows.model.WAITING)


@admin.register(DocumentSegment)
class DocumentSegmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "document", "pages", "kind_word", "status_word", "order_number", "order", "problem")
    list_filter = (PaperFilter, "status", "kind")
    list_select_related = ("document", "order")
    search_fields = ("order_number",)
    search_related = {"document": ("filename",), "order": ("order_number", "po_number")}
    ordering = ("-id",)
    operations = (import_orders,)
    tools = PAGES_OF_PAPERS
    empty_says = "No papers yet. Each uploaded document shows its orders, slips and labels here."

    status_word = status_column()
    kind_word = status_column("kind")


# -- what orders add to the pages below -------------------------------------------------------------------


class OrderingCustomerAdmin(CustomerAdmin):
    operations = (*CustomerAdmin.operations, refresh_customers_from_orders)


admin.site.replace(Customer, OrderingCustomerAdmin)
