"""One sheet: a page, or the part of a page that holds one paper; everything found on it, not yet judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eqms.dates import day_comes_first

from . import paper, values
from .blocks import Block, blocks_of
from .columns import Column
from .fields import Candidate, find_fields, page_number
from .kinds import OTHER, Title, looks_like_label, titles_of
from .labels import Segment, join_stacked
from .paper import Box
from .phrases import Phrase, union
from .rows import Row
from .tables import Heading, Table, headings_of, read_table

ORDERED_FIRST = ("ordered", "quantity", "shipped")
SHIPPED_FIRST = ("shipped", "quantity", "ordered")


@dataclass
class Sheet:
    """The words of one paper on one page and what they say."""

    page: int
    rows: list[Row]
    box: Box | None
    turned: bool = False
    label_sized: bool = False
    day_first: bool = False
    inherited: list[Column] | None = None
    continuing: bool = False
    problem: str = ""

    def __post_init__(self) -> None:
        for upper, lower in zip(self.rows, self.rows[1:], strict=False):
            join_stacked(upper.segments, lower.segments)
        words = (token.text for row in self.rows for token in row.tokens)
        self.day_first = self.day_first or day_comes_first(words)

    @cached_property
    def titles(self) -> list[Title]:
        """Titles, the largest first."""
        return sorted(titles_of(self.rows), key=lambda t: (-round(t.phrase.size), t.phrase.top))

    @cached_property
    def heading(self) -> Heading | None:
        """First row, row after the last, and columns of the first heading with goods under it."""
        found = list(headings_of(self.rows))
        for heading in found[:-1]:
            if read_table(heading[2], self.rows[heading[1] :], self.count_kinds).items:
                return heading
        return found[-1] if found else None

    @property
    def count_kinds(self) -> tuple[str, ...]:
        """Which quantity counts: what was ordered; on a packing slip what was shipped."""
        return SHIPPED_FIRST if self.kind == paper.PACKING_SLIP else ORDERED_FIRST

    @cached_property
    def table(self) -> Table | None:
        """The goods; without a heading of its own, under the columns of the sheet before."""
        if self.heading:
            _, end, columns = self.heading
            return read_table(columns, self.rows[end:], self.count_kinds, continuing=self.continuing)
        if self.inherited:
            return read_table(self.inherited, self.rows, self.count_kinds, continuing=True)
        return None

    def continue_table(self) -> None:
        """Read the goods again as those of a page that goes on: texts above the first belong to the item before."""
        self.continuing = True
        if self.table and self.table.centred:
            del self.__dict__["table"]
            self.__dict__.pop("outside", None)

    @cached_property
    def kind(self) -> str:
        """Kind of paper; OTHER where the title names one that is not read here."""
        carried = looks_like_label(self.rows, turned=self.turned, small=self.label_sized)
        for title in self.titles:
            if self._stands_out(title) and not (carried and title.is_weak and not self.heading):
                return title.kind
        if carried:
            return paper.SHIPPING_LABEL
        return next((title.kind for title in self.titles if title.kind != OTHER), paper.UNKNOWN)

    def _stands_out(self, title: Title) -> bool:
        """A title is larger than the text or on top; the same words in a small cell are a label."""
        sizes = sorted(row.size for row in self.rows)
        return title.phrase.size > 1.15 * sizes[len(sizes) // 2] or title.phrase.top < self.rows[0].top + 40

    @cached_property
    def outside(self) -> list[Row]:
        """Rows that are neither heading nor item of the table."""
        used = {id(row) for row in self.table.used} if self.table else set()
        start, end = self.heading[:2] if self.heading else (0, 0)
        return [row for n, row in enumerate(self.rows) if id(row) not in used and not start <= n < end]

    @cached_property
    def blocks(self) -> list[Block]:
        """Address blocks with a heading."""
        return blocks_of(self.outside)

    def block(self, kind: str) -> Block | None:
        """Return the surest block of a kind."""
        return next((block for block in self.blocks if block.kind == kind), None)

    @cached_property
    def closed(self) -> frozenset[int]:
        """Ids of the words in addresses, the seller's own without heading among them."""
        inside = {id(token) for block in self.blocks for phrase in block.phrases for token in phrase.tokens}
        for row in self.outside:
            for phrase in row.phrases:
                if id(phrase.tokens[0]) not in inside and values.city_line(phrase.text):
                    inside |= self._stack(row, phrase)
        return frozenset(inside)

    def _stack(self, row: Row, city: Phrase) -> set[int]:
        """Return the words of an address without heading: the lines right above and below its city line."""
        stack = {id(token) for phrase in row.phrases for token in phrase.tokens if _is_contact(row, phrase)}
        stack |= {id(token) for token in city.tokens}
        place = self.outside.index(row)
        for step in (-1, 1):
            edge, number = city, place + step
            while 0 <= number < len(self.outside):
                near = [p for p in self.outside[number].phrases if _same_column(p, city)]
                if near and abs(near[0].bottom - edge.bottom) > 1.8 * city.size:
                    break
                if near:
                    edge = near[0]
                    stack |= {id(token) for token in edge.tokens}
                elif abs(self.outside[number].bottom - edge.bottom) > 1.8 * city.size:
                    break
                number += step
        return stack

    @cached_property
    def found(self) -> dict[str, list[Candidate]]:
        """Values beside and below labels."""
        return find_fields(self.outside, self.closed, day_first=self.day_first)

    @cached_property
    def page_number(self) -> tuple[int, int | None] | None:
        """Printed number of the page and of how many."""
        return page_number(self.outside)

    @property
    def has_totals(self) -> bool:
        """Tell whether the sums at the end of an order stand under the goods."""
        last = self.table.used[-1].bottom if self.table and self.table.used else 0.0
        sums = [c for kind in ("subtotal", "total") for c in self.found.get(kind, ())]
        return any(candidate.text.phrase.bottom > last for candidate in sums)

    @cached_property
    def free_dates(self) -> list[tuple[str, Segment]]:
        """Dates above the goods that belong to no label."""
        taken = {id(c.text) for group in self.found.values() for c in group}
        limit = self.rows[self.heading[0]].top if self.heading else float("inf")
        return [
            (date, segment)
            for row in self.outside
            for segment in row.segments
            if row.top < limit and not segment.labels and id(segment) not in taken
            if (date := values.date(segment.text, day_first=self.day_first))
        ]


def _is_contact(row: Row, phrase: Phrase) -> bool:
    return any(
        segment.labels and segment.labels[0].kind in ("contact_phone", "contact_email")
        for segment in row.segments
        if phrase.x0 <= segment.phrase.x0 <= phrase.x1
    )


def _same_column(phrase: Phrase, city: Phrase) -> bool:
    return abs(phrase.x0 - city.x0) < 3 or abs(phrase.middle - city.middle) < 3 or abs(phrase.x1 - city.x1) < 3


def place_of(rows: Sequence[Row]) -> Box:
    """Return the box on the page around all words."""
    return union(token.place for row in rows for token in row.tokens)
