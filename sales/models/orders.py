"""Sales orders and their lines, as they were printed."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from customers.models import MOVE, CustomerKey, SalesRep
from eqms.models import Traced
from eqms.text_key import KEY_LENGTH, EmptyKey
from inventory.models import Lot, Product
from sales.address_block import AddressBlock
from sales.order_number_key import order_number_key


def derive_order_number_key(order: "SalesOrder") -> str:
    """Return the key of the order's number; ValidationError beside the number where it holds nothing."""
    try:
        return order_number_key(order.order_number or "")
    except EmptyKey as error:
        raise ValidationError({"order_number": str(error)}) from error


class SalesOrderQuerySet(models.QuerySet):
    def with_line_counts(self):
        """Annotate ``line_count`` and ``units_ordered``: correlated, so a page costs its own rows only."""
        lines = SalesOrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        return self.annotate(
            line_count=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
            units_ordered=Coalesce(Subquery(lines.annotate(n=Sum("quantity")).values("n")), 0),
        )


class SalesOrder(Traced):
    """An order as its paper prints it. One without a shipment is valid."""

    class Source(models.TextChoices):
        PDF = "pdf", "PDF"
        CSV = "csv", "CSV"
        MANUAL = "manual"
        SHIPSTATION = "shipstation", "ShipStation"

    class Status(models.TextChoices):
        PENDING = "pending"
        SHIPPED = "shipped"
        PARTIALLY_DELIVERED = "partially_delivered", "Partially delivered"
        DELIVERED = "delivered"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class Kind(models.TextChoices):
        ONE_TIME = "one_time", "One time"
        STANDING = "standing"

    order_number = models.CharField(max_length=60)
    order_number_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    order_date = models.DateField()
    ship_date = models.DateField(null=True, blank=True)
    customer = CustomerKey(on_merge=MOVE, related_name="orders")
    customer_number = models.CharField(max_length=40, blank=True, help_text="as printed")
    sold_to_name = models.CharField(max_length=200, blank=True)
    sold_to_address = models.TextField(blank=True)
    sold_to_city = models.CharField(max_length=100, blank=True)
    sold_to_state = models.CharField(max_length=50, blank=True)
    sold_to_postal_code = models.CharField(max_length=20, blank=True)
    bill_to_name = models.CharField(max_length=200, blank=True)
    bill_to_address = models.TextField(blank=True)
    bill_to_city = models.CharField(max_length=100, blank=True)
    bill_to_state = models.CharField(max_length=50, blank=True)
    bill_to_postal_code = models.CharField(max_length=20, blank=True)
    ship_to_name = models.CharField(max_length=200, blank=True)
    ship_to_address = models.TextField(blank=True)
    ship_to_city = models.CharField(max_length=100, blank=True)
    ship_to_state = models.CharField(max_length=50, blank=True)
    ship_to_postal_code = models.CharField(max_length=20, blank=True)
    contact_email = models.CharField("contact e-mail", max_length=254, blank=True)
    contact_phone = models.CharField(max_length=50, blank=True)
    po_number = models.CharField("PO number", max_length=60, blank=True)
    subtotal = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    freight = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    tax = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.MANUAL)
    external_key = models.CharField(max_length=200, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ONE_TIME)
    rep = models.ForeignKey(SalesRep, models.PROTECT, null=True, blank=True, related_name="orders")
    rep_name = models.CharField("rep as printed", max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    derived = {"order_number_key": derive_order_number_key}
    derived_from = frozenset(["order_number"])
    objects = SalesOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_number_key"],
                name="order_number_once",
                violation_error_message="An order with this number exists already. Open that one.",
            ),
            models.UniqueConstraint(
                fields=["source", "external_key"],
                name="order_external_key",
                violation_error_message="This order came from the same source already.",
            ),
            models.CheckConstraint(
                condition=~Q(order_number_key=""),
                name="order_number_filled",
                violation_error_message="An order number holds at least one letter or digit.",
            ),
            models.CheckConstraint(
                condition=~Q(external_key=""),
                name="order_external_key_filled",
                violation_error_message="Leave the external key empty where there is none.",
            ),
        ]
        indexes = [
            models.Index(fields=["-order_date", "-id"], name="order_newest"),
            models.Index(fields=["customer", "-order_date"], name="order_of_customer"),
            models.Index(fields=["status", "-order_date", "-id"], name="order_status"),
            models.Index(fields=["po_number"], opclasses=["varchar_pattern_ops"], name="order_po_number"),
        ]

    def __str__(self):
        return self.order_number

    @property
    def sold_to(self) -> AddressBlock:
        return self._block("sold_to")

    @property
    def bill_to(self) -> AddressBlock:
        return self._block("bill_to")

    @property
    def ship_to(self) -> AddressBlock:
        return self._block("ship_to")

    @property
    def facility(self) -> AddressBlock:
        """The block that names the customer: ship-to, else sold-to, else bill-to."""
        return self.ship_to or self.sold_to or self.bill_to

    def _block(self, which: str) -> AddressBlock:
        return AddressBlock(*(getattr(self, f"{which}_{part}") for part in AddressBlock._fields))


class SalesOrderLine(Traced):
    """A line of an order. ``product`` is empty while the printed SKU means no known product."""

    order = models.ForeignKey(SalesOrder, models.PROTECT, related_name="lines", db_index=False)
    line_number = models.PositiveIntegerField()
    sku_printed = models.CharField("SKU as printed", max_length=100, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="order_lines")
    description = models.TextField(blank=True)
    lot_numbers = models.TextField("lots as printed", blank=True, help_text="one a line")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="order_lines")
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    named_by = ("sku_printed",)

    class Meta:
        ordering = ["order", "line_number"]
        verbose_name = "order line"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line_number"],
                name="order_line_number",
                violation_error_message="The order has a line with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="order_line_quantity",
                violation_error_message="A line orders at least one unit.",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(product__isnull=True), name="order_line_unlinked")]

    def __str__(self):
        return f"line {self.line_number}: {self.quantity} × {self.sku_printed or 'no SKU'}"

    def clean(self):
        super().clean()
        if self.lot_id and self.product_id and self.lot.product_id != self.product_id:
            raise ValidationError({"lot": f"Lot {self.lot} is not a lot of {self.product.sku}."})
