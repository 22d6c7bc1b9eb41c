"""Which shipments count, and what a shipment keeps as it was reported."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from distribution.models import Distribution, DistributionLine
from eqms.operations import Plan, Refused


def test_a_shipment_is_matched_or_waits_or_is_void(demo):
    void = demo.shipped(1, voided_at=timezone.now(), void_reason="entered in error")
    assert list(Distribution.objects.matched()) == [demo.shipment]
    assert list(Distribution.objects.waiting()) == [demo.waiting]
    Distribution.objects.filter(pk=void.pk).update(sales_order=demo.order)
    assert list(Distribution.objects.matched()) == [demo.shipment]


def test_lines_of_matched_shipments_only(demo):
    assert [line.distribution for line in DistributionLine.objects.matched()] == [demo.shipment]


def test_counts_lines_and_units_in_one_query(demo, django_assert_num_queries):
    DistributionLine.objects.create(distribution=demo.waiting, line_number=2, product=demo.tracked, quantity=3)
    with django_assert_num_queries(1):
        counts = {s.pk: (s.line_count, s.units) for s in Distribution.objects.with_line_counts()}
    assert counts == {demo.shipment.pk: (1, 1), demo.waiting.pk: (2, 7)}


def test_keeps_keys_of_number_consignee_and_lot_as_reported(demo):
    shipment = demo.shipped(1, order_number="SO-78", consignee_name="Klinik Müller GmbH", consignee_city="Köln")
    assert (shipment.order_number_key, shipment.consignee_key) == ("78", "klinikmüller|köln")
    line = DistributionLine.objects.create(
        distribution=shipment, line_number=2, product=demo.tracked, lot_number="l 9", quantity=1
    )
    assert line.lot_number_key == "l9"


def test_a_lot_tracked_product_asks_for_the_number_on_the_paper(demo):
    line = DistributionLine(distribution=demo.shipment, line_number=2, product=demo.tracked, quantity=1)
    with pytest.raises(ValidationError, match="A-2 is lot-tracked: write the lot as on the paper"):
        line.full_clean()
    line.lot_number = "unknown-1"
    line.full_clean()


def test_a_shipment_and_its_lines_are_facts(demo):
    for row in (demo.shipment, demo.shipment.lines.get()):
        with pytest.raises(Refused, match="is a fact"):
            Plan("test").delete(row, because="x")


def test_says_from_where_it_left(demo):
    assert demo.shipment.shipped_from is None
    assert Distribution(shipped_from_warehouse=demo.depot).shipped_from == demo.depot
    assert Distribution(shipped_from_storefront=demo.shop).shipped_from == demo.shop
