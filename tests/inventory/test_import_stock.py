"""From a CSV file to intakes: what an import takes in, leaves, repeats and takes back."""

import json
import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eqms import audit
from eqms.models import OperationRun, SourceDocument
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from eqms.storage import store
from inventory.models import Lot, LotAlias, Product, ProductCode, StockMovement, StockProduct, Warehouse
from inventory.operations.import_stock import import_stock
from inventory.stock_file import STOCK_FILE
from tests.cast import digest
from tests.eqms.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "SKU,Lot,Quantity,Received On,Warehouse\n"
GOOD = HEADER + 'A-1,,"2,500",2026-03-04,Depot\nA-2,L-7,5,2026-03-05,depot\n'


def document(text, name="stock.csv"):
    """Store and read a file as an upload does."""
    kept = store(text.encode(), name, by="test")
    STOCK_FILE.read(kept)
    return kept


def apply(text, **options):
    return import_stock.apply(Approval("test"), document=document(text), **options)


def refusal(text, **options):
    with pytest.raises(Refused) as refused:
        apply(text, **options)
    return str(refused.value)


def new_intakes():
    """Intakes beside the two of the cast: SKU, lot, quantity, day, warehouse."""
    rows = StockProduct.objects.order_by("pk")[2:]
    return [(r.product.sku, r.lot and r.lot.number, r.quantity, str(r.received_on), str(r.warehouse)) for r in rows]


def test_a_file_becomes_intakes_with_their_ledger_lines(demo):
    plan = apply(GOOD)
    assert new_intakes() == [("A-1", None, 2500, "2026-03-04", "Depot"), ("A-2", "L-7", 5, "2026-03-05", "Depot")]
    for intake in StockProduct.objects.order_by("pk")[2:]:
        line = StockMovement.objects.caused_by(intake).get()
        assert (line.kind, line.product, line.lot, line.quantity) == (
            "intake",
            intake.product,
            intake.lot,
            intake.quantity,
        )
        assert (line.left, line.reached) == (None, demo.depot)
        at = timezone.localtime(line.at)
        assert (at.date(), at.hour, at.minute) == (intake.received_on, 12, 0)
    because = [change.because for change in plan.changes]
    assert because[0] == "row 2: 2,500 of A-1, received 2026-03-04, into Depot (stock.csv)"
    assert list(audit.verify()) == []


def test_undo_takes_intakes_and_lines_back(demo):
    before = digest()
    run = apply(GOOD).run
    undo.apply(Approval("test", reason="back"), run=run)
    assert digest() == before
    assert apply(GOOD).run.created == run.created


def test_products_and_lots_are_found_by_their_other_names(demo):
    ProductCode.objects.create(product=demo.tracked, code="CAT-9")
    LotAlias.objects.create(lot=demo.lot, number="L7")
    apply(HEADER + "cat-9,l7,5,2026-03-05,Depot\n")
    assert new_intakes() == [("A-2", "L-7", 5, "2026-03-05", "Depot")]


def test_a_code_of_a_package_is_an_error_since_units_are_counted(demo):
    ProductCode.objects.create(product=demo.product, code="BOX", quantity=10)
    said = refusal(HEADER + "box,,5,2026-03-05,Depot\n")
    assert 'SKU "box" means a package of 10 units. Write the SKU A-1 and the quantity in single units.' in said


BAD = {
    "no product": ("B-9,,5,2026-03-04,Depot", 'row 2: SKU "B-9" is no product\'s SKU or code. Correct it, or add'),
    "a UUID that is none": ("0000-not-a-uuid,,5,2026-03-04,Depot", "is no product's SKU or code"),
    "no lot": ("A-2,L-9,5,2026-03-04,Depot", 'row 2: Lot "L-9" is no lot of A-2. Correct it, or add the lot first.'),
    "lot of another product": ("A-1,L-7,5,2026-03-04,Depot", 'Lot "L-7" is no lot of A-1'),
    "lot missing": ("A-2,,5,2026-03-04,Depot", "row 2: Lot is missing, and A-2 is lot-tracked. Name the lot."),
    "no warehouse": ("A-1,,5,2026-03-04,Attic", 'row 2: Warehouse "Attic" is no warehouse'),
    "archived warehouse": ("A-1,,5,2026-03-04,Old", 'Warehouse "Old" is archived. Choose a warehouse in use.'),
    "two warehouses": ("A-1,,5,2026-03-04,EAST", 'Warehouse "EAST" names several warehouses'),
    "to come": ("A-1,,5,2199-01-01,Depot", "is no day"),
    "tomorrow": ("A-1,,5,TOMORROW,Depot", "is still to come. Write the day on which the units came in."),
    "nothing": ("A-1,,0,2026-03-04,Depot", 'row 2: Quantity "0" is less than 1'),
    "negative": ("A-1,,-5,2026-03-04,Depot", 'Quantity "-5" is less than 1'),
    "half": ('A-1,,"2,5",2026-03-04,Depot', 'Quantity "2,5" is no whole number'),
    "dotted": ("A-1,,2.500,2026-03-04,Depot", 'Quantity "2.500" can be read in two ways. Write 2500.'),
    "word": ("A-1,,abc,2026-03-04,Depot", 'Quantity "abc" is no number'),
    "too many": ("A-1,,1000000000000,2026-03-04,Depot", 'Quantity "1000000000000" is more than 9,999,999'),
    "recalled": ("A-2,L-R,5,2026-03-04,Depot", 'Lot "L-R" is recalled. Take it into a quarantine warehouse.'),
    "expired": ("A-2,L-X,5,2026-03-04,Depot", 'Lot "L-X" expired on 2026-01-31. Take it into a quarantine'),
}


@pytest.fixture
def places(demo):
    Warehouse.objects.create(name="Old", archived_at=timezone.now())
    Warehouse.objects.create(name="East")
    Warehouse.objects.create(name="east")
    Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    Lot.objects.create(product=demo.tracked, number="L-R", status=Lot.Status.RECALLED)
    Lot.objects.create(product=demo.tracked, number="L-X", expires_on=date(2026, 1, 31))
    return demo


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words_and_writes_nothing(places, case):
    row, says = BAD[case]
    before = digest()
    said = refusal(HEADER + row.replace("TOMORROW", str(timezone.localdate() + timedelta(days=1))) + "\n")
    assert says in said
    assert digest() == before


def test_a_recalled_or_expired_lot_may_go_into_quarantine(places):
    apply(HEADER + "A-2,L-R,5,2026-03-04,Quarantine\nA-2,L-X,5,2026-03-04,quarantine\n")
    assert [intake[1] for intake in new_intakes()] == ["L-R", "L-X"]


def test_of_two_warehouses_that_differ_in_case_the_exact_one_is_meant(places):
    apply(HEADER + "A-1,,5,2026-03-04,east\n")
    assert new_intakes()[0][4] == "east"


def test_all_errors_of_all_rows_come_at_once(demo):
    said = refusal(HEADER + "B-9,,abc,2026-03-04,Attic\nA-1,,5,2026-03-04,Depot\nA-2,,5,soon,Depot\n").splitlines()
    assert said[0].startswith("2 of 3 rows of stock.csv cannot be taken in, so none is.")
    assert [line.split('"')[0].split(" is")[0].strip() for line in said[1:]] == [
        "row 2: SKU",
        "row 2: Quantity",
        "row 2: Warehouse",
        "row 4: Lot",
        "row 4: Received On",
    ]


def test_good_rows_alone_can_be_taken_in_and_bad_ones_stay_with_their_reasons(demo):
    text = HEADER + "B-9,,abc,2026-03-04,Depot\nA-1,,5,2026-03-04,Depot\n"
    plan = apply(text, good_rows_only=True)
    assert new_intakes() == [("A-1", None, 5, "2026-03-04", "Depot")]
    (skip,) = plan.skips
    assert skip.name == "stock.csv"
    assert skip.because == (
        'row 2: SKU "B-9" is no product\'s SKU or code. Correct it, or add the product first. '
        'Quantity "abc" is no number. Write whole units in digits, such as 25.'
    )


def test_a_file_that_contradicts_the_order_of_dates_is_refused_also_where_good_rows_are_asked_for(demo):
    text = HEADER + "A-1,,5,3/4/2026,Depot\nA-1,,6,25/3/2026,Depot\n"
    assert "puts the day first" in refusal(text, good_rows_only=True)


def test_the_house_says_which_day_an_ambiguous_date_means(demo, settings):
    settings.DATE_ORDER = "day_first"
    apply(HEADER + "A-1,,5,3/4/2026,Depot\n")
    assert new_intakes()[0][3] == "2026-04-03"


def test_the_same_rows_again_in_any_order_are_duplicates(demo):
    apply(GOOD)
    lines = GOOD.splitlines()
    plan = apply("\n".join([lines[0], lines[2], lines[1]]))
    assert plan.run is None
    assert [skip.because for skip in plan.skips][0].startswith("row 2: duplicate, taken in already: 5 of A-2, lot L-7")
    assert len(new_intakes()) == 2


def test_equal_rows_of_a_file_are_one_intake_unless_they_count(demo):
    text = HEADER + "A-1,,5,2026-03-04,Depot\n" * 3
    apply(text)
    assert len(new_intakes()) == 1
    assert apply(text, count_equal_rows=True).counts["create"] == 4
    assert len(new_intakes()) == 3
    assert apply(text, count_equal_rows=True).run is None


def test_equal_rows_that_count_are_left_only_where_this_very_file_brought_them(demo):
    apply(HEADER + "A-1,,5,2026-03-04,Depot\n")
    other = HEADER + "A-1,,5,2026-03-04,Depot\nA-1,,6,2026-03-04,Depot\n"
    apply(other, count_equal_rows=True)
    assert [intake[2] for intake in new_intakes()] == [5, 5, 6]


def test_after_an_undo_equal_rows_that_count_are_taken_in_again(demo):
    run = apply(GOOD, count_equal_rows=True).run
    undo.apply(Approval("test", reason="back"), run=run)
    assert apply(GOOD, count_equal_rows=True).run.created == 4


def import_shuffled(seed, queue):
    lines = [f"A-{1 + n % 2},{'L-7' if n % 2 else ''},{n + 1},2026-03-04,Depot\n" for n in range(40)]
    random.Random(seed).shuffle(lines)
    try:
        queue.put(apply(HEADER + "".join(lines)).counts["create"])
    except Refused as refused:
        queue.put(str(refused))


def test_eight_imports_at_once_take_each_row_in_once(demo):
    codes, answers = in_processes(import_shuffled, [(seed,) for seed in range(8)])
    assert codes == [0] * 8
    assert sorted(answers) == [0] * 7 + [80]
    assert sorted(intake[2] for intake in new_intakes()) == list(range(1, 41))
    assert StockMovement.objects.filter(kind="intake").count() == 42
    assert list(audit.verify()) == []


def rows_of(number, products):
    return HEADER + "".join(f"P-{n % products},,{1 + n},2026-03-04,Depot\n" for n in range(number))


def test_ten_thousand_rows_ask_as_many_questions_as_ten(demo):
    Product.objects.bulk_create(Product(sku=f"P-{n}", sku_key=f"p-{n}", name="x") for n in range(500))

    def planned(number):
        kept = document(rows_of(number, 500))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert import_stock.plan(document=kept).counts["create"] == 2 * number
        return len(queries)

    assert planned(10) == planned(10_000) <= 16


def test_a_document_that_was_not_read_is_refused(demo):
    with pytest.raises(Refused, match="has not been read as a file of intakes"):
        import_stock.plan(document=demo.document())


# -- the command -------------------------------------------------------------------------------------


def command(*arguments):
    out = StringIO()
    call_command("import_stock", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    def make(text, name="stock.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def test_the_command_shows_each_row_and_counts(demo, file):
    lines = command(file(GOOD))
    assert (
        "create intake #1 (intake of 2500): row 2: 2,500 of A-1, received 2026-03-04, into Depot (stock.csv)" in lines
    )
    assert lines[-1].startswith("Wrote 4 changes (4 created), skipped 0, run ")
    assert command(file(GOOD))[-1] == "Nothing to do: 0 of 4 intakes, skipped 2."


def test_a_dry_run_keeps_the_file_and_writes_nothing_else(demo, file):
    before = digest()
    lines = command(file(GOOD), "--dry-run")
    assert lines[0].endswith("2 rows. A dry run keeps that and writes nothing else.")
    assert lines[-1].startswith("Would write 4 changes (4 created), skipped 0. Nothing was written.")
    assert digest() == before
    assert SourceDocument.objects.filter(filename="stock.csv").exists()


def test_the_command_prints_every_error_and_hands_the_bad_rows_back(demo, file, tmp_path):
    path = file(HEADER + "A-1,,abc,2026-03-04,Depot\nA-1,,5,2026-03-04,Depot\n")
    with pytest.raises(CommandError, match='(?s)Nothing was written. 1 of 2 rows.*row 2: Quantity "abc" is no number'):
        command(path, "--bad-rows", tmp_path / "bad.csv")
    mended = file((tmp_path / "bad.csv").read_text().replace("abc", "9"), "mended.csv")
    command(path, "--good-rows-only")
    command(mended)
    assert [intake[2] for intake in new_intakes()] == [5, 9]


@pytest.mark.parametrize(("name", "says"), [("nowhere.csv", "cannot be opened: No such file"), ("", "is a folder")])
def test_a_path_that_is_no_file_is_named(demo, tmp_path, name, says):
    with pytest.raises(CommandError, match=says):
        command(tmp_path / name)


def test_json_is_one_document(demo, file):
    out = StringIO()
    call_command("import_stock", str(file(GOOD)), "--json", stdout=out, stderr=StringIO())
    said = json.loads(out.getvalue())
    assert said["run"] == OperationRun.objects.latest("pk").pk
    assert len(said["changes"]) == 4
