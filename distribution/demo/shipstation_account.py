"""The account of the demo at the double of ShipStation: parcels of the demo's newest orders, and some trouble."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from inventory.models import Lot
from sales.models import SalesOrder

from .shipstation_double import ShipStationDouble

PARCELS = 12


@cache
def account() -> ShipStationDouble:
    """Return the double, started in this process and serving the orders that are in the database now."""
    orders = list(SalesOrder.objects.order_by("-order_date", "-pk").prefetch_related("lines__product")[:PARCELS])
    parcels = [parcel(number, order) for number, order in enumerate(orders)]
    noted = [
        {"orderId": row["orderId"], "modifyDate": row["createDate"], "internalNotes": note} for row, note in parcels
    ]
    double = ShipStationDouble([row for row, _ in parcels], noted)
    double.thread.start()
    return double


def parcel(number: int, order: SalesOrder) -> tuple[dict[str, Any], str]:
    """Return one more parcel of ``order`` as ShipStation reports it, and the note of its order.

    The first has an item that nobody knows, the second no order here, the third was voided.
    """
    lines = [line for line in order.lines.all() if line.product][:2]
    items = [{"sku": line.product.sku, "name": line.product.name, "quantity": 1} for line in lines]
    if number == 0:
        items.append({"sku": "SAMPLE-BAG", "name": "Sample bag", "quantity": 1})
    day = timezone.localdate() - timedelta(days=1 + number)
    row = {
        "shipmentId": 870_000 + PARCELS - number,
        "orderId": 440_000 + number,
        "orderNumber": f"{order.order_number}9" if number == 1 else order.order_number,
        "createDate": f"{day}T16:05:00.0000000",
        "shipDate": f"{day}",
        "carrierCode": "fedex",
        "trackingNumber": f"7946{number:08}",
        "voided": number == 2,
        "shipTo": address_of(order),
        "shipmentItems": items,
    }
    return row, note_of(lines)


def address_of(order: SalesOrder) -> dict[str, str]:
    """Return the ship-to block of ``order`` as ShipStation writes it."""
    street, _, more = order.ship_to_address.partition("\n")
    return {
        "name": "Receiving",
        "company": order.ship_to_name or str(order.customer),
        "street1": street,
        "street2": more,
        "city": order.ship_to_city,
        "state": order.ship_to_state,
        "postalCode": order.ship_to_postal_code,
    }


def note_of(lines: list) -> str:
    """Return a note that names the newest lot of each lot-tracked product, as a packer writes it."""
    tracked = [line.product for line in lines if line.product.is_lot_tracked]
    lots = [
        Lot.objects.filter(product=product, status=Lot.Status.RELEASED).order_by("-pk").first() for product in tracked
    ]
    return "; ".join(f"Lot: {lot.number} x1" for lot in lots if lot)
