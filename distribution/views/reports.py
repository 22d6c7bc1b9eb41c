"""Tracing reports in the admin: looked at before they are made, handed out, approved, made final, discarded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from distribution import reports
from distribution.forms.reports import LARGEST_MAIL, ApproveForm, DiscardForm, MailForm, NoteForm, ReportForm
from distribution.models import TracingReport
from distribution.reports.mail import NoMail, read_mail
from eqms.operations import NothingWritten
from eqms.pages import admin_page, answer_page
from eqms.signatures import confirmed
from eqms.storage import StorageTrouble, TooLarge
from eqms.storage.sizes import content_of, refuse_large
from eqms.storage.views import attachment

VIEW, ADD = "distribution.view_tracingreport", "distribution.add_tracingreport"
APPROVE, DECIDE = "distribution.add_reportapproval", "distribution.add_reportdecision"
PREVIEWED = 10  # rows before the report is made


@admin_page(ADD)
def new_report(request: HttpRequest) -> HttpResponse:
    """Ask for month and filters, show what the log answers, and keep it as a draft."""
    said = (request.POST or request.GET).copy()
    if said:
        said.setdefault("month", last_month())  # a link from a trace names the lot
    form = ReportForm(said or None, initial={"month": last_month()})
    note = NoteForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "note": note}
    if form.is_bound and form.is_valid():
        if request.method == "POST" and note.is_valid() and (report := made(request, form, note)):
            return redirect("admin:distribution_tracingreport_change", report.pk)
        asked = form.asked
        context |= {"asked": asked, "counts": asked.counts(), "lines": asked.first_lines(PREVIEWED)}
        context["is_over"] = asked.last_day < timezone.localdate()
        context |= {"void": asked.void_count(), "left_out": asked.left_out_count()}
    return answer_page(request, "distribution/new_report.html", "New tracing report", **context)


def last_month() -> str:
    """Return the month that is over, as the form writes it."""
    day = timezone.localdate().replace(day=1) - timedelta(days=1)
    return f"{day:%Y-%m}"


def made(request: HttpRequest, form: ReportForm, note: NoteForm) -> TracingReport | None:
    """Return the report that was made, or that says the same already; None where it was refused, with the reason."""
    newest = TracingReport.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        report = reports.make_report(form.asked, by=request.user, note=note.cleaned_data["note"])
    except (NothingWritten, StorageTrouble) as trouble:
        form.add_error(None, f"Nothing was made. {trouble}")
        return None
    if report.pk > newest:
        messages.success(request, f"{str(report).capitalize()} is made, as a draft: {report.row_count:,} rows.")
    else:
        messages.info(request, f"{str(report).capitalize()} says exactly this already. No second one was made.")
    return report


@require_GET
@admin_page(VIEW)
def report_file(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out the file of a report, proved by its hash; 503 with the cause where it is away or damaged."""
    report = get_object_or_404(TracingReport.objects.with_all(), pk=number)
    try:
        data = reports.proved(report)
    except StorageTrouble as cause:
        context = {"title": "This file cannot be had now", "document": report.document, "cause": cause}
        return render(request, "admin/storage_trouble.html", context, status=503)
    return attachment(data, "text/csv; charset=utf-8", f"tracing-report-{report.pk}-{report.month:%Y-%m}.csv")


@require_POST
@admin_page(APPROVE)
def approve_report(request: HttpRequest, number: int) -> HttpResponse:
    """Approve a draft with the password."""
    form = ApproveForm(request.POST)

    def act(report: TracingReport) -> str:
        by = confirmed(request, form.cleaned_data["password"])
        reports.approve(report, by=by, note=form.cleaned_data["reason"])
        return f"You approved and signed {report}."

    return taken(request, number, form, act)


@require_POST
@admin_page(APPROVE)
def approve_report_by_mail(request: HttpRequest, number: int) -> HttpResponse:
    """Keep an e-mail that approves a draft. A file that is none is not kept."""
    form = MailForm(request.POST, request.FILES)

    def act(report: TracingReport) -> str:
        file: UploadedFile = form.cleaned_data["file"]
        name = file.name or "approval.eml"
        refuse_large(name, file.size or 0, LARGEST_MAIL)
        data = content_of(file, name)
        note = form.cleaned_data["note"]
        approval = reports.approve_by_mail(report, read_mail(data), name, by=request.user, note=note)
        return f"The e-mail of {approval.approver} is kept as an approval of {report}. Read it before you rely on it."

    return taken(request, number, form, act)


@require_POST
@admin_page(DECIDE)
def finalise_report(request: HttpRequest, number: int) -> HttpResponse:
    """Make a draft final where an approval of it holds."""

    def act(report: TracingReport) -> str:
        if problem := reports.finalise(report, by=request.user):
            messages.warning(request, f"The head of the record was not kept in storage: {problem}")
        return f"{str(report).capitalize()} is final. Nothing about it changes any more."

    return taken(request, number, None, act)


@require_POST
@admin_page(ADD)
def discard_report(request: HttpRequest, number: int) -> HttpResponse:
    """Discard a draft, with the reason."""
    form = DiscardForm(request.POST)

    def act(report: TracingReport) -> str:
        reports.discard(report, by=request.user, reason=form.cleaned_data["reason"])
        return f"{str(report).capitalize()} is discarded. It stays here, struck through."

    return taken(request, number, form, act)


def taken(request: HttpRequest, number: int, form, act: Callable[[TracingReport], str]) -> HttpResponse:
    """Take a step with a report where ``form`` (None: nothing to say) is right, say what came of it, and go back."""
    report = get_object_or_404(TracingReport.objects.with_all(), pk=number)
    if form is not None and not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"Nothing was written. {form.fields[name].label or name}: {' '.join(errors)}")
        return redirect("admin:distribution_tracingreport_change", number)
    try:
        messages.success(request, act(report))
    except (NothingWritten, NoMail, TooLarge) as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
    except StorageTrouble as trouble:
        messages.error(request, f"Nothing was written: the file of the report or the e-mail is not safe. {trouble}")
    return redirect("admin:distribution_tracingreport_change", number)
