"""Order lines find their product once its code is known."""

import pytest

from eqms.operations import Approval
from eqms.operations.undo import undo
from inventory.models import Product, ProductCode
from sales.models import SalesOrder, SalesOrderLine
from sales.operations import link_products
from tests.cast import digest

pytestmark = pytest.mark.django_db


def line(demo, sku, lots="", number=9):
    values = {"line_number": number, "sku_printed": sku, "lot_numbers": lots, "quantity": 2}
    return SalesOrderLine.objects.create(order=demo.order, **values)


def test_links_a_sku_in_other_spelling_and_other_codes_of_a_product(demo):
    ProductCode.objects.create(product=demo.product, code="OLD-1")
    spelled, coded = line(demo, " a-1"), line(demo, "old-1", number=10)
    before = digest()
    run = link_products.apply(Approval(demo.ada)).run
    for row in (spelled, coded):
        row.refresh_from_db()
        assert row.product == demo.product
    assert len(link_products.plan()) == 0
    undo.apply(Approval(demo.ada, reason="back"), run=run)
    assert digest() == before


@pytest.mark.parametrize(("printed", "linked"), [("l-7", True), ("L-7\nL-8", False), ("L-9", False), ("", False)])
def test_takes_a_lot_only_where_exactly_one_known_one_is_printed(demo, printed, linked):
    row = line(demo, "A-2", printed)
    link_products.apply(Approval(demo.ada))
    row.refresh_from_db()
    assert row.product == demo.tracked
    assert row.lot == (demo.lot if linked else None)


def test_an_unknown_code_is_listed_with_its_order(demo):
    line(demo, "ZZ-9")
    (skip,) = link_products.plan().skips
    assert skip.because == f"order {demo.order}: no product has the code ZZ-9"


def test_links_only_the_lines_of_selected_orders(demo):
    line(demo, "A-1")
    other = SalesOrder.objects.create(order_number="X-1", customer=demo.north, order_date="2026-03-01")
    assert len(link_products.plan(SalesOrder.objects.filter(pk=other.pk))) == 0
    assert len(link_products.plan(SalesOrder.objects.filter(pk=demo.order.pk))) == 1


def test_a_thousand_lines_cost_what_two_cost(demo, django_assert_num_queries):
    line(demo, "A-1", "L-1")
    with django_assert_num_queries(5):
        link_products.plan()
    for number in range(20, 60):
        Product.objects.create(sku=f"N-{number}", name="New")
        line(demo, f"n-{number}", number=number)
    with django_assert_num_queries(5):
        link_products.plan()
