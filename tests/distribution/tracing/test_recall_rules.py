"""What check_data says of open recalls: everybody who got units has a notice, and nothing more of the lots leaves."""

import pytest

from distribution import recalling
from distribution.models import Recall, RecallNotice
from eqms.data_rules import check, registry
from eqms.signatures import Signer
from inventory.models import Lot

from .recalled import Journey


@pytest.fixture
def journey(demo):
    """Lot L-7, known as L7x too, went to North Clinic and waits for its order with Klinik Müller; both are noted."""
    journey = Journey(demo)
    journey.ship(3, sales_order=demo.order)
    journey.ship(2)
    journey.recall = recalling.open_recall([journey.lot], by=Signer(demo.ada), reason="cracks in the hub")
    return journey


def found(rule):
    return [row.words for row in check(registry[rule], 50).found]


def unnoted():
    return found("recall-consignees-without-notice")


@pytest.mark.parametrize(
    ("lot", "corrected"),
    [("L-7", ""), ("l-7", None), ("L7x", None), ("X-1", "L-7")],
    ids=["its lot", "its number", "mistyped", "corrected"],
)
def test_a_consignee_who_appears_later_is_named_with_the_page_of_the_recall(journey, lot, corrected):
    assert unnoted() == []
    journey.ship(4, lot=lot, corrected=corrected, consignee_name="Late Clinic", consignee_city="Salem")
    [row] = check(registry["recall-consignees-without-notice"], 5).found
    named = f"4 of A-2 to Late Clinic, Salem: recall {journey.recall.pk} has no notice for them"
    assert row.words.endswith(named)
    assert row.shown_on == (Recall, journey.recall.pk)
    recalling.refresh(journey.recall, by=journey.demo.ada)
    assert unnoted() == []


def test_a_shipment_that_names_nobody_is_a_consignee_of_its_own(journey):
    for _ in range(2):
        journey.ship(1, consignee_name="", consignee_address="", consignee_city="")
    assert len(unnoted()) == 2
    recalling.refresh(journey.recall, by=journey.demo.ada)
    assert unnoted() == []


def test_void_shipments_other_lots_and_lots_released_after_their_recall_need_no_notice(journey):
    Lot.objects.create(product=journey.product, number="L7x")  # a lot of its own now: no longer a mistyped L-7
    journey.ship(1, lot="L7x", corrected=None, consignee_name="Of the other lot")
    journey.ship(1, lot="L-7", corrected="L7x", consignee_name="Corrected to the other lot")
    void = journey.ship(1, consignee_name="Nobody")
    void.void(by=journey.demo.ada, reason="not sent")
    assert unnoted() == []
    recalling.close(journey.recall, by=Signer(journey.demo.ada), note="all back")
    RecallNotice.objects.all().delete()
    assert len(unnoted()) == 2
    Lot.objects.update(status="released")
    assert unnoted() == []


def test_a_lot_of_an_open_recall_that_may_still_leave_is_named(journey):
    assert found("recall-lots-not-stopped") == []
    for status, is_said in (("released", True), ("on_hold", False), ("quarantined", False)):
        Lot.objects.update(status=status)
        assert bool(found("recall-lots-not-stopped")) == is_said
    Lot.objects.update(status="released")
    [row] = check(registry["recall-lots-not-stopped"], 5).found
    assert row.words == f"A-2 L-7 of recall {journey.recall.pk}: Released"
    assert row.shown_on == (Lot, journey.lot.pk)
    recalling.close(journey.recall, by=Signer(journey.demo.ada), note="all back")
    assert found("recall-lots-not-stopped") == []
