"""What people enter to import and export shipments."""

from django import forms
from django.core.exceptions import ValidationError

from distribution.shipment_file import read_shipment_file
from eqms.models import SourceDocument
from eqms.storage import StorageTrouble

LARGEST_FILE = 40 * 1024 * 1024  # bytes: 100,000 rows are 15 MB


class ImportDistributionsOptions(forms.Form):
    """The file is read while it is chosen: plans read what was kept of it, never the network."""

    document = forms.ModelChoiceField(
        SourceDocument.objects.all(),
        label="File",
        widget=forms.NumberInput,
        help_text="the number of the stored CSV file, as on its page",
    )
    good_rows_only = forms.BooleanField(required=False, help_text="leave rows in error out and take in the others")
    goods_left = forms.BooleanField(
        required=False,
        label="The goods did leave",
        help_text="record lots that are on hold, recalled or expired too (needs the permission to override lots)",
    )

    def clean_document(self) -> SourceDocument:
        document = self.cleaned_data["document"]
        try:
            read_shipment_file(document)
        except StorageTrouble as trouble:
            raise ValidationError(f"The file cannot be read now: {trouble}") from trouble
        return document


class ShipmentFileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,  # kept and explained like any other
        help_text="Columns: Ship Date, Order Number, Facility Name, SKU, Lot, Quantity. "
        "Commas, semicolons or tabs between them.",
        error_messages={"required": "Choose a file."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
