"""The page of an order on which its papers are uploaded and attached, as a clerk meets it."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from eqms import jobs, roles
from eqms.models import Job, OperationRun, SourceDocument, User
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from tests.cast import digest

PAPERS = Path(__file__).parent.parent / "papers"
Status = DocumentSegment.Status
FIGURES = (SalesOrder, SalesOrderLine, Customer)


@pytest.fixture
def clerk(as_ada):
    return as_ada


def text_of(answer):
    """Return what people read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def beside(client, order, *papers):
    """Return the page of an upload that was read, beside an order."""
    documents = [paper.document_id for paper in papers]
    job = Job.objects.create(kind="read_papers", state="done", total=1, arguments={"documents": documents})
    return client.get(reverse("upload_pdf_of_order", args=[order.pk]), {"upload": job.pk})


def attach(client, paper, order, **values):
    told = {"order_number": order.order_number, "beside": "1", **values}
    return client.post(reverse("assign_paper", args=[paper.pk]), told, follow=True)


@pytest.mark.django_db(transaction=True)
def test_a_pdf_uploaded_on_an_order_becomes_its_document_and_changes_no_figure(clerk, demo):
    order = demo.ordered("SO-121687", demo.north)
    before = digest(*FIGURES)
    file = SimpleUploadedFile("order.pdf", (PAPERS / "mono_erp_08.pdf").read_bytes())
    answer = clerk.post(f"/admin/sales-orders/{order.pk}/upload-pdf", {"papers": file}, follow=True)
    jobs.run_waiting()
    paper = DocumentSegment.objects.get()
    page = clerk.get(answer.redirect_chain[-1][0])
    assert "Its order number is that of this order. Attach to order SO-121687" in text_of(page)
    answer = attach(clerk, paper, order)
    assert answer.redirect_chain[-1][0] == f"/admin/sales/salesorder/{order.pk}/change/"
    assert "order.pdf , page 1: sales order, attached" in text_of(answer)
    paper.refresh_from_db()
    assert (paper.status, paper.order, SourceDocument.objects.get().filename) == ("attached", order, "order.pdf")
    assert digest(*FIGURES) == before


def test_a_paper_with_another_number_says_so_and_is_attached_only_by_one_who_is_sure(clerk, demo):
    paper = demo.paper(kind="sales_order", status=Status.READ, order_number="1285")
    order = demo.ordered("285", demo.north)
    page = text_of(beside(clerk, order, paper))
    assert "This paper shows order number 1285, not 285. It may be an order of its own" in page
    assert "Attach to order 285 although it shows 1285" in page
    answer = attach(clerk, paper, order)
    assert "Nothing was written. The paper shows order number 1285, not 285." in text_of(answer)
    paper.refresh_from_db()
    assert (paper.status, paper.order) == (Status.READ, None)
    attach(clerk, paper, order, sure=paper.standing)
    paper.refresh_from_db()
    assert (paper.status, paper.order) == (Status.ATTACHED, order)


def test_the_page_of_a_paper_asks_the_same_before_it_takes_another_number(clerk, demo):
    paper = demo.paper(kind="sales_order", status=Status.NEEDS_REVIEW, order_number="X-9")
    assert "I am sure, even where it is not X-9" in text_of(clerk.get(reverse("paper", args=[paper.pk])))
    answer = clerk.post(reverse("assign_paper", args=[paper.pk]), {"order_number": "SO-1"}, follow=True)
    assert "Say that you are sure" in text_of(answer)
    clerk.post(reverse("assign_paper", args=[paper.pk]), {"order_number": "SO-1", "sure": paper.standing})
    paper.refresh_from_db()
    assert paper.order == demo.order


def test_a_paper_without_a_number_says_what_was_not_read(clerk, demo):
    paper = demo.paper(status=Status.UNREADABLE, problem="This is a picture.")
    page = text_of(beside(clerk, demo.order, paper))
    assert "No order number was read on it. This is a picture. Attach it only if you are sure." in page


def test_a_paper_that_became_another_order_stays_there(clerk, demo):
    paper = demo.paper(kind="sales_order", status=Status.IMPORTED, order=demo.order, order_number="SO-1")
    assert "It lies with this order." in text_of(beside(clerk, demo.order, paper))
    assert "It became order SO-1" in text_of(beside(clerk, demo.order_of_inc, paper))
    answer = attach(clerk, paper, demo.order_of_inc, sure=paper.standing)
    assert "Undo that import first." in text_of(answer)


def test_a_paper_of_another_order_is_taken_from_it_only_by_one_who_is_sure(clerk, demo):
    paper = demo.paper(status=Status.ATTACHED, order=demo.order)
    page = text_of(beside(clerk, demo.order_of_inc, paper))
    assert f"This paper lies with order {demo.order} and shows order number (none read)." in page
    assert "I am sure: take it from order SO-1" in page
    assert (
        f'name="sure" value="{paper.standing}" required> I am sure'
        in beside(clerk, demo.order_of_inc, paper).content.decode()
    )
    assert "it is taken from order SO-1" in text_of(clerk.get(reverse("paper", args=[paper.pk])))
    answer = attach(clerk, paper, demo.order_of_inc)
    assert f"Nothing was written. The paper lies with order {demo.order}. Say that you are sure" in text_of(answer)
    paper.refresh_from_db()
    assert paper.order == demo.order
    attach(clerk, paper, demo.order_of_inc, sure=paper.standing)
    paper.refresh_from_db()
    assert paper.order == demo.order_of_inc


def moved(paper, demo):
    paper.assign(demo.order, by=demo.ada, sure=paper.standing)


def aside(paper, demo):
    paper.set_aside(by=demo.ada, reason="forged")


def corrected(paper, demo):
    paper.correct({"order_number": ""}, by=demo.ada)


@pytest.mark.parametrize("meanwhile", [moved, aside, corrected])
def test_who_was_sure_of_something_else_is_asked_again(clerk, demo, meanwhile):
    paper = demo.paper(kind="sales_order", status=Status.READ, order_number="1285")
    seen = paper.standing
    meanwhile(paper, demo)
    paper.refresh_from_db()
    before = (paper.status, paper.order, paper.problem)
    answer = attach(clerk, paper, demo.order_of_inc, sure=seen)
    assert "Nothing was written. Somebody changed this paper since you looked at it." in text_of(answer)
    paper.refresh_from_db()
    assert (paper.status, paper.order, paper.problem) == before


def test_a_button_that_is_pressed_twice_attaches_once_and_complains_of_nothing(clerk, demo):
    paper = demo.paper(kind="sales_order", status=Status.READ, order_number="1285")
    seen = paper.standing
    for _ in range(2):
        assert "Nothing was written" not in text_of(attach(clerk, paper, demo.order, sure=seen))
    paper.refresh_from_db()
    assert (paper.status, paper.order) == (Status.ATTACHED, demo.order)
    assert OperationRun.objects.filter(operation="assign paper").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("data", "what"),
    [(b"", "an empty file"), (b"MZ\x90\x00\x03", "a file of an unknown kind"), (b"Dear Ada", "plain text")],
    ids=["empty", "program", "text"],
)
def test_what_is_no_document_is_attached_to_nothing(clerk, demo, data, what):
    why = f"This is {what}, no document: it cannot be attached."
    pages = [reverse("upload_pdf_of_order", args=[demo.order.pk])]
    pages += [f"/admin/distribution-log/{demo.shipment.pk}/upload-label"]
    for page in pages:
        answer = clerk.post(page, {"papers": SimpleUploadedFile("order.pdf", data)}, follow=True)
        jobs.run_waiting()
        said = text_of(clerk.get(answer.redirect_chain[-1][0]))
        assert why in said and "Attach to" not in said and "as it is" not in said
    paper = DocumentSegment.objects.get()
    assert why in text_of(attach(clerk, paper, demo.order, sure=paper.standing))
    attached = f"/admin/distribution-log/papers/{paper.pk}/attach"
    assert f"Nothing was written. {why}" in text_of(clerk.post(attached, {"shipment": demo.shipment.pk}, follow=True))
    for page in ("paper", "shipment_of_paper"):
        said = text_of(clerk.get(reverse(page, args=[paper.pk])))
        assert why in said and "Attach" not in said


def test_an_upload_of_another_kind_of_work_is_not_found(clerk, demo):
    job = Job.objects.create(kind="find_duplicates", state="done")
    for upload in (job.pk, "x", "9" * 30):
        address = reverse("upload_pdf_of_order", args=[demo.order.pk])
        assert clerk.get(address, {"upload": upload}).status_code == 404
    assert clerk.get("/admin/sales-orders/999999/upload-pdf").status_code == 404


def test_an_upload_without_a_file_says_so(clerk, demo):
    answer = clerk.post(reverse("upload_pdf_of_order", args=[demo.order.pk]), {})
    assert "Choose at least one file." in text_of(answer)


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("warehouse", 403), ("sales", 200)])
def test_only_who_may_upload_papers_sees_the_page_and_its_link(demo, role, status):
    roles.seed()
    person = User.objects.create_user("pat", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    address = reverse("upload_pdf_of_order", args=[demo.order.pk])
    assert client.get(address).status_code == status
    page = client.get(f"/admin/sales/salesorder/{demo.order.pk}/change/")
    assert (address in page.content.decode()) == (status == 200)
