"""CSV files that people send, as rows of values: every error with its row, column, value, reason and remedy.

Rows are numbered as a spreadsheet shows them, the header being row 1. Nothing here knows what the
values mean: the caller gives a table of the columns that it reads.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from eqms.csv_cells import csv_lines, original
from eqms.dates import date
from eqms.pdf.kinds import OFFICE, PDF, kind_of, name_of
from eqms.text_key import letters_and_digits

DELIMITERS = ",;\t|"
MOST_ROWS = 100_000
MOST_COLUMNS = 1000
LONGEST_SHOWN = 60  # characters of a value in an error
LOOKED_AT = 100_000  # characters in which the header stands
NO_TEXT = {PDF, "application/x-ole-storage", "application/zip", "text/html"}
SAVE_AGAIN = 'Save it in the spreadsheet as "CSV UTF-8" and send that.'
PROBLEM = "Problem"  # the last column of what `mendable` gives
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+")
GROUPED_OTHERWISE = re.compile(r"[1-9][0-9]{0,2}(?:[. \u00a0\u202f'\u2019][0-9]{3})+")
WITH_ZEROS = re.compile(r"([0-9]{1,20})[.,]0+")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
VAGUE = re.compile(r"(?:by|approx\.?|about|week of)\s", re.IGNORECASE)  # papers say so; a file of rows must not
NO_DAY = ("is no day", "Write it as YYYY-MM-DD, such as 2026-03-04.")
UNKNOWN_BYTE = re.compile("[\ud800-\udfff\0]")


class BadCell(ValueError):
    """What stands in a cell is no value of its column: why, and what to write instead."""

    def __init__(self, reason: str, remedy: str):
        super().__init__(reason, remedy)
        self.reason, self.remedy = reason, remedy


class ContradictoryCell(BadCell):
    """What stands in a cell shows that the other cells of its column would be read wrongly too."""


@dataclass(frozen=True)
class Column:
    """A column that a caller reads: how it is headed, and how a cell becomes a value that JSON can hold.

    ``required``: a file without it is refused. ``filled``: a row without it is. ``read`` raises BadCell.
    """

    name: str
    heading: str
    spellings: tuple[str, ...] = ()
    read: Callable[[str], Any] = str
    required: bool = True
    filled: bool = True

    @property
    def keys(self) -> set[str]:
        return {letters_and_digits(text) for text in (self.heading, *self.spellings)}


class Problem(NamedTuple):
    """One error as a person needs it. ``str`` gives one line."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str

    def __str__(self):
        shown = f'"{self.value}"' if self.value else ""
        return f"row {self.row}: {' '.join(filter(None, (self.column, shown, self.reason)))}. {self.remedy}"


@dataclass
class Row:
    """A row as it stands (``cells``), what was read of it, and what could not be."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Table:
    """What a file holds. With ``problems`` none of it may be used: they are of the file, not of a row."""

    headings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # headings that name none of the columns

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON can hold it."""
        rows = [{**vars(row), "problems": [list(problem) for problem in row.problems]} for row in self.rows]
        return {**vars(self), "rows": rows, "problems": [list(problem) for problem in self.problems]}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Table":
        """Return the table that ``as_json`` gave."""
        rows = [
            Row(row["number"], row["cells"], row["values"], [Problem(*problem) for problem in row["problems"]])
            for row in content["rows"]
        ]
        return cls(content["headings"], rows, [Problem(*p) for p in content["problems"]], content["ignored"])


# -- values ------------------------------------------------------------------------------------------


def whole_number(text: str, *, largest: int) -> int:
    """Return a number from 1 to ``largest``: "2500" and "2,500" are 2500. BadCell for everything else."""
    if GROUPED.fullmatch(text):
        digits = text.replace(",", "").lstrip("0") or "0"
        if len(digits) > len(str(largest)) or int(digits) > largest:
            raise BadCell(f"is more than {largest:,}", "Look for a slip of the keyboard.")
        if digits == "0":
            raise BadCell("is less than 1", "Write at least 1, or take the row out.")
        return int(digits)
    if GROUPED_OTHERWISE.fullmatch(text):
        raise BadCell("can be read in two ways", f"Write {re.sub('[^0-9]', '', text)[:20]}.")
    if found := WITH_ZEROS.fullmatch(text):
        raise BadCell("is not written as a whole number", f"Write {found[1]}.")
    if re.fullmatch(r"-[0-9.,]+", text):
        raise BadCell("is less than 1", "Write at least 1, or take the row out.")
    if NUMBER.fullmatch(text):
        raise BadCell("is no whole number", "Write whole units in digits, such as 25.")
    raise BadCell("is no number", "Write whole units in digits, such as 25.")


def at_most(length: int) -> Callable[[str], str]:
    """Return what reads a text of at most ``length`` characters."""

    def read(text: str) -> str:
        if len(text) > length:
            raise BadCell(f"is longer than {length} characters", "Shorten it.")
        return text

    return read


def day(text: str, *, day_first: bool) -> str:
    """Return an ISO date. ContradictoryCell where it is a day only in the order that is not the house's."""
    if VAGUE.match(text):
        raise BadCell(*NO_DAY)
    if found := date(text, day_first=day_first):
        return found
    if date(text, day_first=not day_first):
        here, there = ("day", "month") if day_first else ("month", "day")
        raise ContradictoryCell(
            f"puts the {there} first, but dates are read with the {here} first (setting DATE_ORDER)",
            "Write all days of the file as YYYY-MM-DD, such as 2026-03-04.",
        )
    raise BadCell(*NO_DAY)


# -- files -------------------------------------------------------------------------------------------


def read_rows(data: bytes, columns: Iterable[Column]) -> Table:
    """Return what ``data`` holds of ``columns``, with all errors at once."""
    columns = list(columns)
    try:
        text = text_of(data)
        return table_of(text, columns)
    except BadCell as bad:
        return Table(problems=[Problem(1, "", "", bad.reason, bad.remedy)])


def text_of(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16, with or without byte order mark.

    Bytes that are no UTF-8 stand as halves of characters, so that their cells can be named. Raises BadCell.
    """
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise BadCell("the file is empty", "Write a header and rows, and send it again.")
    kind = kind_of(data)
    if kind in NO_TEXT or kind.startswith(OFFICE):
        raise BadCell(f"this is {name_of(kind)}, not a CSV file", SAVE_AGAIN)
    encoding = utf_16_of(data)
    if not encoding:
        return data.decode("utf-8-sig", "surrogateescape")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadCell("the file begins as UTF-16 and is none further on", SAVE_AGAIN) from error


def utf_16_of(data: bytes) -> str:
    """Return which UTF-16 the file is written in, "" where it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = data[:400]
    for encoding, high in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if high.count(0) * 2 > len(high):
            return encoding
    return ""


def table_of(text: str, columns: list[Column]) -> Table:
    """Return the table in ``text``: the header is its first row that holds something."""
    delimiter, text = delimiter_of(text, columns)
    table = Table()
    places: list[Column | None] = []
    try:
        for number, cells in numbered(text, delimiter):
            if not table.headings:
                table.headings = [shown(cell) for cell in cells[:MOST_COLUMNS]]
                places = columns_at(number, cells, columns, table)
            elif table.problems and not places:
                break
            else:
                add_row(table, Row(number, cells), places)
    except TornFile as torn:
        table.problems.append(torn.problem)
    return table


class TornFile(Exception):
    """A file breaks off as CSV; ``problem`` says where."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


def numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, with the number that a spreadsheet shows. Raises TornFile."""
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
        for number, cells in enumerate(reader, 1):  # noqa: B007  (said where the file is torn)
            if number > MOST_ROWS:
                reason = f"the file has more than {MOST_ROWS:,} rows"
                raise TornFile(Problem(number, "", "", reason, "Split it and send the parts."))
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        reason = f"the row cannot be read ({error})"
        remedy = "Look for a quotation mark without its partner, in this row or before it."
        raise TornFile(Problem(number + 1, "", "", reason, remedy)) from error


def delimiter_of(text: str, columns: list[Column]) -> tuple[str, str]:
    """Return what stands between cells, and the text without the line with which Excel is told so.

    It is the one that finds most of the known headings.
    """
    if told := re.match(r"sep=([,;\t|])\r?\n", text):
        return told[1], text[told.end() :]
    known = set().union(*(column.keys for column in columns))
    start = text.lstrip()[:LOOKED_AT]

    def headings(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            return 0, 0
        return len(known & {letters_and_digits(cell) for cell in cells}), len(cells)

    return max(DELIMITERS, key=headings), text


def columns_at(number: int, cells: list[str], columns: list[Column], table: Table) -> list[Column | None]:
    """Return the column of each cell; note columns that are missing or stand there twice."""
    if len(cells) > MOST_COLUMNS:
        reason = f"the header has {len(cells):,} cells, more than {MOST_COLUMNS:,}"
        table.problems.append(Problem(number, "", "", reason, SAVE_AGAIN))
        return []
    known = {key: column for column in columns for key in column.keys}
    places = [known.get(letters_and_digits(cell)) for cell in cells]
    for column in columns:
        named = [cell.strip() for cell, place in zip(cells, places, strict=True) if place is column]
        if len(named) > 1:
            reason = f"stands in the header {len(named)} times ({', '.join(map(shown, named))})"
            table.problems.append(Problem(number, column.heading, "", reason, "Take out all but one."))
        elif not named and column.required:
            names = ", ".join((column.heading, *column.spellings))
            table.problems.append(Problem(number, column.heading, "", "is missing", f"Add a column headed {names}."))
    table.ignored = [
        shown(cell)
        for cell, place in zip(cells, places, strict=True)
        if not place and cell.strip() not in ("", PROBLEM)
    ]
    return places if not table.problems else []


def add_row(table: Table, row: Row, places: list[Column | None]) -> None:
    """Add a row with the values of its cells, or with what is wrong with them."""
    table.rows.append(row)
    cells, row.cells = row.cells, [shown(cell, longest=1000) for cell in row.cells[: len(places) + 10]]
    if len(cells) < len(places) or any(cell.strip() for cell in cells[len(places) :]):
        count, wanted = len(cells), len(places)
        reason = f"the row has {count:,} cell{'' if count == 1 else 's'}, the header {wanted}"
        remedy = "Write one cell for each heading, and quotation marks around a cell that holds a separator."
        row.problems.append(Problem(row.number, "", "", reason, remedy))
        return
    for place, heading, cell in zip(places, table.headings, cells, strict=False):
        try:
            refuse_unknown_bytes(cell)
            if place:
                row.values[place.name] = value_of(place, original(cell.strip()).strip())
        except BadCell as bad:
            name = place.heading if place else heading
            problem = Problem(row.number, name, shown(original(cell.strip())), bad.reason, bad.remedy)
            (table if isinstance(bad, ContradictoryCell) else row).problems.append(problem)


def refuse_unknown_bytes(cell: str) -> None:
    """Raise BadCell for a cell with bytes that are no text."""
    if found := UNKNOWN_BYTE.search(cell):
        if found[0] == "\0":
            raise BadCell("holds a NUL character, which is no text", "Type the cell anew.")
        raise BadCell("is not written in UTF-8", SAVE_AGAIN)


def value_of(column: Column, text: str) -> Any:
    """Return the value of a cell; an empty one is ""."""
    if text:
        return column.read(text)
    if column.filled:
        raise BadCell("is empty", "Fill the cell, or take the row out.")
    return ""


def shown(cell: str, *, longest: int = LONGEST_SHOWN) -> str:
    """Return a cell as a message and the database can hold it."""
    text = UNKNOWN_BYTE.sub("\N{REPLACEMENT CHARACTER}", cell.strip())
    return text if len(text) <= longest else f"{text[:longest]}…"


def mendable(table: Table, problems: dict[int, list[Problem]]) -> Iterator[str]:
    """Yield the lines of a CSV file with the rows that have ``problems``, as they stand, and why.

    Mended it can be sent again: the last column is not read.
    """
    known = len(table.headings)
    lines = [[*table.headings, PROBLEM]]
    for row in table.rows:
        if found := problems.get(row.number):
            why = "; ".join(str(problem).partition(": ")[2] for problem in found)
            padding = [""] * (known - len(row.cells))
            cells = [original(cell) for cell in row.cells]  # what an export made neutral is made so once, not twice
            lines.append([*cells[:known], *padding, why, *cells[known:]])
    yield "\ufeff"  # so that a spreadsheet reads it as UTF-8
    yield from csv_lines(lines)
