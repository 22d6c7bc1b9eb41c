"""What is wrong in the demo data on purpose: each with what finds it, how many rows, and a query that shows them.

The queries are plain ones over the rows, apart from the operations: so they can judge those.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, TruncMinute
from django.utils import timezone

from customers.models import Customer
from distribution.models import Distribution, DistributionLine, RecallNotice
from inventory.models import (
    Product,
    StockMovement,
    StockProduct,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
)
from sales.models import SalesOrder, SalesOrderLine

from .planted import DUPLICATES, TWO_CLINICS


class Fault(NamedTuple):
    """``expected`` rows that ``rows`` finds. ``found_by`` names the operation, command or page that shows them."""

    name: str
    what: str
    found_by: str
    expected: int
    rows: Callable[[], Iterable]


def without_orders():
    """Return the customers that may be idle."""
    return Customer.objects.filter(orders__isnull=True)


def young():
    """Return the condition of onboarding that the clean-up waits for."""
    return Q(status="onboarding", created_at__gt=timezone.now() - timedelta(days=180))


def named_by_waiting():
    """Return the condition of a customer to whom a waiting shipment went."""
    return Q(company_key__in=Distribution.objects.waiting().values("consignee_key"))


def left_alone():
    """Return the customers that the clean-up deletes."""
    return without_orders().without_references().exclude(young() | named_by_waiting())


def held_by_people():
    """Return the customers that only contacts or notes keep."""
    return without_orders().filter(Q(contacts__isnull=False) | Q(notes__isnull=False)).distinct()


def second_spellings():
    """Return the customers that were planted as duplicates."""
    return Customer.objects.filter(facility_name__in=[other for _, other, _ in DUPLICATES], customer_number=None)


def neighbours():
    """Return the two clinics that share a building."""
    twins = Customer.objects.exclude(pk=OuterRef("pk")).filter(address1=OuterRef("address1"), phone=OuterRef("phone"))
    return Customer.objects.filter(Exists(twins), facility_name__in=TWO_CLINICS)


def printed_otherwise():
    """Customers whose newest order prints another name or address in its ship-to block."""
    newest = SalesOrder.objects.order_by("customer", "-order_date", "-id").select_related("customer")
    latest: dict[int, SalesOrder] = {}
    for order in newest:
        latest.setdefault(order.customer_id, order)
    return [order.customer for order in latest.values() if order.ship_to.key != order.customer.company_key]


# -- stock -------------------------------------------------------------------------------------------


def units(lines, place: str, product: str):
    """Sum the ledger lines that name the outer row's storefront in ``place``."""
    here = lines.filter(**{place: OuterRef("storefront"), "product": OuterRef(product)}).order_by().values("product")
    return Coalesce(Subquery(here.annotate(n=Sum("quantity")).values("n"), output_field=IntegerField()), 0)


def ledger_of_known_rows():
    """Return the ledger lines whose cause is still there."""
    return StockMovement.objects.exclude(pk__in=orphaned_lines())


def differing_balances():
    """Running balances with the ledger's sum as ``correct``, where the two differ."""
    lines = ledger_of_known_rows()
    correct = units(lines, "to_storefront", "product") - units(lines, "from_storefront", "product")
    return StoreFrontInventory.objects.annotate(correct=correct).exclude(quantity=F("correct"))


def missing_balances():
    """Storefront and product of ledger lines that no running balance stands for."""
    known = StoreFrontInventory.objects.filter(storefront=OuterRef("to_storefront"), product=OuterRef("product"))
    lines = ledger_of_known_rows().filter(~Exists(known), to_storefront__isnull=False)
    return list(lines.order_by().values_list("to_storefront__name", "product__sku").distinct())


def transfers_without_movement():
    """Return the lines of fulfilled transfers that the ledger lacks."""
    fulfilled = TransferRequestLineItem.objects.filter(request__status=TransferRequest.STATUS_FULFILLED)
    return without_movement(fulfilled)


def without_movement(rows):
    """Return those of ``rows`` that no line of the ledger names as its cause."""
    key = Cast(OuterRef("pk"), CharField())
    lines = StockMovement.objects.filter(cause_model=rows.model._meta.label, cause_key=key)
    return rows.filter(~Exists(lines))


def orphaned_lines():
    """Return the ledger lines of transfers whose cause is gone."""
    rows = TransferRequestLineItem.objects.annotate(key=Cast("pk", CharField())).filter(key=OuterRef("cause_key"))
    return StockMovement.objects.filter(~Exists(rows), cause_model=TransferRequestLineItem._meta.label)


def doubled_requests(status: str):
    """Lines of equal storefront, product and quantity, asked for in one minute, with their number."""
    lines = TransferRequestLineItem.objects.filter(request__status=status)
    same = lines.annotate(minute=TruncMinute("request__requested_at"))
    columns = ("request__storefront", "product", "requested_quantity", "minute")
    return same.order_by().values(*columns).annotate(times=Count("pk")).filter(times__gt=1)


def fulfilled_above_intake():
    """Return the products of which more was transferred than ever came in."""

    def total(rows, column: str):
        sums = rows.order_by().values("product").annotate(n=Sum(column)).values("n")
        return Coalesce(Subquery(sums, output_field=IntegerField()), 0)

    asked = TransferRequestLineItem.objects.filter(request__status="FULFILLED", product=OuterRef("pk"))
    intake = StockProduct.objects.filter(product=OuterRef("pk"))
    return Product.objects.annotate(
        asked=total(asked, "requested_quantity"), received=total(intake, "quantity")
    ).filter(asked__gt=F("received"))


# -- orders and shipments ----------------------------------------------------------------------------


def lines_without_product(*, known: bool):
    """Return the order lines without product whose printed SKU means one, or none."""
    lines = list(SalesOrderLine.objects.filter(product__isnull=True))
    codes = Product.objects.known_as(line.sku_printed for line in lines)
    spelled = {line.pk: Product.objects.known_as([line.sku_printed]) for line in lines} if codes else {}
    return [line for line in lines if bool(spelled.get(line.pk)) == known]


def waiting(*, with_order: bool):
    """Return the waiting shipments whose order is there, or is not."""
    same = Exists(SalesOrder.objects.filter(order_number_key=OuterRef("order_number_key")))
    return Distribution.objects.waiting().filter(same if with_order else ~same)


def nearly_an_order():
    """Return the waiting shipments whose number only looks like one of an order."""
    return waiting(with_order=False).filter(order_number__in=("285", "SO 1285-1", "B-100"))


def unknown_lots():
    """Return the shipment lines with a lot number that no lot has."""
    return DistributionLine.objects.filter(lot__isnull=True, product__is_lot_tracked=True).exclude(lot_number="")


def left_from_nowhere():
    """Return the shipments that name no place they left."""
    return Distribution.objects.filter(shipped_from_warehouse=None, shipped_from_storefront=None)


def dispatches_without_movement():
    """Return the shipment lines that left a known place and that the ledger lacks."""
    sent = DistributionLine.objects.filter(distribution__voided_at=None).exclude(distribution__in=left_from_nowhere())
    return without_movement(sent)


def got_recalled_and_have_no_notice():
    """Return the consignees of recalled lots that no notice names."""
    got = DistributionLine.objects.filter(lot__status="recalled", distribution__voided_at=None)
    named = RecallNotice.objects.values("consignee_key")
    return got.exclude(distribution__consignee_key__in=named).values("distribution__consignee_key").distinct()


FAULTS = (
    Fault("idle customers", "nothing refers to them", "cleanup_zero_order_customers", 8, left_alone),
    Fault("idle but held", "no order, but contacts or notes", "cleanup_zero_order_customers", 3, held_by_people),
    Fault(
        "young onboarding",
        "no order yet, onboarding younger than 180 days",
        "cleanup_zero_order_customers (left)",
        2,
        lambda: without_orders().filter(young()),
    ),
    Fault(
        "named by a waiting shipment",
        "no order yet, but a waiting shipment's consignee",
        "cleanup_zero_order_customers (left)",
        1,
        lambda: without_orders().filter(named_by_waiting()),
    ),
    Fault("duplicate customers", "typos, St. and Saint, Inc, a move", "dedupe_customers", 14, second_spellings),
    Fault("two clinics", "one address and phone, yet no duplicates", "dedupe_customers (review)", 2, neighbours),
    Fault("new name or address", "printed by the newest order", "refresh_customers_from_orders", 3, printed_otherwise),
    Fault(
        "overfull shelf",
        "284 shown, 10 received and transferred",
        "fix_storefront_inventory",
        1,
        lambda: differing_balances().filter(quantity=284, correct=10),
    ),
    Fault(
        "short shelf",
        "14 shown, 25 transferred",
        "fix_storefront_inventory",
        1,
        lambda: differing_balances().filter(quantity=14, correct=25),
    ),
    Fault("missing balance", "transferred, but no balance", "fix_storefront_inventory", 1, missing_balances),
    Fault(
        "transfer without ledger line",
        "fulfilled, but nothing moved",
        "fix_storefront_inventory",
        1,
        transfers_without_movement,
    ),
    Fault("orphaned ledger line", "the row that caused it is gone", "check_data", 1, orphaned_lines),
    Fault(
        "doubled transfer",
        "fulfilled twice within a minute",
        "fix_storefront_inventory (reported), check_data",
        1,
        lambda: doubled_requests("FULFILLED"),
    ),
    Fault("doubled request", "asked for twice within a minute", "check_data", 1, lambda: doubled_requests("NEW")),
    Fault(
        "more transferred than received",
        "40 fulfilled, 25 received",
        "fix_storefront_inventory (reported), check_data",
        1,
        fulfilled_above_intake,
    ),
    Fault(
        "waiting with order",
        "the order exists, its number written in another way",
        "match_distributions",
        6,
        lambda: waiting(with_order=True),
    ),
    Fault(
        "waiting without order",
        "no order has this number",
        "match_distributions (listed)",
        9,
        lambda: waiting(with_order=False),
    ),
    Fault("nearly an order", "285, 1285-1 and B-100 are not 1285 and A-100", "match_distributions", 3, nearly_an_order),
    Fault(
        "known SKU without product",
        "other case, or another code of the product",
        "link_products",
        6,
        lambda: lines_without_product(known=True),
    ),
    Fault(
        "unknown SKU",
        "no product has this code",
        "link_products (left), check_data",
        2,
        lambda: lines_without_product(known=False),
    ),
    Fault("mistyped lot", "no lot of the product has this number", "check_data, trace", 3, unknown_lots),
    Fault("left from nowhere", "nobody said which place it left", "check_data", 3, left_from_nowhere),
    Fault(
        "shipment without ledger line",
        "left the warehouse, but nothing moved",
        "check_data, fix_storefront_inventory",
        1,
        dispatches_without_movement,
    ),
    Fault(
        "recalled, and not noted",
        "got units of a recalled lot, and no notice of the recall names them",
        "check_data, the page of the recall",
        1,
        got_recalled_and_have_no_notice,
    ),
    Fault(
        "void shipment",
        "entered in error, counted nowhere",
        "the list of shipments",
        1,
        lambda: Distribution.objects.filter(voided_at__isnull=False),
    ),
)
