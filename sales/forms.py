"""What people enter about orders and their papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from customers.models import Customer
from eqms.row_files.forms import FileOptions
from eqms.storage.sizes import LARGEST_FILE, MB
from sales.models import DocumentSegment, SalesOrder
from sales.order_file import ORDER_FILE
from sales.order_number_key import order_number_key_or_empty
from sales.places import Place
from sales.printed_order import BLOCKS, LARGEST_QUANTITY, values_of
from sales.printed_order import MONEY as MONEY_FIELDS

MOST_FILES = 1000
AMOUNT: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "required": False}
PARTS = {
    "name": ("name", 200, None),
    "lines": ("address", 500, forms.Textarea(attrs={"rows": 2})),
    "city": ("city", 100, None),
    "state": ("state", 50, None),
    "zip": ("postal code", 20, None),
}


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A field for many files at once; empty ones are taken too, since no upload is thrown away."""

    def __init__(self, **kwargs):
        super().__init__(widget=SeveralFilesInput(), allow_empty_file=True, **kwargs)

    def clean(self, data, initial=None):
        files = [super(SeveralFilesField, self).clean(file, initial) for file in data or [None]]
        if len(files) > MOST_FILES:
            raise ValidationError(f"These are {len(files)} files. Send at most {MOST_FILES} at once.")
        return files


class UploadForm(forms.Form):
    papers = SeveralFilesField(
        label="Files",
        help_text=f"PDFs with sales orders, up to {MOST_FILES} at once, each of {LARGEST_FILE // MB} MB at most. "
        "A file may hold many orders.",
        error_messages={"required": "Choose at least one file."},
    )


class AssignForm(forms.Form):
    """Which order a paper belongs to, by the number that people read; ``sure`` where it stands otherwise: how."""

    order_number = forms.CharField(max_length=60)
    sure = forms.CharField(required=False)

    def clean_order_number(self) -> SalesOrder:
        number = self.cleaned_data["order_number"]
        order = SalesOrder.objects.filter(order_number_key=order_number_key_or_empty(number)).first()
        if order is None:
            raise ValidationError(f"No order has the number {number}.")
        return order


class ChooseCustomerForm(forms.Form):
    """Whose order a paper is: empty where number, name and address are to tell."""

    customer = forms.ModelChoiceField(Customer.objects.active(), required=False, widget=forms.HiddenInput)


class SetAsideForm(forms.Form):
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why this paper is set aside."})


class PaperForm(forms.Form):
    """All figures of one order, to be compared with the picture beside them. Field names are the reader's."""

    order_number = forms.CharField(max_length=60)
    order_date = forms.DateField()
    ship_date = forms.DateField(required=False)
    customer_number = forms.CharField(max_length=40, required=False)
    po_number = forms.CharField(label="PO number", max_length=60, required=False)
    rep = forms.CharField(max_length=100, required=False)
    tracking_number = forms.CharField(max_length=100, required=False)
    contact_email = forms.CharField(label="Contact e-mail", max_length=254, required=False)
    contact_phone = forms.CharField(max_length=50, required=False)
    subtotal = forms.DecimalField(**AMOUNT)
    freight = forms.DecimalField(**AMOUNT)
    tax = forms.DecimalField(**AMOUNT)
    total = forms.DecimalField(**AMOUNT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for block in BLOCKS:
            for part, (label, length, widget) in PARTS.items():
                words = f"{block.replace('_', '-').capitalize()} {label}"
                self.fields[f"{block}.{part}"] = forms.CharField(
                    label=words, max_length=length, required=False, widget=widget
                )

    def clean(self):
        if not any(self.cleaned_data.get(f"{block}.name") for block in BLOCKS):
            self.add_error("ship_to.name", "Write who gets the goods: the customer is named after this block.")


class LineForm(forms.Form):
    sku = forms.CharField(label="SKU", max_length=100)
    description = forms.CharField(max_length=500, required=False)
    lots = forms.CharField(max_length=500, required=False, help_text="several with a comma between")
    quantity = forms.IntegerField(min_value=1, max_value=LARGEST_QUANTITY)
    unit_price = forms.DecimalField(**AMOUNT)
    amount = forms.DecimalField(**AMOUNT)

    def clean_lots(self) -> list[str]:
        return [lot.strip() for lot in self.cleaned_data["lots"].split(",") if lot.strip()]


LineFormSet = forms.formset_factory(LineForm, extra=1, can_delete=True, min_num=1, validate_min=True, max_num=1000)


@dataclass(frozen=True)
class Group:
    """Some fields of a paper under one title, each with its place on the paper where it has one."""

    title: str
    figures: list[tuple[forms.BoundField, Place | None]]

    @property
    def is_open(self) -> bool:
        first = self.title in ("Order", "Ship to", "Amounts")
        return first or any(field.value() or field.errors for field, _ in self.figures)


class PaperForms:
    """The form of a paper and its lines, filled with what was read or corrected before."""

    def __init__(self, paper: DocumentSegment, corrections: dict, data: MultiValueDict | None = None):
        values = values_of(paper.read, corrections)
        lines = [{**line, "lots": ", ".join(line.get("lots") or [])} for line in values.pop("lines")]
        as_text = {name: "\n".join(value) if isinstance(value, list) else value for name, value in values.items()}
        self.head = PaperForm(data, initial=as_text)
        # What was sent stands for itself: beside initial values, a line equal to what is stored would count as empty.
        self.lines = LineFormSet(data, initial=None if data else lines, prefix="line")

    def are_valid(self) -> bool:
        return all([self.head.is_valid(), self.lines.is_valid()])

    def groups(self, places: Mapping[str, Place]) -> list[Group]:
        """Return the fields as they stand on most papers; a group with nothing in it comes folded."""
        names = {
            "Order": list(PaperForm.base_fields)[:9],
            **{block.replace("_", " ").capitalize(): [f"{block}.{part}" for part in PARTS] for block in BLOCKS},
            "Amounts": MONEY_FIELDS,
        }
        return [
            Group(title, [(self.head[name], places.get(name)) for name in fields]) for title, fields in names.items()
        ]

    @property
    def corrections(self) -> dict:
        """What was entered, as JSON values; an emptied field is kept as empty."""
        head = {name: plain(value) for name, value in self.head.cleaned_data.items()}
        for block in BLOCKS:
            head[f"{block}.lines"] = head[f"{block}.lines"].splitlines()
        kept = [line for line in self.lines.cleaned_data if line and not line.pop("DELETE", False)]
        return {**head, "lines": [{name: plain(value) for name, value in line.items()} for line in kept]}


def plain(value):
    """Return a cleaned value as JSON holds it: numbers and lists as they are, dates and amounts as text."""
    return value if value is None or isinstance(value, int | list) else str(value)


class ImportSalesOrdersOptions(FileOptions):
    kind = ORDER_FILE
    good_rows_only = forms.BooleanField(
        required=False, help_text="leave orders with rows in error out and take in the others"
    )
    count_equal_rows = forms.BooleanField(
        required=False, help_text="equal rows of an order are lines of their own, not one line that stands there twice"
    )
