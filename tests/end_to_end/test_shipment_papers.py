"""Labels and slips in the browser: upload, find their shipments, choose by hand, match an order."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from distribution.models import Distribution, DistributionDocument
from eqms import jobs
from sales.models import SalesOrder
from tests.end_to_end.test_papers import look

PAPERS = Path(__file__).parent.parent / "papers"

pytestmark = pytest.mark.django_db(transaction=True)


def upload(visit, name):
    """Upload a file on the open page and let a worker read it."""
    page = visit.page
    page.get_by_label("Files:").set_input_files([PAPERS / name])
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()
    jobs.run_waiting()


def test_from_labels_to_their_shipments(visit, demo):
    page = visit.page
    shipment = demo.shipped(1, order_number="SO 324", tracking_number="397613789113", ship_date="2025-08-17")
    visit.sign_in("ada", "pw")
    visit.open("/admin/distribution-log/upload-labels")
    look(visit, "labels-upload")
    upload(visit, "label_rotated_batch.pdf")
    expect(page.get_by_role("button", name="Find the shipments of 12 papers")).to_be_visible()
    look(visit, "labels-result")
    page.get_by_role("button", name="Find the shipments of 12 papers").click()
    expect(page.get_by_text("its tracking number 3976 1378 9113 is that of this shipment").first).to_be_visible()
    look(visit, "labels-preview")
    page.get_by_role("button", name="Attach 1 paper").click()
    expect(page.get_by_text("run", exact=False).first).to_be_visible()
    assert DistributionDocument.objects.get().distribution == shipment

    visit.open(f"/admin/distribution/distribution/{shipment.pk}/change/")
    expect(page.get_by_role("link", name="View label_rotated_batch.pdf, page 1")).to_be_visible()
    look(visit, "labels-shipment")
    visit.open("/admin/sales-orders/unmatched-pdfs")
    look(visit, "labels-waiting")
    page.get_by_role("link", name="Choose the shipment of label_rotated_batch.pdf page 2").first.click()
    look(visit, "labels-choose")
    page.get_by_label("Tracking number or order number").fill("SO-77")
    page.get_by_role("button", name="Search").last.click()
    look(visit, "labels-found")
    page.get_by_role("button", name="Attach to the shipment of 2026-01-05, order SO-77").click()
    expect(page.get_by_text("lies with the shipment of 2026-01-05, order SO-77 now")).to_be_visible()


def test_the_order_of_a_waiting_shipment(visit, demo):
    page = visit.page
    visit.sign_in("ada", "pw")
    visit.open(f"/admin/distribution/distribution/{demo.waiting.pk}/change/")
    page.get_by_role("link", name="Upload PDF to Match").click()
    look(visit, "match-upload")
    upload(visit, "mono_erp_08.pdf")
    expect(page.get_by_text("Importing it does not link this shipment")).to_be_visible()
    look(visit, "match-other-order")
    number = page.get_by_role("heading", name="Sales order").inner_text().split()[-1]
    Distribution.objects.filter(pk=demo.waiting.pk).update(order_number=number, order_number_key=number.casefold())
    page.reload()
    look(visit, "match-same-order")
    page.get_by_role("button", name=f"Preview order {number} and the link").click()
    expect(page.get_by_text(f"waited for order {number}").first).to_be_visible()
    look(visit, "match-preview")
    page.locator("form:has(#confirm-reason) button").last.click()
    expect(page.get_by_text("run", exact=False).first).to_be_visible()
    assert Distribution.objects.get(pk=demo.waiting.pk).sales_order == SalesOrder.objects.get(order_number=number)
