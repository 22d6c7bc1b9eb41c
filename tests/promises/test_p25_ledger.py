"""P25: a healthy ledger gives no proposals, planted damage exactly those that mend it, a second run none."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest
from django.db import connections
from django.utils import timezone

from distribution.models import DistributionLine
from eqms.operations import Approval, registry
from eqms.operations.undo import undo
from inventory.models import (
    Product,
    StockMovement,
    StockProduct,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
)
from tests.cast import digest
from tests.eqms.processes import in_processes
from tests.promises import promise, size
from tests.stock import House, tried, wrong_in_stock

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 25
FIX = "fix_storefront_inventory"
LINE, SET, MADE = "create inventory.StockMovement", "update inventory.StoreFrontInventory", "create balance"


def planned(plan) -> Counter:
    """What a plan proposes, by verb and model."""
    return Counter(f"{change.verb} {change.label}" for change in plan.changes)


def step(house: House, product: Product, chance: random.Random) -> str:
    """Do one step of a shop's day, which may be refused."""
    places = [house.depot, *house.shops]
    source, destination = chance.sample(places, 2)
    units = chance.randint(1, 9)
    shipped = DistributionLine.objects.filter(product=product).order_by("?").first()
    steps = {
        "receive": lambda: house.receive(product, units),
        "move": lambda: house.ask(source, destination, (product, units)).fulfil(by=house.wanda),
        "ask": lambda: house.ask(source, destination, (product, units)).cancel(by=house.wanda, reason="no room"),
        "ship": lambda: house.ship(source, product, units),
        "adjust": lambda: house.adjust(source, product, chance.choice([-1, 1]) * units),
        "return": lambda: house.bring_back(shipped, destination),
    }
    names = ["receive", "move", "move", "move", "ask", "ship", "adjust"]
    already = StockMovement.objects.filter(kind="return", cause_key=str(shipped.pk)).exists() if shipped else True
    return tried(steps[chance.choice(names if already else [*names, "return"])])


def test_p25_a_healthy_ledger_gives_no_proposals():
    house, chance, ledgers, steps = House(), random.Random(SEED), size(4, 60), size(20, 60)
    done = 0
    for number in range(ledgers):
        product = Product.objects.create(sku=f"G-{number}", name=f"Generated {number}")
        house.receive(product, 30)
        done += sum(step(house, product, chance) == "done" for _ in range(steps))
    plan = registry[FIX].plan()
    assert done > ledgers * steps // 4
    promise("P25", len(plan) + plan.counts["skip"], 0, n=done, seed=SEED)


# -- planted damage ------------------------------------------------------------------------------


class Damage(NamedTuple):
    """What is planted on a product of which 17 lie on the shelf, and what the plan must say and leave there."""

    plant: Callable[[House, Product], object]
    changes: dict[str, int]
    shelf: int | None = 17
    because: str = ""  # stands in one of the changes
    left: tuple[str, ...] = ()  # stand in the skips, one each
    place: int = 0  # which shop


def shelf(house, product, place=0):
    return StoreFrontInventory.objects.filter(storefront=house.shops[place], product=product)


def lines(product, kind):
    return StockMovement.objects.filter(product=product, kind=kind)


def fulfilled_outside(house, product, units, times=1):
    """Leave transfers of one minute that an old system fulfilled, without ledger lines."""
    for _ in range(times):
        request = house.ask(house.depot, house.shops[0], (product, units))
        at = timezone.now().replace(second=1) - timedelta(days=1)
        about = {"status": "FULFILLED", "requested_at": at, "fulfilled_at": at}
        TransferRequest.objects.filter(pk=request.pk).update(**about)


def lose_the_cause(house, product):
    house.ask(house.depot, house.shops[0], (product, 6)).fulfil(by=house.wanda)
    TransferRequestLineItem.objects.filter(product=product, requested_quantity=6).delete()


def reopen(house, product):
    TransferRequest.objects.filter(lines__product=product).update(status="NEW", fulfilled_at=None)


def add_a_balance(house, product):
    StoreFrontInventory.objects.create(storefront=house.shops[1], product=product, quantity=9)


KINDS: dict[str, Damage] = {
    "raised": Damage(
        lambda h, p: shelf(h, p).update(quantity=284), {SET: 1}, because="changed outside the application after run"
    ),
    "lowered": Damage(lambda h, p: shelf(h, p).update(quantity=1), {SET: 1}, because="dispatched 3, so 17 units"),
    "balance gone": Damage(lambda h, p: shelf(h, p).delete(), {MADE: 1}, because="there was no balance"),
    "balance from nowhere": Damage(
        add_a_balance, {SET: 1}, 0, because="nothing in the ledger, so 0 units; written outside", place=1
    ),
    "balance gone, all sold": Damage(
        lambda h, p: (h.ship(h.shops[0], p, 17), shelf(h, p).delete()), {MADE: 1}, 0, because="so 0 units; there was no"
    ),
    "transfer not booked": Damage(lambda h, p: lines(p, "transfer").delete(), {LINE: 1}, because="lacks the line"),
    "intake not booked": Damage(lambda h, p: lines(p, "intake").delete(), {LINE: 1}, because="line of intake"),
    "dispatch not booked": Damage(lambda h, p: lines(p, "dispatch").delete(), {LINE: 1}),
    "fulfilled outside": Damage(lambda h, p: fulfilled_outside(h, p, 5), {LINE: 1, SET: 1}, 22),
    "shipped outside": Damage(lambda h, p: h.ship_outside(h.shops[0], p, 4), {LINE: 1, SET: 1}, 13),
    "cause gone": Damage(lose_the_cause, {SET: 1}, left=("is gone; it does not count",)),
    "fulfilled twice": Damage(
        lambda h, p: fulfilled_outside(h, p, 20, times=2),
        {LINE: 2, SET: 1},
        57,
        left=("60 fulfilled, 50 received: 10 too many; transfers",),
    ),
    "intake changed": Damage(
        lambda h, p: StockProduct.objects.filter(product=p).update(quantity=8),
        {},
        left=("8 units on the row, 50 units in the ledger", "was changed outside the application after run"),
    ),
    "warehouse short": Damage(
        lambda h, p: h.ship_outside(h.depot, p, 45), {LINE: 1}, left=("Depot: 15 more left than ever came",)
    ),
    "shelf short": Damage(
        lambda h, p: h.ship_outside(h.shops[0], p, 30), {LINE: 1}, left=("so -13 units. More left than came",)
    ),
    "reopened": Damage(reopen, {}, left=("is new, yet the ledger moved 20",)),
    "line changed": Damage(
        lambda h, p: lines(p, "transfer").update(quantity=25),
        {},
        left=("20 units on the row, 25 units in the ledger", "contradicts its row"),
    ),
    "gone and reopened": Damage(
        lambda h, p: (shelf(h, p).delete(), reopen(h, p)),
        {},
        None,
        left=("is new, yet the ledger moved 20", "contradicts its row"),
    ),
}


def healthy(house: House, name: str) -> Product:
    """Make a product of which 50 came, 20 went to the first shop and 3 were shipped from there."""
    product = Product.objects.create(sku=name, name=name)
    house.receive(product, 50)
    house.ask(house.depot, house.shops[0], (product, 20)).fulfil(by=house.wanda)
    house.ship(house.shops[0], product, 3)
    return product


def mistakes(house: House, product: Product, damage: Damage, plan) -> list[str]:
    """Return in words how ``plan``, which was written, is not exactly what ``damage`` asks for."""
    changes = {name.replace("create inventory.StoreFrontInventory", MADE): n for name, n in planned(plan).items()}
    found = [] if changes == damage.changes else [f"{changes} in place of {damage.changes}"]
    if not any(damage.because in change.because for change in plan.changes) and damage.because:
        found.append(f"nothing says {damage.because}: {[change.because for change in plan.changes]}")
    skips = [skip.because for skip in plan.skips]
    if len(skips) != len(damage.left) or not all(any(words in skip for skip in skips) for words in damage.left):
        found.append(f"left {skips} in place of {damage.left}")
    left = shelf(house, product, damage.place).values_list("quantity", flat=True).first()
    if left != damage.shelf:
        found.append(f"{left} on the shelf in place of {damage.shelf}")
    return found


def test_p25_planted_damage_gives_exactly_its_repair_once_and_undo_is_exact():
    house, wrong, approval = House(), {}, Approval("test", reason="P25")
    rounds = size(1, 5)
    for number in range(rounds):
        for kind, damage in KINDS.items():
            product = healthy(house, f"{kind} {number}")
            damage.plant(house, product)
            one, before = Product.objects.filter(pk=product.pk), digest()
            written = registry[FIX].apply(approval, one)
            found = mistakes(house, product, damage, written)
            again = registry[FIX].plan(one)
            found += [f"a second run proposes {planned(again)}"] if again else []
            if written.run:
                after = digest()
                redo = undo.apply(approval, run=written.run).run
                found += ["undo is not exact"] if digest() != before else []
                undo.apply(approval, run=redo)
                found += ["redo is not exact"] if digest() != after else []
            if found:
                wrong[kind] = found
    assert wrong == {}
    promise("P25", len(registry[FIX].plan()), 0, n=rounds * len(KINDS))


def test_p25_all_damage_at_once_gives_all_repairs():
    """What one product lacks never shows on another, and the whole table gives what each alone gives."""
    house = House()
    for kind, damage in KINDS.items():
        damage.plant(house, healthy(house, kind))
    wanted, alone = Counter(), Counter()
    for damage in KINDS.values():
        wanted.update(damage.changes)
    plan = registry[FIX].apply(Approval("test", force=True))
    alone.update({name.replace("create inventory.StoreFrontInventory", MADE): n for name, n in planned(plan).items()})
    difference = (wanted - alone) + (alone - wanted)
    left = plan.counts["skip"] - sum(len(damage.left) for damage in KINDS.values())
    promise("P25", difference.total() + abs(left) + len(registry[FIX].plan()), 0, n=len(KINDS))


# -- a repair among writers ----------------------------------------------------------------------


def repair_or_move(what, key, queue):
    """Play one part of the race in a process of its own."""
    house = House.again()
    parts = {
        "fix": lambda: registry[FIX].apply(Approval(house.wanda)),
        "fulfil": lambda: TransferRequest.objects.get(pk=key).fulfil(by=house.wanda),
        "ship": lambda: house.ship(house.shops[0], Product.objects.get(pk=key), 2),
    }
    queue.put((what, tried(partial(parts[what]))))
    connections.close_all()


def test_p25_a_repair_races_with_those_who_move_units():
    house, rounds, wrong, repaired = House(), size(4, 60), 0, 0
    for number in range(rounds):
        product = healthy(house, f"R-{number}")
        fulfilled_outside(house, product, 5)
        shelf(house, product).update(quantity=284)
        keys = [house.ask(house.depot, house.shops[0], (product, 4)).pk for _ in range(2)]
        parts = [("fix", None), ("fix", None), ("ship", product.pk), *(("fulfil", key) for key in keys)]
        codes, answers = in_processes(repair_or_move, parts)
        assert not any(codes), answers
        repaired += [answer for what, answer in answers if what == "fix"].count("done")
        wrong += ("fix", "done") not in answers  # whatever else happens, one of them mends it
        wrong += len(registry[FIX].plan()) + len(wrong_in_stock())
    assert repaired >= rounds
    promise("P25", wrong, 0, n=rounds)
