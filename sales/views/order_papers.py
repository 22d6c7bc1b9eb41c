"""The page of an order on which its papers are uploaded: kept, read, and attached by a person."""

from typing import NamedTuple

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from eqms.models import Job
from eqms.pages import admin_page, answer_page
from sales.forms import UploadForm
from sales.models import DocumentSegment, SalesOrder
from sales.uploads import kept_and_read_later

Status = DocumentSegment.Status
SHOWN = 50  # papers of one upload beside their order


class Proposal(NamedTuple):
    """A paper of an upload beside one order, and what a person may do with it there.

    ``step`` is attached, elsewhere, no document, held, attach, no number or other number.
    """

    paper: DocumentSegment
    step: str


@admin_page("sales.add_documentsegment")
def upload_pdf_of_order(request, number: int):
    """Upload papers of an order that is there; each is attached as it is, and no figure of the order changes."""
    order = get_object_or_404(SalesOrder.objects.select_related("customer"), pk=number)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if job := kept_and_read_later(request, form):
        page = reverse("upload_pdf_of_order", args=[order.pk])
        return redirect(f"{page}?{urlencode({'upload': job.pk})}")
    context = {"order": order, "form": form}
    if upload := request.GET.get("upload", ""):
        job = get_object_or_404(Job, pk=upload if upload.isdecimal() else 0, kind="read_papers")
        context |= {"job": job, "proposals": proposals(job, order) if job.is_over else []}
    return answer_page(request, "sales/upload_of_order.html", f"Upload PDF of order {order}", **context)


def proposals(job: Job, order: SalesOrder) -> list[Proposal]:
    """Return what the papers of an upload are beside ``order``. One query."""
    rows = DocumentSegment.objects.filter(document__in=job.arguments["documents"]).select_related("document", "order")
    papers = rows.order_by("document__filename", "document_id", "position")[:SHOWN]
    return [Proposal(paper, next_step(paper, order)) for paper in papers]


def next_step(paper: DocumentSegment, order: SalesOrder) -> str:
    """Return what may become of a paper beside an order."""
    if paper.order_id == order.pk and paper.status in (Status.IMPORTED, Status.ATTACHED):
        return "attached"
    if paper.status == Status.IMPORTED:
        return "elsewhere"
    if paper.no_document:
        return "no document"
    if paper.order_id not in (None, order.pk):
        return "held"
    if not paper.order_number_key:
        return "no number"
    return "attach" if paper.order_number_key == order.order_number_key else "other number"
