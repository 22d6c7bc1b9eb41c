"""With which options each operation has something to do on the demo data. The contract tests loop over the registry.

An operation without an entry is called without options. An entry may add the rows that it needs.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from customers.models import DuplicateCandidate
from distribution.models import ShipStationPage
from distribution.shipment_file import SHIPMENT_FILE
from eqms.storage import store
from inventory.stock_file import STOCK_FILE
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.order_file import ORDER_FILE

from .cast import counted
from .distribution.shipstation.rows import shipment


def options_for(name: str, demo: Any) -> dict[str, Any]:
    """Return the options for the operation ``name``, once for each demo."""
    return OPTIONS[name](demo) if name in OPTIONS else {}


def read_papers(demo) -> dict[str, Any]:
    """Add a paper for the order that a shipment waits for, and one from a facility that nobody knows."""
    for number, facility in (("SO-77", "Klinik Müller"), ("SO-900", "東京病院")):
        a_paper_of(demo, number, facility)
    return {}


def a_paper_of(demo, number: str, facility: str, *, street: str = "5 Ring"):
    """Return a paper that was read as an order of ``facility`` in Springfield."""
    block = {"name": facility, "lines": [street], "city": "Springfield", "state": "IL", "zip": "62701"}
    fields = {"order_number": number, "order_date": "2026-03-01", **{f"ship_to.{k}": v for k, v in block.items()}}
    line = {"sku": "A-1", "quantity": 2, "unit_price": "10.00", "amount": "20.00"}
    content = {
        "kind": "sales_order",
        "pages": [1],
        "box": None,
        "problems": [],
        "fields": {name: {"value": value} for name, value in fields.items()},
        "lines": [{name: {"value": value} for name, value in line.items()}],
    }
    return demo.paper(kind="sales_order", status=DocumentSegment.Status.READ, fields=json.dumps(content))


def three_lost(demo) -> dict[str, Any]:
    """Name the number that is there, so that the same call a second time is refused."""
    named = {"product": demo.product, "place": demo.depot, "difference": -3, "seen": 50}
    return {**named, "kind": "loss", "note": "not found on the rack"}


def two_missing(demo) -> dict[str, Any]:
    """Count 18 of the 20 units of a lot."""
    return {"count": counted(demo.lot, 18)}


def read_stock(demo) -> dict[str, Any]:
    """Store and read a file with one intake of each product."""
    rows = "SKU,Lot,Quantity,Received On,Warehouse\nA-1,,25,2026-03-04,Depot\nA-2,L-7,5,2026-03-05,Depot\n"
    document = store(rows.encode(), "stock.csv", by=demo.ada)
    STOCK_FILE.read(document)
    return {"document": document}


def listed_orders(demo) -> dict[str, Any]:
    """Store and read a file with an order of a known customer, and one of a new customer with a waiting shipment."""
    rows = [
        "Order Number,Order Date,Facility Name,Address,City,State,Zip,SKU,Quantity",
        "SO-91,2026-03-01,North Clinic,1 Main St,Springfield,IL,62701,A-1,2",
        "SO-77,2026-03-01,Klinik Müller,5 Ring,Bonn,,53111,A-2,4",
    ]
    document = store("\n".join(rows).encode(), "orders.csv", by=demo.ada)
    ORDER_FILE.read(document)
    return {"document": document}


def an_unlinked_line(demo) -> dict[str, Any]:
    """Add a line that prints a known SKU and is linked to no product."""
    SalesOrderLine.objects.create(order=demo.order, line_number=9, sku_printed="a-1", quantity=1)
    return {}


def an_order_for_the_waiting(demo) -> dict[str, Any]:
    """Add the order for which a shipment waits."""
    number = demo.waiting.order_number
    SalesOrder.objects.create(order_number=number, customer=demo.north, order_date=date(2026, 3, 1))
    return {}


def two_to_merge(demo) -> dict[str, Any]:
    """Name two customers with orders, contacts and an alias."""
    return {"master": demo.north.pk, "duplicates": [demo.north_inc.pk]}


def two_found_alike(demo) -> dict[str, Any]:
    """Leave a pair of which a search was sure."""
    told = {"confidence": 0.999, "bits": 15, "band": "automatic", "reasons": "same phone", "version": "1"}
    DuplicateCandidate.objects.get_or_create(first_id=demo.north.pk, second_id=demo.north_inc.pk, defaults=told)
    return {"band": "automatic"}


def two_to_keep_apart(demo) -> dict[str, Any]:
    """Name two customers that nothing refers to."""
    return {"first": demo.idle.pk, "second": demo.idle_two.pk, "why": "two buildings"}


def a_new_name(demo) -> dict[str, Any]:
    """Add two orders that print another name of their customer."""
    for number in ("SO-81", "SO-82"):
        order = demo.ordered(number, demo.north, order_date=date(2026, 3, 1))
        SalesOrder.objects.filter(pk=order.pk).update(ship_to_name="North Hospital")
    return {}


def a_label_of_the_shipment(demo) -> dict[str, Any]:
    """Add a label with the tracking number of a shipment."""
    fields = {"tracking_number": {"value": demo.shipment.tracking_number}}
    content = {"kind": "shipping_label", "pages": [1], "box": None, "problems": [], "fields": fields, "lines": []}
    demo.paper(kind="shipping_label", status=DocumentSegment.Status.UNMATCHED, fields=json.dumps(content))
    return {}


def read_shipments(demo) -> dict[str, Any]:
    """Store and read a file with a shipment of an order that is here, and one that waits."""
    rows = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity,Shipped From\n"
    rows += "2026-03-04,SO-1,North Clinic,A-1,,2,Depot\n2026-03-05,SO-404,Klinik Müller,A-2,L-7,5,Depot\n"
    document = store(rows.encode(), "log.csv", by=demo.ada)
    SHIPMENT_FILE.read(document)
    return {"document": document}


def a_reported_parcel(demo) -> dict[str, Any]:
    """Keep the pages of a month with one parcel."""
    content = {"shipments": [shipment(1, ("A-1", 2), order="SO-1")], "orders": []}
    for kind, rows in content.items():
        about = {"scope": "2026-03", "kind": kind, "number": 1}
        values = {"content": json.dumps(rows), "row_count": len(rows), "is_last": True}
        ShipStationPage.objects.update_or_create(**about, defaults=values)
    return {"month": "2026-03"}


OPTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "adjust_stock": three_lost,
    "attach_papers": a_label_of_the_shipment,
    "dedupe_customers": two_found_alike,
    "import_orders": read_papers,
    "merge_customers": two_to_merge,
    "not_duplicates": two_to_keep_apart,
    "sync_shipstation": a_reported_parcel,
    "import_sales_orders": listed_orders,
    "link_products": an_unlinked_line,
    "match_distributions": an_order_for_the_waiting,
    "refresh_customers_from_orders": a_new_name,
    "settle_stock_count": two_missing,
    "import_distributions": read_shipments,
    "import_stock": read_stock,
}
