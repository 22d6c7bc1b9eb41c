"""The pages on which labels and slips find their shipments, as people meet them."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from distribution.models import Distribution, DistributionDocument
from distribution.models.papers import attach
from eqms import jobs, roles
from eqms.models import Job, OperationRun, User
from sales.models import DocumentSegment, SalesOrder
from tests.distribution.test_attach_papers import TRACKING, label, slip, tracked

PAPERS = Path(__file__).parent.parent / "papers"
WAITING = "/admin/sales-orders/unmatched-pdfs"
Status = DocumentSegment.Status


@pytest.fixture
def clerk(as_ada):
    return as_ada


def log(shipment, page=""):
    return f"/admin/distribution-log/{shipment.pk}/{page}"


def text_of(answer):
    """Return what people read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def sent(client, address, *paths):
    """Upload files, read them as the worker would, and return the page that shows them."""
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    answer = client.post(address, {"papers": files}, follow=True)
    jobs.run_waiting()
    return client.get(answer.redirect_chain[-1][0])


# -- upload of labels --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_uploaded_labels_find_their_shipments_in_one_preview(clerk, demo):
    shipment = demo.shipped(1, order_number="SO-7", tracking_number="397613789113", ship_date="2025-08-18")
    page = sent(clerk, "/admin/distribution-log/upload-labels", PAPERS / "label_rotated_batch.pdf")
    assert page.context["of_shipments"] == 12
    assert "Find the shipments of 12 papers" in text_of(page)
    preview = clerk.post(
        "/admin/sales/documentsegment/operations/attach_papers/",
        {"selection": page.context["selection_of_shipments"]},
    )
    assert "its tracking number 3976 1378 9113 is that of this shipment" in text_of(preview)
    assert "Label of the shipment of 2025-08-18, order SO-7" in text_of(preview)
    assert "Attach 1 paper " in text_of(preview)
    clerk.post(
        "/admin/sales/documentsegment/operations/attach_papers/",
        {"confirm": preview.context["confirm"], "selection": preview.context["selection"], "reason": "x"},
    )
    document = DistributionDocument.objects.get()
    assert (document.distribution, document.kind, document.segment.status) == (shipment, "label", "attached")


def test_an_upload_without_a_file_says_so(clerk, demo):
    for address in ("/admin/distribution-log/upload-labels", log(demo.shipment, "upload-label")):
        assert "Choose at least one file." in text_of(clerk.post(address, {}))


@pytest.mark.django_db(transaction=True)
def test_storage_trouble_is_said_as_at_the_upload_of_orders(clerk, settings):
    settings.STORAGE_BACKEND, settings.SPOOL_DIR = "s3", Path("/dev/null/nowhere")
    file = SimpleUploadedFile("label.pdf", b"%PDF-1.4")
    answer = clerk.post("/admin/distribution-log/upload-labels", {"papers": file}, follow=True)
    assert "Upload failed: storage not configured or inaccessible. label.pdf:" in text_of(answer)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_label_beside_its_shipment_is_attached_with_one_button(clerk, demo):
    shipment = demo.shipped(1, order_number="", tracking_number="397613789113", ship_date="2025-08-17")
    page = sent(clerk, log(shipment, "upload-label"), PAPERS / "label_rotated_batch.pdf")
    said = text_of(page)
    assert "Nothing that it prints differs from the log. Attach to this shipment" in said
    assert (
        "It says otherwise than the log: it names tracking number 3928 2285 0185; it says shipped on 2025-03-20."
        in said
    )
    first = next(p.paper for p in page.context["proposals"] if p.step == "attach")
    answer = clerk.post(f"/admin/distribution-log/papers/{first.pk}/attach", {"shipment": shipment.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/admin/distribution/distribution/{shipment.pk}/change/"
    assert "lies with the shipment of 2025-08-17" in text_of(answer)
    assert DistributionDocument.objects.get().added_by == demo.ada


@pytest.mark.django_db(transaction=True)
def test_a_scan_without_text_can_be_attached_as_it_is(clerk, demo):
    page = sent(clerk, log(demo.shipment, "upload-label"), PAPERS / "hostile/image_only_scan.pdf")
    assert "It can be attached as it is." in text_of(page)
    assert "Attach to this shipment" in text_of(page)


# -- upload of the order -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_order_of_a_waiting_shipment_and_its_link_are_one_preview(clerk, demo):
    shipment = demo.shipped(1, order_number="so 17713")
    page = sent(clerk, log(shipment, "upload-pdf"), PAPERS / "mono_erp_08.pdf")
    paper = page.context["proposals"][0].paper
    Distribution.objects.filter(pk=shipment.pk).update(
        order_number=paper.order_number, order_number_key=paper.order_number_key
    )
    page = clerk.get(page.request["PATH_INFO"], {"upload": Job.objects.get().pk})
    assert f"Preview order {paper.order_number} and the link" in text_of(page)
    operation = "/admin/sales/documentsegment/operations/import_orders/"
    preview = clerk.post(operation, {"selection": page.context["proposals"][0].selection})
    assert f"waited for order {paper.order_number}" in text_of(preview)
    clerk.post(
        operation, {"confirm": preview.context["confirm"], "selection": preview.context["selection"], "reason": "x"}
    )
    shipment.refresh_from_db()
    assert shipment.sales_order.order_number == paper.order_number


@pytest.mark.django_db(transaction=True)
def test_a_paper_with_another_number_than_the_shipment_says_so_and_does_not_link(clerk, demo):
    page = sent(clerk, log(demo.waiting, "upload-pdf"), PAPERS / "mono_erp_08.pdf")
    number = page.context["proposals"][0].paper.order_number
    assert (
        f"This paper is order {number}, the shipment names SO-77. Importing it does not link this shipment"
        in text_of(page)
    )
    assert "and the link" not in text_of(page)


def beside(client, shipment, *papers):
    """Return the page of an upload that was read, beside a shipment."""
    documents = [paper.document_id for paper in papers]
    job = Job.objects.create(kind="read_papers", state="done", total=1, arguments={"documents": documents})
    return client.get(log(shipment, "upload-pdf"), {"upload": job.pk})


def test_where_the_order_is_there_already_the_link_is_previewed(clerk, demo):
    SalesOrder.objects.create(order_number="SO-77", customer=demo.north, order_date="2026-01-01")
    paper = demo.paper(kind="sales_order", status=Status.DUPLICATE, order_number="SO-77")
    page = beside(clerk, demo.waiting, paper)
    assert "Preview the link to order SO-77" in text_of(page)
    preview = clerk.post(
        "/admin/distribution/distribution/operations/match_distributions/", {"selection": page.context["selection"]}
    )
    assert "waited for order SO-77" in text_of(preview)


def test_a_linked_shipment_and_an_unfinished_order_say_what_is_next(clerk, demo):
    linked = demo.paper(kind="sales_order", status=Status.READ, order_number="SO-1")
    assert "The shipment is linked to this order already." in text_of(beside(clerk, demo.shipment, linked))
    unread = demo.paper(
        kind="sales_order", status=Status.NEEDS_REVIEW, order_number="SO-77", problem="No lines were read."
    )
    assert "No lines were read. Finish it by hand" in text_of(beside(clerk, demo.waiting, unread))


def test_an_upload_of_another_kind_of_work_is_not_found(clerk, demo):
    job = Job.objects.create(kind="find_duplicates", state="done")
    for upload in (job.pk, "x", "9" * 30):
        assert clerk.get(log(demo.waiting, "upload-pdf"), {"upload": upload}).status_code == 404


# -- one paper and its shipment ------------------------------------------------------------------------


def page_of(paper):
    return f"/admin/distribution-log/papers/{paper.pk}"


def test_the_page_of_a_label_shows_the_shipment_that_fits(clerk, demo):
    shipment, paper = tracked(demo), label(demo, tracking_number=TRACKING, carrier="UPS")
    said = text_of(clerk.get(page_of(paper)))
    assert f"Tracking number {TRACKING} (UPS)" in said
    assert "The shipment that fits" in said
    answer = clerk.post(f"{page_of(paper)}/attach", {"shipment": shipment.pk})
    assert answer.url == f"/admin/distribution/distribution/{shipment.pk}/change/"


def test_the_page_of_a_slip_says_why_no_shipment_was_chosen_and_what_is_near(clerk, demo):
    said = text_of(clerk.get(page_of(slip(demo, [("A-1", 9)], order_number="SO-1"))))
    assert "Why no shipment was chosen" in said
    assert "does not fit: the paper counts 9 of A-1 and the shipment 1." in said
    assert "has the same order number Attach" in said


def test_another_shipment_is_found_by_tracking_or_order_number(clerk, demo):
    paper = label(demo, tracking_number="777")
    for searched in ("1z-1", "so 77"):
        assert len(clerk.get(page_of(paper), {"q": searched}).context["found"]) == 1
    assert "No shipment has the tracking number or order number 7." in text_of(clerk.get(page_of(paper), {"q": "7"}))


def test_a_refusal_is_said_on_the_page_of_the_paper(clerk, demo):
    paper = label(demo, tracking_number="777")
    attach(paper, demo.waiting, by=demo.ada)
    answer = clerk.post(f"{page_of(paper)}/attach", {"shipment": demo.waiting.pk}, follow=True)
    assert "Nothing was written. This paper lies with the shipment already." in text_of(answer)
    assert clerk.post(f"{page_of(paper)}/attach", {"shipment": "x"}).status_code == 404


def test_the_page_of_an_order_is_the_one_on_which_it_is_finished(clerk, demo):
    paper = demo.paper(kind="sales_order", status=Status.NEEDS_REVIEW)
    assert clerk.get(page_of(paper)).url == f"/admin/sales-orders/papers/{paper.pk}"


def test_a_slip_becomes_no_order_by_a_mere_save(clerk, demo):
    paper = slip(demo, order_number="SO-1")
    address = f"/admin/sales-orders/papers/{paper.pk}"
    page = clerk.get(address)
    assert not page.context["editable"]
    assert "Find its shipment" in text_of(page)
    clerk.post(address, {"order_number": "SO-1"})
    assert DocumentSegment.objects.get(pk=paper.pk).kind == "packing_slip"
    assert clerk.get(f"{address}?as_order").context["editable"]


def test_the_list_of_waiting_papers_says_which_shipment_fits_or_why_none(clerk, demo):
    tracked(demo)
    label(demo, tracking_number=TRACKING)
    slip(demo, order_number="SO-999")
    said = text_of(clerk.get(WAITING))
    assert (
        f"Fits the shipment of 2026-01-05, order SO-1 : its tracking number {TRACKING} is that of this shipment."
        in said
    )
    assert "No shipment in the log has its order number SO-999." in said
    assert "Find the shipments of slips and labels" in said


def test_the_list_costs_the_same_for_two_as_for_thirty_slips(clerk, demo, django_assert_max_num_queries):
    for _ in range(2):
        slip(demo, order_number="SO-1")
    with django_assert_max_num_queries(20) as few:
        clerk.get(WAITING)
    for _ in range(28):
        slip(demo, order_number="SO-1", tracking_number=TRACKING)
    with django_assert_max_num_queries(len(few)):
        clerk.get(WAITING)


# -- the shipment ------------------------------------------------------------------------------------


def test_the_page_of_a_shipment_shows_its_papers_cut_to_their_place(clerk, demo):
    content = {"pages": [{"number": 1, "width": 612, "height": 792, "has_images": False, "problem": ""}]}
    paper = slip(demo, [("A-1", 9)], order_number="SO-1")
    paper.reading.content = json.dumps(content)
    paper.reading.save()
    DocumentSegment.objects.filter(pk=paper.pk).update(box="[30, 400, 580, 760]")
    attach(paper, demo.shipment, by=demo.ada)
    page = clerk.get(f"/admin/distribution/distribution/{demo.shipment.pk}/change/")
    assert 'viewBox="24.0 394.0 562.0 372.0"' in page.content.decode()
    assert f"/admin/sales-orders/papers/{paper.pk}/page/1.png" in page.content.decode()
    assert "Says otherwise: the paper counts 9 of A-1 and the shipment 1." in text_of(page)
    assert "Upload label" in text_of(page)


def test_a_shipment_without_papers_says_so_and_offers_to_match_it_while_it_waits(clerk, demo):
    said = text_of(clerk.get(f"/admin/distribution/distribution/{demo.waiting.pk}/change/"))
    assert "No label and no packing slip lies here yet." in said
    assert "Upload PDF to Match" in said
    linked = text_of(clerk.get(f"/admin/distribution/distribution/{demo.shipment.pk}/change/"))
    assert "Upload PDF to Match" not in linked


def test_the_page_of_an_order_names_the_papers_of_its_shipments_once(clerk, demo):
    paper = label(demo, tracking_number="1Z-1")
    for shipment in (demo.shipment, tracked(demo)):
        attach(paper, shipment, by=demo.ada)
    own = demo.paper(kind="sales_order", status=Status.IMPORTED, order=demo.order)
    page = clerk.get(f"/admin/sales/salesorder/{demo.order.pk}/change/")
    assert page.context["papers"] == [own, paper]


# -- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "labels", "order"),
    [("viewer", 403, 403), ("sales", 403, 200), ("warehouse", 200, 403), ("quality", 200, 200)],
)
def test_the_warehouse_uploads_labels_and_sales_orders(demo, role, labels, order):
    roles.seed()
    user = User.objects.create_user(role, password="pw", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    paper = label(demo, tracking_number="777")
    addresses = (
        "/admin/distribution-log/upload-labels",
        log(demo.waiting, "upload-label"),
        log(demo.waiting, "upload-pdf"),
    )
    codes = [client.get(address).status_code for address in addresses]
    assert codes == [labels, labels, order]
    assert client.get(page_of(paper)).status_code == 200
    assert client.post(f"{page_of(paper)}/attach", {"shipment": demo.waiting.pk}).status_code == (
        302 if labels == 200 else 403
    )
    assert OperationRun.objects.filter(operation="attach paper").exists() == (labels == 200)
