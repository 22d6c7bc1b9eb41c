"""Shipments by hand: enter one for its order, void one that was entered in error, enter it anew."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from distribution.forms.entry import EntryForm, LineFormSet, not_ordered, proposed, say_expiries, with_scans_read
from distribution.models import Distribution
from distribution.shipping import plan_shipment
from distribution.shipping.shipping import default_places
from eqms import look
from eqms.operations import NothingWritten, Refused, act
from eqms.pages import admin_page, answer_page
from inventory.forms.transfers import code_of
from inventory.models import Lot, StockMovement
from inventory.models.book import OVERRIDE
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

MAY_ENTER = "distribution.add_distribution"
MAY_VOID = "distribution.change_distribution"
LOTS_OFFERED = 200


@admin_page(MAY_ENTER)
def enter_shipment(request):
    """Ask for the order, then for what left; write it at once with its ledger lines.

    A scanner ends its code with Enter: what it said is shown first, and nothing is written by that.
    """
    corrected = corrected_by(request)
    number = request.GET.get("order", "").strip() or (corrected.order_number if corrected else "")
    order = corrected.sales_order if corrected and "order" not in request.GET else order_called(number)
    if order is None:
        problem = f"No sales order has the number {number}. Import or enter the order first." if number else ""
        context = {"number": number, "problem": problem}
        return answer_page(request, "distribution/choose_order.html", "Enter a shipment", **context)
    head, lines = proposed(order, corrected)
    place = default_places().get(Distribution.Source.MANUAL)
    initial = {**({"place": code_of(place)} if place else {}), **head}
    data, read = with_scans_read(request.POST, lines) if request.method == "POST" else (None, [])
    form = EntryForm(data, order=order, default_place=place, initial=initial)
    formset = LineFormSet(data, initial=lines, prefix="lines")
    say_expiries(formset)
    if read and read[0] < len(formset.forms):
        formset.forms[read[0]].fields["quantity"].widget.attrs["autofocus"] = True
    problems: list[str] = []
    if data is not None and form.is_valid() and formset.is_valid() and not read:
        try:
            return written(request, form, formset)
        except NothingWritten as refusal:
            problems = str(refusal).splitlines()
    context = {
        "order": order,
        "corrected": corrected,
        "form": form,
        "formset": formset,
        "problems": problems,
        "read": [number + 1 for number in read],
        "not_ordered": not_ordered(order, formset),
        "lots": lots_offered(order),
        "may_override": request.user.has_perm(OVERRIDE),
        "override": request.POST.get("override"),
    }
    return answer_page(request, "distribution/enter_shipment.html", f"Enter a shipment of {order}", **context)


def written(request, form: EntryForm, formset):
    """Write the shipment and show it. Raises NothingWritten."""
    new = form.shipment([one.line for one in formset.filled], "entered by hand")
    override = "override" in request.POST
    if override and not new.notes.strip():
        raise Refused("Say in the notes why lots that are expired or not released may go out: it stands in the record.")
    if not override and (expired := [line for one in formset.filled if (line := one.expired_code(new.ship_date))]):
        raise Refused("\n".join(expired))

    def draft(plan):
        plan_shipment(plan, new, by=request.user, goods_left=override)

    plan = act("enter shipment", draft, by=request.user, reason=new.notes)
    messages.success(request, f"The shipment of {form.order} is in the log.")
    return redirect("admin:distribution_distribution_change", key_made(plan, Distribution))


def key_made(plan, model):
    """Return the key of the one row of ``model`` that ``plan`` made. One query."""
    return plan.run.entries.get(model=model._meta.label, verb="create").key


def corrected_by(request):
    """Return the void shipment that is entered anew, None where the address names none."""
    text = request.GET.get("corrects", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    rows = Distribution.objects.filter(voided_at__isnull=False)
    return (
        rows.select_related("sales_order", "shipped_from_warehouse", "shipped_from_storefront").filter(pk=text).first()
    )


def order_called(number: str) -> SalesOrder | None:
    """Return the order with this number, however it is written; None where there is none."""
    key = order_number_key_or_empty(number)
    return SalesOrder.objects.filter(order_number_key=key).first() if key else None


def lots_offered(order: SalesOrder) -> list[Lot]:
    """Return the lots of the order's products that may leave, first to expire first; those that moved at all."""
    rows = Lot.objects.filter(product__order_lines__order=order, status=Lot.Status.RELEASED)
    moved = StockMovement.objects.filter(lot__isnull=False).values("lot")
    rows = rows.filter(pk__in=moved).select_related("product").distinct()
    return list(rows.order_by("expires_on", "pk")[:LOTS_OFFERED])


@admin_page()
def void_shipment(request, number: int):
    """Void a shipment with a reason, and lead on to its new entry."""
    if not request.user.has_perm(MAY_VOID):
        raise PermissionDenied
    shipment = get_object_or_404(Distribution, pk=number)
    page = redirect("admin:distribution_distribution_change", number)
    if request.method != "POST":
        return page
    try:
        run = shipment.void(by=request.user, reason=request.POST.get("reason", "")).run
    except NothingWritten as refusal:
        messages.error(request, f"Not voided. {refusal}")
        return page
    if run is None:
        messages.info(request, "It was void already.")
        return page
    anew = f"{reverse('enter_shipment')}?{urlencode({'corrects': number})}"
    words = look.link(anew, "Enter it anew") if request.user.has_perm(MAY_ENTER) and shipment.sales_order_id else ""
    messages.success(request, format_html("The shipment is void: it counts nowhere. {}", words))
    return page
