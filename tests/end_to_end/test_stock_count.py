"""Counting with a phone: the sheet, its errors, paper, and the plan in the end."""

import pytest
from playwright.sync_api import expect

from inventory.models import Product, StockCount, open_count
from inventory.views import counts


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def test_a_place_is_counted_on_a_phone_and_settled(demo, visit_as_ada, monkeypatch):
    monkeypatch.setattr(counts, "LINES_OF_A_PAGE", 3)
    name = "Peripherally inserted central catheter with an introducer, 5 French, double lumen"
    for nth in range(4):
        demo.intake(Product.objects.create(sku=f"LONG-SKU-2026-{nth}", name=name), 5)
    visit, page = visit_as_ada, visit_as_ada.page
    visit.open(f"/admin/stock-counts/open?place=warehouse+{demo.depot.pk}")
    visit.look("open a stock count")
    page.get_by_role("button", name="Open the count").click()
    visit.look("sheet of a stock count")
    page.get_by_label("LONG-SKU-2026-0").fill("5")
    page.get_by_label("A-2 Catheter").fill("2,5")
    page.get_by_role("button", name="Save", exact=True).click()
    visit.look("sheet of a stock count with an error")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.value || location.hash").startswith(("2,5", "#units-"))
    page.get_by_label("A-2 Catheter").fill("18")
    page.get_by_label("SKU or scanned code").fill("long-sku-2026-3")
    page.get_by_label("SKU or scanned code").press("Enter")
    page.get_by_label("LONG-SKU-2026-3").fill("5")
    page.get_by_role("button", name="Save and finish").click()
    visit.look("finished stock count")
    count = StockCount.objects.get()
    assert list(count.lines.order_by("product__sku").values_list("counted_quantity", flat=True))[:3] == [None, 18, 5]
    visit.open(f"/admin/inventory/stockcount/{count.pk}/change/")
    page.get_by_role("link", name="Settle: show the differences").click()
    expect(page.get_by_role("cell", name="18 counted, 20 expected")).to_be_visible()
    visit.look("settle a stock count")


def test_the_sheet_for_paper_has_boxes_and_no_buttons(demo, visit_as_ada):
    count = open_count(demo.depot, by=demo.ada)
    visit_as_ada.look_at(f"/admin/stock-counts/{count.pk}/print")
    visit_as_ada.page.emulate_media(media="print")
    expect(visit_as_ada.page.locator(".box .blank")).to_have_count(2)
    expect(visit_as_ada.page.get_by_role("button").first).to_be_hidden()
    visit_as_ada.picture("stock-count-on-paper")


def test_adjusting_from_the_page_of_a_product(demo, visit_as_ada):
    visit, page = visit_as_ada, visit_as_ada.page
    visit.open(f"/admin/inventory/product/{demo.product.pk}/change/")
    page.get_by_role("link", name="Adjust stock").click()
    visit.look("adjust stock")
    page.get_by_label("Place").fill("Depot")
    page.get_by_label("Difference").fill("-3")
    page.get_by_label("Why").select_option("Damage")
    page.get_by_label("Note").fill("fell from the rack")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("button", name="Take 3 units of A-1 from Depot")).to_be_visible()
    visit.look("plan of an adjustment")
