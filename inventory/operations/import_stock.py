"""Intakes from a CSV file: each good row becomes an intake and its ledger line."""

import json
from collections import Counter
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.utils import timezone

from eqms.csv_rows import Problem, Row
from eqms.models import AuditEntry, OperationRun, SourceDocument
from eqms.operations import Plan, operation
from eqms.row_files.work import FileWork, in_one_line
from inventory.code_key import code_key_or_empty
from inventory.forms.intakes import ImportStockOptions
from inventory.models import Lot, Move, Product, ProductCode, StockBook, StockMovement, StockProduct, Warehouse
from inventory.place_key import plain_name
from inventory.stock_file import STOCK_FILE

Key = tuple[Any, int | None, int, date, int]  # product, lot, quantity, day, warehouse: equal rows have one


@operation(model=StockProduct, permission="inventory.add_stockproduct", form=ImportStockOptions)
def import_stock(plan, intakes, *, document: SourceDocument, good_rows_only=False, count_equal_rows=False):
    """Take units into warehouses as the rows of a stored CSV file say, each with its ledger line."""
    StockImport(plan, document, count_equal_rows=count_equal_rows).take_in(good_rows_only=good_rows_only)


class StockImport(FileWork):
    """One import: what its rows name, asked for in a fixed number of queries, and what becomes of each row.

    Its products are locked before anything is looked at, so equal imports at once wait for each other.
    """

    kind = STOCK_FILE

    def __init__(self, plan: Plan, document: SourceDocument, *, count_equal_rows: bool = False):
        super().__init__(plan, document)
        self.count_equal_rows = count_equal_rows
        self.products = Product.objects.known_as(self._given("sku"))
        self.book = StockBook(plan, products=[product.pk for product in self.products.values()], by="")
        self.packages = ProductCode.objects.packages_among(self.products)
        self.lots = self._watched_lots()
        self.warehouses = self._watched_warehouses()
        self.outcomes = [(row, *self._outcome(row)) for row in self.table.rows]

    def draft(self) -> None:
        """Plan the intakes of good rows with their ledger lines; the others stay, each with its reason."""
        taken = Counter(self.taken_before)
        for row, intake, problems in self.outcomes:
            if problems:
                self.plan.skip(self.document, because=in_one_line(problems))
                continue
            key = key_of(intake)
            if taken[key] > 0:
                taken[key] -= self.count_equal_rows  # of its own each: so many are here already
                self.plan.skip(
                    self.document, because=f"row {row.number}: duplicate, taken in already: {words_of(intake)}"
                )
                continue
            taken[key] += not self.count_equal_rows
            self._plan_intake(intake, because=f"row {row.number}: {words_of(intake)} ({self.document.filename})")
        self.book.settle()
        rows = self.plan.by_model["create", StockProduct._meta.label]
        self.plan.button = f"Take in {rows:,} row{'' if rows == 1 else 's'}"

    @cached_property
    def errors(self) -> dict[int, list[Problem]]:
        """What is wrong, by the number of the row."""
        return {row.number: problems for row, _, problems in self.outcomes if problems}

    @property
    def duplicates(self) -> int:
        """How many good rows are here already, or stand in the file before."""
        counts = Counter(key_of(intake) for _, intake, problems in self.outcomes if not problems)
        taken = self.taken_before
        return sum(n if taken[key] else n - 1 for key, n in counts.items())

    @property
    def ready(self) -> int:
        return self.good - self.duplicates

    @cached_property
    def taken_before(self) -> Counter[Key]:
        """How often each row is here: taken in by anyone or, where equal rows count, from this file."""
        days = sorted(intake.received_on for _, intake, problems in self.outcomes if not problems)
        if not days:
            return Counter()
        rows = StockProduct.objects.filter(
            product__pk__among=sorted(self.book.products), received_on__range=(days[0], days[-1])
        )
        if self.count_equal_rows:
            rows = rows.filter(pk__among=taken_from(self.document))
        return Counter(rows.values_list("product_id", "lot_id", "quantity", "received_on", "warehouse_id"))

    # -- inside ----------------------------------------------------------------------------------

    def _given(self, column: str) -> set[str]:
        return {row.values[column] for row in self.table.rows if row.values.get(column)}

    def _watched_lots(self) -> dict[tuple, Lot]:
        known = Lot.objects.filter(product__pk__among=sorted(self.book.products)).known_as(self._given("lot"))
        fresh = self.plan.watch_all(Lot.objects.filter(pk__among=sorted({lot.pk for lot in known.values()})))
        by_key = {lot.pk: lot for lot in fresh}
        return {key: by_key[lot.pk] for key, lot in known.items()}

    def _watched_warehouses(self) -> dict[str, list[Warehouse]]:
        found: dict[str, list[Warehouse]] = {}
        for warehouse in self.plan.watch_all(Warehouse.objects.all()):
            found.setdefault(plain_name(warehouse.name), []).append(warehouse)
        return found

    def _outcome(self, row: Row) -> tuple[StockProduct, list[Problem]]:
        """Return the intake that a row means, as far as it is known, and all that is wrong with it."""
        found: dict[str, tuple[str, str]] = {}
        intake = StockProduct(quantity=row.values.get("quantity"), received_on=day_of(row))
        if product := self._product_of(row, found):
            intake.product = product
            intake.lot = self._lot_of(row, product, found)
        if warehouse := self._warehouse_of(row, found):
            intake.warehouse = warehouse
        noted = {problem.column for problem in row.problems}
        found = {**intake.refusals(), **found}
        problems = [
            Problem(row.number, heading, str(row.values.get(name, "")), *found[name])
            for name, heading in STOCK_FILE.headings.items()
            if name in found and heading not in noted
        ]
        return intake, STOCK_FILE.in_order([*row.problems, *problems])

    def _product_of(self, row: Row, found: dict) -> Product | None:
        if not (code := row.values.get("sku")):
            return None
        key = code_key_or_empty(code)
        product = self.book.products.get(self.products[key].pk) if key in self.products else None
        if product is None:
            found["sku"] = ("is no product's SKU or code", "Correct it, or add the product first.")
            return None
        if units := self.packages.get(key):
            remedy = f"Write the SKU {product.sku} and the quantity in single units."
            found["sku"] = (f"means a package of {units:,} units", remedy)
        return product

    def _lot_of(self, row: Row, product: Product, found: dict) -> Lot | None:
        if not (number := row.values.get("lot")):
            return None
        lot = self.lots.get((product.pk, code_key_or_empty(number)))
        if lot is None:
            found["lot"] = (f"is no lot of {product.sku}", "Correct it, or add the lot first.")
        return lot

    def _warehouse_of(self, row: Row, found: dict) -> Warehouse | None:
        if not (name := row.values.get("warehouse")):
            return None
        several = self.warehouses.get(plain_name(name), [])
        exactly = [warehouse for warehouse in several if warehouse.name == name]
        if len(several) == 1 or exactly:
            return (exactly or several)[0]
        if several:
            found["warehouse"] = ("names several warehouses", "Write it as one of them is written.")
        else:
            found["warehouse"] = ("is no warehouse", "Correct it, or add the warehouse first.")
        return None

    def _plan_intake(self, intake: StockProduct, because: str) -> None:
        self.plan.add(intake, because=because)
        book_intake(self.book, intake, because=because)


def book_intake(book: StockBook, intake: StockProduct, *, because: str) -> None:
    """Plan the ledger line of ``intake``, at noon of the day on which its units came in."""
    move = Move(StockMovement.Kind.INTAKE, intake.product_id, intake.lot, intake.quantity, destination=intake.warehouse)
    at = timezone.make_aware(datetime.combine(intake.received_on, time(12)))
    book.move(move, cause=intake, because=because, at=at)


def taken_from(document: SourceDocument) -> list[str]:
    """Return the keys of the intakes that imports of this very file wrote. Two queries."""
    runs = OperationRun.objects.applied().filter(operation=import_stock.name)
    of_any = runs.filter(options__contains=f'"document":{document.pk}').values_list("pk", "options")
    of_this = [pk for pk, options in of_any if json.loads(options)["document"] == document.pk]
    entries = AuditEntry.objects.filter(run__in=of_this, model=StockProduct._meta.label, verb="create")
    return list(entries.values_list("key", flat=True))


def key_of(intake: StockProduct) -> Key:
    """Return what equal rows have in common."""
    return intake.product_id, intake.lot_id, intake.quantity, intake.received_on, intake.warehouse_id


def words_of(intake: StockProduct) -> str:
    """Return an intake in words: "25 of A-2, lot L-7, received 2026-03-04, into Depot"."""
    lot = f", lot {intake.lot}" if intake.lot else ""
    units = f"{intake.quantity:,} of {intake.product.sku}"
    return f"{units}{lot}, received {intake.received_on:%Y-%m-%d}, into {intake.warehouse}"


def day_of(row: Row) -> date | None:
    """Return the day that was read, None where it is missing or wrong."""
    day = row.values.get("received_on")
    return date.fromisoformat(day) if day else None
