"""Shipments that were reported and left out of the log: their goods left the house, and nothing counts them yet.

They wait for a person: for a lot that nobody could read, for an order, for somebody who may let a recalled lot stand
in the log. A trace names them apart, since whoever got these units may have to be told too.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from distribution.models import Distribution, SkippedShipment
from distribution.shipping import NewShipment
from distribution.shipstation.reported import Reported, reported
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product
from sales.address_block import AddressBlock


class LeftOutLine(NamedTuple):
    """One line of a shipment that was left out; ``sku`` is "" where the goods could not be read."""

    skipped_id: int
    source: str
    why: str
    order: str  # its number as reported
    ship_date: date | None
    consignee: AddressBlock
    contact: str
    carrier: str
    tracking_number: str
    sku: str = ""
    quantity: int = 0
    reported_number: str = ""
    serial_number: str = ""
    names_it: bool = True  # False: it names no known lot, so it may be of the one that is traced

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


def of_lot(lot: Lot) -> list[LeftOutLine]:
    """Return the lines that name ``lot``, and those of its product that may be of it: they name no lot that is known.

    One statement, and three more where anything was left out.
    """
    lines = of_product(lot.product)
    known = Lot.objects.filter(product=lot.product_id).known_as(line.reported_number for line in lines) if lines else {}
    meant = [known.get((lot.product_id, code_key_or_empty(line.reported_number))) for line in lines]
    return [
        line._replace(names_it=named is not None)
        for line, named in zip(lines, meant, strict=True)
        if named is None or named == lot
    ]


def of_lots(lots: Iterable[Lot]) -> list[LeftOutLine]:
    """Return the lines that name one of ``lots`` or may be of one, each once. Up to four statements a lot."""
    return list(dict.fromkeys(line for lot in lots for line in of_lot(lot)))


def of_number(product: Product, number: str) -> list[LeftOutLine]:
    """Return the lines of ``product`` that were reported under ``number``. Two statements at most."""
    key = code_key_or_empty(number)
    return [line for line in of_product(product) if line.sku and code_key_or_empty(line.reported_number) == key]


def of_consignees(keys: Iterable[str]) -> list[LeftOutLine]:
    """Return the lines that went to a name and address with one of ``keys`` (company keys). One statement."""
    wanted = set(keys)
    return [line for line in left_out() if line.consignee.key in wanted]


def of_product(product: Product) -> list[LeftOutLine]:
    """Return the lines of ``product``, by whichever code, and goods that could not be read. Two statements at most."""
    lines = list(left_out())
    if not lines:
        return []
    codes = {product.sku_key, *product.codes.values_list("code_key", flat=True)}
    return [line for line in lines if not line.sku or code_key_or_empty(line.sku) in codes]


def left_out() -> Iterator[LeftOutLine]:
    """Yield every line that is left out, the first reported first. One statement."""
    for skipped in SkippedShipment.objects.left_out().order_by("pk"):
        yield from lines_of(skipped)


def lines_of(skipped: SkippedShipment) -> Iterator[LeftOutLine]:
    """Yield the lines of ``skipped``, as far as what was reported can be read."""
    content = json.loads(skipped.content)
    if "lines" in content:
        new = NewShipment.from_json(content)
        head = head_of(skipped, new)
        for line in new.lines:
            one = head._replace(sku=line.sku, quantity=line.quantity)
            yield one._replace(reported_number=line.lot_number, serial_number=line.serial_number)
        return
    found = reported(content.get("reported", {}))
    yield from (head_of(skipped, found)._replace(sku=item.sku, quantity=item.quantity) for item in found.items)
    if not found.is_read_whole:
        yield head_of(skipped, found)


def head_of(skipped: SkippedShipment, said: NewShipment | Reported) -> LeftOutLine:
    """Return what every line of ``skipped`` says, without its goods."""
    about = {name: getattr(said, name) for name in ("ship_date", "consignee", "contact", "carrier")}
    number, order = said.tracking_number or "", said.order_number
    return LeftOutLine(skipped.pk, skipped.source, skipped.reason, order=order, tracking_number=number, **about)
