"""Orders from a CSV file: rows with one order number are one order, taken in whole or not at all."""

from collections import Counter
from functools import cached_property, partial

from django.utils import timezone

from customers.company_key import customer_number_key, is_name_only
from eqms.csv_rows import Problem, Row
from eqms.models import SourceDocument
from eqms.operations import Plan, operation
from eqms.row_files.work import FileWork, in_one_line
from sales.forms import ImportSalesOrdersOptions
from sales.models import SalesOrder
from sales.order_file import ORDER_FILE
from sales.order_rows import OrderRows, differences, orders_in, rows_in_words
from sales.printed_order import PrintedOrder

from .new_orders import NewOrders, as_first_written

NEW, DUPLICATE, REJECTED = "new", "duplicate", "rejected"


@operation(model=SalesOrder, permission="sales.add_salesorder", form=ImportSalesOrdersOptions)
def import_sales_orders(plan, orders, *, document: SourceDocument, good_rows_only=False, count_equal_rows=False):
    """Create the orders that the rows of a stored CSV file list, their lines, and the customers that they name."""
    OrderFileImport(plan, document, count_equal_rows=count_equal_rows).take_in(good_rows_only=good_rows_only)


class OrderFileImport(FileWork):
    """One import: its rows put together to orders, and what becomes of each row. A fixed number of queries."""

    kind = ORDER_FILE
    takes_in = "order"

    def __init__(self, plan: Plan, document: SourceDocument, *, count_equal_rows: bool = False):
        super().__init__(plan, document)
        self.differences = partial(differences, count_equal_rows=count_equal_rows)
        self.noted: dict[int, list[Problem]] = {row.number: list(row.problems) for row in self.table.rows}
        self.outcomes: dict[int, tuple[str, str]] = {}  # row -> what becomes of it, and why
        self.new: list[tuple[OrderRows, PrintedOrder]] = []
        found = orders_in(self.table.rows, count_equal_rows=count_equal_rows)
        self.orders = [(rows, rows.printed) for rows in found if rows.rows]
        self.made = NewOrders(plan, SalesOrder.Source.CSV, [order for _, order in self.orders])
        self.vague = self._vague_names()
        self._judge()

    def draft(self) -> None:
        """Plan the new orders; the other rows stay, each with its reason."""
        for row in self.table.rows:
            outcome, why = self.outcomes[row.number]
            if outcome != NEW:
                self.plan.skip(self.document, because=why)
        for rows, order in self.new:
            self.made.plan_order(order, because=f"{self.document.filename}, {rows_in_words(rows.rows)}")
        self.made.settle()
        counts = self.counts
        told = ", ".join(f"{counts[word]:,} {word}" for word in (NEW, DUPLICATE, REJECTED))
        self.plan.note(f"{len(self.table.rows):,} rows: {told}.")
        orders = len(self.new)
        self.plan.button = f"Write {orders:,} order{'' if orders == 1 else 's'}"

    @cached_property
    def counts(self) -> Counter[str]:
        """How many rows are new, duplicate and rejected: together all of them."""
        return Counter(outcome for outcome, _ in self.outcomes.values())

    @cached_property
    def errors(self) -> dict[int, list[Problem]]:
        """What is wrong, by the number of the row."""
        return {row: ORDER_FILE.in_order(found) for row, found in self.noted.items() if found}

    @property
    def ready(self) -> int:
        return self.counts[NEW]

    @property
    def duplicates(self) -> int:
        return self.counts[DUPLICATE]

    @property
    def good(self) -> int:
        return len(self.new)

    # -- inside ----------------------------------------------------------------------------------

    def _judge(self) -> None:
        for rows, order in self.orders:
            self._note_head(rows, order)
        first_written = as_first_written(
            [known[0] for rows, order in self.orders if (known := self._known(order)) and known[1]]
        )
        for rows, order in self.orders:
            self._judge_order(rows, order, first_written)
        self.outcomes |= {row: (REJECTED, in_one_line(problems)) for row, problems in self.errors.items()}

    def _note_head(self, rows: OrderRows, order: PrintedOrder) -> None:
        """Note what is wrong with the head of an order: cells that contradict each other, a day to come."""
        for problem in rows.contradictions(ORDER_FILE.headings):
            self.noted[problem.row].append(problem)
        today = timezone.localdate().isoformat()
        for row in rows.rows:
            if (day := row.values.get("order_date", "")) > today:
                self._note(row, "order_date", day, "is still to come", "Write the day on which it was ordered.")

    def _known(self, order: PrintedOrder) -> tuple[SalesOrder, list[str]] | None:
        return self.made.known(order, self.differences)

    def _judge_order(self, rows: OrderRows, order: PrintedOrder, first_written: dict[int, PrintedOrder]) -> None:
        """Say of each row of one order whether it is new, here already, or wrong."""
        known = None if any(self.noted[row.number] for row in rows.rows) else self._known(order)
        if known and (found := known[1]) and self._differs_from(order, first_written.get(known[0].pk)):
            remedy = "Nothing is overwritten: compare them, then take the rows out or change the order by hand."
            reason = f"is there already with other content ({'; '.join(found[:5])})"
            self._note(rows.rows[0], "order_number", order.number, reason, remedy)
        elif not known:
            self._note_doubts(rows, order)
        if wrong := [row for row in rows.rows if self.noted[row.number]]:
            self._leave_whole(rows, wrong)
            return
        if not known:
            self.new.append((rows, order))
            self.outcomes |= {row.number: (NEW, "") for row in rows.rows}
        words = f"order {order.number} is there already" if known else "it stands in the file before"
        for row in rows.all if known else rows.repeats:
            self.outcomes[row.number] = DUPLICATE, f"row {row.number}: duplicate, {words}"

    def _vague_names(self) -> set[str]:
        """Return the keys of names without address that new orders give to customers who may be several."""
        numbers: dict[str, list[str | None]] = {}
        for _, order in self.orders:
            if is_name_only(order.facility.key) and self.made.customer_of(order) is None:
                numbers.setdefault(order.facility.key, []).append(customer_number_key(order.columns["customer_number"]))
        return {key for key, found in numbers.items() if len(found) > 1 and (None in found or len(set(found)) > 1)}

    def _differs_from(self, order: PrintedOrder, first: PrintedOrder | None) -> bool:
        """True unless the file says again what a file said that made the order."""
        return first is None or bool(self.differences(order, first))

    def _note_doubts(self, rows: OrderRows, order: PrintedOrder) -> None:
        """Note what keeps a new order from being written; what is wrong with cells is noted before."""
        if any(self.noted[row.number] for row in rows.rows):
            return
        if order.facility.key in self.vague:
            reason = "is all that names the customer of several orders"
            self._note(rows.rows[0], "facility", order.facility.name, reason, "Add its customer number or address.")
        elif self.made.is_unproven(order):
            reason = "is the name of a customer that is there, and no address proves that it is the same"
            self._note(rows.rows[0], "facility", order.facility.name, reason, "Add its customer number or address.")
        for text in order.problems + self.made.unfit(order):
            self._note(rows.rows[0], "", "", text.rstrip("."), "Correct the rows of this order.")

    def _leave_whole(self, rows: OrderRows, wrong: list[Row]) -> None:
        """Leave all rows of an order of which ``wrong`` are in error."""
        number = rows.rows[0].values["order_number"]
        for row in rows.all:
            if not self.noted[row.number]:
                reason = f"belongs to order {number}, and row {wrong[0].number} of it is in error"
                self._note(row, "", "", reason, "Mend that row: an order is taken in whole or not at all.")

    def _note(self, row: Row, name: str, value: str, reason: str, remedy: str) -> None:
        self.noted[row.number].append(Problem(row.number, ORDER_FILE.headings.get(name, ""), value, reason, remedy))
