"""Fetching from ShipStation, and completing what was left out."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Max, Q, Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from distribution.forms.shipstation import ShipStationScope, scope_of
from distribution.jobs import FETCH
from distribution.models import Distribution, ShipStationPage, SkippedShipment
from distribution.operations import sync_shipstation
from distribution.shipping import NewShipment
from distribution.shipping.left_out import as_reported, complete, settle
from eqms.jobs import enqueue
from eqms.models import Job, OperationRun
from eqms.operations import NothingWritten, Plan
from eqms.pages import admin_page, answer_page
from inventory.models.book import OVERRIDE

SHOWN = 20
LOOK_AGAIN_SECONDS = 3


class Fetched(NamedTuple):
    """A scope whose pages are kept: what it is called, how many shipments, whether all of it, the plan's address."""

    scope: str
    shipments: int
    is_whole: bool
    fetched_at: object
    address: str


@admin_page(sync_shipstation.permission)
def fetch_page(request):
    """Ask for a fetch, see how far it is, and go on to the plan of what was fetched."""
    form = ShipStationScope(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        scope = scope_of(**form.cleaned_data)
        asked = {"month": form.cleaned_data["month"], "since": "" if scope.last else f"{scope.first}"}
        enqueue(FETCH, by=request.user, subject=f"ShipStation {scope}", **asked)
        return redirect("shipstation")
    running = Job.objects.filter(kind=FETCH, state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("pk")
    context = {
        "form": form,
        "is_configured": bool(settings.SHIPSTATION["key"] and settings.SHIPSTATION["secret"]),
        "running": list(running),
        "failed": Job.objects.filter(kind=FETCH).order_by("-pk").filter(state=Job.State.FAILED)[:1],
        "fetched": fetched(),
        "left_out": SkippedShipment.objects.left_out().count(),
    }
    answer = answer_page(request, "distribution/shipstation.html", "Fetch from ShipStation", **context)
    if running:
        answer["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


def fetched() -> list[Fetched]:
    """Return the scopes that were fetched last. One query."""
    kinds = ShipStationPage.Kind
    rows = (
        ShipStationPage.objects.order_by()
        .values("scope")
        .annotate(
            shipments=Sum("row_count", filter=Q(kind=kinds.SHIPMENTS), default=0),
            is_whole=Max("number", filter=Q(kind=kinds.ORDERS, is_last=True)),
            at=Max("fetched_at"),
        )
    )
    page = reverse("admin:distribution_distribution_operation", args=[sync_shipstation.name])
    return [
        Fetched(row["scope"], row["shipments"], bool(row["is_whole"]), row["at"], f"{page}?{query_of(row['scope'])}")
        for row in rows.order_by("-at")[:SHOWN]
    ]


def query_of(scope: str) -> str:
    """Return the options of a sync that mean ``scope`` as it is kept."""
    return urlencode({"since": scope.removeprefix("since ")} if scope.startswith("since ") else {"month": scope})


class SettleForm(forms.Form):
    """What became of a shipment that cannot or need not be taken in: the button says which of both it is."""

    SAME, NEVER = "same", "never"

    shipment = forms.ModelChoiceField(
        Distribution.objects.filter(voided_at__isnull=True),
        required=False,
        label="It is shipment",
        widget=forms.NumberInput,
        help_text="its number in the log, where it was entered by hand",
    )
    because = forms.CharField(max_length=500, label="How do you know it?")

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if self.data.get("settle") == self.SAME and "shipment" in said and said["shipment"] is None:
            self.add_error("shipment", "Write the number of the shipment.")
        if self.data.get("settle") == self.NEVER and said.get("shipment"):
            self.add_error("shipment", "A shipment that was never sent has no number in the log: leave this empty.")
        return said


class LotsForm(forms.Form):
    """A field for the lots of each line of a shipment, and why they are known."""

    reason = forms.CharField(required=False, max_length=500, label="How do you know?")
    goods_left = forms.BooleanField(required=False, label="The goods did leave: also lots on hold, recalled or expired")

    order_number = forms.CharField(required=False, max_length=60, label="Order number")

    def __init__(self, new: NewShipment, *args, may_override: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines = new.lines
        if not may_override:
            del self.fields["goods_left"]
        if new.order_number:
            del self.fields["order_number"]
        for number, line in enumerate(lines):
            label = f"Lot of {line.quantity:,} of {line.sku}"
            self.fields[f"lot-{number}"] = forms.CharField(
                required=False, max_length=300, label=label, initial=line.lot_number
            )

    @property
    def line_fields(self) -> list[forms.BoundField]:
        return [self[f"lot-{number}"] for number in range(len(self.lines))]

    @property
    def lots(self) -> list[str]:
        return [self.cleaned_data[f"lot-{number}"] for number in range(len(self.lines))]

    @property
    def told(self) -> dict:
        """What else was said."""
        names = ("reason", "goods_left", "order_number")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


@admin_page("distribution.add_distribution")
def complete_page(request, number: int):
    """Complete one shipment that was left out: its lots, or try it again as it is; or settle it."""
    skipped = get_object_or_404(SkippedShipment.objects.select_related("not_sent", "distribution"), pk=number)
    sent = request.POST if request.method == "POST" else None
    new, settles = as_reported(skipped), "settle" in request.POST
    may_override = request.user.has_perm(OVERRIDE)
    form = LotsForm(new, None if settles else sent, may_override=may_override) if new else None
    settling = SettleForm(sent if settles else None)
    if form and form.is_bound and form.is_valid():
        if run := run_of(form, lambda: complete(skipped, form.lots, by=request.user, **form.told)):
            messages.success(request, f"Taken in: {run}.")
            skipped.refresh_from_db()
            return redirect("admin:distribution_distribution_change", skipped.distribution_id)
    if settling.is_bound and settling.is_valid():
        said = settling.cleaned_data
        about = {"reason": said["because"], "shipment": said["shipment"]}
        if run := run_of(settling, lambda: settle(skipped, by=request.user, **about)):
            messages.success(request, f"Settled: {run}.")
            return redirect("complete_shipment", number)
    is_open = SkippedShipment.objects.left_out().filter(pk=number).exists()
    context = {"skipped": skipped, "new": new, "form": form, "settling": settling, "is_open": is_open}
    title = f"Complete shipment {skipped.external_key}"
    return answer_page(request, "distribution/complete_shipment.html", title, **context)


def run_of(form: forms.Form, act: Callable[[], Plan]) -> OperationRun | None:
    """Act and return the run; None where it was refused, with the reason in the form."""
    try:
        return act().run
    except NothingWritten as problem:
        form.add_error(None, str(problem))
        return None
