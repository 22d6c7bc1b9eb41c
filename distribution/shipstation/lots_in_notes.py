"""Lots that notes name beyond doubt. Pure: no database.

A note is free text ("LOT: SLQ-81020515241", "Lots: A1 x2, B7 x3", "SKU 21400 lot A1"). A lot counts only where
the word "lot" stands before it, every such number is a known lot of exactly one product of the shipment, and
the units of each of that product's lots are clear. Anything else is for a person.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from inventory.code_key import code_key_or_empty

# "lot", "lots", "Lot#", "LOT NO."; "a lot of thanks" and "Lotte" are none.
LABEL = re.compile(r"(?<![\w-])(?:lot\s*(?:no|nr|number|num)|lots?)\b\s*[.:#=-]*\s*", re.IGNORECASE)
NUMBER = r"(?=[A-Z./-]*[0-9])[A-Z0-9][A-Z0-9./-]*"  # a lot number has a digit: "lot of", "lot size" are words
UNITS = (
    r"(?:\s*(?:\(\s*(?:qty:?\s*|x\s*)?(\d{1,6})\s*(?:x|ea|pcs|units)?\s*\)|[x×]\s*(\d{1,6})\b|qty:?\s*(\d{1,6})\b))?"
)
NAMED = re.compile(rf"\s*({NUMBER}){UNITS}", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:,|;|&|\+|and\b|/(?=\s))\s*", re.IGNORECASE)


class NamedLot(NamedTuple):
    """A lot as a note writes it, and its units where they stand beside it."""

    number: str
    units: int | None


class LotOfLine(NamedTuple):
    """So many units of a shipment's line are of this lot."""

    number: str
    units: int


def named_lots(note: str) -> list[NamedLot]:
    """Return what stands after the word "lot" in ``note``, in its order; none of it is looked up."""
    found = []
    for label in LABEL.finditer(note):
        place = label.end()
        while part := NAMED.match(note, place):
            units = next((int(text) for text in part.groups()[1:] if text), None)
            found.append(NamedLot(part[1].rstrip("./-"), units))
            following = BETWEEN.match(note, part.end())
            if not following:
                break
            place = following.end()
    return found


def lots_of_lines(
    notes: Iterable[str], units: Mapping[str, int], known: Mapping[str, Iterable[str]]
) -> dict[str, list[LotOfLine]]:
    """Return the lots of each product of a shipment, for those of which the notes leave no doubt.

    ``units`` are the shipped units by product (any key), ``known`` the lot numbers of each.
    """
    named: dict[str, NamedLot] = {}
    for note in notes:
        for lot in named_lots(note):
            key = code_key_or_empty(lot.number)
            if key in named and named[key].units != lot.units:
                return {}  # one lot with two quantities: nobody can tell which
            named.setdefault(key, lot)
    owners = {key: [p for p in units if key in map(code_key_or_empty, known.get(p, ()))] for key in named}
    if any(len(products) != 1 for products in owners.values()):
        return {}  # a number that is no lot of the shipment may still be meant for any of its products
    found = {p: [named[key] for key, products in owners.items() if products == [p]] for p in units}
    return {p: parts for p, lots in found.items() if (parts := parts_of(lots, units[p]))}


def parts_of(lots: list[NamedLot], units: int) -> list[LotOfLine]:
    """Return how ``units`` fall to ``lots``; nothing where that is not clear."""
    if len(lots) == 1 and lots[0].units in (None, units):
        return [LotOfLine(lots[0].number, units)]
    if lots and all(lot.units for lot in lots) and sum(lot.units or 0 for lot in lots) == units:
        return [LotOfLine(lot.number, lot.units or 0) for lot in lots]
    return []
