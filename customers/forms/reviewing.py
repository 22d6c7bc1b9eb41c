"""What a person says when customers are compared."""

import re
from collections.abc import Mapping
from typing import cast

from django import forms
from django.core.exceptions import ValidationError

from customers.models import DuplicateCandidate, SalesRep
from customers.review import Progress, states

PAIR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


class FilterForm(forms.Form):
    """Which of the found pairs are judged. A choice that is none counts as no filter."""

    band = forms.ChoiceField(required=False, choices=[("", "every band"), *DuplicateCandidate.Band.choices])
    state = forms.ChoiceField(required=False)
    rep = forms.ModelChoiceField(SalesRep.objects.all(), required=False, empty_label="every rep")

    def __init__(self, data: Mapping[str, str]):
        super().__init__(data, label_suffix="")
        self.offer("state", [("", "every state"), *((state, state) for state in states())])

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def count(self, tally: dict[str, Progress]) -> None:
        """Let each band say how many of its pairs are open."""
        waiting = {band: tally[band].open if band in tally else 0 for band in DuplicateCandidate.Band.values}
        bands = [(band, f"{band} ({count:,} open)") for band, count in waiting.items()]
        self.offer("band", [("", "every band"), *bands])

    def chosen(self) -> dict:
        """Return the filters that hold: band, state, rep."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PairField(forms.CharField):
    """Two customers as addresses name them: "12-34"."""

    def to_python(self, value):
        found = PAIR.fullmatch(super().to_python(value) or "")
        if found is None or found[1] == found[2]:
            raise ValidationError("Name two customers by their numbers, such as 12-34.")
        return tuple(map(int, found.groups()))


class DecisionForm(forms.Form):
    """What was decided about a pair."""

    DECISIONS = ("not_duplicate", "later", "merge")

    pair = PairField()
    decision = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])
    reason = forms.CharField(required=False, max_length=500)
    survivor = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    choose = forms.CharField(required=False)
    confirm = forms.CharField(required=False)
