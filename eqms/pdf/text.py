"""From runs of glyphs to words: along each direction of reading, by baseline, then by gap."""

import unicodedata
from math import hypot
from typing import NamedTuple

from eqms.pdf.fonts import Font
from eqms.pdf.streams import TooComplex

MOST_GLYPHS = 60_000
WORD_GAP = 0.18  # of the type size: what is further apart are two words
OVERLAP = 0.6  # of the type size: what goes further back is drawn over, not written on
SAME_BASELINE = 0.3  # of the type size
SAME_PLACE = 0.4  # of a glyph's width: the same letter nearer than this is drawn twice to look bold
LETTER_SPACING = 0.5  # of the type size: wider spacing sets letters apart as words of their own
Matrix = tuple[float, float, float, float, float, float]


class Word(NamedTuple):
    """A word and its box in points from the upper left corner of the page as a person sees it (after /Rotate).

    ``x`` grows to the right, ``top`` and ``bottom`` grow downwards. ``size`` is the type size in points.
    ``rotation`` is by how many degrees clockwise the text is turned as seen: 90 reads downwards, 270 upwards,
    180 stands on its head. Writing that runs downwards (Chinese, Japanese) has 90 too.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    rotation: int


class Fragment(NamedTuple):
    """Glyphs of one run without a gap. Its place is measured along the direction in which it reads."""

    baseline: float
    start: float
    end: float
    top: float
    bottom: float
    text: str
    size: float
    follows_gap: bool
    precedes_gap: bool


class PageText:
    """The text of one page while it is read: fragments for each direction of reading."""

    def __init__(self) -> None:
        self.fragments: dict[int, list[Fragment]] = {0: [], 90: [], 180: [], 270: []}
        self.glyphs = 0

    def show(self, font: Font, parts: list, matrix: Matrix, letter_gap: float, word_gap: float) -> float:
        """Take one run of text and return how far the pen moved along its line, in ems.

        ``parts`` are strings (bytes) and moves (numbers, in thousandths of an em, to the left), ``matrix`` leads
        from ems to the page as seen, ``letter_gap`` and ``word_gap`` are in ems. Raises TooComplex.
        """
        self._count(font, parts)
        rotation, frame = turned(matrix)
        if font.is_vertical:
            return self._show_vertical(font, parts, (rotation + 90) % 360, frame, letter_gap)
        size = hypot(frame[2], frame[3])
        spacing = _spacing(frame, size, letter_gap, word_gap if font.spaces_words else 0.0)
        pieces, pen = _pieces(font, parts, spacing)
        if size:
            self.fragments[rotation] += _placed(pieces, frame, font.descent, size)
        return pen

    def words(self, width: float, height: float) -> list[Word]:
        """The words that a person sees on a page of this size: upright ones first, each direction line by line."""
        words = []
        for rotation, fragments in self.fragments.items():
            words += [_upright(word, rotation) for line in lines_of(fragments) for word in joined(line)]
        return [w for w in words if w.x1 > 0 and w.bottom > 0 and w.x0 < width and w.top < height]

    def _count(self, font: Font, parts: list) -> None:
        codes = sum(len(part) for part in parts if isinstance(part, bytes))
        self.glyphs += codes // font.bytes_a_code
        if self.glyphs > MOST_GLYPHS:
            raise TooComplex(f"it holds more than {MOST_GLYPHS:,} letters")

    def _show_vertical(self, font: Font, parts: list, rotation: int, frame: Matrix, letter_gap: float) -> float:
        """The same for writing from top to bottom, whose glyphs stand upright below each other."""
        pen, text, start, along = 0.0, "", 0.0, abs(frame[3])
        fragments = self.fragments[rotation]
        size, centre, line = hypot(frame[2], frame[3]), -frame[4], frame[5]

        def keep() -> None:
            if text.strip():
                place = (centre, line + start * along, line + pen * along, centre - size / 2, centre + size / 2)
                fragments.append(Fragment(*place, text.strip(), size, False, False))

        for part in parts:
            if not isinstance(part, bytes):
                pen += part * 0.001
                continue
            for code in font.decode(part):
                glyph, width = font.glyphs.get(code) or font.glyph(code)
                if glyph == " ":
                    keep()
                    text = ""
                elif not text:
                    start = pen
                text += glyph
                pen += abs(width) - letter_gap  # a negative spacing widens: ISO 32000-1, 9.3.2
        keep()
        return -pen


def turned(matrix: Matrix) -> tuple[int, Matrix]:
    """How far text of this matrix is turned clockwise (0, 90, 180, 270), and the matrix as that text sees the page."""
    a, b, c, d, e, f = matrix
    if abs(a) >= abs(b):
        return (0, matrix) if a >= 0 else (180, (-a, -b, -c, -d, -e, -f))
    return (90, (b, -a, d, -c, f, -e)) if b > 0 else (270, (-b, a, -d, c, -f, e))


def lines_of(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand on one baseline together, from the top down, each line in the direction of reading."""
    lines: list[list[Fragment]] = []
    for fragment in sorted(fragments):
        for line in reversed(lines[-6:]):
            if abs(line[0].baseline - fragment.baseline) < SAME_BASELINE * max(fragment.size, 1):
                line.append(fragment)
                break
        else:
            lines.append([fragment])
    for line in lines:
        line.sort(key=lambda fragment: fragment.start)
    return lines


def joined(line: list[Fragment]) -> list[Fragment]:
    """The fragments of one line as words."""
    words: list[Fragment] = []
    last = None
    for fragment in line:
        if last is None:
            words.append(fragment)
        elif _drawn_twice(last, fragment):
            continue
        elif _continues(words[-1], fragment):
            words[-1] = _one(words[-1], fragment)
        else:
            words.append(fragment)
        last = fragment
    return words


def _drawn_twice(last: Fragment, fragment: Fragment) -> bool:
    glyph_width = (last.end - last.start) / len(last.text)
    return last.text == fragment.text and fragment.start - last.start < SAME_PLACE * glyph_width


def _continues(word: Fragment, fragment: Fragment) -> bool:
    if word.precedes_gap or fragment.follows_gap:
        return False
    return -OVERLAP * fragment.size < fragment.start - word.end < WORD_GAP * fragment.size


def _one(word: Fragment, fragment: Fragment) -> Fragment:
    return Fragment(
        word.baseline,
        word.start,
        max(word.end, fragment.end),
        min(word.top, fragment.top),
        max(word.bottom, fragment.bottom),
        word.text + fragment.text,
        word.size,
        word.follows_gap,
        fragment.precedes_gap,
    )


class Spacing(NamedTuple):
    """The gaps of one run, in ems along its line."""

    letter_gap: float
    word_gap: float
    furthest_back: float  # a jump further back than this ends a word
    furthest_ahead: float
    parts_letters: bool  # the letters stand so far apart that each is a word


def _spacing(frame: Matrix, size: float, letter_gap: float, word_gap: float) -> Spacing:
    em = hypot(frame[0], frame[1]) or 1.0
    apart = letter_gap > LETTER_SPACING
    ahead = WORD_GAP * size / em + (0.0 if apart else max(letter_gap, 0.0))
    return Spacing(letter_gap, word_gap, -OVERLAP * size / em, ahead, apart)


def _pieces(font: Font, parts: list, spacing: Spacing) -> tuple[list[tuple], float]:
    """A run cut at its gaps: (start, end, text, follows a gap, precedes a gap), and where the pen stands then.

    This loop runs once for every letter of every paper: it calls nothing and makes nothing that it does not need.
    """
    letter_gap, word_gap, nearest, furthest, parts_letters = spacing
    known, unknown, decode = font.glyphs.get, font.glyph, font.decode
    pieces: list[tuple] = []
    pen = start = end = 0.0
    text, follows_gap, moved = "", False, parts_letters
    for part in parts:
        if not isinstance(part, bytes):
            pen -= part * 0.001
            moved = True
            continue
        for code in decode(part):
            glyph, width = known(code) or unknown(code)
            if glyph == " ":
                if text:
                    pieces.append((start, end, text, follows_gap, True))
                    text = ""
                follows_gap = True
            elif glyph:
                if moved:
                    if text and not nearest < pen - end < furthest:
                        pieces.append((start, end, text, follows_gap, False))
                        text, follows_gap = "", False
                    moved = parts_letters
                if not text:
                    start = pen
                text += glyph
                end = pen + width
            pen += width + letter_gap
            if code == 32:
                pen += word_gap
    if text:
        pieces.append((start, end, text, follows_gap, False))
    return pieces, pen


def _placed(pieces: list[tuple], frame: Matrix, descent: float, size: float) -> list[Fragment]:
    """Pieces of a line in ems as fragments in points: boxes reach from the descent one em up, as pdfminer.six's do."""
    a, b, c, d, e, f = frame
    lean = (c * descent, c * (descent + 1))
    rise = (d * descent, d * (descent + 1))
    left, right, up, down = e + min(lean), e + max(lean), min(rise), max(rise)
    fragments = []
    for start, end, text, follows_gap, precedes_gap in pieces:
        baseline, slant = b * start + f, b * (end - start)
        top = baseline + up + min(slant, 0.0)
        bottom = baseline + down + max(slant, 0.0)
        place = (baseline, a * start + left, a * end + right, top, bottom)
        fragments.append(Fragment(*place, text, size, follows_gap, precedes_gap))
    return fragments


def _upright(word: Fragment, rotation: int) -> Word:
    """A word in the page's coordinates."""
    text = word.text if word.text.isascii() else unicodedata.normalize("NFC", word.text)
    start, end, top, bottom = word.start, word.end, word.top, word.bottom
    if rotation == 0:
        return Word(start, top, end, bottom, text, word.size, 0)
    if rotation == 90:
        return Word(-bottom, start, -top, end, text, word.size, 90)
    if rotation == 180:
        return Word(-end, -bottom, -start, -top, text, word.size, 180)
    return Word(top, -end, bottom, -start, text, word.size, 270)
