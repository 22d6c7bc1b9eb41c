"""Requests to bring units from a warehouse to a storefront."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced

from .products import Lot, Product
from .stock import CausingQuerySet, StoreFront, Warehouse, refuse_missing_or_foreign_lot


def person(name: str) -> models.ForeignKey:
    """Return a key to the user who did something to a transfer."""
    related = f"transfers_{name}"
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=related)


class TransferRequest(Traced):
    """Units asked for from a warehouse, for a storefront."""

    class Status(models.TextChoices):
        NEW = "NEW", "New"
        ASSIGNED = "ASSIGNED", "Assigned"
        FULFILLED = "FULFILLED", "Fulfilled"
        CANCELLED = "CANCELLED", "Cancelled"

    class Priority(models.TextChoices):
        LOW = "LOW", "Low"
        MEDIUM = "MEDIUM", "Medium"
        HIGH = "HIGH", "High"

    # Runbooks use these names from `manage.py shell`.
    STATUS_NEW, STATUS_ASSIGNED = Status.NEW, Status.ASSIGNED
    STATUS_FULFILLED, STATUS_CANCELLED = Status.FULFILLED, Status.CANCELLED

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="transfer_requests")
    storefront = models.ForeignKey(StoreFront, models.PROTECT, related_name="transfer_requests")
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.MEDIUM)
    requested_by = person("requested")
    requested_at = models.DateTimeField(default=timezone.now)
    assigned_to = person("assigned_to")
    assigned_by = person("assigned")
    assigned_at = models.DateTimeField(null=True, blank=True)
    fulfilled_by = person("fulfilled")
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = person("cancelled")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="FULFILLED") | Q(fulfilled_at__isnull=False),
                name="transfer_fulfilled_at",
                violation_error_message="A fulfilled transfer says when it was fulfilled.",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | Q(cancelled_at__isnull=False),
                name="transfer_cancelled_at",
                violation_error_message="A cancelled transfer says when it was cancelled.",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="transfer_status")]

    def __str__(self):
        return f"transfer {self.pk}"


class TransferRequestLineItem(Traced):
    """So many units of one product on a transfer."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="transfer_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="transfer_lines")
    requested_quantity = models.PositiveIntegerField()

    objects = CausingQuerySet.as_manager()

    class Meta:
        verbose_name = "transfer line"
        constraints = [
            models.CheckConstraint(
                condition=Q(requested_quantity__gt=0),
                name="transfer_line_quantity",
                violation_error_message="Ask for at least one unit.",
            )
        ]

    def __str__(self):
        return f"transfer line {self.pk}"

    def clean(self):
        super().clean()
        refuse_missing_or_foreign_lot(self)
