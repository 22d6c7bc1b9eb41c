"""What it means that a row changes only through the one writer."""

from collections.abc import Callable
from typing import ClassVar

from django.db import models


class Traced(models.Model):
    """A row that changes only through ``eqms.operations.write``.

    ``derived`` names columns computed from the others, and ``derived_from`` all others that they are computed
    from; where it is empty they are computed after every change. A fact is removed by the
    undo of the run that created it and by nothing else. ``named_by`` are the columns
    of which the first that is filled names a row of the record. ``shown_as`` names, for a
    column that people never read raw, the one whose label stands in its place where it is filled.
    """

    derived: ClassVar[dict[str, Callable]] = {}
    derived_from: ClassVar[frozenset[str]] = frozenset()
    is_fact: ClassVar[bool] = False
    named_by: ClassVar[tuple[str, ...]] = ("facility_name", "name", "order_number", "number", "sku")
    shown_as: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def clean(self):
        """Derive, and refuse in the form what a constraint over a derived column would refuse in the database."""
        super().clean()
        self.derive()
        derived = {self._meta.get_field(name).name for name in self.derived}
        for constraint in self._meta.constraints:
            if derived & set(getattr(constraint, "fields", ())):
                constraint.validate(type(self), self)

    def derive(self) -> dict:
        """Set the derived columns and return them."""
        values = {name: compute(self) for name, compute in self.derived.items()}
        for name, value in values.items():
            setattr(self, name, value)
        return values
