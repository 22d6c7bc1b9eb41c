"""Reconcile N storefront balances: finding what differs beside one plain query, writing it beside one plain UPDATE.

Every balance has two ledger lines with their causes; one balance in DAMAGED is wrong. The plain query answers the
same question as we do: lines whose cause is gone do not count, source rows without a line do. Writing is measured
on the same rows: an UPDATE ... FROM with a plain insert of as many audit rows, beside the writing of our plan.
"""

import json
import time
from collections.abc import Iterator

DAMAGED = 2  # every second balance: half a million of a million
PER_SHOP = 100  # storefronts: the rest are products
ROUNDS = 3
TABLES = "inventory_stockmovement inventory_storefrontinventory inventory_transferrequestlineitem"
TABLES += " inventory_transferrequest inventory_stockproduct inventory_product inventory_storefront inventory_warehouse"

FILL = """
INSERT INTO inventory_warehouse (id, name, address, is_quarantine) VALUES (1, 'Depot', '', false);
INSERT INTO inventory_storefront (id, name, address) SELECT n, 'Shop ' || n, '' FROM generate_series(1, {shops}) n;
INSERT INTO inventory_product (id, sku, sku_key, name, description, gtin, is_lot_tracked, is_serialised, is_active)
  SELECT md5(n::text)::uuid, 'P-' || n, 'p-' || n, 'Product ' || n, '', '', false, false, true
  FROM generate_series(1, {products}) n;
INSERT INTO inventory_storefrontinventory (id, storefront_id, product_id, quantity)
  SELECT n, 1 + n % {shops}, md5((1 + n / {shops})::text)::uuid, CASE WHEN n % {damaged} = 0 THEN 99 ELSE 7 END
  FROM generate_series(1, {balances}) n;
INSERT INTO inventory_transferrequest (id, status, priority, warehouse_id, storefront_id, requested_at, fulfilled_at,
    cancel_reason) SELECT s, 'FULFILLED', 'LOW', 1, s, now(), now(), '' FROM generate_series(1, {shops}) s;
INSERT INTO inventory_transferrequestlineitem (id, request_id, product_id, requested_quantity)
  SELECT 2 * n + k, 1 + n % {shops}, md5((1 + n / {shops})::text)::uuid, 3 + k
  FROM generate_series(1, {balances}) n, generate_series(0, 1) k;
INSERT INTO inventory_stockmovement (kind, product_id, quantity, from_warehouse_id, to_storefront_id, cause_model,
    cause_key, at, reason) SELECT 'transfer', l.product_id, l.requested_quantity, 1, r.storefront_id,
    'inventory.TransferRequestLineItem', l.id::text, now(), ''
  FROM inventory_transferrequestlineitem l JOIN inventory_transferrequest r ON r.id = l.request_id;
ANALYZE"""

PLAIN_FIND = """
WITH counted AS (
  SELECT product_id, from_storefront_id, to_storefront_id, quantity FROM inventory_stockmovement m
  WHERE (from_storefront_id IS NOT NULL OR to_storefront_id IS NOT NULL) AND (cause_key = ''
    OR (cause_model = 'inventory.TransferRequestLineItem' AND EXISTS (SELECT 1 FROM inventory_transferrequestlineitem l
      WHERE l.id = CASE WHEN cause_key ~ '^[0-9]{1,18}$' THEN cause_key::bigint END))
    OR (cause_model = 'inventory.StockProduct' AND EXISTS (SELECT 1 FROM inventory_stockproduct i
      WHERE i.id = CASE WHEN cause_key ~ '^[0-9]{1,18}$' THEN cause_key::bigint END))
    OR (cause_model = 'inventory.StockCountLine' AND EXISTS (SELECT 1 FROM inventory_stockcountline c
      WHERE c.id = CASE WHEN cause_key ~ '^[0-9]{1,18}$' THEN cause_key::bigint END))
    OR (cause_model = 'distribution.DistributionLine' AND EXISTS (SELECT 1 FROM distribution_distributionline d
      WHERE d.id = CASE WHEN cause_key ~ '^[0-9]{1,18}$' THEN cause_key::bigint END)))
  UNION ALL
  SELECT l.product_id, r.from_storefront_id, r.storefront_id, l.requested_quantity
  FROM inventory_transferrequestlineitem l JOIN inventory_transferrequest r ON r.id = l.request_id
  WHERE r.status = 'FULFILLED' AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
    WHERE m.cause_model = 'inventory.TransferRequestLineItem' AND m.cause_key = l.id::varchar)
  UNION ALL
  SELECT d.product_id, s.shipped_from_storefront_id, NULL, d.quantity
  FROM distribution_distributionline d JOIN distribution_distribution s ON s.id = d.distribution_id
  WHERE s.voided_at IS NULL AND s.shipped_from_storefront_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
      WHERE m.cause_model = 'distribution.DistributionLine' AND m.cause_key = d.id::varchar)),
sums AS (
  SELECT storefront_id, product_id, SUM(units) AS units FROM (
    SELECT to_storefront_id AS storefront_id, product_id, quantity AS units FROM counted
    WHERE to_storefront_id IS NOT NULL
    UNION ALL
    SELECT from_storefront_id, product_id, -quantity FROM counted WHERE from_storefront_id IS NOT NULL) AS sides
  GROUP BY storefront_id, product_id)
SELECT COALESCE(b.product_id, s.product_id), COALESCE(b.storefront_id, s.storefront_id), b.id, b.quantity,
  COALESCE(s.units, 0)
FROM inventory_storefrontinventory b FULL JOIN sums s USING (storefront_id, product_id)
WHERE COALESCE(b.quantity, 0) <> COALESCE(s.units, 0) ORDER BY 1, 2"""


def fill(balances: int) -> None:
    """Replace the stock by ``balances`` storefront balances and their ledger, and give the database its statistics."""
    from django.db import connection

    from eqms import audit

    shops = PER_SHOP
    sizes = {"shops": shops, "products": balances // shops + 1, "balances": balances, "damaged": DAMAGED}
    audit.remove()  # reports refer to products, and are never emptied otherwise
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES.split())} CASCADE")
        for statement in FILL.format(**sizes).split(";\n"):
            cursor.execute(statement)
    empty_record()


def empty_record() -> None:
    """Take the runs of earlier rounds away."""
    from django.db import connection

    from eqms import audit

    audit.remove()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE eqms_auditseal, eqms_auditentry, eqms_operationrun, eqms_audithead CASCADE")
    audit.install()


def plain_find() -> tuple[float, int]:
    """Return the seconds of the plain query and how many balances differ."""
    from django.db import connection

    start = time.perf_counter()
    with connection.chunked_cursor() as cursor:
        cursor.execute(PLAIN_FIND)
        found = 0
        while rows := cursor.fetchmany(2000):
            found += len(rows)
    return time.perf_counter() - start, found


def our_find() -> tuple[float, int]:
    """Return the same of ours."""
    from inventory.effective import differences

    start = time.perf_counter()
    found = sum(1 for _ in differences())
    return time.perf_counter() - start, found


def plain_write() -> float:
    """Set the balances by one statement and add as many audit rows, in a transaction that is taken back."""
    from django.db import connection, transaction

    from eqms.models import OperationRun

    whole = json.dumps({"id": 1, "product_id": "0" * 36, "quantity": 99, "storefront_id": 1})
    with transaction.atomic():
        run = OperationRun.objects.create(operation="plain", state="applied", actor_name="x", fingerprint="")
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE inventory_storefrontinventory b SET quantity = s.units FROM (SELECT to_storefront_id,
                product_id, SUM(quantity) AS units FROM inventory_stockmovement GROUP BY 1, 2) s
                WHERE b.storefront_id = s.to_storefront_id AND b.product_id = s.product_id AND b.quantity <> s.units"""
            )
            wrong = cursor.rowcount
            names = "run_id, position, verb, model, key, before, after, because"
            with cursor.copy(f"COPY eqms_auditentry ({names}) FROM STDIN") as copy:
                for n in range(wrong):
                    label, after = "inventory.StoreFrontInventory", '{"quantity":7}'
                    because = "P-123456 in Shop 12: fulfilled transfers 7, so 7 units"
                    copy.write_row((run.pk, n, "update", label, str(n), whole, after, because))
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds


def our_write() -> tuple[float, float]:
    """Plan and write ours, in a transaction that is taken back; return the seconds of both."""
    from django.db import transaction

    from eqms.operations import Plan, write
    from eqms.operations.operation import reading_only
    from inventory.models import Product
    from inventory.operations.fix_storefront_inventory import fix_storefront_inventory

    with transaction.atomic():
        start = time.perf_counter()
        plan = Plan("measure", locking=True)
        with reading_only():
            fix_storefront_inventory.draft(plan, Product.objects.all())
        planned = time.perf_counter()
        write(plan, actor="measured")
        written = time.perf_counter()
        transaction.set_rollback(True)
    return planned - start, written - planned


def rows(size: int) -> Iterator[tuple[str, float, float, float]]:
    """Yield (what, our seconds, plain seconds, limit of the ratio) for ``size`` balances: the best of the rounds."""
    fill(size)
    finds = [(our_find(), plain_find()) for _ in range(ROUNDS)]
    assert {found for pair in finds for _, found in pair} == {size // DAMAGED}, finds
    ours, plain = (min(pair[side][0] for pair in finds) for side in (0, 1))
    yield f"find {size // DAMAGED:,} wrong of {size:,} balances", ours, plain, 1.2
    writes = [(plain_write(), our_write()) for _ in range(1 if size > 100_000 else ROUNDS)]
    plain, (plan, write) = min(seconds for seconds, _ in writes), min(both for _, both in writes)
    yield f"write them (planned in {plan:.1f} s)", write, plain, 4.0
