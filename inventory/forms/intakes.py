"""What people enter about intakes: a file or a form."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError

from eqms.csv_rows import BadCell, whole_number
from eqms.models import SourceDocument
from eqms.storage import StorageTrouble
from inventory.models import StockProduct
from inventory.models.stock import LARGEST_QUANTITY
from inventory.stock_file import read_stock_file

LARGEST_FILE = 20 * 1024 * 1024  # bytes: 100,000 rows are 5 MB


class ImportStockOptions(forms.Form):
    """The file is read while it is chosen: plans read what was kept of it, never the network."""

    document = forms.ModelChoiceField(
        SourceDocument.objects.all(),
        label="File",
        widget=forms.NumberInput,
        help_text="the number of the stored CSV file, as on its page",
    )
    good_rows_only = forms.BooleanField(required=False, help_text="leave rows in error out and take in the others")
    count_equal_rows = forms.BooleanField(
        required=False, help_text="equal rows are deliveries of their own: take in each, once a file"
    )

    def clean_document(self) -> SourceDocument:
        document = self.cleaned_data["document"]
        try:
            read_stock_file(document)
        except StorageTrouble as trouble:
            raise ValidationError(f"The file cannot be read now: {trouble}") from trouble
        return document


class StockFileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,  # kept and explained like any other
        help_text="Columns: SKU, Lot, Quantity, Received On, Warehouse. Commas, semicolons or tabs between them.",
        error_messages={"required": "Choose a file."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )


class QuantityField(forms.CharField):
    """Whole units, read like those of a file: "2,500" is 2500."""

    default_error_messages = {"required": "Write how many units came in."}

    def to_python(self, value):
        text = super().to_python(value)
        return text and self.read(text)

    def read(self, text: str) -> int:
        try:
            return partial(whole_number, largest=LARGEST_QUANTITY)(text)
        except BadCell as bad:
            raise ValidationError(f'"{text[:60]}" {bad.reason}. {bad.remedy}') from bad


class IntakeForm(forms.ModelForm):
    quantity = QuantityField(widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 12}))

    class Meta:
        model = StockProduct
        fields = ("product", "lot", "quantity", "received_on", "warehouse")
