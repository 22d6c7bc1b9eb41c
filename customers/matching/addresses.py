"""House number, street and unit of an address; town, state and postal code."""

import re
from functools import lru_cache
from typing import NamedTuple

from .text import capitals, joined, words
from .words import NAME_SPELLINGS, STATES, STREET_SPELLINGS, STREET_TYPES

UNIT = re.compile(r"(?:\b(?:SUITE|STE|UNIT|APT|FLOOR|FL|ROOM|RM|BUILDING|BLDG)\b\.?|#)\s*#?\s*([A-Z0-9-]+)")
BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\s*(\d+)")
BOX_PREFIX = "BOX"  # of the house number of a post-office box
NOT_LETTERS = re.compile("[^A-Z]")
REMEMBERED = 1 << 16  # towns, states and postal codes come again and again


class Street(NamedTuple):
    """Where a house stands in its town. ``name`` is without "Street", "Road" and the like."""

    house: str
    name: str
    unit: str


def street_of(address: str) -> Street:
    """Return the parts of an address line; what is missing is ""."""
    text, unit = capitals(address), ""
    if found := UNIT.search(text):
        unit = found[1]
        text = f"{text[: found.start()]} {text[found.end() :]}"
    if "BOX" in text and (found := BOX.search(text)):
        return Street(BOX_PREFIX + found[1], "", unit)
    parts = words(joined(text))
    house = next((part for part in parts if part[0].isdigit()), "")
    if house:
        parts.remove(house)
    full = [STREET_SPELLINGS.get(part, part) for part in parts]
    return Street(house, " ".join([part for part in full if part not in STREET_TYPES] or full), unit)


@lru_cache(REMEMBERED)
def town_words(city: str) -> tuple[str, ...]:
    """Return the words of a town's name as a facility's name would spell them."""
    return tuple(NAME_SPELLINGS.get(word, word) for word in words(joined(capitals(city))))


@lru_cache(REMEMBERED)
def state_of(state: str) -> str:
    """Return a state's two letters, or what stands there instead."""
    text = capitals(state)
    if not text.isascii():
        return "".join(words(text))
    letters = NOT_LETTERS.sub("", text)
    return STATES.get(letters, letters)


@lru_cache(REMEMBERED)
def postal_code_of(code: str) -> str:
    """Return the five digits of an American postal code (with its lost zeros), else the code without blanks."""
    first = "".join(words(capitals(code.partition("-")[0])))
    text = first if len(first) > 2 else "".join(words(capitals(code)))
    if not text.isdigit():
        return text
    if len(first) > 5:
        return first[:5]
    if len(text) < 3:
        return ""
    return text.zfill(5) if len(text) > 3 else text
