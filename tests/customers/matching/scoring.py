"""How good found pairs are, when it is known which records are one facility."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from customers.matching import Pair, Record, clusters

from .invented import Generator


class Score(NamedTuple):
    """Of all pairs that the found clusters hold: how many are right, and how many of the right ones they are."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def invented(rows: int, seed: int) -> tuple[list[Record], dict]:
    """Return invented records, and which facility each id is."""
    return split(Generator(rows, seed).records())


def facilities_in(path: Path) -> dict:
    """Return which facility each id of a labelled file is."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def split(rows: Iterable[list]) -> tuple[list[Record], dict]:
    """Return records, and which facility each id is."""
    rows = [[str(cell) for cell in row] for row in rows]
    return [Record(row[0], *row[2:]) for row in rows], {row[0]: row[1] for row in rows}


def score(facility_of: dict, pairs: Iterable[Pair]) -> Score:
    """Return the score of the clusters that ``pairs`` make: what a merge of them all would do."""
    true = pairs_in(facility_of.values())
    found = right = 0
    for cluster in clusters(pairs):
        found += len(cluster) * (len(cluster) - 1) // 2
        right += pairs_in(facility_of[record] for record in cluster)
    return Score(right / found if found else 1.0, right / true if true else 1.0)


def pairs_in(facilities: Iterable) -> int:
    """Return how many pairs of records are of one facility."""
    return sum(count * (count - 1) // 2 for count in Counter(facilities).values())
