"""Columns of numbers that grow, and texts that stand for a number in them."""

from collections.abc import Iterable, Sequence

import numpy as np

UNKNOWN = 0  # in every column: nothing is written there
FIRST_ROOM = 1024
ODD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio in 64 bits: spreads neighbouring numbers
HALF = np.uint64(32)


class Columns:
    """Columns of equal length. Room is doubled when it runs out, so a row costs the same at any length."""

    def __init__(self, **kinds):
        self.length = 0
        self.columns = {name: np.empty(self.shape(FIRST_ROOM, kind), self.dtype(kind)) for name, kind in kinds.items()}

    @staticmethod
    def shape(length: int, kind) -> tuple[int, ...]:
        return (length, kind[1]) if isinstance(kind, tuple) else (length,)

    @staticmethod
    def dtype(kind) -> np.dtype:
        return np.dtype(kind[0] if isinstance(kind, tuple) else kind)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, name: str) -> np.ndarray:
        """Return the filled part of a column; writing into it changes the column."""
        return self.columns[name][: self.length]

    def extend(self, **values: np.ndarray) -> None:
        """Append rows. A column that is not named gets zeros."""
        more = len(next(iter(values.values())))
        for name, column in self.columns.items():
            if self.length + more > len(column):
                room = max(2 * len(column), self.length + more)
                grown = np.empty((room, *column.shape[1:]), column.dtype)
                grown[: self.length] = column[: self.length]
                self.columns[name] = column = grown
            column[self.length : self.length + more] = values.get(name, 0)
        self.length += more

    def keep(self, rows: np.ndarray) -> None:
        """Drop all rows but ``rows``."""
        for name, column in self.columns.items():
            self.columns[name] = column[rows]
        self.length = len(rows)

    def truncate(self, length: int) -> None:
        """Drop the rows from ``length`` on."""
        self.length = length


class Texts(dict):
    """Numbers for texts, counted from 1 as they come; "" is UNKNOWN. ``texts[number]`` is the text."""

    def __init__(self):
        super().__init__({"": UNKNOWN})
        self.texts = [""]

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self.texts)
        self.texts.append(text)
        return number

    def numbers(self, texts: Iterable[str], count: int) -> np.ndarray:
        """Return the numbers of ``count`` texts."""
        return np.fromiter(map(self.__getitem__, texts), np.int32, count)


def hashes(texts: Sequence[str]) -> np.ndarray:
    """Return a number for each text, equal for equal texts in this process; "" is UNKNOWN."""
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def spread(values: np.ndarray) -> np.ndarray:
    """Return well mixed 64-bit numbers for ``values``, different for different ones."""
    mixed = values.astype(np.uint64) * ODD
    mixed ^= mixed >> HALF
    return mixed * ODD


def combined(*columns: np.ndarray) -> np.ndarray:
    """Return a number for what the columns hold together, UNKNOWN where one of them holds nothing."""
    mixed = spread(columns[0])
    known = columns[0] != UNKNOWN
    for column in columns[1:]:
        mixed = spread(mixed ^ spread(column) + ODD)
        known &= column != UNKNOWN
    return np.where(known, mixed.view(np.int64), UNKNOWN)


def ranges(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each place every number from its ``low`` up to its ``high``."""
    lengths = np.maximum(high - low, 0)
    places = np.repeat(np.arange(len(low)), lengths)
    return places, np.repeat(low, lengths) + np.arange(len(places)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def distinct(values: np.ndarray) -> np.ndarray:
    """Return the different values, sorted."""
    values = np.sort(values)
    return values[np.r_[True, values[1:] != values[:-1]]] if len(values) else values
