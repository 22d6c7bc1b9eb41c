"""What people enter to export the log."""

from django import forms

from distribution.models import Distribution
from distribution.shipment_export import Wanted

SOURCES = ", ".join(Distribution.Source.values)
STATES = (("", "all"), ("matched", "matched"), ("waiting", "waiting for their order"))


def a_day(label: str) -> forms.DateField:
    """Return the field of a day that may be left out."""
    words = {"invalid": "This is no day: write it as 2026-11-21."}
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(required=False, label=label, widget=widget, error_messages=words)


class ExportForm(forms.Form):
    since = a_day("Shipped from")
    until = a_day("Shipped until")
    source = forms.ChoiceField(
        required=False,
        choices=[("", "all"), *Distribution.Source.choices],
        error_messages={"invalid_choice": f"%(value)s is no source. Name one: {SOURCES}."},
    )
    state = forms.ChoiceField(required=False, choices=STATES, label="Order")
    order = forms.CharField(required=False, max_length=60, label="Order number")
    lot = forms.CharField(required=False, max_length=60)
    whole = forms.BooleanField(required=False, label="All columns", help_text="address, tracking number and place too")

    def clean(self):
        cleaned = super().clean()
        if (since := cleaned.get("since")) and (until := cleaned.get("until")) and since > until:
            self.add_error("until", "This day is before the first one.")
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        return Wanted(**{name: self.cleaned_data[name] for name in Wanted._fields})
