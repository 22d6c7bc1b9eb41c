"""What a sync with ShipStation asks for."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from distribution.shipstation.scope import Scope, scope_of_month

USUAL_DAYS = 30


class ShipStationScope(forms.Form):
    """The shipments of a month, or those since a day; the last thirty days where nothing is said."""

    since = forms.DateField(
        required=False,
        help_text="shipments made on this day or later (YYYY-MM-DD); thirty days ago where nothing is said",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    month = forms.CharField(required=False, max_length=7, help_text="shipments of one month (YYYY-MM)")

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since and since > timezone.localdate():
            raise forms.ValidationError(f"{since} is still to come: nothing was shipped since then.")
        return since

    def clean_month(self):
        month = self.cleaned_data["month"].strip()
        if month:
            try:
                scope = scope_of_month(month)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
            if scope.first > timezone.localdate():
                raise forms.ValidationError(f"{month} is still to come: nothing was shipped in it yet.")
        return month

    def clean(self):
        found = super().clean()
        if found.get("since") and found.get("month"):
            self.add_error("month", "Give a day or a month, not both.")
        return found


def scope_of(since, month: str) -> Scope:
    """Return the scope that ``since`` (a date or None) or ``month`` ("2026-11" or "") mean."""
    if month:
        return scope_of_month(month)
    return Scope(since or timezone.localdate() - timedelta(days=USUAL_DAYS))
