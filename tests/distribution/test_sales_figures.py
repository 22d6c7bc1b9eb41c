"""Sales of a window: what counts, how it is shown, and that page, export and plain SQL agree."""

import csv
import doctest
import io
from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from distribution import sales_board as board_module
from distribution.models import Return, ReturnLine
from distribution.sales_board import sales_board
from distribution.sales_figures import Month, Window, fresh_figures, sales_figures
from eqms.models import Policy, User
from eqms.operations import act

YEAR_2026 = Window(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def sold(demo):
    """North bought in 2025, January and March 2026; Idle One in February for the first time. SO-77 waits."""
    demo.idle_order = demo.ordered("SO-5", demo.idle, order_date=date(2026, 2, 1))
    demo.shipped(2, sales_order=demo.order, ship_date=date(2025, 12, 31))
    demo.shipped(3, sales_order=demo.order, ship_date=date(2026, 3, 31), product=demo.tracked, lot=demo.lot)
    demo.shipped(7, sales_order=demo.idle_order, ship_date=date(2026, 2, 2), product=demo.tracked, lot=demo.lot)
    demo.shipped(9, ship_date=date(2026, 2, 3), product=demo.tracked, lot=demo.lot)
    void = {"voided_at": timezone.now(), "void_reason": "entered in error"}
    demo.shipped(50, sales_order=demo.idle_order, ship_date=date(2026, 2, 3), **void)
    return demo


def test_the_examples_hold():
    assert doctest.testmod(board_module).failed == 0


def test_counts_matched_shipments_of_the_window_and_nothing_else(sold):
    found = fresh_figures(YEAR_2026)
    assert (found.orders, found.shipments, found.units) == (2, 3, 11)
    assert found.waiting == 2
    assert (found.first_time, found.repeat, found.customers) == (1, 1, 2)


def test_both_ends_of_the_window_belong_to_it(sold):
    assert fresh_figures(Window(date(2026, 3, 31), date(2026, 3, 31))).units == 3
    assert fresh_figures(Window(date(2025, 12, 31), date(2026, 1, 4))).units == 2
    assert fresh_figures(Window(date(2026, 2, 2), date(2026, 2, 2))).first_time == 1


def test_every_month_stands_there_with_first_time_and_repeat_customers(sold):
    assert fresh_figures(Window(date(2025, 11, 30), date(2026, 3, 31))).months == [
        Month(date(2025, 11, 1), 0, 0, 0, 0, 0),
        Month(date(2025, 12, 1), 1, 1, 2, 1, 0),
        Month(date(2026, 1, 1), 1, 1, 1, 0, 1),
        Month(date(2026, 2, 1), 1, 1, 7, 1, 0),
        Month(date(2026, 3, 1), 1, 1, 3, 0, 1),
    ]


def test_products_stand_by_units_with_their_orders_and_customers(sold):
    rows = [(row.sku, row.units, row.orders, row.customers) for row in fresh_figures(YEAR_2026).products]
    assert rows == [("A-2", 10, 2, 2), ("A-1", 1, 1, 1)]


def test_a_lot_says_what_was_made_and_went_and_remains(sold):
    sold.lot.units_produced = 100
    sold.lot.save()
    (lot,) = fresh_figures(Window(date(2026, 2, 1), date(2026, 2, 28))).lots
    assert (lot.number, lot.produced, lot.distributed, lot.waiting) == ("L-7", 100, 10, 9)
    assert (lot.remaining, lot.last_shipped) == (81, date(2026, 3, 31))


def test_what_came_back_of_a_lot_remains(sold):
    sold.lot.units_produced = 100
    sold.lot.save()
    line = sold.lot.distribution_lines.get(quantity=7)
    back = Return.objects.create(distribution=line.distribution, warehouse=sold.depot)
    ReturnLine.objects.create(goods_return=back, shipment_line=line, lot=sold.lot, quantity=2)
    (lot,) = fresh_figures(YEAR_2026).lots
    assert (lot.distributed, lot.returned, lot.remaining) == (10, 2, 83)


def test_an_empty_database_has_figures_too(db):
    found = fresh_figures(YEAR_2026)
    assert (found.units, found.customers, found.products, found.lots) == (0, 0, [], [])
    assert len(found.months) == 3


def test_figures_cost_the_same_queries_however_many_rows(sold, django_assert_num_queries):
    with django_assert_num_queries(12):
        fresh_figures(YEAR_2026)
    for number in range(30):
        order = sold.ordered(f"X-{number}", sold.customer(f"C {number}"), order_date=date(2026, 2, 1))
        sold.shipped(1, sales_order=order, ship_date=date(2026, 1 + number % 3, 2))
    with django_assert_num_queries(12):
        fresh_figures(YEAR_2026)


@pytest.mark.django_db(transaction=True)
def test_figures_are_kept_until_something_is_written(sold, django_assert_num_queries):
    cache.clear()
    before = sales_figures(YEAR_2026)
    with django_assert_num_queries(1):
        assert sales_figures(YEAR_2026) == before
    sold.shipped(5, sales_order=sold.order, ship_date=date(2026, 3, 1))
    act("note", lambda plan: plan.create(Policy, because="x", name="a", value="b"), by="ada")
    assert sales_figures(YEAR_2026).units == before.units + 5


# -- the page and its export ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "field", "words"),
    [
        ({"since": "2026-03-01", "until": "2026-01-01"}, "until", "lies before"),
        ({"since": "soon", "until": "2026-01-01"}, "since", "Enter a valid date"),
        ({"since": "2026-01-01"}, "until", "required"),
        ({"since": "1900-01-01", "until": "2026-01-01"}, "since", "10 years at most"),
    ],
)
def test_a_window_that_is_none_is_said_and_the_usual_one_shown(db, chosen, field, words):
    board = sales_board(chosen)
    assert words in " ".join(board.form.errors[field])
    assert len(board.figures.months) == 12


def test_the_first_page_shows_the_window_that_was_chosen(sold, client):
    client.force_login(sold.ada)
    page = client.get("/admin/", {"since": "2026-02-01", "until": "2026-02-28"}).content.decode()
    assert "Sales, 2026-02-01 to 2026-02-28" in page
    assert "<strong>7</strong><span>units</span>" in page
    assert "2 shipments wait for their orders" in page
    assert "2026-02-28" in page.partition("Export as CSV")[0].rpartition("href=")[2]


def test_the_export_equals_what_is_shown(sold, client):
    client.force_login(sold.ada)
    answer = client.get("/admin/sales-dashboard.csv", {"since": "2026-01-01", "until": "2026-03-31"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[:3] == [
        ["Sales", "2026-01-01 to 2026-03-31"],
        ["Orders", "Shipments", "Units", "First-time customers", "Repeat customers", "Shipments waiting"],
        ["2", "3", "11", "1", "1", "2"],
    ]
    assert ["2026-02", "1", "1", "7", "1", "0"] in rows
    assert ["A-2", "Catheter", "10", "2", "2"] in rows
    assert ["L-7", "A-2", "", "10", "9", "0", "", "2026-03-31"] in rows


def test_an_export_of_no_window_says_why(sold, client):
    client.force_login(sold.ada)
    answer = client.get("/admin/sales-dashboard.csv", {"since": "2026-03-01", "until": "2026-01-01"})
    assert answer.status_code == 400
    assert "2026-01-01 lies before 2026-03-01" in answer.content.decode()


def test_who_may_not_see_shipments_sees_no_sales(sold, client):
    client.force_login(User.objects.create_user("bert", is_staff=True))
    assert "orders shipped" not in client.get("/admin/").content.decode()
    assert client.get("/admin/sales-dashboard.csv").status_code == 403
