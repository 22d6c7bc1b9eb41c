"""Rules about lots: where they lie, and how many units of them there can be."""

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.utils import timezone

from eqms.data_rules import Repair, Rule, Severity, SqlRows, each
from inventory.effective import units_in
from inventory.models import Lot, StockMovement, StockProduct, Warehouse

from .balances import NEVER_BELOW_ZERO, PRODUCT, STOREFRONT, TOO_MANY_LEFT, short

LOT = Lot._meta.db_table


def lots_in(place: str, table: str, condition: str, *params) -> SqlRows:
    """Lots with the units that the ledger says lie in a ``place``, where ``condition`` holds."""
    held, values = units_in(place, by_lot=True)
    sql = f"""{held}
SELECT lot.*, held.units AS ledger, place.name AS place, place.id AS place_id, product.sku AS sku
FROM held
JOIN {LOT} AS lot ON lot.id = held.lot_id
JOIN {PRODUCT} AS product ON product.id = held.product_id
JOIN {table} AS place ON place.id = held.place_id
WHERE {condition}"""
    return SqlRows(Lot, sql, "id, place_id", (*values, *params))


def not_for_people() -> SqlRows:
    """Lots on a shelf that are expired or not released."""
    condition = "held.units > 0 AND (lot.status <> %s OR lot.expires_on < %s)"
    return lots_in("storefront", STOREFRONT, condition, Lot.Status.RELEASED.value, f"{timezone.localdate()}")


def why_not(lot) -> str:
    """Return why units of ``lot`` should not lie where they do."""
    held = f"{lot.place}: {lot.ledger:,} of {lot.sku}"
    if lot.status != Lot.Status.RELEASED:
        return f"{held}, but lot {lot.number} is {lot.get_status_display().lower()}"
    return f"{held}, but lot {lot.number} expired on {lot.expires_on:%Y-%m-%d}"


def over_produced():
    """Lots of which more units were taken in than were produced."""
    taken = StockProduct.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(n=Sum("quantity"))
    lots = Lot.objects.annotate(taken_in=Subquery(taken.values("n"), output_field=IntegerField()))
    return lots.filter(taken_in__gt=F("units_produced")).select_related("product").order_by("pk")


def too_many(lot) -> str:
    """Return by how much the intakes of ``lot`` exceed what was produced."""
    over = lot.taken_in - lot.units_produced
    counts = f"{lot.units_produced:,} produced, {lot.taken_in:,} taken in"
    return f"lot {lot.number} of {lot.product.sku}: {counts}: {over:,} too many"


def without_lot():
    """Ledger lines of lot-tracked products that name no lot."""
    lines = StockMovement.objects.filter(product__is_lot_tracked=True, lot__isnull=True)
    return lines.select_related("product").order_by("pk")


RULES = [
    Rule(
        "warehouse-below-zero-of-lot",
        "More of a lot left a warehouse than ever came",
        Severity.ERROR,
        NEVER_BELOW_ZERO,
        Lot,
        lambda: lots_in("warehouse", Warehouse._meta.db_table, "held.units < 0"),
        each(short),
        Repair(TOO_MANY_LEFT),
    ),
    Rule(
        "lot-on-shelf-not-for-people",
        "Lots on a shelf that are expired or not released",
        Severity.WARNING,
        "An expired or recalled lot is refused with the reason; a permitted person may override.",
        Lot,
        not_for_people,
        each(why_not),
        Repair("Transfer the units back to a warehouse or to quarantine, or write them off with adjust_stock."),
    ),
    Rule(
        "lot-over-produced",
        "More units of a lot taken in than were produced",
        Severity.WARNING,
        "Mass balance puts each unit in one place: produced = what is in stock, with consignees, written off or lost.",
        Lot,
        over_produced,
        each(too_many),
        Repair("Correct the units produced on the page of the lot, or the intake that names the wrong lot."),
    ),
    Rule(
        "ledger-line-without-lot",
        "Ledger lines of lot-tracked products without lot",
        Severity.WARNING,
        "StockMovement: a lot is required where the product is lot-tracked.",
        StockMovement,
        without_lot,
        each(lambda row: f"{row.kind} of {row.quantity:,} of {row.product.sku} on {row.at:%Y-%m-%d}: no lot"),
        Repair(
            "Find the lot on the paper. Take the units out without lot and in with it, by two adjustments that say so."
        ),
    ),
]
