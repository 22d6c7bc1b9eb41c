"""What people enter about intakes: a file or a form."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError

from eqms.csv_rows import BadCell, whole_number
from eqms.row_files.forms import FileOptions
from inventory.models import StockProduct
from inventory.models.stock import LARGEST_QUANTITY
from inventory.stock_file import STOCK_FILE


class ImportStockOptions(FileOptions):
    kind = STOCK_FILE
    count_equal_rows = forms.BooleanField(
        required=False, help_text="equal rows are deliveries of their own: take in each, once a file"
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
