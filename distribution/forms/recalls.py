"""What people say about a recall: why it is opened, who was told, what was answered, what came of it."""

from django import forms

from distribution.models import Recall, RecallNotice
from eqms.signatures import SigningForm
from inventory.models.stock import LARGEST_QUANTITY

AREA = forms.Textarea(attrs={"rows": 3})


class OpenRecallForm(SigningForm):
    reason = forms.CharField(
        max_length=2000, widget=AREA, label="What is wrong with the units", help_text="stands in every letter"
    )
    instructions = forms.CharField(
        max_length=2000,
        widget=AREA,
        label="What consignees shall do",
        initial="Stop using these units at once, set them aside, and tell us what you did with them.",
    )
    risk = forms.ChoiceField(choices=[("", "not said yet"), *Recall.Risk.choices], required=False, label="Class")

    field_order = ("reason", "instructions", "risk", "password")


class CloseRecallForm(SigningForm):
    reason = forms.CharField(max_length=2000, widget=AREA, label="What came of the recall")


class TellForm(forms.Form):
    how = forms.ChoiceField(choices=[("", "choose"), *RecallNotice.How.choices], label="How they were told")
    note = forms.CharField(max_length=500, required=False, label="To whom, by which letter or call")


class AnswerForm(forms.Form):
    name = forms.CharField(max_length=200, label="Who answered")
    units_destroyed = forms.IntegerField(min_value=0, max_value=LARGEST_QUANTITY, required=False, label="Destroyed")
    units_used = forms.IntegerField(min_value=0, max_value=LARGEST_QUANTITY, required=False, label="Used before")
    units_returning = forms.IntegerField(
        min_value=0, max_value=LARGEST_QUANTITY, required=False, label="On their way back, or back"
    )
    note = forms.CharField(max_length=500, required=False, label="Note")
