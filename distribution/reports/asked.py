"""What a tracing report is asked for, and the lines of the log that answer it."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from customers.models import Customer
from distribution.models import Distribution, DistributionLine, TracingReport
from distribution.shipment_export import Wanted
from distribution.tracing.customer import keys_of, went_to
from distribution.tracing.left_out import every_line
from distribution.tracing.lot import counted_with
from distribution.tracing.returned import with_returns
from distribution.tracing.shipped_lines import OF_THE_PRODUCT, ShippedLine, shipped_lines
from inventory.code_key import code_key_or_empty
from inventory.models import Lot


class Asked(NamedTuple):
    """A month, and what of it: the same rules as those of the export and of traces. None or "": all."""

    month: date  # its first day
    customer_key: int | None = None
    customer_name: str = ""
    product_id: UUID | None = None
    lot_id: int | None = None
    lot_number: str = ""
    source: str = ""
    state: str = ""

    @classmethod
    def of(cls, report: TracingReport) -> "Asked":
        """Return what ``report`` was asked for."""
        return cls(**{name: getattr(report, name) for name in cls._fields})

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self.month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    def lines(self) -> QuerySet[DistributionLine]:
        """Return the lines that answer it; void shipments never do. At most four statements before theirs."""
        wanted = Wanted(since=self.month, until=self.last_day, source=self.source, state=self.state)
        return wanted.lines().filter(self._of_customer() & self._of_goods())

    def _of_customer(self) -> Q:
        if self.customer_key is None:
            return Q()
        customer = Customer.objects.surviving(self.customer_key)
        if customer is None:
            return Q(pk__among=[])
        ordered, alike = went_to(customer, keys_of(customer))
        return ordered | alike

    def _of_goods(self) -> Q:
        if self.lot_id is not None:
            return counted_with(Lot.objects.get(pk=self.lot_id))
        told = Q() if self.product_id is None else Q(product=self.product_id)
        if self.lot_number:
            told &= Q(lot__isnull=True, lot_number_key=code_key_or_empty(self.lot_number))
        return told

    def counts(self) -> dict[str, int]:
        """Return how many rows, shipments and units answer it, and how many of the units wait. One statement."""
        waiting = Q(distribution__sales_order__isnull=True)
        sums: dict[str, Any] = {
            "rows": Count("pk"),
            "shipments": Count("distribution", distinct=True),
            "units": Coalesce(Sum("quantity"), 0),
            "units_waiting": Coalesce(Sum("quantity", filter=waiting), 0),
        }
        return self.lines().order_by().aggregate(**sums)

    def void_count(self) -> int:
        """Return how many shipments of the month are void, and so in no report. One statement."""
        days = {"ship_date__gte": self.month, "ship_date__lte": self.last_day}
        return Distribution.objects.filter(voided_at__isnull=False, **days).count()

    def left_out_count(self) -> int:
        """Return how many shipments of the month, or of no known day, are in no log and so in no report.

        One statement. Whatever else is asked for: what they carried may be known in part only.
        """
        of_month = (
            line for line in every_line() if line.ship_date is None or self.month <= line.ship_date <= self.last_day
        )
        return len({line.skipped_id for line in of_month})

    def first_lines(self, most: int) -> list[ShippedLine]:
        """Return the first of the lines as the file begins with them. Three statements."""
        oldest = self.lines().order_by("distribution__ship_date", "distribution_id", "pk")
        keys = list(oldest.values_list("pk", flat=True)[:most])
        return all_lines(DistributionLine.objects.filter(pk__among=keys))


def all_lines(lines: QuerySet[DistributionLine]) -> list[ShippedLine]:
    """Return ``lines``, the oldest shipment first, with product, lot and what came back. Two statements."""
    return with_returns(shipped_lines(lines, *OF_THE_PRODUCT))
