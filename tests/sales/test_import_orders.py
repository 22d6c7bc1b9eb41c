"""From files to orders: what an import creates, leaves, repeats and takes back."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from customers.lookalikes import lookalikes
from customers.models import Customer, CustomerAlias
from customers.operations import cleanup_zero_order_customers
from eqms import audit
from eqms.models import Reading, SourceDocument
from eqms.operations import Approval
from eqms.operations.undo import undo
from eqms.storage import store
from eqms.storage.sizes import LARGEST_FILE
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine
from sales.operations import after_import, import_orders
from sales.papers import read_papers
from tests.cast import digest

PAPERS = Path(__file__).parent.parent / "papers"
HOSTILE = PAPERS / "hostile"
Status = DocumentSegment.Status


def read(*paths: Path):
    """Store and read files as an upload does."""
    return read_papers([store(path.read_bytes(), path.name, by="test") for path in paths], by="test")


def paper(number="SO-500", **values) -> dict:
    """A paper as the reader gives it, with one line of two A-1 for North Clinic."""
    block = {"name": "North Clinic", "lines": ["1 Main St"], "city": "Springfield", "state": "IL", "zip": "62701"}
    fields = {"order_number": number, "order_date": "2026-03-01", **{f"ship_to.{k}": v for k, v in block.items()}}
    lines = values.pop("lines", [{"sku": "A-1", "quantity": 2, "unit_price": "10.00", "amount": "20.00"}])
    return {
        "kind": "sales_order",
        "pages": [1],
        "box": None,
        "problems": [],
        "fields": {name: {"value": value} for name, value in {**fields, **values}.items() if value is not None},
        "lines": [{name: {"value": value} for name, value in line.items()} for line in lines],
    }


@pytest.fixture
def record(demo):
    """Record a paper as read and return its row."""

    def make(number="SO-500", **values):
        return demo.paper(kind="sales_order", status=Status.READ, fields=json.dumps(paper(number, **values)))

    return make


def apply():
    return import_orders.apply(Approval("test"))


@pytest.mark.django_db
def test_a_folder_of_papers_becomes_its_orders_and_the_second_time_nothing():
    truth = json.loads((PAPERS / "truth.json").read_text())["orders"]
    numbers = {order["order_number"] for order in truth if order["doc_type"] == "sales_order"}
    tally = read(*sorted(PAPERS.glob("*.pdf")))
    assert (tally.documents, tally.pages, tally.ready, tally.waiting) == (28, 77, 60, 24)
    run = apply().run
    assert {order.order_number for order in SalesOrder.objects.all()} == numbers
    assert not Customer.objects.filter(orders=None).exists()
    assert (run.updated, run.skipped) == (60, 24)
    again = read(*sorted(PAPERS.glob("*.pdf")))
    assert (again.ready, again.settled) == (0, 60)
    assert apply().run is None
    assert list(audit.verify()) == []


@pytest.mark.django_db
def test_undo_takes_an_import_back_to_the_column_and_keeps_the_papers():
    read(PAPERS / "qb_grid_batch.pdf")
    before = digest()
    run = apply().run
    assert SalesOrder.objects.count() == 8
    undo.apply(Approval("test"), run=run)
    assert digest() == before
    assert (SourceDocument.objects.count(), Reading.objects.count()) == (1, 1)
    assert apply().run.created == run.created


@pytest.mark.django_db
def test_the_same_bytes_twice_are_one_document_read_once():
    read(HOSTILE / "dup_number_a.pdf")
    apply()
    tally = read(HOSTILE / "same_file_again.pdf")
    assert (tally.ready, tally.settled) == (0, 1)
    assert SourceDocument.objects.count() == Reading.objects.count() == 1


@pytest.mark.django_db
def test_an_order_number_with_other_content_overwrites_nothing():
    read(HOSTILE / "dup_number_a.pdf")
    apply()
    before = digest(SalesOrder, SalesOrderLine, Customer)
    read(HOSTILE / "dup_number_b.pdf")
    apply()
    assert digest(SalesOrder, SalesOrderLine, Customer) == before
    left = DocumentSegment.objects.get(document__filename="dup_number_b.pdf")
    assert left.status == Status.NEEDS_REVIEW
    assert "Order 0000110 is there already with other content" in left.problem
    assert "Nothing was overwritten" in left.problem


@pytest.mark.django_db
def test_an_order_that_stands_twice_in_one_file_is_one_order_and_a_duplicate():
    read(HOSTILE / "same_order_twice_in_one_file.pdf")
    apply()
    first, second = DocumentSegment.objects.order_by("position")
    assert (first.status, second.status) == (Status.IMPORTED, Status.DUPLICATE)
    assert first.order == second.order == SalesOrder.objects.get()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_kept_with_its_reason():
    tally = read(HOSTILE / "encrypted_user_password.pdf", HOSTILE / "empty.pdf", HOSTILE / "dup_number_a.pdf")
    assert (tally.documents, tally.ready, tally.waiting) == (3, 1, 2)
    problems = DocumentSegment.objects.filter(status=Status.UNREADABLE).values_list("problem", flat=True)
    assert any("opens only with a password" in problem for problem in problems)
    assert any("empty (0 bytes)" in problem for problem in problems)
    assert [skip.because for skip in import_orders.plan().skips] == list(problems.order_by("document_id"))


@pytest.mark.django_db(transaction=True)
def test_the_command_refuses_a_file_larger_than_a_paper_may_be_and_goes_on(tmp_path):
    large, said = tmp_path / "large.pdf", StringIO()
    large.touch()
    os.truncate(large, 2 * LARGEST_FILE)
    call_command("import_orders", str(large), str(PAPERS / "qb_grid_08.pdf"), stdout=said, stderr=StringIO())
    refusal = "not kept and not read: large.pdf has 200.0 MB, more than the 100 MB of one file."
    assert f"{large}: {refusal}" in said.getvalue()
    assert SourceDocument.objects.get().filename == "qb_grid_08.pdf"
    assert SalesOrder.objects.exists()


def test_a_known_number_names_the_customer_whatever_the_address(demo, record):
    record(customer_number="c-100", **{"ship_to.name": "Quite Another Name"})
    apply()
    order = SalesOrder.objects.get(order_number="SO-500")
    assert (order.customer, order.ship_to_name) == (demo.north, "Quite Another Name")


def test_a_known_name_and_address_names_the_customer(demo, record):
    record()
    run = apply().run
    assert SalesOrder.objects.get(order_number="SO-500").customer == demo.north
    assert run.created == 2


def test_an_unknown_number_becomes_that_of_the_customer_found(demo, record):
    record(customer_number="C-7", **{"ship_to.name": "North Clinic Inc.", "ship_to.lines": ["2 Oak Ave"]})
    apply()
    demo.north_inc.refresh_from_db()
    assert demo.north_inc.customer_number == "C-7"


def test_a_second_number_of_a_customer_becomes_an_alias(demo, record):
    record("SO-500", customer_number="C-7")
    record("SO-501", customer_number="C-7", **{"ship_to.name": "Elsewhere"})
    apply()
    assert CustomerAlias.objects.get(kind="number").customer == demo.north
    assert SalesOrder.objects.get(order_number="SO-501").customer == demo.north


def test_two_orders_of_a_new_facility_share_one_new_customer(demo, record):
    place = {"ship_to.name": "東京病院", "ship_to.city": "Tokyo"}
    record("SO-500", **place)
    record("SO-501", **place)
    apply()
    new = Customer.objects.get(facility_name="東京病院")
    assert new.orders.count() == 2
    assert new.address1 == "1 Main St"


def test_a_name_without_any_address_attaches_to_nobody(demo, record):
    Customer.objects.create(facility_name="Bare Clinic")
    where = dict.fromkeys(("ship_to.lines", "ship_to.city", "ship_to.state", "ship_to.zip"))
    waiting = record(**{"ship_to.name": "Bare Clinic", **where})
    apply()
    waiting.refresh_from_db()
    assert waiting.status == Status.NEEDS_REVIEW
    assert "Choose the customer." in waiting.problem


def test_a_line_is_linked_to_a_known_product_and_to_exactly_one_known_lot(demo, record):
    lines = [
        {"sku": "a-2", "quantity": 1, "lots": ["L-7"]},
        {"sku": "A-2", "quantity": 1, "lots": ["L-7", "L-8"]},
        {"sku": "NEW", "quantity": 1, "lots": ["L-7"]},
    ]
    record(lines=lines)
    apply()
    linked = SalesOrderLine.objects.filter(order__order_number="SO-500").order_by("line_number")
    assert [(line.product, line.lot) for line in linked] == [
        (demo.tracked, demo.lot),
        (demo.tracked, None),
        (None, None),
    ]
    assert linked[1].lot_numbers == "L-7\nL-8"


def test_corrections_of_a_person_replace_what_was_read(demo, record):
    row = record("SO-500")
    row.corrections = json.dumps({"order_number": "SO-600", "order_date": "2026-04-01"})
    row.save()
    apply()
    assert str(SalesOrder.objects.get(order_number="SO-600").order_date) == "2026-04-01"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"order_date": "2026-02-30"}, "is no date"),
        ({"po_number": "9" * 61}, "at most 60 characters"),
        ({"total": "1e15"}, "is no amount"),
        ({"lines": [{"sku": "A-1", "quantity": 0}]}, "no whole number above zero"),
        ({"lines": [{"sku": "A" * 101, "quantity": 1}]}, "Line 1: SKU as printed: "),
        ({"lines": []}, "No lines were read"),
    ],
)
def test_what_no_column_can_hold_waits_for_a_person(demo, record, values, words):
    left, good = record(**values), record("SO-900")
    apply()
    left.refresh_from_db()
    good.refresh_from_db()
    assert (left.status, good.status) == (Status.NEEDS_REVIEW, Status.IMPORTED)
    assert words in left.problem


def test_an_import_takes_the_same_queries_for_three_papers_as_for_thirty(demo, record, django_assert_max_num_queries):
    def queries(count):
        for number in range(count):
            record(f"N-{count}-{number}", **{"ship_to.name": f"Facility {count} {number}"})
        lookalikes.forget()
        with django_assert_max_num_queries(16):
            import_orders.plan()
        apply()

    queries(3)
    queries(30)


def test_an_import_links_the_shipments_that_waited_for_its_order(demo, record):
    record("so 77")
    run = apply().run
    demo.waiting.refresh_from_db()
    assert demo.waiting.sales_order.order_number == "so 77"
    undo.apply(Approval("test"), run=run)
    demo.waiting.refresh_from_db()
    assert demo.waiting.sales_order is None


@pytest.mark.django_db(transaction=True)
def test_a_clean_up_that_comes_between_costs_an_import_nothing(record, demo, monkeypatch):
    """The customer found for an order leaves before the order is written: it is planned again, with a new one."""
    record("SO-500", **{"ship_to.name": "Idle Two", "ship_to.lines": ["9 Elm St"]})

    def in_between(*_):
        with ThreadPoolExecutor(1) as rival:
            rival.submit(clean_up).result()

    def clean_up():
        cleanup_zero_order_customers.apply(Approval("rival", reason="idle"))
        connections.close_all()

    if connection.vendor == "sqlite":
        in_between()  # one writer at a time: nobody can come between
    else:
        monkeypatch.setattr("sales.operations.new_orders.after_import", [*after_import, in_between])
    apply()
    customer = SalesOrder.objects.get(order_number="SO-500").customer
    assert (customer.facility_name, customer.pk == demo.idle_two.pk) == ("Idle Two", False)
