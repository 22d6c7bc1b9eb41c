"""The form of a customer: says whom a row looks like before it is saved, and refuses whom it is already."""

from django import forms

from customers.lookalikes import COLUMNS, Suggestion, lookalikes
from customers.models import Customer

SAVE_ANYWAY = "save_anyway"  # the box that says: another customer than those shown


class CustomerForm(forms.ModelForm):
    """A customer in the admin.

    ``twins`` are customers that it is already, by number, key or alias: it cannot be saved.
    ``suggestions`` are customers that it looks like: it is saved when a person says so.
    """

    twins: list[Customer] = []
    suggestions: list[Suggestion] = []

    def _post_clean(self):
        super()._post_clean()  # type: ignore[misc]
        if not set(COLUMNS) & set(self.changed_data):
            return
        self.twins = self.found_twins()
        if self.twins and not self.errors:
            self.add_error(None, "This number, or this name and address, means another customer already.")
        if not self.errors:
            self.suggestions = self.looks_like()
        if self.suggestions:
            self.add_error(None, "This looks like a customer that is there already. Say below which it is.")

    def found_twins(self) -> list[Customer]:
        """Return the other customers that the number, or the name and address, means now or meant before."""
        number, key = self.instance.customer_number, self.instance.company_key
        known = Customer.objects.known_as([number], [key])
        found = {twin.pk: twin for twin in (known.with_number(number), known.suggested_by(key)) if twin}
        return [twin for pk, twin in sorted(found.items()) if pk != self.instance.pk]

    def looks_like(self) -> list[Suggestion]:
        """Return whom the row looks like, unless the person has seen them all and saves anyway."""
        values = {name: getattr(self.instance, name) for name in COLUMNS}
        found = lookalikes.like(values, key=self.instance.pk)
        seen = set(self.data.get(SAVE_ANYWAY, "").split())
        return [] if {str(one.customer_id) for one in found} <= seen else found

    @property
    def seen(self) -> str:
        """What the box carries: the numbers of the customers that were shown."""
        return " ".join(str(one.customer_id) for one in self.suggestions)
