"""The ledger as it should be: its lines, without those whose cause is gone, with those that it lacks. In SQL.

Rules, pages and the reconciliation sum the same lines, in one statement over the whole table, so that a
million of them cost what a plain query costs.
"""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from .models import Source, StockMovement, StoreFrontInventory, sources

PLACES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
COLUMNS = ("kind", "product_id", "lot_id", *PLACES, "quantity")
NONE = Cast(Value(None), BigIntegerField())


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


def effective_lines(products: QuerySet | None = None, *, places: tuple[str, ...] = PLACES) -> Sql:
    """Return the SQL of the effective ledger's lines, as ``COLUMNS``: of ``products`` (None: all) in ``places``.

    Quantities of lines whose cause is gone come a second time, negative, which costs less than leaving them out.
    """
    lines = of_products(StockMovement.objects.filter(somewhere(places)), "product", products)
    branches = [lines.values_list(*COLUMNS)]
    branches += [negative(orphans) for orphans in orphaned_lines(lines)]
    for source in sources:
        if source.moved:
            branches.append(as_columns(source, unbooked(source, products)))
    compiled = [branch.order_by().query.sql_with_params() for branch in branches]
    text = "\nUNION ALL\n".join(sql for sql, _ in compiled)
    return Sql(text, tuple(value for _, params in compiled for value in params))


def unbooked(source: Source, products: QuerySet | None) -> QuerySet:
    """Return the rows of ``source`` that moved units of ``products`` (None: all) and that the ledger lacks."""
    return of_products(source.unbooked(), (source.columns or {})["product_id"], products)


def of_products(rows: QuerySet, path: str, products: QuerySet | None) -> QuerySet:
    """Return those of ``rows`` whose product, at ``path``, is one of ``products``."""
    return rows if products is None else rows.filter(**{f"{path}__in": products.order_by().values("pk")})


def somewhere(places: tuple[str, ...]) -> Q:
    """The condition of a ledger line that names one of ``places``; no condition where that is all of them."""
    named = Q()
    for name in places if set(places) != set(PLACES) else ():
        named |= Q(**{f"{name}__isnull": False})
    return named


def orphaned_lines(lines: QuerySet) -> Iterator[QuerySet]:
    """Yield those of ``lines`` whose cause is gone, source by source: each is one anti-join."""
    for source in sources:
        yield lines.filter(~source.is_there(), cause_model=source.label).exclude(cause_key="")
    yield lines.exclude(cause_model__in=[source.label for source in sources]).exclude(cause_key="")


def negative(lines: QuerySet) -> QuerySet:
    """Return ``lines`` as ``COLUMNS`` with their quantities taken off again."""
    return lines.annotate(units=-F("quantity")).values_list(*COLUMNS[:-1], "units")


def as_columns(source: Source, rows: QuerySet, *first: str) -> QuerySet:
    """Return ``rows`` of ``source`` as values of ``first`` and ``COLUMNS``; what the source does not name is NULL."""
    given = source.columns or {}
    fixed = {"line_kind": Cast(Value(str(source.kind)), CharField())}
    fixed |= {f"line_{name}": NONE for name in COLUMNS[1:] if name not in given}
    return source.lines_of(rows).annotate(**fixed).values_list(*first, *(f"line_{name}" for name in COLUMNS))


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
    lines, params = effective_lines(products, places=("from_storefront_id", "to_storefront_id"))
    balances = of_products(StoreFrontInventory.objects.order_by(), "product", products)
    held, held_params = balances.values_list("product_id", "storefront_id", "pk", "quantity").query.sql_with_params()
    wrong = "" if healthy else "HAVING COALESCE(MAX(shown), 0) <> SUM(units) OR (MAX(shown) IS NULL AND SUM(came) > 0)"
    text = f"""
WITH line ({", ".join(COLUMNS)}) AS ({lines}),
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
