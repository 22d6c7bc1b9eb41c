"""Shipments that ShipStation reports, from the pages that were fetched and kept."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects

from distribution.forms.shipstation import ShipStationScope, scope_of
from distribution.models import Distribution, NotSent, ShipStationPage, SkippedShipment
from distribution.shipping import NewLine, NewShipment, Outcome, Shipping
from distribution.shipstation.fetching import is_whole, pages_of, rows_of
from distribution.shipstation.lots_in_notes import lots_of_lines
from distribution.shipstation.reported import Reported, ReportedItem, notes_of, reported
from distribution.shipstation.scope import Scope
from eqms.operations import Plan, Refused, operation
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, LotAlias, Product

SOURCE = Distribution.Source.SHIPSTATION
Kind = ShipStationPage.Kind
NEW, HERE, VOID, LEFT_OUT = "new", "here already", "voided at ShipStation", "left out"


@operation(model=Distribution, permission="distribution.add_distribution", form=ShipStationScope, ceiling=10_000)
def sync_shipstation(plan, shipments, *, since=None, month=""):
    """Write the shipments that ShipStation reported, with their lots where its notes leave no doubt."""
    scope = scope_of(since, month)
    if not is_whole(scope):
        raise Refused(
            f"The shipments of {scope} were not fetched to their end. Fetch them: the command does so by itself, in "
            "the admin it is the button Fetch from ShipStation."
        )
    Sync(plan, scope).draft()


class Sync:
    """One sync: what is known beforehand, read in a fixed number of queries, and what becomes of each shipment."""

    def __init__(self, plan: Plan, scope: Scope):
        self.plan = plan
        self.scope = scope
        self.page = pages_of(scope, Kind.SHIPMENTS).order_by("number").defer("content")[0]
        self.counts: Counter[str] = Counter()
        self.rows = by_id(rows_of(scope, Kind.SHIPMENTS))
        self.shipments = [reported(row) for _, row in sorted(self.rows.items())]
        self.lots = LotsOfShipments(scope, self.shipments)

    def draft(self) -> None:
        """Plan what is new; keep what cannot be taken in, each with its reason; say how many of each there were."""
        self.earlier = left_before(self.plan, [shipment.external_key for shipment in self.shipments])
        self.shipments = [shipment for shipment in self.shipments if not self.is_settled(shipment)]
        whole = [shipment for shipment in self.shipments if not shipment.is_voided and not shipment.problems]
        shipping = Shipping(self.plan, [self.new_of(shipment) for shipment in whole], by="")
        for outcome in shipping.outcomes:
            if outcome.troubles:
                outcome.fresh = []
        shipping.draft()
        for outcome in shipping.outcomes:
            self.settle(outcome)
        for shipment in self.shipments:
            if shipment.is_voided:
                self.leave_void(shipment)
            elif shipment.problems:
                self.leave_out(shipment, self.rows[order_of(shipment.external_key)], shipment.problems)
        told = ", ".join(f"{self.counts[word]:,} {word}" for word in (NEW, HERE, VOID, LEFT_OUT))
        self.plan.warn(f"{len(self.rows):,} shipments of {self.scope}: {told}.")

    def new_of(self, shipment: Reported) -> NewShipment:
        """Return ``shipment`` as the log takes it, its items split by lot where the notes are clear."""
        lines = self.lots.lines_of(shipment)
        assert shipment.ship_date is not None  # one without a day has a problem
        return NewShipment(
            source=SOURCE,
            ship_date=shipment.ship_date,
            lines=tuple(lines),
            because=f"ShipStation's shipment {shipment.external_key}",
            order_number=shipment.order_number,
            external_key=shipment.external_key,
            consignee=shipment.consignee,
            contact=shipment.contact,
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number,
        )

    def is_settled(self, shipment: Reported) -> bool:
        """Return whether a shipment that was left out is in the log since, or was never sent; count it then."""
        earlier = self.earlier.get(shipment.external_key)
        if earlier is None:
            return False
        if earlier.not_sent:
            if earlier.not_sent.by_id is None and not shipment.is_voided:
                self.plan.delete(earlier.not_sent, because="no longer void at ShipStation")
                return False
            self.counts[VOID if shipment.is_voided else HERE] += 1
            return True
        if earlier.there is None:
            return False
        if shipment.is_voided:
            self.leave_void(shipment)
            return True
        self.counts[HERE] += 1
        if self.lots.units_of(shipment.items) != units_in(earlier.there):
            self.plan.skip(earlier.row, because=f"it is {earlier.there}, and is reported with other units now")
        return True

    def settle(self, outcome: Outcome) -> None:
        """Count what became of a shipment, and keep it where it is left out."""
        key = outcome.given.external_key
        there, before = self.lots.in_log.get(key), self.earlier[key].row if key in self.earlier else None
        if outcome.troubles and not (there and self.lots.units_of(outcome.given.lines) == units_in(there)):
            self.keep(outcome.given, outcome.given.as_json(), [str(trouble) for trouble in outcome.troubles])
        elif outcome.is_left_out:
            self.counts[LEFT_OUT] += 1
        elif isinstance(outcome.row, Distribution):
            self.counts[NEW] += 1
            if before:
                self.plan.update(before, distribution=outcome.row, because=f"{outcome.given.because} is taken in now")
        else:
            self.counts[HERE] += 1
            if there and before and before.distribution_id is None:
                self.plan.update(before, distribution=there, because=f"{outcome.given.because} is in the log")

    def leave_void(self, shipment: Reported) -> None:
        """Leave a shipment whose label was voided there; say what to do where it is in the log."""
        self.counts[VOID] += 1
        earlier = self.earlier.get(shipment.external_key)
        if there := (earlier.there if earlier else None) or self.lots.in_log.get(shipment.external_key):
            words = f"{there} is void at ShipStation ({shipment.external_key}): void it here if it did not leave"
            self.plan.skip(there, because=words)
        elif earlier:
            reason = "void at ShipStation"
            self.plan.create(NotSent, because=reason, skipped=earlier.row, reason=reason)

    def leave_out(self, shipment: Reported, row: dict[str, Any], problems: list[str]) -> None:
        """Keep a shipment that cannot be read as one, with its own words."""
        if not shipment.external_key:
            self.counts[LEFT_OUT] += 1
            self.plan.skip(self.page, because=f"a shipment is left out: {'; '.join(problems)}")
            return
        if there := self.lots.in_log.get(shipment.external_key):
            self.counts[HERE] += 1
            self.plan.skip(there, because=f"it can no longer be read as it is reported now: {'; '.join(problems)}")
            return
        self.keep(shipment, {"reported": row}, problems)

    def keep(self, shipment: Reported | NewShipment, content: dict[str, Any], reasons: list[str]) -> None:
        """Plan to keep a shipment among the skipped ones, or to correct why it is there; skip what stands there."""
        self.counts[LEFT_OUT] += 1
        reason = " ".join(dict.fromkeys(reasons))
        values = {"content": json.dumps(content), "reason": reason, "order_number": shipment.order_number[:60]}
        earlier = self.earlier.get(shipment.external_key)
        before = earlier.row if earlier else None
        if before is None:
            key = {"source": SOURCE, "external_key": shipment.external_key}
            self.plan.create(SkippedShipment, because=f"left out: {reason}", **key, **values)
        elif any(getattr(before, name) != value for name, value in values.items()):
            self.plan.update(before, because=f"still left out: {reason}", **values)
        else:
            self.plan.skip(before, because=f"still left out: {reason}")


class LotsOfShipments:
    """What the notes of orders say about lots, and what is known of products and lots. Six queries."""

    def __init__(self, scope: Scope, shipments: list[Reported]):
        keys = [shipment.external_key for shipment in shipments]
        logged = Distribution.objects.filter(source=SOURCE, external_key__among=keys, voided_at__isnull=True)
        self.in_log = {row.external_key: row for row in logged.prefetch_related("lines") if row.external_key}
        self.notes = {
            str(order.get("orderId")): notes_of(order)
            for order in rows_of(scope, Kind.ORDERS)
            if isinstance(order, dict)
        }
        self.products = Product.objects.known_as(item.sku for shipment in shipments for item in shipment.items)
        tracked = sorted({product.pk for product in self.products.values() if product.is_lot_tracked})
        self.numbers: dict[UUID, list[str]] = defaultdict(list)
        for model in (Lot, LotAlias):
            of_these = model._default_manager.filter(product__pk__among=tracked)
            for product, number in of_these.values_list("product", "number"):
                self.numbers[product].append(number)

    def units_of(self, lines: Iterable[NewLine | ReportedItem]) -> Counter[UUID | None]:
        """Return the units of ``lines`` by product, whatever their lots."""
        units: Counter[UUID | None] = Counter()
        for line in lines:
            product = self.products.get(code_key_or_empty(line.sku))
            units[product.pk if product else None] += line.quantity
        return units

    def lines_of(self, shipment: Reported) -> Iterator[NewLine]:
        """Yield the lines of ``shipment``; units of a product whose lots are clear stand by lot."""
        units: Counter[UUID] = Counter()
        for item in shipment.items:
            product = self.products.get(code_key_or_empty(item.sku))
            if product and product.is_lot_tracked:
                units[product.pk] += item.quantity
        found = lots_of_lines(self.notes.get(shipment.order_id, ()), units, self.numbers) if units else {}
        told = set()
        for item in shipment.items:
            product = self.products.get(code_key_or_empty(item.sku))
            lots = found.get(product.pk) if product else None
            if not lots or product is None:
                yield NewLine(item.sku, item.quantity)
            elif product.pk not in told:
                told.add(product.pk)
                for lot in lots:
                    yield NewLine(item.sku, lot.units, lot.number, because=f"lot {lot.number} stands in its notes")


def units_in(shipment: Distribution) -> Counter[UUID | None]:
    """Return the units of a shipment of the log by product; its lines were read with it."""
    units: Counter[UUID | None] = Counter()
    for line in shipment.lines.all():
        units[line.product_id] += line.quantity
    return units


def by_id(rows: Iterator[dict[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the rows by the id of their shipment; a row that came twice counts once, as it came last."""
    return {order_of(reported(row).external_key): row for row in rows}


def order_of(external_key: str) -> tuple[int, str]:
    """Return what ids are sorted by: numbers as numbers."""
    return (int(external_key) if external_key.isdecimal() else 0, external_key)


class Earlier(NamedTuple):
    """A shipment that an earlier sync left out, and what became of it since."""

    row: SkippedShipment
    not_sent: NotSent | None

    @property
    def there(self) -> Distribution | None:
        """The shipment of the log that it is, None where there is none or it is void."""
        found = self.row.distribution
        return found if found and not found.voided_at else None


def left_before(plan: Plan, keys: list[str]) -> dict[str, Earlier]:
    """Return the shipments that an earlier sync left out, by key; locked, so that nobody settles one meanwhile.

    Four queries.
    """
    rows = plan.watch_all(SkippedShipment.objects.filter(source=SOURCE, external_key__among=keys))
    prefetch_related_objects(rows, "distribution__lines")
    not_sent = {one.skipped_id: one for one in NotSent.objects.filter(skipped__pk__among=[row.pk for row in rows])}
    return {row.external_key: Earlier(row, not_sent.get(row.pk)) for row in rows}
