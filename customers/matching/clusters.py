"""Pairs put together to facilities, guarded against chains: A like B like C does not make A like C."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np

from .records import Pair

LARGEST = 400  # rows of a cluster that are compared each with each; a larger one is first cut at its weakest links
CUT_STEP = 2.0  # bits
STRONGEST_CUT = 12.0  # a cluster that holds together by such links is left as it is
WORST, BEST = -20.0, 8.0  # what one pair can say within a cluster
APART = -1.0  # average bits between two groups below which they are two facilities
NEVER = -1e12  # what a person's "no" says

AT_A_TIME = 5000  # components

Bits = Callable[[np.ndarray, np.ndarray], np.ndarray]
Distinct = frozenset[tuple[int, int]]  # rows, the earlier one first


def clusters(pairs: Iterable[Pair]) -> list[list]:
    """Return the ids that pairs connect, a list per cluster, in the order of the pairs."""
    numbers: dict = {}
    links = [(numbers.setdefault(pair.first, len(numbers)), numbers.setdefault(pair.second, len(numbers)))
             for pair in pairs]  # fmt: skip
    ids = list(numbers)
    return [[ids[number] for number in group] for group in connected(links)]


def connected(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the groups that ``links`` connect."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while (above := parent.setdefault(row, row)) != row:
            parent[row] = parent[above]
            row = above
        return row

    for one, other in links:
        one, other = root(one), root(other)
        if one != other:
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for row in sorted(parent):
        groups.setdefault(root(row), []).append(row)
    return list(groups.values())


def guarded(one: np.ndarray, other: np.ndarray, bits: np.ndarray, compare: Bits, distinct: Distinct) -> np.ndarray:
    """Return which links hold: those whose ends stay together when their cluster is looked at as a whole.

    ``compare`` gives the bits of any two rows. The two rows of a ``distinct`` pair never stay together.
    """
    group = np.full(max(int(one.max(initial=-1)), int(other.max(initial=-1))) + 1, -1, np.int64)
    components = list(of_bearable_size(one, other, bits))
    for number, members in enumerate(parted(components, compare, distinct)):
        group[members] = number
    return (group[one] == group[other]) & (group[one] >= 0)


def of_bearable_size(
    one: np.ndarray, other: np.ndarray, bits: np.ndarray, weakest: float = 0.0
) -> Iterator[Sequence[int]]:
    """Yield the rows that links connect, those of more than LARGEST cut at their weakest links."""
    large = []
    for component in connected(zip(one.tolist(), other.tolist(), strict=True)):
        if len(component) > LARGEST and weakest < STRONGEST_CUT:
            large += component
        else:
            yield component
    if large:
        weakest += CUT_STEP
        kept = np.isin(one, large) & (bits >= weakest)
        yield from of_bearable_size(one[kept], other[kept], bits[kept], weakest)


def parted(components: list[Sequence[int]], compare: Bits, distinct: Distinct) -> Iterator[Sequence[int]]:
    """Yield groups of rows that hold together as a whole."""
    apart = {row for pair in distinct for row in pair}
    doubtful = []
    for component in components:
        if len(component) > LARGEST and apart.isdisjoint(component):
            yield component
        elif len(component) > 2:
            doubtful.append(component)
        elif tuple(component) not in distinct:
            yield component
    for component, said in compared(doubtful, compare):
        told_apart = apart.intersection(component)
        if told_apart:
            refuse(component, said, distinct)
        if said.min() >= APART:
            yield component
        else:
            yield from average_linked(component, said)


def compared(components: list[Sequence[int]], compare: Bits) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """Yield each component with the bits of all its pairs, in the order of ``np.triu_indices``."""
    for start in range(0, len(components), AT_A_TIME):
        part = components[start : start + AT_A_TIME]
        triangles = [np.triu_indices(len(component), 1) for component in part]
        one, other = (
            np.concatenate([np.asarray(rows)[triangle[side]] for rows, triangle in zip(part, triangles, strict=True)])
            for side in (0, 1)
        )
        said = np.clip(compare(one, other), WORST, BEST)
        ends = np.cumsum([len(triangle[0]) for triangle in triangles])
        yield from zip(part, np.split(said, ends[:-1]), strict=True)


def refuse(component: Sequence[int], said: np.ndarray, distinct: Distinct) -> None:
    """Write a person's "no" into the bits of a component's pairs."""
    for place, pair in enumerate(combinations(component, 2)):
        if pair in distinct:
            said[place] = NEVER


def average_linked(component: Sequence[int], said: np.ndarray) -> list[list[int]]:
    """Join the two groups with the highest average again and again, until none is above APART."""
    count = len(component)
    bits = np.full((count, count), -np.inf)
    bits[np.triu_indices(count, 1)] = said
    bits = np.maximum(bits, bits.T)
    sizes, groups = np.ones(count), [[row] for row in component]
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
