"""The ledger as it should be, in SQL: lines that count, and those that rows without one would add."""

from typing import NamedTuple

from django.db.models import BigIntegerField, QuerySet, Value
from django.db.models.functions import Cast

from inventory.models import Source, StockMovement
from inventory.models.ledger import unbooked_lines

PLACES = ("from_warehouse_id", "from_storefront_id", "to_warehouse_id", "to_storefront_id")
COLUMNS = ("product_id", "lot_id", *PLACES, "quantity")


class Sql(NamedTuple):
    """A piece of SQL and the values of its placeholders."""

    text: str
    params: tuple


def effective_lines() -> QuerySet:
    """Return the lines of the effective ledger: ``COLUMNS``, as they come."""
    lines = StockMovement.objects.counted().order_by().values_list(*COLUMNS)
    unbooked = [as_columns(source, rows) for source, rows in unbooked_lines()]
    return lines.union(*unbooked, all=True)


def as_columns(source: Source, rows: QuerySet, *first: str) -> QuerySet:
    """Return ``rows`` as values of ``first`` and ``COLUMNS``; a column that their source does not name is NULL."""
    given = source.columns or {}
    nothing = {f"line_{name}": Cast(Value(None), BigIntegerField()) for name in COLUMNS if name not in given}
    columns = [*first, *(f"line_{name}" for name in COLUMNS)]
    return source.lines_of(rows).annotate(**nothing).order_by().values_list(*columns)


def units_in(place: str, *, by_lot: bool = False) -> Sql:
    """Return ``WITH held AS ...``: units per place ("storefront" or "warehouse") and product, and lot where asked.

    Columns of ``held``: place_id, product_id, lot_id (NULL unless by lot), units. Lines are summed
    before they are taken apart into what came and what went, so a million of them are read once.
    """
    lines, params = effective_lines().query.sql_with_params()
    lot = "lot_id" if by_lot else "NULL"
    text = f"""
WITH effective ({", ".join(COLUMNS)}) AS ({lines}),
moved AS (
  SELECT from_{place}_id AS left_id, to_{place}_id AS reached_id, product_id, {lot} AS lot_id, SUM(quantity) AS units
  FROM effective WHERE from_{place}_id IS NOT NULL OR to_{place}_id IS NOT NULL
  GROUP BY from_{place}_id, to_{place}_id, product_id{", lot_id" if by_lot else ""}
),
held AS (
  SELECT place_id, product_id, lot_id, SUM(units) AS units FROM (
    SELECT reached_id AS place_id, product_id, lot_id, units FROM moved WHERE reached_id IS NOT NULL
    UNION ALL
    SELECT left_id, product_id, lot_id, -units FROM moved WHERE left_id IS NOT NULL
  ) AS sides GROUP BY place_id, product_id, lot_id
)"""
    return Sql(text, tuple(params))
