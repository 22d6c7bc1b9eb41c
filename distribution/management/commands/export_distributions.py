from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection

from distribution.forms.export import ExportForm
from distribution.shipment_export import Export
from eqms.commands import SpeakingCommand
from eqms.whole_file import appearing_whole


class Command(SpeakingCommand):
    help = "Write the log of shipments as a CSV file, to standard output or to a file."

    def add_arguments(self, parser):
        parser.add_argument("--output", metavar="FILE", help="write it here in place of standard output")
        for name, field in ExportForm.base_fields.items():
            words = str(field.help_text or field.label or name)
            if name == "whole":
                parser.add_argument("--whole", action="store_true", help=words)
            else:
                parser.add_argument(f"--{name}", default="", help=words.lower())

    def work(self, *, output, **options):
        form = ExportForm({name: options[name] for name in ExportForm.base_fields})
        if not form.is_valid():
            errors = "; ".join(f"--{name}: {' '.join(map(str, words))}" for name, words in form.errors.items())
            raise CommandError(f"Nothing was exported. {errors}")
        connection.ensure_connection()  # where nobody answers, not even the heading is written
        export = Export(form.wanted, whole=form.cleaned_data["whole"])
        if output:
            self.to_file(Path(output), export)
        else:
            self.to_standard_output(export)
        lines = f"{export.count:,} line{'' if export.count == 1 else 's'}"
        self.conclude_aside(f"{lines} exported{f' to {output}' if output else ''}.", aside=not output)

    def to_file(self, path, export) -> None:
        """Write the whole file, or leave the old one as it was."""
        if path.exists() and not path.is_file():
            raise CommandError(f"Nothing was exported. {path} is no file: name one, or leave --output out.")
        try:
            with appearing_whole(path) as file:
                file.writelines(export)
        except OSError as error:
            raise CommandError(f"Nothing was exported. {path} cannot be written: {error.strerror}.") from error

    def to_standard_output(self, export) -> None:
        """Write to standard output."""
        for block in export:
            self.say_block(block.decode())

    def say_block(self, text: str) -> None:
        if text and not self.output_is_gone:
            self.say(text.removesuffix("\n"))

    def conclude_aside(self, line: str, *, aside: bool) -> None:
        """Say the last line where the file is not: a reader of standard output gets rows only."""
        (self.note if aside else self.conclude)(line)
