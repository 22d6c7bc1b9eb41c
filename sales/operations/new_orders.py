"""New orders with their lines and customers, wherever they come from: papers and files share one rule."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch
from django.utils.text import capfirst

from customers.company_key import customer_number_key
from customers.models import Customer, CustomerAlias
from eqms.columns import Columns, decode
from eqms.models import AuditEntry
from eqms.operations import Plan
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.printed_order import PrintedOrder, printed_order

from .linking import Links

# Planning methods of apps above, called once with all orders of an import: (plan, {order number key: new order}).
after_import: list[Callable[[Plan, dict[str, SalesOrder]], None]] = []


Differ = Callable[[PrintedOrder, PrintedOrder], list[str]]  # what the first says otherwise than the second, in words


class NewOrders:
    """The orders of one import: what is known beforehand, read in a fixed number of queries, and what it plans."""

    def __init__(self, plan: Plan, source: str, orders: list[PrintedOrder]):
        self.plan, self.source = plan, source
        self.present = orders_present(order.key for order in orders)
        self.customers = Customer.objects.known_as(
            (order.columns["customer_number"] for order in orders), (order.facility.key for order in orders)
        )
        self.links = Links((line["sku_printed"], line["lot_numbers"]) for order in orders for line in order.lines)
        self.made: dict[str, tuple[SalesOrder, PrintedOrder]] = {}

    def settle(self) -> None:
        """Plan what follows from the new orders in the apps above, once all of them are planned."""
        for plan_more in after_import:
            plan_more(self.plan, {key: row for key, (row, _) in self.made.items()})

    def doubts(self, order: PrintedOrder) -> list[str]:
        """Return what keeps this order from being written without a person."""
        doubts = self.unfit(order)
        if self.is_unproven(order):
            doubts.append(
                f"A customer named {order.facility.name} is there, but the paper prints no address that proves it is "
                "the same. Choose the customer."
            )
        return doubts

    def unfit(self, order: PrintedOrder) -> list[str]:
        """Return in words what the columns of orders, lines and customers cannot hold."""
        columns = {**order.columns, **order.facility.as_customer()}
        lines = [
            f"Line {line['line_number']}: {text}" for line in order.lines for text in too_long(SalesOrderLine, line)
        ]
        return too_long(SalesOrder, columns) + too_long(Customer, columns) + lines

    def is_unproven(self, order: PrintedOrder) -> bool:
        """True where a customer is there by the name alone, and neither number nor address say that it is the same."""
        return self.customer_of(order) is None and bool(self.customers.suggested_by(order.facility.key))

    def known(
        self, order: PrintedOrder, differ: Differ = PrintedOrder.differences
    ) -> tuple[SalesOrder, list[str]] | None:
        """Return the order that has this number already and how they ``differ``; None where there is none."""
        if order.key in self.made:
            row, first = self.made[order.key]
            return row, differ(order, first)
        row = self.present.get(order.key)
        if row is None:
            return None
        differences = [differ(order, other) for other in row.printed]
        return row, differences[0] if all(differences) else []

    def customer_of(self, order: PrintedOrder) -> Customer | None:
        """Return the customer whom the order means: by number, else by name and address; None where nobody is."""
        return self.customers.find(order.columns["customer_number"], order.facility.key)

    def plan_order(self, order: PrintedOrder, *, because: str) -> SalesOrder:
        """Return the order, planned with its lines and, where nobody is meant by what it prints, its customer."""
        customer = self.plan_customer(order, because)
        row = self.plan.create(SalesOrder, because=because, customer=customer, source=self.source, **order.columns)
        for line in order.lines:
            links = self.links.of(line["sku_printed"], line["lot_numbers"])
            self.plan.create(SalesOrderLine, because=because, order=row, **line, **links)
        self.made[order.key] = (row, order)
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
    made_by = DocumentSegment.objects.filter(status=DocumentSegment.Status.IMPORTED).order_by("pk")
    orders = SalesOrder.objects.filter(order_number_key__among=sorted(set(keys) - {""}))
    orders = orders.prefetch_related("lines", Prefetch("papers", made_by, to_attr="made_by"))
    for order in orders:
        order.printed = [as_printed(order, order.lines.all()), *(paper.printed for paper in order.made_by)]
    return {order.order_number_key: order for order in orders}


def as_printed(order: SalesOrder, lines: Iterable[SalesOrderLine]) -> PrintedOrder:
    """Return an order and its lines in the form in which papers are compared."""
    columns = {name: getattr(order, name) for name in printed_order({}).columns}
    names = ("line_number", "sku_printed", "description", "lot_numbers", "quantity", "unit_price", "amount")
    return PrintedOrder(columns, [{name: getattr(line, name) for name in names} for line in lines], [])


def as_first_written(orders: list[SalesOrder]) -> dict[int, PrintedOrder]:
    """Return ``orders`` by id as they were when they came in, whatever people changed since. Two queries.

    A line that was taken away since is missing.
    """
    of_lines = {line.pk: order.pk for order in orders for line in order.lines.all()}
    head = rows_created(SalesOrder, [order.pk for order in orders])
    lines: dict[int, list[SalesOrderLine]] = {order.pk: [] for order in orders}
    for line in rows_created(SalesOrderLine, list(of_lines)).values():
        lines[of_lines[line.pk]].append(line)
    return {pk: as_printed(row, lines[pk]) for pk, row in head.items()}


def rows_created(model: type[Model], keys: list[int]) -> dict[int, Any]:
    """Return the rows of ``model`` with ``keys`` as the record says that they were created, by key. One query."""
    fields = Columns.of(model).fields
    entries = AuditEntry.objects.filter(model=model._meta.label, key__among=list(map(str, keys)), verb="create")
    written = (json.loads(after) for after in entries.order_by("pk").values_list("after", flat=True))
    rows = [model(**{name: decode(fields[name], value) for name, value in values.items()}) for values in written]
    return {row.pk: row for row in rows}


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
