"""Rows by value: sorted once for most of them, with a small table of those that came since."""

from collections import Counter

import numpy as np

from .columns import UNKNOWN, ranges

Found = tuple[np.ndarray, np.ndarray]  # places in what was asked, and a row that has the value asked there


class Lookup:
    """Finds the rows of a value. ``alphabet`` gives the order of rows within a value."""

    def __init__(self, values: np.ndarray, alphabet: np.ndarray):
        rows = alphabet[values[alphabet] != UNKNOWN]
        self.rows = rows[np.argsort(values[rows], kind="stable")].astype(np.int32)
        self.values = values[self.rows]
        self.added: dict[int, list[int]] = {}
        self.removed: Counter[int] = Counter()

    def add(self, values: np.ndarray, first_row: int) -> None:
        """Note the values of the rows from ``first_row`` on."""
        for row, value in enumerate(values.tolist(), first_row):
            if value != UNKNOWN:
                self.added.setdefault(value, []).append(row)

    def remove(self, values: np.ndarray) -> None:
        """Note that rows with ``values`` are gone: only their count is kept."""
        self.removed.update(value for value in values.tolist() if value != UNKNOWN)

    def count(self, values: np.ndarray) -> np.ndarray:
        """Return how many rows have each of ``values``."""
        low, high = self.span(values)
        since = [len(self.added.get(value, ())) - self.removed[value] for value in values.tolist()]
        return high - low + np.array(since, np.int64)

    def span(self, values: np.ndarray) -> Found:
        """Return from where to where each of ``values`` stands among the sorted ones."""
        low = np.searchsorted(self.values, values, "left")
        return low, np.where(values == UNKNOWN, low, np.searchsorted(self.values, values, "right"))

    def find(self, values: np.ndarray, most: int) -> Found:
        """Return the rows of each value, at most ``most`` of the sorted and as many of the later ones."""
        low, high = self.span(values)
        return joined(ranges(low, np.minimum(high, low + most)), self.later(values, most), self.rows)

    def near(self, values: np.ndarray, prefix: np.ndarray, prefixes: np.ndarray, limits: tuple[int, int]) -> Found:
        """Return the rows of each value; of a large block only the neighbours of ``prefix`` in the alphabet."""
        largest, neighbours = limits
        low, high = self.span(values)
        for place in np.flatnonzero(high - low > largest).tolist():
            block = prefixes[self.rows[low[place] : high[place]]]
            middle = low[place] + int(np.searchsorted(block, prefix[place]))
            low[place], high[place] = max(low[place], middle - neighbours), min(high[place], middle + neighbours)
        return joined(ranges(low, high), self.later(values, largest), self.rows)

    def later(self, values: np.ndarray, most: int) -> Found:
        """Return the rows of each value that came since, the last ``most``."""
        if not self.added:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        asked = enumerate(values.tolist())
        found = [(place, row) for place, value in asked for row in self.added.get(value, ())[-most:]]
        return np.array([place for place, _ in found], np.int64), np.array([row for _, row in found], np.int32)


def joined(sorted_ones: Found, later: Found, rows: np.ndarray) -> Found:
    """Return what stands at sorted places, and what came later."""
    return np.concatenate([sorted_ones[0], later[0]]), np.concatenate([rows[sorted_ones[1]], later[1]])
