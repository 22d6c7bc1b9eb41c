"""Units that are more or fewer than the ledger says, entered by hand."""

from eqms.operations import Plan, Refused, operation
from inventory.forms.adjusting import AdjustOptions, Why
from inventory.models import Lot, Move, Place, Product, StockBook, StockMovement, StoreFront


@operation(model=Product, permission="inventory.adjust_stock", form=AdjustOptions, reason_required=True)
def adjust_stock(plan, products, *, product, place, difference, kind, note, lot=None, seen=None):
    """Add units to what one place holds of a product, or take them away, with the reason in the ledger."""
    if not products.filter(pk=product.pk).exists():
        raise Refused(f"{product} is not among the selected products.")
    book = StockBook(plan, products=[product.pk], by="")
    there = book.available(place, product.pk, lot)
    if seen is not None and seen != there:
        raise Refused(f"{product}: {seen} units are no longer there: {place} holds {there}. Look again, then adjust.")
    warn_of_damage(plan, book, product, place)
    move = move_of(product, lot, place, difference)
    of_lot = f" of lot {lot}" if lot else ""
    reason = f"{Why(kind).label}: {note}"
    book.move(move, cause=None, because=f"{there} units{of_lot} in {place} become {there + difference}", reason=reason)
    book.settle()
    units = f"{abs(difference):,} unit{'' if abs(difference) == 1 else 's'} of {product.sku}{of_lot}"
    plan.button = f"Add {units} to {place}" if difference > 0 else f"Take {units} from {place}"


def move_of(product: Product, lot: Lot | None, place: Place, difference: int) -> Move:
    """Return the adjustment by ``difference`` units as a move: from nowhere into ``place``, or out of it."""
    side = {"destination": place} if difference > 0 else {"source": place}
    return Move(StockMovement.Kind.ADJUSTMENT, product.pk, lot, abs(difference), **side)


def warn_of_damage(plan: Plan, book: StockBook, product: Product, place: Place) -> None:
    """Warn where a storefront's balance is not what the ledger says: that is damage, and no adjustment mends it."""
    if not isinstance(place, StoreFront):
        return
    balance = place.balances.filter(product=product).first()
    shown, ledger = balance.quantity if balance else 0, book.units(place, product.pk)
    if shown != ledger:
        text = f"{place} shows {shown} units of {product}, its ledger says {ledger}."
        plan.warn(f"{text} Fix storefront inventory first: an adjustment does not mend that.")
