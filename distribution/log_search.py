"""The log searched by what stands on the paper in the hand, at a million shipments.

Keys are found by how they begin, each by its own index. What one way finds is capped, newest first: an OR over
all of them would read every shipment.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Q, QuerySet

from customers.company_key import customer_number_key, without_legal_suffixes
from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from distribution.tracing.search import lots_called
from eqms.text_key import letters_and_digits
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, LotAlias, Product
from inventory.udi import Scan, scanned
from sales.models import SalesOrder
from sales.order_number_key import order_number_key_or_empty

MOST = 1000  # shipments that one way may find: whoever sees as many writes more
FEW = 20_000  # so many are read whole and the newest chosen; of more, the newest come soon along the log
NEWEST = 200  # shown of those
LAST = chr(0x10FFFF)  # comes after every character
CUSTOMERS = 200


def found_in_log(shipments: QuerySet[Distribution], text: str, words: list[str]) -> QuerySet[Distribution]:
    """Return those of ``shipments`` that ``text`` means as a whole, else those in which each of ``words`` is found.

    A scanned code means the device that it names, whatever separates its parts.
    """
    scan = scanned(text)
    found = keys_of(text) | ({key for way in of_scan(scan) for key in capped(way)} if scan else set())
    if not found and len(words) > 1 and scan is None:
        found = keys_of_all(words)
    return shipments.filter(pk__among=sorted(found))


def keys_of_all(words: list[str]) -> set[int]:
    """Return keys of shipments in which each of ``words`` is found; nobody looks on after a word that is in none."""
    found: set[int] | None = None
    for word in words:
        found = keys_of(word) if found is None else found & keys_of(word)
        if not found:
            break
    return found or set()


def keys_of(text: str) -> set[int]:
    """Return keys of shipments that ``text`` means: at most MOST for each way, the newest."""
    return {key for way in ways(text) for key in capped(way)}


def capped(way: QuerySet[Distribution]) -> list[int]:
    """Return the keys that a way finds; the newest of them where they are many. At most two queries."""
    keys = list(way.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(keys) <= MOST:
        return keys
    newest = way if len(keys) > FEW else Distribution.objects.filter(pk__among=keys)
    shown = NEWEST if len(keys) > FEW else MOST
    return list(newest.order_by("-ship_date", "-id").values_list("pk", flat=True)[:shown])


def ways(text: str) -> Iterator[QuerySet[Distribution]]:
    """Yield what ``text`` finds as an order number, tracking number, facility, lot, serial number, SKU or customer."""
    shipments = Distribution.objects.all()
    if order := order_number_key_or_empty(text):
        yield shipments.filter(begins("order_number_key", order))
    if plain := letters_and_digits(text):
        yield shipments.filter(begins("tracking_key", plain))
        yield shipments.filter(begins("consignee_key", letters_and_digits(without_legal_suffixes(text)) or plain))
        yield shipments.waiting().filter(consignee_name__icontains=text.strip())  # few: no customer is known of them
    if code := code_key_or_empty(text):
        yield of_lines(begins("lot_number_key", code))
        lots = {*Lot.objects.filter(begins("number_key", code)).values_list("pk", flat=True)[:MOST]}
        lots |= {*LotAlias.objects.filter(begins("number_key", code)).values_list("lot", flat=True)[:MOST]}
        if lots:
            yield of_lines(Q(lot__pk__among=sorted(lots)))
        yield of_lines(Q(serial_number=text.strip()))
        if product := Product.objects.filter(sku_key=code).first():
            yield of_lines(Q(product=product))
    yield from of_orders(text.strip())


def of_orders(text: str) -> Iterator[QuerySet[Distribution]]:
    """Yield the shipments of orders with this PO number, and of customers whose name holds ``text`` or number it is."""
    if orders := list(SalesOrder.objects.filter(begins("po_number", text)).values_list("pk", flat=True)[:MOST]):
        yield Distribution.objects.filter(sales_order__pk__among=orders)
    named = Q(facility_name__icontains=text)
    named |= Q(customer_number_key=customer_number_key(text)) if customer_number_key(text) else Q()
    customers = list(Customer.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:CUSTOMERS])
    if customers:
        theirs = SalesOrder.objects.filter(customer__pk__among=customers)
        yield Distribution.objects.filter(sales_order__in=theirs.values("pk"))


def of_scan(scan: Scan) -> Iterator[QuerySet[Distribution]]:
    """Yield the shipments of the device that a code names: of its serial number where it was shipped, else of its lot,
    else of its product. At most five queries."""
    told = Q(product__in=list(Product.objects.with_gtin(scan.gtin))) if scan.gtin else Q()
    if scan.problem or not (scan.gtin or scan.lot_number):
        return
    if scan.lot_number:
        lots = [match.lot.pk for match in lots_called(scan.lot_number) if match.lot]
        told &= Q(lot__in=lots) | Q(lot_number_key=code_key_or_empty(scan.lot_number))
    alone = told & Q(serial_number=scan.serial_number)
    is_known = scan.serial_number and DistributionLine.objects.filter(alone).exists()
    yield of_lines(alone if is_known else told)


def of_lines(told: Q) -> QuerySet[Distribution]:
    """Return the shipments with a line of which ``told`` is true."""
    return Distribution.objects.filter(pk__in=DistributionLine.objects.filter(told).values("distribution"))


def begins(column: str, key: str) -> Q:
    """Return the condition that ``column`` begins with ``key``, as an index of the database serves it."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": key})
    return Q(**{f"{column}__gte": key, f"{column}__lt": key + LAST})
