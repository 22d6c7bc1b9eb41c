"""Sales beside plain SQL, in one table: the figures of the first page, and matching 60,000 waiting shipments.

    DATABASE_URL=... python -m benchmarks.sales [100000 1000000 60000]

So many customers, shipment lines, and shipments that wait. On either database.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from benchmarks._own_database import in_own_database, set_up
from benchmarks.customers import filled, plain
from benchmarks.operations import insert

AUDIT_COLUMNS = ["run_id", "position", "verb", "model", "key", "before", "after", "because"]
SIZES = (100_000, 1_000_000, 60_000)
ROUNDS = 3
YEAR = (date(2024, 7, 1), date(2025, 6, 23))
ALWAYS = (date(2020, 1, 1), date(2025, 12, 31))
MATCHED = "d.sales_order_id IS NOT NULL AND d.voided_at IS NULL"
WITHIN = f"{MATCHED} AND d.ship_date BETWEEN '%s' AND '%s'"
JOINED = "distribution_distribution d JOIN sales_salesorder o ON o.id = d.sales_order_id"
# MONTH stands for the month of the shipment, which each database says in its own way.
STATEMENTS = (
    f"SELECT count(*), count(DISTINCT d.sales_order_id) FROM distribution_distribution d WHERE {WITHIN}",
    f"""SELECT MONTH, count(*), count(DISTINCT d.sales_order_id)
        FROM distribution_distribution d WHERE {WITHIN} GROUP BY 1""",
    f"""SELECT MONTH, sum(l.quantity) FROM distribution_distributionline l
        JOIN distribution_distribution d ON d.id = l.distribution_id WHERE {WITHIN} GROUP BY 1""",
    f"""SELECT l.product_id, sum(l.quantity), count(DISTINCT d.sales_order_id), count(DISTINCT o.customer_id)
        FROM distribution_distributionline l JOIN distribution_distribution d ON d.id = l.distribution_id
        JOIN sales_salesorder o ON o.id = d.sales_order_id WHERE {WITHIN} GROUP BY 1""",
    f"SELECT o.customer_id, min(d.ship_date) FROM {JOINED} WHERE {MATCHED} GROUP BY 1",
    f"SELECT DISTINCT o.customer_id, MONTH FROM {JOINED} WHERE {WITHIN}",
    f"""SELECT l.lot_id, max(d.ship_date) FROM distribution_distributionline l
        JOIN distribution_distribution d ON d.id = l.distribution_id
        WHERE l.lot_id IS NOT NULL AND {WITHIN} GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT 50""",
    "SELECT count(*) FROM distribution_distribution WHERE sales_order_id IS NULL AND voided_at IS NULL",
)
LOSE = """UPDATE distribution_distribution SET sales_order_id = NULL, order_number = 'SO-' || sales_order_id,
    order_number_key = 'so-' || sales_order_id WHERE id IN (SELECT id FROM distribution_distribution
    WHERE sales_order_id IS NOT NULL AND voided_at IS NULL ORDER BY id LIMIT {count})"""
LINK = """UPDATE distribution_distribution AS d SET sales_order_id = o.id FROM sales_salesorder o
    WHERE o.order_number_key = d.order_number_key AND d.sales_order_id IS NULL AND d.voided_at IS NULL
    AND d.order_number_key <> ''"""


def quickest(work: Callable[[], Any]) -> float:
    """Return the seconds of the quickest round."""
    seconds = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds


def month(column: str) -> str:
    """Return SQL for the first day of the month of ``column``."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"date_trunc('month', {column})"
    return f"substr({column}, 1, 7)"


def first_page() -> Iterator[tuple[str, float, float, str]]:
    """Yield (what, our seconds, plain seconds, limit) of the figures of a year, of always, and of those kept."""
    from distribution.sales_figures import Window, fresh_figures, sales_figures

    for words, window in (("a year", YEAR), ("always", ALWAYS)):

        def statements(window=window) -> list:
            told = [text.replace("MONTH", month("d.ship_date")) for text in STATEMENTS]
            return [plain(text % window if "'%s'" in text else text) for text in told]

        found = fresh_figures(Window(*window))
        totals = statements()[0][0]
        assert (found.shipments, found.orders) == totals, f"{words}: other figures"
        ours = quickest(lambda window=window: fresh_figures(Window(*window)))
        yield f"figures of the first page, {words}", ours, quickest(statements), "1.1"
    sales_figures(Window(*YEAR))
    yield "the same, kept since the last write", quickest(lambda: sales_figures(Window(*YEAR))), 0.005, "1.0"


def matching(count: int) -> Iterator[tuple[str, float, float, str]]:
    """Yield what linking ``count`` shipments costs beside one UPDATE and as many plain audit rows."""
    from django.db import connection, transaction

    from distribution.operations import match_distributions
    from eqms.models import OperationRun
    from eqms.operations import Approval

    def lose() -> None:
        with connection.cursor() as cursor:
            cursor.execute(LOSE.format(count=count))
            cursor.execute("VACUUM" if connection.vendor == "sqlite" else "VACUUM ANALYZE distribution_distribution")

    lose()
    start = time.perf_counter()
    plan = match_distributions.apply(Approval("measured", force=True))
    ours = time.perf_counter() - start
    assert plan.counts["update"] == count, plan.counts
    lose()
    run = OperationRun.objects.create(operation="plain", state="applied", actor_name="plain")
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LINK)
        told = ('{"sales_order_id":null,' + "x" * 900 + "}", '{"sales_order_id":1}', "waited for order SO-1")
        rows = ((run.pk, n, "update", "distribution.Distribution", str(n), *told) for n in range(count))
        insert("eqms_auditentry", AUDIT_COLUMNS, rows)
    yield f"match {count:,} waiting shipments, with their audit", ours, time.perf_counter() - start, "4"


def main(customers: int, lines: int, waiting: int) -> None:
    """Print the table line by line."""
    from django.db import connection

    print(
        f"{connection.vendor}, {customers:,} customers, {lines:,} shipment lines, {waiting:,} shipments that wait",
        flush=True,
    )
    print("| what | ours ms | plain ms | ratio | limit |\n|---|---|---|---|---|", flush=True)
    with in_own_database():
        filled(customers, lines)
        for rows in (first_page(), matching(waiting)):
            for what, ours, base, limit in rows:
                print(f"| {what} | {ours * 1000:.1f} | {base * 1000:.1f} | {ours / base:.2f} | {limit} |", flush=True)


if __name__ == "__main__":
    set_up()
    main(*([int(size) for size in sys.argv[1:]] or SIZES))
