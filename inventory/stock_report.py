"""What a runbook reads about products: intake, fulfilled transfers, and each storefront's balance."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet, Sum

from .damage import contested_products
from .effective import Difference, Parts, differences, parts
from .models import Product, StockMovement, StockProduct, StoreFront, TransferRequest, TransferRequestLineItem
from .operations.fix_storefront_inventory import explained, left_because, pieces, place_name

RULE = "-" * 60


def report(products: QuerySet, *, change: str, verbose: bool = False) -> Iterator[str]:
    """Yield the lines about ``products``; ``change`` is what is said of a wrong balance, such as "Would change to".

    Without ``verbose`` only storefronts that are wrong appear. A fixed number of queries for 2,000 products.
    """
    for piece in pieces(products.order_by("sku_key").values_list("pk", flat=True).iterator()):
        yield from report_of(piece, change, verbose)


def report_of(keys: Sequence[UUID], change: str, verbose: bool) -> Iterator[str]:
    """Yield the lines about the products with these keys, in this order."""
    products = Product.objects.filter(pk__among=keys)
    rows = products.in_bulk()
    names = {place.pk: place_name(place) for place in StoreFront.objects.all()}
    received = sums(StockProduct.objects.filter(product__in=products), "quantity")
    fulfilled = sums(fulfilled_transfers().filter(product__in=products), "requested_quantity")
    contested = contested_products(keys)
    balances, made_of = defaultdict(list), parts(keys)
    for one in differences(keys, healthy=verbose):
        balances[one.product_id].append(one)
    for key in keys:
        yield RULE
        yield f"Product: {rows[key].name} (SKU: {rows[key].sku})"
        yield f"ID: {key}"
        yield f"Warehouse stock intake: {received.get(key, 0)} units"
        yield f"Fulfilled transfer requests: {fulfilled.get(key, 0)} units"
        for one in sorted(balances[key], key=lambda one: names[one.storefront_id]):
            yield f"  Storefront: {names[one.storefront_id]}"
            yield from lines_of(one, explained(one.correct, made_of.get(one[:2], Parts())))
            if one.shown != one.correct:
                left = left_because(one, contested)
                yield f"    → Left as it is: {left}" if left else f"    → {change}: {one.correct} units"
        if not balances[key]:
            yield "  No storefront differs from the ledger."
        if verbose:
            yield from ledger_of(rows[key])


def lines_of(one: Difference, words: str) -> Iterator[str]:
    """Yield what one storefront shows and what is correct; ``words`` explain that."""
    shown = one.shown or 0
    yield f"    Current quantity: {shown}"
    yield f"    Correct quantity: {one.correct}"
    yield f"    Because: {words}{'' if one.balance_id else '; there is no balance'}"
    if shown == one.correct and one.shown is not None:
        return
    kind = "overcapacity" if shown > one.correct else "undercapacity"
    yield f"    Discrepancy: {abs(shown - one.correct)} units ({kind})"


def ledger_of(product: Product) -> Iterator[str]:
    """Yield the ledger lines of ``product``, oldest first."""
    gone = ": its cause is gone, so it does not count"
    places = ("from_warehouse", "from_storefront", "to_warehouse", "to_storefront")
    lines = StockMovement.objects.filter(product=product).select_related("lot", *places).order_by("at", "pk")
    orphaned = set(StockMovement.objects.filter(product=product).orphaned().values_list("pk", flat=True))
    for line in lines.iterator(2000):
        lot = f" of lot {line.lot}" if line.lot else ""
        way = f"{line.left or 'outside'} to {line.reached or 'outside'}"
        cause = f" ({line.follows_from})" if line.cause_key else f" ({line.reason})"
        counts = gone if line.pk in orphaned else ""
        yield f"  Ledger: {line.at:%Y-%m-%d} {line.kind} {line.quantity}{lot} from {way}{cause}{counts}"


def fulfilled_transfers() -> QuerySet[TransferRequestLineItem]:
    """Return the lines of fulfilled transfers from a warehouse to a storefront."""
    status = TransferRequest.Status.FULFILLED
    return TransferRequestLineItem.objects.filter(request__status=status, request__from_storefront__isnull=True)


def sums(rows: QuerySet, column: str) -> dict[UUID, int]:
    """Return the sum of ``column`` by product. One query."""
    return dict(rows.order_by().values_list("product").annotate(Sum(column)))
