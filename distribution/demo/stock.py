"""How many units lie where while the story is told, so that nothing is shipped that was not there."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Model

from inventory.models import Lot, Product, StockMovement, StoreFront, StoreFrontInventory, Warehouse

RECALLED_DAYS_AGO = 24
Place = Warehouse | StoreFront


class Pile(NamedTuple):
    """Units of one lot in one place. ``since`` is the day from which they can be taken."""

    place: Place
    product: Product
    lot: Lot | None
    since: date


class Stock:
    """Piles that shrink as they are taken, and the ledger lines that say so."""

    def __init__(self, story):
        self.story = story
        self.piles: dict[str, list[list]] = defaultdict(list)  # SKU -> [pile, units left]
        self.lines: list[tuple[datetime, Place, Product, Lot | None, int]] = []  # when, where, what, how many more
        self.balances: dict[tuple[str, str], int] = defaultdict(int)  # (storefront, SKU) -> units

    def put(self, pile: Pile, quantity: int) -> None:
        self.piles[pile.product.sku].append([pile, quantity])

    def take(self, place: Place, product: Product, quantity: int, day: date) -> Pile | None:
        """Take units of one lot from ``place``, the one that expires first; None where no lot has enough."""
        pile = self.look(place, product, quantity, day)
        for entry in self.piles[product.sku]:
            if entry[0] is pile:
                entry[1] -= quantity
        return pile

    def look(self, place: Place, product: Product, quantity: int, day: date) -> Pile | None:
        """Return the pile that ``take`` would take from."""
        able = [p for p, left in self.piles[product.sku] if left >= quantity and self.usable(p, place, day)]
        return min(able, key=lambda pile: pile.lot.expires_on if pile.lot else pile.since, default=None)

    def move(self, kind: str, cause: Model, pile: Pile, quantity: int, at: datetime, to: Place | None = None) -> None:
        """Plan the ledger line of ``cause``, out of the pile's place; of an intake, into it."""
        places = {}
        if kind == "intake":
            places[side("to", pile.place)] = pile.place
        else:
            places[side("from", pile.place)] = pile.place
            self._count(pile.place, pile.product, -quantity)
            self.lines.append((at, pile.place, pile.product, pile.lot, -quantity))
        if to is not None:
            places[side("to", to)] = to
            self._count(to, pile.product, quantity)
            self.lines.append((at, to, pile.product, pile.lot, quantity))
        names = {"cause_model": cause._meta.label, "cause_key": cause}
        values = {"product": pile.product, "lot": pile.lot, "quantity": quantity, "at": at, **places, **names}
        self.story.create(StockMovement, kind=kind, by=self.story.people["wanda"], **values)

    def _count(self, place: Place, product: Product, quantity: int) -> None:
        if isinstance(place, StoreFront):
            self.balances[place.name, product.sku] += quantity

    def on_shelf(self, place: Place, at: datetime) -> list[tuple[Product, Lot | None, int]]:
        """Return what lay in a storefront at a time, by SKU and lot number, and how many."""
        left: dict[tuple[str, str], list] = {}
        for moment, where, product, lot, units in self.lines:
            if where is place and moment <= at:
                entry = left.setdefault((product.sku, lot.number if lot else ""), [product, lot, 0])
                entry[2] += units
        return [(product, lot, units) for _, (product, lot, units) in sorted(left.items()) if units]

    def plan_balances(self, wrong: dict[tuple[str, str], int | None]) -> None:
        """Plan the running balance of every storefront; ``wrong`` ones differ, None leaves the row out."""
        for (name, sku), quantity in sorted(self.balances.items()):
            shown = wrong.get((name, sku), quantity)
            if shown is None:
                continue
            because = "demo data" if shown == quantity else f"planted for the demo: the ledger says {quantity}"
            values = {"storefront": self.story.storefronts[name], "product": self.story.products[sku]}
            self.story.create(StoreFrontInventory, because, quantity=shown, **values)

    def usable(self, pile: Pile, place: Place, day: date) -> bool:
        """True where units of ``pile`` may leave ``place`` on ``day``; the recalled lot went out until its recall."""
        if pile.place is not place or pile.since > day:
            return False
        if pile.lot is None:
            return True
        if pile.lot.status == Lot.Status.RECALLED and day >= self.story.day(RECALLED_DAYS_AGO):
            return False
        blocked = pile.lot.status in (Lot.Status.ON_HOLD, Lot.Status.QUARANTINED)
        return not blocked and (pile.lot.expires_on is None or pile.lot.expires_on > day)


def side(direction: str, place: Place) -> str:
    """Return the column of a ledger line that names ``place``, such as "from_warehouse"."""
    return f"{direction}_{'warehouse' if isinstance(place, Warehouse) else 'storefront'}"
