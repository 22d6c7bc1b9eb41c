"""A kind of CSV file: its columns, and what was read of a stored one."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from eqms.csv_rows import Column, Problem, Table, read_rows
from eqms.models import Reading, SourceDocument
from eqms.readings import reading_of


@dataclass(frozen=True)
class FileKind:
    """CSV files whose rows become ``rows``, such as "shipments".

    ``reader`` is the name and version under which readings are kept: raise the version where the same bytes would be
    read otherwise. ``named`` are the headings that help texts name, all where it is empty; ``largest`` is in bytes.
    """

    rows: str
    reader: str
    columns: Callable[[], list[Column]]
    largest: int
    named: tuple[str, ...] = ()

    @cached_property
    def headings(self) -> dict[str, str]:
        """The heading of each column by its name."""
        return {column.name: column.heading for column in self.columns()}

    @property
    def headings_in_words(self) -> str:
        """The headings as help texts name them."""
        return ", ".join(self.named or self.headings.values())

    def in_order(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return what is wrong with a row in the order of the columns, what is of no column first."""
        return sorted(problems, key=lambda problem: self._places.get(problem.column, -1))

    def read(self, document: SourceDocument) -> Table:
        """Return the rows of a stored file, read once. Raises StorageTrouble; call it outside of transactions."""
        return table_of(reading_of(document, self._reader, lambda data: read_rows(data, self.columns()).as_json()))

    def read_before(self, document: SourceDocument) -> Table | None:
        """Return the rows of ``document`` as they were read, None where it has not been. One query."""
        reading = document.readings.filter(reader=self._reader).first()
        return table_of(reading) if reading else None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {heading: place for place, heading in enumerate(self.headings.values())}

    @property
    def _reader(self) -> str:
        return f"{self.reader} {settings.DATE_ORDER}"  # the same bytes are other days in the other order


def table_of(reading: Reading) -> Table:
    """Return the table that a reading keeps."""
    return Table.from_json(json.loads(reading.content))
