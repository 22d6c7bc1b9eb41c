"""A list that is asked again and again while rows of it change: what does this record look like?"""

from collections.abc import Hashable, Iterable, Sequence
from threading import RLock

import numpy as np

from .blocking import limits
from .columns import UNKNOWN, Columns, distinct
from .evidence import Scorer
from .frequencies import SHARED, address_of, distinct_per_place, sharers
from .keys import keys
from .lookup import Lookup
from .reasons import described
from .records import Pair, Record
from .search import linked, read

MOST_COUNTED = 2000  # rows of one value among which sharers are counted
ONLY_COUNTED = ("postal_code", "place")  # too many share them to look at each
REBUILT_AFTER = 1000, 0.25  # changed rows, and as a share of all: from then on sorting anew pays


class Known:
    """Records by id. ``put`` and ``remove`` change them, ``like`` compares others with them; threads may share it."""

    def __init__(self, records: Iterable[Record] = ()):
        self.lock = RLock()
        self.facilities = read(records)
        latest = {key: row for row, key in enumerate(self.facilities.ids)}
        self.build(np.fromiter(latest.values(), np.int64, len(latest)))

    def __len__(self) -> int:
        return len(self.row_of)

    def build(self, rows: np.ndarray) -> None:
        """Keep ``rows`` only, and sort them by all keys."""
        self.facilities.keep(rows)
        self.facilities.absent = 0
        self.row_of: dict[Hashable, int] = {key: row for row, key in enumerate(self.facilities.ids)}
        alphabet = np.argsort(self.facilities.rows["prefix"], kind="stable")
        self.lookups = {key: Lookup(column, alphabet) for key, column in self.columns(slice(None))}
        self.counts = Columns(is_there=bool, **dict.fromkeys(SHARED, np.int32))
        self.counts.extend(is_there=np.ones(len(rows), bool), **sharers(self.facilities))
        self.changed = 0

    def columns(self, rows: slice) -> Iterable[tuple[str, np.ndarray]]:
        """Yield the columns by which rows are looked up: keys, and what is only counted."""
        yield from keys(self.facilities, rows)
        for kind in ("domain", *ONLY_COUNTED):
            yield kind, self.facilities.rows[kind][rows]
        yield "address", address_of(self.facilities, rows)

    def put(self, records: Sequence[Record]) -> None:
        """Add records; one with a known id takes the place of what was known of it."""
        with self.lock:
            records = list({record.id: record for record in records}.values())
            self.remove([record.id for record in records])
            rows = self.read(records)
            self.facilities.vocabulary.count(self.facilities.own_words(rows))
            self.row_of.update((record.id, row) for row, record in enumerate(records, rows.start))
            self.facilities.absent -= len(records)
            for key, column in self.columns(rows):
                self.lookups[key].add(column, rows.start)
            self.counts.extend(is_there=np.ones(len(records), bool))
            for kind, counted in self.fresh_sharers(rows).items():
                self.counts[kind][rows] = counted
            self.note_changes(len(records))

    def remove(self, ids: Iterable[Hashable]) -> None:
        """Forget records; ids that are not known are passed over."""
        with self.lock:
            gone = [self.row_of.pop(key) for key in ids if key in self.row_of]
            for row in gone:
                self.counts["is_there"][row] = False
                self.facilities.vocabulary.count(self.facilities.own_words(slice(row, row + 1)), -1)
            self.facilities.absent += len(gone)
            for kind in ONLY_COUNTED:
                self.lookups[kind].remove(self.facilities.rows[kind][gone])
            self.note_changes(len(gone))

    def note_changes(self, count: int) -> None:
        """Build anew where so many rows changed that looking them up one by one costs more."""
        self.changed += count
        fewest, share = REBUILT_AFTER
        if self.changed > max(fewest, share * len(self)):
            self.facilities.vocabulary.learn_slips()
            self.facilities.settle()
            self.build(np.flatnonzero(self.counts["is_there"]))

    def like(self, records: Sequence[Record], limit: int = 5) -> list[list[Pair]]:
        """Return for each record the known ones that it may be, the strongest first, never the one with its own id."""
        with self.lock:
            first = len(self.facilities)
            rows = self.read(records)
            try:
                return self.compared(records, rows, limit)
            finally:
                self.facilities.drop_from(first)
                self.facilities.absent -= len(records)
                self.counts.truncate(first)

    def read(self, records: Sequence[Record]) -> slice:
        """Append records to the columns, as nobody yet; return their rows."""
        facilities = self.facilities
        facilities.absent += len(records)
        first, first_word = len(facilities), len(facilities.vocabulary.facts)
        facilities.add(records)
        facilities.vocabulary.catch_up()
        facilities.vocabulary.learn_slips_in_new(first_word)
        facilities.settle(first)
        return slice(first, len(facilities))

    def compared(self, records: Sequence[Record], rows: slice, limit: int) -> list[list[Pair]]:
        """Return the pairs of the rows just read."""
        asked, known = self.candidates(records, rows)
        self.counts.extend(**self.fresh_sharers(rows))
        scorer = Scorer(self.facilities, self.counts)
        one, other, bits = linked(scorer, rows.start + asked, known)
        chosen = strongest(one, bits, limit)
        found: list[list[Pair]] = [[] for _ in records]
        pairs = described(scorer, one[chosen], other[chosen])
        for row, pair in zip(one[chosen].tolist(), pairs, strict=True):
            found[row - rows.start].append(pair)
        return found

    def candidates(self, records: Sequence[Record], rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Return places in ``records`` and the rows that each is worth comparing with."""
        prefixes = self.facilities.rows["prefix"]
        found = [
            self.lookups[key].near(column, prefixes[rows], prefixes, limits(key))
            for key, column in keys(self.facilities, rows)
        ]
        asked, known = (np.concatenate(side).astype(np.int64) for side in zip(*found, strict=True))
        own = np.array([self.row_of.get(record.id, -1) for record in records], np.int64)
        worth = self.counts["is_there"][known] & (known != own[asked])
        pairs = distinct(asked[worth] * len(self.facilities) + known[worth])
        return pairs // len(self.facilities), pairs % len(self.facilities)

    def fresh_sharers(self, rows: slice | list[int]) -> dict[str, np.ndarray]:
        """Return how many known facilities share the values of ``rows`` as of now, and note it for them."""
        columns = self.facilities.rows
        values = {kind: columns[kind][rows] for kind in SHARED if kind != "address"}
        values["address"] = address_of(self.facilities, rows)
        found = {}
        for kind, column in values.items():
            counted = self.lookups[kind].count(column) if kind in ONLY_COUNTED else self.told_apart(kind, column)
            found[kind] = np.where(column == UNKNOWN, 1, np.maximum(counted, 1)).astype(np.int32)
        return found

    def told_apart(self, kind: str, values: np.ndarray) -> np.ndarray:
        """Return how many facilities share each of ``values``, and note it for them."""
        head, area = self.facilities.rows["telling"][:, 0], self.facilities.rows["area"]
        places, rows = self.lookups[kind].find(values, MOST_COUNTED)
        there = self.counts["is_there"][rows]
        places, rows = places[there], rows[there]
        counted = distinct_per_place(places, (area if kind == "name" else head)[rows], len(values))
        if kind == "domain":
            counted = counted + distinct_per_place(places, area[rows], len(values)) - 1
        self.counts[kind][rows] = counted[places]
        return counted


def strongest(asked: np.ndarray, bits: np.ndarray, limit: int) -> np.ndarray:
    """Return where the ``limit`` strongest pairs of each asked row stand, the strongest first."""
    order = np.lexsort((-bits, asked))
    asked = asked[order]
    rank = np.arange(len(asked)) - np.searchsorted(asked, asked)
    return order[rank < limit]
