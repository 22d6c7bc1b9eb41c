"""From a CSV file to shipments: what an import writes, leaves, repeats, joins and takes back."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from distribution.models import DefaultPlace, Distribution, DistributionLine
from distribution.operations import import_distributions
from distribution.operations.import_distributions import ShipmentImport
from distribution.shipment_file import SHIPMENT_FILE
from eqms import audit
from eqms.models import OperationRun
from eqms.operations import Approval, Plan, Refused
from eqms.operations.undo import undo
from eqms.storage import store
from inventory.models import Product, StockMovement
from tests.cast import digest
from tests.eqms.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity\n"
GOOD = HEADER + '2026-03-04,SO-1,North Clinic,A-1,,"2,500"\n2026-03-05,SO 404,Klinik Müller,A-2,L-7,5\n'
TRACKED = "Ship Date,Order Number,Facility Name,SKU,Lot,Quantity,Tracking Number\n"


def document(text, name="log.csv"):
    """Store and read a file as an upload does."""
    kept = store(text if isinstance(text, bytes) else text.encode(), name, by="test")
    SHIPMENT_FILE.read(kept)
    return kept


def apply(text, **options):
    return import_distributions.apply(Approval("test"), document=document(text), **options)


def refusal(text, **options):
    with pytest.raises(Refused) as refused:
        apply(text, **options)
    return str(refused.value)


def judged(text):
    """What would become of each row."""
    work = ShipmentImport(Plan("look"), document(text))
    return [one.outcome for one in work.judged]


def shipped():
    """Lines of what came by CSV: day, order, SKU, lot as reported, units."""
    rows = DistributionLine.objects.filter(distribution__source="csv", distribution__external_key__isnull=False)
    return sorted(
        (str(r.distribution.ship_date), r.distribution.order_number, r.product.sku, r.lot_number, r.quantity)
        for r in rows.select_related("distribution", "product")
    )


def row(day="2026-03-04", order="SO-1", facility="North Clinic", sku="A-1", lot="", quantity="5", *more):
    return ",".join([day, order, facility, sku, lot, f'"{quantity}"', *more]) + "\n"


# -- what it writes ----------------------------------------------------------------------------------


def test_rows_become_shipments_matched_or_waiting(demo):
    plan = apply(GOOD)
    assert shipped() == [("2026-03-04", "SO-1", "A-1", "", 2500), ("2026-03-05", "SO 404", "A-2", "L-7", 5)]
    first, second = Distribution.objects.filter(source="csv").order_by("ship_date")
    assert (first.sales_order, second.sales_order, second.may_wait) == (demo.order, None, True)
    assert DistributionLine.objects.get(distribution=second).lot == demo.lot
    assert "2 rows: 2 new, 0 duplicate, 0 left out, 0 rejected." in plan.notes
    assert list(audit.verify()) == []


def test_rows_of_one_day_order_and_facility_are_one_shipment(demo):
    apply(HEADER + row() + row(sku="A-2", lot="L-7") + row(facility="NORTH CLINIC ", sku="A-2", lot="L-8"))
    assert len(shipped()) == 3
    assert Distribution.objects.filter(source="csv").count() == 1


def test_tracking_numbers_tell_parcels_apart(demo):
    apply(TRACKED + row("2026-03-04", "SO-1", "North Clinic", "A-1", "", "5", "1Z1") + row().strip() + ",1Z2\n")
    assert [len(shipped()), Distribution.objects.filter(source="csv").count()] == [2, 2]


def test_takes_stock_from_the_place_of_the_row_or_the_default_place(demo):
    DefaultPlace.objects.create(source="csv", storefront=demo.shop)
    text = HEADER.strip() + ",Shipped From\n" + row().strip() + ",depot\n"
    apply(text + row(day="2026-03-05", quantity="7").strip() + ",\n")
    moved = StockMovement.objects.filter(kind="dispatch").order_by("pk")
    assert [(line.quantity, line.left) for line in moved] == [(5, demo.depot)]  # nothing is booked in the shop
    assert Distribution.objects.latest("pk").shipped_from == demo.shop


def test_never_creates_customers(demo):
    before = Customer.objects.count()
    apply(GOOD)
    assert Customer.objects.count() == before


def test_knows_spellings_of_headers_separators_and_encodings(demo):
    text = "shipped;Order #;Ship To;Item;Batch;QTY\n2026-03-04;so-1;Klinik Müller;a-1;;5\n"
    for number, data in enumerate([text.encode("utf-16"), text.encode("utf-8-sig"), text.encode()]):
        assert judged(data.replace(b"x", b"x")) == (["new"] if number == 0 else ["duplicate"])
        apply(data)
    assert len(shipped()) == 1


def test_reads_what_a_file_says_of_the_consignee(demo):
    head = HEADER.strip() + ",Address,City,State,Zip,Rep,Carrier\n"
    apply(head + row().strip() + ",1 Main St,Springfield,IL,62701,Rita Rep,UPS\n")
    shipment = Distribution.objects.get(source="csv", ship_date="2026-03-04")
    assert shipment.consignee == ("North Clinic", "1 Main St", "Springfield", "IL", "62701")
    assert (shipment.consignee_key, shipment.rep_name, shipment.carrier) == (demo.north.company_key, "Rita Rep", "UPS")


# -- what it refuses ---------------------------------------------------------------------------------


def test_tells_every_error_at_once_with_row_column_value_and_remedy(demo):
    tomorrow = timezone.localdate() + timedelta(days=1)
    text = HEADER + row(sku="NOPE", quantity="-5") + row(sku="A-2") + row(str(tomorrow)) + row(quantity="2.500")
    before = digest()
    lines = refusal(text).splitlines()
    assert (
        lines[0] == "4 of 4 rows of log.csv cannot be taken in, so none is. Mend them, or take in the good rows only:"
    )
    assert lines[1:] == [
        'row 2: SKU "NOPE" is no product\'s SKU or code. Correct it, or add the product first.',
        'row 2: Quantity "-5" is less than 1. Write at least 1, or take the row out.',
        "row 3: Lot is missing, and A-2 is lot-tracked. Write the lot as on the paper.",
        f'row 4: Ship Date "{tomorrow}" is still to come. Write the day the goods left.',
        'row 5: Quantity "2.500" can be read in two ways. Write 2500.',
    ]
    assert digest() == before


def test_a_row_without_quantity_day_or_facility_says_so(demo):
    text = refusal(HEADER + row(quantity="") + row(day="") + row(facility="") + row(day="soon"))
    assert "row 2: Quantity is empty" in text
    assert "row 3: Ship Date is empty" in text
    assert "row 4: Facility Name is empty" in text
    assert 'row 5: Ship Date "soon" is no day' in text


def test_a_day_in_the_other_order_refuses_the_file_and_its_page_says_why(demo, as_ada):
    text = HEADER + row() + row(day="13/10/2025")
    why = "puts the day first, but dates are read with the month first (setting DATE_ORDER)"
    assert f'row 3: Ship Date "13/10/2025" {why}.' in refusal(text)
    assert why in as_ada.get(reverse("shipment_file", args=[document(text).pk])).content.decode()


def test_a_row_with_cells_too_few_has_only_that_error(demo):
    lines = refusal(HEADER + "2026-03-04,SO-1,North Clinic,A-1,5\n").splitlines()
    assert [line.partition(". ")[0] for line in lines[1:]] == ["row 2: the row has 5 cells, the header 6"]


def test_good_rows_can_be_written_and_mended_ones_join_their_shipment(demo):
    text = HEADER + row() + row(sku="A-2", lot="") + row(order="SO-2", quantity="abc")
    plan = apply(text, good_rows_only=True)
    assert "3 rows: 1 new, 0 duplicate, 0 left out, 2 rejected." in plan.notes
    assert len(shipped()) == 1
    bad = "".join(ShipmentImport(Plan("look"), document(text)).bad_rows())
    assert bad.splitlines()[1].endswith('"Lot is missing, and A-2 is lot-tracked. Write the lot as on the paper."')
    apply(bad.replace("A-2,,", "A-2,L-7,").replace("abc", "4"))
    assert Distribution.objects.filter(source="csv").count() == 2
    assert len(shipped()) == 3


def test_a_shipment_that_contradicts_itself_is_for_a_person(demo):
    text = refusal(HEADER + row(quantity="5") + row(quantity="10") + row(order="SO-2"))
    assert text.count("is one of 5 and 10 for the same goods of one shipment. Write their sum in one row") == 2
    assert text.startswith("2 of 3 rows")
    head = HEADER.strip() + ",City\n"
    two = row().strip() + ",Springfield\n" + row(sku="A-2", lot="L-7").strip() + ",Denver\n"
    assert 'City "Denver" says "Denver" and "Springfield" within one shipment' in refusal(head + two)


def test_lots_that_may_not_leave_are_refused_unless_they_did(demo):
    demo.lot.status = "recalled"
    demo.lot.save()
    text = HEADER + row(sku="A-2", lot="L-7")
    assert 'row 2: Lot "L-7" is recalled. Nothing of it may leave.' in refusal(text)
    apply(text, goods_left=True)
    assert len(shipped()) == 1


def test_an_unknown_source_or_place_is_an_error(demo):
    head = HEADER.strip() + ",Source,Shipped From\n"
    text = refusal(head + row().strip() + ",fax,Moon\n")
    assert 'Source "fax" is no source of shipments. Write one of Manual, ShipStation, CSV, PDF' in text
    assert 'Shipped From "Moon" is no warehouse or storefront' in text


# -- what is here already ----------------------------------------------------------------------------


def test_the_same_file_twice_is_the_same_rows(demo):
    apply(GOOD)
    before = digest()
    plan = apply(GOOD)
    assert plan.run is None
    assert "2 rows: 0 new, 2 duplicate, 0 left out, 0 rejected." in plan.notes
    assert digest() == before


def test_what_left_before_its_lot_was_recalled_is_here_already(demo):
    left = HEADER + row(sku="A-2", lot="L-7")
    apply(left)
    demo.lot.status = "recalled"
    demo.lot.save()
    assert judged(left + row(order="SO-2", sku="A-2", lot="L-7")) == ["duplicate", "rejected"]


def test_two_equal_rows_are_one_shipment_and_a_duplicate(demo):
    assert judged(HEADER + row() + row(order="so 1", sku="a-1")) == ["new", "duplicate"]
    apply(HEADER + row() + row())
    assert len(shipped()) == 1


def test_another_quantity_of_a_known_shipment_is_a_conflict(demo):
    apply(HEADER + row())
    pk = Distribution.objects.latest("pk").pk
    assert f'Quantity "6" differs from shipment {pk}, which sent 5 of the same.' in refusal(HEADER + row(quantity="6"))
    assert shipped() == [("2026-03-04", "SO-1", "A-1", "", 5)]


def test_every_row_is_new_duplicate_or_rejected(demo):
    chance = random.Random(7)
    rows = [
        row(
            day=chance.choice(["2026-03-04", "03/05/2026", "soon", ""]),
            order=chance.choice(["SO-1", "SO-404", "285", ""]),
            sku=chance.choice(["A-1", "A-2", "NOPE"]),
            lot=chance.choice(["", "L-7", "L-99"]),
            quantity=chance.choice(["5", "2,500", "-5", "2.500", ""]),
        )
        for _ in range(400)
    ]
    work = ShipmentImport(Plan("look"), document(HEADER + "".join(rows)))
    assert sum(work.counts.values()) == 400
    assert min(work.counts[word] for word in ("new", "duplicate", "rejected")) > 0
    apply(HEADER + "".join(rows), good_rows_only=True)
    assert len(shipped()) == work.counts["new"]
    first = shipped()
    chance.shuffle(rows)
    plan = apply(HEADER + "".join(rows), good_rows_only=True)
    assert (plan.run, shipped()) == (None, first)


def test_a_shuffled_file_ends_in_the_same_rows(demo):
    rows = [row(day=f"2026-03-0{1 + n % 5}", order=f"SO-{n % 7}", quantity=str(1 + n % 3)) for n in range(60)]
    apply(HEADER + "".join(rows), good_rows_only=True)
    first = shipped()
    undo.apply(Approval("test", reason="again", force=True), run=apply_run())
    random.Random(3).shuffle(rows)
    apply(HEADER + "".join(rows), good_rows_only=True)
    assert shipped() == first


def apply_run():
    return OperationRun.objects.latest("pk")


def test_undo_takes_the_import_back(demo):
    DefaultPlace.objects.create(source="csv", warehouse=demo.depot)
    before = digest()
    apply(HEADER + row() + row(sku="A-2", lot="L-7"))
    undo.apply(Approval("test", reason="wrong file", force=True), run=apply_run())
    assert digest() == before


# -- many --------------------------------------------------------------------------------------------


def import_shuffled(seed, queue):
    """Import equal rows in an order of its own, as a file of its own; tell what was written."""
    lines = [row(order=f"SO-{n}", sku="A-2", lot="L-7", quantity="1") for n in range(100)]
    random.Random(seed).shuffle(lines)
    try:
        queue.put(apply(HEADER + "".join(lines)).counts["create"])
    except Refused as refused:
        queue.put(str(refused))


def test_eight_imports_at_once_end_in_the_same_rows(demo):
    DefaultPlace.objects.create(source="csv", warehouse=demo.depot)
    codes, answers = in_processes(import_shuffled, [(seed,) for seed in range(8)])
    assert (codes, sorted(answers)) == ([0] * 8, [0] * 7 + [220])  # 20 of the 100 units are there to be booked
    assert len(shipped()) == 100
    assert list(audit.verify()) == []


def test_ten_thousand_rows_ask_as_many_questions_as_ten(demo):
    Product.objects.bulk_create(Product(sku=f"P-{n}", sku_key=f"p-{n}", name="x") for n in range(300))

    def planned(number):
        kept = document(HEADER + "".join(row(order=f"X-{n}", sku=f"P-{n % 300}") for n in range(number)))
        with CaptureQueriesContext(connection) as queries:
            assert import_distributions.plan(document=kept).counts["create"] == 2 * number
        return len(queries)

    assert planned(10) == planned(2_000) <= 22
