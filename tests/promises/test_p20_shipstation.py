"""P20: a ShipStation that answers 429, 500, cut and muddled pages ends in the same rows as one that works."""

import random
from functools import partial

import pytest
from django.db import transaction

from customers.models import Customer
from distribution.demo.shipstation_double import KEY, SECRET, ShipStationDouble
from distribution.models import Distribution, DistributionLine, ShipStationPage, SkippedShipment
from distribution.operations import sync_shipstation
from distribution.shipstation.client import Client, ShipStationTrouble
from distribution.shipstation.fetching import fetch
from distribution.shipstation.scope import scope_of_month
from eqms.operations import Approval
from tests.distribution.shipstation.rows import order_of, shipment
from tests.promises import promise, size

pytestmark = pytest.mark.django_db
MARCH = scope_of_month("2026-03")
SHIPMENTS = [
    shipment(n, ("A-2" if n % 3 else "A-1", 1 + n % 4), order=f"SO-{n % 5}", voided=n % 11 == 0) for n in range(40)
]
ORDERS = [order_of(row, "Lot L-7" if n % 2 else "") for n, row in enumerate(SHIPMENTS)]


def end_state():
    """Return everything that a sync writes, without the keys of rows."""
    lines = DistributionLine.objects.filter(distribution__source="shipstation")
    shipments = Distribution.objects.filter(source="shipstation")
    return (
        sorted(lines.values_list("distribution__external_key", "product__sku", "lot_number", "quantity")),
        sorted(shipments.values_list("external_key", "order_number", "tracking_number", "consignee_key")),
        sorted(SkippedShipment.objects.values_list("external_key", "reason", "content")),
    )


def fetch_until_it_ends(double, chance):
    """Fetch with a client that somebody kills now and then, until a fetch comes to its end; return how often."""

    def sleep(seconds):
        double.sleep(seconds)
        if chance.random() < 0.2:
            raise ShipStationTrouble("killed")

    for times in range(1, 200):
        try:
            fetch(MARCH, Client(double.url, KEY, SECRET, sleep=sleep))
        except ShipStationTrouble:
            continue
        return times
    raise AssertionError("no fetch came to its end")


def ends_in(demo, **how):
    """Return the end state of a sync and of a second one, in a database that forgets both."""
    before = transaction.savepoint()
    with ShipStationDouble(SHIPMENTS, ORDERS, page_size=10, requests_a_window=7, **how) as double:
        write = partial(sync_shipstation.apply, Approval(demo.ada), month="2026-03")
        fetch_until_it_ends(double, random.Random(how.get("seed", 0)))
        plan = write()
        once = end_state()
        fetch_until_it_ends(double, random.Random(1))
        again = write()
        counts = (len(SHIPMENTS), plan.warnings[-1])
        found = (once, end_state() == once, len(again), counts)
    transaction.savepoint_rollback(before)
    return found


def test_p20_faults_change_nothing_in_the_end(demo):
    customers = Customer.objects.count()
    clean = ends_in(demo)
    assert clean[1:3] == (True, 0)
    runs, wrong = size(3, 60), 0
    for seed in range(runs):
        wrong += ends_in(demo, chance=0.35, seed=seed) != clean
    wrong += Customer.objects.count() != customers
    assert not ShipStationPage.objects.exists()
    promise("P20", wrong, 0, n=runs)
