"""Bulk work on shipments."""

from distribution.models import Distribution
from eqms.operations import Plan
from sales.models import SalesOrder


def plan_links(plan: Plan, orders: dict[str, SalesOrder]) -> None:
    """Link waiting shipments to the new orders of an import, by equal order number keys. One query."""
    waiting = Distribution.objects.waiting().filter(order_number_key__among=sorted(orders))
    for shipment in waiting.order_by("pk"):
        order = orders[shipment.order_number_key]
        plan.update(shipment, sales_order=order, because=f"waited for order {order.order_number}")
