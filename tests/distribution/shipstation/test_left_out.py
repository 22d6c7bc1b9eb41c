"""What was left out: completed by a person, or taken in when its order comes."""

import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from distribution.models import Distribution, DistributionLine, SkippedShipment
from distribution.operations import match_distributions
from distribution.shipping.left_out import complete, settle
from eqms import roles
from eqms.models import Policy, User
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from inventory.models import Lot, Product
from sales.models import DocumentSegment, SalesOrder
from sales.operations import import_orders
from tests.cast import digest
from tests.operation_options import read_papers
from tests.test_pages import order_form

from .rows import order_of, shipment
from .test_sync import synced

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(demo):
    """A shipment of five of A-2, lot-tracked, that came without a lot."""
    Lot.objects.create(product=demo.tracked, number="L-8")
    synced(demo, shipment(1, ("A-2", 5), ("A-1", 1)))
    return SkippedShipment.objects.get()


def test_a_person_completes_it_with_its_lot(demo, kept):
    before = digest()
    run = complete(kept, ["L-7", ""], by=demo.ada, reason="on the slip").run
    kept.refresh_from_db()
    assert kept.distribution.external_key == "1001"
    lines = kept.distribution.lines.order_by("line_number")
    assert [(line.product.sku, line.lot, line.quantity) for line in lines] == [("A-2", demo.lot, 5), ("A-1", None, 1)]
    with pytest.raises(Refused, match="It was taken in already, as shipment"):
        complete(kept, ["L-7", ""], by=demo.ada)
    undo.apply(Approval(demo.ada, reason="wrong slip"), run=run)
    assert digest() == before


def test_a_line_of_several_lots_is_split_by_units(demo, kept):
    complete(kept, ["L-7 x2, L-8 x3", ""], by=demo.ada)
    lines = DistributionLine.objects.filter(distribution__external_key="1001", product=demo.tracked)
    assert sorted(lines.values_list("lot_number", "quantity")) == [("L-7", 2), ("L-8", 3)]


@pytest.mark.parametrize(
    ("lot", "words"),
    [
        ("L-7 x2, L-8 x2", "make 4 units, but 5 were shipped"),
        ("L-7, L-8", "Write each lot with its units"),
        ("L-7 x2", "make 2 units, but 5 were shipped"),
        ("", "A-2 is lot-tracked. Write the lot as on the paper."),
    ],
)
def test_lots_that_do_not_make_up_the_units_are_refused(demo, kept, lot, words):
    before = digest()
    with pytest.raises(Refused, match=words):
        complete(kept, [lot, ""], by=demo.ada)
    assert digest() == before


def test_what_could_not_be_read_is_entered_by_hand(demo):
    synced(demo, shipment(1, ("A-1", 1), shipTo=None))
    with pytest.raises(Refused, match="Enter it by hand"):
        complete(SkippedShipment.objects.get(), [], by=demo.ada)


def test_what_found_no_order_is_taken_in_when_the_order_comes(demo):
    SalesOrder.objects.create(order_number=demo.waiting.order_number, customer=demo.north, order_date="2026-03-01")
    match_distributions.apply(Approval(demo.ada))
    match_distributions.apply(Approval(demo.ada), enforce=True)
    synced(demo, shipment(1, ("A-1", 2), order="SO-900"))
    assert "none may wait" in SkippedShipment.objects.get().reason
    read_papers(demo)
    before = digest()
    run = import_orders.apply(Approval(demo.ada), DocumentSegment.objects.all()).run
    kept = SkippedShipment.objects.get()
    assert kept.distribution.sales_order.order_number == "SO-900"
    undo.apply(Approval(demo.ada, reason="back"), run=run)
    assert digest() == before
    assert not Distribution.objects.filter(source="shipstation").exists()


def test_a_typed_order_takes_in_what_was_left_out_for_want_of_it(demo, as_ada):
    SalesOrder.objects.create(order_number=demo.waiting.order_number, customer=demo.north, order_date="2026-03-01")
    match_distributions.apply(Approval(demo.ada))
    match_distributions.apply(Approval(demo.ada), enforce=True)
    synced(demo, shipment(1, ("A-1", 2), order="SO-900"))
    lines = [{"line_number": 1, "sku_printed": "A-1", "product": demo.product.pk, "quantity": 2}]
    form = order_form(demo.north, order_number="SO-900", lines=lines)
    answer = as_ada.post(reverse("admin:sales_salesorder_add"), form, follow=True)
    assert "Created 1 shipment, created 1 shipment line" in str(list(answer.context["messages"])[0])
    assert SkippedShipment.objects.get().distribution.sales_order.order_number == "SO-900"


# -- the next sync -------------------------------------------------------------------------------


def test_what_a_person_completed_stops_no_later_sync(demo, kept):
    complete(kept, ["L-7", ""], by=demo.ada)
    plan = synced(demo, shipment(1, ("A-2", 5), ("A-1", 1)), shipment(2, ("A-1", 3)))
    assert plan.warnings[-1] == "2 shipments of 2026-03: 1 new, 1 here already, 0 voided at ShipStation, 0 left out."
    plan = synced(demo, shipment(1, ("A-2", 6), ("A-1", 1)))
    (skip,) = plan.skips
    assert skip.because == "it is shipment of 2026-03-02, order SO-1, and is reported with other units now"


def test_a_shipment_that_was_entered_by_hand_is_written_no_second_time(demo, kept):
    there = demo.shipped(5, product=demo.tracked, lot=demo.lot)
    DistributionLine.objects.create(distribution=there, line_number=2, product=demo.product, quantity=1)
    settle(kept, by=demo.ada, reason="same parcel", shipment=there)
    row = shipment(1, ("A-2", 5), ("A-1", 1))
    before = digest(Distribution, DistributionLine, SkippedShipment)
    plan = synced(demo, row, orders=[order_of(row, "lot L-7")])
    assert plan.warnings[-1].endswith("0 new, 1 here already, 0 voided at ShipStation, 0 left out.")
    (skip,) = synced(demo, {**row, "voided": True}).skips
    assert "void it here if it did not leave" in skip.because
    assert digest(Distribution, DistributionLine, SkippedShipment) == before


def test_what_is_void_again_is_kept_as_it_is_reported_now(demo, kept):
    complete(kept, ["L-8", ""], by=demo.ada)
    kept.refresh_from_db()
    kept.distribution.void(by=demo.ada, reason="wrong lot")
    synced(demo, shipment(1, ("A-2", 9)))
    complete(SkippedShipment.objects.get(), ["L-7"], by=demo.ada)
    kept.refresh_from_db()
    assert kept.distribution.lines.get().quantity == 9


def test_a_label_that_is_void_no_more_is_left_out_again(demo, kept):
    row = shipment(1, ("A-2", 5), ("A-1", 1))
    synced(demo, {**row, "voided": True})
    assert not SkippedShipment.objects.left_out().exists()
    synced(demo, row)
    assert SkippedShipment.objects.left_out().get() == kept
    synced(demo, {**row, "voided": True})
    plan = synced(demo, row, orders=[order_of(row, "lot L-7")])
    assert plan.warnings[-1].endswith("1 new, 0 here already, 0 voided at ShipStation, 0 left out.")
    kept.refresh_from_db()
    assert kept.distribution.lines.count() == 2


def test_a_shipment_of_the_log_that_can_no_longer_be_read_stays_as_it_is(demo):
    synced(demo, shipment(1, ("A-1", 1)))
    plan = synced(demo, shipment(1, ("A-1", 1), shipTo=None))
    assert plan.warnings[-1].endswith("0 new, 1 here already, 0 voided at ShipStation, 0 left out.")
    assert not SkippedShipment.objects.exists()


def test_an_endless_key_keeps_one_shipment_out_and_no_other(demo):
    plan = synced(demo, shipment(1, ("A-1", 1), shipmentId="9" * 300), shipment(2, ("A-1", 1)))
    assert "1 new" in plan.warnings[-1]
    assert "it has no shipmentId of at most 200 characters" in " ".join(skip.because for skip in plan.skips)


@pytest.mark.parametrize("is_same", [True, False])
def test_where_nothing_may_wait_what_was_settled_is_here(demo, is_same):
    Policy.objects.create(name="distributions_may_wait", value="no")
    row = shipment(1, ("A-1", 2), order="SO-1TYPO")
    synced(demo, row)
    there = demo.shipped(2, order_number="SO-1", sales_order=demo.order) if is_same else None
    settle(SkippedShipment.objects.get(), by=demo.ada, reason="mistyped there", shipment=there)
    plan = synced(demo, row, shipment(2, ("A-1", 1)))
    assert plan.warnings[-1].endswith("1 new, 1 here already, 0 voided at ShipStation, 0 left out.")


def test_an_order_comes_in_beside_a_shipment_that_is_void_again(demo, as_ada):
    Lot.objects.create(product=demo.tracked, number="L-8")
    synced(demo, shipment(1, ("A-2", 5), order="SO-900"))
    left = SkippedShipment.objects.get()
    complete(left, ["L-8"], by=demo.ada)
    left.refresh_from_db()
    left.distribution.void(by=demo.ada, reason="wrong lot")
    lines = [{"line_number": 1, "sku_printed": "A-2", "quantity": 5}]
    form = order_form(demo.north, order_number="SO-900", lines=lines)
    assert as_ada.post(reverse("admin:sales_salesorder_add"), form).status_code == 302
    left.refresh_from_db()
    assert left.distribution.voided_at


def test_a_shipment_is_settled_as_one_of_its_goods_and_once(demo, kept):
    with pytest.raises(Refused, match="holds nothing of A-1, A-2, which was reported"):
        other = demo.shipped(1, product=Product.objects.create(sku="B-9", name="Sheath"))
        settle(kept, by=demo.ada, reason="same", shipment=other)
    settle(kept, by=demo.ada, reason="same", shipment=demo.shipment)
    synced(demo, shipment(2, ("A-2", 7)))
    with pytest.raises(Refused, match="is what was reported as 1001"):
        settle(SkippedShipment.objects.get(external_key="1002"), by=demo.ada, reason="same", shipment=demo.shipment)


def test_who_may_not_override_lots_settles_none_that_names_a_recalled_one(demo, kept):
    roles.seed()
    clerk = User.objects.create_user("carl")
    clerk.groups.add(Group.objects.get(name="warehouse"))
    content = json.loads(kept.content)
    content["lines"][0][2] = "L-7"
    SkippedShipment.objects.update(content=json.dumps(content))
    Lot.objects.filter(number="L-7").update(status=Lot.Status.RECALLED)
    with pytest.raises(Refused, match="It names lot L-7, which may not leave: carl lacks the permission"):
        settle(kept, by=clerk, reason="x")
    settle(kept, by=demo.ada, reason="still on the dock")


def test_a_shipment_of_the_log_whose_notes_are_gone_is_left_out_no_second_time(demo, kept):
    row = shipment(2, ("A-2", 5))
    synced(demo, row, orders=[order_of(row, "lot L-7")])
    synced(demo, row)
    assert SkippedShipment.objects.get() == kept


def test_a_conflict_that_is_over_lets_go_of_what_was_left_out(demo):
    synced(demo, shipment(1, ("A-1", 1)))
    synced(demo, shipment(1, ("A-1", 2)))
    assert SkippedShipment.objects.left_out().exists()
    synced(demo, shipment(1, ("A-1", 1)))
    assert SkippedShipment.objects.get().distribution == Distribution.objects.get(source="shipstation")


def test_a_number_that_is_too_long_keeps_one_shipment_out_and_no_other(demo):
    plan = synced(demo, shipment(1, ("A-1", 1), order="9" * 61), shipment(2, ("A-1", 1)))
    assert "1 new" in plan.warnings[-1]
    assert SkippedShipment.objects.get().reason == "its order number has more than 60 characters"


def test_where_nothing_may_wait_an_order_is_named_for_a_shipment_without_a_number(demo):
    Policy.objects.create(name="distributions_may_wait", value="no")
    synced(demo, shipment(1, ("A-1", 1), order=""))
    left = SkippedShipment.objects.get()
    for order_number, says in (("", "It names no order, and no"), ("SO-404", "No order SO-404 is here, and no")):
        with pytest.raises(Refused, match=says):
            complete(left, [""], by=demo.ada, order_number=order_number)
    complete(left, [""], by=demo.ada, order_number="so 1")
    left.refresh_from_db()
    assert left.distribution.sales_order == demo.order


# -- pages ---------------------------------------------------------------------------------------


def test_the_page_completes_it_and_keeps_what_was_typed_on_errors(demo, kept, client):
    client.force_login(demo.ada)
    page = reverse("complete_shipment", args=[kept.pk])
    answer = client.post(page, {"lot-0": "L-7 x2", "lot-1": "", "reason": "slip"})
    assert "make 2 units, but 5 were shipped" in answer.content.decode()
    assert 'value="L-7 x2"' in answer.content.decode()
    answer = client.post(page, {"lot-0": "L-7", "lot-1": "", "reason": "slip"})
    kept.refresh_from_db()
    assert answer.url == reverse("admin:distribution_distribution_change", args=[kept.distribution_id])
    assert "It was taken in later" in client.get(page).content.decode()


def test_the_list_of_what_was_left_out_leads_there(demo, kept, client):
    client.force_login(demo.ada)
    page = client.get(reverse("admin:distribution_skippedshipment_changelist")).content.decode()
    assert reverse("complete_shipment", args=[kept.pk]) in page
