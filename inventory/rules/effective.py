"""The ledger as it should be, in SQL: lines that count, and those that rows without one would add."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import BigIntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from inventory.models import Source, StockMovement, sources
from inventory.models.ledger import unbooked_lines

PLACES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
COLUMNS = ("product_id", "lot_id", *PLACES, "quantity")


class Sql(NamedTuple):
    """A piece of SQL and the values of its placeholders."""

    text: str
    params: tuple


def counted_lines() -> Iterator[QuerySet]:
    """Yield the lines that count, apart by what caused them.

    Together they are ``StockMovement.objects.counted()``; apart, a database joins each to its causes
    at once in place of asking for every line of a million.
    """
    lines = StockMovement.objects.order_by()
    yield lines.filter(cause_key="")
    for source in sources:
        yield lines.filter(source.is_there(), cause_model=source.label).exclude(cause_key="")


def as_columns(source: Source, rows: QuerySet, *first: str, columns: tuple[str, ...] = COLUMNS) -> QuerySet:
    """Return ``rows`` as values of ``first`` and ``columns``; a column that their source does not name is NULL."""
    given = source.columns or {}
    nothing = {f"line_{name}": Cast(Value(None), BigIntegerField()) for name in columns if name not in given}
    wanted = [*first, *(f"line_{name}" for name in columns)]
    return source.lines_of(rows).annotate(**nothing).order_by().values_list(*wanted)


def units_in(place: str, *, by_lot: bool = False) -> Sql:
    """Return ``WITH held AS ...``: units per place ("storefront" or "warehouse") and product, and lot where asked.

    Columns of ``held``: place_id, product_id, lot_id (NULL unless by lot), units. Lines are summed
    where they are read, and taken apart into what came and what went after that.
    """
    left, reached = f"from_{place}_id", f"to_{place}_id"
    columns = (left, reached, "product_id", *(["lot_id"] if by_lot else []))
    here = Q(**{f"{left}__isnull": False}) | Q(**{f"{reached}__isnull": False})
    summed = [rows.filter(here).values_list(*columns).annotate(units=Sum("quantity")) for rows in counted_lines()]
    unbooked = [as_columns(source, rows, columns=(*columns, "quantity")) for source, rows in unbooked_lines()]
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
