"""The way of a transfer in a browser: asked for, refused, assigned, fulfilled; and how the pages of stock look."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.models import StockMovement, StoreFront, TransferRequest, TransferRequestLineItem

LIST = "/admin/inventory/transferrequest/"


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


def test_a_transfer_is_asked_for_refused_assigned_and_fulfilled(visit_as_ada, demo):
    StoreFront.objects.create(name="Corner shop")
    page = visit_as_ada.page
    visit_as_ada.open(f"{LIST}add/")
    page.get_by_label("From:").select_option("Depot")
    page.get_by_label("To:").select_option("Corner shop")
    page.get_by_role("combobox", name="Product").first.click()
    page.locator(".select2-search__field").fill("A-1")
    page.get_by_role("option", name="A-1 Monitor").click()
    page.get_by_role("textbox", name="Requested quantity").first.fill("51")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("short: 1 of 51").wait_for()
    visit_as_ada.look("a transfer that is short")

    page.get_by_label("Note for the record").fill("by van")
    page.get_by_role("button", name="Fulfil: 51 units to Corner shop").click()
    page.get_by_role("alert").get_by_text("51 wanted, 50 available in Depot").wait_for()
    assert page.get_by_label("Note for the record").input_value() == "by van"
    visit_as_ada.look("a refused transfer")

    page.get_by_role("textbox", name="Requested quantity").first.fill("50")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("is assigned to ada.").wait_for()
    page.get_by_role("button", name="Fulfil: 50 units to Corner shop").click()
    page.get_by_text("is fulfilled.").wait_for()
    expect(page.get_by_role("button", name="Fulfil")).to_have_count(0)
    visit_as_ada.look("a fulfilled transfer")
    assert StoreFront.objects.get(name="Corner shop").balances.get().quantity == 50


def test_the_list_of_transfers_and_what_is_short_are_readable(visit_as_ada, demo):
    for units in (3, 60):
        request = TransferRequest.objects.create(warehouse=demo.depot, storefront=demo.shop, priority="HIGH")
        TransferRequestLineItem.objects.create(request=request, product=demo.product, requested_quantity=units)
    for theme in ("light", "dark"):
        visit_as_ada.theme(theme)
        for path in (LIST, f"{LIST}short/"):
            visit_as_ada.look_at(path, f"-{theme}")


def test_pages_of_a_product_and_a_storefront_are_readable(visit_as_ada, demo):
    shelf = StoreFront.objects.create(name="Corner shop")
    for number in range(30):
        StockMovement.objects.create(
            kind="adjustment",
            product=demo.product,
            quantity=1 + number % 7,
            reason="counted",
            at=timezone.now() - timedelta(days=300 - 10 * number),
            **{"to_storefront" if number % 3 else "from_storefront": shelf},
        )
    page = visit_as_ada.page
    for theme in ("light", "dark"):
        visit_as_ada.theme(theme)
        visit_as_ada.look_at(f"/admin/inventory/product/{demo.product.pk}/change/", f"-{theme}")
        visit_as_ada.look_at(f"/admin/inventory/storefront/{shelf.pk}/change/", f"-{theme}")
    visit_as_ada.open(f"/admin/inventory/product/{demo.product.pk}/change/")
    page.emulate_media(media="print")
    visit_as_ada.picture("product-in-print")
    page.emulate_media(media="screen")
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("columnheader", name="Units").nth(1)).to_be_visible()
    page.get_by_role("link", name="units on shelves").click()
    assert "place=storefronts" in page.url
