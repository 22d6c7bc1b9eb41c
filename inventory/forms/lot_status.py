"""Another status for a lot: which, why, and the password again."""

from django import forms

from eqms.signatures import SigningForm
from inventory.models import Lot


class LotStatusForm(SigningForm):
    status = forms.ChoiceField(choices=Lot.Status.choices, label="New status")

    field_order = ("status", "reason", "password")
