"""Undo does not take units away that have moved on."""

from collections import defaultdict
from uuid import UUID

import orjson

from eqms.models import OperationRun
from eqms.operations import Plan, Refused
from eqms.operations.undo import originally

from .models import Lot, Place, Product, StockBook, StockMovement, StoreFront, Warehouse

# Operations that write what source rows show and move nothing themselves: taking them back moves nothing either.
MOVES_NOTHING = ("fix_storefront_inventory",)
PlaceType = type[Warehouse] | type[StoreFront]
PLACES: dict[str, PlaceType] = {"warehouse_id": Warehouse, "storefront_id": StoreFront}
Pile = tuple[UUID, PlaceType, int, int | None]  # product, kind and key of the place, lot


def keep_stock_whole(plan: Plan, run: OperationRun) -> None:
    """Refuse an undo after which a place would hold less than nothing of a product or a lot."""
    if originally(run).operation in MOVES_NOTHING:
        return
    taken = {pile: units for pile, units in taken_by_undo(run).items() if units > 0}
    if not taken:
        return
    book = StockBook(plan, products={product for product, *_ in taken}, by="")
    places = {(model, row.pk): row for model in PLACES.values() for row in model.objects.all()}
    lots = Lot.objects.in_bulk({lot for *_, lot in taken if lot})
    for (product, model, key, lot), units in taken.items():
        if product not in book.products or (model, key) not in places:
            continue  # it comes back by this very undo: nothing can have moved on from there
        there = book.units(places[model, key], product, lots.get(lot))
        if there < units:
            raise Refused(missing(run, book.products[product], places[model, key], lots.get(lot), units, there))


def missing(run: OperationRun, product: Product, place: Place, lot: Lot | None, units: int, there: int) -> str:
    """Return in words why the units cannot be taken back, and what to do."""
    of_lot = f" of lot {lot}" if lot else ""
    return (
        f"{product}: taking {run} back takes {units} units{of_lot} from {place}, but only {max(there, 0)} are there: "
        "the rest moved on since. Undo what moved them first, or adjust the stock."
    )


def taken_by_undo(run: OperationRun) -> dict[Pile, int]:
    """Return the units that taking ``run`` back takes from each place: of each product, and of each lot."""
    taken: dict[Pile, int] = defaultdict(int)
    for verb, before, after in lines_of(run):
        line, sign = orjson.loads(after if verb == "create" else before), 1 if verb == "create" else -1
        product, lot = UUID(line["product_id"]), line["lot_id"]
        for name, model in PLACES.items():
            for direction, factor in (("to", sign), ("from", -sign)):
                if key := line[f"{direction}_{name}"]:
                    for of_lot in {None, lot}:
                        taken[product, model, key, of_lot] += factor * line["quantity"]
    return taken


def lines_of(run: OperationRun):
    """Yield (verb, before, after) of each ledger line that ``run`` wrote or took back."""
    entries = run.entries.filter(model=StockMovement._meta.label)
    yield from entries.values_list("verb", "before", "after").iterator(1000)
