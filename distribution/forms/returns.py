"""What people enter when units come back: how many of each line, to where, why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from distribution.returning import Back, with_units_left
from eqms.csv_rows import BadCell, whole_number
from inventory.forms.named import lot_called
from inventory.forms.transfers import code_of, grouped, open_places
from inventory.models import Lot, Warehouse
from inventory.models.stock import LARGEST_QUANTITY


class ReturnForm(forms.Form):
    """One return. Its fields follow from the lines of the shipment: units, and the lot where none is known."""

    returned_on = forms.DateField(label="Came back on", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(
        label="To",
        help_text="quarantine, until somebody has looked at it",
        error_messages={"required": "Choose where they are now."},
    )
    tracking_number = forms.CharField(label="Tracking number of the return", required=False, max_length=100)
    reason = forms.CharField(label="Why", max_length=500, error_messages={"required": "Say why the units came back."})

    def __init__(self, *args, shipment: Distribution, **kwargs):
        super().__init__(*args, **kwargs)
        self.shipment = shipment
        self.lines: list[Any] = list(
            with_units_left(shipment.lines.select_related("product", "lot")).order_by("line_number")
        )
        self.places = open_places([])
        setattr(self.fields["place"], "choices", [("", "Choose a place"), *grouped(self.places)])  # noqa: B010
        self.initial.setdefault("returned_on", timezone.localdate())
        if not self.initial.get("place") and (quarantine := self.only_quarantine()):
            self.initial["place"] = quarantine
        for line in self.lines:
            line.left = line.quantity - line.units_returned
            if line.left:
                self.fields[f"units-{line.pk}"] = units_field(line)
            if line.left and line.product.is_lot_tracked and not line.lot:
                self.fields[f"lot-{line.pk}"] = forms.CharField(
                    label=f"Lot of {line.product.sku} as on the goods", required=False, max_length=60
                )

    def only_quarantine(self) -> str:
        """Return the code of the quarantine warehouse, "" where there is none or several."""
        found = [p for p in self.places.values() if isinstance(p, Warehouse) and p.is_quarantine]
        return code_of(found[0]) if len(found) == 1 else ""

    @property
    def rows(self) -> list[tuple]:
        """Each line with its fields: (line, units, lot); None where it has no such field."""
        names = self.fields
        return [
            (
                line,
                self[f"units-{line.pk}"] if f"units-{line.pk}" in names else None,
                self[f"lot-{line.pk}"] if f"lot-{line.pk}" in names else None,
            )
            for line in self.lines
        ]

    @property
    def heads(self) -> list:
        """The fields of the return as a whole."""
        return [self[name] for name in ("returned_on", "place", "tracking_number", "reason")]

    def clean(self):
        cleaned = super().clean()
        self.back = [found for line in self.lines if (found := self._back(line))]
        if not self.back and not self.errors:
            raise ValidationError("Write at least one unit that came back.")
        return cleaned

    def _back(self, line: DistributionLine) -> Back | None:
        text = self.cleaned_data.get(f"units-{line.pk}") or ""
        if text in ("", "0"):
            return None
        try:
            units = whole_number(text, largest=LARGEST_QUANTITY)
            return Back(line, units, self._lot(line))
        except BadCell as bad:
            self.add_error(f"units-{line.pk}", f'"{text[:60]}" {bad.reason}. {bad.remedy}')
        return None

    def _lot(self, line: DistributionLine) -> Lot | None:
        """Return the lot that was read on the goods, None where the line names it."""
        name = f"lot-{line.pk}"
        if name not in self.fields:
            return None
        try:
            return lot_called(self.cleaned_data.get(name, ""), line.product)
        except ValidationError as error:
            self.add_error(name, error)
        return None

    def about(self) -> dict[str, Any]:
        """Return the rest of what a valid form says."""
        told = self.cleaned_data
        return {name: told[name] for name in ("returned_on", "tracking_number", "reason")}

    @property
    def goal(self):
        """The place that a valid form names."""
        return self.places[self.cleaned_data["place"]]


def units_field(line) -> forms.CharField:
    """Return the field for the units of ``line`` that came back."""
    words = {"inputmode": "numeric", "size": 6, "autocomplete": "off"}
    label = f"Units of {line.product.sku}, line {line.line_number}, of {line.left}"
    return forms.CharField(label=label, required=False, max_length=20, widget=forms.TextInput(attrs=words))
