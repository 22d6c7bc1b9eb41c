"""What a GS1 barcode of a device says: product, lot, expiry, serial number. Pure: no database.

Scanners send the element string with FNC1 as the control character GS; some write it in other signs, since many
programs drop that character: any sign that no element may hold will do.
People type the text under the bars: "(01)...(17)...(10)...".
"""

import re
from datetime import date
from typing import NamedTuple

import biip
from biip.gs1_messages import GS1Message
from biip.symbology import SymbologyIdentifier

GS = "\x1d"
WRITTEN_GS = ("<GS>", "{GS}", "<FNC1>", "{FNC1}", "[GS]", "\N{SYMBOL FOR GROUP SEPARATOR}", "\\x1d", "\\u001d")
NO_ELEMENT_HOLDS = re.compile(r"[ \t#$@\[\\\]^`{|}~]")  # outside GS1's character set 82
GTIN, CONTENT_GTIN, LOT, EXPIRY, BEST_BEFORE, SERIAL = "01", "02", "10", "17", "15", "21"
GTIN_LENGTH = 14
WHOLE_GTIN = re.compile("0[12][0-9]{14}")
LONGEST = 400  # characters: the longest GS1 symbol holds fewer


class Scan(NamedTuple):
    """What was read; parts that the code does not hold are empty. ``problem`` says why it may not be trusted."""

    gtin: str = ""  # 14 digits
    lot_number: str = ""
    expires_on: date | None = None
    serial_number: str = ""
    problem: str = ""


def scanned(text: str) -> Scan | None:
    """Return what the GS1 element string ``text`` says, None where it is none: a plain number, a name.

    >>> scanned("(01)00844588003288(17)260131(10)ABC-1").lot_number
    'ABC-1'
    """
    text = text.strip(" \t\r\n")
    if not may_be_scan(text):
        return None
    is_marked = text.startswith(("(", "]")) or GS in with_separators(text)
    try:
        message = message_of(text)
    except biip.ParseError as error:
        return Scan(problem=f"This looks like a GS1 code and cannot be read: {error}") if is_marked else None
    scan = scan_of(message)
    # A plain number of sixteen digits that begins with 01 is a scan only where its check digit is right.
    is_by_chance = bool(scan.problem) and not is_marked and not scan.lot_number
    return None if is_by_chance or not any(scan) else scan


def may_be_scan(text: str) -> bool:
    """Return whether ``text`` begins like an element string: marked as one, or by a whole GTIN."""
    if not 4 < len(text) <= LONGEST:
        return False
    if text.startswith(("(0", "(1", "(2")) or GS in with_separators(text):
        return True
    text = text[3:] if text.startswith("]") else text
    digits = text[2 : 2 + GTIN_LENGTH]
    return (
        text.startswith((GTIN, CONTENT_GTIN)) and len(digits) == GTIN_LENGTH and digits.isascii() and digits.isdigit()
    )


def with_separators(text: str) -> str:
    """Return ``text`` with every written form of FNC1 as the control character."""
    for written in WRITTEN_GS:
        text = text.replace(written, GS)
    return text


def message_of(text: str) -> GS1Message:
    """Return the elements of ``text``; biip.ParseError where it is no element string."""
    if text.startswith("("):
        return GS1Message.parse_hri(with_separators(text))
    text = with_separators(text).lstrip(GS)
    if text.startswith("]"):
        text = text[len(SymbologyIdentifier.extract(text)) :].lstrip(GS)
    return GS1Message.parse(NO_ELEMENT_HOLDS.sub(GS, text).strip(GS))


def scan_of(message: GS1Message) -> Scan:
    """Return the parts of ``message`` that name a device, and what is wrong with them."""
    said = {element.ai.ai: element for element in reversed(message.element_strings)}
    device = said.get(GTIN) or said.get(CONTENT_GTIN)
    expiry = said.get(EXPIRY) or said.get(BEST_BEFORE)
    problem = (device.gtin_error or "") if device else ""
    return Scan(
        gtin=device.value if device else "",
        lot_number=said[LOT].value if LOT in said else "",
        expires_on=expiry.date if expiry else None,
        serial_number=said[SERIAL].value if SERIAL in said else "",
        problem=f"Scan it again: {problem}" if problem else "",
    )


def forms_of(gtin: str) -> list[str]:
    """Return how a GTIN of 14 digits may be written down: with its zeros, and without those that only fill it up."""
    bare = gtin.lstrip("0")
    return [gtin, *(bare.zfill(length) for length in (13, 12, 8) if len(bare) <= length < GTIN_LENGTH)]
