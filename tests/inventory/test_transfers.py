"""The life of a transfer: assigned, fulfilled, cancelled; refused without a trace."""

import pytest

from eqms.models import OperationRun, User
from eqms.operations import Approval, Refused, act
from eqms.operations.undo import undo
from inventory.models import (
    Lot,
    Move,
    StockBook,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    sources,
)
from tests.cast import digest

pytestmark = pytest.mark.django_db(transaction=True)
Status = TransferRequest.Status


@pytest.fixture
def shelf(demo):
    """An empty shelf, so that figures are those of the test."""
    return StoreFront.objects.create(name="Corner shop")


def ask(demo, quantity, *, product=None, lot=None, **places):
    places = places or {"warehouse": demo.depot, "storefront": demo.shop}
    request = TransferRequest.objects.create(**places)
    TransferRequestLineItem.objects.create(
        request=request, product=product or demo.product, lot=lot, requested_quantity=quantity
    )
    return request


def units(storefront, product):
    return StoreFrontInventory.objects.get(storefront=storefront, product=product).quantity


def test_fulfilling_writes_balance_ledger_and_status_together(demo, shelf):
    request = ask(demo, 5, warehouse=demo.depot, storefront=shelf)
    plan = request.fulfil(by=demo.ada)
    line = StockMovement.objects.caused_by(request.lines.get()).get()
    assert (request.status, request.fulfilled_by) == (Status.FULFILLED, demo.ada)
    assert (line.left, line.reached, line.quantity, line.by) == (demo.depot, shelf, 5, demo.ada)
    assert units(shelf, demo.product) == 5
    assert request.fulfilled_at == line.at == plan.run.at


def test_fulfilling_twice_changes_nothing_the_second_time(demo, shelf):
    request = ask(demo, 5, warehouse=demo.depot, storefront=shelf)
    seen_before = TransferRequest.objects.get(pk=request.pk)
    request.fulfil(by=demo.ada)
    before = digest()
    assert request.fulfil(by=demo.ada).run is None
    assert seen_before.fulfil(by=demo.ada).run is None
    assert digest() == before


def test_a_refusal_names_product_wanted_and_available_and_leaves_nothing(demo, shelf):
    request = ask(demo, 51, warehouse=demo.depot, storefront=shelf)
    before = digest()
    for _ in range(3):
        with pytest.raises(Refused, match=r"A-1 Monitor: 51 wanted, 50 available in Depot\."):
            request.fulfil(by=demo.ada)
    assert digest() == before
    assert OperationRun.objects.filter(state=OperationRun.State.REFUSED).count() == 3


def test_lines_of_one_request_share_what_is_there(demo, shelf):
    request = ask(demo, 30, warehouse=demo.depot, storefront=shelf)
    TransferRequestLineItem.objects.create(request=request, product=demo.product, requested_quantity=30)
    with pytest.raises(Refused, match="30 wanted, 20 available in Depot"):
        request.fulfil(by=demo.ada)


def test_units_go_back_to_the_warehouse_and_on_to_another_shelf(demo, shelf):
    ask(demo, 6, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)
    other = StoreFront.objects.create(name="Fair")
    ask(demo, 2, from_storefront=shelf, storefront=other).fulfil(by=demo.ada)
    ask(demo, 3, from_storefront=shelf, warehouse=demo.depot).fulfil(by=demo.ada)
    assert (units(shelf, demo.product), units(other, demo.product)) == (1, 2)
    with pytest.raises(Refused, match="2 wanted, 1 available in Corner shop"):
        ask(demo, 2, from_storefront=shelf, storefront=other).fulfil(by=demo.ada)


def test_a_balance_that_the_ledger_does_not_explain_gives_nothing_away(demo):
    with pytest.raises(Refused, match="1 wanted, 0 available in Main. Its balance says 7, the ledger 0: run fix_"):
        ask(demo, 1, from_storefront=demo.shop, warehouse=demo.depot).fulfil(by=demo.ada)


@pytest.mark.parametrize("status", ["on_hold", "quarantined", "recalled"])
def test_a_lot_that_is_not_released_stays(demo, shelf, status):
    Lot.objects.filter(pk=demo.lot.pk).update(status=status)
    request = ask(demo, 1, product=demo.tracked, lot=demo.lot, warehouse=demo.depot, storefront=shelf)
    with pytest.raises(Refused, match="A-2 Catheter: lot L-7 is .*, so it stays where it is"):
        request.fulfil(by=demo.ada)


def test_an_expired_lot_goes_out_with_permission_and_reason_only(demo, shelf):
    Lot.objects.filter(pk=demo.lot.pk).update(expires_on="2020-01-31")
    request = ask(demo, 1, product=demo.tracked, lot=demo.lot, warehouse=demo.depot, storefront=shelf)
    with pytest.raises(Refused, match="lot L-7 expired on 2020-01-31"):
        request.fulfil(by=demo.ada)
    with pytest.raises(Refused, match="Say why"):
        request.fulfil(by=demo.ada, override=True)
    clerk = User.objects.create_user("clara")
    with pytest.raises(Refused, match="clara lacks the permission inventory.override_lot_status"):
        request.fulfil(by=clerk, override=True, reason="training")
    assert request.fulfil(by=demo.ada, override=True, reason="training only").run.reason == "training only"


def test_a_lot_gives_no_more_than_it_has(demo, shelf):
    second = Lot.objects.create(product=demo.tracked, number="L-8")
    demo.intake(demo.tracked, 5, lot=second)
    with pytest.raises(Refused, match="6 wanted of lot L-8, 5 available in Depot"):
        ask(demo, 6, product=demo.tracked, lot=second, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)


def test_an_archived_storefront_takes_nothing(demo, shelf):
    StoreFront.objects.filter(pk=shelf.pk).update(archived_at="2026-01-01T00:00Z")
    with pytest.raises(Refused, match="Corner shop is archived, so nothing goes there"):
        ask(demo, 1, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)


def test_a_cancelled_transfer_cannot_be_fulfilled_nor_a_fulfilled_one_cancelled(demo, shelf):
    request = ask(demo, 1, warehouse=demo.depot, storefront=shelf)
    with pytest.raises(Refused, match="Say why transfer"):
        request.cancel(by=demo.ada, reason=" ")
    request.cancel(by=demo.ada, reason="the shelf is full")
    assert request.cancel(by=demo.ada, reason="again").run is None
    with pytest.raises(Refused, match="is cancelled: it cannot be fulfilled any more"):
        request.fulfil(by=demo.ada)
    with pytest.raises(Refused, match="is fulfilled: it cannot be cancelled any more"):
        demo.fulfilled.cancel(by=demo.ada, reason="late")


def test_what_a_person_saw_before_does_not_count(demo, shelf):
    request = ask(demo, 1, warehouse=demo.depot, storefront=shelf)
    seen_before = TransferRequest.objects.get(pk=request.pk)
    request.fulfil(by=demo.ada)
    with pytest.raises(Refused, match="is fulfilled: it cannot be cancelled any more"):
        seen_before.cancel(by=demo.ada, reason="no room")


def test_a_request_is_given_to_a_person_who_works_here(demo, shelf):
    request = ask(demo, 1, warehouse=demo.depot, storefront=shelf)
    request.assign(to=demo.ada, by=demo.ada)
    assert (request.status, request.assigned_to) == (Status.ASSIGNED, demo.ada)
    assert request.assign(to=demo.ada, by=demo.ada).run is None
    gone = User.objects.create_user("gone", is_active=False)
    with pytest.raises(Refused, match="gone does not work here any more"):
        request.assign(to=gone, by=demo.ada)


def test_a_request_without_lines_is_refused(demo, shelf):
    with pytest.raises(Refused, match="has no lines"):
        TransferRequest.objects.create(warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)


def test_the_sources_name_what_the_ledger_lacks(demo):
    unbooked = {source.label: list(source.unbooked()) for source in sources}
    assert unbooked["inventory.TransferRequestLineItem"] == [demo.fulfilled.lines.get()]
    assert not unbooked["inventory.StockProduct"]
    assert not unbooked["distribution.DistributionLine"]  # they name no place


def test_a_line_whose_cause_is_gone_is_damage(demo):
    values = {"kind": "transfer", "product": demo.product, "quantity": 3, "to_storefront": demo.shop}
    gone = {"cause_model": "inventory.TransferRequestLineItem", "cause_key": "900000001"}
    no_number = {"cause_model": "inventory.TransferRequestLineItem", "cause_key": "no number"}
    no_model = {"cause_model": "other.Row", "cause_key": "1"}
    made = [StockMovement.objects.create(**values, **cause) for cause in (gone, no_number, no_model)]
    assert set(StockMovement.objects.orphaned()) == set(made)
    assert not StockMovement.objects.counted().filter(pk__in=[line.pk for line in made]).exists()
    assert StockMovement.objects.counted().count() == StockMovement.objects.count() - 3


def test_undoing_a_transfer_brings_the_units_back(demo, shelf):
    run = ask(demo, 6, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada).run
    before_undo = digest(StockMovement)
    undo.apply(Approval(demo.ada, reason="wrong shelf"), run=run)
    assert not StoreFrontInventory.objects.filter(storefront=shelf).exists()
    redo = OperationRun.objects.get(undoes=run)
    undo.apply(Approval(demo.ada, reason="right after all"), run=redo)
    assert digest(StockMovement) == before_undo
    assert units(shelf, demo.product) == 6


def test_an_intake_whose_units_moved_on_is_not_undone(demo, shelf):
    ask(demo, 45, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)
    intake = act("take in", lambda plan: take_in(plan, demo, 10), by=demo.ada).run
    ask(demo, 12, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)
    with pytest.raises(Refused, match="takes 10 units from Depot, but only 3 are there: the rest moved on since"):
        undo.apply(Approval(demo.ada, reason="never came"), run=intake)


def test_bringing_back_a_transfer_needs_its_units(demo, shelf):
    run = ask(demo, 40, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada).run
    undo.apply(Approval(demo.ada, reason="wrong shelf"), run=run)
    ask(demo, 30, warehouse=demo.depot, storefront=shelf).fulfil(by=demo.ada)
    with pytest.raises(Refused, match="takes 40 units from Depot, but only 20 are there"):
        undo.apply(Approval(demo.ada, reason="right after all"), run=OperationRun.objects.get(undoes=run))


def take_in(plan, demo, quantity):
    book = StockBook(plan, products=[demo.product.pk], by=demo.ada)
    intake = plan.create(StockProduct, product=demo.product, warehouse=demo.depot, quantity=quantity, because="came in")
    move = Move(StockMovement.Kind.INTAKE, demo.product.pk, None, quantity, destination=demo.depot)
    book.move(move, cause=intake, because="came in")
    book.settle()


def test_a_lot_that_was_recalled_a_moment_ago_stays(demo):
    """What the caller read before does not count: the lot is read again, locked."""
    Lot.objects.filter(pk=demo.lot.pk).update(status=Lot.Status.RECALLED)
    with pytest.raises(Refused, match="lot L-7 is recalled"):
        act("move", lambda plan: move_out(plan, demo), by=demo.ada)


def move_out(plan, demo):
    book = StockBook(plan, products=[demo.tracked.pk], by=demo.ada)
    book.move(
        Move(StockMovement.Kind.DISPATCH, demo.tracked.pk, demo.lot, 1, source=demo.depot), cause=None, because=""
    )
    book.settle()
