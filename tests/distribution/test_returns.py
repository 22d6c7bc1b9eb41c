"""What comes back: never more than is still out, to quarantine or stock; what was shipped stays."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from distribution.models import Distribution, Return
from distribution.moved_units import RETURNED, SHIPPED
from distribution.returning import Back, scanned, take_back
from distribution.shipped import units_by_product
from eqms import audit
from eqms.data_rules import check, registry
from eqms.operations import NothingWritten, Refused
from eqms.operations.operation import Approval
from eqms.operations.undo import undo
from inventory.models import Lot, Product, StockMovement, StoreFrontInventory, Warehouse
from tests.cast import digest
from tests.distribution.test_shipping import new, ship_one
from tests.eqms.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(demo):
    """Five of lot L-7 and two of A-1 left the depot; there is a quarantine."""
    demo.quarantine = Warehouse.objects.create(name="Quarantine", is_quarantine=True)
    goods = new(("A-2", 5, "L-7"), ("A-1", 2), place=demo.depot, tracking_number="1Z 99-8", order_number="SO-1")
    demo.sent = ship_one(goods)
    demo.of_lot, demo.plain = demo.sent.lines.all()
    return demo


def back(sent, *lines, place=None, **about):
    lines = [Back(*line) for line in lines]
    return take_back(sent.sent, lines, place or sent.quarantine, by=sent.ada, reason="damaged", **about)


def refusal(*arguments, **words):
    before = digest()
    with pytest.raises(Refused) as refused:
        back(*arguments, **words)
    assert digest() == before
    return str(refused.value)


def test_units_reach_quarantine_and_stay_shipped(sent):
    back(sent, (sent.of_lot, 3), tracking_number="R-1")
    goods_return = Return.objects.get()
    line = goods_return.lines.get()
    assert (goods_return.place, goods_return.received_by, line.product, line.lot, line.quantity) == (
        sent.quarantine,
        sent.ada,
        sent.tracked,
        sent.lot,
        3,
    )
    moved = StockMovement.objects.get(kind="return")
    assert (moved.to_warehouse, moved.quantity, moved.lot) == (sent.quarantine, 3, sent.lot)
    assert units_by_product(sent.order)[sent.tracked.pk] == 5
    assert list(audit.verify()) == []


def test_stock_on_a_shelf_grows_by_what_came_back(sent):
    back(sent, (sent.plain, 2), place=sent.shop)
    assert StoreFrontInventory.objects.get(product=sent.product).quantity == 9


def test_never_more_than_is_still_out(sent):
    back(sent, (sent.of_lot, 3))
    assert refusal(sent, (sent.of_lot, 3)) == "A-2: 3 came back, but only 2 of 5 are still out."
    back(sent, (sent.of_lot, 2), (sent.plain, 1))
    assert "0 of 5" in refusal(sent, (sent.of_lot, 1))


@pytest.mark.parametrize(
    ("lines", "about", "says"),
    [
        ([], {}, "Name at least one unit"),
        ([("of_lot", 1), ("of_lot", 1)], {}, "is named twice"),
        ([("of_lot", 1)], {"returned_on": date(2099, 1, 1)}, "is still to come"),
        ([("of_lot", 1)], {"returned_on": date(2026, 3, 3)}, "is before the day of shipping"),
    ],
)
def test_refuses_with_the_reason(sent, lines, about, says):
    assert says in refusal(sent, *((getattr(sent, name), units) for name, units in lines), **about)


def test_lines_of_other_shipments_and_void_ones_are_refused(sent):
    assert "is no line of this shipment" in refusal(sent, (sent.shipment.lines.get(), 1))
    sent.sent.void(by=sent.ada, reason="not sent")
    assert "is void: nothing was sent" in refusal(sent, (sent.of_lot, 1))


def test_a_recalled_lot_comes_back_to_quarantine_only(sent):
    Lot.objects.update(status="recalled")
    assert "lot L-7 is recalled. Take it back into a quarantine" in refusal(sent, (sent.of_lot, 1), place=sent.depot)
    back(sent, (sent.of_lot, 1))


def test_units_of_a_lot_that_nobody_knew_name_it_when_they_come_back(sent):
    unknown = ship_one(new(("A-2", 2, "L-99"), order_number="SO-2")).lines.get()
    with pytest.raises(Refused, match="lot-tracked, so name the lot"):
        take_back(unknown.distribution, [Back(unknown, 1)], sent.quarantine, by=sent.ada)
    take_back(unknown.distribution, [Back(unknown, 1, sent.lot)], sent.quarantine, by=sent.ada)
    assert Return.objects.get().lines.get().lot == sent.lot


def test_what_came_back_keeps_its_shipment_from_being_voided(sent):
    back(sent, (sent.plain, 1))
    with pytest.raises(Refused, match="came back .*, so it was sent"):
        sent.sent.void(by=sent.ada, reason="not sent")


def test_undo_takes_the_return_back(sent):
    before = digest()
    run = back(sent, (sent.plain, 1)).run
    undo.apply(Approval("test", reason="wrong parcel", force=True), run=run)
    assert digest() == before


def test_the_rules_find_a_return_without_ledger_line(sent):
    back(sent, (sent.plain, 1))
    rule = registry["return-lines-without-ledger-line"]
    assert check(rule, 5).count == 0
    line = Return.objects.get().lines.get()
    line.pk, line.goods_return = None, Return.objects.create(distribution=sent.sent, warehouse=sent.depot)
    line.save()
    assert check(rule, 5).found[0].words == "1 of A-1 moved, and no ledger line names the row"
    assert (RETURNED.unbooked().count(), SHIPPED.unbooked().count()) == (1, 0)


# -- races -------------------------------------------------------------------------------------------


def bring_one(number, queue):
    """Bring one unit of the lot back; tell whether it was taken."""
    shipment = Distribution.objects.get(tracking_number="1Z 99-8")
    line, quarantine = shipment.lines.get(line_number=1), Warehouse.objects.get(is_quarantine=True)
    try:
        take_back(shipment, [Back(line, 1)], quarantine, by="test")
        queue.put("taken")
    except NothingWritten as refused:
        queue.put(str(refused))


def test_eight_at_once_never_bring_back_more_than_was_sent(sent):
    codes, answers = in_processes(bring_one, [(number,) for number in range(8)])
    assert (codes, answers.count("taken")) == ([0] * 8, 5)
    assert Return.objects.count() == 5


def void_or_return(number, queue):
    """Half of them void the shipment, half bring a unit back."""
    shipment = Distribution.objects.get(tracking_number="1Z 99-8")
    if number % 2:
        return bring_one(number, queue)
    try:
        queue.put("void" if shipment.void(by="test", reason="not sent").run else "again")
    except NothingWritten as refused:
        queue.put(str(refused))


def test_a_shipment_is_voided_or_returned_never_both(sent):
    codes, answers = in_processes(void_or_return, [(number,) for number in range(6)])
    assert codes == [0] * 6
    assert ("void" in answers) != ("taken" in answers)
    shipment = Distribution.objects.get(pk=sent.sent.pk)
    back_again = StockMovement.objects.filter(kind="return", cause_model="distribution.DistributionLine")
    assert back_again.count() == (2 if shipment.voided_at else 0)


# -- found by a scan ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1Z 99-8", "1z998", "so 1", "l-7"])
def test_finds_the_shipment_by_what_is_in_the_hand(sent, text):
    assert sent.sent in scanned(text)


def test_a_carriers_barcode_ends_with_the_tracking_number(sent):
    Distribution.objects.filter(pk=sent.sent.pk).update(tracking_key="794644790132")
    assert scanned("9622001900000000000000794644790132") == [sent.sent]
    assert scanned("5") == scanned("") == scanned("nothing") == []


def test_void_shipments_are_not_found(sent):
    sent.sent.void(by=sent.ada, reason="not sent")
    assert sent.sent not in scanned("1Z 99-8")


# -- pages -------------------------------------------------------------------------------------------


def test_the_code_on_the_goods_finds_the_shipments_of_its_lot(sent):
    Product.objects.filter(pk=sent.tracked.pk).update(gtin="00844588003288")
    other = sent.shipped(1, order_number="SO-9")  # the same number, of another product
    other.lines.update(lot_number="L-7", lot_number_key="l-7")
    for code in ("(01)00844588003288(17)300131(10)L-7", "010084458800328810L-7|17300131"):
        assert scanned(code) == [sent.sent]
    assert set(scanned("(10)L-7(17)300131")) == {sent.sent, other}
    assert scanned("(01)00844588003288") == scanned("(01)00844588003289(10)L-7") == []


@pytest.fixture
def page(client, sent):
    client.force_login(sent.ada)
    return client


def test_one_shipment_found_is_opened_at_once(page, sent):
    assert page.get(reverse("find_shipment"), {"q": "1Z 99-8"}).url == reverse("take_back", args=[sent.sent.pk])
    assert "No shipment has" in page.get(reverse("find_shipment"), {"q": "zzz"}).content.decode()


def test_the_page_proposes_quarantine_and_takes_units_back(page, sent):
    address = reverse("take_back", args=[sent.sent.pk])
    place = f"warehouse-{sent.quarantine.pk}"
    assert page.get(address).context["form"].initial["place"] == place
    told = {"returned_on": "2026-03-10", "place": place, "reason": "damaged", f"units-{sent.of_lot.pk}": "2"}
    answer = page.post(address, told)
    assert answer.url == reverse("admin:distribution_return_change", args=[Return.objects.get().pk])
    text = page.get(reverse("admin:distribution_distribution_change", args=[sent.sent.pk])).content.decode()
    assert "What came back" in text
    assert page.get(answer.url).status_code == 200


def test_a_void_shipment_shows_no_form(page, sent):
    Distribution.objects.filter(pk=sent.sent.pk).update(voided_at=timezone.now(), void_reason="typed twice")
    answer = page.get(reverse("take_back", args=[sent.sent.pk]), follow=True)
    assert "is void: nothing was sent, so nothing comes back." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("admin:distribution_distribution_change", args=[sent.sent.pk])


def test_the_page_says_what_is_wrong(page, sent):
    address = reverse("take_back", args=[sent.sent.pk])
    told = {"returned_on": "2026-03-10", "place": f"warehouse-{sent.quarantine.pk}", "reason": "x"}
    assert "Write at least one unit" in page.post(address, told).content.decode()
    assert "can be read in two ways" in page.post(address, {**told, f"units-{sent.plain.pk}": "2.500"}).content.decode()
    assert "only 2 of 2 are still out" in page.post(address, {**told, f"units-{sent.plain.pk}": "3"}).content.decode()
    assert "Say why" in page.post(address, {**told, "reason": "", f"units-{sent.plain.pk}": "1"}).content.decode()
    assert Return.objects.count() == 0
