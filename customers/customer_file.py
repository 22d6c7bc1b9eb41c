"""CSV files of customers, read row by row, and of pairs found among them: a million rows in little memory."""

import csv
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from customers.matching import Pair, Record
from eqms.csv_cells import csv_lines, original
from eqms.csv_rows import (
    LOOKED_AT,
    UNKNOWN_BYTE,
    BadCell,
    Column,
    Problem,
    Table,
    columns_at,
    delimiter_of,
    shown,
    utf_16_of,
)
from eqms.csv_rows import text_of as checked

COLUMNS = [
    Column("id", "id", ("customer id",)),
    Column("name", "name", ("facility name", "customer name")),
    Column("address", "address", ("address1", "street")),
    Column("city", "city", ("town",)),
    Column("state", "state"),
    Column("postal_code", "zip", ("zip code", "postal code")),
    Column("phone", "phone", ("phone number",)),
    Column("email", "email", ("e-mail address",)),
    Column("customer_number", "customer_number", ("customer no",)),
]
PAIR_COLUMNS = ["id_a", "id_b", "confidence", "band", "reason"]
LONGEST_LINE = 1_000_000  # characters
MOST_PROBLEMS = 10  # named one by one
LOOKED_AT_BYTES = 4 * LOOKED_AT
SAVE_AS_UTF_8 = 'Save it in the spreadsheet as "CSV UTF-8" and send that.'
BREAK_LINES = "Look for a quotation mark without its partner, or for a file without line ends."


class BadFile(ValueError):
    """A file of customers cannot be compared; the message names rows and what to do."""

    def __init__(self, problems: list[str], count: int = 1):
        further = f"\n... and {count - len(problems):,} more." if count > len(problems) else ""
        super().__init__("\n".join(problems) + further)


class CustomerFile:
    """The customers of an open file. ``count`` is how many were read so far."""

    def __init__(self, file: BinaryIO):
        self.file, self.count = file, 0
        self.problems: list[str] = []
        self.wrong = 0

    def records(self) -> Iterator[Record]:
        """Yield the customers. Raises BadFile: at once where the file is none, else when all rows were looked at."""
        seen: set[Hashable] = set()
        for number, values in self.rows():
            record = Record(*values)
            if why := refusal(record, seen):
                self.note(str(Problem(number, *why)))
            seen.add(record.id)
            self.count += 1
            if not self.wrong:
                yield record
        if self.wrong:
            raise BadFile(self.problems, self.wrong)
        if not self.count:
            raise BadFile(["The file holds a header and no rows."])

    def note(self, problem: str) -> None:
        """Keep a problem while there are few of them, and count it."""
        self.wrong += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of each row as a spreadsheet shows it, and its cells in the order of COLUMNS."""
        text, start = opened(self.file)
        delimiter, _ = delimiter_of(start, COLUMNS)
        reader = csv.reader(bearable_lines(text), delimiter=delimiter, strict=True, skipinitialspace=True)
        places: list[int] = []
        number = 0
        try:
            for number, cells in enumerate(reader, 1):  # noqa: B007  (said where the file is torn)
                if not any(cells) or (number == 1 and cells[0].startswith("sep=")):
                    continue
                if not places:
                    places, width = header(number, cells)
                elif len(cells) != width:
                    self.note(f"row {number}: the row has {len(cells):,} cells, the header {width}. {BREAK_LINES}")
                else:
                    yield number, [value_of(cells[place].strip()) for place in places]
        except csv.Error as error:
            raise BadFile([f"row {number + 1}: the row cannot be read ({error}). {BREAK_LINES}"]) from error
        if not places:
            raise BadFile(["The file is empty."])


def value_of(cell: str) -> str:
    """Return the text that a neutral cell was made of."""
    return original(cell) if cell[:1] == "'" else cell


def refusal(record: Record, seen: set[Hashable]) -> tuple[str, str, str, str] | None:
    """Return column, value, reason and remedy where a customer cannot be compared."""
    if not record.id:
        return "id", "", "is empty", "Give each row an id of its own."
    if record.id in seen:
        return "id", shown(str(record.id)), "stands in a row above too", "Give each row an id of its own."
    if not record.name:
        return "name", "", "is empty", "Fill the cell, or take the row out."
    return None


def opened(file: BinaryIO) -> tuple[TextIO, str]:
    """Return the text of a file from its beginning, and that beginning. Raises BadFile for what is no CSV."""
    start = file.read(LOOKED_AT_BYTES)
    file.seek(0)
    try:
        beginning = checked(start[: len(start) - len(start) % 2] if utf_16_of(start) else start)
    except BadCell as bad:
        raise BadFile([f"{bad.reason[0].upper()}{bad.reason[1:]}. {bad.remedy}"]) from bad
    encoding = utf_16_of(start) or "utf-8-sig"
    return TextIOWrapper(file, encoding, errors="surrogateescape", newline=""), beginning


def bearable_lines(text: TextIO) -> Iterator[str]:
    """Yield lines. Raises BadFile for one without end, and for bytes that are no text."""
    try:
        for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE + 1), ""), 1):
            if len(line) > LONGEST_LINE:
                raise BadFile([f"line {number}: has more than {LONGEST_LINE:,} characters. {BREAK_LINES}"])
            if (not line.isascii() or "\0" in line) and (found := UNKNOWN_BYTE.search(line)):
                kind = "a NUL character" if found[0] == "\0" else "bytes that are not UTF-8"
                raise BadFile([f"line {number}: holds {kind}. {SAVE_AS_UTF_8}"])
            yield line
    except UnicodeError as error:
        raise BadFile([f"The file begins as UTF-16 and is none further on. {SAVE_AS_UTF_8}"]) from error


def header(number: int, cells: list[str]) -> tuple[list[int], int]:
    """Return where each of COLUMNS stands, and how many cells a row has. Raises BadFile."""
    table = Table()
    places = columns_at(number, cells, COLUMNS, table)
    if table.problems:
        raise BadFile([str(problem) for problem in table.problems])
    return [places.index(column) for column in COLUMNS], len(cells)


def write_pairs(file: TextIO, pairs: Iterable[Pair], note: Callable[[Pair], None]) -> None:
    """Write pairs as CSV with neutral cells; call ``note`` for each."""

    def rows() -> Iterator[list]:
        yield PAIR_COLUMNS
        for pair in pairs:
            note(pair)
            yield [pair.first, pair.second, pair.confidence, pair.band, pair.reasons]

    file.writelines(csv_lines(rows()))
