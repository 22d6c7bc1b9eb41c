"""A recall in a browser: from the number on a box to notices that are told and answered."""

import json
from datetime import date

import pytest

from distribution import recalling
from distribution.models import Recall, SkippedShipment
from distribution.shipping import NewLine, NewShipment
from distribution.tracing import trace_lot
from eqms.signatures import Signer
from inventory.models import Product
from sales.address_block import AddressBlock
from tests.distribution.tracing.recalled import Journey


@pytest.fixture
def visit_as_ada(demo, client, visit):
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    return visit


@pytest.fixture
def journey(demo):
    journey = Journey(demo)
    journey.ship(3, sales_order=demo.order, tracking_number="1Z-9")
    journey.ship(2, order_number="SO-404", consignee_contact="lab@example.org")
    Product.objects.filter(pk=journey.product.pk).update(gtin="00844588003288")
    return journey


def test_a_scanned_lot_is_traced_recalled_told_and_answered(visit_as_ada, journey):
    page = visit_as_ada.page
    visit_as_ada.open("/admin/trace/")
    visit_as_ada.look("trace search")
    page.get_by_label("Lot, order, tracking number").fill("(01)00844588003288(17)300131(10)L-7")
    page.get_by_role("button", name="Trace").click()
    page.get_by_text("Each of the 20 units is in one place").wait_for()
    visit_as_ada.look("trace of a lot")

    page.get_by_role("link", name="Open a recall").click()
    page.get_by_label("What is wrong with the units").fill("Cracks in the hub")
    page.get_by_label("Your password, to sign").fill("wrong")
    page.get_by_role("button", name="Recall 1 lot and draft 2 notices").click()
    page.get_by_text("The password is not right").wait_for()
    assert page.get_by_label("What is wrong with the units").input_value() == "Cracks in the hub"
    visit_as_ada.look("open a recall")
    page.get_by_label("Your password, to sign").fill("pw")
    page.get_by_role("button", name="Recall 1 lot").click()
    page.get_by_text("2 notices drafted").wait_for()
    visit_as_ada.look("a recall")

    page.get_by_label("How they were told").select_option("Letter")
    page.get_by_label("Tell Klinik Müller").uncheck()
    page.get_by_role("button", name="Record the chosen ones as told").click()
    page.get_by_text("1 consignees recorded as told.").wait_for()
    page.get_by_role("link", name="North Clinic").first.click()
    page.get_by_label("Who answered").fill("Anna")
    page.get_by_label("Destroyed").fill("3")
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_text("3 destroyed").wait_for()
    visit_as_ada.look("a notice")
    recall = Recall.objects.get()
    visit_as_ada.look_at(f"/admin/recalls/{recall.pk}/letters")
    visit_as_ada.look_at(f"/admin/recalls/{recall.pk}/packet")
    page.get_by_role("button", name="Keep this packet").click()
    page.get_by_text("Kept as").wait_for()
    visit_as_ada.open(f"/admin/distribution/recall/{recall.pk}/change/")
    page.get_by_text("50 %").first.wait_for()
    visit_as_ada.look_at(f"/admin/recalls/{recall.pk}/close")


def test_units_that_were_left_out_are_seen_in_trace_and_recall_and_taken_in(visit_as_ada, journey):
    page = visit_as_ada.page
    address = AddressBlock("Hôpital Saint-Éloi", "80 avenue Augustin Fliche", "Montpellier", "", "34295")
    lines = (NewLine("A-2", 4, "L-7"), NewLine("A-2", 1))
    left = NewShipment("shipstation", date(2026, 2, 3), lines, "", "SO-500", "1009", address, tracking_number="7009")
    SkippedShipment.objects.create(
        source="shipstation", external_key="1009", reason="A-2 is lot-tracked.", content=json.dumps(left.as_json())
    )
    journey.demo.ordered("SO-500", journey.demo.north)
    visit_as_ada.look_at(f"/admin/trace/?lot={journey.lot.pk}", " with a shipment left out")
    visit_as_ada.look_at(f"/admin/recalls/open?lot={journey.lot.pk}", " with a shipment left out")
    recall = recalling.open_recall([journey.lot], by=Signer(journey.demo.ada), reason="cracks")
    recall_page = f"/admin/distribution/recall/{recall.pk}/change/"
    visit_as_ada.look_at(recall_page, " with a shipment left out")
    visit_as_ada.look_at(f"/admin/recalls/{recall.pk}/close", " with a shipment left out")
    page.get_by_role("link", name="2026-02-03").first.click()
    page.get_by_label("Lot of 1 of A-2").fill("L-7")
    page.get_by_label("How do you know?").fill("the hospital called")
    page.get_by_role("button", name="Take this shipment in").click()
    page.get_by_text("let a permitted person record it").first.wait_for()
    visit_as_ada.look("complete a shipment of a recalled lot")
    page.get_by_label("The goods did leave").check()
    page.get_by_role("button", name="Take this shipment in").click()
    page.get_by_text("Taken in").wait_for()
    visit_as_ada.open(recall_page)
    page.get_by_role("button", name="Look for new consignees").click()
    page.get_by_role("link", name="Hôpital Saint-Éloi").wait_for()
    assert trace_lot(journey.lot).units == 10


def test_a_signature_on_an_edited_lot_shows_that_it_no_longer_fits(visit_as_ada, demo):
    page = visit_as_ada.page
    visit_as_ada.open(f"/admin/inventory/lot/{demo.lot.pk}/change/")
    page.get_by_role("link", name="Change status").click()
    page.get_by_label("New status").select_option("On hold")
    page.get_by_label("Reason").fill("torn bags")
    page.get_by_label("Your password, to sign").fill("pw")
    visit_as_ada.look("sign the status of a lot")
    page.get_by_role("button", name="Change and sign").click()
    page.get_by_text("ada changed the status to on hold").wait_for()
    page.get_by_label("Units produced").fill("99")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("no longer fits").wait_for()
    visit_as_ada.look("a lot whose signature no longer fits")


def test_the_trace_of_a_customer_is_readable_in_the_dark_too(visit_as_ada, journey, demo):
    visit_as_ada.theme("dark")
    visit_as_ada.look_at(f"/admin/trace/?customer={demo.north.pk}", "-dark")
    visit_as_ada.look_at(f"/admin/trace/?lot={journey.lot.pk}", "-dark")
