"""Shipments from ShipStation: taken in once, with their lots where notes are clear, the others kept with reasons."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from distribution.demo.shipstation_double import KEY, SECRET, ShipStationDouble
from distribution.models import DefaultPlace, Distribution, DistributionLine, SkippedShipment
from distribution.operations import sync_shipstation
from distribution.shipstation.client import Client
from distribution.shipstation.fetching import fetch
from distribution.shipstation.scope import scope_of_month
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from inventory.models import LotAlias, StockMovement
from tests.cast import digest

from .rows import order_of, shipment

pytestmark = pytest.mark.django_db
MARCH = {"month": "2026-03"}


def fetched(shipments, orders=()):
    """Fetch March from a double that holds these."""
    with ShipStationDouble(shipments, orders) as double:
        fetch(scope_of_month("2026-03"), Client(double.url, KEY, SECRET, sleep=double.sleep))


def synced(demo, *shipments, orders=()):
    fetched(shipments, orders)
    return sync_shipstation.apply(Approval(demo.ada), **MARCH)


def said(plan):
    """Return the sentence that counts."""
    return plan.warnings[-1]


def test_takes_in_a_shipment_of_an_order_with_its_stock(demo):
    DefaultPlace.objects.create(source="shipstation", warehouse=demo.depot)
    plan = synced(demo, shipment(1, ("A-1", 2), order="SO-1"))
    row = Distribution.objects.get(source="shipstation")
    assert (row.external_key, row.sales_order, row.ship_date) == ("1001", demo.order, date(2026, 3, 2))
    assert (row.carrier, row.tracking_number, row.consignee_name) == ("FedEx", "700000000001", "Klinik Müller")
    assert row.consignee_contact == "Dr. Ada Ring, 217-555-0100"
    line = row.lines.get()
    assert (line.product, line.quantity) == (demo.product, 2)
    assert StockMovement.objects.get(cause_key=str(line.pk), kind="dispatch").from_warehouse == demo.depot
    assert said(plan) == "1 shipments of 2026-03: 1 new, 0 here already, 0 voided at ShipStation, 0 left out."


def test_a_second_sync_finds_nothing_and_undo_leaves_nothing(demo):
    before = digest()
    run = synced(demo, shipment(1, ("A-1", 2)), shipment(2, ("A-1", 1), order="SO-99")).run
    again = sync_shipstation.plan(**MARCH)
    assert len(again) == 0
    assert said(again) == "2 shipments of 2026-03: 0 new, 2 here already, 0 voided at ShipStation, 0 left out."
    undo.apply(Approval(demo.ada, reason="back"), run=run)
    assert digest() == before


def test_a_shipment_without_its_order_waits_and_creates_no_customer(demo):
    synced(demo, shipment(1, ("A-1", 1), order="SO-999"))
    assert Distribution.objects.waiting().filter(order_number="SO-999").exists()
    assert demo.north.__class__.objects.count() == 4


def test_lots_come_from_notes_that_leave_no_doubt(demo):
    LotAlias.objects.create(lot=demo.lot, number="L-07")
    one, two = shipment(1, ("A-2", 5)), shipment(2, ("A-2", 3), ("A-1", 1))
    synced(demo, one, two, orders=[order_of(one, "Lot: l-7"), order_of(two, "LOT# L-07 (3)")])
    lines = DistributionLine.objects.filter(product=demo.tracked, distribution__source="shipstation").order_by("pk")
    assert [(line.lot, line.lot_number, line.quantity) for line in lines] == [
        (demo.lot, "l-7", 5),
        (demo.lot, "L-07", 3),
    ]


def test_a_lot_tracked_product_without_a_clear_lot_is_kept_for_a_person(demo):
    one = shipment(1, ("A-2", 5), ("A-1", 1))
    plan = synced(demo, one, orders=[order_of(one, "thanks a lot, see L-7")])
    kept = SkippedShipment.objects.get()
    assert "A-2 is lot-tracked. Write the lot as on the paper." in kept.reason
    assert json.loads(kept.content)["lines"][0][:2] == ["A-2", 5]
    assert not Distribution.objects.filter(source="shipstation").exists()
    assert "1 left out" in said(plan)
    assert len(sync_shipstation.plan(**MARCH)) == 0


def test_what_was_left_out_is_taken_in_once_its_trouble_is_gone(demo):
    one = shipment(1, ("NEW-1", 5))
    synced(demo, one)
    kept = SkippedShipment.objects.get()
    assert 'sku "NEW-1" is no product' in kept.reason
    demo.product.codes.create(code="NEW-1")
    synced(demo, one)
    kept.refresh_from_db()
    assert kept.distribution == Distribution.objects.get(source="shipstation")


def test_a_shipment_whose_trouble_changed_says_the_new_one(demo):
    synced(demo, shipment(1, ("NEW-1", 5)))
    synced(demo, shipment(1, ("A-2", 5)))
    assert "A-2 is lot-tracked" in SkippedShipment.objects.get().reason


def test_what_is_no_shipment_is_kept_with_what_is_wrong(demo):
    synced(demo, shipment(1, ("A-1", 1), shipTo=None), shipment(2))
    reasons = dict(SkippedShipment.objects.values_list("external_key", "reason"))
    assert reasons == {"1001": "it names no consignee", "1002": "it lists no items"}


def test_a_voided_label_is_no_shipment_and_one_in_the_log_is_named(demo):
    plan = synced(demo, shipment(1, ("A-1", 1), voided=True))
    assert "1 voided at ShipStation" in said(plan)
    assert not Distribution.objects.filter(source="shipstation").exists()
    synced(demo, shipment(2, ("A-1", 1)))
    plan = synced(demo, shipment(2, ("A-1", 1), voidDate="2026-03-09"))
    (skip,) = plan.skips
    assert "void at ShipStation (1002): void it here if it did not leave" in skip.because


def test_a_known_shipment_with_another_quantity_is_a_conflict_and_no_update(demo):
    synced(demo, shipment(1, ("A-1", 1)))
    plan = synced(demo, shipment(1, ("A-1", 2)))
    assert DistributionLine.objects.get(distribution__source="shipstation").quantity == 1
    assert "1 left out" in said(plan)
    assert "under the same key" in SkippedShipment.objects.get().reason


def test_nothing_is_written_from_pages_that_end_too_early(demo):
    with pytest.raises(Refused, match="The shipments of 2026-03 were not fetched to their end"):
        sync_shipstation.plan(**MARCH)


def test_costs_the_same_queries_however_many_shipments(demo, django_assert_num_queries):
    fetched([shipment(n, ("A-1", 1), order="SO-1") for n in range(3)])
    with django_assert_num_queries(28):
        sync_shipstation.plan(**MARCH)
    fetched([shipment(n, ("A-1", 1), order=f"SO-{n}") for n in range(60)])
    with django_assert_num_queries(28):
        sync_shipstation.plan(**MARCH)


# -- the command ---------------------------------------------------------------------------------


@pytest.fixture
def account(settings):
    """A double with one shipment, and settings that lead to it."""
    with ShipStationDouble([shipment(1, ("A-1", 2))]) as double:
        settings.SHIPSTATION = {"url": double.url, "key": KEY, "secret": SECRET}
        yield double


def test_the_command_fetches_and_writes(demo, account, capsys):
    call_command("sync_shipstation", "--month", "2026-03")
    out = capsys.readouterr().out
    assert "1 shipments fetched of 2026-03. Their pages are kept." in out
    assert "Wrote 2 changes (2 created)" in out
    asked = len(account.asked)
    call_command("sync_shipstation", "--month", "2026-03", "--kept")
    assert len(account.asked) == asked
    assert "Nothing to do" in capsys.readouterr().out


def test_a_dry_run_keeps_pages_and_writes_nothing(demo, account, capsys):
    before = digest()
    call_command("sync_shipstation", "--month", "2026-03", "--dry-run")
    assert "Would write 2 changes" in capsys.readouterr().out
    assert digest() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--month", "2026-13"], "'2026-13' is no month: write 2026-11."),
        (["--month", "2026-03", "--since", "2026-03-01"], "Give a day or a month, not both."),
        (["--since", "soon"], "since: Enter a valid date."),
    ],
)
def test_a_scope_that_is_none_is_refused_before_anything_is_asked(demo, account, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("sync_shipstation", *arguments)
    assert account.asked == []


def test_a_wrong_key_writes_nothing_and_names_the_settings(demo, account, settings):
    settings.SHIPSTATION = {**settings.SHIPSTATION, "secret": "x"}
    with pytest.raises(CommandError, match="Nothing was written. ShipStation refuses the key"):
        call_command("sync_shipstation", "--month", "2026-03")
