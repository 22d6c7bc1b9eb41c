"""The log as a CSV file: what it holds, in which order, and that it is read again."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from distribution.shipment_export import Export, Wanted
from distribution.shipment_file import SHIPMENT_FILE
from eqms.operations import Approval, Plan
from eqms.storage import store
from inventory.models import Lot, LotAlias

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = ["Ship Date", "Order #", "Facility", "City", "State", "SKU", "Lot", "Quantity", "Rep", "Source"]


ALL = Wanted()


def cells(wanted=ALL, **options):
    """The rows of the file, the header first."""
    text = b"".join(Export(wanted, **options)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def document(data, name="export.csv"):
    kept = store(data, name, by="test")
    SHIPMENT_FILE.read(kept)
    return kept


def test_newest_first_with_the_columns_of_the_house(demo):
    demo.shipped(
        3, product=demo.tracked, lot=demo.lot, ship_date=date(2026, 3, 4), source="shipstation", rep_name="Rita"
    )
    rows = cells()
    assert rows[0] == HEADINGS
    assert rows[1] == ["2026-03-04", "", "", "", "", "A-2", "L-7", "3", "Rita", "ShipStation"]
    assert [row[0] for row in rows[1:]] == ["2026-03-04", "2026-01-05", "2026-01-05"]


def test_void_shipments_are_not_in_it(demo):
    Distribution.objects.update(voided_at=timezone.now(), void_reason="x")
    assert cells() == [HEADINGS]


def test_shows_the_corrected_lot(demo):
    LotAlias.objects.create(lot=demo.lot, number="L-Z")
    told = {"ship_date": date(2026, 3, 4), "order_number": "SO-5", "consignee_name": "x"}
    shipment = demo.shipped(1, product=demo.tracked, lot=demo.lot, **told)
    shipment.lines.update(lot_number="L-Z", lot_number_key="l-z")
    assert cells()[1][6] == "L-7"
    work = ShipmentImport(Plan("look"), document(b"".join(Export(Wanted(order="SO-5")))))
    assert [one.outcome for one in work.judged] == ["duplicate"]


@pytest.mark.parametrize(
    ("wanted", "orders"),
    [
        (Wanted(state="matched"), ["SO-1"]),
        (Wanted(state="waiting"), ["SO-77"]),
        (Wanted(order="so 77"), ["SO-77"]),
        (Wanted(since=date(2026, 1, 6)), []),
        (Wanted(until=date(2026, 1, 5)), ["SO-77", "SO-1"]),
        (Wanted(source="csv"), []),
        (Wanted(lot="L-7"), []),
    ],
)
def test_filters(demo, wanted, orders):
    assert [row[1] for row in cells(wanted)[1:]] == orders


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "'=1", "''+1", "'quoted", "\tx", 'say "hi", twice', "Ä"])
def test_formulas_are_neutralised_and_come_back(demo, name):
    Distribution.objects.filter(pk=demo.shipment.pk).update(consignee_name=name)
    shown = next(row[2] for row in cells() if row[1] == "SO-1")
    assert not shown.startswith(("=", "+", "-", "@", "\t"))
    work = ShipmentImport(Plan("look"), document(b"".join(Export(ALL))))
    assert name.strip() in [new.consignee.name for new, _ in work.shipments]


@pytest.mark.parametrize("whole", [False, True])
def test_what_was_exported_is_here_already(demo, whole):
    demo.shipped(2, product=demo.tracked, lot=demo.lot, order_number="SO-1", consignee_name="x", tracking_number="T1")
    demo.shipped(2, product=demo.tracked, lot=demo.lot, order_number="SO-1", consignee_name="x", tracking_number="T2")
    demo.shipped(5, order_number="SO-5", consignee_name="x", source="csv", shipped_from_warehouse=demo.depot)
    Distribution.objects.filter(consignee_name="").update(consignee_name="y")
    Lot.objects.update(status=Lot.Status.RECALLED)  # since they left
    work = ShipmentImport(Plan("look"), document(b"".join(Export(ALL, whole=whole))))
    assert [one.outcome for one in work.judged] == ["duplicate"] * 5


def test_a_whole_export_makes_the_same_shipments_in_an_empty_log(demo):
    place = {"consignee_name": "x", "consignee_city": "Köln", "consignee_address": "1 Ring\nHaus 2"}
    demo.shipped(2, product=demo.tracked, lot=demo.lot, order_number="SO-1", **place, tracking_number="T1")
    demo.shipped(2, order_number="SO-5", **place, source="shipstation", external_key="77", carrier="UPS")
    kept = document(b"".join(Export(Wanted(order="SO-5"), whole=True)) + b"".join(Export(ALL, whole=True))[:0])
    before = cells(Wanted(order="SO-5"), whole=True)
    DistributionLine.objects.all().delete()
    Distribution.objects.all().delete()
    import_distributions.apply(Approval("test"), document=kept)
    assert cells(whole=True) == before
    assert Distribution.objects.get().source == "shipstation"


def test_both_databases_read_it_in_one_statement(demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert len(cells()) == 3


def command(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("export_distributions", *arguments, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_the_command_writes_rows_and_counts_aside(demo):
    out, err = command("--order", "SO-1")
    assert out[0] == ",".join(HEADINGS)
    assert out[1].startswith("2026-01-05,SO-1,North Clinic,")
    assert err[-1] == "1 line exported."


def test_the_command_writes_a_file_whole(demo, tmp_path):
    path = tmp_path / "log.csv"
    out, _ = command("--output", str(path), "--whole")
    assert out[-1] == f"2 lines exported to {path}."
    assert path.read_text().startswith("Ship Date,Order #")
    assert [found.name for found in tmp_path.iterdir()] == ["log.csv"]
    with pytest.raises(CommandError, match="Nothing was exported.*cannot be written"):
        command("--output", str(tmp_path / "nowhere" / "log.csv"))


def test_a_text_that_breaks_is_no_further_line(demo):
    Distribution.objects.update(consignee_address="Dock 3\n12 Main St")
    assert command("--whole", "--order", "SO-1")[1][-1] == "1 line exported."


def test_the_command_refuses_days_that_are_none(demo):
    with pytest.raises(CommandError, match="Nothing was exported. --since: This is no day: write it as 2026"):
        command("--since", "soon")
    with pytest.raises(CommandError, match="--source: x is no source. Name one: manual, "):
        command("--source", "x")
    with pytest.raises(CommandError, match="before the first one"):
        command("--since", "2026-03-04", "--until", "2026-03-03")


def test_lots_of_other_products_with_the_number_are_found_too(demo):
    other = Lot.objects.create(product=demo.product, number="L-7")
    demo.shipped(1, lot=other)
    assert len(cells(Wanted(lot="l-7"))) == 2
