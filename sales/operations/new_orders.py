"""New orders with their lines and customers, wherever they come from: papers and files share one rule."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch
from django.utils.text import capfirst

from customers.company_key import customer_number_key, is_name_only
from customers.lookalikes import Suggestion, lookalikes, record
from customers.matching import find_duplicates
from customers.models import Customer, CustomerAlias
from eqms.columns import Columns, decode
from eqms.models import AuditEntry
from eqms.operations import Plan
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.printed_order import PrintedOrder, printed_order

from .linking import Links

MOST_COMPARED = 10_000  # new customers of one import that are compared with the known ones: about two seconds
MOST_SUGGESTED = 3  # known customers named for one new one
MOST_SAID = 50  # new customers that a preview names

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
        self.chosen = chosen_customers(order.customer_id for order in orders)
        self.new: list[tuple[Customer, PrintedOrder]] = []
        self.links = Links((line["sku_printed"], line["lot_numbers"]) for order in orders for line in order.lines)
        self.made: dict[str, tuple[SalesOrder, PrintedOrder]] = {}

    def settle(self) -> None:
        """Plan what follows from the new orders in the apps above, once all of them are planned."""
        for plan_more in after_import:
            plan_more(self.plan, {key: row for key, (row, _) in self.made.items()})
        if self.new and not self.plan.is_locking:  # what is written was shown before, or nobody looks
            for text in [*suggestions_in_words(self.new), *alike_in_words(self.new)]:
                self.plan.warn(text)

    def doubts(self, order: PrintedOrder) -> list[str]:
        """Return what keeps this order from being written without a person."""
        doubts = self.unfit(order)
        if order.customer_id and order.customer_id not in self.chosen:
            doubts.append("The customer who was chosen is no longer there. Choose the customer.")
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
        """Return whom the order means: a person's choice, else by number, name and address; None where nobody."""
        return self.chosen.get(order.customer_id) or self.customers.find(
            order.columns["customer_number"], order.facility.key
        )

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
            self.new.append((customer, order))
            return customer
        if order.customer_id:
            self.plan_name(customer, order.facility.key, because)
        if number and self.customers.with_number(number) is None:
            self.plan_number(customer, number, because)
        return customer

    def plan_name(self, customer: Customer, key: str, because: str) -> None:
        """Let a name and address that nobody has mean the customer whom a person chose for it."""
        if not is_name_only(key) and self.customers.suggested_by(key) is None:
            because = f"{because} prints this name and address, and a person chose the customer"
            values = {"kind": CustomerAlias.Kind.KEY, "value": key, "customer": customer}
            self.customers.add_alias(self.plan.create(CustomerAlias, because=because, **values))

    def plan_number(self, customer: Customer, number: str, because: str) -> None:
        """Give a printed number that nobody has to the customer found by name and address."""
        if customer.customer_number or customer.pk is None:
            values = {"kind": CustomerAlias.Kind.NUMBER, "value": customer_number_key(number), "customer": customer}
            self.plan.create(CustomerAlias, because=f"{because} prints this number too", **values)
        else:
            self.plan.update(customer, customer_number=number, because=f"{because} prints its number")
        self.customers.add_number(number, customer)


def chosen_customers(ids: Iterable[int | None]) -> dict[int | None, Customer]:
    """Return the customers with these ids, by id; one that was merged is the customer that it became."""
    wanted = {pk for pk in ids if pk}
    found: dict[int | None, Customer] = dict(Customer.objects.in_bulk(wanted))
    if gone := wanted - found.keys():
        found |= Customer.objects.merged_into(gone)
    return found


def suggestions_in_words(new: list[tuple[Customer, PrintedOrder]]) -> list[str]:
    """Return of each new customer which known ones it looks like, and why. A few queries for all of them."""
    compared = new[:MOST_COMPARED]
    found = lookalikes.like_all([told(order) for _, order in compared], limit=MOST_SUGGESTED)
    alike = [(customer, order, likes) for (customer, order), likes in zip(compared, found, strict=True) if likes]
    texts = [
        f"{customer} is new with order {order.number} and looks like {' and '.join(map(in_words, likes))}"
        for customer, order, likes in alike[:MOST_SAID]
    ]
    if len(alike) > MOST_SAID:
        texts.append(f"{len(alike) - MOST_SAID:,} more new customers look like known ones")
    if len(new) > MOST_COMPARED:
        texts.append(
            f"only the first {MOST_COMPARED:,} of {len(new):,} new customers were compared with the known ones"
        )
    return texts


def alike_in_words(new: list[tuple[Customer, PrintedOrder]]) -> list[str]:
    """Return which new customers of one import look like each other, and why. No query."""
    records = [record(nth, told(order)) for nth, (_, order) in enumerate(new[:MOST_COMPARED])]
    pairs = find_duplicates(records) if len(records) > 1 else []
    texts = [
        f"{new[pair.first][0]} is new with order {new[pair.first][1].number} and looks like {new[pair.second][0]}, "
        f"which is new with order {new[pair.second][1].number}: {pair.reasons}"
        for pair in pairs[:MOST_SAID]
    ]
    if len(pairs) > MOST_SAID:
        texts.append(f"{len(pairs) - MOST_SAID:,} more pairs of new customers look like each other")
    return texts


def told(order: PrintedOrder) -> dict[str, str]:
    """Return what an order says of its customer, as the columns that look-alikes are found by."""
    reached = {"phone": order.columns["contact_phone"], "email": order.columns["contact_email"]}
    return {**order.facility.as_customer(), **reached, "customer_number": order.columns["customer_number"]}


def in_words(one: Suggestion) -> str:
    """Return a customer that another one looks like, and why."""
    return f"customer {one.customer_id} ({', '.join(filter(None, [one.name, one.location]))}): {one.reasons}"


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
