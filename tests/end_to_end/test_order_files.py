"""The pages of orders from CSV files in a browser: upload, errors of a file, preview; and the refresh of customers."""

import json
from datetime import date

import pytest

from sales.models import SalesOrder
from tests.sales.test_import_orders import paper
from tests.sales.test_import_sales_orders import GOOD, NORTH, text_of


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def send(page, text):
    page.get_by_label("CSV file").set_input_files(
        files=[{"name": "orders.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    page.get_by_role("button", name="Upload and preview").click()


def test_a_file_with_errors_is_mended_step_by_step(visit_as_ada):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.look_at("/admin/sales-orders/import-csv")
    send(page, text_of(*GOOD, f"SO-500,soon,,{NORTH},A-1,,,abc,"))
    page.get_by_text("Download 3 rows to mend").wait_for()
    visit.look("/order-file")
    page.get_by_role("link", name="Preview the 1 good order").click()
    page.get_by_text("What stays as it is, and why").wait_for()
    visit.look("/order-preview")
    page.get_by_role("button", name="Write 1 order").click()
    page.get_by_text("Import sales orders: done. 3 created, 3 skipped.").wait_for()
    assert SalesOrder.objects.latest("pk").order_number == "SO-501"
    visit.open("/admin/sales-orders/import-csv")
    send(page, "Item;Qty\nA-1;5\n")
    page.get_by_text("Add a column headed Order Number").wait_for()
    visit.look("/order-file-unreadable")


def test_a_person_says_that_a_new_customer_is_a_known_one(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    demo.customer("St. Mary's Hospital", address1="10 Willow Street", phone="217-555-0123")
    written = {
        "ship_to.name": "Saint Marys Hosp",
        "ship_to.lines": ["10 Willow St."],
        "contact_phone": "(217) 555-0123",
    }
    row = demo.paper(kind="sales_order", status="read", fields=json.dumps(paper("SO-500", **written)))
    visit.look_at(f"/admin/sales-orders/papers/{row.pk}")
    page.get_by_role("button", name="Preview this order").click()
    page.get_by_text("is new with order SO-500 and looks like").wait_for()
    visit.look("/order-with-suggestion")
    visit.open(f"/admin/sales-orders/papers/{row.pk}")
    page.get_by_role("button", name="It is this one: St. Mary's Hospital").click()
    page.get_by_text("A person chose").wait_for()
    visit.look("/paper-with-customer")


def test_a_person_chooses_what_a_refresh_may_change(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    for number in ("SO-10", "SO-11"):
        order = demo.ordered(number, demo.north, order_date=date(2026, 3, 1))
        SalesOrder.objects.filter(pk=order.pk).update(ship_to_name="North Hospital", contact_phone="555-0100")
    visit.look_at("/admin/customers/customer/operations/refresh_customers_from_orders/")
    page.get_by_text("North Hospital").first.wait_for()
    page.get_by_label("phone", exact=True).check()
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_text("order SO-11 of 2026-03-01 and 1 more print this phone").wait_for()
    visit.look("/refresh-preview")
