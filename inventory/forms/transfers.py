"""What people enter to ask for a transfer: from where, to where, which units."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from eqms.lists import LineForm
from inventory.models import StoreFront, TransferRequest, Warehouse

KINDS: dict[str, type[Warehouse] | type[StoreFront]] = {"warehouse": Warehouse, "storefront": StoreFront}
COLUMNS = ("warehouse", "storefront", "from_storefront")
NO_STOREFRONT = "A transfer has a storefront on one side at least: choose one here or above."
SAME_PLACE = "The units are there already: choose another place than the one they come from."
WHOLE_UNITS, AT_LEAST_ONE = "Write whole units, such as 3.", "Write at least 1."


class TransferForm(forms.ModelForm):
    """A transfer in the words of people: from one place to another. The row keeps the three keys that this means."""

    from_place = forms.ChoiceField(label="From", help_text="the warehouse or storefront that the units leave")
    to_place = forms.ChoiceField(label="To", help_text="the storefront or warehouse that asks for them")

    class Meta:
        model = TransferRequest
        fields = ("priority",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.instance
        ends = {"from_place": request.source, "to_place": request.destination}
        self.places = open_places(place for place in ends.values() if place)
        choices = [("", "Choose a place"), *grouped(self.places)]
        for name, place in ends.items():
            setattr(self.fields[name], "choices", choices)  # noqa: B010  (a field declared above has them)
            if place:
                self.initial[name] = code_of(place)

    @cached_property
    def changed_data(self):
        """The names that changed; for the two places those of the columns that keep them."""
        names = super().changed_data
        return [*names, *COLUMNS] if {"from_place", "to_place"} & set(names) else names

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        source, goal = (self.places.get(cleaned.get(name, "")) for name in ("from_place", "to_place"))
        if source is None or goal is None:
            return cleaned
        if source == goal:
            self.add_error("to_place", SAME_PLACE)
        elif isinstance(source, Warehouse) and isinstance(goal, Warehouse):
            self.add_error("to_place", NO_STOREFRONT)
        else:
            self.keep(source, goal)
        return cleaned

    def keep(self, source: Warehouse | StoreFront, goal: Warehouse | StoreFront) -> None:
        """Write the places into the columns that keep them."""
        ends = (source, goal)
        self.instance.from_storefront = source if isinstance(source, StoreFront) else None
        self.instance.warehouse = next((place for place in ends if isinstance(place, Warehouse)), None)
        self.instance.storefront = goal if isinstance(goal, StoreFront) else None


def open_places(kept) -> dict[str, Warehouse | StoreFront]:
    """Return by code the places that are in use, and those of ``kept``, which a request names already. Two queries."""
    kept = list(kept)
    found: dict[str, Warehouse | StoreFront] = {}
    for model in KINDS.values():
        named = [place.pk for place in kept if isinstance(place, model)]
        in_use = model.objects.filter(Q(archived_at__isnull=True) | Q(pk__in=named))
        found |= {code_of(place): place for place in in_use.order_by("name")}
    return found


def grouped(places: dict[str, Warehouse | StoreFront]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return ``places`` as choices, warehouses apart from storefronts."""
    groups = {
        kind: [(code, str(place)) for code, place in places.items() if isinstance(place, model)]
        for kind, model in KINDS.items()
    }
    return [(f"{kind}s".capitalize(), choices) for kind, choices in groups.items() if choices]


def code_of(place: Warehouse | StoreFront) -> str:
    """Return what a form calls ``place``, such as "storefront-3"."""
    return f"{place._meta.model_name}-{place.pk}"


class TransferLineForm(LineForm):
    """A line of a transfer. Its quantity is typed as text, so "2,5" is answered in place of being dropped."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quantity = self.fields.get("requested_quantity")
        if quantity is not None:
            quantity.widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 8})
            quantity.error_messages |= {"invalid": WHOLE_UNITS, "min_value": AT_LEAST_ONE}


class TransferLines(forms.BaseInlineFormSet):
    """The lines of a transfer: at least one."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if all(form in self.deleted_forms for form in kept):
            raise ValidationError("Ask for at least one product.")
