"""What ShipStation answered, kept so that plans read rows and no plan waits for a network."""

from django.db import models
from django.utils import timezone


class ShipStationPage(models.Model):
    """One fetched page of a list, as it came. Fetched anew by each sync of its scope, so not traced.

    ``content`` is the JSON list of the page's rows. A list is whole once a page of it ``is_last``.
    """

    class Kind(models.TextChoices):
        SHIPMENTS = "shipments"
        ORDERS = "orders"

    scope = models.CharField(max_length=20, help_text='"2026-11", or "since 2026-11-20"')
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField(help_text="from 1")
    content = models.TextField()
    row_count = models.PositiveIntegerField()
    is_last = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "ShipStation page"
        ordering = ["scope", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "number"],
                name="shipstation_page_once",
                violation_error_message="This page was fetched already.",
            )
        ]

    def __str__(self):
        return f"page {self.number} of {self.kind} {self.scope}"
