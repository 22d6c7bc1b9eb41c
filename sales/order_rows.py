"""Rows of a file put together to orders, and how such an order differs from one that is there. Pure: no database."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from eqms.csv_rows import Problem, Row
from eqms.text_key import compact, letters_and_digits
from sales.order_number_key import order_number_key_or_empty
from sales.printed_order import PrintedOrder, printed_order, words

HEAD = {  # column of the file -> field of the order, as papers name it
    "order_date": "order_date",
    "customer_number": "customer_number",
    "facility": "ship_to.name",
    "address": "ship_to.lines",
    "city": "ship_to.city",
    "state": "ship_to.state",
    "postal_code": "ship_to.zip",
}
LINE = ("sku", "description", "lot", "quantity", "unit_price")
PLACE = ("address", "city", "state", "postal_code")
COMPARED = ("order_date", "customer_number", "ship_to_name", *(f"ship_to_{part}" for part in PLACE))
WORDS = {"facility", "description", *PLACE, *COMPARED[2:]}
BETWEEN_LOTS = re.compile(r"[,;\n]")


class OrderRows(NamedTuple):
    """The rows of one order, in the order of the file; ``repeats`` are equal to one of ``rows``."""

    key: str
    rows: list[Row]
    repeats: list[Row]

    @property
    def all(self) -> list[Row]:
        return sorted([*self.rows, *self.repeats], key=lambda row: row.number)

    @property
    def printed(self) -> PrintedOrder:
        """The order that the rows say, as a paper would print it."""
        head = {field: first_filled(self.rows, name) for name, field in HEAD.items()}
        return printed_order({}, {"order_number": self.rows[0].values["order_number"], **head, "lines": self.lines})

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {**{name: row.values.get(name, "") for name in LINE}, "lots": lots_of(row.values.get("lot", ""))}
            for row in self.rows
        ]

    def contradictions(self, headings: dict[str, str]) -> Iterator[Problem]:
        """Yield the cells of the head that differ from an earlier row of the order."""
        for name in HEAD:
            first = next((row for row in self.rows if row.values.get(name)), None)
            for row in self.rows:
                value = row.values.get(name)
                if first and value and not is_alike(name, value, first.values[name]):
                    reason = f'differs from row {first.number} ("{first.values[name]}") of the same order'
                    remedy = "Write the same in all rows of an order, or correct the order number."
                    yield Problem(row.number, headings[name], value, reason, remedy)


def orders_in(rows: Iterable[Row], *, count_equal_rows: bool) -> list[OrderRows]:
    """Return the orders that ``rows`` name; equal rows of an order are one unless ``count_equal_rows``."""
    found: dict[str, OrderRows] = {}
    seen: set[tuple] = set()
    for row in rows:
        key = order_number_key_or_empty(row.values.get("order_number", ""))
        if not key:
            continue
        order = found.setdefault(key, OrderRows(key, [], []))
        what = (key, *(sign(name, row.values.get(name, "")) for name in (*HEAD, *LINE)))
        is_repeat = not count_equal_rows and not row.problems and what in seen
        (order.repeats if is_repeat else order.rows).append(row)
        seen.add(what)
    return list(found.values())


def differences(order: PrintedOrder, there: PrintedOrder, *, count_equal_rows: bool = False) -> list[str]:
    """Return in words what the rows of ``order`` say otherwise; an empty cell says nothing."""
    pairs = ((name, order.columns[name], there.columns[name]) for name in COMPARED)
    found = [
        f"{words(name)} {then or 'empty'} -> {now}"
        for name, now, then in pairs
        if now and not is_alike(name, now, then)
    ]
    silent = {name for name in ("description", "unit_price") if not any(line[name] for line in order.lines)}
    now, then = (sorted(line_sign(line, silent) for line in one.lines) for one in (order, there))
    if not count_equal_rows:
        now, then = sorted(set(now)), sorted(set(then))
    if now != then:
        found.append(f"{len(there.lines)} lines -> {len(order.lines)} other lines")
    return found


def line_sign(line: dict[str, Any], silent: set[str]) -> tuple[str, ...]:
    """Return what equal lines of an order have in common, without the columns in which the file says nothing."""
    lots = sorted(compact(number) for number in line["lot_numbers"].splitlines())
    names = [name for name in ("sku_printed", "description", "quantity", "unit_price") if name not in silent]
    return (*(sign(name, line[name]) for name in names), *lots)


def sign(name: str, value: Any) -> str:
    """Return a value without case and blanks; of words, such as a name or a street, without punctuation too."""
    if name in WORDS:
        return letters_and_digits(value)
    return compact(value) if isinstance(value, str) else str(value)


def is_alike(name: str, value: Any, other: Any) -> bool:
    """True for two spellings of one value of the column ``name``."""
    return sign(name, value) == sign(name, other)


def first_filled(rows: list[Row], name: str) -> Any:
    """Return the first value of a column that is not empty."""
    return next((row.values[name] for row in rows if row.values.get(name)), "")


def lots_of(text: str) -> list[str]:
    """Return the lot numbers of a cell, which may hold several."""
    return [lot.strip() for lot in BETWEEN_LOTS.split(text) if lot.strip()]


def rows_in_words(rows: list[Row]) -> str:
    """Return which rows: "row 2", "rows 2-4", "rows 2, 5 and 9"."""
    numbers = [row.number for row in rows]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"rows {numbers[0]}-{numbers[-1]}"
    shown = ", ".join(map(str, numbers[:5]))
    return f"rows {shown} and {len(numbers) - 5} more" if len(numbers) > 5 else f"rows {shown}"
