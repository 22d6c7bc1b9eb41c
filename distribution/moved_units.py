"""Shipments and returns as sources of the ledger: their units left, or reached, the place that they name."""

from django.db.models import Q, QuerySet

from distribution.models import DistributionLine, ReturnLine
from inventory.models import Source, StockMovement, sources


def shipped_lines() -> QuerySet[DistributionLine]:
    """Return the lines of shipments that left a known place and are not void."""
    somewhere = Q(distribution__shipped_from_warehouse__isnull=False)
    somewhere |= Q(distribution__shipped_from_storefront__isnull=False)
    return DistributionLine.objects.filter(somewhere, distribution__voided_at__isnull=True)


COLUMNS = {
    "product_id": "product",
    "lot_id": "lot",
    "quantity": "quantity",
    "from_warehouse_id": "distribution__shipped_from_warehouse",
    "from_storefront_id": "distribution__shipped_from_storefront",
    "at": "distribution__ship_date",
}
SHIPPED = Source(DistributionLine, StockMovement.Kind.DISPATCH, shipped_lines, COLUMNS, "distribution")
RETURN_COLUMNS = {
    "product_id": "product",
    "lot_id": "lot",
    "quantity": "quantity",
    "to_warehouse_id": "goods_return__warehouse",
    "to_storefront_id": "goods_return__storefront",
    "at": "goods_return__returned_on",
    "by_id": "goods_return__received_by",
}
RETURNED = Source(ReturnLine, StockMovement.Kind.RETURN, ReturnLine.objects.all, RETURN_COLUMNS, "goods_return")
sources.extend([SHIPPED, RETURNED])
