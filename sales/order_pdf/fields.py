"""Values beside and below their labels: every label looks for a value of its type, every value has one label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from . import carriers, values
from .labels import MONEY_KINDS, Label, Segment
from .paper import Field
from .phrases import Phrase
from .rows import Row

_INITIALS = re.compile(r"[A-Z]{2,3}")  # of a salesperson, though "TO", "PO" or "WH" are labels elsewhere
_TWO_IN_ONE = {
    "order_number_and_date": ("order_number", "order_date"),
    "po_number_and_date": ("po_number", "po_date"),
}
Reader = Callable[[str], str | None]


def readers(*, day_first: bool = False) -> dict[str, Reader]:
    """Return for each kind of label what reads its value; "" is any text, which only keeps others from it."""
    date = partial(values.date, day_first=day_first)
    return {
        "order_number": values.order_number, "order_date": date, "ship_date": date,
        "customer_number": values.customer_number, "po_number": values.po_number, "rep": values.person,
        "tracking_number": values.tracking_number, "contact_email": values.email, "contact_phone": _phone_in,
        "subtotal": values.money, "freight": values.money, "tax": values.money, "total": values.money,
        "other_money": values.money, "po_date": date,
        "carrier": carriers.carrier, "other": _any, "page": _any, "expiry": _any, "lots": _any, "sku": _any,
    }  # fmt: skip


def _any(text: str) -> str | None:
    return text or None


def _phone_in(text: str) -> str | None:
    return values.phone(text)


@dataclass(frozen=True)
class Candidate:
    """One label, one text that could be its value, and how well they stand together."""

    kind: str
    rank: int
    label: Segment
    value: str
    text: Segment
    score: float


def find_fields(rows: Sequence[Row], closed: frozenset[int], *, day_first: bool = False) -> dict[str, list[Candidate]]:
    """Return per kind the values found for its labels, the surest first.

    ``closed`` are the ids of words that belong to addresses: they are nobody's value.
    """
    reading = readers(day_first=day_first)
    candidates = [
        candidate
        for number, row in enumerate(rows)
        for position, segment in enumerate(row.segments)
        if segment.labels and id(segment.phrase.tokens[0]) not in closed
        for candidate in _candidates(rows, number, position, reading)
    ]
    found: dict[str, list[Candidate]] = {}
    taken: set[int] = set()
    answered: set[int] = set()
    for candidate in sorted(candidates, key=lambda c: -c.score):
        if id(candidate.text) in taken or id(candidate.text.phrase.tokens[0]) in closed:
            continue
        if id(candidate.label) in answered:
            continue
        taken.add(id(candidate.text))
        answered.add(id(candidate.label))
        found.setdefault(candidate.kind, []).append(candidate)
    for kind in found:
        found[kind].sort(key=lambda c: (c.rank, -c.score))
    return found


def _candidates(rows: Sequence[Row], number: int, position: int, reading: dict[str, Reader]) -> Iterator[Candidate]:
    row = rows[number]
    label = row.segments[position]
    for text, score in _places(rows, number, position):
        if text.labels and not (label.names("rep") and _INITIALS.fullmatch(text.text)):
            continue
        for known in label.labels:
            if known.kind in _TWO_IN_ONE:
                yield from _both(known, label, text, score, reading)
                continue
            kinds = ("contact_email", "contact_phone") if known.kind == "contact" else (known.kind,)
            for kind in kinds:
                value = reading[kind](text.text) if kind in reading else None
                if value is not None:
                    yield Candidate(kind, known.rank, label, value, text, score - (1 if kind == "other" else 0))


def _both(known: Label, label: Segment, text: Segment, score: float, reading: dict[str, Reader]) -> Iterator[Candidate]:
    """Yield number and date where one label names both: "Number / Date   4500012345 / 03/14/2025"."""
    tokens = text.phrase.tokens
    kinds = _TWO_IN_ONE[known.kind]
    for cut in range(1, len(tokens)):
        after = tokens[cut + 1 :] if tokens[cut].text == "/" else tokens[cut:]
        if not after:
            continue
        parts = [Segment(Phrase(tokens[:cut])), Segment(Phrase(after))]
        values_read = [reading[kind](part.text.rstrip("/ ")) for kind, part in zip(kinds, parts, strict=True)]
        found = [value for value in values_read if value is not None]
        if len(found) == len(kinds):
            for kind, part, value in zip(kinds, parts, found, strict=True):
                yield Candidate(kind, known.rank, Segment(label.phrase, label.labels), value, part, score)
            return


def _places(rows: Sequence[Row], number: int, position: int) -> Iterator[tuple[Segment, float]]:
    """Yield the text right of a label and the one below it."""
    row = rows[number]
    label = row.segments[position]
    if position + 1 < len(row.segments):
        follower = row.segments[position + 1]
        gap = follower.phrase.x0 - label.phrase.x1
        far = 250 if label.colon or any(known.kind in MONEY_KINDS for known in label.labels) else 140
        if gap < far:
            yield follower, 100 + (30 if label.colon else 0) - 0.25 * gap
    below = _below(rows, number, label)
    if below:
        segment, distance, offset = below
        yield segment, 92 - 1.0 * distance - 0.5 * offset


def _below(rows: Sequence[Row], number: int, label: Segment) -> tuple[Segment, float, float] | None:
    """Return the nearest text under the label that is aligned with it at an edge or in the middle."""
    place = label.phrase
    for row in rows[number + 1 : number + 4]:
        distance = row.bottom - place.bottom
        if distance > 2.9 * place.size or distance < 0.5 * place.size:
            continue
        for segment in row.segments:
            if segment.phrase.x0 < place.x1 + 2 and segment.phrase.x1 > place.x0 - 2:
                offset = _offset(place, segment.phrase)
                initials = label.names("rep") and _INITIALS.fullmatch(segment.text)
                return (
                    None
                    if (segment.labels and not initials) or offset > 16
                    else (segment, max(0.0, distance - 12), offset)
                )
    return None


def _offset(label: Phrase, text: Phrase) -> float:
    return min(abs(label.x0 - text.x0), abs(label.x1 - text.x1), abs(label.middle - text.middle))


def as_field(candidate: Candidate) -> Field:
    """Return the candidate's value with its place on the page."""
    phrase = candidate.text.phrase
    return Field(candidate.value, phrase.text, phrase.page, phrase.place)


def choose(candidates: Sequence[Candidate], normal: Callable[[str], str] = str) -> tuple[Field | None, list[str]]:
    """Return the surest value, and other values that labels of the same rank name."""
    if not candidates:
        return None, []
    best = candidates[0]
    others = {normal(c.value): c.value for c in candidates if c.rank == best.rank}
    others.pop(normal(best.value), None)
    return as_field(best), list(others.values())


def page_number(rows: Sequence[Row]) -> tuple[int, int | None] | None:
    """Return the printed page number of the paper and how many pages it says there are."""
    for row in rows:
        for number, segment in enumerate(row.segments):
            text = segment.text
            if segment.names("page") and number + 1 < len(row.segments):
                text += " " + row.segments[number + 1].text
            found = re.fullmatch(
                r"(?i)\W*(?:page|pg\.?|sheet)\s*(?:no\.?|#)?\s*:?\s*(\d{1,3})(?:\s*(?:of|/)\s*(\d{1,3}))?\W*", text
            )
            found = found or re.fullmatch(r"(?i)(\d{1,3})\s+of\s+(\d{1,3})", text)
            if found:
                return int(found[1]), int(found[2]) if found[2] else None
    return None
