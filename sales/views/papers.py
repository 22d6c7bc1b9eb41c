"""Pages on which papers become orders: upload, progress, result, and the form beside the picture."""

import json

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from eqms.jobs import enqueue
from eqms.models import Job, SourceDocument
from eqms.operations import NothingWritten
from eqms.operations.confirm import signed_selection
from eqms.pages import admin_page, answer_page
from eqms.pdf import UnreadableDocument
from eqms.pdf.split import pages_of
from eqms.pictures import RETRY_SECONDS, Busy, page_picture
from eqms.storage import StorageTrouble, read_bytes
from eqms.storage.views import attachment
from sales.forms import AssignForm, ChooseCustomerForm, PaperForms, SetAsideForm, UploadForm
from sales.models import DocumentSegment, SalesOrder
from sales.paper_customers import CustomersOfPaper
from sales.papers import OF_SHIPMENTS, ReadingTally
from sales.uploads import kept_and_read_later, latest_uploads

PICTURE_SCALE = 1.5  # pixels a point


# -- upload ------------------------------------------------------------------------------------------


@admin_page("sales.add_documentsegment")
def upload_papers(request):
    """Keep the files and read them in the background; the page of the upload shows how far that is."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if job := kept_and_read_later(request, form):
        return redirect("upload", job.pk)
    title = "Import sales orders from PDF"
    return answer_page(request, "sales/upload_papers.html", title, form=form, uploads=latest_uploads())


@admin_page("sales.view_documentsegment")
def upload(request, number: int):
    """How far an upload is, and when it is read: what every file holds."""
    job = get_object_or_404(Job, pk=number, kind="read_papers")
    documents = SourceDocument.objects.filter(pk__in=job.arguments["documents"]).order_by("filename", "pk")
    papers = DocumentSegment.objects.filter(document__in=documents.values("pk")).order_by("document__filename", "pk")
    ready = list(papers.filter(status=DocumentSegment.Status.READ).values_list("pk", flat=True))
    of_shipments = papers.filter(status=DocumentSegment.Status.UNMATCHED, kind__in=OF_SHIPMENTS)
    of_shipments = list(of_shipments.values_list("pk", flat=True))
    context = {
        "job": job,
        "tally": ReadingTally(**job.result) if job.result else None,
        "papers": papers.select_related("document", "order")[:500],
        "counts": papers.aggregate(
            all=Count("pk"),
            imported=Count("pk", Q(status=DocumentSegment.Status.IMPORTED)),
            duplicate=Count("pk", Q(status=DocumentSegment.Status.DUPLICATE)),
            attached=Count("pk", Q(status=DocumentSegment.Status.ATTACHED)),
            waiting=Count("pk", Q(status__in=DocumentSegment.WAITING)),
        ),
        "ready": len(ready),
        "spooled": documents.filter(stored_at=None).count(),
        "selection": signed_selection(DocumentSegment, ready),
        "of_shipments": len(of_shipments),
        "selection_of_shipments": signed_selection(DocumentSegment, of_shipments),
        "preview_url": reverse("admin:sales_documentsegment_operation", args=["import_orders"]),
    }
    return answer_page(request, "sales/upload.html", f"Upload of {job.subject}", **context)


@require_GET
@admin_page("sales.view_documentsegment")
def upload_progress(request, number: int):
    """Answer with how far an upload is, for the script that moves the bar."""
    job = get_object_or_404(Job, pk=number, kind="read_papers")
    names = ("done", "total", "errors", "message", "seconds_left", "is_over")
    return JsonResponse({**{name: getattr(job, name) for name in names}, "rate": round(job.rate, 1)})


# -- one paper ---------------------------------------------------------------------------------------


@admin_page("sales.view_documentsegment")
def paper(request, number: int):
    """The picture of a paper, the place of each figure on it, and the form to finish it by hand."""
    row = get_object_or_404(DocumentSegment.objects.select_related("document", "order", "reading"), pk=number)
    is_order = row.kind not in OF_SHIPMENTS or "as_order" in request.GET  # nobody makes an order of a slip by mistake
    settled = row.status in (row.Status.IMPORTED, row.Status.DUPLICATE)
    decidable = not settled and request.user.has_perm("sales.change_documentsegment")
    editable = is_order and decidable
    sent = request.POST if request.method == "POST" and editable else None
    forms = PaperForms(row, json.loads(row.corrections), sent)
    if sent is not None and forms.are_valid():
        if answer := corrected(request, row, forms.corrections):
            return answer
        row.refresh_from_db(fields=["corrected_at"])
    places = row.places.head
    context = {
        "paper": row,
        "pages": row.pictures,
        "groups": forms.groups(places),
        "lines": forms.lines,
        "head_errors": forms.head.errors,
        "editable": editable,
        "is_order": is_order,
        "decidable": decidable,
        "settled": settled,
        "is_nav_sidebar_enabled": False,  # the picture needs the room
        "selection": signed_selection(DocumentSegment, [row.pk]),
        "next_paper": DocumentSegment.objects.waiting_for_a_person().filter(pk__gt=row.pk).order_by("pk").first(),
        "customers": CustomersOfPaper(row) if editable else None,
        "order_form": AssignForm(),
        "aside_form": SetAsideForm(),
    }
    return answer_page(request, "sales/paper.html", f"{row.document.filename} {row.pages}".strip(), **context)


def corrected(request, row: DocumentSegment, corrections: dict):
    """Keep what was entered and go on to the preview of the order; None where it was refused."""
    try:
        row.correct(corrections, by=request.user, seen=request.POST.get("seen"))
    except NothingWritten as refusal:
        messages.error(request, str(refusal))
        return None
    row.refresh_from_db()
    if row.status != row.Status.READ:
        messages.warning(request, f"Saved, but not complete yet: {row.problem}")
        return redirect("paper", row.pk)
    messages.success(request, "Saved. Preview the order below, then write it.")
    return redirect("paper", row.pk)


@require_GET
@admin_page("sales.view_documentsegment", cacheable=True)
def paper_picture(request, number: int, page: int):
    """One page as PNG, kept by the browser, since bytes never change; 503 where too many are being drawn."""
    row = get_object_or_404(DocumentSegment.objects.select_related("document"), pk=number)
    tag = f'"{row.document.sha256}-{page}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    try:
        drawn = page_picture(row.document, page, PICTURE_SCALE)
    except Busy as busy:
        return no_picture(busy, 503, **{"Retry-After": RETRY_SECONDS})
    except (UnreadableDocument, StorageTrouble) as problem:
        return no_picture(problem, 404)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=86400"}
    return HttpResponse(drawn, content_type="image/png", headers=headers)


def no_picture(why: Exception, status: int, **headers) -> HttpResponse:
    """Answer in words in place of a picture; the page shows them beside it."""
    headers = {"Cache-Control": "no-store", **headers}
    return HttpResponse(str(why), status=status, content_type="text/plain; charset=utf-8", headers=headers)


@require_GET
@admin_page("sales.view_documentsegment")
def paper_pages(request, number: int):
    """The pages of one paper as a PDF of its own; the whole file is a download of its document."""
    row = get_object_or_404(DocumentSegment.objects.select_related("document"), pk=number, first_page__isnull=False)
    try:
        data = pages_of(read_bytes(row.document), row.first_page, row.last_page)
    except (UnreadableDocument, StorageTrouble) as problem:
        return HttpResponse(str(problem), status=404, content_type="text/plain; charset=utf-8")
    return attachment(data, "application/pdf", f"paper-{row.pk}.pdf")


@require_POST
@admin_page("sales.add_documentsegment")
def read_paper_again(request, number: int):
    """Read a file anew that could not be read: the machine may have been too busy."""
    row = get_object_or_404(DocumentSegment.objects.select_related("document"), pk=number)
    documents = [row.document_id]
    job = enqueue(
        "read_papers", by=request.user, subject=row.document.filename, total=1, documents=documents, again=True
    )
    return redirect("upload", job.pk)


@require_POST
@admin_page("sales.change_documentsegment")
def assign_paper(request, number: int):
    """Attach a paper to the order whose number was entered; a button beside that order leads back to it."""
    form = AssignForm(request.POST)
    beside = form.cleaned_data["order_number"] if form.is_valid() and "beside" in request.POST else None

    def attach(row: DocumentSegment):
        order, sure = form.cleaned_data["order_number"], form.cleaned_data["sure"]
        return row.assign(order, by=request.user, sure=sure)

    return decided(request, number, form, attach, beside)


@require_POST
@admin_page("sales.change_documentsegment")
def choose_customer(request, number: int):
    """Keep whose order a paper is, as a person says, and go back to it."""
    row = get_object_or_404(DocumentSegment, pk=number)
    form = ChooseCustomerForm(request.POST)
    try:
        if form.is_valid():
            row.choose_customer(form.cleaned_data["customer"], by=request.user)
        else:
            messages.error(request, "Nothing was written. This customer is no longer there, or archived.")
    except NothingWritten as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
    return redirect("paper", row.pk)


@require_POST
@admin_page("sales.change_documentsegment")
def set_paper_aside(request, number: int):
    """Set a paper aside for the reason that was entered."""
    form = SetAsideForm(request.POST)
    return decided(
        request, number, form, lambda row: row.set_aside(by=request.user, reason=form.cleaned_data["reason"])
    )


def decided(request, number: int, form, decide, order: SalesOrder | None = None):
    """Carry out what a person decided about a paper, say how it went, and go back to where they came from.

    That is the page of ``order``, or (None) the list of waiting papers; where it was refused, the paper's own page.
    """
    row = get_object_or_404(DocumentSegment, pk=number)
    back = reverse("paper", args=[row.pk])
    if not form.is_valid():
        messages.error(request, " ".join(text for errors in form.errors.values() for text in errors))
        return redirect(back)
    try:
        run = decide(row).run
    except NothingWritten as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
        return redirect(back)
    row.refresh_from_db()
    messages.success(request, f"Paper {row.pk} is now {row.get_status_display()}{f' ({run})' if run else ''}.")
    if order is not None:
        return redirect("admin:sales_salesorder_change", order.pk)
    return redirect(f"{reverse('unmatched_papers')}?{urlencode({'done': row.pk})}")
