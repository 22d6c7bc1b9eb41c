"""What was shipped of an order: in all, and line by line. Orders do not know shipments, so this stands above them."""

from collections import Counter
from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from distribution.models import Distribution, DistributionLine
from inventory.models import Product
from sales.models import SalesOrder, SalesOrderLine


class OpenLine(NamedTuple):
    """An order line with its units shipped and still owed."""

    line: SalesOrderLine
    shipped: int

    @property
    def still_open(self) -> int:
        return max(self.line.quantity - self.shipped, 0)

    @property
    def over(self) -> int:
        """Units shipped beyond what was ordered."""
        return max(self.shipped - self.line.quantity, 0)


def with_units_shipped(orders: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """Annotate ``units_shipped`` by shipments that count: correlated, so a page costs its own rows only."""
    lines = DistributionLine.objects.matched().filter(distribution__sales_order=OuterRef("pk")).order_by()
    sums = lines.values("distribution__sales_order").annotate(n=Sum("quantity")).values("n")
    return orders.annotate(units_shipped=Coalesce(Subquery(sums), 0))


def open_lines(order: SalesOrder) -> list[OpenLine]:
    """Return the lines of ``order`` with what was shipped of each. Two queries.

    Shipments name products, not order lines: units of a product fill its lines from the first on,
    and what was shipped beyond the order stands at the last of them.
    """
    shipped = Counter(units_by_product(order))
    lines = list(order.lines.select_related("product", "lot").order_by("line_number"))
    last = {line.product_id: line.pk for line in lines}
    found = []
    for line in lines:
        left = shipped[line.product_id] if line.product_id else 0
        units = left if last.get(line.product_id) == line.pk else min(left, line.quantity)
        shipped[line.product_id] -= units
        found.append(OpenLine(line, units))
    return found


def units_by_product(order: SalesOrder) -> dict:
    """Return units shipped of ``order`` by product id. One query."""
    lines = DistributionLine.objects.matched().filter(distribution__sales_order=order).order_by()
    return dict(lines.values_list("product").annotate(Sum("quantity")))


def shipments_of(order: SalesOrder) -> QuerySet[Distribution]:
    """Return every shipment of ``order``, void ones too, newest first, with counts."""
    shipments = Distribution.objects.filter(sales_order=order).with_line_counts()
    return shipments.prefetch_related("lines__product", "lines__lot").order_by("-ship_date", "-id")


def shipped_of(product: Product) -> dict:
    """Return units of ``product`` in shipments that are not void: matched, waiting, and without a place. One query.

    What left a known place is dispatched in the ledger too: matched + waiting - placeless = dispatched.
    """
    placeless = Q(distribution__shipped_from_warehouse=None, distribution__shipped_from_storefront=None)
    matched, waiting = (Q(distribution__sales_order__isnull=waits) for waits in (False, True))
    lines = DistributionLine.objects.filter(product=product, distribution__voided_at__isnull=True)
    return lines.aggregate(
        units=Coalesce(Sum("quantity", filter=matched), 0),
        shipments=Count("distribution", filter=matched, distinct=True),
        last=Max("distribution__ship_date", filter=matched),
        waiting=Coalesce(Sum("quantity", filter=waiting), 0),
        placeless=Coalesce(Sum("quantity", filter=placeless), 0),
    )
