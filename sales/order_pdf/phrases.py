"""Words with boxes -> baselines -> phrases, one text direction at a time.

Everything downstream sees upright text: a word printed upwards is turned into the reading frame and keeps its
place on the page in ``place``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .paper import Box

WORD_GAP = 0.78  # of the type size: more is a column gap. A fixed-pitch blank is 0.6, two of them 1.2.
SAME_BASELINE = 0.35  # of the type size
_DASHES = str.maketrans({"\u00ad": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2212": "-", "\u00a0": " "})


class Token(NamedTuple):
    """A word in the reading frame; ``place`` is its box on the page as seen."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    page: int
    place: Box


@dataclass
class Phrase:
    """Words of one baseline without a column gap between them."""

    tokens: tuple[Token, ...]
    x0: float = field(init=False)
    x1: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.x0, self.x1 = self.tokens[0].x0, max([token.x1 for token in self.tokens])
        self.top, self.bottom = min([token.top for token in self.tokens]), max([token.bottom for token in self.tokens])
        self.text = " ".join([token.text for token in self.tokens])

    @property
    def size(self) -> float:
        """Type size of the first word."""
        return self.tokens[0].size

    @property
    def page(self) -> int:
        """Page on which the phrase stands."""
        return self.tokens[0].page

    @property
    def place(self) -> Box:
        """Box on the page as seen."""
        return union(token.place for token in self.tokens)

    @property
    def middle(self) -> float:
        """Centre from left to right."""
        return (self.x0 + self.x1) / 2


@dataclass
class Line:
    """Phrases on one baseline, from left to right."""

    phrases: list[Phrase]

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(phrase.top for phrase in self.phrases)

    @property
    def bottom(self) -> float:
        """Lower edge of the first phrase, which stands for the baseline."""
        return self.phrases[0].bottom

    @property
    def size(self) -> float:
        """Type size of the first phrase."""
        return self.phrases[0].size

    @property
    def text(self) -> str:
        """The line as a person would type it, columns set apart."""
        return "   ".join(phrase.text for phrase in self.phrases)


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def clean(text: str) -> str:
    """Return the text with ligatures, soft hyphens and odd dashes as people type them."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)


def tokens_of(page: Any, rotation: int) -> list[Token]:
    """Return the page's words of one direction in reading frame; rules drawn with dashes are left out."""
    tokens = []
    for word in page.words:
        if word.rotation != rotation or (len(word.text) > 3 and not word.text.strip("-_=*.~")):
            continue
        place = (word.x0, word.top, word.x1, word.bottom)
        x0, top, x1, bottom = _upright(place, rotation, page)
        for part, left, right in _parts(clean(word.text), x0, x1):
            tokens.append(Token(left, top, right, bottom, part, word.size, page.number, place))
    return tokens


def _upright(box: Box, rotation: int, page: Any) -> Box:
    x0, top, x1, bottom = box
    if rotation == 90:  # reads downwards
        return top, page.width - x1, bottom, page.width - x0
    if rotation == 180:
        return page.width - x1, page.height - bottom, page.width - x0, page.height - top
    if rotation == 270:  # reads upwards
        return page.height - bottom, x0, page.height - top, x1
    return box


def _parts(text: str, x0: float, x1: float) -> list[tuple[str, float, float]]:
    """Split at no-break spaces inside a word, with the width shared by number of characters."""
    if " " not in text:
        return [(text, x0, x1)] if text else []
    step = (x1 - x0) / len(text)
    return [(m.group(), x0 + m.start() * step, x0 + m.end() * step) for m in re.finditer(r"\S+", text)]


def lines_of(tokens: Sequence[Token]) -> list[Line]:
    """Return the baselines from top to bottom, each cut into phrases at column gaps."""
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: (_baseline(t), t.x0)):
        for row in reversed(rows[-4:]):
            if abs(_baseline(row[0]) - _baseline(token)) < SAME_BASELINE * min(row[0].size, token.size):
                row.append(token)
                break
        else:
            rows.append([token])
    return [Line(_phrases(sorted(row))) for row in rows]


def _baseline(token: Token) -> float:
    return token.bottom - 0.2 * token.size


def _phrases(row: list[Token]) -> list[Phrase]:
    groups: list[list[Token]] = []
    for token in row:
        if groups and _one_phrase(groups[-1][-1], token):
            groups[-1].append(token)
        else:
            groups.append([token])
    return _join_spaced([Phrase(tuple(group)) for group in groups])


def _one_phrase(left: Token, right: Token) -> bool:
    """Tell whether a blank separates two words: same type, and a gap as narrow as a blank beside such letters."""
    size, gap = min(left.size, right.size), right.x0 - left.x1
    if not -0.3 * size < gap <= WORD_GAP * size or abs(left.size - right.size) > 0.06 * size:
        return False
    letter = (left.x1 - left.x0 + right.x1 - right.x0) / (len(left.text) + len(right.text))
    return gap <= 0.58 * size or gap <= 1.25 * letter


def _join_spaced(phrases: list[Phrase]) -> list[Phrase]:
    """Join letter-spaced words: "S A L E S   O R D E R" is one phrase of two words."""
    joined: list[Phrase] = []
    for phrase in phrases:
        if len(phrase.tokens) < 3 or any(len(token.text) > 1 for token in phrase.tokens):
            joined.append(phrase)
            continue
        first, last = phrase.tokens[0], phrase.tokens[-1]
        word = first._replace(
            x1=last.x1,
            text="".join(token.text for token in phrase.tokens),
            place=union(token.place for token in phrase.tokens),
        )
        before = joined[-1] if joined else None
        if before and before.size == phrase.size and len(before.tokens[0].text) > 2 and _spaced(before, word):
            joined[-1] = Phrase((*before.tokens, word))
        else:
            joined.append(Phrase((word,)))
    return joined


def _spaced(before: Phrase, word: Token) -> bool:
    """Tell whether both stand letter-spaced side by side: their letters are wide apart and the gap is small."""
    width = before.tokens[-1].x1 - before.tokens[-1].x0
    return word.x0 - before.x1 < 2.5 * word.size and width > 0.9 * word.size * len(before.tokens[-1].text)
