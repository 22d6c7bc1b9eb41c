"""The words of a facility's name that say which one it is."""

import re
from typing import NamedTuple

from .text import capitals, joined, words
from .words import FILLERS, NAME_SPELLINGS, listed

# To whose desk goods go is no part of a name.
DESKS = re.compile(
    r"\b(?:(?:ATTN|C/O|DEPT OF|DEPARTMENT OF)\b:?|(?:ACCOUNTS PAYABLE|MATERIALS MANAGEMENT|CENTRAL SUPPLY|"
    r"STERILE PROCESSING|RECEIVING(?: DOCK)?|PURCHASING|OR DEPT)\b)"
)

DESK_WORDS = listed("ATTN CO C DEPT DEPARTMENT PAYABLE MANAGEMENT SUPPLY PROCESSING RECEIVING PURCHASING")


class Name(NamedTuple):
    """``words`` in their full spelling, each once; ``left_out`` is what says nothing, such as "INC"."""

    words: list[str]
    left_out: str


def name_of(text: str) -> Name:
    """Return the words of a name that say which facility it is. A name of nothing but fillers keeps them."""
    text = joined(capitals(text)).replace("HEALTH CARE", "HEALTHCARE")
    found = words(text)
    desks = ""
    if not DESK_WORDS.isdisjoint(found):
        desks = " ".join(words(" ".join(DESKS.findall(text))))
        found = words(DESKS.sub(" ", text)) or found
    full = [NAME_SPELLINGS.get(word, word) for word in found]
    kept = [word for word in full if word not in FILLERS]
    if not kept:
        return Name(list(dict.fromkeys(full)), desks)
    if len(kept) != len(full):
        desks = " ".join([desks, *(word for word in full if word in FILLERS)]).strip()
    return Name(list(dict.fromkeys(kept)), desks)
