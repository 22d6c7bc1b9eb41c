"""The grammar of labels: which words on a paper name a value, and are therefore never a value themselves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from . import values
from .phrases import Line, Phrase, Token
from .wordings import FIELD_LABELS

NUMBER_WORDS = frozenset(("no", "nr", "num", "number", "numbers", "nbr", "nos", "#", "numb", "numero"))
BLOCK_KINDS = frozenset(("sold_to", "bill_to", "ship_to", "seller"))
MONEY_KINDS = frozenset(("subtotal", "freight", "tax", "total", "other_money"))
PART = "part"  # the upper line of a label on two lines
_LONGEST = 6


@dataclass(frozen=True)
class Label:
    """A kind of value that words name; a lower rank names it more surely."""

    kind: str
    rank: int


@dataclass
class Segment:
    """A label or a text between labels; a phrase falls into one or several."""

    phrase: Phrase
    labels: tuple[Label, ...] = ()
    colon: bool = False

    @property
    def text(self) -> str:
        """Printed text."""
        return self.phrase.text

    def names(self, kind: str) -> bool:
        """Tell whether the segment is a label of this kind."""
        return any(label.kind == kind for label in self.labels)


def expand(pattern: str) -> Iterator[tuple[str, ...]]:
    """Yield every sequence of words that a pattern stands for."""
    choices = []
    for part in pattern.split():
        optional, alternatives = "?" in part, part.replace("?", "").split("|")
        choices.append([*alternatives, ""] if optional else alternatives)
    for combination in itertools.product(*choices):
        yield tuple(word for word in combination if word)


@cache
def _grammar() -> dict[tuple[str, ...], tuple[Label, ...]]:
    table: dict[tuple[str, ...], tuple[Label, ...]] = {}
    for row, (kind, patterns) in enumerate(FIELD_LABELS):
        for rank, pattern in enumerate(patterns.split(";")):
            for words in expand(pattern):
                known = table.get(words, ())
                if words and all(label.kind != kind for label in known):
                    table[words] = (*known, Label(kind, row * 100 + rank))
    return table


@cache
def label_words(word: str) -> tuple[str, ...]:
    """Return a printed word as the grammar spells it: "P.O." is po, "Ship-To:" is ship to, "Order#" is order #."""
    if word.endswith(("%", "%)", "%):", "%:")) and any(c.isdigit() for c in word):
        return ()
    plain = re.sub(r"[.:,;'’*()\[\]]", "", word.casefold()).replace("e-mail", "email")
    parts = [part for part in re.split(r"[\s/\\_-]+|(?<=[^#&])(?=[#&])|(?<=[#&])(?=[^#&])", plain) if part]
    return tuple("#" if part in NUMBER_WORDS else "&" if part == "and" else part for part in parts)


def labels_of(text: str) -> tuple[Label, ...]:
    """Return what the whole text may name; "Delivery" is a date or a charge, its value tells."""
    return _grammar().get(tuple(part for word in text.split() for part in label_words(word)), ())


def segments_of(line: Line) -> list[Segment]:
    """Return the line's labels and the texts between them."""
    segments: list[Segment] = []
    for phrase in line.phrases:
        segments.extend(_cut(phrase))
    return segments


def join_stacked(upper: list[Segment], lower: list[Segment]) -> None:
    """Make one label of two lines in a small cell: "Purchase" above "Order No." is no order number of ours.

    Only where one of the two says nothing alone, so that a column of labels stays a column.
    """
    for head in upper:
        for tail in lower:
            if bool(head.labels) + bool(tail.labels) > 1 or not _one_above_the_other(head.phrase, tail.phrase):
                continue
            joined = labels_of(f"{head.text} {tail.text}")
            if joined and not head.colon:
                head.labels, tail.labels = (Label(PART, 0),), joined


def _one_above_the_other(head: Phrase, tail: Phrase) -> bool:
    aligned = abs(head.x0 - tail.x0) < 3 or abs(head.middle - tail.middle) < 3
    near = 0 < tail.bottom - head.bottom < 1.35 * head.size and abs(head.size - tail.size) < 0.5
    return aligned and near and not re.search(r"\d", head.text + tail.text) and len(head.tokens) + len(tail.tokens) < 5


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words[0] for words in _grammar())


def _cut(phrase: Phrase) -> list[Segment]:
    segments: list[Segment] = []
    start, position, tokens = 0, 0, phrase.tokens
    while position < len(tokens):
        found = _label_at(tokens, position)
        if found is None:
            position += 1
            continue
        labels, end = found
        if position > start:
            segments.append(Segment(Phrase(tokens[start:position])))
        segments.append(Segment(Phrase(tokens[position:end]), labels, tokens[end - 1].text.endswith(":")))
        start = position = end
    if start < len(tokens):
        segments.append(Segment(Phrase(tokens[start:])))
    return segments


def _label_at(tokens: tuple[Token, ...], position: int) -> tuple[tuple[Label, ...], int] | None:
    """Return the longest label from this word on, and where it ends."""
    first = label_words(tokens[position].text)
    if not first or first[0] not in _first_words():
        return None
    words: tuple[str, ...] = ()
    best = None
    for end in range(position + 1, min(len(tokens), position + _LONGEST) + 1):
        words += label_words(tokens[end - 1].text)
        labels = _grammar().get(words, ())
        if labels and _stands_as_label(tokens, position, end, labels):
            best = labels, end
        if tokens[end - 1].text.endswith(":"):
            break
    return best


def _stands_as_label(tokens: tuple[Token, ...], start: int, end: int, labels: tuple[Label, ...]) -> bool:
    """A label fills its phrase, or ends with a colon, or begins the phrase and a value of its kind follows."""
    ends_hard = tokens[end - 1].text.endswith(":")
    if ends_hard:
        return True
    begins = start == 0 or tokens[start - 1].text.endswith(":")
    if not begins and not tokens[start - 1].text.endswith((",", "|", ";")):
        return False
    if end == len(tokens):
        return start == 0
    rest = " ".join(token.text for token in tokens[end:])
    if tokens[end - 1].text.endswith("#") and re.search(r"\d", rest):
        return True
    return begins and any(_follows(label.kind, rest) for label in labels)


def _follows(kind: str, rest: str) -> bool:
    if kind == "order_number":
        return bool(values.order_number(rest.lstrip(":# ").strip() or "-"))
    if kind in ("order_date", "ship_date"):
        return values.date(rest) is not None
    if kind in MONEY_KINDS:
        return values.money(rest) is not None and not rest.isdigit()
    if kind == "tracking_number" and values.tracking_number(rest):
        return True
    if kind in ("customer_number", "po_number", "tracking_number"):
        return len(rest.split()) == 1 and sum(c.isdigit() for c in rest) >= 3
    if kind in ("contact_phone", "contact_email"):
        return bool(values.phone(rest) or (values.email(rest) == rest))
    return False
