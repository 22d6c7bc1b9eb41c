"""What the log says otherwise since a report was made."""

import pytest
from django.utils import timezone

from customers.operations import merge_customers
from distribution import reports
from distribution.models import Distribution, DistributionLine
from distribution.reports import changes_since, proved
from eqms.operations import Approval
from inventory.models import Lot

from .reported import Month


@pytest.fixture
def month(demo):
    return Month(demo)


def differences(report) -> list[tuple[str, str, str]]:
    found = changes_since(report, proved(report))
    assert found.count == len(found.shown) or found.count > 20
    return [(one.kind, one.shipment, one.words) for one in found.shown]


def test_nothing_differs_while_the_log_says_the_same(month):
    month.journey.ship(1, ship_date="2026-03-01", booked=False)
    assert differences(month.report()) == []


def test_a_void_shipment_is_gone_with_its_reason(month):
    report = month.report()
    month.waiting.void(by=month.ada, reason="never sent")
    ((kind, shipment, words),) = differences(report)
    assert (kind, shipment) == ("gone", str(month.waiting.pk))
    assert words == f"void since {timezone.localdate():%Y-%m-%d}: never sent"


def test_a_late_shipment_of_the_month_is_new(month):
    report = month.report()
    late = month.journey.ship(1, ship_date="2026-02-20", booked=False)
    assert differences(report) == [
        ("new", str(late.pk), f"in the log since {timezone.localdate():%Y-%m-%d}, not in the report")
    ]


def test_a_corrected_lot_is_a_row_that_changed_from_to(month):
    other, report = Lot.objects.create(product=month.journey.product, number="L-9"), month.report()
    DistributionLine.objects.filter(distribution=month.waiting).update(lot=other)
    assert differences(report) == [("changed", str(month.waiting.pk), "Lot: L-7 → L-9")]


def test_a_shipment_that_found_its_order_changed(month):
    report = month.report()
    Distribution.objects.filter(pk=month.waiting.pk).update(sales_order=month.demo.order_of_inc)
    ((kind, _, words),) = differences(report)
    assert kind == "changed"
    assert "Status: waiting → matched" in words and "Customer: nothing → North Clinic Inc" in words


def test_what_a_report_does_not_ask_for_any_more_is_gone(month):
    report = month.report(state="waiting")
    Distribution.objects.filter(pk=month.waiting.pk).update(sales_order=month.demo.order)
    assert differences(report) == [("gone", str(month.waiting.pk), "it no longer is what the report asks for")]


def test_a_merge_of_the_customer_changes_its_name_and_the_report_of_it_finds_the_survivor(month):
    demo = month.demo
    report = month.report(customer_key=demo.north.pk, customer_name="North Clinic")
    merge_customers.apply(Approval(month.ada, reason="one clinic"), master=demo.north_inc, duplicates=[demo.north])
    ((kind, shipment, words),) = differences(report)
    assert (kind, shipment) == ("changed", str(month.ordered.pk))
    assert "Customer: North Clinic → North Clinic Inc" in words


def test_equal_lines_are_counted_and_not_taken_for_one(month):
    line = month.waiting.lines.get()
    values = {"distribution": month.waiting, "product": line.product, "lot": line.lot, "lot_number": "L-7"}
    report = month.report()
    DistributionLine.objects.create(**values, line_number=2, quantity=line.quantity)
    assert [kind for kind, *_ in differences(report)] == ["new"]


def test_all_that_differs_is_counted_and_the_first_twenty_are_said(month):
    report = month.report()
    for _ in range(21):
        month.journey.ship(1, booked=False)
    found = changes_since(report, proved(report))
    assert (found.count, len(found.shown)) == (21, 20)


def test_a_cell_that_looks_like_a_formula_is_the_same_as_before(month):
    shipment = month.journey.ship(1, consignee_name="=1+1", booked=False)
    report = month.report()
    Distribution.objects.filter(pk=shipment.pk).update(carrier="UPS")
    assert differences(report) == [("changed", str(shipment.pk), "Carrier: nothing → UPS")]


def test_the_report_stays_as_it_was(month):
    report = month.report()
    before = proved(report)
    month.waiting.void(by=month.ada, reason="never sent")
    assert reports.proved(report) == before
    assert month.report() != report
