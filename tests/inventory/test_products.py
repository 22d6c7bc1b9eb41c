"""What a code means, which lots are meant, and what the ledger lacks."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from inventory.models import (
    Lot,
    LotAlias,
    Product,
    ProductCode,
    StockProduct,
    TransferRequest,
)


def test_an_sku_counts_before_another_products_code(demo):
    ProductCode.objects.create(product=demo.tracked, code="A-1")
    ProductCode.objects.create(product=demo.tracked, code="CARTON 9", quantity=10)
    assert Product.objects.known_as(["a-1", "carton9", "?"]) == {"a-1": demo.product, "carton9": demo.tracked}


def test_a_mistyped_lot_number_means_its_lot(demo):
    LotAlias.objects.create(lot=demo.lot, number="L-77")
    known = Lot.objects.known_as(["l-77", "L-7", ""])
    assert known == {(demo.tracked.pk, "l-77"): demo.lot, (demo.tracked.pk, "l-7"): demo.lot}


def test_a_lot_number_belongs_to_its_product(demo):
    assert Lot.objects.create(product=demo.product, number="L-7") != demo.lot


def test_codes_are_known_in_two_queries(demo, django_assert_num_queries):
    with django_assert_num_queries(2):
        Product.objects.known_as(f"code {n}" for n in range(3000))


def test_a_lot_is_expired_from_the_day_after_its_date():
    today = timezone.localdate()
    assert not Lot(expires_on=today).is_expired
    assert Lot(expires_on=today - timedelta(days=1)).is_expired
    assert not Lot().is_expired


def test_finds_lots_that_expire_before_a_day(demo):
    assert list(Lot.objects.expiring_before(date(2030, 2, 1))) == [demo.lot]
    assert not Lot.objects.expiring_before(date(2030, 1, 31)).exists()


def test_a_lot_tracked_product_asks_for_the_lot(demo):
    with pytest.raises(ValidationError, match="A-2 is lot-tracked: name the lot"):
        StockProduct(product=demo.tracked, warehouse=demo.depot, quantity=1).full_clean()


def test_a_lot_of_another_product_is_refused(demo):
    with pytest.raises(ValidationError, match="Lot L-7 is not a lot of A-1"):
        StockProduct(product=demo.product, lot=demo.lot, warehouse=demo.depot, quantity=1).full_clean()


def test_runbooks_find_their_names():
    assert TransferRequest.STATUS_FULFILLED == "FULFILLED"
    assert Product._meta.get_field("storefront_inventory_entries").related_model.__name__ == "StoreFrontInventory"
