"""The log of shipments beside plain SQL, in one table: list, search, import and export.

    DATABASE_URL=... python -m benchmarks.shipments [1000000]

The list and the search are asked through Django's request handling with a signed-in user; a limit in
milliseconds stands for the slowest of their medians. Import and export are ratios to plain SQL of the same run.
"""

import csv
import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks._own_database import in_own_database, set_up
from benchmarks.operations import insert

SHIPMENTS = 1_000_000
EXPORTED, IMPORTED = 100_000, 10_000
ROUNDS = 5

FILL = """
INSERT INTO inventory_warehouse (id, name, address, is_quarantine) VALUES (1, 'Depot', '', false);
INSERT INTO inventory_product (id, sku, sku_key, name, description, gtin, is_lot_tracked, is_serialised, is_active)
  SELECT {product_n}, 'P-' || n, 'p-' || n, 'Product ' || n, '', '', true, false, true FROM {products};
INSERT INTO inventory_lot (id, product_id, number, number_key, status)
  SELECT n, {product_of_lot}, 'SLQ-' || n, 'slq-' || n, 'released' FROM {lots};
INSERT INTO inventory_stockmovement (kind, product_id, lot_id, quantity, to_warehouse_id, cause_model, cause_key, at,
    reason) SELECT 'adjustment', product_id, id, 100000, 1, '', '', {now}, 'first' FROM inventory_lot;
INSERT INTO customers_customer (id, company_key, facility_name, address1, address2, city, state, postal_code, country,
    phone, email, status, leads_sheet_url, leads_sheet_label, created_at)
  SELECT n, 'clinic' || n || '|' || n || 'mainst', 'Clinic ' || n, n || ' Main St', '', 'Town', 'IL', '', '', '', '',
    'active', '', '', {now} FROM {customers};
INSERT INTO sales_salesorder (id, order_number, order_number_key, order_date, customer_id, status, kind, source,
    {texts})
  SELECT n, 'SO ' || n, {n_as_text}, {ordered_on}, 1 + n % 20000, 'shipped', 'one_time', 'pdf', {empty} FROM {orders};
INSERT INTO distribution_distribution (id, ship_date, order_number, order_number_key, sales_order_id, may_wait, source,
    consignee_name, consignee_address, consignee_city, consignee_state, consignee_postal_code, consignee_contact,
    consignee_key, carrier, tracking_number, tracking_key, rep_name, shipped_from_warehouse_id, notes, created_at,
    void_reason)
  SELECT n, {shipped_on}, 'SO ' || (1 + n / 3), {order_as_text},
    CASE WHEN n % 50 = 0 THEN NULL ELSE 1 + n / 3 END, true, 'csv', 'Clinic ' || (1 + (1 + n / 3) % 20000), '1 Main St',
    'Town', 'IL', '', '', 'clinic' || (1 + (1 + n / 3) % 20000) || '|' || n % 20000 || 'mainst', 'UPS', '1Z' || n,
    '1z' || n, 'Rita Rep', 1, '', {now}, '' FROM {shipments};
INSERT INTO distribution_distributionline (distribution_id, line_number, product_id, lot_id, lot_number,
    lot_number_key, serial_number, quantity)
  SELECT n, 1, {product_of_line}, 1 + n % 5000, 'SLQ-' || (1 + n % 5000), 'slq-' || (1 + n % 5000), '', 1 + n % 9
  FROM {shipments}"""

PLAIN_EXPORT = """SELECT s.ship_date, s.order_number, s.consignee_name, s.consignee_city, s.consignee_state, p.sku,
  COALESCE(o.number, l.lot_number), l.quantity, s.rep_name, s.source FROM distribution_distributionline l
  JOIN distribution_distribution s ON s.id = l.distribution_id JOIN inventory_product p ON p.id = l.product_id
  LEFT JOIN inventory_lot o ON o.id = l.lot_id WHERE s.voided_at IS NULL AND s.ship_date >= '{since}'
  ORDER BY s.ship_date DESC, s.id DESC, l.line_number"""

SEARCHES = ("SO 123456", "123456", "1Z654321", "Clinic 777", "clinic 19999", "SLQ-4321", "slq-432", "nothing at all")


def fill(shipments: int) -> None:
    """Make the log, and give the database its statistics."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    from sales.models import SalesOrder
    from tests.promises.many_shipments import moment

    given = ["order_number", "order_number_key", "status", "kind", "source"]
    texts = [
        field.column
        for field in SalesOrder._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField", "EmailField", "DateTimeField")
        and not field.null
        and field.column not in given
    ]
    empty = [moment() if name.endswith("_at") else "''" for name in texts]
    with connection.cursor() as cursor:
        for statement in FILL.format(**words(shipments), texts=", ".join(texts), empty=", ".join(empty)).split(";\n"):
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def words(shipments: int) -> dict[str, str]:
    """Return what the statements of ``FILL`` leave open, as the database writes it."""
    from tests.promises.many_shipments import moment, series, text

    return {
        "product_n": product("n"),
        "product_of_lot": product("1 + n % 500"),
        "product_of_line": product("1 + (1 + n % 5000) % 500"),
        "products": series(500),
        "lots": series(5000),
        "customers": series(20_000),
        "orders": series(shipments // 3 + 2),
        "shipments": series(shipments),
        "n_as_text": text("n"),
        "order_as_text": text("(1 + n / 3)"),
        "ordered_on": day("n % 2000"),
        "shipped_on": day(f"n * 2000 / {shipments}"),
        "now": moment(),
    }


def product(number: str) -> str:
    """Return SQL for the key of a product."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"md5(CAST({number} AS text))::uuid"
    return f"printf('%032x', {number})"


def day(number: str) -> str:
    """Return SQL for a day so many days after the first."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"date '2020-01-01' + ({number})::int"
    return f"date('2020-01-01', '+' || ({number}) || ' days')"


def median_ms(ask: Callable[[], Any]) -> float:
    """Return the median of several answers, in milliseconds, after one that warms up."""
    ask()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def pages() -> Iterator[tuple[str, float, str]]:
    """Yield (what, milliseconds, limit) of the list and of searches."""
    from django.test import Client

    from eqms.models import User

    client = Client()
    client.force_login(User.objects.create_superuser("measured"))
    address = "/admin/distribution/distribution/"

    def page(query: str = "") -> None:
        answer = client.get(address + query)
        assert answer.status_code == 200, answer.status_code

    yield "newest 100 of the log", median_ms(page), "50 ms"
    yield "newest 100, waiting", median_ms(lambda: page("?order=waiting")), "50 ms"
    slowest = max((median_ms(lambda text=text: page(f"?q={text}")), text) for text in SEARCHES)
    yield f"slowest of {len(SEARCHES)} searches ({slowest[1]})", slowest[0], "100 ms"


def exported() -> tuple[float, float]:
    """Return the seconds of our export and of the plain one, for the newest EXPORTED lines.

    Plain is COPY; on SQLite, which has none, the cursor's rows through ``csv``.
    """
    from django.db import connection

    from distribution.models import Distribution
    from distribution.shipment_export import Export, Wanted

    newest = Distribution.objects.order_by("-ship_date", "-id").values_list("ship_date", flat=True)
    since = min(newest[:EXPORTED])

    def plain() -> int:
        statement = PLAIN_EXPORT.format(since=since)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy:
                    return sum(len(block) for block in copy)
            text = io.StringIO()
            csv.writer(text).writerows(cursor.execute(statement))
            return len(text.getvalue())

    ours = median_ms(lambda: sum(len(block) for block in Export(Wanted(since=since))))
    return ours / 1000, median_ms(plain) / 1000


def imported() -> Iterator[tuple[str, float]]:
    """Yield the seconds of reading the file, of our import, and of a plain insert with as many audit rows."""
    from distribution.operations import import_distributions
    from distribution.shipment_file import SHIPMENT_FILE
    from eqms.operations import Approval
    from eqms.storage import store

    head = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity,Tracking Number,Shipped From\n"
    rows = (
        f"2026-03-04,SO {1 + n},Clinic {n},P-{1 + (1 + n % 5000) % 500},SLQ-{1 + n % 5000},2,NEW{n},Depot\n"
        for n in range(IMPORTED)
    )
    document = store((head + "".join(rows)).encode(), "log.csv", by="measured")
    start = time.perf_counter()
    SHIPMENT_FILE.read(document)
    yield "read", time.perf_counter() - start
    start = time.perf_counter()
    plan = import_distributions.apply(Approval("measured"), document=document)
    yield "import", time.perf_counter() - start
    assert plan.counts["create"] == 3 * IMPORTED, plan.counts
    yield "plain", plain_insert(plan.run.pk)


def plain_insert(run: int) -> float:
    """Insert rows like those that ``run`` wrote, and as many audit rows, in one transaction."""
    from django.db import transaction

    from eqms.models import AuditEntry

    tables = ("distribution.Distribution", "distribution.DistributionLine", "inventory.StockMovement")
    entries = list(AuditEntry.objects.filter(run=run).order_by("position").values_list("model", "key", "after"))
    rows = {
        label: [fresh(label, json.loads(after)) for model, _, after in entries if model == label] for label in tables
    }
    audit = ["run_id", "position", "verb", "model", "key", "before", "after", "because"]
    told = [
        (run, 10**6 + place, "create", model, key, "{}", after, "row 1 of log.csv")
        for place, (model, key, after) in enumerate(entries)
    ]
    start = time.perf_counter()
    with transaction.atomic():
        for label in tables:
            insert(label.replace(".", "_").lower(), list(rows[label][0]), (tuple(row.values()) for row in rows[label]))
        insert("eqms_auditentry", audit, told)
    return time.perf_counter() - start


def fresh(label: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with keys that nobody has, as the database takes it."""
    from django.apps import apps
    from django.db import connection

    from eqms.operations.database import adapted

    key = {"id": row["id"] + 10**8}
    if label == "distribution.Distribution":
        key["external_key"] = f"plain-{row['id']}"
    elif label == "distribution.DistributionLine":
        key["line_number"] = 2
    else:
        key["cause_key"] = f"9{row['cause_key']}"
    made = {**row, **key}
    if connection.vendor == "postgresql":
        return made
    [values] = adapted(apps.get_model(label), list(made), [made])
    return dict(zip(made, values, strict=True))


def main(shipments: int) -> None:
    """Print the table line by line."""
    from django.db import connection

    with in_own_database():
        fill(shipments)
        print(
            f"{connection.vendor}\n| what, at {shipments:,} shipments | measured | limit |\n|---|---|---|", flush=True
        )
        for what, milliseconds, limit in pages():
            print(f"| {what} | {milliseconds:.0f} ms | {limit} |", flush=True)
        ours, plain = exported()
        print(
            f"| export {EXPORTED:,} lines: {ours:.2f} s, plain {plain:.2f} s | {ours / plain:.2f} | 1.2 |", flush=True
        )
        told = dict(imported())
        ratio = told["import"] / told["plain"]
        words = f"{told['import']:.2f} s (read in {told['read']:.2f} s), plain {told['plain']:.2f} s"
        print(f"| import {IMPORTED:,} rows: {words} | {ratio:.2f} | 4 |", flush=True)


if __name__ == "__main__":
    set_up()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SHIPMENTS)
