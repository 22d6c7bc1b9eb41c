"""From a CSV file to orders: what an import creates, leaves, repeats and takes back."""

import json
import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.lookalikes import lookalikes
from customers.models import Customer, CustomerAlias
from eqms import audit
from eqms.models import OperationRun, SourceDocument
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from eqms.storage import store
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.operations import import_orders, import_sales_orders
from sales.order_file import ORDER_FILE
from tests.cast import digest
from tests.eqms.processes import in_processes
from tests.sales.test_import_orders import paper

HEADER = (
    "Order Number,Order Date,Customer Number,Facility Name,Address,City,State,Zip,"
    "SKU,Description,Lot,Quantity,Unit Price"
)
NORTH = "North Clinic,1 Main St,Springfield,IL,62701"
NEW = "東京病院,5 Ring,Tokyo,,100"
GOOD = [
    f'SO-500,2026-03-01,,{NORTH},A-1,Monitor,,"2,500","$1,250.00"',
    f"SO-501,2026-03-02,,{NEW},A-2,Catheter,L-7,4,",
    f"so 500,3/1/2026,,{NORTH},NEW-1,,L-1;L-2,3,2.5",
]


def text_of(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def document(text, name="orders.csv"):
    """Store and read a file as an upload does."""
    kept = store(text if isinstance(text, bytes) else text.encode(), name, by="test")
    ORDER_FILE.read(kept)
    return kept


def apply(*rows, **options):
    return import_sales_orders.apply(Approval("test"), document=document(text_of(*rows)), **options)


def refusal(*rows, **options):
    with pytest.raises(Refused) as refused:
        apply(*rows, **options)
    return str(refused.value)


def new_orders():
    """The lines of the orders beside those of the cast: number, SKU, lots, quantity, price."""
    lines = SalesOrderLine.objects.filter(order__source="csv").order_by("order__order_number_key", "line_number")
    return [(str(r.order), r.sku_printed, r.lot_numbers, r.quantity, r.unit_price and str(r.unit_price)) for r in lines]


def test_rows_of_one_order_number_become_one_order_with_lines(demo):
    plan = apply(*GOOD)
    assert new_orders() == [
        ("SO-500", "A-1", "", 2500, "1250.00"),
        ("SO-500", "NEW-1", "L-1\nL-2", 3, "2.50"),
        ("SO-501", "A-2", "L-7", 4, None),
    ]
    order = SalesOrder.objects.get(order_number="SO-500")
    assert (order.customer, str(order.order_date), order.ship_to_city) == (demo.north, "2026-03-01", "Springfield")
    assert SalesOrder.objects.get(order_number="SO-501").customer.facility_name == "東京病院"
    assert [change.because for change in plan.changes][0] == "orders.csv, rows 2, 4"
    assert plan.notes == ["3 rows: 3 new, 0 duplicate, 0 rejected."]
    assert list(audit.verify()) == []


def test_lines_are_linked_to_known_products_and_lots(demo):
    apply(*GOOD)
    lines = SalesOrderLine.objects.filter(order__source="csv").order_by("order__order_number_key", "line_number")
    links = [(line.product, line.lot) for line in lines]
    assert links == [(demo.product, None), (None, None), (demo.tracked, demo.lot)]


def test_undo_takes_orders_lines_and_customers_back(demo):
    before = digest()
    run = apply(*GOOD).run
    undo.apply(Approval("test", reason="back"), run=run)
    assert digest() == before
    assert apply(*GOOD).run.created == run.created


def test_waiting_shipments_of_equal_number_are_linked_in_the_same_plan(demo):
    apply(f"so 77,2026-03-01,,{NORTH},A-1,,,2,")
    demo.waiting.refresh_from_db()
    assert demo.waiting.sales_order.order_number == "so 77"


def test_the_customer_is_found_by_number_then_name_and_address_then_alias(demo):
    inc = "North Clinic Inc,2 Oak Ave,Springfield,IL,62701"
    CustomerAlias.objects.create(kind="number", value="old-9", customer=demo.idle)
    apply(
        "SO-1001,2026-03-01,c-100,Quite Another,,,,,A-1,,,1,",
        f"SO-1002,2026-03-01,C-7,{inc},A-1,,,1,",
        "SO-1003,2026-03-01,OLD-9,Somewhere,,,,,A-1,,,1,",
    )
    found = SalesOrder.objects.filter(source="csv").order_by("order_number")
    assert [order.customer for order in found] == [demo.north, demo.north_inc, demo.idle]
    demo.north_inc.refresh_from_db()
    assert demo.north_inc.customer_number == "C-7"


BAD = {
    "no number": (f"#,2026-03-01,,{NORTH},A-1,,,1,", 'Order Number "#" holds no letter and no digit'),
    "empty number": (f",2026-03-01,,{NORTH},A-1,,,1,", "row 2: Order Number is empty"),
    "no day": (f"SO-9,soon,,{NORTH},A-1,,,1,", 'Order Date "soon" is no day'),
    "to come": (f"SO-9,TOMORROW,,{NORTH},A-1,,,1,", "is still to come"),
    "no facility": ("SO-9,2026-03-01,,***,1 Main St,,,,A-1,,,1,", 'Facility Name "***" holds no letter and no digit'),
    "no SKU": (f"SO-9,2026-03-01,,{NORTH},,,,1,", "row 2: SKU is empty"),
    "nothing": (f"SO-9,2026-03-01,,{NORTH},A-1,,,0,", 'Quantity "0" is less than 1'),
    "negative": (f"SO-9,2026-03-01,,{NORTH},A-1,,,-5,", 'Quantity "-5" is less than 1'),
    "dotted": (f"SO-9,2026-03-01,,{NORTH},A-1,,,2.500,", 'Quantity "2.500" can be read in two ways. Write 2500.'),
    "comma price": (f'SO-9,2026-03-01,,{NORTH},A-1,,,1,"2,50"', 'Unit Price "2,50" is no price'),
    "negative price": (f"SO-9,2026-03-01,,{NORTH},A-1,,,1,-2.50", 'Unit Price "-2.50" is no price'),
    "large price": (f"SO-9,2026-03-01,,{NORTH},A-1,,,1,99999999999", "is more than 9,999,999,999.99"),
    "long number": (f"{'9' * 61},2026-03-01,,{NORTH},A-1,,,1,", "is longer than 60 characters. Shorten it."),
    "name alone": ("SO-9,2026-03-01,,Bare Clinic,,,,,A-1,,,1,", "no address proves that it is the same. Add its"),
    "known number": (f"SO 1,2026-01-02,,{NORTH},A-1,,,9,", "is there already with other content (1 lines -> 1 other"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words_and_writes_nothing(demo, case):
    Customer.objects.create(facility_name="Bare Clinic")
    row, says = BAD[case]
    before = digest()
    said = refusal(row.replace("TOMORROW", str(timezone.localdate() + timedelta(days=1))))
    assert says in said
    assert digest() == before


def test_all_errors_of_all_rows_come_at_once(demo):
    said = refusal(f"SO-9,soon,,{NORTH},A-1,,,abc,x", GOOD[0], f",2026-03-01,,{NORTH},A-1,,,1,").splitlines()
    assert said[0].startswith("2 of 3 rows of orders.csv cannot be taken in, so none is.")
    assert [line.split('"')[0].split(" is")[0].strip() for line in said[1:]] == [
        "row 2: Order Date",
        "row 2: Quantity",
        "row 2: Unit Price",
        "row 4: Order Number",
    ]


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("Order Date", f"SO-500,2026-03-09,,{NORTH},A-2,,,1,"),
        ("Facility Name", "SO-500,2026-03-01,,South Clinic,1 Main St,Springfield,IL,62701,A-2,,,1,"),
        ("Zip", "SO-500,2026-03-01,,North Clinic,1 Main St,Springfield,IL,62702,A-2,,,1,"),
    ],
)
def test_rows_of_one_order_that_contradict_each_other_are_an_error(demo, column, other):
    said = refusal(GOOD[0], other)
    assert f"row 3: {column} " in said
    assert "differs from row 2" in said
    assert "row 2: belongs to order SO-500, and row 3 of it is in error" in said


def test_a_cell_that_is_empty_in_some_rows_of_an_order_says_nothing(demo):
    apply(
        "SO-500,2026-03-01,C-100,North Clinic,,,,,A-1,,,1,", "SO-500,2026-03-01,,North Clinic,,Springfield,,,A-2,,,1,"
    )
    order = SalesOrder.objects.get(order_number="SO-500")
    assert (order.customer, order.ship_to_city, order.lines.count()) == (demo.north, "Springfield", 2)


def test_an_order_is_taken_in_whole_or_not_at_all(demo):
    bad = f"SO-500,2026-03-01,,{NORTH},A-1,,,abc,"
    plan = apply(*GOOD, bad, good_rows_only=True)
    assert {line[0] for line in new_orders()} == {"SO-501"}
    assert plan.notes == ["4 rows: 1 new, 0 duplicate, 3 rejected."]
    assert plan.counts["skip"] == 3


def test_the_same_rows_again_in_any_order_are_duplicates(demo):
    apply(*GOOD)
    before = digest(SalesOrder, SalesOrderLine, Customer)
    plan = apply(*reversed(GOOD))
    assert plan.run is None
    assert [skip.because for skip in plan.skips][0] == "row 2: duplicate, order so 500 is there already"
    assert plan.notes == ["3 rows: 0 new, 3 duplicate, 0 rejected."]
    assert digest(SalesOrder, SalesOrderLine, Customer) == before


def test_the_same_file_again_is_a_duplicate_after_a_person_changed_the_order(demo):
    apply(*GOOD)
    order = SalesOrder.objects.get(order_number="SO-500")
    SalesOrder.objects.filter(pk=order.pk).update(ship_to_city="Shelbyville")
    order.lines.filter(line_number=1).update(quantity=7)
    assert apply(*GOOD).run is None


def test_a_known_order_with_other_content_is_a_conflict_for_a_person(demo):
    apply(*GOOD)
    before = digest()
    said = refusal(GOOD[0].replace("2,500", "2,501"), *GOOD[1:])
    assert "is there already with other content (2 lines -> 2 other lines). Nothing is overwritten: compare" in said
    assert digest() == before


def test_an_order_that_a_paper_brought_is_a_duplicate_where_the_file_says_the_same(demo):
    printed = paper("SO-600", po_number="PO-1", customer_number="C-100", total="20.00")
    demo.paper(kind="sales_order", status=DocumentSegment.Status.READ, fields=json.dumps(printed))
    import_orders.apply(Approval("test"))
    plan = apply(f"SO-600,2026-03-01,,{NORTH},A-1,,,2,10.00")
    assert (plan.run, plan.counts["skip"]) == (None, 1)


def test_equal_rows_are_one_line_unless_they_count(demo):
    plan = apply(GOOD[1], GOOD[1])
    assert len(new_orders()) == 1
    assert [skip.because for skip in plan.skips] == ["row 3: duplicate, it stands in the file before"]
    apply(*[GOOD[0]] * 2, count_equal_rows=True)
    assert len(new_orders()) == 3
    assert apply(*[GOOD[0]] * 2, count_equal_rows=True).run is None


def test_two_orders_of_a_new_customer_without_address_are_left_for_a_person(demo):
    rows = [f"SO-{number},2026-03-01,,Lone Clinic,,,,,A-1,,,1," for number in (7, 8)]
    assert refusal(*rows).count("is all that names the customer of several orders") == 2
    apply(*(row.replace(",,Lone", ",C-9,Lone") for row in rows))
    assert Customer.objects.get(facility_name="Lone Clinic").orders.count() == 2


def test_codes_that_differ_in_punctuation_are_two_lines(demo):
    apply(f"SO-500,2026-03-01,,{NORTH},A-1,,,1,", f"SO-500,2026-03-01,,{NORTH},A1,,,1,")
    assert len(new_orders()) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_and_semicolons_are_read(demo, encoding):
    rows = text_of(GOOD[1], f"SO-502,2026-03-01,,{NORTH},A-1,,,1,").replace(",", ";")
    import_sales_orders.apply(Approval("test"), document=document(rows.encode(encoding)))
    assert Customer.objects.filter(facility_name="東京病院").exists()


def test_known_spellings_of_the_headings_are_read_and_others_named(demo):
    text = "SO #,Date,Customer,Item No,Qty,Colour\nSO-500,2026-03-01,North Clinic,A-1,2,red\n"
    plan = import_sales_orders.plan(document=document(text))
    assert plan.warnings[0] == "Columns that are not read: Colour."
    assert plan.counts["create"] == 3


def import_shuffled(seed, queue):
    lines = [f"N-{n // 3},2026-03-01,,Facility {n // 12},{n // 12} Elm St,,,,A-{n % 3},,,{n + 1}," for n in range(60)]
    random.Random(seed).shuffle(lines)
    try:
        queue.put(len(apply(*lines)))
    except Refused as refused:
        queue.put(str(refused))


@pytest.mark.django_db(transaction=True)
def test_eight_imports_at_once_write_each_order_once(demo):
    codes, answers = in_processes(import_shuffled, [(seed,) for seed in range(8)])
    assert codes == [0] * 8
    assert sorted(answers) == [0] * 7 + [20 + 60 + 5]
    assert sorted(line[3] for line in new_orders()) == list(range(1, 61))
    assert Customer.objects.filter(facility_name__startswith="Facility").count() == 5
    assert list(audit.verify()) == []


def rows_of(number):
    return [
        f"N-{n // 4},2026-03-01,,Facility {n // 40},{n // 40} Elm St,,,,P-{n % 4},,,{1 + n}," for n in range(number)
    ]


def test_two_thousand_rows_ask_as_many_questions_as_forty(demo):
    def planned(number):
        kept = document(text_of(*rows_of(number)))
        lookalikes.forget()
        with CaptureQueriesContext(connection) as queries:
            assert import_sales_orders.plan(document=kept).counts["create"] == number + number // 4 + number // 40
        return len(queries)

    assert planned(40) == planned(2000) <= 20


def test_a_document_that_was_not_read_is_refused(demo):
    with pytest.raises(Refused, match="has not been read as a file of sales orders"):
        import_sales_orders.plan(document=demo.document())


# -- the command -------------------------------------------------------------------------------------


def command(*arguments):
    out = StringIO()
    call_command("import_sales_orders", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    def make(text, name="orders.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def test_the_command_writes_and_counts_and_a_second_time_nothing(demo, file):
    lines = command(file(text_of(*GOOD)))
    assert lines[-1].startswith("Wrote 6 changes (6 created), skipped 0, run ")
    assert command(file(text_of(*GOOD)))[-1] == "Nothing to do: 0 of 4 sales orders, skipped 3."


def test_a_dry_run_keeps_the_file_and_writes_nothing_else(demo, file):
    before = digest()
    lines = command(file(text_of(*GOOD)), "--dry-run")
    assert lines[0].endswith("3 rows. A dry run keeps that and writes nothing else.")
    assert digest() == before
    assert SourceDocument.objects.filter(filename="orders.csv").exists()


def test_the_command_hands_the_bad_rows_back_with_their_whole_order(demo, file, tmp_path):
    bad = f"SO-500,2026-03-01,,{NORTH},A-1,,,abc,"
    path = file(text_of(*GOOD, bad))
    with pytest.raises(CommandError, match='(?s)Nothing was written. 3 of 4 rows.*row 5: Quantity "abc" is no number'):
        command(path, "--bad-rows", tmp_path / "bad.csv")
    mended = file((tmp_path / "bad.csv").read_text().replace("abc", "9"), "mended.csv")
    command(path, "--good-rows-only")
    command(mended)
    assert [(line[0], line[3]) for line in new_orders()] == [
        ("SO-500", 2500),
        ("SO-500", 3),
        ("SO-500", 9),
        ("SO-501", 4),
    ]


def test_json_is_one_document(demo, file):
    out = StringIO()
    call_command("import_sales_orders", str(file(text_of(*GOOD))), "--json", stdout=out, stderr=StringIO())
    said = json.loads(out.getvalue())
    assert said["run"] == OperationRun.objects.latest("pk").pk
    assert len(said["changes"]) == 6
