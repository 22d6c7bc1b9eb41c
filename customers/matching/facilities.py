"""Customers as columns of numbers, made once per record: all that the matcher compares."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np

from .addresses import BOX_PREFIX, postal_code_of, state_of, street_of, town_words
from .columns import UNKNOWN, Columns, Texts, hashes, ranges, spread
from .contacts import mail_of, number_of, phone_of
from .names import name_of
from .records import Record
from .vocabulary import Vocabulary

TELLING = 8  # words of a name that are compared: its rarest
MOST_WORDS = 24  # of a name; what comes after is no name
PREFIX_BYTES = 8
CHUNK = 1 << 16  # rows at a time
TOWN_TELLS = 0.5  # what the name of the town tells in a facility's name, as a share of what the word would
FEWEST_ROWS = 1000  # in a shorter list a word that occurs once is not yet rare


class Facilities:
    """One row per record. Texts live on as numbers, words of names in ``vocabulary``.

    ``add`` reads records; ``settle`` then derives what depends on how often words occur.
    """

    def __init__(self):
        self.ids: list[Hashable] = []
        self.vocabulary = Vocabulary()
        self.houses, self.streets, self.towns, self.left_out = Texts(), Texts(), Texts(), Texts()
        self.town_words: list[tuple[int, ...]] = [()]
        self.words = Columns(number=np.int32)  # of all names, one after the other
        self.rows = Columns(
            first_word=np.int64, words=np.int32, prefix=np.uint64, spelling=np.int64, left_out=np.int32,
            house=np.int32, street=np.int32, unit=np.int64, is_box=bool,
            town=np.int32, place=np.int64, postal_code=np.int64, area=np.int64,
            phone=np.int64, mail=np.int64, domain=np.int64, number=np.int64,
            name=np.int64, digits=np.int64, campus=np.int64, telling=(np.int32, TELLING), of_town=np.uint8,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def log_rows(self) -> float:
        """Bits that tell one facility from all others."""
        return float(np.log2(max(len(self), FEWEST_ROWS)))

    def add(self, records: Sequence[Record]) -> None:
        """Read records into new rows."""
        count = len(records)
        if not count:
            return
        self.ids += [record.id for record in records]
        read = [name_of(record.name) for record in records]
        names = [name.words[:MOST_WORDS] for name in read]
        lengths = np.fromiter(map(len, names), np.int32, count)
        first = len(self.words) + np.cumsum(lengths, dtype=np.int64) - lengths
        self.words.extend(number=self.vocabulary.numbers(chain.from_iterable(names), int(lengths.sum())))
        self.rows.extend(
            first_word=first, words=lengths, prefix=prefixes(names),
            spelling=hashes([record.name for record in records]),
            left_out=self.left_out.numbers((name.left_out for name in read), count),
            **self.places(records), **contacts(records),
        )  # fmt: skip

    def places(self, records: Sequence[Record]) -> dict[str, np.ndarray]:
        """Return the columns that say where records are."""
        count = len(records)
        houses, streets, units = zip(*[street_of(record.address) for record in records], strict=True)
        towns = [" ".join(town_words(record.city)) for record in records]
        states = [state_of(record.state) for record in records]
        codes = [postal_code_of(record.postal_code) for record in records]
        town = self.towns.numbers(towns, count)
        self.note_new_towns()
        state, postal_code = hashes(states), hashes(codes)
        return {
            "house": self.houses.numbers(houses, count),
            "street": self.streets.numbers(streets, count),
            "unit": hashes(units),
            "is_box": np.fromiter((house.startswith(BOX_PREFIX) for house in houses), bool, count),
            "town": town,
            "place": np.where(town != UNKNOWN, (spread(town) ^ spread(state)).view(np.int64), UNKNOWN),
            "postal_code": postal_code,
            "area": hashes([code[:3] or state for code, state in zip(codes, states, strict=True)]),
        }

    def note_new_towns(self) -> None:
        """Keep the words of towns that came in, as numbers in the vocabulary of names."""
        for town in self.towns.texts[len(self.town_words) :]:
            self.town_words.append(tuple(self.vocabulary[word] for word in town.split()))

    def settle(self, first: int = 0) -> None:
        """Derive from the rows from ``first`` on what names tell, by the words counted so far."""
        for start in range(first, len(self), CHUNK):
            rows = slice(start, min(start + CHUNK, len(self)))
            words = self.words_of(rows)
            kinds = self.vocabulary.facts
            spread_words = spread(words) * (words != UNKNOWN)
            self.rows["name"][rows] = together(spread_words)
            self.rows["digits"][rows] = together(spread_words * kinds["is_number"][words])
            self.rows["campus"][rows] = together(spread_words * kinds["is_campus"][words])
            self.rows["telling"][rows], self.rows["of_town"][rows] = self.most_telling(words, self.rows["town"][rows])

    def count_words(self) -> None:
        """Count in how many names each word occurs."""
        self.vocabulary.catch_up()
        self.vocabulary.count(self.words["number"])

    def words_of(self, rows: slice) -> np.ndarray:
        """Return the repaired words of names, a row per name, each word once, UNKNOWN behind the last."""
        first, lengths = self.rows["first_word"][rows], self.rows["words"][rows]
        widest = max(int(lengths.max(initial=0)), TELLING)
        at = first[:, None] + np.arange(widest)
        is_word = np.arange(widest) < lengths[:, None]
        numbers = np.full(at.shape, UNKNOWN, np.int32)
        numbers[is_word] = self.vocabulary.repaired(self.words["number"][at[is_word]])
        ordered = np.sort(numbers, axis=1)
        ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = UNKNOWN
        return ordered

    def most_telling(self, words: np.ndarray, town: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rarest words of each name, rarest first, and as bits of a number which of them name its town."""
        tells = self.vocabulary.bits(words, self.log_rows)
        is_town = np.zeros(words.shape, bool)
        of_town = self.town_table()[town]
        for place in range(of_town.shape[1]):
            is_town |= (words == of_town[:, place : place + 1]) & (words != UNKNOWN)
        weight = np.where(words != UNKNOWN, tells * np.where(is_town, TOWN_TELLS, 1), -1)
        order = np.argsort(-weight, axis=1, kind="stable")[:, :TELLING]
        has_others = (words != UNKNOWN).sum(1, keepdims=True) > 1
        bits = ((np.take_along_axis(is_town, order, 1) & has_others) << np.arange(TELLING)).sum(1)
        return np.take_along_axis(words, order, 1), bits

    def town_table(self) -> np.ndarray:
        """Return the words of each town, a row per town."""
        widest = max(map(len, self.town_words))
        return np.array([words + (UNKNOWN,) * (widest - len(words)) for words in self.town_words], np.int32)

    def own_words(self, rows: slice) -> np.ndarray:
        """Return the repaired words of neighbouring rows, one after the other."""
        first, lengths = self.rows["first_word"][rows], self.rows["words"][rows]
        numbers = self.words["number"][first[0] : first[-1] + lengths[-1]] if len(first) else self.words["number"][:0]
        return self.vocabulary.repaired(numbers)

    def keep(self, rows: np.ndarray) -> None:
        """Drop all rows but ``rows``."""
        if len(rows) == len(self):
            return
        self.ids = [self.ids[row] for row in rows.tolist()]
        self.rows.keep(rows)

    def drop_from(self, first: int) -> None:
        """Drop the rows from ``first`` on."""
        if first < len(self):
            self.words.truncate(int(self.rows["first_word"][first]))
            self.rows.truncate(first)
            del self.ids[first:]

    def names_of(self, rows: np.ndarray) -> list[list[str]]:
        """Return the repaired words of names, as they were put."""
        first, lengths = self.rows["first_word"][rows], self.rows["words"][rows].astype(np.int64)
        _, at = ranges(first, first + lengths)
        texts = self.vocabulary.texts
        words = [texts[number] for number in self.vocabulary.repaired(self.words["number"][at]).tolist()]
        ends = np.cumsum(lengths)
        return [words[start:end] for start, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]


def together(spread_words: np.ndarray) -> np.ndarray:
    """Return a number for the words of each row, whatever their order; UNKNOWN where there are none."""
    return spread_words.sum(1, dtype=np.uint64).view(np.int64)


def prefixes(names: list[list[str]]) -> np.ndarray:
    """Return the first bytes of names as numbers that sort as the names do; 0 for a name without words."""
    texts = ["".join(name[:PREFIX_BYTES]).encode()[:PREFIX_BYTES] for name in names]
    return np.array(texts, f"S{PREFIX_BYTES}").view(">u8").astype(np.uint64)


def contacts(records: Sequence[Record]) -> dict[str, np.ndarray]:
    """Return the columns that say how records are reached and known."""
    addresses, domains = zip(*[mail_of(record.email) for record in records], strict=True)
    return {
        "phone": np.fromiter((phone_of(record.phone) for record in records), np.int64, len(records)),
        "mail": hashes(addresses),
        "domain": hashes(domains),
        "number": hashes([number_of(record.customer_number) for record in records]),
    }
