import os
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection

from distribution.forms.export import ExportForm
from distribution.shipment_export import export
from eqms.commands import SpeakingCommand


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
        blocks = export(form.wanted, whole=form.cleaned_data["whole"])
        count = self.to_file(Path(output), blocks) if output else self.to_standard_output(blocks)
        self.conclude_aside(f"{count:,} lines exported{f' to {output}' if output else ''}.", aside=not output)

    def to_file(self, path, blocks) -> int:
        """Write the whole file, or leave the old one as it was; return the number of lines."""
        if path.exists() and not path.is_file():
            raise CommandError(f"Nothing was exported. {path} is no file: name one, or leave --output out.")
        part = path.with_name(f"{path.name}.part-{os.getpid()}")
        try:
            with part.open("wb") as file:
                count = sum(block.count(b"\n") for block in blocks if file.write(block) or True) - 1
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"Nothing was exported. {path} cannot be written: {error.strerror}.") from error
        return count

    def to_standard_output(self, blocks) -> int:
        """Write to standard output; return the number of lines."""
        count = -1
        for block in blocks:
            self.say_block(block.decode())
            count += block.count(b"\n")
        return count

    def say_block(self, text: str) -> None:
        if text and not self.output_is_gone:
            self.say(text.removesuffix("\n"))

    def conclude_aside(self, line: str, *, aside: bool) -> None:
        """Say the last line where the file is not: a reader of standard output gets rows only."""
        (self.note if aside else self.conclude)(line)
