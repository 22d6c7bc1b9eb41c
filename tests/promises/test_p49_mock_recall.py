"""P49: a mock recall finds every line of a lot, no other, in time, and each unit in one place; merges change nothing.

P50: every shipped record has consignee, product, lot, quantity and date, and cannot be deleted.
"""

import time
from collections import defaultdict
from random import Random

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q

from customers.models import Customer
from distribution.models import Distribution, DistributionLine
from distribution.tracing import trace_lot
from eqms.operations import Approval, Plan, Refused, registry
from inventory.models import Lot, Product

from . import promise, size
from .many_shipments import LEFT_OVER, ManyShipments

SEED = 49
SLOWEST_SECONDS = 2.0
SAMPLES = 40
CONSIGNEE = ("line_id", "quantity", "ship_date", "name", "address", "city", "tracking_number", "returned", "status")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """The shipments of this module, written once and taken away after it."""
    made = ManyShipments(size(4_000, 1_000_000))
    whole = transaction.atomic()
    whole._from_testcase = True  # as in Django's TestCase: durable blocks may open inside
    with django_db_blocker.unblock(), whole:
        made.fill()
        yield made
        transaction.set_rollback(True)


def sampled(many) -> list[int]:
    """Return the lots that are recalled: the largest one, and some by chance."""
    return [1, *Random(SEED).sample(range(2, many.lots + 1), SAMPLES)]


def truth(many, lots) -> dict[int, dict[str, dict[int, tuple]]]:
    """Return by lot and status what each line has to say: {line: (quantity, came back)}."""
    found = {lot: defaultdict(dict) for lot in lots}
    for line in many.all_told():
        if line.lot in found:
            status = "void" if line.is_void else "waiting" if line.is_waiting else "matched"
            found[line.lot][status][line.number] = (line.quantity, line.came_back)
    return found


def said(trace) -> dict[str, dict[int, tuple]]:
    """Return what a trace says, in the form of ``truth``."""
    lists = {"matched": trace.matched, "waiting": trace.waiting, "void": trace.void}
    return {
        name: {line.line_id: (line.quantity, line.returned) for line in lines} for name, lines in lists.items() if lines
    }


def test_p49_a_mock_recall_is_complete_exact_and_quick(many):
    lots = sampled(many)
    expected, seconds, missing, foreign, unaccounted = truth(many, lots), [], 0, 0, 0
    for number in lots:
        start = time.perf_counter()
        trace = trace_lot(Lot.objects.select_related("product").get(pk=number))
        seconds.append(time.perf_counter() - start)
        lines = {(status, *item) for status, rows in said(trace).items() for item in rows.items()}
        wanted = {(status, *item) for status, rows in expected[number].items() for item in rows.items()}
        missing, foreign = missing + len(wanted - lines), foreign + len(lines - wanted)
        unaccounted += abs(trace.balance.unaccounted) + abs(trace.balance.in_warehouses - LEFT_OVER)
    count = sum(len(rows) for lot in expected.values() for rows in lot.values())
    promise("P49 missing lines", missing, 0, n=count, seed=SEED)
    promise("P49 foreign lines", foreign, 0, n=count, seed=SEED)
    promise("P49 units unaccounted for", unaccounted, 0, n=len(lots), seed=SEED)
    promise("P49 seconds p95", sorted(seconds)[int(len(seconds) * 0.95)], SLOWEST_SECONDS, n=len(lots), seed=SEED)


def test_p49_merging_customers_and_taking_that_back_changes_no_trace(many):
    lots = sampled(many)[:8]

    def traces() -> list[list[tuple]]:
        rows = [trace_lot(Lot.objects.get(pk=number)) for number in lots]
        return [[tuple(getattr(line, name) for name in CONSIGNEE) for line in trace.shipped] for trace in rows]

    before = traces()
    customers = {line.customer_id for number in lots for line in trace_lot(Lot.objects.get(pk=number)).matched}
    master, *losers = Customer.objects.filter(pk__in=sorted(customers)[:3]).order_by("pk")
    merge = registry["merge_customers"]
    plan = merge.apply(Approval("mock recall", force=True), master=master, duplicates=losers)
    differing = sum(one != other for one, other in zip(before, traces(), strict=True))
    undone = registry["undo"].apply(Approval("mock recall", reason="mock", force=True), run=plan.run)
    differing += sum(one != other for one, other in zip(before, traces(), strict=True))
    assert plan.run and undone.run
    promise("P49 traces changed by a merge or its undo", differing, 0, n=2 * len(lots), seed=SEED)


def test_p50_every_shipped_record_is_whole(many):
    lines = DistributionLine.objects.all()
    gaps = Q(distribution__consignee_name="") | Q(quantity__lt=1) | Q(lot__isnull=True, lot_number="")
    broken = lines.filter(gaps | Q(distribution__ship_date__isnull=True) | Q(product__isnull=True))
    promise("P50 incomplete", broken.count(), 0, n=lines.count())


def test_p50_the_database_refuses_what_is_incomplete(many):
    refused, tries = 0, 0
    line = {"distribution_id": 1, "line_number": 9, "product": Product.objects.first(), "quantity": 1}
    for column, value in (("quantity", 0), ("quantity", None), ("product", None), ("distribution_id", None)):
        tries += 1
        try:
            with transaction.atomic():
                DistributionLine.objects.create(**{**line, column: value})
        except IntegrityError:
            refused += 1
    try:
        with transaction.atomic():
            Distribution.objects.create(ship_date=None)
    except IntegrityError:
        refused += 1
    promise("P50 incomplete rows taken in", tries + 1 - refused, 0, n=tries + 1)


def test_p50_nothing_deletes_a_shipped_record(many, admin_client):
    before, deleted = DistributionLine.objects.count(), 0
    for row in (Distribution.objects.first(), DistributionLine.objects.first()):
        with pytest.raises(Refused, match="is a fact"):
            Plan("delete").delete(row, because="x")
        if isinstance(row, Distribution):
            page = f"/admin/distribution/distribution/{row.pk}/delete/"
            assert admin_client.post(page, {"post": "yes", "reason": "x"}).status_code >= 400
            deleted += not Distribution.objects.filter(pk=row.pk).exists()
    with pytest.raises(ProtectedError):
        Distribution.objects.first().delete()
    for related in (Lot.objects.get(pk=1), Product.objects.get(pk=Lot.objects.get(pk=1).product_id)):
        with pytest.raises(ProtectedError):
            related.delete()
    deleted += before - DistributionLine.objects.count()
    promise("P50 records deleted", deleted, 0, n=5)
