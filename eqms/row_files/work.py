"""The work of importing a stored CSV file: what becomes of each row, and why nothing is taken in."""

from collections.abc import Iterator
from typing import ClassVar

from eqms.csv_rows import Problem, mendable
from eqms.models import SourceDocument
from eqms.operations import Plan, Refused

from .kind import FileKind

MOST_NAMED = 1000  # errors in one message


class FileWork:
    """One import. Subclass with ``kind``, ``errors``, ``ready``, ``duplicates`` and ``draft``.

    ``takes_in`` is what is taken in whole or not at all: a row, or what several rows make. Raises Refused where the
    file has not been read as one of its kind.
    """

    kind: ClassVar[FileKind]
    takes_in: ClassVar[str] = "row"

    def __init__(self, plan: Plan, document: SourceDocument):
        self.plan, self.document = plan, document
        table = self.kind.read_before(document)
        if table is None:
            rows = self.kind.rows
            words = f"{document.filename} has not been read as a file of {rows}. Upload it under {rows.capitalize()}."
            raise Refused(words)
        self.table = table

    @property
    def errors(self) -> dict[int, list[Problem]]:
        """What is wrong, by the number of the row."""
        raise NotImplementedError

    @property
    def ready(self) -> int:
        """How many rows would be written."""
        raise NotImplementedError

    @property
    def duplicates(self) -> int:
        """How many rows are here already, or stand in the file before."""
        raise NotImplementedError

    @property
    def good(self) -> int:
        """How many of what it takes in have no error."""
        return len(self.table.rows) - len(self.errors)

    def draft(self) -> None:
        """Plan what is new of good rows; the others stay, each with its reason."""
        raise NotImplementedError

    def take_in(self, *, good_rows_only: bool) -> None:
        """Plan the file; Refused, with every error, where one of its rows is wrong and not left out on purpose."""
        if self.table.problems or (self.errors and not good_rows_only):
            raise Refused(self.refusal)
        if self.table.ignored:
            self.plan.warn(f"Columns that are not read: {', '.join(self.table.ignored)}.")
        self.draft()

    @property
    def refusal(self) -> str:
        """Why nothing of the file is taken in: every error on a line of its own."""
        problems = self.table.problems or [problem for found in self.errors.values() for problem in found]
        lines = [str(problem) for problem in problems[:MOST_NAMED]]
        if len(problems) > MOST_NAMED:
            lines.append(f"And {len(problems) - MOST_NAMED:,} more errors.")
        bad, all_rows = len(self.errors), len(self.table.rows)
        head = f"{bad:,} of {all_rows:,} rows of {self.document.filename} cannot be taken in, so none is. "
        head += f"Mend them, or take in the good {self.takes_in}s only:"
        if self.table.problems:
            head = f"{self.document.filename} cannot be read as a file of {self.kind.rows}:"
        return "\n".join([head, *lines])

    def bad_rows(self) -> Iterator[str]:
        """Yield the lines of a CSV file with the rows in error, to be mended and sent again."""
        return mendable(self.table, self.errors)


def in_one_line(problems: list[Problem]) -> str:
    """Return the errors of one row: its number once, then each."""
    first, *others = (str(problem) for problem in problems)
    return " ".join([first, *(text.partition(": ")[2] for text in others)])
