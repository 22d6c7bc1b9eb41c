"""What the effective ledger says lies where, in SQL."""

from django.db.models import Q, Sum

from inventory.effective import Sql, as_columns, counted_lines, unbooked_lines


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
