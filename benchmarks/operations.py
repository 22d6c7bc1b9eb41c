"""Plan, write and record N changes; beside it the plain set-based write and as many plain audit rows.

    DATABASE_URL=... python -m benchmarks.operations 1000 10000 100000

It works in its own database (TEST_DATABASE_FILE, or test_<name> on PostgreSQL), made and removed
by itself. Each figure comes from a child process, so that its peak memory is its own. The ratio is
(plan + write) / plain; on SQLite the figure to watch is microseconds a change.
"""

import json
import subprocess
import sys
import time

from benchmarks._own_database import in_own_database, set_up

VERBS = ("update", "create", "delete")
LIMITS = "limits: PostgreSQL 4.0 x plain, SQLite 80 us a change, 25 MB"
COLUMNS = ["company_key", "facility_name", "address1", "address2", "city", "state", "postal_code", "country"]
COLUMNS += ["phone", "email", "status", "created_at", "leads_sheet_url", "leads_sheet_label"]


def empty() -> None:
    """Take all customers and the whole record away."""
    from django.db import connection

    from eqms import audit

    audit.remove()
    with connection.cursor() as cursor:
        tables = ["customers_customer", "eqms_auditseal", "eqms_auditentry", "eqms_operationrun", "eqms_audithead"]
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            for table in sorted(tables):
                cursor.execute(f"DELETE FROM {table}")
    audit.install()


def setup(verb: str, n: int) -> None:
    """Fill the customers, and give the database its statistics."""
    from django.db import connection

    from customers.models import Customer
    from eqms.operations.database import insert_rows

    empty()
    if verb != "create":
        for start in range(0, n, 1000):
            insert_rows(Customer, COLUMNS, [row(i) for i in range(start, min(n, start + 1000))])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(json.dumps({}))


def row(i: int) -> dict:
    values = [f"facility{i}|{i}mainstreet", f"Facility {i}", f"{i} Main Street", "", "Springfield", "IL", f"{i:05}", ""]
    values += ["", "", "active", "2026-01-01T00:00:00.000001+00:00", "", ""]
    return dict(zip(COLUMNS, values, strict=True))


def draft(plan, verb: str, n: int) -> None:
    from customers.models import Customer

    if verb == "create":
        place = {"city": "Springfield", "state": "IL"}
        for i in range(n):
            street, code = f"{i} Main Street", f"{i:05}"
            plan.create(
                Customer, facility_name=f"Facility {i}", address1=street, postal_code=code, because=f"row {i}", **place
            )
        return
    for customer in Customer.objects.order_by("pk").iterator():
        if verb == "update":
            plan.update(customer, phone=str(customer.pk % 9000), because="measured")
        else:
            plan.delete(customer, because="measured")


def kernel(verb: str, n: int) -> None:
    from django.db import transaction

    from eqms.operations import Plan, write
    from eqms.operations.operation import reading_only

    start_memory = peak()
    with transaction.atomic(durable=True):
        start = time.perf_counter()
        plan = Plan("measure", locking=True)
        with reading_only():
            draft(plan, verb, n)
        planned = time.perf_counter()
        write(plan, actor="measure")
    written = time.perf_counter()
    assert len(plan) == n
    report(plan=planned - start, write=written - planned, mb=peak() - start_memory)


def undone(verb: str, n: int) -> None:
    """Take the run back that ``kernel`` left."""
    from eqms.models import OperationRun
    from eqms.operations import Approval
    from eqms.operations.undo import undo

    start_memory, start = peak(), time.perf_counter()
    undo.apply(Approval("measure", force=True), run=OperationRun.objects.get())
    report(undo=time.perf_counter() - start, undo_mb=peak() - start_memory)


def plain(verb: str, n: int) -> None:
    """The same rows without plan, lock or comparison, and as many audit rows of the same width."""
    from django.db import transaction

    from eqms.models import OperationRun

    run = OperationRun.objects.create(operation="plain", state="applied", actor_name="x", fingerprint="")
    unset = dict.fromkeys(["archived_at", "customer_number", "customer_number_key", "primary_rep_id", "portal_user_id"])
    whole = json.dumps({**row(1), "id": 1, "account_manager_id": None, **unset}, separators=(",", ":"))
    after = {"update": '{"phone":"100"}', "create": whole, "delete": "{}"}[verb]
    before = "{}" if verb == "create" else whole
    start = time.perf_counter()
    with transaction.atomic():
        write_plainly(verb, n)
        rows = ((run.pk, i, verb, "customers.Customer", str(i), before, after, "measured") for i in range(n))
        names = ["run_id", "position", "verb", "model", "key", "before", "after", "because"]
        insert("eqms_auditentry", names, rows)
    report(plain=time.perf_counter() - start)


def write_plainly(verb: str, n: int) -> None:
    from django.db import connection

    from customers.models import Customer

    if verb == "create":
        insert("customers_customer", COLUMNS, (tuple(row(i).values()) for i in range(n)))
        return
    keys = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        if verb == "delete":
            cursor.execute("DELETE FROM customers_customer WHERE id BETWEEN %s AND %s", [keys[0], keys[-1]])
        elif connection.vendor == "postgresql":
            source = "unnest(%s::bigint[], %s::text[]) AS v(id, n)"
            change = f"UPDATE customers_customer c SET phone = v.n FROM {source} WHERE c.id = v.id"
            cursor.execute(change, [keys, [str(key % 9000) for key in keys]])
        else:
            change = "UPDATE customers_customer SET phone = %s WHERE id = %s"
            cursor.executemany(change, [(str(key % 9000), key) for key in keys])


def insert(table: str, columns: list[str], rows) -> None:
    """Insert by the quickest way there is: COPY, or executemany on SQLite."""
    from django.db import connection

    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))


def peak() -> int:
    """Return the highest memory of this process so far, in MB; getrusage would count the parent's at the fork."""
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def report(**figures) -> None:
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


def child(what: str, verb: str, n: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.operations", what, verb, str(n)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def table(sizes: list[int]) -> None:
    """Print one table, with a line for each verb and size."""
    print(f"{LIMITS}\n| changes | plan s | write s | plain s | ratio | us a change | peak +MB | undo s | undo +MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for verb in VERBS:
        for n in sizes:
            child("setup", verb, n)
            ours = child("kernel", verb, n) | child("undone", verb, n)
            child("setup", verb, n)
            ours |= child("plain", verb, n)
            seconds = ours["plan"] + ours["write"]
            figures = [ours["plan"], ours["write"], ours["plain"], round(seconds / ours["plain"], 1)]
            figures += [round(seconds / n * 1e6), ours["mb"], ours["undo"], ours["undo_mb"]]
            print(f"| {n} {verb} |", " | ".join(map(str, figures)), "|", flush=True)


def main(sizes: list[int]) -> None:
    """Measure in a database of its own."""
    with in_own_database():
        table(sizes)


if __name__ == "__main__":
    set_up()
    if sys.argv[1:2] and sys.argv[1] in ("setup", "kernel", "undone", "plain"):
        globals()[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    else:
        main([int(n) for n in sys.argv[1:]] or [10_000, 100_000])
