"""The pages on which papers become orders, as a clerk meets them."""

import json
from pathlib import Path

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse

from eqms import jobs
from eqms.models import Job, Reading, SourceDocument, User
from eqms.operations import Approval
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders
from tests.eqms.test_pictures import every_place_taken

PAPERS = Path(__file__).parent.parent / "papers"
UPLOAD = "/admin/sales-orders/import-pdf-bulk"
WAITING = "/admin/sales-orders/unmatched-pdfs"
Status = DocumentSegment.Status


@pytest.fixture
def clerk(as_ada):
    return as_ada


def sent(client, *paths: Path):
    """Upload files and read them, as the worker would; return the page of the upload."""
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    answer = client.post(UPLOAD, {"papers": files}, follow=True)
    jobs.run_waiting()
    return client.get(answer.redirect_chain[-1][0]) if answer.redirect_chain else answer


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_read_in_the_background_and_reports_every_page(clerk):
    page = sent(clerk, PAPERS / "sage_classic_batch.pdf", PAPERS / "slip_half_batch.pdf", PAPERS / "hostile/empty.pdf")
    assert "pages processed, 0 orders created" in page.content.decode()
    assert page.context["counts"]["all"] == DocumentSegment.objects.exclude(document__filename="paper-0.pdf").count()
    assert page.context["ready"] == 8
    assert "This file is empty (0 bytes)" in page.content.decode()
    assert Job.objects.get(kind="read_papers").state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_again_finds_its_papers_settled(clerk):
    sent(clerk, PAPERS / "sage_classic_batch.pdf")
    import_orders.apply(Approval("test"))
    page = sent(clerk, PAPERS / "sage_classic_batch.pdf")
    assert page.context["ready"] == 0
    assert "8 orders created" in page.content.decode()


def test_an_upload_without_a_file_says_so(clerk):
    assert "Choose at least one file." in clerk.post(UPLOAD, {}).content.decode()


def test_more_than_a_thousand_files_are_refused_in_words(clerk):
    files = [SimpleUploadedFile(f"{number}.pdf", b"x") for number in range(1001)]
    assert "These are 1001 files. Send at most 1000 at once." in clerk.post(UPLOAD, {"papers": files}).content.decode()
    assert not SourceDocument.objects.filter(filename="0.pdf").exists()


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_as_json(clerk):
    clerk.post(UPLOAD, {"papers": [SimpleUploadedFile("a.pdf", b"%PDF-1.4 nothing")]})
    job = Job.objects.get(kind="read_papers")
    address = reverse("upload_progress", args=[job.pk])
    assert clerk.get(address).json()["is_over"] is False
    jobs.run_waiting()
    assert clerk.get(address).json()["is_over"] is True


def figures(**values):
    """What the form of a paper sends: the head of an order with one line of two A-1."""
    head = {"order_number": "SO-700", "order_date": "2026-05-01", "ship_to.name": "North Clinic"}
    head |= {"ship_to.lines": "1 Main St", "ship_to.city": "Springfield", "ship_to.state": "IL", "ship_to.zip": "62701"}
    line = {"line-TOTAL_FORMS": 1, "line-INITIAL_FORMS": 0, "line-0-sku": "A-1", "line-0-quantity": 2}
    return {**head, **line, **values}


def test_a_paper_that_could_not_be_read_is_finished_by_hand_and_imported(clerk, demo):
    row = demo.paper(status=Status.UNREADABLE, first_page=None, last_page=None, problem="needs a password")
    answer = clerk.post(reverse("paper", args=[row.pk]), figures(), follow=True)
    row.refresh_from_db()
    assert (row.status, row.corrected_by, row.order_number) == (Status.READ, demo.ada, "SO-700")
    assert "Preview this order" in answer.content.decode()
    import_orders.apply(Approval("test"))
    order = SalesOrder.objects.get(order_number="SO-700")
    assert (order.customer, order.lines.get().product) == (demo.north, demo.product)


def test_a_form_sent_again_from_an_older_page_loses_no_line(clerk, demo):
    row = demo.paper(status=Status.UNREADABLE, first_page=None, last_page=None)
    address = reverse("paper", args=[row.pk])
    two = {"line-TOTAL_FORMS": 2, "line-1-sku": "A-2", "line-1-quantity": 3}
    clerk.post(address, figures(**two))
    clerk.post(address, figures(**{**two, "line-0-quantity": 4}))
    row.refresh_from_db()
    assert [(line["sku_printed"], line["quantity"]) for line in row.printed.lines] == [("A-1", 4), ("A-2", 3)]


def test_a_paper_that_a_colleague_completed_meanwhile_is_not_overwritten_unseen(clerk, demo):
    row = demo.paper(status=Status.NEEDS_REVIEW)
    address = reverse("paper", args=[row.pk])
    for quantity in (2, 2, 3):  # saved, saved once more unchanged, and by someone who saw neither
        page = clerk.post(address, figures(seen="", **{"line-0-quantity": quantity}))
    row.refresh_from_db()
    assert "Meanwhile ada completed this paper." in page.content.decode()
    assert row.printed.lines[0]["quantity"] == 2
    seen = page.context["paper"].version
    assert clerk.post(address, figures(seen=seen, **{"line-0-quantity": 3})).status_code == 302


def test_a_file_too_large_for_memory_is_refused_by_name_and_the_others_are_kept(clerk, monkeypatch):
    monkeypatch.setattr("eqms.storage.sizes.LARGEST_FILE", 1024**2)
    files = [SimpleUploadedFile("large.pdf", b"x" * (2 * 1024**2)), SimpleUploadedFile("small.pdf", b"%PDF-1.4")]
    page = clerk.post(UPLOAD, {"papers": files}, follow=True)
    assert "Not kept: large.pdf has 2.0 MB, more than the 1 MB of one file. Split it" in page.content.decode()
    names = set(SourceDocument.objects.values_list("filename", flat=True))
    assert "small.pdf" in names and "large.pdf" not in names


@pytest.mark.parametrize("name", ["scan1.pdf", "a-2", "c-100"])
def test_a_message_that_begins_with_a_name_shows_it_as_it_is(name):
    said = Message(messages.WARNING, f"{name} is there already.")
    assert f'<li class="warning">{name} is there already.</li>' in render_to_string(
        "admin/base_site.html", {"messages": [said]}
    )


def test_an_error_in_the_form_loses_nothing_that_was_typed(clerk, demo):
    row = demo.paper(status=Status.NEEDS_REVIEW)
    answer = clerk.post(reverse("paper", args=[row.pk]), figures(order_date="soon", **{"line-0-sku": "TYPED-9"}))
    page = answer.content.decode()
    assert "Enter a valid date." in page and "TYPED-9" in page and "SO-700" in page
    row.refresh_from_db()
    assert row.corrections == "{}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"line-0-quantity": "-5"}, "greater than or equal to 1"),
        ({"line-0-quantity": "abc"}, "Enter a whole number."),
        ({"ship_to.name": ""}, "the customer is named after this block"),
        ({"line-TOTAL_FORMS": 0}, "at least 1 form"),
    ],
)
def test_the_form_names_what_is_wrong(clerk, demo, values, words):
    row = demo.paper(status=Status.NEEDS_REVIEW)
    answer = clerk.post(reverse("paper", args=[row.pk]), figures(**values))
    assert words in answer.content.decode()


def test_an_imported_paper_cannot_be_changed(clerk, demo):
    row = demo.paper(status=Status.IMPORTED, order=demo.order)
    clerk.post(reverse("paper", args=[row.pk]), figures())
    answer = clerk.post(reverse("set_paper_aside", args=[row.pk]), {"reason": "x"}, follow=True)
    assert "Undo that import first." in answer.content.decode()
    row.refresh_from_db()
    assert row.status == Status.IMPORTED


def test_a_paper_is_assigned_to_an_order_by_its_number(clerk, demo):
    row = demo.paper(status=Status.UNMATCHED, kind="packing_slip")
    clerk.post(reverse("assign_paper", args=[row.pk]), {"order_number": "so 1"})
    row.refresh_from_db()
    assert (row.status, row.order) == (Status.ATTACHED, demo.order)


def test_an_unknown_order_number_is_named(clerk, demo):
    row = demo.paper(status=Status.UNMATCHED)
    answer = clerk.post(reverse("assign_paper", args=[row.pk]), {"order_number": "X-99"}, follow=True)
    assert "No order has the number X-99." in answer.content.decode()


def test_setting_aside_needs_a_reason_and_keeps_it(clerk, demo):
    row = demo.paper(status=Status.UNMATCHED)
    address = reverse("set_paper_aside", args=[row.pk])
    assert "Say why this paper is set aside." in clerk.post(address, {}, follow=True).content.decode()
    clerk.post(address, {"reason": "a newsletter"})
    row.refresh_from_db()
    assert (row.status, row.problem) == (Status.SET_ASIDE, "a newsletter")


def test_waiting_papers_are_found_by_state_file_and_number(clerk, demo):
    demo.paper(status=Status.NEEDS_REVIEW, order_number="SO-88", problem="No order date was read.")
    demo.paper(status=Status.UNREADABLE, document=demo.document("scan.pdf"))
    for query, shown in (("", 2), ("?state=unreadable", 1), ("?q=scan", 1), ("?q=so%2088", 1), ("?q=nothing", 0)):
        assert len(clerk.get(WAITING + query).context["page"].object_list) == shown
    assert "No order date was read." in clerk.get(WAITING).content.decode()


def test_the_list_of_waiting_papers_costs_the_same_for_three_as_for_thirty(clerk, demo, django_assert_num_queries):
    for count in (3, 27):
        for _ in range(count):
            demo.paper(status=Status.UNMATCHED)
        clerk.get(WAITING)
        with django_assert_num_queries(5):
            clerk.get(WAITING)


@pytest.mark.django_db(transaction=True)
def test_each_figure_shows_its_place_on_the_picture_of_its_page(clerk):
    sent(clerk, PAPERS / "sage_classic_08.pdf")
    row = DocumentSegment.objects.get(kind="sales_order")
    page = clerk.get(reverse("paper", args=[row.pk])).content.decode()
    assert 'id="place-order_number"' in page and 'href="#place-order_number"' in page
    assert 'id="place-line-1-quantity"' in page
    picture = clerk.get(reverse("paper_picture", args=[row.pk, row.first_page]))
    assert picture.content.startswith(b"\x89PNG")
    again = clerk.get(
        reverse("paper_picture", args=[row.pk, row.first_page]), headers={"If-None-Match": picture["ETag"]}
    )
    assert again.status_code == 304
    assert clerk.get(reverse("paper_picture", args=[row.pk, 99])).status_code == 404
    own = clerk.get(reverse("paper_pages", args=[row.pk]))
    assert own.content.startswith(b"%PDF") and own["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db(transaction=True)
def test_a_picture_for_which_no_place_is_free_says_when_to_ask_again(clerk):
    sent(clerk, PAPERS / "sage_classic_08.pdf")
    row = DocumentSegment.objects.get(kind="sales_order")
    address = reverse("paper_picture", args=[row.pk, row.first_page])
    with every_place_taken():
        refused = clerk.get(address)
    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert "no-store" in refused["Cache-Control"]
    assert "This one comes in a moment." in refused.content.decode()
    drawn = clerk.get(address)
    assert (drawn.status_code, drawn["Cache-Control"]) == (200, "private, max-age=86400")


def test_people_without_the_permission_are_refused(client, demo):
    row = demo.paper(status=Status.UNMATCHED)
    client.force_login(User.objects.create_user("cy", is_staff=True))
    for address in (UPLOAD, WAITING, reverse("paper", args=[row.pk])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("assign_paper", args=[row.pk]), {"order_number": "SO-1"}).status_code == 403


def test_a_corrected_paper_keeps_what_was_read_beside_what_was_entered(clerk, demo):
    read = {"fields": {"order_number": {"value": "SO-7O0", "page": 1, "box": [1, 2, 3, 4], "printed": "SO-7O0"}}}
    row = demo.paper(status=Status.NEEDS_REVIEW, fields=json.dumps(read))
    clerk.post(reverse("paper", args=[row.pk]), figures())
    row.refresh_from_db()
    assert (row.read["fields"]["order_number"]["value"], row.printed.number) == ("SO-7O0", "SO-700")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_could_not_be_read_is_read_again_on_demand(clerk):
    sent(clerk, PAPERS / "qb_grid_08.pdf")
    reading = Reading.objects.get(document__filename="qb_grid_08.pdf")
    DocumentSegment.objects.filter(reading=reading).delete()
    Reading.objects.filter(pk=reading.pk).update(content="{}", problem="Reading this file took longer than 15 s.")
    unreadable = DocumentSegment.objects.create(
        document=reading.document, reading=reading, position=1, status=Status.UNREADABLE
    )
    clerk.post(reverse("read_paper_again", args=[unreadable.pk]))
    jobs.run_waiting()
    again = DocumentSegment.objects.get(document=reading.document)
    assert (again.status, again.reading.problem) == (Status.READ, "")
