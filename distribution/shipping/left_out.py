"""Shipments that were left out: completed or settled by a person, or tried again when their order comes."""

import json
from collections.abc import Mapping, Sequence

from distribution.models import Distribution, NotSent, SkippedShipment
from distribution.policy import may_wait
from distribution.shipstation.lots_in_notes import named_lots
from eqms.models import User
from eqms.operations import Plan, Refused, act
from inventory.models import Lot, Product
from inventory.models.book import OVERRIDE
from sales.models import SalesOrder

from .new import PLACES, NewLine, NewShipment
from .shipping import Shipping, orders_by_key, plan_shipment


def as_reported(skipped: SkippedShipment) -> NewShipment | None:
    """Return the shipment that was left out with its place; None where it cannot be read. One query at most."""
    new = NewShipment.kept_in(skipped.content)
    if new is None or not (kept := json.loads(skipped.content).get("place")):
        return new
    model, key = kept
    return new._replace(place=PLACES[model].objects.filter(pk=key).first())


def complete(
    skipped: SkippedShipment,
    lots: Sequence[str],
    *,
    by: User,
    reason: str = "",
    order_number: str = "",
    goods_left: bool = False,
) -> Plan:
    """Take in a shipment that was left out, with the ``lots`` that a person found for each of its lines.

    A text such as "L-7", or "L-7 x2, L-8 x3" where a line holds several; "" leaves a line as it is. ``order_number``
    stands in for one that was not reported. ``goods_left`` lets lots stand in the log that may not leave, with a
    reason: a recall has to know who got them. Raises Refused, with every reason, where it still cannot be taken in.
    """
    if goods_left and not reason.strip():
        raise Refused("Say how you know that lots which may not leave did leave: it stands in the record.")

    def draft(plan: Plan) -> None:
        row = still_left_out(plan, skipped)
        new = as_reported(row)
        if new is None:
            raise Refused("What was reported is no shipment that could be read. Enter it by hand.")
        new = new._replace(order_number=new.order_number or order_number.strip())
        if not may_wait() and not orders_by_key([new.order_key]):
            named = f"No order {new.order_number} is here" if new.order_number else "It names no order"
            raise Refused(f"{named}, and no shipment may wait. Import or enter its order first.")
        parts = [part for line, text in zip(new.lines, lots, strict=True) for part in by_lot(line, text)]
        shipment = plan_shipment(plan, new._replace(lines=tuple(parts)), by=by, goods_left=goods_left)
        plan.update(row, distribution=shipment, because="completed by hand")

    return act("complete a shipment", draft, by=by, reason=reason)


def settle(skipped: SkippedShipment, *, by: User, reason: str, shipment: Distribution | None = None) -> Plan:
    """Say what became of a shipment that was left out: it is ``shipment`` of the log, or it was never sent.

    Raises Refused where no reason is given, or it is settled already.
    """
    if not reason.strip():
        raise Refused("Say how you know: it stands in the record.")

    def draft(plan: Plan) -> None:
        row = still_left_out(plan, skipped)
        new = as_reported(row)
        if new and (held := held_lots(new)) and not by.has_perm(OVERRIDE):
            raise Refused(f"It names lot {held[0]}, which may not leave: {by} lacks the permission {OVERRIDE}.")
        if shipment is None:
            plan.create(NotSent, because=reason.strip(), skipped=row, reason=reason.strip(), by=by)
            return
        there = plan.watch(shipment)
        if there.voided_at:
            raise Refused(f"Shipment {there.pk} is void. Name the one that stands in the log.")
        refuse_another(row, new, there)
        plan.update(row, distribution=there, because=reason.strip())

    return act("settle a shipment", draft, by=by, reason=reason)


def held_lots(new: NewShipment) -> list[Lot]:
    """Return the lots that ``new`` names and that may not leave. Four queries."""
    products = {product.pk for product in Product.objects.known_as(line.sku for line in new.lines).values()}
    named = Lot.objects.known_as(line.lot_number for line in new.lines).values()
    return [lot for lot in named if lot.product_id in products and lot.status != Lot.Status.RELEASED]


def refuse_another(row: SkippedShipment, new: NewShipment | None, there: Distribution) -> None:
    """Raise Refused where ``there`` holds no goods of what was reported, or is another reported shipment already."""
    if other := SkippedShipment.objects.filter(distribution=there).exclude(pk=row.pk).first():
        raise Refused(f"Shipment {there.pk} is what was reported as {other.external_key}. Name another one.")
    products = Product.objects.known_as(line.sku for line in new.lines).values() if new else ()
    if products and not there.lines.filter(product__in=products).exists():
        reported = ", ".join(sorted(product.sku for product in products))
        raise Refused(f"Shipment {there.pk} holds nothing of {reported}, which was reported. Name another one.")


def still_left_out(plan: Plan, skipped: SkippedShipment) -> SkippedShipment:
    """Return ``skipped`` as it stands, locked; Refused where it was taken in or settled."""
    row = plan.watch(skipped)
    if not SkippedShipment.objects.left_out().filter(pk=row.pk).exists():
        became = f"It was taken in already, as shipment {row.distribution_id}."
        raise Refused(became if row.distribution_id else "Somebody said already that it was never sent.")
    return row


def by_lot(line: NewLine, text: str) -> list[NewLine]:
    """Return ``line`` split by the lots in ``text``; Refused where its units and theirs differ."""
    if not text.strip():
        return [line]
    lots = named_lots(f"lot {text}")
    if len(lots) < 2 and not (lots and lots[0].units):
        return [line._replace(lot_number=text.strip())]
    units = sum(lot.units or 0 for lot in lots)
    if units != line.quantity or not all(lot.units for lot in lots):
        raise Refused(
            f"{line.sku}: the lots {text.strip()!r} make {units:,} units, but {line.quantity:,} were shipped. Write "
            "each lot with its units, such as L-7 x2, L-8 x3."
        )
    return [line._replace(lot_number=lot.number, quantity=lot.units or 0) for lot in lots]


def plan_left_out(plan: Plan, orders: Mapping[str, SalesOrder]) -> set[int]:
    """Try again what was left out and names one of the new ``orders`` (by number key); return the keys of all of it.

    They are locked, so that nobody settles one meanwhile. A fixed number of queries, and one for each that names the
    place it left.
    """
    waiting = SkippedShipment.objects.waiting().filter(order_number_key__among=sorted(orders))
    locked = plan.watch_all(waiting)
    settled = set(NotSent.objects.filter(skipped__in=locked).values_list("skipped", flat=True))
    tried = [row for row in locked if row.pk not in settled]
    rows = {row: new for row in tried if (new := as_reported(row))}
    if not rows:
        return {row.pk for row in tried}
    shipping = Shipping(plan, rows.values(), by="", orders=orders)
    for row, outcome in zip(rows, shipping.outcomes, strict=True):
        if outcome.troubles:
            outcome.fresh = []
            reason = " ".join(dict.fromkeys(map(str, outcome.troubles)))
            plan.update(row, reason=reason, because="its order is here, and something else keeps it out")
    shipping.draft()
    for row, outcome in zip(rows, shipping.outcomes, strict=True):
        if isinstance(outcome.row, Distribution):
            order = orders[row.order_number_key]
            plan.update(row, distribution=outcome.row, because=f"order {order.order_number} is here now")
    return {row.pk for row in tried}
