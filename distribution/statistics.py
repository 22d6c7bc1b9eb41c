"""What a customer ordered and got. Matched shipments only: customer page, dashboard and export count alike."""

from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from sales.models import SalesOrder


class Facility(NamedTuple):
    """A place that a customer had goods shipped to, as its orders print it."""

    name: str
    city: str
    state: str
    order_count: int


def with_statistics(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Annotate ``order_count``, ``units_shipped`` and ``last_shipped``: correlated, so a page costs its own rows."""
    orders = SalesOrder.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    shipments = Distribution.objects.matched().filter(sales_order__customer=OuterRef("pk")).order_by()
    lines = DistributionLine.objects.matched().filter(distribution__sales_order__customer=OuterRef("pk")).order_by()
    units = lines.values("distribution__sales_order__customer").annotate(n=Sum("quantity")).values("n")
    last = shipments.values("sales_order__customer").annotate(n=Max("ship_date")).values("n")
    return customers.annotate(
        order_count=Coalesce(Subquery(orders.annotate(n=Count("pk")).values("n")), 0),
        units_shipped=Coalesce(Subquery(units), 0),
        last_shipped=Subquery(last),
    )


def figures_of(customer: Customer) -> Customer:
    """Return ``customer`` with its statistics. One query."""
    return with_statistics(Customer.objects.filter(pk=customer.pk)).get()


def facilities_shipped_to(customer: Customer, limit: int = 20) -> list[Facility]:
    """Return the facilities on the customer's orders, the most frequent first. One query."""
    places = customer.orders.exclude(ship_to_name="").order_by()
    counted = places.values_list("ship_to_name", "ship_to_city", "ship_to_state").annotate(n=Count("pk"))
    return [Facility(*row) for row in counted.order_by("-n", "ship_to_name")[:limit]]


def waiting_for(customer: Customer) -> QuerySet[Distribution]:
    """Return waiting shipments whose consignee reads like this customer: they count nowhere until matched."""
    return Distribution.objects.waiting().filter(consignee_key=customer.company_key).order_by("-ship_date", "-id")
