"""Orders and their shipments that come in at the same moment find each other, in real processes."""

import json
from multiprocessing import get_context

import pytest
from django.db import connection, connections

from distribution.models import Distribution, SkippedShipment
from distribution.operations import match_distributions
from distribution.policy import MAY_WAIT, NO
from distribution.shipping import Shipping
from eqms import audit
from eqms.models import Policy
from eqms.operations import NothingWritten, act
from sales.models import DocumentSegment
from sales.operations import import_orders
from tests.distribution.test_shipping import new
from tests.eqms.processes import in_processes
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
