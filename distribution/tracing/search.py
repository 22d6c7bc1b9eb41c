"""What a text from a paper, a label or a scanner may mean: lots, orders, tracking numbers, customers."""

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum

from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from distribution.shipping import tracking_key
from distribution.tracing.customer import customers_called
from distribution.tracing.left_out import LeftOutLine, every_line, reported_under
from distribution.tracing.lot import LotTrace, trace_lot, trace_number
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, LotAlias, Product
from inventory.udi import Scan, scanned
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

MOST = 20  # of one kind: whoever sees more has to write more


class LotMatch(NamedTuple):
    """A lot that a number may mean; ``lot`` is None where only shipments report the number."""

    product: Product
    lot: Lot | None
    number: str
    how: str

    def __str__(self):
        return f"{self.product}, lot {self.number} ({self.how})"

    def trace(self) -> LotTrace:
        """Return where it went."""
        return trace_lot(self.lot) if self.lot else trace_number(self.product, self.number)

    @property
    def query(self) -> str:
        """What names it in the address of a trace."""
        return urlencode({"lot": self.lot.pk} if self.lot else {"product": self.product.pk, "number": self.number})


@dataclass
class Found:
    """Everything that a text may mean. ``notes`` say what stands out, such as a check digit that is wrong."""

    text: str
    scan: Scan | None = None
    lots: list[LotMatch] = field(default_factory=list)
    near: list[LotMatch] = field(default_factory=list)  # lots whose number begins so, where nothing else fits
    orders: list[SalesOrder] = field(default_factory=list)
    shipments: list[Distribution] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    left_out: list[LeftOutLine] = field(default_factory=list)  # reported under this number or to this name
    notes: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.lots or self.near or self.orders or self.shipments or self.customers or self.left_out)

    @property
    def only_lot(self) -> LotMatch | None:
        """The lot, where the text can mean nothing else."""
        others = self.orders or self.shipments or self.customers or self.left_out
        return self.lots[0] if len(self.lots) == 1 and not others and not self.notes else None


def lots_called(number: str, products: list[Product] | None = None) -> list[LotMatch]:
    """Return every lot that ``number`` may mean: its own number, one as mistyped, one that shipments report.

    Four queries, six where something was left out of the log. One of each product at most: a lot's own number counts
    before an alias.
    """
    key = code_key_or_empty(number)
    if not key:
        return []
    chosen = {} if products is None else {"product__in": products}
    own = Lot.objects.filter(number_key=key, **chosen).select_related("product")
    found = {lot.product_id: LotMatch(lot.product, lot, lot.number, "the lot's number") for lot in own}
    for alias in LotAlias.objects.filter(number_key=key, **chosen).select_related("lot__product"):
        words = f"mistyped as {alias.number}"
        found.setdefault(alias.product_id, LotMatch(alias.lot.product, alias.lot, alias.lot.number, words))
    reported = DistributionLine.objects.filter(lot_number_key=key, lot__isnull=True, **chosen).order_by()
    unknown = dict(reported.values_list("product").annotate(Sum("quantity")))
    for product in Product.objects.filter(pk__in=[pk for pk in unknown if pk not in found]):
        words = f"no lot is called so, shipments report {unknown[product.pk]:,} units"
        found[product.pk] = LotMatch(product, None, number.strip(), words)
    for product in products_left_out(key):
        if products is None or product in products:
            words = "no lot is called so, a shipment that was left out of the log reports it"
            found.setdefault(product.pk, LotMatch(product, None, number.strip(), words))
    return sorted(found.values(), key=lambda match: match.product.sku)


def left_out_called(text: str) -> list[LeftOutLine]:
    """Return the lines left out of the log with ``text`` as order or tracking number, or in the consignee's name.

    One query.
    """
    order, tracking, name = order_number_key_or_empty(text), tracking_key(text), text.casefold()
    return [
        line
        for line in every_line()
        if (order and order_number_key_or_empty(line.order) == order)
        or (tracking and tracking_key(line.tracking_number) == tracking)
        or name in line.name.casefold()
    ]


def products_left_out(key: str) -> list[Product]:
    """Return the products of lines left out of the log that report the number ``key``. Three queries at most."""
    return list(Product.objects.known_as(line.sku for line in reported_under(key)).values())


def lots_like(number: str) -> list[LotMatch]:
    """Return lots whose number begins like ``number``. One query."""
    key = code_key_or_empty(number)
    if len(key) < 2:
        return []
    lots = Lot.objects.filter(number_key__startswith=key).select_related("product").order_by("number_key", "pk")
    return [LotMatch(lot.product, lot, lot.number, "begins so") for lot in lots[:MOST]]


def find(text: str) -> Found:
    """Return everything that ``text`` may mean: a lot, an order, a tracking number, a customer, a scanned code."""
    text = text.strip()
    found = Found(text, scan=scanned(text))
    if found.scan:
        find_scan(found, found.scan)
        return found
    found.lots = lots_called(text)
    key = order_number_key_or_empty(text)
    orders = SalesOrder.objects.filter(order_number_key=key) if key else SalesOrder.objects.none()
    found.orders = list(orders.select_related("customer"))
    if text:
        by_number = Q(order_number_key=key, sales_order__isnull=True) if key else Q()
        tracking = {text, "".join(text.split()).upper()}
        shipments = Distribution.objects.filter(Q(tracking_number__in=tracking) | by_number)
        found.shipments = list(with_lots(shipments).order_by("-ship_date", "-pk")[:MOST])
        found.customers = customers_called(text) or customers_named(text)
        found.left_out = left_out_called(text)[:MOST]
    if not found:
        found.near = lots_like(text)
    return found


def find_scan(found: Found, scan: Scan) -> None:
    """Put into ``found`` what a scanned code says: the lot of that product, or why it is not found."""
    if scan.problem:
        found.notes.append(scan.problem)
        return
    products = list(Product.objects.with_gtin(scan.gtin)) if scan.gtin else None
    if products == []:
        found.notes.append(
            f"No product has the GTIN {scan.gtin}. Write it on the page of the product, then scan again."
        )
    if scan.lot_number:
        found.lots = lots_called(scan.lot_number, products or None)
        if not found.lots:
            found.notes.append(f"No lot and no shipment is known by the number {scan.lot_number} that the code names.")
    elif products:
        lots = Lot.objects.filter(product__in=products).select_related("product").order_by("-pk")[:MOST]
        found.near = [LotMatch(lot.product, lot, lot.number, "a lot of the scanned product") for lot in lots]
    for match in found.lots:
        if match.lot and scan.expires_on and match.lot.expires_on and match.lot.expires_on != scan.expires_on:
            found.notes.append(
                f"The code says that lot {match.lot} expires on {scan.expires_on}, "
                f"its page says {match.lot.expires_on}."
            )


def customers_named(text: str) -> list[Customer]:
    """Return customers whose name holds ``text``. One query."""
    return list(Customer.objects.filter(facility_name__icontains=text)[:MOST])


def with_lots(shipments: QuerySet[Distribution]) -> QuerySet[Distribution]:
    """Return ``shipments`` with their orders, and their lines with product and lot."""
    return shipments.select_related("sales_order__customer").prefetch_related("lines__product", "lines__lot")
