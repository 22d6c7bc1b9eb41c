"""Orders from CSV files as someone of sales sends them: the upload, the preview, the bad rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eqms.models import OperationRun, SourceDocument
from sales.models import SalesOrder
from tests.cast import digest
from tests.inventory.test_intake_pages import signed_in_as
from tests.sales.test_import_sales_orders import GOOD, NORTH, text_of

UPLOAD = "/admin/sales-orders/import-csv"
BAD = f"SO-500,2026-03-01,,{NORTH},A-1,,,abc,"


@pytest.fixture
def seller(demo, client):
    return signed_in_as(client, "sales")


def upload(client, text, name="orders.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def test_an_upload_leads_to_the_preview_and_one_button_writes_it(seller, client):
    page = upload(client, text_of(*GOOD))
    assert page.redirect_chain[-1][0].startswith("/admin/sales/salesorder/operations/import_sales_orders/?document=")
    assert "Write 2 orders" in page.content.decode()
    document = page.context["form"].cleaned_data["document"].pk
    client.post(page.context["action_url"], {"document": document, "confirm": page.context["confirm"]})
    assert SalesOrder.objects.filter(source="csv").count() == 2
    assert OperationRun.objects.get().actor_name == seller.username


def test_a_file_with_errors_shows_them_and_leads_to_the_good_orders(seller, client):
    before = digest()
    text = upload(client, text_of(*GOOD, BAD)).content.decode()
    assert "Download 3 rows to mend" in text
    assert "Preview the 1 good order" in text
    assert "Write whole units in digits" in text
    assert digest() == before


def test_bad_rows_are_handed_out_as_they_stand_with_the_reason(seller, client):
    upload(client, text_of(*GOOD, BAD))
    answer = client.get(f"/admin/sales-orders/files/{SourceDocument.objects.get().pk}/bad-rows.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "belongs to order SO-500, and row 5 of it is in error. Mend that row" in lines[1]


def test_a_file_that_holds_no_orders_says_what_it_lacks(seller, client):
    text = upload(client, "Item;Qty\nA-1;5\n").content.decode()
    assert "This file cannot be read as a file of sales orders." in text
    assert "Add a column headed Order Number" in text


def test_a_document_of_another_kind_has_no_such_page(seller, client, demo):
    assert client.get(f"/admin/sales-orders/files/{demo.document().pk}").status_code == 404


def test_who_may_not_add_orders_may_not_send_files(demo, client):
    signed_in_as(client, "viewer")
    assert client.get(UPLOAD).status_code == 403
    assert "Import from CSV" not in client.get("/admin/sales/salesorder/").content.decode()
