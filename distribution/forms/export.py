"""What people enter to export the log."""

from django import forms

from distribution.models import Distribution
from distribution.shipment_export import Wanted

STATES = (("", "all"), ("matched", "matched"), ("waiting", "waiting for their order"))


class ExportForm(forms.Form):
    since = forms.DateField(required=False, label="Shipped from", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="Shipped until", widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.ChoiceField(required=False, choices=[("", "all"), *Distribution.Source.choices])
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
