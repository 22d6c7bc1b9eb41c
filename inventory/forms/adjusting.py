"""What people enter to adjust stock."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from inventory.models.stock import LARGEST_QUANTITY

from .named import PlaceField, ProductField, lot_called


class Why(TextChoices):
    """Why stock is adjusted, as it stands before the note in the ledger."""

    LOSS = "loss", "Loss"
    DAMAGE = "damage", "Damage"
    EXPIRED = "expired", "Expired, disposed of"
    SAMPLE = "sample", "Sample given away"
    FOUND = "found", "Found"
    COUNT = "count", "Count"
    CORRECTION = "correction", "Correction of an entry"


LOWERS = (Why.LOSS, Why.DAMAGE, Why.EXPIRED, Why.SAMPLE)
REASONS = f"{', '.join(Why.values[:-1])} or {Why.values[-1]}"
TOO_MANY = f"Write at most {LARGEST_QUANTITY:,} units."


class AdjustOptions(forms.Form):
    """One product, in one place, by so many units."""

    product = ProductField()
    place = PlaceField()
    lot = forms.CharField(
        max_length=60, required=False, help_text="its number; needed where the product is lot-tracked"
    )
    difference = forms.IntegerField(
        min_value=-LARGEST_QUANTITY,
        max_value=LARGEST_QUANTITY,
        widget=forms.TextInput(attrs={"inputmode": "text", "size": 10}),
        help_text="units more, such as 3, or fewer, such as -3",
        error_messages={
            "invalid": "Write whole units, such as 3 or -3.",
            "min_value": TOO_MANY,
            "max_value": TOO_MANY,
        },
    )
    kind = forms.ChoiceField(
        choices=[("", "Choose why"), *Why.choices],
        label="Why",
        help_text=REASONS,
        error_messages={"invalid_choice": f"%(value)s is no reason that the ledger knows. Write {REASONS}."},
    )
    note = forms.CharField(
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="what happened: it stands in the ledger",
    )
    seen = forms.IntegerField(
        required=False,
        min_value=0,
        label="Units there now",
        help_text="need not be filled: where it is, and the place holds another number, nothing is written",
    )

    def clean_difference(self) -> int:
        units = self.cleaned_data["difference"]
        if units == 0:
            raise ValidationError("0 changes nothing: write how many units more or fewer.")
        return units

    def clean(self):
        cleaned = super().clean() or {}
        product, units, kind = (cleaned.get(name) for name in ("product", "difference", "kind"))
        if product:
            try:
                cleaned["lot"] = lot_called(cleaned.get("lot", ""), product)
            except ValidationError as error:
                self.add_error("lot", error)
        if units and kind in LOWERS and units > 0:
            self.add_error("difference", f"{Why(kind).label} means fewer units: write -{units}.")
        if units and kind == Why.FOUND and units < 0:
            self.add_error("difference", f"Found means more units: write {-units}, or choose another reason.")
        return cleaned
