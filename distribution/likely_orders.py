"""Which orders a waiting shipment may belong to: told to a person, never linked."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from customers.models import Customer
from distribution.models import Distribution
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

MOST_NAMED = 3
ORDERED_BEFORE, ORDERED_AFTER = timedelta(days=90), timedelta(days=7)
SEPARATORS = re.compile(r"[,;&+/]|\band\b", re.IGNORECASE)
PARCEL = re.compile(r"[-./](?:[0-9]{1,2}|[a-z])$")  # "285-1": the first parcel of 285
PREFIX = re.compile(r"^[a-z]{1,4}[-.#]?(?=[0-9])")


def likely_orders(shipments: Sequence[Distribution]) -> dict[int, list[str]]:
    """Return in words, by shipment, which orders it may belong to and why. Three queries, however many."""
    near = {shipment.pk: near_keys(shipment) for shipment in shipments}
    orders = SalesOrder.objects.filter(order_number_key__among=sorted(set().union(*near.values())))
    by_key = {order.order_number_key: order for order in orders.select_related("customer")}
    by_facility = orders_by_facility(shipments)
    found = {}
    for shipment in shipments:
        alike = sorted(near[shipment.pk] & set(by_key))
        said = [f"order {by_key[key].order_number} has a number like it" for key in alike]
        said += [
            f"order {order.order_number} of {order.order_date} went to the same name and address"
            for order in by_facility[shipment.consignee_key]
            if order.order_number_key not in near[shipment.pk] and is_of_the_time(order, shipment)
        ]
        found[shipment.pk] = said[:MOST_NAMED]
    return found


def near_keys(shipment: Distribution) -> set[str]:
    """Return the keys that the number of ``shipment`` may have been meant as."""
    parts = [order_number_key_or_empty(part) for part in SEPARATORS.split(shipment.order_number)]
    keys = {key for part in parts for key in (part, PARCEL.sub("", part), PREFIX.sub("", part))}
    return keys - {"", shipment.order_number_key}


def orders_by_facility(shipments: Iterable[Distribution]) -> dict[str, list[SalesOrder]]:
    """Return the orders of the customers whose company keys are the consignees', newest first. Two queries."""
    keys = sorted({shipment.consignee_key for shipment in shipments} - {""})
    customers = {customer.pk: customer.company_key for customer in Customer.objects.filter(company_key__among=keys)}
    found = defaultdict(list)
    for order in SalesOrder.objects.filter(customer__in=list(customers)).order_by("-order_date", "-pk"):
        found[customers[order.customer_id]].append(order)
    return found


def is_of_the_time(order: SalesOrder, shipment: Distribution) -> bool:
    """True where ``shipment`` left some time after ``order`` came."""
    return shipment.ship_date - ORDERED_BEFORE <= order.order_date <= shipment.ship_date + ORDERED_AFTER
