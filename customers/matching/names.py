"""The words of a facility's name that say which one it is."""

import re

from .text import capitals, joined, words
from .words import listed

# To whose desk goods go is no part of a name.
DESKS = re.compile(
    r"\b(?:(?:ATTN|C/O|DEPT OF|DEPARTMENT OF)\b:?|(?:ACCOUNTS PAYABLE|MATERIALS MANAGEMENT|CENTRAL SUPPLY|"
    r"STERILE PROCESSING|RECEIVING(?: DOCK)?|PURCHASING|OR DEPT)\b)"
)

DESK_WORDS = listed("ATTN C DEPT DEPARTMENT PAYABLE MANAGEMENT SUPPLY PROCESSING RECEIVING PURCHASING")


def name_words(name: str) -> list[str]:
    """Return the words of a name in capitals, without the desk to which goods go.

    Short forms and fillers such as "Inc" stay: ``Vocabulary`` knows what they mean.
    """
    text = joined(capitals(name)).replace("HEALTH CARE", "HEALTHCARE")
    found = words(text)
    if DESK_WORDS.isdisjoint(found):
        return found
    return words(DESKS.sub(" ", text)) or found
