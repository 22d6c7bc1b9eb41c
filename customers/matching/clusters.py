"""Pairs put together to facilities, guarded against chains: A like B like C does not make A like C."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from .columns import distinct as distinct_values
from .records import Pair

LARGEST = 400  # rows of a cluster that are compared each with each; a larger one is first cut at its weakest links
CUT_STEP = 2.0  # bits
STRONGEST_CUT = 12.0  # a cluster that holds together by such links is left as it is
WORST, BEST = -20.0, 10.0  # what one pair can say within a cluster
APART = -1.0  # average bits between two groups below which they are two facilities
NEVER = -1e12  # what a person's "no" says

AT_A_TIME = 5000  # components

Bits = Callable[[np.ndarray, np.ndarray], np.ndarray]
Distinct = frozenset[tuple[int, int]]  # rows, the earlier one first


def clusters(pairs: Iterable[Pair]) -> list[list]:
    """Return the ids that pairs connect, a list per cluster, in the order of the pairs."""
    numbers: dict = {}
    links = [
        (numbers.setdefault(pair.first, len(numbers)), numbers.setdefault(pair.second, len(numbers))) for pair in pairs
    ]
    ids = list(numbers)
    one, other = np.array(links, np.int64).reshape(-1, 2).T
    return [[ids[number] for number in members.tolist()] for members in components(*connected(one, other))]


def connected(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that links hold, sorted, and for each the first row that it is connected with."""
    rows = distinct_values(np.concatenate([one, other]))
    one, other = np.searchsorted(rows, one), np.searchsorted(rows, other)
    label = np.arange(len(rows))
    while True:
        lowest = np.minimum(label[one], label[other])
        lower = label.copy()
        np.minimum.at(lower, label[one], lowest)
        np.minimum.at(lower, label[other], lowest)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return rows, rows[label]
        label = lower


def components(rows: np.ndarray, label: np.ndarray, fewest: int = 1) -> list[np.ndarray]:
    """Return the rows of each label that at least ``fewest`` rows have."""
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) != 0]) if len(rows) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(rows)])
    ordered = rows[order]
    chosen = sizes >= fewest
    return [
        ordered[start : start + size]
        for start, size in zip(starts[chosen].tolist(), sizes[chosen].tolist(), strict=True)
    ]


def guarded(one: np.ndarray, other: np.ndarray, bits: np.ndarray, compare: Bits, distinct: Distinct) -> np.ndarray:
    """Return which links hold: those whose ends stay together when their cluster is looked at as a whole.

    ``compare`` gives the bits of any two rows. The two rows of a ``distinct`` pair never stay together.
    """
    rows, label = connected(one, other)
    group = np.full(int(rows.max(initial=-1)) + 1, -1, np.int64)
    group[rows] = label
    told_apart = {row for pair in distinct for row in pair}
    doubtful = []
    for component in components(rows, label, 2 if told_apart else 3):
        if len(component) > 2 or not told_apart.isdisjoint(component.tolist()):
            doubtful += of_bearable_size(component, one, other, bits)
            group[component] = -1 - component  # each for itself, until it is put together again
    for part in parted(doubtful, compare, distinct):
        group[part] = part[0]
    return group[one] == group[other]


def of_bearable_size(
    component: np.ndarray, one: np.ndarray, other: np.ndarray, bits: np.ndarray, weakest: float = 0.0
) -> Iterator[np.ndarray]:
    """Yield a component, one of more than LARGEST rows cut at its weakest links."""
    if len(component) <= LARGEST or weakest >= STRONGEST_CUT:
        yield component
        return
    weakest += CUT_STEP
    kept = np.isin(one, component) & (bits >= weakest)
    one, other, bits = one[kept], other[kept], bits[kept]
    for part in components(*connected(one, other), fewest=2):
        yield from of_bearable_size(part, one, other, bits, weakest)


def parted(doubtful: list[np.ndarray], compare: Bits, distinct: Distinct) -> Iterator[Sequence[int] | np.ndarray]:
    """Yield groups of rows that hold together as a whole."""
    told_apart = {row for pair in distinct for row in pair}
    for component, said in compared([rows for rows in doubtful if len(rows) <= LARGEST], compare):
        if not told_apart.isdisjoint(component.tolist()):
            refuse(component, said, distinct)
        if said.min() >= APART:
            yield component
        else:
            yield from average_linked(component, said)
    for component in doubtful:
        if len(component) > LARGEST:
            yield from without_distinct(component.tolist(), distinct)


def without_distinct(component: list[int], distinct: Distinct) -> Iterator[list[int]]:
    """Yield a large component in parts: each row joins the first that holds none it is distinct from."""
    parts: list[list[int]] = [[]]
    refused: dict[int, set[int]] = {}
    for one, other in distinct:
        refused.setdefault(one, set()).add(other)
        refused.setdefault(other, set()).add(one)
    for row in component:
        enemies = refused.get(row, set())
        home = next((part for part in parts if not enemies or enemies.isdisjoint(part)), None)
        if home is None:
            parts.append(home := [])
        home.append(row)
    yield from parts


def compared(doubtful: list[np.ndarray], compare: Bits) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each component with the bits of all its pairs, in the order of ``np.triu_indices``."""
    for start in range(0, len(doubtful), AT_A_TIME):
        part = doubtful[start : start + AT_A_TIME]
        one, other = (np.concatenate([rows[triangle(len(rows))[side]] for rows in part]) for side in (0, 1))
        said = np.clip(compare(one, other), WORST, BEST)
        ends = np.cumsum([len(rows) * (len(rows) - 1) // 2 for rows in part])
        yield from zip(part, np.split(said, ends[:-1]), strict=True)


@cache
def triangle(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of all pairs of ``count`` rows."""
    one, other = np.triu_indices(count, 1)
    return one, other


def refuse(component: np.ndarray, said: np.ndarray, distinct: Distinct) -> None:
    """Write a person's "no" into the bits of a component's pairs."""
    for place, pair in enumerate(combinations(component.tolist(), 2)):
        if pair in distinct:
            said[place] = NEVER


def average_linked(component: np.ndarray, said: np.ndarray) -> list[list[int]]:
    """Join the two groups with the highest average again and again, until none is above APART."""
    count = len(component)
    bits = np.full((count, count), -np.inf)
    bits[triangle(count)] = said
    bits = np.maximum(bits, bits.T)
    sizes, groups = np.ones(count), [[row] for row in component.tolist()]
    while True:
        keep, gone = divmod(int(bits.argmax()), count)
        if bits[keep, gone] < APART:
            return [group for group in groups if len(group) > 1]
        joint = (bits[keep] * sizes[keep] + bits[gone] * sizes[gone]) / (sizes[keep] + sizes[gone])
        joint[[keep, gone]] = -np.inf
        bits[keep] = bits[:, keep] = joint
        bits[gone] = bits[:, gone] = -np.inf
        sizes[keep] += sizes[gone]
        groups[keep] += groups[gone]
        groups[gone] = []
