"""CSV files of shipments: which columns they have, and what was read of a stored one."""

import json
from collections.abc import Callable
from functools import partial

from django.conf import settings

from distribution.models import Distribution
from eqms.csv_rows import BadCell, Column, Table, day, read_rows, whole_number
from eqms.models import Reading, SourceDocument
from eqms.readings import reading_of
from eqms.text_key import letters_and_digits
from inventory.models.stock import LARGEST_QUANTITY

READER_VERSION = "1"
SOURCES = {
    letters_and_digits(word): source.value for source in Distribution.Source for word in (source.value, source.label)
}


def columns() -> list[Column]:
    """Return the columns of a file of shipments, with the ways in which people head them."""
    quantity = partial(whole_number, largest=LARGEST_QUANTITY)
    shipped = partial(day, day_first=settings.DATE_ORDER == "day_first")
    optional = partial(Column, required=False, filled=False)
    facilities = ("Facility", "Customer", "Customer Name", "Ship To", "Ship To Name", "Consignee", "Company")
    orders = ("Order", "Order No", "Order ID", "Sales Order", "Sales Order Number", "SO", "SO Number", "SO No")
    places = ("Warehouse", "Location", "Shipped From Warehouse", "From")
    return [
        Column("ship_date", "Ship Date", ("Shipped", "Shipped On", "Date Shipped", "Shipment Date", "Date"), shipped),
        Column("order_number", "Order Number", orders, at_most(60), filled=False),
        Column("facility", "Facility Name", facilities, at_most(200)),
        Column("sku", "SKU", ("Item", "Item Number", "Item No", "Product", "Product Code", "Part Number", "Code")),
        optional("lot", "Lot", ("Lot Number", "Lot No", "Batch", "Batch Number"), at_most(60)),
        Column("quantity", "Quantity", ("Qty", "Units", "Quantity Shipped", "Qty Shipped"), quantity),
        optional("address", "Address", ("Street", "Address 1", "Street Address", "Ship To Address"), at_most(500)),
        optional("city", "City", ("Ship To City", "Town"), at_most(100)),
        optional("state", "State", ("Ship To State", "Province", "Region"), at_most(50)),
        optional("postal_code", "Zip", ("Zip Code", "Postal Code", "Postcode", "Ship To Zip"), at_most(20)),
        optional("tracking_number", "Tracking Number", ("Tracking", "Tracking No", "Tracking ID"), at_most(100)),
        optional("carrier", "Carrier", ("Ship Via", "Shipped Via"), at_most(60)),
        optional("rep", "Rep", ("Sales Rep", "Representative", "Rep Name"), at_most(100)),
        optional("source", "Source", (), source_named),
        optional("place", "Shipped From", places, at_most(100)),
        optional("external_key", "External Key", ("External ID", "Shipment ID", "Reference"), at_most(190)),
    ]


def at_most(length: int) -> Callable[[str], str]:
    """Return what reads a text of at most ``length`` characters."""

    def read(text: str) -> str:
        if len(text) > length:
            raise BadCell(f"is longer than {length} characters", "Shorten it.")
        return text

    return read


def source_named(text: str) -> str:
    """Return the source that ``text`` means: "ShipStation" is shipstation."""
    if found := SOURCES.get(letters_and_digits(text)):
        return found
    words = ", ".join(source.label for source in Distribution.Source)
    raise BadCell("is no source of shipments", f"Write one of {words}, or leave the cell empty.")


def reader() -> str:
    """Return the name under which readings are kept: what it would read may differ with each part of it."""
    return f"shipments {READER_VERSION} {settings.DATE_ORDER}"


def read_shipment_file(document: SourceDocument) -> Table:
    """Return the rows of a stored file, read once. Raises StorageTrouble; call it outside of transactions."""
    return table_of(reading_of(document, reader(), lambda data: read_rows(data, columns()).as_json()))


def read_before(document: SourceDocument) -> Table | None:
    """Return the rows of ``document`` as they were read, None where it has not been. One query."""
    reading = document.readings.filter(reader=reader()).first()
    return table_of(reading) if reading else None


def table_of(reading: Reading) -> Table:
    """Return the table that a reading keeps."""
    return Table.from_json(json.loads(reading.content))
