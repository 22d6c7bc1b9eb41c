"""The sheet of a stock count: opened, written down blind, printed, finished. No page knows what the ledger says."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from eqms.operations import NothingWritten
from eqms.pages import admin_page, answer_page
from inventory.forms.counting import FoundForm, OpenCountForm, Row, TimeForm, written_on
from inventory.models import StockCount, StockCountLine, open_count
from inventory.settling import settle_address

LINES_OF_A_PAGE = 50


@admin_page("inventory.add_stockcount")
def open_stock_count(request):
    """Open a count of a place; the address may name it: ``?place=storefront+3``."""
    form = OpenCountForm(request.POST or None, initial={"place": request.GET.get("place", "")})
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            count = open_count(chosen["place"], by=request.user, products=chosen["only"], note=chosen["note"])
        except NothingWritten as refusal:
            messages.error(request, f"Nothing was written. {refusal}")
        else:
            return redirect("stock_count_sheet", count.pk)
    return answer_page(request, "inventory/open_stock_count.html", "Count a place", form=form)


def ordered(count: StockCount):
    """Return the lines of a sheet in the order in which people read them."""
    lines = count.lines.select_related("product", "lot")
    return lines.order_by("product__sku", "lot__number", "pk")


@admin_page("inventory.change_stockcount")
def stock_count_sheet(request, number: int):
    """The sheet, a page of it at a time. Every button keeps the numbers first, so that none is lost."""
    count = counted_place(number)
    page = Paginator(ordered(count), LINES_OF_A_PAGE).get_page(request.GET.get("page"))
    sent = request.POST if request.method == "POST" and count.is_open else None
    rows = [Row(line, sent) for line in page]
    found = FoundForm(sent if sent and sent.get("product") else None, count=count)
    time = TimeForm(sent)
    if request.method == "POST" and sent is None:
        say_what_is_lost(request, count, [Row(line, request.POST) for line in page])
    if sent is not None and (answer := kept(request, count, page, rows, found, time)):
        return answer
    context = {
        "count": count,
        "page": page,
        "rows": rows,
        "found": found,
        "time": time,
        "wrong": [row for row in rows if row.error],
        "written": count.lines.filter(counted_quantity__isnull=False).count(),
        "settle_url": settle_address(count, request.user),
        "is_nav_sidebar_enabled": False,  # people count with a phone in one hand
    }
    return answer_page(request, "inventory/stock_count_sheet.html", f"Count {count.place}", **context)


def say_what_is_lost(request, count: StockCount, rows: list[Row]) -> None:
    """Name the numbers that came too late, so that they can be written down after all."""
    late = "; ".join(f"{row.line.article}: {row.text}" for row in rows if row.text != row.seen)
    messages.error(
        request, f"{count} is {count.state}: nothing is written down any more. Not kept: {late or 'nothing'}."
    )


def counted_place(number: int) -> StockCount:
    """Return the count with its place; 404 where there is none."""
    return get_object_or_404(StockCount.objects.select_related("warehouse", "storefront"), pk=number)


def kept(request, count: StockCount, page, rows: list[Row], found: FoundForm, time: TimeForm):
    """Keep what is right of what was sent, and do what the button says; None where the sheet is to be shown again."""
    written = written_on(rows)
    if not time.is_valid():
        return None
    try:
        plan = count.write_down(written, by=request.user, at=time.cleaned_data["at"])
        refresh(rows)
        if plan:
            messages.success(request, f"Kept {len(plan)} number{'' if len(plan) == 1 else 's'}.")
        if any(row.error for row in rows) or (found.is_bound and not found.is_valid()):
            return None
        if found.is_bound:
            return found_article(request, count, found)
        if "finish" in request.POST:
            count.finish(by=request.user)
            messages.success(request, f"Counting is over: {count} waits to be settled.")
            return redirect("stock_count_sheet", count.pk)
    except NothingWritten as refusal:
        refresh(rows)
        messages.error(request, str(refusal))
        return None
    turn = page.next_page_number() if "next" in request.POST and page.has_next() else page.number
    return redirect(f"{reverse('stock_count_sheet', args=[count.pk])}?page={turn}")


def refresh(rows: list[Row]) -> None:
    """Let each row know what stands in the database now, whoever wrote it: what was typed here stays."""
    stored = StockCountLine.objects.in_bulk([row.line.pk for row in rows])
    for row in rows:
        units = stored[row.line.pk].counted_quantity
        untouched, now = row.text == row.seen, "" if units is None else str(units)
        row.text, row.seen = now if untouched else row.text, now


def found_article(request, count: StockCount, found: FoundForm):
    """Put a found article on the sheet and lead to its line."""
    product, lot, line = (found.cleaned_data[name] for name in ("product", "lot", "line"))
    if line is None:
        plan = count.add_line(product, lot, by=request.user)
        line = count.lines.get(product=product, lot=lot)
        words = "now stands on the sheet." if plan else "stands on the sheet."
        messages.success(request, f"{line.article} {words}")
    place = list(ordered(count).values_list("pk", flat=True)).index(line.pk)
    address = reverse("stock_count_sheet", args=[count.pk])
    return redirect(f"{address}?page={place // LINES_OF_A_PAGE + 1}#units-{line.pk}")


@require_GET
@admin_page("inventory.view_stockcount")
def stock_count_print(request, number: int):
    """The whole sheet with empty boxes, for paper."""
    count = counted_place(number)
    lines = ordered(count)
    return answer_page(request, "inventory/stock_count_print.html", f"Count {count.place}", count=count, lines=lines)


@require_POST
@admin_page("inventory.change_stockcount")
def reopen_stock_count(request, number: int):
    """Go on with a count that was said to be over."""
    return decided(request, number, lambda count: count.reopen(by=request.user), "Go on counting.")


@require_POST
@admin_page("inventory.change_stockcount")
def cancel_stock_count(request, number: int):
    """End a count without adjusting anything."""
    reason = request.POST.get("reason", "")
    return decided(request, number, lambda count: count.cancel(by=request.user, reason=reason), "Cancelled.")


def decided(request, number: int, decide, words: str):
    """Carry out what a person decided about a count, say how it went, and go back to the sheet."""
    count = counted_place(number)
    try:
        decide(count)
    except NothingWritten as refusal:
        messages.error(request, f"Nothing was written. {refusal}")
    else:
        messages.success(request, words)
    return redirect("stock_count_sheet", count.pk)
