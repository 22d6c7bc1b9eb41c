"""What was counted becomes what the ledger says, each difference with its likely cause."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from django import forms
from django.db.models import Q

from eqms.operations import Plan, Refused, operation
from inventory.count_causes import Causes, Difference
from inventory.effective import unbooked_lines
from inventory.models import Move, Place, StockBook, StockCount, StockCountLine, StockMovement, StoreFront
from inventory.models.book import column, units_at

State = StockCount.State
PLACE_COLUMNS = [f"{direction}_{place}" for direction in ("from", "to") for place in ("warehouse", "storefront")]
FIX_FIRST = "Fix storefront inventory first: until then nobody can tell what was counted wrong."


class SettleOptions(forms.Form):
    count = forms.ModelChoiceField(
        StockCount.objects.all(), widget=forms.NumberInput, help_text="the number of the count, as on its page"
    )


@operation(model=StockCount, permission="inventory.adjust_stock", form=SettleOptions, reason_required=True)
def settle_stock_count(plan, counts, *, count: StockCount):
    """Adjust the stock of one place to what was counted there, with the likely cause of each difference."""
    if count.state == State.SETTLED:
        plan.skip(count, because="it is settled already")
        return
    refuse_unready(count, counts)
    lines = list(count.lines.select_related("product", "lot").order_by("product__sku", "lot__number", "pk"))
    for line in lines:
        if line.counted_quantity is None:
            plan.skip(line, because=f"{line.article}: nobody counted it")
    counted = [line for line in lines if line.counted_quantity is not None]
    book = StockBook(plan, products={line.product_id for line in counted}, by="")
    refuse_damage(count.place, book)
    differences = list(differences_of(count.place, counted))
    newest = without_those_counted_later(plan, count, differences)
    adjust(plan, book, count, newest)
    differing = sum(1 for one in newest if one.units)
    plan.button = f"Settle {count}: adjust {differing} line{'' if differing == 1 else 's'}"
    plan.update(count, state=State.SETTLED, because=f"{differing} of {len(counted)} counted lines differ")


def refuse_unready(count: StockCount, counts) -> None:
    """Raise Refused where the count is not over, or is not one of the selected ones."""
    if not counts.filter(pk=count.pk).exists():
        raise Refused(f"{count} is not among the selected counts.")
    if count.state == State.OPEN:
        raise Refused(f"{count} is still open: finish it on its sheet, then settle it.")
    if count.state == State.CANCELLED:
        raise Refused(f"{count} is cancelled: open another one.")


def adjust(plan: Plan, book: StockBook, count: StockCount, differences: list[Difference]) -> None:
    """Plan an adjustment for each difference, dated when it was counted; Refused where units have left since.

    The date makes later counts expect what this one found, in whatever order they are settled.
    """
    causes = Causes(count.place, differences)
    for one in differences:
        if not one.units:
            continue
        line = one.line
        side = {"destination": count.place} if one.units > 0 else {"source": count.place}
        move = Move(StockMovement.Kind.ADJUSTMENT, line.product_id, line.lot, abs(one.units), **side)
        figures = f"{one.counted} counted, {one.expected} expected"
        because = f"{line.article}: {figures}; {causes.of(one)}"
        book.move(move, cause=line, because=because, at=one.at, reason=f"Counted in {count}: {figures}")
    if book.problems:
        book.problems.append(f"Units left since they were counted: reopen {count} and count these again.")
    book.settle()


def differences_of(place: Place, lines: list[StockCountLine]) -> Iterator[Difference]:
    """Yield each counted line with the units that the ledger says were there at its time. Two queries."""
    times = [cast(datetime, line.counted_at) for line in lines]  # a constraint: a number has its time
    if not times:
        return
    ledger = StockMovement.objects.counted().filter(product__pk__among=sorted({line.product_id for line in lines}))
    now = units_at(place, ledger)
    into, out = column("to", place), column("from", place)
    since = ledger.filter(Q(**{into: place}) | Q(**{out: place}), at__gt=min(times))
    later = defaultdict(list)
    for product, lot, moment, quantity, to in since.values_list("product_id", "lot_id", "at", "quantity", into):
        later[product, lot].append((moment, quantity if to == place.pk else -quantity))
    for line, at in zip(lines, times, strict=True):
        pile = line.product_id, line.lot_id
        moved_after = sum(units for moment, units in later[pile] if moment > at)
        yield Difference(line, cast(int, line.counted_quantity), now.get(pile, 0) - moved_after, at)


def without_those_counted_later(plan: Plan, count: StockCount, differences: list[Difference]) -> list[Difference]:
    """Return the differences that still matter, and skip those of which a settled count knows newer numbers."""
    place = {"count__warehouse": count.warehouse, "count__storefront": count.storefront}
    products = sorted({one.line.product_id for one in differences})
    others = StockCountLine.objects.filter(**place, count__state=State.SETTLED, product__pk__among=products)
    others = others.order_by("counted_at")
    latest = {
        (product, lot): (at, number)
        for product, lot, at, number in others.values_list("product_id", "lot_id", "counted_at", "count_id")
        if at
    }
    newest = []
    for one in differences:
        at, number = latest.get(one.pile, (one.at, 0))
        if at > one.at:
            plan.skip(one.line, because=f"{one.line.article}: stock count {number}, which is settled, counted it later")
        else:
            newest.append(one)
    return newest


def refuse_damage(place: Place, book: StockBook) -> None:
    """Raise Refused, naming each, where balance and ledger disagree or the ledger lacks a row: that is older damage."""
    problems = [*balances_that_differ(place, book), *rows_that_the_ledger_lacks(place, book)]
    if problems:
        raise Refused("\n".join([*problems, FIX_FIRST]))


def balances_that_differ(place: Place, book: StockBook) -> Iterator[str]:
    """Yield in words each product of which a storefront shows other units than its ledger says."""
    if not isinstance(place, StoreFront):
        return
    keys = sorted(book.products)
    shown = dict(place.balances.filter(product__pk__among=keys).values_list("product_id", "quantity"))
    ledger: dict[UUID, int] = dict.fromkeys(keys, 0)
    for (key, _), units in units_at(place, StockMovement.objects.counted().filter(product__pk__among=keys)).items():
        ledger[key] += units
    for key in keys:
        if shown.get(key, 0) != ledger[key]:
            says = f"{place} shows {shown.get(key, 0)}, its ledger says {ledger[key]}"
            yield f"{book.products[key]}: {says}."


def rows_that_the_ledger_lacks(place: Place, book: StockBook) -> Iterator[str]:
    """Yield in words each row that moved units of the counted products here and has no line in the ledger."""
    of_place = type(place)._meta.model_name
    for source, rows in unbooked_lines():
        columns = {f"line_{name}_id" for name in PLACE_COLUMNS if name.endswith(of_place)}
        columns &= {f"line_{name}" for name in source.columns or {}}
        lines = source.lines_of(rows).filter(line_product_id__in=list(book.products))
        for line in lines:
            if place.pk in {line[name] for name in columns}:
                row = f"{source.model._meta.verbose_name} {line['pk']} of {line['line_quantity']} units"
                yield f"{book.products[line['line_product_id']]}: the ledger lacks {row}."
