"""P51: customer page, first page, export and plain SQL say the same of any database."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from distribution.sales_figures import Window, as_table, fresh_figures
from distribution.statistics import with_statistics
from inventory.models import Lot, Product
from sales.models import SalesOrder
from tests.promises import promise, size

FIRST, DAYS = date(2025, 11, 1), 200
MATCHED = "d.sales_order_id IS NOT NULL AND d.voided_at IS NULL"
JOINED = f"""FROM distribution_distribution d JOIN sales_salesorder o ON o.id = d.sales_order_id
    LEFT JOIN distribution_distributionline l ON l.distribution_id = d.id WHERE {MATCHED}"""


def make_database(chance):
    """Fill the database with some customers, orders, shipments (matched, waiting, void) and lines."""
    products = [Product.objects.create(sku=f"P-{n}", name=f"=P {n}") for n in range(3)]
    lots = [
        Lot.objects.create(product=p, number=f"L-{n}", units_produced=chance.choice([None, 90]))
        for p in products
        for n in range(2)
    ]
    customers = [Customer.objects.create(facility_name=f"Clinic {n}") for n in range(chance.randrange(1, 6))]
    orders = [
        SalesOrder.objects.create(order_number=f"{n}", customer=chance.choice(customers), order_date=FIRST)
        for n in range(chance.randrange(1, 9))
    ]
    for _ in range(chance.randrange(25)):
        void = {"voided_at": timezone.now(), "void_reason": "error"} if chance.random() < 0.15 else {}
        order = chance.choice(orders) if chance.random() < 0.8 else None
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        shipment = Distribution.objects.create(ship_date=day, sales_order=order, **void)
        for number in range(chance.randrange(4)):
            lot = chance.choice(lots)
            lot = lot if chance.random() < 0.7 else None
            product = lot.product if lot else chance.choice(products)
            values = {"line_number": number + 1, "product": product, "lot": lot, "quantity": chance.randrange(1, 50)}
            DistributionLine.objects.create(distribution=shipment, **values)


def asked(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def plain_figures(window):
    """Return orders, shipments, units, first-time and repeat customers of ``window`` by plain SQL."""
    within = f"{JOINED} AND d.ship_date BETWEEN %s AND %s"
    orders, shipments, units = asked(
        f"SELECT COUNT(DISTINCT o.id), COUNT(DISTINCT d.id), COALESCE(SUM(l.quantity), 0) {within}", *window
    )[0]
    firsts = f"SELECT o.customer_id, MIN(d.ship_date) AS first {JOINED} GROUP BY o.customer_id"
    bought = f"SELECT DISTINCT o.customer_id {within}"
    first_time, repeat = asked(
        f"""SELECT COUNT(CASE WHEN f.first >= %s THEN 1 END), COUNT(CASE WHEN f.first < %s THEN 1 END)
        FROM ({firsts}) f JOIN ({bought}) b ON b.customer_id = f.customer_id""",
        window.first,
        window.first,
        *window,
    )[0]
    return [orders, shipments, units, first_time, repeat]


def plain_products(window):
    """Return (sku, units, orders, customers) by plain SQL, by SKU."""
    return asked(
        f"""SELECT p.sku, SUM(l.quantity), COUNT(DISTINCT o.id), COUNT(DISTINCT o.customer_id)
        FROM distribution_distributionline l JOIN distribution_distribution d ON d.id = l.distribution_id
        JOIN sales_salesorder o ON o.id = d.sales_order_id JOIN inventory_product p ON p.id = l.product_id
        WHERE {MATCHED} AND d.ship_date BETWEEN %s AND %s GROUP BY p.sku ORDER BY p.sku""",
        *window,
    )


def plain_customers():
    """Return units and last shipping day of each customer that got something, by plain SQL."""
    rows = asked(f"SELECT o.customer_id, COALESCE(SUM(l.quantity), 0), MAX(d.ship_date) {JOINED} GROUP BY 1")
    return {customer: (units, str(last)) for customer, units, last in rows}


def disagreements(window):
    """Return what differs between the pages, the export and plain SQL, in words."""
    figures = fresh_figures(window)
    shown = [figures.orders, figures.shipments, figures.units, figures.first_time, figures.repeat]
    exported = list(as_table(figures))
    found = []
    if shown != plain_figures(window):
        found.append(f"totals {shown} and {plain_figures(window)}")
    if exported[2][:5] != shown:
        found.append("the export's totals")
    if sorted((p.sku, p.units, p.orders, p.customers) for p in figures.products) != plain_products(window):
        found.append("products")
    if sum(month.units for month in figures.months) != sum(product.units for product in figures.products):
        found.append("months and products")
    page = {c.pk: (c.units_shipped, str(c.last_shipped)) for c in with_statistics()}
    got = {pk: row for pk, row in page.items() if row[1] != "None"}
    if got != plain_customers():
        found.append("customer pages")
    whole = fresh_figures(Window(FIRST, FIRST + timedelta(days=DAYS)))
    if sum(units for units, _ in got.values()) != whole.units or len(got) != whole.customers:
        found.append("customer pages and first page")
    return found


@pytest.mark.django_db
def test_p51_every_page_and_plain_sql_count_alike():
    seed, databases = 51, size(12, 300)
    chance, wrong = random.Random(seed), []
    for _ in range(databases):
        with transaction.atomic():
            make_database(chance)
            first = FIRST + timedelta(days=chance.randrange(DAYS))
            wrong += disagreements(Window(first, first + timedelta(days=chance.randrange(90))))
            transaction.set_rollback(True)
    assert wrong == []
    promise("P51", len(wrong), 0, n=databases, seed=seed)
