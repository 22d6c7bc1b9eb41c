"""What records are looked up by: two that share none of these keys are never compared."""

from collections.abc import Iterator

import numpy as np

from .columns import combined
from .facilities import Facilities

PREFIX_KEPT = np.uint64(0xFFFFFFFFFF000000)  # five bytes of a name
TIGHT = frozenset({"name", "second word, postal code", "two words, area"})  # large blocks of these are chains


def keys(facilities: Facilities, rows: slice = slice(None)) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each key's name and its column, UNKNOWN where a record has none. One column at a time is in memory."""
    column = {name: facilities.rows[name][rows] for name in facilities.rows.columns}
    house, postal_code, place, area = (column[name] for name in ("house", "postal_code", "place", "area"))
    first, second = column["telling"][:, 0], column["telling"][:, 1]
    for name in ("phone", "mail", "number", "name"):
        yield name, column[name]
    yield "house, postal code", combined(house, postal_code)
    yield "house, town", combined(house, place)
    yield "house, street", combined(house, column["street"])
    yield "house, first word", combined(house, first)
    yield "first word, postal code", combined(first, postal_code)
    yield "second word, postal code", combined(second, postal_code)
    yield "first word, town", combined(first, place)
    yield "two words, area", combined(first, second, area)
    yield "domain, area", combined(column["domain"], area)
    yield "beginning, postal code", combined(column["prefix"] & PREFIX_KEPT, postal_code)
