"""The words of all names: how often each occurs, what it tells, and which are slips of the keyboard."""

from collections.abc import Iterator

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .columns import UNKNOWN, Columns, Texts
from .words import CAMPUS_WORDS

SHORTEST_REPAIRED = 5  # letters: shorter words one letter apart are too often two words
TIMES_MORE_FREQUENT = 5  # than a word the one must be that it is taken for
MOST_NEIGHBOURS = 60  # words that share all letters but one; more of them are no slips


class Vocabulary(Texts):
    """Numbers for words, with the count of names that hold each."""

    def __init__(self):
        super().__init__()
        self.facts = Columns(count=np.int64, repair=np.int32, is_number=bool, is_campus=bool)
        self.variants = np.empty(0, np.int64)  # of the known words, sorted
        self.variant_words = np.empty(0, np.int32)
        self.catch_up()

    def catch_up(self) -> int:
        """Make facts of the words that came in since; return the first of them."""
        first = len(self.facts)
        new = self.texts[first:]
        if new:
            self.facts.extend(
                repair=np.arange(first, len(self.texts), dtype=np.int32),
                is_number=np.fromiter((word.isdigit() for word in new), bool, len(new)),
                is_campus=np.fromiter((word in CAMPUS_WORDS for word in new), bool, len(new)),
            )
        return first

    def count(self, words: np.ndarray, times: int = 1) -> None:
        """Note that ``words`` occur in ``times`` more names each time they stand in the array."""
        np.add.at(self.facts["count"], words, times)

    def repaired(self, words: np.ndarray) -> np.ndarray:
        """Return the words that were meant."""
        return self.facts["repair"][words]

    def learn_repairs(self) -> None:
        """Take each rare word for the frequent one that a single slip makes it from."""
        self.catch_up()
        self.variants, self.variant_words = sorted_variants(self.texts, np.arange(len(self.texts)))
        count = self.facts["count"]
        wrong, right = slips(self.variants, self.variant_words, count)
        self.repair(wrong, right)
        moved = np.unique(wrong)
        meant = self.repaired(moved)
        self.count_moves(moved, meant)

    def count_moves(self, moved: np.ndarray, meant: np.ndarray) -> None:
        """Count repaired words as what was meant."""
        count = self.facts["count"]
        np.add.at(count, meant, count[moved] * (moved != meant))
        count[moved[moved != meant]] = 0

    def repair(self, wrong: np.ndarray, right: np.ndarray) -> None:
        """Note which word was meant: of several the most frequent."""
        if not len(wrong):
            return
        texts = np.array(self.texts, object)
        near = process.cpdist(texts[wrong], texts[right], scorer=OSA.distance, score_cutoff=1, dtype=np.int32) <= 1
        wrong, right = wrong[near], right[near]
        rising = np.lexsort((right, self.facts["count"][right]))
        self.facts["repair"][wrong[rising]] = right[rising]  # the last one written stays

    def repair_new(self, first: int) -> None:
        """Repair the words from number ``first`` on by the words that were known when repairs were learnt."""
        new = np.arange(first, len(self.texts))
        variants, words = sorted_variants(self.texts, new)
        low, high = (np.searchsorted(self.variants, variants, side) for side in ("left", "right"))
        found = high - low
        found[found > MOST_NEIGHBOURS] = 0
        at = np.repeat(low, found) + np.arange(found.sum()) - np.repeat(np.cumsum(found) - found, found)
        wrong, right = np.repeat(words, found), self.variant_words[at]
        frequent = self.facts["count"][right] >= TIMES_MORE_FREQUENT
        self.repair(wrong[frequent], right[frequent])

    def bits(self, words: np.ndarray, log_rows: float) -> np.ndarray:
        """Return how much it tells that a name holds each of ``words``; nothing for UNKNOWN."""
        known = log_rows + 0.01 - np.log2(np.maximum(self.facts["count"][words], 1).astype(np.float32))
        return np.where(words == UNKNOWN, 0, np.maximum(known, 0)).astype(np.float32)


def sorted_variants(texts: list[str], words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return hashes of each word, and of it without each of its letters, sorted; and the words they are of."""
    chosen = [word for word in words.tolist() if len(texts[word]) >= SHORTEST_REPAIRED and texts[word].isalpha()]
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


def slips(variants: np.ndarray, words: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
    pairs = np.unique(np.stack([words[is_slip], top[is_slip]], 1), axis=0)
    return pairs[:, 0], pairs[:, 1]
