"""What came back of shipped lines."""

from django.db.models import QuerySet, Sum

from distribution.models import DistributionLine, ReturnLine
from distribution.tracing.shipped_lines import ShippedLine


def with_returns(lines: list[ShippedLine], rows: QuerySet[DistributionLine]) -> list[ShippedLine]:
    """Return ``lines``, which were read from ``rows``, each with the units that came back of it. One statement."""
    if not lines:
        return lines
    back = ReturnLine.objects.filter(shipment_line__in=rows.order_by().values("pk")).order_by()
    units = dict(back.values_list("shipment_line").annotate(Sum("quantity")))
    if not units:
        return lines
    return [line._replace(returned=units[line.line_id]) if line.line_id in units else line for line in lines]
