"""What orders and shipments tell of customers that are compared."""

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from customers.facts import Fact, fact_finder
from distribution.models import Distribution
from distribution.statistics import with_statistics
from sales.models import SalesOrder


@fact_finder
def orders_and_shipments(numbers: list[int]) -> dict[int, list[Fact]]:
    """Return orders and matched shipments of each customer, and when the last ones were. One query."""
    orders = SalesOrder.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    shipments = Distribution.objects.matched().filter(sales_order__customer=OuterRef("pk")).order_by()
    counted = shipments.values("sales_order__customer").annotate(n=Count("pk")).values("n")
    customers = (
        with_statistics()
        .filter(pk__in=numbers)
        .annotate(
            last_order=Subquery(orders.annotate(n=Max("order_date")).values("n")),
            shipment_count=Coalesce(Subquery(counted), 0),
        )
    )
    return {customer.pk: facts(customer) for customer in customers}


def facts(customer) -> list[Fact]:
    """Return the annotated figures of one customer, with the lists behind them."""
    orders = f"{reverse('admin:sales_salesorder_changelist')}?customer__id__exact={customer.pk}"
    shipped = f"{reverse('admin:distribution_distribution_changelist')}?sales_order__customer__id__exact={customer.pk}"
    return [
        Fact("sales orders", customer.order_count, orders),
        Fact("last order", customer.last_order),
        Fact("shipments", customer.shipment_count, shipped),
        Fact("units shipped", customer.units_shipped),
        Fact("last shipped", customer.last_shipped),
    ]
