"""What people enter to put a shipment into the log by hand: its order, from where, to whom, which units."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from distribution.shipped import open_lines
from distribution.shipping import NewLine, NewShipment
from inventory.code_key import code_key_or_empty
from inventory.forms.intakes import QuantityField
from inventory.forms.named import product_called
from inventory.forms.transfers import code_of, grouped, open_places
from inventory.models import Lot, Product, ProductCode
from inventory.udi import Scan, forms_of, scanned
from sales.address_block import AddressBlock
from sales.models import SalesOrder

MORE_LINES = 3  # empty ones below those that the order still owes
MOST_LINES = 200
WHOLE = re.compile("[0-9]{1,6}")
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
    """Units of one product. A scanned code in the first field is spread over all of them by ``with_scans_read``."""

    field_order = ("sku", "quantity", "lot", "serial_number")  # what a phone shows first

    sku = forms.CharField(label="Product", max_length=400, help_text="SKU, another code, or a scan")
    expires_on = forms.DateField(required=False, widget=forms.HiddenInput)  # as the scanned code says
    lot = forms.CharField(required=False, max_length=60)
    serial_number = forms.CharField(label="Serial number", required=False, max_length=60)
    quantity = QuantityField(
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages={"required": "Write how many units left."},
    )

    def clean_sku(self) -> str:
        text = self.cleaned_data["sku"]
        scan = scanned(text)
        return product_scanned(scan).sku if scan else product_called(text).sku

    expiry = ""  # of the lot, in words: see ``say_expiries``
    known_expiry: date | None = None
    product: Product | None = None  # None where none is named that is known

    def expired_code(self, on: date) -> str:
        """Return what forbids the line to leave ``on`` a day by the code on the goods alone, "" where nothing does."""
        said, known = self.cleaned_data.get("expires_on"), self.known_expiry
        if said is None or said >= on or (known and known < on):
            return ""  # of a lot that is known as expired the shipment says so itself
        named = f"lot {self.cleaned_data['lot']}" if self.cleaned_data.get("lot") else "the code"
        return f"{self.cleaned_data['sku']}, {named}: expired on {said} as its code says. Nothing of it may leave."

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


def product_scanned(scan: Scan) -> Product:
    """Return the product whose single unit a code names; ValidationError where it is none, or a package of several."""
    if scan.problem:
        raise ValidationError(scan.problem)
    if not scan.gtin:
        raise ValidationError("This code names no product. Scan the one with the GTIN, or write the SKU.")
    product = Product.objects.with_gtin(scan.gtin).first()
    if product is None:
        raise ValidationError(f"No product has the GTIN {scan.gtin}.")
    for units in ProductCode.objects.packages_among(forms_of(scan.gtin)).values():
        raise ValidationError(f"This is the code of a package of {units:,}. Write {product.sku} and single units.")
    return product


def with_scans_read(sent: QueryDict, proposals: list[dict[str, Any]]) -> tuple[QueryDict, list[int]]:
    """Return what was sent with each scanned code spread over the fields of its line, and the numbers of those lines.

    A code of another product than its line proposes goes to a line of its own (``line_for``), and the proposal stays.
    The code counts, not the lot that was proposed: it is on the goods. One that cannot be trusted stays, for its field
    to say.
    """
    told, read = sent.copy(), []
    for place in range(lines_of(sent)):
        if not (scan := scanned(told.get(f"lines-{place}-sku", ""))):
            continue
        try:
            sku = product_scanned(scan).sku
        except ValidationError:
            continue
        if place < len(proposals) and proposals[place]["sku"] != sku:
            told[f"lines-{place}-sku"] = proposals[place]["sku"]
            place = line_for(told, sku, scan, proposals)
        told[f"lines-{place}-sku"] = sku
        expiry = {"expires_on": scan.expires_on.isoformat() if scan.expires_on else ""}
        said = {"lot": scan.lot_number, "serial_number": scan.serial_number}
        for field, value in {**{name: value for name, value in said.items() if value}, **expiry}.items():
            told[f"lines-{place}-{field}"] = value
        read.append(place)
    return told, read


def lines_of(sent: QueryDict) -> int:
    """Return how many lines were sent."""
    total = sent.get("lines-TOTAL_FORMS", "")
    return min(int(total), MOST_LINES) if WHOLE.fullmatch(total) else 0


def line_for(told: QueryDict, sku: str, scan: Scan, proposals: list[dict[str, Any]]) -> int:
    """Return the line that a scanned code belongs to: that of its product and lot, else a free one, else a new one."""
    total = lines_of(told)
    for place in range(total):
        product, lot, serial = (told.get(f"lines-{place}-{field}", "") for field in ("sku", "lot", "serial_number"))
        may_change = proposals[place]["lot"] if place < len(proposals) else ""
        is_same = code_key_or_empty(product) == code_key_or_empty(sku) and lot in ("", may_change, scan.lot_number)
        if is_same and serial in ("", scan.serial_number):
            return place
    for place in range(len(proposals), total):
        if not any(told.get(f"lines-{place}-{field}", "") for field in EntryLineForm.field_order):
            return place
    told["lines-TOTAL_FORMS"] = str(total + 1)  # past MOST_LINES the formset refuses it
    return total


def not_ordered(order: SalesOrder, lines: Iterable[EntryLineForm]) -> list[str]:
    """Return the SKUs in ``lines`` that the order does not have: after ``say_expiries``. One query."""
    rows = list(order.lines.values_list("product", "sku_printed"))
    products, printed = {product for product, _ in rows}, {code_key_or_empty(sku) for _, sku in rows}
    shown = {line.product for line in lines if line.product}
    return sorted(one.sku for one in shown if one.pk not in products and one.sku_key not in printed)


def say_expiries(lines: Iterable[EntryLineForm]) -> None:
    """Write beside each line when its lot expires, as its page and the scanned code say. Four queries."""
    shown = [(line, line["sku"].value() or "", line["lot"].value() or "") for line in lines]
    products = Product.objects.known_as(sku for _, sku, _ in shown)
    lots = Lot.objects.known_as(str(lot) for _, _, lot in shown)
    for line, sku, number in shown:
        product = line.product = products.get(code_key_or_empty(sku))
        lot = lots.get((product.pk, code_key_or_empty(str(number)))) if product else None
        known, said = lot and lot.expires_on, str(line["expires_on"].value() or "")
        verb = "expired" if (str(known) if known else said) < str(timezone.localdate()) else "expires"
        line.known_expiry, line.expiry = known, f"{verb} {known}" if known else said and f"{verb} {said} by its code"
        if known and said and str(known) != said:
            line.expiry += f", but its code says {said}"
