"""A customer gets another name, address or number: what it was called until now goes on meaning it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from customers.models import Customer, CustomerAlias
from eqms.operations import Plan, Refused

Kind = CustomerAlias.Kind
Name = tuple[str, str]  # kind and value, as of an alias
IN_WORDS: dict[str, str] = {Kind.KEY: "name and address", Kind.NUMBER: "customer number"}


class Renaming:
    """Changes of ``customers``, each of which leaves its old key and number behind. One query for all of them."""

    def __init__(self, plan: Plan, customers: Iterable[Customer]):
        self.plan = plan
        names = set().union(*map(names_of, customers))
        keys, numbers = (sorted(value for kind, value in names if kind == wanted) for wanted in (Kind.KEY, Kind.NUMBER))
        aliases = Q(kind=Kind.KEY, value__among=keys) | Q(kind=Kind.NUMBER, value__among=numbers)
        found = CustomerAlias.objects.filter(aliases).select_related("customer")
        self.meant = {(alias.kind, alias.value): alias.customer for alias in found}

    def change(self, customer: Customer, *, because: str, **values: Any) -> None:
        """Plan ``values`` of ``customer``, and as aliases the key and the number that it loses by them.

        Refused where one of those is an alias of another customer: then it would mean that one alone.
        """
        before = names_of(customer)
        self.plan.update(customer, because=because, **values)
        for name in sorted(before - names_of(customer)):
            self.keep(customer, name)

    def other_meant_by(self, customer: Customer) -> Customer | None:
        """Return another customer that the present key of ``customer`` means as an alias, which forbids a change."""
        other = self.meant.get((Kind.KEY, customer.company_key))
        return None if other is None or other.pk == customer.pk else other

    def keep(self, customer: Customer, name: Name) -> None:
        """Plan that ``name`` goes on meaning ``customer``."""
        kind, value = name
        if name not in self.meant:
            because = f"its {IN_WORDS[kind]} until now: who comes with it is still this customer"
            self.plan.create(CustomerAlias, because=because, kind=kind, value=value, customer=customer)
            self.meant[name] = customer
        elif (other := self.meant[name]).pk != customer.pk:
            raise Refused(
                f"The {IN_WORDS[kind]} that {customer} has until now also means customer {other.pk} ({other}). "
                "Merge the two if they are one, or take that alias away first."
            )


def names_of(customer: Customer) -> set[Name]:
    """Return the key and the number of ``customer`` as aliases would hold them."""
    names = {(Kind.KEY, customer.company_key), (Kind.NUMBER, customer.customer_number_key)}
    return {(str(kind), value) for kind, value in names if value}


def plan_change(plan: Plan, customer: Customer, *, because: str, **values: Any) -> None:
    """Plan ``values`` of one customer, and its old key and number as aliases where they change. One query."""
    Renaming(plan, [customer]).change(customer, because=because, **values)
