"""Shipments as a source of the ledger: their units left the place that they name."""

from django.db.models import Q, QuerySet

from distribution.models import DistributionLine
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
sources.append(SHIPPED)
