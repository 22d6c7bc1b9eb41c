"""What came back of shipped lines."""

from django.db.models import Sum

from distribution.models import ReturnLine
from distribution.tracing.shipped_lines import ShippedLine


def with_returns(lines: list[ShippedLine]) -> list[ShippedLine]:
    """Return ``lines``, each with the units that came back of it. One statement."""
    if not lines:
        return lines
    back = ReturnLine.objects.filter(shipment_line__pk__among=[line.line_id for line in lines]).order_by()
    units = dict(back.values_list("shipment_line_id").annotate(Sum("quantity")))
    if not units:
        return lines
    return [line._replace(returned=units[line.line_id]) if line.line_id in units else line for line in lines]
