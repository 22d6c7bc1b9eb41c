"""A shipment as ShipStation reports it. Pure: no database.

Its JSON is theirs: a field may be missing, null or of another type, and says then what is wrong in words.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sales.address_block import AddressBlock

Row = Mapping[str, Any]
CARRIERS = {
    "fedex": "FedEx",
    "ups": "UPS",
    "ups_walleted": "UPS",
    "stamps_com": "USPS",
    "usps": "USPS",
    "dhl_express": "DHL",
}
LONGEST = {"order_number": 60, "tracking_number": 100, "carrier": 60}  # characters, as the log has them
LONGEST_KEY = 200
LONGEST_OF_CONSIGNEE = {"city": 100, "state": 50, "postal_code": 20}
NOTES = ("internalNotes", "customerNotes", "giftMessage")
CUSTOM_FIELDS = ("customField1", "customField2", "customField3")


class ReportedItem(NamedTuple):
    """One item: its SKU as reported, its name, its units."""

    sku: str
    name: str
    quantity: int


class Reported(NamedTuple):
    """One shipment; ``problems`` say what keeps it from being taken in as it stands."""

    external_key: str
    order_id: str
    order_number: str
    ship_date: date | None
    consignee: AddressBlock
    contact: str
    carrier: str
    tracking_number: str
    is_voided: bool
    items: list[ReportedItem]
    problems: list[str]
    is_read_whole: bool  # False: it holds goods of which nobody knows what they are


def reported(row: Row) -> Reported:
    """Return the shipment in a row of the list of shipments."""
    problems: list[str] = []
    of_items: list[str] = []
    given = row.get("shipTo")
    address: Row = given if isinstance(given, dict) else {}
    items = [item for entry in listed(row, "shipmentItems") if (item := item_of(entry, of_items))]
    shipment = Reported(
        external_key=key if len(key := text(row, "shipmentId")) <= LONGEST_KEY else "",
        order_id=text(row, "orderId"),
        order_number=text(row, "orderNumber"),
        ship_date=day(row, problems),
        consignee=block_of(address),
        contact=contact_of(address),
        carrier=CARRIERS.get(text(row, "carrierCode"), text(row, "carrierCode")),
        tracking_number=text(row, "trackingNumber"),
        is_voided=row.get("voided") is True or bool(text(row, "voidDate")),
        items=items,
        problems=problems,
        is_read_whole=bool(items) and not of_items,
    )
    problems += of_items
    if not shipment.external_key:
        problems.append(f"it has no shipmentId of at most {LONGEST_KEY} characters")
    if not items:
        problems.append("it lists no items")
    if not shipment.consignee.name:
        problems.append("it names no consignee")
    for said, limits in ((shipment, LONGEST), (shipment.consignee, LONGEST_OF_CONSIGNEE)):
        long = [(name, most) for name, most in limits.items() if len(getattr(said, name)) > most]
        problems += [f"its {name.replace('_', ' ')} has more than {most} characters" for name, most in long]
    return shipment


def notes_of(order: Row) -> list[str]:
    """Return the notes of an order: those of the house, of the customer, and the custom fields."""
    more = order.get("advancedOptions")
    fields = [text(more, name) for name in CUSTOM_FIELDS] if isinstance(more, dict) else []
    return [note for note in [*(text(order, name) for name in NOTES), *fields] if note]


def item_of(entry: Any, problems: list[str]) -> ReportedItem | None:
    """Return one item, None for what is no goods: a discount, a line of nothing."""
    if not isinstance(entry, dict) or entry.get("adjustment") is True:
        return None
    sku, name, quantity = text(entry, "sku"), text(entry, "name"), entry.get("quantity")
    if quantity == 0:
        return None
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
        problems.append(f"the quantity of {sku or name or 'an item'} is {quantity!r}, no whole number above zero")
        return None
    if not sku:
        problems.append(f"the item {name or '(without a name)'} has no SKU")
        return None
    return ReportedItem(sku, name, quantity)


def block_of(address: Row) -> AddressBlock:
    """Return name and address of the consignee: the company where one is named, else the person."""
    name = text(address, "company") or text(address, "name")
    lines = [line for part in ("street1", "street2", "street3") if (line := text(address, part))]
    return AddressBlock(
        name[:200], "\n".join(lines), text(address, "city"), text(address, "state"), text(address, "postalCode")
    )


def contact_of(address: Row) -> str:
    """Return the person and the phone number of the consignee in one line."""
    person = text(address, "name") if text(address, "company") else ""
    return ", ".join(filter(None, [person, text(address, "phone")]))[:254]


def day(row: Row, problems: list[str]) -> date | None:
    """Return the day of shipping, in the account's own time zone as the service gives it."""
    written = text(row, "shipDate") or text(row, "createDate")
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        problems.append(f"its date {written!r} is none")
        return None


def listed(row: Row, name: str) -> list[Any]:
    """Return the list under ``name``, an empty one where there is none."""
    found = row.get(name)
    return found if isinstance(found, list) else []


def text(row: Row, name: str) -> str:
    """Return the value under ``name`` as one line of text, "" where it is missing."""
    value = row.get(name)
    if value is None or isinstance(value, (dict, list, bool)):
        return ""
    return " ".join(str(value).encode("utf-8", "ignore").decode().replace("\0", "").split())  # half an emoji is none
