"""What a text from a paper, a label or a scanner may mean."""

import pytest

from distribution.tracing.search import find, lots_called
from inventory.models import Lot, Product, ProductCode

from .recalled import Journey

GTIN = "00844588003288"


@pytest.fixture
def journey(demo):
    return Journey(demo)


def test_a_number_that_fits_lots_of_two_products_lists_both(journey):
    Lot.objects.create(product=journey.other_product, number="l-7")
    assert [match.product.sku for match in lots_called("L-7")] == ["A-2", "B-9"]
    assert find("L-7").only_lot is None


def test_a_lots_own_number_counts_before_an_alias_of_the_same_product(journey):
    Lot.objects.create(product=journey.product, number="L7x")
    (match,) = lots_called("L7X")
    assert (match.lot.number, match.how) == ("L7x", "the lot's number")


def test_a_mistyped_number_leads_to_the_lot(journey):
    assert find("l7x").only_lot.lot == journey.lot


def test_a_reported_number_without_lot_is_found(journey):
    journey.ship(2, lot="NEW-1", corrected=None)
    match = find("new-1").only_lot
    assert (match.lot, match.product, match.trace().units) == (None, journey.product, 2)


def test_order_tracking_and_customer_are_found(journey):
    demo = journey.demo
    assert find("#so-1").orders == [demo.order]
    assert find("1z -1").shipments == [demo.shipment]
    assert find("SO-77").shipments == [demo.waiting]
    assert find("C-100").customers == [demo.north]
    assert demo.north in find("north cl").customers


def test_a_part_of_an_order_number_finds_no_order(journey):
    journey.demo.ordered("1285", journey.demo.idle)
    assert not find("285").orders and not find("128").orders and find("1285").orders


def test_lots_that_begin_so_are_offered_where_nothing_fits(journey):
    found = find("L-")
    assert ([match.number for match in found.near], found.only_lot) == (["L-7"], None)


def test_nothing_is_found_for_nothing(journey):
    assert not find("") and not find("   ") and not find("(none)")


def test_a_scanned_code_leads_to_the_lot_of_its_product(journey):
    Product.objects.filter(pk=journey.product.pk).update(gtin=GTIN[2:])
    Lot.objects.create(product=journey.other_product, number="L-7")
    assert find(f"(01){GTIN}(17)300131(10)L-7").only_lot.lot == journey.lot


def test_a_scanned_package_leads_to_its_product(journey):
    ProductCode.objects.create(product=journey.product, code=GTIN, quantity=10)
    assert find(f"01{GTIN}10L-7").only_lot.lot == journey.lot


def test_a_scan_that_disagrees_with_the_lot_is_told(journey):
    Product.objects.filter(pk=journey.product.pk).update(gtin=GTIN)
    found = find(f"(01){GTIN}(17)291231(10)L-7")
    assert found.notes == ["The code says that lot L-7 expires on 2029-12-31, its page says 2030-01-31."]
    assert (found.lots[0].lot, found.only_lot) == (journey.lot, None)


def test_a_scan_of_an_unknown_product_is_told(journey):
    found = find(f"(01){GTIN}(10)L-7")
    assert found.notes[0].startswith(f"No product has the GTIN {GTIN}.")
    assert [match.lot for match in found.lots] == [journey.lot]


def test_a_scan_with_a_wrong_check_digit_finds_nothing(journey):
    found = find("(01)00844588003289(10)L-7")
    assert "check digit" in found.notes[0] and not found
