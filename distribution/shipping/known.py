"""Shipments that are here already, so that what is reported again is recognised."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from distribution.models import Distribution, DistributionLine, SkippedShipment
from inventory.code_key import code_key_or_empty
from inventory.place_key import PlaceKey

from .new import CONTENT, NewLine, NewShipment, facility_key, tracking_key

NAMES = ("pk", "source", "external_key", "ship_date", "order_number_key", "consignee_name", "tracking_key")
PLACE = ("shipped_from_warehouse_id", "shipped_from_storefront_id")
AGAIN = ("", "-2", "-3")  # ends of the keys of what was entered anew after a void one


class KnownLine(NamedTuple):
    """A line that was shipped: what makes it the same line, and its units."""

    product_id: UUID
    lot_id: int | None
    lot_key: str
    serial_key: str
    quantity: int
    line_number: int

    def same_goods(self, product_id: UUID, lot_id: int | None, lot_key: str, serial_key: str) -> bool:
        """True for the same product, lot (by row or as it was reported) and serial number."""
        if (self.product_id, self.serial_key) != (product_id, serial_key):
            return False
        return self.lot_key == lot_key or (lot_id is not None and self.lot_id == lot_id)


class KnownShipment(NamedTuple):
    """A shipment with its lines. ``is_void``: entered in error."""

    pk: int
    source: str
    external_key: str | None
    ship_date: date
    order_key: str
    facility: str
    tracking: str
    is_void: bool
    place: PlaceKey | None
    lines: list[KnownLine]

    def __str__(self):
        return f"shipment {self.pk}{' (void)' if self.is_void else ''}"


class LeftOut(NamedTuple):
    """A shipment that was left out before: as it was reported, its shipment, and who said that it was never sent."""

    content: str
    distribution_id: int | None
    settled_by: int | None

    def holds(self, line: NewLine) -> bool:
        """True where ``line`` is a part of it; once it was taken in or settled, nothing joins it any more."""
        if self.distribution_id is not None or self.settled_by is not None:
            return True
        kept = NewShipment.kept_in(self.content)
        return kept is not None and line.goods in {one.goods for one in kept.lines}


class KnownShipments:
    """What the log holds of the shipments that ``reported`` names.

    Two queries, and two for each source; a third for those that were voided, and may have been entered anew.
    """

    def __init__(self, reported: Iterable[NewShipment]):
        self.by_key: dict[tuple[str, str], KnownShipment] = {}
        self.by_content: dict[tuple[date, str], list[KnownShipment]] = defaultdict(list)
        reported = list(reported)
        keys: dict[str, set[str]] = defaultdict(set)  # by source, as the index has them
        for new in reported:
            if key := new.key:
                keys[new.source].add(key)
        orders = {new.order_key for new in reported} - {""}
        days = [new.ship_date for new in reported]
        told = ("source", "external_key", "content", "distribution", "not_sent__by")
        kept = [SkippedShipment.objects.filter(with_keys(*of)).values_list(*told) for of in keys.items()]
        self.skipped = {(source, key): LeftOut(*rest) for found in kept for source, key, *rest in found}
        ways = [with_keys(*of) for of in keys.items()]
        if days and orders:
            ways.append(Q(order_number_key__among=sorted(orders), ship_date__range=(min(days), max(days))))
        rows = rows_of(ways)
        anew: dict[str, set[str]] = defaultdict(set)  # under which keys void ones may have been entered anew
        for _, source, key, *_, voided_at, _, _ in rows.values():
            if key and voided_at:
                anew[source] |= {f"{key}{end}" for end in AGAIN}
        rows |= rows_of(with_keys(*of) for of in anew.items())
        self._know([row for _, row in sorted(rows.items())])

    def _know(self, rows: list[tuple]) -> None:
        """Know these rows with their lines."""
        lines: dict[int, list[KnownLine]] = defaultdict(list)
        columns = ("product_id", "lot_id", "lot_number_key", "serial_number", "quantity", "line_number")
        found = DistributionLine.objects.filter(distribution__pk__among=[row[0] for row in rows]).order_by("pk")
        for shipment, *line in found.values_list("distribution_id", *columns):
            line[3] = code_key_or_empty(line[3])
            lines[shipment].append(KnownLine(*line))
        for pk, source, key, day, order_key, name, tracking, voided_at, *place in rows:
            told = (day, order_key, facility_key(name), tracking)
            about = (voided_at is not None, PlaceKey.of(*place))
            shipment = KnownShipment(pk, source, key, *told, *about, lines[pk])
            if key:
                self.by_key[source, key] = shipment
            if order_key:
                self.by_content[day, order_key].append(shipment)

    def like(self, new: NewShipment) -> list[KnownShipment]:
        """Return the shipments that ``new`` is: by its key, and by day, order, facility and tracking number."""
        found = {row.pk: row for row in self.with_key_of(new)}
        if self.by_content and new.order_key:
            facility, tracking = facility_key(new.consignee.name), new.tracking_number
            for row in self.by_content[new.ship_date, new.order_key]:
                told = tracking is None or row.tracking == tracking_key(tracking)
                same_parcel = bool(tracking) and told
                if told and (row.facility == facility or same_parcel) and not self.is_another(new, row):
                    found.setdefault(row.pk, row)
        return list(found.values())

    def is_another(self, new: NewShipment, row: KnownShipment) -> bool:
        """True where one source names both by keys of their own, and the keys differ."""
        if row.source != new.source or not new.external_key or not row.external_key:
            return False
        return not row.external_key.startswith((CONTENT, new.external_key))

    def with_key_of(self, new: NewShipment) -> list[KnownShipment]:
        """Return what came from the same source under this key, or anew after a void one."""
        key = new.key if self.by_key else None  # of new shipments, which are most, none is known
        if not key:
            return []
        return [row for end in AGAIN if (row := self.by_key.get((new.source, f"{key}{end}")))]

    def untracked(self, new: NewShipment) -> list[KnownShipment]:
        """Return what is like ``new`` but for its tracking number, which the log lacks."""
        if not new.order_key or not new.tracking_number:
            return []
        facility = facility_key(new.consignee.name)
        rows = self.by_content[new.ship_date, new.order_key]
        return [row for row in rows if row.facility == facility and not row.tracking and not row.is_void]

    def left_out_before(self, new: NewShipment) -> LeftOut | None:
        """Return what was left out and is kept under the same key."""
        return self.skipped.get((new.source, new.key or "")) if self.skipped else None


def rows_of(ways: Iterable[Q]) -> dict[int, tuple]:
    """Return the rows that each of ``ways`` finds, each by its own index: an OR would read every shipment."""
    found: dict[int, tuple] = {}
    for way in ways:
        rows = Distribution.objects.filter(way).values_list(*NAMES, "voided_at", *PLACE)
        found |= {row[0]: row for row in rows}
    return found


def with_keys(source: str, keys: Iterable[str]) -> Q:
    """Return the condition for what ``source`` reported under ``keys``."""
    return Q(source=source, external_key__among=list(keys))


def goods_of(lines: Iterable[KnownLine]) -> Counter:
    """Return units by product, lot and serial number."""
    found: Counter = Counter()
    for line in lines:
        found[line.product_id, line.lot_id or line.lot_key, line.serial_key] += line.quantity
    return found
