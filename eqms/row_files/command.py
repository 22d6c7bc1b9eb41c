"""Operations on rows of a file, as commands: the file is kept and read first, its bad rows can be handed back."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from eqms.commands import actor_named
from eqms.models import SourceDocument
from eqms.operations import Plan
from eqms.operations.command import OperationCommand
from eqms.storage import StorageTrouble, store
from eqms.storage.sizes import MB

from .work import FileWork


class FileCommand(OperationCommand):
    """Subclass with ``operation`` and ``file_work``. The operation's option ``document`` is the stored file."""

    file_work: type[FileWork]

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=f"a CSV file: {self.file_work.kind.headings_in_words}")
        parser.add_argument(
            "--bad-rows", metavar="FILE", help="write the rows in error here, to be mended and imported"
        )
        super().add_arguments(parser)

    def add_option(self, parser, name, field):
        if name != "document":  # the file's path stands for it
            super().add_option(parser, name, field)

    def entered(self, options: dict[str, Any]) -> dict[str, Any]:
        """Store and read the file, also in a dry run, and return the options with its document."""
        document = self.stored(Path(options["file"]), options)
        if not document.stored_at:
            self.say_aside(f"{document.filename}: kept in the spool until storage is back: {document.storage_problem}")
        try:
            table = self.file_work.kind.read(document)
        except StorageTrouble as trouble:
            raise CommandError(f"Nothing was written. The file cannot be read now: {trouble}") from trouble
        words = f"{document.filename} kept and read as document {document.pk}: {len(table.rows)} rows."
        dry = options["dry_run"] or options["check"]
        self.say_aside(f"{words} A dry run keeps that and writes nothing else." if dry else words)
        if options["bad_rows"]:
            self.hand_back(document, Path(options["bad_rows"]))
        return super().entered({**options, "document": document.pk})

    def stored(self, path: Path, options: dict[str, Any]) -> SourceDocument:
        """Keep the bytes of the file; CommandError where they cannot be had or kept."""
        try:
            if path.stat().st_size > self.file_work.kind.largest:
                largest = self.file_work.kind.largest // MB
                raise CommandError(f"Nothing was written. {path} has more than {largest} MB: split it.")
            return store(path.read_bytes(), path.name, by=actor_named(options["actor"]))
        except IsADirectoryError as error:
            raise CommandError(f"Nothing was written. {path} is a folder: name a CSV file in it.") from error
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise CommandError(f"Nothing was written. {path} cannot be opened: {why}.") from error
        except StorageTrouble as trouble:
            raise CommandError(f"Nothing was written. {path} cannot be kept: {trouble}") from trouble

    def hand_back(self, document: SourceDocument, path: Path) -> None:
        """Write the rows in error to ``path``."""
        work = self.file_work(Plan(self.operation.name), document)
        try:
            path.write_text("".join(work.bad_rows()), encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"Nothing was written. {path} cannot be written: {error.strerror}.") from error
        self.say_aside(f"{len(work.errors)} rows in error went to {path}.")

    def say_aside(self, line: str) -> None:
        """Say what is not the plan: on standard error where ``--json`` keeps standard output for one document."""
        (self.note if self.as_json else self.say)(line)
