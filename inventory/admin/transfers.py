"""Transfers in the admin: asked for, brought, or ended; each step is a button of its own."""

from copy import copy
from functools import partial

from django.contrib import admin, messages
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from eqms import look
from eqms.lists import CountingFilter, LinesInline, ListAdmin, status_column
from eqms.models import User
from eqms.operations import NothingWritten, Refused
from inventory.forms.transfers import TransferForm, TransferLineForm, TransferLines
from inventory.models import StoreFront, TransferRequest, TransferRequestLineItem
from inventory.models.book import OVERRIDE
from inventory.models.transfers import URGENCY
from inventory.shortage import AskedLine, asked_lines, lot_problem, short_lines, wanted

CHANGE = "inventory.change_transferrequest"
PLACES = ("warehouse", "storefront", "from_storefront")
PEOPLE = ("requested_by", "assigned_to", "assigned_by", "fulfilled_by", "cancelled_by")
SHOWN_SHORT = 3  # lines of one request in the list


def may_edit(request: TransferRequest | None) -> bool:
    """True while the content of a transfer may still be edited: before it is assigned, fulfilled or cancelled."""
    return request is None or request.status == TransferRequest.Status.NEW


class TransferLineInline(LinesInline):
    model = TransferRequestLineItem
    form = TransferLineForm
    formset = TransferLines
    min_num = 1
    autocomplete_fields = ("product", "lot")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_edit(obj)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and may_edit(obj)

    def has_delete_permission(self, request, obj=None):
        # A line is taken off a request by whoever may change it; a fulfilled one keeps its lines.
        return self.has_change_permission(request, obj)


class WaitingFilter(CountingFilter):
    title = "what waits"
    parameter_name = "waits"
    choices_by_name = {"open": "open", "short": "short: units are missing", "mine": "assigned to me"}
    counted = ("open", "short", "mine")

    def __init__(self, request, params, model, model_admin):
        self.user, self.short = request.user, shortages(request)
        super().__init__(request, params, model, model_admin)

    def chosen(self, rows, name):
        if name == "short":
            return rows.filter(pk__among=sorted(self.short))
        rows = rows.still_open()
        return rows.filter(assigned_to=self.user) if name == "mine" else rows

    def words(self, name, label, rows):
        """Count what is short without asking the database once more."""
        return f"{label} ({len(self.short)})" if name == "short" else super().words(name, label, rows)


def shortages(request: HttpRequest) -> dict[int, list[AskedLine]]:
    """Return the lines of open requests that lack units, by request: worked out once a page."""
    if not hasattr(request, "shortages"):
        request.shortages = short_lines(TransferRequest.objects.still_open())
    return request.shortages


@admin.register(TransferRequest)
class TransferRequestAdmin(ListAdmin):
    change_form_template = "admin/inventory/transferrequest/change_form.html"
    form = TransferForm
    list_display = (
        "number",
        "status_word",
        "priority_word",
        "from_place",
        "to_place",
        "units_asked",
        "missing",
        "requested",
        "assigned_to",
    )
    list_filter = (WaitingFilter, "status", "priority")
    search_fields = ("id", "cancel_reason")
    search_related = {
        "storefront": ("name",),
        "from_storefront": ("name",),
        "warehouse": ("name",),
        "lines": ("product__sku", "product__name", "lot__number"),
    }
    ordering = (URGENCY.asc(), "-id")
    actions = ("assign_to_me",)
    inlines = [TransferLineInline]
    fields = (("from_place", "to_place"), "priority")
    tools = (("What is short", "admin:inventory_transferrequest_short", "inventory.view_transferrequest"),)
    empty_says = "No transfers yet. A storefront asks for units by adding one."

    status_word = status_column()

    # -- the list --------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*PLACES, "assigned_to").with_units()

    def get_changelist_instance(self, request):
        """Return the list; its rows carry what they lack."""
        changelist = super().get_changelist_instance(request)
        for row in changelist.result_list:
            row.short = shortages(request).get(row.pk, [])
        return changelist

    @admin.display(description="number", ordering="id")
    def number(self, transfer):
        return transfer.pk

    @admin.display(description="priority", ordering=URGENCY)
    def priority_word(self, transfer):
        return look.status(transfer.priority, transfer.get_priority_display().lower())

    @admin.display(description="from")
    def from_place(self, transfer):
        return transfer.source or look.NOTHING

    @admin.display(description="to")
    def to_place(self, transfer):
        return transfer.destination or look.NOTHING

    @admin.display(description="units", ordering="units_asked")
    def units_asked(self, transfer):
        return transfer.units_asked

    @admin.display(description="what is short")
    def missing(self, transfer):
        if not transfer.short:
            return look.NOTHING
        more = len(transfer.short) - SHOWN_SHORT
        words = [(short_in_words(asked),) for asked in transfer.short[:SHOWN_SHORT]]
        words += [(look.status("missing", f"and {more} more"),)] if more > 0 else []
        return format_html_join(" ", "{}", words)

    @admin.display(description="requested", ordering="requested_at")
    def requested(self, transfer):
        return f"{transfer.requested_at:%Y-%m-%d %H:%M}"

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not request.user.has_perm(CHANGE):
            actions.pop("assign_to_me", None)
        return actions

    @admin.action(description="Assign to me")
    def assign_to_me(self, request, queryset):
        """Assign each open request of the selection, one run each; what was refused says why."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        done = 0
        for transfer in queryset.order_by("pk"):
            try:
                done += transfer.assign(to=request.user, by=request.user).run is not None
            except NothingWritten as refusal:
                self.message_user(request, f"Not assigned: {refusal}", messages.WARNING)
        self.message_user(request, f"{done} transfer{'' if done == 1 else 's'} assigned to you.", messages.SUCCESS)

    def short_page(self, request):
        """Show what open requests want together, by product and place."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = wanted()
        context = {
            **self.admin_site.each_context(request),
            "title": "What is short",
            "opts": self.opts,
            "rows": rows,
            "missing": sum(row.missing for row in rows),
            "list_address": reverse("admin:inventory_transferrequest_changelist"),
        }
        return TemplateResponse(request, "admin/inventory/transferrequest/short.html", context)

    # -- one request -----------------------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_edit(obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def answers(self, request, transfer):
        """Return the lines with what is there for them, what happened, and the steps that are possible now."""
        transfer = TransferRequest.objects.select_related(*PLACES, *PEOPLE).get(pk=transfer.pk)
        lines = asked_lines(TransferRequest.objects.filter(pk=transfer.pk)).get(transfer.pk, [])
        may_step = transfer.is_open and request.user.has_perm(CHANGE)
        problems = [lot_problem(asked.line.lot) for asked in lines]
        held = transfer.is_open and isinstance(transfer.destination, StoreFront) and any(problems)
        return {
            "transfer": transfer,
            "ends": [("from", transfer.source), ("to", transfer.destination)],
            "asked": [(asked, look.status(problem)) for asked, problem in zip(lines, problems, strict=True)],
            "units_wanted": sum(asked.line.requested_quantity for asked in lines),
            "units_missing": sum(asked.missing for asked in lines) if transfer.is_open else 0,
            "events": events_of(transfer),
            "may_step": may_step,
            "held": held,
            "may_override": held and request.user.has_perm(OVERRIDE),
            "people": people() if may_step else [],
            "chosen": request.user.pk,
        }

    def save_model(self, request, obj, form, change):
        obj.requested_by = obj.requested_by or request.user
        super().save_model(request, obj, form, change)
        if change and not may_edit(present := request.plan.watch(obj)):
            raise Refused(f"Somebody was faster: {present} is {present.get_status_display().lower()} by now.")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for twin in form.instance.looks_like() if may_edit(form.instance) else ():
            address = reverse("admin:inventory_transferrequest_change", args=[twin.pk])
            words = f"This looks like {twin}, asked for within the same minute. If it was asked for twice, cancel one."
            self.message_user(request, look.link(address, words), messages.WARNING)

    # -- its steps -------------------------------------------------------------------------------

    def get_urls(self):
        steps = {"assign": self.assigned, "fulfil": self.fulfilled, "cancel": self.cancelled}
        views = [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(partial(self.step, name=name, take=take)),
                name=f"inventory_transferrequest_{name}",
            )
            for name, take in steps.items()
        ]
        short = path("short/", self.admin_site.admin_view(self.short_page), name="inventory_transferrequest_short")
        return [short, *views, *super().get_urls()]

    def step(self, request: HttpRequest, number: int, *, name: str, take) -> HttpResponse:
        """Take a step and show the request again; where it is refused, with the reason and all that was typed.

        Not in a transaction: the actions open the durable one.
        """
        transfer = get_object_or_404(TransferRequest, pk=number)
        page = redirect("admin:inventory_transferrequest_change", number)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if request.method != "POST":
            return page
        try:
            run = take(request, transfer).run
        except NothingWritten as refusal:
            return self.refused(request, transfer, name, str(refusal))
        words, level = stands_in_words(transfer, name, run is not None), messages.SUCCESS if run else messages.INFO
        if run and request.user.has_perm("eqms.view_operationrun"):
            address = reverse("admin:eqms_operationrun_change", args=[run.pk])
            words = format_html("{} {}", words, look.link(address, f"{run}: look at it or undo it"))
        self.message_user(request, words, level)
        return page

    def assigned(self, request, transfer):
        chosen = request.POST.get("to", str(request.user.pk))
        to = people().filter(pk=number_or_none(chosen)).first()
        if to is None:
            raise Refused("Choose who brings the units: somebody who works here and may change transfers.")
        return transfer.assign(to=to, by=request.user)

    def fulfilled(self, request, transfer):
        reason, override = request.POST.get("reason", "").strip(), "override" in request.POST
        return transfer.fulfil(by=request.user, reason=reason, override=override)

    def cancelled(self, request, transfer):
        return transfer.cancel(by=request.user, reason=request.POST.get("reason", ""))

    def refused(self, request, transfer, name, refusal):
        """Answer a refused step with the page as it was, and what was typed."""
        shown = copy(request)
        shown.method, shown.POST = "GET", QueryDict()
        typed = {"problem": {"step": name, "lines": refusal.splitlines()}, "typed": request.POST}
        if name == "assign":
            typed["chosen"] = number_or_none(request.POST.get("to"))
        # The form below would else be sent to the address of the step.
        form_url = reverse("admin:inventory_transferrequest_change", args=[transfer.pk])
        return self.change_view(shown, str(transfer.pk), form_url, typed)


def short_in_words(asked: AskedLine):
    """Return what a line lacks, such as "A-1: 3 of 5 missing", as word plus colour."""
    line = asked.line
    of_lot = f" lot {line.lot}" if line.lot else ""
    return look.status("missing", f"{line.product.sku}{of_lot}: {asked.missing} of {line.requested_quantity} missing")


def events_of(transfer: TransferRequest) -> list[tuple]:
    """Return what happened to ``transfer``, in order: (word, at, by, more)."""
    to = f"to {transfer.assigned_to}" if transfer.assigned_to else ""
    events = [
        ("requested", transfer.requested_at, transfer.requested_by, ""),
        ("assigned", transfer.assigned_at, transfer.assigned_by, to),
        ("fulfilled", transfer.fulfilled_at, transfer.fulfilled_by, ""),
        ("cancelled", transfer.cancelled_at, transfer.cancelled_by, transfer.cancel_reason),
    ]
    return [event for event in events if event[1]]


def people():
    """Return those who may bring units: active, and allowed to change transfers."""
    backend = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"
    return User.objects.with_perm(CHANGE, backend=backend).order_by("username")


def number_or_none(text: str | None) -> int | None:
    """Return ``text`` as a key, None where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def stands_in_words(transfer: TransferRequest, step: str, was_taken: bool) -> str:
    """Return what a step did, or who took it before."""
    words = {
        "assign": ("assigned", f" to {transfer.assigned_to}", transfer.assigned_by, transfer.assigned_at),
        "fulfil": ("fulfilled", "", transfer.fulfilled_by, transfer.fulfilled_at),
        "cancel": ("cancelled", "", transfer.cancelled_by, transfer.cancelled_at),
    }
    done, more, by, at = words[step]
    if was_taken:
        return f"{str(transfer).capitalize()} is {done}{more}."
    when = f" at {at:%Y-%m-%d %H:%M}" if at else ""
    return f"{str(transfer).capitalize()} was {done} already{more} by {by or 'somebody'}{when}. Nothing was changed."
