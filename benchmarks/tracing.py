"""Trace lots over N shipment lines, beside plain SQL that answers the same question in the same run.

    DATABASE_URL=... python -m benchmarks.tracing [200000]

Both databases. The plain statements: the lines of the lot by number, alias and correction, what came back of them, and
the sums of the ledger by kind and place; read into tuples, nothing more. Each lot is asked by both, one after
the other; the table has the medians over the lots.
"""

import statistics
import sys
import time
from collections.abc import Callable

from benchmarks._own_database import in_own_database, set_up

LINES = 200_000
LOTS = 25
LIMIT = 1.5
TRIES = 7

PLAIN_LINES = """
SELECT l.id, l.quantity, l.lot_id, l.lot_number, l.serial_number, s.id, s.ship_date, s.consignee_name,
  s.consignee_address, s.consignee_city, s.consignee_state, s.consignee_postal_code, s.consignee_contact,
  s.consignee_key, s.carrier, s.tracking_number, s.source, s.order_number, s.voided_at, s.void_reason, s.sales_order_id,
  o.order_number, o.customer_id, c.customer_number, c.facility_name, s.shipped_from_warehouse_id,
  s.shipped_from_storefront_id, l.product_id
FROM distribution_distributionline l JOIN distribution_distribution s ON s.id = l.distribution_id
LEFT JOIN sales_salesorder o ON o.id = s.sales_order_id LEFT JOIN customers_customer c ON c.id = o.customer_id
WHERE l.lot_id = %s OR (l.product_id = %s AND l.lot_number_key IN (%s, %s))
ORDER BY s.ship_date, s.id, l.id"""
PLAIN_RETURNS = """
SELECT r.shipment_line_id, SUM(r.quantity) FROM distribution_returnline r
JOIN distribution_distributionline l ON l.id = r.shipment_line_id
WHERE l.lot_id = %s OR (l.product_id = %s AND l.lot_number_key IN (%s, %s)) GROUP BY 1"""
KEY = {
    "postgresql": "CASE WHEN m.cause_key ~ '^[0-9]{1,18}$' THEN m.cause_key::bigint END",
    "sqlite": "CAST(m.cause_key AS INTEGER)",
}
SOURCES = {
    "inventory.StockProduct": "inventory_stockproduct",
    "inventory.TransferRequestLineItem": "inventory_transferrequestlineitem",
    "inventory.StockCountLine": "inventory_stockcountline",
    "distribution.DistributionLine": "distribution_distributionline",
    "distribution.ReturnLine": "distribution_returnline",
}
SIDES = "m.from_warehouse_id, m.from_storefront_id, m.to_warehouse_id, m.to_storefront_id"
UNBOOKED = """
SELECT 'unbooked', s.shipped_from_warehouse_id, s.shipped_from_storefront_id, NULL, NULL, l.quantity
FROM distribution_distributionline l JOIN distribution_distribution s ON s.id = l.distribution_id
WHERE l.lot_id = %s AND s.voided_at IS NULL
  AND (s.shipped_from_warehouse_id IS NOT NULL OR s.shipped_from_storefront_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
    WHERE m.cause_model = 'distribution.DistributionLine' AND NOT (m.cause_key = '')
      AND m.cause_key = CAST(l.id AS varchar))
UNION ALL
SELECT 'unbooked', NULL, NULL, g.warehouse_id, g.storefront_id, r.quantity
FROM distribution_returnline r JOIN distribution_return g ON g.id = r.goods_return_id
WHERE r.lot_id = %s AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
    WHERE m.cause_model = 'distribution.ReturnLine' AND m.cause_key = CAST(r.id AS varchar) AND NOT (m.cause_key = ''))
UNION ALL
SELECT 'unbooked', NULL, NULL, i.warehouse_id, NULL, i.quantity FROM inventory_stockproduct i
WHERE i.lot_id = %s AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
    WHERE m.cause_model = 'inventory.StockProduct' AND NOT (m.cause_key = '')
      AND m.cause_key = CAST(i.id AS varchar))"""


def plain_ledger(vendor: str) -> str:
    """Return the plain statement of the ledger's sums: lines whose cause is gone do not count, missing ones do."""
    branches = ["m.cause_key = ''"]
    for label, table in SOURCES.items():
        there = f"EXISTS (SELECT 1 FROM {table} c WHERE c.id = {KEY[vendor]})"
        branches.append(f"m.cause_model = '{label}' AND NOT (m.cause_key = '') AND {there}")
    counted = "\nUNION ALL\n".join(
        f"SELECT m.kind, {SIDES}, SUM(m.quantity) FROM inventory_stockmovement m "
        f"WHERE m.lot_id = %s AND {branch} GROUP BY m.kind, {SIDES}"
        for branch in branches
    )
    return f"{counted}\nUNION ALL{UNBOOKED}"


def plain(lot) -> int:
    """Ask the plain statements about ``lot``; return how many lines it has."""
    from django.db import connection

    number, product = lot.number_key, lot.product_id if connection.vendor == "postgresql" else lot.product_id.hex
    asked = [lot.pk, product, number, number.replace("lot", "l0t")]
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_LINES, asked)
        lines = cursor.fetchall()
        cursor.execute(PLAIN_RETURNS, asked)
        cursor.fetchall()
        cursor.execute(plain_ledger(connection.vendor), [lot.pk] * (len(SOURCES) + 4))
        cursor.fetchall()
    return len(lines)


def ours(lot) -> int:
    """Trace ``lot`` with its mass balance; return how many lines it has."""
    from distribution.tracing import trace_lot

    trace = trace_lot(lot)
    return sum(map(len, (trace.matched, trace.waiting, trace.void, trace.elsewhere)))


def timed(ask: Callable, lot) -> tuple[float, int]:
    """Return the seconds of the best of some tries, and what was answered."""
    tries = []
    for _ in range(TRIES):
        start = time.perf_counter()
        found = ask(lot)
        tries.append(time.perf_counter() - start)
    return min(tries), found


def main(lines: int) -> None:
    """Print the table line by line."""
    from django.db import connection

    from inventory.models import Lot
    from tests.promises.many_shipments import ManyShipments

    with in_own_database():
        many = ManyShipments(lines)
        many.fill()
        print(f"{connection.vendor}, {lines:,} lines")
        print("| what | ours ms | plain ms | ratio | limit |\n|---|---|---|---|---|", flush=True)
        usual = list(range(2, many.lots, many.lots // LOTS))[:LOTS]
        for what, numbers in (("a usual lot", usual), ("the largest lot", [1] * 5)):
            both = []
            for lot in Lot.objects.select_related("product").filter(pk__in=numbers):
                for _ in range(numbers.count(lot.pk)):
                    (our_seconds, found), (plain_seconds, wanted) = timed(ours, lot), timed(plain, lot)
                    assert found == wanted, f"{lot}: {found} lines, plain SQL says {wanted}"
                    both.append((our_seconds, plain_seconds, found))
            mine, theirs, count = (statistics.median(column) for column in zip(*both, strict=True))
            print(
                f"| trace {what} ({count:,.0f} lines) | {mine * 1000:.1f} | {theirs * 1000:.1f} "
                f"| {mine / theirs:.2f} | {LIMIT} |",
                flush=True,
            )


if __name__ == "__main__":
    set_up()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
