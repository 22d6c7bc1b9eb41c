"""The pages of a product and of a storefront: figures of the effective ledger, the lines behind each, and pictures."""

import doctest
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eqms import roles
from eqms.models import User
from eqms.operations import write
from inventory import product_stock
from inventory.models import (
    Lot,
    Product,
    StockMovement,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)
from inventory.product_stock import histories_of, stock_of

pytestmark = pytest.mark.django_db
LEDGER = "/admin/inventory/stockmovement/"


@pytest.fixture
def shelf(demo):
    return StoreFront.objects.create(name="Corner shop")


def move(product, quantity, *, kind="adjustment", days_ago=0, **values):
    """Write a ledger line without a cause, which counts as an adjustment does."""
    at = timezone.now() - timedelta(days=days_ago)
    values = {"reason": "counted", "at": at, **values}
    return StockMovement.objects.create(kind=kind, product=product, quantity=quantity, **values)


def bring(demo, shelf, quantity, product=None, lot=None):
    request = TransferRequest.objects.create(warehouse=demo.depot, storefront=shelf)
    values = {"product": product or demo.product, "lot": lot, "requested_quantity": quantity}
    TransferRequestLineItem.objects.create(request=request, **values)
    request.fulfil(by=demo.ada)
    return request


def page_of(client, row):
    answer = client.get(reverse(f"admin:inventory_{row._meta.model_name}_change", args=[row.pk]))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def figure(page, words):
    """Return (units, address) of the figure called ``words``."""
    found = re.search(rf'<a class="kpi[^"]*" href="([^"]+)"><strong>(-?\d+)</strong><span>{words}</span>', page)
    assert found, words
    return int(found[2]), found[1]


def listed(client, address):
    return list(client.get(address).context["cl"].queryset)


# -- figures -----------------------------------------------------------------------------------------------


def test_figures_add_up_to_what_is_here(demo, shelf):
    bring(demo, shelf, 6)
    move(demo.product, 2, from_storefront=shelf)
    demo.shipped(1, shipped_from_storefront=shelf, order_number="SO-2")
    move(demo.product, 3, kind="return", to_warehouse=Warehouse.objects.create(name="Q", is_quarantine=True))
    stock = stock_of(demo.product)
    assert (stock.taken_in, stock.dispatched, stock.returned, stock.adjusted) == (50, 1, 3, -2)
    assert (stock.in_warehouses, stock.in_quarantine, stock.on_shelves) == (39, 3, 8)
    assert stock.here == stock.taken_in + stock.returned + stock.adjusted - stock.dispatched == 50


def test_each_figure_leads_to_its_lines(demo, as_ada, shelf):
    bring(demo, shelf, 6)
    lost = move(demo.product, 2, from_storefront=shelf)
    move(demo.tracked, 1, lot=demo.lot, from_warehouse=demo.depot)
    page = page_of(as_ada, demo.product)
    assert figure(page, "adjusted")[0] == -2
    assert listed(as_ada, figure(page, "adjusted")[1]) == [lost]
    assert [line.kind for line in listed(as_ada, figure(page, "units taken in")[1])] == ["intake"]
    assert {line.kind for line in listed(as_ada, figure(page, "units on shelves")[1])} == {"transfer", "adjustment"}
    place = re.search(r'<a href="([^"]+place=storefront-\d+)">Corner shop</a>', page)[1]
    assert {line.quantity for line in listed(as_ada, place)} == {6, 2}


def test_units_of_lots_are_told_by_place(demo, as_ada, shelf):
    bring(demo, shelf, 4, product=demo.tracked, lot=demo.lot)
    (of_lot,) = stock_of(demo.tracked).lots
    assert (of_lot.lot, of_lot.in_warehouses, of_lot.on_shelves) == (demo.lot, 16, 4)
    assert "place" not in page_of(as_ada, demo.tracked).split("Units by lot")[1].split("</table>")[0]


def test_a_line_that_the_ledger_lacks_counts_and_is_said(demo, as_ada):
    page = page_of(as_ada, demo.product)
    assert figure(page, "units on shelves")[0] == 5
    assert "Main: its balance says 7, the ledger 5." in page
    assert "1 row moved units and the ledger lacks its line. The figures here count it." in page


def test_a_line_whose_cause_is_gone_does_not_count_and_is_said(demo, as_ada, shelf):
    move(demo.product, 9, kind="transfer", to_storefront=shelf, cause_model="inventory.StockProduct", cause_key="999")
    page = page_of(as_ada, demo.product)
    assert figure(page, "units on shelves")[0] == 5
    assert "1 ledger line follows from a row that is gone." in page
    assert "intake 999, which is gone" in page


def test_the_story_of_the_shelf_that_says_284(demo, as_ada, shelf):
    cable = Product.objects.create(sku="EX-3", name="Cable")
    demo.intake(cable, 10)
    bring(demo, shelf, 10, product=cable)
    StoreFrontInventory.objects.filter(product=cable).update(quantity=284)
    page = page_of(as_ada, cable)
    assert figure(page, "units on shelves")[0] == 10
    assert "balances say 284" in page and "balance says 284" in page


def test_what_agrees_says_nothing_of_damage(demo, as_ada, shelf):
    cable = Product.objects.create(sku="EX-3", name="Cable")
    demo.intake(cable, 10)
    bring(demo, shelf, 4, product=cable)
    page = page_of(as_ada, cable)
    assert "What does not agree" not in page and "balances say" not in page


def test_shipments_make_up_what_was_dispatched(demo, as_ada, shelf):
    bring(demo, shelf, 10)
    demo.shipped(3, sales_order=demo.order, shipped_from_storefront=shelf, order_number="SO-1")
    demo.shipped(2, shipped_from_warehouse=demo.depot, order_number="SO-9")
    page = page_of(as_ada, demo.product)
    assert figure(page, "dispatched")[0] == 5
    said = "4 units on 2 matched shipments, last 2026-01-05; 6 on shipments that wait for their order; 5 of these left"
    assert said in page  # 4 + 6 - 5 = 5


def test_the_newest_lines_name_their_causes(demo, as_ada, shelf):
    request = bring(demo, shelf, 6)
    page = page_of(as_ada, demo.product)
    assert f'<a href="/admin/inventory/transferrequest/{request.pk}/change/">transfer request {request.pk}</a>' in page
    intake = demo.product.intakes.get()
    assert f'<a href="/admin/inventory/stockproduct/{intake.pk}/change/">intake {intake.pk}</a>' in page


def test_a_product_without_stock_says_so(demo, as_ada):
    page = page_of(as_ada, Product.objects.create(sku="N-1", name="New"))
    assert "No place holds this product." in page and "No ledger lines yet." in page and "<svg viewBox" not in page


def test_names_are_escaped(demo, as_ada):
    shelf = StoreFront.objects.create(name="<b>shop</b>")
    move(demo.product, 1, to_storefront=shelf, reason="<script>")
    page = as_ada.get(reverse("admin:inventory_product_change", args=[demo.product.pk])).content.decode()
    assert "<b>shop" not in page and "<script>" not in page and "&lt;b&gt;shop" in page


@pytest.mark.parametrize("role", ["viewer", "warehouse", "quality", "sales"])
def test_every_role_may_look_and_the_repair_is_offered_to_those_who_may(demo, client, role):
    roles.seed()
    person = User.objects.create_user("pat", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    page = page_of(client, demo.product)
    assert ("Adjust stock" in page) == ("Preview the repair" in page) == (role == "quality")
    assert "units on the shelf" in page_of(client, demo.shop)


def test_the_repair_that_the_page_offers_mends_what_it_shows(demo, as_ada):
    address = re.search(r'href="([^"]+)">Preview the repair', page_of(as_ada, demo.product))[1]
    preview = as_ada.get(address)
    write(preview.context["plan"], actor=demo.ada)
    assert "What does not agree" not in page_of(as_ada, demo.product)


# -- the ledger's filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["product=x", "product=", "lot=x", "lot=99999999999999999999", "place=x", "place=storefront-x", "place=-1"]
)
def test_filters_that_name_nothing_show_the_whole_list(demo, as_ada, query):
    answer = as_ada.get(f"{LEDGER}?{query}", follow=True)
    assert answer.status_code == 200
    assert answer.context["cl"].queryset.count() == StockMovement.objects.count()


def test_filters_narrow_to_the_row_they_name(demo, as_ada, shelf):
    line = move(demo.tracked, 1, lot=demo.lot, to_storefront=shelf)
    assert listed(as_ada, f"{LEDGER}?place=storefront-{shelf.pk}") == [line]
    assert listed(as_ada, f"{LEDGER}?place=storefronts") == [line]
    assert len(listed(as_ada, f"{LEDGER}?lot={demo.lot.pk}&place=warehouses")) == 1
    assert len(listed(as_ada, f"{LEDGER}?product={demo.tracked.pk}")) == 2


# -- pictures ----------------------------------------------------------------------------------------------


def test_a_history_ends_with_what_stands_there_now(demo, shelf):
    cable = Product.objects.create(sku="EX-3", name="Cable")
    move(cable, 10, to_storefront=shelf, days_ago=9)
    move(cable, 4, from_storefront=shelf, days_ago=3)
    move(cable, 1, from_storefront=shelf, to_storefront=demo.shop, days_ago=3)
    stock = stock_of(cable)
    today = timezone.localdate()
    of_corner, of_main = histories_of(cable, stock)
    assert [(today - day).days for day, _ in of_corner.points] == [9, 3, 0]
    assert [units for _, units in of_corner.points] == [10, 5, 5]
    assert of_main.points[-1] == (today, 1)


@pytest.mark.parametrize("days", [1, 40, 400, 1700, 5000, 12000])
def test_a_history_has_few_points_however_long_it_is(demo, shelf, days):
    cable = Product.objects.create(sku="EX-3", name="Cable")
    lines = [
        StockMovement(
            kind="adjustment",
            product=cable,
            quantity=1 + n % 3,
            to_storefront=shelf,
            reason="x",
            at=timezone.now() - timedelta(days=days * n / 500),
        )
        for n in range(500)
    ]
    StockMovement.objects.bulk_create(lines)
    (history,) = histories_of(cable, stock_of(cable))
    assert len(history.points) <= product_stock.MOST_POINTS
    assert history.points[-1][1] == sum(line.quantity for line in lines)


def test_lines_that_the_ledger_lacks_stand_in_the_picture(demo):
    (history,) = histories_of(demo.product, stock_of(demo.product))
    assert history.points == [(timezone.localdate(), 5)]


def test_examples_of_steps_hold():
    assert doctest.testmod(product_stock, extraglobs={"date": date}).failed == 0


def test_the_page_draws_each_storefront_with_its_table(demo, as_ada, shelf):
    bring(demo, shelf, 6)
    page = page_of(as_ada, demo.product)
    assert page.count("<svg viewBox") == 2
    assert "Corner shop: units over time" in page and "6 now, between 6 and 6" in page


# -- a storefront's page -----------------------------------------------------------------------------------


def test_a_storefront_says_what_stands_on_it(demo, as_ada, shelf):
    bring(demo, shelf, 6)
    TransferRequest.objects.create(warehouse=demo.depot, storefront=shelf)
    page = page_of(as_ada, shelf)
    assert figure(page, "units on the shelf")[0] == 6
    units, address = figure(page, "open transfer to it")
    assert units == 1 and len(listed(as_ada, address)) == 1
    of_main = page_of(as_ada, demo.shop)
    assert "no ledger line" in of_main and "the ledger says 5" in of_main
    assert "the ledger says" not in page
    assert len(listed(as_ada, figure(page, "product")[1])) == 1


# -- costs -------------------------------------------------------------------------------------------------


def queries(client, row):
    with CaptureQueriesContext(connection) as captured:
        page_of(client, row)
    return len(captured)


def test_pages_cost_the_same_for_ten_lines_and_for_two_hundred(demo, as_ada):
    product = Product.objects.create(sku="B-1", name="Busy", is_lot_tracked=True)
    home = StoreFront.objects.create(name="Home")
    queries(as_ada, product), queries(as_ada, home)  # content types are kept in memory after their first use
    costs = []
    for numbers in (range(10), range(10, 200)):
        for n in numbers:
            lot, shop = Lot.objects.create(product=product, number=f"B{n}"), StoreFront.objects.create(name=f"S{n}")
            demo.intake(product, 5, lot=lot)
            move(product, 1, lot=lot, to_storefront=shop, days_ago=n)
            move(product, 1, lot=lot, to_storefront=home, days_ago=n)
            StoreFrontInventory.objects.create(product=product, storefront=shop, quantity=1)
            other = Product.objects.create(sku=f"H{n}", name="x")
            StoreFrontInventory.objects.create(product=other, storefront=home, quantity=1)
        costs.append((queries(as_ada, product), queries(as_ada, home)))
    assert costs[0] == costs[1]
    assert costs[0] == (22, 9)
