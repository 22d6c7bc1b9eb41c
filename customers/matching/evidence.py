"""Evidence that two rows are one facility, in bits: each bit doubles the odds (Fellegi and Sunter 1969).

Agreement on a value that c of N facilities share is worth log2(N / c) bits: the counts come from the
data, so a rare name tells much and a chain's tells little. What disagreement costs is fixed here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from .addresses import BOX_PREFIX
from .columns import UNKNOWN, Columns, Texts, distinct
from .facilities import TELLING, TOWN_TELLS, Facilities

# Chosen by measuring: on invented lists (tests/customers/matching/invented.py) and on public ones of schools and
# hospitals, F1 falls by a thousandth or two when one of these moves by a fifth. benchmarks/matching.py measures again.
PRIOR = 3.0  # bits: how far a facility of these lists is from having no duplicate
STEP = 200_000  # pairs at a time

WORD_SHARED = 0.7  # of a shared word's bits: words come in the company of others
WORD_MISSING = 0.2  # of the bits that one side holds and the other lacks
WORD_ADDED = 0.22  # of those that the longer name holds more
MOST_MISSING, MOST_ADDED = 14, 20  # bits
ALIKE, THE_SAME = 0.6, 0.95  # letters in common: nothing, and all, of the name's bits
HARDLY_DIFFERENT = 0.9
WORST_NAME = -8.0
OTHER_DIGITS = -8.0  # "Store 12" and "Store 15"
OTHER_CAMPUS = -10.0  # "North" and "South"
RENAMED = -3.0  # the worst that a name can be where phone and address agree

SAME_STREET = 0.7
UNSURE_STREET = 2.0  # bits fewer where streets are only similar
OTHER_UNIT = 0.2  # of the bits of an address where the units differ
SAME_TOWN_ONLY = 0.3  # of the bits of the town without the same house
OTHER_TOWN = -5.0
OTHER_HOUSE, NEAR_HOUSE = -8.0, -2.0

LINES = 10_000  # of one exchange: the last four digits of a phone number
SAME_EXCHANGE = 3.0
OTHER_PHONE, OTHER_PHONE_SAME_PLACE = -1.5, -2.5
PHONE_ELSEWHERE = 0.7  # of the bits of a phone at another house: a switchboard
DOMAIN = 0.1  # of the bits of an e-mail's domain
OTHER_DOMAIN = -3.0
OTHER_NUMBER = -6.0  # a customer number in conflict, which is no veto
SECOND_BEST = 0.55  # of what place, phone, mail and number say after the strongest of them

# For each set of places of town words, as bits of a number: the share that the word at each place tells.
TOWN_SHARES = np.where(np.arange(1 << TELLING) >> np.arange(TELLING)[:, None] & 1, TOWN_TELLS, 1).astype(np.float32)


class Compared(NamedTuple):
    """Whether both rows hold the same, and whether they hold something different."""

    equal: np.ndarray
    differ: np.ndarray


class Scorer:
    """Compares rows of ``facilities`` whose values are shared as ``sharers`` says."""

    def __init__(self, facilities: Facilities, sharers: Mapping[str, np.ndarray] | Columns):
        self.facilities, self.sharers = facilities, sharers
        self.most = facilities.log_rows

    @cached_property
    def word_bits(self) -> np.ndarray:
        """For each word: how much it tells that a name holds it."""
        vocabulary = self.facilities.vocabulary
        return vocabulary.bits(np.arange(len(vocabulary.facts)), self.facilities.present)

    @cached_property
    def is_box(self) -> np.ndarray:
        """For each text of a house number: is it a post-office box?"""
        return np.array([house.startswith(BOX_PREFIX) for house in self.facilities.houses.texts])

    def comparisons(self, one: np.ndarray, other: np.ndarray) -> Iterator["Comparison"]:
        """Yield comparisons of pairs of rows, so many at a time that memory stays small."""
        for start in range(0, len(one), STEP):
            yield Comparison(self, one[start : start + STEP], other[start : start + STEP])


class Comparison:
    """Pairs of rows beside each other. What takes long is computed once, when it is asked for."""

    def __init__(self, scorer: Scorer, one: np.ndarray, other: np.ndarray):
        self.scorer, self.facilities, self.rows = scorer, scorer.facilities, scorer.facilities.rows
        self.sharers, self.most = scorer.sharers, scorer.most
        self.one, self.other = one, other
        self.compared: dict[str, Compared] = {}

    def only(self, chosen: np.ndarray) -> "Comparison":
        """Return the comparison of some of the pairs, with what is known of them."""
        part = Comparison(self.scorer, self.one[chosen], self.other[chosen])
        for name, known in vars(self).items():
            if isinstance(getattr(type(self), name, None), cached_property):
                cut = tuple(column[chosen] for column in known) if isinstance(known, tuple) else known[chosen]
                part.__dict__[name] = cut
        return part

    def both(self, column: str, question: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        """Return what ``question`` says about the values of both rows in a column."""
        return question(self.rows[column][self.one], self.rows[column][self.other])

    def compare(self, column: str) -> Compared:
        """Return where a column agrees and where it disagrees; an unknown value does neither."""
        if column not in self.compared:
            one, other = self.rows[column][self.one], self.rows[column][self.other]
            both, same = (one != UNKNOWN) & (other != UNKNOWN), one == other
            self.compared[column] = Compared(both & same, both & ~same)
        return self.compared[column]

    def texts_of(self, column: str, texts: Texts, asked: np.ndarray) -> tuple[list[str], list[str]]:
        """Return the texts of both rows in a column, for some of the pairs."""
        numbers = self.rows[column][self.one[asked]].tolist(), self.rows[column][self.other[asked]].tolist()
        return [texts.texts[number] for number in numbers[0]], [texts.texts[number] for number in numbers[1]]

    def bits(self, kind: str) -> np.ndarray:
        """Return what agreement on a value is worth."""
        shared = self.sharers[kind]
        return self.most - np.log2(np.maximum(shared[self.one], shared[self.other]))

    @cached_property
    def total(self) -> np.ndarray:
        """Bits for and against one facility, all together."""
        renamed = self.compare("phone").equal & self.same_house & ~self.compare("unit").differ
        name = np.where(renamed, np.maximum(self.name, RENAMED), self.name)
        name = np.minimum(name + self.domain, np.maximum(name, self.most))
        return PRIOR - self.most + name + self.around

    @cached_property
    def around(self) -> np.ndarray:
        """Bits of all but the name: the strongest counts whole, the others come in its company."""
        parts = np.stack([self.place, self.phone, self.mail, self.number])
        for_it, against = np.maximum(parts, 0), np.minimum(parts, 0)
        strongest = for_it.max(0)
        return strongest + SECOND_BEST * (for_it.sum(0) - strongest) + against.sum(0)

    @cached_property
    def most_possible(self) -> np.ndarray:
        """What ``total`` can be at most, without looking at the letters of names."""
        shared, least, _ = self.shared_words
        name = np.minimum(WORD_SHARED * np.maximum(least, shared), self.most)
        name = np.where(self.compare("name").equal, self.bits("name"), name)
        return PRIOR - self.most + name + np.maximum(self.domain, 0) + self.around

    @cached_property
    def mail(self) -> np.ndarray:
        """Bits of the e-mail address."""
        return np.where(self.compare("mail").equal, self.bits("mail"), 0)

    @cached_property
    def domain(self) -> np.ndarray:
        """Bits of the domain of e-mail addresses."""
        domain = self.compare("domain")
        return np.where(domain.equal, DOMAIN * self.bits("domain"), np.where(domain.differ, OTHER_DOMAIN, 0))

    @cached_property
    def number(self) -> np.ndarray:
        """Bits of the customer number."""
        number = self.compare("number")
        return np.where(number.equal, self.bits("number"), np.where(number.differ, OTHER_NUMBER, 0))

    @cached_property
    def name(self) -> np.ndarray:
        """Bits of names: what both share less what only one of them holds."""
        own_least, own_most = self.own_bits
        said = np.minimum(WORD_SHARED * (self.shared_words[1] - own_least), self.most)
        said -= WORD_MISSING * np.minimum(own_least, MOST_MISSING)
        said -= WORD_ADDED * np.minimum(own_most, MOST_ADDED) * (self.alike < HARDLY_DIFFERENT)
        said = np.where(self.compare("name").equal, self.bits("name"), said)
        said = np.where(self.shared_words[1] == 0, 0, np.clip(said, WORST_NAME, self.most))
        return said + OTHER_DIGITS * self.compare("digits").differ + OTHER_CAMPUS * self.compare("campus").differ

    @cached_property
    def own_bits(self) -> tuple[np.ndarray, np.ndarray]:
        """Bits that only one name holds: of the name that says less, and of the other."""
        shared, least, most = self.shared_words
        shared = np.maximum(shared, np.clip((self.alike - ALIKE) / (THE_SAME - ALIKE), 0, 1) * least)
        return least - shared, most - shared

    @cached_property
    def shared_words(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Bits of the words that both names hold, of all words of the lesser, and of the greater name."""
        (words, tells), (other_words, other_tells) = self.telling(self.one), self.telling(self.other)
        shared = np.zeros(len(self.one), np.float32)
        for word, bits in zip(words, tells, strict=True):
            shared += (other_words == word).any(0) * bits
        sums = tells.sum(0), other_tells.sum(0)
        return shared, np.minimum(*sums), np.maximum(*sums)

    def telling(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the words of names and the bits of each, a column per row; the town's own name tells less."""
        words = np.ascontiguousarray(self.rows["telling"][rows].T)
        return words, self.scorer.word_bits[words] * TOWN_SHARES[:, self.rows["of_town"][rows]]

    @cached_property
    def alike(self) -> np.ndarray:
        """Share of letters that two names have in common, in the better of two ways to put the words."""
        best = self.compare("name").equal.astype(np.float32)
        asked = np.flatnonzero(best == 0)
        if not len(asked):
            return best
        rows = distinct(np.concatenate([self.one[asked], self.other[asked]]))
        one, other = (np.searchsorted(rows, side[asked]) for side in (self.one, self.other))
        for texts in self.facilities.texts_of_names(rows):
            best[asked] = np.maximum(best[asked], text_alikeness(texts[one], texts[other], fuzz.ratio))
        return best

    @cached_property
    def place(self) -> np.ndarray:
        """Bits of addresses: of the house where it is the same, else of what is known of the region."""
        house, near_house = self.compare("house"), self.compare("street").equal | self.near_houses
        away = np.where(self.is_box, 0, np.where(near_house, NEAR_HOUSE, OTHER_HOUSE))
        in_town = SAME_TOWN_ONLY * np.maximum(self.region, 0)
        apart = np.where(house.differ, np.minimum(away + in_town, self.region), in_town + np.minimum(self.region, 0))
        return np.where(self.same_house, self.address, apart)

    @cached_property
    def is_box(self) -> np.ndarray:
        """True where one of the addresses is a post-office box."""
        return np.logical_or(*(self.scorer.is_box[self.rows["house"][side]] for side in (self.one, self.other)))

    @cached_property
    def address(self) -> np.ndarray:
        """Bits of the same house; another unit of it says little."""
        exact = self.bits("address")
        street = np.where(self.compare("street").equal, exact, np.minimum(exact, self.most - UNSURE_STREET))
        return np.where(self.compare("unit").differ, OTHER_UNIT * street, street)

    @cached_property
    def region(self) -> np.ndarray:
        """Bits of postal code or town; against, where both differ."""
        code, town = self.compare("postal_code"), self.compare("place")
        same_town = np.where(town.equal, self.bits("place"), np.where(self.elsewhere, OTHER_TOWN, 0))
        return np.where(code.equal, self.bits("postal_code"), same_town)

    @cached_property
    def elsewhere(self) -> np.ndarray:
        """True where postal code and town are known and both differ."""
        return self.compare("postal_code").differ & self.compare("place").differ

    @cached_property
    def same_house(self) -> np.ndarray:
        """True where house numbers agree and streets do not disagree."""
        house, street = self.compare("house"), self.compare("street")
        asked = np.flatnonzero(house.equal & street.differ)
        alike = ~street.differ
        names = self.texts_of("street", self.facilities.streets, asked)
        alike[asked] = text_alikeness(*names, fuzz.token_set_ratio) >= SAME_STREET
        return house.equal & alike & ~self.elsewhere

    @cached_property
    def near_houses(self) -> np.ndarray:
        """True where house numbers are one slip apart."""
        near = np.zeros(len(self.one), bool)
        asked = np.flatnonzero(self.compare("house").differ)
        numbers = self.texts_of("house", self.facilities.houses, asked)
        near[asked] = process.cpdist(*numbers, scorer=OSA.distance, score_cutoff=1, dtype=np.int32) <= 1
        return near

    @cached_property
    def phone(self) -> np.ndarray:
        """Bits of phones: one shared by two houses may be a switchboard."""
        phone, elsewhere = self.compare("phone"), self.compare("house").differ & ~self.same_house
        other = np.where(self.same_house, OTHER_PHONE_SAME_PLACE, OTHER_PHONE)
        other = np.where(self.same_exchange, SAME_EXCHANGE, other)
        same = self.bits("phone") * np.where(elsewhere, PHONE_ELSEWHERE, 1)
        return np.where(phone.equal, same, np.where(phone.differ, other, 0))

    @cached_property
    def same_exchange(self) -> np.ndarray:
        """True where phones differ at most in their last four digits."""
        one, other = (self.rows["phone"][side] // LINES for side in (self.one, self.other))
        return (one == other) & (one != UNKNOWN)


def text_alikeness(one: Sequence[str] | np.ndarray, other: Sequence[str] | np.ndarray, scorer: Callable) -> np.ndarray:
    """Return the alikeness of texts beside each other, 0 to 1."""
    return process.cpdist(one, other, scorer=scorer, dtype=np.float32) / 100
