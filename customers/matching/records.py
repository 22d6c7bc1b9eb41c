"""What goes into the matcher and what comes out."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

BANDS = ("automatic", "likely", "review")  # the values of DuplicateCandidate.Band, the surest first
Tell = Callable[[str, int, int | None], None]  # what is done, how much of it, of how much (None: unknown)


def silent(doing: str, done: int, total: int | None) -> None:
    """Tell nobody how far the work is."""


class Record(NamedTuple):
    """A customer as it is written. What is unknown is "". ``id`` is whatever tells it from all others."""

    id: Hashable
    name: str
    address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    customer_number: str = ""


class Pair(NamedTuple):
    """Two records that may be one customer, in the order in which they came in.

    ``bits`` of evidence: each bit more doubles the odds. ``band`` is a value of DuplicateCandidate.Band.
    """

    first: Hashable
    second: Hashable
    bits: float
    confidence: float  # 0 to 1
    band: str
    reasons: str
