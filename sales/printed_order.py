"""A sales order as it stands on paper: typed values for its columns, and what is missing for an import.

Input is what ``sales.order_pdf`` read (``Paper.to_json``), with what a person entered beside the page on top of it.
Pure: no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from sales.address_block import AddressBlock
from sales.order_number_key import order_number_key_or_empty

TEXTS = ("order_number", "customer_number", "po_number", "tracking_number", "contact_email", "contact_phone")
DATES = ("order_date", "ship_date")
MONEY = ("subtotal", "freight", "tax", "total")
BLOCKS = ("ship_to", "sold_to", "bill_to")  # in the order in which they name the customer
LINE_MONEY = ("unit_price", "amount")
LARGEST_QUANTITY = 2_147_483_647
LARGEST_AMOUNT = Decimal("9999999999.99")

Values = Mapping[str, Any]


@dataclass(frozen=True)
class PrintedOrder:
    """The values of one order: its columns, its lines, and why a person has to look (empty: nobody has to)."""

    columns: dict[str, Any]
    lines: list[dict[str, Any]]
    problems: list[str]
    customer_id: int | None = None  # the customer whom a person chose, where nothing printed says for sure who it is

    @property
    def number(self) -> str:
        return self.columns["order_number"]

    @cached_property
    def key(self) -> str:
        return order_number_key_or_empty(self.number)

    @cached_property
    def facility(self) -> AddressBlock:
        """The block that names the customer: ship-to, else sold-to, else bill-to; false where none is printed."""
        blocks = (self.block(name) for name in BLOCKS)
        return next(filter(None, blocks), AddressBlock())

    def block(self, name: str) -> AddressBlock:
        return AddressBlock(*(self.columns[f"{name}_{part}"] for part in AddressBlock._fields))

    def differences(self, other: "PrintedOrder") -> list[str]:
        """Return in words what another paper of the same order says otherwise."""
        pairs = ((name, self.columns[name], other.columns[name]) for name in self.columns if name != "order_number")
        found = [f"{words(name)} {then or 'empty'} -> {now or 'empty'}" for name, now, then in pairs if now != then]
        if self.lines != other.lines:
            found.append(f"{len(other.lines)} lines -> {len(self.lines)} other lines")
        return found


def printed_order(paper: Values, corrections: Values | None = None) -> PrintedOrder:
    """Return the order that ``paper`` shows; ``corrections`` replace single fields and, where given, all lines."""
    values = values_of(paper, corrections or {})
    problems: list[str] = []
    columns = {name: str(values.get(name) or "") for name in TEXTS}
    columns["rep_name"] = str(values.get("rep") or "")
    columns |= {name: as_date(name, values.get(name), problems) for name in DATES}
    columns |= {name: as_money(name, values.get(name), problems) for name in MONEY}
    for block in BLOCKS:
        columns |= block_columns(block, values)
    lines = [line_of(number, line, problems) for number, line in enumerate(values["lines"], 1)]
    order = PrintedOrder(columns, lines, problems, values.get("customer"))
    problems += what_is_missing(order)
    return order


def values_of(paper: Values, corrections: Values) -> dict[str, Any]:
    """Return field -> value, with the lines under ``lines``."""
    read = {name: field["value"] for name, field in paper.get("fields", {}).items()}
    lines = [{name: field["value"] for name, field in line.items()} for line in paper.get("lines", [])]
    return {**read, "lines": lines, **corrections}


def block_columns(block: str, values: Values) -> dict[str, str]:
    """Return the columns of one block of name and address."""
    given = {part: values.get(f"{block}.{part}") or "" for part in ("name", "lines", "city", "state", "zip")}
    lines = given["lines"]
    parts = (given["name"], lines if isinstance(lines, str) else "\n".join(lines), given["city"], given["state"])
    return dict(zip((f"{block}_{part}" for part in AddressBlock._fields), (*parts, given["zip"]), strict=True))


def line_of(number: int, line: Values, problems: list[str]) -> dict[str, Any]:
    """Return the columns of one line; what keeps it from being imported goes to ``problems``."""
    quantity = line.get("quantity")
    if not isinstance(quantity, int) or not 0 < quantity <= LARGEST_QUANTITY:
        problems.append(f"Line {number}: the quantity {quantity!r} is no whole number above zero.")
    if not line.get("sku"):
        problems.append(f"Line {number}: no item number was read.")
    money = {name: as_money(f"line {number} {name}", line.get(name), problems) for name in LINE_MONEY}
    return {
        "line_number": number,
        "sku_printed": line.get("sku") or "",
        "description": line.get("description") or "",
        "lot_numbers": "\n".join(line.get("lots") or []),
        "quantity": quantity,
        **money,
    }


def what_is_missing(order: PrintedOrder) -> list[str]:
    """Return in words what an order must have and this one has not."""
    missing = []
    if not order.key:
        missing.append("No order number was read.")
    if not order.columns["order_date"]:
        missing.append("No order date was read.")
    if not order.facility.key:
        missing.append("No name and address of a customer was read.")
    if not order.lines:
        missing.append("No lines were read.")
    return missing


def as_date(name: str, value: Any, problems: list[str]) -> date | None:
    """Return a date, None where nothing is written; what is no date goes to ``problems``."""
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.append(f"{words(name)} {value!r} is no date: write 2026-11-20.")
        return None


def as_money(name: str, value: Any, problems: list[str]) -> Decimal | None:
    """Return an amount with two places, None where nothing is written; what is no amount goes to ``problems``."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal("Infinity")
    if not abs(amount) <= LARGEST_AMOUNT:
        problems.append(f"{words(name)} {value!r} is no amount: write 1250.00.")
        return None
    return amount


def words(name: str) -> str:
    """Return the name of a column as a sentence begins."""
    return name.replace("_", " ").capitalize()
