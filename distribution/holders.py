"""Shipments that wait for their order hold the customer they were sent to."""

from customers.holders import holder

from .models import Distribution


@holder
def waiting_shipments(keys: list[str]) -> dict[str, str]:
    """Return which of these company keys a waiting shipment names, with the latest one. One query."""
    waiting = Distribution.objects.waiting().filter(consignee_key__among=keys).order_by("ship_date", "pk")
    days = waiting.values_list("consignee_key", "ship_date")
    return {key: f"a waiting shipment of {day:%Y-%m-%d} names it" for key, day in days}
