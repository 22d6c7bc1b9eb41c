"""What may be merged without asking, what is likely, and what a person must look at."""

import numpy as np
from rapidfuzz.distance import OSA

from .evidence import Comparison
from .records import BANDS

AUTOMATIC, LIKELY = 12.0, 6.0  # bits
AT_MOST_LIKELY, AT_MOST_REVIEW = AUTOMATIC - 0.1, LIKELY - 0.1
NEARLY_ALIKE = 0.9  # of the letters of two names
OWN_WORD = 5.0  # bits: a word that tells one facility from its neighbours
ONE_SLIP, TWO_SLIPS = 5, 8  # letters that words must have to be the same with one slip, and with two


def band_of(bits: float) -> str:
    """Return a value of DuplicateCandidate.Band."""
    automatic, likely, review = BANDS
    if bits >= AUTOMATIC:
        return automatic
    return likely if bits >= LIKELY else review


def confidence_of(bits: np.ndarray) -> np.ndarray:
    """Return how likely a pair of so many bits is one customer, as counted on lists whose duplicates are known.

    Of pairs with 1 bit .44 were, with 5 .84, with 7 .95, with 10 .98; above 12 nearly all.
    """
    return 1 / (1 + np.exp(0.9 - 0.65 * bits))


def held_back(comparison: Comparison, bits: np.ndarray) -> np.ndarray:
    """Return ``bits``, lowered where a rule says that no sum of evidence is enough.

    Automatic is only what ``is_certain``: so never two clinics at one address, a hospital and its campus, or
    a chain's shops. The same address and phone under another name is for a person to look at.
    """
    bits = np.minimum(bits, np.where(is_renamed(comparison), AT_MOST_REVIEW, np.inf))
    high = np.flatnonzero(bits >= AUTOMATIC)
    if len(high):
        chosen = comparison.only(high)
        bits[high] = np.where(is_certain(chosen), bits[high], np.minimum(bits[high], AT_MOST_LIKELY))
    return bits


def is_renamed(comparison: Comparison) -> np.ndarray:
    """True where house and phone agree, and each name holds what the other does not."""
    own_words = comparison.own_bits[0] >= OWN_WORD
    other_name = own_words & (comparison.alike < NEARLY_ALIKE)
    return other_name & comparison.same_house & comparison.compare("phone").equal & ~comparison.compare("number").equal


def is_certain(comparison: Comparison) -> np.ndarray:
    """True where one of three stands, and nothing about name and place disagrees.

    The same name (but for fillers and slips) in the same house; a name within the other in the same house
    under the same customer number; the same name and phone under one postal code where one address is
    missing or a post-office box.
    """
    disagrees = comparison.compare("unit").differ | comparison.compare("postal_code").differ
    for column in ("campus", "digits"):
        disagrees |= comparison.both(column, np.not_equal)
    name = has_same_name(comparison)
    house = comparison.compare("house")
    in_house = comparison.same_house & (name | is_within_under_same_number(comparison))
    has_no_house = ~comparison.same_house & (comparison.is_box | ~(house.equal | house.differ))
    by_phone = has_no_house & name & comparison.compare("phone").equal & comparison.compare("postal_code").equal
    return (in_house | by_phone) & ~disagrees


def has_same_name(comparison: Comparison) -> np.ndarray:
    """True where names are equal but for fillers and slips."""
    same = comparison.compare("name").equal.copy()
    doubtful = np.flatnonzero(~same & (comparison.alike >= NEARLY_ALIKE))
    same[doubtful] = differ_by_slips(comparison.only(doubtful))
    return same


def is_within_under_same_number(comparison: Comparison) -> np.ndarray:
    """True where customer numbers agree and one name has hardly a word that the other lacks."""
    return comparison.compare("number").equal & (comparison.own_bits[0] < OWN_WORD)


def differ_by_slips(comparison: Comparison) -> np.ndarray:
    """True where what only one name holds is what only the other holds, with a slip of the keyboard or two."""
    names = (comparison.facilities.names_of(side) for side in (comparison.one, comparison.other))
    return np.array([are_slips(*pair) for pair in zip(*names, strict=True)], bool)


def are_slips(words: list[str], other_words: list[str]) -> bool:
    """True where two names differ in one stretch of letters, long enough to know it again.

    "Hill" and "Hall" are two families; "Orthopdics" and "Orthopedics" are one word.
    """
    own = "".join(word for word in words if word not in other_words)
    other = "".join(word for word in other_words if word not in words)
    shorter = min(len(own), len(other))
    if shorter < ONE_SLIP:
        return own == other
    return OSA.distance(own, other) <= (1 if shorter < TWO_SLIPS else 2)
