"""What becomes of reported shipments: looked up together, judged line by line, planned together."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils import timezone

from distribution.models import DefaultPlace, Distribution, DistributionLine, SkippedShipment
from distribution.models.shipments import CONSIGNEE
from distribution.policy import may_wait
from eqms.models import User
from eqms.operations import Plan, PlanChanged, Refused
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Move, Place, Product, ProductCode, StockBook, StockMovement, Warehouse
from inventory.models.book import OVERRIDE
from inventory.models.stock import LARGEST_QUANTITY
from inventory.place_key import places_of
from inventory.stock import at_noon_of
from sales.models import SalesOrder

from .known import AGAIN, KnownLine, KnownShipment, KnownShipments, goods_of
from .new import NewLine, NewShipment, Trouble, content_key, too_early

NO_ORDERS: Mapping[str, SalesOrder] = {}
MANUAL = Distribution.Source.MANUAL
ONE_ROW = "Write their sum in one row, or give each parcel its tracking number."
JOINS_LEFT_OUT = "is no sales order, and other goods of this shipment were left out before"
ORDER_FIRST = "Import or enter the order first."
Kind = StockMovement.Kind
LOOK_AT_BOTH = "Compare with the paper: void the one that is wrong, or give both their tracking numbers."


class Line(NamedTuple):
    """A line with what is known of it."""

    given: NewLine
    product: Product
    lot: Lot | None

    @property
    def lot_key(self) -> str:
        return code_key_or_empty(self.given.lot_number)

    @property
    def goods(self) -> tuple:
        """What makes it the same goods as another line: product, lot, serial number."""
        lot = self.lot.pk if self.lot else self.lot_key
        return self.product.pk, lot, code_key_or_empty(self.given.serial_number)

    def as_known(self, number: int) -> KnownLine:
        """Return the line as it will stand."""
        serial = code_key_or_empty(self.given.serial_number)
        lot = self.lot.pk if self.lot else None
        return KnownLine(self.product.pk, lot, self.lot_key, serial, self.given.quantity, number)

    def __str__(self):
        lot = f", lot {self.lot or self.given.lot_number}" if self.lot or self.given.lot_number else ""
        return f"{self.given.quantity:,} of {self.product.sku}{lot}"


@dataclass
class Outcome:
    """What becomes of one shipment.

    Lines are named by their place, from 0. ``repeated``: with the shipment that has them, None where it was
    reported or left out before. ``joins``: the shipment that is here and gets the fresh lines. ``place``: where
    they leave.
    ``row``: what was planned, a Distribution or a SkippedShipment.
    """

    given: NewShipment
    troubles: list[Trouble] = field(default_factory=list)
    repeated: list[tuple[int, KnownShipment | None]] = field(default_factory=list)
    fresh: list[tuple[int, Line]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    order: SalesOrder | None = None
    joins: KnownShipment | None = None
    place: Place | None = None
    key: str | None = None
    is_left_out: bool = False  # it finds no order and none may wait: kept as a skipped shipment
    row: Distribution | SkippedShipment | None = None

    @property
    def is_refused(self) -> bool:
        """True where nothing of it can be taken in."""
        return any(trouble.line is None for trouble in self.troubles)


class Shipping:
    """The work on some reported shipments within one plan.

    Products are locked before anything is looked at, so equal work at once waits for each other.
    ``orders`` are planned in the same plan and not yet in the database, by their number keys.
    """

    def __init__(
        self,
        plan: Plan,
        shipments: Iterable[NewShipment],
        *,
        by: User | str,
        goods_left: bool = False,
        orders: Mapping[str, SalesOrder] = NO_ORDERS,
    ):
        self.plan = plan
        self.today = timezone.localdate()
        self.given = list(shipments)
        lines = [line for new in self.given for line in new.lines]
        self.products = Product.objects.known_as(line.sku for line in lines)
        self.book = StockBook(plan, products=[product.pk for product in self.products.values()], by=by)
        self.book.may_override = goods_left
        if goods_left:
            plan.permissions.append(OVERRIDE)
            if isinstance(by, User) and not by.has_perm(OVERRIDE):
                raise Refused(f"{by} lacks the permission {OVERRIDE}: lots that are not released stay where they are.")
        self.packages = ProductCode.objects.packages_among(self.products)
        self.lots = self._watched_lots(lines)
        self.orders = {**orders_by_key({new.order_key for new in self.given}), **orders}
        self.known = KnownShipments(self.given)
        self.noons = {day: at_noon_of(day) for day in {new.ship_date for new in self.given}}
        self.places = places_of(row.place for row in self.known.by_key.values() if row.place)
        self.defaults = default_places()
        self.may_wait = may_wait()
        self._seen: dict[tuple[str, str], Outcome] = {}
        self.outcomes = [self._outcome(new) for new in self.given]
        self._watch_joined()

    def draft(self) -> None:
        """Plan every fresh line with its shipment and its ledger line, then the balances."""
        for outcome in self.outcomes:
            if outcome.fresh:
                self._plan(outcome)
        self.book.settle()
        if unmatched := {out.given.order_key for out in self.outcomes if out.fresh and out.order is None} - {""}:
            self.plan.look_last(lambda: orders_meanwhile(unmatched))

    # -- judging -----------------------------------------------------------------------------------

    def _watched_lots(self, lines: list[NewLine]) -> dict[tuple, Lot]:
        of_these = Lot.objects.filter(product__pk__among=sorted(self.book.products))
        known = of_these.known_as({line.lot_number for line in lines})
        fresh = self.book.know(known.values())
        return {key: fresh[lot.pk] for key, lot in known.items()}

    def _outcome(self, new: NewShipment) -> Outcome:
        outcome = Outcome(new, order=self.orders.get(new.order_key), key=new.key)
        outcome.troubles += self._troubles_of(new, outcome)
        judged = [(place, self._line(place, line, outcome)) for place, line in enumerate(new.lines)]
        lines = [(place, line) for place, line in judged if line]
        before = self._seen.setdefault((new.source, outcome.key), outcome) if outcome.key else outcome
        active = [row for row in self.known.with_key_of(new) if not row.is_void]
        if before is not outcome:
            self._compare_reported(outcome, lines, before)
        elif new.is_whole and active:
            self._compare_whole(outcome, lines, active[0])
        else:
            self._compare_lines(outcome, lines)
        self._know_left_out(outcome)
        self._hold_back_unfit(outcome)
        if outcome.is_refused:
            outcome.fresh = []
        elif outcome.fresh:
            self._settle_place_and_key(outcome, active)
        return outcome

    def _compare_reported(self, outcome: Outcome, lines: list[tuple[int, Line]], before: Outcome) -> None:
        """Compare with the shipment of the same key that was reported before it in the same work."""
        if sorted(outcome.given.lines) == sorted(before.given.lines):
            outcome.repeated = [(place, None) for place, _ in lines]
            return
        reason = "is reported twice with other lines under the same key"
        outcome.troubles.append(Trouble(None, "external_key", outcome.key or "", reason, LOOK_AT_BOTH))

    def _troubles_of(self, new: NewShipment, outcome: Outcome) -> list[Trouble]:
        """Return what is wrong with the shipment as a whole."""
        found = []
        if new.ship_date > self.today:
            day = f"{new.ship_date:%Y-%m-%d}"
            found.append(Trouble(None, "ship_date", day, "is still to come", "Write the day the goods left."))
        elif is_by_hand(new) and (reason := too_early(new.ship_date, outcome.order)):
            found.append(Trouble(None, "ship_date", new.ship_date.isoformat(), *reason))
        if not new.lines:
            found.append(Trouble(None, "lines", "", "are missing", "Name at least one product with its quantity."))
        if is_by_hand(new) and outcome.order is None:
            found.append(Trouble(None, "order_number", new.order_number, "is no sales order", ORDER_FIRST))
        return found

    def _line(self, place: int, line: NewLine, outcome: Outcome) -> Line | None:
        """Return the line with its product and lot; None, with the reason among the troubles, where it is no line."""
        key = code_key_or_empty(line.sku)
        known = self.products.get(key)
        product = self.book.products.get(known.pk) if known else None
        found: list[tuple[str, str, str, str]] = []
        if product is None:
            found.append(("sku", line.sku, "is no product's SKU or code", "Correct it, or add the product first."))
        elif units := self.packages.get(key):
            remedy = f"Write the SKU {product.sku} and the quantity in single units."
            found.append(("sku", line.sku, f"means a package of {units:,} units", remedy))
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            remedy = f"Write whole units from 1 to {LARGEST_QUANTITY:,}."
            found.append(("quantity", str(line.quantity), "is no quantity", remedy))
        lot = self.lots.get((product.pk, code_key_or_empty(line.lot_number))) if product and line.lot_number else None
        if product:
            found += self._troubles_of_lot(line, product, lot, outcome)
        outcome.troubles += [Trouble(place, *trouble) for trouble in found]
        return Line(line, product, lot) if product and not found else None

    def _troubles_of_lot(self, line: NewLine, product: Product, lot: Lot | None, outcome: Outcome) -> list[tuple]:
        if product.is_lot_tracked and not line.lot_number:
            return [
                ("lot_number", "", f"is missing, and {product.sku} is lot-tracked", "Write the lot as on the paper.")
            ]
        if lot is None and is_by_hand(outcome.given) and product.is_lot_tracked:
            reason = f"is no known lot of {product.sku}"
            remedy = "Compare it with the goods. If it is right, take its units into stock first."
            return [("lot_number", line.lot_number, reason, remedy)]
        if lot is None and line.lot_number:
            outcome.flags.append(f"lot {line.lot_number} of {product.sku} is not known: kept as reported")
        return []

    def _compare_whole(self, outcome: Outcome, lines: list[tuple[int, Line]], same: KnownShipment) -> None:
        """Compare with the shipment of the same key: all of it is repeated, or it is a conflict."""
        if len(lines) < len(outcome.given.lines):
            return  # what is wrong with a line is said already
        if goods_of(line.as_known(0) for _, line in lines) == goods_of(same.lines):
            outcome.repeated = [(place, same) for place, _ in lines]
            return
        there = "; ".join(f"{line.quantity:,} units" for line in same.lines) or "nothing"
        said = "; ".join(str(line) for _, line in lines)
        reason = f"says {said}, but {same} has {there} under the same key"
        outcome.troubles.append(Trouble(None, "quantity", "", reason, LOOK_AT_BOTH))

    def _compare_lines(self, outcome: Outcome, lines: list[tuple[int, Line]]) -> None:
        """Judge line by line. Rows of a file may repeat one: it counts once, or contradicts itself."""
        found = self.known.like(outcome.given)
        if is_by_hand(outcome.given):
            found = [row for row in found if not row.is_void]  # this is how a void one is corrected
        told: dict[tuple, list[tuple[int, Line]]] = defaultdict(list)
        for place, line in lines:
            told[(place,) if outcome.given.is_whole else line.goods].append((place, line))
        for (place, line), *others in told.values():
            quantities = sorted({line.given.quantity, *(other.given.quantity for _, other in others)})
            if len(quantities) == 1:
                self._compare(outcome, place, line, found)
                outcome.repeated += [(other, None) for other, _ in others]
                continue
            reason = f"is one of {' and '.join(map(str, quantities))} for the same goods of one shipment"
            for other, one in [(place, line), *others]:
                outcome.troubles.append(Trouble(other, "quantity", str(one.given.quantity), reason, ONE_ROW))
        self._revive(outcome, dict(lines))

    def _revive(self, outcome: Outcome, lines: dict[int, Line]) -> None:
        """Take lines of a void shipment as new where others differ from it: together they are its correction."""
        void = {place for place, row in outcome.repeated if row and row.is_void}
        if outcome.fresh and void:
            outcome.repeated = [(place, row) for place, row in outcome.repeated if place not in void]
            outcome.fresh = sorted([*outcome.fresh, *((place, lines[place]) for place in void)])

    def _compare(self, outcome: Outcome, place: int, line: Line, found: list[KnownShipment]) -> None:
        """Find whether a line is here already, contradicts what is here, or is new."""
        same = [(row, there) for row in found for there in row.lines if there.same_goods(*line.as_known(0)[:4])]
        if equal := [row for row, there in same if there.quantity == line.given.quantity]:
            outcome.repeated.append((place, next((row for row in equal if not row.is_void), equal[0])))
            return
        by_hand = is_by_hand(outcome.given)
        if (other := [(row, there) for row, there in same if not row.is_void]) and not by_hand:
            row, there = other[0]
            reason = f"differs from {row}, which sent {there.quantity:,} of the same"
            outcome.troubles.append(Trouble(place, "quantity", str(line.given.quantity), reason, LOOK_AT_BOTH))
            return
        for row in self.known.untracked(outcome.given) if not by_hand else ():
            if row.source == outcome.given.source and any(
                there.same_goods(*line.as_known(0)[:4]) and there.quantity == line.given.quantity for there in row.lines
            ):
                reason = f"would be {row} once more, which has no tracking number"
                remedy = "Take the row out if it is the same parcel; else enter it by hand."
                number = outcome.given.tracking_number or ""
                outcome.troubles.append(Trouble(place, "tracking_number", number, reason, remedy))
                return
        outcome.fresh.append((place, line))

    def _know_left_out(self, outcome: Outcome) -> None:
        """Find whether what finds no order, and may not wait for one, was left out before; refuse what joins it now."""
        outcome.is_left_out = bool(outcome.fresh) and outcome.order is None and not self.may_wait
        before = self.known.left_out_before(outcome.given)
        if before is None or not (outcome.is_left_out or before.settled_by):
            return
        for place, line in outcome.fresh:
            if before.holds(line.given):
                outcome.repeated.append((place, None))
            else:
                number = outcome.given.order_number
                outcome.troubles.append(Trouble(place, "order_number", number, JOINS_LEFT_OUT, ORDER_FIRST))
        outcome.fresh = []

    def _hold_back_unfit(self, outcome: Outcome) -> None:
        """Refuse fresh lines whose lot may not leave; what is here already left long ago."""
        fit = []
        for place, line in outcome.fresh:
            reason = self.book.unfit_to_leave(line.lot, outcome.given.ship_date) if line.lot else ""
            if reason and not self.book.may_override:
                remedy = "Nothing of it may leave. Where the goods did leave, let a permitted person record it."
                outcome.troubles.append(Trouble(place, "lot_number", line.given.lot_number, reason, remedy))
                continue
            if reason:
                outcome.flags.append(f"lot {line.lot} {reason}")
            fit.append((place, line))
        outcome.fresh = fit

    # -- where it leaves, and what it is -----------------------------------------------------------

    def _settle_place_and_key(self, outcome: Outcome, active: list[KnownShipment]) -> None:
        new = outcome.given
        outcome.joins = active[0] if active else None
        if outcome.joins:
            outcome.place = self.places.get(outcome.joins.place) if outcome.joins.place else None
        else:
            outcome.place = new.place or self.defaults.get(new.source)
            taken = sum((new.source, f"{outcome.key}{end}") in self.known.by_key for end in AGAIN)
            outcome.key = f"{outcome.key}{AGAIN[min(taken, len(AGAIN) - 1)]}" if outcome.key else None
        if outcome.order is None:
            outcome.flags.append(f"no order {new.order_number or '(no number)'} is here")
        if outcome.place is None:
            outcome.flags.append("nobody said which place it left")

    def _watch_joined(self) -> None:
        """Lock the shipments that get further lines: one may have been found void a moment ago."""
        joined = sorted({outcome.joins.pk for outcome in self.outcomes if outcome.joins})
        self.joined = {row.pk: row for row in self.plan.watch_all(Distribution.objects.filter(pk__among=joined))}
        if any(row.voided_at for row in self.joined.values()):
            raise PlanChanged("Somebody voided a shipment that gets further lines. Plan again.")

    # -- planning ----------------------------------------------------------------------------------

    def _plan(self, outcome: Outcome) -> None:
        if outcome.is_left_out:
            outcome.row = self._plan_left_out(outcome)
            return
        joins = outcome.joins
        shipment = outcome.row = self.joined[joins.pk] if joins else self._plan_shipment(outcome)
        first = 1 + max((line.line_number for line in joins.lines), default=0) if joins else 1
        for number, (_, line) in enumerate(outcome.fresh, first):
            self._plan_line(outcome, shipment, number, line)

    def _plan_left_out(self, outcome: Outcome) -> SkippedShipment:
        new, reason = (
            outcome.given,
            f"no order {outcome.given.order_number or '(no number)'} is here, and none may wait",
        )
        about = {"source": new.source, "external_key": outcome.key or content_key(new)}
        about |= {"order_number": new.order_number, "content": json.dumps(new.as_json()), "reason": reason}
        return self.plan.create(SkippedShipment, because=f"{new.because}: {reason}", **about)

    def _plan_shipment(self, outcome: Outcome) -> Distribution:
        new = outcome.given
        told: dict[str, Any] = dict(zip(CONSIGNEE, new.consignee, strict=True))
        told |= {"carrier": new.carrier, "tracking_number": new.tracking_number, "consignee_contact": new.contact}
        told |= {"rep_name": new.rep_name, "notes": new.notes, "sales_order": outcome.order}
        told["external_key"] = outcome.key
        told["order_number"] = new.order_number or (outcome.order.order_number if outcome.order else "")
        if outcome.place:
            side = "warehouse" if isinstance(outcome.place, Warehouse) else "storefront"
            told[f"shipped_from_{side}"] = outcome.place
        return self.plan.create(
            Distribution,
            because="; ".join([new.because, *outcome.flags]),
            ship_date=new.ship_date,
            may_wait=self.may_wait and not is_by_hand(new),
            source=new.source,
            **{name: value for name, value in told.items() if value},  # the others keep their empty defaults
        )

    def _plan_line(self, outcome: Outcome, shipment: Distribution, number: int, line: Line) -> None:
        given, new = line.given, outcome.given
        told = {"lot": line.lot, "lot_number": given.lot_number, "serial_number": given.serial_number}
        row = self.plan.create(
            DistributionLine,
            because=given.because or new.because,
            distribution=shipment,
            line_number=number,
            product=line.product,
            quantity=given.quantity,
            **{name: value for name, value in told.items() if value},
        )
        if outcome.place is None:
            return
        move = Move(Kind.DISPATCH, line.product.pk, line.lot, given.quantity, source=outcome.place, on=new.ship_date)
        because, at = f"shipped from {outcome.place}", self.noons[new.ship_date]
        if is_by_hand(new):
            self.book.move(move, cause=row, because=because, **at)
        elif problem := self.book.moved(move, cause=row, because=because, **at):
            outcome.flags.append(f"not booked: {problem}")
            self.plan.warn(f"{new.because}: {line} left, and no stock is booked. {problem}")


def is_by_hand(new: NewShipment) -> bool:
    """True for an entry by a person, which waits for nothing and takes no unit that is not there."""
    return new.source == MANUAL and new.is_whole


def plan_shipment(
    plan: Plan, new: NewShipment, *, by: User | str, goods_left: bool = False
) -> Distribution | SkippedShipment:
    """Plan one shipment with its lines and ledger lines, and return its row; Refused, with every reason.

    Where no shipment may wait any more, and its order is not here, the row is a SkippedShipment. A shipment
    that is here already is refused too: it would be written twice.
    """
    shipping = Shipping(plan, [new], by=by, goods_left=goods_left)
    [outcome] = shipping.outcomes
    if outcome.troubles:
        raise Refused("\n".join(dict.fromkeys(map(str, outcome.troubles))))
    if outcome.repeated:
        there = outcome.repeated[0][1] or "a shipment that was left out"
        raise Refused(f"The same goods are here already as {there}. Another parcel needs its tracking number.")
    shipping.draft()
    assert outcome.row is not None  # what was not refused and is not here was planned
    return outcome.row


def orders_by_key(keys: Iterable[str]) -> dict[str, SalesOrder]:
    """Return the orders with these number keys. One query."""
    rows = SalesOrder.objects.filter(order_number_key__among=sorted(set(keys) - {""}))
    needed = ("order_number", "order_number_key", "order_date", "status")
    rows = rows.only(*needed)  # of ten thousand orders the rest takes a second
    return {order.order_number_key: order for order in rows}


def orders_meanwhile(keys: Iterable[str]) -> str:
    """Return in words that orders are here by now which were not when shipments looked for them, "" where none is."""
    numbers = sorted(order.order_number for order in orders_by_key(keys).values())
    return f"Order {', '.join(numbers[:3])} came in since this was planned." if numbers else ""


def default_places() -> dict[str, Place]:
    """Return the place that goods of each source leave when nobody says. One query."""
    rows = DefaultPlace.objects.select_related("warehouse", "storefront")
    return {row.source: place for row in rows if (place := row.place)}
