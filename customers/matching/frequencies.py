"""How many different facilities share a value: what agreement on it is worth."""

import numpy as np

from .columns import UNKNOWN, combined
from .facilities import Facilities

SHARED = ("name", "phone", "mail", "domain", "number", "address", "postal_code", "place")


def address_of(facilities: Facilities, rows: slice | list[int] = slice(None)) -> np.ndarray:
    """Return house and street as one number, UNKNOWN without a house number."""
    house, street = facilities.rows["house"][rows], facilities.rows["street"][rows]
    return np.where(house != UNKNOWN, combined(house, street + 1), UNKNOWN)


def sharers(facilities: Facilities) -> dict[str, np.ndarray]:
    """Return for each kind of value how many facilities share each row's, at least 1.

    Facilities that share a phone are told apart by the word that tells most in their names, so
    that duplicates of one count once; those that share a name by their area.
    """
    rows = facilities.rows
    head, area = rows["telling"][:, 0], rows["area"]
    found = {kind: breadth(rows[kind], head) for kind in ("phone", "mail", "number")}
    found["name"] = breadth(rows["name"], area)
    found["domain"] = breadth(rows["domain"], head) + breadth(rows["domain"], area) - 1
    found["address"] = breadth(address_of(facilities), head)
    found["postal_code"] = breadth(rows["postal_code"])
    found["place"] = breadth(rows["place"])
    return found


def breadth(values: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    """Return for each row how many different ``others`` go with its value; without others how many rows have it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.ones(len(values), bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    number = np.empty(len(values), np.int64)
    number[order] = np.cumsum(starts) - 1
    counts = np.bincount(number) if others is None else distinct_per_place(number, others, int(starts.sum()))
    found = counts[number].astype(np.int32)
    found[values == UNKNOWN] = 1
    return found


def distinct_per_place(places: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Return for each of ``count`` places how many different values stand at it."""
    order = np.lexsort((values, places))
    places, values = places[order], values[order]
    is_new = (
        np.r_[True, (places[1:] != places[:-1]) | (values[1:] != values[:-1])] if len(places) else np.empty(0, bool)
    )
    return np.bincount(places[is_new], minlength=count)
