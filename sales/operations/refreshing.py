"""Names and addresses of customers, as their newest orders print them."""

from collections import defaultdict
from itertools import islice

from django import forms
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.text import get_text_list

from customers.models import Customer
from customers.models.customer import derive_company_key
from customers.renaming import Renaming
from eqms.operations import Plan, operation
from sales.address_block import AddressBlock
from sales.models import SalesOrder
from sales.printed_customer import PARTS, Finding, Printing, columns_printed, findings
from sales.printed_order import BLOCKS

from .new_orders import too_long

PIECE = 1000  # customers whose orders are asked for together
LOOKED_AT = 10  # orders of one customer
AGREEING = 2  # newest orders that must print the same
COLUMNS = [name for names in PARTS.values() for name in names]
PRINTED = [f"{block}_{part}" for block in BLOCKS for part in AddressBlock._fields] + ["contact_phone", "contact_email"]
NAMING = ("name", "address")  # what the company key is made of


class RefreshOptions(forms.Form):
    fields = forms.MultipleChoiceField(
        required=False,
        choices=[(part, part) for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=f"what may change: {', '.join(PARTS)}; all of it unless something is chosen",
    )
    orders = forms.IntegerField(
        label="Newest orders that agree",
        required=False,
        min_value=1,
        max_value=LOOKED_AT,
        help_text=f"how many of a customer's newest orders must print the same; {AGREEING} unless stated",
    )


@operation(model=Customer, permission="customers.change_customer", form=RefreshOptions)
def refresh_customers_from_orders(plan, customers, *, fields=(), orders=None):
    """Give customers the name, address, phone and e-mail that their newest orders agree on."""
    rows = customers.order_by("pk").iterator(PIECE)
    taken: dict[str, Customer] = {}
    while piece := list(islice(rows, PIECE)):
        Refresh(plan, piece, fields or list(PARTS), orders or AGREEING, taken).draft()


class Proposal:
    """What the newest orders of one customer print otherwise: what they agree on, and what not, with the reason."""

    def __init__(self, customer: Customer, found: list[Finding], agreeing: int):
        self.customer = customer
        self.agreed: list[Finding] = []
        self.reasons: list[str] = []
        for one in found:
            if why := disagreement(one, agreeing) or " ".join(too_long(Customer, one.values)):
                self.reasons.append(f"{in_words(one)}: {why}")
            else:
                self.agreed.append(one)

    @property
    def key(self) -> str:
        """The company key that the customer would have."""
        return derive_company_key(Customer(**{**columns_of(self.customer), **values_of(self.agreed)}))

    def leave_name_to(self, other: Customer) -> None:
        """Take out what would make the customer another one."""
        why = f"customer {other.pk} ({other}) has that name and address, now or before: merge the two if they are one"
        self.reasons += [f"{in_words(one)}: {why}" for one in self.agreed if one.part in NAMING]
        self.agreed = [one for one in self.agreed if one.part not in NAMING]

    def leave_all(self, why: str) -> None:
        self.agreed, self.reasons = [], [why]


class Refresh:
    """The refresh of a piece of the customers, in a fixed number of queries. ``taken`` are keys given before."""

    def __init__(self, plan: Plan, customers: list[Customer], parts: list[str], agreeing: int, taken: dict):
        self.plan, self.taken = plan, taken
        printings = printings_of(customers)
        found = ((one, findings(columns_of(one), printings[one.pk], parts)) for one in customers)
        self.proposals = [Proposal(customer, parts, agreeing) for customer, parts in found if parts]
        self.renaming = Renaming(plan, [one.customer for one in self.proposals])
        self.known = Customer.objects.known_as([], [one.key for one in self.proposals])

    def draft(self) -> None:
        """Plan one change a customer; what stays as it is, and why, stands among the skips."""
        for one in self.proposals:
            if one.customer.archived_at:
                one.leave_all("archived: take it out of the archive first")
            if other := self.meant_by(one):
                one.leave_name_to(other)
            kept = [text for part in one.agreed if (text := kept_in_words(one.customer, part))]
            if one.agreed:
                self.renaming.change(one.customer, because=because(one.agreed), **values_of(one.agreed))
                self.taken[one.customer.company_key] = one.customer
            if reasons := one.reasons + kept:
                self.plan.skip(one.customer, because="; ".join(reasons))

    def meant_by(self, one: Proposal) -> Customer | None:
        """Return which other customer the new or the old name and address mean already."""
        key = one.key
        if key == one.customer.company_key:
            return None
        candidates = self.taken.get(key), self.known.suggested_by(key), self.renaming.other_meant_by(one.customer)
        return next((other for other in candidates if other is not None and other.pk != one.customer.pk), None)


def printings_of(customers: list[Customer]) -> dict[int, list[Printing]]:
    """Return what the newest orders of each customer print, newest first; cancelled ones say nothing. One query."""
    order_by = [F("order_date").desc(), F("pk").desc()]
    rank = Window(RowNumber(), partition_by="customer_id", order_by=order_by)
    of_these = SalesOrder.objects.filter(customer__pk__among=[customer.pk for customer in customers])
    placed = of_these.exclude(status=SalesOrder.Status.CANCELLED).annotate(rank=rank).filter(rank__lte=LOOKED_AT)
    found, seen = defaultdict(list), {}
    rows = placed.order_by("customer_id", "rank").values_list("customer_id", "order_number", "order_date", *PRINTED)
    for customer, number, day, *printed in rows:
        raw = tuple(printed)
        if raw not in seen:  # most orders of a customer print the same
            seen[raw] = columns_of_order(SalesOrder(**dict(zip(PRINTED, raw, strict=True))))
        found[customer].append(Printing(f"order {number} of {day}", seen[raw]))
    return found


def columns_of_order(order: SalesOrder) -> dict[str, str]:
    """Return what ``order`` prints of its customer."""
    return columns_printed(order.facility, order.contact_phone, order.contact_email)


def columns_of(customer: Customer) -> dict[str, str]:
    """Return the columns of ``customer`` that orders print."""
    return {name: getattr(customer, name) for name in COLUMNS}


def values_of(parts: list[Finding]) -> dict[str, str]:
    """Return the columns that ``parts`` change."""
    return {name: value for one in parts for name, value in one.values.items()}


def disagreement(one: Finding, agreeing: int) -> str:
    """Return why too few orders print something else, "" where enough do."""
    if len(one.printed_by) >= agreeing:
        return ""
    older = f", {one.others} before it print{'s' if one.others == 1 else ''} something else" if one.others else ""
    return f"only {cited(one)} that{older}; the newest {agreeing} orders must agree"


def because(agreed: list[Finding]) -> str:
    """Return which orders print what: "order 1001 of 2026-11-02 and 3 more print this name and address"."""
    by_orders: dict[str, list[str]] = {}
    for one in agreed:
        by_orders.setdefault(cited(one), []).append(one.part)
    return "; ".join(f"{orders} this {get_text_list(parts, 'and')}" for orders, parts in by_orders.items())


def cited(one: Finding) -> str:
    """Return the orders that print it: "order 1001 of 2026-11-02 and 3 more print"."""
    newest, more = one.printed_by[0], len(one.printed_by) - 1
    return f"{newest} and {more} more print" if more else f"{newest} prints"


def in_words(one: Finding) -> str:
    """Return what is printed otherwise: "name 'North Hospital'"."""
    return f"{one.part} {', '.join(map(repr, one.values.values()))}"


def kept_in_words(customer: Customer, one: Finding) -> str:
    """Return what of a changed part is filled and no longer printed: it stays, since nothing is ever emptied."""
    fields = [Customer._meta.get_field(name) for name in one.staying]
    named = [f"{field.verbose_name} {getattr(customer, field.name)!r}" for field in fields]
    return f"no longer printed, and kept: {' and '.join(named)}" if named else ""
