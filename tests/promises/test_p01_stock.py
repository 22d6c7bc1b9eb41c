"""P1, P3, P4 and P6: stock under many hands. Real processes; SQLite's single writer hides what PostgreSQL shows."""

import os
import signal
from collections import Counter
from datetime import date
from functools import partial

import pytest
from django.db import connections

from eqms.models import OperationRun, User
from eqms.operations import NothingWritten, registry
from eqms.operations.confirm import cleaned, make_token, write_confirmed
from inventory.models import Lot, StockMovement, StoreFront, StoreFrontInventory, TransferRequest
from tests.cast import digest
from tests.eqms.processes import in_processes
from tests.promises import promise, size
from tests.stock import House, in_ledger, tried, wrong_in_stock

pytestmark = pytest.mark.django_db(transaction=True)
ROW = 50  # units


def fulfil_each(keys, queue):
    """Fulfil requests one after the other."""
    wanda = User.objects.get(username="wanda")
    for key in keys:
        request = TransferRequest.objects.get(pk=key)
        queue.put(tried(partial(request.fulfil, by=wanda)))
    connections.close_all()


def test_p01_sixteen_processes_take_exactly_what_is_there():
    house, writers, each = House(), size(6, 16), size(10, 25)
    house.receive(house.product, ROW)
    asked = [
        [house.ask(house.depot, house.shops[0], (house.product, 1)).pk for _ in range(each)] for _ in range(writers)
    ]
    codes, answers = in_processes(fulfil_each, [(keys,) for keys in asked])
    assert codes == [0] * writers
    refusals = [answer for answer in answers if answer != "done"]
    assert all("P-1 Cable: 1 wanted, 0 available in Depot." in answer for answer in refusals)
    shelf = StoreFrontInventory.objects.get(storefront=house.shops[0], product=house.product)
    oversold = abs(answers.count("done") - ROW) + abs(shelf.quantity - ROW) + len(wrong_in_stock())
    promise("P1", oversold, 0, n=writers * each)


# -- P3 ------------------------------------------------------------------------------------------


def refusals(house: House):
    """Return by name what must be refused: every action for every reason."""
    east, west = house.shops
    wanda, clerk = house.wanda, User.objects.create_user("clerk")
    gone = User.objects.create_user("gone", is_active=False)
    closed = StoreFront.objects.create(name="Closed", archived_at="2026-01-01T00:00Z")
    held = Lot.objects.create(product=house.tracked, number="H-1", status=Lot.Status.ON_HOLD)
    old = Lot.objects.create(product=house.tracked, number="E-1", expires_on=date(2020, 1, 31))
    house.receive(house.product, 5)
    for lot in (held, old, house.lots[0]):
        house.receive(house.tracked, 5, lot=lot)
    fulfilled, cancelled, empty = (house.ask(house.depot, east, (house.product, 1)) for _ in range(3))
    fulfilled.fulfil(by=wanda)
    cancelled.cancel(by=wanda, reason="no room")
    empty.lines.all().delete()
    StoreFrontInventory.objects.create(
        storefront=west, product=house.product, quantity=9
    )  # of which the ledger knows nothing
    ask = house.ask
    asked = {
        "too many": ask(house.depot, east, (house.product, 100)),
        "too many of two": ask(house.depot, east, (house.product, 3), (house.product, 3)),
        "too many of a lot": ask(house.depot, east, (house.tracked, 6, house.lots[0])),
        "lot-tracked without lot": ask(house.depot, east, (house.tracked, 1)),
        "lot on hold": ask(house.depot, east, (house.tracked, 1, held)),
        "expired lot": ask(house.depot, east, (house.tracked, 1, old)),
        "archived": ask(house.depot, closed, (house.product, 1)),
        "balance without ledger": ask(west, house.depot, (house.product, 1)),
        "no lines": empty,
        "cancelled": cancelled,
    }
    found = {f"fulfil: {why}": partial(request.fulfil, by=wanda) for why, request in asked.items()}
    override = {"override": True, "reason": "training"}
    return found | {
        "fulfil: override without permission": partial(asked["expired lot"].fulfil, by=clerk, **override),
        "fulfil: override without reason": partial(asked["expired lot"].fulfil, by=wanda, override=True),
        "assign: fulfilled": partial(fulfilled.assign, to=wanda, by=wanda),
        "assign: cancelled": partial(cancelled.assign, to=wanda, by=wanda),
        "assign: to somebody who left": partial(asked["too many"].assign, to=gone, by=wanda),
        "cancel: fulfilled": partial(fulfilled.cancel, by=wanda, reason="late"),
        "cancel: without reason": partial(asked["too many"].cancel, by=wanda, reason=" "),
        "ship: too many": partial(house.ship, house.depot, house.product, 100),
        "ship: from an empty shelf": partial(house.ship, west, house.tracked, 1, lot=house.lots[0]),
        "ship: lot on hold": partial(house.ship, house.depot, house.tracked, 1, lot=held),
        "ship: expired lot": partial(house.ship, house.depot, house.tracked, 1, lot=old),
        "adjust: below nothing": partial(house.adjust, house.depot, house.product, -100),
        "receive: nothing": partial(house.receive, house.product, 0),
        "receive: less than nothing": partial(house.receive, house.product, -5),
        "receive: lot-tracked without lot": partial(house.receive, house.tracked, 1),
        "receive: 10^12": partial(house.receive, house.product, 10**12),
    }


def test_p03_a_refusal_leaves_no_trace():
    house = House()
    cases, traces = refusals(house), 0
    for name, do in cases.items():
        before = digest()
        for _ in range(3):
            with pytest.raises(NothingWritten):
                do()
            traces += digest() != before
        assert not traces, name
    promise("P3", traces, 0, n=3 * len(cases))


# -- P4 ------------------------------------------------------------------------------------------


def test_p04_one_request_twenty_times_at_once_is_one_transfer():
    house, times = House(), size(8, 20)
    house.receive(house.product, ROW)
    request = house.ask(house.depot, house.shops[0], (house.product, 2))
    codes, answers = in_processes(fulfil_each, [([request.pk],)] * times)
    assert codes == [0] * times
    assert sorted(set(answers)) == ["done", "nothing"]
    twice = StockMovement.objects.filter(kind="transfer").count() - 1 + answers.count("done") - 1
    promise("P4", twice + len(wrong_in_stock()), 0, n=times)


def fulfil_and_die(key, queue):
    """Fulfil a request and die before anybody hears of it."""
    fulfil_each([key], queue)
    os.kill(os.getpid(), signal.SIGKILL)


def test_p04_a_reply_that_was_lost_may_be_asked_for_again():
    house = House()
    house.receive(house.product, ROW)
    request = house.ask(house.depot, house.shops[0], (house.product, 2))
    in_processes(fulfil_and_die, [(request.pk,)])
    before = digest()
    again = request.fulfil(by=house.wanda)
    request.refresh_from_db()
    wrong = (again.run is not None) + (digest() != before) + (request.status != "FULFILLED")
    promise("P4", wrong + len(wrong_in_stock()), 0, n=1)


def confirm(token, queue):
    """Confirm an adjustment, as a page or a script does whose reply was lost."""
    op, wanda = registry["adjust_stock"], User.objects.get(username="wanda")
    queue.put(tried(lambda: write_confirmed(op, token, wanda, reason="found")))
    connections.close_all()


def test_p04_one_confirmed_adjustment_twenty_times_at_once_counts_once():
    house, times = House(), size(8, 20)
    entered = {"product": "P-1", "place": "Depot", "difference": "3", "kind": "found", "note": "behind the rack"}
    op = registry["adjust_stock"]
    token = make_token(op.plan(**cleaned(op, entered)), house.wanda, None, entered)
    codes, answers = in_processes(confirm, [(token,)] * times)
    assert codes == [0] * times
    run = OperationRun.objects.applied().get(operation="adjust_stock")
    assert Counter(answers) == {"done": 1, f"This plan was written already, as {run}.": times - 1}
    moved = sum(StockMovement.objects.values_list("quantity", flat=True))
    promise("P4", abs(moved - 3) + len(wrong_in_stock()), 0, n=times)


# -- P6 ------------------------------------------------------------------------------------------


def test_p06_opposite_transfers_never_stand_in_each_others_way():
    house, number, writers = House(), size(60, 1000), 4
    east, west = house.shops
    second = house.tracked.__class__.objects.create(sku="P-0", name="Clip")
    for product in (house.product, second):
        house.receive(product, 2 * number)
        for shop in house.shops:
            house.ask(house.depot, shop, (product, number)).fulfil(by=house.wanda)
    pairs = [((east, west), (house.product, second)), ((west, east), (second, house.product))]
    asked = []
    for nth in range(number):
        places, products = pairs[nth % 2]
        asked.append(house.ask(*places, *[(product, 1) for product in products]).pk)
    codes, answers = in_processes(fulfil_each, [(asked[nth::writers],) for nth in range(writers)])
    assert codes == [0] * writers
    refused = [answer for answer in answers if answer != "done"]
    assert in_ledger()["East", "P-1", None] == in_ledger()["West", "P-0", None] == number
    promise("P6", len(refused) + len(wrong_in_stock()), 0, n=number)
