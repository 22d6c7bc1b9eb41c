"""Text of every script as words in capitals: accents are folded, nothing else is lost."""

import re
import unicodedata

from eqms.text_key import is_kept

ASCII_WORDS = re.compile("[A-Z0-9]+")
FIRST_ACCENT, LAST_ACCENT = "\u0300", "\u036f"  # marks on Latin, Greek and Cyrillic letters; other scripts keep theirs
PLAIN = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ı": "I"})
BETWEEN_WORDS = re.compile(r"(?<=\w\w)\.(?=\w\w)")  # as in "ST.MARY", where a blank was forgotten
WITHIN_WORDS = str.maketrans("", "", "'.\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}")


def capitals(text: str) -> str:
    """Return ``text`` in capitals, without accents: "Saint-Éloi" is "SAINT-ELOI", "東京病院" stays."""
    if text.isascii():  # most text, at a tenth of the cost
        return text.upper()
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).upper())
    plain = "".join(letter for letter in letters if not FIRST_ACCENT <= letter <= LAST_ACCENT)
    return unicodedata.normalize("NFC", plain.translate(PLAIN))


def words(text: str) -> list[str]:
    """Return the words of a text in capitals. A word holds letters, digits and marks of any script."""
    if text.isascii():
        return ASCII_WORDS.findall(text)
    return "".join(letter if is_kept(letter) else " " for letter in text).split()


def joined(text: str) -> str:
    """Return a text in capitals without what stands inside words: "P.C." is "PC", "CHILDREN'S" is "CHILDRENS"."""
    if "." in text:
        text = BETWEEN_WORDS.sub(" ", text)
    if text.isascii():
        return text.replace("'", "").replace(".", "")
    return text.translate(WITHIN_WORDS)
