"""P5: any order of receiving, moving, shipping, returning, adjusting, cancelling and undoing, against plain sums."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from distribution.models import DistributionLine
from eqms.models import OperationRun
from eqms.operations import Approval, NothingWritten
from eqms.operations.undo import undo
from inventory.models import StoreFrontInventory, TransferRequest
from tests.cast import digest
from tests.promises import promise, size
from tests.stock import House, in_ledger, wrong_in_stock

PILES = st.sampled_from([("P-1", None), ("P-2", "L-1"), ("P-2", "L-2")])
PLACES = st.sampled_from(["Depot", "East", "West"])
UNITS = st.integers(-1, 8)
NTH = st.integers(0, 999)
steps = Counter()


class Stock(RuleBasedStateMachine):
    """``units`` says what must be where; each rule says first whether it must be refused."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole._from_testcase = True  # as in Django's TestCase: durable blocks may open inside
        self.whole.__enter__()
        self.house = House()
        self.units: Counter = Counter()
        self.requests: list[dict] = []
        self.shipped: list[dict] = []
        self.done: list[dict] = []  # runs that stand, with what each moved

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @initialize(units=st.integers(5, 30))
    def first_intakes(self, units):
        for pile in (("P-1", None), ("P-2", "L-1"), ("P-2", "L-2")):
            self.receive(pile, units)

    # -- what people do --------------------------------------------------------------------------

    @rule(pile=PILES, units=UNITS)
    def receive(self, pile, units):
        product, lot = self.rows(pile)
        self.expect(
            units > 0, lambda: self.house.receive(product, units, lot=lot), {("Depot", *pile): units}, "receive"
        )

    @rule(pile=PILES, units=st.integers(1, 12), source=PLACES, destination=PLACES, at_once=st.booleans())
    def ask(self, pile, units, source, destination, at_once):
        if source == destination:
            return
        product, lot = self.rows(pile)
        places = self.house.place(source), self.house.place(destination)
        request = self.house.ask(*places, (product, units, lot))
        delta = {(source, *pile): -units, (destination, *pile): units}
        self.requests.append({"key": request.pk, "status": "NEW", "delta": delta})
        if at_once:
            self.fulfil_one(self.requests[-1])

    @precondition(lambda self: self.requests)
    @rule(nth=NTH)
    def fulfil(self, nth):
        self.fulfil_one(self.requests[nth % len(self.requests)])

    def fulfil_one(self, asked):
        row = TransferRequest.objects.get(pk=asked["key"])
        do = lambda: row.fulfil(by=self.house.wanda)  # noqa: E731
        if asked["status"] == "FULFILLED":
            self.expect_nothing(do)
        elif self.expect(
            asked["status"] == "NEW" and self.fits(asked["delta"]), do, asked["delta"], "fulfil", request=asked
        ):
            asked["status"] = "FULFILLED"

    @precondition(lambda self: self.requests)
    @rule(nth=NTH)
    def cancel(self, nth):
        asked = self.requests[nth % len(self.requests)]
        row = TransferRequest.objects.get(pk=asked["key"])
        do = lambda: row.cancel(by=self.house.wanda, reason="no room")  # noqa: E731
        if asked["status"] == "CANCELLED":
            self.expect_nothing(do)
        elif self.expect(asked["status"] == "NEW", do, {}, "cancel", request=asked):
            asked["status"] = "CANCELLED"

    @rule(pile=PILES, units=UNITS, place=PLACES)
    def ship(self, pile, units, place):
        (product, lot), delta = self.rows(pile), {(place, *pile): -units}
        do = lambda: self.house.ship(self.house.place(place), product, units, lot=lot)  # noqa: E731
        if self.expect(units > 0 and self.fits(delta), do, delta, "ship"):
            line = DistributionLine.objects.latest("pk")
            self.shipped.append({"key": line.pk, "pile": pile, "units": units, "run": self.done[-1]["run"]})

    @precondition(lambda self: self.still_away())
    @rule(nth=NTH, place=PLACES)
    def bring_back(self, nth, place):
        lines = self.still_away()
        line = lines[nth % len(lines)]
        row, delta = DistributionLine.objects.get(pk=line["key"]), {(place, *line["pile"]): line["units"]}
        self.expect(True, lambda: self.house.bring_back(row, self.house.place(place)), delta, "return", line=line)
        line["is_back"] = True

    @rule(pile=PILES, difference=st.integers(-12, 12).filter(bool), place=PLACES)
    def adjust(self, pile, difference, place):
        (product, lot), delta = self.rows(pile), {(place, *pile): difference}
        do = lambda: self.house.adjust(self.house.place(place), product, difference, lot=lot)  # noqa: E731
        self.expect(self.fits(delta), do, delta, "adjust")

    @precondition(lambda self: self.done)
    @rule()
    def undo_the_last(self):
        """No run came after the last one that stands: only units that are gone stand in the way of its undo."""
        last = self.done[-1]
        there = self.fits({pile: -units for pile, units in last["delta"].items()})
        assert self.take_back(last) == there

    @precondition(lambda self: self.done)
    @rule(nth=NTH)
    def undo_some(self, nth):
        self.take_back(self.done[nth % len(self.done)])

    # -- what must hold --------------------------------------------------------------------------

    @invariant()
    def ledger_and_balances_are_the_sums(self):
        expected = {pile: units for pile, units in self.units.items() if units}
        assert dict(in_ledger()) == expected
        assert wrong_in_stock() == []
        shelves = Counter()
        for (place, sku, _), units in expected.items():
            shelves[place, sku] += units if place != "Depot" else 0
        shown = {(b.storefront.name, b.product.sku): b.quantity for b in StoreFrontInventory.objects.all()}
        assert {k: n for k, n in shown.items() if n} == {k: n for k, n in shelves.items() if n}

    # -- inside ----------------------------------------------------------------------------------

    def still_away(self):
        return [line for line in self.shipped if not line.get("is_back")]

    def rows(self, pile):
        sku, number = pile
        lots = {lot.number: lot for lot in self.house.lots}
        return (self.house.product if sku == "P-1" else self.house.tracked), lots.get(number)

    def fits(self, delta) -> bool:
        return all(self.units[pile] + units >= 0 for pile, units in delta.items())

    def expect(self, allowed, do, delta, what, **about) -> bool:
        """Do something that must be done where ``allowed``, else refused without a trace; return whether it was."""
        steps[what, "done" if allowed else "refused"] += 1
        if not allowed:
            before = digest()
            with pytest.raises(NothingWritten):
                do()
            assert digest() == before
            return False
        run = do().run
        assert run is not None
        self.units.update(delta)
        self.done.append({"run": run.pk, "delta": delta, **about})
        return True

    def expect_nothing(self, do) -> None:
        steps["again", "nothing"] += 1
        before = digest()
        assert do().run is None
        assert digest() == before

    def take_back(self, entry) -> bool:
        """Undo a run; where that is refused, nothing may have changed."""
        before = digest()
        try:
            undo.apply(Approval(self.house.wanda, reason="tried"), run=OperationRun.objects.get(pk=entry["run"]))
        except NothingWritten:
            steps["undo", "refused"] += 1
            assert digest() == before
            return False
        steps["undo", "done"] += 1
        self.units.update({pile: -units for pile, units in entry["delta"].items()})
        assert min(self.units.values(), default=0) >= 0
        self.done.remove(entry)
        if "request" in entry:
            entry["request"]["status"] = "NEW"
        if "line" in entry:
            entry["line"].pop("is_back")
        self.shipped = [line for line in self.shipped if line["run"] != entry["run"]]
        return True


@pytest.mark.django_db
def test_p05_any_order_of_steps_keeps_the_sums():
    steps.clear()
    examples, each = size(15, 100), size(20, 40)
    quiet = settings(
        max_examples=examples,
        stateful_step_count=each,
        deadline=None,
        derandomize=True,
        phases=size([Phase.generate], list(Phase)),  # the shortest failing order takes minutes to find
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Stock, settings=quiet)
    kinds = {("fulfil", "done"), ("fulfil", "refused"), ("ship", "done"), ("ship", "refused"), ("undo", "done")}
    kinds |= {("adjust", "done"), ("adjust", "refused"), ("return", "done"), ("cancel", "done"), ("receive", "refused")}
    assert kinds <= set(steps), kinds - set(steps)
    promise("P5", 0, 0, n=sum(steps.values()))
