"""A trace as CSV and as JSON: everything that the page shows, and all of it."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from distribution.tracing.balance import MassBalance
from distribution.tracing.customer import CustomerTrace
from distribution.tracing.left_out import LeftOutLine
from distribution.tracing.lot import LotTrace
from distribution.tracing.shipped_lines import ShippedLine
from eqms.csv_cells import csv_lines
from inventory.models import Lot, Product

HEAD = ["Status", "Ship Date", "Order #", "Tracking Number", "Carrier", "Shipment"]
HEAD += ["Facility", "Address", "City", "State", "Zip", "Contact"]
HEAD += ["SKU", "Lot", "Lot as Reported", "Serial Number", "Quantity", "Returned"]
HEAD += ["Customer Number", "Customer", "Source", "Void Reason"]
ELSEWHERE = "another lot"
LEFT_OUT = "left out"


def as_csv(trace: LotTrace | CustomerTrace) -> Iterator[str]:
    """Yield the lines of the CSV: matched shipments, waiting ones, what counts nowhere, what was left out."""
    return csv_lines([HEAD, *(cells(*row) for row in rows_of(trace)), *map(cells_left_out, trace.left_out)])


def rows_of(trace: LotTrace | CustomerTrace) -> Iterator[tuple[str, ShippedLine, str, str]]:
    """Yield (status, line, SKU, number of the lot) of every line of ``trace`` that stands in the log."""
    for line in (*trace.matched, *trace.waiting, *trace.void):
        if isinstance(trace, LotTrace):
            yield line.status, line, trace.product.sku, trace.lot.number if trace.lot else ""
        else:
            yield line.status, line, line.sku, line.lot_number or ""
    if isinstance(trace, LotTrace):
        lots = Lot.objects.in_bulk([line.lot_id for line in trace.elsewhere if line.lot_id])
        for line in trace.elsewhere:
            yield ELSEWHERE, line, trace.product.sku, lots[line.lot_id].number if line.lot_id else ""


def cells(status: str, line: ShippedLine, sku: str, lot_number: str) -> list[Any]:
    """Return the cells of one line of the CSV."""
    street = ", ".join(part.strip() for part in line.address.splitlines() if part.strip())
    shipped = [status, line.ship_date.isoformat(), line.order, line.tracking_number, line.carrier, line.shipment_id]
    consignee = [line.name, street, line.city, line.state, line.postal_code, line.contact]
    goods = [sku, lot_number, line.reported_number, line.serial_number, line.quantity, line.returned]
    return [
        *shipped,
        *consignee,
        *goods,
        line.customer_number or "",
        line.customer_name or "",
        line.source_word,
        line.void_reason,
    ]


def cells_left_out(line: LeftOutLine) -> list[Any]:
    """Return the cells of one line that was left out; why stands in the last column."""
    status = LEFT_OUT if line.names_lot else f"{LEFT_OUT}, lot not known"
    day = line.ship_date.isoformat() if line.ship_date else ""
    to = line.consignee
    return [
        *(status, day, line.order, line.tracking_number, line.carrier, ""),
        *(to.name, ", ".join(to.lines), to.city, to.state, to.postal_code, line.contact),
        *(line.sku, "", line.reported_number, line.serial_number, line.quantity if line.sku else "", ""),
        *("", "", line.source_word, line.why),
    ]


def as_json(trace: LotTrace | CustomerTrace) -> str:
    """Return the whole trace as one JSON document."""
    return json.dumps(as_dict(trace), cls=DjangoJSONEncoder, ensure_ascii=False)


def as_dict(trace: LotTrace | CustomerTrace) -> dict[str, Any]:
    """Return ``trace`` as JSON holds it."""
    if isinstance(trace, CustomerTrace):
        return customer_as_dict(trace)
    lists = {name: [line_as_dict(line) for line in getattr(trace, name)] for name in ("matched", "waiting", "void")}
    return {
        "lot": {"number": trace.number, "also_reported_as": trace.aliases, **lot_as_dict(trace.lot)},
        "product": product_as_dict(trace.product),
        "consignees": trace.consignees,
        "units": trace.units,
        "returned": trace.returned,
        "mass_balance": balance_as_dict(trace.balance) if trace.balance else None,
        **lists,
        "reported_and_corrected_to_another_lot": [line_as_dict(line) for line in trace.elsewhere],
        "left_out": list(map(left_out_as_dict, trace.left_out)),
    }


def lot_as_dict(lot: Lot | None) -> dict[str, Any]:
    """Return what is known of a lot; nothing of a number that no lot has."""
    if lot is None:
        return {"is_known": False}
    about = {"id": lot.pk, "status": lot.status, "is_expired": lot.is_expired}
    return {"is_known": True, **about, "manufactured_on": lot.manufactured_on, "expires_on": lot.expires_on}


def product_as_dict(product: Product) -> dict[str, Any]:
    """Return what names ``product``."""
    return {"id": str(product.pk), "sku": product.sku, "name": product.name, "gtin": product.gtin}


def balance_as_dict(balance: MassBalance) -> dict[str, Any]:
    """Return the parts of ``balance`` by name."""
    parts = {name.replace(" ", "_"): units for name, units in balance.parts}
    return {"produced": balance.produced, "is_produced_known": balance.is_produced_known, **parts}


def customer_as_dict(trace: CustomerTrace) -> dict[str, Any]:
    """Return what a customer got as JSON holds it."""
    customer = trace.customer
    about = {"id": customer.pk, "number": customer.customer_number, "name": customer.facility_name}
    lots = {
        "lots": [lot._asdict() for lot in trace.lots],
        "lots_waiting": [lot._asdict() for lot in trace.lots_waiting],
    }
    lists = {name: [line_as_dict(line) for line in getattr(trace, name)] for name in ("matched", "waiting", "void")}
    left_out = list(map(left_out_as_dict, trace.left_out))
    return {"customer": about, "units": trace.units, "returned": trace.returned, **lots, **lists, "left_out": left_out}


def line_as_dict(line: ShippedLine) -> dict[str, Any]:
    """Return one line as JSON holds it."""
    names = (
        "shipment_id ship_date tracking_number carrier source quantity returned reported_number serial_number "
        "customer_id customer_number customer_name sales_order_id"
    )
    consignee = {"name": line.name, "address": line.address, "city": line.city, "state": line.state}
    consignee |= {"postal_code": line.postal_code, "contact": line.contact}
    more = {"sku": line.sku, "lot_number": line.lot_number} if line.sku else {}
    more |= {"void_reason": line.void_reason} if line.voided_at else {}
    said = {name: getattr(line, name) for name in names.split()}
    return {"status": line.status, "order_number": line.order, "consignee": consignee, **said, **more}


def left_out_as_dict(line: LeftOutLine) -> dict[str, Any]:
    """Return one line that was left out as JSON holds it; without units where they could not be read."""
    names = "skipped_id ship_date tracking_number carrier source sku reported_number serial_number"
    said = {name: getattr(line, name) for name in names.split()}
    consignee = {**line.consignee._asdict(), "contact": line.contact}
    units = line.quantity if line.sku else None
    more = {"quantity": units, "names_the_lot": line.names_lot, "reason": line.why}
    return {"order_number": line.order, "consignee": consignee, **said, **more}
