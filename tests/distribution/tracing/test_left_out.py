"""What was reported and left out of the log: every trace and every recall names it, until somebody completes it."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from distribution import recalling
from distribution.models import SkippedShipment
from distribution.operations import match_distributions, sync_shipstation
from distribution.recall_packet import left_out_of, lines_csv
from distribution.shipping.left_out import complete, settle
from distribution.tracing import trace_customer, trace_lot, trace_number
from distribution.tracing.export import as_csv
from distribution.tracing.left_out import of_lots
from distribution.tracing.search import find, lots_called
from eqms import roles
from eqms.data_rules import check, registry
from eqms.models import User
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from eqms.signatures import Signer
from inventory.models import Lot, ProductCode
from sales.models import SalesOrder
from tests.cast import digest
from tests.test_pages import order_form

from ..shipstation.rows import order_of, shipment
from ..shipstation.test_sync import MARCH, synced

pytestmark = pytest.mark.django_db
HEADING = "Reported, and left out of the log"


def noted(number, lot, *items, **more):
    """Return a shipment and its order, whose note names ``lot``."""
    row = shipment(number, *(items or [("A-2", 5)]), **more)
    return row, order_of(row, f"lot {lot}")


@pytest.fixture
def other(demo):
    """A second lot of A-2, so that no line says by itself of which it is."""
    return Lot.objects.create(product=demo.tracked, number="L-8")


@pytest.fixture
def unnamed(demo, other):
    """Five of A-2 that came without a lot."""
    synced(demo, shipment(1, ("A-2", 5), ("A-1", 1)))
    return SkippedShipment.objects.get()


@pytest.fixture
def recalled(demo, other):
    """Five of L-7 that left before they were recalled and were reported after."""
    Lot.objects.filter(pk=demo.lot.pk).update(status=Lot.Status.RECALLED)
    row, order = noted(1, "L-7")
    synced(demo, row, orders=[order])
    demo.lot.refresh_from_db()
    return SkippedShipment.objects.get()


def told(trace) -> list[tuple]:
    return [(line.name, line.sku, line.quantity, line.reported_number, line.names_lot) for line in trace.left_out]


# -- a lot -----------------------------------------------------------------------------------------------


def test_units_without_a_lot_may_be_of_each_lot_of_their_product_and_count_nowhere(demo, unnamed, other):
    for lot in (demo.lot, other):
        trace = trace_lot(lot)
        assert told(trace) == [("Klinik Müller", "A-2", 5, "", False)]
        assert "Write the lot" in trace.left_out[0].why
        assert (trace.units, trace.consignees) == (0, 0)


def test_units_of_a_lot_are_named_by_its_trace_alone(demo, recalled, other):
    assert told(trace_lot(demo.lot)) == [("Klinik Müller", "A-2", 5, "L-7", True)]
    assert told(trace_lot(other)) == []


def test_a_number_that_no_lot_has_may_be_mistyped(demo, recalled):
    content = recalled.content.replace("L-7", "L-77")
    SkippedShipment.objects.update(content=content)
    assert told(trace_lot(demo.lot)) == [("Klinik Müller", "A-2", 5, "L-77", False)]
    assert told(trace_number(demo.tracked, "l-77")) == [("Klinik Müller", "A-2", 5, "L-77", True)]
    assert told(trace_number(demo.product, "l-77")) == told(trace_number(demo.tracked, "l-78")) == []
    [found] = lots_called("L-77")
    assert (found.product, found.lot) == (demo.tracked, None)
    assert "left out of the log reports it" in found.how
    assert lots_called("L-77", [demo.product]) == []


def test_another_code_of_the_product_is_the_product(demo, unnamed):
    ProductCode.objects.create(product=demo.tracked, code="CAT-2")
    SkippedShipment.objects.update(content=unnamed.content.replace("A-2", "cat- 2"))
    assert [line.sku for line in trace_lot(demo.lot).left_out] == ["cat- 2"]


def test_goods_that_could_not_be_read_may_be_of_any_lot(demo):
    bad = shipment(1, ("A-1", 2), shipTo=None)
    bad["shipmentItems"].append({"sku": "", "name": "A box", "quantity": 3})
    synced(demo, bad, shipment(2, ("A-1", 2), shipTo=None))
    [line] = trace_lot(demo.lot).left_out
    assert (line.sku, line.quantity, str(line.ship_date), line.names_lot) == ("", 0, "2026-03-02", False)
    assert "names no consignee" in line.why


WRONG = ({"lines": [["A-2", "5"]]}, {"lines": [[3, 5, 7]]}, {"order_number": 5}, {"place": ["x", 1]})
WRONG += ({"consignee": [1, None, "", "", ""]}, {"place": [[], 1]})
HOSTILE = ["", "[]", "{}", '{"lines": []}', '{"reported": null}', '{"lines": 3, "new": 1}', *WRONG]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_row_of_another_release_may_be_of_any_lot_and_breaks_no_page(demo, unnamed, as_ada, content):
    wrong = json.dumps({**json.loads(unnamed.content), **content}) if isinstance(content, dict) else content
    SkippedShipment.objects.update(content=wrong)
    [line] = trace_lot(demo.lot).left_out
    assert (line.sku, line.skipped_id, line.names_lot) == ("", unnamed.pk, False)
    assert HEADING in as_ada.get(f"/admin/trace/?lot={demo.lot.pk}").content.decode()
    assert as_ada.get(reverse("complete_shipment", args=[unnamed.pk])).status_code == 200


def test_half_an_emoji_breaks_no_page(demo, other, as_ada):
    broken = shipment(1, ("A-2", 5))
    broken["shipTo"]["company"] = "Klinik \ud83d"
    synced(demo, broken)
    assert "Klinik" in as_ada.get(f"/admin/trace/?lot={demo.lot.pk}").content.decode()


def test_a_product_that_nobody_knows_may_be_of_any_lot_and_is_sure_where_the_number_is(demo, recalled, other):
    SkippedShipment.objects.update(content=recalled.content.replace("A-2", "A-2X"))
    assert told(trace_lot(demo.lot)) == [("Klinik Müller", "A-2X", 5, "L-7", True)]
    assert told(trace_lot(other)) == [("Klinik Müller", "A-2X", 5, "L-7", False)]


def test_two_lines_that_say_the_same_are_two(demo, other):
    synced(demo, shipment(1, ("A-2", 5), ("A-2", 5)))
    assert sum(line.quantity for line in left_out_of([trace_lot(demo.lot), trace_lot(other)])) == 10
    assert "".join(lines_csv([trace_lot(demo.lot), trace_lot(other)])).count("left out, lot not known") == 2


def test_what_was_completed_is_in_the_log_and_left_out_no_more(demo, unnamed):
    complete(unnamed, ["L-7", ""], by=demo.ada)
    trace = trace_lot(demo.lot)
    assert (trace.units, trace.left_out) == (5, [])


def test_a_trace_asks_once_what_was_left_out_and_three_times_more_where_something_was(
    demo, recalled, django_assert_num_queries
):
    lot = Lot.objects.select_related("product").get(pk=demo.lot.pk)
    with django_assert_num_queries(10):  # no line of the log, so nothing came back
        trace_lot(lot)
    SkippedShipment.objects.bulk_create(
        SkippedShipment(source="csv", external_key=str(n), reason="?", content=recalled.content) for n in range(20)
    )
    with django_assert_num_queries(10):  # no line of the log, so nothing came back
        assert len(trace_lot(lot).left_out) == 21


def test_the_traces_of_a_recall_read_once_what_was_left_out(demo, recalled, other, django_assert_num_queries):
    lots = list(Lot.objects.select_related("product").order_by("number"))
    with django_assert_num_queries(1 + 2 * 9):
        assert [len(trace.left_out) for trace in recalling.traces_of(lots)] == [1, 0]


# -- a customer ------------------------------------------------------------------------------------------


def test_a_customer_is_told_what_was_left_out_to_its_name_and_address(demo, unnamed):
    block = {"city": "Springfield", "state": "IL", "postal_code": "62701"}
    for name, street in (("Klinik Müller", "5 Ring"), ("Klinik Müller", "6 Ring")):
        customer = type(demo.north).objects.create(facility_name=name, address1=street, **block)
        found = [(line.sku, line.quantity) for line in trace_customer(customer).left_out]
        assert found == ([("A-2", 5), ("A-1", 1)] if street == "5 Ring" else [])


def test_a_customer_is_told_what_was_left_out_of_its_orders_whatever_the_address(demo, unnamed):
    assert [line.sku for line in trace_customer(demo.north).left_out] == ["A-2", "A-1"]
    assert trace_customer(demo.north_inc).left_out == []


# -- a recall --------------------------------------------------------------------------------------------


def test_who_may_let_it_stand_completes_it_and_the_recall_finds_its_consignee(demo, recalled):
    Lot.objects.update(status=Lot.Status.RELEASED)
    recall = recalling.open_recall([demo.lot], by=Signer(demo.ada), reason="cracks")
    assert not recall.notices.exists()
    with pytest.raises(Refused, match="Where the goods did leave, let a permitted person record it"):
        complete(recalled, ["L-7"], by=demo.ada)
    with pytest.raises(Refused, match="Say how you know"):
        complete(recalled, ["L-7"], by=demo.ada, reason=" ", goods_left=True)
    complete(recalled, ["L-7"], by=demo.ada, reason="the carrier delivered it", goods_left=True)
    recalling.refresh(recall, by=demo.ada)
    assert [(notice.consignee_name, notice.units_shipped) for notice in recall.notices.all()] == [("Klinik Müller", 5)]
    assert trace_lot(demo.lot).left_out == []


def test_the_page_lets_only_who_may_override_say_that_the_goods_left(demo, recalled, client):
    roles.seed()
    clerk = User.objects.create_user("carl", password="pw", is_staff=True)
    clerk.groups.add(Group.objects.get(name="warehouse"))
    address, sent = (
        reverse("complete_shipment", args=[recalled.pk]),
        {"lot-0": "L-7", "reason": "seen", "goods_left": "on"},
    )
    client.force_login(clerk)
    assert "The goods did leave" not in client.get(address).content.decode()
    assert "let a permitted person record it" in client.post(address, sent).content.decode()
    client.force_login(demo.ada)
    assert "The goods did leave" in client.get(address).content.decode()
    assert client.post(address, sent).status_code == 302
    assert SkippedShipment.objects.get().distribution.lines.get().lot == demo.lot


def test_a_line_that_may_be_of_two_recalled_lots_stands_once(demo, unnamed, other):
    assert len(of_lots([other, demo.lot])) == 1
    assert len(left_out_of([trace_lot(other), trace_lot(demo.lot)])) == 1


def test_every_page_of_a_recall_names_what_was_left_out(demo, recalled, as_ada):
    Lot.objects.update(status=Lot.Status.RELEASED)
    opening = as_ada.get(f"/admin/recalls/open?lot={demo.lot.pk}").content.decode()
    recall = recalling.open_recall([demo.lot], by=Signer(demo.ada), reason="cracks")
    names = ("admin:distribution_recall_change", "close_recall", "recall_packet")
    pages = [opening, *(as_ada.get(reverse(name, args=[recall.pk])).content.decode() for name in names)]
    for page in pages:
        assert HEADING in page
        assert "Klinik Müller" in page
        assert reverse("complete_shipment", args=[recalled.pk]) in page
    assert "left out" in "".join(lines_csv([trace_lot(demo.lot)]))


def test_a_recall_is_not_closed_over_units_that_name_its_lot(demo, recalled):
    Lot.objects.update(status=Lot.Status.RELEASED)
    recall = recalling.open_recall([demo.lot], by=Signer(demo.ada), reason="cracks")
    assert check(registry["recall-units-left-out"], 5).count == 1
    with pytest.raises(Refused, match="are left out of the log: 1001. Complete each, or settle it"):
        recalling.close(recall, by=Signer(demo.ada), note="done")
    settle(recalled, by=demo.ada, reason="still on the dock")
    recalling.close(recall, by=Signer(demo.ada), note="done")
    assert check(registry["recall-units-left-out"], 5).count == 0


def test_a_recall_is_not_closed_before_the_last_consignee_has_a_notice(demo, recalled):
    Lot.objects.update(status=Lot.Status.RELEASED)
    recall = recalling.open_recall([demo.lot], by=Signer(demo.ada), reason="cracks")
    complete(recalled, ["L-7"], by=demo.ada, reason="delivered", goods_left=True)
    with pytest.raises(Refused, match="1 consignees of its lots have no notice, such as Klinik Müller"):
        recalling.close(recall, by=Signer(demo.ada), note="done")
    recalling.refresh(recall, by=demo.ada)
    recalling.close(recall, by=Signer(demo.ada), note="done")


def test_units_taken_in_after_the_recall_was_closed_are_named(demo, unnamed):
    recall = recalling.open_recall([demo.lot], by=Signer(demo.ada), reason="cracks")
    recalling.close(recall, by=Signer(demo.ada), note="done")
    complete(unnamed, ["L-7", ""], by=demo.ada, reason="found the slip", goods_left=True)
    [found] = check(registry["recall-consignees-without-notice"], 5).found
    assert f"recall {recall.pk} has no notice for them" in found.words


# -- settled ---------------------------------------------------------------------------------------------


def test_what_was_never_sent_is_in_no_trace_and_comes_back_by_undo_alone(demo, unnamed):
    before = digest()
    with pytest.raises(Refused, match="Say how you know"):
        settle(unnamed, by=demo.ada, reason=" ")
    run = settle(unnamed, by=demo.ada, reason="still on the dock").run
    assert trace_lot(demo.lot).left_out == []
    with pytest.raises(Refused, match="Somebody said already that it was never sent"):
        complete(unnamed, ["L-7", ""], by=demo.ada)
    row, order = noted(1, "L-7")
    plan = synced(demo, row, orders=[order])
    assert "0 new, 1 here already" in plan.warnings[-1]
    assert "0 new, 1 here already" in synced(demo, row).warnings[-1]
    undo.apply(Approval(demo.ada, reason="it was sent"), run=run)
    assert digest() == before


def test_what_was_entered_by_hand_is_that_shipment(demo, unnamed):
    there = demo.shipped(5, product=demo.tracked, lot=demo.lot)
    demo.shipment.void(by=demo.ada, reason="entered in error")
    with pytest.raises(Refused, match="is void"):
        settle(unnamed, by=demo.ada, reason="same", shipment=demo.shipment)
    settle(unnamed, by=demo.ada, reason="same parcel", shipment=there)
    assert (trace_lot(demo.lot).units, trace_lot(demo.lot).left_out) == (5, [])


def test_what_shipstation_voids_settles_itself(demo, other):
    row = shipment(1, ("A-2", 5))
    synced(demo, row)
    synced(demo, {**row, "voided": True, "voidDate": "2026-03-03T00:00:00"})
    assert trace_lot(demo.lot).left_out == []
    assert SkippedShipment.objects.get().not_sent.reason == "void at ShipStation"
    assert len(sync_shipstation.plan(**MARCH)) == 0


def test_the_page_settles_it_and_says_so(demo, unnamed, as_ada):
    address = reverse("complete_shipment", args=[unnamed.pk])
    for sent, says in (
        ({"settle": "never", "because": ""}, "This field is required"),
        ({"settle": "same", "because": "x", "shipment": 999_999}, "Select a valid choice"),
        ({"settle": "same", "because": "x"}, "Write the number of the shipment."),
        ({"settle": "never", "because": "x", "shipment": demo.shipment.pk}, "was never sent has no number"),
    ):
        assert says in as_ada.post(address, sent).content.decode()
    page = as_ada.post(address, {"settle": "never", "because": "still on the dock"}, follow=True).content.decode()
    assert "It was never sent: still on the dock (ada" in page
    assert "Take this shipment in" not in page
    listed = as_ada.get("/admin/distribution/skippedshipment/").content.decode()
    assert "never sent" in listed


def test_the_page_says_which_shipment_it_is(demo, unnamed, as_ada):
    address = reverse("complete_shipment", args=[unnamed.pk])
    sent = {"settle": "same", "because": "entered from the slip", "shipment": demo.waiting.pk}
    page = as_ada.post(address, sent, follow=True).content.decode()
    assert f'It was taken in later, as <a href="/admin/distribution/distribution/{demo.waiting.pk}/change/' in page


def test_units_whose_shipment_is_void_again_are_left_out_again(demo, unnamed):
    complete(unnamed, ["L-8", ""], by=demo.ada)
    unnamed.refresh_from_db()
    unnamed.distribution.void(by=demo.ada, reason="wrong lot")
    assert [line.quantity for line in trace_lot(demo.lot).left_out] == [5]
    complete(unnamed, ["L-7", ""], by=demo.ada)
    assert (trace_lot(demo.lot).units, trace_lot(demo.lot).left_out) == (5, [])


# -- how it is told --------------------------------------------------------------------------------------


def test_the_page_of_a_trace_names_lot_and_leads_to_its_completion(demo, unnamed, as_ada):
    page = as_ada.get(f"/admin/trace/?lot={demo.lot.pk}").content.decode()
    assert HEADING in page and "perhaps of this lot" in page
    assert reverse("complete_shipment", args=[unnamed.pk]) in page
    assert "No unit of this lot was shipped" not in page


def test_csv_and_json_hold_it(demo, recalled, as_ada):
    lines = b"".join(as_ada.get(f"/admin/trace/csv?lot={demo.lot.pk}").streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(lines))
    shown = row["Status"], row["Ship Date"], row["Facility"], row["SKU"], row["Lot as Reported"], row["Quantity"]
    assert shown == ("left out", "2026-03-02", "Klinik Müller", "A-2", "L-7", "5")
    assert "is recalled" in row["Void Reason"]
    [line] = json.loads(as_ada.get(f"/admin/trace/json?lot={demo.lot.pk}").content)["left_out"]
    assert (line["consignee"]["postal_code"], line["quantity"], line["names_the_lot"]) == ("62701", 5, True)
    SkippedShipment.objects.update(content=recalled.content.replace("L-7", ""))
    assert '\r\n"left out, lot not known",' in "".join(as_csv(trace_lot(demo.lot)))


def test_the_command_names_it_and_counts_it(demo, unnamed, capsys):
    call_command("trace", "L-7")
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("  2026-03-02  perhaps 5 of A-2, no lot reported, to Klinik Müller, 5 Ring") for line in lines
    )
    assert lines[-1].endswith("; 1 shipments left out of the log.")


@pytest.mark.parametrize(("month", "is_told"), [("2026-03", True), ("2026-02", False)])
def test_who_makes_the_report_of_its_month_is_told(demo, unnamed, as_ada, month, is_told):
    page = as_ada.get(reverse("new_report"), {"month": month}).content.decode()
    assert ("1 shipment of the month was reported and left out of the log" in page) == is_told


def test_check_data_lists_it_with_its_reason(demo, unnamed):
    [found] = check(registry["shipments-left-out"], 50).found
    assert found.words.startswith("ShipStation shipment 1001: lot number is missing, and A-2 is lot-tracked")
    complete(unnamed, ["L-7", ""], by=demo.ada)
    assert check(registry["shipments-left-out"], 50).count == 0


@pytest.mark.parametrize("text", ["7000 0000 0001", "so #1", "klinik m"])
def test_the_search_finds_it_by_its_numbers_and_its_consignee(demo, unnamed, as_ada, text):
    assert {line.skipped_id for line in find(text).left_out} == {unnamed.pk}
    page = as_ada.get("/admin/trace/", {"q": text}).content.decode()
    assert HEADING in page
    assert "Nothing is known by" not in page


def test_the_draft_of_a_report_says_it_too(demo, unnamed, as_ada):
    page = as_ada.post(reverse("new_report"), {"month": "2026-03"}, follow=True).content.decode()
    assert "Download the CSV" in page
    assert "1 shipment of the month was reported and left out of the log" in page


# -- its order comes -------------------------------------------------------------------------------------


def test_a_lot_recalled_before_the_order_came_is_said_in_place_of_the_order(demo, other, as_ada):
    SalesOrder.objects.create(order_number=demo.waiting.order_number, customer=demo.north, order_date="2026-03-01")
    match_distributions.apply(Approval(demo.ada))
    match_distributions.apply(Approval(demo.ada), enforce=True)
    row, order = noted(1, "L-7", order="SO-900")
    synced(demo, row, orders=[order])
    assert "none may wait" in SkippedShipment.objects.get().reason
    Lot.objects.filter(pk=demo.lot.pk).update(status=Lot.Status.RECALLED)
    lines = [{"line_number": 1, "sku_printed": "A-2", "quantity": 5}]
    as_ada.post(reverse("admin:sales_salesorder_add"), order_form(demo.north, order_number="SO-900", lines=lines))
    skipped = SkippedShipment.objects.get()
    assert skipped.distribution is None
    assert 'lot number "L-7" is recalled' in skipped.reason
