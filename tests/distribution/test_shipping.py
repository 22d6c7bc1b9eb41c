"""What becomes of a reported shipment: its product, lot, order, place and stock, and whether it is here already."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from distribution.models import DefaultPlace, Distribution, DistributionLine, SkippedShipment
from distribution.shipping import NewLine, NewShipment, Shipping, plan_shipment
from distribution.shipping.left_out import settle
from eqms import audit
from eqms.models import Policy, User
from eqms.operations import Plan, Refused, act
from inventory.models import Lot, LotAlias, ProductCode, StockMovement, StoreFrontInventory
from sales.address_block import AddressBlock
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
NORTH = AddressBlock("North Clinic", "1 Main St", "Springfield", "IL", "62701")
DAY = date(2026, 3, 4)


def new(*lines, source="csv", **values):
    """Report a shipment of order SO-1 to North Clinic; lines as (SKU, quantity, lot)."""
    values = {"ship_date": DAY, "order_number": "SO-1", "consignee": NORTH, "because": "reported", **values}
    return NewShipment(source=source, lines=tuple(NewLine(*line) for line in lines), **values)


def ship(*shipments, by="test", **options):
    """Plan and write shipments; return their outcomes."""
    seen = []

    def draft(plan):
        shipping = Shipping(plan, shipments, by=by, **options)
        shipping.draft()
        seen[:] = shipping.outcomes

    act("ship", draft, by=by)
    return seen


def ship_one(shipment, **options):
    act("ship", lambda plan: plan_shipment(plan, shipment, by="test", **options), by="test")
    return Distribution.objects.latest("pk")


def refusal(shipment, **options):
    before = digest()
    with pytest.raises(Refused) as refused:
        ship_one(shipment, **options)
    assert digest() == before
    return str(refused.value)


def booked(shipment):
    """Ledger lines of a shipment: kind, SKU, lot, units, from."""
    keys = [str(pk) for pk in shipment.lines.values_list("pk", flat=True)]
    lines = StockMovement.objects.filter(cause_model="distribution.DistributionLine", cause_key__in=keys).order_by("pk")
    return [(x.kind, x.product.sku, x.lot and x.lot.number, x.quantity, str(x.left or x.reached)) for x in lines]


# -- what it finds -----------------------------------------------------------------------------------


def test_links_product_lot_and_order_and_takes_the_units_from_the_named_place(demo):
    shipment = ship_one(new(("a-2", 5, "l-7"), place=demo.depot, order_number="so 1", tracking_number="1Z 9"))
    line = shipment.lines.get()
    assert (line.product, line.lot, line.lot_number, line.quantity) == (demo.tracked, demo.lot, "l-7", 5)
    assert (shipment.sales_order, shipment.shipped_from, shipment.consignee) == (demo.order, demo.depot, NORTH)
    assert booked(shipment) == [("dispatch", "A-2", "L-7", 5, "Depot")]
    assert timezone.localtime(StockMovement.objects.latest("pk").at).date() == DAY
    assert list(audit.verify()) == []


def test_an_order_number_that_is_part_of_another_waits(demo):
    demo.ordered("1285", demo.north)
    shipment = ship_one(new(("A-1", 1), order_number="285"))
    assert (shipment.sales_order, shipment.may_wait) == (None, True)


def test_a_lot_written_as_it_was_mistyped_is_the_lot_and_is_kept_as_reported(demo):
    LotAlias.objects.create(lot=demo.lot, number="L-Z")
    line = ship_one(new(("A-2", 1, "L-Z"), place=demo.depot)).lines.get()
    assert (line.lot, line.lot_number) == (demo.lot, "L-Z")


def test_an_unknown_lot_is_kept_as_reported_and_flagged(demo):
    [outcome] = ship(new(("A-2", 1, "L-99"), place=demo.depot))
    line = outcome.given and DistributionLine.objects.latest("pk")
    assert (line.lot, line.lot_number) == (None, "L-99")
    assert outcome.flags[0] == "lot L-99 of A-2 is not known: kept as reported"
    assert booked(line.distribution) == []


def test_another_code_means_the_product_and_a_package_is_refused(demo):
    ProductCode.objects.create(product=demo.product, code="CLINIC-7")
    ProductCode.objects.create(product=demo.product, code="CARTON", quantity=12)
    assert ship_one(new(("clinic-7", 1))).lines.get().product == demo.product
    assert refusal(new(("CARTON", 1))).startswith('sku "CARTON" means a package of 12 units. Write the SKU A-1')


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("NOPE", 1), 'sku "NOPE" is no product\'s SKU or code'),
        (("A-2", 1, ""), "lot number is missing, and A-2 is lot-tracked. Write the lot as on the paper."),
        (("A-1", 0), 'quantity "0" is no quantity'),
        (("A-1", -5), 'quantity "-5" is no quantity'),
    ],
)
def test_refuses_a_line_with_its_reason(demo, line, says):
    assert says in refusal(new(line))


def test_refuses_a_day_that_is_still_to_come_in_the_zone_of_the_house(demo):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "is still to come. Write the day the goods left." in refusal(new(("A-1", 1), ship_date=tomorrow))
    ship_one(new(("A-1", 1), ship_date=timezone.localdate()))


def test_what_others_report_may_have_left_before_the_day_of_its_order(demo):
    day = demo.order.order_date - timedelta(days=1)
    assert ship_one(new(("A-1", 1), ship_date=day)).sales_order == demo.order


# -- from where --------------------------------------------------------------------------------------


def test_leaves_the_default_place_of_its_source_where_none_is_named(demo):
    DefaultPlace.objects.create(source="shipstation", storefront=demo.shop)
    DefaultPlace.objects.create(source="csv", warehouse=demo.depot)
    assert ship_one(new(("A-1", 1))).shipped_from == demo.depot


def test_names_no_place_where_nobody_said_and_is_flagged(demo):
    [outcome] = ship(new(("A-1", 1)))
    assert outcome.row is not None
    assert "nobody said which place it left" in outcome.flags
    assert booked(Distribution.objects.latest("pk")) == []


def test_what_left_is_written_though_the_units_are_not_there_and_is_not_booked(demo):
    [outcome] = ship(new(("A-1", 45), ("A-1", 20), place=demo.depot, external_key="x"))
    shipment = Distribution.objects.latest("pk")
    assert [line.quantity for line in shipment.lines.all()] == [45, 20]
    assert booked(shipment) == [("dispatch", "A-1", None, 45, "Depot")]
    assert outcome.flags == ["not booked: A-1 Monitor: 20 wanted, 5 available in Depot."]


def test_a_person_cannot_ship_what_is_not_there(demo):
    says = refusal(new(("A-1", 51), source="manual", place=demo.depot))
    assert says == "A-1 Monitor: 51 wanted, 50 available in Depot."


def test_takes_from_a_storefront_what_its_balance_holds(demo):
    StoreFrontInventory.objects.filter(product=demo.product).update(quantity=5)
    movement = StockMovement.objects.create(
        kind="transfer",
        product=demo.product,
        quantity=5,
        from_warehouse=demo.depot,
        to_storefront=demo.shop,
        cause_model="inventory.TransferRequestLineItem",
        cause_key=str(demo.fulfilled.lines.get().pk),
    )
    ship_one(new(("A-1", 2), place=demo.shop))
    assert StoreFrontInventory.objects.get(product=demo.product).quantity == 3
    assert movement.quantity == 5


# -- lots that stay ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["on_hold", "quarantined", "recalled"])
def test_a_lot_that_is_not_released_stays(demo, status):
    Lot.objects.update(status=status)
    word = Lot.Status(status).label.lower()
    assert f'lot number "L-7" is {word}. Nothing of it may leave.' in refusal(new(("A-2", 1, "L-7")))


def test_a_lot_may_have_left_before_it_expired(demo):
    Lot.objects.update(expires_on=DAY)
    ship_one(new(("A-2", 1, "L-7"), place=demo.depot))
    later = DAY + timedelta(days=1)
    assert "expired on 2026-03-04" in refusal(new(("A-2", 1, "L-7"), ship_date=later))


def test_what_did_leave_of_such_a_lot_is_recorded_with_permission(demo):
    Lot.objects.update(status="recalled")
    [outcome] = ship(new(("A-2", 1, "L-7"), place=demo.depot), goods_left=True)
    assert "lot L-7 is recalled" in outcome.flags
    assert booked(Distribution.objects.latest("pk")) == [("dispatch", "A-2", "L-7", 1, "Depot")]


# -- its order ---------------------------------------------------------------------------------------


def test_an_entry_by_hand_asks_for_its_order(demo):
    says = refusal(new(("A-1", 1), source="manual", order_number="SO-404"))
    assert says == 'order number "SO-404" is no sales order. Import or enter the order first.'
    assert ship_one(new(("A-1", 1), source="manual")).may_wait is False


def test_where_nothing_may_wait_it_is_left_out_whole_and_kept(demo):
    Policy.objects.create(name="distributions_may_wait", value="no")
    ship(new(("A-1", 1), order_number="SO-404"), new(("A-1", 2)))
    [skipped] = SkippedShipment.objects.all()
    assert skipped.reason == "no order SO-404 is here, and none may wait"
    content = NewShipment.from_json(json.loads(skipped.content))
    assert content == new(("A-1", 1), order_number="SO-404")
    assert Distribution.objects.latest("pk").may_wait is False
    [outcome] = ship(new(("A-1", 1), order_number="SO-404"))
    assert outcome.repeated == [(0, None)]
    [outcome] = ship(new(("A-1", 1), ("A-2", 1, "L-7"), order_number="SO-404"))
    assert (outcome.repeated, outcome.fresh) == ([(0, None)], [])
    assert "other goods of this shipment were left out before" in str(outcome.troubles[0])
    settle(skipped, by=User.objects.create_superuser("root"), reason="never left the dock")
    [outcome] = ship(new(("A-1", 9), order_number="SO-404"))
    assert (outcome.repeated, outcome.troubles) == ([(0, None)], [])


# -- here already ------------------------------------------------------------------------------------


def test_the_same_report_twice_is_one_shipment(demo):
    report = new(("A-1", 1), ("A-2", 2, "L-7"))
    ship(report)
    before = digest()
    [outcome] = ship(report)
    assert [place for place, _ in outcome.repeated] == [0, 1]
    assert digest() == before


def test_the_same_key_with_other_goods_is_a_conflict(demo):
    ship(new(("A-1", 1), source="shipstation", external_key="77"))
    [outcome] = ship(new(("A-1", 2), source="shipstation", external_key="77"))
    assert "under the same key" in str(outcome.troubles[0])
    [outcome] = ship(new(("A-1", 1), ("A-2", 2, "L-7"), source="shipstation", external_key="77"))
    assert outcome.is_refused


def test_two_keys_of_one_source_are_two_shipments(demo):
    ship(new(("A-1", 1), source="shipstation", external_key="77"))
    [outcome] = ship(new(("A-1", 1), source="shipstation", external_key="78"))
    assert outcome.fresh


def test_the_same_key_twice_in_one_work_is_one_shipment(demo):
    twice = [new(("A-1", 1), source="shipstation", external_key="77")] * 2
    first, second = ship(*twice)
    assert (len(first.fresh), second.repeated) == (1, [(0, None)])
    other = new(("A-1", 9), source="shipstation", external_key="79")
    _, second = ship(new(("A-1", 1), source="shipstation", external_key="79"), other)
    assert "reported twice with other lines" in str(second.troubles[0])


def test_another_tracking_number_is_another_shipment(demo):
    ship(new(("A-1", 1), tracking_number="1Z-8"))
    [outcome] = ship(new(("A-1", 1), tracking_number="1Z-9"))
    assert outcome.fresh
    [outcome] = ship(new(("A-1", 1), tracking_number="1z 9", source="shipstation", external_key="5"))
    assert outcome.repeated


def test_a_report_that_says_nothing_of_tracking_is_what_is_here(demo):
    ship(new(("A-1", 1), tracking_number="1Z-8"), new(("A-1", 1), tracking_number="1Z-9"))
    [outcome] = ship(new(("A-1", 1)))
    assert outcome.repeated


def test_another_quantity_is_a_conflict_for_a_person(demo):
    ship(new(("A-1", 1), is_whole=False))
    [outcome] = ship(new(("A-1", 2), is_whole=False))
    assert not outcome.fresh
    assert "differs from shipment" in str(outcome.troubles[0])


def test_rows_that_come_later_join_their_shipment(demo):
    ship(new(("A-1", 1), is_whole=False, place=demo.depot))
    ship(new(("A-2", 2, "L-7"), is_whole=False))
    shipment = Distribution.objects.latest("pk")
    assert [(line.line_number, line.product.sku) for line in shipment.lines.all()] == [(1, "A-1"), (2, "A-2")]
    assert booked(shipment)[1] == ("dispatch", "A-2", "L-7", 2, "Depot")


def test_a_person_is_told_that_the_goods_are_here_already(demo):
    first = ship_one(new(("A-1", 1), source="manual"))
    assert refusal(new(("A-1", 1), source="manual")).startswith(
        f"The same goods are here already as shipment {first.pk}"
    )
    ship_one(new(("A-1", 1), source="manual", tracking_number="1Z-5"))


# -- void --------------------------------------------------------------------------------------------


def test_a_void_shipment_gives_its_units_back_and_counts_nowhere(demo):
    shipment = ship_one(new(("A-2", 5, "L-7"), place=demo.depot))
    shipment.void(by=demo.ada, reason="wrong parcel")
    shipment.refresh_from_db()
    assert (shipment.void_reason, shipment.voided_at is not None) == ("wrong parcel", True)
    assert booked(shipment)[1] == ("return", "A-2", "L-7", 5, "Depot")
    assert shipment not in [*Distribution.objects.matched(), *Distribution.objects.waiting()]


def test_voiding_twice_changes_nothing_the_second_time(demo):
    shipment = ship_one(new(("A-1", 5), place=demo.depot))
    shipment.void(by=demo.ada, reason="wrong parcel")
    before = digest()
    assert shipment.void(by=demo.ada, reason="again").run is None
    assert digest() == before


def test_voiding_asks_for_a_reason(demo):
    with pytest.raises(Refused, match="Say why this shipment is void"):
        demo.shipment.void(by=demo.ada, reason="  ")


def test_what_was_never_booked_is_not_given_back(demo):
    ship(new(("A-1", 500), place=demo.depot))
    shipment = Distribution.objects.latest("pk")
    shipment.void(by=demo.ada, reason="wrong parcel")
    assert booked(shipment) == []


def test_a_void_shipment_that_comes_again_stays_void_and_a_corrected_one_is_new(demo):
    ship(new(("A-1", 5), is_whole=False))
    Distribution.objects.latest("pk").void(by=demo.ada, reason="it was 4")
    [outcome] = ship(new(("A-1", 5), is_whole=False))
    assert outcome.repeated[0][1].is_void
    [outcome] = ship(new(("A-1", 4), is_whole=False))
    assert outcome.key.endswith("-2")
    assert [
        o.repeated != []
        for o in ship(
            new(("A-1", 4), is_whole=False),
        )
    ] == [True]


def test_a_correction_takes_all_its_lines_along(demo):
    ship(new(("A-1", 5), ("A-2", 3, "L-7"), is_whole=False))
    Distribution.objects.latest("pk").void(by=demo.ada, reason="it was 2")
    ship(new(("A-1", 5), ("A-2", 2, "L-7"), is_whole=False))
    assert [line.quantity for line in Distribution.objects.latest("pk").lines.all()] == [5, 2]
    outcomes = ship(new(("A-1", 5), ("A-2", 3, "L-7"), is_whole=False))  # the first file once more
    assert not outcomes[0].fresh


def test_what_was_entered_anew_is_known_by_its_key_alone(demo):
    about = {"external_key": "S-1", "order_number": "", "is_whole": False}
    ship(new(("A-1", 5), **about))
    Distribution.objects.latest("pk").void(by=demo.ada, reason="it was 4")
    assert ship(new(("A-1", 4), **about))[0].key == "S-1-2"
    assert ship(new(("A-1", 4), **about))[0].repeated


def test_a_person_enters_a_void_shipment_anew_with_the_same_goods(demo):
    report = new(("A-1", 1), source="manual", place=demo.depot)
    ship_one(report).void(by=demo.ada, reason="wrong address")
    assert ship_one(report).voided_at is None


# -- cost --------------------------------------------------------------------------------------------


def test_a_thousand_shipments_ask_as_many_questions_as_two(demo, django_assert_max_num_queries):
    many = [new(("A-1", 1), ("A-2", 1, "L-7"), external_key=str(n), place=demo.depot) for n in range(1000)]
    for size in (2, 1000):
        with django_assert_max_num_queries(18):
            Shipping(Plan("look"), many[:size], by="test").draft()
