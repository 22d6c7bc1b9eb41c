"""Shipments that were reported and could not be taken in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eqms.models import Traced
from eqms.text_key import KEY_LENGTH
from sales.order_number_key import order_number_key_or_empty

from .shipments import Distribution


class SkippedShipmentQuerySet(models.QuerySet):
    def waiting(self):
        """Those that were never taken in and nobody settled: they are tried again."""
        return self.filter(distribution__isnull=True, not_sent__isnull=True)

    def left_out(self):
        """Those that nothing counts though they may have left the house: they wait, or their shipment is void."""
        uncounted = Q(distribution__isnull=True) | Q(distribution__voided_at__isnull=False)
        return self.filter(uncounted, not_sent__isnull=True)


class SkippedShipment(Traced):
    """A reported shipment that was left out, kept whole with the reason; each order import tries it again.

    Traced, since imports write it in their plans: undoing an import must take it back too.
    """

    source = models.CharField(max_length=12, choices=Distribution.Source)
    external_key = models.CharField(max_length=200)
    order_number = models.CharField(max_length=60, blank=True)
    order_number_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    content = models.TextField(default="{}", help_text="the shipment as it was reported, as JSON")
    reason = models.TextField()
    skipped_at = models.DateTimeField(default=timezone.now)
    distribution = models.ForeignKey(
        Distribution, models.PROTECT, null=True, blank=True, related_name="was_skipped", help_text="once taken in"
    )

    derived = {"order_number_key": lambda shipment: order_number_key_or_empty(shipment.order_number)}
    objects = SkippedShipmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_key"],
                name="skipped_once",
                violation_error_message="This shipment stands here already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="skipped_reason",
                violation_error_message="Say why the shipment was left out.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order_number_key"], condition=Q(distribution__isnull=True), name="skipped_order_number"
            )
        ]

    def __str__(self):
        return f"skipped shipment {self.external_key}"


class NotSent(Traced):
    """A reported shipment that never left the house: somebody says so, or whoever reported it voided it."""

    skipped = models.OneToOneField(SkippedShipment, models.PROTECT, related_name="not_sent")
    reason = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="shipments_not_sent"
    )

    class Meta:
        verbose_name = verbose_name_plural = "not sent"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="not_sent_reason",
                violation_error_message="Say how it is known that the shipment was never sent.",
            ),
        ]

    def __str__(self):
        return f"{self.skipped} was not sent"
