"""A tracing report is made: what it holds, how it is kept, and that nothing changes it."""

import csv
import hashlib
import io

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from distribution import reports
from distribution.models import Distribution, ReportedShipment, TracingReport
from distribution.operations import import_distributions
from distribution.reports import making
from distribution.returning import Back, take_back
from distribution.shipment_file import SHIPMENT_FILE
from eqms.models import OperationRun, SourceDocument
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from eqms.storage import DamagedDocument, read_bytes, store
from inventory.models import Lot, Product, Warehouse

from .reported import Month, edit

FILE = b"Ship Date,Order Number,Facility Name,SKU,Quantity\n2026-02-03,SO-1,North Clinic,A-1,2\n"


@pytest.fixture
def month(demo):
    return Month(demo)


def rows(report) -> list[dict]:
    text = read_bytes(report.document).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_it_holds_every_line_of_the_month_with_consignee_as_shipped_lots_order_and_tracking(month):
    first, second = rows(month.report())
    assert (first["Status"], first["Facility"], first["Quantity"], first["Order #"]) == (
        "matched",
        "North Clinic",
        "3",
        "SO-1",
    )
    assert (first["Lot"], first["Lot as Reported"], first["Tracking Number"]) == ("L-7", "L-7", "1Z-9")
    assert (second["Status"], second["Facility"], second["Address"]) == ("waiting", "Klinik Müller", "Ring 4")


def test_lots_stand_there_as_corrected_and_as_reported(month):
    month.journey.ship(1, lot="L7x", corrected="L-7", consignee_name="By hand")
    (row,) = [row for row in rows(month.report()) if row["Facility"] == "By hand"]
    assert (row["Lot"], row["Lot as Reported"]) == ("L-7", "L7x")


def test_hash_size_and_counts_are_those_of_the_file(month):
    report = month.report()
    data = read_bytes(report.document)
    assert (report.sha256, report.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (report.row_count, report.shipment_count, report.consignee_count) == (2, 2, 2)
    assert (report.units, report.units_waiting, report.units_returned) == (5, 2, 0)
    assert (report.status, report.made_by, report.scope) == ("draft", month.ada, "February 2026")


def test_units_that_came_back_stand_beside_what_was_shipped(month):
    quarantine = Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    take_back(month.waiting, [Back(month.waiting.lines.get(), 1)], quarantine, by=month.ada)
    report = month.report()
    assert report.units_returned == 1
    assert [row["Returned"] for row in rows(report)] == ["0", "1"]


@pytest.mark.parametrize("day", ["2026-01-31", "2026-03-01"])
def test_other_months_and_void_shipments_are_left_out(month, day):
    month.journey.ship(1, ship_date=day, booked=False)
    month.journey.ship(1, voided_at=timezone.now(), void_reason="x", booked=False)
    assert month.report().row_count == 2


def test_the_first_and_the_last_day_are_in_it(month):
    month.journey.ship(1, ship_date="2026-02-28", booked=False)
    assert month.report().row_count == 3


def test_it_is_asked_for_by_order_state_source_product_and_lot(month):
    month.journey.ship(7, lot="L-8", corrected=None, source="csv")
    other = month.journey.other_product
    month.journey.ship(1, product=other, lot="Z-1", corrected=None)
    tracked = month.journey.product
    lot = {"product_id": tracked.pk, "lot_id": month.journey.lot.pk, "lot_number": "L-7"}
    assert month.report(state="waiting").units == 10
    assert month.report(state="matched").units == 3
    assert month.report(source="csv").units == 7
    assert month.report(product_id=other.pk).units == 1
    assert month.report(**lot).units == 5
    assert month.report(product_id=tracked.pk, lot_number="L-8").units == 7


def test_a_lot_is_found_as_it_was_mistyped_and_not_where_it_was_corrected_to_another(month):
    Lot.objects.create(product=month.journey.product, number="L-9")
    month.journey.ship(4, lot="L7x", corrected=None)
    month.journey.ship(8, lot="L-7", corrected="L-9")
    lot = {"product_id": month.journey.product.pk, "lot_id": month.journey.lot.pk, "lot_number": "L-7"}
    assert month.report(**lot).units == 9


def test_a_customer_is_asked_for_with_what_waits_for_its_name_and_address(month):
    north = month.demo.north
    block = {f"consignee_{name}": value for name, value in (("name", "North Clinic"), ("address", "1 Main St"))}
    block |= {"consignee_city": "Springfield", "consignee_state": "IL", "consignee_postal_code": "62701"}
    month.journey.ship(6, order_number="SO-9", **block)
    report = month.report(customer_key=north.pk, customer_name=str(north))
    assert (report.units, report.units_waiting) == (9, 6)


def test_no_cell_runs_as_a_formula(month):
    month.journey.ship(1, consignee_name="=1+1", booked=False)
    assert "'=1+1" in [row["Facility"] for row in rows(month.report())]


def test_a_month_in_which_nothing_left_can_be_reported_too(month):
    report = reports.make_report(reports.Asked(month=timezone.localdate().replace(year=2020, day=1)), by=month.ada)
    assert (report.row_count, report.units) == (0, 0)
    assert rows(report) == []


def test_the_same_again_is_the_report_that_is_there(month):
    report = month.report()
    assert month.report() == report
    assert OperationRun.objects.filter(operation="make tracing report").count() == 1
    reports.discard(report, by=month.ada, reason="a try")
    assert month.report() != report


def test_a_file_that_nobody_can_open_is_refused(month, monkeypatch):
    monkeypatch.setattr(making, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="2 rows are more than the 1 of one report"):
        month.report()
    assert not SourceDocument.objects.exists()


@pytest.mark.parametrize("change", [{"units": 9}, {"sha256": "0" * 64}, {"month": "2026-03-01"}])
def test_the_database_refuses_to_change_a_report(month, change):
    report = month.report()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TracingReport.objects.filter(pk=report.pk).update(**change)


def test_the_database_refuses_to_take_away_a_report_an_approval_and_a_decision(month):
    report = month.approved()
    reports.finalise(report, by=month.ada)
    for row in (report.decision, report.approvals.get(), report):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.parametrize("column", ["sha256", "size", "document"])
def test_a_file_with_other_bytes_is_not_the_one_that_was_reported(month, column):
    report = month.report()
    other = store(b"Status\r\n", "other.csv", by=month.ada)
    edit(report, **{column: {"sha256": "0" * 64, "size": 1, "document": other}[column]})
    report.refresh_from_db()
    with pytest.raises(DamagedDocument, match="does not give its sha256"):
        reports.proved(report)


# -- what is listed stays --------------------------------------------------------------------------------


def test_it_holds_the_shipments_that_it_lists(month):
    listed = set(ReportedShipment.objects.filter(report=month.report()).values_list("shipment", flat=True))
    assert listed == {month.ordered.pk, month.waiting.pk}


@pytest.fixture
def imported(demo):
    """A run that imported a shipment of February."""
    document = store(FILE, "february.csv", by=demo.ada)
    SHIPMENT_FILE.read(document)
    return import_distributions.apply(Approval(demo.ada), document=document).run


def test_undo_does_not_take_away_a_shipment_that_a_report_lists(month, imported):
    report = month.approved()
    reports.finalise(report, by=month.ada)
    shipment = Distribution.objects.get(ship_date="2026-02-03")
    with pytest.raises(Refused, match=f"Shipment {shipment.pk} .* stands in tracing report {report.pk}, a final one"):
        undo.apply(Approval(month.ada, reason="oops"), run=imported)
    assert Distribution.objects.filter(pk=shipment.pk).exists()


def test_undo_takes_it_away_once_the_draft_is_discarded(month, imported):
    reports.discard(month.report(), by=month.ada, reason="the file was wrong")
    undo.apply(Approval(month.ada, reason="oops"), run=imported)
    assert not Distribution.objects.filter(ship_date="2026-02-03").exists()


def test_nothing_about_a_report_is_undone(month):
    report = month.approved()
    reports.finalise(report, by=month.ada)
    runs = OperationRun.objects.filter(operation__contains="tracing report")
    assert runs.count() == 3
    for run in runs:
        with pytest.raises(Refused, match="nothing about one is taken back|was signed by"):
            undo.apply(Approval(month.ada, reason="oops"), run=run)
    assert TracingReport.objects.get(pk=report.pk).status == "final"


def test_products_and_lots_of_a_report_stay(month):
    report = month.report(product_id=month.journey.product.pk)
    assert Product.objects.filter(tracing_reports=report).get() == month.journey.product
