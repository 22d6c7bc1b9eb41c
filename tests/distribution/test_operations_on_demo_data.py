"""Every registered operation has something to do on the demo data, does it once, and can be undone there.

An operation whose form requires options says in OPTIONS which it takes: a function that reads
the demo data. One that the demo data cannot serve stands in WITHOUT_WORK with the reason.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.duplicate_search import search
from customers.models import Customer
from distribution.demo.faults import FAULTS
from distribution.demo.loading import loaded_run
from distribution.demo.planted import DUPLICATES, TWO_CLINICS
from distribution.demo.shipstation_account import account
from distribution.demo.shipstation_double import KEY, SECRET
from distribution.shipment_file import SHIPMENT_FILE
from distribution.shipstation.client import Client
from distribution.shipstation.fetching import fetch
from distribution.shipstation.scope import scope_of_month
from eqms import audit
from eqms.models import User
from eqms.operations import Approval, Refused, registry
from eqms.operations.undo import undo
from eqms.storage import store
from inventory.models import Product, StockCount, StoreFront, StoreFrontInventory, Warehouse
from inventory.stock_file import STOCK_FILE
from sales.order_file import ORDER_FILE
from tests.cast import digest


def one_pump_found() -> dict:
    """Return the options of an adjustment that cannot be made twice: it names what is there."""
    product, place = Product.objects.get(sku="AC-0100"), StoreFront.objects.get(name="Online shop")
    there = StoreFrontInventory.objects.filter(product=product, storefront=place).first()
    named = {"product": product, "place": place, "difference": 1, "seen": there.quantity if there else 0}
    return {**named, "kind": "found", "note": "behind the rack"}


def finished_count() -> dict:
    """Return the demo's stock count that waits to be settled."""
    return {"count": StockCount.objects.get(state=StockCount.State.COUNTED)}


def the_same_twice() -> dict:
    """Return the options of a merge: a customer and its second spelling, both with orders."""
    name, other, _ = DUPLICATES[0]
    keys = [Customer.objects.get(facility_name=one).pk for one in (name, other)]
    return {"master": keys[0], "duplicates": keys[1:]}


def pairs_found() -> dict:
    """Search, as every night, and return how sure the search has to be."""
    search()
    return {"band": "likely"}


def two_neighbours() -> dict:
    """Return the two clinics that share a building."""
    first, second = Customer.objects.filter(facility_name__in=TWO_CLINICS)
    return {"first": first.pk, "second": second.pk}


def ten_pumps_came_in() -> dict:
    """Store and read a file with one intake, and return it as the option of its import."""
    house = Warehouse.objects.filter(archived_at=None).first()
    rows = f"SKU,Quantity,Received On,Warehouse\nAC-0100,10,2026-03-04,{house}\n"
    document = store(rows.encode(), "stock.csv", by="test")
    STOCK_FILE.read(document)
    return {"document": document}


def a_fetched_month() -> dict:
    """Fetch from the account of the demo the month of its newest parcel."""
    month = f"{timezone.localdate() - timedelta(days=1):%Y-%m}"
    account.cache_clear()
    fetch(scope_of_month(month), Client(account().url, KEY, SECRET))
    return {"month": month}


def one_parcel_left() -> dict:
    """Store and read a file with one shipment, and return it as the option of its import."""
    house = Warehouse.objects.filter(archived_at=None).first()
    rows = "Ship Date,Order Number,Facility Name,SKU,Quantity,Shipped From\n"
    rows += f"2026-03-04,SO 99999,Anywhere Clinic,AC-0100,1,{house}\n"
    document = store(rows.encode(), "log.csv", by="test")
    SHIPMENT_FILE.read(document)
    return {"document": document}


def one_order_came_in() -> dict:
    """Store and read a file with one order, and return it as the option of its import."""
    rows = "Order Number,Order Date,Facility Name,City,SKU,Quantity\nCSV-1,2026-03-04,Fresh Clinic,Salem,AC-0100,10\n"
    document = store(rows.encode(), "orders.csv", by="test")
    ORDER_FILE.read(document)
    return {"document": document}


OPTIONS = {
    "adjust_stock": one_pump_found,
    "dedupe_customers": pairs_found,
    "import_distributions": one_parcel_left,
    "import_sales_orders": one_order_came_in,
    "import_stock": ten_pumps_came_in,
    "merge_customers": the_same_twice,
    "not_duplicates": two_neighbours,
    "settle_stock_count": finished_count,
    "sync_shipstation": a_fetched_month,
    "undo": lambda: {"run": loaded_run()},
}
WITHOUT_WORK = dict.fromkeys(
    ("attach_papers", "import_orders"), "papers come through the real import of ./run demo, with their bytes"
)
EXPECTED = {fault.name: fault.expected for fault in FAULTS}
EXACTLY = {  # operation -> what it does to how many rows: those of the planted fault, and no others
    "cleanup_zero_order_customers": ("delete", "idle customers"),
    "match_distributions": ("update", "waiting with order"),
    "link_products": ("update", "known SKU without product"),
}


@pytest.fixture(params=sorted(set(registry) - set(WITHOUT_WORK)))
def op(request):
    return registry[request.param]


@pytest.fixture
def options(op, demo_data):
    required = [name for name, field in op.form.base_fields.items() if field.required]
    assert op.name in OPTIONS or not required, f"Say in OPTIONS which {required} {op.name} takes on the demo data."
    return OPTIONS[op.name]() if op.name in OPTIONS else {}


@pytest.fixture
def approval(op, db):
    by = User.objects.create_superuser("ada")
    second = {"approved_by": User.objects.create_superuser("second")} if op.four_eyes else {}
    return Approval(by, reason="a test on the demo data", force=True, **second)


def test_has_something_to_do(op, options):
    assert op.plan(**options), f"The demo data leave {op.name} nothing to do: plant a fault for it."


def test_does_it_once_and_can_be_undone(op, options, approval):
    before = digest()
    runs = op.apply(approval, **options).runs
    try:
        assert len(op.plan(**options)) == 0
    except Refused as refusal:  # what was named is gone or undone, so it cannot be named again
        assert "no longer there" in str(refusal) or "already" in str(refusal)
    for run in reversed(runs):
        undo.apply(Approval(approval.actor, reason="back", force=True), run=run)
    assert digest() == before
    assert list(audit.verify()) == []


@pytest.mark.parametrize("name", sorted(set(EXACTLY) & set(registry)))
def test_repairs_exactly_what_was_planted(demo_data, name):
    verb, fault = EXACTLY[name]
    plan = registry[name].plan()
    assert (plan.counts[verb], len(plan)) == (EXPECTED[fault], EXPECTED[fault])


def test_the_reconciliation_mends_exactly_what_was_planted_and_names_the_rest(demo_data):
    plan = registry["fix_storefront_inventory"].plan()
    said = [(change.verb, change.because.partition(": ")[0]) for change in plan.changes]
    assert [(verb, why.rstrip("0123456789")) for verb, why in said[:2]] == [
        ("create", "the ledger lacks the line of transfer line "),
        ("create", "the ledger lacks the line of shipment line "),
    ]
    assert sorted(said[2:]) == [
        ("create", "AC-0120 in Clinic shop Denver"),
        ("create", "AC-0120 in Field stock Northeast"),
        ("update", "EX-0003 in Online shop"),
        ("update", "EX-0012 in Showroom Chicago"),
    ]
    doubled, orphan = sorted((skip.because for skip in plan.skips), key=len, reverse=True)
    assert doubled.startswith("40 fulfilled, 25 received: 15 too many; transfers ")
    assert orphan.endswith("is gone; it does not count")


def test_the_refresh_proposes_what_two_orders_print_and_names_the_one_that_stands_alone(demo_data):
    plan = registry["refresh_customers_from_orders"].plan()
    changed = {change.name: change.because for change in plan.changes if change.verb == "update"}
    assert set(changed) == {"Bluestem Medical Supply Co", "Lake Mendota Surgical Center"}
    assert all("and 1 more print this" in why for why in changed.values())
    [stray] = plan.skips
    assert (stray.name, stray.because[:25]) == ("Nutmeg Urology", "address '06519': only ord")


def test_the_finished_count_differs_by_one_lot_only(demo_data):
    plan = registry["settle_stock_count"].plan(**finished_count())
    [line] = [change for change in plan.changes if change.verb == "create"]
    assert line.name == "adjustment of 2"
    assert "no line of the ledger explains it" in line.because
    assert plan.counts == {"create": 1, "update": 2}


def test_the_clean_up_says_what_holds_the_customers_that_it_leaves(demo_data):
    held = " ".join(skip.because for skip in registry["cleanup_zero_order_customers"].plan().skips)
    assert all(word in held for word in ("contact", "note", "onboarding", "waiting shipment"))
