"""Units that come back: find their shipment by a scan, then say how many of what."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from distribution.forms.returns import ReturnForm
from distribution.models import Distribution, Return
from distribution.returning import VOID, scanned, take_back
from distribution.views.entry import key_made
from eqms.operations import NothingWritten
from eqms.pages import admin_page, answer_page

MAY_TAKE_BACK = "distribution.add_return"


@admin_page(MAY_TAKE_BACK)
def find_shipment(request):
    """Find the shipment that a scanned or typed number means; the only one is opened at once."""
    text = request.GET.get("q", "")[:400].replace("\0", "")
    found = scanned(text) if text.strip() else []
    if len(found) == 1:
        return redirect("take_back", found[0].pk)
    return answer_page(request, "distribution/find_shipment.html", "Take units back", searched=text, found=found)


@admin_page(MAY_TAKE_BACK)
def take_back_page(request, number: int):
    """Ask which units of a shipment came back, and write it at once."""
    shipment = get_object_or_404(Distribution.objects.select_related("sales_order"), pk=number)
    if shipment.voided_at:
        messages.error(request, VOID.format(shipment))
        return redirect("admin:distribution_distribution_change", number)
    form = ReturnForm(request.POST if request.method == "POST" else None, shipment=shipment)
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            plan = take_back(shipment, form.back, form.goal, by=request.user, **form.about())
            units = sum(back.quantity for back in form.back)
            words = f"{units:,} unit{'' if units == 1 else 's'} came back to {form.goal}."
            messages.success(request, words)
            return redirect("admin:distribution_return_change", key_made(plan, Return))
        except NothingWritten as refusal:
            problems = str(refusal).splitlines()
    context = {"shipment": shipment, "form": form, "problems": problems, "list_address": reverse("find_shipment")}
    return answer_page(request, "distribution/take_back.html", f"Take back of {shipment}", **context)
