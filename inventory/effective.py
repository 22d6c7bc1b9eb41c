"""The ledger as it should be: its lines, without those whose cause is gone, with those that it lacks. In SQL.

Rules, pages and the reconciliation sum the same lines, in one statement over the whole table, so that a
million of them cost what a plain query costs.
"""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from .models import Source, StockMovement, StoreFrontInventory, sources

PLACES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
MOVED = ("product_id", "lot_id", *PLACES, "quantity")
SIDES = ("kind", "product_id", "from_storefront_id", "to_storefront_id", "quantity")  # what a storefront's sum needs


class Sql(NamedTuple):
    """A piece of SQL and the values of its placeholders."""

    text: str
    params: tuple


class Difference(NamedTuple):
    """What one storefront shows of a product, and what the ledger says: units, in all and by kind."""

    product_id: UUID
    storefront_id: int
    balance_id: int | None  # None: the storefront has no balance of the product
    shown: int | None
    correct: int = 0
    came: int = 0  # by fulfilled transfers
    went: int = 0  # by fulfilled transfers to another place
    dispatched: int = 0
    returned: int = 0
    adjusted: int = 0


def counted_lines(products: QuerySet | None = None) -> Iterator[QuerySet]:
    """Yield the ledger lines of ``products`` (None: all) that count, apart by what caused them.

    Together they are ``StockMovement.objects.counted()``; apart, a database joins each to its causes
    at once in place of asking for every line of a million.
    """
    lines = of_products(StockMovement.objects.order_by(), "product", products)
    yield lines.filter(cause_key="")
    for source in sources:
        yield lines.filter(source.is_there(), cause_model=source.label).exclude(cause_key="")


def unbooked_lines(products: QuerySet | None = None) -> Iterator[tuple[Source, QuerySet]]:
    """Yield each source with its rows that moved units of ``products`` (None: all) and that the ledger lacks."""
    for source in sources:
        if source.moved:
            yield source, of_products(source.unbooked(), (source.columns or {})["product_id"], products)


def of_products(rows: QuerySet, path: str, products: QuerySet | None) -> QuerySet:
    """Return those of ``rows`` whose product, at ``path``, is one of ``products``."""
    return rows if products is None else rows.filter(**{f"{path}__in": products.order_by().values("pk")})


def as_columns(source: Source, rows: QuerySet, *first: str, columns: tuple[str, ...] = MOVED) -> QuerySet:
    """Return ``rows`` as values of ``first`` and ``columns``; a column that their source does not name is NULL."""
    given = source.columns or {}
    fixed = {"line_kind": Cast(Value(str(source.kind)), CharField())}
    fixed |= {f"line_{name}": Cast(Value(None), BigIntegerField()) for name in MOVED if name not in given}
    wanted = [*first, *(f"line_{name}" for name in columns)]
    return source.lines_of(rows).annotate(**fixed).order_by().values_list(*wanted)


def differences(products: QuerySet | None = None, *, healthy: bool = False) -> Iterator[Difference]:
    """Yield the storefront balances of ``products`` (None: all) that are not the effective ledger's sum.

    Balances that are missing come last; with ``healthy`` those that are right come too. One statement: balance
    and sum are of one moment. Rows are fetched as they are used.
    """
    statement, params = difference_sql(products, healthy=healthy)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while rows := cursor.fetchmany(2000):
            for product_id, storefront_id, balance_id, shown, *units in rows:
                yield Difference(UUID(str(product_id)), storefront_id, balance_id, shown, *map(int, units))


def difference_sql(products: QuerySet | None, *, healthy: bool) -> Sql:
    """Return the statement of ``differences``: lines and balances in one GROUP BY."""
    here = Q(from_storefront__isnull=False) | Q(to_storefront__isnull=False)
    counted = [lines.filter(here).values_list(*SIDES) for lines in counted_lines(products)]
    booked = [as_columns(source, rows, columns=SIDES) for source, rows in unbooked_lines(products)]
    lines, params = counted[0].union(*counted[1:], *booked, all=True).query.sql_with_params()
    balances = of_products(StoreFrontInventory.objects.order_by(), "product", products)
    held, held_params = balances.values_list("product_id", "storefront_id", "pk", "quantity").query.sql_with_params()
    wrong = "" if healthy else "HAVING COALESCE(MAX(shown), 0) <> SUM(units) OR (MAX(shown) IS NULL AND SUM(came) > 0)"
    text = f"""
WITH line ({", ".join(SIDES)}) AS ({lines}),
held (product_id, storefront_id, balance_id, shown) AS ({held})
SELECT product_id, storefront_id, MAX(balance_id) AS balance_id, MAX(shown) AS shown, SUM(units) AS correct,
  SUM(came) AS came, SUM(went) AS went, SUM(dispatched) AS dispatched, SUM(returned) AS returned,
  SUM(CASE WHEN kind IN ('adjustment', 'intake') THEN units ELSE 0 END) AS adjusted
FROM (
  SELECT kind, product_id, storefront_id, units, NULL AS balance_id, NULL AS shown,
    CASE WHEN kind = 'transfer' AND side = 1 THEN units ELSE 0 END AS came,
    CASE WHEN kind = 'transfer' AND side = -1 THEN -units ELSE 0 END AS went,
    CASE WHEN kind = 'dispatch' THEN -units ELSE 0 END AS dispatched,
    CASE WHEN kind = 'return' THEN units ELSE 0 END AS returned
  FROM (
    SELECT kind, product_id, side, CASE side WHEN 1 THEN to_storefront_id ELSE from_storefront_id END AS storefront_id,
      quantity * side AS units
    FROM line CROSS JOIN (SELECT 1 AS side UNION ALL SELECT -1) AS sides
  ) AS moved WHERE storefront_id IS NOT NULL
  UNION ALL
  SELECT '', product_id, storefront_id, 0, balance_id, shown, 0, 0, 0, 0
  FROM held
) AS both_sides
GROUP BY product_id, storefront_id {wrong}
ORDER BY CASE WHEN MAX(balance_id) IS NULL THEN 1 ELSE 0 END, product_id, storefront_id"""
    return Sql(text, (*params, *held_params))
