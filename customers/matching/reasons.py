"""What speaks for a pair and against it, in words."""

from collections.abc import Iterator

import numpy as np

from .bands import band_of, confidence_of, held_back
from .columns import UNKNOWN
from .evidence import Comparison, Scorer
from .facilities import MOST_WORDS, parted
from .records import Pair

MOST_WORDS_SHOWN = 4
SUREST = 0.9999  # nobody is certain
ALIKE = 0.9  # of the letters of two names

# What is compared, the words where it is the same, and how many facilities share it.
AGREEMENTS = (("number", "same customer number"), ("phone", "same phone"), ("mail", "same e-mail"))
CONFLICTS = (
    ("unit", "other suite or floor"),
    ("postal_code", "postal codes differ"),
    ("number", "customer numbers differ"),
    ("domain", "e-mail domains differ"),
)


def described(scorer: Scorer, one: np.ndarray, other: np.ndarray) -> Iterator[Pair]:
    """Yield pairs of rows as pairs of ids, with band and reasons."""
    ids = scorer.facilities.ids
    for comparison in scorer.comparisons(one, other):
        bits = np.round(held_back(comparison, comparison.total), 2)
        confidence = np.minimum(np.round(confidence_of(bits), 4), SUREST).tolist()
        sides = comparison.one.tolist(), comparison.other.tolist()
        for first, second, sum_, sure, why in zip(*sides, bits.tolist(), confidence, reasons(comparison), strict=True):
            yield Pair(ids[first], ids[second], sum_, sure, band_of(sum_), why)


def reasons(comparison: Comparison) -> Iterator[str]:
    """Yield for each pair what agrees, how names differ, and what disagrees."""
    agreements = [agreement(comparison, kind, words) for kind, words in AGREEMENTS]
    conflicts = [np.where(comparison.compare(kind).differ, words, "").tolist() for kind, words in CONFLICTS]
    columns = [*agreements, places(comparison), names(comparison), phones(comparison), *conflicts]
    for parts in zip(*columns, strict=True):
        yield "; ".join(filter(None, parts))


def agreement(comparison: Comparison, kind: str, words: str) -> list[str]:
    """Return ``words`` where a value is the same, with how many others share it."""
    shared = np.maximum(*(comparison.sharers[kind][side] for side in (comparison.one, comparison.other)))
    return [
        f"{words}, shared by {'no one else' if count == 1 else f'{count} facilities'}" if equal else ""
        for equal, count in zip(comparison.compare(kind).equal.tolist(), shared.tolist(), strict=True)
    ]


def places(comparison: Comparison) -> list[str]:
    """Return what addresses have in common."""
    house, street = comparison.compare("house"), comparison.compare("street")
    code, town = comparison.compare("postal_code"), comparison.compare("place")
    return np.select(
        [
            comparison.same_house & street.equal,
            comparison.same_house,
            house.differ & street.equal,
            comparison.elsewhere,
            code.equal & house.differ,
            code.equal,
            town.equal & house.differ,
            town.equal,
        ],
        [
            "same house number and street",
            "same house number, streets alike",
            "other house number in the same street",
            "other town",
            "same postal code, other address",
            "same postal code",
            "same town, other address",
            "same town",
        ],
        "",
    ).tolist()


def phones(comparison: Comparison) -> list[str]:
    """Return how phones differ."""
    differ, near = comparison.compare("phone").differ, comparison.same_exchange
    return np.where(differ & near, "phones differ in the last digits", np.where(differ, "phones differ", "")).tolist()


def names(comparison: Comparison) -> Iterator[str]:
    """Yield how names differ."""
    facilities, sides = comparison.facilities, (comparison.one, comparison.other)
    written, others_written = (facilities.written_words(side, MOST_WORDS) for side in sides)
    same_words, meant, others_meant = (
        comparison.compare("name").equal,
        *map(facilities.vocabulary.meant, (written, others_written)),
    )
    own, others_own = only_in(meant, others_meant), only_in(others_meant, meant)
    is_filler = facilities.vocabulary.facts["is_filler"]
    shares_none = ((own == meant) | is_filler[meant]).all(1)
    kinds = np.select(
        [(written == others_written).all(1), ~same_words & (comparison.alike >= ALIKE), ~same_words & shares_none],
        ["same name", "names alike but for a few letters", "other name"],
        "",
    ).tolist()
    texts = (
        parted(facilities.vocabulary.texts, words[words != UNKNOWN], (words != UNKNOWN).sum(1))
        for words in (own, others_own)
    )
    for kind, words, others in zip(kinds, *texts, strict=True):
        yield kind or difference(words, others)


def only_in(words: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the words of each row that the other row lacks, UNKNOWN in place of the rest."""
    return np.where((words[:, :, None] == others[:, None, :]).any(2), UNKNOWN, words)


def difference(words: list[str], others: list[str]) -> str:
    """Return by which words two names differ, as "names differ by 'Inc'"."""
    own = " and ".join(shown(part) for part in (words, others) if part)
    return f"names differ by {own}" if own else "same name in another spelling"


def shown(words: list[str]) -> str:
    """Return words in quotation marks."""
    return f"'{' '.join(word.capitalize() for word in words[:MOST_WORDS_SHOWN])}'"
