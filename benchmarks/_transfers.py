"""Processes that transfer units of one stock at once, beside plain SQL that writes the same rows.

The plain side locks, sums, writes balance, ledger line, status, run and audit entries, and records a refusal as a
run, with psycopg alone. Both must accept exactly the units there are.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

from benchmarks._own_database import set_up

ROUNDS = 3
PLAIN_WRITES = """
WITH line AS (
    INSERT INTO inventory_stockmovement (kind, product_id, quantity, from_warehouse_id, to_storefront_id, cause_model,
        cause_key, at, reason, by_id)
    SELECT 'transfer', %(product)s, 1, %(depot)s, %(shop)s, 'inventory.TransferRequestLineItem', %(line)s, now(), '',
        NULL RETURNING id),
balance AS (UPDATE inventory_storefrontinventory SET quantity = quantity + 1 WHERE id = %(balance)s RETURNING id),
request AS (UPDATE inventory_transferrequest SET status = 'FULFILLED', fulfilled_at = now() WHERE id = %(request)s
    RETURNING id)
SELECT line.id, balance.id, request.id FROM line, balance, request"""
RUN = """INSERT INTO eqms_operationrun (operation, options, selection, state, at, actor_name, planned_by_name,
    approved_by_name, reason, message, fingerprint, request_id, created, updated, deleted, skipped)
    VALUES ('plain', '{}', '', %s, now(), 'plain', '', '', '', %s, %s, '', 1, 2, 0, 0) RETURNING id"""
ENTRY = """INSERT INTO eqms_auditentry (run_id, position, verb, model, key, before, after, because)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'measured')"""
BEFORE = json.dumps(
    {"id": 1, "kind": "transfer", "product_id": "0" * 32, "reason": "", "at": "2026-01-01", "more": "x" * 200}
)


def stock(processes: int, each: int, units: int) -> dict:
    """Make one product with ``units`` in a depot and the requests for one unit each; return what to move."""
    from django.utils import timezone

    from inventory.models import Product, StockMovement, StoreFront, StoreFrontInventory, TransferRequest, Warehouse
    from inventory.models import TransferRequestLineItem as Line

    depot, shop = (
        Warehouse.objects.create(name=f"Depot {timezone.now()}"),
        StoreFront.objects.create(name=str(timezone.now())),
    )
    product = Product.objects.create(sku=f"B-{timezone.now():%f%S}", name="Cable")
    StockMovement.objects.create(kind="intake", product=product, quantity=units, to_warehouse=depot)
    balance = StoreFrontInventory.objects.create(storefront=shop, product=product, quantity=0)
    requests = TransferRequest.objects.bulk_create(
        TransferRequest(warehouse=depot, storefront=shop) for _ in range(processes * each)
    )
    lines = Line.objects.bulk_create(Line(request=r, product=product, requested_quantity=1) for r in requests)
    keys = {"product": str(product.pk), "depot": depot.pk, "shop": shop.pk, "balance": balance.pk}
    asked = [(request.pk, line.pk) for request, line in zip(requests, lines, strict=True)]
    return {**keys, "asked": [asked[nth::processes] for nth in range(processes)]}


def ours(work: dict, nth: int) -> int:
    """Fulfil the requests of one process; return how many were."""
    from eqms.operations import NothingWritten
    from inventory.models import TransferRequest

    done = 0
    for request, _ in work["asked"][nth]:
        try:
            TransferRequest(pk=request).fulfil(by="measured")
            done += 1
        except NothingWritten:
            continue
    return done


def plain(work: dict, nth: int) -> int:
    """The same with psycopg."""
    import psycopg
    from django.db import connection

    done = 0
    with closing(
        psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True)
    ) as db:
        for request, line in work["asked"][nth]:
            done += plain_transfer(db, {**work, "request": request, "line": str(line)})
    return done


def plain_transfer(db, values: dict) -> bool:
    """Lock, sum, write; return whether the units were there."""
    there = """SELECT coalesce(sum(CASE WHEN to_warehouse_id = %(depot)s THEN quantity ELSE -quantity END), 0)
        FROM inventory_stockmovement
        WHERE product_id = %(product)s AND (to_warehouse_id = %(depot)s OR from_warehouse_id = %(depot)s)"""
    with db.transaction():
        db.execute("SELECT id FROM inventory_transferrequest WHERE id = %(request)s FOR NO KEY UPDATE", values)
        db.execute("SELECT id FROM inventory_product WHERE id = %(product)s FOR NO KEY UPDATE", values)
        if db.execute(there, values).fetchone()[0] < 1:
            db.execute(RUN, ["refused", "1 wanted, 0 available", "0" * 64])
            return False
        rows = db.execute(PLAIN_WRITES, values).fetchone()
        run = db.execute(RUN, ["applied", "", "0" * 64]).fetchone()[0]
        models = ("StockMovement", "StoreFrontInventory", "TransferRequest")
        for position, (model, key) in enumerate(zip(models, rows, strict=True), 1):
            db.execute(ENTRY, [run, position, "update", f"inventory.{model}", str(key), BEFORE, BEFORE])
    return True


def child(what: str, work: dict, nth: int) -> None:
    """Start when the parent says so; print how many units were moved and the seconds."""
    set_up()
    from django.db import connection

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps({"ours": ours, "plain": plain}[what](work, nth)), flush=True)


def measure(what: str, work: dict, processes: int) -> tuple[float, int]:
    """Run all processes at once; return wall seconds and accepted transfers."""
    command = [sys.executable, "-m", "benchmarks._transfers", "child", what, json.dumps(work)]
    running = [
        subprocess.Popen([*command, str(nth)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for nth in range(processes)
    ]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    start = time.perf_counter()
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    accepted = sum(int(one.stdout.readline()) for one in running)
    seconds = time.perf_counter() - start
    for one in running:
        one.communicate()
    return seconds, accepted


def rows(processes: int = 8, each: int = 50, units: int = 200) -> Iterator[tuple[str, float, float, float]]:
    """Yield (what, our seconds, plain seconds, limit of the ratio): the best of the rounds."""
    seconds: dict[str, float] = {}
    for _ in range(ROUNDS):
        for what in ("plain", "ours"):
            taken, accepted = measure(what, stock(processes, each, units), processes)
            assert accepted == units, f"{what}: {accepted} of {units} units were moved"
            seconds[what] = min(taken, seconds.get(what, taken))
    yield f"{processes} x {each} transfers of {units} units", seconds["ours"], seconds["plain"], 4.0


if __name__ == "__main__":
    child(sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4]))
