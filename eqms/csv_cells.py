"""Cells of CSV files that a spreadsheet opens without running them."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> Any:
    """Return ``value`` with an apostrophe before a text that a spreadsheet would run as a formula.

    Numbers stay: a spreadsheet reads -5 as a number. A text that begins with apostrophes and then
    such a sign gets one more, so that ``original`` gives back exactly what was written.
    """
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def original(text: str) -> str:
    """Return the text that ``neutral`` was given."""
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS):
        return text[1:]
    return text


class Echo:
    """A file that gives each written line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file with neutral cells, one at a time: any length in little memory."""
    writer = csv.writer(Echo())
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def text_of_neutral(rows: Iterable[Iterable[Any]]) -> str:
    """Return lines of a CSV file whose cells are neutral already, since the database made them so."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
