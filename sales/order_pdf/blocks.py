"""Address blocks: one to three side by side, heading above or at the left; the seller's own has none or another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import values
from .labels import BLOCK_KINDS, PART, Segment
from .phrases import Phrase
from .rows import Row

_SUFFIX = re.compile(r"(?i)(?:inc|llc|l\.l\.c|corp|ltd|co|p\.?c|p\.?a|pllc|lp|llp|m\.?d)\.?")
_INDENT = 18.0
_MOST_ROWS = 9


@dataclass
class Block:
    """An address as printed: first line, further lines, and the line with city, state and postal code."""

    kind: str
    heading: Segment | None
    lines: list[list[Phrase]] = field(default_factory=list)
    city: dict[str, str] | None = None
    after: list[list[Phrase]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Its lines without city and country; an address on one line is taken apart at its commas."""
        texts = [text_of(line) for line in self.lines]
        if not self.city:
            return texts
        before = [part.strip() for part in self.city["city"].split(",")]
        for part in before[:-1]:
            if texts[:-1] and len(self.lines) == 1 and _SUFFIX.fullmatch(part):
                texts[-2] += f", {part}"
            else:
                texts.insert(-1, part)
        return texts[:-1]

    @property
    def place(self) -> dict[str, str]:
        """City, state and zip as far as they are printed."""
        return {**self.city, "city": self.city["city"].rpartition(",")[2].strip()} if self.city else {}

    @property
    def phrases(self) -> list[Phrase]:
        """All its phrases."""
        return [phrase for line in self.lines + self.after for phrase in line]


def text_of(line: list[Phrase]) -> str:
    """Return the phrases of one line as one text."""
    return " ".join(phrase.text for phrase in line)


def blocks_of(rows: list[Row]) -> list[Block]:
    """Return the address blocks under or beside a heading, the one with a city line first of its kind."""
    blocks = []
    for index, row in enumerate(rows):
        for segment in row.segments:
            for kind in BLOCK_KINDS:
                if segment.names(kind) and (block := _read(kind, rows, index, segment)):
                    blocks.append(block)
                    break
    return sorted(blocks, key=lambda block: block.city is None)


def _read(kind: str, rows: list[Row], index: int, heading: Segment) -> Block | None:
    """Return the better of the blocks beside and below a heading: the one that ends with a city line."""
    limit = _right_limit(rows[index], heading)
    found = []
    for number, segment in _heights(rows, index, heading):
        beside = _beside(rows[number], segment)
        if beside is not None:
            found.append(_collect(kind, heading, rows[number:], beside, limit))
    start = _below(rows, index, heading, limit)
    if start is not None:
        found.append(_collect(kind, heading, rows[start[0] :], start[1], limit))
    complete = [block for block in found if block.city and block.texts]
    if complete:
        return complete[0]
    plain = [block for block in found if len(block.lines) >= 3 and heading.labels[0].kind == kind]
    return plain[0] if plain else None


def block_above(rows: list[Row], index: int, city: Phrase) -> Block:
    """Return the address that ends with ``city`` in the row of this number, without a heading."""
    block = Block("ship_to", None, [[city]], values.city_line(city.text))
    bottom = city.bottom
    for row in reversed(rows[:index]):
        if bottom - row.bottom > 1.8 * city.size or len(block.lines) >= _MOST_ROWS:
            break
        above = next((phrase for phrase in row.phrases if _aligned(phrase, city)), None)
        if above is None:
            continue
        if _is_label(row, above) or abs(above.size - city.size) > 0.25 * city.size:
            break
        bottom = above.bottom
        if _belongs_after(above.text):
            block.after.append([above])
        else:
            block.lines.insert(0, [above])
    return block


def _heights(rows: list[Row], index: int, heading: Segment) -> Iterator[tuple[int, Segment]]:
    """Yield the rows that the heading stands on: of "Ship" above "To:" the upper one first."""
    for segment in rows[index - 1].segments if index else ():
        if segment.names(PART) and abs(segment.phrase.x0 - heading.phrase.x0) < 4:
            yield index - 1, segment
    yield index, heading


def _right_limit(row: Row, heading: Segment) -> float:
    """Where the next heading to the right begins: the block ends left of it."""
    others = [s.phrase.x0 for s in row.segments if s.phrase.x0 > heading.phrase.x1 and s.labels]
    return min(others, default=float("inf")) - 2


def _beside(row: Row, heading: Segment) -> Phrase | None:
    position = row.segments.index(heading)
    if position + 1 >= len(row.segments):
        return None
    follower = row.segments[position + 1]
    near = follower.phrase.x0 - heading.phrase.x1 < 60
    return follower.phrase if near and not follower.labels else None


def _below(rows: list[Row], index: int, heading: Segment, limit: float) -> tuple[int, Phrase] | None:
    """Return the first phrase under the heading, within three lines' height."""
    place = heading.phrase
    sentence = next(phrase for phrase in rows[index].phrases if place.tokens[0] in phrase.tokens)
    left = (sentence.x0 if sentence.tokens[-1] is place.tokens[-1] else place.x0) - _INDENT
    for number in range(index + 1, min(len(rows), index + 5)):
        row = rows[number]
        if row.top - place.bottom > 2.4 * place.size:
            return None
        for segment in row.segments:
            start = segment.phrase.x0
            if left <= start < min(limit, place.x1 + 40):
                return None if segment.labels and not segment.names("contact") else (number, segment.phrase)
    return None


def _collect(kind: str, heading: Segment, rows: list[Row], first: Phrase, limit: float) -> Block:
    """Follow the left edge of the first line downwards until the city line, a label or a gap."""
    block = Block(kind, heading)
    bottom, pitch = first.bottom, 2.2 * first.size
    for row in rows:
        if row.top - bottom > pitch or len(block.lines) >= _MOST_ROWS:
            break
        line = _line_at(row, first, limit)
        if not line:
            continue
        if _is_label(row, line[0]):
            break
        bottom = line[0].bottom
        reached = _belongs_after(text_of(line))
        if block.city and not reached:
            break
        if block.city or (reached and not block.lines):  # a carrier prints the telephone above the name
            block.after.append(line)
            continue
        block.city = values.city_line(text_of(line))
        block.lines.append(line)
    return block


def _line_at(row: Row, first: Phrase, limit: float) -> list[Phrase]:
    """Return the row's phrases that stand in the block's column."""
    start: Phrase | None = first
    if not any(segment.phrase is first for segment in row.segments):
        start = next((p for p in row.phrases if _aligned(p, first) and p.x0 < limit), None)
    if start is None:
        return []
    line = [start]
    for phrase in row.phrases:
        if phrase.x0 > line[-1].x1 and phrase.x0 < limit and phrase.x0 - line[-1].x1 < 1.6 * phrase.size:
            line.append(phrase)
    return line


def _aligned(phrase: Phrase, first: Phrase) -> bool:
    return abs(phrase.x0 - first.x0) < 4 or abs(phrase.middle - first.middle) < 2.5


def _is_label(row: Row, phrase: Phrase) -> bool:
    """Tell whether a label begins at the phrase; "Attn:" belongs to the address."""
    for segment in row.segments:
        if segment.phrase.tokens[0] is phrase.tokens[0]:
            return bool(segment.labels) and not segment.names("contact") and not re.match(r"(?i)c/o|att", segment.text)
    return False


def _belongs_after(text: str) -> bool:
    return values.is_country(text) or bool(values.phone(text) or values.email(text) == text)
