"""Many shipment lines with their ledger, written in a few statements: for mock recalls and measurements.

Every number follows from the number of its line, so what a trace has to find is known without asking the database.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection, models
from django.utils import timezone

from customers.models import Customer
from distribution.models import Distribution, DistributionLine, Return, ReturnLine
from inventory.models import Lot, LotAlias, Product, StockMovement, StockProduct, Warehouse
from sales.models import SalesOrder

PRODUCTS = 50
LEFT_OVER = 50  # units of each lot that stay in the depot
HOT_EVERY = 250  # every so many lines one of the first lot
DEPOT, QUARANTINE = 1, 2


class Told(NamedTuple):
    """What is known of line ``number`` before anybody asks: to which lot and shipment it belongs, and how."""

    number: int
    lot: int
    quantity: int
    is_void: bool
    is_waiting: bool
    is_unlinked: bool  # reported under the mistyped number, and nobody said which lot that is
    came_back: int


class ManyShipments:
    """``lines`` shipment lines of some thousand lots, two a shipment; some void, waiting, returned, mistyped."""

    def __init__(self, lines: int):
        self.lines = lines
        self.lots = max(2 * PRODUCTS, lines // 500)
        self.customers, self.orders = max(20, lines // 100), max(20, lines // 10)

    def told(self, number: int) -> Told:
        """Return what is known of one line: the same arithmetic as in ``fill``, in Python."""
        shipment = (number + 1) // 2
        lot = 1 if number % HOT_EVERY == 0 else 1 + number * 31 % self.lots
        is_void, is_unlinked = shipment % 50 == 0, number % 17 == 0
        came_back = 1 if number % 97 == 0 and not is_void and not is_unlinked else 0
        return Told(number, lot, 1 + number % 5, is_void, shipment % 10 == 1, is_unlinked, came_back)

    def all_told(self) -> Iterator[Told]:
        """Yield what is known of every line."""
        return map(self.told, range(1, self.lines + 1))

    def fill(self) -> None:
        """Write everything into an empty database, and give it its statistics."""
        units: Counter[int] = Counter()
        for line in self.all_told():
            units[line.lot] += 0 if line.is_void else line.quantity
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET statement_timeout = 0")  # a million rows at once on a busy machine
            self.fill_catalogue(units)
            self.fill_shipments()
            self.fill_ledger()
            cursor.execute("ANALYZE")
            if connection.vendor == "postgresql":
                cursor.execute("RESET statement_timeout")

    def fill_catalogue(self, units: Counter[int]) -> None:
        """Write products, lots with their aliases and intakes, and the two warehouses."""
        Warehouse.objects.create(pk=DEPOT, name="Depot")
        Warehouse.objects.create(pk=QUARANTINE, name="Quarantine", is_quarantine=True)
        made = [
            Product(sku=f"P-{n}", sku_key=f"p-{n}", name=f"Product {n}", is_lot_tracked=True) for n in range(PRODUCTS)
        ]
        products = Product.objects.bulk_create(made)
        numbers = range(1, self.lots + 1)
        produced = {lot: units[lot] + LEFT_OVER for lot in numbers}
        owner = {lot: products[lot % PRODUCTS] for lot in numbers}
        Lot.objects.bulk_create(
            Lot(pk=n, product=owner[n], number=f"LOT-{n}", number_key=f"lot-{n}", units_produced=produced[n])
            for n in numbers
        )
        LotAlias.objects.bulk_create(
            LotAlias(lot_id=n, product=owner[n], number=f"L0T-{n}", number_key=f"l0t-{n}") for n in numbers
        )
        StockProduct.objects.bulk_create(
            StockProduct(pk=n, product=owner[n], lot_id=n, warehouse_id=DEPOT, quantity=produced[n]) for n in numbers
        )
        insert(
            StockMovement,
            "inventory_stockproduct s",
            {"kind": "'intake'", "product_id": "s.product_id", "lot_id": "s.lot_id", "quantity": "s.quantity"}
            | {"to_warehouse_id": str(DEPOT), "cause_model": "'inventory.StockProduct'", "cause_key": text("s.id")},
        )

    def fill_shipments(self) -> None:
        """Write customers, orders, shipments and their lines."""
        name = {"facility_name": "'Clinic ' || n", "company_key": "'clinic' || n || '|' || n || 'mainst'"}
        insert(Customer, series(self.customers), {"id": "n", "status": "'active'", "city": "'Springfield'", **name})
        customer = f"1 + n % {self.customers}"
        order = {
            "order_number": "'SO-' || n",
            "order_number_key": text("n"),
            "order_date": day("n"),
            "status": "'shipped'",
        }
        order |= {"customer_id": customer, "source": "'csv'", "kind": "'one_time'"}
        insert(SalesOrder, series(self.orders), {"id": "n", **order})
        waits = "n % 10 = 1"
        consignee = {"consignee_name": f"'Clinic ' || ({customer})", "consignee_city": "'Springfield'"}
        consignee |= {"consignee_address": f"({customer}) || ' Main St'"}
        consignee |= {"consignee_key": f"'clinic' || ({customer}) || '|' || ({customer}) || 'mainst'"}
        about = {"ship_date": day("n"), "source": "'csv'", "carrier": "'UPS'", "tracking_number": "'1Z' || n"}
        about |= {
            "order_number": f"'SO-' || (1 + n % {self.orders})",
            "order_number_key": text(f"(1 + n % {self.orders})"),
        }
        about |= {"sales_order_id": f"CASE WHEN {waits} THEN NULL ELSE 1 + n % {self.orders} END"}
        about |= {"may_wait": "true", "shipped_from_warehouse_id": str(DEPOT)}
        about |= {"voided_at": f"CASE WHEN n % 50 = 0 THEN {moment()} END"}
        about |= {"void_reason": "CASE WHEN n % 50 = 0 THEN 'typed twice' ELSE '' END"}
        insert(Distribution, series(self.lines // 2), {"id": "n", **consignee, **about})
        self.fill_lines()

    def fill_lines(self) -> None:
        """Write the lines: some under a mistyped number, some under another lot's, corrected by a person."""
        other = f"CASE WHEN l.id + {PRODUCTS} <= {self.lots} THEN l.id + {PRODUCTS} ELSE l.id END"
        number = "CASE WHEN n % 17 = 0 OR n % 13 = 0 THEN 'L0T-' || l.id "
        number += f"WHEN n % 101 = 0 THEN 'LOT-' || ({other}) ELSE 'LOT-' || l.id END"
        line = {"distribution_id": "(n + 1) / 2", "line_number": "2 - n % 2", "product_id": "l.product_id"}
        line |= {"lot_id": "CASE WHEN n % 17 = 0 THEN NULL ELSE l.id END", "lot_number": number}
        line |= {"lot_number_key": f"LOWER({number})", "quantity": "1 + n % 5"}
        lot = f"CASE WHEN n % {HOT_EVERY} = 0 THEN 1 ELSE 1 + n * 31 % {self.lots} END"
        insert(DistributionLine, f"{series(self.lines)} JOIN inventory_lot l ON l.id = {lot}", {"id": "n", **line})

    def fill_ledger(self) -> None:
        """Write what left the depot, and what came back to quarantine."""
        counted = "distribution_distributionline d JOIN distribution_distribution s ON s.id = d.distribution_id"
        counted += " WHERE s.voided_at IS NULL"
        line = {"product_id": "d.product_id", "lot_id": "d.lot_id"}
        cause = {"cause_model": "'distribution.DistributionLine'", "cause_key": text("d.id")}
        out = {"kind": "'dispatch'", "quantity": "d.quantity", "from_warehouse_id": str(DEPOT)}
        insert(StockMovement, counted, {**line, **cause, **out})
        back = f"{counted} AND d.id % 97 = 0 AND d.lot_id IS NOT NULL"
        place = {"warehouse_id": str(QUARANTINE)}
        insert(Return, back, {"id": "d.id", "distribution_id": "d.distribution_id", "returned_on": day("1"), **place})
        insert(
            ReturnLine,
            back,
            {"id": "d.id", "goods_return_id": "d.id", "shipment_line_id": "d.id", "quantity": "1", **line},
        )
        cause = {"cause_model": "'distribution.ReturnLine'", "cause_key": text("d.id")}
        insert(
            StockMovement,
            back,
            {**line, **cause, "kind": "'return'", "quantity": "1", "to_warehouse_id": str(QUARANTINE)},
        )


def series(count: int) -> str:
    """Return SQL for the numbers 1 to ``count`` as column ``n``."""
    return (
        f"(WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < {count}) SELECT n FROM i) numbers"
    )


def day(number: str) -> str:
    """Return SQL for a day of the last years."""
    if connection.vendor == "postgresql":
        return f"date '2024-01-01' + ({number}) % 900"
    return f"date('2024-01-01', '+' || (({number}) % 900) || ' days')"


def moment() -> str:
    """Return SQL for now."""
    if connection.vendor == "postgresql":
        return "now()"
    return f"'{timezone.now():%Y-%m-%d %H:%M:%S}'"


def text(expression: str) -> str:
    """Return SQL for a number as text."""
    return f"CAST({expression} AS varchar)"


def insert(model: type[models.Model], source: str, given: dict[str, str]) -> None:
    """Insert a row of ``model`` for each of ``source``; what is not ``given`` stays empty."""
    columns = dict(given)
    for field in model._meta.concrete_fields:
        if field.column not in columns and not (field.null or field.primary_key):
            empty = {"BooleanField": "false", "DateTimeField": moment()}
            columns[field.column] = empty.get(field.get_internal_type(), "''")
    names, values = ", ".join(columns), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}")
