"""Adjusting stock by hand: the reason stands in the ledger, and nothing falls below nothing."""

import io
import json
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from eqms.models import User
from eqms.operations import Approval, Refused
from eqms.operations.undo import undo
from inventory.models import Lot, Product, StockMovement, StoreFront, StoreFrontInventory, Warehouse
from inventory.operations.adjust_stock import adjust_stock
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/inventory/product/operations/adjust_stock/"


def adjust(demo, difference, **options):
    named = {"product": demo.product, "place": demo.depot, "kind": "correction", "note": "typed twice"}
    return adjust_stock.apply(Approval(demo.ada), difference=difference, **{**named, **options})


def command(*arguments, **options):
    out = io.StringIO()
    given = {"product": "A-1", "place": "Depot", "difference": "-3", "kind": "loss", "note": "fell", **options}
    flags = [text for name, value in given.items() for text in (f"--{name}", value)]
    call_command("adjust_stock", *flags, *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_units_that_are_lost_leave_the_place_with_their_reason(demo):
    adjust(demo, -3, kind="loss", note="not on the rack")
    line = StockMovement.objects.get(kind="adjustment")
    assert (line.left, line.reached, line.quantity) == (demo.depot, None, 3)
    assert line.reason == "Loss: not on the rack"


def test_units_that_are_found_raise_balance_and_ledger_together(demo):
    shelf = StoreFront.objects.create(name="Corner shop")
    adjust(demo, 4, place=shelf, kind="found", note="behind the rack")
    adjust(demo, 2, place=shelf, kind="found", note="in a drawer")
    assert StoreFrontInventory.objects.get(storefront=shelf).quantity == 6
    assert [line.reached for line in StockMovement.objects.filter(kind="adjustment")] == [shelf, shelf]


def test_lowering_below_what_is_there_names_product_wanted_and_available(demo):
    before = digest()
    with pytest.raises(Refused, match=r"A-1 Monitor: 51 wanted, 50 available in Depot\."):
        adjust(demo, -51)
    with pytest.raises(Refused, match=r"A-2 Catheter: 21 wanted of lot L-7, 20 available in Depot\."):
        adjust(demo, -21, product=demo.tracked, lot=demo.lot)
    assert digest() == before


def test_a_lot_tracked_product_is_adjusted_by_lot(demo):
    adjust(demo, -5, product=demo.tracked, lot=demo.lot)
    assert StockMovement.objects.get(kind="adjustment").lot == demo.lot
    with pytest.raises(Refused, match="it is lot-tracked, so name the lot"):
        adjust(demo, -5, product=demo.tracked)


def test_a_storefront_with_old_damage_warns(demo):
    options = {"product": demo.product, "place": demo.shop, "difference": 2, "kind": "found", "note": "x"}
    assert "Main shows 7 units of A-1 Monitor, its ledger says 0." in adjust_stock.plan(**options).warnings[0]


def test_undo_takes_the_adjustment_back(demo):
    before = digest()
    run = adjust(demo, -3).run
    undo.apply(Approval(demo.ada, reason="wrong product"), run=run)
    assert digest() == before


def test_another_number_than_was_seen_writes_nothing(demo):
    adjust(demo, -3, seen=50)
    with pytest.raises(Refused, match="50 units are no longer there: Depot holds 47"):
        adjust(demo, -3, seen=50)


def test_a_person_without_the_permission_adjusts_nothing(demo):
    with pytest.raises(Refused, match="lacks the permission inventory.adjust_stock"):
        adjust_stock.apply(
            Approval(User.objects.create_user("wanda")),
            product=demo.product,
            place=demo.depot,
            difference=-1,
            kind="loss",
            note="x",
        )


# -- the command -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a-1", "MON-1", "monitor", "UUID"])
def test_a_product_is_named_by_sku_code_name_or_uuid(demo, name):
    demo.product.codes.create(code="mon-1")
    assert "Wrote 1 change (1 created)" in command(product=str(demo.product.pk) if name == "UUID" else name)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"difference": "0"}, "difference: 0 changes nothing"),
        ({"difference": "2,5"}, "difference: Write whole units"),
        ({"difference": "1000000000000"}, "difference: Write at most 9,999,999 units."),
        ({"difference": "3"}, "difference: Loss means fewer units: write -3."),
        ({"difference": "-3", "kind": "found"}, "difference: Found means more units: write 3"),
        ({"kind": "theft"}, "kind: theft is no reason that the ledger knows. Write loss, damage"),
        ({"product": "A-9"}, "product: No product is known by A-9."),
        ({"product": "12345678-1234"}, "product: No product is known by 12345678-1234."),
        ({"place": "Attic"}, "place: No warehouse or storefront is called Attic."),
        ({"place": "Dep"}, "place: No warehouse or storefront is called Dep. Perhaps Depot?"),
        ({"product": "A-2"}, "lot: A-2 Catheter is lot-tracked: name the lot."),
        ({"product": "A-2", "lot": "L-9"}, "lot: A-2 Catheter has no lot L-9."),
        ({"lot": "L-7"}, "lot: A-1 Monitor has no lot L-7: it is a lot of A-2 Catheter."),
        ({"note": " "}, "note: This field is required."),
        ({"seen": "49"}, "49 units are no longer there: Depot holds 50"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(demo, options, said):
    before = digest()
    with pytest.raises(CommandError) as refusal:
        command(**options)
    assert said in str(refusal.value)
    assert digest() == before


def test_a_name_that_fits_several_products_lists_them_and_asks(demo):
    Product.objects.create(sku="A-3", name="Monitor")
    with pytest.raises(CommandError, match="Several products are called Monitor: A-1 Monitor, A-3 Monitor. Write the"):
        command(product="Monitor")
    with pytest.raises(CommandError, match="No product is called moni: perhaps A-1 Monitor, A-3 Monitor"):
        command(product="moni")


def test_a_name_of_two_places_has_to_be_told_apart(demo):
    Warehouse.objects.create(name="Main")
    with pytest.raises(CommandError, match="write warehouse Main or storefront Main"):
        command(place="Main")
    assert "Wrote" in command(place="warehouse Depot")


# -- pages and JSON ----------------------------------------------------------------------------------


def test_the_product_page_leads_to_the_form_with_the_product_filled_in(demo, as_ada):
    product_page = unescape(
        as_ada.get(reverse("admin:inventory_product_change", args=[demo.product.pk])).content.decode()
    )
    assert f'href="{PAGE}?product=A-1"' in product_page
    form = as_ada.get(f"{PAGE}?product=A-1").content.decode()
    assert 'value="A-1"' in form
    assert "This field is required" not in form


def test_the_page_shows_the_plan_and_writes_it_with_a_reason(demo, as_ada):
    asked = {"product": "A-1", "place": "Depot", "difference": "-3", "kind": "loss", "note": "fell"}
    shown = as_ada.post(PAGE, asked)
    assert "Take 3 units of A-1 from Depot" in shown.content.decode()
    sent = {**asked, "confirm": shown.context["confirm"], "reason": "monthly look"}
    assert as_ada.post(PAGE, sent).status_code == 302
    assert StockMovement.objects.get(kind="adjustment").reason == "Loss: fell"


def test_as_json_it_is_planned_and_confirmed(demo, as_ada):
    address = "/admin/maintenance/operations/adjust_stock"
    asked = {"product": "A-2", "lot": "l-7", "place": "depot", "difference": "-1", "kind": "sample", "note": "fair"}
    plan = json.loads(as_ada.get(address, asked).getvalue())
    sent = json.dumps({"confirm_token": plan["confirm_token"], "reason": "fair"})
    assert as_ada.post(address, sent, content_type="application/json").status_code == 200
    assert StockMovement.objects.get(kind="adjustment").lot == demo.lot


def test_a_lot_is_looked_for_among_those_of_the_product(demo):
    other = Lot.objects.create(product=demo.product, number="L-7")
    assert "Wrote" in command(lot="l-7", difference="2", kind="found")
    assert StockMovement.objects.get(kind="adjustment").lot == other
