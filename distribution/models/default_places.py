"""From where goods leave when nobody says."""

from django.db import models
from django.db.models import Q

from eqms.models import Traced
from inventory.models import StoreFront, Warehouse

from .shipments import Distribution


class DefaultPlace(Traced):
    """The place that shipments of one source leave when their row names none. A setting of the house."""

    source = models.CharField(max_length=12, choices=Distribution.Source)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="default_of")
    storefront = models.ForeignKey(StoreFront, models.PROTECT, null=True, blank=True, related_name="default_of")

    class Meta:
        ordering = ["source"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                name="default_place_once",
                violation_error_message="This source has its default place already: change that one.",
            ),
            models.CheckConstraint(
                condition=Q(warehouse__isnull=False, storefront__isnull=True)
                | Q(warehouse__isnull=True, storefront__isnull=False),
                name="default_place_one_place",
                violation_error_message="Name one place: a warehouse or a storefront.",
            ),
        ]

    def __str__(self):
        """With the place where it is loaded: no row asks alone, and one that comes back by an undo has none yet."""
        loaded = self._state.fields_cache
        place = loaded.get("warehouse") or loaded.get("storefront")
        return f"{self.get_source_display()}: {place}" if place else f"default place of {self.get_source_display()}"

    @property
    def place(self) -> Warehouse | StoreFront | None:
        """The place that the goods leave."""
        return self.warehouse or self.storefront
