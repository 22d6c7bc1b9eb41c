"""What a page answers before its form, and what its form writes."""

from html import unescape

from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerAlias
from distribution.shipped import open_lines
from eqms.models import AuditEntry, OperationRun
from inventory.models import TransferRequest
from sales.models import SalesOrder, SalesOrderLine


def page_of(client, row):
    return unescape(client.get(change(row)).content.decode())


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def management(prefix, rows=(), **fields):
    """Return the form data of one inline with new ``rows``."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data


def customer_form(**values):
    inlines = ("contacts", "rep_links")
    data = {"facility_name": "New Clinic", "status": "active"}
    for prefix in inlines:
        data |= management(prefix, values.pop(prefix, ()))
    return data | values


def order_form(customer, **values):
    data = {"order_number": "SO-9", "order_date": "2026-03-01", "customer": customer.pk, "status": "pending"}
    return data | {"kind": "one_time"} | management("lines", values.pop("lines", ())) | values


def test_an_order_says_what_is_owed_who_got_it_and_where_the_paper_is(demo, as_ada):
    demo.paper(order=demo.order, status="imported", kind="sales_order", order_number="SO-1")
    page = page_of(as_ada, demo.order)
    assert "<strong>1</strong><span>units still open</span>" in page
    assert "North Clinic</strong><span>customer</span>" in page
    assert ">2026-01-05</a>" in page
    assert ".pdf</a>, page 1: sales order, imported" in page


def test_units_shipped_fill_the_lines_of_their_product_from_the_first_on(demo):
    SalesOrderLine.objects.create(order=demo.order, line_number=2, product=demo.product, quantity=3)
    SalesOrderLine.objects.create(order=demo.order, line_number=3, sku_printed="?", quantity=1)
    demo.shipped(6, sales_order=demo.order)
    demo.shipped(9, sales_order=demo.order, voided_at=timezone.now(), void_reason="entered in error")
    lines = [(found.shipped, found.still_open, found.over) for found in open_lines(demo.order)]
    assert lines == [(2, 0, 0), (5, 0, 2), (0, 1, 0)]


def test_a_void_shipment_is_struck_through_and_not_counted(demo, as_ada):
    demo.shipped(1, sales_order=demo.order, voided_at=timezone.now(), void_reason="twice")
    page = page_of(as_ada, demo.order)
    assert '<tr class="struck">' in page
    assert "<strong>1</strong><span>units still open</span>" in page


def test_a_customer_says_what_they_got_and_what_waits(demo, as_ada):
    parts = {"consignee_city": "Springfield", "consignee_state": "IL", "consignee_postal_code": "62701"}
    demo.shipped(3, order_number="SO-55", consignee_name="North Clinic", consignee_address="1 Main St", **parts)
    page = page_of(as_ada, demo.north)
    assert "<strong>1</strong><span>order</span>" in page
    assert "<strong>1</strong><span>units shipped</span>" in page
    assert "<strong>1</strong><span>waiting shipment</span><small>to this name and address;" in page
    assert "<bdi>North Clinic</bdi>, Springfield IL: 1 order" in page


def test_a_product_says_how_many_and_where(demo, as_ada):
    page = page_of(as_ada, demo.product)
    assert "<strong>50</strong><span>units taken in</span>" in page
    assert "<strong>5</strong><span>units on shelves</span><small>balances say 7</small>" in page
    assert "1 unit on 1 matched shipment, last 2026-01-05" in page


def test_a_waiting_shipment_says_what_it_waits_for(demo, as_ada):
    page = page_of(as_ada, demo.waiting)
    assert "No sales order with the number SO-77 is here." in page
    assert "Linked Sales Order" in page


def test_a_waiting_shipment_suggests_a_customer_and_links_nothing(demo, as_ada):
    values = {"consignee_address": "9 Elm St", "consignee_city": "Springfield", "consignee_state": "IL"}
    waiting = demo.shipped(1, consignee_name="Idle Two", consignee_postal_code="62701", **values)
    assert "That is a suggestion: only an equal order number links." in page_of(as_ada, waiting)


def test_an_old_link_of_a_merged_customer_leads_to_the_one_that_stayed(demo, as_ada):
    CustomerAlias.objects.create(kind="id", value="9999", customer=demo.north)
    answer = as_ada.get(reverse("admin:customers_customer_change", args=[9999]))
    assert answer.url == change(demo.north)


def test_a_customer_with_contact_and_rep_is_one_run(demo, as_ada):
    form = customer_form(
        contacts=[{"name": "Nora", "email": "n@example.org", "is_primary": "on"}],
        rep_links=[{"rep": demo.rep.pk}],
    )
    as_ada.post(reverse("admin:customers_customer_add"), form)
    customer = Customer.objects.get(company_key="newclinic")
    assert customer.contacts.get().is_primary
    assert customer.reps() == [demo.rep]
    assert OperationRun.objects.get().entries.count() == 3


def test_a_second_customer_of_the_same_name_is_refused_beside_the_form(demo, as_ada):
    Customer.objects.create(facility_name="New Clinic Inc")
    answer = as_ada.post(reverse("admin:customers_customer_add"), customer_form())
    assert "A customer with this name and address exists already. Open that one." in unescape(answer.content.decode())
    assert not AuditEntry.objects.exists()


def test_an_order_is_entered_by_hand_with_its_lines(demo, as_ada):
    lines = [{"line_number": 1, "sku_printed": "A-1", "product": demo.product.pk, "quantity": 4}]
    answer = as_ada.post(reverse("admin:sales_salesorder_add"), order_form(demo.north, lines=lines))
    assert answer.status_code == 302, answer.context["errors"]
    order = SalesOrder.objects.get(order_number_key="9")
    assert order.source == "manual"
    assert order.lines.get().quantity == 4


def test_the_last_line_of_an_order_stays(demo, as_ada):
    line = demo.order.lines.get()
    values = {"id": line.pk, "order": demo.order.pk, "line_number": 1, "sku_printed": "A-1", "quantity": 2}
    form = order_form(demo.north, order_number="SO-1", lines=[{**values, "DELETE": "on"}])
    refused = as_ada.post(change(demo.order), {**form, "lines-INITIAL_FORMS": 1})
    assert "A sales order has at least one line. Change the line, or set" in unescape(refused.content.decode())
    assert demo.order.lines.get() == line
    other = {"line_number": 2, "sku_printed": "A-1", "quantity": 3}
    form = order_form(demo.north, order_number="SO-1", lines=[{**values, "DELETE": "on"}, other])
    assert as_ada.post(change(demo.order), {**form, "lines-INITIAL_FORMS": 1}).status_code == 302
    assert demo.order.lines.get().quantity == 3


def test_an_order_without_a_line_is_not_entered(demo, as_ada):
    refused = as_ada.post(reverse("admin:sales_salesorder_add"), order_form(demo.north))
    assert "A sales order has at least one line." in unescape(refused.content.decode())
    assert not SalesOrder.objects.filter(order_number="SO-9").exists()


def test_an_order_number_that_is_taken_is_refused_in_words(demo, as_ada):
    answer = as_ada.post(reverse("admin:sales_salesorder_add"), order_form(demo.north, order_number="so 1"))
    assert "An order with this number exists already. Open that one." in unescape(answer.content.decode())


def test_a_transfer_remembers_who_asked(demo, as_ada):
    lines = [{"product": demo.product.pk, "requested_quantity": 3}]
    places = {"from_place": f"warehouse-{demo.depot.pk}", "to_place": f"storefront-{demo.shop.pk}"}
    form = {**places, "priority": "HIGH", **management("lines", lines)}
    as_ada.post(reverse("admin:inventory_transferrequest_add"), form)
    assert TransferRequest.objects.get(priority="HIGH").requested_by == demo.ada


def test_a_fulfilled_transfer_cannot_be_edited(demo, as_ada):
    assert as_ada.post(change(demo.fulfilled), {}).status_code == 403
