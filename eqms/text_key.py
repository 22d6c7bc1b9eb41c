"""Text as both databases and all writers agree on it: what unique keys are made of.

Lower() and collations differ between PostgreSQL and SQLite (É, ß), so keys are made here and stored.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps

KEY_LENGTH = 300  # characters: with four bytes each still below what a btree page takes
REMEMBERED, LONGEST_REMEMBERED = 20_000, 200  # texts, and characters of one
KEPT = ("L", "N", "M")  # Unicode categories: letters, numbers, marks
NOT_KEPT_IN_ASCII = re.compile("[^a-z0-9]+")
INVISIBLE_IN_ASCII = re.compile("[\x00-\x20\x7f]+")
DASHES = ("Pd",)
INVISIBLE = ("Cc", "Cf", "Cs", "Cn", "Co")
MINUS = "\N{MINUS SIGN}"


class EmptyKey(ValueError):
    """Nothing in the text can stand in a key; the message says what to enter."""


def folded(text: str) -> str:
    """Return ``text`` in compatibility form and without case; folding it again changes nothing."""
    if text.isascii():  # most text, at a tenth of the cost
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_kept(character: str) -> bool:
    """True for letters, digits and combining marks of every script."""
    return unicodedata.category(character)[0] in KEPT


def letters_and_digits(text: str) -> str:
    """Return the folded ``text`` without anything but letters, digits and combining marks."""
    if text.isascii():
        return NOT_KEPT_IN_ASCII.sub("", text.lower())
    kept = "".join(filter(is_kept, folded(text)))
    return kept if kept == text else letters_and_digits(kept)  # marks may now join another letter


def compact(text: str) -> str:
    """Return the folded ``text`` without blanks and invisible characters, every dash as "-".

    Punctuation stays: codes and numbers that differ in it are different.
    """
    if text.isascii():
        return INVISIBLE_IN_ASCII.sub("", text.lower())
    made = folded("".join(map(plain_character, folded(text))))
    return made if made == text else compact(made)


def plain_character(character: str) -> str:
    """Return a character as ``compact`` keeps it: no blanks, nothing invisible, one kind of dash."""
    category = unicodedata.category(character)
    if character.isspace() or category in INVISIBLE:
        return ""
    return "-" if category in DASHES or character == MINUS else character


def remembering(make: Callable[[str], str]) -> Callable[[str], str]:
    """Let ``make`` remember what it made of the newest short texts: the rows of one work ask for it several times."""
    remembered = lru_cache(REMEMBERED)(make)

    @wraps(make)
    def made(text: str) -> str:
        return remembered(text) if len(text) <= LONGEST_REMEMBERED else make(text)

    return made


def shortened(key: str, length: int = KEY_LENGTH) -> str:
    """Return ``key`` in at most ``length`` characters: the end of a longer one is the hash of the whole."""
    if len(key) <= length:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return key[: length - len(digest)] + digest
