"""Fonts of a page: what each code means in Unicode, and how far it moves the pen."""

import unicodedata

from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFObjRef, dict_value

from eqms.pdf.streams import DAMAGE

UNKNOWN_GLYPH = "\ufffd"
FONTS_KEPT = 200
GAPS = frozenset("\t\n\x0b\x0c\r \u00a0\u1680\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")


class Font:
    """A font with the glyphs used so far: ``glyphs[code]`` is (text, width in ems); " " is a gap, "" nothing."""

    def __init__(self, font: PDFFont) -> None:
        self.font = font
        self.decode = font.decode
        self.glyphs: dict[int, tuple[str, float]] = {}
        self.descent = font.get_descent()
        self.is_vertical = font.is_vertical()
        self.bytes_a_code = 2 if font.is_multibyte() else 1
        self.spaces_words = not font.is_multibyte()

    def glyph(self, code: int) -> tuple[str, float]:
        """The text and the width of ``code``; computed once."""
        try:
            text = readable(self.font.to_unichr(code))
        except (PDFUnicodeNotDefined, *DAMAGE):
            text = UNKNOWN_GLYPH
        try:
            width = float(self.font.char_width(code))
        except DAMAGE:
            width = 0.0
        glyph = self.glyphs[code] = (text, width)
        return glyph


class Fonts:
    """The fonts of one document, built when first used."""

    def __init__(self) -> None:
        self.manager = PDFResourceManager(caching=False)
        self.known: dict[int, tuple[Font | None, object]] = {}

    def font(self, reference: object) -> Font | None:
        """The font behind ``reference``; None where it is damaged beyond use."""
        key = reference.objid if isinstance(reference, PDFObjRef) else -id(reference)
        if key not in self.known:
            if len(self.known) >= FONTS_KEPT:
                self.known.clear()
            # The reference is kept beside the font, so that its id is not given to another object.
            self.known[key] = (self._built(reference), reference)
        return self.known[key][0]

    def _built(self, reference: object) -> Font | None:
        try:
            return Font(self.manager.get_font(None, dict_value(reference)))
        except DAMAGE:
            return None


def readable(text: str) -> str:
    """``text`` of one glyph as it is searched and stored: "" for what nobody sees, " " for every kind of gap.

    A soft hyphen that a page draws is a visible hyphen: U+002D. Ligatures and full-width forms become the letters
    they stand for; other compatibility forms (½, ², ™) stay, since they mean something else than their parts.
    """
    if len(text) == 1 and "!" <= text <= "~":
        return text
    return "".join(_readable_character(character) for character in text)


def _readable_character(character: str) -> str:
    if character in GAPS:
        return " "
    if character in INVISIBLE or character < " " or "\x7f" <= character < "\xa0":
        return ""
    if character == "\u00ad":
        return "-"
    if "\ud800" <= character <= "\udfff":
        return UNKNOWN_GLYPH
    if "\ufb00" <= character <= "\ufb4f" or "\uff01" <= character <= "\uff5e":
        return unicodedata.normalize("NFKC", character)
    return character
