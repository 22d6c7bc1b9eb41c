"""Imports of different papers that name the same new customers, all at once, in real processes."""

import json
from itertools import combinations
from multiprocessing import get_context

import pytest
from django.db import connections

from customers.models import Customer
from eqms import audit
from eqms.models import OperationRun
from eqms.operations import Approval, NothingWritten, Refused, act
from inventory.models import Product
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders
from tests.eqms.processes import in_processes
from tests.sales.test_import_orders import paper

pytestmark = pytest.mark.django_db(transaction=True)
IMPORTS = 8


def import_in(papers, together, queue):
    """Import ``papers`` at the same moment as the others; put "" into the queue, or why it was refused."""
    together.wait(60)
    try:
        import_orders.apply(Approval("racer"), DocumentSegment.objects.filter(pk__in=papers))
        queue.put("")
    except NothingWritten as refusal:
        queue.put(str(refusal))
    connections.close_all()


def test_imports_that_share_a_new_customer_with_each_other_all_go_through(demo):
    """Every pair shares a customer of its own, so whoever comes last meets another taken key each time."""
    papers = [[] for _ in range(IMPORTS)]
    for pair in combinations(range(IMPORTS), 2):
        for number in pair:
            values = paper(f"SO-{pair}-{number}", **{"ship_to.name": f"Facility {pair}"})
            row = demo.paper(kind="sales_order", status=DocumentSegment.Status.READ, fields=json.dumps(values))
            papers[number].append(row.pk)
    together = get_context("fork").Barrier(IMPORTS)
    codes, refusals = in_processes(import_in, [(rows, together) for rows in papers])
    assert (codes, refusals) == ([0] * IMPORTS, [""] * IMPORTS)
    assert SalesOrder.objects.filter(order_number__startswith="SO-(").count() == IMPORTS * (IMPORTS - 1)
    assert Customer.objects.filter(facility_name__startswith="Facility").count() == IMPORTS * (IMPORTS - 1) // 2
    assert list(audit.verify()) == []


def test_a_draft_that_is_always_overtaken_says_so_and_blames_no_value(demo):
    """Each attempt meets another row that is there already: nothing that was entered is wrong."""
    attempts = []

    def draft(plan):
        attempts.append(plan)
        if len(attempts) % 2:
            plan.create(Customer, facility_name="Rival", because="race")
        else:
            plan.create(Product, sku="RIVAL", name="Rival", because="race")

    Customer.objects.create(facility_name="Rival")
    Product.objects.create(sku="RIVAL", name="Rival")
    with pytest.raises(Refused, match="Others wrote at the same time and came first, 20 times in a row") as refusal:
        act("overtaken", draft, by="racer")
    assert "exists already" not in str(refusal.value)
    assert OperationRun.objects.get(state="refused").message == str(refusal.value)


def test_a_conflict_that_the_plan_brings_along_is_named_after_the_second_attempt(demo):
    attempts = []

    def draft(plan):
        attempts.append(plan)
        plan.create(Customer, facility_name="Rival", because="typed twice")

    Customer.objects.create(facility_name="Rival")
    with pytest.raises(Refused, match="A customer with this name and address exists already"):
        act("twice", draft, by="racer")
    assert len(attempts) == 2
