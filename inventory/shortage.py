"""What transfers ask for, beside what the places that they draw from can give."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Sum

from inventory.models import (
    Lot,
    Place,
    Product,
    StockMovement,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
)
from inventory.place_key import SIDES, PlaceKey, places_of, source_of


class Stock:
    """What may leave each place of some products, by the rule of StockBook.available. Two queries."""

    def __init__(self, products: Iterable[UUID]):
        keys = sorted(set(products))
        self._units: Counter[tuple] = Counter()
        lines = StockMovement.objects.filter(product__pk__among=keys).order_by()
        sums = lines.values_list("product_id", "lot_id", *SIDES).annotate(n=Sum("quantity"))
        for product, lot, *places, units in sums:
            self._count(product, lot, PlaceKey.of(*places[:2]), -units)
            self._count(product, lot, PlaceKey.of(*places[2:]), units)
        balances = StoreFrontInventory.objects.filter(product__pk__among=keys)
        rows = balances.values_list("storefront_id", "product_id", "quantity")
        self._balances = {(PlaceKey("storefront", shop), product): units for shop, product, units in rows}

    def _count(self, product: UUID, lot: int | None, place: PlaceKey | None, units: int) -> None:
        """Count units at ``place``: of the lot, and under the lot "" of the product."""
        if place is not None:
            self._units[place, product, lot] += units
            self._units[place, product, ""] += units

    def available(self, place: PlaceKey, product: UUID, lot: int | None = None) -> int:
        """Units that may leave ``place``: of ``lot``, or of the product as a whole. Never below zero."""
        units = self._units[place, product, ""]
        if place.kind == "storefront":
            units = min(units, self._balances.get((place, product), 0))
        return max(0, units if lot is None else min(units, self._units[place, product, lot]))


class AskedLine(NamedTuple):
    """A line of a transfer with what its source can give it after the lines before it."""

    line: TransferRequestLineItem
    available: int

    @property
    def missing(self) -> int:
        """Units that are not there, 0 where all are."""
        return max(0, self.line.requested_quantity - self.available)


def asked_lines(requests: QuerySet[TransferRequest]) -> dict[int, list[AskedLine]]:
    """Return by request what each of its lines can get if it were fulfilled now. Three queries, however many.

    Each request is looked at alone: two may want the same units.
    """
    lines = TransferRequestLineItem.objects.filter(request__in=requests.order_by().values("pk"))
    lines = list(lines.select_related("request", "product", "lot").order_by("request", "pk"))
    stock = Stock(line.product_id for line in lines)
    taken: defaultdict[tuple, int] = defaultdict(int)
    found: defaultdict[int, list[AskedLine]] = defaultdict(list)
    for line in lines:
        place, product, lot = source_of(line.request), line.product_id, line.lot_id
        whole, of_lot = (line.request_id, product, ""), (line.request_id, product, lot)
        units = stock.available(place, product) - taken[whole]
        if lot is not None:
            units = min(units, stock.available(place, product, lot) - taken[of_lot])
        asked = AskedLine(line, max(0, units))
        if not asked.missing:
            taken[whole] += line.requested_quantity
            taken[of_lot] += line.requested_quantity
        found[line.request_id].append(asked)
    return dict(found)


def short_lines(requests: QuerySet[TransferRequest]) -> dict[int, list[AskedLine]]:
    """Return, of those of ``requests`` that could not be fulfilled now, the lines that lack units. Three queries."""
    found = {key: [asked for asked in lines if asked.missing] for key, lines in asked_lines(requests).items()}
    return {key: lines for key, lines in found.items() if lines}


class Wanted(NamedTuple):
    """What open requests together want of one product from one place."""

    product: Product
    place: Place
    units: int
    available: int
    missing: int
    requests: list[int]


def wanted() -> list[Wanted]:
    """Return what open requests want together, by product and place, what is missing first. Five queries.

    Missing is what the product lacks, or its lots one by one, whichever is more.
    """
    lines = TransferRequestLineItem.objects.filter(request__in=TransferRequest.objects.still_open().values("pk"))
    lines = list(lines.select_related("request", "product").order_by("request", "pk"))
    stock = Stock(line.product_id for line in lines)
    groups: defaultdict[tuple, list[TransferRequestLineItem]] = defaultdict(list)
    for line in lines:
        groups[source_of(line.request), line.product_id].append(line)
    places = places_of(place for place, _ in groups)
    found = [wanted_of(places[place], group, stock, place) for (place, _), group in groups.items()]
    return sorted(found, key=lambda row: (-row.missing, row.product.sku, row.place.name))


def wanted_of(place, lines: list[TransferRequestLineItem], stock: Stock, key: PlaceKey) -> Wanted:
    """Return what ``lines``, all of one product, want of ``place``."""
    product = lines[0].product
    of_lots: Counter[int] = Counter()
    for line in lines:
        if line.lot_id is not None:
            of_lots[line.lot_id] += line.requested_quantity
    units, available = sum(line.requested_quantity for line in lines), stock.available(key, product.pk)
    lots_lack = sum(max(0, number - stock.available(key, product.pk, lot)) for lot, number in of_lots.items())
    missing = max(units - available, lots_lack, 0)
    return Wanted(product, place, units, available, missing, sorted({line.request_id for line in lines}))


def lot_problem(lot: Lot | None) -> str:
    """Return why units of ``lot`` may not go to people, such as "expired"; "" where they may."""
    if lot is None:
        return ""
    if lot.status != Lot.Status.RELEASED:
        return lot.status
    return "expired" if lot.is_expired else ""
