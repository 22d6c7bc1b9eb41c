"""Rules about ledger lines and the rows that they follow from."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from eqms.data_rules import Repair, Rule, Severity, SqlRows, each
from inventory.effective import MOVED, Products, as_columns, of_products
from inventory.models import (
    Lot,
    Product,
    Source,
    StockMovement,
    StockProduct,
    StoreFront,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
    sources,
)

from .balances import reconcile

FOLLOWS = "The ledger follows from the source rows: each has its line."
# Column of a ledger line -> what it names, and how people call the column. Quantity names nothing.
NAMED = {
    "product_id": (Product, "product"),
    "lot_id": (Lot, "lot"),
    "from_warehouse_id": (Warehouse, "from"),
    "from_storefront_id": (StoreFront, "from"),
    "to_warehouse_id": (Warehouse, "to"),
    "to_storefront_id": (StoreFront, "to"),
}


def orphaned():
    """Ledger lines whose cause is gone."""
    return StockMovement.objects.orphaned().select_related("product").order_by("pk")


def gone(line) -> str:
    """Return what ``line`` says that nothing stands behind."""
    moved = f"{line.kind} of {line.quantity:,} of {line.product.sku} on {line.at:%Y-%m-%d}"
    return f"{moved}: its cause, {line.follows_from}, is gone"


def differing_from(source: Source, products: Products = None) -> SqlRows:
    """Ledger lines of ``products`` (None: all) that say something else than their row of ``source``.

    What the row says stands in ``row_``columns. Lines of another kind, such as a return of what a shipment
    sent, have columns of their own.
    """
    lines = StockMovement.objects.filter(cause_model=source.label, kind=source.kind).order_by()
    lines, line_params = of_products(lines, "product", products).query.sql_with_params()
    rows, params = as_columns(source, source.moved(), "pk").query.sql_with_params()
    values = ", ".join(f"source.{name} AS row_{name}" for name in MOVED)
    nothing = {"product_id": "line.product_id"}  # never empty; another type than the rest
    differ = " OR ".join(
        f"COALESCE(line.{name}, {nothing.get(name, 0)}) <> COALESCE(source.{name}, {nothing.get(name, 0)})"
        for name in MOVED
    )
    sql = f"""WITH line AS ({lines}), source (pk, {", ".join(MOVED)}) AS ({rows})
SELECT line.*, {values}
FROM line
JOIN source ON CAST(source.pk AS VARCHAR(64)) = line.cause_key
WHERE {differ}"""
    return SqlRows(StockMovement, sql, "id", (*line_params, *params))


def differences(lines: Sequence) -> list[str]:
    """Return in words where each of ``lines`` and its row differ. At most four queries."""
    pairs = [(line, {name: (getattr(line, name), value_of(line, name)) for name in MOVED}) for line in lines]
    pairs = [(line, {name: both for name, both in told.items() if both[0] != both[1]}) for line, told in pairs]
    names = names_of([item for _, told in pairs for item in told.items()])
    return [
        f"{line.follows_from}: "
        + ", ".join(f"{in_words(name, row, names)} on the row, {in_words(name, own, names)} in the ledger"
                    for name, (own, row) in told.items())
        for line, told in pairs
    ]  # fmt: skip


def value_of(line, name: str):
    """Return what the row of ``line`` says, as the line's own column would hold it."""
    value = getattr(line, f"row_{name}")
    return UUID(str(value)) if name == "product_id" else value


def names_of(told: list[tuple]) -> dict:
    """Return the rows that the differing columns name, by (model, key)."""
    wanted: dict = {}
    for name, both in told:
        if name in NAMED:
            wanted.setdefault(NAMED[name][0], set()).update(key for key in both if key is not None)
    return {(model, row.pk): str(row) for model, keys in wanted.items() for row in model.objects.in_bulk(keys).values()}


def in_words(name: str, value, names: dict) -> str:
    """Return a column's value: "12 units", "from Depot", "no lot"."""
    if name not in NAMED:
        return f"{value:,} units"
    model, word = NAMED[name]
    called = names.get((model, value), value)
    return f"{word} {called}" if value is not None else f"no {'place ' * (word in ('from', 'to'))}{word}".rstrip()


def unbooked(source: Source) -> SqlRows:
    """Rows of ``source`` that moved units and that no ledger line names."""
    keys, params = source.unbooked().order_by().values("pk").query.sql_with_params()
    sql = f"SELECT moved.* FROM {source.model._meta.db_table} AS moved WHERE moved.id IN ({keys})"
    return SqlRows(source.model, sql, "id", params, prefetch=["product"])


def rules_of(source: Source, whose: str, **options) -> list[Rule]:
    """Return the rules of a source of the ledger: a line for each row, and the same said in both.

    ``whose`` names the rows in the plural, "transfer lines"; ``options`` are those of Rule.
    """
    slug = whose.replace(" ", "-")
    again = "Reconcile the product: the line that is missing is added, with the row's own date, and balances follow."
    return [
        Rule(
            f"{slug}-without-ledger-line",
            f"{whose.capitalize()} that the ledger lacks",
            Severity.ERROR,
            FOLLOWS,
            source.model,
            lambda: unbooked(source),
            each(lambda row: f"{units_of(source, row):,} of {row.product.sku} moved, and no ledger line names the row"),
            reconcile(again),
            **options,
        ),
        Rule(
            f"ledger-differs-from-{slug}",
            f"Ledger lines that say something else than their {whose}",
            Severity.ERROR,
            FOLLOWS,
            StockMovement,
            lambda: differing_from(source),
            differences,
            Repair(
                "Compare with the paper. Where the row is right, adjust stock by the difference and say why;"
                " where the ledger is right, the row was changed outside: verify_audit names it."
            ),
        ),
    ]


def units_of(source: Source, row) -> int:
    """Return the units that ``row`` moved."""
    return getattr(row, source.columns["quantity"])


def moved_too_early():
    """Lines of transfers that are not fulfilled, though the ledger moved their units."""
    lines = StockMovement.objects.filter(
        cause_model=TransferRequestLineItem._meta.label, cause_key=Cast(OuterRef("pk"), CharField())
    )
    unfulfilled = TransferRequestLineItem.objects.exclude(request__status=TransferRequest.Status.FULFILLED)
    return unfulfilled.filter(Exists(lines)).select_related("request", "product").order_by("pk")


def too_early(line) -> str:
    """Return what ``line`` of a transfer that is not fulfilled says against the ledger."""
    status = line.request.get_status_display().lower()
    moved = f"{line.requested_quantity:,} of {line.product.sku}"
    return f"transfer {line.request_id} is {status}, yet the ledger moved {moved}"


def of_request(line) -> tuple[type, int]:
    """Return the transfer on whose page ``line`` is shown."""
    return TransferRequest, line.request_id


def source_of(model) -> Source:
    """Return the source of the ledger whose rows are of ``model``."""
    return next(source for source in sources if source.model is model)


RULES = [
    Rule(
        "orphaned-ledger-lines",
        "Ledger lines whose cause is gone",
        Severity.ERROR,
        "A ledger line whose source row is gone is damage: reported, and it does not count.",
        StockMovement,
        orphaned,
        each(gone),
        Repair(
            "Nothing counts them. If the units did move, adjust stock by them with the reason; if the row was deleted"
            " outside the application, bring it back from the back-up: the line counts again."
        ),
    ),
    Rule(
        "ledger-line-of-unfulfilled-transfer",
        "Transfers that the ledger moved and that are not fulfilled",
        Severity.ERROR,
        FOLLOWS,
        TransferRequestLineItem,
        moved_too_early,
        each(too_early),
        Repair("Its status was changed outside the application: verify_audit names it. Set it back, or adjust stock."),
        of_request,
    ),
    *rules_of(source_of(StockProduct), "intakes"),
    *rules_of(source_of(TransferRequestLineItem), "transfer lines", shown_on=of_request),
]
