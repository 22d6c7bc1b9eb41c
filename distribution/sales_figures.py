"""The figures of sales within a window of days: shipments that count, and nothing else.

Everything here is made from matched shipments by their ship date (``Distribution.objects.matched()``), as are the
customer's page and the exports. What waits for its order is counted apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from distribution.models import Distribution, DistributionLine, ReturnLine
from eqms.models import OperationRun
from inventory.models import Lot, Product

LOTS_SHOWN = 50
KEPT_SECONDS = 300  # as long as changes from outside the application may stay unseen


class Window(NamedTuple):
    """From the day ``first`` to the day ``last``, both with it."""

    first: date
    last: date

    def __str__(self):
        return f"{self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"

    @property
    def months(self) -> list[date]:
        """The first days of the months that the window touches, oldest first."""
        numbers = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class Month(NamedTuple):
    """What was shipped in a month. ``first_time`` customers never had a shipment before it, ``repeat`` ones had."""

    month: date
    orders: int
    shipments: int
    units: int
    first_time: int
    repeat: int


class ProductSold(NamedTuple):
    """Units of a product, on so many orders, to so many customers."""

    product_id: UUID
    sku: str
    name: str
    units: int
    orders: int
    customers: int


class LotSold(NamedTuple):
    """A lot of which units were shipped in the window. Its own figures are those of all time.

    ``produced`` and so ``remaining`` are None where nobody wrote how many were made. ``waiting`` units left too,
    with shipments whose order is not known yet: they do not remain. ``returned`` ones came back from either.
    """

    lot_id: int
    number: str
    sku: str
    produced: int | None
    distributed: int
    waiting: int
    returned: int
    last_shipped: date

    @property
    def remaining(self) -> int | None:
        if self.produced is None:
            return None
        return self.produced - self.distributed - self.waiting + self.returned


@dataclass(frozen=True)
class SalesFigures:
    """All figures of one window. ``lots`` are the LOTS_SHOWN shipped last; ``waiting`` counts shipments of all time."""

    window: Window
    orders: int
    shipments: int
    units: int
    first_time: int
    repeat: int
    waiting: int
    months: list[Month]
    products: list[ProductSold]
    lots: list[LotSold]

    @property
    def customers(self) -> int:
        return self.first_time + self.repeat


def sales_figures(window: Window) -> SalesFigures:
    """Return the figures of ``window``. Seven queries, and none while no run was written since they were asked for."""
    run = OperationRun.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = f"sales-figures-{window.first}-{window.last}-{run}"
    found = cache.get(key)
    if found is None:
        found = fresh_figures(window)
        cache.set(key, found, KEPT_SECONDS)
    return found


def fresh_figures(window: Window) -> SalesFigures:
    """Return the figures of ``window`` as the rows say now. Seven queries."""
    customers = CustomersByMonth(window)
    counts = shipped_in(window).aggregate(shipments=Count("pk"), orders=Count("sales_order", distinct=True))
    months = list(months_of(window, customers))
    return SalesFigures(
        window=window,
        units=sum(month.units for month in months),
        first_time=customers.first_time,
        repeat=customers.repeat,
        waiting=Distribution.objects.waiting().count(),
        months=months,
        products=products_of(window),
        lots=lots_of(window),
        **counts,
    )


def shipped_in(window: Window) -> QuerySet[Distribution]:
    """Return the shipments of ``window`` that count."""
    return Distribution.objects.matched().filter(ship_date__range=window).order_by()


def lines_of(window: Window) -> QuerySet[DistributionLine]:
    """Return the lines of the shipments of ``window`` that count."""
    return DistributionLine.objects.matched().filter(distribution__ship_date__range=window).order_by()


class CustomersByMonth:
    """Who got something in which month of a window, and whether it was their first shipment ever. Two queries."""

    def __init__(self, window: Window):
        by_customer = shipped_in(window).values_list("sales_order__customer")
        seen = by_customer.annotate(month=TruncMonth("ship_date")).values_list("sales_order__customer", "month")
        ever = Distribution.objects.matched().order_by().values_list("sales_order__customer")
        firsts = dict(ever.annotate(first=Min("ship_date")))
        self.first_times: Counter[date] = Counter()
        self.repeats: Counter[date] = Counter()
        customers = set()
        for customer, month in seen.distinct():
            is_first = firsts[customer].replace(day=1) == month
            (self.first_times if is_first else self.repeats)[month] += 1
            customers.add(customer)
        self.first_time = sum(firsts[customer] >= window.first for customer in customers)
        self.repeat = len(customers) - self.first_time


def months_of(window: Window, customers: CustomersByMonth) -> Iterator[Month]:
    """Yield each month of ``window``, those without a shipment too. Two queries."""
    month = TruncMonth("ship_date")
    shipments = shipped_in(window).annotate(month=month).values_list("month")
    counts = {row[0]: row[1:] for row in shipments.annotate(Count("sales_order", distinct=True), Count("pk"))}
    lines = lines_of(window).annotate(month=TruncMonth("distribution__ship_date")).values_list("month")
    units = dict(lines.annotate(Sum("quantity")))
    for first in window.months:
        orders, number = counts.get(first, (0, 0))
        kinds = customers.first_times[first], customers.repeats[first]
        yield Month(first, orders, number, units.get(first, 0), *kinds)


def products_of(window: Window) -> list[ProductSold]:
    """Return what was sold of each product, most units first. Two queries."""
    lines = lines_of(window).values_list("product")
    orders = Count("distribution__sales_order", distinct=True)
    customers = Count("distribution__sales_order__customer", distinct=True)
    sold = {row[0]: row[1:] for row in lines.annotate(Sum("quantity"), orders, customers)}
    names = Product.objects.filter(pk__among=sorted(sold)).values_list("pk", "sku", "name")
    found = [ProductSold(pk, sku, name, *sold[pk]) for pk, sku, name in names]
    return sorted(found, key=lambda row: (-row.units, row.sku))


def lots_of(window: Window) -> list[LotSold]:
    """Return the lots shipped last within ``window``, newest first. Four queries."""
    latest = lines_of(window).filter(lot__isnull=False).values_list("lot")
    newest = latest.annotate(last=Max("distribution__ship_date")).order_by("-last", "-lot")[:LOTS_SHOWN]
    keys = [lot for lot, _ in newest]
    left = DistributionLine.objects.filter(lot__in=keys, distribution__voided_at__isnull=True).order_by()
    matched, waiting = (Sum("quantity", filter=Q(distribution__sales_order__isnull=waits)) for waits in (False, True))
    summed = left.values_list("lot").annotate(sent=matched, waits=waiting, last=Max("distribution__ship_date"))
    sums = {row[0]: row[1:] for row in summed}
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in=keys).select_related("product")}
    came_back = ReturnLine.objects.filter(lot__in=keys, shipment_line__distribution__voided_at__isnull=True)
    returned = dict(came_back.order_by().values_list("lot").annotate(Sum("quantity")))
    return [
        LotSold(key, *about(lots[key]), sums[key][0] or 0, sums[key][1] or 0, returned.get(key, 0), sums[key][2])
        for key in keys
    ]


def about(lot: Lot) -> tuple[str, str, int | None]:
    """Return number, SKU and units made of ``lot``."""
    return lot.number, lot.product.sku, lot.units_produced


def as_table(figures: SalesFigures) -> Iterator[Iterable[Any]]:
    """Yield the rows of the export: exactly what the page shows, part after part."""
    yield ["Sales", str(figures.window)]
    yield ["Orders", "Shipments", "Units", "First-time customers", "Repeat customers", "Shipments waiting"]
    yield [getattr(figures, n) for n in ("orders", "shipments", "units", "first_time", "repeat", "waiting")]
    yield []
    yield ["Month", "Orders", "Shipments", "Units", "First-time customers", "Repeat customers"]
    for month in figures.months:
        yield [f"{month.month:%Y-%m}", *month[1:]]
    yield []
    yield ["SKU", "Product", "Units", "Orders", "Customers"]
    for product in figures.products:
        yield product[1:]
    yield []
    yield ["Lot", "SKU", "Produced", "Distributed", "Waiting", "Came back", "Remaining", "Last shipped"]
    for lot in figures.lots:
        made, remain = ("" if number is None else number for number in (lot.produced, lot.remaining))
        went = lot.distributed, lot.waiting, lot.returned
        yield [lot.number, lot.sku, made, *went, remain, f"{lot.last_shipped:%Y-%m-%d}"]
