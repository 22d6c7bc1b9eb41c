"""Pages on which papers find their shipments: upload of labels and slips, and the choice by hand."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from distribution.attached import picture_of
from distribution.models import Distribution, DistributionDocument
from distribution.models.papers import attach
from distribution.slips import KINDS, Comparison, Finding, Findings, Likely, found_by_hand
from eqms.models import Job
from eqms.operations import NothingWritten
from eqms.operations.confirm import signed_selection
from eqms.pages import admin_page, answer_page
from sales.forms import SetAsideForm, UploadForm
from sales.models import DocumentSegment, SalesOrder
from sales.uploads import kept_and_read_later, latest_uploads

Status = DocumentSegment.Status
SHOWN = 50  # papers of one upload beside their shipment


# -- upload ------------------------------------------------------------------------------------------


@admin_page("distribution.add_distributiondocument")
def upload_labels(request):
    """Keep labels and slips and read them in the background; the page of the upload leads to their shipments."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if job := kept_and_read_later(request, form):
        return redirect("upload", job.pk)
    title = "Upload labels and packing slips"
    return answer_page(request, "distribution/upload_labels.html", title, form=form, uploads=latest_uploads())


@admin_page("distribution.add_distributiondocument")
def upload_label(request, number: int):
    """Upload papers of one shipment and lay with it what a person says; each says first where it differs."""
    return upload_beside(request, number, "upload_label", "Upload label of the {}")


@admin_page("sales.add_documentsegment")
def upload_pdf(request, number: int):
    """Upload the order of a waiting shipment: where the numbers are equal, one preview proposes order and link."""
    return upload_beside(request, number, "upload_pdf", "Upload PDF to match the {}")


def upload_beside(request, number: int, page: str, title: str):
    """Take files for one shipment, show how far their reading is, and what each holds beside the shipment."""
    shipment = get_object_or_404(Distribution.objects.select_related("sales_order"), pk=number)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if job := kept_and_read_later(request, form):
        return redirect(f"{reverse(page, args=[shipment.pk])}?{urlencode({'upload': job.pk})}")
    context = {"shipment": shipment, "form": form, "page": page, "selection": signed_selection(Distribution, [number])}
    if upload := request.GET.get("upload", ""):
        job = get_object_or_404(Job, pk=upload if upload.isdecimal() else 0, kind="read_papers")
        context |= {"job": job, "proposals": proposals(job, shipment) if job.is_over else []}
    return answer_page(request, "distribution/upload_beside.html", title.format(shipment), **context)


class Proposal(NamedTuple):
    """A paper of an upload beside one shipment: what a person may do with it there.

    ``step`` is attached, no document, attach, import, link, linked, other order or finish.
    """

    paper: DocumentSegment
    step: str
    differences: list[str]
    selection: str


def proposals(job: Job, shipment: Distribution) -> list[Proposal]:
    """Return what the papers of an upload are beside ``shipment``. A fixed number of queries."""
    documents = job.arguments["documents"]
    rows = DocumentSegment.objects.filter(document__in=documents).select_related("document", "order")
    papers = list(rows.order_by("document__filename", "document_id", "position")[:SHOWN])
    compared = Comparison([paper for paper in papers if paper.kind in KINDS], [shipment])
    there = set(DistributionDocument.objects.filter(distribution=shipment).values_list("segment_id", flat=True))
    found = []
    for paper in papers:
        printed = compared.printed.get(paper.pk)
        differences = compared.differences(printed, shipment) if printed else []
        step = "attached" if paper.pk in there else next_step(paper, shipment)
        found.append(Proposal(paper, step, differences, signed_selection(DocumentSegment, [paper.pk])))
    return found


def next_step(paper: DocumentSegment, shipment: Distribution) -> str:
    """Return what may become of a paper beside a shipment. One query for an order that is there already."""
    if paper.no_document:
        return "no document"
    if paper.kind != DocumentSegment.Kind.SALES_ORDER:
        return "attach"
    if paper.order_number_key != shipment.order_number_key:
        return "other order"
    if shipment.sales_order_id:
        return "linked"
    if paper.status == Status.READ:
        return "import"
    is_there = SalesOrder.objects.filter(order_number_key=paper.order_number_key).exists()
    return "link" if is_there else "finish"


# -- one paper ---------------------------------------------------------------------------------------


@admin_page("sales.view_documentsegment")
def shipment_of_paper(request, number: int):
    """A packing slip, label or other paper, and the shipments that it may belong to, for a person to choose."""
    paper = get_object_or_404(DocumentSegment.objects.select_related("document", "reading"), pk=number)
    if paper.kind == DocumentSegment.Kind.SALES_ORDER:
        return redirect("paper", paper.pk)
    findings = Findings([paper])
    finding: Finding = findings[paper]
    searched = request.GET.get("q", "").strip()
    likely = list(finding.likely)
    if finding.shipment:
        likely = [Likely(finding.shipment, finding.because)]
    context = {
        "paper": paper,
        "printed": findings.printed[paper.pk],
        "picture": picture_of(paper),
        "finding": finding,
        "likely": likely,
        "searched": searched,
        "found": found_by_hand(searched) if searched else [],
        "attached": paper.distribution_documents.select_related("distribution"),
        "aside_form": SetAsideForm(),
    }
    title = f"{paper.get_kind_display()}: {paper.document.filename} {paper.pages}".strip()
    return answer_page(request, "distribution/shipment_of_paper.html", title, **context)


@require_POST
@admin_page("distribution.add_distributiondocument")
def attach_paper(request, number: int):
    """Lay a paper with the shipment that a person chose, and go back to the shipment."""
    paper = get_object_or_404(DocumentSegment.objects.select_related("document"), pk=number)
    chosen = request.POST.get("shipment", "")
    shipment = get_object_or_404(Distribution, pk=chosen if chosen.isdecimal() else 0)
    try:
        run = attach(paper, shipment, by=request.user).run
    except NothingWritten as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
        return redirect("shipment_of_paper", paper.pk)
    messages.success(request, f"{paper} lies with the {shipment} now ({run}). Undo that run to take it away again.")
    return redirect("admin:distribution_distribution_change", shipment.pk)
