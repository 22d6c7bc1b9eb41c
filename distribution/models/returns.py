"""What came back of shipments."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from eqms.models import Traced
from inventory.models import Lot, Product, StoreFront, Warehouse
from inventory.models.stock import units

from .shipments import Distribution, DistributionLine


class ReturnQuerySet(models.QuerySet):
    def with_units(self):
        """Annotate ``units``: correlated, so a page costs its own rows only."""
        lines = ReturnLine.objects.filter(goods_return=OuterRef("pk")).order_by().values("goods_return")
        return self.annotate(units=Coalesce(Subquery(lines.annotate(n=Sum("quantity")).values("n")), 0))


class Return(Traced):
    """Units of one shipment came back, to quarantine or stock. A fact: it erases nothing of what was shipped."""

    distribution = models.ForeignKey(
        Distribution, models.PROTECT, related_name="returns", verbose_name="shipment", db_index=False
    )
    returned_on = models.DateField(default=timezone.localdate)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="returns")
    storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="returns")
    tracking_number = models.CharField("tracking number of the return", max_length=100, blank=True)
    reason = models.TextField(blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="returns_received"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    is_fact = True
    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(warehouse__isnull=False, storefront__isnull=True)
                | Q(warehouse__isnull=True, storefront__isnull=False),
                name="return_one_place",
                violation_error_message="A return reaches one place: a warehouse or a storefront.",
            )
        ]
        indexes = [
            models.Index(fields=["-returned_on", "-id"], name="return_newest"),
            models.Index(fields=["distribution"], name="return_of_shipment"),
        ]

    def __str__(self):
        return f"return of {self.returned_on}"

    @property
    def place(self) -> Warehouse | StoreFront | None:
        """The place that the units reached."""
        return self.warehouse or self.storefront


def product_shipped(line: "ReturnLine") -> Product | None:
    """Return the product of the shipment line, which may be new in the same plan; None where none is set."""
    is_set = line.shipment_line_id or "shipment_line" in line._state.fields_cache
    return line.shipment_line.product if is_set else None


class ReturnLine(Traced):
    """So many units of one shipment line that came back. A fact."""

    goods_return = models.ForeignKey(
        Return, models.PROTECT, related_name="lines", verbose_name="return", db_index=False
    )
    shipment_line = models.ForeignKey(DistributionLine, models.PROTECT, related_name="returned")
    product = models.ForeignKey(Product, models.PROTECT, related_name="return_lines", editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="return_lines")
    quantity = units()

    is_fact = True
    derived = {"product": product_shipped}

    class Meta:
        verbose_name = "return line"
        ordering = ["goods_return", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["goods_return", "shipment_line"],
                name="return_line_once",
                violation_error_message="The return has a line of this shipment line already.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="return_line_quantity",
                violation_error_message="A line takes back at least one unit.",
            ),
        ]

    def __str__(self):
        return f"return of {self.quantity}"

    def clean(self):
        super().clean()
        if self.lot_id and self.shipment_line_id and self.lot.product_id != self.shipment_line.product_id:
            raise ValidationError({"lot": f"Lot {self.lot} is not a lot of {self.shipment_line.product.sku}."})
