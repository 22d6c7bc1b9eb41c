"""CSV files of intakes: which columns they have."""

from functools import partial

from django.conf import settings

from eqms.csv_rows import Column, day, whole_number
from eqms.row_files.kind import FileKind
from eqms.storage.sizes import MB
from inventory.models.stock import LARGEST_QUANTITY


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


STOCK_FILE = FileKind("intakes", "stock 1", columns, largest=20 * MB)  # 100,000 rows are 5 MB
