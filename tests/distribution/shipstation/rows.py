"""Rows as ShipStation gives them."""

from collections.abc import Iterable


def shipment(number: int, *items: tuple[str, int], order: str = "SO-1", **more) -> dict:
    """Return a shipment of March 2026 with (SKU, units) as its items; the first that it is ``number``."""
    return {
        "shipmentId": 1000 + number,
        "orderId": 5000 + number,
        "orderNumber": order,
        "createDate": f"2026-03-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00.0000000",
        "shipDate": f"2026-03-{1 + number % 28:02}",
        "carrierCode": "fedex",
        "trackingNumber": f"7000{number:08}",
        "voided": False,
        "voidDate": None,
        "shipTo": {
            "name": "Dr. Ada Ring",
            "company": "Klinik Müller",
            "street1": "5 Ring",
            "street2": None,
            "city": "Springfield",
            "state": "IL",
            "postalCode": "62701",
            "phone": "217-555-0100",
        },
        "shipmentItems": [{"sku": sku, "name": f"The {sku}", "quantity": units} for sku, units in items],
        **more,
    }


def order_of(shipment: dict, note: str) -> dict:
    """Return the order of a shipment with a note of the house."""
    return {
        "orderId": shipment["orderId"],
        "orderNumber": shipment["orderNumber"],
        "modifyDate": shipment["createDate"],
        "internalNotes": note,
        "advancedOptions": {"customField1": None},
    }


def many(numbers: Iterable[int]) -> list[dict]:
    """Return shipments of one unit of A-1 each, of an order of their own each."""
    return [shipment(number, ("A-1", 1), order=f"SO-{number}") for number in numbers]
