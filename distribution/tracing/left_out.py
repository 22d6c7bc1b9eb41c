"""Shipments that were reported and left out of the log: their goods left the house, and nothing counts them yet.

They wait for a person: for a lot that nobody could read, for an order, for somebody who may let a recalled lot stand
in the log. A trace names them apart, since whoever got these units may have to be told too.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from customers.models import Customer
from distribution.models import Distribution, SkippedShipment
from distribution.shipping import NewShipment
from distribution.shipstation.reported import Reported, reported
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product
from sales.address_block import AddressBlock
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty


class LeftOutLine(NamedTuple):
    """One line of a shipment that was left out; ``sku`` is "" where the goods could not be read."""

    skipped_id: int
    place_in_it: int  # from 0: two lines may say the same
    source: str
    why: str
    order: str = ""  # its number as reported
    ship_date: date | None = None
    consignee: AddressBlock = AddressBlock()
    contact: str = ""
    carrier: str = ""
    tracking_number: str = ""
    sku: str = ""
    quantity: int = 0
    reported_number: str = ""
    serial_number: str = ""
    names_lot: bool = True  # False: it names no known lot, so it may be of the one that is traced

    @property
    def name(self) -> str:
        return self.consignee.name

    @property
    def place(self) -> str:
        """The whole address in one line."""
        return self.consignee.place

    @property
    def source_word(self) -> str:
        """The source as people call it."""
        return str(Distribution.Source(self.source).label)

    @property
    def lot_key(self) -> str:
        return code_key_or_empty(self.reported_number)


def every_line() -> list[LeftOutLine]:
    """Return every line that is left out, the first reported first. One statement."""
    rows = SkippedShipment.objects.left_out().order_by("pk")
    return [line._replace(place_in_it=place) for row in rows for place, line in enumerate(lines_of(row))]


def of_lots(lots: Iterable[Lot], lines: Sequence[LeftOutLine] | None = None) -> list[LeftOutLine]:
    """Return the lines that name one of ``lots``, and those that may be of one: they name no lot that is known.

    ``lines`` are all that are left out, where they were read already. One statement for them, and four more where
    there are any.
    """
    lots, lines = list(lots), every_line() if lines is None else lines
    if not lots or not lines:
        return []
    products = Product.objects.known_as(line.sku for line in lines)
    known = Lot.objects.known_as(line.reported_number for line in lines)
    numbers = {number for (_, number), lot in known.items() if lot in lots}
    found = []
    for line in lines:
        product = products.get(code_key_or_empty(line.sku))
        if product is None:
            found.append(line._replace(names_lot=line.lot_key in numbers))
            continue
        named = known.get((product.pk, line.lot_key))
        if named in lots:
            found.append(line)
        elif named is None and product.pk in {lot.product_id for lot in lots}:
            found.append(line._replace(names_lot=False))
    return found


def of_reported_number(product: Product, number: str) -> list[LeftOutLine]:
    """Return the lines of ``product`` that were reported under ``number``. Three statements at most."""
    lines = reported_under(code_key_or_empty(number))
    products = Product.objects.known_as(line.sku for line in lines)
    return [line for line in lines if products.get(code_key_or_empty(line.sku)) == product]


def reported_under(key: str) -> list[LeftOutLine]:
    """Return the lines that report a lot number with ``key``. One statement."""
    return [line for line in every_line() if line.sku and line.lot_key == key]


def of_customer(customer: Customer, keys: Iterable[str]) -> list[LeftOutLine]:
    """Return the lines of the orders of ``customer``, and those to a name and address with one of ``keys``.

    ``keys`` are company keys. One statement, two where anything was left out.
    """
    lines, addressed = every_line(), set(keys)
    if not lines:
        return []
    named = {order_number_key_or_empty(line.order) for line in lines} - {""}
    orders = SalesOrder.objects.filter(customer=customer, order_number_key__among=sorted(named))
    own = set(orders.values_list("order_number_key", flat=True))
    return [line for line in lines if line.consignee.key in addressed or order_number_key_or_empty(line.order) in own]


def lines_of(skipped: SkippedShipment) -> Iterator[LeftOutLine]:
    """Yield the lines of ``skipped``, as far as what was reported can be read."""
    nothing_read = LeftOutLine(skipped.pk, 0, skipped.source, skipped.reason, skipped.order_number)
    if new := NewShipment.kept_in(skipped.content):
        head = headed(nothing_read, new)
        for line in new.lines:
            one = head._replace(sku=line.sku, quantity=line.quantity)
            yield one._replace(reported_number=line.lot_number, serial_number=line.serial_number)
        return
    try:
        found = reported(json.loads(skipped.content)["reported"])
    except (ValueError, TypeError, KeyError, AttributeError):
        yield nothing_read  # of another release, or edited
        return
    head = headed(nothing_read, found)
    yield from (head._replace(sku=item.sku, quantity=item.quantity) for item in found.items)
    if not found.is_read_whole:
        yield head


def headed(line: LeftOutLine, said: NewShipment | Reported) -> LeftOutLine:
    """Return ``line`` with what every line of its shipment says."""
    about = line._replace(order=said.order_number, ship_date=said.ship_date, consignee=said.consignee)
    return about._replace(contact=said.contact, carrier=said.carrier, tracking_number=said.tracking_number or "")
