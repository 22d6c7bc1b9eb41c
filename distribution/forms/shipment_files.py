"""What people enter to import shipments."""

from django import forms

from distribution.shipment_file import SHIPMENT_FILE
from eqms.row_files.forms import FileOptions


class ImportDistributionsOptions(FileOptions):
    kind = SHIPMENT_FILE
    goods_left = forms.BooleanField(
        required=False,
        label="The goods did leave",
        help_text="record lots that are on hold, recalled or expired too (needs the permission to override lots)",
    )
