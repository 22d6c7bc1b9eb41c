"""P2: transfer, dispatch, adjustment, reconciliation and undo race on one product; the ledger stays right."""

import random
from functools import partial

import pytest
from django.db import connections

from eqms.models import OperationRun
from eqms.operations import Approval, registry
from eqms.operations.undo import undo
from inventory.models import TransferRequest
from tests.eqms.processes import in_processes
from tests.promises import promise, size
from tests.stock import House, tried, wrong_in_stock

pytestmark = pytest.mark.django_db(transaction=True)


def race(house: House, number: int, chance: random.Random) -> list[tuple]:
    """Return what happens at once in one round: a transfer, a dispatch, two adjustments, a reconciliation, an undo."""
    east, west = house.shops
    out = house.ask(house.depot, east, (house.product, chance.randrange(1, 9)))
    back = house.ask(east, chance.choice([west, house.depot]), (house.product, chance.randrange(1, 9)))
    last = OperationRun.objects.applied().filter(operation__in=("fulfil transfer", "adjust", "ship")).last()
    work = [
        ("fulfil", out.pk),
        ("fulfil", back.pk),
        ("ship", chance.choice(["East", "Depot"]), chance.randrange(1, 6)),
        ("adjust", "East", chance.choice([-3, 2])),
        ("reconcile",),
    ]
    return [*work, ("undo", last.pk)] if last and number % 2 else work


def play(what, *arguments_and_queue):
    """Play one part of a race in a process of its own."""
    *arguments, queue = arguments_and_queue
    house = House.again()
    parts = {
        "fulfil": lambda key: TransferRequest.objects.get(pk=key).fulfil(by=house.wanda),
        "ship": lambda place, units: house.ship(house.place(place), house.product, units),
        "adjust": lambda place, units: house.adjust(house.place(place), house.product, units),
        "reconcile": lambda: registry["fix_storefront_inventory"].apply(Approval(house.wanda)),
        "undo": lambda key: undo.apply(Approval(house.wanda, reason="race"), run=OperationRun.objects.get(pk=key)),
    }
    queue.put((what, tried(partial(parts[what], *arguments))))
    connections.close_all()


def test_p02_everything_races_on_one_product():
    house, seed, rounds = House(), 2, size(5, 200)
    chance = random.Random(seed)
    house.receive(house.product, 40 * rounds)
    wrong, seen = 0, set()
    for number in range(rounds):
        codes, answers = in_processes(play, race(house, number, chance))
        assert not any(codes), answers
        found = wrong_in_stock()
        reconciled = [answer for what, answer in answers if what == "reconcile"]
        wrong += len(found) + (reconciled != ["nothing"])  # a healthy ledger needs no repair
        seen |= {what for what, answer in answers if answer == "done"}
        assert not found, (number, found, answers)
    assert {"fulfil", "ship", "adjust"} <= seen
    promise("P2", wrong, 0, n=rounds, seed=seed)
