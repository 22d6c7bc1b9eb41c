"""Shipments in the admin, and what they add to the pages of customers, products and orders."""

from operator import attrgetter

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html

from customers.models import Customer
from distribution.attached import papers_of, papers_of_order
from distribution.log_search import found_in_log
from distribution.models import Distribution, DistributionDocument, DistributionLine, SkippedShipment
from distribution.operations import (
    import_distributions,
    match_distributions,
    plan_links,
    release_links,
    sync_shipstation,
)
from distribution.returning import with_units_left
from distribution.shipped import open_lines, shipments_of, shipped_of, with_units_shipped
from distribution.statistics import (
    facilities_shipped_to,
    figures_of,
    owed_to,
    waiting_for,
    with_shipment_counts,
    with_statistics,
)
from eqms import look
from eqms.lists import CountingFilter, QuickPaginator, ReadOnlyAdmin, ReadOnlyInline, status_column, words_of
from inventory.admin.catalogue import ProductAdmin
from inventory.models import Product
from inventory.udi import scanned
from sales.admin import OrderingCustomerAdmin, SalesOrderAdmin
from sales.models import SalesOrder
from sales.order_number_key import order_number_key, order_number_key_or_empty

SHOWN = 10
UNMATCHED = "⚠ waiting"


class ShipmentFilter(CountingFilter):
    title = "order"
    parameter_name = "order"
    choices_by_name = {"waiting": "⚠ waiting for its order", "matched": "matched", "void": "void"}
    counted = ("waiting",)

    def chosen(self, rows, name):
        if name == "void":
            return rows.filter(voided_at__isnull=False)
        return rows.waiting() if name == "waiting" else rows.matched()


class ShipmentLineInline(ReadOnlyInline):
    model = DistributionLine
    fields = ("line_number", "product", "corrected_lot", "lot_number", "serial_number", "quantity", "units_back")
    show_change_link = False

    def get_queryset(self, request):
        return with_units_left(super().get_queryset(request).select_related("product", "lot"))

    @admin.display(description="lot")
    def corrected_lot(self, line):
        if line.lot:
            return look.link(reverse("admin:inventory_lot_change", args=[line.lot_id]), line.lot)
        return look.status("missing", "not known") if line.lot_number else look.NOTHING

    @admin.display(description="returned")
    def units_back(self, line):
        return line.units_returned or look.NOTHING


@admin.register(Distribution)
class DistributionAdmin(ReadOnlyAdmin):
    change_form_template = "admin/distribution/distribution/change_form.html"
    list_display = (
        "ship_date",
        "reported_order",
        "matched_order",
        "customer",
        "facility",
        "consignee_city",
        "consignee_state",
        "units_shipped",
        "tracking_number",
        "source",
        "next_step",
    )
    list_filter = (ShipmentFilter, "source")
    list_select_related = ("sales_order__customer",)
    list_reads = (
        *("ship_date", "order_number", "consignee_name", "consignee_city", "consignee_state", "tracking_number"),
        *("source", "voided_at", "sales_order__order_number", "sales_order__customer__facility_name"),
    )
    search_fields = ("order_number",)  # there is a search box; what it finds says log_search
    search_help_text = "order, PO, tracking number, facility, customer, lot, serial number or SKU, or how it begins"
    paginator = QuickPaginator
    list_per_page = 100
    ordering = ("-ship_date", "-id")
    inlines = [ShipmentLineInline]
    operations = (match_distributions, import_distributions, sync_shipstation)
    tools = (
        ("Enter a shipment", "enter_shipment", "distribution.add_distribution"),
        ("Take units back", "find_shipment", "distribution.add_return"),
        ("Import from CSV", "upload_shipments", import_distributions.permission),
        ("Export as CSV", "export_shipments", "distribution.view_distribution"),
        ("New tracing report", "new_report", "distribution.add_tracingreport"),
        ("Fetch from ShipStation", "shipstation", sync_shipstation.permission),
        ("Upload labels and slips", "upload_labels", "distribution.add_distributiondocument"),
    )
    empty_says = "No shipments yet. Import a CSV, or fetch them from ShipStation."

    def get_queryset(self, request):
        return super().get_queryset(request).with_line_counts()

    def get_search_results(self, request, queryset, search_term):
        """Return the shipments that the text means: by keys and how they begin, quick at a million.

        Of a scanned code that may not be trusted nothing is found, and the page says why.
        """
        if (scan := scanned(search_term)) and scan.problem:
            messages.warning(request, scan.problem)
        return found_in_log(queryset, search_term, words_of(search_term)) if search_term else queryset, False

    def permitted(self, request):
        """Return the operations with a button of their own: the import takes a file, and a tool leads there."""
        return [op for op in super().permitted(request) if op is not import_distributions]

    def answers(self, request, shipment):
        """Whose order it is, or which papers and customers its number and consignee suggest; what can be done."""
        may = request.user.has_perm
        told = {
            "papers": papers_of(shipment),
            "returns": shipment.returns.with_units().select_related("warehouse", "storefront").order_by("-id"),
            "may_void": may("distribution.change_distribution") and not shipment.voided_at,
            "may_take_back": may("distribution.add_return") and not shipment.voided_at,
            "may_enter": may("distribution.add_distribution") and shipment.voided_at and shipment.sales_order_id,
        }
        return told | self.order_of(shipment)

    def order_of(self, shipment):
        """Return its order, or what its number and consignee suggest."""
        if shipment.sales_order_id:
            return {"order": shipment.sales_order}
        suggested = Customer.objects.filter(company_key=shipment.consignee_key) if shipment.consignee_key else []
        return {"suggested": suggested, "waits": shipment.voided_at is None}

    @admin.display(description="order #", ordering="order_number")
    def reported_order(self, shipment):
        return struck(shipment, shipment.order_number or look.NOTHING)

    @admin.display(description="facility", ordering="consignee_name")
    def facility(self, shipment):
        return struck(shipment, shipment.consignee_name or look.NOTHING)

    @admin.display(description="linked to", ordering="sales_order")
    def matched_order(self, shipment):
        if shipment.voided_at:
            return look.status("void")
        return shipment.sales_order or look.status("waiting", UNMATCHED)

    @admin.display(description="next")
    def next_step(self, shipment):
        """Return the links of a row of the log; a shipment that waits can be matched by the PDF of its order."""
        details = look.link(reverse("admin:distribution_distribution_change", args=[shipment.pk]), "Details")
        if shipment.sales_order_id or shipment.voided_at:
            return details
        return format_html(
            "{} · {}", details, look.link(reverse("upload_pdf", args=[shipment.pk]), "Upload PDF to Match")
        )

    @admin.display(description="customer")
    def customer(self, shipment):
        return shipment.sales_order.customer if shipment.sales_order else look.NOTHING

    @admin.display(description="units", ordering="units")
    def units_shipped(self, shipment):
        return struck(shipment, shipment.units)


def struck(shipment, words):
    """Return what a column says, struck through where the shipment is void."""
    return format_html("<s>{}</s>", words) if shipment.voided_at else words


class SkippedFilter(CountingFilter):
    title = "state"
    parameter_name = "state"
    choices_by_name = {"open": "still left out", "done": "taken in or settled"}
    counted = ("open",)

    def chosen(self, rows, name):
        return rows.left_out() if name == "open" else rows.exclude(pk__in=rows.left_out())


@admin.register(SkippedShipment)
class SkippedShipmentAdmin(ReadOnlyAdmin):
    list_display = ("skipped_at", "source", "external_key", "order_number", "reason", "became", "next_step")
    list_filter = (SkippedFilter, "source")
    list_select_related = ("distribution", "not_sent")
    search_fields = ("order_number", "external_key")
    ordering = ("-id",)
    empty_says = "Nothing was left out. What ShipStation reports without a lot, or finds no order, stands here."

    @admin.display(description="what became of it")
    def became(self, skipped):
        if hasattr(skipped, "not_sent"):
            return look.status("void", "never sent")
        there = skipped.distribution
        return look.NOTHING if there is None else f"{there}{', void' if there.voided_at else ''}"

    @admin.display(description="next")
    def next_step(self, skipped):
        counted = skipped.distribution and not skipped.distribution.voided_at
        address = reverse("complete_shipment", args=[skipped.pk])
        return look.link(address, "Look" if counted or hasattr(skipped, "not_sent") else "Complete it")


@admin.register(DistributionDocument)
class DistributionDocumentAdmin(ReadOnlyAdmin):
    list_display = ("added_at", "kind_word", "distribution", "segment", "added_by")
    list_filter = ("kind",)
    list_select_related = ("distribution", "segment", "added_by")
    search_fields = ("id",)
    search_related = {"distribution": ("order_number", "tracking_number")}
    ordering = ("-id",)
    empty_says = "No labels or proofs yet."

    kind_word = status_column("kind")


# -- what shipments add to the pages below --------------------------------------------------------------


class ShippedOrderAdmin(SalesOrderAdmin):
    change_form_template = "admin/sales/salesorder/change_form.html"
    list_display = (*SalesOrderAdmin.list_display[:6], "units_shipped", *SalesOrderAdmin.list_display[6:])

    def get_queryset(self, request):
        return with_units_shipped(super().get_queryset(request))

    @admin.display(description="shipped", ordering="units_shipped")
    def units_shipped(self, order):
        return order.units_shipped

    def plan_followers(self, plan, form):
        """Link the shipments that wait for the number of a typed order, as an import of it would.

        Those of a number that is corrected wait again.
        """
        if "order_number" not in form.changed_data:
            return
        order, key = form.instance, order_number_key(form.instance.order_number)
        old_key = order_number_key_or_empty(form.initial.get("order_number", ""))
        if key == old_key:
            return
        if order.pk:
            release_links(plan, order, old_key)
        plan_links(plan, {key: order})

    def answers(self, request, order):
        """What is still owed, where the papers are, who got it."""
        lines = open_lines(order)
        return {
            "open_lines": lines,
            "units_open": sum(line.still_open for line in lines),
            "shipments": shipments_of(order),
            "papers": papers_of_order(order),
        }


class CustomerWithStatisticsAdmin(OrderingCustomerAdmin):
    list_display = (
        *OrderingCustomerAdmin.list_display[:4],
        "order_count",
        "units_shipped",
        "last_shipped",
        *OrderingCustomerAdmin.list_display[4:],
    )

    export_columns = {
        **OrderingCustomerAdmin.export_columns,
        "Orders": attrgetter("order_count"),
        "Matched Shipments": attrgetter("shipment_count"),
        "Units Shipped": attrgetter("units_shipped"),
        "Last Shipped": attrgetter("last_shipped"),
    }

    def get_queryset(self, request):
        return with_statistics()

    def exported(self, rows):
        return with_shipment_counts(super().exported(rows))

    def changelist_view(self, request, extra_context=None):
        waiting = Distribution.objects.waiting().count()
        return super().changelist_view(request, {"waiting": waiting, **(extra_context or {})})

    @admin.display(description="orders", ordering="order_count")
    def order_count(self, customer):
        return customer.order_count

    @admin.display(description="units shipped", ordering="units_shipped")
    def units_shipped(self, customer):
        return customer.units_shipped

    @admin.display(description="last shipped", ordering="last_shipped")
    def last_shipped(self, customer):
        return customer.last_shipped

    def answers(self, request, customer):
        """What did they order and get, to which facilities, what is owed and what waits; then what is known of them."""
        shipments = Distribution.objects.matched().filter(sales_order__customer=customer)
        return {
            **super().answers(request, customer),
            "figures": figures_of(customer),
            "owed": owed_to(customer, SHOWN),
            "orders": with_units_shipped(customer.orders.with_line_counts()).order_by("-order_date", "-id")[:SHOWN],
            "shipments": shipments.with_line_counts()
            .select_related("sales_order")
            .order_by("-ship_date", "-id")[:SHOWN],
            "facilities": facilities_shipped_to(customer),
            "waiting": waiting_for(customer),
        }


class ShippedProductAdmin(ProductAdmin):
    def answers(self, request, product):
        """Return the figures of stock, and how the shipments of the product make up what was dispatched. One query."""
        return {**super().answers(request, product), "shipped": shipped_of(product)}


admin.site.replace(SalesOrder, ShippedOrderAdmin)
admin.site.replace(Customer, CustomerWithStatisticsAdmin)
admin.site.replace(Product, ShippedProductAdmin)
