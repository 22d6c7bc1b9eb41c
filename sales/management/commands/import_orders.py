from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from eqms import progress
from eqms.commands import actor_named
from eqms.models import SourceDocument, User
from eqms.operations.command import OperationCommand
from eqms.storage import StorageTrouble, store
from sales.models import DocumentSegment
from sales.operations import import_orders
from sales.order_pdf.files import files_of
from sales.papers import ReadingTally, read_papers


class Command(OperationCommand):
    operation = import_orders

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder, which means its *.pdf")
        parser.add_argument("--recursive", action="store_true", help="look into the folders of a folder too")
        super().add_arguments(parser)

    def selected(self, options: dict[str, Any]) -> list[str]:
        """Store and read the files, also in a dry run, and return the keys of their papers."""
        files, nothing = files_of(options["paths"], recursive=options["recursive"])
        if nothing:
            raise CommandError(f"Nothing was written. There is no such file or folder: {', '.join(nothing)}.")
        actor = actor_named(options["actor"])
        documents = self.stored(files, actor)
        tally = read_papers(
            documents, by=actor, progress=lambda done, **_: progress.tell("Reading", done, len(documents))
        )
        self.say_what_was_read(tally, dry=options["dry_run"] or options["check"])
        papers = DocumentSegment.objects.filter(document__in=[document.pk for document in documents])
        return [str(key) for key in papers.order_by("pk").values_list("pk", flat=True)]

    def stored(self, files: list[Path], actor: User | str) -> list[SourceDocument]:
        """Keep each file, once; one that cannot be kept is named and does not hold up the others."""
        documents: dict[int, SourceDocument] = {}
        for number, path in enumerate(files, 1):
            try:
                with path.open("rb") as file:
                    document = store(file, path.name, by=actor)
            except (StorageTrouble, OSError) as trouble:
                self.say_aside(f"{path}: not kept and not read: {trouble}")
                continue
            documents[document.pk] = document
            if not document.stored_at:
                self.say_aside(f"{path}: kept in the spool until storage is back: {document.storage_problem}")
            progress.tell("Storing", number, len(files))
        return list(documents.values())

    def say_what_was_read(self, tally: ReadingTally, *, dry: bool) -> None:
        words = (
            f"{tally.documents} files kept and read: {tally.pages} pages, {tally.ready} papers ready, "
            f"{tally.settled} settled before, {tally.waiting} unmatched."
        )
        if tally.unread:
            words += f" {tally.unread} files could not be had from storage: run this again when it is back."
        self.say_aside(f"{words} A dry run keeps that and writes nothing else." if dry else words)

    def say_aside(self, line: str) -> None:
        """Say what is not the plan: on standard error where ``--json`` keeps standard output for one document."""
        (self.note if self.as_json else self.say)(line)
