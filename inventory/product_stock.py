"""What there is of one product and why: sums of the effective ledger by kind, place and lot, and over time.

The effective ledger is its lines that count and those that rows should have and lack. A fixed number of
queries, and each answers with sums: a product may have a million lines.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Min, QuerySet, Sum
from django.db.models.functions import Trunc
from django.utils import timezone

from inventory.effective import unbooked_lines
from inventory.models import Lot, Place, Product, StockMovement, Warehouse
from inventory.place_key import SIDES, STOREFRONT, WAREHOUSE, PlaceKey, places_of

Kind = StockMovement.Kind
LEDGER: dict[str, Any] = {name: name for name in ("kind", "lot_id", "quantity", "at", *SIDES)}
MOST_POINTS = 60
# How long each step of a history is in days at most, finest first.
STEPS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


class Flow(NamedTuple):
    """Units of one kind and lot that went from one place to another; None is outside of the house."""

    kind: str
    lot: int | None
    source: PlaceKey | None
    destination: PlaceKey | None
    units: int
    rows: int
    first: date | None
    is_booked: bool  # False: rows moved these units, and the ledger lacks their lines


class AtPlace(NamedTuple):
    """Units in one place. ``balance`` is what a storefront's row says, 0 where it has none, None for a warehouse."""

    key: PlaceKey
    place: Place
    units: int
    balance: int | None

    @property
    def differs(self) -> bool:
        """True where the balance is not what the ledger says."""
        return self.balance is not None and self.balance != self.units


class OfLot(NamedTuple):
    """Where the units of one lot are; ``lot`` None is units without one."""

    lot: Lot | None
    in_warehouses: int
    on_shelves: int


@dataclass
class ProductStock:
    """The figures of one product."""

    flows: list[Flow]
    places: list[AtPlace] = field(default_factory=list)
    lots: list[OfLot] = field(default_factory=list)

    def of_kind(self, kind: str) -> int:
        """Units that came in by lines of ``kind`` less those that left; moves between places are none of either."""
        into = sum(flow.units for flow in self.flows if flow.kind == kind and flow.destination)
        out = sum(flow.units for flow in self.flows if flow.kind == kind and flow.source)
        return into - out

    @property
    def taken_in(self) -> int:
        return self.of_kind(Kind.INTAKE)

    @property
    def dispatched(self) -> int:
        return -self.of_kind(Kind.DISPATCH)

    @property
    def returned(self) -> int:
        return self.of_kind(Kind.RETURN)

    @property
    def adjusted(self) -> int:
        return self.of_kind(Kind.ADJUSTMENT)

    @property
    def on_shelves(self) -> int:
        return sum(at.units for at in self.places if at.key.kind == STOREFRONT)

    @property
    def balances(self) -> int:
        """Units on shelves as their balances say."""
        return sum(at.balance or 0 for at in self.places)

    @property
    def in_quarantine(self) -> int:
        return sum(at.units for at in self.places if isinstance(at.place, Warehouse) and at.place.is_quarantine)

    @property
    def in_warehouses(self) -> int:
        """Units in warehouses that may be shipped: without quarantine."""
        return sum(at.units for at in self.places if at.key.kind == WAREHOUSE) - self.in_quarantine

    @property
    def here(self) -> int:
        """Units in all places: taken in + returned + adjusted - dispatched."""
        return sum(at.units for at in self.places)

    @property
    def rows_unbooked(self) -> int:
        """Rows that moved units and whose ledger lines are missing."""
        return sum(flow.rows for flow in self.flows if not flow.is_booked)

    @property
    def rows_counted(self) -> int:
        """Lines of the ledger that count."""
        return sum(flow.rows for flow in self.flows if flow.is_booked)

    @property
    def wrong_places(self) -> list[AtPlace]:
        return [at for at in self.places if at.differs]

    @property
    def first_day(self) -> date | None:
        """The day of the first line that touched a storefront, None where none did."""
        days = [flow.first for flow in self.flows if flow.first and STOREFRONT in kinds_of(flow)]
        return min(days, default=None)


def kinds_of(flow: Flow) -> set[str]:
    """Return which kinds of places ``flow`` touches."""
    return {place.kind for place in (flow.source, flow.destination) if place}


def stock_of(product: Product) -> ProductStock:
    """Return where the units of ``product`` are and how they came there.

    One query for the ledger, one for each source, one each for balances, warehouses, storefronts and lots.
    """
    stock = ProductStock(list(flows_of(product)))
    balances = dict(product.storefront_inventory_entries.values_list("storefront_id", "quantity"))
    units = units_by(stock.flows, lambda place, flow: place)
    keys = units.keys() | {PlaceKey(STOREFRONT, storefront) for storefront in balances}
    rows = places_of(keys)
    stock.places = [
        AtPlace(key, rows[key], units[key], balances.get(key.id, 0) if key.kind == STOREFRONT else None)
        for key in sorted(keys, key=lambda key: (key.kind != WAREHOUSE, rows[key].name))
    ]
    stock.lots = lots_of(stock.flows)
    return stock


def units_by(flows: Iterable[Flow], group) -> Counter:
    """Return units by ``group(place, flow)``: what reached a place less what left it."""
    units: Counter = Counter()
    for flow in flows:
        for place, number in ((flow.source, -flow.units), (flow.destination, flow.units)):
            if place is not None:
                units[group(place, flow)] += number
    return units


def lots_of(flows: list[Flow]) -> list[OfLot]:
    """Return where units of each lot are, newest lot first; empty where no unit has a lot. One query."""
    units = units_by(flows, lambda place, flow: (flow.lot, place.kind))
    rows = Lot.objects.in_bulk([lot for lot, _ in units if lot])
    if not rows:
        return []
    found = [
        OfLot(rows.get(lot), units[lot, WAREHOUSE], units[lot, STOREFRONT])
        for lot in sorted({lot for lot, _ in units}, key=lambda lot: -(lot or 0))
    ]
    return [of_lot for of_lot in found if of_lot.in_warehouses or of_lot.on_shelves]


def flows_of(product: Product) -> Iterator[Flow]:
    """Yield the sums of the effective ledger. One query for its lines, one for each source."""
    for rows, columns, kind in effective_lines(product):
        groups = grouped(rows, columns, "kind", "lot_id", *SIDES)
        sums = groups.annotate(n=Sum(columns["quantity"]), count=Count("pk"), first=Min(columns["at"]))
        for line in sums:
            ends = [line.get(f"line_{name}") for name in SIDES]
            yield Flow(
                kind=line.get("line_kind", kind),
                lot=line.get("line_lot_id"),
                source=PlaceKey.of(*ends[:2]),
                destination=PlaceKey.of(*ends[2:]),
                units=line["n"],
                rows=line["count"],
                first=day_of(line["first"]),
                is_booked=not kind,
            )


def effective_lines(product: Product) -> Iterator[tuple[QuerySet, dict[str, Any], str]]:
    """Yield rows, where each column of a ledger line stands in them, and their kind: "" for the ledger itself."""
    yield product.movements.counted(), LEDGER, ""
    for source, rows in unbooked_lines(Product.objects.filter(pk=product.pk)):
        yield rows, source.columns or {}, source.kind


def grouped(rows: QuerySet, columns: dict[str, Any], *names: str) -> QuerySet:
    """Return ``rows`` as values of those of ``names`` that ``columns`` knows, each under ``line_`` and its name."""
    known = {name: columns[name] for name in names if name in columns}
    values = {f"line_{name}": F(path) if isinstance(path, str) else path for name, path in known.items()}
    return rows.order_by().values(**values)


def day_of(moment: date | datetime | None) -> date | None:
    """Return the day of ``moment`` here, which may be a day already."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


# -- over time -------------------------------------------------------------------------------------------


class History(NamedTuple):
    """Units in one storefront at the end of each ``step`` (such as "week") in which they changed, and today."""

    at: AtPlace
    step: str
    points: list[tuple[date, int]]


def histories_of(product: Product, stock: ProductStock) -> list[History]:
    """Return the history of each storefront that units reached or left, at most MOST_POINTS points each.

    As many queries as the ledger and the sources that touch storefronts; the database adds up.
    """
    first = stock.first_day
    if first is None:
        return []
    today = timezone.localdate()
    step = step_of(first, today)
    changes = changes_of(product, step, first)
    found = []
    for at in stock.places:
        days = sorted(changes.get(at.key, ()))
        units = accumulate(changes[at.key][day] for day in days) if days else ()
        points = list(zip(days, units, strict=True))
        if points and points[-1][0] < today:
            points.append((today, points[-1][1]))
        if points:
            found.append(History(at, step, points))
    return found


def step_of(first: date, last: date) -> str:
    """Return the finest step that needs at most MOST_POINTS points from ``first`` to ``last``.

    >>> step_of(date(2026, 1, 1), date(2026, 2, 1)), step_of(date(2020, 1, 1), date(2026, 2, 1))
    ('day', 'quarter')
    """
    days = (last - first).days
    return next((step for step, length in STEPS.items() if days // length + 3 <= MOST_POINTS), "year")


def changes_of(product: Product, step: str, first: date) -> dict[PlaceKey, Counter[date]]:
    """Return by storefront how many units more or fewer each step brought; rows without a day count on ``first``."""
    changes: defaultdict[PlaceKey, Counter[date]] = defaultdict(Counter)
    for rows, columns, _ in effective_lines(product):
        sides = {"from_storefront_id": -1, "to_storefront_id": 1}
        if not sides.keys() & columns.keys():
            continue
        moment = columns["at"]
        day = Trunc(F(moment) if isinstance(moment, str) else moment, step, output_field=DateField())
        lines = grouped(rows, {**columns, "day": day}, "day", *sides).annotate(n=Sum(columns["quantity"]))
        for line in lines:
            for side, sign in sides.items():
                if (storefront := line.get(f"line_{side}")) is not None:
                    changes[PlaceKey(STOREFRONT, storefront)][line["line_day"] or first] += sign * line["n"]
    return changes
