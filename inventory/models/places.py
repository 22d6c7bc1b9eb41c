"""Where units can be: warehouses and storefronts."""

from django.db import models

from eqms.models import Traced


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
