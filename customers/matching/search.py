"""The search in a whole list: read, count, compare, put together."""

from collections.abc import Hashable, Iterable, Iterator
from functools import partial
from itertools import islice

import numpy as np

from .bands import held_back
from .blocking import candidates
from .clusters import guarded
from .evidence import STEP, Scorer
from .facilities import Facilities
from .frequencies import sharers
from .reasons import described
from .records import Pair, Record, Tell, silent

Distinct = frozenset[frozenset[Hashable]]
READ_AT_ONCE = 2000  # records; none of them is kept
DESCRIBED_AT_ONCE = 2000  # pairs
NOT_LISTED = 0.0  # bits: below them a pair is more likely two customers


def find_duplicates(records: Iterable[Record], *, distinct: Distinct = frozenset(), tell: Tell = silent) -> list[Pair]:
    """Return the pairs that may be one customer, the strongest first.

    A pair of ``distinct`` ids (a person's "no") is never linked, nor joined through others.
    ``tell(doing, done, total)`` hears how far the work is.
    """
    return list(each_duplicate(records, distinct=distinct, tell=tell))


def each_duplicate(
    records: Iterable[Record], *, distinct: Distinct = frozenset(), tell: Tell = silent
) -> Iterator[Pair]:
    """Yield what ``find_duplicates`` returns. ``records`` are read once and none is kept."""
    yield from pairs_among(read(records), distinct, tell)


def read(records: Iterable[Record]) -> Facilities:
    """Return ``records`` as columns with what they tell."""
    facilities = Facilities()
    records = iter(records)
    while part := list(islice(records, READ_AT_ONCE)):
        facilities.add(part)
    facilities.count_words()
    facilities.settle()
    return facilities


def pairs_among(facilities: Facilities, distinct: Distinct = frozenset(), tell: Tell = silent) -> Iterator[Pair]:
    """Yield the pairs that hold when each cluster is looked at as a whole, the strongest first."""
    scorer = Scorer(facilities, sharers(facilities))
    one, other, bits = linked(scorer, *candidates(facilities, tell), tell)
    held = guarded(one, other, bits, partial(total_of, scorer), as_rows(distinct, facilities))
    one, other, bits = one[held], other[held], bits[held]
    strongest_first = np.lexsort((other, one, -bits))
    for start in range(0, len(strongest_first), DESCRIBED_AT_ONCE):
        part = strongest_first[start : start + DESCRIBED_AT_ONCE]
        yield from described(scorer, one[part], other[part])


def linked(
    scorer: Scorer, one: np.ndarray, other: np.ndarray, tell: Tell = silent
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs that are more likely one customer than two, with their bits."""
    links = [(one[:0], other[:0], np.empty(0))]
    for done, comparison in enumerate(scorer.comparisons(one, other)):
        tell("Comparing pairs", done * STEP, len(one))
        promising = comparison.only(np.flatnonzero(comparison.most_possible >= NOT_LISTED))
        bits = held_back(promising, promising.total)
        listed = bits >= NOT_LISTED
        links.append((promising.one[listed], promising.other[listed], bits[listed]))
    first, second, bits = (np.concatenate(column) for column in zip(*links, strict=True))
    return first, second, bits


def total_of(scorer: Scorer, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the sum of evidence for any pairs, with nothing held back."""
    return np.concatenate([comparison.total for comparison in scorer.comparisons(one, other)])


def as_rows(distinct: Distinct, facilities: Facilities) -> frozenset[tuple[int, int]]:
    """Return pairs of ids as pairs of rows, the earlier row first; ids that are not there are left out."""
    if not distinct:
        return frozenset()
    asked = frozenset().union(*distinct)
    row_of = {key: row for row, key in enumerate(facilities.ids) if key in asked}
    rows = (sorted(row_of[key] for key in pair if key in row_of) for pair in distinct)
    return frozenset((pair[0], pair[1]) for pair in rows if len(pair) == 2)
