"""The pages of intakes in a browser: upload, errors of a file, preview, the form."""

import pytest

from inventory.models import StockProduct

HEADER = "SKU,Lot,Quantity,Received On,Warehouse\n"
MIXED = (
    HEADER + "A-1,,abc,2026-03-04,Depot\nB-9,L-7,2.500,soon,Attic\nA-1,,5,2026-03-04,Depot\nA-2,,5,2026-03-04,Depot\n"
)


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def send(page, text):
    page.get_by_label("CSV file").set_input_files(
        files=[{"name": "stock.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    page.get_by_role("button", name="Upload and preview").click()


def test_a_file_with_errors_is_mended_step_by_step(visit_as_ada):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.look_at("/admin/stock/import-csv")
    send(page, MIXED)
    page.get_by_text("Download 3 rows to mend").wait_for()
    visit.look("/stock-file")
    page.get_by_role("link", name="Preview the 1 good row").click()
    page.get_by_text("What stays as it is, and why").wait_for()
    visit.look("/stock-preview")
    page.get_by_role("button", name="Take in 1 row").click()
    page.get_by_text("Import stock: done. 2 created, 3 skipped.").wait_for()
    assert StockProduct.objects.latest("pk").quantity == 5
    visit.open("/admin/stock/import-csv")
    send(page, "Item;Qty\nA-1;5\n")
    page.get_by_text("Add a column headed Warehouse").wait_for()
    visit.look("/stock-file-unreadable")


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(visit_as_ada, demo):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.open("/admin/inventory/stockproduct/")
    page.get_by_role("link", name="Add intake").click()
    page.get_by_label("Quantity").fill("2.500")
    page.get_by_label("Received on").fill("2199-01-01")
    page.evaluate("document.querySelector('#stockproduct_form').noValidate = true")  # the server's words are looked at
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Write 2500.").first.wait_for()
    assert page.get_by_label("Quantity").input_value() == "2.500"
    visit.look("/intake-form")
