"""The rules of stock, each on a healthy house and with one damage that it must name, and nothing else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from eqms.data_rules import check, registry
from inventory.models import (
    Lot,
    Product,
    StockMovement,
    StockProduct,
    StoreFront,
    StoreFrontInventory,
    TransferRequest,
    TransferRequestLineItem,
    Warehouse,
)

OURS = [rule for rule in registry.values() if rule.app == "inventory"]
Status = TransferRequest.Status


class House:
    """A depot that took in 50 of P-1 and 20 of lot L-1 of P-2, and a shop to which 10 and 5 of them went."""

    def __init__(self):
        self.depot, self.shop = Warehouse.objects.create(name="Depot"), StoreFront.objects.create(name="Shop")
        self.part = Product.objects.create(sku="P-1", name="Part")
        self.tracked = Product.objects.create(sku="P-2", name="Tracked", is_lot_tracked=True)
        self.lot = Lot.objects.create(product=self.tracked, number="L-1", units_produced=20)
        self.intake(self.part, 50)
        self.intake(self.tracked, 20, self.lot)
        self.at = timezone.now().replace(second=1) - timedelta(days=2)
        self.sent, self.sent_lot = self.send(self.part, 10), self.send(self.tracked, 5, self.lot)
        StoreFrontInventory.objects.create(storefront=self.shop, product=self.part, quantity=10)
        StoreFrontInventory.objects.create(storefront=self.shop, product=self.tracked, quantity=5)

    def intake(self, product, quantity, lot=None):
        row = StockProduct.objects.create(product=product, lot=lot, warehouse=self.depot, quantity=quantity)
        return self.book(row, "intake", product=product, lot=lot, quantity=quantity, to_warehouse=self.depot)

    def ask(self, product, quantity, lot=None, **values):
        """Make a transfer of one line from the depot to the shop, a day after the one before."""
        self.at += timedelta(minutes=7)
        given = {"warehouse": self.depot, "storefront": self.shop, "requested_at": self.at, **values}
        request = TransferRequest.objects.create(**given)
        values = {"product": product, "lot": lot, "requested_quantity": quantity}
        return TransferRequestLineItem.objects.create(request=request, **values)

    def send(self, product, quantity, lot=None, **values):
        """Make a fulfilled transfer to the shop, with its ledger line; the balance is left alone."""
        line = self.ask(product, quantity, lot, status=Status.FULFILLED, fulfilled_at=self.at, **values)
        places = {"from_warehouse": self.depot, "to_storefront": self.shop}
        return self.book(line, "transfer", product=product, lot=lot, quantity=quantity, **places)

    def book(self, row, kind, **values):
        """Write the ledger line of ``row``, and return it with the row as ``cause``."""
        names = {"cause_model": row._meta.label, "cause_key": str(row.pk)}
        line = StockMovement.objects.create(kind=kind, **names, **values)
        line.cause = row
        return line

    def shelf(self, product, quantity):
        """Set the balance of the shop by hand."""
        StoreFrontInventory.objects.filter(storefront=self.shop, product=product).update(quantity=quantity)


@pytest.fixture
def house(db):
    return House()


def broken(*but):
    """Return the rules of stock that rows break, with what each says of them; ``but`` are left out."""
    results = [check(rule, 20) for rule in OURS if rule.name not in but]
    return {result.rule.name: [row.words for row in result.found] for result in results if result.count}


def test_a_healthy_house_breaks_no_rule(house):
    assert broken() == {}


def test_an_empty_database_breaks_no_rule(db):
    assert broken() == {}


def test_a_balance_edited_by_hand_differs_from_the_ledger(house):
    house.shelf(house.part, 284)
    assert broken() == {
        "balance-differs": ["Shop shows 284 of P-1, the ledger says 10: 274 too many"],
        "shelves-over-intake": [
            "284 on shelves, 50 received: 234 too many;"
            " only 10 fulfilled, so a balance was edited without a ledger line"
        ],
    }


def test_a_balance_that_is_too_low_differs_too(house):
    house.shelf(house.part, 7)
    assert broken() == {"balance-differs": ["Shop shows 7 of P-1, the ledger says 10: 3 too few"]}


def test_a_balance_without_any_ledger_line_is_named_as_such(house):
    other = StoreFront.objects.create(name="Kiosk")
    StoreFrontInventory.objects.create(storefront=other, product=house.part, quantity=4)
    assert broken() == {"balance-differs": ["Kiosk shows 4 of P-1, the ledger has no line of it: 4 too many"]}


def test_units_without_a_balance_are_missing(house):
    StoreFrontInventory.objects.filter(product=house.part).delete()
    assert broken() == {"balance-missing": ["Shop has no balance, the ledger says 10"]}


def test_units_that_all_left_again_need_no_balance(house):
    StoreFrontInventory.objects.filter(product=house.part).delete()
    back = house.ask(
        house.part, 10, status=Status.FULFILLED, fulfilled_at=house.at, storefront=None, from_storefront=house.shop
    )
    places = {"from_storefront": house.shop, "to_warehouse": house.depot}
    house.book(back, "transfer", product=house.part, quantity=10, **places)
    assert broken() == {}


def test_what_went_back_to_the_warehouse_may_be_sent_again(house):
    house.send(house.part, 40)
    back = house.ask(
        house.part, 50, status=Status.FULFILLED, fulfilled_at=house.at, storefront=None, from_storefront=house.shop
    )
    places = {"from_storefront": house.shop, "to_warehouse": house.depot}
    house.book(back, "transfer", product=house.part, quantity=50, **places)
    house.send(house.part, 10)
    assert broken() == {}


def test_a_doubled_request_that_was_fulfilled_is_the_likely_cause_of_too_many(house):
    first = house.send(house.part, 30)
    second = house.send(house.part, 30, requested_at=first.cause.request.requested_at + timedelta(seconds=27))
    house.shelf(house.part, 70)
    doubled = f"transfers {first.cause.request_id} and {second.cause.request_id} ask for 30 of P-1 for Shop"
    doubled += " within a minute"
    assert broken() == {
        "fulfilled-over-intake": [f"70 fulfilled, 50 received: 20 too many; {doubled}"],
        "shelves-over-intake": [f"70 on shelves, 50 received: 20 too many; 70 fulfilled; {doubled}"],
        "warehouse-below-zero": ["Depot: 20 more left than ever came, so the ledger holds -20"],
        "doubled-fulfilled-requests": [doubled],
    }


def test_an_intake_that_was_changed_is_the_likely_cause_of_too_many(house):
    line = StockMovement.objects.get(kind="intake", product=house.part)
    StockProduct.objects.filter(product=house.part).update(quantity=8)
    changed = f"intake {line.cause_key} says 8, its ledger line 50"
    assert broken("shelves-over-intake") == {
        "fulfilled-over-intake": [f"10 fulfilled, 8 received: 2 too many; {changed}"],
        "ledger-differs-from-intakes": [f"intake {line.cause_key}: 8 units on the row, 50 units in the ledger"],
    }


def test_units_that_were_found_count_as_received(house):
    StockMovement.objects.create(
        kind="adjustment", product=house.part, quantity=100, to_storefront=house.shop, reason="count"
    )
    house.shelf(house.part, 110)
    assert broken() == {}


def test_more_left_a_storefront_than_came(house):
    StockMovement.objects.create(
        kind="adjustment", product=house.part, quantity=13, from_storefront=house.shop, reason="loss"
    )
    house.shelf(house.part, 0)
    assert broken("balance-differs") == {
        "storefront-below-zero": ["Shop: 3 more left than ever came, so the ledger holds -3"]
    }


def test_more_of_a_lot_left_than_came_though_the_product_is_there(house):
    other = Lot.objects.create(product=house.tracked, number="L-2")
    house.send(house.tracked, 2, other)
    house.shelf(house.tracked, 7)
    assert broken() == {
        "warehouse-below-zero-of-lot": [
            "Depot: 2 more of L-2, P-2, left than ever came, so the ledger holds -2",
        ]
    }


def test_the_same_asked_twice_within_a_minute_while_open(house):
    first = house.ask(house.part, 8)
    second = house.ask(house.part, 8, requested_at=first.request.requested_at + timedelta(seconds=38))
    numbers = f"transfers {first.request_id} and {second.request_id}"
    assert broken() == {"doubled-open-requests": [f"{numbers} ask for 8 of P-1 for Shop within a minute"]}


def test_an_open_request_is_doubled_by_one_that_was_fulfilled(house):
    first = house.send(house.part, 8)
    second = house.ask(house.part, 8, requested_at=first.cause.request.requested_at + timedelta(seconds=38))
    house.shelf(house.part, 18)
    numbers = f"transfers {first.cause.request_id} and {second.request_id}"
    assert broken() == {"doubled-open-requests": [f"{numbers} ask for 8 of P-1 for Shop within a minute"]}


@pytest.mark.parametrize("other", ["storefront", "quantity", "minute", "cancelled", "request"])
def test_what_is_not_the_same_is_not_doubled(house, other):
    first = house.ask(house.part, 8)
    values = {"requested_at": first.request.requested_at + timedelta(seconds=38)}
    if other == "storefront":
        values["storefront"] = StoreFront.objects.create(name="Kiosk")
    if other == "minute":
        values["requested_at"] += timedelta(minutes=2)
    if other == "cancelled":
        TransferRequest.objects.filter(pk=first.request_id).update(status=Status.CANCELLED, cancelled_at=house.at)
    if other == "request":
        TransferRequestLineItem.objects.create(request=first.request, product=house.part, requested_quantity=8)
    else:
        house.ask(house.part, 9 if other == "quantity" else 8, **values)
    assert broken() == {}


def test_a_ledger_line_whose_cause_is_gone_is_orphaned_and_does_not_count(house):
    values = {"product": house.part, "quantity": 3, "to_storefront": house.shop, "from_warehouse": house.depot}
    cause = {"cause_model": "inventory.TransferRequestLineItem", "cause_key": "999999"}
    line = StockMovement.objects.create(kind="transfer", **values, **cause)
    said = f"transfer of 3 of P-1 on {line.at:%Y-%m-%d}: its cause, transfer line 999999, is gone"
    assert broken() == {"orphaned-ledger-lines": [said]}


def test_a_row_without_ledger_line_is_named_and_its_units_count(house):
    house.sent.delete()
    said = "10 of P-1 moved, and no ledger line names the row"
    assert broken() == {"transfer-lines-without-ledger-line": [said]}


def test_an_intake_without_ledger_line_is_named_and_its_units_count(house):
    StockMovement.objects.filter(kind="intake", product=house.part).delete()
    assert broken() == {"intakes-without-ledger-line": ["50 of P-1 moved, and no ledger line names the row"]}


def test_a_ledger_line_that_names_another_place_than_its_row(house):
    kiosk = StoreFront.objects.create(name="Kiosk")
    StockMovement.objects.filter(pk=house.sent.pk).update(to_storefront=kiosk)
    name = f"transfer line {house.sent.cause_key}"
    assert broken("balance-differs", "balance-missing") == {
        "ledger-differs-from-transfer-lines": [f"{name}: to Shop on the row, to Kiosk in the ledger"]
    }


def test_a_ledger_line_that_names_another_lot_and_product_than_its_row(house):
    StockMovement.objects.filter(pk=house.sent_lot.pk).update(lot=None, product=house.part)
    name = f"transfer line {house.sent_lot.cause_key}"
    said = f"{name}: product P-2 Tracked on the row, product P-1 Part in the ledger, lot L-1 on the row, no lot in the"
    assert broken("balance-differs") == {"ledger-differs-from-transfer-lines": [f"{said} ledger"]}


def test_a_transfer_that_the_ledger_moved_and_that_is_open_again(house):
    TransferRequest.objects.filter(pk=house.sent.cause.request_id).update(status=Status.NEW)
    said = f"transfer {house.sent.cause.request_id} is new, yet the ledger moved 10 of P-1"
    assert broken("shelves-over-intake") == {"ledger-line-of-unfulfilled-transfer": [said]}


def test_a_ledger_line_of_a_lot_tracked_product_without_lot(house):
    line = StockMovement.objects.create(
        kind="adjustment", product=house.tracked, quantity=1, to_warehouse=house.depot, reason="found"
    )
    said = f"adjustment of 1 of P-2 on {line.at:%Y-%m-%d}: no lot"
    assert broken() == {"ledger-line-without-lot": [said]}


def test_units_on_an_archived_storefront(house):
    StoreFront.objects.update(archived_at=timezone.now())
    house.shelf(house.tracked, 0)
    assert broken("balance-differs") == {
        "units-on-archived-storefront": ["Shop is archived and still shows 10 of P-1"],
    }


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"status": Lot.Status.RECALLED}, "lot L-1 is recalled"),
        ({"expires_on": date(2025, 3, 1)}, "lot L-1 expired on 2025-03-01"),
    ],
)
def test_a_lot_on_a_shelf_that_may_not_go_to_people(house, values, why):
    Lot.objects.update(**values)
    assert broken() == {"lot-on-shelf-not-for-people": [f"Shop: 5 of P-2, but {why}"]}


def test_a_lot_that_expires_today_may_still_go(house):
    Lot.objects.update(expires_on=timezone.localdate())
    assert broken() == {}


def test_more_of_a_lot_taken_in_than_produced(house):
    Lot.objects.update(units_produced=15)
    said = "lot L-1 of P-2: 15 produced, 20 taken in: 5 too many"
    assert broken() == {"lot-over-produced": [said]}


def test_the_repair_of_a_balance_names_its_product(house):
    house.shelf(house.part, 284)
    rows = check(registry["balance-differs"], 5).found
    assert [(row.repairs, row.shown_on) for row in rows] == [
        (str(house.part.pk), (StoreFrontInventory, StoreFrontInventory.objects.get(product=house.part).pk))
    ]
