"""Shipments in a browser: entered by hand, voided, entered anew; units come back; files in and out."""

import pytest
from playwright.sync_api import expect

from distribution.models import Distribution, Return
from inventory.models import Product, Warehouse

HEADER = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity\n"
MIXED = HEADER + "".join(
    f"2026-03-04,{row}\n"
    for row in ("SO-1,North Clinic,A-1,,2.500", "SO-9,North Clinic,B-9,,1", "SO-1,North Clinic,A-1,,2")
)


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def test_a_shipment_is_entered_voided_and_entered_anew(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.open("/admin/distribution/distribution/")
    page.get_by_role("link", name="Enter a shipment").click()
    page.get_by_label("Order number").fill("SO-404")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("No sales order has the number SO-404").wait_for()
    visit.look("/enter-choose")
    page.get_by_label("Order number").fill("so 1")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Line 2, product").fill("A-2")
    page.get_by_label("Line 2, lot").fill("L-7")
    page.get_by_label("Line 2, quantity").fill("2.500")
    page.get_by_role("button", name="Write this shipment").click()
    page.get_by_text("Write 2500.").first.wait_for()
    visit.look("/enter-refused")
    page.get_by_label("Line 2, quantity").fill("3")
    page.get_by_label("From:").select_option("Depot")
    page.get_by_role("button", name="Write this shipment").click()
    page.get_by_text("is in the log").wait_for()
    visit.look("/shipment")
    page.get_by_label("Why it was entered in error").fill("it was two")
    page.get_by_role("button", name="Void this shipment").click()
    page.get_by_text("The shipment is void").wait_for()
    visit.look("/shipment-void")
    page.get_by_role("link", name="Enter it anew").first.click()
    page.get_by_label("Line 2, quantity").fill("2")
    page.get_by_role("button", name="Write this shipment").click()
    page.get_by_text("is in the log").wait_for()
    assert [line.quantity for line in Distribution.objects.latest("pk").lines.all()] == [1, 2]
    visit.look_at("/admin/distribution/distribution/", "-shipments")


def test_a_scanner_fills_a_line_and_its_enter_writes_nothing(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    Product.objects.filter(pk=demo.tracked.pk).update(gtin="00844588003288")
    demo.shipped(2, product=demo.tracked, lot=demo.lot, order_number="SO-90", consignee_name="Of the lot")
    shipments = Distribution.objects.count()
    visit.open("/admin/distribution-log/enter?order=SO-1")
    page.get_by_label("From:").select_option("Depot")
    page.get_by_label("Line 1, product").fill("010084458800328810L-7\x1d17300131")
    page.get_by_label("Line 1, product").press("Enter")
    page.get_by_text("Line 2 read from the code.").wait_for()
    page.get_by_text("Order SO-1 does not have A-2.").wait_for()
    expect(page.get_by_label("Line 1, product")).to_have_value("A-1")
    expect(page.get_by_label("Line 2, product")).to_have_value("A-2")
    expect(page.get_by_label("Line 2, lot")).to_have_value("L-7")
    page.get_by_text("expires 2030-01-31", exact=True).wait_for()
    visit.look("/enter-scanned")
    visit.at("phone")
    lot = page.get_by_label("Line 2, lot").bounding_box()
    assert lot["x"] + lot["width"] <= page.viewport_size["width"] < 3 * lot["width"]  # to be compared with the goods
    visit.at("desk")
    assert Distribution.objects.count() == shipments
    page.get_by_label("Line 1, quantity").fill("")
    page.get_by_label("Line 2, quantity").fill("2")
    page.get_by_role("button", name="Write this shipment").click()
    page.get_by_text("is in the log").wait_for()
    assert Distribution.objects.latest("pk").lines.get().lot == demo.lot

    visit.open("/admin/distribution/distribution/")
    page.locator("#searchbar").fill("010084458800328810L-7\x1d17300131")
    page.locator("#searchbar").press("Enter")
    page.get_by_text("Of the lot").wait_for()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    visit.look("/log-scanned")


def test_units_come_back_by_the_number_on_the_parcel(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    visit.open("/admin/distribution-log/take-back?q=nowhere")
    page.get_by_text("No shipment has").wait_for()
    visit.look("/take-back-nothing")
    page.get_by_label("Tracking number, order").fill("1Z-1")
    page.get_by_role("button", name="Find the shipment").click()
    page.get_by_role("button", name="Take these units back").click()
    page.get_by_text("Say why the units came back.").first.wait_for()
    page.get_by_role("textbox", name="Why").fill("damaged on the way")
    page.get_by_label("Units of A-1, line 1, of 1").fill("1")
    visit.look("/take-back")
    page.get_by_role("button", name="Take these units back").click()
    page.get_by_text("1 unit came back to Quarantine.").wait_for()
    visit.look("/return")
    assert Return.objects.get().place.is_quarantine


def test_long_codes_stay_on_a_phone_where_units_come_back(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    long = Product.objects.create(sku="SKU" * 20, name="Long", is_lot_tracked=True)
    shipment = demo.shipped(2, product=long, tracking_number="1Z-LONG")
    shipment.lines.update(lot_number="L" * 60)
    visit.open(f"/admin/distribution-log/{shipment.pk}/take-back")
    visit.look("/take-back-long")
    visit.at("phone")
    assert page.get_by_label(f"Lot of {long.sku} as on the goods").bounding_box()["width"] > 150
    visit.at("desk")


def test_a_file_with_errors_is_mended_and_the_log_is_exported(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.look_at("/admin/distribution-log/import-csv")
    page.get_by_label("CSV file").set_input_files(
        files=[{"name": "log.csv", "mimeType": "text/csv", "buffer": MIXED.encode()}]
    )
    page.get_by_role("button", name="Upload and preview").click()
    page.get_by_text("Download 2 rows to mend").wait_for()
    visit.look("/shipment-file")
    page.get_by_role("link", name="Preview the 1 good row").click()
    page.get_by_role("button", name="Write 1 row").wait_for()
    visit.look("/shipment-preview")
    page.get_by_role("button", name="Write 1 row").click()
    page.get_by_text("Import distributions: done.").wait_for()
    visit.look_at("/admin/distribution-log/export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename.startswith("shipments ")
