"""Orders and their shipments that come in at the same moment find each other, in real processes."""

import json
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from django.db import connection, connections

from distribution.models import Distribution, NotSent, SkippedShipment
from distribution.operations import match_distributions, sync_shipstation
from distribution.policy import MAY_WAIT, NO
from distribution.shipping import Shipping
from distribution.shipping.left_out import settle
from eqms import audit
from eqms.models import Policy
from eqms.operations import NothingWritten, Refused, act
from sales.models import DocumentSegment
from sales.operations import import_orders
from tests.distribution.shipstation.rows import order_of, shipment
from tests.distribution.shipstation.test_sync import MARCH, fetched, synced
from tests.distribution.test_shipping import new
from tests.eqms.processes import in_processes
from tests.running import somebody_waits
from tests.sales.test_import_orders import paper

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = ("SO-501", "SO-502")


def import_as_drafted(draft, drafted, waits_for, then, queue):
    """Write what ``draft`` plans, when the other has drafted too and what this one ``waits_for`` is over."""
    attempts = []

    def together(plan):
        draft(plan)
        attempts.append(plan)
        # SQLite lets one writer in at a time: there nobody drafts beside another.
        if len(attempts) == 1 and connection.vendor == "postgresql":
            drafted.wait(60)
            waits_for.wait(60)

    try:
        act("race", together, by="racer")
        queue.put(len(attempts))
    except NothingWritten as refusal:
        queue.put(str(refusal))
    then.set()
    connections.close_all()


def orders_of(papers):
    return lambda plan: import_orders.draft(plan, DocumentSegment.objects.filter(pk__in=papers))


def shipments_of(numbers):
    def draft(plan):
        Shipping(plan, [new(("A-1", 1), order_number=number) for number in numbers], by="racer").draft()

    return draft


def race(demo, first):
    """Import two orders and the shipments of both at once, ``first`` the one; return how often each was drafted."""
    papers = []
    for number in NUMBERS:
        fields = json.dumps(paper(number))
        papers.append(demo.paper(kind="sales_order", status=DocumentSegment.Status.READ, fields=fields).pk)
    processes = get_context("fork")
    drafted, at_once, over, nobody = processes.Barrier(2), processes.Event(), processes.Event(), processes.Event()
    at_once.set()
    earlier, later = (drafted, at_once, over), (drafted, over, nobody)
    orders, shipments = (earlier, later) if first == "orders" else (later, earlier)
    codes, answers = in_processes(
        import_as_drafted, [(orders_of(papers), *orders), (shipments_of(NUMBERS), *shipments)]
    )
    assert codes == [0, 0]
    return sorted(answers)


@pytest.mark.parametrize("first", ["orders", "shipments"])
def test_an_order_and_its_shipment_that_come_at_once_are_linked(demo, first):
    drafted = race(demo, first)
    assert drafted == ([1, 2] if connection.vendor == "postgresql" else [1, 1])  # whoever is later plans again
    linked = dict(Distribution.objects.matched().values_list("order_number", "sales_order__order_number"))
    assert {number: linked.get(number) for number in NUMBERS} == dict(zip(NUMBERS, NUMBERS, strict=True))
    assert not match_distributions.plan()
    assert list(audit.verify()) == []


@pytest.mark.parametrize("first", ["orders", "shipments"])
def test_a_shipment_that_may_not_wait_is_taken_in_although_its_order_comes_at_once(demo, first):
    Policy.objects.create(name=MAY_WAIT, value=NO, explanation="none may wait")
    race(demo, first)
    assert not SkippedShipment.objects.filter(distribution__isnull=True).exists()
    assert Distribution.objects.matched().filter(order_number__in=NUMBERS).count() == 2


def settled_in_a_thread(left, by):
    try:
        return settle(left, by=by, reason="still on the dock")
    finally:
        connections.close_all()


@pytest.mark.parametrize("comes", ["sync", "order"])
def test_nobody_settles_what_is_just_taken_in(demo, comes):
    row = shipment(1, ("A-2", 5), order="SO-501")
    if comes == "order":
        Policy.objects.create(name=MAY_WAIT, value=NO, explanation="none may wait")
        synced(demo, row, orders=[order_of(row, "lot L-7")])
    else:
        synced(demo, row)
        fetched([row], [order_of(row, "lot L-7")])
    left = SkippedShipment.objects.left_out().get()
    fields = json.dumps(paper("SO-501"))
    order = demo.paper(kind="sales_order", status=DocumentSegment.Status.READ, fields=fields)
    settling = []

    def draft(plan):
        if comes == "order":
            orders_of([order.pk])(plan)
        else:
            sync_shipstation.draft(plan, None, **MARCH)
        settling[:] = settling or [pool.submit(settled_in_a_thread, left, demo.ada)]
        while not settling[0].done() and not somebody_waits():
            continue

    with ThreadPoolExecutor(1) as pool:
        act("race", draft, by=demo.ada)
        with pytest.raises(Refused, match="It was taken in already, as shipment"):
            settling[0].result(60)
    assert not NotSent.objects.exists()
