"""Fields that find a row by what people call it, however many rows there are."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from inventory.models import Lot, Place, Product, StoreFront, Warehouse

LISTED = 5  # products that a name may mean
PLACES: dict[str, type[Warehouse] | type[StoreFront]] = {"warehouse": Warehouse, "storefront": StoreFront}


class ProductField(forms.CharField):
    """A product by its SKU, another of its codes, its UUID or its whole name."""

    def __init__(self, **options):
        options.setdefault("help_text", "SKU, another code, UUID or whole name")
        super().__init__(**{"max_length": 200, **options})

    def prepare_value(self, value):
        return value.sku if isinstance(value, Product) else value

    def clean(self, value):
        text = super().clean(value)
        return product_called(text) if text else None


class PlaceField(forms.CharField):
    """A warehouse or a storefront by its name."""

    def __init__(self, **options):
        options.setdefault("help_text", "name of a warehouse or a storefront")
        super().__init__(**{"max_length": 100, **options})

    def prepare_value(self, value):
        return value.name if isinstance(value, Warehouse | StoreFront) else value

    def clean(self, value):
        text = super().clean(value)
        return place_called(text) if text else None


def product_called(text: str) -> Product:
    """Return the one product that ``text`` means; ValidationError names what it may mean. At most four queries."""
    known = Product.objects.known_as([text])
    if known:
        return next(iter(known.values()))
    if (key := uuid_or_none(text)) and (product := Product.objects.filter(pk=key).first()):
        return product
    same = list(Product.objects.filter(name__iexact=text)[: LISTED + 1])
    if len(same) == 1:
        return same[0]
    near = same or list(Product.objects.filter(name__icontains=text)[: LISTED + 1])
    if not near:
        raise ValidationError(f"No product is known by {text}.")
    names = ", ".join(str(product) for product in near[:LISTED]) + (", ..." if len(near) > LISTED else "")
    verb = "Several products are" if same else "No product is"
    raise ValidationError(f"{verb} called {text}: {'' if same else 'perhaps '}{names}. Write the SKU.")


def uuid_or_none(text: str) -> UUID | None:
    """Return ``text`` as a UUID, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def place_called(text: str) -> Place:
    """Return the warehouse or storefront called ``text``; where both are, "storefront Main" tells them apart."""
    kind, _, name = text.partition(" ")
    if kind.lower() in PLACES and (place := PLACES[kind.lower()].objects.filter(name__iexact=name.strip()).first()):
        return place
    found = [(word, place) for word, model in PLACES.items() for place in model.objects.filter(name__iexact=text)]
    exact = [(word, place) for word, place in found if place.name == text] or found
    if not exact:
        raise ValidationError(f"No warehouse or storefront is called {text}.{places_like(text)}")
    if len(exact) > 1:
        names = " or ".join(f"{word} {place}" for word, place in exact)
        raise ValidationError(f"{text} is the name of two places: write {names}.")
    return exact[0][1]


def places_like(text: str) -> str:
    """Return a sentence with the places whose name holds ``text``, "" where there is none. Two queries."""
    near = [str(place) for model in PLACES.values() for place in model.objects.filter(name__icontains=text)[:LISTED]]
    return f" Perhaps {' or '.join(sorted(near)[:LISTED])}?" if near else ""


def lot_called(number: str, product: Product) -> Lot | None:
    """Return the lot of ``product`` with this number, None for "". ValidationError where it is no lot of the product,
    and where a lot-tracked product has none."""
    if not number and product.is_lot_tracked:
        raise ValidationError(f"{product} is lot-tracked: name the lot.")
    if not number:
        return None
    known = Lot.objects.known_as([number])
    for (product_id, _), lot in known.items():
        if product_id == product.pk:
            return lot
    others = f": it is a lot of {Product.objects.get(pk=next(iter(known))[0])}" if known else ""
    raise ValidationError(f"{product} has no lot {number}{others}.")
