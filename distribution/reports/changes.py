"""What the log says otherwise since a report was made, row by row, in words."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from distribution.models import Distribution, TracingReport
from distribution.reports.asked import Asked
from distribution.reports.making import content_of, rows_of_file

SHOWN = 20
Row = dict[str, str]
Pair = tuple[Row | None, Row | None]  # as reported, as it is now


class Difference(NamedTuple):
    """One row that differs: whether it changed, is gone or is new, and how, in words."""

    kind: str  # changed, gone, new
    shipment: str  # its number in the log
    row: Row
    words: str

    @property
    def ship_date(self) -> str:
        """The day on which it left, as the file writes it."""
        return self.row["Ship Date"]


class Comparison(NamedTuple):
    """How many rows differ, and the first of them."""

    count: int
    shown: list[Difference]


def changes_since(report: TracingReport, data: bytes) -> Comparison:
    """Return where the log differs from ``data``, the file of ``report``. At most seven statements."""
    now = content_of(Asked.of(report)).data
    if hashlib.sha256(now).hexdigest() == report.sha256:
        return Comparison(0, [])
    pairs = differing(rows_of_file(data), rows_of_file(now))
    return Comparison(len(pairs), in_words(pairs[:SHOWN]))


def differing(before: list[Row], after: list[Row]) -> list[Pair]:
    """Return the rows that are not in both, in the order of their shipments.

    A row that left and one that came, of one shipment and product, are one row that changed.
    """
    left, came = without(before, after), without(after, before)
    waiting: dict[tuple, list[Row]] = defaultdict(list)
    for row in came:
        waiting[goods(row)].append(row)
    pairs: list[Pair] = [(row, waiting[goods(row)].pop(0) if waiting[goods(row)] else None) for row in left]
    pairs += [(None, row) for rows in waiting.values() for row in rows]
    return sorted(pairs, key=lambda pair: int((pair[0] or pair[1] or {})["Shipment"]))


def without(rows: Iterable[Row], others: Iterable[Row]) -> list[Row]:
    """Return those of ``rows`` that are not among ``others``, each as often as it stands there more."""
    there = Counter(tuple(row.values()) for row in others)
    found = []
    for row in rows:
        key = tuple(row.values())
        if there[key]:
            there[key] -= 1
        else:
            found.append(row)
    return found


def goods(row: Row) -> tuple[str, str]:
    """Return what a row is about, whatever is said of it: its shipment and product."""
    return row["Shipment"], row["SKU"]


def in_words(pairs: list[Pair]) -> list[Difference]:
    """Return ``pairs`` as people read them. One statement."""
    keys = {int(row["Shipment"]) for pair in pairs for row in pair if row}
    shipments = Distribution.objects.in_bulk(keys)
    return [difference(pair, shipments) for pair in pairs]


def difference(pair: Pair, shipments: dict[int, Distribution]) -> Difference:
    """Return one pair in words."""
    before, after = pair
    row = before or after or {}
    shipment = shipments.get(int(row["Shipment"]))
    if before and after:
        said = [f"{name}: {was(before[name])} → {was(after[name])}" for name in before if before[name] != after[name]]
        return Difference("changed", row["Shipment"], row, "; ".join(said))
    if before:
        return Difference("gone", row["Shipment"], row, why_gone(shipment))
    since = f" since {timezone.localtime(shipment.created_at):%Y-%m-%d}" if shipment else ""
    return Difference("new", row["Shipment"], row, f"in the log{since}, not in the report")


def why_gone(shipment: Distribution | None) -> str:
    """Return why a reported row is not found any more."""
    if shipment is None:
        return "the shipment is no longer in the log"
    if shipment.voided_at:
        return f"void since {timezone.localtime(shipment.voided_at):%Y-%m-%d}: {shipment.void_reason}"
    return "it no longer is what the report asks for"


def was(text: str) -> str:
    """Return a cell as people read it."""
    return text or "nothing"
