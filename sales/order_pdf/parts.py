"""Cuts a page into the papers on it: two slips one under the other, two labels side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import paper
from .kinds import looks_like_label, titles_of
from .phrases import Phrase, Token, lines_of
from .rows import Row

_GUTTER = 12.0  # points without a word between two papers side by side
_MOST = 24  # titles on one page: with more of them they are no titles
_APART = 120.0  # points from one paper's title to the next one's


def papers_on(tokens: Sequence[Token]) -> Iterator[list[Row]]:
    """Yield the rows of each paper among the words of one direction."""
    rows = [Row(line) for line in lines_of(tokens)]
    starts = _starts(rows)
    if len(starts) > _MOST:
        starts = []
    cut = _between_sides(tokens, starts)
    if cut is None:
        yield from _one_under_the_other(rows, starts)
        return
    for side in ([t for t in tokens if t.x0 < cut], [t for t in tokens if t.x0 >= cut]):
        yield from papers_on(side)


def _one_under_the_other(rows: list[Row], starts: Sequence[Phrase]) -> list[list[Row]]:
    """Cut where the same title stands again further down."""
    cuts: list[float] = []
    for first in starts:
        same = [other for other in starts if _alike(first, other) and _below(first, other)]
        if same:
            cuts = [first.top, *(phrase.top for phrase in same)]
            break
    if not cuts:
        return [rows]
    room = _head_room(rows, cuts, titled=bool(_titles(rows)))
    edges = [-1e6, *(top - room for top in cuts[1:]), 1e6]
    parts = [[row for row in rows if low <= row.top < high] for low, high in zip(edges, edges[1:], strict=False)]
    return [part for part in parts if part]


def _between_sides(tokens: Sequence[Token], starts: Sequence[Phrase]) -> float | None:
    """Return where a gutter lies between two equal titles on one height."""
    for first in starts:
        for other in starts:
            beside = abs(other.top - first.top) < 5 and other.x0 - first.x0 > _APART
            if beside and _alike(first, other) and (cut := _gutter(tokens, first.x1, other.x0)):
                return cut
    return None


def _gutter(tokens: Sequence[Token], left: float, right: float) -> float | None:
    """Return the middle of the widest stripe between ``left`` and ``right`` that no word crosses."""
    reached, widest, cut = left, _GUTTER, None
    for token in sorted(tokens):
        if token.x0 > right:
            break
        if token.x0 - reached >= widest and reached >= left:
            widest, cut = token.x0 - reached, (token.x0 + reached) / 2
        reached = max(reached, token.x1)
    return (right + reached) / 2 if right - reached >= widest else cut


def _titles(rows: Sequence[Row]) -> list[Phrase]:
    kinds = (paper.PACKING_SLIP, paper.SALES_ORDER, paper.SHIPPING_LABEL)
    return [t.phrase for t in titles_of(rows) if t.kind in kinds and len(t.phrase.tokens) > 1]


def _starts(rows: Sequence[Row]) -> list[Phrase]:
    """Return the phrases with which papers begin: titles, or on a sheet of labels what heads the addressee."""
    if titles := _titles(rows):
        return titles
    if not looks_like_label(rows, turned=False):
        return []
    return [segment.phrase for row in rows for segment in row.segments if segment.names("ship_to")]


def _alike(first: Phrase, other: Phrase) -> bool:
    return first.tokens[0].text == other.tokens[0].text and abs(first.size - other.size) < 0.5


def _below(first: Phrase, other: Phrase) -> bool:
    return other.top - first.top > _APART and abs(first.x0 - other.x0) < 5


def _head_room(rows: Sequence[Row], cuts: Sequence[float], *, titled: bool) -> float:
    """Return how much above its title a paper begins: as much as on the first; a label's sender needs more."""
    return max(2.0, min(cuts[0] - rows[0].top, 60.0 if titled else 150.0) + 2)
