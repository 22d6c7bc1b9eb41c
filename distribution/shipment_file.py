"""CSV files of shipments: which columns they have."""

from functools import partial

from django.conf import settings

from distribution.models import Distribution
from eqms.csv_rows import BadCell, Column, at_most, day, whole_number
from eqms.row_files.kind import FileKind
from eqms.storage.sizes import MB
from eqms.text_key import letters_and_digits
from inventory.models.stock import LARGEST_QUANTITY

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


def source_named(text: str) -> str:
    """Return the source that ``text`` means: "ShipStation" is shipstation."""
    if found := SOURCES.get(letters_and_digits(text)):
        return found
    words = ", ".join(source.label for source in Distribution.Source)
    raise BadCell("is no source of shipments", f"Write one of {words}, or leave the cell empty.")


NAMED = ("Ship Date", "Order Number", "Facility Name", "SKU", "Lot", "Quantity")
SHIPMENT_FILE = FileKind("shipments", "shipments 1", columns, largest=40 * MB, named=NAMED)  # 100,000 rows are 15 MB
