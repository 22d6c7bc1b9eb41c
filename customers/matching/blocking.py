"""Pairs worth comparing: records that share a key, all of a small block, neighbours in the alphabet of a large one."""

import numpy as np

from .columns import UNKNOWN, distinct
from .facilities import Facilities
from .keys import TIGHT, keys
from .records import Tell, silent

LARGEST, NEIGHBOURS = 40, 5  # rows of a block that are all compared, else how many after each
LARGEST_TIGHT, NEIGHBOURS_TIGHT = 12, 2


def candidates(facilities: Facilities, tell: Tell = silent) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of all pairs worth comparing, the earlier row first."""
    total = len(facilities)
    alphabet = np.argsort(facilities.rows["prefix"], kind="stable")
    found = []
    for number, (key, column) in enumerate(keys(facilities)):
        tell("Looking up keys", number, None)
        found.append(pairs_of(column, alphabet, *limits(key)))
    pairs = distinct(np.concatenate(found))
    return pairs // total, pairs % total


def limits(key: str) -> tuple[int, int]:
    """Return the largest block of ``key`` that is compared whole, and the neighbours compared in a larger one."""
    return (LARGEST_TIGHT, NEIGHBOURS_TIGHT) if key in TIGHT else (LARGEST, NEIGHBOURS)


def pairs_of(key: np.ndarray, alphabet: np.ndarray, largest: int, neighbours: int) -> np.ndarray:
    """Return pairs of rows of one key, each as one number: the earlier row times all rows, plus the later one."""
    total = len(key)
    rows = alphabet[key[alphabet] != UNKNOWN]
    rows = rows[np.argsort(key[rows], kind="stable")]
    if len(rows) < 2:
        return np.empty(0, np.int64)
    values = key[rows]
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    sizes = np.diff(np.r_[starts, len(rows)])
    behind = np.repeat(starts + sizes, sizes) - np.arange(len(rows)) - 1  # rows of the block after each
    reach = np.minimum(behind, np.repeat(np.where(sizes <= largest, sizes, neighbours), sizes))
    found, distance = [], 1
    places = np.flatnonzero(reach >= 1)
    while len(places):
        one, other = rows[places], rows[places + distance]
        found.append(np.minimum(one, other) * total + np.maximum(one, other))
        distance += 1
        places = places[reach[places] >= distance]
    return np.concatenate(found) if found else np.empty(0, np.int64)
