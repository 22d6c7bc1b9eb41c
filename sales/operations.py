"""Bulk work on orders."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.utils.text import capfirst

from customers.company_key import customer_number_key
from customers.models import Customer, CustomerAlias
from eqms.operations import Plan, operation
from inventory.code_key import code_key_or_empty
from inventory.models import Lot, Product
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.printed_order import PrintedOrder, printed_order

Status = DocumentSegment.Status
PIECE = 2000  # lines whose products are asked for together
MAKERS_OF_ORDERS = (Status.IMPORTED, Status.DUPLICATE)

# Planning methods of apps above, called once with all orders of an import: (plan, {order number key: new order}).
after_import: list[Callable[[Plan, dict[str, SalesOrder]], None]] = []


@operation(model=DocumentSegment, permission="sales.add_salesorder", ceiling=10_000)
def import_orders(plan, papers):
    """Create the orders that read papers show, their lines, and the customers that they name."""
    waiting = papers.waiting_for_a_person() if not papers.query.where else papers.exclude(status=Status.READ)
    Import(plan, list(in_reading_order(papers.filter(status=Status.READ)))).draft()
    for paper in in_reading_order(waiting).iterator(1000):
        plan.skip(paper, because=why_left(paper))


@operation(model=SalesOrder, permission="sales.change_salesorder", ceiling=20_000)
def link_products(plan, orders):
    """Link order lines to the product whose SKU or other code they print, and to the one known lot they name."""
    lines = SalesOrderLine.objects.filter(order__in=orders.order_by(), product__isnull=True).order_by("pk")
    rows = lines.select_related("order").iterator(PIECE)
    while piece := list(islice(rows, PIECE)):
        links = Links([(line.sku_printed, line.lot_numbers) for line in piece])
        for line in piece:
            if found := links.of(line.sku_printed, line.lot_numbers):
                plan.update(line, because=f"{line.sku_printed} is {found['product'].sku}", **found)
            else:
                plan.skip(line, because=f"order {line.order}: no product has the code {line.sku_printed or '(none)'}")


class Links:
    """What printed SKUs and lot numbers mean: known products and lots, asked for in two queries."""

    def __init__(self, printed: Iterable[tuple[str, str]]):
        printed = list(printed)
        self.products = Product.objects.known_as(sku for sku, _ in printed)
        self.lots = Lot.objects.known_as(number for _, numbers in printed for number in numbers.splitlines())

    def of(self, sku: str, lot_numbers: str) -> dict[str, Model]:
        """Return the known product of a line, and its lot where exactly one known lot is printed."""
        product = self.products.get(code_key_or_empty(sku))
        if product is None:
            return {}
        numbers = lot_numbers.splitlines()
        lot = self.lots.get((product.pk, code_key_or_empty(numbers[0]))) if len(numbers) == 1 else None
        return {"product": product, "lot": lot} if lot else {"product": product}


def in_reading_order(papers: QuerySet) -> QuerySet:
    """Return ``papers`` as they lie: document by document, from its first page on."""
    return papers.select_related("document", "order").order_by("document_id", "position")


def why_left(paper: DocumentSegment) -> str:
    """Return in words why an import leaves ``paper`` alone."""
    if paper.order_id and paper.status in MAKERS_OF_ORDERS:
        return f"order {paper.order.order_number} is there already"
    return paper.problem or paper.get_status_display()


class Import:
    """One import: what is known beforehand, read in a fixed number of queries, and what it plans."""

    def __init__(self, plan: Plan, papers: list[DocumentSegment]):
        self.plan = plan
        self.papers = [(paper, paper.printed) for paper in papers]
        orders = [order for _, order in self.papers]
        self.present = orders_present(order.key for order in orders)
        self.customers = Customer.objects.known_as(
            (order.columns["customer_number"] for order in orders), (order.facility.key for order in orders)
        )
        self.links = Links((line["sku_printed"], line["lot_numbers"]) for order in orders for line in order.lines)
        self.made: dict[str, tuple[SalesOrder, PrintedOrder]] = {}

    def draft(self) -> None:
        """Plan all new rows first, then what became of each paper, so that they are written in large batches."""
        outcomes = [(paper, self.outcome(paper, order)) for paper, order in self.papers]
        for plan_more in after_import:
            plan_more(self.plan, {key: row for key, (row, _) in self.made.items()})
        for paper, (because, columns) in outcomes:
            self.plan.update(paper, because=because, **columns)

    def outcome(self, paper: DocumentSegment, order: PrintedOrder) -> tuple[str, dict[str, Any]]:
        """Plan the order of one paper where it is new; return what the paper's row becomes, and why."""
        if problems := order.problems or self.doubts(order):
            return problems[0], {"status": Status.NEEDS_REVIEW, "problem": " ".join(problems)}
        if order.key in self.made:
            return self.repeated(order, *self.made[order.key])
        if order.key in self.present:
            row = self.present[order.key]
            return self.repeated(order, row, *row.printed)
        row = self.plan_order(paper, order)
        self.made[order.key] = (row, order)
        return f"order {order.number} was read from it", {"status": Status.IMPORTED, "order": row, "problem": ""}

    def doubts(self, order: PrintedOrder) -> list[str]:
        """Return what keeps this order from being written without a person."""
        columns = {**order.columns, **order.facility.as_customer()}
        doubts = too_long(SalesOrder, columns) + too_long(Customer, columns)
        doubts += [
            f"Line {line['line_number']}: {text}" for line in order.lines for text in too_long(SalesOrderLine, line)
        ]
        if self.customer_of(order) is None and self.customers.suggested_by(order.facility.key):
            doubts.append(
                f"A customer named {order.facility.name} is there, but the paper prints no address that proves it is "
                "the same. Choose the customer."
            )
        return doubts

    def repeated(self, order: PrintedOrder, row: SalesOrder, *printed: PrintedOrder) -> tuple[str, dict[str, Any]]:
        """Return the outcome of a paper whose number is taken: a duplicate, or a conflict for a person."""
        differences = [order.differences(other) for other in printed]
        if not all(differences):
            because = f"the same order {order.number} is there already"
            return because, {"status": Status.DUPLICATE, "order": row, "problem": ""}
        what = "; ".join(differences[0][:5])
        problem = (
            f"Order {order.number} is there already with other content ({what}). Nothing was overwritten: "
            "compare both papers, then set this one aside or correct its number."
        )
        return "the order number is taken by another order", {"status": Status.NEEDS_REVIEW, "problem": problem}

    def customer_of(self, order: PrintedOrder) -> Customer | None:
        return self.customers.find(order.columns["customer_number"], order.facility.key)

    def plan_order(self, paper: DocumentSegment, order: PrintedOrder) -> SalesOrder:
        because = f"{paper.document.filename}, {paper.pages}"
        customer = self.plan_customer(order, because)
        values = {"customer": customer, "source": SalesOrder.Source.PDF, **order.columns}
        row = self.plan.create(SalesOrder, because=because, **values)
        for line in order.lines:
            links = self.links.of(line["sku_printed"], line["lot_numbers"])
            self.plan.create(SalesOrderLine, because=because, order=row, **line, **links)
        return row

    def plan_customer(self, order: PrintedOrder, because: str) -> Customer:
        """Return the customer of the order, planned where nobody has that number or that name and address."""
        number = order.columns["customer_number"]
        customer = self.customer_of(order)
        if customer is None:
            values = {**order.facility.as_customer(), "customer_number": number or None}
            customer = self.plan.create(Customer, because=because, **values)
            self.customers.add(customer)
        elif number and self.customers.with_number(number) is None:
            self.plan_number(customer, number, because)
        return customer

    def plan_number(self, customer: Customer, number: str, because: str) -> None:
        """Give a printed number that nobody has to the customer found by name and address."""
        if customer.customer_number or customer.pk is None:
            values = {"kind": CustomerAlias.Kind.NUMBER, "value": customer_number_key(number), "customer": customer}
            self.plan.create(CustomerAlias, because=f"{because} prints this number too", **values)
        else:
            self.plan.update(customer, customer_number=number, because=f"{because} prints its number")
        self.customers.add_number(number, customer)


def orders_present(keys: Iterable[str]) -> dict[str, SalesOrder]:
    """Return the orders with these number keys; ``printed`` on each is what is known of its content. Three queries."""
    made_by = DocumentSegment.objects.filter(status=Status.IMPORTED).order_by("pk")
    orders = SalesOrder.objects.filter(order_number_key__among=sorted(set(keys) - {""}))
    orders = orders.prefetch_related("lines", Prefetch("papers", made_by, to_attr="made_by"))
    for order in orders:
        order.printed = [as_printed(order), *(paper.printed for paper in order.made_by)]
    return {order.order_number_key: order for order in orders}


def as_printed(order: SalesOrder) -> PrintedOrder:
    """Return the order as it stands in the database in the form in which papers are compared."""
    columns = {name: getattr(order, name) for name in printed_order({}).columns}
    names = ("line_number", "sku_printed", "description", "lot_numbers", "quantity", "unit_price", "amount")
    lines = [{name: getattr(line, name) for name in names} for line in order.lines.all()]
    return PrintedOrder(columns, lines, [])


def too_long(model: type[Model], values: dict[str, Any]) -> list[str]:
    """Return in words which of ``values`` the columns of ``model`` refuse."""
    refused = []
    for field in model._meta.concrete_fields:
        if values.get(field.name) in (None, "") or field.remote_field:
            continue
        try:
            field.clean(values[field.name], None)
        except ValidationError as error:
            refused.append(f"{capfirst(field.verbose_name)}: {' '.join(error.messages)}")
    return refused
