"""Rules about transfers: asked for twice, or more than ever came in."""

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce

from eqms.data_rules import Repair, Rule, Severity, each
from inventory.models import (
    Product,
    StockMovement,
    StockProduct,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
)

from .balances import RECONCILE, RECONCILED
from .ledger import of_request

Status, Kind = TransferRequest.Status, StockMovement.Kind
WITHIN_INTAKE = "Storefront quantities of a product together <= its intake. Fulfilled > intake is deeper damage."


class Minute(Func):
    """The minute of a moment, in functions that each database's own shell knows too."""

    arity = 1
    output_field = CharField()
    template = "SUBSTR(%(expressions)s, 1, 16)"

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="DATE_TRUNC('minute', %(expressions)s)")


def doubled(*statuses: str) -> QuerySet[TransferRequestLineItem]:
    """Lines that an earlier transfer, not cancelled, asked for in the same minute; it is ``first``.

    Only transfers that share their minute and their places with another are looked into.
    """
    places: list[F | Func] = [F("warehouse"), F("from_storefront"), F("storefront"), Minute(F("requested_at"))]
    requests = TransferRequest.objects.exclude(status=Status.CANCELLED).order_by()
    close = requests.annotate(near=Window(Count("pk"), partition_by=places)).filter(near__gt=1)
    same: list[F | Func] = [F(f"request__{name}") for name in ("warehouse", "from_storefront", "storefront")]
    same += [F("product"), F("lot"), F("requested_quantity"), Minute(F("request__requested_at"))]
    lines = TransferRequestLineItem.objects.filter(request__in=close.values("pk"))
    lines = lines.annotate(first=Window(Min("request"), partition_by=same))
    # Asked beside the window, not before it: the earlier one may have another status.
    number = Case(When(request__status__in=statuses, then=F("request")), default=0)
    again = lines.filter(first__lt=number)
    return again.select_related("request__storefront", "request__warehouse", "product").order_by("pk")


def same_twice(line) -> str:
    """Return which two transfers ask for the same."""
    asked = f"{line.requested_quantity:,} of {line.product.sku} for {line.request.destination}"
    return f"transfers {line.first} and {line.request_id} ask for {asked} within a minute"


def total(rows: QuerySet, column: str = "quantity") -> Coalesce:
    """Return the sum of ``column`` over those of ``rows`` that are of the outer product."""
    sums = rows.filter(product=OuterRef("pk")).order_by().values("product").annotate(n=Sum(column)).values("n")
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)


def with_sums() -> QuerySet[Product]:
    """Return products with ``received`` (what could ever lie on shelves), ``fulfilled`` to storefronts and ``shelved``.

    Received are intakes, what came back to a warehouse and what was found; what went back from a storefront to a
    warehouse is no longer fulfilled: it may be sent again.
    """
    lines = TransferRequestLineItem.objects.filter(request__status=Status.FULFILLED)
    sent = lines.filter(request__from_storefront__isnull=True)
    sent_back = lines.filter(request__storefront__isnull=True)
    gained = StockMovement.objects.filter(
        Q(kind=Kind.ADJUSTMENT, from_warehouse=None, from_storefront=None)
        | Q(kind=Kind.RETURN, to_warehouse__isnull=False)
    )
    return Product.objects.annotate(
        received=total(StockProduct.objects.all()) + total(gained),
        fulfilled=total(sent, "requested_quantity") - total(sent_back, "requested_quantity"),
        shelved=total(StoreFrontInventory.objects.all()),
    )


def with_causes(products: QuerySet[Product]) -> QuerySet[Product]:
    """Return ``products`` with their doubled lines and changed intakes: what likely made fulfilled exceed intake."""
    booked = StockMovement.objects.filter(
        cause_model=StockProduct._meta.label, cause_key=Cast(OuterRef("pk"), CharField())
    )
    intakes = StockProduct.objects.annotate(booked=Subquery(booked.values("quantity")[:1]))
    changed = intakes.exclude(booked=F("quantity"))
    return products.prefetch_related(
        Prefetch("transfer_lines", doubled(Status.FULFILLED), to_attr="doubled_lines"),
        Prefetch("intakes", changed.order_by("pk"), to_attr="changed_intakes"),
    ).order_by("sku_key")


def likely_cause(product, *more: str) -> str:
    """Return what likely made more go to storefronts than came in; ``more`` was found elsewhere."""
    causes = [same_twice(line) for line in product.doubled_lines]
    causes += [
        f"intake {row.pk} says {row.quantity:,}, its ledger line {row.booked or 0:,}" for row in product.changed_intakes
    ] + list(more)
    return "; ".join(causes) or "no request is doubled and no intake was changed: an intake may be missing"


def fulfilled_over_intake() -> QuerySet[Product]:
    """Return the products of which more went to storefronts than came in, with what likely caused it."""
    return with_causes(with_sums().filter(Q(fulfilled__gt=F("received"))))


def fulfilled_too_often(product, *more: str) -> str:
    """Return by how much transfers of ``product`` exceed what came in, and why; ``more`` are causes found elsewhere."""
    over = product.fulfilled - product.received
    counts = f"{product.fulfilled:,} fulfilled, {product.received:,} received: {over:,} too many"
    return f"{counts}; {likely_cause(product, *more)}"


def shelved_too_much(product) -> str:
    """Return by how much shelves of ``product`` exceed what came in, and why."""
    over = product.shelved - product.received
    counts = f"{product.shelved:,} on shelves, {product.received:,} received: {over:,} too many"
    if product.fulfilled > product.received:
        return f"{counts}; {product.fulfilled:,} fulfilled; {likely_cause(product)}"
    return f"{counts}; only {product.fulfilled:,} fulfilled, so a balance was edited without a ledger line"


RULES = [
    Rule(
        "shelves-over-intake",
        "More on shelves than was ever received",
        Severity.ERROR,
        WITHIN_INTAKE,
        Product,
        lambda: with_causes(with_sums().filter(shelved__gt=F("received"))),
        each(shelved_too_much),
        Repair(
            "Reconcile the product first: balances are set to the ledger's sum. What then remains are transfers of more"
            " than came in: see the next rule.",
            RECONCILE,
            lambda product: product.pk if product.fulfilled <= product.received else "",
            RECONCILED,
            "product_id",
        ),
    ),
    Rule(
        "fulfilled-over-intake",
        "More transferred to storefronts than was ever received",
        Severity.ERROR,
        WITHIN_INTAKE,
        Product,
        fulfilled_over_intake,
        each(fulfilled_too_often),
        Repair(
            "Count the shelf. A request that was fulfilled twice: transfer the units back. An intake that is missing or"
            " too low: enter what came. Nothing invents the difference."
        ),
    ),
    Rule(
        "doubled-open-requests",
        "Open transfers that ask for the same within a minute",
        Severity.WARNING,
        "Doubled requests of same storefront, product, quantity and minute are a likely cause of fulfilled > intake.",
        TransferRequestLineItem,
        lambda: doubled(*TransferRequest.OPEN),
        each(same_twice),
        Repair("Ask who requested it. Cancel the second transfer, with the reason, if it is a slip."),
        of_request,
    ),
    Rule(
        "doubled-fulfilled-requests",
        "Fulfilled transfers that ask for the same within a minute",
        Severity.WARNING,
        "Doubled requests of same storefront, product, quantity and minute are a likely cause of fulfilled > intake.",
        TransferRequestLineItem,
        lambda: doubled(Status.FULFILLED),
        each(same_twice),
        Repair("Count the shelf. If the units came once, transfer as many back to the warehouse, with the reason."),
        of_request,
    ),
]
