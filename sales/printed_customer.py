"""What orders print of their customer, and where that is something else than is known. Pure: no database."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from eqms.text_key import letters_and_digits
from sales.address_block import AddressBlock

# What may change together: half of an old address with half of a new one is a place that does not exist.
PARTS = {
    "name": ("facility_name",),
    "address": ("address1", "address2", "city", "state", "postal_code"),
    "phone": ("phone",),
    "email": ("email",),
}
STREET = ("address1", "address2")
US_NUMBER = re.compile("1([0-9]{10})")  # with the country's own digit in front

Columns = Mapping[str, str]  # columns of a customer; what is not printed is empty


class Printing(NamedTuple):
    """One order and what it prints of its customer."""

    order: str  # in words: "order 1001 of 2026-11-02"
    columns: Columns


class Finding(NamedTuple):
    """One part that the newest order prints otherwise than it is known."""

    part: str
    values: dict[str, str]  # what changes
    printed_by: list[str]  # the newest orders in words that agree about it
    others: int  # older orders that print something else
    staying: list[str]  # columns of the part that are filled and no longer printed


def columns_printed(facility: AddressBlock, phone: str, email: str) -> dict[str, str]:
    """Return what an order prints, as columns of a customer; nothing of a block whose name says nothing."""
    block = facility if facility.key else AddressBlock()
    return {**block.as_customer(), "phone": phone.strip(), "email": email.strip()}


def findings(known: Columns, printings: Iterable[Printing], parts: Iterable[str]) -> list[Finding]:
    """Return of each of ``parts`` what the newest printing says otherwise; ``printings`` come newest first."""
    printings = list(printings)
    found = (finding(part, known, printings) for part in parts)
    return [one for one in found if one]


def finding(part: str, known: Columns, printings: list[Printing]) -> Finding | None:
    """Return what the newest order that prints ``part`` says otherwise; None where it says the same or none does."""
    newest = next((one for one in printings if says(part, one.columns)), None)
    values = changes(part, known, newest.columns) if newest else {}
    if newest is None or not values:
        return None
    agreeing, others = [], 0
    for one in printings:
        if not others and is_same(part, one.columns, newest.columns):
            agreeing.append(one.order)
        elif says(part, one.columns):
            others += 1
    staying = [name for name in PARTS[part] if known[name] and not newest.columns[name]]
    return Finding(part, values, agreeing, others, staying)


def says(part: str, columns: Columns) -> bool:
    """True where anything of ``part`` is printed."""
    return any(plain(name, columns[name]) for name in PARTS[part])


def is_same(part: str, columns: Columns, others: Columns) -> bool:
    """True where a person would call both the same."""
    return columns is others or sign(part, columns) == sign(part, others)


def changes(part: str, known: Columns, printed: Columns) -> dict[str, str]:
    """Return the columns of ``part`` that are printed with other letters or digits than they are known.

    What is not printed stays; the words of a street on other lines or in another order are the same street.
    """
    names = [name for name in PARTS[part] if printed[name] and plain(name, printed[name]) != plain(name, known[name])]
    if words_of_street(printed) == words_of_street(known):
        names = [name for name in names if name not in STREET]
    return {name: printed[name] for name in names}


def sign(part: str, columns: Columns) -> tuple:
    """Return what is equal for two spellings of ``part`` that a person would call the same."""
    if part != "address":
        return tuple(plain(name, columns[name]) for name in PARTS[part])
    rest = tuple(plain(name, columns[name]) for name in PARTS[part] if name not in STREET)
    return (words_of_street(columns), *rest)


def plain(name: str, value: str) -> str:
    """Return ``value`` without case and punctuation; of a phone number the digits."""
    if name == "phone":
        digits = "".join(filter(str.isdecimal, value))
        found = US_NUMBER.fullmatch(digits)
        return found[1] if found else digits
    return value.casefold() if name == "email" else letters_and_digits(value)


def words_of_street(columns: Columns) -> tuple[str, ...]:
    """Return the words of both lines in the order of the alphabet."""
    words = " ".join(columns[name] for name in STREET).replace(",", " ").split()
    return tuple(sorted(filter(None, map(letters_and_digits, words))))
