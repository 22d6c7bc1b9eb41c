"""Rules about what storefronts and warehouses hold."""

from eqms.data_rules import Repair, Rule, Severity, SqlRows, each
from inventory.effective import Products, units_in
from inventory.models import Product, StoreFront, StoreFrontInventory, Warehouse

BALANCE = "Balance = sum of the ledger."
NEVER_BELOW_ZERO = "Available in a warehouse is never below zero, per product, and per lot where a lot is given."
PRODUCT, BALANCES = Product._meta.db_table, StoreFrontInventory._meta.db_table
STOREFRONT, WAREHOUSE = StoreFront._meta.db_table, Warehouse._meta.db_table
RECONCILE = "fix_storefront_inventory"
RECONCILED = f"{RECONCILE} --product-id {{key}} --dry-run"


def reconcile(words: str, key=lambda row: row.product_id) -> Repair:
    """Return the repair by reconciling the product of a row."""
    return Repair(words, RECONCILE, key, RECONCILED, "product_id")


def differing() -> SqlRows:
    """Balances with what the ledger says as ``ledger``, None where it has no line of them."""
    held, params = units_in("storefront")
    sql = f"""{held}
SELECT balance.*, held.units AS ledger, product.sku AS sku, storefront.name AS place
FROM {BALANCES} AS balance
JOIN {PRODUCT} AS product ON product.id = balance.product_id
JOIN {STOREFRONT} AS storefront ON storefront.id = balance.storefront_id
LEFT JOIN held ON held.place_id = balance.storefront_id AND held.product_id = balance.product_id
WHERE balance.quantity <> COALESCE(held.units, 0)"""
    return SqlRows(StoreFrontInventory, sql, "id", params)


def differs(balance) -> str:
    """Return by how much ``balance`` is wrong."""
    shown = f"{balance.place} shows {balance.quantity:,} of {balance.sku}"
    if balance.ledger is None:
        return f"{shown}, the ledger has no line of it: {balance.quantity:,} too many"
    wrong = balance.quantity - balance.ledger
    return f"{shown}, the ledger says {balance.ledger:,}: {abs(wrong):,} too {'many' if wrong > 0 else 'few'}"


def missing() -> SqlRows:
    """Products with units in a ``place`` that has no balance of them."""
    held, params = units_in("storefront")
    sql = f"""{held}
SELECT product.*, held.units AS ledger, storefront.name AS place, storefront.id AS place_id
FROM held
JOIN {PRODUCT} AS product ON product.id = held.product_id
JOIN {STOREFRONT} AS storefront ON storefront.id = held.place_id
LEFT JOIN {BALANCES} AS balance ON balance.storefront_id = held.place_id AND balance.product_id = held.product_id
WHERE balance.id IS NULL AND held.units <> 0"""
    return SqlRows(Product, sql, "sku_key, place_id", params)


def below_zero(place: str, table: str, products: Products = None) -> SqlRows:
    """Those of ``products`` (None: all) of which a ``place`` holds fewer than none."""
    held, params = units_in(place, products=products)
    sql = f"""{held}
SELECT product.*, held.units AS ledger, place.name AS place, place.id AS place_id
FROM held
JOIN {PRODUCT} AS product ON product.id = held.product_id
JOIN {table} AS place ON place.id = held.place_id
WHERE held.units < 0"""
    return SqlRows(Product, sql, "sku_key, place_id", params)


def short(row) -> str:
    """Return how many units of ``row`` left a place that were not there."""
    units = f"{-row.ledger:,} more" if isinstance(row, Product) else f"{-row.ledger:,} more of {row.number}, {row.sku},"
    return f"{row.place}: {units} left than ever came, so the ledger holds {row.ledger:,}"


TOO_MANY_LEFT = (
    "Look at the ledger lines of the product there. Enter the intake or return that is missing; a request that was"
    " fulfilled twice is transferred back; what a count shows is an adjustment with its reason."
)
RULES = [
    Rule(
        "balance-differs",
        "Storefront balances that are not the sum of the ledger",
        Severity.ERROR,
        BALANCE,
        StoreFrontInventory,
        differing,
        each(differs),
        reconcile("Reconcile the product: the balance is set to the ledger's sum, and the run can be undone."),
    ),
    Rule(
        "balance-missing",
        "Units on a storefront that has no balance of them",
        Severity.ERROR,
        BALANCE,
        Product,
        missing,
        each(lambda row: f"{row.place} has no balance, the ledger says {row.ledger:,}"),
        reconcile("Reconcile the product: the balance is made from the ledger.", lambda product: product.pk),
    ),
    Rule(
        "warehouse-below-zero",
        "More left a warehouse than ever came",
        Severity.ERROR,
        NEVER_BELOW_ZERO,
        Product,
        lambda: below_zero("warehouse", WAREHOUSE),
        each(short),
        Repair(TOO_MANY_LEFT),
    ),
    Rule(
        "storefront-below-zero",
        "More left a storefront than ever came",
        Severity.ERROR,
        "StoreFrontInventory: quantity >= 0, and balance = sum of the ledger.",
        Product,
        lambda: below_zero("storefront", STOREFRONT),
        each(short),
        Repair(TOO_MANY_LEFT),
    ),
    Rule(
        "units-on-archived-storefront",
        "Units on the shelf of an archived storefront",
        Severity.WARNING,
        "Archiving is how a storefront ends.",
        StoreFrontInventory,
        lambda: (
            StoreFrontInventory.objects.filter(storefront__archived_at__isnull=False, quantity__gt=0)
            .select_related("storefront", "product")
            .order_by("pk")
        ),
        each(lambda row: f"{row.storefront} is archived and still shows {row.quantity:,} of {row.product.sku}"),
        Repair("Transfer the units to another storefront or back to the warehouse."),
    ),
]
