"""Where the units of one lot are, as the effective ledger says: each in one place."""

from collections import Counter
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from inventory.effective import Sql, as_columns, counted_lines, kind_of, unbooked_lines, united
from inventory.models import Lot, Place, StockMovement, Warehouse, sources
from inventory.place_key import SIDES, WAREHOUSE, PlaceKey, places_of

Kind = StockMovement.Kind
ANY_LOT = -1  # no lot has this key


class LotStock(NamedTuple):
    """Units of one lot. ``written_off`` is what adjustments took away, less what they found."""

    taken_in: int
    dispatched: int
    returned: int
    written_off: int
    places: list[tuple[Place, int]]  # only those that hold units, or less than none

    @property
    def in_quarantine(self) -> int:
        return sum(units for place, units in self.places if isinstance(place, Warehouse) and place.is_quarantine)

    @property
    def in_warehouses(self) -> int:
        """Units in warehouses, without those in quarantine."""
        return sum(units for place, units in self.places if isinstance(place, Warehouse)) - self.in_quarantine

    @property
    def on_shelves(self) -> int:
        return sum(units for place, units in self.places if not isinstance(place, Warehouse))


def stock_of_lot(lot: Lot, left_unnamed: Counter[PlaceKey] | None = None) -> LotStock:
    """Return where the units of ``lot`` are and how they came there. Three statements.

    ``left_unnamed`` are units of it that shipments took from places while nobody knew the lot: the ledger has them
    without one.
    """
    gone = left_unnamed or Counter()
    held: Counter[PlaceKey] = Counter({place: -units for place, units in gone.items()})
    outside: Counter[str] = Counter()  # by kind: units that came into the house less those that left it
    outside[Kind.DISPATCH] = -gone.total()
    for kind, *sides, units in movements_of(lot):
        left, reached = PlaceKey.of(*sides[:2]), PlaceKey.of(*sides[2:])
        for place, number in ((left, -units), (reached, units)):
            if place is not None:
                held[place] += number
                outside[kind] += number
    rows = places_of(held)
    ordered = sorted((key for key in held if held[key]), key=lambda key: (key.kind != WAREHOUSE, rows[key].name))
    return LotStock(
        taken_in=outside[Kind.INTAKE],
        dispatched=-outside[Kind.DISPATCH],
        returned=outside[Kind.RETURN],
        written_off=-outside[Kind.ADJUSTMENT],
        places=[(rows[key], held[key]) for key in ordered],
    )


def movements_of(lot: Lot) -> list[tuple]:
    """Return (kind, the four sides of a ledger line, units) of the effective ledger of ``lot``. One statement."""
    statement, params = movements_sql(connection.vendor, tuple(source.label for source in sources))
    with connection.cursor() as cursor:
        cursor.execute(statement, [lot.pk if value == ANY_LOT else value for value in params])
        return cursor.fetchall()


@cache
def movements_sql(vendor: str, labels: tuple[str, ...]) -> Sql:
    """Return the statement of ``movements_of`` with ANY_LOT in place of the lot.

    It is the same for every lot as long as the database and the sources are: building it costs more than asking it.
    """
    booked = (lines.filter(lot=ANY_LOT) for lines in counted_lines())
    branches = [lines.values_list("kind", *SIDES).order_by().annotate(units=Sum("quantity")) for lines in booked]
    for source, rows in unbooked_lines():
        if lot_path := (source.columns or {}).get("lot_id"):
            of_lot = as_columns(source, rows.filter(**{lot_path: ANY_LOT})).annotate(moved_as=kind_of(source))
            branches.append(of_lot.values_list("moved_as", *(f"line_{name}" for name in (*SIDES, "quantity"))))
    return united(branches)
