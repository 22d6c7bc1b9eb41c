"""Lot -> every consignee as shipped, and each unit in one place."""

from datetime import date

import pytest
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from distribution.returning import Back, take_back
from distribution.tracing import trace_lot, trace_number
from inventory.models import Lot, LotAlias, Warehouse

from .recalled import Journey


@pytest.fixture
def journey(demo):
    return Journey(demo)


def shipments(lines) -> set[int]:
    return {line.shipment_id for line in lines}


def test_a_lot_is_traced_to_the_consignee_as_shipped_with_order_and_tracking(journey):
    shipment = journey.ship(
        3, sales_order=journey.demo.order, order_number="so 1", tracking_number="1Z-9", carrier="UPS"
    )
    (line,) = trace_lot(journey.lot).matched
    assert (line.name, line.address, line.quantity, line.ship_date) == (
        "North Clinic",
        "1 Main St",
        3,
        date(2026, 2, 1),
    )
    assert (line.order, line.order_number, line.tracking_number) == ("SO-1", "so 1", "1Z-9")
    assert (line.shipment_id, line.carrier, line.reported_number) == (shipment.pk, "UPS", "L-7")
    assert (line.customer_id, line.customer_number, line.customer_name) == (
        journey.demo.north.pk,
        "C-100",
        "North Clinic",
    )


def test_the_consignee_stays_as_shipped_when_the_customer_changes(journey):
    journey.ship(3, sales_order=journey.demo.order)
    type(journey.demo.north).objects.filter(pk=journey.demo.north.pk).update(facility_name="Renamed")
    (line,) = trace_lot(journey.lot).matched
    assert (line.name, line.customer_name) == ("North Clinic", "Renamed")


def test_waiting_shipments_stand_apart(journey):
    matched, waiting = journey.ship(3, sales_order=journey.demo.order), journey.ship(2, order_number="SO-404")
    trace = trace_lot(journey.lot)
    assert (shipments(trace.matched), shipments(trace.waiting)) == ({matched.pk}, {waiting.pk})
    assert (trace.units, trace.consignees) == (5, 2)
    assert trace.waiting[0].order == "SO-404"


def test_void_shipments_are_shown_and_count_nowhere(journey):
    journey.ship(2, voided_at=timezone.now(), void_reason="typed twice", booked=False)
    trace = trace_lot(journey.lot)
    assert [line.void_reason for line in trace.void] == ["typed twice"]
    assert (trace.units, trace.consignees, trace.balance.with_consignees) == (0, 0, 0)


def test_numbers_as_they_were_mistyped_lead_to_the_lot(journey):
    unlinked = journey.ship(2, lot="l7X", corrected=None)
    linked = journey.ship(1, lot="L7x", corrected="L-7")
    trace = trace_lot(journey.lot)
    assert shipments(trace.waiting) == {unlinked.pk, linked.pk}
    assert trace.aliases == ["L7x"]


def test_a_number_reported_before_the_lot_was_known_leads_to_it(journey):
    early = journey.ship(2, lot=" l-7 ", corrected=None)
    assert shipments(trace_lot(journey.lot).waiting) == {early.pk}


def test_a_correction_to_another_lot_counts_there_and_is_told(journey):
    Lot.objects.create(product=journey.product, number="L-8")
    journey.ship(2, lot="L-7", corrected="L-8")
    first, second = trace_lot(journey.lot), trace_lot(Lot.objects.get(number="L-8"))
    assert (first.units, len(first.elsewhere)) == (0, 1)
    assert (second.units, second.waiting[0].reported_number, second.elsewhere) == (2, "L-7", [])


def test_another_product_with_the_same_number_is_left_out(journey):
    Lot.objects.create(product=journey.other_product, number="L-7")
    journey.ship(2, product=journey.other_product)
    journey.ship(4, product=journey.other_product, corrected=None)
    trace = trace_lot(journey.lot)
    assert (trace.units, trace.elsewhere) == (0, [])


def test_an_alias_that_is_by_now_another_lots_own_number_means_that_lot(journey):
    Lot.objects.create(product=journey.product, number="L7x")
    journey.ship(2, lot="L7x", corrected=None)
    assert trace_lot(journey.lot).units == 0
    assert trace_lot(Lot.objects.get(number="L7x")).units == 2


def test_a_number_that_no_lot_has_is_traced_as_reported(journey):
    journey.ship(2, lot="UNKNOWN-1", corrected=None)
    trace = trace_number(journey.product, "unknown-1")
    assert (trace.units, trace.lot, trace.balance) == (2, None, None)


def test_two_shipments_to_one_address_are_one_consignee(journey):
    journey.ship(1), journey.ship(1, ship_date=date(2026, 2, 2))
    nobody = {"consignee_name": "", "consignee_address": "", "consignee_city": ""}
    journey.ship(1, **nobody), journey.ship(1, **nobody)
    assert trace_lot(journey.lot).consignees == 3


def test_the_oldest_shipment_comes_first(journey):
    late, early = journey.ship(1, ship_date=date(2026, 3, 1)), journey.ship(1, ship_date=date(2026, 1, 1))
    assert [line.shipment_id for line in trace_lot(journey.lot).waiting] == [early.pk, late.pk]


def test_each_unit_is_in_one_place(journey):
    quarantine = Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    depot, shop = journey.demo.depot, journey.demo.shop
    journey.ship(6)
    journey.move("adjustment", 4, source=depot, destination=shop)
    journey.move("adjustment", 2, source=depot, destination=quarantine)
    journey.move("adjustment", 3, source=depot)
    balance = trace_lot(journey.lot).balance
    assert dict(balance.parts) == {
        "in warehouses": 5,
        "on shelves": 4,
        "in quarantine": 2,
        "with consignees": 6,
        "written off": 3,
        "unaccounted": 0,
    }
    assert balance.notes == []


def test_what_came_back_is_shown_and_is_no_longer_with_the_consignee(journey):
    shipment = journey.ship(6)
    line = shipment.lines.get()
    take_back(shipment, [Back(line, 2)], journey.demo.depot, by=journey.demo.ada)
    take_back(shipment, [Back(line, 1)], journey.demo.depot, by=journey.demo.ada)
    trace = trace_lot(journey.lot)
    assert (trace.waiting[0].quantity, trace.waiting[0].returned, trace.waiting[0].kept) == (6, 3, 3)
    balance = trace.balance
    assert (balance.with_consignees, balance.in_warehouses, balance.unaccounted) == (3, 17, 0)
    assert balance.notes == []


def test_units_that_were_found_are_not_written_off(journey):
    journey.move("adjustment", 3, source=journey.demo.depot)
    journey.move("adjustment", 1, destination=journey.demo.depot)
    assert trace_lot(journey.lot).balance.written_off == 2


def test_units_that_were_never_taken_in_are_unaccounted_for_and_said(journey):
    Lot.objects.filter(pk=journey.lot.pk).update(units_produced=25)
    balance = trace_lot(Lot.objects.get(pk=journey.lot.pk)).balance
    assert (balance.unaccounted, balance.notes) == (5, ["5 produced units were never taken in."])


def test_without_a_number_produced_what_was_taken_in_stands_for_it(journey):
    Lot.objects.filter(pk=journey.lot.pk).update(units_produced=None)
    balance = trace_lot(Lot.objects.get(pk=journey.lot.pk)).balance
    assert (balance.produced, balance.unaccounted, balance.is_produced_known) == (20, 0, False)
    assert "Nobody wrote down how many units were produced" in balance.notes[0]


def test_a_shipment_from_no_known_place_shows_in_the_balance(journey):
    journey.ship(4, booked=False)
    balance = trace_lot(journey.lot).balance
    assert (balance.with_consignees, balance.in_warehouses, balance.unaccounted) == (4, 20, -4)
    assert balance.notes == ["4 shipped units left from no known place: the ledger counts them where they lay, too."]


def test_a_shipment_whose_ledger_line_is_missing_left_its_place_all_the_same(journey):
    journey.ship(4, booked=False, place=journey.demo.depot)
    balance = trace_lot(journey.lot).balance
    assert (balance.with_consignees, balance.in_warehouses, balance.unaccounted) == (4, 16, 0)


@pytest.mark.parametrize("booked", [True, False])
def test_a_shipment_under_a_mistyped_number_left_its_place_though_the_ledger_names_no_lot(journey, booked):
    journey.ship(4, lot="L7x", corrected=None, booked=booked, place=journey.demo.depot)
    balance = trace_lot(journey.lot).balance
    assert (balance.with_consignees, balance.in_warehouses, balance.unaccounted) == (4, 16, 0)
    assert balance.notes == []


def test_a_ledger_line_whose_cause_is_gone_does_not_count(journey):
    line = DistributionLine(pk=999_999)
    journey.move("dispatch", 7, source=journey.demo.depot, cause=line)
    assert trace_lot(journey.lot).balance.in_warehouses == 20


def test_a_trace_asks_seven_statements_however_many_consignees(journey, django_assert_num_queries):
    for n in range(30):
        journey.ship(
            1, consignee_name=f"Clinic {n}", booked=n % 2 == 0, sales_order=journey.demo.order if n % 3 else None
        )
    lot = Lot.objects.select_related("product").get(pk=journey.lot.pk)
    with django_assert_num_queries(7):
        trace = trace_lot(lot)
        assert trace.consignees == 30


def test_matched_waiting_and_void_together_are_every_line_of_the_lot(journey):
    for n, order in enumerate([journey.demo.order, None, None]):
        void = {"voided_at": timezone.now(), "void_reason": "wrong"} if n == 2 else {}
        journey.ship(1, sales_order=order, **void)
    trace = trace_lot(journey.lot)
    lines = DistributionLine.objects.filter(lot=journey.lot)
    assert {line.line_id for line in (*trace.shipped, *trace.void)} == set(lines.values_list("pk", flat=True))
    assert Distribution.objects.matched().filter(lines__lot=journey.lot).count() == len(trace.matched)
    assert Distribution.objects.waiting().filter(lines__lot=journey.lot).count() == len(trace.waiting)


def test_a_second_alias_is_listed_beside_the_first(journey):
    LotAlias.objects.create(lot=journey.lot, number="I-7")
    assert trace_lot(journey.lot).aliases == ["I-7", "L7x"]
