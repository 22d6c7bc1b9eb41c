"""What people enter when they count: which place, what they find, how many."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inventory.models import Product, StockCount, StockCountLine, StoreFront, Warehouse, Written
from inventory.models.stock import LARGEST_QUANTITY

from .named import ProductField, lot_called, product_called

WHOLE_UNITS = "Write whole units, such as 12; 0 where there are none."
MOST_CHOSEN = 500


class PlaceChoice(forms.ChoiceField):
    """One of the places in use, as "storefront 3"."""

    def __init__(self, **options):
        super().__init__(choices=place_choices, **options)

    def clean(self, value):
        chosen = super().clean(value)
        if not chosen:
            return None
        kind, _, key = chosen.partition(" ")
        return (Warehouse if kind == "warehouse" else StoreFront).objects.get(pk=key)


def place_choices() -> list[tuple[str, Any]]:
    """Return the places that may be counted, grouped. Two queries."""
    groups: list[tuple[str, Any]] = [("", "Choose a place")]
    for kind, model in (("storefront", StoreFront), ("warehouse", Warehouse)):
        rows = model.objects.filter(archived_at=None)
        groups.append((f"{kind}s".capitalize(), [(f"{kind} {row.pk}", row.name) for row in rows]))
    return groups


class OpenCountForm(forms.Form):
    """Which place is counted, and whether only some products."""

    place = PlaceChoice(label="Place")
    only = forms.CharField(
        label="Only these products",
        required=False,
        max_length=MOST_CHOSEN * 60,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="SKUs or other codes, one a line. Empty: all that is or lately was there.",
    )
    note = forms.CharField(required=False, max_length=500, widget=forms.TextInput(attrs={"class": "vTextField"}))

    def clean_only(self) -> list[Product]:
        codes = [line.strip() for line in self.cleaned_data["only"].splitlines() if line.strip()]
        if len(codes) > MOST_CHOSEN:
            raise ValidationError(f"These are {len(codes)} products. Choose at most {MOST_CHOSEN}, or all.")
        found, problems = {}, []
        for code in codes:
            try:
                product = product_called(code)
                found[product.pk] = product
            except ValidationError as error:
                problems += error.messages
        if problems:
            raise ValidationError(problems)
        return list(found.values())


class FoundForm(forms.Form):
    """An article that lies there and is not on the sheet."""

    use_required_attribute = False  # it stands in one form with the numbers, which are saved without it

    product = ProductField(
        label="SKU or scanned code",
        help_text="",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    lot = forms.CharField(
        max_length=60,
        required=False,
        label="Lot, where it has one",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    def __init__(self, data=None, *, count: StockCount):
        super().__init__(data)
        self.count = count

    def clean(self):
        """Find the lot, and the first line of the product where no lot is named: a scanned code leads to it."""
        cleaned = super().clean() or {}
        product, number = cleaned.get("product"), cleaned.get("lot", "")
        if not product:
            return cleaned
        cleaned["line"] = None if number else self.count.lines.filter(product=product).order_by("pk").first()
        try:
            cleaned["lot"] = None if cleaned["line"] else lot_called(number, product)
        except ValidationError as error:
            self.add_error("lot", error)
        return cleaned


class TimeForm(forms.Form):
    """When it was counted, for sheets that were printed and are typed in later."""

    at = forms.DateTimeField(
        required=False,
        label="Counted at",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text="only for numbers from paper; empty means now",
    )


class Row:
    """A line of the sheet with what a person typed beside it, and what is wrong with that."""

    def __init__(self, line: StockCountLine, sent: Mapping[str, str] | None = None):
        self.line = line
        self.name, self.seen_name = f"units-{line.pk}", f"seen-{line.pk}"
        stored = "" if line.counted_quantity is None else str(line.counted_quantity)
        self.text = stored if sent is None else sent.get(self.name, stored).strip()
        self.seen = stored if sent is None else sent.get(self.seen_name, stored)
        self.error = ""

    def read(self) -> Written | None:
        """Return what was written, None where it is no number; then ``error`` says so."""
        try:
            units, seen = number_of(self.text), number_of(self.seen)
        except ValidationError as error:
            self.error = error.message
            return None
        return Written(units, seen)


def number_of(text: str) -> int | None:
    """Return the units that ``text`` means, None for an empty box. ValidationError where it means none."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValidationError(WHOLE_UNITS)
    if len(text) > 9 or int(text) > LARGEST_QUANTITY:
        raise ValidationError(f"Write at most {LARGEST_QUANTITY:,}.")
    return int(text)


def written_on(rows: list[Row]) -> dict[int, Written]:
    """Return what was written beside each line by its key; lines whose text is no number are left out."""
    read = ((row.line.pk, row.read()) for row in rows)
    return {key: written for key, written in read if written is not None}
