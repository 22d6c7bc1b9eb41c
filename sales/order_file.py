"""CSV files of orders: which columns they have."""

import re
from decimal import Decimal
from functools import partial

from django.conf import settings

from customers.company_key import company_key
from eqms.csv_rows import BadCell, Column, at_most, day, whole_number
from eqms.row_files.kind import FileKind
from eqms.storage.sizes import MB
from eqms.text_key import EmptyKey
from sales.order_number_key import order_number_key_or_empty
from sales.printed_order import LARGEST_AMOUNT, LARGEST_QUANTITY

PRICE = re.compile(r"\$?\s?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,2})?)")


def columns() -> list[Column]:
    """Return the columns of a file of orders, with the ways in which people head them."""
    quantity = partial(whole_number, largest=LARGEST_QUANTITY)
    ordered = partial(day, day_first=settings.DATE_ORDER == "day_first")
    optional = partial(Column, required=False, filled=False)
    numbers = ("Order", "Order No", "Sales Order", "Sales Order Number", "SO", "SO Number", "SO No")
    facilities = ("Facility", "Customer", "Customer Name", "Ship To", "Ship To Name", "Company")
    items = ("Item", "Item Number", "Item No", "Product", "Product Code", "Part Number", "Code")
    return [
        Column("order_number", "Order Number", numbers, order_number),
        Column("order_date", "Order Date", ("Ordered", "Ordered On", "Date Ordered", "Date"), ordered),
        optional("customer_number", "Customer Number", ("Customer No", "Customer ID", "Account"), at_most(40)),
        Column("facility", "Facility Name", facilities, facility_name),
        optional("address", "Address", ("Street", "Address 1", "Street Address", "Ship To Address"), at_most(200)),
        optional("city", "City", ("Ship To City", "Town"), at_most(100)),
        optional("state", "State", ("Ship To State", "Province", "Region"), at_most(50)),
        optional("postal_code", "Zip", ("Zip Code", "Postal Code", "Postcode", "Ship To Zip"), at_most(20)),
        Column("sku", "SKU", items, at_most(100)),
        optional("description", "Description", ("Item Description", "Product Name"), at_most(500)),
        optional("lot", "Lot", ("Lot Number", "Lot No", "Lots", "Batch", "Batch Number"), at_most(500)),
        Column("quantity", "Quantity", ("Qty", "Units", "Quantity Ordered", "Qty Ordered"), quantity),
        optional("unit_price", "Unit Price", ("Price", "Price Each", "Rate"), price),
    ]


def order_number(text: str) -> str:
    """Return an order number as it stands; BadCell where it names no order."""
    if not order_number_key_or_empty(text):
        raise BadCell("holds no letter and no digit", "Write the number of the order.")
    return at_most(60)(text)


def facility_name(text: str) -> str:
    """Return the name of a customer as it stands; BadCell where it names nobody."""
    try:
        company_key(text)
    except EmptyKey as error:
        raise BadCell("holds no letter and no digit", "Write the name as people say it.") from error
    return at_most(200)(text)


def price(text: str) -> str:
    """Return an amount of money with two places: "$1,250" is 1250.00. BadCell for everything else."""
    found = PRICE.fullmatch(text)
    if not found:
        raise BadCell("is no price", "Write it with a point before the cents, such as 1250.00.")
    amount = Decimal(found[1].replace(",", "")).quantize(Decimal("0.01"))
    if amount > LARGEST_AMOUNT:
        raise BadCell(f"is more than {LARGEST_AMOUNT:,}", "Look for a slip of the keyboard.")
    return str(amount)


ORDER_FILE = FileKind("sales orders", "order rows 1", columns, largest=40 * MB)  # 100,000 rows are 15 MB
