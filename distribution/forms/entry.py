"""What people enter to put a shipment into the log by hand: its order, from where, to whom, which units."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from distribution.shipped import open_lines
from distribution.shipping import NewLine, NewShipment
from inventory.forms.intakes import QuantityField
from inventory.forms.named import product_called
from inventory.forms.transfers import code_of, grouped, open_places
from inventory.models import Product
from inventory.udi import scanned
from sales.address_block import AddressBlock
from sales.models import SalesOrder

MORE_LINES = 3  # empty ones below those that the order still owes
MOST_LINES = 200
CONSIGNEE = ("name", "address", "city", "state", "postal_code")


class EntryForm(forms.Form):
    """The shipment of one order; ``order`` is chosen before."""

    ship_date = forms.DateField(
        label="Shipped on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Write the day."},
    )
    place = forms.ChoiceField(
        label="From",
        help_text="the warehouse or storefront that the goods left",
        error_messages={"required": "Choose the place that the goods left."},
    )
    carrier = forms.CharField(required=False, max_length=60)
    tracking_number = forms.CharField(required=False, max_length=100)
    name = forms.CharField(label="Facility", max_length=200, error_messages={"required": "Write to whom it went."})
    address = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    city = forms.CharField(required=False, max_length=100)
    state = forms.CharField(required=False, max_length=50)
    postal_code = forms.CharField(required=False, max_length=20)
    contact = forms.CharField(required=False, max_length=254)
    notes = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, order: SalesOrder, default_place=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.order = order
        self.places = open_places([default_place] if default_place else [])
        setattr(self.fields["place"], "choices", [("", "Choose a place"), *grouped(self.places)])  # noqa: B010

    def clean_ship_date(self):
        day = self.cleaned_data["ship_date"]
        if day > timezone.localdate():
            raise ValidationError("This day is still to come: write the day the goods left.")
        return day

    def shipment(self, lines: list[NewLine], because: str) -> NewShipment:
        """Return what a valid form and its lines say."""
        told = self.cleaned_data
        return NewShipment(
            source=Distribution.Source.MANUAL,
            ship_date=told["ship_date"],
            lines=tuple(lines),
            because=because,
            order_number=self.order.order_number,
            consignee=AddressBlock(*(told[part].replace("\r\n", "\n") for part in CONSIGNEE)),
            contact=told["contact"],
            carrier=told["carrier"],
            tracking_number=told["tracking_number"],
            rep_name=self.order.rep_name,
            notes=told["notes"],
            place=self.places[told["place"]],
        )


class EntryLineForm(forms.Form):
    """Units of one product. A scanned code in the first field fills product, lot and serial number."""

    field_order = ("sku", "quantity", "lot", "serial_number")  # what a phone shows first

    sku = forms.CharField(label="Product", max_length=400, help_text="SKU, another code, or a scan")
    lot = forms.CharField(required=False, max_length=60)
    serial_number = forms.CharField(label="Serial number", required=False, max_length=60)
    quantity = QuantityField(
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages={"required": "Write how many units left."},
    )

    def clean_sku(self) -> str:
        text = self.cleaned_data["sku"]
        self.scan = scanned(text)
        if self.scan is None:
            return product_called(text).sku
        if self.scan.problem:
            raise ValidationError(self.scan.problem)
        product = product_of_gtin(self.scan.gtin)
        if product is None:
            raise ValidationError(f"No product has the GTIN {self.scan.gtin}.")
        return product.sku

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        scan = getattr(self, "scan", None)
        if scan and not scan.problem:
            cleaned["lot"] = cleaned.get("lot") or scan.lot_number
            cleaned["serial_number"] = cleaned.get("serial_number") or scan.serial_number
        return cleaned

    @property
    def line(self) -> NewLine:
        """What a valid form says."""
        told = self.cleaned_data
        return NewLine(told["sku"], told["quantity"], told.get("lot", ""), told.get("serial_number", ""))


class Lines(forms.BaseFormSet):
    """The lines of a shipment: at least one."""

    def clean(self):
        super().clean()
        if not any(self.errors) and not self.filled:
            raise ValidationError("Name at least one product that left.")

    @cached_property
    def filled(self) -> list[EntryLineForm]:
        """The forms in which something stands: a quantity, or a product that nobody proposed."""
        return [form for form in self.forms if form.cleaned_data.get("quantity")]


class ProposedLineForm(EntryLineForm):
    """A line that may stay as it is proposed: without quantity nothing of it left."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quantity"].required = self.fields["sku"].required = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("quantity") and not cleaned.get("sku") and "sku" not in self.errors:
            self.add_error("sku", "Write which product.")
        if not self.initial and cleaned.get("sku") and not cleaned.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", "Write how many units left.")
        return cleaned

    def clean_sku(self) -> str:
        return super().clean_sku() if self.cleaned_data.get("sku") else ""


LineFormSet = forms.formset_factory(
    ProposedLineForm, formset=Lines, extra=MORE_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def proposed(order: SalesOrder, corrected: Distribution | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the form and its lines begin with: the order's consignee and open lines, or a void shipment's."""
    if corrected:
        lines = corrected.lines.select_related("product", "lot").order_by("line_number")
        place = {"place": code_of(corrected.shipped_from)} if corrected.shipped_from else {}
        told = {name: getattr(corrected, name) for name in ("ship_date", "carrier", "tracking_number", "notes")}
        told |= {"contact": corrected.consignee_contact, **corrected.consignee._asdict(), **place}
        return told, [line_of(line) for line in lines]
    owed = [
        {"sku": found.line.product.sku, "quantity": str(found.still_open), "lot": found.line.lot or ""}
        for found in open_lines(order)
        if found.line.product and found.still_open
    ]
    return {"ship_date": timezone.localdate(), **order.ship_to._asdict()}, owed


def line_of(line: DistributionLine) -> dict[str, str]:
    """Return a line of a void shipment as a form begins with it."""
    lot = line.lot_number or str(line.lot or "")
    return {"sku": line.product.sku, "quantity": str(line.quantity), "lot": lot, "serial_number": line.serial_number}


def product_of_gtin(gtin: str) -> Product | None:
    """Return the product whose unit or package has this GTIN. At most three queries."""
    if product := Product.objects.filter(gtin=gtin).first():
        return product
    return next(iter(Product.objects.known_as([gtin]).values()), None)
