"""Merge two customers with N orders each, as an operation; beside it the plain statements.

    DATABASE_URL=... python -m benchmarks.merge [1000 10000]

"plain" moves the rows set-based, deletes the loser, and writes as many plain audit rows; "bare" is the same
without audit rows. It works in its own database, made and removed by itself. The best of ROUNDS.
"""

import sys
import time

from benchmarks._own_database import in_own_database, set_up
from benchmarks.operations import insert

LIMIT = "limit: 4.0 x plain"
ROUNDS = 10
AUDIT_COLUMNS = ["run_id", "position", "verb", "model", "key", "before", "after", "because"]


def customer(name: str, orders: int):
    """Return a customer with ``orders`` orders of one line each, a contact and an alias."""
    from django.utils import timezone

    from customers.models import Contact, Customer, CustomerAlias
    from sales.models import SalesOrder, SalesOrderLine

    row = Customer.objects.create(facility_name=name, address1=f"{name} Street", city="Springfield", state="IL")
    day, block = timezone.localdate(), {"ship_to_name": name, "ship_to_address": f"{name} Street"}
    numbers = [f"{name}-{n}" for n in range(orders)]
    about = {"customer": row, "order_date": day, **block}
    made = SalesOrder.objects.bulk_create(
        SalesOrder(order_number=n, order_number_key=n.lower(), **about) for n in numbers
    )
    SalesOrderLine.objects.bulk_create(SalesOrderLine(order=order, line_number=1, quantity=1) for order in made)
    Contact.objects.create(customer=row, name="Ann", email=f"ann@{name}.example")
    CustomerAlias.objects.create(kind="key", value=f"former {name}", customer=row)
    return row


def ours(survivor, loser) -> float:
    """Return the seconds that planning and writing take; the merge is undone afterwards."""
    from customers.operations import merge_customers
    from eqms.operations import Approval
    from eqms.operations.undo import undo

    start = time.perf_counter()
    plan = merge_customers.apply(Approval("measure", force=True), master=survivor.pk, duplicates=[loser.pk])
    seconds = time.perf_counter() - start
    undo.apply(Approval("measure", force=True), run=plan.run)
    return seconds


def plain(survivor, loser, *, audited: bool) -> float:
    """Return the seconds of the plain statements; they are rolled back."""
    from django.db import connection, transaction

    from customers.models import Customer, CustomerAlias
    from eqms.columns import Columns
    from eqms.models import OperationRun
    from sales.models import SalesOrder

    count = SalesOrder.objects.filter(customer=loser).count() + 4
    text = Columns.of(SalesOrder).text_of(SalesOrder.objects.filter(customer=loser).first())
    after = f'{{"customer_id":{survivor.pk}}}'
    start = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("sales_salesorder", "customers_contact", "customers_customeralias"):
                cursor.execute(f"UPDATE {table} SET customer_id = %s WHERE customer_id = %s", [survivor.pk, loser.pk])
        Customer.objects.filter(pk=loser.pk)._raw_delete("default")
        CustomerAlias.objects.create(kind="id", value=str(loser.pk), customer=survivor)
        if audited:
            run = OperationRun.objects.create(operation="plain", state="applied", actor_name="x", fingerprint="")
            rows = ((run.pk, i, "update", "sales.SalesOrder", str(i), text, after, "measured") for i in range(count))
            insert("eqms_auditentry", AUDIT_COLUMNS, rows)
        if connection.vendor == "postgresql":
            connection.check_constraints()  # as its commit asks them; SQLite does along the way
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds


def measured(survivor, loser) -> tuple[float, float, float]:
    """Return the seconds of one round: ours, plain, bare."""
    kinds = (plain(survivor, loser, audited=audited) for audited in (True, False))
    return (ours(survivor, loser), *kinds)


def main(sizes: list[int]) -> None:
    """Print one table, with a line for each number of orders."""
    from django.db import connection

    print(f"{connection.vendor}; {LIMIT}\n| orders each | ours s | plain s | ratio | bare s | ratio |", flush=True)
    print("|---|---|---|---|---|---|", flush=True)
    with in_own_database():
        for orders in sizes:
            survivor, loser = customer(f"A{orders}", orders), customer(f"B{orders}", orders)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
            rounds = [measured(survivor, loser) for _ in range(ROUNDS)]
            best, audited, bare = (min(times) for times in zip(*rounds, strict=True))
            figures = [f"{best:.3f}", f"{audited:.3f}", f"{best / audited:.2f}", f"{bare:.3f}", f"{best / bare:.2f}"]
            print(f"| {orders} |", " | ".join(figures), "|", flush=True)


if __name__ == "__main__":
    set_up()
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000])
