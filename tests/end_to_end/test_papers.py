"""A clerk's way in the browser: upload, progress, confirm, the order and its place on the paper, undo."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from eqms import jobs
from eqms.models import OperationRun
from eqms.storage import store
from sales.models import DocumentSegment, SalesOrder
from sales.papers import read_papers
from tests.eqms.test_pictures import every_place_taken

PAPERS = Path(__file__).parent.parent / "papers"
UPLOADED = ["odoo_style_08.pdf", "sage_classic_08.pdf", "slip_half_small.pdf", "hostile/encrypted_user_password.pdf"]

pytestmark = pytest.mark.django_db(transaction=True)


def look(visit, where):
    """Look at the page as it stands, at both widths."""
    for width in ("phone", "desk"):
        visit.at(width)
        visit.check_width(where)
        visit.picture(f"papers-{where}-{width}")
    visit.check_axe(where)


def uploaded(visit):
    """Upload the files, let a worker read them, and wait until the page shows the result by itself."""
    page = visit.page
    visit.open("/admin/sales-orders/import-pdf-bulk")
    look(visit, "upload")
    page.get_by_label("Files:").set_input_files([PAPERS / name for name in UPLOADED])
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()
    look(visit, "progress")
    jobs.run_waiting()
    expect(page.get_by_text("pages processed,")).to_be_visible()
    look(visit, "result")


def test_from_upload_to_order_and_back(visit, demo):
    page = visit.page
    visit.sign_in("ada", "pw")
    uploaded(visit)
    page.get_by_role("button", name="Preview 2 orders").click()
    expect(page.get_by_text("sage_classic_08.pdf").first).to_be_visible()
    look(visit, "preview")
    assert not SalesOrder.objects.filter(source="pdf").exists()
    page.get_by_role("button", name="create 2 sales orders").click()
    assert SalesOrder.objects.filter(source="pdf").count() == 2
    look(visit, "run")

    paper = DocumentSegment.objects.get(document__filename="sage_classic_08.pdf")
    visit.open(f"/admin/sales-orders/{paper.order_id}")
    look(visit, "order")
    page.get_by_role("link", name="Show Order date on the paper").click()
    place = page.locator("#place-order_date")
    expect(place).to_be_visible()
    assert page.url.endswith("#place-order_date")
    expect(page.locator(".pictures image")).to_be_visible()
    page.wait_for_load_state("networkidle")
    look(visit, "place")

    visit.open(f"/admin/eqms/operationrun/{OperationRun.objects.get(operation='import_orders').pk}/change/")
    page.get_by_role("link", name="Undo").click()
    look(visit, "undo")
    page.get_by_label("Reason").fill("wrong folder")
    page.get_by_role("button", name="Undo run").click()
    assert not SalesOrder.objects.filter(source="pdf").exists()


def test_a_paper_is_finished_by_hand_beside_its_picture(visit, demo, client):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    page = visit.page
    uploaded(visit)
    visit.open("/admin/sales-orders/unmatched-pdfs")
    look(visit, "waiting")
    page.get_by_role("link", name="encrypted_user_password.pdf", exact=True).click()
    look(visit, "by-hand")
    page.get_by_label("Order number").first.fill("SO-4711")
    page.get_by_label("Order date").fill("2026-05-01")
    page.get_by_label("Ship-to name").fill("Klinik Müller")
    page.get_by_label("Line 1 SKU").fill("A-1")
    page.get_by_label("Line 1 Quantity").fill("0")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing was saved. Mend the marked fields")).to_be_visible()
    assert page.get_by_label("Order number").first.input_value() == "SO-4711"
    look(visit, "by-hand-error")
    page.get_by_label("Line 1 Quantity").fill("3")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Preview this order").click()
    expect(page.get_by_text("SO-4711").first).to_be_visible()
    page.get_by_role("button", name="create 1 sales order").click()
    assert SalesOrder.objects.get(order_number="SO-4711").customer.facility_name == "Klinik Müller"


def test_a_picture_that_has_to_wait_says_so_and_comes_by_itself(visit, demo, client):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    stored = store((PAPERS / "sage_classic_08.pdf").read_bytes(), "sage_classic_08.pdf", by="test")
    read_papers([stored], by="test")
    paper = DocumentSegment.objects.get(document=stored)
    with every_place_taken():
        visit.open(reverse("paper", args=[paper.pk]))
        expect(visit.page.get_by_text("This one comes in a moment.")).to_be_visible()
        visit.problems.clear()  # the 503s of the picture
    drawn = re.compile(f"{re.escape(reverse('paper_picture', args=[paper.pk, paper.first_page]))}$")
    with visit.page.expect_response(lambda answer: drawn.search(answer.url) and answer.status == 200):
        pass
    expect(visit.page.get_by_text("This one comes in a moment.")).to_be_hidden()
    look(visit, "picture-that-waited")
    visit.problems[:] = [problem for problem in visit.problems if "503" not in problem]


def test_a_paper_of_an_order_that_is_there(visit, demo):
    page = visit.page
    order = demo.ordered("SO-121687", demo.north)
    visit.sign_in("ada", "pw")
    visit.open(f"/admin/sales-orders/{order.pk}")
    page.get_by_role("link", name="Upload PDF").click()
    look(visit, "of-order-upload")
    page.get_by_label("Files:").set_input_files([PAPERS / "mono_erp_08.pdf", PAPERS / "mono_erp_09.pdf"])
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()
    jobs.run_waiting()
    expect(page.get_by_text("Its order number is that of this order.")).to_be_visible()
    look(visit, "of-order-result")
    page.get_by_role("button", name="Attach to order SO-121687", exact=True).click()
    expect(page.get_by_text("mono_erp_08.pdf, page 1: sales order, attached")).to_be_visible()
    look(visit, "of-order-attached")
