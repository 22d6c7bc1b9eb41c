"""Shipments and the orders they wait for: equal order number keys link, nothing else does."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django import forms
from django.db.models import QuerySet

from distribution.likely_orders import likely_orders
from distribution.models import Distribution, SkippedShipment
from distribution.policy import MAY_WAIT, NO, waiting_policy
from distribution.shipping import orders_by_key
from distribution.shipping.left_out import plan_left_out
from eqms.models import Policy
from eqms.operations import Plan, Refused, operation
from sales.models import SalesOrder

PIECE = 2000  # shipments whose orders are asked for together


class MatchOptions(forms.Form):
    enforce = forms.BooleanField(required=False, help_text="let no shipment wait from now on; refused while one does")


@operation(model=Distribution, permission="distribution.change_distribution", form=MatchOptions, ceiling=100_000)
def match_distributions(plan, shipments, *, enforce=False):
    """Link waiting shipments to the orders whose number they name; list the others with what they may belong to."""
    if enforce:
        plan_enforcement(plan)
        return
    for piece in pieces(shipments.waiting()):
        orders = orders_by_key(shipment.order_number_key for shipment in piece)
        plan_links_of(plan, piece, orders)
        left = [shipment for shipment in piece if shipment.order_number_key not in orders]
        likely = likely_orders(left)
        for shipment in left:
            plan.skip(shipment, because=why_waiting(shipment, likely[shipment.pk]))


def plan_links(plan: Plan, orders: dict[str, SalesOrder]) -> None:
    """Link waiting shipments to the new orders of an import, by equal order number keys; take in those left out.

    Shipments that another import wrote meanwhile, when these orders were not to be seen yet, are looked for last.
    """
    waiting = list(Distribution.objects.waiting().filter(order_number_key__among=sorted(orders)).order_by("pk"))
    plan_links_of(plan, waiting, orders)
    seen = Keys({shipment.pk for shipment in waiting}, plan_left_out(plan, orders))
    plan.look_last(lambda: came_meanwhile(orders, seen))


def release_links(plan: Plan, order: SalesOrder, old_key: str) -> None:
    """Let the shipments of ``order`` wait again that name ``old_key``, the number that it is about to lose.

    What was entered by hand, for this order, stays. Refused where others may not wait.
    """
    linked = Distribution.objects.filter(sales_order=order, order_number_key=old_key, voided_at__isnull=True)
    rows = plan.watch_all(linked.exclude(source=Distribution.Source.MANUAL))
    if stuck := [row for row in rows if not row.may_wait]:
        raise Refused(
            f"{len(stuck):,} shipments name {stuck[0].order_number} and may not wait for an order of that number: they "
            "would be left without one. Let this order keep its number, or void them first."
        )
    for row in rows:
        plan.update(row, sales_order=None, because=f"the order has another number now, not {row.order_number}")


class Keys(NamedTuple):
    """Keys of shipments that wait for orders, and of reports that were left out and name them."""

    shipments: set[int]
    left_out: set[int]


def keys_that_wait(orders: Iterable[str]) -> Keys:
    """Return what waits for ``orders``, given by their number keys. Two queries."""
    named = {"order_number_key__among": sorted(orders)}
    left_out = SkippedShipment.objects.waiting().filter(**named)
    shipments = Distribution.objects.waiting().filter(**named)
    return Keys(set(shipments.values_list("pk", flat=True)), set(left_out.values_list("pk", flat=True)))


def came_meanwhile(orders: Iterable[str], seen: Keys) -> str:
    """Return in words that something waits for ``orders`` which was not ``seen``, "" where nothing does."""
    now = keys_that_wait(orders)
    number = len(now.shipments - seen.shipments) + len(now.left_out - seen.left_out)
    return f"{number:,} shipments of these orders came in since this was planned." if number else ""


def plan_links_of(plan: Plan, shipments, orders: dict[str, SalesOrder]) -> None:
    """Link each of ``shipments`` whose order is among ``orders`` (by order number key)."""
    for shipment in shipments:
        if order := orders.get(shipment.order_number_key):
            plan.update(shipment, sales_order=order, because=f"waited for order {order.order_number}")


def plan_enforcement(plan: Plan) -> None:
    """Plan that no shipment may wait from now on; Refused while one does."""
    if waiting := Distribution.objects.waiting().count():
        raise Refused(
            f"{waiting:,} shipments wait for their orders. Run match_distributions without --enforce: it links those "
            "whose order is here and lists the others. Import their orders or void what was entered in error."
        )
    for shipment in Distribution.objects.matched().filter(may_wait=True).order_by("pk").iterator(PIECE):
        plan.update(shipment, may_wait=False, because="no shipment may wait from now on")
    because = "no shipment waits any more, and none may from now on"
    policy = waiting_policy()
    if policy is None:
        words = "Whether a shipment may be taken in before its order is here."
        plan.create(Policy, because=because, name=MAY_WAIT, value=NO, explanation=words)
    else:
        plan.update(plan.watch(policy), because=because, value=NO)


def pieces(shipments: QuerySet) -> Iterator[list[Distribution]]:
    """Yield ``shipments`` in lists of PIECE, in the order of their keys."""
    rows = shipments.order_by("pk").iterator(PIECE)
    while piece := list(islice(rows, PIECE)):
        yield piece


def why_waiting(shipment: Distribution, likely: list[str]) -> str:
    """Return why a shipment stays unlinked, and which orders a person should compare."""
    if not shipment.order_number_key:
        why = "it names no order number"
    else:
        why = f"no order has the number {shipment.order_number}"
    return f"{why}; {'; '.join(likely)}" if likely else f"{why}, and nothing else points to an order"
