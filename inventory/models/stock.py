"""Intakes, and the running balance of each storefront."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced

from .places import StoreFront, Warehouse
from .products import Lot, Product

LARGEST_QUANTITY = 9_999_999  # of one row: more is a slip of the keyboard, and sums stay far below 2**31


def units(**options) -> models.PositiveIntegerField:
    """Return the column of a quantity: whole units, at least one and below ten million."""
    bounds = [
        MinValueValidator(1, "Write at least 1."),
        MaxValueValidator(LARGEST_QUANTITY, f"Write at most {LARGEST_QUANTITY:,}."),
    ]
    return models.PositiveIntegerField(validators=bounds, **options)


def refuse_missing_or_foreign_lot(row) -> None:
    """Raise ValidationError where the product asks for a lot and none is given, or it is another product's."""
    if not row.product_id:
        return
    if row.product.is_lot_tracked and not row.lot_id:
        raise ValidationError({"lot": f"{row.product.sku} is lot-tracked: name the lot."})
    if row.lot_id and row.lot.product_id != row.product_id:
        raise ValidationError({"lot": f"Lot {row.lot} is not a lot of {row.product.sku}."})


class StockProduct(Traced):
    """An intake into a warehouse. A fact."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="intakes")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="intakes")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="intakes")
    quantity = units()
    received_on = models.DateField(default=timezone.localdate)

    is_fact = True

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
        named = {"lot": f"Lot {self.lot}", "received_on": "This day"}
        refusals = {
            field: f"{named.get(field, getattr(self, field))} {reason}. {remedy}"
            for field, (reason, remedy) in self.refusals().items()
        }
        if refusals:
            raise ValidationError(refusals)

    def refusals(self) -> dict[str, tuple[str, str]]:
        """Return by field why this intake is refused ("is archived"), and what to do instead.

        Parts that are not known yet are left out.
        """
        found = {}
        if self.product_id and self.product.is_lot_tracked and not self.lot_id:
            found["lot"] = (f"is missing, and {self.product.sku} is lot-tracked", "Name the lot.")
        elif self.lot_id and self.warehouse_id and not self.warehouse.is_quarantine and (state := self.lot.unfit):
            found["lot"] = (state, "Take it into a quarantine warehouse.")
        if self.warehouse_id and self.warehouse.archived_at:
            found["warehouse"] = ("is archived", "Choose a warehouse in use.")
        if self.received_on and self.received_on > timezone.localdate():
            found["received_on"] = ("is still to come", "Write the day on which the units came in.")
        return found


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
        # Naming its product would cost a query a row of a plan.
        return f"balance {self.pk}" if self.pk else "new balance"
