"""Places, intakes, running balances and the ledger that they sum up."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from eqms.models import Traced

from .products import Lot, Product


class Warehouse(Traced):
    """Where goods come in. A quarantine holds what may not be shipped."""

    name = models.CharField(max_length=80)
    address = models.TextField(blank=True)
    is_quarantine = models.BooleanField("quarantine", default=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="warehouse_name", violation_error_message="A warehouse has this name already."
            )
        ]

    def __str__(self):
        return self.name


class StoreFront(Traced):
    """A shelf from which goods are sold. Archiving is how one ends."""

    name = models.CharField(max_length=80)
    address = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="storefront_name", violation_error_message="A storefront has this name already."
            )
        ]

    def __str__(self):
        return self.name


def refuse_missing_or_foreign_lot(row) -> None:
    """Raise ValidationError where the product asks for a lot and none is given, or it is another product's."""
    if not row.product_id:
        return
    if row.product.is_lot_tracked and not row.lot_id:
        raise ValidationError({"lot": f"{row.product.sku} is lot-tracked: name the lot."})
    if row.lot_id and row.lot.product_id != row.product_id:
        raise ValidationError({"lot": f"Lot {row.lot} is not a lot of {row.product.sku}."})


class CausingQuerySet(models.QuerySet):
    """Rows that the ledger follows from."""

    def without_movement(self):
        """Rows that no line of the ledger names as its cause."""
        key = Cast(OuterRef("pk"), CharField())
        lines = StockMovement.objects.filter(cause_model=self.model._meta.label, cause_key=key)
        return self.filter(~Exists(lines))


class StockProduct(Traced):
    """An intake into a warehouse. A fact."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="intakes")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="intakes")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="intakes")
    quantity = models.PositiveIntegerField()
    received_on = models.DateField(default=timezone.localdate)

    is_fact = True
    objects = CausingQuerySet.as_manager()

    class Meta:
        verbose_name = "intake"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="intake_quantity",
                violation_error_message="An intake is at least one unit.",
            )
        ]
        indexes = [models.Index(fields=["-received_on", "-id"], name="intake_newest")]

    def __str__(self):
        return f"intake of {self.quantity}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)


class StoreFrontInventory(Traced):
    """A running balance, kept for speed: it equals the sum of the ledger."""

    storefront = models.ForeignKey(StoreFront, models.PROTECT, related_name="balances", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="storefront_inventory_entries")
    quantity = models.IntegerField(default=0)

    class Meta:
        verbose_name = "storefront balance"
        constraints = [
            models.UniqueConstraint(
                fields=["storefront", "product"],
                name="balance_unique",
                violation_error_message="The storefront has a balance of this product already.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0),
                name="balance_not_negative",
                violation_error_message="A storefront cannot hold less than nothing.",
            ),
        ]

    def __str__(self):
        return f"balance {self.pk}"  # naming its product would cost a query a row of a plan


class MovementQuerySet(models.QuerySet):
    def caused_by(self, row: models.Model):
        """The ledger lines that follow from ``row``."""
        return self.filter(cause_model=row._meta.label, cause_key=str(row.pk))


class StockMovement(Traced):
    """A line of the ledger: so many units left one place for another. A fact.

    Nothing in "from" means they came from outside, nothing in "to" that they left. The row that
    caused it is named by model and key: it may live in an app above, which this one must not know.
    """

    class Kind(models.TextChoices):
        INTAKE = "intake"
        TRANSFER = "transfer"
        DISPATCH = "dispatch"
        RETURN = "return"
        ADJUSTMENT = "adjustment"

    kind = models.CharField(max_length=10, choices=Kind)
    product = models.ForeignKey(Product, models.PROTECT, related_name="movements")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="movements")
    quantity = models.PositiveIntegerField()
    from_warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="movements_out")
    from_storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="movements_out")
    to_warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="movements_in")
    to_storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="movements_in")
    cause_model = models.CharField(max_length=60, blank=True, help_text="such as inventory.StockProduct")
    cause_key = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="stock_movements"
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    is_fact = True
    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger line"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="movement_quantity",
                violation_error_message="A ledger line moves at least one unit; its direction stands in from and to.",
            ),
            models.CheckConstraint(
                condition=Q(from_warehouse__isnull=True) | Q(from_storefront__isnull=True),
                name="movement_one_from",
                violation_error_message="Units leave one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=Q(to_warehouse__isnull=True) | Q(to_storefront__isnull=True),
                name="movement_one_to",
                violation_error_message="Units arrive at one place: a warehouse or a storefront.",
            ),
            models.CheckConstraint(
                condition=Q(from_warehouse__isnull=False)
                | Q(from_storefront__isnull=False)
                | Q(to_warehouse__isnull=False)
                | Q(to_storefront__isnull=False),
                name="movement_some_place",
                violation_error_message="A ledger line names the place that the units left or reached.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="adjustment") | ~Q(reason=""),
                name="movement_adjustment_reason",
                violation_error_message="An adjustment needs a reason, such as a count or a loss.",
            ),
            models.UniqueConstraint(
                fields=["cause_model", "cause_key", "kind"],
                condition=~Q(cause_key=""),
                name="movement_cause_once",
                violation_error_message="The ledger has the line of this row already.",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="movement_newest")]

    def __str__(self):
        return f"{self.kind} of {self.quantity}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)
