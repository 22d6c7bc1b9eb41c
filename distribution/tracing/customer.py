"""Customer -> what they got, lot by lot."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from customers.company_key import customer_number_key, is_name_only
from customers.models import Customer, CustomerAlias
from distribution.models import DistributionLine
from distribution.tracing.left_out import LeftOutLine, of_customer
from distribution.tracing.returned import with_returns
from distribution.tracing.shipped_lines import (
    MATCHED,
    OF_THE_PRODUCT,
    VOID,
    WAITING,
    Shipped,
    ShippedLine,
    shipped_lines,
)

LARGEST_KEY = 2**63 - 1


class LotOfCustomer(NamedTuple):
    """What a customer got of one lot; ``lot_id`` is None where only the reported number is known."""

    product_id: UUID | None
    sku: str
    product_name: str
    lot_id: int | None
    number: str
    units: int
    returned: int
    shipments: int
    first: date
    last: date


@dataclass
class CustomerTrace(Shipped):
    """What one customer got. Waiting shipments to its name and address stand apart: nobody linked them yet."""

    customer: Customer
    matched: list[ShippedLine] = field(default_factory=list)
    waiting: list[ShippedLine] = field(default_factory=list)
    void: list[ShippedLine] = field(default_factory=list)
    left_out: list[LeftOutLine] = field(default_factory=list)  # reported, and not in the log: counted nowhere

    @property
    def lots(self) -> list[LotOfCustomer]:
        """The lots of matched shipments, by SKU and number."""
        return lots_of(self.matched)

    @property
    def lots_waiting(self) -> list[LotOfCustomer]:
        """The lots of shipments that read like this customer and wait for their order."""
        return lots_of(self.waiting)

    @property
    def title(self) -> str:
        return f"What {self.customer} got"


def lots_of(lines: Iterable[ShippedLine]) -> list[LotOfCustomer]:
    """Return ``lines`` summed by product and lot."""
    piles: dict[tuple, list[ShippedLine]] = {}
    for line in lines:
        number = line.lot_number or line.reported_number
        piles.setdefault((line.sku, number, line.lot_id, line.product_id), []).append(line)
    return [
        LotOfCustomer(
            product_id=product,
            sku=sku,
            product_name=pile[0].product_name,
            lot_id=lot,
            number=number,
            units=sum(line.quantity for line in pile),
            returned=sum(line.returned for line in pile),
            shipments=len({line.shipment_id for line in pile}),
            first=min(line.ship_date for line in pile),
            last=max(line.ship_date for line in pile),
        )
        for (sku, number, lot, product), pile in sorted(piles.items(), key=lambda item: item[0][:2])
    ]


def trace_customer(customer: Customer) -> CustomerTrace:
    """Return every line that went to ``customer``. Six statements: aliases, lines, returns, what was left out."""
    trace = CustomerTrace(customer)
    keys = keys_of(customer)
    by_status = {MATCHED: trace.matched, WAITING: trace.waiting, VOID: trace.void}
    for condition in went_to(customer, keys):
        for line in with_returns(shipped_lines(DistributionLine.objects.filter(condition), *OF_THE_PRODUCT)):
            by_status[line.status].append(line)
    trace.left_out = of_customer(customer, keys)
    return trace


def keys_of(customer: Customer) -> list[str]:
    """Return the company keys that prove a consignee to be ``customer``: those with an address. One statement."""
    aliases = customer.aliases.filter(kind=CustomerAlias.Kind.KEY).values_list("value", flat=True)
    return [key for key in (customer.company_key, *aliases) if not is_name_only(key)]


def went_to(customer: Customer, keys: list[str]) -> tuple[Q, Q]:
    """Return the conditions for lines of its orders, and for waiting ones to its name and address (``keys``)."""
    alike = Q(distribution__sales_order__isnull=True, distribution__consignee_key__in=keys)
    return Q(distribution__sales_order__customer=customer), alike


def customers_called(text: str) -> list[Customer]:
    """Return the customers whose number, now or before, is ``text``; else those whose id or key it is or was.

    Two or four queries. The number counts before the id, since numbers are what people read.
    """
    kinds = CustomerAlias.Kind
    number, text = customer_number_key(text), text.strip()
    if not number:
        return []
    found = meant(Q(customer_number_key=number), Q(kind=kinds.NUMBER, value=number))
    if found:
        return found
    own = Q(company_key=text)
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_KEY:
        own |= Q(pk=int(text))
    return meant(own, Q(kind__in=[kinds.ID, kinds.KEY], value=text))


def meant(own: Q, by_alias: Q) -> list[Customer]:
    """Return the customers that ``own`` chooses, and those that an alias chosen by ``by_alias`` means. Two queries."""
    aliases = CustomerAlias.objects.filter(by_alias).values_list("customer", flat=True)
    return list(Customer.objects.filter(own | Q(pk__in=list(aliases))).order_by("facility_name", "pk"))
