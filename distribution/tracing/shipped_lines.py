"""Lines of shipments as a trace shows them: what went to whom, as it was shipped."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from distribution.models import Distribution, DistributionLine
from sales.address_block import AddressBlock

MAY_TRACE = "distribution.view_distribution"
MATCHED, WAITING, VOID = "matched", "waiting", "void"


class ShippedLine(NamedTuple):
    """One line of a shipment, with its consignee as shipped and its order's customer beside."""

    line_id: int
    quantity: int
    lot_id: int | None
    reported_number: str  # the lot as the paper says it
    serial_number: str
    shipment_id: int
    ship_date: date
    name: str
    address: str
    city: str
    state: str
    postal_code: str
    contact: str
    consignee_key: str
    carrier: str
    tracking_number: str
    source: str
    order_number: str  # as reported
    voided_at: datetime | None
    void_reason: str
    sales_order_id: int | None
    matched_order: str | None
    customer_id: int | None
    customer_number: str | None
    customer_name: str | None
    from_warehouse_id: int | None
    from_storefront_id: int | None
    product_id: UUID | None = None  # of a lot's trace the lot says it
    sku: str = ""
    product_name: str = ""
    lot_number: str | None = None  # of the corrected lot
    returned: int = 0

    @property
    def status(self) -> str:
        """Whether its shipment is matched, waits for its order, or is void and counts nowhere."""
        if self.voided_at is not None:
            return VOID
        return WAITING if self.sales_order_id is None else MATCHED

    @property
    def kept(self) -> int:
        """Units that did not come back."""
        return self.quantity - self.returned

    @property
    def order(self) -> str:
        """The number of its order; while it waits, the number as reported."""
        return self.matched_order or self.order_number

    @property
    def place(self) -> str:
        """The whole address in one line."""
        return AddressBlock(self.name, self.address, self.city, self.state, self.postal_code).place

    @property
    def source_word(self) -> str:
        """The source as people call it."""
        return str(Distribution.Source(self.source).label)


class Shipped:
    """Sums over what went to somebody: the lines ``matched`` to an order, and those ``waiting`` for theirs."""

    matched: list[ShippedLine]
    waiting: list[ShippedLine]

    @property
    def shipped(self) -> list[ShippedLine]:
        """Matched and waiting lines: everything that went to somebody."""
        return [*self.matched, *self.waiting]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.shipped)

    @property
    def returned(self) -> int:
        return sum(line.returned for line in self.shipped)


COLUMNS = (
    "pk",
    "quantity",
    "lot_id",
    "lot_number",
    "serial_number",
    "distribution_id",
    "distribution__ship_date",
    "distribution__consignee_name",
    "distribution__consignee_address",
    "distribution__consignee_city",
    "distribution__consignee_state",
    "distribution__consignee_postal_code",
    "distribution__consignee_contact",
    "distribution__consignee_key",
    "distribution__carrier",
    "distribution__tracking_number",
    "distribution__source",
    "distribution__order_number",
    "distribution__voided_at",
    "distribution__void_reason",
    "distribution__sales_order_id",
    "distribution__sales_order__order_number",
    "distribution__sales_order__customer_id",
    "distribution__sales_order__customer__customer_number",
    "distribution__sales_order__customer__facility_name",
    "distribution__shipped_from_warehouse_id",
    "distribution__shipped_from_storefront_id",
)
OF_THE_PRODUCT = ("product_id", "product__sku", "product__name", "lot__number")


def shipped_lines(lines: QuerySet[DistributionLine], *more: str) -> list[ShippedLine]:
    """Return ``lines``, void ones too, the oldest shipment first, without what came back. One statement."""
    rows = lines.order_by("distribution__ship_date", "distribution_id", "pk").values_list(*COLUMNS, *more)
    return list(map(ShippedLine._make, filled(rows))) if not more else [ShippedLine(*row) for row in rows]


def filled(rows: Iterable[tuple]) -> Iterable[tuple]:
    """Yield ``rows`` with the defaults of the columns that were not asked for."""
    rest = tuple(ShippedLine._field_defaults.values())
    return (row + rest for row in rows)
