"""Mass balance: every unit of a lot stands in one place."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from distribution.tracing.shipped_lines import VOID, ShippedLine
from eqms.charts import Chart, bar_chart
from inventory.lot_stock import LotStock, stock_of_lot
from inventory.models import Lot
from inventory.place_key import PlaceKey


class MassBalance(NamedTuple):
    """produced = in warehouses + on shelves + in quarantine + with consignees + written off + unaccounted."""

    produced: int
    in_warehouses: int
    on_shelves: int
    in_quarantine: int
    with_consignees: int
    written_off: int
    stock: LotStock
    shipped: int
    returned: int
    is_produced_known: bool  # False: nobody wrote down how many were made, so what was taken in stands for it

    @property
    def unaccounted(self) -> int:
        """Units that nobody knows the place of; below zero where more are known of than were produced."""
        return self.produced - sum(units for _, units in self.parts[:-1])

    @property
    def in_house(self) -> int:
        """Units that are here: in warehouses, on shelves, in quarantine."""
        return self.in_warehouses + self.on_shelves + self.in_quarantine

    @property
    def parts(self) -> list[tuple[str, int]]:
        """What the produced units add up from, in words; the unaccounted ones last."""
        known = [
            ("in warehouses", self.in_warehouses),
            ("on shelves", self.on_shelves),
            ("in quarantine", self.in_quarantine),
            ("with consignees", self.with_consignees),
            ("written off", self.written_off),
        ]
        return [*known, ("unaccounted", self.produced - sum(units for _, units in known))]

    @property
    def notes(self) -> list[str]:
        """What may explain units that are unaccounted for, in sentences."""
        found = []
        if not self.is_produced_known:
            found.append("Nobody wrote down how many units were produced: the units taken in stand for them.")
        elif missing := self.produced - self.stock.taken_in:
            found.append(missing_intake(missing))
        if undispatched := self.shipped - self.stock.dispatched:
            found.append(not_in_ledger(undispatched))
        if self.returned != self.stock.returned:
            found.append(
                f"Returns of shipments say {self.returned:,} units came back, the ledger says {self.stock.returned:,}."
            )
        return found

    @property
    def chart(self) -> Chart:
        """The picture of the parts."""
        short = ["stored", "shelves", "held", "shipped", "lost", "missing"]
        title = f"Where the {self.produced:,} units of the lot are"
        names = [name.capitalize() for name, _ in self.parts]
        return bar_chart(title, names, [units for _, units in self.parts], names=("Place", "Units"), short=short)


def missing_intake(units: int) -> str:
    """Return in words that produced and taken in differ by ``units``."""
    if units > 0:
        return f"{units:,} produced units were never taken in."
    return f"{-units:,} more units were taken in than were produced."


def not_in_ledger(units: int) -> str:
    """Return in words that shipments and the ledger's dispatches of the lot differ by ``units``."""
    if units > 0:
        return f"{units:,} shipped units left from no known place: the ledger counts them where they lay, too."
    return f"The ledger dispatched {-units:,} units more than the shipments of this lot say."


def left_unnamed(lines: Iterable[ShippedLine]) -> Counter[PlaceKey]:
    """Return the units, by the place they left, of lines that name the lot by its number alone."""
    found: Counter[PlaceKey] = Counter()
    for line in lines:
        place = PlaceKey.of(line.from_warehouse_id, line.from_storefront_id)
        if line.lot_id is None and place is not None:
            found[place] += line.quantity
    return found


def mass_balance(lot: Lot, lines: Iterable[ShippedLine]) -> MassBalance:
    """Return where the units of ``lot`` are; ``lines`` are its shipments, void ones are left out. Three statements."""
    counted = [line for line in lines if line.status != VOID]
    stock = stock_of_lot(lot, left_unnamed(counted))
    shipped, returned = sum(line.quantity for line in counted), sum(line.returned for line in counted)
    return MassBalance(
        produced=stock.taken_in if lot.units_produced is None else lot.units_produced,
        in_warehouses=stock.in_warehouses,
        on_shelves=stock.on_shelves,
        in_quarantine=stock.in_quarantine,
        with_consignees=shipped - returned,
        written_off=stock.written_off,
        stock=stock,
        shipped=shipped,
        returned=returned,
        is_produced_known=lot.units_produced is not None,
    )
