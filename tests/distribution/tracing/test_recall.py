"""A recall from a lot to notices that are told and answered."""

import pytest
from django.utils import timezone

from distribution import recalling
from distribution.models import Distribution, Recall, RecallNotice
from distribution.returning import Back, take_back
from distribution.shipping import NewLine, NewShipment, plan_shipment
from eqms.models import ElectronicSignature, OperationRun
from eqms.operations import Approval, Refused, act
from eqms.operations.undo import undo
from eqms.signatures import Signer, signatures_of
from inventory.models import Lot, Product, Warehouse

from .recalled import Journey


@pytest.fixture
def journey(demo):
    journey = Journey(demo)
    journey.signer = Signer(demo.ada)
    journey.ship(3, sales_order=demo.order)
    journey.ship(2)
    return journey


@pytest.fixture
def recall(journey):
    return opened(journey)


def opened(journey, **values) -> Recall:
    return recalling.open_recall([journey.lot], by=journey.signer, reason="cracks in the hub", **values)


def notice_to(recall, name) -> RecallNotice:
    return recall.notices.get(consignee_name=name)


def test_opening_recalls_the_lot_and_drafts_a_notice_for_every_consignee_as_shipped(journey, recall):
    journey.lot.refresh_from_db()
    assert journey.lot.status == Lot.Status.RECALLED
    rows = recall.notices.order_by("consignee_name")
    assert [(row.consignee_name, row.units_shipped, row.units_waiting, row.status) for row in rows] == [
        ("Klinik Müller", 2, 2, "to tell"),
        ("North Clinic", 3, 0, "to tell"),
    ]
    assert rows[0].address_lines == ["Ring 4", "Ulm"]


def test_opening_is_one_run_with_signatures_on_recall_and_lot(journey, recall):
    run = OperationRun.objects.applied().get()
    assert (run.operation, run.reason, run.actor) == ("open recall", "cracks in the hub", journey.demo.ada)
    assert [(s.signature.meaning, s.is_valid) for s in signatures_of(recall)] == [("opened the recall", True)]
    assert [s.is_valid for s in signatures_of(journey.lot)] == [True]


def test_two_shipments_to_one_address_are_one_notice(journey):
    journey.ship(4)
    assert notice_to(opened(journey), "Klinik Müller").units_shipped == 6


def test_void_shipments_get_no_notice(journey):
    journey.ship(1, consignee_name="Nobody", voided_at=timezone.now(), void_reason="x", booked=False)
    assert not opened(journey).notices.filter(consignee_name="Nobody").exists()


def test_a_consignee_without_name_gets_its_notice_too(journey):
    journey.ship(1, consignee_name="", consignee_address="", consignee_city="")
    assert opened(journey).notices.count() == 3


def test_several_lots_make_one_recall_with_one_notice_a_consignee(journey):
    other = Lot.objects.create(product=journey.product, number="L-8")
    journey.ship(5, lot="L-8", booked=False)
    recall = recalling.open_recall([journey.lot, other], by=journey.signer, reason="cracks")
    assert (recall.recall_lots.count(), recall.notices.count()) == (2, 2)
    assert notice_to(recall, "Klinik Müller").units_shipped == 7


def test_mail_addresses_come_from_the_shipment_else_the_order_else_the_customer(journey):
    demo = journey.demo
    ordered = {"contact_email": "order@example.org"}
    journey.ship(1, sales_order=demo.ordered("SO-8", demo.idle, **ordered), consignee_contact="Dr. Who")
    journey.ship(1, consignee_name="By label", consignee_contact="label@example.org")
    type(demo.north).objects.filter(pk=demo.north.pk).update(email="north@example.org")
    recall = opened(journey)
    emails = dict(recall.notices.values_list("consignee_name", "email"))
    assert emails == {
        "Idle One": "order@example.org",
        "By label": "label@example.org",
        "North Clinic": "north@example.org",
        "Klinik Müller": "",
    }


def test_a_reason_and_a_lot_are_needed_and_nothing_happens_without(journey):
    for lots, reason in (([journey.lot], "  "), ([], "cracks")):
        with pytest.raises(Refused):
            recalling.open_recall(lots, by=journey.signer, reason=reason)
    assert not Recall.objects.exists() and not ElectronicSignature.objects.exists()


def test_a_lot_is_a_part_of_one_open_recall_at_most(journey, recall):
    with pytest.raises(Refused, match=f"Lot L-7 is a part of recall {recall.pk}, which is open"):
        opened(journey)
    recalling.close(recall, by=journey.signer, note="all accounted for")
    assert opened(journey).pk != recall.pk


def test_a_lot_of_an_open_recall_stays_recalled(journey, recall):
    with pytest.raises(Refused, match="which is open"):
        journey.lot.change_status("released", by=journey.signer, reason="oops")
    recalling.close(recall, by=journey.signer, note="false alarm")
    journey.lot.change_status("released", by=journey.signer, reason="false alarm")
    journey.lot.refresh_from_db()
    assert journey.lot.status == "released"


def test_a_recalled_lot_is_shipped_no_more(journey, recall):
    shipment = NewShipment(
        source=Distribution.Source.MANUAL,
        ship_date=timezone.localdate(),
        order_number="SO-1",
        lines=(NewLine("A-2", 1, "L-7"),),
        place=journey.demo.depot,
        because="typed",
    )

    def draft(plan):
        plan_shipment(plan, shipment, by=journey.demo.ada)

    before = Distribution.objects.count()
    with pytest.raises(Refused, match='"L-7" is recalled. Nothing of it may leave'):
        act("ship", draft, by=journey.demo.ada)
    assert Distribution.objects.count() == before


# -- later ----------------------------------------------------------------------------------------------


def test_consignees_that_appear_later_get_a_notice_and_the_others_keep_theirs(journey, recall):
    recalling.tell([notice_to(recall, "North Clinic")], by=journey.demo.ada, how="phone")
    journey.ship(1, consignee_name="Late Clinic")
    journey.ship(4, sales_order=journey.demo.order)
    recalling.refresh(recall, by=journey.demo.ada)
    assert notice_to(recall, "Late Clinic").units_shipped == 1
    north = notice_to(recall, "North Clinic")
    assert (north.units_shipped, north.status, recall.notices.count()) == (7, "told", 3)
    assert not recalling.refresh(recall, by=journey.demo.ada)


def test_what_came_back_and_what_became_void_is_seen_by_a_refresh(journey, recall):
    shipment = Distribution.objects.get(consignee_name="Klinik Müller", lines__lot=journey.lot)
    quarantine = Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    take_back(shipment, [Back(shipment.lines.get(), 1)], quarantine, by=journey.demo.ada)
    Distribution.objects.filter(lines__lot=journey.lot, consignee_name="North Clinic").update(
        voided_at=timezone.now(), void_reason="never sent"
    )
    recalling.refresh(recall, by=journey.demo.ada)
    assert notice_to(recall, "Klinik Müller").units_back == 1
    assert notice_to(recall, "North Clinic").status == "void"
    assert recall.notices.effectiveness().consignees == 1


def test_a_refresh_can_be_undone_until_somebody_was_told(journey, recall):
    journey.ship(1, consignee_name="Late Clinic")
    plan = recalling.refresh(recall, by=journey.demo.ada)
    undo.apply(Approval(journey.demo.ada, reason="too early"), run=plan.run)
    assert recall.notices.count() == 2
    plan = recalling.refresh(recall, by=journey.demo.ada)
    recalling.tell([notice_to(recall, "Late Clinic")], by=journey.demo.ada, how="phone")
    with pytest.raises(Refused, match="was changed later"):
        undo.apply(Approval(journey.demo.ada, reason="too late"), run=plan.run)


def test_opening_is_signed_and_not_undone(journey, recall):
    with pytest.raises(Refused, match="What was signed is not taken back"):
        undo.apply(Approval(journey.demo.ada, reason="oops"), run=OperationRun.objects.applied().get())


# -- told, answered, closed ---------------------------------------------------------------------------------


def test_who_was_told_when_and_how_is_recorded_once(journey, recall):
    notice = notice_to(recall, "North Clinic")
    recalling.tell([notice], by=journey.demo.ada, how="letter", note="registered, R 123")
    notice.refresh_from_db()
    first = notice.told_at
    assert (notice.told_by, notice.told_how, notice.told_note, notice.status) == (
        journey.demo.ada,
        "letter",
        "registered, R 123",
        "told",
    )
    assert not recalling.tell([notice], by=journey.demo.ada, how="phone")
    notice.refresh_from_db()
    assert (notice.told_at, notice.told_how) == (first, "letter")


def test_an_answer_needs_a_name_and_somebody_who_was_told(journey, recall):
    notice = notice_to(recall, "North Clinic")
    with pytest.raises(Refused, match="was not told yet"):
        recalling.answer(notice, by=journey.demo.ada, name="Anna")
    recalling.tell([notice], by=journey.demo.ada, how="phone")
    with pytest.raises(Refused, match="Say who answered"):
        recalling.answer(notice, by=journey.demo.ada, name=" ")


def test_effectiveness_is_who_answered_and_which_units_are_accounted_for(journey, recall):
    ada, north, mueller = journey.demo.ada, notice_to(recall, "North Clinic"), notice_to(recall, "Klinik Müller")
    recalling.tell([north, mueller], by=ada, how="phone")
    recalling.answer(north, by=ada, name="Anna", units_destroyed=2, units_used=None, units_returning=0)
    found = recall.notices.effectiveness()
    assert (found.told_share, found.answered_share, found.units_share) == ("100 %", "50 %", "40 %")
    recalling.answer(north, by=ada, name="Anna", units_destroyed=2, units_used=1, units_returning=9)
    assert recall.notices.effectiveness().accounted == 3


def test_units_that_came_back_are_not_counted_twice(journey, recall):
    mueller = notice_to(recall, "Klinik Müller")
    RecallNotice.objects.filter(pk=mueller.pk).update(units_back=1, units_returning=1)
    assert recall.notices.effectiveness().accounted == 1


def test_a_recall_without_consignees_has_no_per_cent(journey):
    product = Product.objects.create(sku="Z-1", name="Nothing", is_lot_tracked=True)
    lot = Lot.objects.create(product=product, number="Z")
    found = recalling.open_recall([lot], by=journey.signer, reason="x").notices.effectiveness()
    assert (found.consignees, found.answered_share) == (0, "–")


def test_closing_needs_a_note_is_signed_and_final(journey, recall):
    ada = journey.demo.ada
    with pytest.raises(Refused, match="Say what came of the recall"):
        recalling.close(recall, by=journey.signer, note="")
    recalling.close(recall, by=journey.signer, note="all destroyed")
    recall.refresh_from_db()
    assert (recall.state, recall.closed_by) == ("closed", ada)
    assert [s.signature.meaning for s in signatures_of(recall) if s.is_valid] == ["closed the recall"]
    notice = recall.notices.first()
    for late in (
        lambda: recalling.refresh(recall, by=ada),
        lambda: recalling.tell([notice], by=ada, how="phone"),
        lambda: recalling.close(recall, by=journey.signer, note="again"),
    ):
        with pytest.raises(Refused, match="was closed on"):
            late()
    journey.lot.refresh_from_db()
    assert journey.lot.status == "recalled"
