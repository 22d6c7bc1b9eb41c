"""What a customer ordered and got. Matched shipments only: customer page, dashboard and export count alike."""

from collections import Counter
from functools import cache
from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import Customer, CustomerAlias
from distribution.models import Distribution, DistributionLine
from sales.models import SalesOrder, SalesOrderLine

# What may still be shipped; of the others nothing is owed.
OPEN = (SalesOrder.Status.PENDING, SalesOrder.Status.SHIPPED, SalesOrder.Status.PARTIALLY_DELIVERED)


class Facility(NamedTuple):
    """A place that a customer had goods shipped to, as its orders print it."""

    name: str
    city: str
    state: str
    order_count: int


def with_statistics() -> QuerySet[Customer]:
    """Return all customers with ``order_count``, ``units_shipped`` and ``last_shipped``: correlated, so a page costs
    its own rows.
    """
    return every_customer().all()


@cache
def every_customer() -> QuerySet[Customer]:
    """Return the query of ``with_statistics``, put together once: that costs as much as the rows of a page."""
    orders = SalesOrder.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    shipments = Distribution.objects.matched().filter(sales_order__customer=OuterRef("pk")).order_by()
    lines = DistributionLine.objects.matched().filter(distribution__sales_order__customer=OuterRef("pk")).order_by()
    units = lines.values("distribution__sales_order__customer").annotate(n=Sum("quantity")).values("n")
    last = shipments.values("sales_order__customer").annotate(n=Max("ship_date")).values("n")
    return Customer.objects.annotate(
        order_count=Coalesce(Subquery(orders.annotate(n=Count("pk")).values("n")), 0),
        units_shipped=Coalesce(Subquery(units), 0),
        last_shipped=Subquery(last),
    )


def with_shipment_counts(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Annotate ``shipment_count``, correlated."""
    shipments = Distribution.objects.matched().filter(sales_order__customer=OuterRef("pk")).order_by()
    counted = shipments.values("sales_order__customer").annotate(n=Count("pk")).values("n")
    return customers.annotate(shipment_count=Coalesce(Subquery(counted), 0))


def figures_of(customer: Customer) -> Customer:
    """Return ``customer`` with its statistics. One query."""
    return with_shipment_counts(with_statistics().filter(pk=customer.pk)).get()


def facilities_shipped_to(customer: Customer, limit: int = 20) -> list[Facility]:
    """Return the facilities on the customer's orders, the most frequent first. One query."""
    places = customer.orders.exclude(ship_to_name="").order_by()
    counted = places.values_list("ship_to_name", "ship_to_city", "ship_to_state").annotate(n=Count("pk"))
    return [Facility(*row) for row in counted.order_by("-n", "ship_to_name")[:limit]]


def waiting_for(customer: Customer) -> QuerySet[Distribution]:
    """Return waiting shipments whose consignee reads like this customer, now or by a former name.

    They count nowhere until matched.
    """
    former = customer.aliases.filter(kind=CustomerAlias.Kind.KEY).values("value")
    read_alike = Q(consignee_key=customer.company_key) | Q(consignee_key__in=former)
    return Distribution.objects.waiting().filter(read_alike).order_by("-ship_date", "-id")


class Owed(NamedTuple):
    """What is still to be shipped to a customer: ``orders`` are the oldest of ``order_count``, with their units."""

    units: int
    order_count: int
    orders: list[tuple[SalesOrder, int]]


def owed_to(customer: Customer, limit: int = 10) -> Owed:
    """Return what open orders still owe: of each product what was ordered less what was shipped. Three queries."""
    theirs = {"customer": customer, "status__in": OPEN}
    wanted = SalesOrderLine.objects.filter(**{f"order__{name}": value for name, value in theirs.items()})
    shipped = DistributionLine.objects.matched().filter(
        **{f"distribution__sales_order__{name}": value for name, value in theirs.items()}
    )
    sent = {
        (order, product): units
        for order, product, units in summed(shipped, "distribution__sales_order", "product").iterator()
    }
    owed: Counter[int] = Counter()
    for order, product, units in summed(wanted, "order", "product").iterator():
        owed[order] += max(0, units - sent.get((order, product), 0))
    late = [pk for pk, units in owed.items() if units]
    oldest = SalesOrder.objects.filter(pk__among=late).order_by("order_date", "pk")[:limit]
    return Owed(sum(owed.values()), len(late), [(order, owed[order.pk]) for order in oldest])


def summed(lines: QuerySet, *names: str) -> QuerySet:
    """Return ``names`` and the sum of the quantities of ``lines``, one row for each different set of values."""
    return lines.order_by().values_list(*names).annotate(Sum("quantity"))
