"""What people enter to import a CSV file."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from eqms.models import SourceDocument
from eqms.storage import StorageTrouble

from .kind import FileKind


class FileOptions(forms.Form):
    """Which stored file. It is read while it is chosen: plans read what was kept of it, never the network.

    Subclass with ``kind`` and further options.
    """

    kind: ClassVar[FileKind]
    document = forms.ModelChoiceField(
        SourceDocument.objects.all(),
        label="File",
        widget=forms.NumberInput,
        help_text="the number of the stored CSV file, as on its page",
    )
    good_rows_only = forms.BooleanField(required=False, help_text="leave rows in error out and take in the others")

    def clean_document(self) -> SourceDocument:
        document = self.cleaned_data["document"]
        try:
            self.kind.read(document)
        except StorageTrouble as trouble:
            raise ValidationError(f"The file cannot be read now: {trouble}") from trouble
        return document


class FileForm(forms.Form):
    """A CSV file of one kind, to be uploaded."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,  # kept and explained like any other
        error_messages={"required": "Choose a file."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )

    def __init__(self, kind: FileKind, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = f"Columns: {kind.headings_in_words}. Commas, semicolons or tabs between them."
        self.fields["file"].help_text = words
