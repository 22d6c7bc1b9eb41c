"""Customers: what the list with its figures costs beside plain SQL, in one table.

    DATABASE_URL=... python -m benchmarks.customers [100000 1000000]

So many customers and so many shipment lines, ten lines a customer's order on average. On either database. Both sides
must find the same figures.
"""

import sys
import time
from collections.abc import Callable, Iterator

from benchmarks._own_database import in_own_database, set_up
from benchmarks.shipments import day

SIZES = (100_000, 1_000_000)
ROUNDS = 9
RUNS = 1000
A_PAGE = 100
COLUMNS = "c.id, c.facility_name, c.customer_number, c.city, c.state, c.status, c.archived_at, r.name, u.username"
OF_ONE = """
    (SELECT count(*) FROM sales_salesorder o WHERE o.customer_id = c.id),
    (SELECT coalesce(sum(l.quantity), 0) FROM sales_salesorder o JOIN distribution_distribution d
        ON d.sales_order_id = o.id JOIN distribution_distributionline l ON l.distribution_id = d.id
        WHERE o.customer_id = c.id AND d.voided_at IS NULL),
    (SELECT max(d.ship_date) FROM sales_salesorder o JOIN distribution_distribution d ON d.sales_order_id = o.id
        WHERE o.customer_id = c.id AND d.voided_at IS NULL)"""
FROM = """FROM customers_customer c LEFT JOIN customers_salesrep r ON r.id = c.primary_rep_id
    LEFT JOIN eqms_user u ON u.id = c.account_manager_id"""
BY_NAME = f"SELECT {COLUMNS}, {OF_ONE} {FROM} WHERE c.archived_at IS NULL ORDER BY c.facility_name, c.id LIMIT 100"
SUMMED = f"""
WITH orders AS (SELECT customer_id, count(*) AS n FROM sales_salesorder GROUP BY 1),
shipments AS (SELECT o.customer_id, max(d.ship_date) AS last FROM sales_salesorder o
    JOIN distribution_distribution d ON d.sales_order_id = o.id WHERE d.voided_at IS NULL GROUP BY 1),
units AS (SELECT o.customer_id, sum(l.quantity) AS n FROM sales_salesorder o
    JOIN distribution_distribution d ON d.sales_order_id = o.id
    JOIN distribution_distributionline l ON l.distribution_id = d.id WHERE d.voided_at IS NULL GROUP BY 1)
SELECT {COLUMNS}, coalesce(orders.n, 0), coalesce(units.n, 0), shipments.last {FROM}
LEFT JOIN orders ON orders.customer_id = c.id LEFT JOIN shipments ON shipments.customer_id = c.id
LEFT JOIN units ON units.customer_id = c.id WHERE c.archived_at IS NULL ORDER BY """
BY_UNITS = f"{SUMMED} coalesce(units.n, 0) DESC, c.id DESC LIMIT 100"
BY_DATE = f"{SUMMED} shipments.last DESC, c.id DESC LIMIT 100"
TABS = "SELECT status, count(*), count(archived_at) FROM customers_customer GROUP BY status"


def filled(customers: int, lines: int) -> None:
    """Make the rows: statements of the database, since only reading is measured."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    from customers.models import SalesRep
    from eqms.models import User
    from inventory.models import Product

    orders = lines // 4
    User.objects.bulk_create(User(pk=n, username=f"user {n}") for n in range(1, 21))
    SalesRep.objects.bulk_create(SalesRep(pk=n, name=f"rep {n}") for n in range(1, 51))
    Product.objects.create(sku="B-1", name="Cable")
    statements = [
        *rows_of("customers_customer", customers, **customer_columns()),
        *rows_of("sales_salesorder", orders, **order_columns(customers)),
        *rows_of("distribution_distribution", orders, **shipment_columns(orders)),
        *rows_of("distribution_distributionline", lines, **line_columns(orders)),
        *rows_of("eqms_operationrun", RUNS, **run_columns()),
        *rows_of("eqms_auditentry", 2 * orders, **entry_columns(orders)),
        *connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())),
        "ANALYZE",
        "VACUUM",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows_of(table: str, count: int, **columns: str) -> Iterator[str]:
    """Yield the statement that fills ``table`` with ``count`` rows; what is not named gets its type's empty value."""
    from django.apps import apps

    from tests.promises.many_shipments import series

    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    for field in model._meta.concrete_fields:
        columns.setdefault(field.column, "NULL" if field.null else "''")
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    yield f"INSERT INTO {table} ({names}) SELECT {values} FROM {series(count)}"


def mixed(number: str) -> str:
    """Return SQL for a text that does not stand in the order of ``number``."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"md5(CAST({number} AS text))"
    return f"printf('%08x', {number} * 2654435761 % 4294967296)"


def one_of(number: str, *values: str) -> str:
    """Return SQL for one of ``values`` after the other."""
    cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE {number} % {len(values)} {cases} END"


def customer_columns() -> dict[str, str]:
    """Return what stands in the columns of customer ``n``: names that do not stand in the order of their keys."""
    from tests.promises.many_shipments import moment

    return {
        "id": "n",
        "facility_name": f"'Clinic ' || {mixed('n')}",
        "company_key": "'clinic' || n",
        "status": one_of("n", "active", "active", "active", "inactive", "onboarding", "win_back"),
        "archived_at": f"CASE WHEN n % 20 = 0 THEN {moment()} END",
        "created_at": moment(),
        "city": "'Town ' || n % 500",
        "state": "'IL'",
        "primary_rep_id": "1 + n % 50",
        "account_manager_id": "1 + n % 20",
    }


def order_columns(customers: int) -> dict[str, str]:
    """Return what stands in the columns of order ``n``; a few customers have many orders."""
    from tests.promises.many_shipments import moment

    return {
        "id": "n",
        "order_number": "'SO-' || n",
        "order_number_key": "'so-' || n",
        "order_date": day("n % 2000"),
        "customer_id": f"1 + (CASE WHEN n % 10 = 0 THEN n % 1000 ELSE (n * CAST(7919 AS bigint)) % {customers} END)",
        "source": "'csv'",
        "status": "'shipped'",
        "kind": "'one_time'",
        "created_at": moment(),
    }


def shipment_columns(orders: int) -> dict[str, str]:
    """Return what stands in the columns of shipment ``n``: one in fifty waits, one in a hundred is void."""
    from tests.promises.many_shipments import moment

    return {
        "id": "n",
        "ship_date": day("1 + n % 2000"),
        "sales_order_id": f"CASE WHEN n % 50 = 0 THEN NULL ELSE 1 + (n * CAST(31 AS bigint)) % {orders} END",
        "may_wait": "true",
        "source": "'csv'",
        "created_at": moment(),
        "voided_at": f"CASE WHEN n % 100 = 1 THEN {moment()} END",
        "void_reason": "CASE WHEN n % 100 = 1 THEN 'twice' ELSE '' END",
    }


def line_columns(shipments: int) -> dict[str, str]:
    """Return what stands in the columns of shipment line ``n``."""
    return {
        "id": "n",
        "distribution_id": f"1 + n % {shipments}",
        "line_number": f"1 + n / {shipments}",
        "product_id": "(SELECT id FROM inventory_product LIMIT 1)",
        "quantity": "1 + n % 9",
    }


def run_columns() -> dict[str, str]:
    """Return what stands in the columns of run ``n``."""
    from tests.promises.many_shipments import moment

    numbers = dict.fromkeys(("created", "updated", "deleted", "skipped"), "0")
    texts = {"operation": "'import_orders'", "options": "'{}'", "state": "'applied'", "actor_name": "'ada'"}
    return {"id": "n", "at": moment(), **numbers, **texts}


def entry_columns(orders: int) -> dict[str, str]:
    """Return what stands in the columns of entry ``n``: each order and shipment came by a run."""
    return {
        "id": "n",
        "run_id": f"1 + (n * CAST(7919 AS bigint) / 1000) % {RUNS}",
        "position": "n",
        "verb": "'create'",
        "model": f"CASE WHEN n <= {orders} THEN 'sales.SalesOrder' ELSE 'distribution.Distribution' END",
        "key": f"CAST(1 + (n - 1) % {orders} AS text)",
        "before": "'{}'",
        "after": """'{"order_number":"SO-' || n || '"}'""",
        "because": "'printed so'",
    }


def plain(statement: str) -> list[tuple]:
    """Return the rows of ``statement``."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def listed(order: str) -> list[tuple]:
    """Return the first page of the customer list as its page reads it, with the columns that it shows."""
    from django.contrib import admin
    from django.contrib.admin.views.main import PAGE_VAR
    from django.test import RequestFactory

    from customers.models import Customer
    from eqms.models import User

    request = RequestFactory().get("/admin/customers/customer/", {"o": order, PAGE_VAR: 1} if order else {})
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    changelist = admin.site._registry[Customer].get_changelist_instance(request)
    return [row_of(customer) for customer in changelist.result_list]


def row_of(customer) -> tuple:
    """Return what the list shows of ``customer``."""
    names = ("pk", "facility_name", "customer_number", "city", "state", "status", "archived_at")
    figures = ("order_count", "units_shipped", "last_shipped")
    people = customer.primary_rep.name, customer.account_manager.username
    return (*(getattr(customer, name) for name in names), *people, *(getattr(customer, name) for name in figures))


def counted() -> list[tuple]:
    """Return the tabs as the list counts them."""
    from customers.admin.tabs import counts_by_tab
    from customers.models import Customer

    return sorted(counts_by_tab(Customer.objects.all()).items())


def best(work: Callable[[], list]) -> tuple[float, list]:
    """Return the seconds of the quickest round and what it found."""
    seconds, found = float("inf"), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = work()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, found


def rows() -> Iterator[tuple[str, float, float, str]]:
    """Yield (what, our seconds, plain seconds, limit of the ratio). Both sides of a list count its tabs too."""
    for what, order, statement, limit in (
        ("list by name, 100 customers with figures", "", BY_NAME, "1.3"),
        ("list by units shipped, the most first", "-6", BY_UNITS, ""),
        ("list by last shipment, the newest first", "-7", BY_DATE, ""),
    ):
        ours, found = best(lambda order=order: listed(order))
        base, wanted = best(lambda statement=statement: [plain(TABS), *plain(statement)][1:])
        figures, plain_ones = ([[str(value) for value in row[-3:]] for row in side] for side in (found, wanted))
        assert figures == plain_ones or order, f"{what}: other figures"
        assert sum(row[-2] for row in found) == sum(row[-2] for row in wanted) or order == "-7", f"{what}: other units"
        yield what, ours, base, limit
    ours, _ = best(counted)
    base, _ = best(lambda: plain(TABS))
    yield "counts of the tabs", ours, base, "1.3"


def told() -> list:
    """Return the first page of what happened to the customer with the most orders."""
    from django.db.models import Count

    from customers.models import Customer
    from customers.timeline import timeline_of
    from eqms.models import User

    busiest = Customer.objects.annotate(n=Count("orders")).order_by("-n").first()
    user = User(is_superuser=True, is_active=True)
    seconds, (line,) = best(lambda: [timeline_of(busiest, user)])
    assert line.events, "nothing is told"
    return [seconds, busiest.n]


def main(customers: int, lines: int) -> None:
    """Print the table line by line."""
    from django.db import connection

    print(f"{connection.vendor}, {customers:,} customers, {lines:,} shipment lines", flush=True)
    print("| what | ours ms | plain ms | ratio | limit |\n|---|---|---|---|---|", flush=True)
    with in_own_database():
        filled(customers, lines)
        for what, ours, base, limit in rows():
            print(f"| {what} | {ours * 1000:.1f} | {base * 1000:.1f} | {ours / base:.2f} | {limit} |", flush=True)
        seconds, orders = told()
        print(f"| what happened to a customer with {orders} orders | {seconds * 1000:.1f} | | | |", flush=True)


if __name__ == "__main__":
    set_up()
    main(*([int(size) for size in sys.argv[1:]] or SIZES))
