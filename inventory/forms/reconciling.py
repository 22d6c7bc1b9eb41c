"""Which products are reconciled."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from inventory.models import Product

LISTED = 20


class FixOptions(forms.Form):
    """At most one way to name products; none means those that were selected, or all."""

    product_name = forms.CharField(required=False, max_length=200, help_text="its name, or a part of it")
    product_id = forms.UUIDField(
        required=False,
        help_text="its UUID, as on its page",
        error_messages={"invalid": "This is no UUID: copy it from the product's page, or use its name."},
    )
    all = forms.BooleanField(required=False, help_text="every product")

    def clean_product_name(self) -> str:
        name = self.cleaned_data["product_name"]
        found = list(products_called(name)[: LISTED + 1]) if name else []
        if name and not found:
            raise ValidationError(f"No product is called {name}. Write its name, or a part of it.")
        if len(found) > 1:
            raise ValidationError(f"{listed(found)} Write the whole name, or use the product's id.")
        return name

    def clean_product_id(self):
        key = self.cleaned_data["product_id"]
        if key and not Product.objects.filter(pk=key).exists():
            raise ValidationError(f"No product has the id {key}.")
        return key

    def clean(self):
        cleaned = super().clean() or {}
        if sum(bool(cleaned.get(name)) for name in self.base_fields) > 1:
            raise ValidationError("Name the products in one way: by name, by id, or all.")
        return cleaned


def products_called(name: str) -> QuerySet[Product]:
    """Return the products of this name, in any case; where there is none, those whose name holds it."""
    exact = Product.objects.filter(name__iexact=name)
    return exact if exact.exists() else Product.objects.filter(name__icontains=name)


def listed(products: list[Product]) -> str:
    """Return in words that a name fits several products, with each."""
    names = "".join(f"\n  {product} (ID: {product.pk})" for product in products[:LISTED])
    more = "\n  ..." if len(products) > LISTED else ""
    return f"The name fits several products:{names}{more}\n"
