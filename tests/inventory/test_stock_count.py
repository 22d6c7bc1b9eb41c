"""A stock count: opened, written down by several people, settled against what the ledger said at that time."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from eqms import audit
from eqms.models import OperationRun, User
from eqms.operations import Approval, NothingWritten, Refused
from eqms.operations.undo import undo
from inventory.models import (
    Lot,
    Product,
    StockCount,
    StockMovement,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Written,
    open_count,
)
from inventory.operations.settle_stock_count import settle_stock_count
from tests.cast import Demo, digest
from tests.eqms.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf(demo):
    """A shelf with 10 of a product and 6 and 4 of two lots, in balance and ledger."""
    shelf = StoreFront.objects.create(name="Corner shop")
    demo.spare = Product.objects.create(sku="B-1", name="Cable")
    demo.second = Lot.objects.create(product=demo.tracked, number="L-8")
    for product, lot, units in ((demo.spare, None, 30), (demo.tracked, demo.second, 20)):
        demo.intake(product, units, lot=lot)
    carry(demo, shelf, (demo.spare, None, 10), (demo.tracked, demo.lot, 6), (demo.tracked, demo.second, 4))
    return shelf


def carry(demo, shelf, *articles, **places):
    request = TransferRequest.objects.create(**{"warehouse": demo.depot, "storefront": shelf, **places})
    for product, lot, units in articles:
        TransferRequestLineItem.objects.create(request=request, product=product, lot=lot, requested_quantity=units)
    request.fulfil(by=demo.ada)
    return request


def open_with(demo, place, *units):
    """Open a count and write ``units`` beside its lines from the first on; None leaves a box empty."""
    count = open_count(place, by=demo.ada)
    lines = count.lines.order_by("product__sku", "lot__number")
    count.write_down({line.pk: Written(number, None) for line, number in zip(lines, units, strict=True)}, by=demo.ada)
    return count


def counted_with(demo, place, *units):
    count = open_with(demo, place, *units)
    count.finish(by=demo.ada)
    count.refresh_from_db()
    return count


def settle(demo, count):
    return settle_stock_count.apply(Approval(demo.ada, reason="yearly count"), count=count)


def because_of(plan):
    return [change.because for change in plan.changes if change.label == "inventory.StockMovement"]


# -- opening and writing down ------------------------------------------------------------------------


def test_the_sheet_names_what_is_there_and_lots_that_were_there_lately(demo, shelf):
    third = Lot.objects.create(product=demo.tracked, number="L-9")
    count = open_count(shelf, by=demo.ada)
    lines = count.lines.order_by("product__sku", "lot__number")
    assert [line.article for line in lines] == ["A-2 Catheter, lot L-7", "A-2 Catheter, lot L-8", "B-1 Cable"]
    carry(demo, None, (demo.tracked, demo.lot, 6), from_storefront=shelf)
    assert open_count(shelf, by=demo.ada).lines.filter(lot=demo.lot).exists()
    StockMovement.objects.filter(lot=demo.lot).update(at=timezone.now() - timedelta(days=91))
    assert not open_count(shelf, by=demo.ada).lines.filter(lot__in=[demo.lot, third]).exists()


def test_a_count_of_some_products_names_only_those(demo, shelf):
    count = open_count(shelf, by=demo.ada, products=[demo.spare, demo.product])
    assert set(count.lines.values_list("product__sku", flat=True)) == {"A-1", "B-1"}


def test_an_archived_place_is_not_counted(demo, shelf):
    StoreFront.objects.filter(pk=shelf.pk).update(archived_at=timezone.now())
    with pytest.raises(Refused, match="Corner shop is archived: there is nothing to count"):
        open_count(shelf, by=demo.ada)
    assert not StockCount.objects.exists()


def test_two_people_write_on_one_sheet_and_neither_loses_a_number(demo, shelf):
    count = open_with(demo, shelf, 6, None, None)
    first, second, third = count.lines.order_by("product__sku", "lot__number")
    count.write_down({first.pk: Written(6, 6), second.pk: Written(None, None), third.pk: Written(9, None)}, by=demo.ada)
    count.write_down({first.pk: Written(None, None), second.pk: Written(4, None)}, by=demo.ada)
    assert list(count.lines.order_by("pk").values_list("counted_quantity", flat=True)) == [6, 4, 9]
    before = digest()
    with pytest.raises(Refused, match="A-2 Catheter, lot L-7: somebody wrote 6 in the meantime"):
        count.write_down({first.pk: Written(7, None)}, by=demo.ada)
    assert digest() == before


def test_a_number_can_be_corrected_and_taken_back(demo, shelf):
    count = open_with(demo, shelf, 6, None, None)
    line = count.lines.get(lot=demo.lot)
    count.write_down({line.pk: Written(5, 6)}, by=demo.ada)
    count.write_down({line.pk: Written(None, 5)}, by=demo.ada)
    line.refresh_from_db()
    assert (line.counted_quantity, line.counted_at) == (None, None)


def test_numbers_from_paper_carry_the_time_of_the_paper(demo, shelf):
    count = open_count(shelf, by=demo.ada)
    StockCount.objects.filter(pk=count.pk).update(opened_at=timezone.now() - timedelta(hours=5))
    line, at = count.lines.get(product=demo.spare), timezone.now() - timedelta(hours=1)
    count.write_down({line.pk: Written(10, None)}, by=demo.ada, at=at)
    assert count.lines.get(pk=line.pk).counted_at == at
    for wrong in (timedelta(hours=6), timedelta(hours=-1)):
        with pytest.raises(Refused, match="when the count was opened, and now"):
            count.write_down({line.pk: Written(9, 10)}, by=demo.ada, at=timezone.now() - wrong)


def test_a_found_article_comes_onto_the_sheet_once(demo, shelf):
    count = open_count(shelf, by=demo.ada)
    assert count.add_line(demo.product, None, by=demo.ada).run
    assert count.add_line(demo.product, None, by=demo.ada).run is None
    assert count.lines.filter(product=demo.product).count() == 1


def test_a_count_is_finished_reopened_and_cancelled(demo, shelf):
    count = open_count(shelf, by=demo.ada)
    with pytest.raises(Refused, match="has no number yet"):
        count.finish(by=demo.ada)
    count.write_down({count.lines.first().pk: Written(0, None)}, by=demo.ada)
    count.finish(by=demo.ada)
    assert count.finish(by=demo.ada).run is None
    with pytest.raises(Refused, match="is counted: nothing is written down any more"):
        count.add_line(demo.product, None, by=demo.ada)
    count.reopen(by=demo.ada)
    with pytest.raises(Refused, match="Say why"):
        count.cancel(by=demo.ada, reason=" ")
    count.cancel(by=demo.ada, reason="the wrong shop")
    for step in (count.finish, count.reopen):
        with pytest.raises(Refused, match="is cancelled: it stays as it is"):
            step(by=demo.ada)


# -- settling ----------------------------------------------------------------------------------------


def test_settling_sets_balance_and_ledger_to_what_was_counted(demo, shelf):
    count = counted_with(demo, shelf, 6, 5, 7)
    plan = settle(demo, count)
    count.refresh_from_db()
    lines = StockMovement.objects.filter(kind="adjustment").order_by("product__sku")
    assert [(line.product.sku, line.quantity, line.left, line.reached) for line in lines] == [
        ("A-2", 1, None, shelf),
        ("B-1", 3, shelf, None),
    ]
    assert StockMovement.objects.caused_by(count.lines.get(product=demo.spare)).get() == lines[1]
    assert lines[1].reason == f"Counted in {count}: 7 counted, 10 expected"
    units = dict(StoreFrontInventory.objects.filter(storefront=shelf).values_list("product__sku", "quantity"))
    assert (count.state, units) == ("settled", {"A-2": 11, "B-1": 7})
    assert not StockMovement.objects.orphaned().exists()
    assert plan.run.reason == "yearly count"


def test_movements_after_counting_are_no_differences(demo, shelf):
    count = open_with(demo, shelf, 6, 4, 10)
    carry(demo, shelf, (demo.spare, None, 5))
    carry(demo, None, (demo.tracked, demo.lot, 2), from_storefront=shelf)
    count.finish(by=demo.ada)
    assert because_of(settle(demo, count)) == []


def test_lines_that_nobody_counted_are_skipped_and_stay(demo, shelf):
    plan = settle(demo, counted_with(demo, shelf, None, None, 10))
    assert [skip.because for skip in plan.skips][0] == "A-2 Catheter, lot L-7: nobody counted it"
    assert plan.counts["skip"] == 2
    assert not StockMovement.objects.filter(kind="adjustment").exists()


def test_zero_takes_away_all_that_the_ledger_says(demo, shelf):
    settle(demo, counted_with(demo, shelf, 6, 4, 0))
    assert StoreFrontInventory.objects.get(storefront=shelf, product=demo.spare).quantity == 0


def test_a_count_settles_once(demo, shelf):
    count = counted_with(demo, shelf, 6, 4, 9)
    settle(demo, count)
    before = digest()
    assert settle(demo, count).run is None
    assert digest() == before


@pytest.mark.parametrize(("state", "said"), [("open", "is still open: finish it"), ("cancelled", "is cancelled")])
def test_only_a_finished_count_is_settled(demo, shelf, state, said):
    count = open_with(demo, shelf, 6, 4, 9)
    if state == "cancelled":
        count.cancel(by=demo.ada, reason="the wrong shop")
    with pytest.raises(Refused, match=said):
        settle(demo, count)


def test_undo_of_a_settlement_brings_all_back(demo, shelf):
    count = counted_with(demo, shelf, 6, 5, 7)
    before = digest()
    run = settle(demo, count).run
    undo.apply(Approval(demo.ada, reason="count again"), run=run)
    assert digest() == before


def test_units_that_left_since_cannot_be_taken_away_again(demo, shelf):
    count = open_with(demo, shelf, 6, 4, 8)
    carry(demo, None, (demo.spare, None, 10), from_storefront=shelf)
    count.finish(by=demo.ada)
    with pytest.raises(Refused, match="B-1 Cable: 2 wanted, 0 available in Corner shop.\nUnits left since") as refusal:
        settle(demo, count)
    assert f"reopen {count} and count these again" in str(refusal.value)


def test_a_person_without_the_permission_settles_nothing(demo, shelf):
    count = counted_with(demo, shelf, 6, 4, 9)
    with pytest.raises(Refused, match="lacks the permission inventory.adjust_stock"):
        settle_stock_count.apply(Approval(User.objects.create_user("wanda")), count=count)


# -- two counts of one place -------------------------------------------------------------------------


def test_what_two_counts_found_is_adjusted_once(demo, shelf):
    first, second = (counted_with(demo, shelf, 6, 4, 9) for _ in range(2))
    settle(demo, first)
    assert because_of(settle(demo, second)) == []
    assert StoreFrontInventory.objects.get(storefront=shelf, product=demo.spare).quantity == 9


def test_an_older_count_yields_to_a_newer_one_that_is_settled(demo, shelf):
    first, second = (counted_with(demo, shelf, 6, 4, units) for units in (12, 9))
    settle(demo, second)
    plan = settle(demo, first)
    assert f"B-1 Cable: {second}, which is settled, counted it later" in [skip.because for skip in plan.skips]
    assert StoreFrontInventory.objects.get(storefront=shelf, product=demo.spare).quantity == 9


# -- older damage ------------------------------------------------------------------------------------


def test_a_balance_that_the_ledger_does_not_explain_is_refused(demo, shelf):
    count = counted_with(demo, shelf, 6, 4, 9)
    StoreFrontInventory.objects.filter(storefront=shelf, product=demo.spare).update(quantity=284)
    with pytest.raises(Refused, match="B-1 Cable: Corner shop shows 284, its ledger says 10.\nFix storefront inven"):
        settle(demo, count)


def test_a_row_that_the_ledger_lacks_is_named(demo, shelf):
    count = counted_with(demo, shelf, 6, 4, 9)
    lost = TransferRequest.objects.create(
        warehouse=demo.depot, storefront=shelf, status="FULFILLED", fulfilled_at=timezone.now()
    )
    line = TransferRequestLineItem.objects.create(request=lost, product=demo.spare, requested_quantity=4)
    with pytest.raises(
        Refused, match=f"B-1 Cable: the ledger lacks transfer line {line.pk} of 4 units.\nFix storefront"
    ):
        settle(demo, count)


def test_damage_of_what_was_not_counted_does_not_matter(demo, shelf):
    count = counted_with(demo, shelf, 6, 4, None)
    StoreFrontInventory.objects.filter(storefront=shelf, product=demo.spare).update(quantity=284)
    assert settle(demo, count).run


# -- likely causes -----------------------------------------------------------------------------------


def test_the_cause_is_a_transfer_of_as_many_units_before(demo, shelf):
    request = carry(demo, shelf, (demo.spare, None, 4))
    two_hours_earlier(request)
    [said] = because_of(settle(demo, counted_with(demo, shelf, 6, 4, 10)))
    assert said == (
        f"B-1 Cable: 10 counted, 14 expected; equals {request} of 4 units, fulfilled 2 hours before the count: "
        "perhaps it was not carried out"
    )


def test_the_cause_is_a_transfer_that_was_booked_after_the_count(demo, shelf):
    count = open_with(demo, shelf, 6, 4, 7)
    request = carry(demo, None, (demo.spare, None, 3), from_storefront=shelf)
    count.finish(by=demo.ada)
    [said] = because_of(settle(demo, count))
    assert f"equals {request} of 3 units, fulfilled moments after the count: perhaps it was carried out earlier" in said


def test_units_that_left_before_do_not_explain_that_as_many_are_missing(demo, shelf):
    carry(demo, None, (demo.spare, None, 4), from_storefront=shelf)
    [said] = because_of(settle(demo, counted_with(demo, shelf, 6, 4, 2)))
    assert said == "B-1 Cable: 2 counted, 6 expected; no line of the ledger explains it"


def test_the_cause_is_a_doubled_transfer(demo, shelf):
    minute = timezone.now().replace(second=0)
    pair = [carry(demo, shelf, (demo.spare, None, 5), requested_at=minute + timedelta(seconds=n)) for n in (4, 31)]
    [said] = because_of(settle(demo, counted_with(demo, shelf, 6, 4, 15)))
    assert said.endswith(f"; {pair[0]} and {pair[1]}, 5 units each, were asked for in one minute: doubled?")


def test_the_cause_is_a_mix_up_of_lots(demo, shelf):
    said = because_of(settle(demo, counted_with(demo, shelf, 7, 3, 10)))
    assert said[0].endswith("6 expected; the opposite of the difference of lot L-8: lots mixed up?")
    assert said[1].endswith("4 expected; the opposite of the difference of lot L-7: lots mixed up?")


def test_what_nothing_explains_is_said_to_be_unexplained(demo, shelf):
    [said] = because_of(settle(demo, counted_with(demo, shelf, 6, 4, 9)))
    assert said == "B-1 Cable: 9 counted, 10 expected; no line of the ledger explains it"


def two_hours_earlier(request):
    at = timezone.now() - timedelta(hours=2)
    TransferRequest.objects.filter(pk=request.pk).update(fulfilled_at=at)
    StockMovement.objects.caused_by(request.lines.get()).update(at=at)


# -- command and races -------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "said"), [("999", "no stock count is called 999"), ("x", "no stock count is cal")])
def test_the_command_refuses_what_is_no_count(demo, number, said):
    with pytest.raises(CommandError, match=said):
        call_command("settle_stock_count", number)


def test_the_command_settles(demo, shelf, capsys):
    count = counted_with(demo, shelf, 6, 4, 9)
    call_command("settle_stock_count", str(count.pk), "--reason", "yearly count")
    assert "Wrote 3 changes (1 created, 2 updated), skipped 0" in capsys.readouterr().out


def settle_in(key, queue):
    try:
        queue.put(bool(settle_stock_count.apply(Approval("racer"), count=StockCount.objects.get(pk=key)).run))
    except NothingWritten:
        queue.put(False)
    connections.close_all()


def test_one_of_four_who_settle_at_once_writes():
    demo = Demo()
    count = counted_with(demo, demo.depot, None, 18)
    codes, wrote = in_processes(settle_in, [(count.pk,)] * 4)
    assert codes == [0] * 4
    assert sorted(wrote) == [False] * 3 + [True]
    assert StockMovement.objects.get(kind="adjustment").quantity == 2
    assert OperationRun.objects.applied().filter(operation="settle_stock_count").count() == 1
    assert list(audit.verify()) == []
