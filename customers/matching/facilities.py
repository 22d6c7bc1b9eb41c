"""Customers as columns of numbers, made once per record: all that the matcher compares."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np

from .addresses import postal_code_of, state_of, street_of, town_words
from .columns import UNKNOWN, Columns, Texts, hashes, spread
from .contacts import mail_of, number_of, phone_of
from .names import name_words
from .records import Record
from .vocabulary import FEWEST_ROWS, PREFIX_BYTES, Vocabulary

TELLING = 8  # words of a name that are compared: its rarest
MOST_WORDS = 24  # of a name; what comes after is no name
BITS = np.uint64(8)  # of a byte
CHUNK = 1 << 16  # rows at a time
FEW = 2000  # names as lists of words at a time: more of them only keep the garbage collector busy
TOWN_TELLS = 0.5  # what the name of the town tells in a facility's name, as a share of what the word would


class Facilities:
    """One row per record. Texts live on as numbers, words of names in ``vocabulary``.

    ``add`` reads records; ``settle`` then derives what depends on how often words occur.
    """

    def __init__(self):
        self.ids: list[Hashable] = []
        self.absent = 0  # rows that count as nobody: asked about only, or gone
        self.vocabulary = Vocabulary()
        self.houses, self.streets, self.towns = Texts(), Texts(), Texts()
        self.town_words: list[tuple[int, ...]] = [()]
        self.words = Columns(number=np.int32)  # of all names, one after the other
        self.rows = Columns(
            first_word=np.int64, words=np.int32, prefix=np.uint64,
            house=np.int32, street=np.int32, unit=np.int64,
            town=np.int32, place=np.int64, postal_code=np.int64, area=np.int64,
            phone=np.int64, mail=np.int64, domain=np.int64, number=np.int64,
            name=np.int64, digits=np.int64, campus=np.int64, telling=(np.int32, TELLING), of_town=np.uint8,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def present(self) -> int:
        """How many facilities there are to tell apart."""
        return len(self) - self.absent

    @property
    def log_rows(self) -> float:
        """Bits that tell one facility from all others."""
        return float(np.log2(max(self.present, FEWEST_ROWS)))

    def add(self, records: Sequence[Record]) -> None:
        """Read records into new rows."""
        count = len(records)
        if not count:
            return
        self.ids += [record.id for record in records]
        names = [name_words(record.name)[:MOST_WORDS] for record in records]
        lengths = np.fromiter(map(len, names), np.int32, count)
        first = len(self.words) + np.cumsum(lengths, dtype=np.int64) - lengths
        self.words.extend(number=self.vocabulary.numbers(chain.from_iterable(names), int(lengths.sum())))
        self.rows.extend(first_word=first, words=lengths, **self.places(records), **contacts(records))

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
            "town": town,
            "place": np.where(town != UNKNOWN, (spread(town) ^ spread(state)).view(np.int64), UNKNOWN),
            "postal_code": postal_code,
            "area": hashes([code[:3] or state for code, state in zip(codes, states, strict=True)]),
        }

    def note_new_towns(self) -> None:
        """Keep the words of towns that came in, as numbers in the vocabulary of names."""
        for town in self.towns.texts[len(self.town_words) :]:
            self.town_words.append(tuple(self.vocabulary[word] for word in town.split()))

    def count_words(self) -> None:
        """Count in how many names each word occurs, and learn which words are slips."""
        self.vocabulary.catch_up()
        self.vocabulary.count(self.vocabulary.meant(self.words["number"]))
        self.vocabulary.learn_slips()

    def settle(self, first: int = 0) -> None:
        """Derive from the rows from ``first`` on what names tell, by the words counted so far."""
        kinds = self.vocabulary.facts
        for start in range(first, len(self), CHUNK):
            rows = slice(start, min(start + CHUNK, len(self)))
            written = self.words_of(rows)
            self.rows["prefix"][rows] = self.prefixes(written)
            words = each_once(written)
            spread_words = spread(words) * (words != UNKNOWN)
            self.rows["name"][rows] = together(spread_words)
            self.rows["digits"][rows] = together(spread_words * kinds["is_number"][words])
            self.rows["campus"][rows] = together(spread_words * kinds["is_campus"][words])
            self.rows["telling"][rows], self.rows["of_town"][rows] = self.most_telling(words, self.rows["town"][rows])

    def words_of(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return the words that names mean, a row per name, UNKNOWN in place of fillers and behind the last."""
        words = self.vocabulary.meant(self.written_words(rows, TELLING))
        is_filler = self.vocabulary.facts["is_filler"][words]
        has_others = ((words != UNKNOWN) & ~is_filler).any(1, keepdims=True)
        return np.where(is_filler & has_others, UNKNOWN, words)

    def written_words(self, rows: slice | np.ndarray, fewest: int) -> np.ndarray:
        """Return the words of names as they were written, in at least so many columns, UNKNOWN behind the last."""
        first, lengths = self.rows["first_word"][rows], self.rows["words"][rows]
        places = np.arange(max(int(lengths.max(initial=0)), fewest))
        is_word = places < lengths[:, None]
        words = np.full(is_word.shape, UNKNOWN, np.int32)
        words[is_word] = self.words["number"][(first[:, None] + places)[is_word]]
        return words

    def prefixes(self, words: np.ndarray) -> np.ndarray:
        """Return the first bytes of names as numbers that sort as the names do; 0 for a name without words."""
        letters, lengths = self.vocabulary.facts["letters"], self.vocabulary.facts["bytes"]
        found, filled = letters[words[:, 0]], lengths[words[:, 0]]
        for place in range(1, PREFIX_BYTES):
            word = words[:, place]
            has_room = filled < PREFIX_BYTES
            found = np.where(has_room, found | letters[word] >> filled * BITS % 64, found)
            filled = filled + lengths[word]
        return found

    def most_telling(self, words: np.ndarray, town: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rarest words of each name, rarest first, and as bits of a number which of them name its town."""
        tells = self.vocabulary.bits(words, self.present)
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
        """Return the words that the names of neighbouring rows mean, one after the other."""
        first, lengths = self.rows["first_word"][rows], self.rows["words"][rows]
        numbers = self.words["number"][first[0] : first[-1] + lengths[-1]] if len(first) else self.words["number"][:0]
        return self.vocabulary.meant(numbers)

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
        """Return the words that names mean, as they were put, without fillers."""
        words = self.words_of(rows)
        is_word = words != UNKNOWN
        return parted(self.vocabulary.texts, words[is_word], is_word.sum(1))

    def texts_of_names(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return names as texts: their words sorted, and their words as they were put without blanks."""
        in_order, as_put = np.empty(len(rows), object), np.empty(len(rows), object)
        for start in range(0, len(rows), FEW):
            part = slice(start, start + FEW)
            names = self.names_of(rows[part])
            in_order[part] = [" ".join(sorted(words)) for words in names]
            as_put[part] = ["".join(words) for words in names]
        return in_order, as_put


def parted(texts: list[str], numbers: np.ndarray, lengths: np.ndarray) -> list[list[str]]:
    """Return the texts of ``numbers`` in lists of ``lengths``."""
    flat = [texts[number] for number in numbers.tolist()]
    ends = np.cumsum(lengths)
    return [flat[begin:end] for begin, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]


def each_once(words: np.ndarray) -> np.ndarray:
    """Return the words of each row sorted, UNKNOWN in place of repeated ones."""
    ordered = np.sort(words, axis=1)
    ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = UNKNOWN
    return ordered


def together(spread_words: np.ndarray) -> np.ndarray:
    """Return a number for the words of each row, whatever their order; UNKNOWN where there are none."""
    return spread_words.sum(1, dtype=np.uint64).view(np.int64)


def contacts(records: Sequence[Record]) -> dict[str, np.ndarray]:
    """Return the columns that say how records are reached and known."""
    addresses, domains = zip(*[mail_of(record.email) for record in records], strict=True)
    return {
        "phone": np.fromiter((phone_of(record.phone) for record in records), np.int64, len(records)),
        "mail": hashes(addresses),
        "domain": hashes(domains),
        "number": hashes([number_of(record.customer_number) for record in records]),
    }
