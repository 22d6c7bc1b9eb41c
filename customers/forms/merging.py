"""What people enter to merge customers, or to say that two of them are different."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from customers.compared import columns
from customers.models import DuplicateCandidate

from .named import CustomerField, CustomersField

Band = DuplicateCandidate.Band
MOST_AT_ONCE = 500  # customers that become one
SEPARATOR = ","


class ChoiceOfValues(forms.TextInput):
    """One text ("phone=42,email=17"), or one input a column, called "choose.phone" and so on."""

    is_spread = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the text, together with what stands in the inputs of single columns."""
        start = f"{name}."
        single = [f"{key.removeprefix(start)}={data[key]}" for key in data if key.startswith(start) and data[key]]
        return SEPARATOR.join(filter(None, [data.get(name), *single]))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(key.startswith(f"{name}.") for key in data)


class MergeOptions(forms.Form):
    """Who survives, who becomes part of it, and whose values stay where a person chose."""

    master = CustomerField(label="Survivor", help_text="id or customer number of the customer that stays")
    duplicates = CustomersField(most=MOST_AT_ONCE, label="Become part of it", help_text="ids or customer numbers")
    choose = forms.CharField(
        required=False,
        max_length=1000,
        widget=ChoiceOfValues,
        label="Chosen values",
        help_text="column=id of the customer whose value stays, such as phone=42,email=17",
    )

    def clean_choose(self) -> str:
        """Return the choices in one spelling, so that equal choices make equal plans."""
        chosen = chosen_in(self.cleaned_data["choose"])
        return f"{SEPARATOR} ".join(f"{name}={key}" for name, key in sorted(chosen.items()))


class NotDuplicatesOptions(forms.Form):
    """Two customers, and why they are different ones."""

    first = CustomerField(label="One customer")
    second = CustomerField(label="The other customer")
    why = forms.CharField(required=False, max_length=500, help_text="what tells them apart: it stands beside the pair")


class DedupeOptions(forms.Form):
    """How sure the search must be."""

    band = forms.ChoiceField(
        required=False,
        choices=[(band.value, band.label) for band in (Band.AUTOMATIC, Band.LIKELY)],
        help_text="automatic (where not given), or also likely",
    )

    def clean_band(self) -> str:
        return self.cleaned_data["band"] or Band.AUTOMATIC.value


def chosen_in(text: str) -> dict[str, int]:
    """Return by column the id of the customer whose value survives; ValidationError for what cannot be read.

    Where a column stands twice, the last one counts.
    """
    chosen = {}
    known = {field.name for field in columns()}
    for part in filter(None, (part.strip() for part in text.split(SEPARATOR))):
        name, _, key = (piece.strip() for piece in part.partition("="))
        if name not in known or not (key.isascii() and key.isdigit() and len(key) < 19):
            names = ", ".join(sorted(known))
            raise ValidationError(f"{part}: write a column and a customer's id, such as phone=42. Columns: {names}.")
        chosen[name] = int(key)
    return chosen
