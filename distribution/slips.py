"""Which shipment a packing slip or a label belongs to: by tracking number, else by order number and what it says.

A shipment is found only where exactly one fits. Everything else is told to a person.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import QuerySet

from distribution.models import Distribution, DistributionLine
from distribution.printed_shipment import PrintedShipment, printed_shipment, spellings
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product
from sales.models import DocumentSegment
from sales.order_number_key import order_number_key_or_empty
from sales.order_pdf.carriers import squeezed

SLIP, LABEL = DocumentSegment.Kind.PACKING_SLIP, DocumentSegment.Kind.SHIPPING_LABEL
KINDS = (SLIP, LABEL)
MOST_NAMED, MOST_NEAR = 3, 1000
FOUND_BY_HAND = 20
SAME_PARCEL = timedelta(days=30)  # carriers give out their numbers again after some months
LEFT_LATER = timedelta(days=3)  # a slip is printed before its goods leave
LEFT_WITH_LABEL = timedelta(days=1)  # carriers report local time
AROUND = timedelta(days=14)


class Likely(NamedTuple):
    """A shipment that a person should compare with the paper, and why."""

    shipment: Distribution
    why: str


class Finding(NamedTuple):
    """The one shipment of a paper, or None; why; and what else a person should look at."""

    shipment: Distribution | None
    because: str
    likely: tuple[Likely, ...] = ()


class Goods(NamedTuple):
    """What is on a shipment, by product: units, and the lots as rows and as keys."""

    units: Counter
    lots: dict


class Comparison:
    """Papers beside shipments, goods by product and lot. A fixed number of queries, however many they are."""

    def __init__(self, papers: Sequence[DocumentSegment], shipments: Sequence[Distribution]):
        self.printed = {paper.pk: printed_shipment(paper.read) for paper in papers}
        self._read_beside([shipment.pk for shipment in shipments])

    def _read_beside(self, keys: Sequence[int]) -> None:
        linked = Distribution.objects.filter(pk__among=keys, sales_order__isnull=False)
        self.orders = dict(linked.values_list("pk", "sales_order__order_number_key"))
        self.goods = goods_of(keys)
        lines = [line for one in self.printed.values() for line in one.lines]
        self.products = Product.objects.known_as(line.sku for line in lines)
        self.lots = Lot.objects.known_as(lot for line in lines for lot in line.lots)

    def differences(self, printed: PrintedShipment, shipment: Distribution) -> list[str]:
        """Return in words what a paper says otherwise than the log."""
        found = []
        if printed.order_key and printed.order_key != self._order_key(shipment):
            found.append(f"it names order {printed.order_number}")
        if printed.tracking_key and shipment.tracking_number and not same_number(printed, shipment):
            found.append(f"it names tracking number {printed.tracking_number}")
        if printed.ship_date and printed.ship_date != shipment.ship_date:
            found.append(f"it says shipped on {printed.ship_date}")
        return found + self._differing_goods(printed, shipment)

    def _differing_goods(self, printed: PrintedShipment, shipment: Distribution) -> list[str]:
        """Return in words where units or lots of the paper and of the shipment differ; nothing where it lists none."""
        if not printed.goods:
            return []
        units: Counter = Counter()
        lots = defaultdict(list)
        for line in printed.goods:
            product = self.products.get(code_key_or_empty(line.sku))
            if product is None or line.quantity is None:
                return [f"{line.sku or 'a line without item number'} cannot be compared"]
            units[product.pk] += line.quantity
            lots[product.pk] += line.lots
        goods = self.goods[shipment.pk]
        names = {product.pk: product.sku for product in self.products.values()}
        found = [
            f"the paper counts {units[key]} of {names.get(key, 'another product')} and the shipment {goods.units[key]}"
            for key in sorted(units.keys() | goods.units.keys(), key=str)
            if units[key] != goods.units[key]
        ]
        for key, numbers in lots.items():
            found += [
                f"lot {number} is not on the shipment" for number in numbers if self._is_other(key, number, goods)
            ]
        return found

    def _is_other(self, product, number: str, goods: Goods) -> bool:
        """Tell whether a lot is none of the shipment's; a shipment that still needs its lots says nothing."""
        key = code_key_or_empty(number)
        lot = self.lots.get((product, key))
        on_it = goods.lots.get(product, set())
        return bool(on_it) and key not in on_it and (lot is None or lot.pk not in on_it)

    def _order_key(self, shipment: Distribution) -> str:
        return self.orders.get(shipment.pk) or shipment.order_number_key


class Findings(Comparison):
    """The findings of some papers; all that they need is read in a fixed number of queries, however many they are.

    ``watch`` locks the shipments that may be chosen before their lines are read (None: nothing is locked).
    """

    def __init__(
        self, papers: Sequence[DocumentSegment], watch: Callable[[QuerySet], list[Distribution]] | None = None
    ):
        self.printed = {paper.pk: printed_shipment(paper.read) for paper in papers}
        printed = list(self.printed.values())
        chosen = [rows.values_list("pk", flat=True) for rows in self._wanted(printed)]
        keys = sorted({key for keys in chosen for key in keys})
        # Whether a row is void is asked again: it may have been declared so before the lock.
        found = (watch or list)(Distribution.objects.filter(pk__among=keys))
        self.shipments = {row.pk: row for row in found if row.voided_at is None}
        self._read_beside(keys)
        self._neighbours(printed)

    def __getitem__(self, paper: DocumentSegment) -> Finding:
        printed = self.printed[paper.pk]
        if same := self._with_tracking_number(printed):
            return self._by_tracking_number(printed, same)
        return self._by_order_number(printed)

    # -- reading ---------------------------------------------------------------------------------

    def _wanted(self, printed: Sequence[PrintedShipment]) -> list[QuerySet]:
        """Return the shipments with the tracking numbers or order numbers of the papers."""
        numbers = sorted(reduce(or_, (spellings(one.tracking_number) for one in printed), set()))
        keys = sorted({key for one in printed for key in (one.order_key, one.reference_key)} - {""})
        matched, waiting = Distribution.objects.matched(), Distribution.objects.waiting()
        return [
            matched.filter(tracking_number__among=numbers),
            waiting.filter(tracking_number__among=numbers),
            matched.filter(sales_order__order_number_key__among=keys),
            waiting.filter(order_number_key__among=keys),
        ]

    def _neighbours(self, printed: Sequence[PrintedShipment]) -> None:
        """Read the shipments that went to the same name and address about then: for a person to compare."""
        self.by_consignee: dict[str, list[Distribution]] = defaultdict(list)
        keys = sorted({one.consignee.key for one in printed} - {""})
        days = sorted(one.ship_date for one in printed if one.ship_date)
        if not keys or not days:
            return
        for rows in (Distribution.objects.matched(), Distribution.objects.waiting()):
            near = rows.filter(consignee_key__among=keys, ship_date__range=(days[0] - AROUND, days[-1] + AROUND))
            for shipment in near.order_by("-ship_date", "-pk")[:MOST_NEAR]:
                self.by_consignee[shipment.consignee_key].append(shipment)

    # -- deciding --------------------------------------------------------------------------------

    def _with_tracking_number(self, printed: PrintedShipment) -> list[Distribution]:
        return [row for row in self.shipments.values() if same_number(printed, row)]

    def _by_tracking_number(self, printed: PrintedShipment, same: list[Distribution]) -> Finding:
        number = f"tracking number {printed.tracking_number}"
        clashes = {row.pk: self._clash(printed, row) for row in same}
        free = [row for row in same if not clashes[row.pk]]
        if len(free) > 1 and printed.goods:
            free = [row for row in free if not self._differing_goods(printed, row)] or free
        if len(free) == 1:
            differing = self.differences(printed, free[0])
            also = f"; but {', '.join(differing)}" if differing else ""
            return Finding(free[0], f"its {number} is that of this shipment{also}")
        likely = tuple(Likely(row, clashes[row.pk] or f"has the same {number}") for row in same[:MOST_NAMED])
        if free:
            return Finding(None, f"{len(free)} shipments have its {number}", likely)
        return Finding(None, f"a shipment has its {number}, but {clashes[same[0].pk]}", likely)

    def _clash(self, printed: PrintedShipment, shipment: Distribution) -> str:
        """Return why an equal tracking number proves nothing here, "" where it does."""
        named = self._order_key(shipment)
        if printed.order_key and named and printed.order_key != named:
            return f"the paper names order {printed.order_number} and the shipment order {shipment.order_number}"
        if printed.ship_date and abs(printed.ship_date - shipment.ship_date) > SAME_PARCEL:
            return f"the paper is of {printed.ship_date} and the shipment of {shipment.ship_date}"
        return ""

    def _by_order_number(self, printed: PrintedShipment) -> Finding:
        of_order = [row for row in self.shipments.values() if printed.order_key == self._order_key(row) != ""]
        likely = self._likely(printed, of_order)
        if not of_order:
            return Finding(None, self._nothing_known(printed), likely)
        misfits = {row.pk: self._misfit(printed, row) for row in of_order}
        fitting = [row for row in of_order if not misfits[row.pk]]
        if len(fitting) > 1:
            fitting = [row for row in fitting if row.ship_date == printed.ship_date] or fitting
        if len(fitting) == 1:
            (one,) = fitting
            proof = "its lines" if printed.goods else "its day"
            return Finding(one, f"of the shipments of order {printed.order_number} only this one fits by {proof}")
        what = f"{len(fitting)} shipments of order {printed.order_number} fit" if fitting else ""
        return Finding(None, what or self._none_fits(printed, of_order, misfits), likely)

    def _none_fits(self, printed: PrintedShipment, rows: list[Distribution], misfits: dict[int, str]) -> str:
        if len(rows) == 1:
            return f"the shipment of order {printed.order_number} in the log does not fit: {misfits[rows[0].pk]}"
        return f"none of the {len(rows)} shipments of order {printed.order_number} fits: {misfits[rows[0].pk]}"

    def _nothing_known(self, printed: PrintedShipment) -> str:
        named = []
        if printed.tracking_number:
            named.append(f"tracking number {printed.tracking_number}")
        if printed.order_number:
            named.append(f"order number {printed.order_number}")
        return f"no shipment in the log has its {' or its '.join(named)}" if named else "it names no number"

    def _misfit(self, printed: PrintedShipment, shipment: Distribution) -> str:
        """Return why a shipment of the order is not that of the paper, "" where lines or day say that it is."""
        if printed.tracking_key and shipment.tracking_number and not same_number(printed, shipment):
            return f"it has tracking number {shipment.tracking_number}"
        apart = abs(printed.ship_date - shipment.ship_date) if printed.ship_date else None
        if apart is not None and apart > LEFT_LATER:
            return f"it left on {shipment.ship_date}"
        if printed.goods:
            return "; ".join(self._differing_goods(printed, shipment))
        if apart is None:
            return "nothing but the order number points to it"
        return f"it left on {shipment.ship_date}" if apart > LEFT_WITH_LABEL else ""

    def _likely(self, printed: PrintedShipment, of_order: list[Distribution]) -> tuple[Likely, ...]:
        found = {row.pk: Likely(row, "has the same order number") for row in of_order}
        if printed.reference_key:
            for row in self.shipments.values():
                if self._order_key(row) == printed.reference_key:
                    found.setdefault(row.pk, Likely(row, f"is of order {printed.reference}, the paper's reference"))
        for row in self.by_consignee.get(printed.consignee.key, ()) if printed.consignee.key else ():
            if printed.ship_date and abs(row.ship_date - printed.ship_date) <= AROUND:
                found.setdefault(row.pk, Likely(row, "went to the same name and address about then"))
        return tuple(found.values())[:MOST_NAMED]


def same_number(printed: PrintedShipment, shipment: Distribution) -> bool:
    """Tell whether paper and shipment have one tracking number, however it is written."""
    return bool(printed.tracking_key) and printed.tracking_key == squeezed(shipment.tracking_number)


def found_by_hand(searched: str) -> list[Distribution]:
    """Return the newest shipments, void ones left out, with this tracking number or order number. Four queries."""
    numbers, key = sorted(spellings(searched)), order_number_key_or_empty(searched)
    matched, waiting = Distribution.objects.matched(), Distribution.objects.waiting()
    rows = [matched.filter(tracking_number__in=numbers), waiting.filter(tracking_number__in=numbers)]
    if key:
        rows += [matched.filter(sales_order__order_number_key=key), waiting.filter(order_number_key=key)]
    found = {row.pk: row for some in rows for row in some.order_by("-ship_date", "-pk")[:FOUND_BY_HAND]}
    return list(found.values())[:FOUND_BY_HAND]


def goods_of(shipments: Iterable[int]) -> dict[int, Goods]:
    """Return what is on each of these shipments, by its key. One query."""
    goods = {key: Goods(Counter(), defaultdict(set)) for key in shipments}
    rows = DistributionLine.objects.filter(distribution__pk__among=sorted(goods))
    names = ("distribution", "product", "quantity", "lot", "lot__number_key", "lot_number_key")
    for shipment, product, quantity, *lots in rows.values_list(*names):
        goods[shipment].units[product] += quantity
        goods[shipment].lots[product].update(filter(None, lots))
    return goods
