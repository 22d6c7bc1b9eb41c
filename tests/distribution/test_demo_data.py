"""The demo data: worth looking at, recorded whole, and wrong only where it says so."""

from collections import Counter

import pytest
from django.db.models import F

from customers.models import Customer
from distribution.demo.faults import FAULTS, differing_balances, missing_balances
from distribution.demo.goods import gtin
from distribution.demo.loading import PEOPLE, loaded_run
from distribution.models import Distribution, DistributionLine
from eqms import audit
from eqms.checks import traced_models
from eqms.models import AuditEntry, User
from inventory.models import Lot, Product, StockMovement, TransferRequest
from sales.models import SalesOrder

# -- what is there ---------------------------------------------------------------------------------


def test_there_is_enough_to_look_at(demo_data):
    counts = {model._meta.model_name: model.objects.count() for model in traced_models()}
    least = {"product": 25, "lot": 55, "customer": 115, "salesorder": 255, "distribution": 240, "contact": 120}
    assert {name: counts[name] for name, number in least.items() if counts[name] < number} == {}


def test_every_status_of_transfers_and_orders_occurs(demo_data):
    assert set(TransferRequest.objects.values_list("status", flat=True)) == set(TransferRequest.Status.values)
    assert set(SalesOrder.objects.values_list("status", flat=True)) == set(SalesOrder.Status.values)


def test_lots_are_expired_held_and_recalled(demo_data):
    states = Counter(Lot.objects.values_list("status", flat=True))
    assert states["on_hold"] == states["recalled"] == 1
    assert sum(lot.is_expired for lot in Lot.objects.all()) >= 3


def test_the_recalled_lot_went_to_several_customers(demo_data):
    lines = DistributionLine.objects.matched().filter(lot__status="recalled")
    assert lines.values("distribution__sales_order__customer").distinct().count() >= 3


def test_every_gtin_has_the_right_check_digit(demo_data):
    assert gtin(1)[-1] == "2"  # by hand: 0950110199001 weighs 68
    for product in Product.objects.exclude(gtin=""):
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(product.gtin[:13]))
        assert (total + int(product.gtin[13])) % 10 == 0


def test_nothing_is_shipped_before_it_is_ordered_or_after_it_expired(demo_data):
    late = Distribution.objects.filter(ship_date__lt=F("sales_order__order_date"))
    expired = DistributionLine.objects.filter(lot__expires_on__lte=F("distribution__ship_date"))
    assert [*late, *expired] == []


def test_nothing_is_dated_after_the_day_it_is_told_on(demo_data):
    newest = [
        SalesOrder.objects.latest("order_date").order_date,
        Distribution.objects.latest("ship_date").ship_date,
        StockMovement.objects.latest("at").at.date(),
        Customer.objects.latest("created_at").created_at.date(),
        TransferRequest.objects.latest("requested_at").requested_at.date(),
    ]
    assert [day for day in newest if day > demo_data] == []


# -- what is wrong, and nothing else ---------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_planted_fault_is_really_there(demo_data, fault):
    assert len(list(fault.rows())) == fault.expected


def test_no_other_balance_differs_from_the_ledger(demo_data):
    assert differing_balances().count() + len(missing_balances()) == 3


def test_only_the_doubled_transfer_takes_more_than_was_there_then(demo_data):
    """No other place was ever below zero of a lot, line of the ledger by line."""
    sides = {"to_warehouse": 1, "to_storefront": 1, "from_warehouse": -1, "from_storefront": -1}
    left, short = Counter(), set()
    for line in StockMovement.objects.order_by("at").values("product__sku", "lot", "quantity", *sides):
        for side, sign in sides.items():
            if line[side]:
                pile = side.partition("_")[2], line[side], line["product__sku"], line["lot"]
                left[pile] += sign * line["quantity"]
                short |= {line["product__sku"]} if left[pile] < 0 else set()
    assert short == {"EX-0020"}


def test_only_planted_orders_print_another_facility_than_their_customer(demo_data):
    orders = SalesOrder.objects.select_related("customer")
    assert sum(order.ship_to.key != order.customer.company_key for order in orders) == 5


# -- how it is recorded ----------------------------------------------------------------------------


def test_every_row_is_audited_and_the_record_is_whole(demo_data):
    rows = sum(model.objects.count() for model in traced_models())
    assert AuditEntry.objects.count() == rows == loaded_run().created
    assert list(audit.verify()) == []


def test_nobody_has_a_usable_password(demo_data):
    people = User.objects.filter(username__in=PEOPLE)
    assert [user.username for user in people if user.has_usable_password()] == []
    assert {user.groups.get().name for user in people} == {"viewer", "sales", "warehouse", "quality"}
