"""Recalls in the admin: opened from a lot, notices told and answered, letters, the packet, closed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from distribution import recalling
from distribution.forms.recalls import AnswerForm, CloseRecallForm, OpenRecallForm, TellForm
from distribution.models import Recall, RecallNotice
from distribution.recall_mail import AT_ONCE, send
from distribution.recall_packet import everything_of, keep_packet, left_out_of, lines_csv, notices_csv
from distribution.tracing.left_out import of_lots
from eqms.operations import NothingWritten
from eqms.pages import admin_page, answer_page
from eqms.signatures import confirmed
from eqms.storage import StorageTrouble
from inventory.models import Lot

VIEW, ADD, CHANGE = (f"distribution.{verb}_recall" for verb in ("view", "add", "change"))
MOST_LOTS = 50


@admin_page(ADD)
def open_recall(request: HttpRequest) -> HttpResponse:
    """Show who got units of the lots that the address names, and open the recall once it is signed."""
    keys = keys_among(request.GET.getlist("lot"))[:MOST_LOTS]
    lots = list(Lot.objects.filter(pk__among=keys).select_related("product").order_by("product__sku", "number"))
    form = OpenRecallForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            by = confirmed(request, said.pop("password"))
            recall = recalling.open_recall(lots, by=by, **said)
        except NothingWritten as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{str(recall).capitalize()} is open: {recall.notices.count()} notices drafted.")
            return redirect("admin:distribution_recall_change", recall.pk)
    traces = recalling.traces_of(lots)
    context = {"lots": lots, "traces": traces, "form": form, "consignees": recalling.consignees_of(traces)}
    context |= {"units": sum(trace.units for trace in traces), "left_out": left_out_of(traces)}
    return answer_page(request, "distribution/open_recall.html", "Open a recall", **context)


@require_POST
@admin_page(CHANGE)
def refresh_recall(request: HttpRequest, number: int) -> HttpResponse:
    """Draft notices for consignees that appeared since."""
    recall = get_object_or_404(Recall, pk=number)
    return acted(
        request, recall, lambda: recalling.refresh(recall, by=request.user), "notices added or brought up to date"
    )


@require_POST
@admin_page(CHANGE)
def tell_consignees(request: HttpRequest, number: int) -> HttpResponse:
    """Record that the chosen consignees were told, or mail them."""
    recall = get_object_or_404(Recall, pk=number)
    keys = keys_among(request.POST.getlist("notice"))
    notices = recall.notices.to_tell().filter(pk__among=keys)
    if "mail" in request.POST:
        return mailed(request, recall, notices)
    form = TellForm(request.POST)
    if not keys or not form.is_valid():
        messages.error(request, "Choose at least one consignee, and how they were told.")
        return redirect("admin:distribution_recall_change", number)
    said = form.cleaned_data
    return acted(
        request, recall, lambda: recalling.tell(notices, by=request.user, **said), "consignees recorded as told"
    )


def mailed(request: HttpRequest, recall: Recall, notices) -> HttpResponse:
    """Mail the first of ``notices`` that have an address, and say what came of it."""
    with_address = list(notices.exclude(email="")[:AT_ONCE])
    traces, consignees = recalling.lines_now(recall)
    try:
        sent = send(recall, with_address, traces, consignees, by=request.user)
    except NothingWritten as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:distribution_recall_change", recall.pk)
    level = messages.success if sent.count else messages.warning
    level(request, f"{sent.count} mails sent and recorded; at most {AT_ONCE} go at once.")
    for problem in sent.problems:
        messages.error(request, f"Not sent: {problem}")
    return redirect("admin:distribution_recall_change", recall.pk)


@admin_page(VIEW)
def recall_notice(request: HttpRequest, number: int) -> HttpResponse:
    """One consignee: the letter to print, who told them, what they answered."""
    notice = get_object_or_404(RecallNotice.objects.select_related("recall", "told_by"), pk=number)
    may = notice.recall.is_open and request.user.has_perm(CHANGE)
    tell, answer = TellForm(), AnswerForm(initial=answered(notice))
    if request.method == "POST" and may:
        form = AnswerForm(request.POST) if "answer" in request.POST else TellForm(request.POST)
        tell, answer = (tell, form) if isinstance(form, AnswerForm) else (form, answer)
        if form.is_valid() and taken(request, notice, form):
            return redirect("recall_notice", number)
    traces, consignees = recalling.lines_now(notice.recall)
    consignee = consignees.get(notice.consignee_key)
    context = {"notice": notice, "recall": notice.recall, "traces": traces, "tell": tell, "answer": answer, "may": may}
    context["lines"] = consignee.lines if consignee else []
    title = f"{str(notice.recall).capitalize()}: {notice}"
    return answer_page(request, "distribution/recall_notice.html", title, **context)


def answered(notice: RecallNotice) -> dict:
    """Return what was answered so far, as the form shows it."""
    names = ("units_destroyed", "units_used", "units_returning")
    return {
        **{name: getattr(notice, name) for name in names},
        "name": notice.answered_name,
        "note": notice.answer_note,
    }


def taken(request: HttpRequest, notice: RecallNotice, form) -> bool:
    """Write down what the form says; False where it was refused, with the reason in the form."""
    try:
        if isinstance(form, AnswerForm):
            recalling.answer(notice, by=request.user, **form.cleaned_data)
        else:
            recalling.tell([notice], by=request.user, **form.cleaned_data)
    except NothingWritten as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Written down.")
    return True


@require_GET
@admin_page(VIEW)
def recall_letters(request: HttpRequest, number: int) -> HttpResponse:
    """Every letter that was not sent yet, a page each, to print."""
    recall = get_object_or_404(Recall, pk=number)
    traces, consignees = recalling.lines_now(recall)
    notices = recall.notices.all() if "all" in request.GET else recall.notices.to_tell()
    letters = [
        (notice, consignees[notice.consignee_key].lines) for notice in notices if notice.consignee_key in consignees
    ]
    context = {"recall": recall, "traces": traces, "letters": letters}
    return answer_page(request, "distribution/recall_letters.html", f"Letters of {recall}", **context)


@admin_page(VIEW)
def recall_packet(request: HttpRequest, number: int) -> HttpResponse:
    """Everything about a recall on one page to print; the button keeps it, with the CSVs, under its hash."""
    recall = get_object_or_404(Recall.objects.select_related("opened_by", "closed_by"), pk=number)
    if request.method == "POST" and request.user.has_perm(CHANGE):
        try:
            kept = keep_packet(recall, by=request.user)
        except (NothingWritten, StorageTrouble) as trouble:
            messages.error(request, f"Not kept. {trouble}")
        else:
            messages.success(request, f"Kept as {kept.document.sha256}.")
        return redirect("recall_packet", number)
    packets = recall.packets.select_related("document", "made_by")
    context = {**everything_of(recall), "packets": packets, "may": request.user.has_perm(CHANGE)}
    return answer_page(request, "distribution/recall_packet.html", f"Packet of {recall}", **context)


@require_GET
@admin_page(VIEW)
def recall_csv(request: HttpRequest, number: int, what: str):
    """Answer with the notices or the shipped lines of a recall as CSV."""
    recall = get_object_or_404(Recall, pk=number)
    notices = recall.notices.select_related("told_by", "answer_recorded_by")
    lines = notices_csv(notices) if what == "notices" else lines_csv(recalling.lines_now(recall)[0])
    headers = {"Content-Disposition": f'attachment; filename="recall-{number}-{what}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@admin_page(CHANGE)
def close_recall(request: HttpRequest, number: int) -> HttpResponse:
    """Close a recall, signed."""
    recall = get_object_or_404(Recall, pk=number)
    form = CloseRecallForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            recalling.close(recall, by=confirmed(request, said["password"]), note=said["reason"])
        except NothingWritten as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{str(recall).capitalize()} is closed.")
            return redirect("admin:distribution_recall_change", number)
    left_out = of_lots(Lot.objects.filter(recall_lots__recall=recall).select_related("product"))
    context = {"recall": recall, "form": form, "effectiveness": recall.notices.effectiveness(), "left_out": left_out}
    return answer_page(request, "distribution/close_recall.html", f"Close {recall}", **context)


def acted(request: HttpRequest, recall: Recall, act: Callable, words: str) -> HttpResponse:
    """Act, say what came of it, and go back to the recall."""
    try:
        plan = act()
    except NothingWritten as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
    else:
        count = len(plan) if plan.run else 0
        messages.success(request, f"{count} {words}." if count else "Nothing changed: everything was up to date.")
    return redirect("admin:distribution_recall_change", recall.pk)


def keys_among(texts: list[str]) -> list[int]:
    """Return those of ``texts`` that can be keys."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
