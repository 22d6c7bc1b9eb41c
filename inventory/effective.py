"""The ledger as it should be: its lines, without those whose cause is gone, with those that it lacks. In SQL.

Rules, pages and the reconciliation sum the same lines, in one statement over the whole table, so that a
million of them cost what a plain query costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from .models import Source, StockMovement, StoreFrontInventory, sources

PLACES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
MOVED = ("product_id", "lot_id", *PLACES, "quantity")

# Which products: all, those of a query, or those with these keys, whose rows a database finds by its indexes.
Products = QuerySet | Sequence[UUID] | None


class Sql(NamedTuple):
    """A piece of SQL and the values of its placeholders."""

    text: str
    params: tuple


class Difference(NamedTuple):
    """What one storefront shows of a product, and what the ledger says, in units."""

    product_id: UUID
    storefront_id: int
    balance_id: int | None  # None: the storefront has no balance of the product
    shown: int | None
    correct: int


class Parts(NamedTuple):
    """What makes the correct units of one storefront."""

    came: int = 0  # by fulfilled transfers
    went: int = 0  # by fulfilled transfers to another place
    dispatched: int = 0
    returned: int = 0
    adjusted: int = 0

    @property
    def total(self) -> int:
        """The correct units."""
        return self.came - self.went - self.dispatched + self.returned + self.adjusted


def counted_lines(products: Products = None) -> Iterator[QuerySet]:
    """Yield the ledger lines of ``products`` (None: all) that count, apart by what caused them.

    Together they are ``StockMovement.objects.counted()``; apart, a database joins each to its causes
    at once in place of asking for every line of a million.
    """
    lines = of_products(StockMovement.objects.order_by(), "product", products)
    yield lines.filter(cause_key="")
    for source in sources:
        yield lines.filter(source.is_there(), cause_model=source.label).exclude(cause_key="")


def unbooked_lines(products: Products = None) -> Iterator[tuple[Source, QuerySet]]:
    """Yield each source with its rows that moved units of ``products`` (None: all) and that the ledger lacks."""
    for source in sources:
        if source.moved:
            yield source, of_products(source.unbooked(), (source.columns or {})["product_id"], products)


def of_products(rows: QuerySet, path: str, products: Products) -> QuerySet:
    """Return those of ``rows`` whose product, at ``path``, is one of ``products``."""
    if products is None:
        return rows
    if isinstance(products, QuerySet):
        return rows.filter(**{f"{path}__in": products.order_by().values("pk")})
    return rows.filter(**{"pk__among" if path == "pk" else f"{path}__pk__among": products})


def as_columns(source: Source, rows: QuerySet, *first: str, columns: tuple[str, ...] = MOVED) -> QuerySet:
    """Return ``rows`` as values of ``first`` and ``columns``; a column that their source does not name is NULL."""
    given = source.columns or {}
    nothing = {f"line_{name}": Cast(Value(None), BigIntegerField()) for name in MOVED if name not in given}
    wanted = [*first, *(f"line_{name}" for name in columns)]
    return source.lines_of(rows).annotate(**nothing).order_by().values_list(*wanted)


def differences(products: Products = None, *, healthy: bool = False) -> Iterator[Difference]:
    """Yield the storefront balances of ``products`` (None: all) that are not the effective ledger's sum.

    Balances that are missing come last; with ``healthy`` those that are right come too. One statement: balance
    and sum are of one moment. Rows are fetched as they are used.
    """
    statement, params = difference_sql(products, healthy=healthy)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while rows := cursor.fetchmany(2000):
            for product_id, *row in rows:
                yield Difference(as_uuid(product_id), *row)


def as_uuid(key: UUID | str) -> UUID:
    """Return a key as the database gives it, which SQLite gives as text."""
    return key if isinstance(key, UUID) else UUID(key)


def difference_sql(products: Products, *, healthy: bool) -> Sql:
    """Return the statement of ``differences``: lines and balances in one GROUP BY."""
    lines, params = united(sides_of_lines(products))
    balances = of_products(StoreFrontInventory.objects.order_by(), "product", products)
    held, held_params = balances.values_list("product_id", "storefront_id", "pk", "quantity").query.sql_with_params()
    wrong = "HAVING COALESCE(MAX(shown), 0) <> SUM(units) OR (MAX(shown) IS NULL AND MAX(units) > 0)"
    text = f"""
WITH side (kind, product_id, storefront_id, units) AS ({lines}),
held (product_id, storefront_id, balance_id, shown) AS ({held})
SELECT product_id, storefront_id, MAX(balance_id) AS balance_id, MAX(shown) AS shown, SUM(units) AS correct
FROM (
  SELECT product_id, storefront_id, units, NULL AS balance_id, NULL AS shown FROM side
  UNION ALL
  SELECT product_id, storefront_id, 0, balance_id, shown FROM held
) AS both_sides
GROUP BY product_id, storefront_id {"" if healthy else wrong}
ORDER BY CASE WHEN MAX(balance_id) IS NULL THEN 1 ELSE 0 END, product_id, storefront_id"""
    return Sql(text, (*params, *held_params))


def parts(products: Products) -> dict[tuple[UUID, int], Parts]:
    """Return what makes the correct units of ``products``, by (product, storefront). One statement."""
    lines, params = united(sides_of_lines(products))
    text = f"""
WITH side (kind, product_id, storefront_id, units) AS ({lines})
SELECT product_id, storefront_id, SUM(CASE WHEN kind = 'transfer' AND units > 0 THEN units ELSE 0 END),
  SUM(CASE WHEN kind = 'transfer' AND units < 0 THEN -units ELSE 0 END),
  SUM(CASE WHEN kind = 'dispatch' THEN -units ELSE 0 END), SUM(CASE WHEN kind = 'return' THEN units ELSE 0 END),
  SUM(CASE WHEN kind IN ('adjustment', 'intake') THEN units ELSE 0 END)
FROM side GROUP BY product_id, storefront_id"""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return {(as_uuid(product), storefront): Parts(*units) for product, storefront, *units in cursor.fetchall()}


def united(branches: Iterable[QuerySet]) -> Sql:
    """Return the SQL of all rows of ``branches``."""
    compiled = [branch.query.sql_with_params() for branch in branches]
    text = "\nUNION ALL\n".join(sql for sql, _ in compiled)
    return Sql(text, tuple(value for _, params in compiled for value in params))


def sides_of_lines(products: Products) -> Iterator[QuerySet]:
    """Yield what reached and what left storefronts: kind, product, storefront, units (negative where they left)."""
    for column, sign in (("to_storefront_id", 1), ("from_storefront_id", -1)):
        for lines in counted_lines(products):
            there = lines.filter(**{f"{column}__isnull": False}).annotate(units=F("quantity") * sign)
            yield there.values_list("kind", "product_id", column, "units")
        for source, rows in unbooked_lines(products):
            if column in (source.columns or {}):
                there = source.lines_of(rows).filter(**{f"line_{column}__isnull": False}).order_by()
                there = there.annotate(kind=kind_of(source), units=F("line_quantity") * sign)
                yield there.values_list("kind", "line_product_id", f"line_{column}", "units")


def kind_of(source: Source) -> Cast:
    """Return the kind of a source's lines as a column."""
    return Cast(Value(str(source.kind)), CharField())


def units_in(place: str, *, by_lot: bool = False, products: Products = None) -> Sql:
    """Return ``WITH held AS ...``: units of ``products`` (None: all) per place and product, and lot where asked.

    ``place`` is "storefront" or "warehouse".
    Columns of ``held``: place_id, product_id, lot_id (NULL unless by lot), units. Lines are summed
    where they are read, and taken apart into what came and what went after that.
    """
    left, reached = f"from_{place}_id", f"to_{place}_id"
    columns = (left, reached, "product_id", *(["lot_id"] if by_lot else []))
    here = Q(**{f"{left}__isnull": False}) | Q(**{f"{reached}__isnull": False})
    counted = [rows.filter(here) for rows in counted_lines(products)]
    summed = [rows.values_list(*columns).annotate(units=Sum("quantity")) for rows in counted]
    unbooked = [as_columns(source, rows, columns=(*columns, "quantity")) for source, rows in unbooked_lines(products)]
    moved, params = summed[0].union(*summed[1:], *unbooked, all=True).query.sql_with_params()
    lot = "lot_id" if by_lot else "NULL"
    text = f"""
WITH moved (left_id, reached_id, product_id, {"lot_id, " if by_lot else ""}units) AS ({moved}),
held AS (
  SELECT place_id, product_id, lot_id, SUM(units) AS units FROM (
    SELECT reached_id AS place_id, product_id, {lot} AS lot_id, units FROM moved WHERE reached_id IS NOT NULL
    UNION ALL
    SELECT left_id, product_id, {lot}, -units FROM moved WHERE left_id IS NOT NULL
  ) AS sides GROUP BY place_id, product_id, lot_id
)"""
    return Sql(text, tuple(params))
