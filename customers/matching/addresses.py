"""House number, street and unit of an address; town, state and postal code."""

import re
from functools import lru_cache

from .text import capitals, joined, words
from .words import NAME_SPELLINGS, STATES, STREET_SPELLINGS, STREET_TYPES, UNIT_WORDS

NUMBER_SIGN = "NUMBERSIGN"  # what "#" is among words
BOX_PREFIX = "BOX"  # of the house number of a post-office box
NOT_LETTERS = re.compile("[^A-Z]")
REMEMBERED = 1 << 16  # towns, states and postal codes come again and again


def street_of(address: str) -> tuple[str, str, str]:
    """Return house number, street and unit of an address line; what is missing is "".

    The street is without "Street", "Road" and the like. A post-office box is a house without a street.
    """
    parts, unit = address_words(capitals(address)), ""
    if not UNIT_WORDS.isdisjoint(parts):
        parts, unit = without_unit(parts)
    if "BOX" in parts and (box := box_number(parts)):
        return BOX_PREFIX + box, "", unit
    house = ""
    for part in parts:
        if part[0].isdigit():
            house = part
            parts.remove(part)
            break
    full = [STREET_SPELLINGS.get(part, part) for part in parts]
    return house, " ".join([part for part in full if part not in STREET_TYPES] or full), unit


def address_words(text: str) -> list[str]:
    """Return the words of an address in capitals, "#" among them."""
    if "#" in text:
        text = text.replace("#", f" {NUMBER_SIGN} ")
    return words(joined(text))


def without_unit(parts: list[str]) -> tuple[list[str], str]:
    """Return the words of an address without its first unit, and which unit it is: "STE 12", "#12", "UNIT # 12"."""
    for place, part in enumerate(parts):
        if part in UNIT_WORDS:
            behind = place + 1
            while parts[behind : behind + 1] == [NUMBER_SIGN]:
                behind += 1
            if behind < len(parts):
                return parts[:place] + parts[behind + 1 :], parts[behind]
    return [part for part in parts if part != NUMBER_SIGN], ""


def box_number(parts: list[str]) -> str:
    """Return the number of a post-office box, "" where "Box" means something else."""
    place = parts.index("BOX")
    is_post_office = parts[max(place - 1, 0) : place] == ["PO"] or parts[max(place - 2, 0) : place] == ["P", "O"]
    return parts[place + 1] if is_post_office and parts[place + 1 : place + 2] and parts[place + 1].isdigit() else ""


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
