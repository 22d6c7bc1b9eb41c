"""Customers that a person calls one, or calls different."""

from customers.forms.merging import MergeOptions, NotDuplicatesOptions, chosen_in
from customers.merging import plan_merge, plan_not_duplicates
from customers.models import Customer
from eqms.operations import Refused, operation
from eqms.operations.plan import called


@operation(
    model=Customer,
    permission="customers.delete_customer",
    form=MergeOptions,
    ceiling=5000,
    reason_required=True,
)
def merge_customers(plan, customers, *, master, duplicates, choose=""):
    """Make customers part of another one: their rows move, their names and numbers mean it from then on."""
    survivor, *losers = named(customers, [master, *duplicates])
    if survivor in losers:
        raise Refused(f"{survivor} cannot become part of itself: name it once.")
    plan_merge(plan, survivor, losers, chosen=chosen_in(choose))


@operation(model=Customer, permission="customers.add_notduplicate", form=NotDuplicatesOptions)
def not_duplicates(plan, customers, *, first, second, why=""):
    """Note that two customers are different ones, whatever the search for duplicates says."""
    plan_not_duplicates(plan, *named(customers, [first, second]), why=why)


def named(customers, keys: list) -> list[Customer]:
    """Return these of ``customers``, each a row or its key, in their order. Refused where one is not among them.

    They are not locked: who plans with them locks all at once, in one order.
    """
    wanted = [getattr(key, "pk", key) for key in keys]
    found = {customer.pk: customer for customer in customers.filter(pk__among=sorted(set(wanted)))}
    for key in wanted:
        if key not in found:
            raise Refused(f"{called(Customer, key)} is no longer there, or was not selected.")
    return [found[key] for key in wanted]
