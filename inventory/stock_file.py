"""CSV files of intakes: which columns they have, and what was read of a stored one."""

import json
from functools import partial

from django.conf import settings

from eqms.csv_rows import Column, Table, day, read_rows, whole_number
from eqms.models import Reading, SourceDocument
from eqms.readings import reading_of
from inventory.models.stock import LARGEST_QUANTITY

READER_VERSION = "1"


def columns() -> list[Column]:
    """Return the columns of a file of intakes, with the ways in which people head them."""
    quantity = partial(whole_number, largest=LARGEST_QUANTITY)
    received = partial(day, day_first=settings.DATE_ORDER == "day_first")
    return [
        Column("sku", "SKU", ("Item", "Item Number", "Item No", "Product", "Product Code", "Part Number", "Code")),
        Column("lot", "Lot", ("Lot Number", "Lot No", "Batch", "Batch Number"), required=False, filled=False),
        Column("quantity", "Quantity", ("Qty", "Units", "Quantity Received", "Qty Received"), quantity),
        Column("received_on", "Received On", ("Received", "Received Date", "Date Received", "Date"), received),
        Column("warehouse", "Warehouse", ("Warehouse Name", "Location", "Received At", "Site")),
    ]


def reader() -> str:
    """Return the name under which readings are kept: what it would read may differ with each part of it."""
    return f"stock {READER_VERSION} {settings.DATE_ORDER}"


def read_stock_file(document: SourceDocument) -> Table:
    """Return the rows of a stored file, read once. Raises StorageTrouble; call it outside of transactions."""
    return table_of(reading_of(document, reader(), lambda data: read_rows(data, columns()).as_json()))


def read_before(document: SourceDocument) -> Table | None:
    """Return the rows of ``document`` as they were read, None where it has not been. One query."""
    reading = document.readings.filter(reader=reader()).first()
    return table_of(reading) if reading else None


def table_of(reading: Reading) -> Table:
    """Return the table that a reading keeps."""
    return Table.from_json(json.loads(reading.content))
