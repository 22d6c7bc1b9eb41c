"""What is read from a paper: fields with their place on the page, lines, and problems for a clerk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Box = tuple[float, float, float, float]

SALES_ORDER = "sales_order"
PACKING_SLIP = "packing_slip"
SHIPPING_LABEL = "shipping_label"
UNKNOWN = "unknown"

TEXT_FIELDS = (
    "order_number", "order_date", "customer_number", "po_number", "ship_date", "rep", "tracking_number",
    "contact_email", "contact_phone",
)  # fmt: skip
MONEY_FIELDS = ("subtotal", "freight", "tax", "total")
BLOCKS = ("sold_to", "bill_to", "ship_to")
BLOCK_PARTS = ("name", "lines", "city", "state", "zip")
LINE_FIELDS = ("sku", "description", "lots", "quantity", "unit_price", "amount")


@dataclass(frozen=True)
class Field:
    """One value and where it stands; ``doubt`` says why a person should look at it, "" means sure."""

    value: Any
    printed: str
    page: int
    box: Box
    doubt: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the field as plain JSON values."""
        box = [round(edge, 1) for edge in self.box]
        return {"value": self.value, "printed": self.printed, "page": self.page, "box": box, "doubt": self.doubt}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Field:
        """Return the field that ``to_json`` wrote."""
        return cls(data["value"], data["printed"], data["page"], tuple(data["box"]), data["doubt"])


@dataclass
class Paper:
    """One business paper: a page may hold several, and an order may cover several pages.

    ``box`` is None where the paper has its pages to itself. A paper with ``problems`` is never imported by itself.
    """

    kind: str
    pages: list[int]
    box: Box | None = None
    fields: dict[str, Field] = field(default_factory=dict)
    lines: list[dict[str, Field]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def value(self, name: str) -> Any:
        """Return the value of a field, None where it is not printed."""
        found = self.fields.get(name)
        return found.value if found else None

    def to_json(self) -> dict[str, Any]:
        """Return the paper as plain JSON values."""
        return {
            "kind": self.kind,
            "pages": self.pages,
            "box": [round(edge, 1) for edge in self.box] if self.box else None,
            "fields": {name: found.to_json() for name, found in self.fields.items()},
            "lines": [{name: found.to_json() for name, found in line.items()} for line in self.lines],
            "problems": self.problems,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Paper:
        """Return the paper that ``to_json`` wrote."""
        return cls(
            kind=data["kind"],
            pages=list(data["pages"]),
            box=tuple(data["box"]) if data["box"] else None,
            fields={name: Field.from_json(found) for name, found in data["fields"].items()},
            lines=[{name: Field.from_json(found) for name, found in line.items()} for line in data["lines"]],
            problems=list(data["problems"]),
        )


def as_schema(paper: Paper, file: str) -> dict[str, Any]:
    """Return the paper as one document of the exchange format that ``read_orders --json`` prints."""
    document: dict[str, Any] = {"file": file, "pages": paper.pages, "doc_type": paper.kind}
    for name in TEXT_FIELDS:
        document[name] = paper.value(name)
    for name in MONEY_FIELDS:
        document[name] = _number(paper.value(name))
    for block in BLOCKS:
        document[block] = _block(paper, block)
    document["lines"] = [_line(line) for line in paper.lines]
    return document


def _block(paper: Paper, block: str) -> dict[str, Any] | None:
    if f"{block}.name" not in paper.fields:
        return None
    return {part: paper.value(f"{block}.{part}") or ([] if part == "lines" else None) for part in BLOCK_PARTS}


def _line(line: Mapping[str, Field]) -> dict[str, Any]:
    values = {name: line[name].value if name in line else None for name in LINE_FIELDS}
    values["lots"] = values["lots"] or []
    values["unit_price"], values["amount"] = _number(values["unit_price"]), _number(values["amount"])
    return values


def _number(text: str | None) -> float | int | None:
    if text is None:
        return None
    return float(text) if re.search(r"\.\d*[1-9]", text) else int(text.partition(".")[0])
