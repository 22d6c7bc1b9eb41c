"""A shipment as a packing slip or a label prints it. Pure: no database.

Input is what ``sales.order_pdf`` read (``Paper.to_json``).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sales.address_block import AddressBlock
from sales.order_number_key import order_number_key_or_empty
from sales.order_pdf.carriers import squeezed
from sales.printed_order import BLOCKS, as_date, block_columns, values_of

UPS_GROUPS = (2, 5, 8, 10, 14)  # where people set blanks: 1Z 999 AA1 01 2345 6784


class PrintedLine(NamedTuple):
    """So many units of one item, of these lots; None where the number could not be read."""

    sku: str
    quantity: int | None
    lots: tuple[str, ...]


class PrintedShipment(NamedTuple):
    """What a paper of a shipment says of it; "" and None where nothing is printed."""

    kind: str
    order_number: str
    reference: str
    tracking_number: str
    carrier: str
    ship_date: date | None
    consignee: AddressBlock
    lines: tuple[PrintedLine, ...]

    @property
    def order_key(self) -> str:
        return order_number_key_or_empty(self.order_number)

    @property
    def reference_key(self) -> str:
        return order_number_key_or_empty(self.reference)

    @property
    def tracking_key(self) -> str:
        return squeezed(self.tracking_number)

    @property
    def goods(self) -> tuple[PrintedLine, ...]:
        """The lines of which something was shipped."""
        return tuple(line for line in self.lines if line.quantity != 0)


def printed_shipment(paper: Mapping[str, Any]) -> PrintedShipment:
    """Return the shipment that ``paper`` shows."""
    values = values_of(paper, {})
    blocks = (AddressBlock(*block_columns(name, values).values()) for name in BLOCKS)
    lines = (
        PrintedLine(line.get("sku") or "", line.get("quantity"), tuple(line.get("lots") or ()))
        for line in values["lines"]
    )

    def text(name: str) -> str:
        return str(values.get(name) or "")

    return PrintedShipment(
        kind=paper.get("kind", ""),
        order_number=text("order_number"),
        reference=text("reference"),
        tracking_number=text("tracking_number"),
        carrier=text("carrier"),
        ship_date=as_date("ship_date", values.get("ship_date"), []),
        consignee=next(filter(None, blocks), AddressBlock()),
        lines=tuple(lines),
    )


def spellings(number: str) -> set[str]:
    """Return how people and files write one tracking number: without blanks, as printed, in fours, as UPS groups it."""
    signs = squeezed(number)
    if not signs:
        return set()
    fours = " ".join(signs[at : at + 4] for at in range(0, len(signs), 4))
    edges = (0, *UPS_GROUPS, len(signs))
    ups = " ".join(signs[start:end] for start, end in zip(edges, edges[1:], strict=False))
    return {number, number.upper(), signs, signs.lower(), fours, *([ups] if signs.startswith("1Z") else [])}
