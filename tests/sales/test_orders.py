"""Orders with their counts, and papers that wait."""

import pytest
from django.core.exceptions import ValidationError

from eqms.operations import Plan, Refused
from sales.models import DocumentSegment, SalesOrder, SalesOrderLine


def test_counts_lines_and_units_in_one_query(demo, django_assert_num_queries):
    SalesOrderLine.objects.create(order=demo.order, line_number=2, quantity=5)
    empty = SalesOrder.objects.create(order_number="3", customer=demo.north, order_date=demo.order.order_date)
    with django_assert_num_queries(1):
        counts = {o.pk: (o.line_count, o.units_ordered) for o in SalesOrder.objects.with_line_counts()}
    assert counts == {demo.order.pk: (2, 7), demo.order_of_inc.pk: (1, 2), empty.pk: (0, 0)}


def test_the_facility_is_the_ship_to_block_else_sold_to_else_bill_to():
    order = SalesOrder(ship_to_name="Ship", sold_to_name="Sold", bill_to_name="Bill")
    assert order.facility.name == "Ship"
    order.ship_to_name = " "
    assert order.facility.name == "Sold"
    order.sold_to_name = ""
    assert order.facility.name == "Bill"


def test_a_plan_refuses_an_order_number_without_letter_and_digit(demo):
    with pytest.raises(Refused, match="is no order number"):
        Plan("test").create(SalesOrder, order_number="#", customer=demo.north, because="x")


def test_a_line_refuses_the_lot_of_another_product(demo):
    line = SalesOrderLine(order=demo.order, line_number=2, product=demo.product, lot=demo.lot, quantity=1)
    with pytest.raises(ValidationError, match="Lot L-7 is not a lot of A-1"):
        line.full_clean()


@pytest.mark.parametrize("status", DocumentSegment.Status)
def test_papers_wait_for_a_person_where_nothing_else_can_go_on(demo, status):
    paper = demo.paper(status=status, order=demo.order, order_number="SO-1")
    waits = status in ("needs_review", "unmatched", "unreadable")
    assert DocumentSegment.objects.waiting_for_a_person().filter(pk=paper.pk).exists() == waits


def test_a_paper_knows_the_key_of_the_number_it_read(demo):
    assert demo.paper(order_number="SO #285").order_number_key == "285"
    assert demo.paper(order_number="?").order_number_key == ""


@pytest.mark.parametrize(("first", "last", "words"), [(None, None, ""), (3, 3, "page 3"), (3, 5, "pages 3-5")])
def test_says_its_pages_in_words(first, last, words):
    assert DocumentSegment(first_page=first, last_page=last).pages == words
