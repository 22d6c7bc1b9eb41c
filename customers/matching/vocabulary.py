"""The words of all names: how often each occurs, what it tells, and which are slips of the keyboard."""

from collections.abc import Iterable, Iterator

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .columns import UNKNOWN, Columns, Texts, distinct, ranges
from .words import CAMPUS_WORDS, FILLERS, NAME_SPELLINGS, PER_THOUSAND

SHORTEST_REPAIRED = 5  # letters: shorter words one letter apart are too often two words
TIMES_MORE_FREQUENT = 5  # than a word the one must be that it is taken for
FEWEST_ROWS = 1000  # in a shorter list a word that occurs once is not yet rare
PREFIX_BYTES = 8  # of a word that are kept to sort names by
MOST_NEIGHBOURS = 60  # words that share all letters but one; more of them are no slips


class Vocabulary(Texts):
    """Numbers for words, with the count of names that hold each."""

    def __init__(self):
        super().__init__()
        self.facts = Columns(
            count=np.int64, meant=np.int32, letters=np.uint64, bytes=np.uint64,
            share=np.float32, is_filler=bool, is_number=bool, is_campus=bool,
        )  # fmt: skip
        self.variants = np.empty(0, np.int64)  # of the known words, sorted
        self.variant_words = np.empty(0, np.int32)
        self.catch_up()

    def catch_up(self) -> None:
        """Make facts of the words that came in since."""
        first = len(self.facts)
        meant = [self[NAME_SPELLINGS.get(word, word)] for word in self.texts[first:]]
        meant += range(first + len(meant), len(self.texts))  # full forms that came in by that
        new = self.texts[first:]
        if new:
            beginnings = [word.encode()[:PREFIX_BYTES] for word in new]
            self.facts.extend(
                meant=np.array(meant, np.int32),
                letters=np.array(beginnings, f"S{PREFIX_BYTES}").view(">u8"),
                bytes=np.array([len(beginning) for beginning in beginnings], np.uint64),
                share=np.array([PER_THOUSAND.get(word, 0) / 1000 for word in new], np.float32),
                is_filler=np.array([word in FILLERS for word in new]),
                is_number=np.array([word.isdigit() for word in new]),
                is_campus=np.array([word in CAMPUS_WORDS for word in new]),
            )

    def count(self, words: np.ndarray, times: int = 1) -> None:
        """Note that ``words`` occur in ``times`` more names each time they stand in the array."""
        np.add.at(self.facts["count"], words, times)

    def meant(self, words: np.ndarray) -> np.ndarray:
        """Return the words that were meant: in their full form and without slips."""
        return self.facts["meant"][words]

    def learn_slips(self) -> None:
        """Take each rare word for the frequent one that a single slip makes it from, and count it as that."""
        self.variants, self.variant_words = sorted_variants(self.texts, range(len(self.texts)))
        count = self.facts["count"]
        meant = self.corrected(*likely_slips(self.variants, self.variant_words, count))
        self.facts["meant"][:] = meant[self.facts["meant"]]
        self.facts["count"][:] = np.bincount(meant, weights=count, minlength=len(meant))

    def learn_slips_in_new(self, first: int) -> None:
        """Correct the words from number ``first`` on by the words that were known when slips were learnt."""
        if first == len(self.texts):
            return
        variants, words = sorted_variants(self.texts, range(first, len(self.texts)))
        low, high = (np.searchsorted(self.variants, variants, side) for side in ("left", "right"))
        places, at = ranges(low, np.where(high - low > MOST_NEIGHBOURS, low, high))
        wrong, right = words[places], self.variant_words[at]
        frequent = self.facts["count"][right] >= TIMES_MORE_FREQUENT
        meant = self.corrected(wrong[frequent], right[frequent])
        self.facts["meant"][first:] = meant[self.facts["meant"][first:]]

    def corrected(self, wrong: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return for each word the most frequent of the words ``right`` that is one slip away, else itself."""
        texts = self.texts
        pairs = ([texts[word] for word in side.tolist()] for side in (wrong, right))
        near = process.cpdist(*pairs, scorer=OSA.distance, score_cutoff=1, dtype=np.int32) <= 1
        wrong, right = wrong[near], right[near]
        rising = np.lexsort((right, self.facts["count"][right]))
        meant = np.arange(len(texts), dtype=np.int32)
        meant[wrong[rising]] = right[rising]  # the last one written stays
        return meant

    def bits(self, words: np.ndarray, rows: int) -> np.ndarray:
        """Return how much it tells that one of so many names holds each of ``words``; nothing for UNKNOWN.

        A list of less than FEWEST_ROWS is filled up with what is known of such names anywhere.
        """
        others = max(FEWEST_ROWS - rows, 0)
        count = self.facts["count"][words] + self.facts["share"][words] * np.float32(others)
        known = np.float32(np.log2(rows + others) + 0.01) - np.log2(np.maximum(count, 1).astype(np.float32))
        return np.maximum(known, 0) * (words != UNKNOWN)


def sorted_variants(texts: list[str], words: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return hashes of each word, and of it without each of its letters, sorted; and the words they are of."""
    chosen = [word for word in words if len(texts[word]) >= SHORTEST_REPAIRED and texts[word].isalpha()]
    counts = [len(texts[word]) + 1 for word in chosen]
    made = np.fromiter(chain_of_variants(texts, chosen), np.int64, sum(counts))
    order = np.argsort(made, kind="stable")
    return made[order], np.repeat(np.array(chosen, np.int32), counts)[order]


def chain_of_variants(texts: list[str], words: list[int]) -> Iterator[int]:
    """Yield the hash of each word, and of it without each of its letters."""
    for word in words:
        text = texts[word]
        yield hash(text)
        for place in range(len(text)):
            yield hash(text[:place] + text[place + 1 :])


def likely_slips(variants: np.ndarray, words: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rare words, and for each the most frequent word that shares a variant with it."""
    if not len(variants):
        return words, words
    group = np.cumsum(np.r_[False, variants[1:] != variants[:-1]])
    size = np.bincount(group)
    order = np.lexsort((count[words], group))  # in each group the most frequent last
    last = np.cumsum(size) - 1
    top = words[order[last]][group]
    is_rare = (count[words] > 0) & (count[top] >= TIMES_MORE_FREQUENT * count[words])
    is_slip = is_rare & (size[group] < MOST_NEIGHBOURS) & (words != top)
    pairs = distinct(words[is_slip].astype(np.int64) << 32 | top[is_slip])
    return pairs >> 32, pairs & 0xFFFFFFFF
