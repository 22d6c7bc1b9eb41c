"""What comes back of shipments: which one it is, how much of it can still come back, and the planning of a return."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from distribution.models import Distribution, DistributionLine, Return, ReturnLine
from eqms.models import User
from eqms.operations import Plan, Refused, act
from eqms.text_key import letters_and_digits
from inventory import udi
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Place, Product, Warehouse
from inventory.stock import plan_return
from sales.order_number_key import order_number_key_or_empty

VOID = "{} is void: nothing was sent, so nothing comes back."
FOUND = 20  # shipments that a scan may mean
SHORTEST = 8  # characters of a tracking number that a longer barcode may end with


class Back(NamedTuple):
    """Units of one shipment line that came back; ``lot`` where the line itself names no known one."""

    line: DistributionLine
    quantity: int
    lot: Lot | None = None


def with_units_left(lines: QuerySet[DistributionLine]) -> QuerySet[DistributionLine]:
    """Annotate ``units_returned``: what came back of each line already."""
    back = ReturnLine.objects.filter(shipment_line=OuterRef("pk")).order_by().values("shipment_line")
    return lines.annotate(units_returned=Coalesce(Subquery(back.annotate(n=Sum("quantity")).values("n")), 0))


def scanned(text: str) -> list[Distribution]:
    """Return the shipments that a scan or a typed number means, newest first: of a tracking number, else of an order,
    else of a lot, which the code on the goods may name. Void ones are left out. At most five queries.

    A carrier's barcode holds more than the tracking number: it may end with it.
    """
    if scan := udi.scanned(text):
        key = code_key_or_empty(scan.lot_number)
        lines = DistributionLine.objects.filter(Q(lot_number_key=key) | Q(lot__number_key=key))
        if scan.gtin:
            lines = lines.filter(product__in=list(Product.objects.with_gtin(scan.gtin)))
        return newest(Q(lines__in=lines)) if key and not scan.problem else []
    key = letters_and_digits(text)
    if not key:
        return []
    ends = [key[-length:] for length in range(SHORTEST, len(key))] if len(key) > 20 and key.isdigit() else []
    numbers = order_number_key_or_empty(text)
    ways = (
        Q(tracking_key__in=[key, *ends]),
        Q(order_number_key=numbers) if numbers else Q(pk__in=[]),
        Q(lines__in=DistributionLine.objects.filter(Q(lot_number_key=code_key_or_empty(text)))),
    )
    return next((found for way in ways if (found := newest(way))), [])


def newest(way: Q) -> list[Distribution]:
    """Return the newest shipments of which ``way`` is true, void ones left out. One query."""
    rows = Distribution.objects.filter(way, voided_at__isnull=True).distinct().order_by("-ship_date", "-id")
    return list(rows.select_related("sales_order__customer")[:FOUND])


def take_back(
    shipment: Distribution, lines: Sequence[Back], place: Place, *, by: User | str, reason: str = "", **about
) -> Plan:
    """Take units of ``shipment`` back to ``place`` at once; ``about`` as in ``plan_return_of``. Raises Refused."""

    def draft(plan: Plan) -> None:
        plan_return_of(plan, shipment, lines, place, by=by, reason=reason, **about)

    return act("take back", draft, by=by, reason=reason)


def plan_return_of(
    plan: Plan,
    shipment: Distribution,
    lines: Sequence[Back],
    place: Place,
    *,
    by: User | str,
    reason: str = "",
    returned_on: date | None = None,
    tracking_number: str = "",
) -> Return:
    """Plan a return: its row, its lines, the ledger lines, the balances. What was shipped stays as it is.

    The shipment is locked before it is summed, so two returns at once never take back more than was sent.
    """
    shipment = plan.watch(shipment)
    day = returned_on or timezone.localdate()
    sent = {line.pk: line for line in with_units_left(shipment.lines.select_related("product", "lot"))}
    if problems := [*problems_of(shipment, lines, day), *problems_of_lines(sent, lines, place)]:
        raise Refused("\n".join(problems))
    side = "warehouse" if isinstance(place, Warehouse) else "storefront"
    made = plan.create(
        Return,
        because=reason or f"came back to {place}",
        distribution=shipment,
        returned_on=day,
        tracking_number=tracking_number,
        reason=reason,
        received_by=by if isinstance(by, User) else None,
        **{side: place},
    )
    rows = [
        plan.create(
            ReturnLine,
            because=f"{back.quantity:,} of {sent[back.line.pk].quantity:,} shipped",
            goods_return=made,
            shipment_line=sent[back.line.pk],
            lot=sent[back.line.pk].lot or back.lot,
            quantity=back.quantity,
        )
        for back in lines
    ]
    plan_return(plan, rows, place, by=by, on=day)
    return made


def problems_of(shipment: Distribution, lines: Sequence[Back], day: date) -> Iterable[str]:
    """Yield why nothing of ``shipment`` can come back on ``day``."""
    if shipment.voided_at:
        yield VOID.format(shipment)
    if not lines:
        yield "Name at least one unit that came back."
    if day > timezone.localdate():
        yield f"{day:%Y-%m-%d} is still to come: write the day on which the units came back."
    elif day < shipment.ship_date:
        yield f"{day:%Y-%m-%d} is before the day of shipping, {shipment.ship_date:%Y-%m-%d}."


def problems_of_lines(sent: dict, lines: Sequence[Back], place: Place) -> Iterable[str]:
    """Yield why some of ``lines`` cannot come back to ``place``."""
    named = [back.line.pk for back in lines]
    for back in lines:
        line = sent.get(back.line.pk)
        if line is None:
            yield f"{back.line} is no line of this shipment."
            continue
        left, lot = line.quantity - line.units_returned, line.lot or back.lot
        if named.count(line.pk) > 1:
            yield f"{line.product.sku}: line {line.line_number} is named twice."
        if not 0 < back.quantity <= left:
            still = f"only {left:,} of {line.quantity:,} are still out"
            yield f"{line.product.sku}: {back.quantity:,} came back, but {still}."
        if lot and lot.product_id != line.product_id:
            yield f"Lot {lot} is not a lot of {line.product.sku}."
        elif lot and lot.unfit and not (isinstance(place, Warehouse) and place.is_quarantine):
            yield f"{line.product.sku}: lot {lot} {lot.unfit}. Take it back into a quarantine warehouse."
