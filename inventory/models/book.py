"""Moving units within one plan: check what is there, write ledger lines and balances together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Q, Sum

from eqms.models import User
from eqms.operations import Plan, Refused

from .ledger import Place, StockMovement
from .places import StoreFront, Warehouse
from .products import Lot, Product
from .stock import StoreFrontInventory

OVERRIDE = "inventory.override_lot_status"
Kind = StockMovement.Kind
Piles = tuple[Mapping[int | None, int], Mapping[int | None, int]]  # units by the key of their lot


class Move(NamedTuple):
    """Units on their way. No ``source``: they come from outside; no ``destination``: they leave the house.

    ``on`` is the day they went, None for today: a lot may have left before it expired.
    """

    kind: str
    product_id: UUID
    lot: Lot | None
    quantity: int
    source: Place | None = None
    destination: Place | None = None
    on: date | None = None


class StockBook:
    """What one plan does to stock.

    Its products are locked in the order of their keys, and sums are read after that: so whoever moves
    units of a product waits for the one before. ``move`` collects what cannot be done, ``settle``
    refuses all of it at once, else plans the balances.
    """

    def __init__(
        self, plan: Plan, *, products: Iterable[UUID], by: User | str, override: bool = False, reason: str = ""
    ):
        self.plan, self.by, self.reason = plan, by, reason
        rows = plan.watch_all(Product.objects.filter(pk__among=sorted(set(products))))
        self.products = {product.pk: product for product in rows}
        self.problems: list[str] = []
        self._ledger: dict[Place, dict[UUID, dict[int | None, int]]] = {}
        self._on_the_way: dict[Place, dict[UUID, Counter[int | None]]] = defaultdict(lambda: defaultdict(Counter))
        self._balances: dict[StoreFront, dict[UUID, StoreFrontInventory]] = {}
        self._lots: dict[int, Lot] = {}
        self.may_override = override
        if override:
            self._refuse_override()

    def _refuse_override(self) -> None:
        if isinstance(self.by, User) and not self.by.has_perm(OVERRIDE):
            raise Refused(f"{self.by} lacks the permission {OVERRIDE}: lots that are not released stay where they are.")
        if not self.reason.strip():
            raise Refused("Say why lots that are expired or not released may go out: the reason stands in the record.")

    def move(self, move: Move, *, cause: models.Model | None, because: str, **columns) -> None:
        """Plan the ledger line of ``move``, or note what stands in its way.

        ``cause`` is the row that the line follows from, None for an adjustment. ``columns`` are further
        columns of the line, such as ``at`` and ``reason``.
        """
        if problem := self.moved(move, cause=cause, because=because, **columns):
            self.problems.append(problem)

    def moved(self, move: Move, *, cause: models.Model | None, because: str, **columns) -> str:
        """Plan the ledger line of ``move`` and return ""; or why it cannot be made, and then nothing is planned."""
        if problem := self.problem_of(move):
            return problem
        self._count(move)
        values = {"kind": move.kind, "product": self.products[move.product_id], "lot": move.lot}
        values |= {column("from", move.source): move.source} if move.source else {}
        values |= {column("to", move.destination): move.destination} if move.destination else {}
        values |= {"cause_model": cause._meta.label, "cause_key": key_of(cause)} if cause else {}
        values |= {"by": self.by if isinstance(self.by, User) else None, "quantity": move.quantity, **columns}
        self.plan.create(StockMovement, because=because, **values)
        return ""

    def settle(self) -> None:
        """Plan the balances of all moves; Refused, naming each, where one of them cannot be made."""
        if self.problems:
            raise Refused("\n".join(self.problems))
        for storefront, product_id, units in self._moved():
            balance = self._balances_of(storefront).get(product_id)
            because = f"{abs(units)} units {'came' if units > 0 else 'went'}"
            if balance is None:
                values = {"storefront": storefront, "product": self.products[product_id], "quantity": units}
                self.plan.create(StoreFrontInventory, because=because, **values)
            else:
                self.plan.update(balance, quantity=balance.quantity + units, because=because)

    def available(self, place: Place, product_id: UUID, lot: Lot | None = None) -> int:
        """Units that may leave ``place`` after the moves so far: of ``lot``, or of the product as a whole.

        A storefront gives what both its balance and the ledger hold.
        """
        piles = self._piles(place, product_id)
        units = units_in(piles)
        if not isinstance(place, Warehouse):
            units = min(units, self._balance_after(place, product_id))
        return units if lot is None else min(units, units_in(piles, lot))

    def units(self, place: Place, product_id: UUID, lot: Lot | None = None) -> int:
        """Units in ``place`` after the moves so far, as the ledger says: of ``lot``, or of the product as a whole."""
        return units_in(self._piles(place, product_id), lot)

    def problem_of(self, move: Move) -> str:
        """Return in words why ``move`` cannot be made, "" where it can."""
        product = self.products[move.product_id]
        if product.is_lot_tracked and move.lot is None:
            return f"{product}: it is lot-tracked, so name the lot."
        if move.destination is not None and move.destination.archived_at and move.kind != Kind.ADJUSTMENT:
            return f"{product}: {move.destination} is archived, so nothing goes there."
        if problem := self._problem_of_lot(move, product):
            return problem
        if move.source is None:
            return ""
        available = self.available(move.source, move.product_id, move.lot)
        if available >= move.quantity:
            return ""
        of_lot = f" of lot {move.lot}" if move.lot else ""
        wanted = f"{move.quantity} wanted{of_lot}"
        return f"{product}: {wanted}, {max(available, 0)} available in {move.source}.{self._damage(move)}"

    def _problem_of_lot(self, move: Move, product: Product) -> str:
        """Return why units of the lot may not go to people; moving them out of their reach is always allowed."""
        goes_out = move.kind == Kind.DISPATCH or (
            move.kind == Kind.TRANSFER and isinstance(move.destination, StoreFront)
        )
        if move.lot is None or not goes_out or self.may_override:
            return ""
        reason = self.unfit_to_leave(move.lot, move.on)
        return f"{product}: lot {move.lot} {reason}, so it stays where it is." if reason else ""

    def unfit_to_leave(self, lot: Lot, on: date | None = None) -> str:
        """Return why units of ``lot`` may not go out ``on`` a day (None: today), "" where they may."""
        lot = self._watched(lot)
        if lot.status != Lot.Status.RELEASED:
            return f"is {lot.get_status_display().lower()}"
        return f"expired on {lot.expires_on:%Y-%m-%d}" if lot.is_expired_on(on) else ""

    def _watched(self, lot: Lot) -> Lot:
        """Return ``lot`` as it stands, locked: it may have been recalled a moment ago."""
        found = self._lots.get(lot.id)
        if found is None:
            found = self._lots[lot.id] = self.plan.watch(lot)
        return found

    def know(self, lots: Iterable[Lot]) -> dict[int, Lot]:
        """Return ``lots`` as they stand, locked, by key: one query in place of one for each that moves."""
        wanted = sorted({lot.pk for lot in lots} - set(self._lots))
        self._lots |= {lot.pk: lot for lot in self.plan.watch_all(Lot.objects.filter(pk__among=wanted))}
        return self._lots

    def _damage(self, move: Move) -> str:
        """Return what to do where a storefront's balance and the ledger disagree."""
        if isinstance(move.source, Warehouse):
            return ""
        ledger = self.units(move.source, move.product_id)
        shown = self._balance_after(move.source, move.product_id)
        if ledger == shown:
            return ""
        return f" Its balance says {shown}, the ledger {ledger}: run fix_storefront_inventory."

    def _count(self, move: Move) -> None:
        lot = move.lot.id if move.lot else None
        for place, units in ((move.source, -move.quantity), (move.destination, move.quantity)):
            if place is None:
                continue
            self._on_the_way[place][move.product_id][lot] += units

    def _moved(self) -> list[tuple[StoreFront, UUID, int]]:
        """Return what the moves do to balances, in the order in which they are written."""
        found: Counter[tuple[StoreFront, UUID]] = Counter()
        for place, products in self._on_the_way.items():
            if isinstance(place, StoreFront):
                for product_id, piles in products.items():
                    found[place, product_id] += sum(piles.values())
        in_order = sorted(found.items(), key=lambda item: (item[0][0].pk, item[0][1]))
        return [(storefront, product_id, units) for (storefront, product_id), units in in_order if units]

    def _balance_after(self, storefront: StoreFront, product_id: UUID) -> int:
        balance = self._balances_of(storefront).get(product_id)
        return (balance.quantity if balance else 0) + sum(self._on_the_way[storefront][product_id].values())

    def _balances_of(self, storefront: StoreFront) -> dict[UUID, StoreFrontInventory]:
        """Return the balances of the book's products, by product. One query a storefront."""
        if storefront not in self._balances:
            rows = storefront.balances.filter(product__pk__among=sorted(self.products))
            self._balances[storefront] = {row.product_id: row for row in self.plan.watch_all(rows)}
        return self._balances[storefront]

    def _piles(self, place: Place, product_id: UUID) -> Piles:
        """Return units of a product in ``place`` by lot: before the moves, and what they did."""
        return self._units_at(place).get(product_id, {}), self._on_the_way[place][product_id]

    def _units_at(self, place: Place) -> dict[UUID, dict[int | None, int]]:
        """Return units of the book's products in ``place`` by product and lot before its moves. One query a place."""
        known = self._ledger.get(place)
        if known is None:
            lines = StockMovement.objects.filter(product__pk__among=sorted(self.products))
            known = defaultdict(dict)
            for (product_id, lot_id), units in units_at(place, lines).items():
                known[product_id][lot_id] = units
            self._ledger[place] = known
        return known


def units_in(piles: Piles, lot: Lot | None = None) -> int:
    """Return the units in ``piles``: of ``lot``, or all of them."""
    if lot is not None:
        before, moved = piles
        return before.get(lot.id, 0) + moved.get(lot.id, 0)
    return sum(sum(units.values()) for units in piles)


def units_at(place: Place, lines) -> dict[tuple[UUID, int | None], int]:
    """Return units in ``place`` by (product, lot) after the ledger lines ``lines``. One query."""
    out, into = column("from", place), column("to", place)
    found: Counter[tuple[UUID, int | None]] = Counter()
    here = lines.filter(Q(**{out: place}) | Q(**{into: place})).order_by()
    for product, lot, reached, units in here.values_list("product_id", "lot_id", into).annotate(n=Sum("quantity")):
        found[product, lot] += units if reached == place.pk else -units
    return found


def column(direction: str, place: Place) -> str:
    """Return the column of a ledger line that names ``place``, such as "from_warehouse"."""
    return f"{direction}_{'warehouse' if isinstance(place, Warehouse) else 'storefront'}"


def key_of(cause: models.Model):
    """Return what names ``cause`` in a ledger line: its key as text, or the row itself while the plan creates it."""
    return cause if cause.pk is None else str(cause.pk)
